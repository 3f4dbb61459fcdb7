//! Payloads about the whole of a promise: promoted, amended, split, merged, halted, ended.

use serde::{Deserialize, Serialize};

use super::CommitmentMade;
use crate::dates::FuzzyDate;
use crate::ids::{AmendmentId, CommitmentId, PartyId};
use crate::money::{Money, Weight};
use crate::text::{Line, Texts};

/// What was under consideration has been promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentPromoted {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// What makes it a promise.
    pub basis: Line,
    /// The promise.
    pub promise: CommitmentMade,
}

/// What of a promise an amendment changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AmendedField {
    /// What was promised in money.
    Amount,
    /// Its words.
    Statement,
    /// When work is to begin.
    PlannedStart,
    /// When it is to be done.
    PlannedEnd,
    /// Who must deliver.
    Obligors,
    /// For whom.
    Beneficiaries,
}

/// The parties changed a promise. What it was before stays readable: this is no correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentAmended {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Its id within the commitment.
    pub amendment_id: AmendmentId,
    /// What it changes.
    pub field: AmendedField,
    /// What stood there by then, in the form of the promise's field; nothing where nothing did.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub old: serde_json::Value,
    /// What stands there from then on; nothing where nothing does.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub new: serde_json::Value,
    /// Why.
    pub rationale: Line,
    /// The parties that agreed.
    pub agreed_by: Vec<PartyId>,
}

/// A part of a promise that was split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitPart {
    /// Its id; the part is promised by a command of its own.
    pub commitment_id: CommitmentId,
    /// Its share of the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Its share of the weight.
    pub weight: Weight,
    /// What of the promise it holds.
    pub statement: Texts,
}

/// A promise was divided. It stops counting; its parts, promised by commands of their own, count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentSplit {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The parts.
    pub into: Vec<SplitPart>,
    /// Why.
    pub reason: Line,
}

/// A promise that went into another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergedPart {
    /// The promise.
    pub commitment_id: CommitmentId,
    /// The amount that it brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The weight that it brings.
    pub weight: Weight,
}

/// Promises were joined into this one. They stop counting; this one counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentsMerged {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The promises that went into it.
    pub from: Vec<MergedPart>,
    /// Why.
    pub reason: Line,
}

/// Work on a promise was halted. Due dates keep running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentSuspended {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Why.
    pub reason: Line,
}

/// Work on a promise goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentResumed {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Why.
    pub reason: Line,
}

/// A promise was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentCancelled {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Who gave it up.
    pub by: Vec<PartyId>,
    /// Whether the parties agreed on it.
    pub mutual: bool,
    /// Why.
    pub reason: Line,
}

/// A party reports that the promise is kept: a claim, until another party answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentFulfilled {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// What it came to in money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_value: Option<Money>,
    /// What was delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_scope: Option<Line>,
    /// When it was done.
    pub actual_end: FuzzyDate,
    /// In what it differs from the promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differences: Option<Line>,
}
