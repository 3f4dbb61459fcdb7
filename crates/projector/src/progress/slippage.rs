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

use super::figure::{Figure, add};

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

/// The days of one milestone, with the entries behind them.
struct Delay {
    days: i64,
    entries: Vec<Position>,
}

impl Slippage {
    /// Of the milestones of several commitments, each with the entries by which it belongs to them.
    pub(super) fn of<'s>(states: impl Iterator<Item = (&'s State<'s>, Vec<Position>)>, as_of: LedgerDate) -> Self {
        let (mut current, mut original) = (Vec::new(), Vec::new());
        for (state, base) in states {
            for milestone in state.milestones() {
                let with_base = |days| Delay { days, entries: [&milestone.entries[..], &base[..]].concat() };
                current.extend(days(milestone, milestone.due, as_of).map(with_base));
                original.extend(days(milestone, milestone.plan.due.as_ref(), as_of).map(with_base));
            }
        }
        Self { current: SlippageDays::of(current, "current"), original: SlippageDays::of(original, "baseline_0") }
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
    fn of(mut delays: Vec<Delay>, due: &'static str) -> Self {
        delays.sort_by_key(|delay| delay.days);
        let at = |place: usize| delays.get(place).map(|delay| Decimal::from(delay.days));
        let middle = delays.len() / 2;
        let median = match delays.len() % 2 {
            1 => at(middle),
            _ => middle.checked_sub(1).and_then(at).zip(at(middle)).map(|(low, high)| (low + high) / Decimal::TWO),
        };
        let max = delays.len().checked_sub(1).and_then(at);
        let mut entries = Vec::new();
        add(&mut entries, delays.iter().flat_map(|delay| delay.entries.iter().copied()));
        let figure = |formula, value: Option<Decimal>| {
            let figure = value.map_or_else(|| Figure::unmeasurable(formula), |days| Figure::amount(formula, days));
            figure.input("due", &due).input("milestones", &delays.len()).from(entries.iter().copied())
        };
        Self { median: figure("slippage_median.v1", median), max: figure("slippage_max.v1", max) }
    }
}
