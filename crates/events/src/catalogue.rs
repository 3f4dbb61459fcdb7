//! Every event and every command of the ledger, one line each: name, version, payload, stream, rule.
//!
//! The two tables below are the only places where names of types stand as text. Adding a line here, and what the
//! compiler then asks for, is how the catalogue grows (`docs/adding-an-event.md`).

use serde::{Deserialize, Serialize};

use crate::agreement::{
    self, AgreementAmended, AgreementEnteredIntoForce, AgreementExpired, AgreementLinkedToPackage, AgreementRegistered,
    AgreementResumed, AgreementSigned, AgreementSuperseded, AgreementSuspended, AgreementTerminated,
    AgreementTextCorrectionAdopted, AgreementTextCorrectionObjected, AgreementTextCorrectionProposed,
    AgreementUnlinkedFromPackage, ConsentToBeBoundExpressed, EntryIntoForceRuleSet, ProvisionalApplicationEnded,
    ProvisionalApplicationStarted, ReservationMade, ReservationObjected, ReservationWithdrawn,
    TreatyRegistrationRecorded, WithdrawalNotified,
};
use crate::case::{Case, Decision};
use crate::commitment::{
    self, AssessmentRecorded, ClaimConfirmed, ClaimDisputed, ClaimVerified, CommitmentAmended, CommitmentCancelled,
    CommitmentFulfilled, CommitmentMade, CommitmentPromoted, CommitmentResumed, CommitmentSplit, CommitmentSuspended,
    CommitmentsMerged, ConditionAdded, ConditionSatisfied, ConditionWaived, DisbursementScheduled, DisputeResolved,
    EvidenceAttached, EvidenceUnavailable, FundsCommitmentAdjusted, FundsCommitted, FundsDisbursed, FundsReturned,
    MilestoneAchieved, MilestoneCancelled, MilestoneMissed, MilestonePlanned, MilestoneProgressReported,
    MilestoneRebaselined, MilestoneReopened, ProspectNoted, SourceStatusAsserted,
};
use crate::dates::FuzzyDate;
use crate::entry::{self, CorrectEntry, EntryCorrected, EntryRetracted, RetractEntry};
use crate::ids::StreamId;
use crate::indicator::{self, ExchangeRateRecorded, IndicatorDefined, IndicatorObserved};
use crate::ledger::LogKeyRotated;
use crate::package::{self, DeclaredTotalReconciled, DeclaredTotalRecorded, DeclaredTotalSuperseded, PackageAnnounced};
use crate::party::{self, PartiesMerged, PartyRegistered};
use crate::refusal::Refusal;

macro_rules! events {
    ($($event:ident = $version:literal on $id:ident;)*) => {
        /// Something that happened, in its newest shape.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Event {
            $(
                #[doc = concat!("`", stringify!($event), "`")]
                $event(Box<$event>),
            )*
        }

        $(impl From<$event> for Event {
            fn from(event: $event) -> Self {
                Self::$event(Box::new(event))
            }
        })*

        impl Event {
            /// Every type name with its newest schema version.
            pub const TYPES: &'static [(&'static str, u16)] = &[$((stringify!($event), $version)),*];

            /// The name of the type, as stored.
            pub fn type_name(&self) -> &'static str {
                match self {
                    $(Self::$event(_) => stringify!($event),)*
                }
            }

            /// The schema version that this program writes.
            pub fn schema(&self) -> u16 {
                match self {
                    $(Self::$event(_) => $version,)*
                }
            }

            /// The field that says which thing the event is about; it can never be corrected.
            pub(crate) fn id_field(&self) -> &'static str {
                match self {
                    $(Self::$event(_) => stringify!($id),)*
                }
            }

            /// The newest schema version of a type name.
            pub fn newest_schema(type_name: &str) -> Option<u16> {
                match type_name {
                    $(stringify!($event) => Some($version),)*
                    _ => None,
                }
            }

            /// The event of a type name and JSON in the newest shape.
            pub(crate) fn from_json(type_name: &str, data: &str) -> Result<Self, serde_json::Error> {
                match type_name {
                    $(stringify!($event) => serde_json::from_str::<Box<$event>>(data).map(Self::$event),)*
                    _ => Err(serde::de::Error::custom("unknown type of event")),
                }
            }

            /// The JSON Schema of each type's payload.
            pub fn payload_schemas(
                generator: &mut schemars::SchemaGenerator,
            ) -> Vec<(&'static str, u16, schemars::Schema)> {
                vec![$((stringify!($event), $version, generator.subschema_for::<$event>())),*]
            }
        }
    };
}

