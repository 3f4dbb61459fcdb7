//! Planned against delivered: completion, earned value, earned schedule, the on-time rate.
//!
//! The plan is the newest baseline; a cancelled milestone has left it. Weights that are all zero count as equal. What
//! was first promised, and how far dates slipped, is in [`super::original`] and [`super::slippage`].

use rust_decimal::Decimal;
use servanda_events::commitment::{Closing, Milestone, State};
use servanda_events::dates::LedgerDate;
use servanda_events::ids::Position;

use super::figure::Figure;
use super::milestone::{Calendar, MilestoneState, reported_share, start_of};

/// A milestone as the formulas see it.
pub(super) struct Step<'s> {
    pub(super) milestone: &'s Milestone<'s>,
    pub(super) weight: Decimal,
    pub(super) state: MilestoneState,
}

/// The milestones of a commitment, with the weights that count.
pub(super) struct Plan<'s> {
    pub(super) active: Vec<Step<'s>>,
    /// Positions of the entries behind the milestones that are active.
    pub(super) entries: Vec<Position>,
    cancelled: Vec<Step<'s>>,
    /// Whether all weights are zero and count as equal.
    pub(super) equal_weights: bool,
    as_of: LedgerDate,
    /// The day on which the commitment was fulfilled, as a party reports, with the entries that say so.
    fulfilled: Option<(LedgerDate, Vec<Position>)>,
}

pub(super) fn is_achieved(state: MilestoneState) -> bool {
    use MilestoneState as S;
    matches!(state, S::AchievedOnTime | S::AchievedLate | S::AchievedTimelinessUnknown)
}

pub(super) fn weight_of<'x, 's: 'x>(steps: impl IntoIterator<Item = &'x Step<'s>>) -> Decimal {
    steps.into_iter().map(|step| step.weight).sum()
}

pub(super) fn entries_of<'x, 's: 'x>(steps: impl IntoIterator<Item = &'x Step<'s>>) -> Vec<Position> {
    let mut entries = Vec::new();
    for step in steps {
        entries.extend_from_slice(&step.milestone.entries);
    }
    entries
}

impl<'s> Plan<'s> {
    pub(super) fn of(state: &'s State<'s>, calendar: &Calendar<'_>, as_of: LedgerDate) -> Self {
        let step = |milestone: &'s Milestone<'s>| Step {
            milestone,
            weight: milestone.weight.value(),
            state: calendar.state(milestone),
        };
        let (cancelled, mut active): (Vec<_>, Vec<_>) =
            state.milestones().iter().map(step).partition(|s: &Step<'_>| s.state == MilestoneState::Cancelled);
        let equal_weights = !active.is_empty() && weight_of(&active).is_zero();
        if equal_weights {
            active.iter_mut().for_each(|step| step.weight = Decimal::ONE);
        }
        let fulfilled = match state.closed() {
            Some(Closing::Fulfilled(fact, report)) => Some((report.actual_end.earliest, fact.sources().collect())),
            Some(Closing::Cancelled(..) | Closing::Split(..)) | None => None,
        };
        Self { entries: entries_of(&active), active, cancelled, equal_weights, as_of, fulfilled }
    }

    pub(super) fn achieved(&self) -> impl Iterator<Item = &Step<'s>> {
        self.active.iter().filter(|step| is_achieved(step.state))
    }

