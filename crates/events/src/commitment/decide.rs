//! Rules of prospects and promises as they are made. What happens to them later stands in the files beside this one.

use crate::agreement::Fate;
use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::commitment::{CommitmentMade, CommitmentPromoted, ProspectNoted, SplitPart, State, ValueStatus};
use crate::dates::FuzzyDate;
use crate::flag::{Flag, FlagCode};
use crate::history::History;
use crate::ids::StreamId;
use crate::refusal::{Refusal, each_once};
use crate::text::Line;

pub(super) fn state<'a>(case: &Case<'a>) -> State<'a> {
    State::of(case.history.facts(), None)
}

pub(super) fn made<'s>(case: &Case<'_>, state: &'s State<'_>) -> Result<&'s CommitmentMade, Refusal> {
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
        decided = decided.flags(case.unknown(&StreamId::from(package), FlagCode::PackageUnknown));
    }
    Ok(vec![decided])
}

/// The refusals that look at a promise alone.
pub(super) fn check_made(made: &CommitmentMade) -> Result<(), Refusal> {
    if made.obligors.is_empty() {
        return Err(Refusal::NoObligor);
    }
    if made.umbrella_of.as_ref() == Some(&made.commitment_id) {
        return Err(Refusal::UmbrellaIsSelf);
    }
    if made.split_from.as_ref() == Some(&made.commitment_id) {
        return Err(Refusal::PartIsSelf);
    }
    match (made.value_status == ValueStatus::Known, made.amount.is_some()) {
        (false, true) => Err(Refusal::AmountOfUnknownValue),
        (true, false) => Err(Refusal::KnownValueWithoutAmount),
        (true, true) | (false, false) => Ok(()),
    }
}

/// Refuses a promise that names an obligor or a beneficiary twice; `fields` is where the lists stand in the command. No
/// amendment asks this of what it leaves alone, as promises of old may name one twice.
pub(super) fn check_named(made: &CommitmentMade, fields: [&'static str; 2]) -> Result<(), Refusal> {
    each_once(&made.obligors, fields[0])?;
    each_once(&made.beneficiaries, fields[1])
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
    check_named(wish, ["/data/obligors", "/data/beneficiaries"])?;
    Ok(vec![Decided::new(wish.clone()).flags(promise_flags(wish, case))])
}

/// What was under consideration becomes a promise, once, under the rules of any promise.
pub(crate) fn promote(wish: &CommitmentPromoted, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    if let Some(promise) = state.promise() {
        return match promise.promoted {
            Some(promoted) if promoted == wish => Ok(vec![]),
            Some(_) => Err(Refusal::ProspectAlreadyPromoted),
            None => Err(Refusal::CommitmentAlreadyMade),
        };
    }
    if state.prospect().is_none() {
        return Err(Refusal::ProspectUnknown { stream: case.history.stream().clone() });
    }
    check_promoted(wish)?;
    Ok(vec![Decided::new(wish.clone()).flags(promise_flags(&wish.promise, case))])
}

/// The refusals that look at a promotion alone.
pub(super) fn check_promoted(promoted: &CommitmentPromoted) -> Result<(), Refusal> {
    if promoted.promise.commitment_id != promoted.commitment_id {
        return Err(Refusal::PromiseOfAnother);
    }
    check_named(&promoted.promise, ["/data/promise/obligors", "/data/promise/beneficiaries"])?;
    check_made(&promoted.promise)
}

/// A flag where the agreement behind a commitment has ended: for what was so before the end and is recorded after it,
/// and for what was so after it. None where the end says that the commitment goes on, or is owed under another one.
pub(super) fn agreement_flag(made: &CommitmentMade, on: &FuzzyDate, case: &Case<'_>) -> Option<Flag> {
    let stream = StreamId::from(made.agreement_id.as_ref()?);
    let history = case.other(&stream)?;
    let end = crate::agreement::State::of(history.facts(), None).end?;
    let fate = end.fates.iter().find(|fate| fate.commitment_id == made.commitment_id).map(|fate| &fate.fate);
    if matches!(fate, Some(Fate::Continues | Fate::MovedTo(_))) {
        return None;
    }
    let code = if on.earliest >= end.effective_on {
        FlagCode::AgreementHasEnded
    } else if end.effective_on <= case.today() {
        FlagCode::LateReport
    } else {
        return None;
    };
    Some(Flag::new(code).against(&stream, history.revision()))
}

/// Whether a promise was split into parts of which this one is one, with its amount and its weight.
fn names_part(whole: &History, promise: &CommitmentMade) -> bool {
    let same = |part: &SplitPart| {
        (&part.commitment_id, part.amount, part.weight) == (&promise.commitment_id, promise.amount, promise.weight)
    };
    let split = |event: &Event| matches!(event, Event::CommitmentSplit(split) if split.into.iter().any(same));
    whole.facts().iter().any(|fact| split(&fact.event))
}

/// What is to be said about a promise, and yet does not stand in its way.
fn promise_flags(promise: &CommitmentMade, case: &Case<'_>) -> Vec<Flag> {
    let backwards = match (&promise.planned_start, &promise.planned_end) {
        (Some(start), Some(end)) => start.earliest > end.latest,
        _ => false,
    };
    let mut flags = Vec::new();
    flags.extend(promise.planned_end.is_none().then(|| Flag::new(FlagCode::NoPlannedEnd)));
    flags.extend(backwards.then(|| Flag::new(FlagCode::EndBeforeStart)));
    flags.extend(case.unknown_parties(promise.obligors.iter().chain(&promise.beneficiaries)));
    if let Some(package) = &promise.package_id {
        flags.extend(case.unknown(&StreamId::from(package), FlagCode::PackageUnknown));
    }
    if let Some(umbrella) = &promise.umbrella_of {
        flags.extend(case.unknown(&StreamId::from(umbrella), FlagCode::UmbrellaUnknown));
    }
    if let Some(whole) = &promise.split_from {
        let stream = StreamId::from(whole);
        let is_part = case.other(&stream).is_some_and(|history| names_part(history, promise));
        flags.extend(
            (!is_part).then(|| Flag::new(FlagCode::SplitPartDiffers).against(&stream, case.revision_of(&stream))),
        );
    }
    if let Some(agreement) = &promise.agreement_id {
        let stream = StreamId::from(agreement);
        let flag = match case.other(&stream) {
            None => case.unknown(&stream, FlagCode::AgreementUnknown),
            Some(history) => {
                let made_on = case.occurred_on();
                let signed = history.facts().iter().any(|fact| {
                    matches!(fact.event, Event::AgreementSigned(_)) && fact.occurred_on.earliest <= made_on.latest
                });
                (!signed).then(|| Flag::new(FlagCode::AgreementNotSigned).against(&stream, history.revision()))
            }
        };
        flags.extend(flag);
        flags.extend(agreement_flag(promise, &case.occurred_on(), case));
    }
    flags
}
