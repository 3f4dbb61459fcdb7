//! Payload of assessments: dated opinions on a named scale. They change no fact.

use serde::{Deserialize, Serialize};

use crate::ids::{AssessmentId, CommitmentId, MilestoneId};
use crate::text::Line;

/// A scale on which commitments are scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Open Government Partnership: no_evidence, not_started, limited, substantial, complete, or 0 to 4.
    Ogp,
    /// G20 Research Group: -1, 0, 1.
    G20,
    /// Peace Accords Matrix: 0 to 3.
    Pam,
    /// 0 to 100.
    Percent,
}

/// Someone independent scored a commitment, or a milestone of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssessmentRecorded {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Its id within the commitment.
    pub assessment_id: AssessmentId,
    /// The milestone that it is about; the whole commitment where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone_id: Option<MilestoneId>,
    /// Who.
    pub assessor: Line,
    /// On which scale.
    pub scale: Scale,
    /// Version of the scale.
    pub scale_version: Line,
    /// The score: a word or a number of the scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Line>,
    /// Why this score.
    pub rationale: Line,
    /// Why there is no score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_assessed_reason: Option<Line>,
}
