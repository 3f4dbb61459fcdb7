//! Series and distributions over rows of a survey: how scope and what was kept grew, and how late milestones were.
//!
//! A series is what is known now of then. What was known then is another look, with an earlier moment of knowledge.
//! Deliberately absent: a single line of percentages, in which a change of scope would hide.

use std::collections::BTreeMap;
use std::sync::Arc;

use servanda_events::dates::LedgerDate;

use crate::progress::{MilestoneState, Surveyed, SurveyedMilestone};

/// Points of a series beyond which it is told by months instead of days.
const DAYS_MAX: usize = 60;

/// How many milestones there were, were reported as achieved and were confirmed, from each day on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BurnUp {
    /// The days on which something changed, or the last days of the months in which it did, in their order.
    pub points: Vec<BurnUpPoint>,
    /// Whether it is told by months.
    pub by_month: bool,
}

/// The counts from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BurnUpPoint {
    /// The day.
    pub day: LedgerDate,
    /// Milestones planned and not given up.
    pub scope: i64,
    /// Of those: reported as achieved.
    pub reported: i64,
    /// Of those: confirmed by another party or verified by an outsider, and disputed by nobody.
    pub confirmed: i64,
}

/// What changes on a day: scope, reported, confirmed.
type Deltas = BTreeMap<LedgerDate, (i64, i64, i64)>;

impl BurnUp {
    /// The burn-up of rows up to the date of their survey.
    pub fn of<'s>(rows: impl IntoIterator<Item = &'s Arc<Surveyed>>, as_of: LedgerDate) -> Self {
        let mut deltas = Deltas::new();
        for milestone in rows.into_iter().flat_map(|row| &row.milestones) {
            take(&mut deltas, milestone);
        }
        let by_month = deltas.len() > DAYS_MAX;
        let mut points: Vec<BurnUpPoint> = Vec::new();
        let (mut scope, mut reported, mut confirmed) = (0, 0, 0);
        for (day, (more_scope, more_reported, more_confirmed)) in deltas {
            scope += more_scope;
            reported += more_reported;
            confirmed += more_confirmed;
            let day = if by_month { day.last_of_month().min(as_of) } else { day };
            let point = BurnUpPoint { day, scope, reported, confirmed };
            match points.last_mut() {
                Some(last) if last.day >= day => *last = BurnUpPoint { day: last.day, ..point },
                _ => points.push(point),
            }
        }
        Self { points, by_month }
    }
}

fn take(deltas: &mut Deltas, milestone: &SurveyedMilestone) {
    let planned = milestone.planned_on;
    deltas.entry(planned).or_default().0 += 1;
    if let Some(day) = milestone.cancelled_on {
        deltas.entry(day.max(planned)).or_default().0 -= 1;
    }
    // What was achieved before it was planned enters with the plan, so that no line passes the scope.
    if let Some(achieved) = &milestone.achieved_on {
        deltas.entry(achieved.earliest.max(planned)).or_default().1 += 1;
    }
    if let Some(day) = milestone.confirmed_on {
        deltas.entry(day.max(planned)).or_default().2 += 1;
    }
}

/// How late a milestone was or is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delay {
    /// Before the last day it was due.
    Early,
    /// On that day.
    OnTheDay,
    /// By 1 to 30 days.
    Month,
    /// By 31 to 90 days.
    Quarter,
    /// By 91 to 180 days.
    HalfYear,
    /// By 181 to 365 days.
    Year,
    /// By more than 365 days.
    Longer,
}

impl Delay {
    /// All, the earliest first.
    pub const ALL: [Self; 7] =
        [Self::Early, Self::OnTheDay, Self::Month, Self::Quarter, Self::HalfYear, Self::Year, Self::Longer];

    /// Where so many days lie; below zero is early.
    pub fn of(days: i64) -> Self {
        match days {
            ..=-1 => Self::Early,
            0 => Self::OnTheDay,
            1..=30 => Self::Month,
            31..=90 => Self::Quarter,
            91..=180 => Self::HalfYear,
            181..=365 => Self::Year,
            366.. => Self::Longer,
        }
    }
}

/// How many milestones were late by how much, against what was first due and against what is due now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delays {
    /// Against the first due dates.
    pub original: BTreeMap<Delay, u64>,
    /// Against the due dates now.
    pub current: BTreeMap<Delay, u64>,
    /// Milestones that are neither achieved nor past their due date, so that nothing can be said yet.
    pub not_yet: u64,
    /// Milestones without a due date.
    pub without_date: u64,
}

impl Delays {
    /// The delays of rows. What was given up, or found missed, is waited for no more.
    pub fn of<'s>(rows: impl IntoIterator<Item = &'s Arc<Surveyed>>) -> Self {
        let mut delays = Self::default();
        for milestone in rows.into_iter().flat_map(|row| &row.milestones) {
            if let Some(days) = milestone.late_days_original {
                *delays.original.entry(Delay::of(days)).or_default() += 1;
            }
            if let Some(days) = milestone.late_days {
                *delays.current.entry(Delay::of(days)).or_default() += 1;
                continue;
            }
            let waited_for = !matches!(milestone.state, MilestoneState::Cancelled | MilestoneState::Missed);
            delays.not_yet += u64::from(waited_for && milestone.due.is_some());
            delays.without_date += u64::from(waited_for && milestone.due.is_none());
        }
        delays
    }
}
