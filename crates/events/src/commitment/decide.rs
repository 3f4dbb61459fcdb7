//! Rules of promises and their milestones.

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::commitment::{
    CommitmentMade, Milestone, MilestoneAchieved, MilestoneCancelled, MilestonePlanned, MilestoneRebaselined,
    ProspectNoted, State, ValueStatus,
};
use crate::flag::{Flag, FlagCode};
use crate::ids::{MilestoneId, StreamId};
use crate::refusal::Refusal;
use crate::text::Line;

pub(super) fn state<'a>(case: &Case<'a>) -> State<'a> {
    State::of(case.history.facts(), None)
}

pub(super) fn made<'a>(case: &Case<'a>, state: &State<'a>) -> Result<&'a CommitmentMade, Refusal> {
    let stream = case.history.stream().clone();
    match (state.made(), state.prospect()) {
        (Some((_, made)), _) => Ok(made),
        (None, Some(_)) => Err(Refusal::StillAProspect { stream }),
        (None, None) => Err(Refusal::CommitmentUnknown { stream }),
    }
}

pub(super) fn line(id: &str) -> Line {
    // An id is always a line of text.
    id.parse().unwrap_or_else(|_| unreachable!("an id is a line of text"))
}

fn milestone<'s, 'a>(state: &'s State<'a>, id: &MilestoneId) -> Result<&'s Milestone<'a>, Refusal> {
    state.milestone(id).ok_or_else(|| Refusal::MilestoneUnknown { milestone: line(id.as_str()) })
}

/// Something under consideration is noted once, and not after it was promised.
pub(crate) fn note_prospect(wish: &ProspectNoted, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    if state.made().is_some() {
        return Err(Refusal::CommitmentAlreadyMade);
    }
    if let Some((_, prospect)) = state.prospect() {
        return if prospect == wish { Ok(vec![]) } else { Err(Refusal::ProspectAlreadyNoted) };
    }
    let mut decided = Decided::new(wish.clone()).flags(case.unknown_parties(&wish.parties));
    if let Some(package) = &wish.package_id {
        decided = decided.flags(unknown(case, &StreamId::from(package), FlagCode::PackageUnknown));
    }
    Ok(vec![decided])
}

fn unknown(case: &Case<'_>, stream: &StreamId, code: FlagCode) -> Option<Flag> {
    case.other(stream).is_none().then(|| Flag::new(code).against(stream, case.revision_of(stream)))
}

/// The refusals that look at a promise alone.
pub(crate) fn check_made(made: &CommitmentMade) -> Result<(), Refusal> {
    if made.obligors.is_empty() {
        return Err(Refusal::NoObligor);
    }
    if made.umbrella_of.as_ref() == Some(&made.commitment_id) {
        return Err(Refusal::UmbrellaIsSelf);
    }
    match (made.value_status == ValueStatus::Known, made.amount.is_some()) {
        (false, true) => Err(Refusal::AmountOfUnknownValue),
        (true, false) => Err(Refusal::KnownValueWithoutAmount),
        (true, true) | (false, false) => Ok(()),
    }
}

/// A promise is made once, by someone. An unsigned agreement behind it is flagged, not refused.
pub(crate) fn make(wish: &CommitmentMade, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    if let Some((_, made)) = state.made() {
        return if made == wish { Ok(vec![]) } else { Err(Refusal::CommitmentAlreadyMade) };
    }
    if state.prospect().is_some() {
        return Err(Refusal::StillAProspect { stream: case.history.stream().clone() });
    }
    check_made(wish)?;
    let backwards = match (&wish.planned_start, &wish.planned_end) {
        (Some(start), Some(end)) => start.earliest > end.latest,
        _ => false,
    };
    let mut decided = Decided::new(wish.clone())
        .flag_if(wish.planned_end.is_none(), FlagCode::NoPlannedEnd)
        .flag_if(backwards, FlagCode::EndBeforeStart)
        .flags(case.unknown_parties(wish.obligors.iter().chain(&wish.beneficiaries)));
    if let Some(package) = &wish.package_id {
        decided = decided.flags(unknown(case, &StreamId::from(package), FlagCode::PackageUnknown));
    }
    if let Some(agreement) = &wish.agreement_id {
        let stream = StreamId::from(agreement);
        let flag = match case.other(&stream) {
            None => unknown(case, &stream, FlagCode::AgreementUnknown),
            Some(history) => {
                let made_on = case.occurred_on();
                let signed = history.facts().iter().any(|fact| {
                    matches!(fact.event, Event::AgreementSigned(_)) && fact.occurred_on.earliest <= made_on.latest
                });
                (!signed).then(|| Flag::new(FlagCode::AgreementNotSigned).against(&stream, history.revision()))
            }
        };
        decided = decided.flags(flag);
    }
    Ok(vec![decided])
}

/// A milestone is planned once. Unless the sender says otherwise it was part of the promise from the start.
pub(crate) fn plan_milestone(wish: &MilestonePlanned, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    if let Some(milestone) = state.milestone(&wish.milestone_id) {
        let refusal = Refusal::MilestoneAlreadyPlanned { milestone: line(wish.milestone_id.as_str()) };
        return if milestone.plan == wish { Ok(vec![]) } else { Err(refusal) };
    }
    let decided = Decided::new(wish.clone())
        .occurred_on(state.made().map(|(fact, _)| fact.occurred_on.clone()))
        .flag_if(wish.due.is_none(), FlagCode::NoDueDate);
    Ok(vec![decided])
}

/// The refusal that looks at a new baseline alone.
pub(crate) fn check_rebaselined(moved: &MilestoneRebaselined) -> Result<(), Refusal> {
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
    let late = wish.new_due.is_some() && milestone.due.is_some_and(|due| case.occurred_on().earliest > due.latest);
    Ok(vec![Decided::new(wish.clone()).flag_if(late, FlagCode::LateReschedule)])
}

fn still_open(milestone: &Milestone<'_>) -> Result<(), Refusal> {
    let id = || line(milestone.plan.milestone_id.as_str());
    if milestone.achieved.is_some() {
        return Err(Refusal::MilestoneAlreadyAchieved { milestone: id() });
    }
    if milestone.cancelled.is_some() {
        return Err(Refusal::MilestoneAlreadyCancelled { milestone: id() });
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
    Ok(vec![Decided::new(wish.clone()).flags(before_signature)])
}

/// A milestone may be given up while it is open. What was achieved can only be retracted.
pub(crate) fn cancel_milestone(wish: &MilestoneCancelled, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    let milestone = milestone(&state, &wish.milestone_id)?;
    if milestone.cancelled.is_some_and(|(_, cancelled)| cancelled == wish) {
        return Ok(vec![]);
    }
    still_open(milestone)?;
    Ok(vec![Decided::new(wish.clone())])
}
