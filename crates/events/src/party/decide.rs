//! Rules of the party family.

use std::collections::BTreeSet;

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::event_parts::{merged_key, org_key};
use crate::flag::FlagCode;
use crate::ids::{PartyId, StreamId};
use crate::party::{PartiesMerged, PartyKind, PartyRegistered};
use crate::recorded::{Fact, UniqueKey};
use crate::refusal::Refusal;

/// The refusals that look at a party alone.
fn check_registered(party: &PartyRegistered) -> Result<(), Refusal> {
    let needs_country = matches!(party.kind, PartyKind::State | PartyKind::GovernmentBody);
    if needs_country && party.country.is_none() {
        return Err(Refusal::CountryMissing);
    }
    if party.parent.as_ref() == Some(&party.party_id) {
        return Err(Refusal::ParentIsSelf);
    }
    Ok(())
}

/// A party is entered once; no identifier of a register belongs to two parties.
pub(crate) fn register(wish: &PartyRegistered, case: &Case<'_>) -> Result<Decision, Refusal> {
    let registered = case.history.facts().iter().find_map(|fact| match &fact.event {
        Event::PartyRegistered(party) => Some(party),
        _ => None,
    });
    if let Some(party) = registered {
        let same = **party == *wish;
        return if same { Ok(vec![]) } else { Err(Refusal::PartyAlreadyRegistered { party: wish.party_id.clone() }) };
    }
    check_registered(wish)?;
    let decided = Decided::new(wish.clone());
    if let Some((key, stream)) = case.holder_of(&decided.keys, None) {
        return Err(org_id_taken(wish, key, stream));
    }
    let no_org_id = wish.org_ids.is_empty() && wish.kind != PartyKind::State;
    Ok(vec![decided.flag_if(no_org_id, FlagCode::NoOrgId).flags(case.unknown_parties(&wish.parent))])
}

/// That a number of this party belongs to another one.
pub(crate) fn org_id_taken(party: &PartyRegistered, key: UniqueKey, stream: StreamId) -> Refusal {
    let taken = party.org_ids.iter().find(|org| org_key(org).as_ref() == Some(&key));
    let (scheme, id) = taken.map_or_else(|| (key.clone(), key.clone()), |org| (org.scheme.clone(), org.id.clone()));
    Refusal::OrgIdTaken { key, scheme, id, stream }
}

/// The refusals that look at a merger alone.
fn check_merged(merger: &PartiesMerged) -> Result<(), Refusal> {
    if merger.merged.is_empty() {
        return Err(Refusal::NothingMerged);
    }
    if merger.merged.contains(&merger.survivor) {
        return Err(Refusal::MergesItself);
    }
    let mut seen = BTreeSet::new();
    match merger.merged.iter().find(|party| !seen.insert(*party)) {
        Some(party) => Err(Refusal::AlreadyMerged { party: party.clone(), into: merger.survivor.clone() }),
        None => Ok(()),
    }
}

/// The party into which `party` was merged, if it was.
fn taken_in_by(party: &PartyId, case: &Case<'_>) -> Option<PartyId> {
    let holds = |(_, stream): (_, StreamId)| stream.key().parse().ok();
    merged_key(party).and_then(|key| case.holder_of(&[key], None)).and_then(holds)
}

/// That the party of a key is merged already, into the party of a stream.
pub(crate) fn already_merged(merger: &PartiesMerged, key: &UniqueKey, stream: &StreamId) -> Refusal {
    let of_key = merger.merged.iter().find(|party| merged_key(party).as_ref() == Some(key));
    let party = of_key.unwrap_or(&merger.survivor).clone();
    Refusal::AlreadyMerged { party, into: stream.key().parse().unwrap_or_else(|_| merger.survivor.clone()) }
}

/// Only a party that was not merged itself takes others in. As each party is merged at most once, mergers never go
/// round in a circle.
fn check_survivor(survivor: &PartyId, case: &Case<'_>) -> Result<(), Refusal> {
    match taken_in_by(survivor, case) {
        Some(into) => Err(Refusal::SurvivorIsMerged { party: survivor.clone(), into }),
        None => Ok(()),
    }
}

/// A registered party takes others in, each of them once in the whole ledger.
pub(crate) fn merge(wish: &PartiesMerged, case: &Case<'_>) -> Result<Decision, Refusal> {
    if case.history.is_empty() {
        return Err(Refusal::PartyNotRegistered { party: wish.survivor.clone() });
    }
    let same = |event: &Event| matches!(event, Event::PartiesMerged(merger) if **merger == *wish);
    if case.history.facts().iter().any(|fact| same(&fact.event)) {
        return Ok(vec![]);
    }
    check_merged(wish)?;
    check_survivor(&wish.survivor, case)?;
    for party in &wish.merged {
        if let Some(into) = taken_in_by(party, case) {
            return Err(Refusal::AlreadyMerged { party: party.clone(), into });
        }
    }
    Ok(vec![Decided::new(wish.clone()).flags(case.unknown_parties(&wish.merged))])
}

/// Refuses a corrected fact of a party that could not have been recorded as it now reads.
pub(crate) fn still_allowed(corrected: &Fact, case: &Case<'_>) -> Result<(), Refusal> {
    match &corrected.event {
        Event::PartyRegistered(party) => check_registered(party),
        Event::PartiesMerged(merger) => {
            check_merged(merger)?;
            let before = case.history.fact(&corrected.event_id).map(|fact| &fact.event);
            let was_in = |party: &PartyId| matches!(before, Some(Event::PartiesMerged(e)) if e.merged.contains(party));
            // A merger that takes nobody in anew may be corrected after its survivor went into another party.
            if merger.merged.iter().all(was_in) { Ok(()) } else { check_survivor(&merger.survivor, case) }
        }
        _ => Ok(()),
    }
}
