//! Money delivered of money committed and of money scheduled, currency by currency.
//!
//! Nothing is clamped. What all of it comes to in one currency is in [`super::converted`]. Of several commitments,
//! those within the amounts of others are given apart: which they are is decided in `rollup`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::commitment::{DisbursementScheduled, Flow, Payment};
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{IndicatorId, Position};
use servanda_events::money::{Currency, Money};

use super::converted::{self, Converted, Rates};
use super::figure::{BareFigure, Figure};
use super::surveyed::Surveyed;

/// Money of one commitment, or of several.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MoneyDelivery {
    /// Currency by currency.
    pub per_currency: Vec<Delivery>,
    /// All of it in one currency, through recorded rates; none where nothing is owed and no currency was asked for.
    pub converted: Option<Converted>,
}

/// Money in one currency.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Delivery {
    /// The currency.
    pub currency: Currency,
    /// Firmly owed now, with all adjustments; none where no obligation is recorded.
    pub committed: Option<Figure>,
    /// Paid out.
    pub disbursed: Figure,
    /// Sent back.
    pub returned: Figure,
    /// Paid out less sent back, of what is owed; may be above 1.
    pub share: Figure,
    /// Whether more was paid out and not sent back than is owed.
    pub above_committed: bool,
    /// Paid out, of the instalments whose last day has come; not measurable while there is none.
    pub schedule: Figure,
}

/// Money in one currency as it is shown, without the entries behind it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BareDelivery {
    /// The currency.
    pub currency: Currency,
    /// Firmly owed now, with all adjustments; none where no obligation is recorded.
    pub committed: Option<BareFigure>,
    /// Paid out.
    pub disbursed: BareFigure,
    /// Sent back.
    pub returned: BareFigure,
    /// Paid out less sent back, of what is owed; may be above 1.
    pub share: BareFigure,
    /// Paid out, of the instalments whose last day has come; not measurable while there is none.
    pub schedule: BareFigure,
}

impl From<&Delivery> for BareDelivery {
    fn from(of: &Delivery) -> Self {
        Self {
            currency: of.currency,
            committed: of.committed.as_ref().map(Into::into),
            disbursed: (&of.disbursed).into(),
            returned: (&of.returned).into(),
            share: (&of.share).into(),
            schedule: (&of.schedule).into(),
        }
    }
}

/// A flow of money, with the entries by which it belongs to what is asked for.
#[derive(Clone, Copy)]
pub(super) struct Owned<'f, 'a> {
    pub(super) flow: &'f Flow<'a>,
    pub(super) base: &'f [Position],
}

#[derive(Default)]
struct Sums {
    committed: Option<Decimal>,
    committed_entries: Vec<Position>,
    disbursed: Decimal,
    disbursed_entries: Vec<Position>,
    returned: Decimal,
    returned_entries: Vec<Position>,
    scheduled: Decimal,
    scheduled_entries: Vec<Position>,
}

pub(super) type PaymentParts<'a> = (&'a Fact, Money, bool, Option<&'a IndicatorId>);

/// The entry of a payment, how much it was, whether it was sent back, and the rate that it names.
pub(super) fn parts<'a>(payment: &Payment<'a>) -> PaymentParts<'a> {
    match payment {
        Payment::Disbursed(fact, paid) => (*fact, paid.amount, false, paid.rate_id.as_ref()),
        Payment::Returned(fact, back) => (*fact, back.amount, true, None),
    }
}