events! {
    PartyRegistered = 1 on party_id;
    PartiesMerged = 1 on survivor;
    PackageAnnounced = 1 on package_id;
    DeclaredTotalRecorded = 1 on package_id;
    DeclaredTotalSuperseded = 1 on package_id;
    DeclaredTotalReconciled = 1 on package_id;
    AgreementRegistered = 1 on agreement_id;
    AgreementSigned = 1 on agreement_id;
    AgreementLinkedToPackage = 1 on agreement_id;
    AgreementUnlinkedFromPackage = 1 on agreement_id;
    ConsentToBeBoundExpressed = 1 on agreement_id;
    ReservationMade = 1 on agreement_id;
    ReservationObjected = 1 on agreement_id;
    ReservationWithdrawn = 1 on agreement_id;
    EntryIntoForceRuleSet = 1 on agreement_id;
    ProvisionalApplicationStarted = 1 on agreement_id;
    ProvisionalApplicationEnded = 1 on agreement_id;
    AgreementEnteredIntoForce = 1 on agreement_id;
    TreatyRegistrationRecorded = 1 on agreement_id;
    AgreementAmended = 1 on agreement_id;
    AgreementTextCorrectionProposed = 1 on agreement_id;
    AgreementTextCorrectionObjected = 1 on agreement_id;
    AgreementTextCorrectionAdopted = 1 on agreement_id;
    AgreementSuspended = 1 on agreement_id;
    AgreementResumed = 1 on agreement_id;
    WithdrawalNotified = 1 on agreement_id;
    AgreementTerminated = 1 on agreement_id;
    AgreementExpired = 1 on agreement_id;
    AgreementSuperseded = 1 on agreement_id;
    ProspectNoted = 1 on commitment_id;
    CommitmentMade = 2 on commitment_id;
    MilestonePlanned = 2 on commitment_id;
    MilestoneRebaselined = 1 on commitment_id;
    MilestoneAchieved = 1 on commitment_id;
    MilestoneCancelled = 1 on commitment_id;
    FundsCommitted = 1 on commitment_id;
    FundsDisbursed = 1 on commitment_id;
    FundsReturned = 1 on commitment_id;
    ClaimConfirmed = 1 on commitment_id;
    ClaimDisputed = 1 on commitment_id;
    CommitmentPromoted = 1 on commitment_id;
    CommitmentAmended = 1 on commitment_id;
    CommitmentSplit = 1 on commitment_id;
    CommitmentsMerged = 1 on commitment_id;
    CommitmentSuspended = 1 on commitment_id;
    CommitmentResumed = 1 on commitment_id;
    CommitmentCancelled = 1 on commitment_id;
    CommitmentFulfilled = 1 on commitment_id;
    ConditionAdded = 1 on commitment_id;
    ConditionSatisfied = 1 on commitment_id;
    ConditionWaived = 1 on commitment_id;
    MilestoneProgressReported = 1 on commitment_id;
    MilestoneMissed = 1 on commitment_id;
    MilestoneReopened = 1 on commitment_id;
    FundsCommitmentAdjusted = 1 on commitment_id;
    DisbursementScheduled = 1 on commitment_id;
    DisputeResolved = 1 on commitment_id;
    ClaimVerified = 1 on commitment_id;
    EvidenceAttached = 1 on commitment_id;
    EvidenceUnavailable = 1 on commitment_id;
    AssessmentRecorded = 1 on commitment_id;
    SourceStatusAsserted = 1 on commitment_id;
    IndicatorDefined = 1 on indicator_id;
    IndicatorObserved = 1 on indicator_id;
    ExchangeRateRecorded = 1 on rate_id;
    LogKeyRotated = 1 on ledger;
    EntryCorrected = 1 on target_event_id;
    EntryRetracted = 1 on target_event_id;
}

