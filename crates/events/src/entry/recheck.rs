//! The rules of a fact's kind, held against the fact as a correction would leave it.
//!
//! Only what the fact's own stream shows is looked at. Flags are not raised anew: they belong to the moment of
//! recording.

use crate::case::Case;
use crate::catalogue::Event;
use crate::ids::Family;
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
    match case.history.stream().family() {
        Family::Party => crate::party::still_allowed(corrected, case),
        Family::Package => crate::package::still_allowed(corrected, case),
        Family::Agreement => crate::agreement::still_allowed(corrected, case),
        Family::Commitment => crate::commitment::still_allowed(corrected, case),
        Family::Indicator | Family::Ledger => Ok(()),
    }
}
