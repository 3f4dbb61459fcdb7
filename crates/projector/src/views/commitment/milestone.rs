//! A milestone with every date it ever had, how far it came, and what became of it.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::commitment::{Milestone, MilestoneAchieved, MilestonePlanned, MilestoneProgressReported, State};
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_events::ids::{PartyId, Position};
use servanda_events::money::{Quantity, Weight};
use servanda_events::text::Line;

use super::claim::ClaimView;
use super::life::{AssessmentView, SourceStatusView, assessment, source_status};
use crate::progress::{Calendar, MilestoneState, Risk};
use crate::views::entries_of;

/// A milestone.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MilestoneView {
    /// The plan, with the first due date and weight.
    #[serde(flatten)]
    pub plan: MilestonePlanned,
    /// The due date now.
    pub due_now: Option<FuzzyDate>,
    /// The weight now.
    pub weight_now: Weight,
    /// How often it was rescheduled.
    pub baseline_no: u32,
    /// Every date and weight it had, the plan first.
    pub baselines: Vec<BaselineView>,
    /// Where it stands by the calendar.
    pub state: MilestoneState,
    /// What puts it at risk.
    pub risks: Vec<Risk>,
    /// How far it has come, by the newest report.
    pub progress: Option<ProgressReportView>,
    /// Every report of how far it had come, in the order in which they were recorded.
    pub reports: Vec<ProgressReportView>,
    /// The claim that it was achieved.
    pub achieved: Option<AchievementView>,
    /// Claims that it was achieved which did not hold.
    pub rejected: Vec<AchievementView>,
    /// That it was missed.
    pub missed: Option<MissView>,
    /// That it was given up.
    pub cancelled: Option<CancellationView>,
    /// That it was taken up again.
    pub reopened: Vec<ReopeningView>,
    /// Opinions on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assessments: Vec<AssessmentView>,
    /// What sources say of its state.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source_statuses: Vec<SourceStatusView>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A due date and weight that a milestone had.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BaselineView {
    /// Its number; 0 is the plan.
    pub baseline_no: u32,
    /// The due date.
    pub due: Option<FuzzyDate>,
    /// The weight.
    pub weight: Weight,
    /// Since when.
    pub set_on: FuzzyDate,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// How far a milestone had come.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ProgressReportView {
    /// When.
    pub reported_on: FuzzyDate,
    /// Who says so.
    pub reported_by: Option<PartyId>,
    /// How much was done.
    pub quantity: Quantity,
    /// Of how much.
    pub of_total: Quantity,
    /// In what it is measured.
    pub unit: Line,
    /// How it was measured.
    pub method: Line,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// The claim that a milestone was achieved.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AchievementView {
    /// When.
    pub achieved_on: FuzzyDate,
    /// What was delivered.
    pub deliverable: Option<Line>,
    /// The claim.
    #[serde(flatten)]
    pub claim: ClaimView,
}

/// That a milestone was missed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MissView {
    /// When it was determined.
    pub determined_on: LedgerDate,
    /// Who says so.
    pub reported_by: Option<PartyId>,
    /// Why.
    pub reason: Line,
}

/// That a milestone was given up.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CancellationView {
    /// When.
    pub cancelled_on: FuzzyDate,
    /// Whether the parties agreed.
    pub mutual: bool,
    /// Why.
    pub reason: Line,
}

/// That a milestone was taken up again.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReopeningView {
    /// When.
    pub reopened_on: FuzzyDate,
    /// Whether the parties agreed.
    pub mutual: bool,
    /// Why.
    pub reason: Line,
}

impl MilestoneView {
    pub(super) fn of(milestone: &Milestone<'_>, state: &State<'_>, calendar: &Calendar<'_>) -> Self {
        let achievement = |(fact, achieved): &(&Fact, &MilestoneAchieved)| AchievementView {
            achieved_on: achieved.achieved_on.clone(),
            deliverable: achieved.deliverable.clone(),
            claim: ClaimView::of(fact, state),
        };
        let baselines = milestone.baselines.iter().map(|baseline| BaselineView {
            baseline_no: baseline.baseline_no,
            due: baseline.due.cloned(),
            weight: baseline.weight,
            set_on: baseline.fact.occurred_on.clone(),
            entries: entries_of([baseline.fact]),
        });
        let reopened = milestone.reopened.iter().map(|(fact, reopened)| ReopeningView {
            reopened_on: fact.occurred_on.clone(),
            mutual: reopened.mutual,
            reason: reopened.reason.clone(),
        });
        Self {
            plan: milestone.plan.clone(),
            due_now: milestone.due.cloned(),
            weight_now: milestone.weight,
            baseline_no: milestone.baseline_no,
            baselines: baselines.collect(),
            state: calendar.state(milestone),
            risks: calendar.risks(milestone),
            progress: milestone.progress().map(report),
            reports: milestone.reports.iter().copied().map(report).collect(),
            achieved: milestone.achieved.as_ref().map(achievement),
            rejected: milestone.rejected.iter().map(achievement).collect(),
            missed: milestone.missed.map(|(fact, missed)| MissView {
                determined_on: missed.determined_on,
                reported_by: fact.reported_by.clone(),
                reason: missed.reason.clone(),
            }),
            cancelled: milestone.cancelled.map(|(fact, cancelled)| CancellationView {
                cancelled_on: fact.occurred_on.clone(),
                mutual: cancelled.mutual,
                reason: cancelled.reason.clone(),
            }),
            reopened: reopened.collect(),
            assessments: milestone.assessments.iter().map(assessment).collect(),
            source_statuses: milestone.source_statuses.iter().map(source_status).collect(),
            entries: milestone.entries.clone(),
        }
    }
}

fn report((fact, report): (&Fact, &MilestoneProgressReported)) -> ProgressReportView {
    ProgressReportView {
        reported_on: fact.occurred_on.clone(),
        reported_by: fact.reported_by.clone(),
        quantity: report.quantity,
        of_total: report.of_total,
        unit: report.unit.clone(),
        method: report.method.clone(),
        entries: entries_of([fact]),
    }
}
