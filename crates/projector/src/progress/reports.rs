//! How fresh the knowledge is, the word for completion that follows from it, and how far sources disagree.
//!
//! A report is a claim that still counts, a statement of how far a milestone has come, or that it was missed. What a
//! source says of the status, and what assessors think, are none.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::commitment::{Claim, MappedStatus, Milestone, SourceStatusAsserted, State};
use servanda_events::dates::LedgerDate;
use servanda_events::ids::Position;
use servanda_events::text::Line;

use super::commitment::promise_entries;
use super::figure::{Figure, each_once};
use super::schedule::Plan;

/// The completion from which on it is called substantial.
pub const SUBSTANTIAL_FROM: Decimal = Decimal::from_parts(5, 0, 0, false, 1);

/// A word for how much of a promise is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CompletionWord {
    /// Nobody has reported anything. This is not "not started".
    NoEvidence,
    /// Something was reported, and nothing is achieved.
    NotStarted,
    /// Less than half of it.
    Limited,
    /// Half of it or more.
    Substantial,
    /// All of it.
    Complete,
}

/// The word for completion with its formula, its inputs and the entries it came from.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CompletionVerdict {
    /// The word; `null` where something was reported and completion is not measurable.
    pub value: Option<CompletionWord>,
    /// Name and version of the formula.
    pub formula: &'static str,
    /// What went into it, by name.
    pub inputs: BTreeMap<&'static str, String>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// How far what a source says of the status differs from what follows from the facts.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SourceDisagreement {
    /// The source.
    pub source: Line,
    /// Statuses that differ, of those that it asserted; the newest counts for each commitment.
    pub share: Figure,
}

/// The newest report of a commitment.
pub(super) struct Newest<'s> {
    /// The day it speaks of; one that is only roughly known counts as its last day, at most the date asked for.
    pub(super) day: LedgerDate,
    state: &'s State<'s>,
    fact: &'s Fact,
    milestone: Option<&'s Milestone<'s>>,
}

impl<'s> Newest<'s> {
    pub(super) fn of(state: &'s State<'s>, as_of: LedgerDate) -> Option<Self> {
        let day = |fact: &Fact| fact.occurred_on.latest.min(as_of);
        let (fact, milestone) = all_reports(state).max_by_key(|(fact, _)| (day(fact), fact.position))?;
        Some(Self { day: day(fact), state, fact, milestone })
    }

    /// Positions of the entries behind it.
    pub(super) fn entries(&self) -> Vec<Position> {
        let mut entries = promise_entries(self.state);
        entries.extend(self.fact.sources());
        entries.extend(self.milestone.iter().flat_map(|milestone| &milestone.entries));
        entries
    }
}

/// What was reported of a commitment that counts, with the milestone that it is a report of where it is no claim.
fn all_reports<'s>(state: &'s State<'s>) -> impl Iterator<Item = (&'s Fact, Option<&'s Milestone<'s>>)> {
    let of_milestones = state.milestones().iter().flat_map(|milestone| {
        let reports = milestone.reports.iter().map(|(fact, _)| *fact);
        // That it was missed was reported, though the milestone was taken up again since.
        let missed = milestone.found_missed.iter().map(|(fact, _)| *fact);
        reports.chain(missed).map(move |fact| (fact, Some(milestone)))
    });
    let counts = |claim: &&Claim<'_>| !claim.is_rejected();
    of_milestones.chain(state.claims().iter().filter(counts).map(|claim| (claim.fact, None)))
}

/// The last day that any report of a commitment can speak of, which may lie after the date asked for.
pub(super) fn last_reported(state: &State<'_>) -> Option<LedgerDate> {
    all_reports(state).map(|(fact, _)| fact.occurred_on.latest).max()
}

