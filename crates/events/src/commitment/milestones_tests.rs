//! Rules of milestones.

use serde_json::{Value, json};

use crate::testing::Story;
use crate::testing::scene::treaty::terminate;
use crate::testing::scene::{
    achieve, agreement, but, cancel, commitment, correct, milestone, miss, rebaseline, reopen, report_progress,
    retract, sign, visit, with,
};

/// The commitment `branch` with the milestone `open`, due in 2025-Q2. The clock stands at 2025-03-20.
fn story() -> Story {
    visit().given(milestone("branch", "open", "2025-Q2"))
}

#[test]
fn a_milestone_is_planned_once_for_a_promise() {
    story().answers([
        ("the same wish", milestone("branch", "open", "2025-Q2"), "nothing"),
        ("with another date", milestone("branch", "open", "2025-Q3"), "refused: milestone_already_planned"),
        ("another one", milestone("branch", "build", "2025"), "MilestonePlanned"),
        ("for no promise", milestone("school", "open", "2025"), "refused: commitment_unknown"),
        (
            "without a date",
            with(milestone("branch", "build", "2025"), json!({ "due": null })),
            "MilestonePlanned [no_due_date]",
        ),
        (
            "with a weight below nothing",
            with(milestone("branch", "build", "2025"), json!({ "weight": "-1" })),
            "invalid: negative_weight at /data/weight",
        ),
        (
            "on a day that does not exist",
            milestone("branch", "build", "2025-02-29"),
            "invalid: impossible_date at /data/due",
        ),
        ("soon", milestone("branch", "build", "soon"), "invalid: malformed_date at /data/due"),
    ]);
}

#[test]
fn a_plan_belongs_to_the_promise_from_its_first_day_unless_the_sender_says_otherwise() {
    assert_eq!(story().fact("c1.1").unwrap().occurred_on.to_string(), "2024-11-05");
    let later = but(milestone("branch", "build", "2025"), json!({ "occurred_on": "2025-02" }));
    assert_eq!(story().given(later).fact("c2.1").unwrap().occurred_on.to_string(), "2025-02");
}

#[test]
fn relative_words_get_their_own_anchor_or_the_package_s_or_are_refused() {
    let due = |due: Value| with(milestone("branch", "build", "2025"), json!({ "due": due }));
    let latest = |command: Value| {
        let story = story().given(command);
        let fact = story.fact("c2.1").unwrap();
        let crate::Event::MilestonePlanned(plan) = &fact.event else { panic!("{:?}", fact.event) };
        plan.due.as_ref().unwrap().latest.to_string()
    };
    assert_eq!(latest(due(json!("this year"))), "2024-12-31", "the package's anchor");
    assert_eq!(latest(due(json!("cette année"))), "2024-12-31", "in French");
    assert_eq!(latest(due(json!({ "text": "this year", "anchor": "2025-02-01" }))), "2025-12-31", "its own anchor");

    let without = visit().given(but(commitment("school"), json!({ "data": { "package_id": null } })));
    without.answers([
        ("no anchor", milestone("school", "open", "this year"), "invalid: relative_date_without_anchor at /data/due"),
        (
            "an anchor of its own",
            with(
                milestone("school", "open", "2025"),
                json!({ "due": { "text": "this year", "anchor": "2025-01-05" } }),
            ),
            "MilestonePlanned",
        ),
    ]);
}

#[test]
fn a_package_without_an_anchor_gives_none() {
    let package = but(crate::testing::scene::package("summit"), json!({ "data": { "anchor_date": null } }));
    let promise = with(commitment("school"), json!({ "package_id": "summit" }));
    let story = visit().given(package).given(promise);
    let refused = "invalid: relative_date_without_anchor at /data/due";
    story.answers([("this year", milestone("school", "open", "this year"), refused)]);
}

