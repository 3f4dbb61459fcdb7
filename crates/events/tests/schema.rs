//! The printed contract: complete, closed in itself, and true of what the program reads and writes.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};
use servanda_events::testing::scene;
use servanda_events::{Command, Event, schema};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn validator(part: &Value, document: &Value) -> jsonschema::Validator {
    let mut schema = part.clone();
    schema["$defs"] = document["$defs"].clone();
    jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{error} in {part}"))
}

fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every command of the demo ledger and of the golden logs, without the time that only stories have.
fn commands_of_the_stories() -> Vec<Value> {
    let mut texts = vec![read("config/demo/paris-visit.ndjson")];
    let logs = std::fs::read_dir(root().join("tests/golden/logs")).unwrap().map(|file| file.unwrap().path());
    texts.extend(logs.map(|path| std::fs::read_to_string(path).unwrap()));
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
    texts.iter().flat_map(|text| text.lines()).map(|line| scene::but(parse(line), json!({ "at": null }))).collect()
}

#[test]
fn every_event_and_every_command_is_in_it() {
    let document = schema::document();
    let keys = |part: &str| -> BTreeSet<String> { document[part].as_object().unwrap().keys().cloned().collect() };
    let events = Event::TYPES.iter().map(|(name, version)| format!("{name}.v{version}")).collect();
    assert_eq!(keys("events"), events);
    assert_eq!(keys("commands"), Command::NAMES.iter().map(|name| (*name).to_owned()).collect());
}

#[test]
fn every_reference_in_it_leads_somewhere() {
    let document = schema::document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 40, "only {} references", found.len());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads outside"));
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let (commands, definitions) = schema::command_document("#/components/schemas");
    let mut found = BTreeSet::new();
    references(&commands, &mut found);
    definitions.values().for_each(|value| references(value, &mut found));
    for reference in found {
        let name = reference.strip_prefix("#/components/schemas/").unwrap_or_else(|| panic!("{reference}"));
        assert!(definitions.contains_key(name), "{reference}");
    }
}

#[test]
fn what_the_program_wrote_fits_the_schema_of_its_type() {
    let document = schema::document();
    let mut checked = 0;
    for (name, version) in Event::TYPES {
        let text = read(&format!("tests/golden/events/{name}.v{version}.json"));
        let entry: Value = serde_json::from_str(&text).unwrap();
        let validator = validator(&document["events"][format!("{name}.v{version}")], &document);
        let wrong: Vec<String> = validator.iter_errors(&entry["data"]).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        assert!(!validator.is_valid(&json!({ "colour": "blue" })), "{name}: the schema lets anything pass");
        checked += 1;
    }
    assert_eq!(checked, Event::TYPES.len());
}

#[test]
fn a_whole_entry_fits_the_schema_of_its_type_and_version() {
    let (entries, definitions) = schema::entry_document("#/$defs");
    let document = json!({ "$defs": definitions });
    let mut checked = 0;
    for (name, schema) in &entries {
        let entry: Value = serde_json::from_str(&read(&format!("tests/golden/events/{name}.json"))).unwrap();
        let validator = validator(schema, &document);
        let wrong: Vec<String> = validator.iter_errors(&entry).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        for changes in [json!({ "type": "Other" }), json!({ "schema": 99 }), json!({ "recorded_at": null })] {
            assert!(!validator.is_valid(&scene::but(entry.clone(), changes.clone())), "{name}: {changes}");
        }
        checked += 1;
    }
    let files = std::fs::read_dir(root().join("tests/golden/events")).unwrap().count();
    assert_eq!(checked, files, "every frozen entry has a schema");
}

#[test]
fn what_the_stories_tell_fits_the_schema_of_its_command() {
    let document = schema::document();
    let told = commands_of_the_stories();
    let mut names = BTreeSet::new();
    for command in &told {
        let name = command["command"].as_str().unwrap();
        let validator = validator(&document["commands"][name], &document);
        let wrong: Vec<String> = validator.iter_errors(command).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{command}: {wrong:?}");
        names.insert(name.to_owned());
    }
    assert_eq!(
        names,
        Command::NAMES.iter().map(|name| (*name).to_owned()).collect(),
        "every command is told somewhere"
    );
}

#[test]
fn what_the_program_refuses_to_read_does_not_fit() {
    let document = schema::document();
    let fits = |command: &Value| {
        let name = command["command"].as_str().unwrap();
        validator(&document["commands"][name], &document).is_valid(command)
    };
    let planned = scene::milestone("branch", "open", "2025-Q3");
    assert!(fits(&planned));
    for changes in [
        json!({ "colour": "blue" }),
        json!({ "command_id": "" }),
        json!({ "expected_revision": -1 }),
        json!({ "evidence": [{ "title": "x", "sha256": "abc" }] }),
        json!({ "data": { "colour": "blue" } }),
        json!({ "data": { "weight": 1 } }),
        json!({ "data": { "weight": "-1" } }),
        json!({ "data": { "milestone_id": "Open" } }),
        json!({ "data": { "milestone_id": null } }),
        json!({ "data": { "milestone_type": "party" } }),
        json!({ "data": { "due": 2025 } }),
        json!({ "data": { "due": { "from": "2025" } } }),
        json!({ "data": { "planned_value": { "amount": "-1", "currency": "EUR" } } }),
    ] {
        assert!(!fits(&scene::but(planned.clone(), changes.clone())), "{changes}");
    }
}
