//! Rules of a promise as a whole.

use serde_json::{Value, json};

use crate::commitment::{Closing, MappedStatus, State};
use crate::testing::scene::{
    achieve, adjust, amend, assess, attach, but, cancel, commit_funds, commitment, confirm, correct, disburse, dispute,
    fulfil, give_back, give_up, merge, milestone, promote, prospect, rebaseline, resolve, resume, retract,
    source_status, split, suspend, visit, with,
};
use crate::testing::{Story, parsed};

fn state<T>(story: &Story, id: &str, as_of: Option<&str>, read: impl Fn(&State<'_>) -> T) -> T {
    let history = story.history(&parsed(&format!("commitment-{id}")));
    read(&State::of(history.facts(), as_of.map(parsed)))
}

fn money(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

/// `school`, promised for 100 EUR.
fn school() -> Story {
    visit().given(with(commitment("school"), json!({ "amount": money("100"), "value_status": "known" })))
}

#[test]
fn a_prospect_becomes_a_promise_once_under_the_rules_of_any_promise() {
    let story = visit().given(prospect("centre"));
    let another = with(promote("centre"), json!({ "promise": { "commitment_id": "school" } }));
    story.answers([
        ("as it is", promote("centre"), "CommitmentPromoted"),
        ("without a prospect", promote("school"), "refused: prospect_unknown"),
        ("what was promised outright", promote("branch"), "refused: commitment_already_made"),
        ("another promise", another, "refused: promise_of_another at /data/promise/commitment_id"),
        (
            "of nobody",
            with(promote("centre"), json!({ "promise": { "obligors": [] } })),
            "refused: no_obligor at /data/obligors",
        ),
        (
            "of an unknown agreement",
            with(promote("centre"), json!({ "promise": { "agreement_id": "none", "planned_end": null } })),
            "CommitmentPromoted [no_planned_end, agreement_unknown]",
        ),
        ("a milestone before", milestone("centre", "open", "2025"), "refused: still_a_prospect"),
    ]);
    let story = story.given(promote("centre"));
    story.answers([
        ("again", promote("centre"), "nothing"),
        (
            "on another basis",
            with(promote("centre"), json!({ "basis": "a letter" })),
            "refused: prospect_already_promoted",
        ),
        ("a milestone after", milestone("centre", "open", "2025"), "MilestonePlanned"),
        ("the prospect alone is retracted", retract("commitment-centre", "c1.1", &[]), "refused: dependants_remain"),
    ]);
    assert!(state(&story, "centre", None, |s| s.made().is_some() && s.prospect().is_some()));
    assert!(state(&story, "centre", Some("2025-03-19"), |s| s.made().is_none()), "not before the promotion");
}

#[test]
fn words_of_time_in_a_promotion_are_read_with_the_day_of_its_package() {
    let soon = with(promote("centre"), json!({ "promise": { "planned_end": "next year" } }));
    let story = visit().given(prospect("centre")).given(soon);
    let end = state(&story, "centre", None, |s| s.made().unwrap().1.planned_end.clone().unwrap());
    assert_eq!(end.latest, parsed("2025-12-31"));
    let odd = with(promote("centre"), json!({ "promise": { "planned_end": "some day" } }));
    let refused = visit().given(prospect("centre")).answer(odd);
    assert!(refused.ends_with("at /data/promise/planned_end"), "{refused}");
}

#[test]
fn an_amendment_names_what_stood_there_and_holds_from_its_day_on() {
    let more =
        || but(amend("school", "a1", "amount", money("100"), money("150")), json!({ "occurred_on": "2025-02-01" }));
    let story = school();
    story.answers([
        ("more", but(more(), json!({ "occurred_on": "2025-03-20" })), "CommitmentAmended"),
        ("before the promise", more(), "refused: amended_before_promise"),
    ]);
    let early = json!({ "occurred_on": "2024-11-05", "data": { "amount": money("100"), "value_status": "known" } });
    let story = visit().given(but(commitment("school"), early));
    story.answers([
        ("as it is", more(), "CommitmentAmended"),
        ("another old value", with(more(), json!({ "old": money("99") })), "refused: old_value_differs"),
        ("nothing new", with(more(), json!({ "new": money("100") })), "refused: amendment_invalid at /data/new"),
        ("no amount", with(more(), json!({ "new": "much" })), "refused: amendment_invalid at /data/new"),
        ("by one side", with(more(), json!({ "agreed_by": ["fra"] })), "CommitmentAmended [not_agreed_by_all]"),
        (
            "no obligor",
            amend("school", "a1", "obligors", json!(["fra"]), json!([])),
            "refused: no_obligor at /data/obligors",
        ),
        (
            "an unknown one",
            amend("school", "a1", "obligors", json!(["fra"]), json!(["orano"])),
            "CommitmentAmended [party_unknown]",
        ),
        ("its end", amend("school", "a1", "planned_end", "2026", "2027-Q1"), "CommitmentAmended"),
        (
            "words of time",
            amend("school", "a1", "planned_end", "2026", "next year"),
            "refused: amendment_invalid at /data/new",
        ),
        (
            "no statement",
            amend("school", "a1", "statement", json!({ "en": "a branch will open" }), Value::Null),
            "refused: amendment_invalid at /data/new",
        ),
        ("of no promise", amend("none", "a1", "planned_end", "2026", "2027"), "refused: commitment_unknown"),
    ]);
    let story = story.given(more());
    story.answers([
        ("again", more(), "nothing"),
        ("its id for another", amend("school", "a1", "planned_end", "2026", "2027"), "refused: amendment_id_taken"),
        (
            "what was so before",
            amend("school", "a2", "amount", money("100"), money("160")),
            "refused: old_value_differs",
        ),
    ]);
    let amount = |story: &Story, day| state(story, "school", day, |s| s.made().unwrap().1.amount.unwrap().to_string());
    assert_eq!(amount(&story, Some("2025-01-31")), "100 EUR");
    assert_eq!(amount(&story, Some("2025-02-01")), "150 EUR");
    // Recorded later, and of an earlier day: it does not undo what came after it.
    let between =
        but(amend("school", "a0", "amount", money("100"), money("120")), json!({ "occurred_on": "2025-01-10" }));
    let story = story.given(between);
    assert_eq!(amount(&story, Some("2025-01-31")), "120 EUR");
    assert_eq!(amount(&story, None), "150 EUR");
    assert_eq!(state(&story, "school", None, |s| s.promise().unwrap().original.amount.unwrap().to_string()), "100 EUR");
}

#[test]
fn an_amount_that_was_unknown_becomes_known_by_amendment_and_a_taken_one_unknown() {
    use crate::commitment::ValueStatus;
    let story = visit().given(amend("branch", "a1", "amount", Value::Null, money("5")));
    assert_eq!(state(&story, "branch", None, |s| s.made().unwrap().1.value_status), ValueStatus::Known);
    let story = story.given(amend("branch", "a2", "amount", money("5"), Value::Null));
    assert_eq!(state(&story, "branch", None, |s| s.made().unwrap().1.value_status), ValueStatus::Unknown);
}

#[test]
fn a_correction_of_the_promise_and_an_amendment_are_two_things() {
    let corrected = school().given(correct("commitment-school", "c1.1", "/data/amount/amount", "100", "110"));
    corrected.answers([
        ("the old record", amend("school", "a1", "amount", money("100"), money("150")), "refused: old_value_differs"),
        ("the record as corrected", amend("school", "a1", "amount", money("110"), money("150")), "CommitmentAmended"),
    ]);
    let amended = school().given(amend("school", "a1", "amount", money("100"), money("150")));
    let odd = correct("commitment-school", "c2.1", "/data/new", money("150"), json!("much"));
    amended.answers([
        ("to no amount", odd, "refused: amendment_invalid at /data/new"),
        ("to another amount", correct("commitment-school", "c2.1", "/data/new/amount", "150", "160"), "EntryCorrected"),
    ]);
}

#[test]
fn the_parts_of_a_split_add_up_to_the_whole_which_ends_with_it() {
    let halves = |a: &str, b: &str| split("school", &[("north", money(a)), ("south", money(b))]);
    let story = school();
    let one = with(
        halves("40", "60"),
        json!({ "into": [{
        "commitment_id": "north", "amount": money("100"), "weight": "1", "statement": { "en": "all" },
    }] }),
    );
    story.answers([
        ("as it is", halves("40", "60"), "CommitmentSplit"),
        ("a cent short", halves("40", "59.99"), "refused: not_conserved"),
        (
            "one amount unknown",
            split("school", &[("north", money("100")), ("south", Value::Null)]),
            "refused: not_conserved",
        ),
        ("into itself", split("school", &[("school", money("40")), ("south", money("60"))]), "refused: part_is_self"),
        (
            "twice the same",
            split("school", &[("south", money("40")), ("south", money("60"))]),
            "refused: part_named_twice",
        ),
        ("into one", one, "refused: fewer_than_two_parts"),
        ("of another weight", correct_weight(halves("40", "60")), "refused: not_conserved"),
        ("of an unknown amount", split("branch", &[("a", Value::Null), ("b", Value::Null)]), "CommitmentSplit"),
        ("amounts out of nothing", split("branch", &[("a", money("1")), ("b", Value::Null)]), "refused: not_conserved"),
    ]);
    let story = story.given(halves("40", "60"));
    story.answers([
        ("again", halves("40", "60"), "nothing"),
        ("otherwise", halves("50", "50"), "refused: commitment_closed"),
        (
            "a correction that does not add up",
            correct("commitment-school", "c2.1", "/data/into/0/amount/amount", "40", "41"),
            "refused: not_conserved",
        ),
    ]);
    assert!(state(&story, "school", None, |s| matches!(s.closed(), Some(Closing::Split(..)))));
    assert_eq!(state(&story, "school", None, |s| s.derived_status()), None);
}

fn correct_weight(command: Value) -> Value {
    let mut command = command;
    command["data"]["into"][0]["weight"] = json!("0.6");
    command
}

#[test]
fn what_goes_into_a_promise_adds_up_to_it() {
    let parts = |a: &str, b: &str| merge("school", &[("east", money(a)), ("west", money(b))]);
    let story = school();
    story.answers([
        ("as it is", parts("40", "60"), "CommitmentsMerged"),
        ("a cent more", parts("40", "60.01"), "refused: not_conserved"),
        ("itself", merge("school", &[("east", money("40")), ("school", money("60"))]), "refused: part_is_self"),
    ]);
    let story = story.given(parts("40", "60"));
    story.answers([
        ("again", parts("40", "60"), "nothing"),
        (
            "more, though the whole did not grow",
            merge("school", &[("a", money("1")), ("b", money("1"))]),
            "refused: not_conserved",
        ),
        ("it goes on", milestone("school", "open", "2025"), "MilestonePlanned"),
    ]);
}

#[test]
fn work_is_halted_and_goes_on_in_turn() {
    visit().answers([
        ("goes on", resume("branch"), "refused: commitment_not_suspended"),
        ("no promise", suspend("school"), "refused: commitment_unknown"),
    ]);
    let halted = visit().given(milestone("branch", "open", "2025")).given(suspend("branch"));
    halted.answers([
        ("again", suspend("branch"), "refused: commitment_already_suspended"),
        ("what was done is reported all the same", achieve("branch", "open", "2025-03-01", "fra"), "MilestoneAchieved"),
        ("the halt is retracted", retract("commitment-branch", "c2.1", &[]), "EntryRetracted"),
    ]);
    assert_eq!(state(&halted, "branch", None, |s| s.derived_status()), Some(MappedStatus::Suspended));
    let again = halted.given(resume("branch"));
    assert!(state(&again, "branch", None, |s| s.suspended().is_none()));
    again.answers([
        ("halted anew", suspend("branch"), "CommitmentSuspended"),
        ("the halt alone is retracted", retract("commitment-branch", "c2.1", &[]), "refused: dependants_remain"),
    ]);
}

#[test]
fn a_promise_is_given_up_once() {
    let story = visit().given(give_up("branch"));
    story.answers([
        ("again", give_up("branch"), "nothing"),
        ("by both", with(give_up("branch"), json!({ "mutual": true })), "refused: commitment_closed"),
        ("kept after that", fulfil("branch", "2025-03-20"), "refused: commitment_closed"),
        ("halted after that", suspend("branch"), "CommitmentSuspended [late_report]"),
    ]);
    assert_eq!(state(&story, "branch", None, |s| s.derived_status()), Some(MappedStatus::Cancelled));
}

#[test]
fn that_both_sides_gave_a_promise_up_is_flagged_where_one_of_them_is_not_named() {
    let mutual = |by: Value| with(give_up("branch"), json!({ "mutual": true, "by": by }));
    visit().answers([
        ("on one side's word", mutual(json!(["fra"])), "CommitmentCancelled [not_agreed_by_all]"),
        ("the same side twice", mutual(json!(["fra", "fra"])), "CommitmentCancelled [not_agreed_by_all]"),
        ("on both sides' word", mutual(json!(["kaz", "fra"])), "CommitmentCancelled"),
        ("by one side, as it says", give_up("branch"), "CommitmentCancelled"),
    ]);
}

#[test]
fn that_a_promise_is_kept_is_a_claim_with_its_flags() {
    let story = visit().given(milestone("branch", "open", "2025"));
    story.answers([
        (
            "a milestone open",
            fulfil("branch", "2025-03-20"),
            "CommitmentFulfilled [open_milestones, nothing_confirmed]",
        ),
        ("in the future", fulfil("branch", "2025-03-21"), "refused: date_in_future at /data/actual_end"),
        (
            "by nobody",
            but(fulfil("branch", "2025-03-20"), json!({ "reported_by": null })),
            "refused: reporter_missing at /reported_by",
        ),
        (
            "without evidence",
            but(fulfil("branch", "2025-03-20"), json!({ "evidence": [] })),
            "CommitmentFulfilled [open_milestones, nothing_confirmed, no_evidence]",
        ),
    ]);
    let achieved = story.given(achieve("branch", "open", "2025-03-01", "fra"));
    achieved.answers([("nobody agreed", fulfil("branch", "2025-03-20"), "CommitmentFulfilled [nothing_confirmed]")]);
    let confirmed = achieved.given(confirm("branch", "c2.1", "kaz"));
    confirmed.answers([("the other side agreed", fulfil("branch", "2025-03-20"), "CommitmentFulfilled")]);
    let kept = confirmed.given(fulfil("branch", "2025-03-10"));
    kept.answers([
        ("again", fulfil("branch", "2025-03-10"), "nothing"),
        ("otherwise", fulfil("branch", "2025-03-11"), "refused: commitment_closed"),
        ("confirmed", confirm("branch", "c4.1", "kaz"), "ClaimConfirmed"),
    ]);
    let upheld = kept.given(dispute("branch", "c4.1", "kaz")).given(resolve("branch", "c4.1", "upheld", "fra"));
    assert!(state(&upheld, "branch", None, |s| s.closed().is_none()), "it ended nothing");
    upheld.answers([("claimed anew", fulfil("branch", "2025-03-20"), "CommitmentFulfilled")]);
}

#[test]
fn what_is_paid_after_a_promise_was_kept_is_recorded_and_flagged() {
    let paid = |day: &str| with(disburse("branch", "grant", "10", "EUR", "R1"), json!({ "value_date": day }));
    let kept = visit().given(commit_funds("branch", "grant", "100", "EUR")).given(fulfil("branch", "2025-02-01"));
    kept.answers([
        ("a retention", paid("2025-03-01"), "FundsDisbursed [paid_after_fulfilment]"),
        ("before it was kept", paid("2025-01-31"), "FundsDisbursed [late_report]"),
        ("in the future", paid("2026-03-01"), "refused: payment_in_future at /data/value_date"),
        ("more is owed", adjust("branch", "grant", "1", "EUR"), "refused: commitment_closed"),
    ]);
}

#[test]
fn after_the_end_only_what_was_so_before_is_taken_and_it_is_flagged_as_late() {
    let ended = but(give_up("branch"), json!({ "occurred_on": "2025-02-01" }));
    let story = visit()
        .given(milestone("branch", "open", "2025"))
        .given(commit_funds("branch", "grant", "100", "EUR"))
        .given(disburse("branch", "grant", "10", "EUR", "R0"))
        .given(ended);
    let early = |command: Value| but(command, json!({ "occurred_on": "2025-01-31" }));
    story.answers([
        ("achieved before", achieve("branch", "open", "2025-01-31", "fra"), "MilestoneAchieved [late_report]"),
        ("achieved after", achieve("branch", "open", "2025-02-02", "fra"), "refused: commitment_closed"),
        ("paid on the day", disburse("branch", "grant", "10", "EUR", "R1"), "FundsDisbursed [late_report]"),
        (
            "paid after",
            with(disburse("branch", "grant", "10", "EUR", "R1"), json!({ "value_date": "2025-02-02" })),
            "refused: commitment_closed",
        ),
        ("moved before", early(rebaseline("branch", "open", 1, "2026")), "MilestoneRebaselined [late_report]"),
        ("moved after", rebaseline("branch", "open", 1, "2026"), "refused: commitment_closed"),
        ("given up after", cancel("branch", "open"), "refused: commitment_closed"),
        ("owed more after", adjust("branch", "grant", "1", "EUR"), "refused: commitment_closed"),
        ("amended after", amend("branch", "a1", "planned_end", "2026", "2027"), "refused: commitment_closed"),
        (
            "planned after",
            but(milestone("branch", "build", "2025"), json!({ "occurred_on": "2025-03-01" })),
            "refused: commitment_closed",
        ),
        ("money back", give_back("branch", "grant", "1", "EUR"), "FundsReturned"),
        ("money back before", early(give_back("branch", "grant", "1", "EUR")), "FundsReturned [late_report]"),
        ("an answer", confirm("branch", "c3.1", "kaz"), "ClaimConfirmed"),
        ("a document", attach("branch", "photos", "https://example.org"), "EvidenceAttached"),
        ("an opinion", assess("branch", "irm", "ogp", "limited"), "AssessmentRecorded"),
        ("a source", source_status("branch", "register", "cancelled"), "SourceStatusAsserted"),
        ("a correction", correct("commitment-branch", "c1.1", "/data/due", "2025", "2026"), "EntryCorrected"),
    ]);
}
