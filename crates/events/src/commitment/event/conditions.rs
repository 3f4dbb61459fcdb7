//! Payloads about conditions: what must be true before the obligor must act.

use serde::{Deserialize, Serialize};

use crate::dates::FuzzyDate;
use crate::ids::{CommitmentId, ConditionId, PartyId};
use crate::text::{Line, Texts};

/// A condition came to a promise that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionAdded {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Its id within the commitment.
    pub condition_id: ConditionId,
    /// Its words.
    pub text: Texts,
}

/// What a condition asks for has come true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionSatisfied {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The condition.
    pub condition_id: ConditionId,
    /// When.
    pub satisfied_on: FuzzyDate,
    /// Who brought it about.
    pub by: PartyId,
}

/// The parties do without a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionWaived {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The condition.
    pub condition_id: ConditionId,
    /// Who does without it; never the obligors alone.
    pub by: Vec<PartyId>,
    /// Why.
    pub reason: Line,
}