/// Gives each fuzzy date of a field, whether the field is optional or not.
trait Dates {
    fn date(&mut self) -> Option<&mut FuzzyDate>;
    fn seen(&self) -> Option<&FuzzyDate>;
}

impl Dates for FuzzyDate {
    fn date(&mut self) -> Option<&mut FuzzyDate> {
        Some(self)
    }
    fn seen(&self) -> Option<&FuzzyDate> {
        Some(self)
    }
}

impl Dates for Option<FuzzyDate> {
    fn date(&mut self) -> Option<&mut FuzzyDate> {
        self.as_mut()
    }
    fn seen(&self) -> Option<&FuzzyDate> {
        self.as_ref()
    }
}

macro_rules! commands {
    ($($command:ident($payload:ty) on $id:ident, dates [$($date:ident $(.$inner:ident)?),*], by $rule:path;)*) => {
        /// What a sender wants recorded.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "command", content = "data")]
        pub enum Command {
            $(
                #[doc = concat!("`", stringify!($command), "`")]
                $command(Box<$payload>),
            )*
        }

        impl Command {
            /// The names of all commands.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($command)),*];

            /// The name of this command.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$command(_) => stringify!($command),)*
                }
            }

            /// The stream that the command writes to.
            pub fn stream(&self) -> StreamId {
                match self {
                    $(Self::$command(wish) => StreamId::from(&wish.$id),)*
                }
            }

            /// The command of a name and its JSON; `None` where there is no such command.
            pub(crate) fn from_json(
                name: &str,
                data: &str,
            ) -> Option<Result<Self, serde_path_to_error::Error<serde_json::Error>>> {
                let mut json = serde_json::Deserializer::from_str(data);
                match name {
                    $(stringify!($command) => Some(serde_path_to_error::deserialize(&mut json).map(Self::$command)),)*
                    _ => None,
                }
            }

            /// The command of a name and its value; `None` where there is no such command, or it does not read.
            pub(crate) fn of_value(name: &str, data: &serde_json::Value) -> Option<Self> {
                match name {
                    $(stringify!($command) => Deserialize::deserialize(data).ok().map(Self::$command),)*
                    _ => None,
                }
            }

            /// The fuzzy dates of the command, with the names of their fields.
            pub fn dates_mut(&mut self) -> Vec<(&'static str, &mut FuzzyDate)> {
                match self {
                    $(Self::$command(wish) => {
                        let _ = &wish;
                        let dates: Vec<(&'static str, Option<&mut FuzzyDate>)> =
                            vec![$((
                                concat!(stringify!($date) $(, "/", stringify!($inner))?),
                                wish.$date$(.$inner)?.date()
                            )),*];
                        dates.into_iter().filter_map(|(name, date)| date.map(|date| (name, date))).collect()
                    })*
                }
            }

            /// Whether a fuzzy date of the command still has to get its meaning.
            pub(crate) fn has_relative_dates(&self) -> bool {
                match self {
                    $(Self::$command(wish) => {
                        let _ = &wish;
                        let dates: [Option<&FuzzyDate>; _] = [$(wish.$date$(.$inner)?.seen()),*];
                        dates.into_iter().flatten().any(FuzzyDate::is_relative)
                    })*
                }
            }

            /// The JSON Schema of each command's data.
            pub fn payload_schemas(generator: &mut schemars::SchemaGenerator) -> Vec<(&'static str, schemars::Schema)> {
                vec![$((stringify!($command), generator.subschema_for::<$payload>())),*]
            }
        }

        /// Calls the one rule of a command.
        pub fn decide(command: &Command, case: &Case<'_>) -> Result<Decision, Refusal> {
            match command {
                $(Command::$command(wish) => $rule(wish, case),)*
            }
        }
    };
}

