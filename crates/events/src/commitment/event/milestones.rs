//! Payloads about milestones: planned, moved, measured, achieved, missed, given up, taken up again.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::dates::{FuzzyDate, LedgerDate};
use crate::ids::{CommitmentId, MilestoneId, PartyId};
use crate::money::{Money, Quantity, Weight};
use crate::text::{Line, Texts};

/// What sort of step a milestone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneType {
    /// Something made ready.
    Preparation,
    /// Something delivered or opened.
    Delivery,
    /// Something paid.
    Payment,
    /// Something decided or signed.
    Approval,
    /// Something reported.
    Reporting,
}

/// A checkable step was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestonePlanned {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Its id within the commitment.
    pub milestone_id: MilestoneId,
    /// Its name, per language.
    pub titles: Texts,
    /// What sort of step it is.
    pub milestone_type: MilestoneType,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<FuzzyDate>,
    /// How much it counts among the milestones of the commitment.
    pub weight: Weight,
    /// How one sees that it is achieved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance_test: Option<Texts>,
    /// What it is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_value: Option<Money>,
}

/// A milestone got another date or weight. The first ones stay as baseline 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneRebaselined {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The milestone.
    pub milestone_id: MilestoneId,
    /// The new due date; the old one stays where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_due: Option<FuzzyDate>,
    /// The new weight; the old one stays where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_weight: Option<Weight>,
    /// The number of this baseline: one more than the milestone's last.
    pub baseline_no: u32,
    /// Why.
    pub reason: Line,
    /// The parties that agreed.
    pub agreed_by: Vec<PartyId>,
}

/// A party reports that a milestone was achieved: a claim, until another party answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneAchieved {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The milestone.
    pub milestone_id: MilestoneId,
    /// When it was achieved.
    pub achieved_on: FuzzyDate,
    /// What was delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliverable: Option<Line>,
}

/// A milestone was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneCancelled {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The milestone.
    pub milestone_id: MilestoneId,
    /// Why.
    pub reason: Line,
    /// Whether the parties agreed on it.
    pub mutual: bool,
    /// The parties that agreed.
    pub agreed_by: Vec<PartyId>,
}

/// How far a step has come, as someone measured it. It is shown, and never counts as achieved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneProgressReported {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The milestone.
    pub milestone_id: MilestoneId,
    /// How much is done.
    pub quantity: Quantity,
    /// In what it is measured.
    pub unit: Line,
    /// How much is to be done.
    pub of_total: Quantity,
    /// How it was measured.
    pub method: Line,
    /// Whether more than all of it was really done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beyond_total: bool,
}

impl MilestoneProgressReported {
    /// What is done of what is to be done, where both can be; above 1 where more was done.
    pub fn share(&self) -> Option<Decimal> {
        let possible = self.of_total.value() > Decimal::ZERO && self.quantity.value() >= Decimal::ZERO;
        self.quantity.value().checked_div(self.of_total.value()).filter(|_| possible)
    }
}

/// Someone determined that a milestone was missed. Silence is only "overdue".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneMissed {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The milestone.
    pub milestone_id: MilestoneId,
    /// When it was determined.
    pub determined_on: LedgerDate,
    /// Why.
    pub reason: Line,
}

/// A milestone that was given up or missed is to be achieved after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneReopened {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The milestone.
    pub milestone_id: MilestoneId,
    /// Why.
    pub reason: Line,
    /// Whether the parties agreed on it.
    pub mutual: bool,
    /// The parties that agreed.
    pub agreed_by: Vec<PartyId>,
}
