//! Claims of a commitment, and what other parties and outsiders said of each.

use crate::commitment::{ClaimVerified, DisputeOutcome, DisputeResolved};
use crate::ids::PartyId;
use crate::recorded::Fact;

/// A claim and what was said of it.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    /// The claim.
    pub fact: &'a Fact,
    /// The newest answer of each party that answered.
    pub answers: Vec<Answer<'a>>,
    /// Checks by outsiders.
    pub verifications: Vec<(&'a Fact, &'a ClaimVerified)>,
    /// How disputes of it ended.
    pub resolutions: Vec<(&'a Fact, &'a DisputeResolved)>,
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
    /// Whether it is a dispute that ended.
    pub settled: bool,
}

impl<'a> Claim<'a> {
    pub(super) fn new(fact: &'a Fact) -> Self {
        Self { fact, answers: Vec::new(), verifications: Vec::new(), resolutions: Vec::new() }
    }

    pub(super) fn answer(&mut self, fact: &'a Fact, by_party: &'a PartyId, confirms: bool) {
        self.answers.retain(|answer| answer.by_party != by_party);
        self.answers.push(Answer { fact, by_party, confirms, settled: false });
    }

    pub(super) fn resolve(&mut self, fact: &'a Fact, resolved: &'a DisputeResolved) {
        self.resolutions.push((fact, resolved));
        for answer in self.answers.iter_mut().filter(|answer| !answer.confirms) {
            answer.settled |= match resolved.outcome {
                DisputeOutcome::Upheld | DisputeOutcome::Replaced => true,
                DisputeOutcome::Withdrawn => *answer.by_party == resolved.by,
                DisputeOutcome::NotedUnresolved => false,
            };
        }
    }

    /// Whether another party agrees with the claim as it now reads. A correction makes earlier confirmations lapse.
    pub fn is_confirmed(&self) -> bool {
        self.others().any(|answer| answer.confirms && answer.fact.position > self.fact.formed_at())
    }

    /// Whether an outsider checked the claim as it now reads.
    pub fn is_verified(&self) -> bool {
        self.verifications.iter().any(|(fact, _)| fact.position > self.fact.formed_at())
    }

    /// Whether another party disagrees, and that has not ended.
    pub fn is_disputed(&self) -> bool {
        self.open_disputes().next().is_some()
    }

    /// Whether a dispute was upheld: what was claimed does not count.
    pub fn is_rejected(&self) -> bool {
        self.resolutions.iter().any(|(_, resolved)| resolved.outcome == DisputeOutcome::Upheld)
    }

    /// The disputes that have not ended.
    pub fn open_disputes(&self) -> impl Iterator<Item = &Answer<'a>> {
        self.others().filter(|answer| !answer.confirms && !answer.settled)
    }

    /// The entries that say something of it.
    pub fn said(&self) -> impl Iterator<Item = &'a Fact> {
        let answers = self.answers.iter().map(|answer| answer.fact);
        let verifications = self.verifications.iter().map(|(fact, _)| *fact);
        answers.chain(verifications).chain(self.resolutions.iter().map(|(fact, _)| *fact))
    }

    /// Answers of others than the reporter, whom a correction may have made one of those who answered.
    fn others(&self) -> impl Iterator<Item = &Answer<'a>> {
        self.answers.iter().filter(|answer| self.fact.reported_by.as_ref() != Some(answer.by_party))
    }
}
