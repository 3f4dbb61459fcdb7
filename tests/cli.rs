//! Every verb of the program, run as a person or a script runs it: what it prints, what it says, how it ends.
//!
//! Deliberately absent: what the rules and the figures are; other tests ask them directly and say more about them.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/ledgers.rs"]
mod ledgers;
#[path = "cli/places.rs"]
mod places;

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use servanda_events::testing::scene;
use servanda_tests::binary::{Service, command, run, run_with_input};

/// A folder for a ledger, and its name for the command line.
struct Data(tempfile::TempDir);

impl Data {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn name(&self) -> &str {
        self.path().to_str().unwrap()
    }

    /// Runs a verb on this folder.
    fn run(&self, arguments: &[&str]) -> servanda_tests::binary::Ran {
        run(&[arguments, &["--data", self.name()]].concat())
    }

    /// Records commands and gives the answers.
    fn record(&self, commands: &[Value], code: i32) -> Vec<Value> {
        self.record_bytes(&ndjson(commands), code)
    }

    fn record_bytes(&self, input: &[u8], code: i32) -> Vec<Value> {
        run_with_input(&["record", "-", "--data", self.name()], input).expect(code).lines()
    }

    /// A ledger with the demo in it.
    fn demo() -> Self {
        let data = Self::new();
        let (code, words) = Service::start(data.path(), &["--demo"]).stop();
        assert_eq!(code, 0, "{words}");
        data
    }

    /// The digest of everything in the ledger.
    fn digest(&self) -> Value {
        self.run(&["replay", "--json"]).expect(0).json()
    }
}

fn ndjson(commands: &[Value]) -> Vec<u8> {
    commands.iter().flat_map(|command| format!("{command}\n").into_bytes()).collect()
}

/// Two states, a package and a commitment of it.
fn visit() -> Vec<Value> {
    let free = json!({ "data": { "agreement_id": null } });
    vec![
        scene::state("kaz", "KAZ"),
        scene::state("fra", "FRA"),
        scene::package("visit"),
        scene::but(scene::commitment("branch"), free),
        scene::milestone("branch", "open", "2025-06-30"),
    ]
}

