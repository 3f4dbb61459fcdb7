//! Figures of one commitment: given a story, when it is read as of a date, then this is the figure. Each edge of each
//! formula has its line.

use serde_json::{Value, json};
use servanda_events::testing::scene::treaty::merge;
use servanda_events::testing::{Story, parsed, scene};
use servanda_projector::At;
use servanda_projector::progress::{CompletionWord, MilestoneState, Risk, Standing};
use servanda_projector::views::ClaimStanding;

use crate::kit::{branch, milestone, on, read, read_at, shown};

fn state(story: &Story, id: &str, as_of: &str) -> MilestoneState {
    let view = read(story, as_of, |reader| reader.commitment(&parsed("branch")).unwrap().unwrap());
    view.milestones.into_iter().find(|milestone| milestone.plan.milestone_id == parsed(id)).unwrap().state
}

/// Which milestones of `branch` are at risk, and why.
fn risks(story: &Story, as_of: &str) -> Vec<(String, Vec<Risk>)> {
    let at_risk = branch(story, as_of).at_risk;
    at_risk.into_iter().map(|milestone| (milestone.milestone_id.to_string(), milestone.risks)).collect()
}

/// The verified share of `branch` at two clocks.
fn share_at(story: &Story, at: At) -> String {
    shown(&read_at(story, at, |reader| reader.commitment_progress(&parsed("branch")).unwrap().unwrap()).verified_share)
}

fn reported(day: &str, id: &str, quantity: &str) -> Value {
    let beyond = json!({ "beyond_total": true });
    on(day, scene::with(scene::report_progress("branch", id, quantity, "100"), beyond))
}

fn achieved(id: &str, day: &str) -> Value {
    scene::achieve("branch", id, day, "fra")
}

/// A milestone of `branch` that one side, or both, gave up.
fn given_up(id: &str, mutual: bool) -> Value {
    scene::with(scene::cancel("branch", id), json!({ "mutual": mutual }))
}

#[test]
fn a_milestone_due_soon_is_at_risk_until_all_of_it_is_reported_done() {
    let story = scene::visit().given(milestone("open", "2025-06-30", "1"));
    assert_eq!(risks(&story, "2025-05-30"), [], "31 days before");
    assert_eq!(state(&story, "open", "2025-05-30"), MilestoneState::Scheduled);
    let soon = [("open".to_owned(), vec![Risk::DueSoon])];
    assert_eq!(risks(&story, "2025-05-31"), soon, "30 days before");
    assert_eq!(state(&story, "open", "2025-05-31"), MilestoneState::AtRisk);
    assert_eq!(risks(&story, "2025-06-30"), soon, "on the last day");
    assert_eq!(state(&story, "open", "2025-07-01"), MilestoneState::Overdue);
    assert_eq!(risks(&story, "2025-07-01"), [], "overdue is more than at risk");
    let done = story.given(reported("2025-03-20", "open", "100"));
    assert_eq!(risks(&done, "2025-06-30"), [], "all of it is reported done");
    assert_eq!(state(&done, "open", "2025-06-30"), MilestoneState::InDueWindow);
}

#[test]
fn a_milestone_is_at_risk_where_time_runs_ahead_of_what_is_reported_by_more_than_the_tolerance() {
    // From 2025-01-01 to 2025-12-27 there are 360 days.
    let start = scene::correct("commitment-branch", "branch.1", "/data/planned_start", Value::Null, "2025-01-01");
    let planned = scene::visit().given(start).given(milestone("open", "2025-12-27", "1"));
    assert_eq!(risks(&planned, "2025-10-01"), [], "without a report nothing is compared");
    let story = planned.clone().given(reported("2025-03-20", "open", "10"));
    assert_eq!(risks(&story, "2025-04-01"), [], "90 of 360 days are gone: 0.25 is 0.15 more than 0.10, and not more");
    assert_eq!(risks(&story, "2025-04-02"), [("open".to_owned(), vec![Risk::BehindTime])]);
    let both = vec![Risk::DueSoon, Risk::BehindTime];
    assert_eq!(risks(&story, "2025-12-01"), [("open".to_owned(), both)]);
    // One that was planned later has its time from then on.
    let later = planned.given(on("2025-03-01", milestone("late", "2025-12-27", "1")));
    let later = later.given(reported("2025-03-20", "late", "0"));
    assert_eq!(risks(&later, "2025-04-10"), [], "40 of 301 days are gone");
    assert_eq!(risks(&later, "2025-04-20"), [("late".to_owned(), vec![Risk::BehindTime])]);
}

