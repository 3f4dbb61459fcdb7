//! Retractions, with what stands on the retracted fact.

use serde_json::json;

use crate::Event;
use crate::testing::scene::{
    achieve, but, cancel, commit_funds, commitment, confirm, correct, declared_count, disburse, dispute, give_back,
    indicator, link, milestone, observe, prospect, rate, rebaseline, retract, visit,
};
use crate::testing::{Failure, Story, parsed};

const BRANCH: &str = "commitment-branch";

/// `plan.1`, achieved by `claim.1`, which `yes.1` confirms.
fn story() -> Story {
    let named = |id: &str, command| but(command, json!({ "command_id": id }));
    visit()
        .given(named("plan", milestone("branch", "open", "2025")))
        .given(named("claim", achieve("branch", "open", "2025-03-01", "fra")))
        .given(named("yes", confirm("branch", "claim.1", "kaz")))
}

fn remaining(story: &mut Story, command: serde_json::Value) -> String {
    match story.when(command) {
        Err(Failure::Refused(refusal)) => refusal.code_and_params().1["events"].clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_fact_on_which_nothing_stands_is_retracted_alone_and_once() {
    let story = story().given(retract(BRANCH, "yes.1", &[]));
    assert!(story.fact("yes.1").is_none());
    story.answers([
        ("again", retract(BRANCH, "yes.1", &[]), "refused: already_retracted"),
        ("corrected afterwards", correct(BRANCH, "yes.1", "/data/remark", (), "x"), "refused: already_retracted"),
        ("the retraction itself", retract(BRANCH, "c1.1", &[]), "refused: target_is_correction"),
        ("no event", retract(BRANCH, "c9.1", &[]), "refused: entry_unknown"),
        ("an event of another stream", retract(BRANCH, "treaty.1", &[]), "refused: entry_unknown"),
    ]);
}

#[test]
fn what_stands_on_a_fact_must_be_named_and_goes_first() {
    let mut story = story();
    assert_eq!(remaining(&mut story, retract(BRANCH, "claim.1", &[])), "yes.1");
    assert_eq!(remaining(&mut story, retract(BRANCH, "plan.1", &["claim.1"])), "yes.1");
    assert_eq!(remaining(&mut story, retract(BRANCH, "branch.1", &[])), "claim.1, plan.1, yes.1");
    let recorded = story.when(retract(BRANCH, "plan.1", &["claim.1", "yes.1"])).unwrap();
    let targets: Vec<String> = recorded
        .iter()
        .map(|recorded| match &recorded.fact.event {
            Event::EntryRetracted(retraction) => retraction.target_event_id.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(targets, ["yes.1", "claim.1", "plan.1"], "dependants first");
    assert!(recorded.iter().zip(1..).all(|(r, place)| r.fact.event_id.as_str() == format!("c4.{place}")));
    assert_eq!(story.history(&parsed(BRANCH)).facts().len(), 1, "only the promise is left");
}

#[test]
fn a_fact_between_may_be_retracted_with_what_stands_on_it_alone() {
    let story = story().given(retract(BRANCH, "claim.1", &["yes.1"]));
    assert!(story.fact("plan.1").is_some());
    story.answers([("achieved anew", achieve("branch", "open", "2025-03-02", "fra"), "MilestoneAchieved")]);
}

#[test]
fn what_does_not_stand_on_a_fact_cannot_be_slipped_in() {
    let story = story().given(milestone("branch", "build", "2025"));
    story.answers([
        ("a stranger", retract(BRANCH, "claim.1", &["yes.1", "c1.1"]), "refused: not_a_dependant"),
        ("its base", retract(BRANCH, "yes.1", &["claim.1"]), "refused: not_a_dependant"),
        ("itself", retract(BRANCH, "yes.1", &["yes.1"]), "refused: not_a_dependant"),
        ("no event", retract(BRANCH, "yes.1", &["c9.1"]), "refused: not_a_dependant"),
    ]);
}

#[test]
fn each_kind_of_fact_carries_what_makes_no_sense_without_it() {
    let story = visit()
        .given(declared_count("visit", "documents", "36")) // c1
        .given(link("treaty", "visit")) // c2
        .given(milestone("branch", "open", "2025-02")) // c3
        .given(rebaseline("branch", "open", 1, "2025-06")) // c4
        .given(rebaseline("branch", "open", 2, "2025-12")) // c5
        .given(milestone("branch", "build", "2025")) // c6
        .given(cancel("branch", "build")) // c7
        .given(commit_funds("branch", "grant", "100", "EUR")) // c8
        .given(disburse("branch", "grant", "60", "EUR", "R1")) // c9
        .given(dispute("branch", "c9.1", "kaz")) // c10
        .given(give_back("branch", "grant", "5", "EUR")) // c11
        .given(confirm("branch", "c11.1", "fra")) // c12
        .given(indicator("turnover")) // c13
        .given(observe("turnover", "2024", "1")) // c14
        .given(rate("eur-usd", "EUR", "USD", "1.1")) // c15
        .given(prospect("centre")); // c16
    for (stream, target, standing) in [
        ("party-kaz", "kaz.1", ""),
        ("package-visit", "visit.1", "c1.1"),
        ("package-visit", "c1.1", ""),
        ("agreement-treaty", "treaty.1", "c2.1, signed-fra.1, signed-kaz.1"),
        ("agreement-treaty", "signed-kaz.1", ""),
        ("agreement-treaty", "c2.1", ""),
        (BRANCH, "c3.1", "c4.1, c5.1"),
        (BRANCH, "c4.1", "c5.1"),
        (BRANCH, "c5.1", ""),
        (BRANCH, "c6.1", "c7.1"),
        (BRANCH, "c7.1", ""),
        (BRANCH, "c8.1", ""),
        (BRANCH, "c9.1", "c10.1, c11.1, c12.1"),
        (BRANCH, "c11.1", "c12.1"),
        ("indicator-turnover", "c13.1", "c14.1"),
        ("indicator-turnover", "c14.1", ""),
        ("indicator-eur-usd", "c15.1", ""),
        ("commitment-centre", "c16.1", ""),
    ] {
        let mut story = story.clone();
        if standing.is_empty() {
            assert_eq!(story.answer(retract(stream, target, &[])), "EntryRetracted", "{target}");
        } else {
            assert_eq!(remaining(&mut story, retract(stream, target, &[])), standing, "{target}");
            let named: Vec<&str> = standing.split(", ").collect();
            let told = story.answer(retract(stream, target, &named));
            assert_eq!(told, vec!["EntryRetracted"; named.len() + 1].join(", "), "{target}");
        }
    }
}

#[test]
fn a_return_stands_on_the_payment_it_names_or_on_all_of_its_flow_in_its_currency() {
    let of_first = json!({ "data": { "of_event": "c1.1" } });
    let story = visit()
        .given(disburse("branch", "grant", "60", "EUR", "R1"))
        .given(disburse("branch", "grant", "40", "EUR", "R2"))
        .given(disburse("branch", "grant", "40", "USD", "R3"))
        .given(disburse("branch", "loan", "40", "EUR", "R4"));
    let named = story.clone().given(but(give_back("branch", "grant", "10", "EUR"), of_first));
    let unnamed = story.given(give_back("branch", "grant", "10", "EUR"));
    named.answers([
        ("the named one", retract(BRANCH, "c1.1", &[]), "refused: dependants_remain"),
        ("another one", retract(BRANCH, "c2.1", &[]), "EntryRetracted"),
    ]);
    unnamed.answers([
        ("the first", retract(BRANCH, "c1.1", &[]), "refused: dependants_remain"),
        ("the second", retract(BRANCH, "c2.1", &[]), "refused: dependants_remain"),
        ("in another currency", retract(BRANCH, "c3.1", &[]), "EntryRetracted"),
        ("in another flow", retract(BRANCH, "c4.1", &[]), "EntryRetracted"),
    ]);
}

#[test]
fn a_retraction_leaves_no_more_sent_back_than_was_paid() {
    let story = visit()
        .given(disburse("branch", "grant", "60", "EUR", "R1"))
        .given(give_back("branch", "grant", "50", "EUR"))
        .given(disburse("branch", "grant", "40", "EUR", "R2"))
        .given(correct(BRANCH, "c1.1", "/data/amount/amount", "60", "20"));
    story.answers([(
        "the payment that covers it now",
        retract(BRANCH, "c3.1", &[]),
        "refused: return_above_disbursed",
    )]);
}

#[test]
fn a_retracted_promise_can_be_made_anew() {
    let story = visit().given(retract(BRANCH, "branch.1", &[]));
    story.answers([
        ("with other words", but(commitment("branch"), json!({ "data": { "weight": "9" } })), "CommitmentMade"),
        ("a plan for it meanwhile", milestone("branch", "open", "2025"), "refused: commitment_unknown"),
    ]);
}

#[test]
fn the_events_of_a_large_retraction_read_back() {
    let mut story = visit();
    let count = 1_050;
    for n in 0..count {
        story = story.given(milestone("branch", &format!("m{n}"), "2025"));
    }
    let dependants: Vec<String> = (1..=count).map(|n| format!("c{n}.1")).collect();
    let names: Vec<&str> = dependants.iter().map(String::as_str).collect();
    let longest = json!({ "command_id": "x".repeat(64) });
    let recorded = story.when(but(retract(BRANCH, "branch.1", &names), longest)).unwrap();
    assert_eq!(recorded.len(), count + 1);
    assert!(recorded[count].fact.event_id.as_str().ends_with(".1051"));
}
