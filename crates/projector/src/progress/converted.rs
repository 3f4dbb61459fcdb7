//! All money in one currency, through recorded rates only.
//!
//! The currency is the one asked for. Where none is, it is one of those in which something is owed: into which all that
//! is owed can be brought, if there is one; of these the one in which most obligations are; of these the first by its
//! code.
//! Deliberately absent: rates turned round or chained, which nobody recorded.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::commitment::Flow;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{IndicatorId, Position};
use servanda_events::indicator::ExchangeRateRecorded;
use servanda_events::money::{Currency, Money};
use servanda_events::{Event, Fact};

use super::figure::Figure;
use super::money::{Owned, PaymentParts, parts};

/// Money converted into one currency.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Converted {
    /// The currency.
    pub currency: Currency,
    /// Paid out less sent back, of what is owed; not measurable where no rate is recorded for something owed.
    pub share: Figure,
    /// Payments left out because no rate is recorded for them.
    pub unconverted: usize,
    /// Obligations for which no rate is recorded.
    pub owed_without_rate: usize,
    /// Whether more was paid out and not sent back than is owed.
    pub above_committed: bool,
}

/// A rate, with the positions of the entries that state it.
struct Rate {
    recorded: ExchangeRateRecorded,
    position: Position,
    entries: Vec<Position>,
}

/// Recorded exchange rates, and the currency that figures are asked in.
#[derive(Default)]
pub(crate) struct Rates {
    /// By what they convert, and into what; those fixed later stand later.
    by_pair: BTreeMap<(Currency, Currency), Vec<Rate>>,
    asked: Option<Currency>,
}

impl Rates {
    pub(crate) fn of<'a>(facts: impl IntoIterator<Item = &'a Fact>, asked: Option<Currency>) -> Self {
        let mut by_pair: BTreeMap<(Currency, Currency), Vec<Rate>> = BTreeMap::new();
        for fact in facts {
            if let Event::ExchangeRateRecorded(rate) = &fact.event {
                let (recorded, entries) = ((**rate).clone(), fact.sources().collect());
                let of_pair = by_pair.entry((rate.base, rate.quote)).or_default();
                of_pair.push(Rate { recorded, position: fact.position, entries });
            }
        }
        by_pair.values_mut().for_each(|rates| rates.sort_by_key(|rate| (rate.recorded.rate_date, rate.position)));
        Self { by_pair, asked }
    }

    /// The newest rate that was fixed by a day.
    fn newest(&self, from: Currency, into: Currency, by: LedgerDate) -> Option<&Rate> {
        let rates = self.by_pair.get(&(from, into))?;
        rates.get(rates.partition_point(|rate| rate.recorded.rate_date <= by).checked_sub(1)?)
    }

    fn named(&self, from: Currency, into: Currency, id: &IndicatorId) -> Option<&Rate> {
        self.by_pair.get(&(from, into))?.iter().find(|rate| rate.recorded.rate_id == *id)
    }
}

/// The pairs of currencies for which rates are looked up: from all in which something is owed or was paid, into those
/// in which something is owed, or into the one asked for.
pub(crate) fn pairs<'f, 'a: 'f>(
    flows: impl Iterator<Item = &'f Flow<'a>>,
    asked: Option<Currency>,
) -> Vec<(Currency, Currency)> {
    let (mut from, mut into) = (BTreeSet::new(), BTreeSet::from_iter(asked));
    for flow in flows {
        let owed = flow.owed().map(|owed| owed.currency());
        from.extend(owed.into_iter().chain(flow.payments.iter().map(|payment| parts(payment).1.currency())));
        into.extend(owed.filter(|_| asked.is_none()));
    }
    let of = |quote: Currency| from.iter().filter(move |base| **base != quote).map(move |base| (*base, quote));
    into.into_iter().flat_map(of).collect()
}

