//! Where a promise stands as a whole, and how many promises were honoured.
//!
//! No event says that a commitment as a whole was missed or is overdue: it is, when one of its milestones is.
//! Prospects, and promises that were divided or went into others, have no standing of their own here.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::commitment::{Closing, State};
use servanda_events::dates::LedgerDate;
use servanda_events::ids::Position;

use super::commitment::said;
use super::figure::Figure;
use super::milestone::MilestoneState;
use super::schedule::{Plan, entries_of, is_achieved};

/// Where a promise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Kept, as a party reports of the whole or of every milestone.
    Fulfilled,
    /// Given up by one side.
    CancelledUnilaterally,
    /// Given up by agreement.
    CancelledMutually,
    /// Divided; its parts have standings of their own.
    Split,
    /// Halted.
    Suspended,
    /// One of its milestones was found missed.
    Missed,
    /// One of its milestones is overdue, or its planned end is past.
    Overdue,
    /// Neither kept nor late.
    Open,
}

/// The standing of a promise, with the entries behind it beside those that state the promise.
pub(super) struct Stands {
    pub(super) standing: Standing,
    pub(super) entries: Vec<Position>,
}

impl Stands {
    pub(super) fn of(state: &State<'_>, plan: &Plan<'_>, as_of: LedgerDate) -> Self {
        let (standing, entries) = standing(state, plan, as_of);
        Self { standing, entries }
    }
}

fn standing(state: &State<'_>, plan: &Plan<'_>, as_of: LedgerDate) -> (Standing, Vec<Position>) {
    if let Some(closing) = state.closed() {
        let mut entries: Vec<Position> = closing.fact().sources().collect();
        entries.extend(state.claim_of(closing.fact()).iter().flat_map(|claim| said(claim)));
        let standing = match closing {
            Closing::Fulfilled(..) => Standing::Fulfilled,
            // That it was by agreement is the word of those who are named.
            Closing::Cancelled(_, given_up)
                if given_up.mutual && state.made().is_some_and(|(_, made)| made.is_agreed_by(&given_up.by)) =>
            {
                Standing::CancelledMutually
            }
            Closing::Cancelled(..) => Standing::CancelledUnilaterally,
            Closing::Split(..) => Standing::Split,
        };
        return (standing, entries);
    }
    if !plan.active.is_empty() && plan.active.iter().all(|step| is_achieved(step.state)) {
        return (Standing::Fulfilled, plan.entries.clone());
    }
    if let Some((fact, _)) = state.suspended() {
        return (Standing::Suspended, fact.sources().collect());
    }
    for (of_milestone, standing) in
        [(MilestoneState::Missed, Standing::Missed), (MilestoneState::Overdue, Standing::Overdue)]
    {
        let so = entries_of(plan.active.iter().filter(|step| step.state == of_milestone));
        if !so.is_empty() {
            return (standing, so);
        }
    }
    let end = state.made().and_then(|(_, made)| made.planned_end.as_ref());
    if end.is_some_and(|end| as_of > end.latest) {
        return (Standing::Overdue, plan.entries.clone());
    }
    (Standing::Open, Vec::new())
}

/// Promises kept, of those kept, missed, given up by one side, or overdue; each comes with the entries behind its
/// standing and those by which it belongs to what is asked for.
pub(super) fn honoured_rate<'s>(all: impl Iterator<Item = (Standing, [&'s [Position]; 2])>) -> Figure {
    let (mut fulfilled, mut missed, mut cancelled, mut overdue) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut entries = Vec::new();
    for (standing, behind) in all {
        match standing {
            Standing::Fulfilled => fulfilled += 1,
            Standing::Missed => missed += 1,
            Standing::CancelledUnilaterally => cancelled += 1,
            Standing::Overdue => overdue += 1,
            Standing::CancelledMutually | Standing::Split | Standing::Suspended | Standing::Open => continue,
        }
        behind.iter().for_each(|behind| entries.extend_from_slice(behind));
    }
    let judged = fulfilled + missed + cancelled + overdue;
    Figure::ratio("honoured_rate.v2", Decimal::from(fulfilled), Decimal::from(judged))
        .input("missed", missed)
        .input("cancelled_unilaterally", cancelled)
        .input("overdue", overdue)
        .from(entries)
}
