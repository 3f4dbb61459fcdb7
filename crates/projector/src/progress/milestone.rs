//! Where a milestone stands by the calendar. "Overdue" is computed; it is never a fact.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::commitment::Milestone;
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_events::ids::{CommitmentId, MilestoneId, Position};
use servanda_events::money::Weight;
use servanda_events::text::Texts;

/// Where a milestone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneState {
    /// Achieved, surely not after the last day it was due.
    AchievedOnTime,
    /// Achieved, surely after the last day it was due.
    AchievedLate,
    /// Achieved; the dates are too vague to say whether in time, or none was due.
    AchievedTimelinessUnknown,
    /// Not achieved, and the last day it was due is past.
    Overdue,
    /// Not achieved, within the days it is due.
    InDueWindow,
    /// Due later.
    Scheduled,
    /// No due date; never overdue.
    Unscheduled,
    /// Found missed by someone; silence is only overdue.
    Missed,
    /// Given up.
    Cancelled,
}

impl MilestoneState {
    /// Where the milestone stands on a date.
    pub fn of(milestone: &Milestone<'_>, as_of: LedgerDate) -> Self {
        if milestone.cancelled.is_some() {
            return Self::Cancelled;
        }
        if milestone.missed.is_some() {
            return Self::Missed;
        }
        match (&milestone.achieved, milestone.due) {
            (Some(_), None) => Self::AchievedTimelinessUnknown,
            (Some((_, achieved)), Some(due)) if achieved.achieved_on.latest <= due.latest => Self::AchievedOnTime,
            (Some((_, achieved)), Some(due)) if achieved.achieved_on.earliest > due.latest => Self::AchievedLate,
            (Some(_), Some(_)) => Self::AchievedTimelinessUnknown,
            (None, None) => Self::Unscheduled,
            (None, Some(due)) if as_of > due.latest => Self::Overdue,
            (None, Some(due)) if as_of >= due.earliest => Self::InDueWindow,
            (None, Some(_)) => Self::Scheduled,
        }
    }
}

/// A milestone that is overdue.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OverdueMilestone {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The milestone.
    pub milestone_id: MilestoneId,
    /// Its name, per language.
    pub titles: Texts,
    /// When it is due now.
    pub due: FuzzyDate,
    /// When it was first due.
    pub first_due: Option<FuzzyDate>,
    /// Days since the last day it was due.
    pub late_days: i64,
    /// Its weight now.
    pub weight: Weight,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

impl OverdueMilestone {
    pub(crate) fn of(milestone: &Milestone<'_>, as_of: LedgerDate) -> Option<Self> {
        let due = milestone.due.filter(|_| MilestoneState::of(milestone, as_of) == MilestoneState::Overdue)?;
        Some(Self {
            commitment_id: milestone.plan.commitment_id.clone(),
            milestone_id: milestone.plan.milestone_id.clone(),
            titles: milestone.plan.titles.clone(),
            due: due.clone(),
            first_due: milestone.plan.due.clone(),
            late_days: as_of.days_since(due.latest),
            weight: milestone.weight,
            entries: milestone.entries.clone(),
        })
    }
}
