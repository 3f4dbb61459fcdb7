//! `servanda import` as a person runs it: a table in, previewed, recorded, imported again, changed, mended by hand.
//!
//! Deliberately absent: what mappings can say, which `servanda-interop` tests; real files, which `histories` imports.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "import/again.rs"]
mod again;
#[path = "import/hostile.rs"]
mod hostile;
#[path = "import/replayed.rs"]
mod replayed;

use std::path::Path;

use serde_json::{Value, json};
use servanda_tests::binary::{Ran, command, run, run_with_input};
use servanda_tests::repository::root;

const MAPPING: &str = r#"
[source]
name = "works"
title = "Register of works"

[table]
id = ["nr"]
verbatim = ["state"]

[[command]]
what = "state"
command = "RegisterParty"
shared = true
each = { column = "parties", separator = ";" }
[command.data]
party_id = { item = true, slug = "" }
kind = "state"
names = { en = { item = true } }
country = { item = true }
org_ids = [{ scheme = "ISO-3166-1", id = { item = true } }]

[[command]]
what = "signed"
command = "RegisterAgreement"
[command.data]
agreement_id = { column = "nr", slug = "works-" }
titles = { en = { column = "title" } }
instrument_kind = "contract"
class = "commercial"
legal_effect = "contractual"
legal_effect_basis = "stated"
counts_toward_totals = true
parties = { column = "parties", separator = ";", each = { party_id = { item = true, slug = "" }, role = "party" } }
[command.envelope]
occurred_on = { column = "day", date = "%d.%m.%Y" }

[[command]]
what = "force"
command = "EnterIntoForce"
when = { force = true }
[command.data]
agreement_id = { column = "nr", slug = "works-" }
scope = "all"
effective_on = { column = "force", date = "%d.%m.%Y" }
computed_by_rule = false
"#;

const HEAD: &str = "nr,title,parties,day,force,state\n";
const SCHOOL: &str = "1,A school,KAZ;FRA,5.11.2024,1.1.2025,open\n";
const ROAD: &str = "2,A road,KAZ,6.11.2024,,closed\n";

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.write("mapping.toml", MAPPING.as_bytes());
        place
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn import(&self, table: &str, more: &[&str]) -> Ran {
        self.write("table.csv", table.as_bytes());
        self.import_file("csv", "table.csv", more)
    }

    fn import_file(&self, form: &str, file: &str, more: &[&str]) -> Ran {
        let (file, mapping, data) = (self.path(file), self.path("mapping.toml"), self.path("data"));
        run(&[&["import", form, &file, "--mapping", &mapping, "--data", &data][..], more].concat())
    }

    /// Imports a table and gives the status of each row.
    fn statuses(&self, table: &str) -> Vec<String> {
        self.lines(table).iter().map(|line| line["status"].as_str().unwrap().to_owned()).collect()
    }

    fn lines(&self, table: &str) -> Vec<Value> {
        let mut lines = self.import(table, &["--json"]).lines();
        assert!(lines.pop().unwrap()["summary"].is_object());
        lines
    }

    fn entries(&self) -> Vec<Value> {
        let lines = run(&["export", "ndjson", "--data", &self.path("data")]).expect(0).lines();
        lines.into_iter().filter(|line| line["event_id"].is_string()).collect()
    }

    fn record(&self, command: &Value) {
        run_with_input(&["record", "-", "--data", &self.path("data")], command.to_string().as_bytes()).expect(0);
    }
}

fn patch(path: &str, old: &str, new: &str) -> Value {
    json!({ "command": "CorrectEntry", "data": {
        "stream": "agreement-works-1", "target_event_id": "import-works-1-signed.1", "error_kind": "clerical",
        "reason": "a slip", "patches": [{ "path": path, "old": { "en": old }, "new": { "en": new } }],
    }})
}

