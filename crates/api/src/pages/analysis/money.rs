//! Money promised, committed, disbursed and confirmed, currency by currency. Promises within the amounts of others
//! stand in rows of their own and are added to nothing. Nothing is converted unless a currency is asked for, and then
//! only by recorded rates, whose source and date stand beside the result.
//!
//! Deliberately absent: a total over currencies; turning a rate round.

use std::collections::BTreeMap;

use axum::response::Response;
use rust_decimal::Decimal;
use servanda_events::indicator::ExchangeRateRecorded;
use servanda_events::money::Currency;
use servanda_projector::survey::{MoneyTotal, money_totals};
use servanda_projector::views::IndicatorView;
use servanda_projector::{Filter, ProjectorError, Reader};

use super::desk::Desk;
use super::page::{Field, Made, Section, Want, answer};
use crate::contract::{Param, Place};
use crate::pages::look::Look;
use crate::pages::sheet::{Cell, Kind, Sheet};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Indicators looked at in one go while looking for rates.
const STEP: usize = 500;

pub(crate) static INTO: Param = Param {
    name: "into",
    place: Place::Query,
    required: false,
    about: "Shows the amounts in this currency too, by recorded rates only.",
    expected: "EUR",
    schema: crate::contract::text_schema,
};

pub(crate) async fn money(visitor: Visitor) -> Result<Response, Problem> {
    let into: Option<Currency> = visitor.asked.value(&INTO)?;
    answer(visitor, move |desk, look, want| made(desk, look, want, into)).await
}

fn made(desk: &Desk<'_>, look: &Look<'_>, _: Want, into: Option<Currency>) -> Result<Made, Problem> {
    let totals = money_totals(desk.survey, desk.rows.iter().copied());
    let none = desk.text("analysis-unknown");
    let sheet = Sheet {
        name: "money",
        title: desk.text("analysis-money-title"),
        columns: vec![
            desk.column("analysis-column-currency", Kind::Text),
            desk.column("analysis-column-which", Kind::Text),
            desk.column("analysis-column-promises", Kind::Count),
            desk.column("analysis-column-promised", Kind::Amount),
            desk.column("analysis-column-committed", Kind::Amount),
            desk.column("analysis-column-disbursed", Kind::Amount),
            desk.column("analysis-column-returned", Kind::Amount),
            desk.column("analysis-column-money-confirmed", Kind::Amount),
        ],
        rows: totals
            .iter()
            .map(|total| {
                let which = if total.within_others { "yes" } else { "no" };
                let currency = total.currency.to_string();
                vec![
                    Cell::Text(currency.clone()),
                    Cell::Text(desk.text(&format!("analysis-within-{which}"))),
                    desk.count(total.promises, "/analysis/promises", &[("currency", &currency), ("within", which)]),
                    Cell::or(total.promised.map(Cell::Amount), &none),
                    Cell::or(total.committed.map(Cell::Amount), &none),
                    Cell::Amount(total.disbursed),
                    Cell::Amount(total.returned),
                    Cell::Amount(total.confirmed),
                ]
            })
            .collect(),
    };
    let unknown = desk.rows.iter().filter(|row| row.amount.is_none() && row.money.is_empty()).count();
    let empty = totals.is_empty();
    let mut sections = vec![Section {
        id: "money",
        title: sheet.title.clone(),
        about: desk.say("analysis-money-about", &[("unknown", unknown.into())]),
        table: (!empty).then(|| sheet.shown(desk.lang)),
        empty: empty.then(|| desk.text("analysis-empty-money")),
        links: vec![desk.meaning("promised"), desk.meaning("money"), desk.meaning("within")],
        ..Section::default()
    }];
    if let Some(into) = into {
        sections.push(converted(desk, look, &totals, into)?);
    }
    Ok(Made {
        title: sheet.title.clone(),
        lead: desk.text("analysis-money-lead"),
        sections,
        sheet,
        fields: vec![Field {
            name: INTO.name,
            kind: "text",
            label: desk.text("analysis-convert"),
            hint: Some(desk.text("analysis-convert-hint")),
            value: into.map(|into| into.to_string()).unwrap_or_default(),
        }],
        ..Made::default()
    })
}

/// The totals in one currency, each by the newest rate fixed by the date asked for.
fn converted(desk: &Desk<'_>, look: &Look<'_>, totals: &[MoneyTotal], into: Currency) -> Result<Section, Problem> {
    let rates = rates(look.reader, into, look.when.as_of)?;
    let missing = desk.text("analysis-no-rate");
    let row = |total: &MoneyTotal| {
        let rate = rates.get(&total.currency);
        let factor = if total.currency == into { Some(Decimal::ONE) } else { rate.map(|rate| rate.rate.value()) };
        let amount = |amount: Option<Decimal>| {
            let amount = amount.zip(factor).and_then(|(amount, factor)| amount.checked_mul(factor));
            Cell::or(amount.map(|amount| Cell::Amount(amount.round_dp(2))), &missing)
        };
        let which = if total.within_others { "yes" } else { "no" };
        vec![
            Cell::Text(total.currency.to_string()),
            Cell::Text(desk.text(&format!("analysis-within-{which}"))),
            amount(total.committed),
            amount(Some(total.disbursed)),
            amount(Some(total.confirmed)),
            Cell::or(
                rate.map(|rate| Cell::Amount(rate.rate.value())),
                if total.currency == into { "1" } else { &missing },
            ),
            Cell::or(rate.map(|rate| Cell::Day(rate.rate_date)), ""),
            Cell::or(rate.map(|rate| Cell::Text(rate.source.to_string())), ""),
        ]
    };
    let sheet = Sheet {
        name: "money-converted",
        title: desk.say("analysis-converted-title", &[("currency", into.to_string().into())]),
        columns: vec![
            desk.column("analysis-column-currency", Kind::Text),
            desk.column("analysis-column-which", Kind::Text),
            desk.column("analysis-column-committed", Kind::Amount),
            desk.column("analysis-column-disbursed", Kind::Amount),
            desk.column("analysis-column-money-confirmed", Kind::Amount),
            desk.column("analysis-column-rate", Kind::Amount),
            desk.column("analysis-column-rate-date", Kind::Date),
            desk.column("analysis-column-rate-source", Kind::Text),
        ],
        rows: totals.iter().map(row).collect(),
    };
    Ok(Section {
        id: "converted",
        title: sheet.title.clone(),
        about: desk.text("analysis-converted-about"),
        table: Some(sheet.shown(desk.lang)),
        ..Section::default()
    })
}

/// The newest rate into a currency that was fixed by a date, for each currency that has one.
fn rates(
    reader: &Reader<'_>,
    into: Currency,
    by: servanda_events::dates::LedgerDate,
) -> Result<BTreeMap<Currency, ExchangeRateRecorded>, ProjectorError> {
    let mut rates: BTreeMap<Currency, ExchangeRateRecorded> = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page = reader.indicators(&Filter::default(), &after, STEP)?;
        for view in page.items {
            let IndicatorView::Rate(rate) = view else { continue };
            let rate = rate.rate;
            let newer = |known: &ExchangeRateRecorded| known.rate_date <= rate.rate_date;
            if rate.quote == into && rate.rate_date <= by && rates.get(&rate.base).is_none_or(newer) {
                rates.insert(rate.base, rate);
            }
        }
        match page.next_after {
            Some(next) => after = next,
            None => return Ok(rates),
        }
    }
}
