//! Rules of becoming bound: consent, reservations, the rule of entry into force, provisional application, entry into
//! force, registration.

use crate::agreement::decide::{late, required, when};
use crate::agreement::{
    AgreementEnteredIntoForce, ConsentForm, ConsentToBeBoundExpressed, EntryIntoForceRuleSet, EntryRule, EntryScope,
    ProvisionalApplicationEnded, ProvisionalApplicationStarted, ReservationMade, ReservationObjected,
    ReservationWithdrawn, State, TreatyRegistrationRecorded, entry_by_rule, entry_of_party_by_rule,
};
use crate::case::{Case, Decided, Decision};
use crate::dates::{FuzzyDate, LedgerDate};
use crate::flag::{Flag, FlagCode};
use crate::ids::PartyId;
use crate::recorded::Fact;
use crate::refusal::Refusal;

fn listed(state: &State<'_>, party: &PartyId) -> Result<(), Refusal> {
    if state.is_party(party) { Ok(()) } else { Err(Refusal::PartyNotListed { party: party.clone() }) }
}

/// The refusals that look at a consent alone.
pub(crate) fn check_consent(consent: &ConsentToBeBoundExpressed, case: &Case<'_>) -> Result<(), Refusal> {
    if consent.share_percent.is_some_and(|share| share.value() > rust_decimal::Decimal::ONE_HUNDRED) {
        return Err(Refusal::ShareAboveHundred);
    }
    match consent.instrument_date.map(FuzzyDate::day) {
        Some(date) if case.in_future(&date) => Err(Refusal::DateInFuture { field: "/data/instrument_date", date }),
        Some(_) | None => Ok(()),
    }
}

/// A party consents once, and again only after it has left. Consent before the party's own signature is flagged.
pub(crate) fn express_consent(wish: &ConsentToBeBoundExpressed, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    let agreement = required(case, &state)?;
    let accedes = wish.consent_form == ConsentForm::Accession;
    if !accedes && !agreement.lists(&wish.party_id) {
        return Err(Refusal::PartyNotListed { party: wish.party_id.clone() });
    }
    if let Some((_, consent)) = state.consent_of(&wish.party_id) {
        let refused = Refusal::ConsentAlreadyExpressed { party: wish.party_id.clone() };
        return if consent == wish { Ok(vec![]) } else { Err(refused) };
    }
    check_consent(wish, case)?;
    let on = when(case, wish.date(), None);
    let late = late(case, &state, &on)?;
    let mut signatures = state.signatures.iter().filter(|(_, signed)| signed.party_id == wish.party_id);
    let unsigned = !accedes && !signatures.any(|(fact, _)| fact.occurred_on.earliest <= on.latest);
    let decided = Decided::new(wish.clone())
        .flag_if(unsigned, FlagCode::ConsentBeforeSignature)
        .flags(accedes.then(|| case.unknown_parties([&wish.party_id])).into_iter().flatten());
    Ok(vec![decided.flag_if(late, FlagCode::LateReport)])
}

/// A party limits what it is bound by before it consents, or later if the others accept that.
pub(crate) fn make_reservation(wish: &ReservationMade, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    if let Some(reservation) = state.reservation(&wish.reservation_id) {
        let refused = Refusal::ReservationAlreadyMade { reservation: wish.reservation_id.clone() };
        return if reservation.made.1 == wish { Ok(vec![]) } else { Err(refused) };
    }
    listed(&state, &wish.party_id)?;
    let on = when(case, None, None);
    let late = late(case, &state, &on)?;
    let bound = state.consent_of(&wish.party_id).is_some_and(|(fact, _)| fact.occurred_on.latest < on.earliest);
    if bound && !wish.accepted {
        return Err(Refusal::ReservationAfterConsent { party: wish.party_id.clone() });
    }
    Ok(vec![Decided::new(wish.clone()).flag_if(late, FlagCode::LateReport)])
}