#[test]
fn an_unmet_condition_puts_every_open_milestone_at_risk() {
    let story = scene::visit()
        .given(milestone("plan", "2025-12-01", "1"))
        .given(milestone("open", "2026-12-01", "1"))
        .given(milestone("some-day", "2026", "1"))
        .given(achieved("plan", "2025-03-01"))
        .given(on("2025-03-02", scene::add_condition("branch", "licence")));
    let unmet = || vec![Risk::ConditionUnmet { condition_id: parsed("licence") }];
    assert_eq!(risks(&story, "2025-03-01"), [], "the condition was not there yet");
    assert_eq!(risks(&story, "2025-04-01"), [("open".to_owned(), unmet()), ("some-day".to_owned(), unmet())]);
    assert_eq!(state(&story, "some-day", "2026-06-01"), MilestoneState::AtRisk, "also while it is due");
    let met = story.clone().given(scene::satisfy("branch", "licence", "2025-03-15"));
    assert_eq!(risks(&met, "2025-04-01"), []);
    assert_eq!(risks(&met, "2025-03-14").len(), 2, "before it came true");
    let waived = story.given(scene::waive("branch", "licence", &["kaz", "fra"]));
    assert_eq!(risks(&waived, "2025-04-01"), []);
}

#[test]
fn a_milestone_after_one_that_is_overdue_is_at_risk() {
    let story = scene::visit()
        .given(milestone("plan", "2025-01", "0"))
        .given(milestone("permit", "2025-02", "1"))
        .given(milestone("open", "2026-12-01", "1"));
    let after = |id: &str| [("open".to_owned(), vec![Risk::PredecessorOverdue { milestone_id: parsed(id) }])];
    assert_eq!(
        risks(&story, "2025-02-28"),
        [
            ("permit".to_owned(), vec![Risk::DueSoon, Risk::PredecessorOverdue { milestone_id: parsed("plan") }]),
            after("plan")[0].clone()
        ]
    );
    let planned = story.given(achieved("plan", "2025-03-10"));
    assert_eq!(risks(&planned, "2025-03-10"), after("permit"), "the one before it was achieved, late");
    let behind = &branch(&planned, "2025-03-10").at_risk[0].behind.entries;
    let permit = planned.recorded().iter().find(|r| r.fact.event_id == parsed("c2.1")).unwrap().fact.position;
    assert!(behind.contains(&permit), "what it waits for is behind it");
    let missed = planned.given(scene::miss("branch", "permit", "2025-03-15"));
    assert_eq!(risks(&missed, "2025-03-15"), [], "what was missed is not waited for");
}

#[test]
fn nothing_is_at_risk_or_overdue_that_is_over_or_has_no_date() {
    let undated = scene::but(milestone("some-day", "2025", "1"), json!({ "data": { "due": null } }));
    let story = scene::visit().given(undated).given(milestone("plan", "2025-01", "1")).given(milestone(
        "open",
        "2025-04-01",
        "1",
    ));
    let lists = |story: &Story, as_of: &str| {
        let progress = branch(story, as_of);
        (progress.overdue.len(), progress.at_risk.len())
    };
    assert_eq!(state(&story, "some-day", "2030-01-01"), MilestoneState::Unscheduled);
    assert_eq!(lists(&story, "2025-03-20"), (1, 1));
    for end in [scene::give_up("branch"), scene::fulfil("branch", "2025-03-20")] {
        let ended = story.clone().given(end);
        assert_eq!(lists(&ended, "2025-03-19"), (1, 1), "it had not ended");
        assert_eq!(lists(&ended, "2025-03-20"), (0, 0));
        assert_eq!(state(&ended, "plan", "2025-03-20"), MilestoneState::Overdue, "the dates say what they said");
    }
}

