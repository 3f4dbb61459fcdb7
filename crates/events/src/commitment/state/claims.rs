//! Claims of a commitment, and what other parties and outsiders said of each.

use crate::commitment::{ClaimVerified, DisputeOutcome, DisputeResolved};
use crate::ids::{PartyId, Position};
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
    /// Positions of the entries by which a party that spoke of it turned out to be the one that reported it.
    pub mergers: Vec<Position>,
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
    /// Whether mergers made the party the one that reported the claim.
    pub own: bool,
}

impl<'a> Claim<'a> {
    pub(super) fn new(fact: &'a Fact) -> Self {
        Self { fact, answers: Vec::new(), verifications: Vec::new(), resolutions: Vec::new(), mergers: Vec::new() }
    }

    pub(super) fn answer(&mut self, fact: &'a Fact, by_party: &'a PartyId, confirms: bool) {
        self.answers.retain(|answer| answer.by_party != by_party);
        self.answers.push(Answer { fact, by_party, confirms, settled: false, own: false });
    }

    /// Sets aside what the reporter itself said under another id. `same` gives the entries by which two parties became
    /// one, none where they did not.
    pub(super) fn know_mergers(&mut self, same: &impl Fn(&PartyId, &PartyId) -> Option<Vec<Position>>) {
        let Some(reporter) = &self.fact.reported_by else { return };
        let mut mergers = Vec::new();
        let mut is_own = |party: &PartyId| match same(reporter, party).filter(|_| party != reporter) {
            Some(entries) => {
                mergers.extend(entries);
                true
            }
            None => false,
        };
        for answer in &mut self.answers {
            answer.own = is_own(answer.by_party);
        }
        self.verifications.retain(|(_, check)| !is_own(&check.verifier));
        self.mergers = mergers;
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

    /// Answers of others than the reporter, whom a correction or a merger may have made one of those who answered.
    pub fn others(&self) -> impl Iterator<Item = &Answer<'a>> {
        self.answers.iter().filter(|answer| !answer.own && self.fact.reported_by.as_ref() != Some(answer.by_party))
    }
}
