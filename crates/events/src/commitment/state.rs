//! A commitment as its facts tell it: milestones with their baselines, flows of money, claims with their answers.
//!
//! The rules look at all facts in effect; a reader who asks "as of" a date looks at those that were so by then.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::catalogue::Event;
use crate::commitment::{
    CommitmentMade, FundsCommitted, FundsDisbursed, FundsReturned, MilestoneAchieved, MilestoneCancelled,
    MilestonePlanned, ProspectNoted,
};
use crate::dates::{FuzzyDate, LedgerDate};
use crate::ids::{EventId, FlowId, MilestoneId, PartyId, Position};
use crate::money::{Currency, Weight};
use crate::recorded::Fact;

/// A commitment, or a prospect of one.
#[derive(Debug, Clone, Default)]
pub struct State<'a> {
    made: Option<(&'a Fact, &'a CommitmentMade)>,
    prospect: Option<(&'a Fact, &'a ProspectNoted)>,
    milestones: Vec<Milestone<'a>>,
    flows: Vec<Flow<'a>>,
    claims: Vec<Claim<'a>>,
}

/// A milestone with its newest due date and weight, and what became of it.
#[derive(Debug, Clone)]
pub struct Milestone<'a> {
    /// The entry that planned it.
    pub planned: &'a Fact,
    /// The plan, with the due date and weight of baseline 0.
    pub plan: &'a MilestonePlanned,
    /// The due date now.
    pub due: Option<&'a FuzzyDate>,
    /// The weight now.
    pub weight: Weight,
    /// The number of the newest baseline.
    pub baseline_no: u32,
    /// The claim that it was achieved.
    pub achieved: Option<(&'a Fact, &'a MilestoneAchieved)>,
    /// That it was given up.
    pub cancelled: Option<(&'a Fact, &'a MilestoneCancelled)>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A disbursement or a return, with its entry.
#[derive(Debug, Clone, Copy)]
pub enum Payment<'a> {
    /// Money was paid out.
    Disbursed(&'a Fact, &'a FundsDisbursed),
    /// Money was sent back.
    Returned(&'a Fact, &'a FundsReturned),
}

/// A flow of money.
#[derive(Debug, Clone)]
pub struct Flow<'a> {
    /// Its id.
    pub flow_id: &'a FlowId,
    /// The firm obligation, if one was recorded.
    pub committed: Option<(&'a Fact, &'a FundsCommitted)>,
    /// Payments out and back, in the order in which they were recorded.
    pub payments: Vec<Payment<'a>>,
}

/// A claim and the answers of other parties.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    /// The claim.
    pub fact: &'a Fact,
    /// The newest answer of each party that answered.
    pub answers: Vec<Answer<'a>>,
}

/// A party's answer to a claim.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The entry that holds it.
    pub fact: &'a Fact,
    /// Who answered.
    pub by_party: &'a PartyId,
    /// Whether it agrees.
    pub confirms: bool,
}

/// The entry that stated a fact, and the correction that gave it its form.
fn sources(fact: &Fact) -> impl Iterator<Item = Position> {
    std::iter::once(fact.position).chain((fact.formed_at != fact.position).then_some(fact.formed_at))
}

impl Flow<'_> {
    /// Disbursed less returned, in one currency.
    pub fn balance(&self, currency: Currency) -> Decimal {
        self.payments.iter().fold(Decimal::ZERO, |sum, payment| match payment {
            Payment::Disbursed(_, paid) if paid.amount.currency() == currency => sum + paid.amount.amount(),
            Payment::Returned(_, back) if back.amount.currency() == currency => sum - back.amount.amount(),
            Payment::Disbursed(..) | Payment::Returned(..) => sum,
        })
    }
}

impl Claim<'_> {
    /// Whether another party agrees with the claim as it now reads. A correction makes earlier confirmations lapse.
    pub fn is_confirmed(&self) -> bool {
        self.others().any(|answer| answer.confirms && answer.fact.position > self.fact.formed_at)
    }

    /// Whether another party disagrees.
    pub fn is_disputed(&self) -> bool {
        self.others().any(|answer| !answer.confirms)
    }

    /// Answers of others than the reporter, whom a correction may have made one of those who answered.
    fn others(&self) -> impl Iterator<Item = &Answer<'_>> {
        self.answers.iter().filter(|answer| self.fact.reported_by.as_ref() != Some(answer.by_party))
    }
}