/// The currency that figures are given in; none where nothing is owed and none was asked for.
fn reporting_currency(flows: &[Owned<'_, '_>], rates: &Rates, as_of: LedgerDate) -> Option<Currency> {
    if rates.asked.is_some() {
        return rates.asked;
    }
    let mut owed: BTreeMap<Currency, usize> = BTreeMap::new();
    for currency in flows.iter().filter_map(|of| of.flow.owed()).map(|owed| owed.currency()) {
        *owed.entry(currency).or_default() += 1;
    }
    let is_reached =
        |into: Currency| owed.keys().all(|from| *from == into || rates.newest(*from, into, as_of).is_some());
    let choice = |(currency, obligations): (&Currency, &usize)| (is_reached(*currency), *obligations);
    owed.iter().rev().max_by_key(|row| choice(*row)).map(|(currency, _)| *currency)
}

/// An amount while it is brought into a currency, with the entries behind the rate.
fn brought<'r>(
    amount: Money,
    into: Currency,
    rate: impl FnOnce() -> Option<&'r Rate>,
) -> Option<(Decimal, &'r [Position])> {
    if amount.currency() == into {
        return Some((amount.amount(), &[]));
    }
    let rate = rate()?;
    Some((amount.amount().checked_mul(rate.recorded.rate.value())?, &rate.entries))
}

/// All of it in one currency.
pub(super) fn of(flows: &[Owned<'_, '_>], rates: &Rates, as_of: LedgerDate) -> Option<Converted> {
    let into = reporting_currency(flows, rates, as_of)?;
    let (mut committed, mut paid) = (Decimal::ZERO, Decimal::ZERO);
    let (mut obligations, mut owed_without_rate, mut unconverted) = (0_usize, 0, 0);
    let mut entries: Vec<Position> = Vec::new();
    for Owned { flow, base } in flows {
        let owed = flow.owed();
        if let Some(owed) = owed {
            obligations += 1;
            entries.extend(flow.owed_facts().flat_map(Fact::sources).chain(base.iter().copied()));
            match brought(owed, into, || rates.newest(owed.currency(), into, as_of)) {
                Some((amount, behind)) => {
                    committed += amount;
                    entries.extend_from_slice(behind);
                }
                None => owed_without_rate += 1,
            }
        }
        for (fact, amount, returned, named) in flow.payments.iter().map(parts) {
            let settles = owed.is_some_and(|owed| owed.currency() == amount.currency());
            entries.extend(fact.sources().chain(base.iter().copied()));
            match brought(amount, into, || {
                rate_of(rates, (fact, amount, returned, named), into, settles.then_some(as_of))
            }) {
                Some((value, behind)) => {
                    paid += if returned { -value } else { value };
                    entries.extend_from_slice(behind);
                }
                None => unconverted += 1,
            }
        }
    }
    let is_known = obligations > 0 && owed_without_rate == 0;
    let share = if is_known {
        Figure::ratio("financial_delivery_converted.v3", paid, committed)
    } else {
        Figure::unmeasurable("financial_delivery_converted.v3").input("numerator", paid)
    };
    Some(Converted {
        currency: into,
        share: share.input("unconverted", unconverted).input("owed_without_rate", owed_without_rate).from(entries),
        unconverted,
        owed_without_rate,
        above_committed: is_known && paid > committed,
    })
}

/// The rate of a payment. What settles an obligation in its own currency counts as that obligation does, on the date
/// asked for; else the rate that the payment names counts, or the newest one fixed by its day.
fn rate_of<'r>(
    rates: &'r Rates,
    (fact, amount, _, named): PaymentParts<'_>,
    into: Currency,
    settles_on: Option<LedgerDate>,
) -> Option<&'r Rate> {
    let from = amount.currency();
    let named = named.filter(|_| settles_on.is_none()).and_then(|id| rates.named(from, into, id));
    named.or_else(|| rates.newest(from, into, settles_on.unwrap_or(fact.occurred_on.latest)))
}
