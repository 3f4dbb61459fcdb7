//! One agreement: who signed, who is bound and how, whether it is in force, and what became of it.
//!
//! Its status is derived from the facts and the date; nobody records it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::agreement::{
    AgreementAmended, AgreementEnteredIntoForce, AgreementRegistered, AgreementSigned, AgreementTextCorrectionProposed,
    CommitmentFate, ConsentToBeBoundExpressed, Ending, EntryIntoForceRuleSet, EntryScope, ReservationMade, State,
    Stated, TreatyRegistrationRecorded, WithdrawalNotified, entry_by_rule, entry_of_party_by_rule,
};
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_events::ids::{AgreementId, CommitmentId, PackageId, PartyId, Position};
use servanda_events::text::{Line, Texts};

use super::entries_of;

/// An agreement at a date, as known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgreementView {
    /// What was registered.
    #[serde(flatten)]
    pub agreement: AgreementRegistered,
    /// Positions of the entries behind that.
    pub registered: Vec<Position>,
    /// Where it stands on the date.
    pub status: AgreementStatus,
    /// The signatures.
    pub signatures: Vec<SignatureView>,
    /// The packages it belongs to.
    pub packages: Vec<PackageId>,
    /// Positions of the entries that name it as one of them.
    pub linked: Vec<Position>,
    /// Consents to be bound.
    pub consents: Vec<ConsentView>,
    /// Reservations.
    pub reservations: Vec<ReservationView>,
    /// The rule of entry into force.
    pub entry_rule: Option<Sourced<EntryIntoForceRuleSet>>,
    /// The date that the rule gives, as far as the facts tell.
    pub entry_by_rule: Option<LedgerDate>,
    /// Entries into force, as such and for single parties.
    pub entries_into_force: Vec<Sourced<AgreementEnteredIntoForce>>,
    /// The parties that apply it provisionally on the date.
    pub provisionally_applied_by: Vec<PartyId>,
    /// Registers that took it in.
    pub registrations: Vec<Sourced<TreatyRegistrationRecorded>>,
    /// Amendments, those that take effect after the date among them.
    pub amendments: Vec<Sourced<AgreementAmended>>,
    /// Corrections of its text.
    pub text_corrections: Vec<TextCorrectionView>,
    /// Since when it is suspended, where it is on the date.
    pub suspended_since: Option<LedgerDate>,
    /// Notices of withdrawal.
    pub withdrawals: Vec<Sourced<WithdrawalNotified>>,
    /// Its end, which may lie after the date.
    pub end: Option<EndView>,
    /// Whether any of it is invented to demonstrate the program.
    pub demonstration: bool,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// Where an agreement stands on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgreementStatus {
    /// Nobody has signed it.
    Registered,
    /// Signed or consented to, and not in force.
    Signed,
    /// Applied before its entry into force, by one party at least.
    ProvisionallyApplied,
    /// In force, for one party at least.
    InForce,
    /// Not applied for a time.
    Suspended,
    /// At an end.
    Ended,
}

