//! Rules of corrections and retractions.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::entry::{CorrectEntry, EntryCorrected, EntryRetracted, RetractEntry};
use crate::flag::FlagCode;
use crate::history::History;
use crate::ids::{EventId, Family};
use crate::recorded::Fact;
use crate::refusal::Refusal;

fn target<'a>(history: &'a History, event_id: &EventId) -> Result<&'a Fact, Refusal> {
    if let Some(fact) = history.fact(event_id) {
        return Ok(fact);
    }
    let event = event_id.clone();
    if history.is_amending(event_id) {
        Err(Refusal::TargetIsCorrection { event })
    } else if history.is_retracted(event_id) {
        Err(Refusal::AlreadyRetracted { event })
    } else {
        Err(Refusal::EntryUnknown { event })
    }
}

/// A correction names what stood there and what should have stood there. The corrected fact obeys the rules of its
/// kind.
pub(crate) fn correct(wish: &CorrectEntry, case: &Case<'_>) -> Result<Decision, Refusal> {
    let fact = target(case.history, &wish.target_event_id)?;
    if matches!(fact.event, Event::LogKeyRotated(_)) {
        return Err(Refusal::WrittenByTheLog);
    }
    if matches!(fact.event, Event::ExchangeRateRecorded(_)) {
        return Err(Refusal::RateIsSuperseded);
    }
    let corrected = super::patch::checked(fact, &wish.patches)?;
    super::recheck::still_allowed(&corrected, case)?;
    let keys = corrected.event.unique_keys();
    if let Some((key, stream)) = case.holder_of(&keys, Some(&fact.event_id)) {
        return Err(match corrected.event {
            Event::PartyRegistered(ref party) => crate::party::org_id_taken(party, key, stream),
            Event::PartiesMerged(ref merger) => crate::party::already_merged(merger, &key, &stream),
            Event::FundsDisbursed(ref paid) => crate::commitment::already_paid(paid, key, stream),
            _ => unreachable!("no other event claims a key"),
        });
    }
    let confirmed = case.history.facts().iter().any(|other| match &other.event {
        Event::ClaimConfirmed(answer) => answer.claim_event_id == fact.event_id && other.position > fact.formed_at(),
        Event::ClaimVerified(check) => check.claim_event_id == fact.event_id && other.position > fact.formed_at(),
        _ => false,
    });
    let mut decided = Decided::new(EntryCorrected {
        target_event_id: wish.target_event_id.clone(),
        patches: wish.patches.clone(),
        error_kind: wish.error_kind,
        reason: wish.reason.clone(),
    })
    .flag_if(confirmed, FlagCode::ConfirmationLapses);
    decided.keys = keys;
    Ok(vec![decided])
}

/// What stands on a retracted fact must be retracted with it, by name. All of it goes into one entry or none does.
pub(crate) fn retract(wish: &RetractEntry, case: &Case<'_>) -> Result<Decision, Refusal> {
    let fact = target(case.history, &wish.target_event_id)?;
    if matches!(fact.event, Event::LogKeyRotated(_)) {
        return Err(Refusal::WrittenByTheLog);
    }
    let standing: Vec<&Fact> = case.history.facts().iter().map(AsRef::as_ref).collect();
    let mut going = BTreeSet::from([&fact.event_id]);
    // What stands on what stands on it goes too; a fact only ever stands on an earlier one.
    let mut bases = vec![fact];
    for other in &standing {
        if bases.iter().any(|base| stands_on(other, base, case.history)) && going.insert(&other.event_id) {
            bases.push(other);
        }
    }
    going.remove(&fact.event_id);
    if let Some(stranger) = wish.dependants.iter().find(|id| !going.contains(id)) {
        return Err(Refusal::NotADependant { event: stranger.clone() });
    }
    let unlisted: Vec<&str> = going.iter().filter(|id| !wish.dependants.contains(id)).map(|id| id.as_str()).collect();
    if !unlisted.is_empty() {
        return Err(Refusal::DependantsRemain { events: unlisted.join(", ") });
    }
    let retracted = |event_id: &EventId| {
        Decided::new(EntryRetracted { target_event_id: event_id.clone(), reason: wish.reason.clone() })
    };
    let staying = |f: &&Arc<Fact>| f.event_id != fact.event_id && !going.contains(&f.event_id);
    crate::commitment::check_balances(&case.history.facts().iter().filter(staying).cloned().collect::<Vec<_>>())?;
    // Dependants first, so that no moment of the log has a fact without its base.
    let mut events: Vec<Decided> =
        standing.iter().rev().filter(|f| going.contains(&f.event_id)).map(|f| retracted(&f.event_id)).collect();
    events.push(retracted(&fact.event_id));
    Ok(events)
}

/// Whether `fact` makes no sense without `base`.
fn stands_on(fact: &Fact, base: &Fact, history: &History) -> bool {
    fact.position > base.position
        && match &base.event {
            Event::PartyRegistered(_)
            | Event::PackageAnnounced(_)
            | Event::AgreementRegistered(_)
            | Event::CommitmentMade(_)
            | Event::CommitmentPromoted(_)
            | Event::IndicatorDefined(_) => true,
            _ => match history.stream().family() {
                Family::Package => crate::package::stands_on(fact, base),
                Family::Agreement => crate::agreement::stands_on(fact, base, history.facts()),
                Family::Commitment => crate::commitment::stands_on(fact, base),
                Family::Party | Family::Indicator | Family::Ledger => false,
            },
        }
}