#[test]
fn a_milestone_is_moved_by_the_next_baseline_only() {
    story().answers([
        ("the first", rebaseline("branch", "open", 1, "2025-Q3"), "MilestoneRebaselined"),
        ("baseline 0 again", rebaseline("branch", "open", 0, "2025-Q3"), "refused: baseline_not_next"),
        ("one left out", rebaseline("branch", "open", 2, "2025-Q3"), "refused: baseline_not_next"),
        ("an unknown milestone", rebaseline("branch", "build", 1, "2025"), "refused: milestone_unknown"),
        (
            "to nothing new",
            with(rebaseline("branch", "open", 1, "2025"), json!({ "new_due": null })),
            "refused: nothing_rebaselined at /data/new_due",
        ),
        (
            "in weight alone",
            with(rebaseline("branch", "open", 1, "2025"), json!({ "new_due": null, "new_weight": "3" })),
            "MilestoneRebaselined",
        ),
        (
            "below nothing",
            with(rebaseline("branch", "open", 1, "2025"), json!({ "new_weight": "-3" })),
            "invalid: negative_weight at /data/new_weight",
        ),
    ]);
    let moved = story().given(rebaseline("branch", "open", 1, "2025-Q3"));
    moved.answers([
        ("the same wish again", rebaseline("branch", "open", 1, "2025-Q3"), "refused: baseline_not_next"),
        ("the second", rebaseline("branch", "open", 2, "2025-Q4"), "MilestoneRebaselined"),
    ]);
}

#[test]
fn a_new_date_in_relative_words_needs_an_anchor_of_its_own() {
    let next_year = rebaseline("branch", "open", 1, "next year");
    let spoken = with(next_year.clone(), json!({ "new_due": { "text": "next year", "anchor": "2025-03-01" } }));
    story().answers([
        ("the visit was too long ago", next_year, "invalid: relative_date_without_anchor at /data/new_due"),
        ("spoken this March", spoken, "MilestoneRebaselined"),
    ]);
}

#[test]
fn a_move_after_the_old_date_has_passed_is_flagged() {
    let late = "MilestoneRebaselined [late_reschedule]";
    let first = story().given(rebaseline("branch", "open", 1, "2025-02"));
    first.answers([
        ("after the date of the newest baseline", rebaseline("branch", "open", 2, "2026"), late),
        (
            "agreed while there was time",
            but(rebaseline("branch", "open", 2, "2026"), json!({ "occurred_on": "2025-02-28" })),
            "MilestoneRebaselined",
        ),
        (
            "in weight alone",
            with(rebaseline("branch", "open", 2, "2026"), json!({ "new_due": null, "new_weight": "2" })),
            "MilestoneRebaselined",
        ),
    ]);
}

#[test]
fn a_milestone_is_achieved_once_by_a_named_reporter_and_not_in_the_future() {
    let by_fra = |on: &str| achieve("branch", "open", on, "fra");
    story().answers([
        ("today", by_fra("2025-03-20"), "MilestoneAchieved"),
        ("some day this year", by_fra("2025"), "MilestoneAchieved"),
        ("tomorrow", by_fra("2025-03-21"), "refused: achievement_in_future at /data/achieved_on"),
        ("next month", by_fra("2025-04"), "refused: achievement_in_future at /data/achieved_on"),
        ("this month, in words", by_fra("this month"), "invalid: relative_date_without_anchor at /data/achieved_on"),
        (
            "by nobody",
            but(by_fra("2025-03-20"), json!({ "reported_by": null })),
            "refused: reporter_missing at /reported_by",
        ),
        ("without evidence", but(by_fra("2025-03-20"), json!({ "evidence": null })), "MilestoneAchieved [no_evidence]"),
        ("an unknown milestone", achieve("branch", "build", "2025-03-20", "fra"), "refused: milestone_unknown"),
        ("of no promise", achieve("school", "open", "2025-03-20", "fra"), "refused: commitment_unknown"),
        (
            "with another date in the envelope",
            but(by_fra("2025-03-20"), json!({ "occurred_on": "2025-03-19" })),
            "refused: date_differs at /occurred_on",
        ),
        (
            "with the same date there",
            but(by_fra("2025-03-20"), json!({ "occurred_on": "2025-03-20" })),
            "MilestoneAchieved",
        ),
    ]);
    story().given(by_fra("2025-03-01")).answers([
        ("the same wish", by_fra("2025-03-01"), "nothing"),
        ("by another reporter", achieve("branch", "open", "2025-03-01", "kaz"), "refused: milestone_already_achieved"),
        ("on another day", by_fra("2025-03-02"), "refused: milestone_already_achieved"),
        ("moved afterwards", rebaseline("branch", "open", 1, "2026"), "refused: milestone_already_achieved"),
        ("cancelled afterwards", cancel("branch", "open"), "refused: milestone_already_achieved"),
    ]);
}

