//! The rules of form that hold for the whole project, as tests: what depends on what, what may stand where, how long a
//! thing may grow, which files are frozen. Each failure names the file, the line, and what to do.
//!
//! Deliberately absent: taste. A rule stands here because breaking it once would cost more than keeping it always; the
//! reasons are in `docs/STYLE.md`.
#![expect(clippy::print_stdout, reason = "what a rule asks for without enforcing it is shown with --nocapture")]

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Result, ensure};
use servanda_events::Event;
use servanda_tests::dependencies;
use servanda_tests::repository::{File, files, root};
use servanda_tests::rust_code::{code_only, functions};
use sha2::{Digest as _, Sha256};

/// Lines that a file may have, and that it should have.
const FILE_LINES: (usize, usize) = (500, 300);
/// Columns that a line may have; texts in code do not count, for a text that is cut cannot be searched for.
const LINE_COLUMNS: usize = 120;
/// Lines that a function may have.
const FUNCTION_LINES: usize = 70;
/// Functions that are longer, each with its reason.
const LONG_FUNCTIONS: &[(&str, &str, &str)] = &[
    (
        "crates/events/src/entry/decide_tests.rs",
        "which_thing_a_fact_is_about_cannot_be_corrected",
        "a table, one row for each id that a fact holds",
    ),
    ("crates/events/src/event_parts.rs", "own_date", EACH_TYPE),
    ("crates/events/src/event_parts.rs", "fuzzy_dates", EACH_TYPE),
    ("crates/events/src/event_parts.rs", "consults", EACH_TYPE),
    ("crates/events/src/entry/patch.rs", "identity", EACH_TYPE),
    ("crates/projector/src/texts.rs", "links", EACH_TYPE),
    ("crates/projector/src/texts.rs", "texts", EACH_TYPE),
];
const EACH_TYPE: &str = "a table, one row for each type of event or command, so that the compiler asks for a new one";

/// Words that read the time or draw at random, and where they may stand: a path, or a folder that ends with a slash.
const OUTSIDE_WORLD: &[(&str, &[&str])] = &[
    ("SystemTime::now", &["crates/log/src/clock.rs"]),
    ("Timestamp::now", &["crates/log/src/clock.rs"]),
    ("Zoned::now", &[]),
    ("Utc::now", &[]),
    ("Local::now", &[]),
    ("getrandom", &["crates/log/src/ids.rs"]),
    ("now_v7", &["crates/log/src/ids.rs"]),
    ("new_v4", &[]),
    ("rand::", &[]),
    // A stopwatch says how long something took; no fact depends on it.
    ("Instant::now", &["crates/cli/src/bench", "crates/api/src/meter.rs", "tests/"]),
];

/// Files that own a database, and the tests that damage one: the only ones that speak to SQLite.
const SQL: &[&str] = &[
    "crates/log/src/sqlite",
    "crates/log/tests/attacks.rs",
    "crates/log/tests/faults.rs",
    "crates/log/tests/sqlite.rs",
    "crates/projector/src/read_db",
    // Opens the file that read_db owns, holds its connections, and names its error.
    "crates/projector/src/read_model.rs",
    "crates/projector/src/reader.rs",
    "crates/projector/src/error.rs",
    "crates/projector/tests/read_model.rs",
    "crates/api/src/access",
    "crates/api/src/pages/record/drafts",
    "crates/cli/src/bench",
    // A subscriber keeps what it makes of the messages in a database of its own.
    "crates/bus/examples/",
];

/// What is left in code only by mistake.
const LEFTOVERS: &[&str] = &["dbg!", "todo!", "unimplemented!", "println!", "print!", "eprintln!", "eprint!"];

/// What names one machine or one registry instead of the project.
const NOT_THE_PROJECT: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/tmp", "/"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("registry.", "npmjs"),
    concat!("pypi", ".org"),
    concat!("deb.", "debian"),
    concat!("proxy.", "golang"),
];

/// The one way that crates may depend on each other. `tests` may use everything.
const ARROWS: &[(&str, &[&str])] = &[
    ("servanda-events", &[]),
    ("servanda-proof", &[]),
    ("servanda-log", &["servanda-events", "servanda-proof"]),
    ("servanda-projector", &["servanda-events", "servanda-log"]),
    ("servanda-bus", &["servanda-events", "servanda-log"]),
    ("servanda-api", &["servanda-events", "servanda-log", "servanda-projector", "servanda-interop"]),
    ("servanda-interop", &["servanda-events"]),
    (
        "servanda",
        &[
            "servanda-events",
            "servanda-proof",
            "servanda-log",
            "servanda-projector",
            "servanda-interop",
            "servanda-bus",
            "servanda-api",
        ],
    ),
];

