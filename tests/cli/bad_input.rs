//! What must be refused, each with a stable code, a sentence and nothing changed.

use serde_json::{Value, json};
use servanda_events::testing::scene;

use super::{Data, ndjson, visit};

/// A line that must not be recorded, with the status and the code of its answer and the field at fault.
type Bad = (&'static str, Vec<u8>, &'static str, &'static str, Option<&'static str>);

fn text(line: impl ToString) -> Vec<u8> {
    line.to_string().into_bytes()
}

fn unreadable_lines() -> Vec<Bad> {
    let long = scene::but(scene::state("x", "KAZ"), json!({ "note": "x".repeat(70_000) }));
    let mut latin = text(scene::state("x", "KAZ"));
    let at = latin.iter().position(|byte| *byte == b'x').unwrap();
    latin[at] = 0xE9;
    let with = |replaced: &str, by: &str| text(scene::state("x", "KAZ").to_string().replace(replaced, by));
    vec![
        ("no JSON", text("{\"command\": "), "unreadable", "malformed_json", None),
        ("not one value", text("{} {}"), "unreadable", "malformed_json", None),
        ("NaN", with("\"KAZ\"", "NaN"), "unreadable", "malformed_json", None),
        ("a key twice", with("\"country\"", "\"kind\":\"io\",\"country\""), "unreadable", "duplicate_key", None),
        ("longer than 64 KiB", text(long), "unreadable", "command_too_large", None),
        ("much longer than 64 KiB", vec![b'['; 3_000_000], "unreadable", "command_too_large", None),
        ("not UTF-8", latin, "unreadable", "invalid_utf8", None),
    ]
}

fn invalid_lines() -> Vec<Bad> {
    let paying = |amount: Value| {
        let data = json!({ "amount": amount, "value_status": "known", "agreement_id": null });
        text(scene::but(scene::commitment("more"), json!({ "data": data })))
    };
    let money = |amount: Value| json!({ "amount": amount, "currency": "EUR" });
    let due = |due: &str| text(scene::milestone("branch", "more", due));
    let amount = Some("/data/amount/amount");
    vec![
        (
            "an unknown command",
            text(json!({"command":"BreakPromise","data":{}})),
            "invalid",
            "unknown_command",
            Some("/command"),
        ),
        (
            "an unknown field",
            text(scene::but(scene::state("x", "KAZ"), json!({ "data": { "colour": "red" } }))),
            "invalid",
            "unknown_field",
            Some("/data/colour"),
        ),
        (
            "a missing field",
            text(scene::but(scene::state("x", "KAZ"), json!({ "data": { "kind": null } }))),
            "invalid",
            "missing_field",
            Some("/data/kind"),
        ),
        ("a float for money", paying(money(json!(12.5))), "unreadable", "float_not_allowed", None),
        (
            "an unknown currency",
            paying(json!({"amount":"1","currency":"XXZ"})),
            "invalid",
            "unknown_currency",
            Some("/data/amount/currency"),
        ),
        ("NaN in words", paying(money(json!("NaN"))), "invalid", "malformed_decimal", amount),
        ("an overflow", paying(money(json!("9".repeat(40)))), "invalid", "decimal_overflow", amount),
        ("a negative amount", paying(money(json!("-5"))), "invalid", "negative_amount", Some("/data/amount")),
        (
            "a negative weight",
            text(scene::but(scene::milestone("branch", "more", "2026"), json!({ "data": { "weight": "-1" } }))),
            "invalid",
            "negative_weight",
            Some("/data/weight"),
        ),
        ("an impossible date", due("2025-02-30"), "invalid", "impossible_date", Some("/data/due")),
        ("an unknown phrase", due("soon"), "invalid", "malformed_date", Some("/data/due")),
    ]
}

fn refused_lines() -> Vec<Bad> {
    let lonely = json!({ "data": { "agreement_id": null, "package_id": null, "planned_end": "next year" } });
    let revision = |revision: u64| {
        scene::but(scene::milestone("branch", "more", "2026"), json!({ "expected_revision": revision }))
    };
    vec![
        (
            "a relative date without an anchor",
            text(scene::but(scene::commitment("lonely"), lonely)),
            "invalid",
            "relative_date_without_anchor",
            Some("/data/planned_end"),
        ),
        (
            "a future achievement",
            text(scene::achieve("branch", "open", "9000-01-01", "fra")),
            "refused",
            "achievement_in_future",
            Some("/data/achieved_on"),
        ),
        ("a wrong revision", text(revision(7)), "refused", "revision_differs", None),
        ("what is not there", text(scene::milestone("nothing", "more", "2026")), "refused", "commitment_unknown", None),
        (
            "a claim by nobody",
            text(scene::but(scene::achieve("branch", "open", "2025-01-01", "fra"), json!({ "reported_by": null }))),
            "refused",
            "reporter_missing",
            Some("/reported_by"),
        ),
    ]
}

#[test]
fn a_bad_line_is_answered_with_its_code_and_changes_nothing() {
    let data = Data::new();
    data.record(&visit(), 0);
    let before = data.digest();
    let bad: Vec<Bad> = [unreadable_lines(), invalid_lines(), refused_lines()].concat();
    let mut input: Vec<u8> = Vec::new();
    for (_, line, ..) in &bad {
        input.extend(line);
        input.push(b'\n');
    }
    let answers = data.record_bytes(&input, 4);
    assert_eq!(answers.len(), bad.len());
    let mut wrong = Vec::new();
    for ((what, _, status, code, pointer), answer) in bad.iter().zip(&answers) {
        let found = (answer["status"].as_str(), answer["code"].as_str(), answer["pointer"].as_str());
        if found != (Some(*status), Some(*code), *pointer) {
            wrong.push(format!("{what}: {answer}"));
        }
        assert!(answer["sentence"].as_str().is_some_and(|s| s.len() > 20 && !s.contains('\u{1}')), "{what}: {answer}");
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(data.digest(), before);
}

#[test]
fn good_lines_between_bad_ones_are_recorded() {
    let data = Data::new();
    let mut input = b"{}\n".to_vec();
    input.extend(ndjson(&visit()));
    input.extend(b"\n\n not JSON\n");
    let answers = data.record_bytes(&input, 4);
    let statuses: Vec<(u64, &str)> =
        answers.iter().map(|a| (a["line"].as_u64().unwrap(), a["status"].as_str().unwrap())).collect();
    let recorded = (2..=6).map(|line| (line, "recorded"));
    let expected: Vec<_> = [(1, "invalid")].into_iter().chain(recorded).chain([(9, "unreadable")]).collect();
    assert_eq!(statuses, expected);
    assert_eq!(data.digest()["position"], 5);
}

#[test]
fn an_input_that_is_not_there_is_said_to_be_so() {
    let data = Data::new();
    let words = data.run(&["record", "nowhere.ndjson"]).expect(1).stderr;
    assert!(words.contains("nowhere.ndjson") && words.contains("check the name"), "{words}");
    let words = data.run(&["import", "ndjson", "nowhere.ndjson"]).expect(1).stderr;
    assert!(words.contains("nowhere.ndjson"), "{words}");
}