/// A fact as it was stated, with its date and entries.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Sourced<T> {
    /// What was stated.
    #[serde(flatten)]
    pub fact: T,
    /// When it was so.
    pub occurred_on: FuzzyDate,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A signature, with its date and entry.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SignatureView {
    /// Who signed and how.
    #[serde(flatten)]
    pub signature: AgreementSigned,
    /// When.
    pub signed_on: FuzzyDate,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A consent to be bound, with what the rule makes of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ConsentView {
    /// Who consented and how.
    #[serde(flatten)]
    pub consent: ConsentToBeBoundExpressed,
    /// When it counts from.
    pub consented_on: FuzzyDate,
    /// The date of entry into force for the party that the rule gives.
    pub entry_by_rule: Option<LedgerDate>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A reservation, with what followed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReservationView {
    /// Who made it and what it says.
    #[serde(flatten)]
    pub reservation: ReservationMade,
    /// When.
    pub made_on: FuzzyDate,
    /// Objections of other parties.
    pub objections: Vec<ObjectionView<Texts>>,
    /// When it was taken back.
    pub withdrawn_on: Option<FuzzyDate>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// An objection.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ObjectionView<T> {
    /// Who objects.
    pub by_party: PartyId,
    /// What it says.
    pub text: T,
    /// When.
    pub objected_on: FuzzyDate,
}

/// A correction of the text, with what followed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TextCorrectionView {
    /// What was proposed.
    #[serde(flatten)]
    pub proposal: AgreementTextCorrectionProposed,
    /// When.
    pub proposed_on: FuzzyDate,
    /// Objections.
    pub objections: Vec<ObjectionView<Line>>,
    /// When it was adopted.
    pub adopted_on: Option<LedgerDate>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// The end of an agreement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EndView {
    /// How it ended.
    pub how: Ending,
    /// The first day without it.
    pub effective_on: LedgerDate,
    /// The agreement in its place.
    pub successor: Option<AgreementId>,
    /// What becomes of its commitments.
    pub fates: Vec<CommitmentFate>,
    /// Commitments made under it whose fate nobody stated, once the end has come.
    pub without_fate: Vec<CommitmentId>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

impl AgreementStatus {
    fn of(state: &State<'_>, on: LedgerDate) -> Self {
        if state.end.is_some_and(|end| end.effective_on <= on) {
            Self::Ended
        } else if state.is_suspended(Some(on)) {
            Self::Suspended
        } else if state.entries.iter().any(|(_, entry)| entry.effective_on <= on && stays(state, &entry.scope, on)) {
            Self::InForce
        } else if state.provisional.iter().any(|p| p.is_open(Some(on))) {
            Self::ProvisionallyApplied
        } else if !state.signatures.is_empty() || !state.consents.is_empty() {
            Self::Signed
        } else {
            Self::Registered
        }
    }
}

/// Whether the party of an entry into force for one party has not left by the date.
fn stays(state: &State<'_>, scope: &EntryScope, on: LedgerDate) -> bool {
    match scope {
        EntryScope::All => true,
        EntryScope::ForParty(party) => {
            let entered = state.entry(scope).map(|(fact, _)| fact.revision);
            let left = state.withdrawal_of(party).filter(|(_, notice)| notice.effective_on <= on);
            left.is_none_or(|(fact, _)| Some(fact.revision) < entered)
        }
    }
}

impl<T: Clone> Sourced<T> {
    fn of((fact, stated): Stated<'_, T>) -> Self {
        Self { fact: stated.clone(), occurred_on: fact.occurred_on.clone(), entries: entries_of([fact]) }
    }

    fn all(stated: &[Stated<'_, T>]) -> Vec<Self> {
        stated.iter().map(|stated| Self::of(*stated)).collect()
    }
}

impl AgreementView {
    /// Positions of the entries by which it is a document, and one of its packages.
    pub(crate) fn named_as_one(&self) -> impl Iterator<Item = Position> {
        self.registered.iter().chain(&self.linked).copied()
    }

    pub(crate) fn of(facts: &[Arc<Fact>], as_of: LedgerDate) -> Option<Self> {
        let state = State::of(facts, Some(as_of));
        let (registered, agreement) = state.registered()?;
        let open = state.suspensions.iter().find(|suspension| suspension.is_open(Some(as_of)));
        let provisional = state.provisional.iter().filter(|p| p.is_open(Some(as_of)));
        Some(Self {
            agreement: agreement.clone(),
            registered: entries_of([registered]),
            status: AgreementStatus::of(&state, as_of),
            signatures: state
                .signatures
                .iter()
                .map(|(fact, signed)| SignatureView {
                    signature: (*signed).clone(),
                    signed_on: fact.occurred_on.clone(),
                    entries: entries_of([*fact]),
                })
                .collect(),
            packages: state.packages().into_iter().cloned().collect(),
            linked: entries_of(state.links.iter().map(|(fact, _)| *fact)),
            consents: consents(&state),
            reservations: reservations(&state),
            entry_rule: state.rule.map(Sourced::of),
            entry_by_rule: entry_by_rule(&state),
            entries_into_force: Sourced::all(&state.entries),
            provisionally_applied_by: provisional.map(|p| p.party.clone()).collect(),
            registrations: Sourced::all(&state.registrations),
            amendments: Sourced::all(&state.amendments),
            text_corrections: text_corrections(&state),
            suspended_since: open.map(|suspension| suspension.suspended.1.effective_on),
            withdrawals: Sourced::all(&state.withdrawals),
            end: state.end.map(|end| EndView {
                how: end.how,
                effective_on: end.effective_on,
                successor: end.successor.cloned(),
                fates: end.fates.to_vec(),
                without_fate: Vec::new(),
                entries: entries_of([end.fact]),
            }),
            demonstration: super::any_demonstration(facts),
            entries: super::all_entries(facts),
        })
    }
}

fn consents(state: &State<'_>) -> Vec<ConsentView> {
    let view = |(fact, consent): &Stated<'_, ConsentToBeBoundExpressed>| {
        let newest = state.newest_consent_of(&consent.party_id).is_some_and(|(f, _)| f.event_id == fact.event_id);
        ConsentView {
            consent: (*consent).clone(),
            consented_on: fact.occurred_on.clone(),
            entry_by_rule: newest.then(|| entry_of_party_by_rule(state, &consent.party_id)).flatten(),
            entries: entries_of([*fact]),
        }
    };
    state.consents.iter().map(view).collect()
}

fn reservations(state: &State<'_>) -> Vec<ReservationView> {
    let view = |reservation: &servanda_events::agreement::Reservation<'_>| {
        let (fact, made) = reservation.made;
        let objections = reservation.objections.iter().map(|(fact, _)| *fact);
        let withdrawn = reservation.withdrawn.map(|(fact, _)| fact);
        ReservationView {
            reservation: made.clone(),
            made_on: fact.occurred_on.clone(),
            objections: reservation
                .objections
                .iter()
                .map(|(fact, objection)| ObjectionView {
                    by_party: objection.party_id.clone(),
                    text: objection.text.clone(),
                    objected_on: fact.occurred_on.clone(),
                })
                .collect(),
            withdrawn_on: withdrawn.map(|fact| fact.occurred_on.clone()),
            entries: entries_of([fact].into_iter().chain(objections).chain(withdrawn)),
        }
    };
    state.reservations.iter().map(view).collect()
}

fn text_corrections(state: &State<'_>) -> Vec<TextCorrectionView> {
    let view = |correction: &servanda_events::agreement::TextCorrection<'_>| {
        let (fact, proposal) = correction.proposed;
        let objections = correction.objections.iter().map(|(fact, _)| *fact);
        TextCorrectionView {
            proposal: proposal.clone(),
            proposed_on: fact.occurred_on.clone(),
            objections: correction
                .objections
                .iter()
                .map(|(fact, objection)| ObjectionView {
                    by_party: objection.by_party.clone(),
                    text: objection.reason.clone(),
                    objected_on: fact.occurred_on.clone(),
                })
                .collect(),
            adopted_on: correction.adopted.map(|(_, adopted)| adopted.adopted_on),
            entries: entries_of([fact].into_iter().chain(objections).chain(correction.adopted.map(|(f, _)| f))),
        }
    };
    state.text_corrections.iter().map(view).collect()
}
