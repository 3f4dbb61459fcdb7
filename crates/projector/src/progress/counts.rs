//! How many commitments a roll-up stands on, and how many have which word for completion.
//!
//! Numbers that are told together explain themselves together: one formula, one list of entries, from which all of them
//! can be counted again.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::ids::Position;

use super::assessment;
use super::behind::Behind;
use super::coverage::Coverage;
use super::measured::Measured;
use super::reports::{CompletionWord, SUBSTANTIAL_FROM};
use super::rollup::Subject;

/// How many commitments a roll-up stands on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Counts {
    /// Commitments whose completion can be measured.
    pub measurable: usize,
    /// Commitments in the ledger.
    pub identified: usize,
    /// Commitments that nobody could verify, set aside.
    pub unverifiable: usize,
    /// Commitments all of whose milestones are achieved.
    pub complete: usize,
    /// Commitments that an assessor scored.
    pub assessed: usize,
    /// Prospects; never counted as promised.
    pub prospects: usize,
    /// Documents identified and declared, where a package declared them.
    pub documents: Option<Documents>,
    /// What is behind these numbers.
    #[serde(flatten)]
    pub behind: Behind,
}

/// How many commitments have which word for completion.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct CompletionWords {
    /// Nobody has reported anything.
    pub no_evidence: usize,
    /// Something was reported, and nothing is achieved.
    pub not_started: usize,
    /// Less than half is complete.
    pub limited: usize,
    /// Half is complete, or more.
    pub substantial: usize,
    /// All is complete.
    pub complete: usize,
    /// Something was reported, and completion is not measurable.
    pub not_measurable: usize,
    /// What is behind these numbers.
    #[serde(flatten)]
    pub behind: Behind,
}

/// Documents of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Documents {
    /// In the ledger.
    pub identified: usize,
    /// Declared.
    pub declared: String,
}

/// Positions of the entries from which it follows how much of some commitments is complete, and in which word.
fn behind_completion<'x, 'm: 'x>(measured: impl Iterator<Item = &'x Measured<'m>>) -> Vec<Position> {
    let mut entries = Vec::new();
    for of in measured {
        entries.extend(of.member.base.iter().chain(&of.plan.entries).copied());
        entries.extend(of.newest.iter().flat_map(|newest| newest.entries()));
    }
    entries
}

impl Counts {
    pub(super) fn of(
        measured: &[Measured<'_>],
        scored: &[&Measured<'_>],
        subject: &Subject<'_>,
        coverage: Option<&Coverage>,
    ) -> Self {
        let documents = coverage.and_then(|coverage| coverage.counts.first());
        let scores: Vec<&Fact> = measured.iter().filter_map(|of| assessment::first_score(of.member.state)).collect();
        let mut entries = behind_completion(measured.iter());
        entries.extend(scores.iter().flat_map(|score| score.sources()));
        entries.extend(documents.iter().flat_map(|documents| &documents.share.entries));
        entries.extend_from_slice(subject.prospects.1);
        Self {
            measurable: scored.iter().filter(|of| of.completion.is_some()).count(),
            identified: measured.len(),
            unverifiable: measured.len() - scored.len(),
            complete: scored.iter().filter(|of| of.word() == Some(CompletionWord::Complete)).count(),
            assessed: scores.len(),
            prospects: subject.prospects.0,
            documents: documents.map(|d| Documents { identified: d.identified, declared: d.declared.clone() }),
            behind: Behind::new("counts.v1", entries).input("scored", scored.len()),
        }
    }
}

impl CompletionWords {
    pub(super) fn of(scored: &[&Measured<'_>]) -> Self {
        let behind = Behind::new("completion_words.v1", behind_completion(scored.iter().copied()))
            .input("scored", scored.len())
            .input("substantial_from", SUBSTANTIAL_FROM);
        let mut words = Self { behind, ..Self::default() };
        for of in scored {
            *match of.word() {
                Some(CompletionWord::NoEvidence) => &mut words.no_evidence,
                Some(CompletionWord::NotStarted) => &mut words.not_started,
                Some(CompletionWord::Limited) => &mut words.limited,
                Some(CompletionWord::Substantial) => &mut words.substantial,
                Some(CompletionWord::Complete) => &mut words.complete,
                None => &mut words.not_measurable,
            } += 1;
        }
        words
    }
}
