//! Where a figure comes from: its formula in words, what went into it, and the entries behind it.
//!
//! Deliberately absent: computing anything; the figure is the read model's, found by its name.

use axum::response::Response;
use serde_json::Value;
use servanda_projector::{Over, ProjectorError};

use super::format;
use super::look::Look;
use super::parts::{Cell, Line, Section, Table, Thing};
use super::routes::Row;
use super::visitor::Visitor;
use crate::contract::{Param, Place, text_schema};
use crate::problem::Problem;
use crate::reads::not_found;
use crate::words::Words;

/// Entries that are listed; a figure of a whole ledger stands on more.
const ENTRIES_MAX: usize = 200;

const OF: Param = Param {
    name: "of",
    place: Place::Query,
    required: true,
    about: "The thing whose figure it is.",
    expected: "ledger, package/…, agreement/…, commitment/…, party/…",
    schema: text_schema,
};
const FIGURE: Param = Param {
    name: "figure",
    place: Place::Query,
    required: true,
    about: "The name of the figure.",
    expected: "completion_mean, money.per_currency.0.share, …",
    schema: text_schema,
};

pub(super) static EXPLAIN: Row = Row::reads("/explain", "explain", &[&OF, &FIGURE]);

/// All figures of a thing, as the interface gives them, with its name and its page.
fn figures(look: &Look<'_>, of: &str) -> Result<Option<(Value, String, String)>, Problem> {
    let rollup = |over: Over| -> Result<Option<Value>, ProjectorError> {
        Ok(look.reader.rollup(&over)?.and_then(|rollup| serde_json::to_value(rollup).ok()))
    };
    let (kind, key) = of.split_once('/').unwrap_or((of, ""));
    let lang = look.lang.tag();
    let bad = || OF.bad(of);
    let (value, name) = match kind {
        "ledger" => (rollup(Over::Ledger)?, look.app.log().ledger().to_string()),
        "package" => {
            let id = key.parse().map_err(|_| bad())?;
            let name = look.reader.package(&id)?.map(|view| view.package.titles.best(lang).to_owned());
            (rollup(Over::Package(id))?, name.unwrap_or_default())
        }
        "agreement" => {
            let id = key.parse().map_err(|_| bad())?;
            let name = look.reader.agreement(&id)?.map(|view| view.agreement.titles.best(lang).to_owned());
            (rollup(Over::Agreement(id))?, name.unwrap_or_default())
        }
        "party" => {
            let id = key.parse().map_err(|_| bad())?;
            let name = look.party(&id)?;
            (rollup(Over::Party(id))?, name)
        }
        "commitment" => {
            let id = key.parse().map_err(|_| bad())?;
            let view = look.reader.commitment(&id)?;
            let name = view.map(|view| super::commitments::statement(look, &view)).unwrap_or_default();
            let progress = look.reader.commitment_progress(&id)?;
            (progress.and_then(|progress| serde_json::to_value(progress).ok()), name)
        }
        _ => return Err(bad()),
    };
    let page = match kind {
        "ledger" => "/".to_owned(),
        "party" => format!("/parties/{key}"),
        _ => format!("/{kind}s/{key}"),
    };
    Ok(value.map(|value| (value, name, page)))
}

/// Where the dictionary of figures speaks of a formula.
fn in_dictionary(formula: &str) -> &str {
    match formula.split('.').next().unwrap_or_default() {
        "partial_completion" => "partial",
        "original_completion" => "original",
        "completion_word" => "word",
        "cancelled_share" => "cancelled",
        "planned_value" | "earned_value" => "value",
        "spi_t" => "spi-t",
        "on_time_rate" => "on-time",
        "on_time_rate_by_count" => "on-time-count",
        "slippage_median" | "slippage_max" => "slippage",
        "verified_share" | "disputed_share" => "verified",
        "verified_share_by_count" | "disputed_share_by_count" => "verified-count",
        "status_disagreement" => "disagreement",
        "committed" | "disbursed" | "returned" => "money",
        "financial_delivery" => "delivered",
        "financial_delivery_converted" => "converted",
        "schedule_of_money" => "schedule",
        "completion_mean" => "mean",
        "completion_by_amount" => "by-amount",
        "honoured_rate" => "honoured",
        "assessment_mean" => "assessments",
        "coverage_count" | "coverage_amount" => "coverage",
        "counts" => "counted",
        "completion_words" => "word",
        "overdue" | "at_risk" => "state",
        mean if mean.ends_with("_mean") => "other-means",
        other => other,
    }
}

pub(super) async fn explain(visitor: Visitor) -> Result<Response, Problem> {
    let given = |param: &Param| {
        let missing = Problem::new(axum::http::StatusCode::BAD_REQUEST, "parameter_missing").with("name", &param.name);
        visitor.asked.text(param).map(str::to_owned).ok_or(missing)
    };
    let (of, figure) = (given(&OF)?, given(&FIGURE)?);
    let page = visitor
        .read(move |look| {
            let (all, name, page) = figures(look, &of)?.ok_or_else(|| not_found("figure", &of))?;
            let found = named(&all, &figure).ok_or_else(|| FIGURE.bad(&figure))?;
            shown(look, &name, &page, &found)
        })
        .await?;
    visitor.page("pages/thing.html", &page)
}

