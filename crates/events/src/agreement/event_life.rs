//! Payloads of what becomes of an agreement: amendments, corrections of its text, suspension, withdrawal, its end.

use serde::{Deserialize, Serialize};

use crate::dates::LedgerDate;
use crate::ids::{AgreementId, AmendmentId, CommitmentId, CorrectionId, PartyId};
use crate::text::Line;

/// In what form an agreement was amended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AmendmentKind {
    /// A protocol.
    Protocol,
    /// An exchange of notes.
    ExchangeOfNotes,
    /// An addendum.
    Addendum,
}

/// What an amendment changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModificationType {
    /// How long it lasts.
    Duration,
    /// How much it is worth.
    Value,
    /// What it is about.
    Scope,
    /// Who its parties are.
    Parties,
}

/// The parties changed an agreement for the time to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementAmended {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// Id of the amendment within it.
    pub amendment_id: AmendmentId,
    /// In what form.
    pub kind: AmendmentKind,
    /// What it changes.
    pub modification_type: ModificationType,
    /// How it read before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Line>,
    /// How it reads now.
    pub new: Line,
    /// Why.
    pub rationale: Line,
    /// The parties that signed the amendment.
    pub signed_by: Vec<PartyId>,
    /// The first day on which it counts.
    pub effective_on: LedgerDate,
}

/// An error was found in the text of an agreement, and a correction proposed to its parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementTextCorrectionProposed {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// Id of the correction within it.
    pub correction_id: CorrectionId,
    /// What is wrong.
    pub error: Line,
    /// How it should read.
    pub proposal: Line,
    /// The last day on which a party may object.
    pub objection_deadline: LedgerDate,
}

/// A party objected to a correction of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementTextCorrectionObjected {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// The correction.
    pub correction_id: CorrectionId,
    /// Who objects.
    pub by_party: PartyId,
    /// Why.
    pub reason: Line,
}

/// A correction of the text was adopted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementTextCorrectionAdopted {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// The correction.
    pub correction_id: CorrectionId,
    /// The day; after the last one on which a party could object.
    pub adopted_on: LedgerDate,
}

/// An agreement is not applied for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementSuspended {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// Why.
    pub reason: Line,
    /// Who suspended it.
    pub by: Vec<PartyId>,
    /// The first day without it.
    pub effective_on: LedgerDate,
}

/// An agreement is applied again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementResumed {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// Why.
    pub reason: Line,
    /// Who resumed it.
    pub by: Vec<PartyId>,
    /// The first day with it.
    pub effective_on: LedgerDate,
}

/// A party gave notice that it leaves an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalNotified {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// The party.
    pub party_id: PartyId,
    /// The day of the notice.
    pub notified_on: LedgerDate,
    /// The first day on which it is no longer bound.
    pub effective_on: LedgerDate,
    /// The days of notice that the agreement asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<u32>,
}

/// What becomes of a commitment when its agreement ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is still owed.
    Continues,
    /// It ends with the agreement.
    Ended,
    /// It is owed under another agreement.
    MovedTo(AgreementId),
}

/// A commitment of an agreement that ends, with its fate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentFate {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// What becomes of it.
    pub fate: Fate,
}

/// The parties ended an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementTerminated {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// Why.
    pub reason: Line,
    /// Who ended it.
    pub by: Vec<PartyId>,
    /// The first day without it.
    pub effective_on: LedgerDate,
    /// What becomes of its commitments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fates: Vec<CommitmentFate>,
}

/// An agreement ended because its time was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementExpired {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// Why.
    pub reason: Line,
    /// The first day without it.
    pub effective_on: LedgerDate,
    /// What becomes of its commitments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fates: Vec<CommitmentFate>,
}

/// An agreement ended because another took its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementSuperseded {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// The one in its place.
    pub successor: AgreementId,
    /// Why.
    pub reason: Line,
    /// The first day without it.
    pub effective_on: LedgerDate,
    /// What becomes of its commitments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fates: Vec<CommitmentFate>,
}
