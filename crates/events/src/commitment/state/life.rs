//! The promise with its amendments, its conditions, the documents attached to it, and how it ended.

use std::borrow::Cow;

use crate::commitment::{
    CommitmentAmended, CommitmentCancelled, CommitmentFulfilled, CommitmentMade, CommitmentPromoted, CommitmentSplit,
    ConditionSatisfied, ConditionWaived, EvidenceAttached, EvidenceUnavailable, life,
};
use crate::ids::ConditionId;
use crate::recorded::Fact;
use crate::text::Texts;

/// A promise, as it was made and as it is in force.
#[derive(Debug, Clone)]
pub struct Promise<'a> {
    /// The entry that made it.
    pub fact: &'a Fact,
    /// The promise before any amendment.
    pub original: &'a CommitmentMade,
    /// That a prospect became this promise.
    pub promoted: Option<&'a CommitmentPromoted>,
    /// The amendments, in the order in which they took hold.
    pub amendments: Vec<(&'a Fact, &'a CommitmentAmended)>,
    in_force: Cow<'a, CommitmentMade>,
}

impl<'a> Promise<'a> {
    pub(super) fn of(fact: &'a Fact, original: &'a CommitmentMade, promoted: Option<&'a CommitmentPromoted>) -> Self {
        Self { fact, original, promoted, amendments: Vec::new(), in_force: Cow::Borrowed(original) }
    }

    /// An amendment moves what was so, not what was known: the later day wins, whichever was recorded first.
    pub(super) fn apply_amendments(&mut self) {
        self.amendments.sort_by_key(|(fact, _)| (fact.occurred_on.earliest, fact.position));
        for (_, change) in &self.amendments {
            if let Ok(amended) = life::amended(&self.in_force, change) {
                self.in_force = Cow::Owned(amended);
            }
        }
    }

    /// The promise with the amendments.
    pub fn in_force(&self) -> &CommitmentMade {
        &self.in_force
    }
}

/// A condition, and whether it is met.
#[derive(Debug, Clone, Copy)]
pub struct ConditionState<'a> {
    /// The entry that set it.
    pub fact: &'a Fact,
    /// Its id.
    pub condition_id: &'a ConditionId,
    /// Its words.
    pub text: &'a Texts,
    /// How it was met.
    pub met: Option<Met<'a>>,
}

/// How a condition was met.
#[derive(Debug, Clone, Copy)]
pub enum Met<'a> {
    /// It came true.
    Satisfied(&'a Fact, &'a ConditionSatisfied),
    /// The parties do without it.
    Waived(&'a Fact, &'a ConditionWaived),
}

impl<'a> ConditionState<'a> {
    pub(super) fn new(fact: &'a Fact, condition_id: &'a ConditionId, text: &'a Texts) -> Self {
        Self { fact, condition_id, text, met: None }
    }
}

/// A document, and whether it can still be found.
#[derive(Debug, Clone, Copy)]
pub struct DocumentState<'a> {
    /// The entry that attached it.
    pub fact: &'a Fact,
    /// The document.
    pub attached: &'a EvidenceAttached,
    /// That it could not be found, when it was last looked for.
    pub unavailable: Option<(&'a Fact, &'a EvidenceUnavailable)>,
}

/// How a commitment ended.
#[derive(Debug, Clone, Copy)]
pub enum Closing<'a> {
    /// It was kept, as a party reports.
    Fulfilled(&'a Fact, &'a CommitmentFulfilled),
    /// It was given up.
    Cancelled(&'a Fact, &'a CommitmentCancelled),
    /// It was divided; its parts go on.
    Split(&'a Fact, &'a CommitmentSplit),
}

impl<'a> Closing<'a> {
    /// The entry that ended it.
    pub fn fact(&self) -> &'a Fact {
        match self {
            Self::Fulfilled(fact, _) | Self::Cancelled(fact, _) | Self::Split(fact, _) => fact,
        }
    }
}
