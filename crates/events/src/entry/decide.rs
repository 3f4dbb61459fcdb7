//! Rules of corrections and retractions.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::entry::{CorrectEntry, EntryCorrected, EntryRetracted, RetractEntry};
use crate::flag::FlagCode;
use crate::history::History;
use crate::ids::EventId;
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
    if matches!(fact.event, Event::ExchangeRateRecorded(_)) {
        return Err(Refusal::RateIsSuperseded);
    }
    let corrected = super::patch::checked(fact, &wish.patches)?;
    super::recheck::still_allowed(&corrected, case)?;
    let keys = corrected.event.unique_keys();
    if let Some((key, stream)) = case.holder_of(&keys, Some(&fact.event_id)) {
        return Err(match corrected.event {
            Event::PartyRegistered(_) => Refusal::OrgIdTaken { key, stream },
            _ => Refusal::PaymentAlreadyRecorded { key, stream },
        });
    }
    let confirmed = case.history.facts().iter().any(|other| match &other.event {
        Event::ClaimConfirmed(answer) => answer.claim_event_id == fact.event_id && other.position > fact.formed_at,
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
    let standing: Vec<&Fact> = case.history.facts().iter().map(AsRef::as_ref).collect();
    let mut going = BTreeSet::from([&fact.event_id]);
    // What stands on what stands on it goes too; a fact only ever stands on an earlier one.
    for other in &standing {
        if standing.iter().any(|base| going.contains(&base.event_id) && stands_on(other, base)) {
            going.insert(&other.event_id);
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
fn stands_on(fact: &Fact, base: &Fact) -> bool {
    if fact.position <= base.position {
        return false;
    }
    let milestone = |event: &Event| match event {
        Event::MilestoneRebaselined(e) => Some(e.milestone_id.clone()),
        Event::MilestoneAchieved(e) => Some(e.milestone_id.clone()),
        Event::MilestoneCancelled(e) => Some(e.milestone_id.clone()),
        _ => None,
    };
    match &base.event {
        Event::PartyRegistered(_)
        | Event::PackageAnnounced(_)
        | Event::AgreementRegistered(_)
        | Event::CommitmentMade(_)
        | Event::IndicatorDefined(_) => true,
        Event::MilestonePlanned(plan) => milestone(&fact.event).as_ref() == Some(&plan.milestone_id),
        Event::FundsDisbursed(paid) => match &fact.event {
            Event::ClaimConfirmed(answer) => answer.claim_event_id == base.event_id,
            Event::ClaimDisputed(answer) => answer.claim_event_id == base.event_id,
            // A return that names its disbursement stands on that one alone, another on all of its flow.
            Event::FundsReturned(back) => back.of_event.as_ref().map_or_else(
                || back.flow_id == paid.flow_id && back.amount.currency() == paid.amount.currency(),
                |of| *of == base.event_id,
            ),
            _ => false,
        },
        Event::MilestoneAchieved(_) | Event::FundsReturned(_) => match &fact.event {
            Event::ClaimConfirmed(answer) => answer.claim_event_id == base.event_id,
            Event::ClaimDisputed(answer) => answer.claim_event_id == base.event_id,
            _ => false,
        },
        Event::MilestoneRebaselined(moved) => {
            matches!(&fact.event, Event::MilestoneRebaselined(next) if next.milestone_id == moved.milestone_id)
        }
        Event::FundsCommitted(_)
        | Event::DeclaredTotalRecorded(_)
        | Event::AgreementSigned(_)
        | Event::AgreementLinkedToPackage(_)
        | Event::ProspectNoted(_)
        | Event::MilestoneCancelled(_)
        | Event::ClaimConfirmed(_)
        | Event::ClaimDisputed(_)
        | Event::IndicatorObserved(_)
        | Event::ExchangeRateRecorded(_)
        | Event::EntryCorrected(_)
        | Event::EntryRetracted(_) => false,
    }
}
