//! The figures of one commitment.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::commitment::{Claim, Promise, State};
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{CommitmentId, Position};

use super::figure::Figure;
use super::milestone::OverdueMilestone;
use super::money::{self, MoneyDelivery, Rates};
use super::schedule::{Plan, Step, entries_of, weight_of};

/// How far one commitment is kept.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CommitmentProgress {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Whether anyone could check that it is kept; one that nobody could is set aside, not scored.
    pub verifiable: bool,
    /// Achieved weight of all weight.
    pub completion: Figure,
    /// Cancelled weight of all weight ever planned.
    pub cancelled_share: Figure,
    /// Weight that was to be achieved by the date.
    pub planned_value: Figure,
    /// Weight that was achieved by the date.
    pub earned_value: Figure,
    /// Earned of planned value.
    pub spi: Figure,
    /// Earned schedule of elapsed time.
    pub spi_t: Figure,
    /// Weight achieved in time of weight that was due.
    pub on_time_rate: Figure,
    /// Achieved weight that another party confirmed or an outsider verified and none disputes, of achieved weight.
    pub verified_share: Figure,
    /// Achieved weight that another party disputes, of achieved weight.
    pub disputed_share: Figure,
    /// Milestones that are overdue.
    pub overdue: Vec<OverdueMilestone>,
    /// Money delivered of money owed.
    pub money: MoneyDelivery,
}

impl CommitmentProgress {
    /// The figures of a commitment; none for a prospect, which is never counted as promised.
    pub(crate) fn of(state: &State<'_>, as_of: LedgerDate, rates: &Rates) -> Option<Self> {
        let (fact, made) = state.made()?;
        let plan = Plan::of(state.milestones(), as_of);
        let start = made.planned_start.as_ref().unwrap_or(&fact.occurred_on).earliest;
        let promise = promise_entries(state.promise()?);
        Some(Self {
            commitment_id: made.commitment_id.clone(),
            verifiable: made.verifiable,
            completion: plan.completion().from(promise.iter().copied()),
            cancelled_share: plan.cancelled_share(),
            planned_value: plan.planned_value(),
            earned_value: plan.earned_value(),
            spi: plan.spi(),
            spi_t: plan.spi_t(start).from(promise),
            on_time_rate: plan.on_time_rate(),
            verified_share: answered("verified_share.v1", &plan, state, is_vouched_for),
            disputed_share: answered("disputed_share.v1", &plan, state, |claim| claim.is_disputed()),
            overdue: state.milestones().iter().filter_map(|m| OverdueMilestone::of(m, as_of)).collect(),
            money: money::delivery(state.flows().iter(), rates),
        })
    }
}

/// Whether another party confirmed a claim or an outsider verified it, and nobody disputes it.
pub(super) fn is_vouched_for(claim: &Claim<'_>) -> bool {
    (claim.is_confirmed() || claim.is_verified()) && !claim.is_disputed()
}

/// Positions of what was said of a claim.
pub(super) fn said(claim: &Claim<'_>) -> Vec<Position> {
    claim.said().flat_map(|fact| [fact.position, fact.formed_at]).collect()
}

/// Positions of the entries that state a promise in force.
pub(super) fn promise_entries(promise: &Promise<'_>) -> Vec<Position> {
    let amendments = promise.amendments.iter().map(|(fact, _)| *fact);
    std::iter::once(promise.fact).chain(amendments).flat_map(|fact| [fact.position, fact.formed_at]).collect()
}

/// Achieved weight whose claim `counts`, of achieved weight.
fn answered(formula: &'static str, plan: &Plan<'_>, state: &State<'_>, counts: impl Fn(&Claim<'_>) -> bool) -> Figure {
    let claim = |step: &Step<'_>| step.milestone.achieved.and_then(|(fact, _)| state.claim(&fact.event_id));
    let counted = weight_of(plan.achieved().filter(|step| claim(step).is_some_and(&counts)));
    let answers: Vec<Position> = plan.achieved().filter_map(claim).flat_map(said).collect();
    Figure::ratio(formula, counted, weight_of(plan.achieved())).from(entries_of(plan.achieved())).from(answers)
}
