//! What a page shows of a roll-up: counts, the figures that are read first, and the first commitments.
//!
//! It is taken from a roll-up, or counted in rows of a survey where there are so many commitments that a roll-up would
//! take seconds; both say the same. Deliberately absent: the entries behind the figures, which a roll-up names when
//! somebody asks where a figure comes from.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::CommitmentId;

use super::figure::{BareFigure, Figure};
use super::milestone::MilestoneState;
use super::money::{self, BareDelivery};
use super::rollup::{CommitmentLine, Rollup};
use super::schedule::is_achieved;
use super::slippage::SlippageDays;
use super::standing::honoured_rate;
use super::surveyed::Surveyed;
use super::umbrella::within;
use crate::views::ClaimStanding;

/// Figures over several commitments as a page shows them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Outline {
    /// Commitments whose completion can be measured.
    pub measurable: usize,
    /// Commitments in the ledger.
    pub identified: usize,
    /// Commitments that nobody could verify, set aside.
    pub unverifiable: usize,
    /// Prospects; never counted as promised.
    pub prospects: usize,
    /// Mean completion of the measurable commitments, each counting the same.
    pub completion_mean: BareFigure,
    /// Milestones achieved in time, of those that were due and are achieved, missed or overdue.
    pub on_time_rate: BareFigure,
    /// Achieved milestones that another party confirmed or an outsider verified and none disputes, of achieved
    /// milestones.
    pub verified_share: BareFigure,
    /// Achieved milestones that another party disputes, of achieved milestones.
    pub disputed_share: BareFigure,
    /// Commitments kept, of those kept, missed, given up by one side, or overdue.
    pub honoured_rate: BareFigure,
    /// Days by which milestones were or are late against what was first due, the one in the middle.
    pub slippage_original_median: BareFigure,
    /// Days since the newest report of any of them; `null` where there is none.
    pub freshness: BareFigure,
    /// Money delivered of money owed, currency by currency, of the commitments that stand alone. Of those within the
    /// amounts of others a roll-up tells apart.
    pub money: Vec<BareDelivery>,
    /// The first commitments, in the order of their ids; for pages, which show them in the same breath.
    #[serde(skip)]
    #[schemars(skip)]
    pub commitments: Vec<CommitmentLine>,
}

impl Outline {
    /// What a page shows of a roll-up, with so many commitments.
    pub(crate) fn of_rollup(rollup: &Rollup, lines_max: usize) -> Self {
        let counts = &rollup.counts;
        let money = rollup.money.per_currency.iter();
        Self {
            measurable: counts.measurable,
            identified: counts.identified,
            unverifiable: counts.unverifiable,
            prospects: counts.prospects,
            completion_mean: (&rollup.completion_mean).into(),
            on_time_rate: (&rollup.on_time_rate).into(),
            verified_share: (&rollup.verified_share).into(),
            disputed_share: (&rollup.disputed_share).into(),
            honoured_rate: (&rollup.honoured_rate).into(),
            slippage_original_median: (&rollup.slippage.original.median).into(),
            freshness: (&rollup.freshness).into(),
            money: money.map(Into::into).collect(),
            commitments: rollup.commitments.iter().take(lines_max).cloned().collect(),
        }
    }

    /// The same, counted in rows of a survey, which are in the order of their ids. `umbrella` gives the one whose
    /// amount contains that of a row, where it is among them.
    pub(crate) fn of_rows<'s>(
        rows: &[&'s Surveyed],
        umbrella: impl Fn(&'s Surveyed) -> Option<&'s CommitmentId>,
        (prospects, lines_max): (usize, usize),
        as_of: LedgerDate,
    ) -> Self {
        let inside = within(rows.iter().map(|row| (&row.line.commitment_id, umbrella(row))));
        let alone = rows.iter().copied().filter(|row| !inside.contains_key(&row.line.commitment_id));
        let scored = || rows.iter().filter(|row| row.line.verifiable);
        let completions = || scored().filter_map(|row| row.completion);
        let measurable = completions().count();
        let mean = Figure::ratio("completion_mean.v1", completions().sum(), Decimal::from(measurable));
        let [verified, disputed] = answered(rows);
        let delays = rows.iter().flat_map(|row| &row.milestones).filter_map(|m| m.late_days_original);
        Self {
            measurable,
            identified: rows.len(),
            unverifiable: rows.len() - scored().count(),
            prospects,
            completion_mean: (&mean).into(),
            on_time_rate: (&on_time_rate(rows, as_of)).into(),
            verified_share: (&verified).into(),
            disputed_share: (&disputed).into(),
            honoured_rate: (&honoured_rate(scored().map(|row| (row.line.standing, [&[][..]; 2])))).into(),
            slippage_original_median: (&SlippageDays::counted_original(delays.collect()).median).into(),
            freshness: (&freshness(rows, as_of)).into(),
            money: money::counted(alone),
            commitments: rows.iter().take(lines_max).map(|row| row.line.clone()).collect(),
        }
    }
}

fn on_time_rate(rows: &[&Surveyed], as_of: LedgerDate) -> Figure {
    use MilestoneState as S;
    let (mut on_time, mut unknown, mut judged) = (0_u64, 0_u64, 0_u64);
    for milestone in rows.iter().flat_map(|row| &row.milestones) {
        let ended = is_achieved(milestone.state) || matches!(milestone.state, S::Overdue | S::Missed);
        if ended && milestone.due.as_ref().is_some_and(|due| due.latest <= as_of) {
            judged += 1;
            on_time += u64::from(milestone.state == S::AchievedOnTime);
            unknown += u64::from(milestone.state == S::AchievedTimelinessUnknown);
        }
    }
    Figure::ratio("on_time_rate_by_count.v1", Decimal::from(on_time), Decimal::from(judged))
        .input("timeliness_unknown", unknown)
}

/// Of achieved milestones, those that are confirmed or verified and not disputed, and those that are disputed.
fn answered(rows: &[&Surveyed]) -> [Figure; 2] {
    let (mut achieved, mut vouched, mut disputed) = (0_u64, 0_u64, 0_u64);
    for milestone in rows.iter().flat_map(|row| &row.milestones) {
        if milestone.achieved_on.is_some() && milestone.state != MilestoneState::Cancelled {
            achieved += 1;
            vouched += u64::from(milestone.confirmed_on.is_some());
            disputed += u64::from(milestone.standing == Some(ClaimStanding::Disputed));
        }
    }
    let share = |formula, count: u64| Figure::ratio(formula, Decimal::from(count), Decimal::from(achieved));
    [share("verified_share_by_count.v2", vouched), share("disputed_share_by_count.v2", disputed)]
}

fn freshness(rows: &[&Surveyed], as_of: LedgerDate) -> Figure {
    let Some(last) = rows.iter().filter_map(|row| row.last_reported).max() else {
        return Figure::unmeasurable("freshness.v1");
    };
    let day = last.min(as_of);
    Figure::amount("freshness.v1", Decimal::from(as_of.days_since(day))).input("last_report", day)
}