#[test]
fn partial_completion_counts_what_is_reported_up_to_all_of_it() {
    let story = scene::visit()
        .given(milestone("plan", "2025", "1"))
        .given(milestone("build", "2025", "2"))
        .given(milestone("open", "2025", "1"));
    let partial = |story: &Story, as_of| {
        let progress = branch(story, as_of);
        (shown(&progress.completion), shown(&progress.partial_completion))
    };
    assert_eq!(partial(&story, "2025-03-20"), ("0".into(), "0".into()), "without reports they are the same");
    let story = story.given(achieved("plan", "2025-03-01")).given(reported("2025-02-01", "build", "50"));
    assert_eq!(partial(&story, "2025-03-20"), ("0.25".into(), "0.5".into()));
    assert_eq!(partial(&story, "2025-01-31"), ("0".into(), "0".into()), "before both");
    let fell = story.clone().given(reported("2025-03-10", "build", "25"));
    assert_eq!(partial(&fell, "2025-03-20"), ("0.25".into(), "0.375".into()), "the newest report counts");
    assert_eq!(partial(&fell, "2025-03-09"), ("0.25".into(), "0.5".into()));
    let beyond = story.given(reported("2025-03-10", "build", "250"));
    assert_eq!(partial(&beyond, "2025-03-20"), ("0.25".into(), "0.75".into()), "at most all of it");
    assert_eq!(partial(&scene::visit(), "2025-03-20"), ("null".into(), "null".into()), "without milestones");
    let zero = scene::visit().given(milestone("a", "2025", "0")).given(milestone("b", "2025", "0"));
    let zero = zero.given(reported("2025-03-10", "a", "50"));
    assert_eq!(partial(&zero, "2025-03-20"), ("0".into(), "0.25".into()), "weights of zero count as equal");
    assert_eq!(branch(&zero, "2025-03-20").partial_completion.inputs.get("equal_weights").unwrap().to_string(), "true");
}

#[test]
fn earned_and_planned_value_are_weights_and_nothing_due_is_not_measurable() {
    let story = scene::visit()
        .given(milestone("plan", "2025-01", "2"))
        .given(milestone("open", "2025-03-15", "3"))
        .given(achieved("open", "2025-02-01"));
    let row = |story: &Story, as_of| {
        let progress = branch(story, as_of);
        [&progress.planned_value, &progress.earned_value, &progress.spi, &progress.completion].map(shown).join(" ")
    };
    assert_eq!(row(&scene::visit(), "2025-03-20"), "0 0 null null", "without milestones");
    assert_eq!(row(&story, "2025-01-30"), "0 0 null 0", "nothing is due and nothing achieved");
    assert_eq!(row(&story, "2025-01-31"), "2 0 0 0");
    assert_eq!(row(&story, "2025-02-01"), "2 3 1.5 0.6", "ahead of the plan");
    assert_eq!(row(&story, "2025-03-15"), "5 3 0.6 0.6");
    let zero = scene::visit().given(milestone("a", "2025-01", "0")).given(milestone("b", "2025", "0"));
    assert_eq!(row(&zero.given(achieved("a", "2025-01-10")), "2025-03-20"), "1 1 1 0.5", "weights of zero are equal");
}

#[test]
fn what_is_on_time_is_certain_and_what_cannot_be_told_stands_apart() {
    let rate = |story: &Story, as_of: &str| {
        let figure = branch(story, as_of).on_time_rate;
        format!("{} unknown {}", shown(&figure), figure.inputs.get("timeliness_unknown").unwrap())
    };
    let story = scene::visit()
        .given(milestone("plan", "2025-01-31", "1"))
        .given(milestone("road", "2025-01-31", "2"))
        .given(milestone("open", "2025-02-28", "1"));
    assert_eq!(rate(&story, "2025-01-30"), "null unknown 0", "nothing is due");
    assert_eq!(rate(&story, "2025-01-31"), "null unknown 0", "due today, and neither achieved nor overdue");
    assert_eq!(rate(&story, "2025-02-01"), "0 unknown 0", "overdue");
    let early = story.given(achieved("plan", "2025-01-10"));
    assert_eq!(rate(&early, "2025-01-30"), "null unknown 0", "achieved before anything was due");
    assert_eq!(rate(&early, "2025-02-01"), "0.333 unknown 0");
    let vague = early.given(achieved("road", "2025"));
    assert_eq!(rate(&vague, "2025-02-01"), "0.333 unknown 2", "some time that year: in time or not");
    let late = vague.given(achieved("open", "2025-03-01"));
    assert_eq!(rate(&late, "2025-03-20"), "0.25 unknown 2");
    assert_eq!(state(&late, "road", "2025-03-20"), MilestoneState::AchievedTimelinessUnknown);
    assert_eq!(state(&late, "open", "2025-03-20"), MilestoneState::AchievedLate);
}

