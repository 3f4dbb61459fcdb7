//! Rules of answers: another party of the commitment confirms or disputes a claim. Silence is never consent.

use std::collections::BTreeSet;

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::commitment::decide::{made, state};
use crate::commitment::{Claim, ClaimConfirmed, ClaimDisputed, State};
use crate::ids::{EventId, PartyId};
use crate::refusal::Refusal;

/// The claim, if `by_party` may answer it: a party of the commitment, its agreement or its package, not the reporter.
fn answerable<'s, 'a>(
    state: &'s State<'a>,
    case: &Case<'a>,
    claim_id: &EventId,
    by_party: &PartyId,
) -> Result<&'s Claim<'a>, Refusal> {
    let commitment = made(case, state)?;
    let Some(claim) = state.claim(claim_id) else {
        let event = claim_id.clone();
        if case.history.is_retracted(claim_id) {
            return Err(Refusal::AlreadyRetracted { event });
        }
        let known = case.history.fact(claim_id).is_some() || case.history.is_amending(claim_id);
        return Err(if known { Refusal::NotAClaim { event } } else { Refusal::EntryUnknown { event } });
    };
    if claim.fact.reported_by.as_ref() == Some(by_party) {
        return Err(Refusal::OwnClaim { party: by_party.clone() });
    }
    let mut parties: BTreeSet<&PartyId> = commitment.obligors.iter().chain(&commitment.beneficiaries).collect();
    for fact in case.consulted.histories.iter().flat_map(|history| history.facts()) {
        match &fact.event {
            Event::AgreementRegistered(agreement) => parties.extend(agreement.parties.iter().map(|p| &p.party_id)),
            Event::PackageAnnounced(package) => parties.extend(&package.parties),
            _ => {}
        }
    }
    if parties.contains(by_party) { Ok(claim) } else { Err(Refusal::NotAParty { party: by_party.clone() }) }
}

/// A party confirms a claim of another; its own earlier dispute ends with that.
pub(crate) fn confirm_claim(wish: &ClaimConfirmed, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let claim = answerable(&state, case, &wish.claim_event_id, &wish.by_party)?;
    let stands =
        |a: &super::Answer<'_>| a.confirms && *a.by_party == wish.by_party && a.fact.position > claim.fact.formed_at;
    if claim.answers.iter().any(stands) {
        return Ok(vec![]);
    }
    let mut decided = Decided::new(wish.clone());
    decided.reported_by = Some(wish.by_party.clone());
    Ok(vec![decided])
}

/// A party disputes a claim of another; its own earlier confirmation ends with that.
pub(crate) fn dispute_claim(wish: &ClaimDisputed, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let claim = answerable(&state, case, &wish.claim_event_id, &wish.by_party)?;
    if let Some(answer) = claim.answers.iter().find(|a| !a.confirms && *a.by_party == wish.by_party) {
        let same = matches!(&answer.fact.event, Event::ClaimDisputed(disputed) if **disputed == *wish);
        return if same { Ok(vec![]) } else { Err(Refusal::ClaimAlreadyDisputed { party: wish.by_party.clone() }) };
    }
    let mut decided = Decided::new(wish.clone());
    decided.reported_by = Some(wish.by_party.clone());
    Ok(vec![decided])
}