#[test]
fn an_achievement_is_dated_by_its_own_date() {
    let story = story().given(achieve("branch", "open", "2025-02", "fra"));
    assert_eq!(story.fact("c2.1").unwrap().occurred_on.to_string(), "2025-02");
}

#[test]
fn an_achievement_before_the_first_signature_is_flagged() {
    let promise = with(commitment("school"), json!({ "agreement_id": "loan" }));
    let story = visit().given(agreement("loan")).given(promise).given(milestone("school", "open", "2025"));
    let before = "MilestoneAchieved [before_signature]";
    story.answers([("nobody signed", achieve("school", "open", "2025-02-01", "fra"), before)]);
    story.given(but(sign("loan", "kaz"), json!({ "occurred_on": "2025-02-02" }))).answers([
        ("the day before", achieve("school", "open", "2025-02-01", "fra"), before),
        ("on the day", achieve("school", "open", "2025-02-02", "fra"), "MilestoneAchieved"),
        ("some day that month", achieve("school", "open", "2025-02", "fra"), "MilestoneAchieved"),
    ]);
}

#[test]
fn what_was_achieved_under_an_agreement_that_has_ended_is_flagged_with_the_days_by_which_it_is_late() {
    let ended = story().given(terminate("treaty", "2025-02-01"));
    let late = "MilestoneAchieved [late_report]";
    let after = "MilestoneAchieved [agreement_has_ended]";
    ended.answers([
        ("before the end", achieve("branch", "open", "2025-01-31", "fra"), late),
        ("on the first day without it", achieve("branch", "open", "2025-02-01", "fra"), after),
        ("some day of that year", achieve("branch", "open", "2025-02", "fra"), after),
        ("a promise after it", commitment("school"), "CommitmentMade [agreement_has_ended]"),
    ]);
    let recorded = ended.clone().when(achieve("branch", "open", "2025-01-31", "fra")).unwrap();
    let flag = &recorded[0].fact.flags[0];
    assert_eq!(
        (flag.days_late, flag.checked_against[0].as_str()),
        (Some(48), "agreement-treaty@4"),
        "until 2025-03-20"
    );
    let on = |day: &str| ended.clone().when(achieve("branch", "open", day, "fra")).unwrap()[0].fact.flags[0].days_late;
    assert_eq!((on("2025-01"), on("2025-02-02")), (Some(48), None), "from the last day on which it can have been so");
    for (fate, wanted) in [
        (json!("continues"), "MilestoneAchieved"),
        (json!({ "moved_to": "treaty" }), "MilestoneAchieved"),
        (json!("ended"), after),
    ] {
        let fates = json!({ "fates": [{ "commitment_id": "branch", "fate": fate }] });
        story().given(with(terminate("treaty", "2025-02-01"), fates)).answers([(
            "by its fate",
            achieve("branch", "open", "2025-03-01", "fra"),
            wanted,
        )]);
    }
    let coming = story().given(terminate("treaty", "2025-12-31"));
    coming.answers([("before an end to come", achieve("branch", "open", "2025-03-01", "fra"), "MilestoneAchieved")]);
}

