//! What the rules of entry into force give.

use serde_json::{Value, json};

use crate::agreement::{State, entry_by_rule, entry_of_party_by_rule};
use crate::dates::LedgerDate;
use crate::testing::scene::treaty::{consent, in_force, rule, withdraw};
use crate::testing::scene::{agreement, but, sign, state, with};
use crate::testing::{Story, parsed};

/// A treaty of three states, of which nobody has signed yet.
fn story() -> Story {
    let party = |id: &str| json!({ "party_id": id, "role": "party" });
    let parties = json!({ "parties": [
        party("kaz"), party("fra"), party("usa"), { "party_id": "un", "role": "depositary" },
    ] });
    Story::at("2024-01-01T09:00:00Z")
        .given(state("kaz", "KAZ"))
        .given(state("fra", "FRA"))
        .given(state("usa", "USA"))
        .given(with(agreement("treaty"), parties))
}

fn with_rule(of: Value) -> Story {
    story().given(rule("treaty", of))
}

fn signed(party: &str, on: &str) -> Value {
    but(sign("treaty", party), json!({ "occurred_on": on }))
}

fn share(party: &str, on: &str, percent: &str) -> Value {
    with(consent("treaty", party, on), json!({ "share_percent": percent }))
}

fn by_rule(story: &Story, as_of: Option<&str>) -> Option<String> {
    let history = story.history(&parsed("agreement-treaty"));
    let state = State::of(history.facts(), as_of.map(parsed::<LedgerDate>));
    entry_by_rule(&state).map(|date| date.to_string())
}

fn of_party(story: &Story, party: &str) -> Option<String> {
    let history = story.history(&parsed("agreement-treaty"));
    entry_of_party_by_rule(&State::of(history.facts(), None), &parsed(party)).map(|date| date.to_string())
}

#[test]
fn without_a_rule_there_is_no_date() {
    assert_eq!(by_rule(&story().given(signed("kaz", "2015-01-01")), None), None);
}

#[test]
fn on_signature_is_the_day_of_the_last_one() {
    let two =
        with_rule(json!({ "kind": "on_signature" })).given(signed("usa", "2015-03-01")).given(signed("kaz", "2015-02"));
    assert_eq!(by_rule(&two, None), None, "one is missing");
    let all = two.given(signed("fra", "2015-01-01"));
    assert_eq!(by_rule(&all, None).unwrap(), "2015-03-01");
    let vague = with_rule(json!({ "kind": "on_signature" }))
        .given(signed("usa", "2015-02-10"))
        .given(signed("kaz", "2015-02"))
        .given(signed("fra", "2015-01-01"));
    assert_eq!(by_rule(&vague, None).unwrap(), "2015-02-28", "surely by then");
}

#[test]
fn days_after_the_last_notification_wait_for_every_party() {
    let two = with_rule(json!({ "kind": "days_after_last_notification", "days": 30 }))
        .given(consent("treaty", "kaz", "2016-01-31"))
        .given(consent("treaty", "fra", "2015-12-01"));
    assert_eq!(by_rule(&two, None), None);
    let all = two.given(consent("treaty", "usa", "2016-01-30"));
    assert_eq!(by_rule(&all, None).unwrap(), "2016-03-01");
    assert_eq!(by_rule(&all, Some("2016-01-30")), None, "one was missing by then");
}

#[test]
fn a_threshold_is_met_when_both_the_number_and_the_share_are() {
    let of = json!({ "kind": "n_parties_and_share", "parties": 2, "share_percent": "55", "days_after": 30 });
    let story = with_rule(of).given(share("kaz", "2016-04-22", "10")).given(share("fra", "2016-09-03", "44.99"));
    assert_eq!(by_rule(&story, None), None, "the share is missing");
    let met = story.given(share("usa", "2016-10-05", "0.01"));
    assert_eq!(by_rule(&met, None).unwrap(), "2016-11-04");
    assert_eq!(by_rule(&met, Some("2016-10-04")), None);
    let number = with_rule(json!({ "kind": "n_parties_and_share", "parties": 2, "days_after": 0 })).given(consent(
        "treaty",
        "kaz",
        "2016-04-22",
    ));
    assert_eq!(by_rule(&number, None), None, "the number is missing");
    assert_eq!(by_rule(&number.given(consent("treaty", "fra", "2016-09-03")), None).unwrap(), "2016-09-03");
}

#[test]
fn a_threshold_once_met_stays_met_and_who_left_before_does_not_count() {
    let of = || json!({ "kind": "n_parties_and_share", "parties": 2, "share_percent": "55", "days_after": 30 });
    let met = with_rule(of())
        .given(share("kaz", "2016-04-22", "30"))
        .given(share("usa", "2016-10-05", "30"))
        .given(withdraw("treaty", "usa", "2019-11-04", "2020-11-04"))
        .given(share("usa", "2021-01-20", "30"));
    assert_eq!(by_rule(&met, None).unwrap(), "2016-11-04", "the second consent changes nothing");
    let left = with_rule(of())
        .given(share("kaz", "2016-04-22", "30"))
        .given(withdraw("treaty", "kaz", "2016-05-01", "2016-06-01"))
        .given(share("usa", "2016-10-05", "30"));
    assert_eq!(by_rule(&left, None), None);
    assert_eq!(by_rule(&left.given(share("kaz", "2016-12-01", "30")), None).unwrap(), "2016-12-31");
}

#[test]
fn a_fixed_date_is_that_date() {
    assert_eq!(by_rule(&with_rule(json!({ "kind": "fixed_date", "date": "2030-01-01" })), None).unwrap(), "2030-01-01");
}

#[test]
fn a_later_party_is_bound_some_days_after_its_deposit_and_never_before_the_others() {
    let rule = with(
        rule("treaty", json!({ "kind": "fixed_date", "date": "2016-11-04" })),
        json!({ "days_after_deposit_for_later_parties": 30 }),
    );
    let story =
        story().given(rule).given(consent("treaty", "kaz", "2016-04-22")).given(consent("treaty", "fra", "2016-12-06"));
    assert_eq!(of_party(&story, "kaz").unwrap(), "2016-11-04");
    assert_eq!(of_party(&story, "fra").unwrap(), "2017-01-05");
    let left = story.clone().given(withdraw("treaty", "fra", "2019-11-04", "2020-11-04"));
    assert_eq!(of_party(&left, "fra").unwrap(), "2017-01-05", "a notice leaves the day as it was");
    assert_eq!(of_party(&left.given(consent("treaty", "fra", "2021-01-20")), "fra").unwrap(), "2021-02-19", "anew");
    assert_eq!(of_party(&story, "usa"), None, "it has not consented");
    let recorded = story.given(in_force("treaty", "2016-11-14"));
    assert_eq!(of_party(&recorded, "kaz").unwrap(), "2016-11-14", "what was recorded stands before the rule");
    let entry = |on: &str| with(in_force("treaty", on), json!({ "scope": { "for_party": "fra" } }));
    recorded.answers([
        ("by the rule", entry("2017-01-05"), "AgreementEnteredIntoForce"),
        ("otherwise", entry("2017-01-06"), "AgreementEnteredIntoForce [entry_date_differs_from_rule]"),
    ]);
}
