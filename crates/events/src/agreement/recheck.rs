//! The rules of agreements, held against a fact as a correction would leave it, and what stands on what.

use std::sync::Arc;

use crate::agreement::binding::check_consent;
use crate::agreement::decide::check_registered;
use crate::agreement::life::{check_fates, check_successor, check_times};
use crate::agreement::{AgreementLinkedToPackage, AgreementRegistered, ConsentForm, State, Stated};
use crate::case::Case;
use crate::catalogue::Event;
use crate::recorded::Fact;
use crate::refusal::Refusal;

/// Refuses a corrected fact of an agreement that could not have been recorded as it now reads.
pub(crate) fn still_allowed(corrected: &Fact, case: &Case<'_>) -> Result<(), Refusal> {
    match &corrected.event {
        Event::AgreementRegistered(agreement) => {
            check_registered(agreement)?;
            bound_parties_listed(agreement, case)
        }
        Event::ConsentToBeBoundExpressed(consent) => check_consent(consent, case),
        Event::AgreementTerminated(end) => check_fates(&end.fates),
        Event::AgreementExpired(end) => check_fates(&end.fates),
        Event::AgreementSuperseded(end) => {
            check_successor(end)?;
            check_fates(&end.fates)
        }
        _ => check_times(&State::of(&case.history.facts_with(corrected), None)),
    }
}

/// Who signed, or consented otherwise than by accession, stays listed.
fn bound_parties_listed(agreement: &AgreementRegistered, case: &Case<'_>) -> Result<(), Refusal> {
    let state = State::of(case.history.facts(), None);
    let signed = state.signatures.iter().map(|(_, signed)| &signed.party_id);
    let consents = state.consents.iter().filter(|(_, consent)| consent.consent_form != ConsentForm::Accession);
    let mut bound = signed.chain(consents.map(|(_, consent)| &consent.party_id));
    match bound.find(|party| !agreement.lists(party)) {
        Some(party) => Err(Refusal::PartyNotListed { party: party.clone() }),
        None => Ok(()),
    }
}

/// Whether `fact` makes no sense without `base`; `facts` are all that are in effect.
pub(crate) fn stands_on(fact: &Fact, base: &Fact, facts: &[Arc<Fact>]) -> bool {
    match (&fact.event, &base.event) {
        (Event::ReservationObjected(e), Event::ReservationMade(made)) => e.reservation_id == made.reservation_id,
        (Event::ReservationWithdrawn(e), Event::ReservationMade(made)) => e.reservation_id == made.reservation_id,
        (Event::EntryIntoForceRuleSet(e), Event::AgreementAmended(a)) => {
            e.by_amendment.as_ref() == Some(&a.amendment_id)
        }
        (Event::AgreementTextCorrectionObjected(e), Event::AgreementTextCorrectionProposed(p)) => {
            e.correction_id == p.correction_id
        }
        (Event::AgreementTextCorrectionAdopted(e), Event::AgreementTextCorrectionProposed(p)) => {
            e.correction_id == p.correction_id
        }
        _ => closes(fact, base, facts),
    }
}

/// Whether `fact` ends what `base` began: a link, a suspension, provisional application.
fn closes(fact: &Fact, base: &Fact, facts: &[Arc<Fact>]) -> bool {
    let is = |stated: &Fact, wanted: &Fact| stated.event_id == wanted.event_id;
    match (&fact.event, &base.event) {
        (Event::AgreementUnlinkedFromPackage(end), Event::AgreementLinkedToPackage(link)) => {
            let upto: Vec<Arc<Fact>> = facts.iter().filter(|f| f.revision < fact.revision).cloned().collect();
            let held = |(f, _): &Stated<'_, AgreementLinkedToPackage>| is(f, base);
            end.package_id == link.package_id && State::of(&upto, None).links.iter().any(held)
        }
        (Event::AgreementResumed(_), Event::AgreementSuspended(_)) => State::of(facts, None)
            .suspensions
            .iter()
            .any(|s| is(s.suspended.0, base) && s.resumed.is_some_and(|(f, _)| is(f, fact))),
        (Event::ProvisionalApplicationEnded(_), Event::ProvisionalApplicationStarted(_)) => State::of(facts, None)
            .provisional
            .iter()
            .any(|p| is(p.started.0, base) && p.ended.is_some_and(|(f, _)| is(f, fact))),
        _ => false,
    }
}