#[test]
fn an_agreement_to_give_a_milestone_up_is_flagged_where_one_side_is_not_named() {
    let agreed = |by: Value| with(cancel("branch", "open"), json!({ "agreed_by": by }));
    story().answers([
        ("on one side's word", agreed(json!(["fra"])), "MilestoneCancelled [not_agreed_by_all]"),
        ("on nobody's", agreed(json!([])), "MilestoneCancelled [not_agreed_by_all]"),
        ("on both sides' word", agreed(json!(["fra", "kaz"])), "MilestoneCancelled"),
        ("by one side, as it says", with(agreed(json!(["fra"])), json!({ "mutual": false })), "MilestoneCancelled"),
    ]);
}

#[test]
fn an_open_milestone_may_be_given_up_once() {
    let cancelled = story().given(cancel("branch", "open"));
    cancelled.answers([
        ("the same wish", cancel("branch", "open"), "nothing"),
        (
            "for another reason",
            with(cancel("branch", "open"), json!({ "reason": "too dear" })),
            "refused: milestone_already_cancelled",
        ),
        ("achieved afterwards", achieve("branch", "open", "2025-03-01", "fra"), "refused: milestone_already_cancelled"),
        ("moved afterwards", rebaseline("branch", "open", 1, "2026"), "refused: milestone_already_cancelled"),
        ("an unknown one", cancel("branch", "build"), "refused: milestone_unknown"),
    ]);
    let back = cancelled.given(retract("commitment-branch", "c2.1", &[]));
    back.answers([(
        "open again after a retraction",
        achieve("branch", "open", "2025-03-01", "fra"),
        "MilestoneAchieved",
    )]);
}

#[test]
fn a_retracted_achievement_leaves_the_milestone_open() {
    let story =
        story().given(achieve("branch", "open", "2025-03-01", "fra")).given(retract("commitment-branch", "c2.1", &[]));
    story.answers([("achieved anew", achieve("branch", "open", "2025-03-02", "kaz"), "MilestoneAchieved")]);
}

#[test]
fn a_correction_of_the_plan_counts_as_if_it_had_been_planned_so() {
    let story = story().given(correct("commitment-branch", "c1.1", "/data/due", "2025-Q2", "2025-02"));
    story.answers([(
        "the corrected date has passed",
        rebaseline("branch", "open", 1, "2026"),
        "MilestoneRebaselined [late_reschedule]",
    )]);
}

#[test]
fn progress_is_reported_within_the_total_and_that_it_falls_is_flagged() {
    let story = visit().given(milestone("branch", "road", "2025"));
    let report = |quantity: &str| report_progress("branch", "road", quantity, "10");
    story.answers([
        ("some", report("4"), "MilestoneProgressReported"),
        ("all", report("10"), "MilestoneProgressReported"),
        ("more than all", report("10.1"), "refused: progress_above_total at /data/quantity"),
        (
            "more than all, and meant",
            with(report("10.1"), json!({ "beyond_total": true })),
            "MilestoneProgressReported",
        ),
        ("less than nothing", report("-1"), "refused: progress_not_measurable at /data/of_total"),
        (
            "of nothing",
            report_progress("branch", "road", "0", "0"),
            "refused: progress_not_measurable at /data/of_total",
        ),
        ("of no milestone", report_progress("branch", "bridge", "1", "10"), "refused: milestone_unknown"),
    ]);
    let half = story.given(but(report("5"), json!({ "occurred_on": "2025-03-10" })));
    half.answers([
        ("less than before", report("4.9"), "MilestoneProgressReported [progress_falls]"),
        ("less of less", report_progress("branch", "road", "4", "8"), "MilestoneProgressReported"),
        (
            "less, of an earlier day",
            but(report("3"), json!({ "occurred_on": "2025-03-01" })),
            "MilestoneProgressReported",
        ),
        ("the same of the same day", but(report("5"), json!({ "occurred_on": "2025-03-10" })), "nothing"),
        ("the same of another day", report("5"), "MilestoneProgressReported"),
        (
            "a correction above the total",
            correct("commitment-branch", "c2.1", "/data/quantity", "5", "50"),
            "refused: progress_above_total at /data/quantity",
        ),
    ]);
    half.given(achieve("branch", "road", "2025-03-15", "fra")).answers([(
        "once it is achieved",
        report("10"),
        "refused: milestone_already_achieved",
    )]);
}

