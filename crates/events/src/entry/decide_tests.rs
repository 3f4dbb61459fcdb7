//! What a correction may touch, and how a corrected fact reads.

use serde_json::{Value, json};

use crate::Event;
use crate::testing::scene::{achieve, but, commit_funds, company, confirm, correct, disburse, link, milestone, visit};
use crate::testing::{Failure, Story};

/// The milestone `open` planned by `c1.1`, due in 2025-Q2.
fn story() -> Story {
    visit().given(milestone("branch", "open", "2025-Q2"))
}

fn plan(path: &str, old: impl Into<Value>, new: impl Into<Value>) -> Value {
    correct("commitment-branch", "c1.1", path, old, new)
}

#[test]
fn a_correction_names_what_stands_there_and_what_should() {
    let due =
        |text: &str| json!({ "text": text, "earliest": "2025-04-01", "latest": "2025-06-30", "precision": "quarter" });
    story().answers([
        ("a date by its words", plan("/data/due", "2025-Q2", "2025-Q3"), "EntryCorrected"),
        ("a date by all of it", plan("/data/due", due("2025-Q2"), "2025-Q3"), "EntryCorrected"),
        ("a text in one language", plan("/data/titles/en", "open", "opening"), "EntryCorrected"),
        ("a language that is not there yet", plan("/data/titles/fr", Value::Null, "ouverture"), "EntryCorrected"),
        (
            "a field that is not there yet",
            plan("/data/planned_value", Value::Null, json!({ "amount": "5", "currency": "EUR" })),
            "EntryCorrected",
        ),
        (
            "a list where fields have names",
            plan("/data/planned_value", Value::Null, json!(["5", "EUR"])),
            "refused: correction_invalid at /data/patches",
        ),
        ("a field taken away", plan("/data/due", "2025-Q2", Value::Null), "EntryCorrected"),
        ("when it was so", plan("/occurred_on", "2024-11-05", "2024-11-04"), "EntryCorrected"),
        ("when it takes effect", plan("/effective_on", Value::Null, "2025-01-01"), "EntryCorrected"),
        ("whose statement it is", plan("/reported_by", Value::Null, "fra"), "EntryCorrected"),
        ("another old value", plan("/data/due", "2025-Q1", "2025-Q3"), "refused: old_value_differs"),
        (
            "an old value where there is none",
            plan("/data/planned_value", "5", Value::Null),
            "refused: old_value_differs",
        ),
        (
            "no such entry",
            correct("commitment-branch", "c9.1", "/data/due", "2025-Q2", "2025"),
            "refused: entry_unknown",
        ),
        (
            "an entry of another stream",
            correct("commitment-branch", "treaty.1", "/data/due", "2025-Q2", "2025"),
            "refused: entry_unknown",
        ),
    ]);
}

#[test]
fn the_corrected_fact_takes_the_place_of_the_wrong_one() {
    let story = story()
        .given(plan("/data/due", "2025-Q2", "2025-Q3"))
        .given(but(plan("/data/due", "2025-Q3", "2025-Q4"), json!({ "command_id": "again" })));
    let fact = story.fact("c1.1").unwrap();
    let Event::MilestonePlanned(plan) = &fact.event else { panic!("{:?}", fact.event) };
    assert_eq!(plan.due.as_ref().unwrap().latest.to_string(), "2025-12-31");
    assert_eq!((fact.position, fact.formed_at()), (8, 10), "it keeps its place and knows which entry formed it");
    assert_eq!(fact.recorded_at, story.recorded()[7].fact.recorded_at);
    assert!(story.fact("again.1").is_none(), "a correction is no fact of its own");
}

#[test]
fn a_correction_that_was_right_once_cannot_be_repeated() {
    story().given(plan("/data/due", "2025-Q2", "2025-Q3")).answers([
        ("the same wish", plan("/data/due", "2025-Q2", "2025-Q3"), "refused: old_value_differs"),
        (
            "of the correction",
            correct("commitment-branch", "c2.1", "/data/due", "2025-Q2", "2025"),
            "refused: target_is_correction",
        ),
    ]);
}

