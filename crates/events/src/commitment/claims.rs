//! Rules of claims: another party confirms or disputes, an outsider verifies, a dispute ends. Silence is never consent.

use std::collections::BTreeSet;

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::commitment::decide::{made, state};
use crate::commitment::money::check_flows;
use crate::commitment::{
    Claim, ClaimConfirmed, ClaimDisputed, ClaimVerified, CommitmentMade, DisputeOutcome, DisputeResolved, State,
};
use crate::event_parts::merged_key;
use crate::history::History;
use crate::ids::{EventId, PartyId, StreamId};
use crate::recorded::Fact;
use crate::refusal::Refusal;

/// The claim that an event made.
fn known_claim<'s, 'a>(state: &'s State<'a>, case: &Case<'a>, claim_id: &EventId) -> Result<&'s Claim<'a>, Refusal> {
    if let Some(claim) = state.claim(claim_id) {
        return Ok(claim);
    }
    let event = claim_id.clone();
    if case.history.is_retracted(claim_id) {
        return Err(Refusal::AlreadyRetracted { event });
    }
    let known = case.history.fact(claim_id).is_some() || case.history.is_amending(claim_id);
    Err(if known { Refusal::NotAClaim { event } } else { Refusal::EntryUnknown { event } })
}

/// The parties of a commitment, its agreement and its package.
fn parties<'c>(commitment: &'c CommitmentMade, case: &Case<'c>) -> BTreeSet<&'c PartyId> {
    let mut parties: BTreeSet<&PartyId> = commitment.obligors.iter().chain(&commitment.beneficiaries).collect();
    for fact in case.consulted.histories.iter().flat_map(|history| history.facts()) {
        match &fact.event {
            Event::AgreementRegistered(agreement) => parties.extend(agreement.parties.iter().map(|p| &p.party_id)),
            Event::ConsentToBeBoundExpressed(consent) => drop(parties.insert(&consent.party_id)),
            Event::PackageAnnounced(package) => parties.extend(&package.parties),
            _ => {}
        }
    }
    parties
}

/// All ids that a party is known by: its own, the one it was merged into, and those that were merged into that one. Two
/// ids are of one party where these meet.
fn ids_of(party: &PartyId, case: &Case<'_>) -> BTreeSet<PartyId> {
    let taken_in = |history: &History| -> Vec<PartyId> {
        let merged = |fact: &Fact| match &fact.event {
            Event::PartiesMerged(merger) => merger.merged.clone(),
            _ => Vec::new(),
        };
        history.facts().iter().flat_map(|fact| merged(fact)).collect()
    };
    let own = case.other(&StreamId::from(party)).map(taken_in).unwrap_or_default();
    let mut ids: BTreeSet<PartyId> = own.into_iter().chain([party.clone()]).collect();
    if let Some((_, stream)) = merged_key(party).and_then(|key| case.holder_of(&[key], None)) {
        ids.extend(stream.key().parse());
        let survivors = case.consulted.holders.iter().filter(|(_, history)| *history.stream() == stream);
        ids.extend(survivors.flat_map(|(_, history)| taken_in(history)));
    }
    ids
}

fn is_same(one: &PartyId, other: &PartyId, case: &Case<'_>) -> bool {
    !ids_of(one, case).is_disjoint(&ids_of(other, case))
}

/// Whether a party is one of the commitment, its agreement or its package, by whichever of its ids.
fn is_party(party: &PartyId, commitment: &CommitmentMade, case: &Case<'_>) -> bool {
    let parties = parties(commitment, case);
    ids_of(party, case).iter().any(|id| parties.contains(id))
}

/// What was claimed and does not hold is answered no more; it may be claimed anew.
fn not_rejected(claim: &Claim<'_>) -> Result<(), Refusal> {
    let event = claim.fact.event_id.clone();
    if claim.is_rejected() { Err(Refusal::ClaimRejected { event }) } else { Ok(()) }
}

