//! Refusals: what the rules say no to, named by the fact that stands in the way.
//!
//! A refusal is data: a stable code with its values. Its sentence is written elsewhere, in the caller's language.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::dates::FuzzyDate;
use crate::ids::{
    AmendmentId, CommitmentId, CorrectionId, DeclaredId, EventId, PartyId, ReservationId, Revision, StreamId,
};
use crate::money::{Money, Weight};
use crate::text::Line;

/// Why a command is not recorded. Nothing is changed by a refused command.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the name of each refusal is its documentation; its sentence stands in the messages")]
pub enum Refusal {
    PartyAlreadyRegistered { party: PartyId },
    OrgIdTaken { key: Line, scheme: Line, id: Line, stream: StreamId },
    CountryMissing,
    ParentIsSelf,
    FewerThanTwoParties,
    PackageAlreadyAnnounced,
    PackageUnknown { stream: StreamId },
    DeclaredTotalAlreadyRecorded,
    AmountWithoutCurrency,
    CountWithCurrency,
    AgreementAlreadyRegistered,
    AgreementUnknown { stream: StreamId },
    NoParty,
    PartyNamedTwice { field: &'static str, party: PartyId },
    PartyNotListed { party: PartyId },
    PartyAlreadySigned { party: PartyId },
    SignatureInFuture { date: FuzzyDate },
    AlreadyLinked,
    CommitmentAlreadyMade,
    CommitmentUnknown { stream: StreamId },
    StillAProspect { stream: StreamId },
    ProspectAlreadyNoted,
    NoObligor,
    AmountOfUnknownValue,
    KnownValueWithoutAmount,
    UmbrellaIsSelf,
    MilestoneUnknown { milestone: Line },
    MilestoneAlreadyPlanned { milestone: Line },
    MilestoneAlreadyAchieved { milestone: Line },
    MilestoneAlreadyCancelled { milestone: Line },
    BaselineNotNext { expected: u32, given: u32 },
    NothingRebaselined,
    AchievementInFuture { date: FuzzyDate },
    ReporterMissing,
    FundsAlreadyCommitted { flow: Line },
    AmountNotPositive,
    PaymentInFuture { date: FuzzyDate },
    PaymentAlreadyRecorded { key: Line, payer: PartyId, reference: Line, stream: StreamId },
    FlowUnknown { flow: Line },
    NotADisbursement { event: EventId },
    ReturnAboveDisbursed { disbursed: Money },
    EntryUnknown { event: EventId },
    NotAClaim { event: EventId },
    OwnClaim { party: PartyId },
    NotAParty { party: PartyId },
    ClaimAlreadyDisputed { party: PartyId },
    AmendmentIdTaken { amendment: AmendmentId },
    ProspectUnknown { stream: StreamId },
    ProspectAlreadyPromoted,
    PromiseOfAnother,
    CommitmentClosed { date: FuzzyDate },
    CommitmentAlreadySuspended,
    CommitmentNotSuspended,
    AmendedBeforePromise { date: FuzzyDate },
    AmendmentInvalid { field: &'static str, detail: String },
    FewerThanTwoParts,
    PartNamedTwice { part: Line },
    PartIsSelf,
    NotConserved { found: String, expected: String },
    ConditionUnknown { condition: Line },
    ConditionIdTaken { condition: Line },
    ConditionAlreadyMet { condition: Line },
    WaivedByObligorsAlone,
    MilestoneAlreadyMissed { milestone: Line },
    MilestoneNotYetDue { milestone: Line },
    MilestoneNotClosed { milestone: Line },
    ProgressAboveTotal,
    ProgressNotMeasurable,
    FlowNotCommitted { flow: Line },
    NothingAdjusted,
    AdjustmentCurrencyDiffers { owed: Money },
    AdjustedBelowZero { owed: Money },
    ScheduleIdTaken { schedule: Line },
    ClaimRejected { event: EventId },
    NoOpenDispute { event: EventId },
    OwnDispute { party: PartyId },
    NotCorrectedSinceDispute { event: EventId },
    VerifierIsParty { party: PartyId },
    EvidenceUnknown { evidence: Line },
    EvidenceIdTaken { evidence: Line },
    AssessmentIdTaken { assessment: Line },
    AssessmentWithoutValue,
    ValueOutsideScale { value: Line, scale: &'static str },
    NoPatch,
    TargetIsCorrection { event: EventId },
    AlreadyRetracted { event: EventId },
    OldValueDiffers { path: Line, found: String },
    IdentityNotCorrectable { path: Line },
    CorrectionInvalid { path: Line, detail: String },
    NothingCorrected,
    RateIsSuperseded,
    WrittenByTheLog,
    DependantsRemain { events: String },
    NotADependant { event: EventId },
    IndicatorAlreadyDefined,
    IndicatorUnknown { stream: StreamId },
    RateAlreadyRecorded,
    SameCurrency,
    DateDiffers { date: FuzzyDate },
    DateInFuture { field: &'static str, date: FuzzyDate },
    PartyNotRegistered { party: PartyId },
    NothingMerged,
    MergesItself,
    SurvivorIsMerged { party: PartyId, into: PartyId },
    AlreadyMerged { party: PartyId, into: PartyId },
    DeclaredTotalUnknown { declared: DeclaredId },
    DeclaredTotalAlreadySuperseded { declared: DeclaredId },
    TotalSupersedesItself,
    RemainderDoesNotSum { declared: Weight },
    RemainderUnexplained,
    NotLinked,
    ConsentAlreadyExpressed { party: PartyId },
    ShareAboveHundred,
    ReservationAlreadyMade { reservation: ReservationId },
    ReservationUnknown { reservation: ReservationId },
    ReservationAfterConsent { party: PartyId },
    OwnReservation { party: PartyId },
    ReservationOfAnother { party: PartyId },
    ReservationAlreadyObjected { party: PartyId },
    ReservationAlreadyWithdrawn { reservation: ReservationId },
    EntryRuleAlreadySet,
    AmendmentUnknown { amendment: AmendmentId },
    ProvisionalAlreadyStarted { party: PartyId },
    ProvisionalNotStarted { party: PartyId },
    NotProvisional,
    AlreadyEnteredIntoForce,
    RegistrationAlreadyRecorded { number: Line },
    TextCorrectionAlreadyProposed { correction: CorrectionId },
    TextCorrectionUnknown { correction: CorrectionId },
    TextCorrectionAlreadyObjected { party: PartyId },
    TextCorrectionAlreadyAdopted { correction: CorrectionId },
    ObjectionAfterDeadline { deadline: FuzzyDate },
    AdoptedBeforeDeadline { deadline: FuzzyDate },
    ObjectionOpen { party: PartyId },
    AlreadySuspended,
    NotSuspended,
    PartyNotBound { party: PartyId },
    WithdrawalAlreadyNotified { party: PartyId },
    FateNamedTwice { commitment: CommitmentId },
    SupersedesItself,
    AgreementAlreadyEnded,
    AgreementEnded { date: FuzzyDate },
    RevisionDiffers { expected: Revision, found: Revision },
}

/// Refuses a list in which a party stands twice; `field` is where the list stands in the command.
pub(crate) fn each_once<'a>(
    parties: impl IntoIterator<Item = &'a PartyId>,
    field: &'static str,
) -> Result<(), Refusal> {
    let mut named = std::collections::BTreeSet::new();
    match parties.into_iter().find(|party| !named.insert(*party)) {
        Some(party) => Err(Refusal::PartyNamedTwice { field, party: party.clone() }),
        None => Ok(()),
    }
}

impl Refusal {
    /// The code and the values, as text, in the order of their names.
    pub fn code_and_params(&self) -> (String, BTreeMap<String, String>) {
        let mut params = BTreeMap::new();
        let mut code = String::new();
        if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(self) {
            for (name, value) in fields {
                let text = match value {
                    serde_json::Value::String(text) => text,
                    serde_json::Value::Object(fuzzy) => fuzzy.get("text").and_then(|t| t.as_str()).map_or_else(
                        || {
                            let part =
                                |name: &str| fuzzy.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
                            format!("{} {}", part("amount"), part("currency"))
                        },
                        str::to_owned,
                    ),
                    other => other.to_string(),
                };
                if name == "code" {
                    code = text;
                } else {
                    params.insert(name, text);
                }
            }
        }
        (code, params)
    }

    /// The field at fault, as a JSON Pointer into the command, where one field alone is; such a command can never be
    /// recorded as it is. Without one, another fact stands in the way.
    pub fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::CountryMissing => Some("/data/country"),
            Self::ParentIsSelf => Some("/data/parent"),
            Self::FewerThanTwoParties | Self::NoParty => Some("/data/parties"),
            Self::AmountWithoutCurrency | Self::CountWithCurrency => Some("/data/currency"),
            Self::NoObligor => Some("/data/obligors"),
            Self::AmountOfUnknownValue | Self::KnownValueWithoutAmount | Self::AmountNotPositive => {
                Some("/data/amount")
            }
            Self::AchievementInFuture { .. } => Some("/data/achieved_on"),
            Self::PaymentInFuture { .. } => Some("/data/value_date"),
            Self::SignatureInFuture { .. } | Self::DateDiffers { .. } => Some("/occurred_on"),
            Self::ReporterMissing => Some("/reported_by"),
            Self::NoPatch | Self::NothingCorrected | Self::CorrectionInvalid { .. } => Some("/data/patches"),
            Self::SameCurrency => Some("/data/quote"),
            Self::UmbrellaIsSelf => Some("/data/umbrella_of"),
            Self::DateInFuture { field, .. } | Self::PartyNamedTwice { field, .. } => Some(field),
            Self::PromiseOfAnother => Some("/data/promise/commitment_id"),
            Self::ProgressAboveTotal => Some("/data/quantity"),
            Self::ProgressNotMeasurable => Some("/data/of_total"),
            Self::NothingAdjusted => Some("/data/delta"),
            Self::AssessmentWithoutValue | Self::ValueOutsideScale { .. } => Some("/data/value"),
            Self::AmendmentInvalid { .. } => Some("/data/new"),
            Self::NothingRebaselined => Some("/data/new_due"),
            Self::NothingMerged => Some("/data/merged"),
            Self::MergesItself => Some("/data/merged"),
            Self::TotalSupersedesItself => Some("/data/by_declared_id"),
            Self::RemainderUnexplained => Some("/data/explanation"),
            Self::ShareAboveHundred => Some("/data/share_percent"),
            Self::FateNamedTwice { .. } => Some("/data/fates"),
            Self::SupersedesItself => Some("/data/successor"),
            _ => None,
        }
    }
}
