//! Rules of milestones: planned, moved, measured, achieved, missed, given up, taken up again.

use rust_decimal::Decimal;

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::commitment::decide::{agreement_flag, line, made, state};
use crate::commitment::life::late;
use crate::commitment::{
    Milestone, MilestoneAchieved, MilestoneCancelled, MilestoneMissed, MilestonePlanned, MilestoneProgressReported,
    MilestoneRebaselined, MilestoneReopened, State,
};
use crate::flag::{Flag, FlagCode};
use crate::ids::{MilestoneId, StreamId};
use crate::refusal::Refusal;

pub(super) fn milestone<'s, 'a>(state: &'s State<'a>, id: &MilestoneId) -> Result<&'s Milestone<'a>, Refusal> {
    state.milestone(id).ok_or_else(|| Refusal::MilestoneUnknown { milestone: line(id.as_str()) })
}

/// A milestone is planned once. Unless the sender says otherwise it was part of the promise from the start.
pub(crate) fn plan_milestone(wish: &MilestonePlanned, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    if let Some(milestone) = state.milestone(&wish.milestone_id) {
        let refusal = Refusal::MilestoneAlreadyPlanned { milestone: line(wish.milestone_id.as_str()) };
        return if milestone.plan == wish { Ok(vec![]) } else { Err(refusal) };
    }
    let promised_on = state.made().map(|(fact, _)| fact.occurred_on.clone());
    let planned_on = case.meta.occurred_on.clone().or_else(|| promised_on.clone());
    let late = planned_on.map(|date| late(&state, &date)).transpose()?.flatten();
    let decided = Decided::new(wish.clone())
        .occurred_on(promised_on)
        .flag_if(wish.due.is_none(), FlagCode::NoDueDate)
        .flags(late);
    Ok(vec![decided])
}

/// The refusal that looks at a new baseline alone.
pub(super) fn check_rebaselined(moved: &MilestoneRebaselined) -> Result<(), Refusal> {
    let nothing = moved.new_due.is_none() && moved.new_weight.is_none();
    if nothing { Err(Refusal::NothingRebaselined) } else { Ok(()) }
}

/// A milestone that is not achieved may be moved; the first plan stays as baseline 0.
pub(crate) fn rebaseline_milestone(wish: &MilestoneRebaselined, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    let milestone = milestone(&state, &wish.milestone_id)?;
    still_open(milestone)?;
    let expected = milestone.baseline_no + 1;
    if wish.baseline_no != expected {
        return Err(Refusal::BaselineNotNext { expected, given: wish.baseline_no });
    }
    check_rebaselined(wish)?;
    let late_report = late(&state, &case.occurred_on())?;
    let after_due = wish.new_due.is_some() && milestone.due.is_some_and(|due| case.occurred_on().earliest > due.latest);
    Ok(vec![Decided::new(wish.clone()).flag_if(after_due, FlagCode::LateReschedule).flags(late_report)])
}

fn still_open(milestone: &Milestone<'_>) -> Result<(), Refusal> {
    let id = || line(milestone.plan.milestone_id.as_str());
    if milestone.achieved.is_some() {
        return Err(Refusal::MilestoneAlreadyAchieved { milestone: id() });
    }
    if milestone.cancelled.is_some() {
        return Err(Refusal::MilestoneAlreadyCancelled { milestone: id() });
    }
    if milestone.missed.is_some() {
        return Err(Refusal::MilestoneAlreadyMissed { milestone: id() });
    }
    Ok(())
}

/// A party claims that a milestone was achieved: once, and not before it can have been.
pub(crate) fn achieve_milestone(wish: &MilestoneAchieved, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let commitment = made(case, &state)?;
    let milestone = milestone(&state, &wish.milestone_id)?;
    let reporter = case.reporter()?;
    if let Some((fact, achieved)) = milestone.achieved
        && achieved == wish
        && fact.reported_by.as_ref() == Some(reporter)
    {
        return Ok(vec![]);
    }
    still_open(milestone)?;
    if case.in_future(&wish.achieved_on) {
        return Err(Refusal::AchievementInFuture { date: wish.achieved_on.clone() });
    }
    let before_signature = commitment.agreement_id.as_ref().and_then(|agreement| {
        let stream = StreamId::from(agreement);
        let history = case.other(&stream)?;
        let signed = |fact: &crate::recorded::Fact| {
            matches!(fact.event, Event::AgreementSigned(_)) && fact.occurred_on.earliest <= wish.achieved_on.latest
        };
        let none_yet = !history.facts().iter().any(|fact| signed(fact));
        none_yet.then(|| Flag::new(FlagCode::BeforeSignature).against(&stream, history.revision()))
    });
    let late = late(&state, &wish.achieved_on)?;
    // One late report is one flag, whichever ended: the commitment itself says more than its agreement.
    let ended = agreement_flag(commitment, &wish.achieved_on, case).filter(|_| late.is_none());
    Ok(vec![Decided::new(wish.clone()).flags(before_signature).flags(late).flags(ended)])
}