    fn due(&self) -> impl Iterator<Item = &Step<'s>> {
        self.active.iter().filter(|step| step.milestone.due.is_some_and(|due| due.latest <= self.as_of))
    }

    /// Positions of the entries behind some active milestones, from which alone these weigh what they weigh: where none
    /// of them has a weight, one that has belongs to them, or their weights would count as equal.
    pub(super) fn behind<'x>(&'x self, steps: impl Iterator<Item = &'x Step<'s>>) -> Vec<Position> {
        let steps: Vec<&Step<'s>> = steps.collect();
        let unweighed = !steps.is_empty() && weight_of(steps.iter().copied()).is_zero();
        let witness = self.active.iter().find(|step| unweighed && !step.weight.is_zero());
        entries_of(steps.into_iter().chain(witness))
    }

    fn all_entries(&self) -> impl Iterator<Item = Position> {
        self.entries.iter().copied()
    }

    /// Achieved weight of all weight; a milestone counts as a whole or not at all.
    pub(super) fn completion(&self) -> Figure {
        let figure = Figure::ratio("completion.v1", weight_of(self.achieved()), weight_of(&self.active));
        figure.input("equal_weights", self.equal_weights).from(self.all_entries())
    }

    /// The same with the share of each open milestone that is reported done; at most all of it. Shown beside
    /// completion, never instead.
    pub(super) fn partial_completion(&self) -> Figure {
        let done = |step: &Step<'_>| match is_achieved(step.state) {
            true => Decimal::ONE,
            false => reported_share(step.milestone).unwrap_or_default(),
        };
        let sum: Decimal = self.active.iter().map(|step| step.weight * done(step)).sum();
        let reports = self.active.iter().filter_map(|step| step.milestone.progress());
        Figure::ratio("partial_completion.v1", sum, weight_of(&self.active))
            .input("equal_weights", self.equal_weights)
            .from(self.all_entries())
            .from(reports.flat_map(|(fact, _)| fact.sources()))
    }

    /// Cancelled weight of all weight ever planned.
    pub(super) fn cancelled_share(&self) -> Figure {
        // Weights as they stand, or the milestones counted where none has a weight.
        let stated = |steps: &[Step<'_>]| steps.iter().map(|step| step.milestone.weight.value()).sum::<Decimal>();
        let (mut cancelled, mut active) = (stated(&self.cancelled), stated(&self.active));
        if (cancelled + active).is_zero() {
            (cancelled, active) = (Decimal::from(self.cancelled.len()), Decimal::from(self.active.len()));
        }
        let figure = Figure::ratio("cancelled_share.v1", cancelled, cancelled + active);
        figure.from(self.all_entries()).from(entries_of(&self.cancelled))
    }

    /// The weight that was to be achieved by the date.
    pub(super) fn planned_value(&self) -> Figure {
        Figure::amount("planned_value.v1", weight_of(self.due())).from(self.behind(self.due()))
    }

    /// The weight that was achieved by the date.
    pub(super) fn earned_value(&self) -> Figure {
        Figure::amount("earned_value.v1", weight_of(self.achieved())).from(self.behind(self.achieved()))
    }

    /// Earned value of planned value; not measurable while nothing is due.
    pub(super) fn spi(&self) -> Figure {
        let figure = Figure::ratio("spi.v1", weight_of(self.achieved()), weight_of(self.due()));
        figure.from(self.behind(self.achieved().chain(self.due())))
    }

    /// Weight achieved in time, of the weight that was achieved, missed or is overdue and was due by the date.
    pub(super) fn on_time_rate(&self) -> Figure {
        let weight = |state: MilestoneState| weight_of(self.due().filter(|step| step.state == state));
        Figure::ratio("on_time_rate.v1", weight(MilestoneState::AchievedOnTime), weight_of(self.judged()))
            .input("timeliness_unknown", weight(MilestoneState::AchievedTimelinessUnknown))
            .from(self.behind(self.judged()))
    }

    /// What was due by the date and is achieved, missed or overdue.
    pub(super) fn judged(&self) -> impl Iterator<Item = &Step<'s>> {
        let failed = |state| matches!(state, MilestoneState::Overdue | MilestoneState::Missed);
        self.due().filter(move |step| is_achieved(step.state) || failed(step.state))
    }

    /// Earned schedule of elapsed time: the day on which the plan reaches what is achieved, against the day it is.
    /// Time stops when all is achieved, or when the commitment was fulfilled, so a late end stays visible.
    pub(super) fn spi_t(&self, state: &State<'_>) -> Figure {
        let Some(start) = start_of(state) else { return Figure::unmeasurable("spi_t.v1") };
        let mut steps: Vec<(LedgerDate, Decimal)> = self
            .active
            .iter()
            .filter(|step| !step.weight.is_zero())
            .filter_map(|step| step.milestone.due.map(|due| (due.latest, step.weight)))
            .collect();
        steps.sort_unstable();
        let finished = (self.achieved().count() == self.active.len())
            .then(|| {
                self.achieved()
                    .filter_map(|step| step.milestone.achieved)
                    .map(|(fact, _)| fact.occurred_on.earliest)
                    .max()
            })
            .flatten();
        let reported = self.fulfilled.as_ref().map(|(day, _)| *day);
        let elapsed = finished.or(reported).unwrap_or(self.as_of).days_since(start);
        let figure = if steps.is_empty() || elapsed <= 0 {
            Figure::unmeasurable("spi_t.v1")
        } else {
            let earned = earned_days(&steps, weight_of(self.achieved()), start);
            Figure::ratio("spi_t.v1", earned, Decimal::from(elapsed))
        };
        let closing = self.fulfilled.iter().flat_map(|(_, entries)| entries.iter().copied());
        figure.input("start", start).from(self.all_entries()).from(closing)
    }
}

/// Days from the start until the plan reaches `earned`, in a straight line between its steps.
fn earned_days(steps: &[(LedgerDate, Decimal)], earned: Decimal, start: LedgerDate) -> Decimal {
    let (mut day_before, mut weight_before) = (Decimal::ZERO, Decimal::ZERO);
    for (date, weight) in steps {
        let day = Decimal::from(date.days_since(start));
        let reached = weight_before + weight;
        if earned < reached {
            return day_before + (day - day_before) * (earned - weight_before) / weight;
        }
        (day_before, weight_before) = (day, reached);
    }
    day_before
}