#[test]
fn a_share_is_verified_where_another_agrees_and_nobody_disputes() {
    let shares = |story: &Story| {
        let progress = branch(story, "2025-03-20");
        (shown(&progress.verified_share), shown(&progress.disputed_share))
    };
    let planned = scene::visit().given(milestone("plan", "2025", "1")).given(milestone("open", "2025", "3"));
    assert_eq!(shares(&planned), ("null".into(), "null".into()), "nothing is achieved");
    let story = planned.given(achieved("plan", "2025-03-01")).given(achieved("open", "2025-03-01"));
    assert_eq!(shares(&story), ("0".into(), "0".into()), "silence is no consent");
    let confirmed = story.given(scene::confirm("branch", "c4.1", "kaz"));
    assert_eq!(shares(&confirmed), ("0.75".into(), "0".into()));
    let verified = confirmed.given(scene::verify("branch", "c3.1", "auditor"));
    assert_eq!(shares(&verified), ("1".into(), "0".into()));
    let disputed = verified.clone().given(scene::dispute("branch", "c3.1", "kaz"));
    assert_eq!(shares(&disputed), ("0.75".into(), "0.25".into()), "verified, and disputed all the same");
    let corrected = scene::correct("commitment-branch", "c4.1", "/data/achieved_on", "2025-03-01", "2025-03-02");
    assert_eq!(shares(&verified.given(corrected)), ("0.25".into(), "0".into()), "the confirmation lapsed");
}

#[test]
fn who_turns_out_to_be_the_reporter_no_longer_answers_for_another_party() {
    let shares = |story: &Story, as_of: &str| {
        let progress = branch(story, as_of);
        (shown(&progress.verified_share), shown(&progress.disputed_share))
    };
    let more =
        scene::correct("commitment-branch", "branch.1", "/data/beneficiaries", json!(["kaz"]), json!(["kaz", "afd"]));
    let story = scene::visit()
        .given(scene::company("afd", "1"))
        .given(more)
        .given(milestone("plan", "2025", "1"))
        .given(milestone("open", "2025", "3"))
        .given(achieved("plan", "2025-03-01"))
        .given(achieved("open", "2025-03-01"))
        .given(scene::confirm("branch", "c6.1", "afd"))
        .given(scene::dispute("branch", "c5.1", "afd"));
    assert_eq!(shares(&story, "2025-03-25"), ("0.75".into(), "0.25".into()));
    let merged = story.clone().given(on("2025-03-18", merge("fra", &["afd"])));
    assert_eq!(shares(&merged, "2025-03-25"), ("0".into(), "0".into()), "one party does not confirm or dispute itself");
    let merger = u64::try_from(merged.entries().len()).unwrap();
    let figures = branch(&merged, "2025-03-25");
    assert!(figures.verified_share.entries.contains(&merger) && figures.disputed_share.entries.contains(&merger));
    let claims = read(&merged, "2025-03-25", |reader| reader.commitment(&parsed("branch")).unwrap().unwrap());
    assert!(claims.milestones.iter().all(|m| m.achieved.as_ref().unwrap().claim.standing == ClaimStanding::Claimed));
    let other = merged.given(scene::confirm("branch", "c6.1", "kaz"));
    assert_eq!(shares(&other, "2025-03-25").0, "0.75", "a third party still can");
    let turned = story.given(on("2025-03-18", merge("afd", &["fra"])));
    assert_eq!(shares(&turned, "2025-03-25"), ("0".into(), "0".into()), "whichever of the two ids stays");
    let known_before = At { as_of: parsed("2025-03-25"), known_at: merger - 1 };
    assert_eq!(share_at(&other, known_before), "0.75", "as it was known before the merger was");
}

