//! Where a milestone stands by the calendar, and what puts it at risk. "Overdue" and "at risk" are computed; they are
//! never facts.
//!
//! The states follow from the dates alone. The lists of what is overdue or at risk leave out commitments that ended: in
//! them there is nothing left to be done, though their figures keep counting what was not.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::commitment::{ConditionState, Milestone, State};
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_events::ids::{CommitmentId, ConditionId, MilestoneId, Position};
use servanda_events::money::Weight;
use servanda_events::text::Texts;

use super::behind::Behind;
use super::commitment::promise_entries;
use super::figure::Share;

/// Days before the last day it is due in which a milestone that is not done is at risk.
pub const RISK_HORIZON_DAYS: i64 = 30;
/// By how much the share of the time that is gone may exceed the share that is done: 0.15.
pub const RISK_TOLERANCE: Decimal = Decimal::from_parts(15, 0, 0, false, 2);

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
    /// Not achieved and not overdue, and there is a reason to doubt that it will be achieved in time.
    AtRisk,
    /// Due later.
    Scheduled,
    /// No due date; never overdue.
    Unscheduled,
    /// Found missed by someone; silence is only overdue.
    Missed,
    /// Given up.
    Cancelled,
}

/// A reason to doubt that a milestone will be achieved in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Risk {
    /// The last day it is due is near, and not all of it is reported done.
    DueSoon,
    /// More of the time is gone than of the work is reported done.
    BehindTime,
    /// A condition of the commitment is not met.
    ConditionUnmet {
        /// The condition.
        condition_id: ConditionId,
    },
    /// A milestone of the same commitment that was due before it is overdue.
    PredecessorOverdue {
        /// That milestone; the one due first where there are several.
        milestone_id: MilestoneId,
    },
}

/// The milestones of one commitment against the calendar.
pub(crate) struct Calendar<'s> {
    state: &'s State<'s>,
    as_of: LedgerDate,
    unmet: Vec<&'s ConditionState<'s>>,
    /// The overdue milestone that was due first.
    overdue: Option<&'s Milestone<'s>>,
}

/// The day on which a commitment begins: its planned start, else the day it was made.
pub(super) fn start_of(state: &State<'_>) -> Option<LedgerDate> {
    state.made().map(|(fact, made)| made.planned_start.as_ref().unwrap_or(&fact.occurred_on).earliest)
}

/// The share of a milestone that is reported done, at most 1; none without a report.
pub(crate) fn reported_share(milestone: &Milestone<'_>) -> Option<Decimal> {
    milestone.progress().and_then(|(_, report)| report.share()).map(|share| share.min(Decimal::ONE))
}

impl<'s> Calendar<'s> {
    pub(crate) fn of(state: &'s State<'s>, as_of: LedgerDate) -> Self {
        let late = state.milestones().iter().filter(|m| by_date(m, as_of) == MilestoneState::Overdue);
        let overdue = late.min_by_key(|milestone| milestone.due.map(|due| due.latest));
        let unmet = state.conditions().iter().filter(|condition| condition.met.is_none()).collect();
        Self { state, as_of, unmet, overdue }
    }

    /// Where a milestone stands.
    pub(crate) fn state(&self, milestone: &Milestone<'_>) -> MilestoneState {
        match by_date(milestone, self.as_of) {
            MilestoneState::InDueWindow | MilestoneState::Scheduled if !self.risks(milestone).is_empty() => {
                MilestoneState::AtRisk
            }
            state => state,
        }
    }

    /// What puts a milestone at risk that is neither achieved nor overdue; nothing once the commitment ended.
    pub(crate) fn risks(&self, milestone: &Milestone<'_>) -> Vec<Risk> {
        let waits = matches!(by_date(milestone, self.as_of), MilestoneState::InDueWindow | MilestoneState::Scheduled);
        let Some(due) = milestone.due.filter(|_| waits && self.state.closed().is_none()) else { return Vec::new() };
        let done = reported_share(milestone);
        let near = due.latest.days_since(self.as_of) <= RISK_HORIZON_DAYS;
        let mut risks = Vec::new();
        if near && done.is_none_or(|done| done < Decimal::ONE) {
            risks.push(Risk::DueSoon);
        }
        if done.zip(self.time_gone(milestone, due)).is_some_and(|(done, gone)| gone - done > RISK_TOLERANCE) {
            risks.push(Risk::BehindTime);
        }
        risks.extend(self.unmet.iter().map(|c| Risk::ConditionUnmet { condition_id: c.condition_id.clone() }));
        let before = self.overdue.filter(|other| other.due.is_some_and(|earlier| earlier.latest < due.latest));
        risks.extend(before.map(|m| Risk::PredecessorOverdue { milestone_id: m.plan.milestone_id.clone() }));
        risks
    }

    /// The day on which a milestone's time begins: with the commitment, or on the day it was planned where that is
    /// later.
    fn starts(&self, milestone: &Milestone<'_>) -> Option<LedgerDate> {
        Some(start_of(self.state)?.max(milestone.planned.occurred_on.earliest))
    }