/// The claim, if `by_party` may answer it: a party of the commitment, its agreement or its package, not the reporter.
fn answerable<'s, 'a>(
    state: &'s State<'a>,
    case: &Case<'a>,
    claim_id: &EventId,
    by_party: &PartyId,
) -> Result<&'s Claim<'a>, Refusal> {
    let commitment = made(case, state)?;
    let claim = known_claim(state, case, claim_id)?;
    if claim.fact.reported_by.as_ref().is_some_and(|reporter| is_same(reporter, by_party, case)) {
        return Err(Refusal::OwnClaim { party: by_party.clone() });
    }
    if !is_party(by_party, commitment, case) {
        return Err(Refusal::NotAParty { party: by_party.clone() });
    }
    not_rejected(claim)?;
    Ok(claim)
}

/// A party confirms a claim of another; its own earlier dispute ends with that.
pub(crate) fn confirm_claim(wish: &ClaimConfirmed, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let claim = answerable(&state, case, &wish.claim_event_id, &wish.by_party)?;
    let stands =
        |a: &super::Answer<'_>| a.confirms && *a.by_party == wish.by_party && a.fact.position > claim.fact.formed_at();
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
    if let Some(answer) = claim.answers.iter().find(|a| !a.confirms && !a.settled && *a.by_party == wish.by_party) {
        let same = matches!(&answer.fact.event, Event::ClaimDisputed(disputed) if **disputed == *wish);
        return if same { Ok(vec![]) } else { Err(Refusal::ClaimAlreadyDisputed { party: wish.by_party.clone() }) };
    }
    let mut decided = Decided::new(wish.clone());
    decided.reported_by = Some(wish.by_party.clone());
    Ok(vec![decided])
}

/// An outsider checks a claim and finds it true. Checked again the same way, it adds nothing.
pub(crate) fn verify_claim(wish: &ClaimVerified, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let commitment = made(case, &state)?;
    let claim = known_claim(&state, case, &wish.claim_event_id)?;
    if is_party(&wish.verifier, commitment, case) {
        return Err(Refusal::VerifierIsParty { party: wish.verifier.clone() });
    }
    not_rejected(claim)?;
    if claim.verifications.iter().any(|(fact, there)| *there == wish && fact.position > claim.fact.formed_at()) {
        return Ok(vec![]);
    }
    Ok(vec![Decided::new(wish.clone()).flags(case.unknown_parties([&wish.verifier]))])
}

/// A dispute ends, or is found not to. Only who disputes takes a dispute back, and nobody upholds a dispute of its own.
pub(crate) fn resolve_dispute(wish: &DisputeResolved, case: &Case<'_>) -> Result<Decision, Refusal> {
    let mut state = state(case);
    made(case, &state)?;
    let claim = known_claim(&state, case, &wish.claim_event_id)?;
    let told = |(_, there): &(&crate::recorded::Fact, &DisputeResolved)| *there == wish;
    let disputes: Vec<&super::Answer<'_>> = claim.open_disputes().collect();
    let settled_since = || claim.resolutions.last().is_some_and(told);
    if settled_since() && (disputes.is_empty() || wish.outcome == DisputeOutcome::NotedUnresolved) {
        return Ok(vec![]);
    }
    let own = disputes.iter().any(|dispute| *dispute.by_party == wish.by);
    if disputes.is_empty() || (wish.outcome == DisputeOutcome::Withdrawn && !own) {
        return Err(Refusal::NoOpenDispute { event: wish.claim_event_id.clone() });
    }
    let its_own = |dispute: &&super::Answer<'_>| is_same(dispute.by_party, &wish.by, case);
    if wish.outcome == DisputeOutcome::Upheld && disputes.iter().any(its_own) {
        return Err(Refusal::OwnDispute { party: wish.by.clone() });
    }
    let newest = disputes.iter().map(|dispute| dispute.fact.position).max();
    if wish.outcome == DisputeOutcome::Replaced && Some(claim.fact.formed_at()) < newest {
        return Err(Refusal::NotCorrectedSinceDispute { event: wish.claim_event_id.clone() });
    }
    if wish.outcome == DisputeOutcome::Upheld {
        // What was sent back of a payment that does not hold was never there.
        state.reject_payment(&wish.claim_event_id);
        check_flows(&state)?;
    }
    Ok(vec![Decided::new(wish.clone())])
}
