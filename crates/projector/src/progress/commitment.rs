//! The figures of one commitment.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::commitment::{Claim, Promise, State};
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{CommitmentId, Position};

use super::converted::Rates;
use super::figure::{Figure, each_once};
use super::milestone::{AtRiskMilestone, Calendar, OverdueMilestone};
use super::money::{self, MoneyDelivery, Owned};
use super::original::OriginalCompletion;
use super::reports::{self, Asserted, CompletionVerdict, Newest, SourceDisagreement};
use super::schedule::{Plan, Step, weight_of};
use super::slippage::Slippage;
use super::standing::{Standing, Stands};
use crate::views::{AssessmentView, assessments};

/// How far one commitment is kept.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CommitmentProgress {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Whether anyone could check that it is kept; one that nobody could is set aside, not scored.
    pub verifiable: bool,
    /// Where the promise stands as a whole.
    pub standing: Standing,
    /// Achieved weight of all weight.
    pub completion: Figure,
    /// The same with what is reported done of open milestones; shown beside completion, never instead.
    pub partial_completion: Figure,
    /// Completion of what was first promised.
    pub original_completion: OriginalCompletion,
    /// A word for completion.
    pub completion_word: CompletionVerdict,
    /// What assessors think; averaged into nothing.
    pub assessments: Vec<AssessmentView>,
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
    /// Days by which milestones were or are late.
    pub slippage: Slippage,
    /// Achieved weight that another party confirmed or an outsider verified and none disputes, of achieved weight.
    pub verified_share: Figure,
    /// Achieved weight that another party disputes, of achieved weight.
    pub disputed_share: Figure,
    /// Days since the newest report; `null` where there is none.
    pub freshness: Figure,
    /// Whether nobody has reported anything.
    pub no_evidence: bool,
    /// How far what sources say of its status differs from what follows from the facts.
    pub status_disagreement: Vec<SourceDisagreement>,
    /// Milestones that are overdue.
    pub overdue: Vec<OverdueMilestone>,
    /// Milestones that are at risk.
    pub at_risk: Vec<AtRiskMilestone>,
    /// Money delivered of money owed.
    pub money: MoneyDelivery,
}

impl CommitmentProgress {
    /// The figures of a commitment; none for a prospect, which is never counted as promised.
    pub(crate) fn of(state: &State<'_>, as_of: LedgerDate, rates: &Rates) -> Option<Self> {
        let (_, made) = state.made()?;
        let calendar = Calendar::of(state, as_of);
        let plan = Plan::of(state, &calendar, as_of);
        let newest = Newest::of(state, as_of);
        let completion = plan.completion();
        let flows: Vec<Owned<'_, '_>> = state.flows().iter().map(|flow| Owned { flow, base: &[] }).collect();
        let mut progress = Self {
            commitment_id: made.commitment_id.clone(),
            verifiable: made.verifiable,
            standing: Stands::of(state, &plan, as_of).standing,
            partial_completion: plan.partial_completion(),
            original_completion: OriginalCompletion::of(state),
            completion_word: reports::verdict(&completion, newest.as_ref()),
            completion,
            assessments: assessments(state),
            cancelled_share: plan.cancelled_share(),
            planned_value: plan.planned_value(),
            earned_value: plan.earned_value(),
            spi: plan.spi(),
            spi_t: plan.spi_t(state),
            on_time_rate: plan.on_time_rate(),
            slippage: Slippage::of(std::iter::once((state, &[][..])), as_of),
            verified_share: answered("verified_share.v2", &plan, state, is_vouched_for),
            disputed_share: answered("disputed_share.v2", &plan, state, |claim| claim.is_disputed()),
            freshness: reports::freshness(newest.as_ref().map(|newest| (newest, &[][..])), as_of),
            no_evidence: newest.is_none(),
            status_disagreement: reports::disagreement(Asserted::all(state, &plan, &[])),
            overdue: calendar.all_overdue().collect(),
            at_risk: calendar.all_at_risk(),
            money: money::delivery(&flows, rates, as_of),
        };
        // Every figure is one of this promise, as amended.
        let promise = promise_entries(state);
        progress.figures_mut().into_iter().for_each(|figure| figure.stand_on(promise.iter().copied()));
        progress.completion_word.entries.extend(promise);
        each_once(&mut progress.completion_word.entries);
        Some(progress)
    }

    fn figures_mut(&mut self) -> Vec<&mut Figure> {
        let mut figures = vec![
            &mut self.completion,
            &mut self.partial_completion,
            &mut self.original_completion.share,
            &mut self.cancelled_share,
            &mut self.planned_value,
            &mut self.earned_value,
            &mut self.spi,
            &mut self.spi_t,
            &mut self.on_time_rate,
            &mut self.verified_share,
            &mut self.disputed_share,
            &mut self.freshness,
        ];
        figures.extend(self.slippage.figures_mut());
        figures.extend(self.status_disagreement.iter_mut().map(|source| &mut source.share));
        figures.extend(self.money.figures_mut());
        figures
    }
}

/// Whether another party confirmed a claim or an outsider verified it, and nobody disputes it.
pub(super) fn is_vouched_for(claim: &Claim<'_>) -> bool {
    (claim.is_confirmed() || claim.is_verified()) && !claim.is_disputed()
}

/// Positions of what was said of a claim.
pub(super) fn said<'c>(claim: &'c Claim<'_>) -> impl Iterator<Item = Position> + use<'c> {
    claim.said().flat_map(Fact::sources).chain(claim.mergers.iter().copied())
}

/// Positions of the entries that state a promise in force, or a prospect: what it was before, what made a promise of
/// it, and its amendments, each with its corrections.
pub(super) fn promise_entries(state: &State<'_>) -> Vec<Position> {
    let prospect = state.prospect().map(|(fact, _)| fact);
    let of_promise = |promise: &Promise<'_>| -> Vec<Position> {
        let amendments = promise.amendments.iter().map(|(fact, _)| *fact);
        std::iter::once(promise.fact).chain(amendments).flat_map(Fact::sources).collect()
    };
    let mut entries = state.promise().map(of_promise).unwrap_or_default();
    entries.extend(prospect.iter().flat_map(|fact| fact.sources()));
    entries
}

/// Achieved weight whose claim `counts`, of achieved weight.
fn answered(formula: &'static str, plan: &Plan<'_>, state: &State<'_>, counts: impl Fn(&Claim<'_>) -> bool) -> Figure {
    let claim = |step: &Step<'_>| step.milestone.achieved.and_then(|(fact, _)| state.claim_of(fact));
    let counted = weight_of(plan.achieved().filter(|step| claim(step).is_some_and(&counts)));
    let answers: Vec<Position> = plan.achieved().filter_map(claim).flat_map(said).collect();
    Figure::ratio(formula, counted, weight_of(plan.achieved())).from(plan.behind(plan.achieved())).from(answers)
}
