//! Payloads about claims: what other parties and outsiders say of them.

use serde::{Deserialize, Serialize};

use crate::ids::{CommitmentId, EventId, PartyId};
use crate::text::Line;

/// Another party agrees with a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimConfirmed {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The claim: the id of the event that made it.
    pub claim_event_id: EventId,
    /// The party that agrees.
    pub by_party: PartyId,
    /// What it adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Line>,
}

/// Another party disagrees with a claim. The claim stays, marked as disputed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimDisputed {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The claim: the id of the event that made it.
    pub claim_event_id: EventId,
    /// The party that disagrees.
    pub by_party: PartyId,
    /// Why.
    pub grounds: Line,
    /// What it says happened instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative: Option<Line>,
}

/// How a dispute ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeOutcome {
    /// The dispute was right: what was claimed does not count.
    Upheld,
    /// The party that disputed takes it back.
    Withdrawn,
    /// The claim was corrected, and that ended it.
    Replaced,
    /// It was looked into and stays open.
    NotedUnresolved,
}

/// Someone said how a dispute over a claim ended, or that it did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputeResolved {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The claim: the id of the event that made it.
    pub claim_event_id: EventId,
    /// How it ended.
    pub outcome: DisputeOutcome,
    /// Who says so.
    pub by: PartyId,
    /// What it adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Line>,
}

/// How closely a claim was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerificationLevel {
    /// Documents were read.
    Document,
    /// Someone went there.
    SiteVisit,
    /// Books and works were audited.
    Audit,
}

/// Someone who is no party checked a claim and found it true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimVerified {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The claim: the id of the event that made it.
    pub claim_event_id: EventId,
    /// Who checked.
    pub verifier: PartyId,
    /// How.
    pub method: Line,
    /// How closely.
    pub level: VerificationLevel,
}
