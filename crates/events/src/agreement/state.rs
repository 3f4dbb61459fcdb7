//! An agreement as its facts tell it: who signed, who is bound and how, whether it is in force, and how it ended.
//!
//! The rules look at all facts in effect; a reader who asks "as of" a date looks at those that were so by then. A fact
//! that takes effect later than it was so counts from its effect: the questions below that ask for a date say so.

use std::sync::Arc;

use crate::agreement::{
    AgreementAmended, AgreementEnteredIntoForce, AgreementLinkedToPackage, AgreementRegistered, AgreementResumed,
    AgreementSigned, AgreementSuspended, AgreementTextCorrectionAdopted, AgreementTextCorrectionObjected,
    AgreementTextCorrectionProposed, ConsentToBeBoundExpressed, EntryIntoForceRuleSet, EntryScope,
    ProvisionalApplicationEnded, ProvisionalApplicationStarted, ReservationMade, ReservationObjected,
    ReservationWithdrawn, TreatyRegistrationRecorded, WithdrawalNotified,
};
use crate::agreement::{CommitmentFate, PartyRole};
use crate::catalogue::Event;
use crate::dates::LedgerDate;
use crate::ids::{AgreementId, CorrectionId, PackageId, PartyId, ReservationId};
use crate::recorded::Fact;

/// A payload with the fact that holds it.
pub type Stated<'a, T> = (&'a Fact, &'a T);

/// An agreement.
#[derive(Debug, Clone, Default)]
pub struct State<'a> {
    registered: Option<Stated<'a, AgreementRegistered>>,
    /// Packages that it belongs to.
    pub links: Vec<Stated<'a, AgreementLinkedToPackage>>,
    /// Signatures.
    pub signatures: Vec<Stated<'a, AgreementSigned>>,
    /// Consents, those of parties that withdrew since among them.
    pub consents: Vec<Stated<'a, ConsentToBeBoundExpressed>>,
    /// Reservations.
    pub reservations: Vec<Reservation<'a>>,
    /// The rule of entry into force.
    pub rule: Option<Stated<'a, EntryIntoForceRuleSet>>,
    /// Provisional application, party by party.
    pub provisional: Vec<Provisional<'a>>,
    /// Entries into force.
    pub entries: Vec<Stated<'a, AgreementEnteredIntoForce>>,
    /// Registers that took it in.
    pub registrations: Vec<Stated<'a, TreatyRegistrationRecorded>>,
    /// Amendments.
    pub amendments: Vec<Stated<'a, AgreementAmended>>,
    /// Corrections of its text.
    pub text_corrections: Vec<TextCorrection<'a>>,
    /// Times in which it was not applied.
    pub suspensions: Vec<Suspension<'a>>,
    /// Notices of withdrawal.
    pub withdrawals: Vec<Stated<'a, WithdrawalNotified>>,
    /// Its end.
    pub end: Option<End<'a>>,
}

/// A reservation with what followed.
#[derive(Debug, Clone)]
pub struct Reservation<'a> {
    /// The reservation.
    pub made: Stated<'a, ReservationMade>,
    /// Objections of other parties.
    pub objections: Vec<Stated<'a, ReservationObjected>>,
    /// That it was taken back.
    pub withdrawn: Option<Stated<'a, ReservationWithdrawn>>,
}

/// A time in which a party applied an agreement before its entry into force.
#[derive(Debug, Clone)]
pub struct Provisional<'a> {
    /// The party.
    pub party: &'a PartyId,
    /// Its beginning.
    pub started: Stated<'a, ProvisionalApplicationStarted>,
    /// Its end.
    pub ended: Option<Stated<'a, ProvisionalApplicationEnded>>,
}

/// A correction of the text with what followed.
#[derive(Debug, Clone)]
pub struct TextCorrection<'a> {
    /// The proposal.
    pub proposed: Stated<'a, AgreementTextCorrectionProposed>,
    /// Objections.
    pub objections: Vec<Stated<'a, AgreementTextCorrectionObjected>>,
    /// That it was adopted.
    pub adopted: Option<Stated<'a, AgreementTextCorrectionAdopted>>,
}

/// A time in which an agreement was not applied.
#[derive(Debug, Clone)]
pub struct Suspension<'a> {
    /// Its beginning.
    pub suspended: Stated<'a, AgreementSuspended>,
    /// Its end.
    pub resumed: Option<Stated<'a, AgreementResumed>>,
}

/// How an agreement ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Its parties ended it.
    Terminated,
    /// Its time was over.
    Expired,
    /// Another agreement took its place.
    Superseded,
}

/// The end of an agreement.
#[derive(Debug, Clone, Copy)]
pub struct End<'a> {
    /// The fact.
    pub fact: &'a Fact,
    /// How.
    pub how: Ending,
    /// The first day without it.
    pub effective_on: LedgerDate,
    /// What becomes of its commitments.
    pub fates: &'a [CommitmentFate],
    /// The agreement in its place.
    pub successor: Option<&'a AgreementId>,
}