#[test]
fn what_was_cancelled_is_a_share_of_all_that_was_ever_planned() {
    let share = |story: &Story, as_of| shown(&branch(story, as_of).cancelled_share);
    assert_eq!(share(&scene::visit(), "2025-03-20"), "null", "without milestones");
    let story = scene::visit().given(milestone("plan", "2025", "3")).given(milestone("open", "2025", "1"));
    assert_eq!(share(&story, "2025-03-20"), "0");
    let dropped = story.given(given_up("open", false));
    assert_eq!((share(&dropped, "2025-03-19"), share(&dropped, "2025-03-20")), ("0".into(), "0.25".into()));
    assert_eq!(share(&dropped.given(scene::reopen("branch", "open")), "2025-03-20"), "0", "taken up again");
    let zero = ["a", "b", "c"].iter().fold(scene::visit(), |story, id| story.given(milestone(id, "2025", "0")));
    assert_eq!(share(&zero.given(given_up("a", true)), "2025-03-20"), "0.333", "none has a weight");
}

#[test]
fn the_original_promise_is_not_made_smaller_by_new_weights_or_quiet_cancelling() {
    let story = scene::visit()
        .given(milestone("plan", "2025", "2"))
        .given(milestone("build", "2025", "5"))
        .given(milestone("open", "2025", "3"))
        .given(achieved("plan", "2025-03-01"));
    let both = |story: &Story, as_of| {
        let progress = branch(story, as_of);
        (shown(&progress.completion), shown(&progress.original_completion.share))
    };
    assert_eq!(both(&story, "2025-03-20"), ("0.2".into(), "0.2".into()));
    let lighter = scene::with(scene::rebaseline("branch", "build", 1, "2026"), json!({ "new_weight": "1" }));
    assert_eq!(both(&story.clone().given(lighter), "2025-03-20"), ("0.333".into(), "0.2".into()), "a new weight");
    let alone = story.clone().given(given_up("build", false));
    assert_eq!(both(&alone, "2025-03-20"), ("0.4".into(), "0.2".into()), "given up by one side");
    assert_eq!(branch(&alone, "2025-03-20").original_completion.mutually_cancelled, []);
    let one_word = story.clone().given(scene::with(given_up("build", true), json!({ "agreed_by": ["fra"] })));
    assert_eq!(both(&one_word, "2025-03-20"), ("0.4".into(), "0.2".into()), "agreed on, says one side");
    let agreed = story.given(given_up("build", true));
    assert_eq!(both(&agreed, "2025-03-20"), ("0.4".into(), "0.4".into()), "given up by agreement");
    assert_eq!(branch(&agreed, "2025-03-20").original_completion.mutually_cancelled, [parsed("build")]);
    assert_eq!(both(&agreed, "2025-03-19").1, "0.2", "before that");
    let all = scene::visit().given(milestone("plan", "2025", "1")).given(given_up("plan", true));
    assert_eq!(both(&all, "2025-03-20"), ("null".into(), "null".into()), "nothing is left");
    let zero = scene::visit().given(milestone("a", "2025", "0")).given(milestone("b", "2025", "0"));
    assert_eq!(both(&zero.given(achieved("a", "2025-03-01")), "2025-03-20").1, "0.5", "equal weights");
}

#[test]
fn slippage_has_a_median_and_a_longest_against_the_dates_now_and_the_first_ones() {
    let days = |story: &Story, as_of: &str| {
        let slippage = branch(story, as_of).slippage;
        [&slippage.current.median, &slippage.current.max, &slippage.original.median, &slippage.original.max].map(shown)
    };
    let story = scene::visit().given(milestone("plan", "2025-01-31", "1")).given(milestone("open", "2025-02-28", "1"));
    assert_eq!(days(&story, "2025-01-31"), ["null"; 4], "nothing is late or achieved");
    assert_eq!(days(&story, "2025-02-10"), ["10"; 4], "overdue by ten days");
    assert_eq!(days(&story, "2025-03-10"), ["24", "38", "24", "38"], "the mean of the two in the middle");
    let early = story.clone().given(achieved("plan", "2025-01-21"));
    assert_eq!(days(&early, "2025-02-10"), ["-10"; 4], "early is below zero");
    let moved = story.given(on("2025-01-20", scene::rebaseline("branch", "plan", 1, "2025-06-30")));
    assert_eq!(days(&moved, "2025-02-10"), ["null", "null", "10", "10"], "late by the first date alone");
    let done = moved.given(achieved("plan", "2025-03-02"));
    assert_eq!(days(&done, "2025-03-10"), ["-55", "10", "20", "30"]);
    let missed = done.given(scene::miss("branch", "open", "2025-03-10"));
    assert_eq!(days(&missed, "2025-03-10"), ["-120", "-120", "30", "30"], "what was missed is not waited for");
    let undated = scene::but(milestone("some-day", "2025", "1"), json!({ "data": { "due": null } }));
    let undated = scene::visit().given(undated).given(achieved("some-day", "2025-03-01"));
    assert_eq!(days(&undated, "2025-03-20"), ["null"; 4], "without a date");
    let vague = scene::visit().given(milestone("plan", "2025-01", "1")).given(achieved("plan", "2025-02"));
    assert_eq!(days(&vague, "2025-03-20"), ["1"; 4], "from the last day it was due to the first it can have been");
}