/// Crates that wait, listen or store; nothing pure reaches one of them, not even through others.
const IMPURE: &[&str] = &[
    "tokio",
    "mio",
    "futures",
    "futures-core",
    "futures-util",
    "async-trait",
    "rusqlite",
    "libsqlite3-sys",
    "axum",
    "hyper",
    "tower",
    "async-nats",
    "getrandom",
    "rand",
    "uuid",
    "tracing",
    "log",
];

/// Fails with one line per finding and what to do about them.
fn none(findings: &[String], what_to_do: &str) -> Result<()> {
    ensure!(findings.is_empty(), "\n{}\n{what_to_do}\n", findings.join("\n"));
    Ok(())
}

fn rust_files() -> Result<Vec<File>> {
    Ok(files()?.into_iter().filter(|file| file.is("rs")).collect())
}

fn allowed(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path.starts_with(place))
}

/// Where `word` stands as a word of its own in the code of a file, as `path:line: word`.
fn mentions(file: &File, code: &str, word: &str) -> Vec<String> {
    let continues = |c: char| c.is_alphanumeric() || c == '_';
    let alone = |line: &&str| line.match_indices(word).any(|(at, _)| !line[..at].ends_with(continues));
    let lines = (1..).zip(code.lines());
    lines.filter(|(_, line)| alone(line)).map(|(n, _)| format!("{}:{n}: {word}", file.path)).collect()
}

#[test]
fn crates_depend_on_each_other_one_way_only() -> Result<()> {
    let packages = dependencies::of_the_workspace()?;
    let ours = |name: &String| packages.contains_key(name);
    let mut findings = Vec::new();
    for (name, needed) in packages.iter().filter(|(name, _)| *name != "servanda-tests") {
        let Some((_, may)) = ARROWS.iter().find(|(from, _)| from == name) else {
            findings.push(format!("{name}: a new crate, not in ARROWS"));
            continue;
        };
        let wrong = needed.iter().filter(|to| ours(to) && !may.contains(&to.as_str()));
        findings.extend(wrong.map(|to| format!("{name} -> {to}")));
    }
    let gone = ARROWS.iter().filter(|(name, _)| !packages.contains_key(*name));
    findings.extend(gone.map(|(name, _)| format!("{name}: no crate of the workspace, but in ARROWS")));
    none(&findings, "Move the code to the side of the arrow it belongs to; a new arrow needs a decision record.")
}

#[test]
fn the_pure_crates_reach_nothing_that_waits_listens_or_stores() -> Result<()> {
    let mut findings = Vec::new();
    for pure in ["servanda-events", "servanda-proof"] {
        let chains = dependencies::reached_by(pure)?.into_iter();
        let impure = |chain: &Vec<String>| chain.last().is_some_and(|name| IMPURE.contains(&name.as_str()));
        findings.extend(chains.filter(impure).map(|chain| chain.join(" -> ")));
    }
    none(&findings, "Hand the value in from outside instead; see the invariants in docs/ARCHITECTURE.md.")
}

#[test]
fn every_source_file_says_at_its_top_what_it_is() -> Result<()> {
    let silent = |file: &File| !file.text.starts_with("//! ");
    let findings: Vec<String> = rust_files()?.iter().filter(|f| silent(f)).map(|f| format!("{}:1", f.path)).collect();
    none(&findings, "Open the file with `//!`: what this part does, and what it deliberately does not do.")
}

/// The columns of a comment, or those of a line of code that are no text.
fn columns(line: &str, code: &str) -> usize {
    if line.trim_start().starts_with("//") {
        return line.chars().count();
    }
    line.chars().zip(code.chars()).filter(|(written, kept)| written == kept).count()
}

