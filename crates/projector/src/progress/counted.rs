//! Figures of several commitments that count milestones, or weigh commitments by their amounts.

use rust_decimal::Decimal;
use servanda_events::commitment::Claim;
use servanda_events::money::Currency;

use super::commitment::{is_vouched_for, said};
use super::figure::{Figure, each_once};
use super::measured::Measured;
use super::member::Member;
use super::milestone::MilestoneState;
use super::rollup::AmountMean;

/// Mean completion weighted by amount, currency by currency.
pub(super) fn by_amount(scored: &[&Measured<'_>]) -> Vec<AmountMean> {
    let counts = |of: &&&Measured<'_>| of.completion.is_some() && of.member.countable();
    let amounts = scored.iter().filter(counts).filter_map(|of| of.member.made().amount);
    let mut currencies: Vec<Currency> = amounts.map(|amount| amount.currency()).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let mean = |currency: Currency| {
        let (mut weighted, mut total, mut entries) = (Decimal::ZERO, Decimal::ZERO, Vec::new());
        for of in scored {
            let member = of.member;
            let amount = member.made().amount.filter(|amount| member.countable() && amount.currency() == currency);
            if let Some((amount, completion)) = amount.zip(of.completion) {
                weighted += amount.amount() * completion;
                total += amount.amount();
                entries.extend(of.plan.entries.iter().chain(&member.base).chain(&member.alone).copied());
            }
        }
        let completion = Figure::ratio("completion_by_amount.v2", weighted, total).from(entries);
        AmountMean { currency, completion }
    };
    currencies.into_iter().map(mean).collect()
}

/// Milestones achieved in time, of those that were due by the date and are achieved, missed or overdue.
pub(super) fn on_time_rate(measured: &[Measured<'_>]) -> Figure {
    let (mut on_time, mut unknown, mut judged) = (0_u64, 0_u64, 0_u64);
    let mut entries = Vec::with_capacity(measured.iter().map(|of| of.member.entries_len()).sum());
    for of in measured {
        let before = judged;
        for step in of.plan.judged() {
            judged += 1;
            on_time += u64::from(step.state == MilestoneState::AchievedOnTime);
            unknown += u64::from(step.state == MilestoneState::AchievedTimelinessUnknown);
            entries.extend_from_slice(&step.milestone.entries);
        }
        if judged > before {
            entries.extend_from_slice(&of.member.base);
        }
    }
    Figure::ratio("on_time_rate_by_count.v1", Decimal::from(on_time), Decimal::from(judged))
        .input("timeliness_unknown", unknown)
        .from(entries)
}

/// Of achieved milestones, those that another party confirmed or an outsider verified and none disputes; and those that
/// another party disputes.
pub(super) fn verified_and_disputed(members: &[Member<'_>]) -> (Figure, Figure) {
    let (mut achieved, mut vouched, mut disputed) = (0_u64, 0_u64, 0_u64);
    let mut entries = Vec::with_capacity(members.iter().map(|member| 2 * member.entries_len()).sum());
    for member in members {
        let before = achieved;
        for milestone in member.state.milestones().iter().filter(|m| m.cancelled.is_none()) {
            let Some((fact, _)) = milestone.achieved else { continue };
            let claim = member.state.claim_of(fact);
            achieved += 1;
            vouched += u64::from(claim.is_some_and(is_vouched_for));
            disputed += u64::from(claim.is_some_and(Claim::is_disputed));
            entries.extend_from_slice(&milestone.entries);
            entries.extend(claim.iter().flat_map(|claim| said(claim)));
        }
        if achieved > before {
            entries.extend_from_slice(&member.base);
        }
    }
    each_once(&mut entries);
    let share = |formula, count: u64| Figure::ratio(formula, Decimal::from(count), Decimal::from(achieved));
    let verified = share("verified_share_by_count.v2", vouched).from(entries.iter().copied());
    (verified, share("disputed_share_by_count.v2", disputed).from(entries))
}
