//! Where a claim stands, and what was said of it.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::commitment::{Claim, DisputeOutcome, State, VerificationLevel};
use servanda_events::dates::FuzzyDate;
use servanda_events::ids::{EventId, PartyId, Position};
use servanda_events::text::Line;

/// Where a claim stands between the sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClaimStanding {
    /// Nobody has answered. Silence is not consent.
    Claimed,
    /// Another party agrees, and none disagrees.
    Confirmed,
    /// An outsider checked it and found it true, and no party disagrees.
    Verified,
    /// Another party disagrees.
    Disputed,
    /// A dispute was upheld: it does not count.
    Rejected,
}

/// A claim, and what was said of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClaimView {
    /// The id to confirm or dispute it by.
    pub claim_event_id: EventId,
    /// Who says so.
    pub reported_by: Option<PartyId>,
    /// Where the claim stands.
    pub standing: ClaimStanding,
    /// What other parties answered.
    pub answers: Vec<AnswerView>,
    /// Who checked it.
    pub verifications: Vec<VerificationView>,
    /// How disputes of it ended.
    pub resolutions: Vec<ResolutionView>,
}

/// A party's answer to a claim.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AnswerView {
    /// Who answered.
    pub by_party: PartyId,
    /// Whether it agrees.
    pub confirms: bool,
    /// Whether it is a dispute that ended.
    pub settled: bool,
    /// Position of the entry.
    pub entry: Position,
}

/// A check of a claim by an outsider.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VerificationView {
    /// Who checked.
    pub verifier: PartyId,
    /// How.
    pub method: Line,
    /// How closely.
    pub level: VerificationLevel,
    /// When.
    pub verified_on: FuzzyDate,
    /// Whether the claim was corrected since, so that the check no longer speaks of it.
    pub lapsed: bool,
    /// Position of the entry.
    pub entry: Position,
}

/// How a dispute ended.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ResolutionView {
    /// How.
    pub outcome: DisputeOutcome,
    /// Who says so.
    pub by: PartyId,
    /// When.
    pub resolved_on: FuzzyDate,
    /// Position of the entry.
    pub entry: Position,
}

impl ClaimStanding {
    pub(crate) fn of(claim: Option<&Claim<'_>>) -> Self {
        match claim {
            Some(claim) if claim.is_rejected() => Self::Rejected,
            Some(claim) if claim.is_disputed() => Self::Disputed,
            Some(claim) if claim.is_verified() => Self::Verified,
            Some(claim) if claim.is_confirmed() => Self::Confirmed,
            Some(_) | None => Self::Claimed,
        }
    }
}

impl ClaimView {
    pub(super) fn of(fact: &Fact, state: &State<'_>) -> Self {
        let claim = state.claim_of(fact);
        let answers = claim.iter().flat_map(|claim| &claim.answers).map(|answer| AnswerView {
            by_party: answer.by_party.clone(),
            confirms: answer.confirms,
            settled: answer.settled,
            entry: answer.fact.position,
        });
        let verifications = claim.iter().flat_map(|claim| &claim.verifications).map(|(check, e)| VerificationView {
            verifier: e.verifier.clone(),
            method: e.method.clone(),
            level: e.level,
            verified_on: check.occurred_on.clone(),
            lapsed: check.position < fact.formed_at(),
            entry: check.position,
        });
        let resolutions = claim.iter().flat_map(|claim| &claim.resolutions).map(|(end, e)| ResolutionView {
            outcome: e.outcome,
            by: e.by.clone(),
            resolved_on: end.occurred_on.clone(),
            entry: end.position,
        });
        Self {
            claim_event_id: fact.event_id.clone(),
            reported_by: fact.reported_by.clone(),
            standing: ClaimStanding::of(claim),
            answers: answers.collect(),
            verifications: verifications.collect(),
            resolutions: resolutions.collect(),
        }
    }
}