#[test]
fn earned_schedule_stops_at_the_day_on_which_the_promise_was_fulfilled() {
    let start = scene::correct("commitment-branch", "branch.1", "/data/planned_start", Value::Null, "2025-01-01");
    let story = scene::visit()
        .given(start)
        .given(milestone("plan", "2025-02-20", "1"))
        .given(milestone("open", "2025-04-11", "1"))
        .given(achieved("plan", "2025-02-01"));
    let spi_t = |story: &Story, as_of| shown(&branch(story, as_of).spi_t);
    assert_eq!(spi_t(&story, "2025-01-01"), "null", "no time has gone by");
    assert_eq!(spi_t(&story, "2025-01-26"), "0", "nothing is achieved");
    assert_eq!(spi_t(&story, "2025-03-12"), "0.714", "50 of 70 days");
    let fulfilled = story.given(scene::fulfil("branch", "2025-03-12"));
    assert_eq!(spi_t(&fulfilled, "2025-12-31"), "0.714", "time stopped");
}

#[test]
fn money_is_held_against_the_instalments_whose_day_has_come() {
    let rows = |story: &Story, as_of: &str| {
        let per_currency = branch(story, as_of).money.per_currency;
        let row = |of: &servanda_projector::progress::Delivery| {
            format!("{} {} {} {}", of.currency, shown(&of.share), shown(&of.schedule), of.above_committed)
        };
        per_currency.iter().map(row).collect::<Vec<_>>()
    };
    let owed = scene::visit().given(on("2025-01-01", scene::commit_funds("branch", "grant", "100", "EUR")));
    assert_eq!(rows(&owed, "2025-03-20"), ["EUR 0 null false"], "nothing is scheduled");
    let story = owed
        .given(on("2025-01-01", scene::schedule("branch", "grant", "s-1", "40", "2025-02")))
        .given(on("2025-01-01", scene::schedule("branch", "grant", "s-2", "60", "2025-06")))
        .given(scene::disburse("branch", "grant", "30", "EUR", "R1"));
    assert_eq!(rows(&story, "2025-02-27"), ["EUR 0.3 null false"], "no last day has come");
    assert_eq!(rows(&story, "2025-02-28"), ["EUR 0.3 0.75 false"]);
    assert_eq!(rows(&story, "2025-06-30"), ["EUR 0.3 0.3 false"]);
    let above = story.given(scene::disburse("branch", "grant", "90", "EUR", "R2"));
    assert_eq!(rows(&above, "2025-06-30"), ["EUR 1.2 1.2 true"], "above 1 is shown, flagged and not cut");
    let back = above.given(scene::give_back("branch", "grant", "20", "EUR"));
    assert_eq!(rows(&back, "2025-06-30"), ["EUR 1 1.2 false"], "what came back was paid out in time all the same");
    let unowed = scene::visit().given(scene::disburse("branch", "grant", "30", "EUR", "R1"));
    assert_eq!(rows(&unowed, "2025-03-20"), ["EUR null null false"], "nothing is owed");
}