#[test]
fn files_lines_and_functions_stay_small() -> Result<()> {
    let mut findings = Vec::new();
    for file in rust_files()? {
        let count = file.text.lines().count();
        if count > FILE_LINES.0 {
            findings.push(format!("{}: {count} lines, at most {}", file.path, FILE_LINES.0));
        } else if count > FILE_LINES.1 {
            println!("{}: {count} lines; {} are asked", file.path, FILE_LINES.1);
        }
        let code = code_only(&file.text);
        let long = file.lines().zip(code.lines()).filter(|((_, line), code)| columns(line, code) > LINE_COLUMNS);
        findings.extend(long.map(|((n, _), _)| format!("{}:{n}: more than {LINE_COLUMNS} columns", file.path)));
        for function in functions(&code) {
            let excused = LONG_FUNCTIONS.iter().any(|(path, name, _)| *path == file.path && *name == function.name);
            if function.lines > FUNCTION_LINES && !excused {
                let (n, name, lines) = (function.line, function.name, function.lines);
                findings.push(format!("{}:{n}: fn {name} has {lines} lines, at most {FUNCTION_LINES}", file.path));
            }
        }
    }
    none(
        &findings,
        "Cut it along its subject. A function that has to be long is listed in LONG_FUNCTIONS with a reason.",
    )
}

#[test]
fn time_and_chance_are_read_in_one_place() -> Result<()> {
    let mut findings = Vec::new();
    for file in rust_files()? {
        let code = code_only(&file.text);
        for (word, places) in OUTSIDE_WORLD.iter().filter(|(_, places)| !allowed(&file.path, places)) {
            let where_else = if places.is_empty() { "nowhere".to_owned() } else { places.join(", ") };
            findings.extend(mentions(&file, &code, word).into_iter().map(|at| format!("{at} (allowed: {where_else})")));
        }
    }
    none(&findings, "Take the time and new ids as values: they come from the clock and the id source of crates/log.")
}

#[test]
fn only_the_owner_of_a_database_speaks_to_it() -> Result<()> {
    let mut findings = Vec::new();
    for file in rust_files()?.iter().filter(|file| !allowed(&file.path, SQL) && file.path.starts_with("crates/")) {
        findings.extend(mentions(file, &code_only(&file.text), "rusqlite"));
    }
    none(&findings, "Ask the owner for what you need; a file that owns a database of its own is listed in SQL.")
}

#[test]
fn the_header_that_stops_a_replicated_stream_is_never_sent() -> Result<()> {
    let words = ["expected_last_message_id", "NATS_EXPECTED_LAST_MESSAGE_ID", "Nats-Expected-Last-Msg-Id"];
    let mut findings = Vec::new();
    for file in rust_files()?.iter().filter(|file| file.path.starts_with("crates/")) {
        let lines = file.lines().filter(|(_, line)| !line.trim_start().starts_with("//"));
        let found = lines.filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        findings.extend(found.map(|(n, _)| format!("{}:{n}", file.path)));
    }
    none(&findings, "A mismatch of it stops a replicated stream for good; the expected last sequence is the guard.")
}

#[test]
fn nothing_unfinished_is_left_and_nothing_prints_past_the_caller() -> Result<()> {
    let mut findings = Vec::new();
    for file in rust_files()?.iter().filter(|file| file.path.starts_with("crates/")) {
        let code = code_only(&file.text);
        findings.extend(LEFTOVERS.iter().flat_map(|word| mentions(file, &code, word)));
        findings.extend(mentions(file, &code, "#[ignore"));
    }
    none(&findings, "Finish it, or take it out. Data go to a writer that the caller gave, words to the traces.")
}

#[test]
fn files_speak_of_the_project_and_not_of_one_machine() -> Result<()> {
    let mut findings = Vec::new();
    for file in files()?.iter().filter(|file| file.path != "Cargo.lock") {
        for (n, line) in file.lines() {
            let found = NOT_THE_PROJECT.iter().filter(|word| line.contains(**word));
            findings.extend(found.map(|word| format!("{}:{n}: {word}", file.path)));
        }
    }
    none(&findings, "Name it from the root of the project, or leave it out.")
}

/// Targets of the links in a line of Markdown, and paths of this project written as code.
fn references(line: &str, is_markdown: bool) -> Vec<(bool, String)> {
    let ours = ["crates/", "docs/", "scripts/", "tests/", "config/", ".ci/"];
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let code = line.split('`').skip(1).step_by(2).filter(|t| ours.iter().any(|o| t.starts_with(o)) && plain(t));
    let mut found: Vec<(bool, String)> = code.map(|text| (false, text.to_owned())).collect();
    if is_markdown {
        let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let local = targets.filter(|t| !t.contains("://") && !t.starts_with("mailto:") && !t.starts_with('#'));
        found.extend(local.map(|target| (true, target.split('#').next().unwrap_or(target).to_owned())));
    }
    found
}

