//! The rules of a fact's kind, held against the fact as a correction would leave it.
//!
//! Only what the fact's own stream shows is looked at. Flags are not raised anew: they belong to the moment of
//! recording.

use std::sync::Arc;

use crate::agreement::{AgreementRegistered, signatures};
use crate::case::Case;
use crate::catalogue::Event;
use crate::ids::PartyId;
use crate::recorded::Fact;
use crate::refusal::Refusal;

/// Refuses a corrected fact that could not have been recorded as it now reads.
pub(super) fn still_allowed(corrected: &Fact, case: &Case<'_>) -> Result<(), Refusal> {
    if corrected.event.is_claim() && corrected.reported_by.is_none() {
        return Err(Refusal::ReporterMissing);
    }
    if case.in_future(&corrected.occurred_on) {
        let date = corrected.occurred_on.clone();
        return Err(match &corrected.event {
            Event::MilestoneAchieved(_) => Refusal::AchievementInFuture { date },
            Event::AgreementSigned(_) => Refusal::SignatureInFuture { date },
            Event::FundsDisbursed(_) => Refusal::PaymentInFuture { date },
            _ => Refusal::DateInFuture { field: "/data/patches", date },
        });
    }
    match &corrected.event {
        Event::PartyRegistered(party) => crate::party::check_registered(party),
        Event::PackageAnnounced(package) => crate::package::check_announced(package, case),
        Event::DeclaredTotalRecorded(total) => crate::package::check_declared_total(total),
        Event::AgreementRegistered(agreement) => {
            crate::agreement::check_registered(agreement)?;
            signers_listed(agreement, case)
        }
        Event::CommitmentMade(made) => crate::commitment::check_made(made),
        Event::MilestoneRebaselined(moved) => crate::commitment::check_rebaselined(moved),
        Event::FundsCommitted(funds) => crate::commitment::check_amount(&funds.amount),
        Event::FundsDisbursed(paid) => {
            crate::commitment::check_amount(&paid.amount)?;
            crate::commitment::check_balances(&facts_with(corrected, case))
        }
        Event::FundsReturned(back) => {
            crate::commitment::check_amount(&back.amount)?;
            crate::commitment::check_balances(&facts_with(corrected, case))
        }
        Event::AgreementSigned(_)
        | Event::AgreementLinkedToPackage(_)
        | Event::ProspectNoted(_)
        | Event::MilestonePlanned(_)
        | Event::MilestoneAchieved(_)
        | Event::MilestoneCancelled(_)
        | Event::ClaimConfirmed(_)
        | Event::ClaimDisputed(_)
        | Event::IndicatorDefined(_)
        | Event::IndicatorObserved(_)
        | Event::ExchangeRateRecorded(_)
        | Event::EntryCorrected(_)
        | Event::EntryRetracted(_) => Ok(()),
    }
}

fn signers_listed(agreement: &AgreementRegistered, case: &Case<'_>) -> Result<(), Refusal> {
    let listed = |party: &PartyId| agreement.parties.iter().any(|p| p.party_id == *party);
    match signatures(case.history.facts()).find(|(_, signed)| !listed(&signed.party_id)) {
        Some((_, signed)) => Err(Refusal::PartyNotListed { party: signed.party_id.clone() }),
        None => Ok(()),
    }
}

fn facts_with(corrected: &Fact, case: &Case<'_>) -> Vec<Arc<Fact>> {
    let mut facts = case.history.facts().to_vec();
    for fact in &mut facts {
        if fact.event_id == corrected.event_id {
            *fact = Arc::new(corrected.clone());
        }
    }
    facts
}