/// Another party objects, once. The objection is that party's statement.
pub(crate) fn object_to_reservation(wish: &ReservationObjected, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    let id = || wish.reservation_id.clone();
    let reservation =
        state.reservation(&wish.reservation_id).ok_or_else(|| Refusal::ReservationUnknown { reservation: id() })?;
    let party = || wish.party_id.clone();
    if reservation.made.1.party_id == wish.party_id {
        return Err(Refusal::OwnReservation { party: party() });
    }
    if let Some((_, objection)) = reservation.objections.iter().find(|(_, o)| o.party_id == wish.party_id) {
        let refused = Refusal::ReservationAlreadyObjected { party: party() };
        return if *objection == wish { Ok(vec![]) } else { Err(refused) };
    }
    if reservation.withdrawn.is_some() {
        return Err(Refusal::ReservationAlreadyWithdrawn { reservation: id() });
    }
    listed(&state, &wish.party_id)?;
    let late = late(case, &state, &when(case, None, None))?;
    let mut decided = Decided::new(wish.clone()).flag_if(late, FlagCode::LateReport);
    decided.reported_by = Some(party());
    Ok(vec![decided])
}

/// The party that made a reservation takes it back.
pub(crate) fn withdraw_reservation(wish: &ReservationWithdrawn, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    let id = || wish.reservation_id.clone();
    let reservation =
        state.reservation(&wish.reservation_id).ok_or_else(|| Refusal::ReservationUnknown { reservation: id() })?;
    if reservation.made.1.party_id != wish.party_id {
        return Err(Refusal::ReservationOfAnother { party: reservation.made.1.party_id.clone() });
    }
    if reservation.withdrawn.is_some() {
        return Err(Refusal::ReservationAlreadyWithdrawn { reservation: id() });
    }
    let late = late(case, &state, &when(case, None, None))?;
    Ok(vec![Decided::new(wish.clone()).flag_if(late, FlagCode::LateReport)])
}

/// The rule stands in the agreement; only an amendment gives it another. It is as old as the first signature.
pub(crate) fn set_entry_rule(wish: &EntryIntoForceRuleSet, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    if let Some((_, rule)) = state.rule {
        if rule == wish {
            return Ok(vec![]);
        }
        if wish.by_amendment.is_none() {
            return Err(Refusal::EntryRuleAlreadySet);
        }
    }
    let amendment = match &wish.by_amendment {
        None => None,
        Some(id) => {
            let known = state.amendments.iter().find(|(_, amended)| amended.amendment_id == *id);
            Some(known.ok_or_else(|| Refusal::AmendmentUnknown { amendment: id.clone() })?)
        }
    };
    let first = state.signatures.iter().map(|(fact, _)| &fact.occurred_on).min_by_key(|date| date.earliest);
    let default = amendment.map_or(first, |(fact, _)| Some(&fact.occurred_on)).cloned();
    let on = case.meta.occurred_on.clone().or(default).unwrap_or_else(|| case.occurred_on());
    let late = late(case, &state, &on)?;
    Ok(vec![Decided::new(wish.clone()).occurred_on(Some(on)).flag_if(late, FlagCode::LateReport)])
}

/// Parties apply an agreement before its entry into force; one that does already does not begin again.
pub(crate) fn start_provisional(wish: &ProvisionalApplicationStarted, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    if state.provisional.iter().any(|p| p.is_open(None) && p.started.1 == wish) {
        return Ok(vec![]);
    }
    for party in state.or_all(&wish.parties) {
        listed(&state, party)?;
        if state.provisional.iter().any(|p| p.party == party && p.is_open(None)) {
            return Err(Refusal::ProvisionalAlreadyStarted { party: party.clone() });
        }
    }
    let on = when(case, None, Some(wish.effective_on));
    let late = late(case, &state, &on)?;
    let concerns = |scope: &EntryScope| match scope {
        EntryScope::All => true,
        EntryScope::ForParty(party) => state.or_all(&wish.parties).contains(&party),
    };
    let mut entries = state.entries.iter().filter(|(_, entry)| concerns(&entry.scope));
    let in_force = entries.clone().any(|(_, entry)| entry.effective_on <= wish.effective_on);
    let recorded = !in_force && entries.next().is_some();
    let decided = Decided::new(wish.clone())
        .occurred_on(Some(on))
        .flag_if(in_force, FlagCode::AlreadyInForce)
        .flag_if(recorded, FlagCode::EntryAlreadyRecorded);
    Ok(vec![decided.flag_if(late, FlagCode::LateReport)])
}