#[test]
fn a_promise_stands_as_its_end_its_milestones_and_its_dates_say() {
    let standing = |story: &Story, as_of: &str| branch(story, as_of).standing;
    let story = scene::visit().given(milestone("plan", "2025-01", "1")).given(milestone("open", "2025-12", "1"));
    assert_eq!(standing(&story, "2025-01-31"), Standing::Open);
    assert_eq!(standing(&story, "2025-02-01"), Standing::Overdue);
    assert_eq!(standing(&scene::visit(), "2026-12-31"), Standing::Open);
    assert_eq!(standing(&scene::visit(), "2027-01-01"), Standing::Overdue, "its planned end is past");
    let missed = story.clone().given(scene::miss("branch", "plan", "2025-03-01"));
    assert_eq!(standing(&missed, "2025-03-01"), Standing::Missed);
    let halted = missed.given(scene::suspend("branch"));
    assert_eq!(standing(&halted, "2025-03-20"), Standing::Suspended);
    assert_eq!(standing(&halted, "2025-03-19"), Standing::Missed);
    assert_eq!(standing(&halted.given(scene::resume("branch")), "2025-03-20"), Standing::Missed);
    let alone = story.clone().given(scene::give_up("branch"));
    assert_eq!(standing(&alone, "2025-03-20"), Standing::CancelledUnilaterally);
    let agreed =
        story.clone().given(scene::with(scene::give_up("branch"), json!({ "mutual": true, "by": ["kaz", "fra"] })));
    assert_eq!(standing(&agreed, "2025-03-20"), Standing::CancelledMutually);
    let one_word = story.clone().given(scene::with(scene::give_up("branch"), json!({ "mutual": true })));
    assert_eq!(standing(&one_word, "2025-03-20"), Standing::CancelledUnilaterally, "on the word of one side");
    let done = story.given(achieved("plan", "2025-03-01")).given(achieved("open", "2025-03-01"));
    assert_eq!(standing(&done, "2025-03-20"), Standing::Fulfilled, "every milestone is achieved");
    let claimed = scene::visit().given(scene::fulfil("branch", "2025-03-20"));
    assert_eq!(standing(&claimed, "2025-03-20"), Standing::Fulfilled, "a party reports it");
    let rejected = claimed.given(scene::dispute("branch", "c1.1", "kaz"));
    let rejected = rejected.given(scene::resolve("branch", "c1.1", "upheld", "fra"));
    assert_eq!(standing(&rejected, "2025-03-20"), Standing::Open, "a dispute of it was upheld");
}

#[test]
fn knowledge_grows_old_since_the_newest_report_and_no_report_is_no_evidence() {
    let fresh = |story: &Story, as_of: &str| {
        let progress = branch(story, as_of);
        (shown(&progress.freshness), progress.no_evidence)
    };
    let none = ("null".to_owned(), true);
    let story = scene::visit().given(milestone("plan", "2025-01", "1")).given(milestone("open", "2025-12", "1"));
    assert_eq!(fresh(&story, "2025-03-20"), none);
    let said = story.clone().given(scene::source_status("branch", "register", "implementation"));
    assert_eq!(fresh(&said, "2025-03-20"), none, "what a source asserts is no report");
    let opinion = story.clone().given(scene::assess("branch", "a-1", "pam", "2"));
    assert_eq!(fresh(&opinion, "2025-03-20"), none, "nor is an opinion");
    let reports = story.given(reported("2025-02-01", "open", "10"));
    assert_eq!(fresh(&reports, "2025-01-31"), none, "not yet");
    assert_eq!(fresh(&reports, "2025-02-01"), ("0".into(), false));
    assert_eq!(fresh(&reports, "2025-03-20"), ("47".into(), false));
    let newer = reports.clone().given(achieved("plan", "2025-03-10"));
    assert_eq!(fresh(&newer, "2025-03-20").0, "10");
    let missed = newer.then_at("2026-01-20T09:00:00Z").given(scene::miss("branch", "open", "2026-01-01"));
    assert_eq!(fresh(&missed, "2026-01-11").0, "10", "that something was missed is a report");
    let again = missed.given(scene::reopen("branch", "open"));
    assert_eq!(fresh(&again, "2026-01-21").0, "20", "and stays one when the milestone is taken up again");
    let rejected = reports.clone().given(achieved("plan", "2025-03-10")).given(scene::dispute("branch", "c4.1", "kaz"));
    let rejected = rejected.given(scene::resolve("branch", "c4.1", "upheld", "fra"));
    assert_eq!(fresh(&rejected, "2025-03-20").0, "47", "a claim that does not hold is no report");
    let paid = reports.given(scene::disburse("branch", "grant", "1", "EUR", "R1"));
    assert_eq!(fresh(&paid, "2025-03-20").0, "47", "paid on the day of the report");
    let vague = scene::visit().given(milestone("plan", "2025", "1")).given(achieved("plan", "2025"));
    assert_eq!(fresh(&vague, "2025-03-20").0, "0", "some time this year is not after today");
}

