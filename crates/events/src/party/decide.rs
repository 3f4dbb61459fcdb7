//! Rules of the party family.

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::flag::FlagCode;
use crate::party::{PartyKind, PartyRegistered};
use crate::refusal::Refusal;

/// The refusals that look at a party alone.
pub(crate) fn check_registered(party: &PartyRegistered) -> Result<(), Refusal> {
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