/// The key of the words for a value of an input, where it is a word.
fn value_key(input: &str, value: &str) -> String {
    format!("explain-input-{input}-{value}").replace('_', "-")
}

/// What explains itself, with the number of it that is asked for where several are told together.
struct Explained<'v> {
    figure: &'v Value,
    /// Names and values, in the order of their names.
    values: Vec<(String, &'v Value)>,
}

/// What the name of a figure leads to: a figure, a row of a list, numbers that are told together, or one of these.
fn named<'v>(all: &'v Value, name: &str) -> Option<Explained<'v>> {
    let (mut value, mut figure, mut last) = (all, None, "");
    for part in name.split('.') {
        value = match part.parse::<usize>() {
            Ok(place) => value.get(place)?,
            Err(_) => value.get(part)?,
        };
        if value.get("formula").is_some() {
            figure = Some(value);
        }
        last = part;
    }
    let figure = figure?;
    let values = match value.as_object() {
        Some(fields) if std::ptr::eq(value, figure) && !fields.contains_key("value") => {
            let told = fields
                .iter()
                .filter(|(name, value)| name.as_str() != "formula" && (value.is_string() || value.is_number()));
            told.map(|(name, value)| (name.replace('_', " "), value)).collect()
        }
        Some(_) if std::ptr::eq(value, figure) => vec![(String::new(), &figure["value"])],
        None if !matches!(last, "formula") => vec![(last.replace('_', " "), value)],
        _ => return None,
    };
    Some(Explained { figure, values })
}

fn shown(look: &Look<'_>, name: &str, page: &str, explained: &Explained<'_>) -> Result<Thing, Problem> {
    let figure = explained.figure;
    let formula = figure["formula"].as_str().unwrap_or_default();
    let written = |value: &Value| match value {
        Value::String(text) => format::number(text, look.lang),
        Value::Number(number) => format::number(&number.to_string(), look.lang),
        _ => look.text("page-not-measurable"),
    };
    let key = format!("dictionary-{}", in_dictionary(formula));
    let (title, meaning) = if Words::shared().knows(&key) {
        (look.text(&key), look.text(&format!("{key}-is")))
    } else {
        (formula.to_owned(), look.text("formula-elsewhere"))
    };
    let mut lines: Vec<Line> = Vec::new();
    for (name, value) in &explained.values {
        let name = if name.is_empty() { look.text("explain-value") } else { name.clone() };
        lines.push(Line::new(name, vec![Cell::text(written(value))]));
    }
    lines.push(Line::new(look.text("explain-meaning"), vec![Cell::text(meaning)]));
    lines.push(Line::new(look.text("explain-formula"), vec![Cell::code(formula)]));
    for (input, value) in figure["inputs"].as_object().into_iter().flatten() {
        let value = match value.as_str().unwrap_or_default() {
            "true" => look.text("choice-yes_no-yes"),
            "false" => look.text("choice-yes_no-no"),
            value if Words::shared().knows(&value_key(input, value)) => look.text(&value_key(input, value)),
            value => value.parse().map_or_else(|_| format::number(value, look.lang), |day| format::day(day, look.lang)),
        };
        let key = format!("explain-input-{}", input.replace('_', "-"));
        let name = if Words::shared().knows(&key) { look.text(&key) } else { input.replace('_', " ") };
        lines.push(Line::new(name, vec![Cell::text(value)]));
    }
    let positions: Vec<u64> = figure["entries"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let mut rows = Vec::new();
    for position in positions.iter().take(ENTRIES_MAX) {
        let Some(entry) = look.app.log().entry(*position)? else { continue };
        let fact = entry.decode()?.fact;
        rows.push(vec![
            Cell::link(position.to_string(), look.link(&format!("/entries/{position}"))),
            Cell::text(look.text(&format!("event-{}", fact.event.type_name()))),
            Cell::text(look.date(&fact.occurred_on)),
            Cell::text(format::moment(fact.recorded_at, look.lang)),
        ]);
    }
    let heads = ["page-entry", "page-what", "head-occurred", "page-recorded"].map(|key| look.text(key));
    let title_of_entries = look.say("explain-entries", &[("n", positions.len().into())]);
    let mut entries = Section {
        table: Some(Table::new(title_of_entries.clone(), &heads, rows)),
        ..Section::new("entries", title_of_entries)
    };
    if positions.len() > ENTRIES_MAX {
        entries.sentences.push(look.say("explain-first", &[("n", ENTRIES_MAX.into())]));
    }
    Ok(Thing {
        title,
        kind: name.to_owned(),
        back: Some(Cell::link(look.text("component-back"), look.link(page))),
        status: None,
        sentences: vec![look.as_known(), look.text("explain-again")],
        sections: vec![Section { lines, ..Section::new("figure", String::new()) }, entries],
        demonstration: false,
    })
}
