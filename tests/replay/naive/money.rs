//! Money: owed, paid out, sent back, come due; and all of it in one currency through recorded rates.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::facts::{Fact, answered, decimal, first_and_last, ratio, shown};
use super::promise::Promise;

/// Money of one flow: what is owed, and what was paid out or sent back.
struct Flow {
    owed: Option<(String, Decimal)>,
    payments: Vec<Payment>,
    /// Instalments whose last day has come.
    come_due: Vec<(String, Decimal)>,
}

struct Payment {
    currency: String,
    amount: Decimal,
    is_return: bool,
    day: String,
    rate: Option<String>,
}

/// A recorded rate.
struct Rate {
    id: String,
    pair: (String, String),
    rate: Decimal,
    fixed: (String, u64),
}

/// The rates that were recorded and fixed by a day.
pub(super) struct Rates(Vec<Rate>);

impl Rates {
    pub(super) fn of(streams: &BTreeMap<String, Vec<Fact>>, day: &str) -> Self {
        let facts = streams.values().flatten().filter(|fact| fact.is("ExchangeRateRecorded"));
        let rates = facts.filter(|fact| fact.days().0.as_str() <= day).map(|fact| Rate {
            id: fact.text("rate_id").to_owned(),
            pair: (fact.text("base").to_owned(), fact.text("quote").to_owned()),
            rate: decimal(fact.data("rate")),
            fixed: (fact.days().0, fact.position),
        });
        Self(rates.collect())
    }

    /// The newest one of a pair that was fixed by a day.
    fn newest(&self, from: &str, into: &str, by: &str) -> Option<Decimal> {
        if from == into {
            return Some(Decimal::ONE);
        }
        let fits = |rate: &&Rate| rate.pair == (from.to_owned(), into.to_owned()) && rate.fixed.0.as_str() <= by;
        self.0.iter().filter(fits).max_by_key(|rate| rate.fixed.clone()).map(|rate| rate.rate)
    }

    fn named(&self, id: &str, from: &str, into: &str) -> Option<Decimal> {
        let pair = (from.to_owned(), into.to_owned());
        self.0.iter().find(|rate| rate.id == id && rate.pair == pair).map(|rate| rate.rate)
    }
}

fn money_of(fact: &Fact, field: &str) -> (String, Decimal) {
    let money = fact.data(field);
    (money["currency"].as_str().unwrap().to_owned(), decimal(&money["amount"]))
}

fn flows(promise: &Promise) -> Vec<Flow> {
    let facts = &promise.facts;
    let ids: BTreeSet<&str> = facts.iter().map(|fact| fact.text("flow_id")).filter(|id| !id.is_empty()).collect();
    let flow = |id: &str| {
        let of_flow: Vec<&Fact> = facts.iter().filter(|fact| fact.text("flow_id") == id).collect();
        let committed = of_flow.iter().rfind(|fact| fact.is("FundsCommitted")).map(|fact| money_of(fact, "amount"));
        // What an obligation in another currency grew by is no part of this one.
        let owed = committed.map(|(currency, amount)| {
            let grown = of_flow.iter().filter(|fact| fact.is("FundsCommitmentAdjusted"));
            let grown = grown.map(|fact| money_of(fact, "delta")).filter(|(other, _)| *other == currency);
            let sum = amount + grown.map(|(_, delta)| delta).sum::<Decimal>();
            (currency, sum)
        });
        let paid =
            |fact: &&&Fact| (fact.is("FundsDisbursed") || fact.is("FundsReturned")) && !answered(facts, fact).upheld;
        let payments = of_flow.iter().filter(paid).map(|fact| {
            let (currency, amount) = money_of(fact, "amount");
            let rate = fact.data("rate_id").as_str().map(str::to_owned);
            Payment { currency, amount, is_return: fact.is("FundsReturned"), day: fact.days().1, rate }
        });
        let due = |fact: &&&Fact| fact.is("DisbursementScheduled") && first_and_last(fact.data("due")).1 <= promise.day;
        let come_due = of_flow.iter().filter(due).map(|fact| money_of(fact, "amount")).collect();
        Flow { owed, payments: payments.collect(), come_due }
    };
    ids.into_iter().map(flow).collect()
}