impl<'a> State<'a> {
    /// The commitment that `facts` tell, counting only what was so by `as_of` where a date is given.
    pub fn of(facts: &'a [Arc<Fact>], as_of: Option<LedgerDate>) -> Self {
        let mut state = Self::default();
        for fact in facts {
            if as_of.is_none_or(|date| fact.occurred_on.earliest <= date) {
                state.take(fact);
            }
        }
        state
    }

    fn take(&mut self, fact: &'a Fact) {
        match &fact.event {
            Event::CommitmentMade(made) => self.made = Some((fact, made)),
            Event::ProspectNoted(prospect) => self.prospect = Some((fact, prospect)),
            Event::MilestonePlanned(plan) => self.milestones.push(Milestone {
                planned: fact,
                plan,
                due: plan.due.as_ref(),
                weight: plan.weight,
                baseline_no: 0,
                achieved: None,
                cancelled: None,
                entries: sources(fact).collect(),
            }),
            Event::MilestoneRebaselined(moved) => {
                if let Some(milestone) = self.milestone_mut(&moved.milestone_id) {
                    milestone.due = moved.new_due.as_ref().or(milestone.due);
                    milestone.weight = moved.new_weight.unwrap_or(milestone.weight);
                    milestone.baseline_no = moved.baseline_no;
                    milestone.entries.extend(sources(fact));
                }
            }
            Event::MilestoneAchieved(achieved) => {
                if let Some(milestone) = self.milestone_mut(&achieved.milestone_id) {
                    milestone.achieved = Some((fact, achieved));
                    milestone.entries.extend(sources(fact));
                }
                self.claims.push(Claim { fact, answers: Vec::new() });
            }
            Event::MilestoneCancelled(cancelled) => {
                if let Some(milestone) = self.milestone_mut(&cancelled.milestone_id) {
                    milestone.cancelled = Some((fact, cancelled));
                    milestone.entries.extend(sources(fact));
                }
            }
            Event::FundsCommitted(funds) => self.flow_mut(&funds.flow_id).committed = Some((fact, funds)),
            Event::FundsDisbursed(paid) => {
                self.flow_mut(&paid.flow_id).payments.push(Payment::Disbursed(fact, paid));
                self.claims.push(Claim { fact, answers: Vec::new() });
            }
            Event::FundsReturned(back) => {
                self.flow_mut(&back.flow_id).payments.push(Payment::Returned(fact, back));
                self.claims.push(Claim { fact, answers: Vec::new() });
            }
            Event::ClaimConfirmed(answer) => self.answer(fact, &answer.claim_event_id, &answer.by_party, true),
            Event::ClaimDisputed(answer) => self.answer(fact, &answer.claim_event_id, &answer.by_party, false),
            Event::PartyRegistered(_)
            | Event::PackageAnnounced(_)
            | Event::DeclaredTotalRecorded(_)
            | Event::AgreementRegistered(_)
            | Event::AgreementSigned(_)
            | Event::AgreementLinkedToPackage(_)
            | Event::IndicatorDefined(_)
            | Event::IndicatorObserved(_)
            | Event::ExchangeRateRecorded(_)
            | Event::EntryCorrected(_)
            | Event::EntryRetracted(_) => {}
        }
    }

    fn milestone_mut(&mut self, id: &MilestoneId) -> Option<&mut Milestone<'a>> {
        self.milestones.iter_mut().find(|m| m.plan.milestone_id == *id)
    }

    fn flow_mut(&mut self, id: &'a FlowId) -> &mut Flow<'a> {
        let index = self.flows.iter().position(|flow| flow.flow_id == id).unwrap_or_else(|| {
            self.flows.push(Flow { flow_id: id, committed: None, payments: Vec::new() });
            self.flows.len() - 1
        });
        &mut self.flows[index]
    }

    fn answer(&mut self, fact: &'a Fact, claim: &EventId, by_party: &'a PartyId, confirms: bool) {
        if let Some(claim) = self.claims.iter_mut().find(|c| c.fact.event_id == *claim) {
            claim.answers.retain(|answer| answer.by_party != by_party);
            claim.answers.push(Answer { fact, by_party, confirms });
        }
    }

    /// The promise, with its entry.
    pub fn made(&self) -> Option<(&'a Fact, &'a CommitmentMade)> {
        self.made
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
}