#[test]
fn a_milestone_is_missed_once_its_last_day_is_past_and_someone_says_so() {
    let story = visit()
        .given(milestone("branch", "road", "2025-02"))
        .given(with(milestone("branch", "bridge", "2025"), json!({ "due": null })));
    story.answers([
        ("the day after", miss("branch", "road", "2025-03-01"), "MilestoneMissed"),
        ("on the last day", miss("branch", "road", "2025-02-28"), "refused: milestone_not_yet_due"),
        ("never due", miss("branch", "bridge", "2025-03-01"), "refused: milestone_not_yet_due"),
        ("tomorrow", miss("branch", "road", "2025-03-21"), "refused: date_in_future at /data/determined_on"),
        (
            "by nobody",
            but(miss("branch", "road", "2025-03-01"), json!({ "reported_by": null })),
            "refused: reporter_missing at /reported_by",
        ),
    ]);
    let missed = story.given(miss("branch", "road", "2025-03-01"));
    missed.answers([
        ("again", miss("branch", "road", "2025-03-01"), "nothing"),
        ("on another day", miss("branch", "road", "2025-03-02"), "refused: milestone_already_missed"),
        ("achieved", achieve("branch", "road", "2025-03-10", "fra"), "refused: milestone_already_missed"),
        ("moved", rebaseline("branch", "road", 1, "2026"), "refused: milestone_already_missed"),
        (
            "a correction to the last day",
            correct("commitment-branch", "c3.1", "/data/determined_on", "2025-03-01", "2025-02-28"),
            "refused: milestone_not_yet_due",
        ),
    ]);
}

#[test]
fn what_was_given_up_or_missed_may_be_taken_up_again() {
    let story = visit().given(milestone("branch", "road", "2025-02"));
    story.answers([("still open", reopen("branch", "road"), "refused: milestone_not_closed")]);
    story.clone().given(achieve("branch", "road", "2025-02-01", "fra")).answers([(
        "achieved",
        reopen("branch", "road"),
        "refused: milestone_not_closed",
    )]);
    for end in [miss("branch", "road", "2025-03-01"), cancel("branch", "road")] {
        let reopened = story.clone().given(end).given(reopen("branch", "road"));
        reopened.answers([
            ("again", reopen("branch", "road"), "refused: milestone_not_closed"),
            ("moved", rebaseline("branch", "road", 1, "2026"), "MilestoneRebaselined [late_reschedule]"),
            ("achieved", achieve("branch", "road", "2025-03-10", "fra"), "MilestoneAchieved"),
            ("its end alone is retracted", retract("commitment-branch", "c2.1", &[]), "refused: dependants_remain"),
        ]);
    }
}

#[test]
fn every_baseline_is_kept() {
    use crate::commitment::State;
    let story = visit()
        .given(milestone("branch", "road", "2025-06"))
        .given(rebaseline("branch", "road", 1, "2025-09"))
        .given(rebaseline("branch", "road", 2, "2026"));
    let history = story.history(&crate::testing::parsed("commitment-branch"));
    let state = State::of(history.facts(), None);
    let road = &state.milestones()[0];
    let dues: Vec<_> = road.baselines.iter().map(|b| (b.baseline_no, b.due.unwrap().text.to_string())).collect();
    assert_eq!(dues, [(0, "2025-06".into()), (1, "2025-09".into()), (2, "2026".into())]);
}
