//! Flags: warnings that a rule raised while a fact was recorded. They are stored with the fact, for good.
//!
//! A flag never stops a fact. What a rule read in other streams stands in `checked_against`, so that the warning can be
//! understood later, when those streams have moved on.

use serde::{Deserialize, Serialize};

use crate::text::Line;

/// What a warning is about; the code of a flag, stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlagCode {
    /// A party without an organisation identifier.
    NoOrgId,
    /// A party named here is not registered.
    PartyUnknown,
    /// A package without the day on which its words were spoken.
    NoAnchorDate,
    /// The parts of a declared total do not sum to it.
    BreakdownDoesNotSum,
    /// The legal effect was inferred from the title.
    LegalEffectInferred,
    /// Signed after the date on which it is said to take effect.
    SignedAfterEffect,
    /// Signed on a day that is not the package's.
    SignedOutsidePackage,
    /// The package named here is not in the ledger.
    PackageUnknown,
    /// The agreement named here is not in the ledger.
    AgreementUnknown,
    /// The umbrella named here is not in the ledger.
    UmbrellaUnknown,
    /// The agreement named here has no signature yet, as of the date of this fact.
    AgreementNotSigned,
    /// The commitment named as the one that was split does not name this part, or not with this amount and weight.
    SplitPartDiffers,
    /// A commitment without a planned end.
    NoPlannedEnd,
    /// The planned end lies before the planned start.
    EndBeforeStart,
    /// A milestone without a due date.
    NoDueDate,
    /// Rescheduled after the old due date had passed.
    LateReschedule,
    /// Achieved before the agreement was signed.
    BeforeSignature,
    /// A claim without evidence.
    NoEvidence,
    /// The currency differs from the commitment's, and no rate is recorded.
    CurrencyDiffers,
    /// More is paid out than was committed.
    AboveCommitted,
    /// Money is paid out without a commitment of funds.
    NoFundsCommitted,
    /// The correction makes earlier confirmations of the claim lapse.
    ConfirmationLapses,
    /// Recorded after the end, of a time before it.
    LateReport,
    /// It was so after the end of the agreement behind it, and nothing says that the commitment goes on.
    AgreementHasEnded,
    /// Paid after the promise was reported as kept.
    PaidAfterFulfilment,
    /// Work on milestones is not finished.
    OpenMilestones,
    /// No claim was confirmed by another party or verified.
    NothingConfirmed,
    /// Not every party agreed.
    NotAgreedByAll,
    /// Less is done than was reported before.
    ProgressFalls,
    /// More is scheduled than was committed.
    ScheduleAboveCommitted,
    /// A document with the same hash stands there under another address.
    SameHashOtherUrl,
    /// What the source says differs from what follows from the facts.
    StatusDisagrees,
    /// The period overlaps another one from the same source.
    PeriodOverlaps,
    /// The withdrawal takes effect before the time of notice is over.
    NoticeTooShort,
    /// Amended by fewer parties than signed the agreement.
    AmendedByFewerParties,
    /// Registered before it entered into force.
    RegisteredBeforeEntry,
    /// In force before it was signed.
    EntryBeforeSignature,
    /// The date of entry into force is not the one that the rule gives.
    EntryDateDiffersFromRule,
    /// The date is said to be computed by the rule, and what is recorded gives none.
    NoDateByRule,
    /// Applied provisionally from a day on which it is in force already.
    AlreadyInForce,
    /// Provisional application is recorded after the definitive entry into force was, of a time before it.
    EntryAlreadyRecorded,
    /// Consent to be bound before the party signed.
    ConsentBeforeSignature,
}

/// A warning, with the rule that raised it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// What it is about.
    pub code: FlagCode,
    /// The rule that raised it, by the name of the command that it answers. Entries of old may not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Line>,
    /// Version of the rule that raised it.
    pub rule_version: u16,
    /// Streams that the rule read, as `stream@revision`; its own stream, where it looked at one fact of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checked_against: Vec<Line>,
    /// Of a late report: days from the last day on which it can have been so to the day on which it was recorded.
    /// Entries of old do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_late: Option<u32>,
}

impl Flag {
    /// A flag of the rule's first version, which read nothing but its own stream.
    pub fn new(code: FlagCode) -> Self {
        Self { code, rule: None, rule_version: 1, checked_against: Vec::new(), days_late: None }
    }

    /// The same flag, having read `stream` up to `revision`.
    #[must_use]
    pub fn against(mut self, stream: &crate::ids::StreamId, revision: crate::ids::Revision) -> Self {
        if let Ok(read) = format!("{stream}@{revision}").parse() {
            self.checked_against.push(read);
        }
        self
    }
}