#[test]
fn a_correction_changes_something() {
    let nothing = "refused: nothing_corrected at /data/patches";
    let no_patch = but(plan("/x", 0, 0), json!({ "data": { "patches": [] } }));
    let story = story().given(achieve("branch", "open", "2025-03-01", "fra"));
    story.answers([
        ("no patch", no_patch, "refused: no_patch at /data/patches"),
        ("the same words", plan("/data/due", "2025-Q2", "2025-Q2"), nothing),
        ("nothing into nothing", plan("/data/planned_value", Value::Null, Value::Null), nothing),
        (
            "the envelope's date of what has a date of its own",
            correct("commitment-branch", "c2.1", "/occurred_on", "2025-03-01", "2025-02-01"),
            nothing,
        ),
    ]);
}

#[test]
fn what_no_correction_reaches_is_refused() {
    let invalid = "refused: correction_invalid at /data/patches";
    story().answers([
        ("an unknown field", plan("/data/colour", Value::Null, "blue"), invalid),
        ("the position", plan("/position", Value::Null, 3), invalid),
        ("who recorded it", plan("/recorded_by", Value::Null, "somebody"), invalid),
        ("flags", plan("/flags", Value::Null, json!([])), invalid),
        ("a path that is none", plan("due", Value::Null, "2025"), invalid),
        ("below a text", plan("/data/titles/en/x", Value::Null, "y"), invalid),
        ("a date that is none", plan("/data/due", "2025-Q2", "2025-02-29"), invalid),
        ("a date that disagrees with its words", plan("/data/due/latest", "2025-06-30", "2025-07-31"), invalid),
        ("a weight below nothing", plan("/data/weight", "1", "-1"), invalid),
        ("a required field taken away", plan("/data/weight", "1", Value::Null), invalid),
        ("relative words", plan("/data/due", "2025-Q2", "this year"), invalid),
        ("a relative day", plan("/occurred_on", "2024-11-05", "this month"), invalid),
        (
            "relative words with an anchor",
            plan("/data/due", "2025-Q2", json!({ "text": "this year", "anchor": "2024-11-05" })),
            "EntryCorrected",
        ),
    ]);
    let mut story = story();
    let failure = story.when(plan("/data/due", "2025-Q2", "this year")).unwrap_err();
    let Failure::Refused(refusal) = failure else { panic!("{failure:?}") };
    assert_eq!(refusal.code_and_params().1["detail"], "relative_date_without_anchor");
}

#[test]
fn which_thing_a_fact_is_about_cannot_be_corrected() {
    let story = story()
        .given(crate::testing::scene::rebaseline("branch", "open", 1, "2025-Q3"))
        .given(commit_funds("branch", "grant", "100", "EUR"))
        .given(disburse("branch", "grant", "60", "EUR", "R1"))
        .given(confirm("branch", "c4.1", "kaz"))
        .given(link("treaty", "visit"))
        .given(crate::testing::scene::declared_count("visit", "documents", "36"));
    let branch = "commitment-branch";
    let moved = json!({ "commitment_id": "school", "milestone_id": "open", "titles": { "en": "open" } });
    let data = serde_json::to_value(&story.fact("c1.1").unwrap().event).unwrap();
    story.answers([
        (
            "the party",
            correct("party-kaz", "kaz.1", "/data/party_id", "kaz", "fra"),
            "refused: identity_not_correctable",
        ),
        (
            "the package",
            correct("package-visit", "visit.1", "/data/package_id", "visit", "x"),
            "refused: identity_not_correctable",
        ),
        (
            "the total",
            correct("package-visit", "c7.1", "/data/declared_id", "documents", "x"),
            "refused: identity_not_correctable",
        ),
        (
            "the agreement",
            correct("agreement-treaty", "treaty.1", "/data/agreement_id", "treaty", "x"),
            "refused: identity_not_correctable",
        ),
        (
            "who signed",
            correct("agreement-treaty", "signed-kaz.1", "/data/party_id", "kaz", "fra"),
            "refused: identity_not_correctable",
        ),
        (
            "the package of a link",
            correct("agreement-treaty", "c6.1", "/data/package_id", "visit", "x"),
            "refused: identity_not_correctable",
        ),
        (
            "the commitment",
            correct(branch, "branch.1", "/data/commitment_id", "branch", "x"),
            "refused: identity_not_correctable",
        ),
        (
            "the milestone",
            correct(branch, "c1.1", "/data/milestone_id", "open", "x"),
            "refused: identity_not_correctable",
        ),
        (
            "the number of a baseline",
            correct(branch, "c2.1", "/data/baseline_no", 1, 2),
            "refused: identity_not_correctable",
        ),
        ("the flow", correct(branch, "c4.1", "/data/flow_id", "grant", "x"), "refused: identity_not_correctable"),
        (
            "the claim that was confirmed",
            correct(branch, "c5.1", "/data/claim_event_id", "c4.1", "c1.1"),
            "refused: identity_not_correctable",
        ),
        ("who confirmed", correct(branch, "c5.1", "/data/by_party", "kaz", "fra"), "refused: identity_not_correctable"),
        (
            "whose statement an answer is",
            correct(branch, "c5.1", "/reported_by", "kaz", "fra"),
            "refused: identity_not_correctable",
        ),
        (
            "an id taken away",
            correct(branch, "c1.1", "/data/milestone_id", "open", Value::Null),
            "refused: identity_not_correctable",
        ),
        (
            "an id inside of all the data",
            correct(branch, "c1.1", "/data", data, moved),
            "refused: identity_not_correctable",
        ),
    ]);
}