/// The delivery of some flows, with what was to be paid out by a date.
pub(super) fn delivery(flows: &[Owned<'_, '_>], rates: &Rates, as_of: LedgerDate) -> MoneyDelivery {
    let mut sums: BTreeMap<Currency, Sums> = BTreeMap::new();
    for Owned { flow, base } in flows {
        if let Some(owed) = flow.owed() {
            let sum = sums.entry(owed.currency()).or_default();
            sum.committed = Some(sum.committed.unwrap_or_default() + owed.amount());
            sum.committed_entries.extend(flow.owed_facts().flat_map(Fact::sources).chain(base.iter().copied()));
        }
        for (fact, amount, returned, _) in flow.payments.iter().map(parts) {
            let sum = sums.entry(amount.currency()).or_default();
            let (total, entries) = if returned {
                (&mut sum.returned, &mut sum.returned_entries)
            } else {
                (&mut sum.disbursed, &mut sum.disbursed_entries)
            };
            *total += amount.amount();
            entries.extend(fact.sources().chain(base.iter().copied()));
        }
        for (fact, planned) in come_due(flow, as_of) {
            let sum = sums.entry(planned.amount.currency()).or_default();
            sum.scheduled += planned.amount.amount();
            sum.scheduled_entries.extend(fact.sources().chain(base.iter().copied()));
        }
    }
    MoneyDelivery {
        per_currency: sums.into_iter().map(|(currency, sum)| per_currency(currency, sum)).collect(),
        converted: converted::of(flows, rates, as_of),
    }
}

/// The instalments of a flow whose last day has come by a date.
pub(super) fn come_due<'f, 'a>(
    flow: &'f Flow<'a>,
    as_of: LedgerDate,
) -> impl Iterator<Item = &'f (&'a Fact, &'a DisbursementScheduled)> {
    flow.scheduled.iter().filter(move |(_, planned)| planned.due.latest <= as_of)
}

/// The delivery of the money of rows of a survey, currency by currency.
pub(super) fn counted<'s>(rows: impl Iterator<Item = &'s Surveyed>) -> Vec<BareDelivery> {
    let mut sums: BTreeMap<Currency, Sums> = BTreeMap::new();
    for row in rows {
        for money in &row.money {
            let sum = sums.entry(money.currency).or_default();
            if let Some(committed) = money.committed {
                sum.committed = Some(sum.committed.unwrap_or_default() + committed);
            }
            sum.disbursed += money.disbursed;
            sum.returned += money.returned;
        }
        for (currency, scheduled) in &row.scheduled {
            sums.entry(*currency).or_default().scheduled += scheduled;
        }
    }
    sums.into_iter().map(|(currency, sum)| (&per_currency(currency, sum)).into()).collect()
}

fn per_currency(currency: Currency, sum: Sums) -> Delivery {
    let net = sum.disbursed - sum.returned;
    let share = match sum.committed {
        None => Figure::unmeasurable("financial_delivery.v2"),
        Some(committed) => Figure::ratio("financial_delivery.v2", net, committed),
    };
    let all = sum.committed_entries.iter().chain(&sum.disbursed_entries).chain(&sum.returned_entries).copied();
    let share = share.from(all.collect::<Vec<_>>());
    let schedule = Figure::ratio("schedule_of_money.v2", sum.disbursed, sum.scheduled)
        .from(sum.disbursed_entries.iter().copied())
        .from(sum.scheduled_entries);
    Delivery {
        currency,
        above_committed: sum.committed.is_some_and(|committed| net > committed),
        committed: sum.committed.map(|c| Figure::amount("committed.v2", c).from(sum.committed_entries)),
        disbursed: Figure::amount("disbursed.v2", sum.disbursed).from(sum.disbursed_entries),
        returned: Figure::amount("returned.v2", sum.returned).from(sum.returned_entries),
        share,
        schedule,
    }
}

impl MoneyDelivery {
    pub(super) fn figures_mut(&mut self) -> Vec<&mut Figure> {
        let mut figures: Vec<&mut Figure> = self.converted.iter_mut().map(|converted| &mut converted.share).collect();
        for of in &mut self.per_currency {
            figures.extend(&mut of.committed);
            figures.extend([&mut of.disbursed, &mut of.returned, &mut of.share, &mut of.schedule]);
        }
        figures
    }
}