commands! {
    RegisterParty(PartyRegistered) on party_id, dates [], by party::register;
    MergeParties(PartiesMerged) on survivor, dates [], by party::merge;
    AnnouncePackage(PackageAnnounced) on package_id, dates [], by package::announce;
    RecordDeclaredTotal(DeclaredTotalRecorded) on package_id, dates [], by package::record_declared_total;
    SupersedeDeclaredTotal(DeclaredTotalSuperseded) on package_id, dates [], by package::supersede_total;
    ReconcileDeclaredTotal(DeclaredTotalReconciled) on package_id, dates [], by package::reconcile_total;
    RegisterAgreement(AgreementRegistered) on agreement_id, dates [], by agreement::register;
    SignAgreement(AgreementSigned) on agreement_id, dates [], by agreement::sign;
    LinkAgreementToPackage(AgreementLinkedToPackage) on agreement_id, dates [], by agreement::link_to_package;
    UnlinkAgreementFromPackage(AgreementUnlinkedFromPackage) on agreement_id, dates [],
        by agreement::unlink_from_package;
    ExpressConsent(ConsentToBeBoundExpressed) on agreement_id, dates [], by agreement::express_consent;
    MakeReservation(ReservationMade) on agreement_id, dates [], by agreement::make_reservation;
    ObjectToReservation(ReservationObjected) on agreement_id, dates [], by agreement::object_to_reservation;
    WithdrawReservation(ReservationWithdrawn) on agreement_id, dates [], by agreement::withdraw_reservation;
    SetEntryIntoForceRule(EntryIntoForceRuleSet) on agreement_id, dates [], by agreement::set_entry_rule;
    StartProvisionalApplication(ProvisionalApplicationStarted) on agreement_id, dates [],
        by agreement::start_provisional;
    EndProvisionalApplication(ProvisionalApplicationEnded) on agreement_id, dates [], by agreement::end_provisional;
    EnterIntoForce(AgreementEnteredIntoForce) on agreement_id, dates [], by agreement::enter_into_force;
    RecordTreatyRegistration(TreatyRegistrationRecorded) on agreement_id, dates [],
        by agreement::record_registration;
    AmendAgreement(AgreementAmended) on agreement_id, dates [], by agreement::amend;
    ProposeTextCorrection(AgreementTextCorrectionProposed) on agreement_id, dates [],
        by agreement::propose_text_correction;
    ObjectToTextCorrection(AgreementTextCorrectionObjected) on agreement_id, dates [],
        by agreement::object_to_text_correction;
    AdoptTextCorrection(AgreementTextCorrectionAdopted) on agreement_id, dates [],
        by agreement::adopt_text_correction;
    SuspendAgreement(AgreementSuspended) on agreement_id, dates [], by agreement::suspend;
    ResumeAgreement(AgreementResumed) on agreement_id, dates [], by agreement::resume;
    NotifyWithdrawal(WithdrawalNotified) on agreement_id, dates [], by agreement::notify_withdrawal;
    TerminateAgreement(AgreementTerminated) on agreement_id, dates [], by agreement::terminate;
    ExpireAgreement(AgreementExpired) on agreement_id, dates [], by agreement::expire;
    SupersedeAgreement(AgreementSuperseded) on agreement_id, dates [], by agreement::supersede;
    NoteProspect(ProspectNoted) on commitment_id, dates [], by commitment::note_prospect;
    MakeCommitment(CommitmentMade) on commitment_id, dates [planned_start, planned_end], by commitment::make;
    PlanMilestone(MilestonePlanned) on commitment_id, dates [due], by commitment::plan_milestone;
    RebaselineMilestone(MilestoneRebaselined) on commitment_id, dates [new_due], by commitment::rebaseline_milestone;
    AchieveMilestone(MilestoneAchieved) on commitment_id, dates [achieved_on], by commitment::achieve_milestone;
    CancelMilestone(MilestoneCancelled) on commitment_id, dates [], by commitment::cancel_milestone;
    CommitFunds(FundsCommitted) on commitment_id, dates [], by commitment::commit_funds;
    DisburseFunds(FundsDisbursed) on commitment_id, dates [value_date], by commitment::disburse_funds;
    ReturnFunds(FundsReturned) on commitment_id, dates [], by commitment::return_funds;
    ConfirmClaim(ClaimConfirmed) on commitment_id, dates [], by commitment::confirm_claim;
    DisputeClaim(ClaimDisputed) on commitment_id, dates [], by commitment::dispute_claim;
    PromoteProspect(CommitmentPromoted) on commitment_id,
        dates [promise.planned_start, promise.planned_end], by commitment::promote;
    AmendCommitment(CommitmentAmended) on commitment_id, dates [], by commitment::amend;
    SplitCommitment(CommitmentSplit) on commitment_id, dates [], by commitment::split;
    MergeCommitments(CommitmentsMerged) on commitment_id, dates [], by commitment::merge;
    SuspendCommitment(CommitmentSuspended) on commitment_id, dates [], by commitment::suspend;
    ResumeCommitment(CommitmentResumed) on commitment_id, dates [], by commitment::resume;
    CancelCommitment(CommitmentCancelled) on commitment_id, dates [], by commitment::cancel;
    FulfilCommitment(CommitmentFulfilled) on commitment_id, dates [actual_end], by commitment::fulfil;
    AddCondition(ConditionAdded) on commitment_id, dates [], by commitment::add_condition;
    SatisfyCondition(ConditionSatisfied) on commitment_id, dates [satisfied_on], by commitment::satisfy_condition;
    WaiveCondition(ConditionWaived) on commitment_id, dates [], by commitment::waive_condition;
    ReportMilestoneProgress(MilestoneProgressReported) on commitment_id, dates [], by commitment::report_progress;
    MissMilestone(MilestoneMissed) on commitment_id, dates [], by commitment::miss_milestone;
    ReopenMilestone(MilestoneReopened) on commitment_id, dates [], by commitment::reopen_milestone;
    AdjustFunds(FundsCommitmentAdjusted) on commitment_id, dates [], by commitment::adjust_funds;
    ScheduleDisbursement(DisbursementScheduled) on commitment_id, dates [due], by commitment::schedule_disbursement;
    ResolveDispute(DisputeResolved) on commitment_id, dates [], by commitment::resolve_dispute;
    VerifyClaim(ClaimVerified) on commitment_id, dates [], by commitment::verify_claim;
    AttachEvidence(EvidenceAttached) on commitment_id, dates [], by commitment::attach_evidence;
    ReportEvidenceUnavailable(EvidenceUnavailable) on commitment_id, dates [],
        by commitment::report_evidence_unavailable;
    RecordAssessment(AssessmentRecorded) on commitment_id, dates [], by commitment::record_assessment;
    AssertSourceStatus(SourceStatusAsserted) on commitment_id, dates [], by commitment::assert_source_status;
    DefineIndicator(IndicatorDefined) on indicator_id, dates [], by indicator::define;
    ObserveIndicator(IndicatorObserved) on indicator_id, dates [period], by indicator::observe;
    RecordExchangeRate(ExchangeRateRecorded) on rate_id, dates [], by indicator::record_exchange_rate;
    CorrectEntry(CorrectEntry) on stream, dates [], by entry::correct;
    RetractEntry(RetractEntry) on stream, dates [], by entry::retract;
}
