//! Payloads of how an agreement comes to bind: consent, reservations, entry into force, registration.

use serde::{Deserialize, Serialize};

use crate::dates::LedgerDate;
use crate::ids::{AgreementId, AmendmentId, PartyId, ReservationId};
use crate::money::Weight;
use crate::text::{Line, Texts};

/// How a party says that it is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentForm {
    /// Ratification.
    Ratification,
    /// Acceptance.
    Acceptance,
    /// Approval.
    Approval,
    /// Accession, by a party that did not take part from the start.
    Accession,
    /// Notice that internal procedures are complete.
    NotificationOfInternalProcedures,
}

/// A party expressed its consent to be bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentToBeBoundExpressed {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// The party.
    pub party_id: PartyId,
    /// How it consents.
    pub consent_form: ConsentForm,
    /// The date of the instrument.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument_date: Option<LedgerDate>,
    /// The day on which it was deposited or notified; consent counts from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposited_on: Option<LedgerDate>,
    /// The party's share toward a threshold of entry into force, in percent, such as its share of emissions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_percent: Option<Weight>,
}

impl ConsentToBeBoundExpressed {
    /// The day from which it counts: of the deposit, else of the instrument.
    pub fn date(&self) -> Option<LedgerDate> {
        self.deposited_on.or(self.instrument_date)
    }
}

/// A party limited what it is bound by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReservationMade {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// Id of the reservation within the agreement.
    pub reservation_id: ReservationId,
    /// The party.
    pub party_id: PartyId,
    /// What it says, per language.
    pub text: Texts,
    /// Whether the other parties accepted that it comes after consent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
}

/// Another party objected to a reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReservationObjected {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// The reservation.
    pub reservation_id: ReservationId,
    /// Who objects.
    pub party_id: PartyId,
    /// What it says, per language.
    pub text: Texts,
}

/// A party took its reservation back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReservationWithdrawn {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// The reservation.
    pub reservation_id: ReservationId,
    /// The party that made it.
    pub party_id: PartyId,
}

/// What an agreement says of its own entry into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EntryRule {
    /// When the last of its parties has signed.
    OnSignature,
    /// So many days after the last of its parties consented.
    DaysAfterLastNotification {
        /// The days.
        days: u32,
    },
    /// So many days after so many parties consented, with such a share together.
    NPartiesAndShare {
        /// How many parties.
        parties: u32,
        /// Their shares together, in percent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        share_percent: Option<Weight>,
        /// The days.
        days_after: u32,
    },
    /// On a date.
    FixedDate {
        /// The date.
        date: LedgerDate,
    },
}

/// The rule of entry into force was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryIntoForceRuleSet {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// The rule.
    pub rule: EntryRule,
    /// Days between the deposit and the effect for a party that consents later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_after_deposit_for_later_parties: Option<u32>,
    /// The amendment that replaces the earlier rule by this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_amendment: Option<AmendmentId>,
}

/// An agreement began to be applied before its entry into force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvisionalApplicationStarted {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// The parties that apply it; none named: all of its parties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<PartyId>,
    /// The first day.
    pub effective_on: LedgerDate,
}

/// Provisional application ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvisionalApplicationEnded {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// The parties that no longer apply it; none named: all that do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<PartyId>,
    /// The first day without it.
    pub effective_on: LedgerDate,
}

/// For whom an agreement enters into force.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryScope {
    /// As such, between those that consented by then.
    All,
    /// For one party.
    ForParty(PartyId),
}

/// An agreement entered into force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementEnteredIntoForce {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// For whom.
    pub scope: EntryScope,
    /// The first day in force.
    pub effective_on: LedgerDate,
    /// Whether the date was computed by the rule, not stated by a source.
    pub computed_by_rule: bool,
}

/// A register of treaties took an agreement in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TreatyRegistrationRecorded {
    /// The agreement.
    pub agreement_id: AgreementId,
    /// The register, such as `UNTS`.
    pub register: Line,
    /// The number in it.
    pub number: Line,
    /// The day.
    pub registered_on: LedgerDate,
}