    /// The share of a milestone's time that is gone.
    fn time_gone(&self, milestone: &Milestone<'_>, due: &FuzzyDate) -> Option<Decimal> {
        let start = self.starts(milestone)?;
        let whole = due.latest.days_since(start);
        (whole > 0).then(|| Decimal::from(self.as_of.days_since(start)) / Decimal::from(whole))
    }

    /// The milestones that are overdue, unless the commitment ended.
    pub(crate) fn all_overdue(&self) -> impl Iterator<Item = OverdueMilestone> {
        let going = self.state.closed().is_none();
        let promise = self.overdue.map(|_| promise_entries(self.state)).unwrap_or_default();
        let milestones = self.state.milestones().iter().filter(move |_| going);
        milestones.filter_map(move |milestone| OverdueMilestone::of(milestone, &promise, self.as_of))
    }

    /// The milestones that are at risk, the first due first.
    pub(crate) fn all_at_risk(&self) -> Vec<AtRiskMilestone> {
        let mut at_risk: Vec<_> = self.state.milestones().iter().filter_map(|m| self.at_risk(m)).collect();
        at_risk.sort_by_key(|milestone| milestone.days_left);
        at_risk
    }

    fn at_risk(&self, milestone: &Milestone<'_>) -> Option<AtRiskMilestone> {
        let due = milestone.due?;
        let risks = self.risks(milestone);
        if risks.is_empty() {
            return None;
        }
        Some(AtRiskMilestone {
            commitment_id: milestone.plan.commitment_id.clone(),
            milestone_id: milestone.plan.milestone_id.clone(),
            titles: milestone.plan.titles.clone(),
            due: due.clone(),
            first_due: milestone.plan.due.clone(),
            days_left: due.latest.days_since(self.as_of),
            weight: milestone.weight,
            done: reported_share(milestone).map(Share::of),
            behind: self.behind(milestone, due, &risks),
            risks,
        })
    }

    /// What is behind the risks of a milestone.
    fn behind(&self, milestone: &Milestone<'_>, due: &FuzzyDate, risks: &[Risk]) -> Behind {
        let mut entries = promise_entries(self.state);
        entries.extend(&milestone.entries);
        entries.extend(milestone.progress().iter().flat_map(|(fact, _)| fact.sources()));
        entries.extend(self.unmet.iter().flat_map(|condition| condition.fact.sources()));
        if risks.iter().any(|risk| matches!(risk, Risk::PredecessorOverdue { .. })) {
            entries.extend(self.overdue.iter().flat_map(|other| &other.entries));
        }
        let mut behind = Behind::new("at_risk.v1", entries)
            .input("last_day", due.latest)
            .input("horizon_days", Decimal::from(RISK_HORIZON_DAYS))
            .input("tolerance", RISK_TOLERANCE);
        if let Some(start) = self.starts(milestone) {
            behind = behind.input("start", start);
        }
        behind.stand_on([]);
        behind
    }
}

/// Where a milestone stands by its own dates.
fn by_date(milestone: &Milestone<'_>, as_of: LedgerDate) -> MilestoneState {
    use MilestoneState as S;
    if milestone.cancelled.is_some() {
        return S::Cancelled;
    }
    if milestone.missed.is_some() {
        return S::Missed;
    }
    match (&milestone.achieved, milestone.due) {
        (Some(_), None) => S::AchievedTimelinessUnknown,
        (Some((_, achieved)), Some(due)) if achieved.achieved_on.latest <= due.latest => S::AchievedOnTime,
        (Some((_, achieved)), Some(due)) if achieved.achieved_on.earliest > due.latest => S::AchievedLate,
        (Some(_), Some(_)) => S::AchievedTimelinessUnknown,
        (None, None) => S::Unscheduled,
        (None, Some(due)) if as_of > due.latest => S::Overdue,
        (None, Some(due)) if as_of >= due.earliest => S::InDueWindow,
        (None, Some(_)) => S::Scheduled,
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
    /// What is behind it.
    #[serde(flatten)]
    pub behind: Behind,
}

/// A milestone that is at risk.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AtRiskMilestone {
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
    /// Days until the last day it is due.
    pub days_left: i64,
    /// Its weight now.
    pub weight: Weight,
    /// The share that is reported done, at most 1; `null` without a report.
    #[schemars(with = "Option<String>")]
    pub done: Option<Share>,
    /// Why.
    pub risks: Vec<Risk>,
    /// What is behind it.
    #[serde(flatten)]
    pub behind: Behind,
}

impl OverdueMilestone {
    fn of(milestone: &Milestone<'_>, promise: &[Position], as_of: LedgerDate) -> Option<Self> {
        let due = milestone.due.filter(|_| by_date(milestone, as_of) == MilestoneState::Overdue)?;
        let mut behind = Behind::new("overdue.v1", milestone.entries.clone()).input("last_day", due.latest);
        behind.stand_on(promise.iter().copied());
        Some(Self {
            commitment_id: milestone.plan.commitment_id.clone(),
            milestone_id: milestone.plan.milestone_id.clone(),
            titles: milestone.plan.titles.clone(),
            due: due.clone(),
            first_due: milestone.plan.due.clone(),
            late_days: as_of.days_since(due.latest),
            weight: milestone.weight,
            behind,
        })
    }
}
