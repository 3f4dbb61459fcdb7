//! Payloads about documents that support what was recorded, and about what a source itself says of a commitment.

use serde::{Deserialize, Serialize};

use crate::dates::LedgerDate;
use crate::ids::{CommitmentId, EventId, EvidenceId, MilestoneId};
use crate::recorded::Evidence;
use crate::text::{Lang, Line};

/// A document was attached to a commitment, or to one entry of it. It is never removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceAttached {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Its id within the commitment.
    pub evidence_id: EvidenceId,
    /// The event that it supports; the whole commitment where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_event_id: Option<EventId>,
    /// The document.
    pub evidence: Evidence,
    /// Where a copy is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_url: Option<Line>,
    /// The language of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
}

/// A document could not be found any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceUnavailable {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The document.
    pub evidence_id: EvidenceId,
    /// When it was looked for.
    pub checked_at: LedgerDate,
    /// What was found instead.
    pub reason: Line,
}

/// A status that every source can be translated into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MappedStatus {
    /// Considered or prepared.
    Pipeline,
    /// Under way.
    Implementation,
    /// Done.
    Completed,
    /// Given up.
    Cancelled,
    /// Halted.
    Suspended,
}

/// What a source says of the state of a commitment, or of a milestone of it, in its own words and in ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceStatusAsserted {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The milestone that it is about; the whole commitment where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone_id: Option<MilestoneId>,
    /// The source.
    pub source: Line,
    /// Its word.
    pub source_status: Line,
    /// Our word for it.
    pub mapped_status: MappedStatus,
    /// Version of the table that translates the words.
    pub crosswalk_version: Line,
}
