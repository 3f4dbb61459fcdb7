//! A recorded history: played with its own times, grown later, and kept out of any other ledger.

use serde_json::{Value, json};
use servanda_events::testing::scene;

use super::Place;

const MAPPING: &str = r#"
[source]
name = "old"
title = "An old register"

[table]
id = ["nr", "at"]

[replay]
recorded_at = "at"
ledger = "old-register"

[[fixed]]
what = "state"
command = "RegisterParty"
[fixed.data]
party_id = "kaz"
kind = "state"
names = { en = "Kazakhstan" }
country = "KAZ"

[[command]]
what = "promise"
command = "MakeCommitment"
id = ["nr"]
[command.data]
commitment_id = { column = "nr", slug = "old-" }
obligors = ["kaz"]
modality = "works"
statement = { en = { column = "words" } }
value_status = "unknown"
weight = "1"
verifiable = true
counts_toward_totals = true
"#;

const BEGUN: &str = "nr,at,words\n2,2016-03-01T10:00:00+05:00,A road\n1,2016-02-01T10:00:00Z,A school\n";

fn place() -> Place {
    let place = Place::new();
    place.write("mapping.toml", MAPPING.as_bytes());
    place
}

fn told(entries: &[Value]) -> Vec<(&str, &str)> {
    entries.iter().map(|e| (e["recorded_at"].as_str().unwrap(), e["type"].as_str().unwrap())).collect()
}

#[test]
fn rows_are_recorded_at_the_times_of_their_source_and_in_their_order() {
    let place = place();
    let preview = place.import(BEGUN, &["--dry-run"]).expect(0);
    assert!(preview.stderr.contains("3 created"), "{}", preview.stderr);
    assert!(!std::path::Path::new(&place.path("data")).join("log.sqlite").exists());
    assert_eq!(place.import(BEGUN, &[]).expect(0).stdout, preview.stdout);
    let entries = place.entries();
    let wanted = [
        ("2016-02-01T10:00:00.000000Z", "PartyRegistered"),
        ("2016-02-01T10:00:00.000001Z", "CommitmentMade"),
        ("2016-03-01T05:00:00.000000Z", "CommitmentMade"),
    ];
    assert_eq!(told(&entries), wanted);
    assert!(entries.iter().all(|entry| entry["ledger"] == "old-register"));

    let grown = format!("{BEGUN}1,2017-01-01T00:00:00Z,Two schools\n1,2017-01-02T00:00:00Z,Two schools\n");
    let ran = place.import(&grown, &[]).expect(0);
    assert!(ran.stdout.contains("row 4 (1/2017-01-01T00:00:00Z): changed, 1 entry"), "{}", ran.stdout);
    assert!(ran.stdout.contains("row 3 (1/2016-02-01T10:00:00Z): left as it is\n"), "{}", ran.stdout);
    assert!(ran.stderr.contains("0 created, 1 changed, 4 left as they are") && ran.stderr.contains("; 1 entries"));
    let entries = place.entries();
    assert_eq!(told(&entries)[3..], [("2017-01-01T00:00:00.000000Z", "EntryCorrected")]);
    for again in [&["--dry-run"][..], &[]] {
        let ran = place.import(&grown, again).expect(0);
        assert!(ran.stderr.contains("0 created, 0 changed, 5 left as they are"), "{}", ran.stderr);
        assert!(ran.stderr.contains("; 0 entries"), "{}", ran.stderr);
    }
    assert_eq!(place.entries(), entries, "the same history adds nothing");
    assert!(place.import(BEGUN, &["--dry-run"]).expect(4).stderr.contains("give an empty folder"));
    assert!(place.import(BEGUN, &[]).expect(4).stderr.contains("give an empty folder"), "a shorter history");
}

#[test]
fn no_other_ledger_takes_times_from_outside() {
    let place = place();
    place.record(&scene::state("fra", "FRA"));
    let before = place.entries();
    let ran = place.import(BEGUN, &[]);
    assert!(ran.code != 0 && ran.stderr.contains("old-register"), "{ran:?}");
    assert_eq!(place.entries(), before);
}

#[test]
fn a_row_without_a_time_is_refused_and_so_is_a_history_without_any() {
    let place = place();
    let ran = place.import("nr,at,words\n1,2016-02-01T10:00:00Z,A school\n2,1 March,A road\n", &["--json"]).expect(4);
    let line = ran.lines().into_iter().find(|line| line["status"] == "refused").unwrap();
    let problem = &line["problems"][0];
    assert_eq!((&problem["column"], &problem["code"]), (&json!("at"), &json!("malformed_instant")));
    let ran = Place::import(&self::place(), "nr,at,words\n", &[]);
    assert!(ran.code == 1 && ran.stderr.contains("no row says when"), "{ran:?}");
}