#[test]
fn the_word_for_completion_follows_from_reports_and_completion() {
    let word = |story: &Story| branch(story, "2025-03-20").completion_word.value;
    let story = scene::visit().given(milestone("plan", "2025", "1")).given(milestone("open", "2025", "1"));
    assert_eq!(word(&story), Some(CompletionWord::NoEvidence));
    assert_eq!(word(&scene::visit()), Some(CompletionWord::NoEvidence), "without milestones too");
    assert_eq!(word(&story.clone().given(reported("2025-03-01", "open", "90"))), Some(CompletionWord::NotStarted));
    let half = story.given(achieved("plan", "2025-03-01"));
    assert_eq!(word(&half), Some(CompletionWord::Substantial), "half of it");
    let less = half.clone().given(milestone("road", "2025", "1"));
    assert_eq!(word(&less), Some(CompletionWord::Limited));
    assert_eq!(word(&half.given(achieved("open", "2025-03-01"))), Some(CompletionWord::Complete));
    let unmeasured = scene::visit().given(scene::disburse("branch", "grant", "1", "EUR", "R1"));
    assert_eq!(word(&unmeasured), None, "something was reported, and nothing can be measured");
}

#[test]
fn a_source_disagrees_where_its_newest_status_is_not_the_one_that_follows() {
    let says = |day: &str, source: &str, status: &str| on(day, scene::source_status("branch", source, status));
    let disagreement = |story: &Story, as_of: &str| {
        let rows = branch(story, as_of).status_disagreement;
        rows.iter().map(|row| format!("{} {}", row.source, shown(&row.share))).collect::<Vec<_>>()
    };
    assert!(disagreement(&scene::visit(), "2025-03-20").is_empty());
    let story = scene::visit()
        .given(says("2025-02-01", "register", "completed"))
        .given(says("2025-01-01", "iati", "implementation"))
        .given(says("2025-03-01", "register", "implementation"));
    assert_eq!(disagreement(&story, "2025-02-28"), ["iati 0", "register 1"]);
    assert_eq!(disagreement(&story, "2025-03-01"), ["iati 0", "register 0"], "the newest counts");
    let older = story.clone().given(says("2025-01-15", "register", "cancelled"));
    assert_eq!(disagreement(&older, "2025-03-20"), ["iati 0", "register 0"], "recorded last, and older");
    assert_eq!(disagreement(&story.given(scene::give_up("branch")), "2025-03-20"), ["iati 1", "register 1"]);
}

#[test]
fn what_is_said_of_a_milestone_stands_with_it_and_leaves_the_figures_of_the_whole_alone() {
    let of_open = |command: Value| scene::with(command, json!({ "milestone_id": "open" }));
    let story = scene::visit()
        .given(milestone("open", "2025", "1"))
        .given(of_open(scene::source_status("branch", "register", "completed")))
        .given(of_open(scene::assess("branch", "a", "ogp", "limited")));
    let figures = branch(&story, "2025-03-25");
    assert!(figures.status_disagreement.is_empty() && figures.assessments.is_empty());
    let view = read(&story, "2025-03-25", |reader| reader.commitment(&parsed("branch")).unwrap().unwrap());
    assert!(view.source_statuses.is_empty() && view.assessments.is_empty());
    let open = &view.milestones[0];
    assert_eq!((open.source_statuses.len(), open.assessments.len()), (1, 1));
    assert_eq!(open.assessments[0].score.as_deref(), Some("2"));
}

#[test]
fn opinions_stand_beside_the_figures_as_shares_of_their_scales() {
    let scores = [("ogp", "limited"), ("g20", "-1"), ("g20", "0"), ("pam", "2"), ("percent", "40")];
    let story = scores.iter().zip(1..).fold(scene::visit(), |story, ((scale, value), number)| {
        story.given(scene::assess("branch", &format!("a-{number}"), scale, *value))
    });
    let progress = branch(&story, "2025-03-20");
    let shares: Vec<_> = progress.assessments.iter().map(|assessment| assessment.share.as_deref()).collect();
    assert_eq!(shares, [None, Some("0"), Some("0.5"), Some("0.666667"), Some("0.4")]);
    assert_eq!(progress.completion_word.value, Some(CompletionWord::NoEvidence), "they change no figure");
}