#[test]
fn wrong_use_ends_with_2_and_says_what_is_right() {
    for (arguments, word) in [
        (&[][..], "Usage"),
        (&["promise"], "unrecognized subcommand"),
        (&["progress", "package", "x", "--as-of", "2025-13-01"], "2025-03-31"),
        (&["progress", "package", "x", "--known-at", "yesterday"], "2025-03-02T10:00:00Z"),
        (&["progress", "package"], "paris-visit"),
        (&["progress", "ledger", "x"], "leave `x` out"),
        (&["progress", "sector", "x"], "SCHEME/CODE"),
        (&["import", "csv", "file"], "--mapping"),
        (&["export", "csv"], "ndjson"),
        (&["token", "create", "--user", "a", "--scope", "all"], "read, record or admin"),
        (&["record", "-", "--actor", "Some One"], "a to z"),
        (&["serve", "--listen", "here"], "invalid"),
        (&["bench", "--entries", "5"], "5"),
    ] {
        let ran = run(arguments).expect(2);
        assert!(ran.stderr.contains(word), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}

#[test]
fn contracts_completions_and_manual_are_printed_and_nothing_is_said() {
    let printed = |arguments: &[&str]| {
        let ran = run(arguments).expect(0);
        assert_eq!(ran.stderr, "", "{arguments:?}");
        ran
    };
    assert!(printed(&["schema"]).json()["commands"]["MakeCommitment"].is_object());
    assert_eq!(printed(&["openapi"]).json()["openapi"].as_str().map(|v| v.starts_with("3.1")), Some(true));
    for shell in ["bash", "fish", "zsh"] {
        assert!(printed(&["completions", shell]).stdout.contains("progress"), "{shell}");
    }
    let manual = printed(&["man"]).stdout;
    assert!(manual.contains(".TH servanda 1") && manual.contains("dry\\-run"), "{manual}");
    assert!(printed(&["--version"]).stdout.starts_with("servanda "));
    assert!(printed(&["help", "record"]).stdout.contains("standard input"));
}

#[test]
fn settings_come_from_flags_environment_and_file_and_unknown_ones_are_refused() {
    let folder = Data::new();
    let file = folder.path().join("servanda.toml");
    let file = file.to_str().unwrap();
    std::fs::write(file, "[server]\nlisten = \"127.0.0.1:9\"\n[data]\ndir = \"of-file\"\n").unwrap();
    let mut asked = command(&["config", "print", "--config", file, "--data", "of-flag"]);
    let output = asked.env("SERVANDA_LOG__READERS", "7").output().unwrap();
    let printed: toml::Table = String::from_utf8(output.stdout).unwrap().parse().unwrap();
    assert_eq!(printed["data"]["dir"].as_str(), Some("of-flag"));
    assert_eq!(printed["server"]["listen"].as_str(), Some("127.0.0.1:9"));
    assert_eq!(printed["log"]["readers"].as_integer(), Some(7));
    assert!(run(&["config", "check", "--config", file]).expect(0).stderr.contains("good"));

    std::fs::write(file, "[server]\nlisen = \"127.0.0.1:9\"\n").unwrap();
    let words = run(&["config", "check", "--config", file]).expect(2).stderr;
    assert!(words.contains("server.lisen") && words.contains(file) && words.contains("did you mean `server.listen`?"));
    let output = command(&["replay"]).env("SERVANDA_DATA_DIR", "x").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("SERVANDA_DATA__DIR"));
    let output = command(&["config", "check"]).env("SERVANDA_TEST_DATA", "x").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "where the tests find real records is none of the program's business");
    assert!(run(&["config", "check", "--config", "nowhere.toml"]).expect(2).stderr.contains("nowhere.toml"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = command(&["schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn lines_are_recorded_once_and_each_is_answered_in_order() {
    let data = Data::new();
    let mut commands = visit();
    for (command, id) in commands.iter_mut().zip(1..) {
        command["command_id"] = format!("c{id}").into();
    }
    let answers = data.record(&commands, 0);
    let said = |answers: &[Value]| -> Vec<(u64, String)> {
        let said = |a: &Value| (a["line"].as_u64().unwrap(), a["status"].as_str().unwrap().to_owned());
        answers.iter().map(said).collect()
    };
    let all = |status: &str| (1..=5).map(|line| (line, status.to_owned())).collect::<Vec<_>>();
    assert_eq!(said(&answers), all("recorded"));
    assert_eq!(answers[4]["positions"], json!([5]));
    assert_eq!(answers[4]["revision"], 2);
    assert_eq!(answers[4]["stream"], "commitment-branch");
    let before = data.digest();

    assert_eq!(said(&data.record(&commands, 0)), all("repeated"));
    let mut changed = commands[0].clone();
    changed["data"]["names"] = json!({ "en": "another" });
    let refused = data.record(&[changed, scene::state("kaz", "UZB")], 4);
    assert_eq!((&refused[0]["status"], &refused[0]["code"]), (&json!("refused"), &json!("command_id_reused")));
    assert_eq!((&refused[1]["status"], &refused[1]["code"]), (&json!("refused"), &json!("party_already_registered")));
    assert!(refused[1]["sentence"].as_str().unwrap().contains("kaz"));
    assert_eq!(data.digest(), before);
}

#[test]
fn whoever_waits_for_an_answer_before_the_next_line_gets_it() {
    let data = Data::new();
    let mut child = command(&["record", "-", "--data", data.name(), "--actor", "clerk"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = child.stdin.take().unwrap();
    let mut answers = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    for command in visit() {
        writeln!(lines, "{command}").unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["status"], "recorded");
    }
    drop(lines);
    assert!(child.wait().unwrap().success());
    let exported = data.run(&["export", "ndjson"]).expect(0).lines();
    assert_eq!(exported[1]["recorded_by"], "clerk");
}

#[test]
fn a_dry_run_answers_like_a_real_one_and_keeps_nothing() {
    let data = Data::new();
    let more = scene::milestone("branch", "close", "2025-12-31");
    let dry = |commands: &[Value]| {
        let arguments = ["record", "-", "--dry-run", "--data", data.name()];
        run_with_input(&arguments, &ndjson(commands)).expect(0).lines()
    };
    let answers = dry(&visit());
    assert!(answers.iter().all(|a| a["status"] == "recorded" && a["dry_run"] == true), "{answers:?}");
    assert!(!data.path().join("log.sqlite").exists(), "a dry run makes no ledger");

    data.record(&visit(), 0);
    let before = data.digest();
    assert_eq!(dry(std::slice::from_ref(&more))[0]["positions"], json!([6]), "it sees what is recorded");
    let service = Service::start(data.path(), &[]);
    assert_eq!(dry(&[more])[0]["status"], "recorded", "also beside a service");
    drop(service);
    assert_eq!(data.digest(), before);
}

#[test]
fn a_ledger_without_an_administrator_says_how_to_make_one_and_passwords_are_shown_once() {
    let data = Data::new();
    let (_, words) = Service::start(data.path(), &[]).stop();
    assert!(words.contains("servanda user create NAME"), "{words}");
    let made = data.run(&["user", "create", "chief", "--name", "C", "--role", "administrator", "--password"]).expect(0);
    let password = made.stdout.trim().to_owned();
    assert_eq!((password.len(), password.matches('-').count()), (24, 4), "{password}");
    let (_, words) = Service::start(data.path(), &[]).stop();
    assert!(!words.contains("user create") && !words.contains(&password), "{words}");
    let listed = data.run(&["user", "list", "--json"]).expect(0);
    assert_eq!(listed.json()[0]["role"], "administrator");
    assert_eq!(listed.json()[0]["password_temporary"], true);
    assert!(!listed.stdout.contains("argon2"), "{}", listed.stdout);
    assert!(data.run(&["user", "password", "nobody"]).expect(4).stderr.contains("nobody"));
    assert!(data.run(&["user", "role", "chief", "king"]).expect(2).stderr.contains("administrator"));
}

#[test]
fn the_demo_says_who_can_sign_in_and_makes_new_passwords_at_each_start() {
    let data = Data::new();
    let passwords = |words: &str| -> Vec<String> {
        let is_one = |word: &&str| word.len() == 24 && word.matches('-').count() == 4;
        words.split_whitespace().filter(is_one).map(str::to_owned).collect()
    };
    let (_, first) = Service::start(data.path(), &["--demo"]).stop();
    assert_eq!(passwords(&first).len(), 6, "{first}");
    let (_, second) = Service::start(data.path(), &["--demo"]).stop();
    assert_eq!(passwords(&second).len(), 6);
    assert!(passwords(&first).iter().all(|password| !passwords(&second).contains(password)));
    let listed = data.run(&["user", "list", "--json"]).expect(0).json();
    assert_eq!(listed.as_array().unwrap().len(), 6);
    let kept: String = std::fs::read_dir(data.path())
        .unwrap()
        .map(|file| String::from_utf8_lossy(&std::fs::read(file.unwrap().path()).unwrap_or_default()).into_owned())
        .collect();
    assert!(
        passwords(&second).iter().all(|password| !kept.contains(password)),
        "nothing that opens an account is kept"
    );
}

#[test]
fn users_and_tokens_are_kept_and_a_token_is_shown_once() {
    let data = Data::new();
    data.run(&["user", "add", "official-1", "--name", "Aigerim", "--party", "kaz"]).expect(0);
    assert!(data.run(&["user", "add", "official-1", "--name", "x"]).expect(4).stderr.contains("official-1"));
    assert!(data.run(&["token", "create", "--user", "nobody", "--scope", "read"]).expect(4).stderr.contains("nobody"));
    let token = data.run(&["token", "create", "--user", "official-1", "--scope", "record"]).expect(0).stdout;
    let token = token.trim();
    assert!(token.starts_with("sv_"));
    let listed = data.run(&["token", "list", "--json"]).expect(0);
    assert!(!listed.stdout.contains(&token[3..40]), "the secret is not in the list");
    let id = listed.json()[0]["id"].as_str().unwrap().to_owned();

    let service = Service::start(data.path(), &[]);
    let with = |token: &str| {
        let header = format!("Authorization: Bearer {token}");
        service.post_command_with(&scene::state("kaz", "KAZ"), &[&header]).unwrap().0
    };
    assert_eq!(service.post_command(&scene::state("kaz", "KAZ")).unwrap().0, 401);
    assert_eq!(with(token), 201);
    data.run(&["token", "revoke", &id]).expect(0);
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(with(token), 401, "the service notices");
    drop(service);
    assert!(data.run(&["token", "list"]).expect(0).stdout.contains("revoked"));
    assert!(data.run(&["token", "revoke", "nothing"]).expect(4).stderr.contains("token list"));
    data.run(&["user", "role", "official-1", "reader"]).expect(0);
    let above = data.run(&["token", "create", "--user", "official-1", "--scope", "record"]).expect(4);
    assert!(above.stderr.contains("change the role first"), "{}", above.stderr);
    data.run(&["user", "disable", "official-1"]).expect(0);
    assert!(data.run(&["user", "list"]).expect(0).stdout.contains("disabled"));
}
