//! What is read as a command, what its envelope means, and which commands are the same.

use serde_json::{Value, json};

use super::{COMMAND_BYTES_MAX, ParseError, Request};
use crate::testing::scene::{achieve, but, commitment, company, milestone, rebaseline, state, visit, with};
use crate::testing::{Failure, Story, parsed};

fn told(bytes: &[u8]) -> String {
    match Story::at("2025-03-20T09:00:00Z").when_bytes(bytes) {
        Ok(_) => "recorded".to_owned(),
        Err(failure) => failure.to_string(),
    }
}

#[test]
fn what_is_no_command_is_refused_with_a_code_and_changes_nothing() {
    let long = state("kaz", "KAZ").to_string().replace("kaz\"}", &format!("{}\"}}", "k".repeat(COMMAND_BYTES_MAX)));
    let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for (case, bytes, expected) in [
        ("nothing", b"".as_slice(), "unreadable: malformed_json"),
        ("half of it", br#"{"command":"RegisterParty","data":{"#, "unreadable: malformed_json"),
        ("two at once", br#"{"command":"X","data":{}} {}"#, "unreadable: malformed_json"),
        ("not UTF-8", b"{\"command\":\"\xff\"}", "unreadable: invalid_utf8"),
        ("half a surrogate pair", br#"{"command":"\ud800","data":{}}"#, "unreadable: malformed_json"),
        ("a key twice", br#"{"command":"X","command":"Y","data":{}}"#, "unreadable: duplicate_key"),
        ("a key twice within", br#"{"command":"X","data":{"a":1,"a":1}}"#, "unreadable: duplicate_key"),
        ("a fraction", br#"{"command":"X","data":{"weight":1.5}}"#, "unreadable: float_not_allowed"),
        ("an exponent", br#"{"command":"X","data":{"weight":1e3}}"#, "unreadable: float_not_allowed"),
        (
            "an integer beyond all readers",
            br#"{"command":"X","data":{"n":9007199254740993}}"#,
            "unreadable: integer_too_large",
        ),
        ("not a number", br#"{"command":"X","data":{"n":NaN}}"#, "unreadable: malformed_json"),
        ("too deep", nested.as_bytes(), "unreadable: malformed_json"),
        ("too long", long.as_bytes(), "unreadable: command_too_large"),
        ("a list", b"[]", "invalid: object_expected at "),
        ("a list of all that a command has", br#"["RegisterParty",{}]"#, "invalid: object_expected at "),
        ("a number", b" 3", "invalid: object_expected at "),
        ("no command", br#"{"data":{}}"#, "invalid: missing_field at /command"),
        ("no data", br#"{"command":"RegisterParty"}"#, "invalid: missing_field at /data"),
        ("an unknown command", br#"{"command":"DeleteParty","data":{}}"#, "invalid: unknown_command at /command"),
        ("the name of an event", br#"{"command":"PartyRegistered","data":{}}"#, "invalid: unknown_command at /command"),
    ] {
        assert_eq!(told(bytes), expected, "{case}");
    }
}

#[test]
fn fields_have_names_and_are_never_taken_by_their_order() {
    let funds = crate::testing::scene::commit_funds("branch", "grant", "100", "EUR");
    visit().answers([
        (
            "an amount",
            with(funds.clone(), json!({ "amount": ["100", "EUR"] })),
            "invalid: object_expected at /data/amount",
        ),
        (
            "the whole of the data",
            json!({ "command": "LinkAgreementToPackage", "data": ["treaty", "visit"] }),
            "invalid: object_expected at /data",
        ),
        (
            "an item of a list",
            with(company("orano", "1"), json!({ "org_ids": [["KZ-BIN", "1"]] })),
            "invalid: object_expected at /data/org_ids/0",
        ),
        (
            "an item of the envelope",
            but(funds.clone(), json!({ "evidence": [["contract", null, null, null, null]] })),
            "invalid: object_expected at /evidence/0",
        ),
        ("with their names", but(funds, json!({ "evidence": [{ "title": "contract" }] })), "FundsCommitted"),
    ]);
}

#[test]
fn a_field_that_is_wrong_is_named_by_its_place() {
    let party = || company("orano", "1");
    Story::at("2025-03-20T09:00:00Z").answers([
        (
            "an unknown field of the data",
            with(party(), json!({ "colour": "blue" })),
            "invalid: unknown_field at /data/colour",
        ),
        ("an unknown field beside it", but(party(), json!({ "colour": "blue" })), "invalid: unknown_field at /colour"),
        (
            "a time, which only stories have",
            but(party(), json!({ "at": "2025-01-01T00:00:00Z" })),
            "invalid: unknown_field at /at",
        ),
        ("a missing field", with(party(), json!({ "kind": null })), "invalid: missing_field at /data/kind"),
        ("a kind that is none", with(party(), json!({ "kind": "person" })), "invalid: unknown_value at /data/kind"),
        ("an id in capitals", with(party(), json!({ "party_id": "Orano" })), "invalid: malformed_id at /data/party_id"),
        (
            "an id too long",
            with(party(), json!({ "party_id": "o".repeat(65) })),
            "invalid: malformed_id at /data/party_id",
        ),
        ("an empty id", with(party(), json!({ "party_id": "" })), "invalid: malformed_id at /data/party_id"),
        ("a path as an id", with(party(), json!({ "party_id": "../etc" })), "invalid: malformed_id at /data/party_id"),
        ("an id with a blank", but(party(), json!({ "command_id": "a b" })), "invalid: malformed_id at /command_id"),
        (
            "an id of a command too long",
            but(party(), json!({ "command_id": "x".repeat(65) })),
            "invalid: malformed_id at /command_id",
        ),
        ("no name", with(party(), json!({ "names": { "en": null } })), "invalid: no_text at /data/names"),
        (
            "a name of blanks",
            with(party(), json!({ "names": { "en": " " } })),
            "invalid: text_missing at /data/names/en",
        ),
        (
            "a name with a null character",
            with(party(), json!({ "names": { "en": "a\u{0}" } })),
            "invalid: control_character at /data/names/en",
        ),
        (
            "a language that is none",
            with(party(), json!({ "names": { "English": "x" } })),
            "invalid: malformed_language at /data/names/English",
        ),
        (
            "a hash that is none",
            but(party(), json!({ "evidence": [{ "title": "x" }, { "title": "y", "sha256": "abc" }] })),
            "invalid: malformed_hash at /evidence/1/sha256",
        ),
        (
            "a day that does not exist",
            but(party(), json!({ "effective_on": "2025-02-29" })),
            "invalid: impossible_date at /effective_on",
        ),
        (
            "a revision below nothing",
            but(party(), json!({ "expected_revision": -1 })),
            "invalid: invalid_field at /expected_revision",
        ),
    ]);
}

#[test]
fn the_same_content_has_the_same_hash_whatever_its_form_and_its_id() {
    let hash = |text: &str| Request::parse(text.as_bytes()).unwrap().content_hash().unwrap();
    let plain = hash(
        r#"{"command":"RecordExchangeRate","data":{"rate_id":"r","base":"EUR","quote":"USD","rate":"1.1","rate_date":"2025-01-01","source":"b"}}"#,
    );
    let spaced = hash(
        r#" { "data": {"source":"\u0062", "rate_date":"2025-01-01", "rate":"1.1", "quote":"USD","base":"EUR","rate_id":"r" },
            "command_id": "x", "expected_revision": 4, "note": null, "demonstration": false, "command": "RecordExchangeRate" } "#,
    );
    assert_eq!(plain, spaced);
    let noted = hash(
        r#"{"command":"RecordExchangeRate","note":"n","data":{"rate_id":"r","base":"EUR","quote":"USD","rate":"1.1","rate_date":"2025-01-01","source":"b"}}"#,
    );
    assert_ne!(plain, noted, "a remark is content");
}

#[test]
fn an_id_that_was_used_gives_the_first_answer_or_is_refused() {
    let mut story = visit();
    let planned = but(milestone("branch", "open", "2025"), json!({ "command_id": "once" }));
    let first = story.when(&planned).unwrap();
    let entries = story.entries().len();
    assert_eq!(story.when(&planned).unwrap(), first);
    let other = with(planned, json!({ "weight": "2" }));
    assert_eq!(story.when(&other), Err(Failure::CommandIdReused));
    assert_eq!(story.entries().len(), entries);
}

#[test]
fn a_command_may_demand_the_revision_of_its_stream() {
    let expecting = |revision: u64| but(milestone("branch", "open", "2025"), json!({ "expected_revision": revision }));
    visit().answers([
        ("the one it has", expecting(1), "MilestonePlanned"),
        ("an older one", expecting(0), "refused: revision_differs"),
        ("a newer one", expecting(2), "refused: revision_differs"),
    ]);
    let fresh = but(state("usa", "USA"), json!({ "expected_revision": 0 }));
    visit().answers([("of a stream without entries", fresh, "PartyRegistered")]);
}

#[test]
fn what_the_sender_says_beside_the_data_stands_in_the_entry() {
    let told = json!({
        "reported_by": "fra", "occurred_on": "2025-02", "effective_on": "2027-01-01", "note": "read aloud",
        "evidence": [{ "title": "minutes", "url": "https://example.org/m", "sha256": "0".repeat(64) }],
        "demonstration": true, "causation_id": "branch.1", "correlation_id": "session-4",
    });
    let story = visit().given(but(rebaseline_later(), told));
    let recorded = story.recorded().last().unwrap();
    let fact = &recorded.fact;
    assert_eq!(fact.reported_by, Some(parsed("fra")));
    assert_eq!(fact.occurred_on.latest.to_string(), "2025-02-28");
    assert_eq!(fact.effective_on, Some(parsed("2027-01-01")));
    assert_eq!(fact.note.as_ref().map(crate::text::Line::as_str), Some("read aloud"));
    assert_eq!(fact.evidence[0].title.as_str(), "minutes");
    assert!(fact.demonstration);
    assert_eq!(recorded.causation_id, Some(parsed("branch.1")));
    assert_eq!(recorded.correlation_id, Some(parsed("session-4")));
}

fn rebaseline_later() -> Value {
    milestone("branch", "open", "2026")
}

#[test]
fn nothing_was_so_in_the_future() {
    let future = "refused: date_in_future at /occurred_on";
    let story = visit().given(milestone("branch", "open", "2025"));
    let on = |command: Value, day: &str| but(command, json!({ "occurred_on": day }));
    story.answers([
        ("a party", on(state("usa", "USA"), "2025-03-21"), future),
        ("a promise", on(commitment("school"), "2025-04"), future),
        ("a plan", on(milestone("branch", "build", "2026"), "2026"), future),
        ("a move", on(rebaseline("branch", "open", 1, "2026"), "2025-03-21"), future),
        ("today", on(commitment("school"), "2025-03-20"), "CommitmentMade"),
        ("some day this year", on(commitment("school"), "2025"), "CommitmentMade"),
    ]);
}

#[test]
fn a_day_may_be_reported_as_soon_as_it_has_begun_anywhere() {
    let late = |instant: &str| visit().then_at(instant).given(milestone("branch", "open", "2025"));
    let achieved = achieve("branch", "open", "2025-03-21", "fra");
    late("2025-03-20T09:59:59Z").answers([(
        "a second before midnight furthest east",
        achieved.clone(),
        "refused: achievement_in_future at /data/achieved_on",
    )]);
    late("2025-03-20T19:00:00Z").answers([("midnight in Astana", achieved, "MilestoneAchieved")]);
}

#[test]
fn a_relative_date_in_the_envelope_needs_an_anchor() {
    let this_year = |date: Value| but(company("orano", "1"), json!({ "occurred_on": date }));
    visit().answers([
        ("none", this_year(json!("this year")), "invalid: relative_date_without_anchor at /occurred_on"),
        ("its own", this_year(json!({ "text": "this year", "anchor": "2025-01-05" })), "PartyRegistered"),
        ("the package's", but(commitment("school"), json!({ "occurred_on": "this month" })), "CommitmentMade"),
    ]);
}

#[test]
fn a_request_of_the_largest_size_is_read() {
    let filler = COMMAND_BYTES_MAX - but(state("kaz", "KAZ"), json!({ "command_id": "x" })).to_string().len();
    let mut text = but(state("kaz", "KAZ"), json!({ "command_id": "x" })).to_string();
    text.push_str(&" ".repeat(filler));
    assert_eq!(text.len(), COMMAND_BYTES_MAX);
    assert_eq!(told(text.as_bytes()), "recorded");
    text.push(' ');
    assert!(
        matches!(Request::parse(text.as_bytes()), Err(ParseError::Unreadable(error)) if error.code == "command_too_large")
    );
}
