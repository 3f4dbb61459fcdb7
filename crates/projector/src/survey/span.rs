//! How long what a survey holds of a stream stays as it is: the dates at which the stream reads the same.
//!
//! A survey of another date takes over what reads the same there. A span may be shorter than it could be, and is never
//! longer. Deliberately absent: what is known; a stream that changed since is read anew, whatever its span.

use servanda_events::agreement::{self, Provisional, Suspension};
use servanda_events::commitment::{self, Milestone};
use servanda_events::dates::{FuzzyDate, LedgerDate};

use crate::progress::{RISK_HORIZON_DAYS, Standing, reported_share};

/// The dates at which a stream reads as it does at one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    as_of: LedgerDate,
    /// The first of them; none where there is no first.
    from: Option<LedgerDate>,
    /// The first day after them; none where there is none.
    before: Option<LedgerDate>,
}

impl Span {
    /// All dates: nothing that depends on the date was seen yet.
    pub(crate) fn around(as_of: LedgerDate) -> Self {
        Self { as_of, from: None, before: None }
    }

    /// Whether the stream reads the same at a date.
    pub(crate) fn covers(&self, date: LedgerDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.before.is_none_or(|before| date < before)
    }

    /// From `day` on something reads otherwise than before.
    pub(crate) fn turn(&mut self, day: LedgerDate) {
        if day <= self.as_of {
            self.from = self.from.max(Some(day));
        } else {
            self.before = Some(self.before.map_or(day, |before| before.min(day)));
        }
    }

    /// On the day after the last one of a date something reads otherwise.
    fn turn_after(&mut self, date: &FuzzyDate) {
        if let Some(day) = date.latest.plus_days(1) {
            self.turn(day);
        }
    }

    /// Each day reads otherwise.
    fn today_only(&mut self) {
        self.turn(self.as_of);
        self.turn_after(&FuzzyDate::day(self.as_of));
    }

    /// The days on which a promise that stands somewhere stands elsewhere without a further fact.
    pub(crate) fn of_promise(&mut self, state: &commitment::State<'_>, stands: Standing) {
        let end = state.made().and_then(|(_, made)| made.planned_end.as_ref());
        if let Some(end) = end.filter(|_| matches!(stands, Standing::Open | Standing::Overdue)) {
            self.turn_after(end);
        }
        for (_, instalment) in state.flows().iter().flat_map(|flow| &flow.scheduled) {
            self.turn(instalment.due.latest);
        }
        for milestone in state.milestones().iter().filter(|milestone| milestone.is_open()) {
            self.of_milestone(milestone, state.closed().is_none());
        }
    }

    fn of_milestone(&mut self, milestone: &Milestone<'_>, going: bool) {
        for due in milestone.due.into_iter().chain(&milestone.plan.due) {
            if due.latest < self.as_of {
                // It is later by one day each day.
                self.today_only();
            }
            self.turn(due.earliest);
            self.turn_after(due);
        }
        let Some(due) = milestone.due.filter(|_| going) else { return };
        if reported_share(milestone).is_some() {
            // What is reported done is compared with the share of the time that is gone.
            self.today_only();
        }
        match u32::try_from(due.latest.days_since(self.as_of) - RISK_HORIZON_DAYS) {
            Ok(days) if days > 0 => self.as_of.plus_days(days).into_iter().for_each(|day| self.turn(day)),
            _ => self.turn(self.as_of),
        }
    }

    /// The days on which an agreement stands otherwise without a further fact.
    pub(crate) fn of_agreement(&mut self, state: &agreement::State<'_>) {
        let provisional =
            |of: &Provisional<'_>| [Some(of.started.1.effective_on), of.ended.map(|(_, ended)| ended.effective_on)];
        let suspension = |of: &Suspension<'_>| {
            [Some(of.suspended.1.effective_on), of.resumed.map(|(_, resumed)| resumed.effective_on)]
        };
        let days = state.entries.iter().map(|(_, entry)| entry.effective_on);
        let days = days.chain(state.withdrawals.iter().map(|(_, notice)| notice.effective_on));
        let days = days.chain(state.provisional.iter().flat_map(provisional).flatten());
        let days = days.chain(state.suspensions.iter().flat_map(suspension).flatten());
        days.chain(state.end.map(|end| end.effective_on)).for_each(|day| self.turn(day));
    }
}