#[derive(Default)]
struct Sums {
    owed: Option<Decimal>,
    paid: Decimal,
    back: Decimal,
    come_due: Decimal,
}

/// Money of some promises, put together.
pub(super) fn delivery<'p>(promises: impl Iterator<Item = &'p Promise>, rates: &Rates, day: &str) -> Value {
    let flows: Vec<Flow> = promises.flat_map(flows).collect();
    let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
    for flow in &flows {
        if let Some((currency, owed)) = &flow.owed {
            *sums.entry(currency.clone()).or_default().owed.get_or_insert_default() += owed;
        }
        for payment in &flow.payments {
            let of = sums.entry(payment.currency.clone()).or_default();
            *(if payment.is_return { &mut of.back } else { &mut of.paid }) += payment.amount;
        }
        for (currency, amount) in &flow.come_due {
            sums.entry(currency.clone()).or_default().come_due += amount;
        }
    }
    let per_currency = sums.iter().map(|(currency, of)| {
        json!({
            "currency": currency,
            "committed": shown(of.owed),
            "disbursed": shown(Some(of.paid)),
            "returned": shown(Some(of.back)),
            "share": shown(of.owed.and_then(|owed| ratio(of.paid - of.back, owed))),
            "above_committed": of.owed.is_some_and(|owed| of.paid - of.back > owed),
            "schedule": shown(ratio(of.paid, of.come_due)),
        })
    });
    json!({ "per_currency": per_currency.collect::<Vec<_>>(), "converted": converted(&flows, rates, day) })
}

/// All of it in one currency: one of those in which something is owed, into which most can be brought.
fn converted(flows: &[Flow], rates: &Rates, day: &str) -> Option<Value> {
    let owed: Vec<&(String, Decimal)> = flows.iter().filter_map(|flow| flow.owed.as_ref()).collect();
    let reached = |into: &str| owed.iter().all(|(from, _)| rates.newest(from, into, day).is_some());
    let most = |into: &str| owed.iter().filter(|(from, _)| from == into).count();
    let mut choices: Vec<&str> = owed.iter().map(|(currency, _)| currency.as_str()).collect();
    choices.sort_by_key(|into| (!reached(into), std::cmp::Reverse(most(into)), (*into).to_owned()));
    let into = *choices.first()?;
    let brought: Vec<Option<Decimal>> =
        owed.iter().map(|(from, amount)| rates.newest(from, into, day).map(|rate| rate * amount)).collect();
    let committed: Option<Decimal> = brought.iter().copied().sum();
    let (mut paid, mut unconverted) = (Decimal::ZERO, 0);
    for flow in flows {
        for payment in &flow.payments {
            let from = payment.currency.as_str();
            let settles = flow.owed.as_ref().is_some_and(|(currency, _)| currency == from);
            let by_name = payment.rate.as_ref().filter(|_| !settles && from != into);
            // What settles an obligation in its own currency counts as that obligation does.
            let rate = match by_name.and_then(|id| rates.named(id, from, into)) {
                None => rates.newest(from, into, if settles { day } else { &payment.day }),
                named => named,
            };
            match rate {
                Some(rate) if payment.is_return => paid -= rate * payment.amount,
                Some(rate) => paid += rate * payment.amount,
                None => unconverted += 1,
            }
        }
    }
    Some(json!({
        "currency": into,
        "share": shown(committed.and_then(|committed| ratio(paid, committed))),
        "unconverted": unconverted,
        "owed_without_rate": brought.iter().filter(|amount| amount.is_none()).count(),
        "above_committed": committed.is_some_and(|committed| paid > committed),
    }))
}
