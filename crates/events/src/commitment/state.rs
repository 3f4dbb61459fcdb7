//! A commitment as its facts tell it: the promise with its amendments, milestones with their baselines, flows of money,
//! claims with what was said of them, conditions, documents, opinions, and how it ended.
//!
//! The rules look at all facts in effect; a reader who asks "as of" a date looks at those that were so by then. Folding
//! is total: where a retraction leaves two words on one thing, the newest holds.

mod claims;
mod life;
mod milestones;
mod money;

pub use claims::{Answer, Claim};
pub use life::{Closing, ConditionState, DocumentState, Met, Promise};
pub use milestones::{Baseline, Milestone};
pub use money::{Flow, Payment};

use std::sync::Arc;

use crate::catalogue::Event;
use crate::commitment::{
    AssessmentRecorded, CommitmentMade, CommitmentSuspended, CommitmentsMerged, DisputeOutcome, MappedStatus,
    ProspectNoted, SourceStatusAsserted,
};
use crate::dates::LedgerDate;
use crate::ids::{ConditionId, EventId, EvidenceId, FlowId, MilestoneId, PartyId, Position};
use crate::recorded::Fact;

/// A commitment, or a prospect of one.
#[derive(Debug, Clone, Default)]
pub struct State<'a> {
    promise: Option<Promise<'a>>,
    prospect: Option<(&'a Fact, &'a ProspectNoted)>,
    milestones: Vec<Milestone<'a>>,
    flows: Vec<Flow<'a>>,
    claims: Vec<Claim<'a>>,
    conditions: Vec<ConditionState<'a>>,
    suspended: Option<(&'a Fact, &'a CommitmentSuspended)>,
    closings: Vec<Closing<'a>>,
    merges: Vec<(&'a Fact, &'a CommitmentsMerged)>,
    documents: Vec<DocumentState<'a>>,
    assessments: Vec<(&'a Fact, &'a AssessmentRecorded)>,
    source_statuses: Vec<(&'a Fact, &'a SourceStatusAsserted)>,
}

impl<'a> State<'a> {
    /// The commitment that `facts` tell, counting only what was so by `as_of` where a date is given.
    pub fn of(facts: &'a [Arc<Fact>], as_of: Option<LedgerDate>) -> Self {
        Self::told_by(facts.iter().map(AsRef::as_ref), as_of)
    }

    /// The promise with its amendments alone, for who asks for nothing else of a long history.
    pub(crate) fn of_the_promise(facts: &'a [Arc<Fact>]) -> Self {
        let of_the_promise = |fact: &&Fact| {
            matches!(fact.event, Event::CommitmentMade(_) | Event::CommitmentPromoted(_) | Event::CommitmentAmended(_))
        };
        Self::told_by(facts.iter().map(AsRef::as_ref).filter(of_the_promise), None)
    }

    /// The same of facts that are not kept in a row, in the order in which they were recorded.
    pub fn told_by(facts: impl IntoIterator<Item = &'a Fact>, as_of: Option<LedgerDate>) -> Self {
        let mut state = Self::default();
        for fact in facts {
            if as_of.is_none_or(|date| fact.occurred_on.earliest <= date) {
                state.take(fact);
            }
        }
        if let Some(promise) = &mut state.promise {
            promise.apply_amendments();
        }
        state
    }

    /// Takes in which parties became one: what a reporter said of its own claim, under an id that was merged into its
    /// own or the other way round, is nobody else's word. `same` gives the entries by which two parties became one.
    pub fn know_mergers(&mut self, same: impl Fn(&PartyId, &PartyId) -> Option<Vec<Position>>) {
        self.claims.iter_mut().for_each(|claim| claim.know_mergers(&same));
    }

