//! Figures of several commitments: a package, an agreement, a party, a sector, the whole ledger.
//!
//! Means of completion are over measurable commitments only and always come with the numbers they stand on. Promises
//! that nobody could verify are set aside; prospects never enter; an umbrella and its children are never added.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::commitment::{Claim, Closing, CommitmentMade, Promise, State};
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{CommitmentId, Position};
use servanda_events::money::Currency;

use super::commitment::{is_vouched_for, promise_entries, said};
use super::coverage::{Coverage, Declared};
use super::figure::{Figure, Share};
use super::milestone::OverdueMilestone;
use super::money::{self, MoneyDelivery, Rates};
use super::schedule::{Plan, entries_of, weight_of};
use crate::views::AgreementView;

/// Figures over several commitments.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Rollup {
    /// How many there are, of how many declared.
    pub counts: Counts,
    /// Coverage of what was declared; packages only.
    pub coverage: Option<Coverage>,
    /// Mean completion of the measurable commitments, each counting the same.
    pub completion_mean: Figure,
    /// Mean completion weighted by amount, of those with a known amount, currency by currency.
    pub completion_by_amount: Vec<AmountMean>,
    /// Achieved milestones that another party confirmed or an outsider verified and none disputes, of achieved
    /// milestones.
    pub verified_share: Figure,
    /// Achieved milestones that another party disputes, of achieved milestones.
    pub disputed_share: Figure,
    /// Milestones that are overdue, the longest first.
    pub overdue: Vec<OverdueMilestone>,
    /// Money delivered of money owed.
    pub money: MoneyDelivery,
    /// The commitments it stands on; each has figures of its own.
    pub commitments: Vec<CommitmentLine>,
}

/// One commitment of a roll-up, in one line.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CommitmentLine {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Whether anyone could check that it is kept.
    pub verifiable: bool,
    /// Achieved weight of all weight; `null` where it is not measurable.
    #[schemars(with = "Option<String>")]
    pub completion: Option<Share>,
    /// How many of its milestones are overdue.
    pub overdue: usize,
}

/// How many commitments a roll-up stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Commitments whose completion can be measured.
    pub measurable: usize,
    /// Commitments in the ledger.
    pub identified: usize,
    /// Commitments that nobody could verify, set aside.
    pub unverifiable: usize,
    /// Commitments all of whose milestones are achieved.
    pub complete: usize,
    /// Prospects; never counted as promised.
    pub prospects: usize,
    /// Documents identified and declared, where a package declared them.
    pub documents: Option<Documents>,
}

/// Documents of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Documents {
    /// In the ledger.
    pub identified: usize,
    /// Declared.
    pub declared: String,
}

/// A mean weighted by amount.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AmountMean {
    /// The currency of the amounts.
    pub currency: Currency,
    /// The mean.
    pub completion: Figure,
}

/// A commitment in a roll-up.
pub(crate) struct Member<'a> {
    promise: &'a Promise<'a>,
    pub(crate) state: &'a State<'a>,
    countable: bool,
}

impl<'a> Member<'a> {
    /// The commitments among `states` that count: no prospects, and nothing beside its parts or the whole it went
    /// into. `merged` are those that went into another commitment.
    pub(crate) fn all(states: &'a [State<'a>], merged: &BTreeSet<CommitmentId>) -> Vec<Self> {
        let split = |state: &State<'_>| matches!(state.closed(), Some(Closing::Split(..)));
        let promises = states.iter().filter_map(|state| state.promise().map(|promise| (promise, state)));
        let (gone, counted): (Vec<_>, Vec<_>) = promises.partition(|(_, state)| split(state));
        let gone: BTreeSet<&CommitmentId> = gone.iter().map(|(p, _)| &p.original.commitment_id).collect();
        counted
            .into_iter()
            .filter(|(promise, _)| !merged.contains(&promise.original.commitment_id))
            .map(|(promise, state)| {
                let made = promise.in_force();
                // What belongs to an umbrella that was split is counted by itself.
                let alone = made.umbrella_of.as_ref().is_none_or(|umbrella| gone.contains(umbrella));
                Self { promise, state, countable: made.counts_toward_totals && alone }
            })
            .collect()
    }

    /// The promise in force.
    pub(crate) fn made(&self) -> &'a CommitmentMade {
        self.promise.in_force()
    }

    /// Whether its amount may be summed with others.
    pub(crate) fn countable(&self) -> bool {
        self.countable
    }

    /// Positions of the entries that state the promise.
    pub(crate) fn promise_entries(&self) -> Vec<Position> {
        promise_entries(self.promise)
    }
}

