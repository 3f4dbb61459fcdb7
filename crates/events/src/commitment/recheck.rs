//! The rules of commitments, held against a fact as a correction would leave it.

use crate::case::Case;
use crate::catalogue::Event;
use crate::commitment::assessment::check_assessment;
use crate::commitment::conditions::check_waived;
use crate::commitment::decide::{check_made, check_named, check_promoted};
use crate::commitment::life::{amended, check_merged, check_split};
use crate::commitment::milestones::{check_missed, check_progress, check_rebaselined};
use crate::commitment::money::{check_amount, check_balances};
use crate::commitment::{CommitmentMade, State};
use crate::recorded::Fact;
use crate::refusal::Refusal;

/// Refuses a corrected fact of a commitment that could not have been recorded as it now reads.
pub(crate) fn still_allowed(corrected: &Fact, case: &Case<'_>) -> Result<(), Refusal> {
    match &corrected.event {
        Event::CommitmentMade(made) => {
            check_made(made)?;
            check_named(made, ["/data/patches"; 2])
        }
        Event::CommitmentPromoted(promoted) => check_promoted(promoted),
        Event::CommitmentAmended(change) => on_promise(case, |made| amended(made, change).map(drop)),
        Event::CommitmentSplit(split) => on_promise(case, |made| check_split(made, split)),
        Event::CommitmentsMerged(_) => {
            let facts = case.history.facts_with(corrected);
            let state = State::of(&facts, None);
            let merges = state.merges().iter().map(|(_, merged)| *merged);
            on_promise(case, |made| check_merged(made, merges))
        }
        Event::ConditionWaived(waived) => on_promise(case, |made| check_waived(made, waived)),
        Event::MilestoneProgressReported(report) => check_progress(report),
        Event::MilestoneMissed(missed) => {
            let facts = case.history.facts_with(corrected);
            check_missed(missed, &State::of(&facts, None))
        }
        Event::FundsCommitmentAdjusted(_) => check_balances(&case.history.facts_with(corrected)),
        Event::DisbursementScheduled(planned) => check_amount(&planned.amount),
        Event::AssessmentRecorded(assessment) => check_assessment(assessment),
        Event::MilestoneRebaselined(moved) => check_rebaselined(moved),
        Event::FundsCommitted(funds) => {
            check_amount(&funds.amount)?;
            check_balances(&case.history.facts_with(corrected))
        }
        Event::FundsDisbursed(paid) => {
            check_amount(&paid.amount)?;
            check_balances(&case.history.facts_with(corrected))
        }
        Event::FundsReturned(back) => {
            check_amount(&back.amount)?;
            check_balances(&case.history.facts_with(corrected))
        }
        _ => Ok(()),
    }
}

fn on_promise(case: &Case<'_>, check: impl FnOnce(&CommitmentMade) -> Result<(), Refusal>) -> Result<(), Refusal> {
    State::of(case.history.facts(), None).made().map_or(Ok(()), |(_, made)| check(made))
}