    fn take(&mut self, fact: &'a Fact) {
        match &fact.event {
            Event::CommitmentMade(made) => self.promised(Promise::of(fact, made, None)),
            Event::CommitmentPromoted(promoted) => {
                self.promised(Promise::of(fact, &promoted.promise, Some(promoted)));
            }
            Event::ProspectNoted(prospect) => self.prospect = Some((fact, prospect)),
            Event::CommitmentAmended(amended) => {
                if let Some(promise) = &mut self.promise {
                    promise.amendments.push((fact, amended));
                }
            }
            Event::CommitmentSuspended(suspended) => self.suspended = Some((fact, suspended)),
            Event::CommitmentResumed(_) => self.suspended = None,
            Event::CommitmentCancelled(cancelled) => self.closings.push(Closing::Cancelled(fact, cancelled)),
            Event::CommitmentSplit(split) => self.closings.push(Closing::Split(fact, split)),
            Event::CommitmentFulfilled(fulfilled) => {
                self.closings.push(Closing::Fulfilled(fact, fulfilled));
                self.claims.push(Claim::new(fact));
            }
            Event::CommitmentsMerged(merged) => self.merges.push((fact, merged)),
            Event::ConditionAdded(added) => {
                self.conditions.push(ConditionState::new(fact, &added.condition_id, &added.text));
            }
            Event::ConditionSatisfied(e) => self.meet(&e.condition_id, Met::Satisfied(fact, e)),
            Event::ConditionWaived(e) => self.meet(&e.condition_id, Met::Waived(fact, e)),
            Event::MilestonePlanned(plan) => self.milestones.push(Milestone::new(fact, plan)),
            Event::MilestoneRebaselined(e) => self.on_milestone(&e.milestone_id, |m| m.rebaseline(fact, e)),
            Event::MilestoneProgressReported(e) => self.on_milestone(&e.milestone_id, |m| m.report(fact, e)),
            Event::MilestoneAchieved(e) => {
                self.on_milestone(&e.milestone_id, |m| m.achieve(fact, e));
                self.claims.push(Claim::new(fact));
            }
            Event::MilestoneMissed(e) => self.on_milestone(&e.milestone_id, |m| m.miss(fact, e)),
            Event::MilestoneCancelled(e) => self.on_milestone(&e.milestone_id, |m| m.cancel(fact, e)),
            Event::MilestoneReopened(e) => self.on_milestone(&e.milestone_id, |m| m.reopen(fact, e)),
            Event::FundsCommitted(funds) => self.flow_mut(&funds.flow_id).committed = Some((fact, funds)),
            Event::FundsCommitmentAdjusted(e) => self.flow_mut(&e.flow_id).adjustments.push((fact, e)),
            Event::DisbursementScheduled(e) => self.flow_mut(&e.flow_id).scheduled.push((fact, e)),
            Event::FundsDisbursed(paid) => {
                self.flow_mut(&paid.flow_id).payments.push(Payment::Disbursed(fact, paid));
                self.claims.push(Claim::new(fact));
            }
            Event::FundsReturned(back) => {
                self.flow_mut(&back.flow_id).payments.push(Payment::Returned(fact, back));
                self.claims.push(Claim::new(fact));
            }
            Event::ClaimConfirmed(e) => self.on_claim(&e.claim_event_id, |c| c.answer(fact, &e.by_party, true)),
            Event::ClaimDisputed(e) => self.on_claim(&e.claim_event_id, |c| c.answer(fact, &e.by_party, false)),
            Event::ClaimVerified(e) => self.on_claim(&e.claim_event_id, |c| c.verifications.push((fact, e))),
            Event::DisputeResolved(e) => {
                self.on_claim(&e.claim_event_id, |c| c.resolve(fact, e));
                if e.outcome == DisputeOutcome::Upheld {
                    self.reject(&e.claim_event_id, fact);
                }
            }
            Event::EvidenceAttached(e) => {
                self.documents.push(DocumentState { fact, attached: e, unavailable: None });
            }
            Event::EvidenceUnavailable(e) => {
                if let Some(document) = self.documents.iter_mut().find(|d| d.attached.evidence_id == e.evidence_id) {
                    document.unavailable = Some((fact, e));
                }
            }
            Event::AssessmentRecorded(e) => self.assessed(fact, e),
            Event::SourceStatusAsserted(e) => self.asserted(fact, e),
            // Facts of other families, and of corrections, which a history has applied.
            _ => {}
        }
    }

    fn assessed(&mut self, fact: &'a Fact, assessment: &'a AssessmentRecorded) {
        match &assessment.milestone_id {
            Some(milestone) => self.on_milestone(milestone, |m| m.assessments.push((fact, assessment))),
            None => self.assessments.push((fact, assessment)),
        }
    }

    fn asserted(&mut self, fact: &'a Fact, status: &'a SourceStatusAsserted) {
        match &status.milestone_id {
            Some(milestone) => self.on_milestone(milestone, |m| m.source_statuses.push((fact, status))),
            None => self.source_statuses.push((fact, status)),
        }
    }

    fn promised(&mut self, promise: Promise<'a>) {
        let fact = promise.fact;
        self.conditions
            .extend(promise.original.conditions.iter().map(|c| ConditionState::new(fact, &c.condition_id, &c.text)));
        self.promise = Some(promise);
    }

    fn meet(&mut self, id: &ConditionId, met: Met<'a>) {
        if let Some(condition) = self.conditions.iter_mut().find(|c| c.condition_id == id) {
            condition.met = Some(met);
        }
    }