#[test]
fn rows_are_previewed_then_recorded_then_left_as_they_are() {
    let place = Place::new();
    let table = format!("{HEAD}{SCHOOL}{ROAD}");
    let preview = place.import(&table, &["--dry-run"]).expect(0);
    assert!(preview.stdout.contains("row 2 (1): created, 4 entries"), "{}", preview.stdout);
    assert!(preview.stderr.contains("2 rows: 2 created") && preview.stderr.contains("dry run"), "{}", preview.stderr);
    assert!(!Path::new(&place.path("data")).join("log.sqlite").exists());

    let recorded = place.import(&table, &[]).expect(0);
    assert_eq!(recorded.stdout, preview.stdout);
    let entries = place.entries();
    assert_eq!(entries.len(), 5);
    let signed = entries.iter().find(|entry| entry["event_id"] == "import-works-1-signed.1").unwrap();
    assert_eq!(signed["note"], "works, row 2 (1); state: open");
    assert_eq!(signed["evidence"][0]["title"], "Register of works");
    assert_eq!(signed["occurred_on"]["text"], "2024-11-05");

    assert_eq!(place.statuses(&table), ["left", "left"]);
    assert_eq!(place.statuses(&format!("{HEAD}{ROAD}{SCHOOL}")), ["left", "left"], "moved rows are the same rows");
    assert_eq!(place.entries().len(), 5);
}

#[test]
fn a_row_that_says_otherwise_now_corrects_and_one_that_grew_adds() {
    let place = Place::new();
    place.import(&format!("{HEAD}{SCHOOL}{ROAD}"), &[]).expect(0);
    let later = format!("{HEAD}{}{}", SCHOOL.replace("A school", "Two schools"), ROAD.replace(",,", ",1.2.2025,"));
    let lines = place.lines(&later);
    assert_eq!((&lines[0]["status"], &lines[1]["status"]), (&json!("changed"), &json!("created")));
    let entries = place.entries();
    let corrected = entries.iter().find(|entry| entry["type"] == "EntryCorrected").unwrap();
    assert_eq!(corrected["data"]["patches"][0]["new"]["en"], "Two schools");
    assert_eq!(corrected["data"]["reason"], "works, row 2 (1): the source says otherwise now");
    assert_eq!(place.statuses(&later), ["left", "left"]);

    let back = format!("{HEAD}{SCHOOL}{}", ROAD.replace(",,", ",1.2.2025,"));
    assert_eq!(place.statuses(&back), ["changed", "left"], "the source went back to what it said first");
    assert_eq!(place.statuses(&later), ["changed", "left"], "and forth again");
    assert_eq!(place.entries().len(), entries.len() + 2);
}

#[test]
fn what_a_person_mended_is_left_alone_until_the_source_says_something_new() {
    let place = Place::new();
    let table = format!("{HEAD}{SCHOOL}");
    place.import(&table, &[]).expect(0);
    place.record(&patch("/data/titles", "A school", "A lycée"));
    let lines = place.lines(&table);
    assert_eq!(lines[0]["status"], "left");
    assert!(lines[0]["remarks"][0].as_str().unwrap().contains("corrected in the ledger"), "{lines:?}");
    assert_eq!(place.statuses(&table.replace("A school", "A college")), ["changed"]);

    place.record(&json!({ "command": "RetractEntry", "data": {
        "stream": "agreement-works-1", "target_event_id": "import-works-1-force.1", "reason": "not in force",
    }}));
    let lines = place.lines(&table.replace("A school", "A college"));
    assert_eq!(lines[0]["status"], "left");
    assert!(lines[0]["remarks"][0].as_str().unwrap().contains("retracted"), "{lines:?}");
}

#[test]
fn a_refused_row_says_where_and_why_and_what_to_do_and_the_others_go_on() {
    let place = Place::new();
    let table = format!("{HEAD}1,A,KAZ,31.2.2024,,x\n{ROAD}3,C,ABC,1.1.2024,,x\n4,D,KAZ,1.1.2024,1.1.2999,x\n");
    let lines = place.lines(&table);
    let told = |line: &Value| {
        let problem = &line["problems"][0];
        (problem["column"].clone(), problem["code"].clone(), line["entries"].clone())
    };
    assert_eq!(told(&lines[0]), (json!("day"), json!("date_in_other_form"), json!(0)));
    assert_eq!(lines[1]["status"], "created");
    assert_eq!(told(&lines[2]), (json!("parties"), json!("unknown_country"), json!(0)));
    let words = place.import(&table, &[]).expect(4);
    assert!(words.stdout.contains("column day: date_in_other_form: “31.2.2024” is no date"), "{}", words.stdout);
    assert!(words.stderr.contains("2 refused") && words.stderr.contains("date_in_other_form 1"), "{}", words.stderr);
}