/// Parties that apply an agreement provisionally stop, not before they began.
pub(crate) fn end_provisional(wish: &ProvisionalApplicationEnded, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    let open: Vec<_> = state.provisional.iter().filter(|p| p.is_open(None)).collect();
    let begun =
        |party: &PartyId| open.iter().any(|p| p.party == party && p.started.1.effective_on <= wish.effective_on);
    let mut ending: Vec<&PartyId> = wish.parties.iter().collect();
    if ending.is_empty() {
        ending = open.iter().map(|p| p.party).collect();
    }
    if let Some(party) = ending.iter().find(|party| !begun(party)) {
        return Err(Refusal::ProvisionalNotStarted { party: (*party).clone() });
    }
    if ending.is_empty() {
        return Err(Refusal::NotProvisional);
    }
    let on = when(case, None, Some(wish.effective_on));
    let late = late(case, &state, &on)?;
    Ok(vec![Decided::new(wish.clone()).occurred_on(Some(on)).flag_if(late, FlagCode::LateReport)])
}

/// An agreement enters into force once as such, and once for a party unless that party left meanwhile. A date that
/// differs from the rule, or lies before the signature, happens in practice: flagged.
pub(crate) fn enter_into_force(wish: &AgreementEnteredIntoForce, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    let party = match &wish.scope {
        EntryScope::All => None,
        EntryScope::ForParty(party) => Some(party),
    };
    if let Some((fact, entry)) = state.entry(&wish.scope) {
        let left = party.and_then(|party| state.withdrawal_of(party)).is_some_and(|(f, _)| f.revision > fact.revision);
        if !left {
            return if entry == wish { Ok(vec![]) } else { Err(Refusal::AlreadyEnteredIntoForce) };
        }
    }
    if let Some(party) = party {
        listed(&state, party)?;
    }
    let on = when(case, None, Some(wish.effective_on));
    let late = late(case, &state, &on)?;
    let by_rule = party.map_or_else(|| entry_by_rule(&state), |party| entry_of_party_by_rule(&state, party));
    let unsigned = signature_after(&state, wish).map(|fact| {
        let stream = case.history.stream();
        Flag::new(FlagCode::EntryBeforeSignature).against(stream, fact.revision)
    });
    let decided = Decided::new(wish.clone())
        .occurred_on(Some(on))
        .flag_if(by_rule.is_some_and(|date| date != wish.effective_on), FlagCode::EntryDateDiffersFromRule)
        .flag_if(wish.computed_by_rule && by_rule.is_none(), FlagCode::NoDateByRule)
        .flags(unsigned);
    Ok(vec![decided.flag_if(late, FlagCode::LateReport)])
}

/// The signature that an entry into force lies before: that of the party concerned. As such, an agreement enters into
/// force between all of its parties, of which the last to sign counts; where its rule asks for so many of them, others
/// may sign later, and the first counts.
fn signature_after<'a>(state: &State<'a>, entry: &AgreementEnteredIntoForce) -> Option<&'a Fact> {
    let of_scope = |signer: &PartyId| match &entry.scope {
        EntryScope::All => true,
        EntryScope::ForParty(party) => party == signer,
    };
    let signed = state.signatures.iter().filter(|(_, signed)| of_scope(&signed.party_id)).map(|(fact, _)| *fact);
    let asks_for_some = matches!(state.rule, Some((_, set)) if matches!(set.rule, EntryRule::NPartiesAndShare { .. }));
    let by_day = |fact: &&Fact| fact.occurred_on.earliest;
    let counting = if asks_for_some { signed.min_by_key(by_day) } else { signed.max_by_key(by_day) };
    counting.filter(|fact| entry.effective_on < fact.occurred_on.earliest)
}

/// A register takes an agreement in under a number. One that is not in force yet by then is flagged.
pub(crate) fn record_registration(wish: &TreatyRegistrationRecorded, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    let same = |known: &TreatyRegistrationRecorded| known.register == wish.register && known.number == wish.number;
    if let Some((_, known)) = state.registrations.iter().find(|(_, known)| same(known)) {
        let refused = Refusal::RegistrationAlreadyRecorded { number: wish.number.clone() };
        return if *known == wish { Ok(vec![]) } else { Err(refused) };
    }
    let entered = |day: LedgerDate| state.entries.iter().any(|(_, entry)| entry.effective_on <= day);
    let early = !entered(wish.registered_on);
    Ok(vec![Decided::new(wish.clone()).flag_if(early, FlagCode::RegisteredBeforeEntry)])
}
