//! Indicators and exchange rates: their list, and one with all its values, each with its period, its source, and the
//! entry that recorded it.
//!
//! Deliberately absent: sums and trends. An indicator is context for promises, never their delivery.

use axum::extract::Path;
use axum::response::Response;
use servanda_events::ids::{IndicatorId, Position};
use servanda_events::indicator::IndicatorDefined;
use servanda_projector::Filter;
use servanda_projector::views::{IndicatorView, ObservationView, RateView};

use super::format;
use super::listing;
use super::look::{Look, name_of};
use super::packages::{more, parties_of};
use super::parts::{Cell, Line, Section, Table, Thing};
use super::routes::Row;
use super::visitor::Visitor;
use crate::contract::PAGE_TOKEN;
use crate::problem::Problem;
use crate::reads::{id, not_found};

pub(super) static LIST: Row = Row::reads("/indicators", "indicators", &[&PAGE_TOKEN]);
pub(super) static ONE: Row = Row::reads("/indicators/{id}", "indicator", &[]);

pub(super) async fn list(visitor: Visitor) -> Result<Response, Problem> {
    let after = visitor.cursor()?.map(|cursor| cursor.after).unwrap_or_default();
    let (next, title, table) = visitor
        .read(move |look| {
            let page = |after: &str, limit| look.reader.indicators(&Filter::default(), after, limit);
            let found = listing::found(&after, page, |view| view.id().to_string(), |view| Ok(Some(row(look, view))))?;
            let heads = ["page-indicator", "page-period", "page-value", "page-source"].map(|key| look.text(key));
            let title = listing::title(look, "list-indicators", found.count, found.counted);
            Ok((found.next_after, title, Table::new(look.text("page-indicators"), &heads, found.rows)))
        })
        .await?;
    let listing = visitor.listing(next, &[]).showing(title, table);
    visitor.page("pages/list.html", &listing)
}

/// An indicator with its newest value, or a rate.
fn row(look: &Look<'_>, view: &IndicatorView) -> Vec<Cell> {
    let named = Cell::link(name(look, view), look.link(&format!("/indicators/{}", view.id())));
    let mut cells = vec![named.marked(view.demonstration())];
    match view {
        IndicatorView::Series { indicator, observations, .. } => {
            match observations.iter().max_by_key(|observed| observed.observation.period.latest) {
                Some(newest) => cells.extend(observed(look, indicator, newest)),
                None => cells.extend(["–"; 3].map(Cell::text)),
            }
        }
        IndicatorView::Rate(rate) => cells.extend(fixed(look, rate)),
    }
    cells
}

/// What an indicator or a rate is called.
pub(super) fn name(look: &Look<'_>, view: &IndicatorView) -> String {
    match view {
        IndicatorView::Series { indicator, .. } => indicator.titles.best(look.lang.tag()).to_owned(),
        IndicatorView::Rate(rate) => {
            let of = [("base", rate.rate.base.as_str().into()), ("quote", rate.rate.quote.as_str().into())];
            look.say("indicator-rate", &of)
        }
    }
}

/// Period, value and source of an observation.
fn observed(look: &Look<'_>, indicator: &IndicatorDefined, view: &ObservationView) -> [Cell; 3] {
    let observed = &view.observation;
    let number = format::number(&observed.value.to_string(), look.lang);
    let value = format::with_unit(&number, indicator.unit.as_str(), look.lang);
    let value = look.say(&format!("qualifier-{}", name_of(&observed.qualifier)), &[("value", value.into())]);
    [Cell::text(look.date(&observed.period)), Cell::text(value), Cell::text(observed.source.to_string())]
}

/// Day, rate and source of an exchange rate.
fn fixed(look: &Look<'_>, view: &RateView) -> [Cell; 3] {
    let rate = &view.rate;
    let number = format::number(&rate.rate.to_string(), look.lang);
    let values = [("base", rate.base.as_str().into()), ("rate", number.into()), ("quote", rate.quote.as_str().into())];
    [
        Cell::text(format::day(rate.rate_date, look.lang)),
        Cell::text(look.say("indicator-rate-value", &values)),
        Cell::text(rate.source.to_string()),
    ]
}