#[test]
fn a_refusal_does_not_drag_along_those_that_only_follow_from_it() {
    let place = Place::new();
    let table =
        format!("{HEAD}1,A,KAZ,1.1.2999,2.1.2999,x\n2,,KAZ,1.1.2024,,x\n3,C,,1.1.2024,,x\n4,D\u{b}E,KAZ,1.1.2024,,x\n");
    let lines = place.lines(&table);
    let told = |line: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let problems = line["problems"].as_array().unwrap();
        problems.iter().map(|problem| (text(&problem["column"]), text(&problem["code"]))).collect()
    };
    let one = |column: &str, code: &str| vec![(column.to_owned(), code.to_owned())];
    assert_eq!(told(&lines[0]), one("day", "date_in_future"), "and not that the document is unknown");
    assert_eq!(told(&lines[1]), one("title", "cell_missing"));
    assert_eq!(told(&lines[2]), one("parties", "cell_missing"));
    assert_eq!(told(&lines[3]), one("title", "control_character"));
    let sentence = lines[3]["problems"][0]["sentence"].as_str().unwrap();
    assert!(sentence.contains("U+000B (vertical tab)") && sentence.contains("character 2"), "{sentence}");
}

#[test]
fn a_last_line_without_an_end_is_taken_with_a_warning_where_the_mapping_allows_it() {
    let place = Place::new();
    place.write("mapping.toml", MAPPING.replace("id = [\"nr\"]", "id = [\"nr\"]\nopen_end = true").as_bytes());
    let table = format!("{HEAD}{SCHOOL}{}", ROAD.trim_end());
    let preview = place.import(&table, &["--dry-run"]).expect(0);
    let lines: Vec<&str> = preview.stdout.lines().collect();
    assert!(!lines[0].contains("has no end") && lines[1].contains("has no end"), "{}", preview.stdout);
}

#[test]
fn a_file_that_is_damaged_records_nothing_at_all() {
    let place = Place::new();
    let rows: String = (1..2_000).map(|n| format!("{n},A,KAZ,1.1.2024,,x\n")).collect();
    let cut = format!("{HEAD}{rows}2000,\"A");
    let ran = place.import(&cut, &[]).expect(2);
    assert!(ran.stderr.contains("cut off") && ran.stderr.contains("nothing was recorded"), "{}", ran.stderr);
    assert!(!Path::new(&place.path("data")).join("log.sqlite").exists());
    place.write("wide.csv", &[0xff, 0xfe, 0x41, 0]);
    assert!(place.import_file("csv", "wide.csv", &[]).expect(2).stderr.contains("UTF-16LE"));
    assert!(place.import_file("csv", "none.csv", &[]).expect(1).stderr.contains("none.csv"));
}

#[test]
fn wrong_use_is_told_with_what_is_right() {
    let place = Place::new();
    place.write("table.csv", HEAD.as_bytes());
    let (file, data) = (place.path("table.csv"), place.path("data"));
    let ran = run(&["import", "csv", &file, "--data", &data]).expect(2);
    assert!(ran.stderr.contains("--mapping"), "{}", ran.stderr);
    place.write("mapping.toml", MAPPING.replace("verbatim", "verbatin").as_bytes());
    let ran = place.import_file("csv", "table.csv", &[]).expect(2);
    assert!(ran.stderr.contains("mapping.toml") && ran.stderr.contains("did you mean `verbatim`"), "{}", ran.stderr);
    let ran = run(&["import", "ndjson", &file, "--dry-run", "--data", &data]).expect(2);
    assert!(ran.stderr.contains("as it is"), "{}", ran.stderr);
    assert!(run(&["import", "pdf", &file]).expect(2).stderr.contains("csv"));
}