impl Provisional<'_> {
    /// Whether the party applied the agreement provisionally on a day; whether it does at last, where none is given.
    pub fn is_open(&self, on: Option<LedgerDate>) -> bool {
        let ended = self.ended.map(|(_, ended)| ended.effective_on);
        on.map_or(ended.is_none(), |day| {
            self.started.1.effective_on <= day && ended.is_none_or(|ended_on| day < ended_on)
        })
    }
}

impl Suspension<'_> {
    /// Whether the agreement was suspended on a day; whether it is at last, where none is given.
    pub fn is_open(&self, on: Option<LedgerDate>) -> bool {
        let resumed = self.resumed.map(|(_, resumed)| resumed.effective_on);
        on.map_or(resumed.is_none(), |day| {
            self.suspended.1.effective_on <= day && resumed.is_none_or(|resumed_on| day < resumed_on)
        })
    }
}

impl<'a> State<'a> {
    /// The agreement that `facts` tell, counting only what was so by `as_of` where a date is given.
    pub fn of(facts: &'a [Arc<Fact>], as_of: Option<LedgerDate>) -> Self {
        let mut state = Self::default();
        let mut so: Vec<&Fact> = facts.iter().map(AsRef::as_ref).collect();
        so.retain(|fact| as_of.is_none_or(|date| fact.occurred_on.earliest <= date));
        // Who its parties are is asked while the rest is taken in.
        state.registered = so.iter().find_map(|fact| match &fact.event {
            Event::AgreementRegistered(agreement) => Some((*fact, agreement.as_ref())),
            _ => None,
        });
        for fact in so {
            state.take(fact);
        }
        state
    }

    fn take(&mut self, fact: &'a Fact) {
        match &fact.event {
            Event::AgreementSigned(e) => self.signatures.push((fact, e)),
            Event::AgreementLinkedToPackage(e) => self.links.push((fact, e)),
            Event::AgreementUnlinkedFromPackage(e) => self.links.retain(|(_, link)| link.package_id != e.package_id),
            Event::ConsentToBeBoundExpressed(e) => self.consents.push((fact, e)),
            Event::ReservationMade(e) => {
                self.reservations.push(Reservation { made: (fact, e), objections: Vec::new(), withdrawn: None });
            }
            Event::ReservationObjected(e) => {
                if let Some(reservation) = self.reservation_mut(&e.reservation_id) {
                    reservation.objections.push((fact, e));
                }
            }
            Event::ReservationWithdrawn(e) => {
                if let Some(reservation) = self.reservation_mut(&e.reservation_id) {
                    reservation.withdrawn = Some((fact, e));
                }
            }
            Event::EntryIntoForceRuleSet(e) => self.rule = Some((fact, e)),
            Event::ProvisionalApplicationStarted(e) => {
                for party in self.or_all(&e.parties) {
                    self.provisional.push(Provisional { party, started: (fact, e), ended: None });
                }
            }
            Event::ProvisionalApplicationEnded(e) => {
                let ends = |p: &&mut Provisional<'a>| e.parties.is_empty() || e.parties.contains(p.party);
                for open in self.provisional.iter_mut().filter(|p| p.is_open(None)).filter(ends) {
                    open.ended = Some((fact, e));
                }
            }
            Event::AgreementEnteredIntoForce(e) => self.entries.push((fact, e)),
            Event::TreatyRegistrationRecorded(e) => self.registrations.push((fact, e)),
            Event::AgreementAmended(e) => self.amendments.push((fact, e)),
            Event::AgreementTextCorrectionProposed(e) => {
                self.text_corrections.push(TextCorrection {
                    proposed: (fact, e),
                    objections: Vec::new(),
                    adopted: None,
                });
            }
            Event::AgreementTextCorrectionObjected(e) => {
                if let Some(correction) = self.text_correction_mut(&e.correction_id) {
                    correction.objections.push((fact, e));
                }
            }
            Event::AgreementTextCorrectionAdopted(e) => {
                if let Some(correction) = self.text_correction_mut(&e.correction_id) {
                    correction.adopted = Some((fact, e));
                }
            }
            Event::AgreementSuspended(e) => self.suspensions.push(Suspension { suspended: (fact, e), resumed: None }),
            Event::AgreementResumed(e) => {
                if let Some(open) = self.suspensions.iter_mut().rev().find(|s| s.is_open(None)) {
                    open.resumed = Some((fact, e));
                }
            }
            Event::WithdrawalNotified(e) => self.withdrawals.push((fact, e)),
            Event::AgreementTerminated(_) | Event::AgreementExpired(_) | Event::AgreementSuperseded(_) => {
                self.end = End::of(fact);
            }
            // Facts of other families never stand in this stream; who its parties are was asked first.
            _ => {}
        }
    }