pub(super) async fn one(Path(text): Path<String>, visitor: Visitor) -> Result<Response, Problem> {
    let indicator_id: IndicatorId = id("indicator", &text)?;
    let missing = not_found("indicator", &text);
    let page = visitor
        .read(move |look| {
            let view = look.reader.indicator(&indicator_id)?.ok_or(missing)?;
            shown(look, &indicator_id, &view)
        })
        .await?;
    visitor.page("pages/thing.html", &page)
}

fn shown(look: &Look<'_>, indicator_id: &IndicatorId, view: &IndicatorView) -> Result<Thing, Problem> {
    let mut sections = Vec::new();
    let mut rows = Vec::new();
    match view {
        IndicatorView::Series { indicator, observations, .. } => {
            sections.push(Section { lines: about(look, indicator)?, ..Section::new("about", String::new()) });
            for view in observations {
                rows.push(with_entry(look, observed(look, indicator, view), &view.entries)?);
            }
        }
        IndicatorView::Rate(rate) => rows.push(with_entry(look, fixed(look, rate), &rate.entries)?),
    }
    let title = look.text("indicator-values");
    let mut values = Section::new("values", title.clone());
    if rows.is_empty() {
        values.sentences.push(look.text("indicator-values-none"));
    } else {
        let heads = ["page-period", "page-value", "page-source", "page-entry", "page-recorded"];
        values.table = Some(Table::new(title, &heads.map(|key| look.text(key)), rows));
    }
    sections.push(values);
    let json = format!("/api/v1/indicators/{indicator_id}");
    sections.push(more(look, &format!("indicator-{indicator_id}"), &json, Vec::new()));
    Ok(Thing {
        title: name(look, view),
        kind: look.text("page-indicator"),
        back: Some(Cell::link(look.text("page-indicators"), look.link("/indicators"))),
        status: None,
        sentences: vec![look.as_known(), look.text("indicator-context")],
        sections,
        demonstration: view.demonstration(),
    })
}

fn about(look: &Look<'_>, indicator: &IndicatorDefined) -> Result<Vec<Line>, Problem> {
    let mut lines = vec![
        look.titles("head-titles", &indicator.titles),
        Line::new(look.text("indicator-unit"), vec![Cell::text(indicator.unit.to_string())]),
        Line::new(
            look.text("indicator-direction"),
            vec![Cell::text(look.text(&format!("direction-{}", name_of(&indicator.direction))))],
        ),
        Line::new(
            look.text("indicator-sums"),
            vec![Cell::text(look.text(if indicator.aggregation_allowed {
                "indicator-sums-yes"
            } else {
                "indicator-sums-no"
            }))],
        ),
    ];
    if !indicator.parties.is_empty() {
        lines.push(Line::new(look.text("head-parties"), parties_of(look, &indicator.parties)?));
    }
    if let Some(package) = &indicator.package_id {
        let title = look.reader.package(package)?.map(|view| view.package.titles.best(look.lang.tag()).to_owned());
        let cell = Cell::link(title.unwrap_or_else(|| package.to_string()), look.link(&format!("/packages/{package}")));
        lines.push(Line::new(look.text("head-package"), vec![cell]));
    }
    Ok(lines)
}

/// A value with the entries behind it, and when the first of them was recorded: the second clock beside the first.
fn with_entry(look: &Look<'_>, value: [Cell; 3], entries: &[Position]) -> Result<Vec<Cell>, Problem> {
    let mut cells = Vec::from(value);
    let Some(position) = entries.first().copied() else {
        cells.extend(["–"; 2].map(Cell::text));
        return Ok(cells);
    };
    let entry = look.app.log().read(position.saturating_sub(1), 1)?;
    let recorded = entry.first().map(|entry| entry.decode()).transpose()?;
    cells.push(Cell::link(position.to_string(), look.link(&format!("/entries/{position}"))));
    cells.push(Cell::or_dash(recorded.map(|recorded| format::moment(recorded.fact.recorded_at, look.lang))));
    Ok(cells)
}