impl Rollup {
    pub(crate) fn of(
        members: &[Member<'_>],
        prospects: usize,
        package: Option<(&[Declared<'_>], &[AgreementView])>,
        as_of: LedgerDate,
        rates: &Rates,
    ) -> Self {
        let measured: Vec<Measured<'_>> = members.iter().map(|member| Measured::of(member, as_of)).collect();
        let coverage = package.map(|(declared, agreements)| Coverage::of(declared, agreements, members));
        let measurable: Vec<(&Measured<'_>, Decimal)> = measured
            .iter()
            .filter(|of| of.member.made().verifiable)
            .filter_map(|of| of.completion.map(|value| (of, value)))
            .collect();
        let documents = coverage.as_ref().and_then(|c| c.counts.first());
        let counts = Counts {
            measurable: measurable.len(),
            identified: members.len(),
            unverifiable: members.iter().filter(|member| !member.made().verifiable).count(),
            complete: measurable.iter().filter(|(_, value)| *value == Decimal::ONE).count(),
            prospects,
            documents: documents.map(|d| Documents { identified: d.identified, declared: d.declared.clone() }),
        };
        let sum: Decimal = measurable.iter().map(|(_, value)| *value).sum();
        let completion_mean = Figure::ratio("completion_mean.v1", sum, Decimal::from(measurable.len()))
            .from(measurable.iter().flat_map(|(of, _)| of.entries()));
        let mut overdue: Vec<OverdueMilestone> = measured.iter().flat_map(|of| of.overdue.iter().cloned()).collect();
        overdue.sort_by_key(|milestone| std::cmp::Reverse(milestone.late_days));
        Self {
            counts,
            coverage,
            completion_mean,
            completion_by_amount: by_amount(&measurable),
            verified_share: claimed_share("verified_share_by_count.v1", members, is_vouched_for),
            disputed_share: claimed_share("disputed_share_by_count.v1", members, |claim| claim.is_disputed()),
            overdue,
            money: money::delivery(members.iter().flat_map(|m| m.state.flows()), rates),
            commitments: measured.iter().map(Measured::line).collect(),
        }
    }
}

/// A commitment with what the roll-up needs of its figures.
struct Measured<'m> {
    member: &'m Member<'m>,
    plan: Plan<'m>,
    completion: Option<Decimal>,
    overdue: Vec<OverdueMilestone>,
}

impl<'m> Measured<'m> {
    fn of(member: &'m Member<'m>, as_of: LedgerDate) -> Self {
        let plan = Plan::of(member.state.milestones(), as_of);
        let completion = weight_of(plan.achieved()).checked_div(weight_of(&plan.active));
        let overdue = member.state.milestones().iter().filter_map(|m| OverdueMilestone::of(m, as_of)).collect();
        Self { member, plan, completion, overdue }
    }

    fn entries(&self) -> impl Iterator<Item = Position> {
        entries_of(&self.plan.active).into_iter().chain(self.member.promise_entries())
    }

    fn line(&self) -> CommitmentLine {
        CommitmentLine {
            commitment_id: self.member.made().commitment_id.clone(),
            verifiable: self.member.made().verifiable,
            completion: self.completion.map(Share::of),
            overdue: self.overdue.len(),
        }
    }
}

fn by_amount(measurable: &[(&Measured<'_>, Decimal)]) -> Vec<AmountMean> {
    let mut currencies: Vec<Currency> =
        measurable.iter().filter_map(|(of, _)| of.member.made().amount).map(|amount| amount.currency()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let mean = |currency: Currency| {
        let (mut weighted, mut total, mut entries) = (Decimal::ZERO, Decimal::ZERO, Vec::new());
        for (of, completion) in measurable {
            let member = of.member;
            let amount = member.made().amount.filter(|amount| member.countable() && amount.currency() == currency);
            if let Some(amount) = amount {
                weighted += amount.amount() * completion;
                total += amount.amount();
                entries.extend(of.entries());
            }
        }
        let completion = Figure::ratio("completion_by_amount.v1", weighted, total).from(entries);
        AmountMean { currency, completion }
    };
    currencies.into_iter().map(mean).collect()
}

/// Achieved milestones whose claim `counts`, of achieved milestones. Weights of different commitments are not
/// comparable, so milestones are counted.
fn claimed_share(formula: &'static str, members: &[Member<'_>], counts: fn(&Claim<'_>) -> bool) -> Figure {
    let (mut achieved, mut so, mut entries) = (0_u64, 0_u64, Vec::new());
    for member in members {
        for milestone in member.state.milestones().iter().filter(|m| m.cancelled.is_none()) {
            let Some((fact, _)) = milestone.achieved else { continue };
            let claim = member.state.claim(&fact.event_id);
            achieved += 1;
            so += u64::from(claim.is_some_and(counts));
            entries.extend(milestone.entries.iter().copied());
            entries.extend(claim.iter().flat_map(|claim| said(claim)));
        }
    }
    Figure::ratio(formula, Decimal::from(so), Decimal::from(achieved)).from(entries)
}