/// A milestone may be given up while it is open. What was achieved can only be retracted. An agreement that does not
/// name every party is flagged.
pub(crate) fn cancel_milestone(wish: &MilestoneCancelled, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let made = made(case, &state)?;
    let milestone = milestone(&state, &wish.milestone_id)?;
    if milestone.cancelled.is_some_and(|(_, cancelled)| cancelled == wish) {
        return Ok(vec![]);
    }
    still_open(milestone)?;
    let late = late(&state, &case.occurred_on())?;
    let alone = wish.mutual && !made.is_agreed_by(&wish.agreed_by);
    Ok(vec![Decided::new(wish.clone()).flag_if(alone, FlagCode::NotAgreedByAll).flags(late)])
}

/// The refusals that look at a report alone.
pub(super) fn check_progress(report: &MilestoneProgressReported) -> Result<(), Refusal> {
    let share = report.share().ok_or(Refusal::ProgressNotMeasurable)?;
    if share > Decimal::ONE && !report.beyond_total { Err(Refusal::ProgressAboveTotal) } else { Ok(()) }
}

/// How far an open milestone has come is reported as often as anyone likes. That it fell back is flagged.
pub(crate) fn report_progress(wish: &MilestoneProgressReported, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    let milestone = milestone(&state, &wish.milestone_id)?;
    let date = case.occurred_on();
    let same = |fact: &crate::recorded::Fact| fact.occurred_on == date && fact.reported_by == case.meta.reported_by;
    if milestone.reports.iter().any(|(fact, report)| *report == wish && same(fact)) {
        return Ok(vec![]);
    }
    still_open(milestone)?;
    check_progress(wish)?;
    let before = milestone
        .reports
        .iter()
        .filter(|(fact, _)| fact.occurred_on.earliest <= date.earliest)
        .max_by_key(|(fact, _)| fact.occurred_on.earliest);
    let falls = before.is_some_and(|(_, report)| report.share() > wish.share());
    let late = late(&state, &date)?;
    Ok(vec![Decided::new(wish.clone()).flag_if(falls, FlagCode::ProgressFalls).flags(late)])
}

/// Someone says that a milestone was missed: not before its last day is past. Without an author it is only overdue.
pub(crate) fn miss_milestone(wish: &MilestoneMissed, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    let milestone = milestone(&state, &wish.milestone_id)?;
    let reporter = case.reporter()?;
    if milestone.missed.is_some_and(|(fact, missed)| missed == wish && fact.reported_by.as_ref() == Some(reporter)) {
        return Ok(vec![]);
    }
    still_open(milestone)?;
    check_missed(wish, &state)?;
    let late = late(&state, &crate::dates::FuzzyDate::day(wish.determined_on))?;
    Ok(vec![Decided::new(wish.clone()).flags(late)])
}

/// The refusal that looks at the day on which a milestone was found missed.
pub(super) fn check_missed(missed: &MilestoneMissed, state: &State<'_>) -> Result<(), Refusal> {
    let due = milestone(state, &missed.milestone_id)?.due;
    if due.is_some_and(|due| missed.determined_on > due.latest) {
        return Ok(());
    }
    Err(Refusal::MilestoneNotYetDue { milestone: line(missed.milestone_id.as_str()) })
}

/// What was given up or missed may be taken up again. What was achieved was never closed to anyone.
pub(crate) fn reopen_milestone(wish: &MilestoneReopened, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    let milestone = milestone(&state, &wish.milestone_id)?;
    if milestone.missed.is_none() && milestone.cancelled.is_none() {
        return Err(Refusal::MilestoneNotClosed { milestone: line(wish.milestone_id.as_str()) });
    }
    let late = late(&state, &case.occurred_on())?;
    Ok(vec![Decided::new(wish.clone()).flags(late)])
}
