//! What the rule of entry into force gives: pure functions of an agreement's facts. Whether it is in force is a fact of
//! its own, recorded by someone.

use rust_decimal::Decimal;

use crate::agreement::{EntryRule, State};
use crate::dates::LedgerDate;
use crate::ids::PartyId;

/// The day on which an agreement enters into force by its rule, as far as its facts tell it.
pub fn entry_by_rule(state: &State<'_>) -> Option<LedgerDate> {
    let (_, set) = state.rule?;
    match set.rule {
        EntryRule::OnSignature => {
            let signed = |party: &PartyId| {
                let of_party = state.signatures.iter().filter(|(_, signed)| signed.party_id == *party);
                of_party.map(|(fact, _)| fact.occurred_on.latest).min()
            };
            last_of_all(state, signed)
        }
        EntryRule::DaysAfterLastNotification { days } => {
            last_of_all(state, |party| first_consent(state, party))?.plus_days(days)
        }
        EntryRule::NPartiesAndShare { parties, share_percent, days_after } => {
            let needed = share_percent.map_or(Decimal::ZERO, crate::money::Weight::value);
            threshold_met_on(state, parties, needed)?.plus_days(days_after)
        }
        EntryRule::FixedDate { date } => Some(date),
    }
}

/// The day on which an agreement enters into force for one party: not before it does as such, and so many days after
/// the party's newest consent as the rule says. A withdrawal since ends it later, and leaves the day as it was.
pub fn entry_of_party_by_rule(state: &State<'_>, party: &PartyId) -> Option<LedgerDate> {
    let as_such = state.entered_on().or_else(|| entry_by_rule(state))?;
    let days = state.rule.and_then(|(_, set)| set.days_after_deposit_for_later_parties);
    let consented = state.newest_consent_of(party).map(|(fact, _)| fact.occurred_on.latest)?;
    Some(as_such.max(consented.plus_days(days?)?))
}

/// The last of the days that `of_party` gives for the parties; none while it gives none for one of them.
fn last_of_all(state: &State<'_>, of_party: impl Fn(&PartyId) -> Option<LedgerDate>) -> Option<LedgerDate> {
    let days: Option<Vec<LedgerDate>> = state.parties().map(of_party).collect();
    days?.into_iter().max()
}

fn first_consent(state: &State<'_>, party: &PartyId) -> Option<LedgerDate> {
    let of_party = state.consents.iter().filter(|(_, consent)| consent.party_id == *party);
    of_party.map(|(fact, _)| fact.occurred_on.latest).min()
}

/// The first day on which so many parties, with such a share together, had consented and not yet left.
fn threshold_met_on(state: &State<'_>, parties: u32, share: Decimal) -> Option<LedgerDate> {
    let mut days: Vec<LedgerDate> = state.consents.iter().map(|(fact, _)| fact.occurred_on.latest).collect();
    days.sort_unstable();
    days.dedup();
    days.into_iter().find(|day| {
        let standing = bound_on(state, *day);
        let together: Decimal = standing.iter().map(|(_, share)| *share).sum();
        standing.len() >= usize::try_from(parties).unwrap_or(usize::MAX) && together >= share
    })
}

/// The parties whose newest consent by a day has not been ended by a withdrawal by then, with their shares.
fn bound_on<'s>(state: &State<'s>, day: LedgerDate) -> Vec<(&'s PartyId, Decimal)> {
    let mut bound: Vec<(&PartyId, LedgerDate, Decimal)> = Vec::new();
    for (fact, consent) in &state.consents {
        let since = fact.occurred_on.latest;
        if since <= day {
            bound.retain(|(party, earlier, _)| **party != consent.party_id || *earlier > since);
            if !bound.iter().any(|(party, ..)| **party == consent.party_id) {
                let share = consent.share_percent.map_or(Decimal::ZERO, crate::money::Weight::value);
                bound.push((&consent.party_id, since, share));
            }
        }
    }
    let left = |party: &PartyId, since: LedgerDate| {
        let of_party = state.withdrawals.iter().filter(|(_, notice)| notice.party_id == *party);
        of_party.clone().any(|(_, notice)| since <= notice.notified_on && notice.effective_on <= day)
    };
    bound.into_iter().filter(|(party, since, _)| !left(party, *since)).map(|(party, _, share)| (party, share)).collect()
}