#[test]
fn a_cell_that_was_emptied_takes_nothing_back_and_is_told() {
    let place = Place::new();
    let table = format!("{HEAD}{SCHOOL}{ROAD}");
    place.import(&table, &[]).expect(0);
    let emptied = table.replace("1.1.2025", "");
    let lines = place.lines(&emptied);
    let problem = &lines[0]["problems"][0];
    assert_eq!((&lines[0]["status"], &problem["what"]), (&json!("refused"), &json!("force")));
    assert!(problem["sentence"].as_str().unwrap().contains("retract the entry import-works-1-force.1"), "{problem}");
    assert_eq!(lines[1]["status"], "left", "what was always empty is nobody's trouble");
    place.record(&json!({ "command": "RetractEntry", "data": {
        "stream": "agreement-works-1", "target_event_id": "import-works-1-force.1", "reason": "not in force",
    }}));
    assert_eq!(place.statuses(&emptied), ["left", "left"]);
}

#[test]
fn a_release_that_updates_an_earlier_one_corrects_it_once_however_often_they_come() {
    let place = Place::new();
    place.write("mapping.toml", b"[source]\nname = \"contracts\"\ntitle = \"Contracts\"\n");
    let release = |id: &str, tag: &str, amount: u64| {
        json!({
            "ocid": "o-1", "id": id, "date": format!("2010-0{}-01T00:00:00Z", id.len()), "tag": [tag],
            "parties": [{ "id": "B", "roles": ["buyer"] }, { "id": "S", "roles": ["supplier"] }],
            "contracts": [{ "id": "c", "title": "A lane", "value": { "amount": amount, "currency": "GBP" } }],
        })
    };
    let first = release("r", "contract", 11);
    let package = |releases: &[&Value]| json!({ "releases": releases }).to_string();
    let (update, back) = (release("rr", "contractUpdate", 12), release("rrr", "contractUpdate", 11));
    let entries = |releases: &[&Value]| {
        place.write("releases.json", package(releases).as_bytes());
        let lines = place.import_file("ocds", "releases.json", &["--json"]).expect(0).lines();
        lines.last().unwrap()["summary"]["entries"].clone()
    };
    assert_eq!(entries(&[&first]), 3);
    assert_eq!(entries(&[&first, &update]), 2, "the promise and what is owed are corrected");
    assert_eq!(entries(&[&first, &update]), 0);
    assert_eq!(entries(&[&first]), 0, "an old release does not undo a newer one");
    assert_eq!(entries(&[&first, &update, &back]), 2, "a newer one may say what the first one said");
    assert_eq!(entries(&[&first, &update, &back]), 0);
}

#[test]
fn the_example_of_the_page_on_importing_runs_as_written() {
    let page = std::fs::read_to_string(root().join("docs/importing.md")).unwrap();
    let place = Place::new();
    let lines: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("servanda ") && (line.contains("works") || line.contains("progress ledger")))
        .collect();
    assert_eq!(lines.len(), 3);
    let mut answers = Vec::new();
    for line in lines {
        let line = line.replace("--data ledger", &format!("--data {}", place.path("data")));
        let arguments: Vec<&str> = line.split_whitespace().skip(1).collect();
        let output = command(&arguments).current_dir(root()).output().unwrap();
        answers.push(Ran::from(output).expect(0).stdout);
    }
    assert!(answers[0].contains("row 3 (2): created, 5 entries"), "{}", answers[0]);
    assert_eq!(answers[0], answers[1]);
    assert!(answers[2].contains("0 measurable of 3 identified"), "{}", answers[2]);
}

#[test]
fn standard_input_is_imported_as_a_file_is() {
    let place = Place::new();
    let (mapping, data) = (place.path("mapping.toml"), place.path("data"));
    let table = format!("{HEAD}{SCHOOL}");
    let arguments = ["import", "csv", "-", "--mapping", &mapping, "--data", &data];
    let ran = run_with_input(&arguments, table.as_bytes()).expect(0);
    assert_eq!(ran.stdout, "row 2 (1): created, 4 entries\n");
    assert_eq!(place.entries().len(), 4);
}
