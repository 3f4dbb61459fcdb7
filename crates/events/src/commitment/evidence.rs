//! Rules of documents, and of what a source itself says of a commitment. Both go with prospects and ended commitments.

use crate::case::{Case, Decided, Decision};
use crate::commitment::decide::{line, state};
use crate::commitment::milestones::milestone;
use crate::commitment::{EvidenceAttached, EvidenceUnavailable, SourceStatusAsserted, State};
use crate::flag::FlagCode;
use crate::recorded::Evidence;
use crate::refusal::Refusal;

/// A commitment or a prospect of one must be there.
fn known(case: &Case<'_>, state: &State<'_>) -> Result<(), Refusal> {
    if state.promise().is_none() && state.prospect().is_none() {
        return Err(Refusal::CommitmentUnknown { stream: case.history.stream().clone() });
    }
    Ok(())
}

/// A document is attached to a commitment, or to one entry of it.
pub(crate) fn attach_evidence(wish: &EvidenceAttached, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    known(case, &state)?;
    if let Some(there) = state.document(&wish.evidence_id) {
        let taken = Refusal::EvidenceIdTaken { evidence: line(wish.evidence_id.as_str()) };
        return if there.attached == wish { Ok(vec![]) } else { Err(taken) };
    }
    if let Some(target) = &wish.target_event_id
        && case.history.fact(target).is_none()
    {
        let event = target.clone();
        let retracted = case.history.is_retracted(target);
        return Err(if retracted { Refusal::AlreadyRetracted { event } } else { Refusal::EntryUnknown { event } });
    }
    let mut others = state
        .documents()
        .iter()
        .map(|document| &document.attached.evidence)
        .chain(case.history.facts().iter().flat_map(|fact| &fact.evidence));
    let elsewhere = |other: &Evidence| other.sha256 == wish.evidence.sha256 && other.url != wish.evidence.url;
    let elsewhere = wish.evidence.sha256.is_some() && others.any(elsewhere);
    Ok(vec![Decided::new(wish.clone()).flag_if(elsewhere, FlagCode::SameHashOtherUrl)])
}

/// A document could not be found any more. The reference to it stays.
pub(crate) fn report_evidence_unavailable(wish: &EvidenceUnavailable, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    known(case, &state)?;
    let Some(document) = state.document(&wish.evidence_id) else {
        return Err(Refusal::EvidenceUnknown { evidence: line(wish.evidence_id.as_str()) });
    };
    if document.unavailable.is_some_and(|(_, unavailable)| unavailable == wish) {
        return Ok(vec![]);
    }
    Ok(vec![Decided::new(wish.clone())])
}

/// What a source says of a commitment, or of a milestone of it, is recorded as it says it. Where the facts say
/// otherwise, that is flagged.
pub(crate) fn assert_source_status(wish: &SourceStatusAsserted, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    known(case, &state)?;
    let (said, derived) = match &wish.milestone_id {
        None => (state.source_statuses(), state.derived_status()),
        Some(id) => {
            let milestone = milestone(&state, id)?;
            (milestone.source_statuses.as_slice(), milestone.derived_status())
        }
    };
    let newest = said.iter().rev().find(|(_, asserted)| asserted.source == wish.source);
    if newest.is_some_and(|(_, asserted)| *asserted == wish) {
        return Ok(vec![]);
    }
    let disagrees = derived.is_some_and(|derived| derived != wish.mapped_status);
    Ok(vec![Decided::new(wish.clone()).flag_if(disagrees, FlagCode::StatusDisagrees)])
}
