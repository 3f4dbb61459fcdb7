//! How far dates slipped: days between the last day a milestone was due and the first day on which it can have been
//! achieved, or the date asked for while it is not.
//!
//! Early is below zero. What was found missed, or given up, is not waited for any more and has no slippage.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::commitment::{Milestone, State};
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_events::ids::Position;

use super::figure::{Figure, each_once};

/// Slippage against the due dates now, and against those first planned.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Slippage {
    /// Against the newest due dates.
    pub current: SlippageDays,
    /// Against the due dates of baseline 0.
    pub original: SlippageDays,
}

/// Slippage of several milestones, in days.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SlippageDays {
    /// The one in the middle.
    pub median: Figure,
    /// The longest.
    pub max: Figure,
}

/// The due dates that were first planned, as inputs call them.
const ORIGINAL: &str = "baseline_0";

/// The days of several milestones, with the entries behind them.
#[derive(Default)]
struct Delays {
    days: Vec<i64>,
    entries: Vec<Position>,
}

impl Delays {
    fn take(&mut self, days: Option<i64>, milestone: &Milestone<'_>, base: &[Position]) {
        if let Some(days) = days {
            self.days.push(days);
            self.entries.extend(milestone.entries.iter().chain(base));
        }
    }
}

impl Slippage {
    /// Of the milestones of several commitments, each with the entries by which it belongs to them.
    pub(super) fn of<'s>(states: impl Iterator<Item = (&'s State<'s>, &'s [Position])>, as_of: LedgerDate) -> Self {
        let (mut current, mut original) = (Delays::default(), Delays::default());
        for (state, base) in states {
            for milestone in state.milestones() {
                current.take(days(milestone, milestone.due, as_of), milestone, base);
                original.take(days(milestone, milestone.plan.due.as_ref(), as_of), milestone, base);
            }
        }
        Self { current: SlippageDays::of(current, "current"), original: SlippageDays::of(original, ORIGINAL) }
    }

    pub(super) fn figures_mut(&mut self) -> [&mut Figure; 4] {
        let Self { current, original } = self;
        [&mut current.median, &mut current.max, &mut original.median, &mut original.max]
    }
}

/// The days by which a milestone is or was late; none where it is neither achieved nor late.
pub(super) fn days(milestone: &Milestone<'_>, due: Option<&FuzzyDate>, as_of: LedgerDate) -> Option<i64> {
    let due = due?.latest;
    match milestone.achieved {
        Some((_, achieved)) => Some(achieved.achieved_on.earliest.days_since(due)),
        None => (milestone.is_open() && as_of > due).then(|| as_of.days_since(due)),
    }
}

impl SlippageDays {
    /// Of delays alone, against the due dates of baseline 0. Its figures name no entries.
    pub(super) fn counted_original(days: Vec<i64>) -> Self {
        Self::of(Delays { days, entries: Vec::new() }, ORIGINAL)
    }

    fn of(delays: Delays, due: &'static str) -> Self {
        let Delays { mut days, mut entries } = delays;
        each_once(&mut entries);
        days.sort_unstable();
        let at = |place: usize| days.get(place).copied().map(Decimal::from);
        let middle = days.len() / 2;
        let median = match days.len() % 2 {
            1 => at(middle),
            _ => middle.checked_sub(1).and_then(at).zip(at(middle)).map(|(low, high)| (low + high) / Decimal::TWO),
        };
        let max = days.len().checked_sub(1).and_then(at);
        let figure = |formula, value: Option<Decimal>| {
            let figure = value.map_or_else(|| Figure::unmeasurable(formula), |days| Figure::amount(formula, days));
            figure.input("due", due).input("milestones", days.len()).from(entries.iter().copied())
        };
        Self { median: figure("slippage_median.v1", median), max: figure("slippage_max.v1", max) }
    }
}
