//! Payloads of the commitment family: the promise itself here, what happens to it in the files below.

mod assessment;
mod claims;
mod conditions;
mod evidence;
mod life;
mod milestones;
mod money;

pub use assessment::*;
pub use claims::*;
pub use conditions::*;
pub use evidence::*;
pub use life::*;
pub use milestones::*;
pub use money::*;

use serde::{Deserialize, Serialize};

use crate::agreement::Sector;
use crate::dates::FuzzyDate;
use crate::ids::{AgreementId, CommitmentId, ConditionId, PackageId, PartyId};
use crate::money::{Money, Weight};
use crate::text::Texts;

/// Something is under consideration. A prospect is followed, and never counted as promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProspectNoted {
    /// The id that it would have as a commitment.
    pub commitment_id: CommitmentId,
    /// The package in which it was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_id: Option<PackageId>,
    /// The words of the source.
    pub statement: Texts,
    /// The parties that consider it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<PartyId>,
}

/// In what way something is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// Money.
    Finance,
    /// Construction or delivery.
    Works,
    /// An institution opened or joined.
    Institution,
    /// A legal or political act.
    Legal,
    /// People or knowledge exchanged.
    Exchange,
}

/// What is known of the amount of a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueStatus {
    /// The amount is given.
    Known,
    /// Nobody has said.
    Unknown,
    /// The parties keep it to themselves.
    Undisclosed,
    /// Only a total over several documents was declared.
    AggregateOnly,
}

/// What must be true before the obligor must act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Its id within the commitment.
    pub condition_id: ConditionId,
    /// Its words.
    pub text: Texts,
}

/// One or more obligors undertook to do or pay something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentMade {
    /// Its id.
    pub commitment_id: CommitmentId,
    /// The document that contains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement_id: Option<AgreementId>,
    /// The package in which it was announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_id: Option<PackageId>,
    /// Who must deliver; one or more.
    pub obligors: Vec<PartyId>,
    /// For whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beneficiaries: Vec<PartyId>,
    /// In what way.
    pub modality: Modality,
    /// The words of the promise, per language.
    pub statement: Texts,
    /// What must be true first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// What was promised in money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What is known of the amount.
    pub value_status: ValueStatus,
    /// When work is to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_start: Option<FuzzyDate>,
    /// When it is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_end: Option<FuzzyDate>,
    /// How much it counts among its siblings.
    pub weight: Weight,
    /// Whether anyone could check that it was kept.
    pub verifiable: bool,
    /// Fields of activity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<Sector>,
    /// The commitment whose amount contains this one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub umbrella_of: Option<CommitmentId>,
    /// The commitment of which it is a part, where that one was split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_from: Option<CommitmentId>,
    /// Whether its amount may be summed with others.
    pub counts_toward_totals: bool,
}

impl CommitmentMade {
    /// Who promised, and to whom.
    pub(crate) fn parties(&self) -> impl Iterator<Item = &PartyId> {
        self.obligors.iter().chain(&self.beneficiaries)
    }

    /// Whether every party is among those who agreed, and they are more than one: nobody agrees with itself alone.
    pub fn is_agreed_by(&self, agreed: &[PartyId]) -> bool {
        let several = agreed.iter().any(|party| Some(party) != agreed.first());
        several && self.parties().all(|party| agreed.contains(party))
    }
}