#[test]
fn several_patches_are_applied_in_turn_and_all_or_none() {
    let both = |second: Value| {
        but(
            plan("/data/weight", "1", "2"),
            json!({ "data": { "patches": [
        { "path": "/data/weight", "old": "1", "new": "2" }, second,
    ] } }),
        )
    };
    story().answers([
        (
            "the second sees the first",
            both(json!({ "path": "/data/weight", "old": "2", "new": "3" })),
            "EntryCorrected",
        ),
        (
            "the second is wrong",
            both(json!({ "path": "/data/weight", "old": "1", "new": "3" })),
            "refused: old_value_differs",
        ),
        (
            "the second undoes the first",
            both(json!({ "path": "/data/weight", "old": "2", "new": "1" })),
            "refused: nothing_corrected at /data/patches",
        ),
    ]);
}

#[test]
fn a_correction_claims_the_keys_of_the_corrected_fact() {
    let story = visit()
        .given(company("orano", "111"))
        .given(company("vicat", "222"))
        .given(disburse("branch", "grant", "60", "EUR", "R1"))
        .given(disburse("branch", "grant", "10", "EUR", "R2"));
    story.answers([
        (
            "an identifier of another",
            correct("party-vicat", "c2.1", "/data/org_ids/0/id", "222", "111"),
            "refused: org_id_taken",
        ),
        (
            "a reference of another",
            correct("commitment-branch", "c4.1", "/data/reference", "R2", "R1"),
            "refused: payment_already_recorded",
        ),
        ("a free one", correct("party-vicat", "c2.1", "/data/org_ids/0/id", "222", "333"), "EntryCorrected"),
        ("its own name", correct("party-vicat", "c2.1", "/data/names/en", "vicat", "Vicat"), "EntryCorrected"),
    ]);
    let moved = story.given(correct("party-vicat", "c2.1", "/data/org_ids/0/id", "222", "333"));
    moved.answers([
        ("the new one is taken", company("danone", "333"), "refused: org_id_taken"),
        ("the old one is free", company("danone", "222"), "PartyRegistered"),
    ]);
}

#[test]
fn a_correction_reaches_an_entry_of_any_family() {
    let story = visit()
        .given(crate::testing::scene::indicator("turnover"))
        .given(crate::testing::scene::observe("turnover", "2024", "42"));
    story.answers([
        ("a party", correct("party-kaz", "kaz.1", "/data/names/fr", Value::Null, "Kazakhstan"), "EntryCorrected"),
        ("a package", correct("package-visit", "visit.1", "/data/place", Value::Null, "Paris"), "EntryCorrected"),
        (
            "an agreement",
            correct("agreement-treaty", "treaty.1", "/data/class", "intergovernmental", "unknown"),
            "EntryCorrected",
        ),
        ("a value", correct("indicator-turnover", "c2.1", "/data/value", "42", "4.2"), "EntryCorrected"),
        (
            "the stream of a malformed name",
            correct("treaty", "treaty.1", "/data/class", "x", "y"),
            "invalid: malformed_id at /data/stream",
        ),
    ]);
}
