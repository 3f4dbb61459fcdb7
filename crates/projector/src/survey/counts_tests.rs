//! Counts, series and delays of a story told step by step.

use servanda_events::testing::scene::{
    self, achieve, cancel, commit_funds, confirm, disburse, dispute, milestone, rebaseline, visit,
};
use servanda_events::testing::{Story, parsed};

use super::tests::survey;
use super::*;
use crate::progress::{Standing, SurveyedMilestone};

fn with_claim(story: Story, answer: fn(&str, &str, &str) -> serde_json::Value) -> Story {
    let claim = story.recorded().last().unwrap().fact.event_id.to_string();
    story.given(answer("branch", &claim, "kaz"))
}

fn story() -> Story {
    let story = visit()
        .given(milestone("branch", "road", "2025-01-31"))
        .given(milestone("branch", "bridge", "2025-02-28"))
        .given(milestone("branch", "gate", "2026"))
        .given(milestone("branch", "wall", "2026"))
        .given(cancel("branch", "wall"))
        .given(rebaseline("branch", "bridge", 1, "2025-03-31"))
        .given(achieve("branch", "road", "2025-02-10", "fra"));
    with_claim(story, confirm)
}

#[test]
fn what_was_given_up_leaves_the_scope_and_what_is_confirmed_is_counted() {
    let survey = survey(&story(), "2025-04-05");
    let tally = Tally::of(survey.members());
    assert_eq!((tally.promises, tally.milestones, tally.achieved, tally.confirmed), (1, 3, 1, 1));
    assert_eq!(tally.standing(Standing::Overdue), 1);
    let burn_up = BurnUp::of(survey.members(), parsed("2025-04-05"));
    let last = burn_up.points.last().unwrap();
    assert_eq!((last.scope, last.reported, last.confirmed), (3, 1, 1));
    assert!(burn_up.points.windows(2).all(|pair| pair[0].day < pair[1].day));
    assert!(burn_up.points.iter().all(|point| point.confirmed <= point.reported && point.reported <= point.scope));
}

#[test]
fn a_dispute_takes_a_milestone_off_the_confirmed_line() {
    let disputed = with_claim(
        visit().given(milestone("branch", "road", "2025-01-31")).given(achieve("branch", "road", "2025-02-10", "fra")),
        dispute,
    );
    let survey = survey(&disputed, "2025-04-05");
    let tally = Tally::of(survey.members());
    assert_eq!((tally.achieved, tally.confirmed, tally.disputed), (1, 0, 1));
    assert_eq!(BurnUp::of(survey.members(), parsed("2025-04-05")).points.last().unwrap().confirmed, 0);
}

#[test]
fn a_burn_up_of_many_days_is_told_by_months_and_ends_with_the_same_counts() {
    let survey = survey(&story(), "2025-04-05");
    let mut rows = survey.members().to_vec();
    let row = Arc::make_mut(&mut rows[0]);
    let first = row.milestones[0].clone();
    let day: servanda_events::dates::LedgerDate = parsed("2020-01-01");
    row.milestones = (0..70)
        .map(|place| SurveyedMilestone { planned_on: day.plus_days(place * 5).unwrap(), ..first.clone() })
        .collect();
    let count = i64::try_from(rows[0].milestones.len()).unwrap();
    let burn_up = BurnUp::of(&rows, parsed("2025-04-05"));
    assert!(burn_up.by_month);
    assert_eq!(burn_up.points.last().unwrap().scope, count);
    assert!(burn_up.points.iter().all(|point| point.day == point.day.last_of_month()));
}

#[test]
fn delays_are_counted_against_both_dates() {
    let survey = survey(&story(), "2025-04-05");
    let delays = Delays::of(survey.members());
    assert_eq!(delays.current, BTreeMap::from([(Delay::Month, 2)]), "road by 10 days, bridge by 5");
    assert_eq!(delays.original, BTreeMap::from([(Delay::Month, 1), (Delay::Quarter, 1)]));
    assert_eq!((delays.not_yet, delays.without_date), (1, 0));
    assert_eq!([-3, 0, 1, 30, 31, 90, 180, 365, 366].map(Delay::of)[7..], [Delay::Year, Delay::Longer]);
}

#[test]
fn money_of_a_whole_and_of_its_parts_is_never_added() {
    let amount = |id: &str, more: serde_json::Value| scene::with(scene::commitment(id), more);
    let story = visit()
        .given(amount("whole", serde_json::json!({ "amount": { "amount": "100", "currency": "EUR" }, "value_status": "known" })))
        .given(amount(
            "part",
            serde_json::json!({ "amount": { "amount": "40", "currency": "EUR" }, "value_status": "known", "umbrella_of": "whole" }),
        ))
        .given(commit_funds("part", "loan", "40", "EUR"))
        .given(disburse("part", "loan", "10", "EUR", "r1"));
    let survey = survey(&story, "2025-04-05");
    let totals = money_totals(&survey, survey.members());
    let shown: Vec<_> = totals.iter().map(|of| (of.within_others, of.promises, of.promised, of.disbursed)).collect();
    let d = rust_decimal::Decimal::from;
    assert_eq!(shown, [(false, 1, Some(d(100)), d(0)), (true, 1, Some(d(40)), d(10))]);
    assert_eq!(totals[1].confirmed, d(0), "nobody confirmed the payment");
}

#[test]
fn a_promise_without_a_sector_is_in_a_group_of_its_own() {
    let survey = survey(&story(), "2025-04-05");
    let rows: Vec<&Arc<Surveyed>> = survey.members().iter().collect();
    let keys = |axis| groups(&survey, &rows, axis).into_keys().collect::<Vec<_>>();
    assert_eq!(keys(Axis::Sector), [Group::None]);
    assert_eq!(keys(Axis::Party), [Group::Party(parsed("fra"))]);
    assert_eq!(keys(Axis::Package), [Group::Package(parsed("visit"))]);
}