    fn on_milestone(&mut self, id: &MilestoneId, change: impl FnOnce(&mut Milestone<'a>)) {
        if let Some(milestone) = self.milestones.iter_mut().find(|m| m.plan.milestone_id == *id) {
            change(milestone);
        }
    }

    fn on_claim(&mut self, id: &EventId, change: impl FnOnce(&mut Claim<'a>)) {
        // What is said of a claim is mostly said of a late one.
        if let Some(claim) = self.claims.iter_mut().rev().find(|c| c.fact.event_id == *id) {
            change(claim);
        }
    }

    fn flow_mut(&mut self, id: &'a FlowId) -> &mut Flow<'a> {
        let index = self.flows.iter().position(|flow| flow.flow_id == id).unwrap_or_else(|| {
            self.flows.push(Flow::new(id));
            self.flows.len() - 1
        });
        &mut self.flows[index]
    }

    /// Takes out what a claim said, whose dispute was upheld by the entry `by`.
    fn reject(&mut self, claim: &EventId, by: &Fact) {
        self.milestones.iter_mut().for_each(|milestone| milestone.reject(claim, by));
        self.reject_payment(claim);
    }

    /// Takes a payment out of its flow, because the claim that it was made does not hold.
    pub(super) fn reject_payment(&mut self, claim: &EventId) {
        self.flows.iter_mut().for_each(|flow| flow.reject(claim));
    }

    /// The promise in force, with the entry that made it.
    pub fn made(&self) -> Option<(&'a Fact, &CommitmentMade)> {
        self.promise.as_ref().map(|promise| (promise.fact, promise.in_force()))
    }

    /// The promise, with what it was at first and its amendments.
    pub fn promise(&self) -> Option<&Promise<'a>> {
        self.promise.as_ref()
    }

    /// The prospect, with its entry.
    pub fn prospect(&self) -> Option<(&'a Fact, &'a ProspectNoted)> {
        self.prospect
    }

    /// The milestones, in the order in which they were planned.
    pub fn milestones(&self) -> &[Milestone<'a>] {
        &self.milestones
    }

    /// A milestone.
    pub fn milestone(&self, id: &MilestoneId) -> Option<&Milestone<'a>> {
        self.milestones.iter().find(|m| m.plan.milestone_id == *id)
    }

    /// The flows of money, in the order in which they were first named.
    pub fn flows(&self) -> &[Flow<'a>] {
        &self.flows
    }

    /// A flow of money.
    pub fn flow(&self, id: &FlowId) -> Option<&Flow<'a>> {
        self.flows.iter().find(|flow| flow.flow_id == id)
    }

    /// The claims, in the order in which they were recorded.
    pub fn claims(&self) -> &[Claim<'a>] {
        &self.claims
    }

    /// A claim, by the id of the event that made it.
    pub fn claim(&self, id: &EventId) -> Option<&Claim<'a>> {
        self.claims.iter().find(|claim| claim.fact.event_id == *id)
    }

    /// The claim that a fact makes.
    pub fn claim_of(&self, fact: &Fact) -> Option<&Claim<'a>> {
        // Places are told apart faster than ids.
        self.claims.iter().find(|claim| claim.fact.position == fact.position)
    }

    /// What must be true first, in the order in which it was recorded.
    pub fn conditions(&self) -> &[ConditionState<'a>] {
        &self.conditions
    }

    /// A condition.
    pub fn condition(&self, id: &ConditionId) -> Option<&ConditionState<'a>> {
        self.conditions.iter().find(|condition| condition.condition_id == id)
    }

    /// That work was halted and does not go on yet.
    pub fn suspended(&self) -> Option<(&'a Fact, &'a CommitmentSuspended)> {
        self.suspended
    }

    /// How and when it ended. A report that it is kept, once a dispute of it was upheld, ended nothing.
    pub fn closed(&self) -> Option<Closing<'a>> {
        let rejected = |fact: &Fact| self.claim_of(fact).is_some_and(Claim::is_rejected);
        self.closings.iter().find(|closing| !rejected(closing.fact())).copied()
    }

    /// What went into this commitment.
    pub fn merges(&self) -> &[(&'a Fact, &'a CommitmentsMerged)] {
        &self.merges
    }

    /// The documents attached, in the order in which they were.
    pub fn documents(&self) -> &[DocumentState<'a>] {
        &self.documents
    }

    /// A document.
    pub fn document(&self, id: &EvidenceId) -> Option<&DocumentState<'a>> {
        self.documents.iter().find(|document| document.attached.evidence_id == *id)
    }

    /// Opinions on the whole commitment, in the order in which they were recorded; those on a milestone stand with it.
    pub fn assessments(&self) -> &[(&'a Fact, &'a AssessmentRecorded)] {
        &self.assessments
    }

    /// What sources say of its state, in the order in which it was recorded; of a milestone's, it stands with that.
    pub fn source_statuses(&self) -> &[(&'a Fact, &'a SourceStatusAsserted)] {
        &self.source_statuses
    }

    /// The state that follows from the facts, in the words that sources are translated into. None where it was split:
    /// its parts have states of their own.
    pub fn derived_status(&self) -> Option<MappedStatus> {
        let active = || self.milestones.iter().filter(|m| m.cancelled.is_none());
        Some(match self.closed() {
            Some(Closing::Split(..)) => return None,
            Some(Closing::Cancelled(..)) => MappedStatus::Cancelled,
            Some(Closing::Fulfilled(..)) => MappedStatus::Completed,
            None if self.promise.is_none() => MappedStatus::Pipeline,
            None if active().next().is_some() && active().all(|m| m.achieved.is_some()) => MappedStatus::Completed,
            None if self.suspended.is_some() => MappedStatus::Suspended,
            None => MappedStatus::Implementation,
        })
    }
}
