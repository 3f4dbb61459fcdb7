//! Rules of the party family.

use std::collections::BTreeSet;

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::flag::FlagCode;
use crate::history::History;
use crate::ids::{PartyId, StreamId};
use crate::party::{PartiesMerged, PartyKind, PartyRegistered};
use crate::recorded::Fact;
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
        return Err(Refusal::OrgIdTaken { key, stream });
    }
    let no_org_id = wish.org_ids.is_empty() && wish.kind != PartyKind::State;
    Ok(vec![decided.flag_if(no_org_id, FlagCode::NoOrgId).flags(case.unknown_parties(&wish.parent))])
}

/// The refusals that look at a merger alone.
fn check_merged(merger: &PartiesMerged) -> Result<(), Refusal> {
    if merger.merged.is_empty() {
        return Err(Refusal::NothingMerged);
    }
    if merger.merged.contains(&merger.survivor) { Err(Refusal::MergesItself) } else { Ok(()) }
}

/// The parties that are part of the party of a stream.
fn merged_into(history: &History) -> BTreeSet<&PartyId> {
    let mergers = history.facts().iter().filter_map(|fact| match &fact.event {
        Event::PartiesMerged(merger) => Some(&merger.merged),
        _ => None,
    });
    mergers.flatten().collect()
}

/// A registered party takes others in, each once. None of them may have taken in the survivor; what is looked at are
/// the streams of the merged parties, a longer circle is for readers to break.
pub(crate) fn merge(wish: &PartiesMerged, case: &Case<'_>) -> Result<Decision, Refusal> {
    if case.history.is_empty() {
        return Err(Refusal::PartyNotRegistered { party: wish.survivor.clone() });
    }
    let same = |event: &Event| matches!(event, Event::PartiesMerged(merger) if **merger == *wish);
    if case.history.facts().iter().any(|fact| same(&fact.event)) {
        return Ok(vec![]);
    }
    check_merged(wish)?;
    let mut known = merged_into(case.history);
    if let Some(party) = wish.merged.iter().find(|party| !known.insert(*party)) {
        return Err(Refusal::AlreadyMerged { party: party.clone() });
    }
    let takes_in_survivor = |party: &PartyId| {
        let mut seen = BTreeSet::new();
        let mut next = vec![party];
        while let Some(party) = next.pop() {
            if *party == wish.survivor {
                return true;
            }
            if seen.insert(party)
                && let Some(history) = case.other(&StreamId::from(party))
            {
                next.extend(merged_into(history));
            }
        }
        false
    };
    if let Some(party) = wish.merged.iter().find(|party| takes_in_survivor(party)) {
        return Err(Refusal::MergeCycle { party: party.clone() });
    }
    Ok(vec![Decided::new(wish.clone()).flags(case.unknown_parties(&wish.merged))])
}

/// Refuses a corrected fact of a party that could not have been recorded as it now reads.
pub(crate) fn still_allowed(corrected: &Fact) -> Result<(), Refusal> {
    match &corrected.event {
        Event::PartyRegistered(party) => check_registered(party),
        Event::PartiesMerged(merger) => check_merged(merger),
        _ => Ok(()),
    }
}