#[test]
fn every_file_that_a_text_points_to_is_there() -> Result<()> {
    let (mut findings, mut checked) = (Vec::new(), 0);
    for file in files()?.iter().filter(|file| file.is("md") || file.is("rs")) {
        let (markdown, mut fenced) = (file.is("md"), false);
        let folder = root().join(&file.path).parent().map(ToOwned::to_owned).unwrap_or_default();
        for (n, line) in file.lines() {
            fenced ^= markdown && line.trim_start().starts_with("```");
            if fenced || !(markdown || line.trim_start().starts_with("//")) {
                continue;
            }
            for (relative, target) in references(line, markdown) {
                let bases = if relative { vec![folder.clone()] } else { vec![root(), file.crate_folder()] };
                checked += 1;
                if !bases.iter().any(|base| base.join(&target).exists()) {
                    findings.push(format!("{}:{n}: {target}", file.path));
                }
            }
        }
    }
    ensure!(checked > 0, "no text points to any file, so this rule holds for nothing");
    none(&findings, "Point to a file that exists.")
}

#[cfg(unix)]
#[test]
fn scripts_can_be_run_and_stop_at_the_first_failure() -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let is_script = |file: &&File| file.path.starts_with("scripts/") || file.path == ".ci/run";
    let mut findings = Vec::new();
    for file in files()?.iter().filter(is_script) {
        if fs::metadata(root().join(&file.path))?.permissions().mode() & 0o111 == 0 {
            findings.push(format!("{}: not executable (chmod +x)", file.path));
        }
        let head: Vec<&str> = file.text.lines().collect();
        if file.is("py") {
            // Python stops at the first failure by itself.
            if head.first() != Some(&"#!/usr/bin/env python3") || !head.get(1).is_some_and(|l| l.starts_with("# ")) {
                findings.push(format!("{}:1: begins with neither python3 nor a word on what it does", file.path));
            }
            continue;
        }
        if head.first() != Some(&"#!/usr/bin/env bash") || !head.get(1).is_some_and(|line| line.starts_with("# ")) {
            findings.push(format!("{}:1: begins with neither bash nor a word on what it does", file.path));
        }
        if !head.contains(&"set -euo pipefail") {
            findings.push(format!("{}: without `set -euo pipefail`", file.path));
        }
    }
    none(&findings, "A script is executable, says at its top what it does, and stops at the first failure.")
}

#[test]
fn what_was_once_recorded_stays_readable() -> Result<()> {
    let lock = fs::read_to_string(root().join("tests/golden/events.lock"))?;
    let locked: BTreeMap<&str, &str> =
        lock.lines().filter_map(|line| line.split_once("  ")).map(|(sum, name)| (name, sum)).collect();
    let mut findings = Vec::new();
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(root().join("tests/golden/events"))? {
        let entry = entry?;
        let sum: String = Sha256::digest(fs::read(entry.path())?).iter().map(|byte| format!("{byte:02x}")).collect();
        found.insert(entry.file_name().to_string_lossy().into_owned(), sum);
    }
    for (name, sum) in &found {
        match locked.get(name.as_str()) {
            Some(expected) if expected == sum => {}
            Some(_) => findings.push(format!("tests/golden/events/{name}: changed; take the change back")),
            None => findings.push(format!("tests/golden/events.lock: add the line `{sum}  {name}`")),
        }
    }
    let gone = locked.keys().filter(|name| !found.contains_key(**name));
    findings.extend(gone.map(|name| format!("tests/golden/events/{name}: missing; bring it back")));
    for (event, newest) in Event::TYPES {
        let wanted = (1..=*newest).map(|version| format!("{event}.v{version}.json"));
        let absent = wanted.filter(|name| !found.contains_key(name));
        findings.extend(absent.map(|name| format!("tests/golden/events/{name}: add an example of this version")));
    }
    none(
        &findings,
        "Never edit a frozen event: add a new version, as docs/adding-an-event.md says. The lock only grows.",
    )
}
