//! Counts over rows of a survey: where promises stand, how far milestones came, money by currency, and in which groups.
//!
//! Deliberately absent: ratios. A count is shown with what it is a part of, and the figures of a group are asked for in
//! [`crate::Over`].

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use servanda_events::agreement::Sector;
use servanda_events::ids::{PackageId, PartyId};
use servanda_events::money::Currency;

use super::Survey;
use crate::progress::{CompletionWord, MilestoneState, Standing, Surveyed};
use crate::views::ClaimStanding;

/// Counts over some promises.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// The promises.
    pub promises: u64,
    /// How many stand where.
    pub standings: BTreeMap<Standing, u64>,
    /// How many have which word for completion; none where something was reported and completion is not measurable.
    pub words: BTreeMap<Option<CompletionWord>, u64>,
    /// Promises for which no milestone was ever planned: of them nothing can be said.
    pub without_milestones: u64,
    /// Milestones that were not given up.
    pub milestones: u64,
    /// Of those: where they stand by the calendar.
    pub states: BTreeMap<MilestoneState, u64>,
    /// Of those: reported as achieved.
    pub achieved: u64,
    /// Of the achieved: confirmed by another party or verified by an outsider, and disputed by nobody.
    pub confirmed: u64,
    /// Of the achieved: disputed by another party.
    pub disputed: u64,
}

impl Tally {
    /// Counts rows.
    pub fn of<'s>(rows: impl IntoIterator<Item = &'s Arc<Surveyed>>) -> Self {
        let mut tally = Self::default();
        for row in rows {
            tally.promises += 1;
            *tally.standings.entry(row.line.standing).or_default() += 1;
            *tally.words.entry(row.line.completion_word).or_default() += 1;
            tally.without_milestones += u64::from(row.milestones.is_empty());
            for milestone in row.milestones.iter().filter(|milestone| milestone.state != MilestoneState::Cancelled) {
                tally.milestones += 1;
                *tally.states.entry(milestone.state).or_default() += 1;
                tally.achieved += u64::from(milestone.achieved_on.is_some());
                tally.confirmed += u64::from(milestone.confirmed_on.is_some());
                tally.disputed += u64::from(milestone.standing == Some(ClaimStanding::Disputed));
            }
        }
        tally
    }

    /// How many stand there.
    pub fn standing(&self, standing: Standing) -> u64 {
        self.standings.get(&standing).copied().unwrap_or_default()
    }

    /// How many milestones are in a state.
    pub fn state(&self, state: MilestoneState) -> u64 {
        self.states.get(&state).copied().unwrap_or_default()
    }
}

/// Money of promises in one currency, of those that stand alone or of those that lie within others, never of both.
#[derive(Debug, Clone, PartialEq)]
pub struct MoneyTotal {
    /// The currency.
    pub currency: Currency,
    /// Whether these promises lie within the amounts of others.
    pub within_others: bool,
    /// Promises with money in this currency.
    pub promises: u64,
    /// Promised amounts that may be summed; none where no such amount is known.
    pub promised: Option<Decimal>,
    /// Firmly owed; none where no obligation is recorded.
    pub committed: Option<Decimal>,
    /// Paid out.
    pub disbursed: Decimal,
    /// Sent back.
    pub returned: Decimal,
    /// Of what was paid out: confirmed or verified, and disputed by nobody.
    pub confirmed: Decimal,
}

/// Money of some promises, currency by currency.
pub fn money_totals<'s>(survey: &Survey, rows: impl IntoIterator<Item = &'s Arc<Surveyed>>) -> Vec<MoneyTotal> {
    let mut totals = BTreeMap::new();
    for row in rows {
        let within_others = survey.part_of(row).is_some();
        let mut seen = Vec::new();
        if let Some(amount) = row.amount.filter(|_| row.counts_toward_totals) {
            let total = total(&mut totals, &mut seen, amount.currency(), within_others);
            total.promised = Some(total.promised.unwrap_or_default() + amount.amount());
        }
        for money in &row.money {
            let total = total(&mut totals, &mut seen, money.currency, within_others);
            if let Some(committed) = money.committed {
                total.committed = Some(total.committed.unwrap_or_default() + committed);
            }
            total.disbursed += money.disbursed;
            total.returned += money.returned;
            total.confirmed += money.confirmed;
        }
    }
    totals.into_values().collect()
}

/// The total of a currency, in which one promise counts once however often it is `seen`.
fn total<'t>(
    totals: &'t mut BTreeMap<(Currency, bool), MoneyTotal>,
    seen: &mut Vec<Currency>,
    currency: Currency,
    within_others: bool,
) -> &'t mut MoneyTotal {
    let zero = Decimal::ZERO;
    let empty = MoneyTotal {
        currency,
        within_others,
        promises: 0,
        promised: None,
        committed: None,
        disbursed: zero,
        returned: zero,
        confirmed: zero,
    };
    let total = totals.entry((currency, within_others)).or_insert(empty);
    if !seen.contains(&currency) {
        seen.push(currency);
        total.promises += 1;
    }
    total
}

/// By what promises are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// The parties that must deliver, a ministry counting as its state.
    Party,
    /// Fields of activity.
    Sector,
    /// The packages in which they were announced.
    Package,
    /// The very bodies that must deliver.
    Body,
}

/// A group of promises.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Those of a party or a body.
    Party(PartyId),
    /// Those of a field of activity.
    Sector(Sector),
    /// Those of a package.
    Package(PackageId),
    /// Those that name none.
    None,
}

/// The groups of some promises. A promise of two parties is in the groups of both, so groups do not add up to the
/// whole; one that names none is in a group of its own.
pub fn groups<'s>(survey: &Survey, rows: &[&'s Arc<Surveyed>], axis: Axis) -> BTreeMap<Group, Vec<&'s Arc<Surveyed>>> {
    let mut groups: BTreeMap<Group, Vec<&Arc<Surveyed>>> = BTreeMap::new();
    for row in rows {
        let mut of: Vec<Group> = match axis {
            Axis::Party => row.obligors.iter().map(|id| Group::Party(survey.top_of(id).clone())).collect(),
            Axis::Body => survey.obligors_of(row).into_iter().cloned().map(Group::Party).collect(),
            Axis::Sector => survey.sectors_of(row).into_iter().cloned().map(Group::Sector).collect(),
            Axis::Package => survey.packages_of(row).into_iter().cloned().map(Group::Package).collect(),
        };
        of.sort_unstable();
        of.dedup();
        if of.is_empty() {
            of.push(Group::None);
        }
        for group in of {
            groups.entry(group).or_default().push(row);
        }
    }
    groups
}