    fn reservation_mut(&mut self, id: &ReservationId) -> Option<&mut Reservation<'a>> {
        self.reservations.iter_mut().find(|r| r.made.1.reservation_id == *id)
    }

    fn text_correction_mut(&mut self, id: &CorrectionId) -> Option<&mut TextCorrection<'a>> {
        self.text_corrections.iter_mut().find(|c| c.proposed.1.correction_id == *id)
    }

    /// What was registered.
    pub fn registered(&self) -> Option<Stated<'a, AgreementRegistered>> {
        self.registered
    }

    /// The parties that are bound or to be bound, as registered.
    pub fn parties(&self) -> impl Iterator<Item = &'a PartyId> + use<'a> {
        let listed = self.registered.map(|(_, agreement)| agreement.parties.as_slice()).unwrap_or_default();
        listed.iter().filter(|listed| listed.role == PartyRole::Party).map(|listed| &listed.party_id)
    }

    /// The parties named, or all that are to be bound where none is.
    pub(crate) fn or_all(&self, named: &'a [PartyId]) -> Vec<&'a PartyId> {
        if named.is_empty() { self.parties().collect() } else { named.iter().collect() }
    }

    /// Whether a party is listed, or acceded.
    pub fn is_party(&self, party: &PartyId) -> bool {
        let listed = self.registered.is_some_and(|(_, agreement)| agreement.lists(party));
        listed || self.consents.iter().any(|(_, consent)| consent.party_id == *party)
    }

    /// The packages that it belongs to, each once.
    pub fn packages(&self) -> Vec<&'a PackageId> {
        let mut packages: Vec<&PackageId> = Vec::new();
        for (_, link) in &self.links {
            if !packages.contains(&&link.package_id) {
                packages.push(&link.package_id);
            }
        }
        packages
    }

    /// A reservation.
    pub fn reservation(&self, id: &ReservationId) -> Option<&Reservation<'a>> {
        self.reservations.iter().find(|r| r.made.1.reservation_id == *id)
    }

    /// A correction of the text.
    pub fn text_correction(&self, id: &CorrectionId) -> Option<&TextCorrection<'a>> {
        self.text_corrections.iter().find(|c| c.proposed.1.correction_id == *id)
    }

    /// The consent of a party, unless it gave notice of withdrawal since.
    pub fn consent_of(&self, party: &PartyId) -> Option<Stated<'a, ConsentToBeBoundExpressed>> {
        let consent = self.consents.iter().rfind(|(_, consent)| consent.party_id == *party)?;
        let left = self.withdrawal_of(party).is_some_and(|(fact, _)| fact.revision > consent.0.revision);
        (!left).then_some(*consent)
    }

    /// The consent of a party that is newest by its date, whatever came of it since.
    pub fn newest_consent_of(&self, party: &PartyId) -> Option<Stated<'a, ConsentToBeBoundExpressed>> {
        let of_party = self.consents.iter().filter(|(_, consent)| consent.party_id == *party);
        of_party.max_by_key(|(fact, _)| fact.occurred_on.latest).copied()
    }

    /// The newest notice of withdrawal of a party.
    pub fn withdrawal_of(&self, party: &PartyId) -> Option<Stated<'a, WithdrawalNotified>> {
        self.withdrawals.iter().rfind(|(_, notice)| notice.party_id == *party).copied()
    }

    /// The day on which it entered into force as such, as recorded.
    pub fn entered_on(&self) -> Option<LedgerDate> {
        self.entry(&EntryScope::All).map(|(_, entry)| entry.effective_on)
    }

    /// The newest entry into force of a scope.
    pub fn entry(&self, scope: &EntryScope) -> Option<Stated<'a, AgreementEnteredIntoForce>> {
        self.entries.iter().rfind(|(_, entry)| entry.scope == *scope).copied()
    }

    /// Whether it was suspended on a day; whether it is at last, where none is given.
    pub fn is_suspended(&self, on: Option<LedgerDate>) -> bool {
        self.suspensions.iter().any(|suspension| suspension.is_open(on))
    }
}

impl<'a> End<'a> {
    fn of(fact: &'a Fact) -> Option<Self> {
        let (how, effective_on, fates, successor) = match &fact.event {
            Event::AgreementTerminated(e) => (Ending::Terminated, e.effective_on, &e.fates, None),
            Event::AgreementExpired(e) => (Ending::Expired, e.effective_on, &e.fates, None),
            Event::AgreementSuperseded(e) => (Ending::Superseded, e.effective_on, &e.fates, Some(&e.successor)),
            _ => return None,
        };
        Some(Self { fact, how, effective_on, fates, successor })
    }
}