/// Days since the newest report, which comes with the entries by which it belongs to what is asked for; not measurable
/// where there is none.
pub(super) fn freshness(newest: Option<(&Newest<'_>, &[Position])>, as_of: LedgerDate) -> Figure {
    let Some((newest, base)) = newest else { return Figure::unmeasurable("freshness.v1") };
    Figure::amount("freshness.v1", Decimal::from(as_of.days_since(newest.day)))
        .input("last_report", newest.day)
        .from(newest.entries())
        .from(base.iter().copied())
}

/// The word for a completion.
pub(super) fn word(completion: Option<Decimal>, reported: bool) -> Option<CompletionWord> {
    match completion {
        _ if !reported => Some(CompletionWord::NoEvidence),
        None => None,
        Some(share) if share.is_zero() => Some(CompletionWord::NotStarted),
        Some(share) if share < SUBSTANTIAL_FROM => Some(CompletionWord::Limited),
        Some(share) if share < Decimal::ONE => Some(CompletionWord::Substantial),
        Some(_) => Some(CompletionWord::Complete),
    }
}

/// The word for a completion, with what is behind it.
pub(super) fn verdict(completion: &Figure, newest: Option<&Newest<'_>>) -> CompletionVerdict {
    let shown = completion.value.map_or_else(|| "null".to_owned(), |value| value.to_string());
    let inputs = [
        ("completion", shown),
        ("reported", newest.is_some().to_string()),
        ("substantial_from", SUBSTANTIAL_FROM.to_string()),
    ];
    let mut entries = completion.entries.clone();
    entries.extend(newest.iter().flat_map(|newest| newest.entries()));
    each_once(&mut entries);
    CompletionVerdict {
        value: word(completion.exact, newest.is_some()),
        formula: "completion_word.v1",
        inputs: inputs.into(),
        entries,
    }
}

/// What a source says of a commitment, beside what follows from the facts.
pub(super) struct Asserted<'s> {
    source: &'s Line,
    differs: bool,
    entries: Vec<Position>,
}

impl<'s> Asserted<'s> {
    /// The newest status that each source asserted. One that was split has no status to differ from.
    pub(super) fn all(state: &'s State<'s>, plan: &Plan<'_>, base: &[Position]) -> Vec<Self> {
        if state.source_statuses().is_empty() {
            return Vec::new();
        }
        let Some(derived) = state.derived_status() else { return Vec::new() };
        let mut newest: BTreeMap<&Line, (&Fact, &SourceStatusAsserted)> = BTreeMap::new();
        for (fact, asserted) in state.source_statuses() {
            let later = |(known, _): &(&Fact, &SourceStatusAsserted)| {
                (known.occurred_on.earliest, known.position) <= (fact.occurred_on.earliest, fact.position)
            };
            if newest.get(&asserted.source).is_none_or(later) {
                newest.insert(&asserted.source, (fact, asserted));
            }
        }
        let behind = derived_from(state, plan);
        let one = |(fact, asserted): (&Fact, &'s SourceStatusAsserted)| Self {
            source: &asserted.source,
            differs: asserted.mapped_status != derived,
            entries: [&behind[..], &fact.sources().collect::<Vec<_>>()[..], base].concat(),
        };
        newest.into_values().map(one).collect()
    }
}

/// Positions of the entries from which the status of a commitment follows.
fn derived_from(state: &State<'_>, plan: &Plan<'_>) -> Vec<Position> {
    let mut entries = promise_entries(state);
    entries.extend(state.closed().iter().flat_map(|closing| closing.fact().sources()));
    if !matches!(state.derived_status(), Some(MappedStatus::Cancelled | MappedStatus::Pipeline)) {
        entries.extend(&plan.entries);
        entries.extend(state.suspended().iter().flat_map(|(fact, _)| fact.sources()));
    }
    entries
}

/// Source by source, in the order of their names.
pub(super) fn disagreement(asserted: Vec<Asserted<'_>>) -> Vec<SourceDisagreement> {
    let mut by_source: BTreeMap<&Line, (u64, u64, Vec<Position>)> = BTreeMap::new();
    for one in asserted {
        let (differing, all, entries) = by_source.entry(one.source).or_default();
        *differing += u64::from(one.differs);
        *all += 1;
        entries.extend(one.entries);
    }
    let row = |(source, (differing, all, entries)): (&Line, (u64, u64, Vec<Position>))| SourceDisagreement {
        source: source.clone(),
        share: Figure::ratio("status_disagreement.v1", Decimal::from(differing), Decimal::from(all)).from(entries),
    };
    by_source.into_iter().map(row).collect()
}
