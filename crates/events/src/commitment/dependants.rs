//! Which facts of a commitment make no sense without which other ones: what a retraction must name.

use crate::catalogue::Event;
use crate::ids::{EventId, MilestoneId};
use crate::recorded::Fact;

/// Whether the later `fact` makes no sense without `base`, which does not found the whole commitment.
pub(crate) fn stands_on(fact: &Fact, base: &Fact) -> bool {
    if speaks_of(&fact.event) == Some(&base.event_id) {
        return true;
    }
    match &base.event {
        Event::MilestonePlanned(plan) => milestone_of(&fact.event) == Some(&plan.milestone_id),
        Event::FundsDisbursed(paid) => match &fact.event {
            // A return that names its disbursement stands on that one alone, another on all of its flow.
            Event::FundsReturned(back) => back.of_event.as_ref().map_or_else(
                || back.flow_id == paid.flow_id && back.amount.currency() == paid.amount.currency(),
                |of| *of == base.event_id,
            ),
            _ => false,
        },
        Event::MilestoneRebaselined(moved) => {
            matches!(&fact.event, Event::MilestoneRebaselined(next) if next.milestone_id == moved.milestone_id)
        }
        Event::MilestoneCancelled(_) | Event::MilestoneMissed(_) => {
            matches!(&fact.event, Event::MilestoneReopened(_)) && milestone_of(&fact.event) == milestone_of(&base.event)
        }
        Event::MilestoneReopened(reopened) => {
            let opinion = matches!(fact.event, Event::AssessmentRecorded(_) | Event::SourceStatusAsserted(_));
            !opinion && milestone_of(&fact.event) == Some(&reopened.milestone_id)
        }
        Event::ProspectNoted(_) => matches!(&fact.event, Event::CommitmentPromoted(_)),
        Event::CommitmentAmended(amended) => {
            matches!(&fact.event, Event::CommitmentAmended(next) if next.field == amended.field)
        }
        Event::CommitmentSuspended(_) => matches!(&fact.event, Event::CommitmentResumed(_)),
        Event::CommitmentResumed(_) => matches!(&fact.event, Event::CommitmentSuspended(_)),
        Event::ConditionAdded(added) => match &fact.event {
            Event::ConditionSatisfied(met) => met.condition_id == added.condition_id,
            Event::ConditionWaived(met) => met.condition_id == added.condition_id,
            _ => false,
        },
        Event::FundsCommitted(funds) => match &fact.event {
            Event::FundsCommitmentAdjusted(adjusted) => adjusted.flow_id == funds.flow_id,
            Event::DisbursementScheduled(planned) => planned.flow_id == funds.flow_id,
            _ => false,
        },
        Event::ClaimDisputed(dispute) => {
            matches!(&fact.event, Event::DisputeResolved(end) if end.claim_event_id == dispute.claim_event_id)
        }
        Event::EvidenceAttached(attached) => {
            matches!(&fact.event, Event::EvidenceUnavailable(gone) if gone.evidence_id == attached.evidence_id)
        }
        _ => false,
    }
}

/// The milestone that an event which is not its plan is about.
fn milestone_of(event: &Event) -> Option<&MilestoneId> {
    match event {
        Event::MilestoneRebaselined(e) => Some(&e.milestone_id),
        Event::MilestoneAchieved(e) => Some(&e.milestone_id),
        Event::MilestoneCancelled(e) => Some(&e.milestone_id),
        Event::MilestoneProgressReported(e) => Some(&e.milestone_id),
        Event::MilestoneMissed(e) => Some(&e.milestone_id),
        Event::MilestoneReopened(e) => Some(&e.milestone_id),
        Event::AssessmentRecorded(e) => e.milestone_id.as_ref(),
        Event::SourceStatusAsserted(e) => e.milestone_id.as_ref(),
        _ => None,
    }
}

/// The event that an answer, a check, the end of a dispute or a document is about.
fn speaks_of(event: &Event) -> Option<&EventId> {
    match event {
        Event::ClaimConfirmed(e) => Some(&e.claim_event_id),
        Event::ClaimDisputed(e) => Some(&e.claim_event_id),
        Event::DisputeResolved(e) => Some(&e.claim_event_id),
        Event::ClaimVerified(e) => Some(&e.claim_event_id),
        Event::EvidenceAttached(e) => e.target_event_id.as_ref(),
        _ => None,
    }
}
