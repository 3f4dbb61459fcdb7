//! The history of a thing as a timeline, and one entry: who recorded what, when, when it happened, why, and the hash by
//! which anyone can check it.
//!
//! Deliberately absent: verdicts on proofs; whoever asks the ledger whether it is honest learns nothing.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use servanda_events::ids::{Family, Position, StreamId};
use servanda_log::Entry;

use super::format;
use super::listing::SIZE;
use super::look::Look;
use super::parts::{Cell, Line, Section, Thing};
use super::record;
use super::review::stated;
use super::routes::Row;
use super::shell;
use super::visitor::Visitor;
use crate::contract::{PAGE_TOKEN, POSITION};
use crate::entries::leaf_hash;
use crate::page_token::Cursor;
use crate::problem::Problem;
use crate::reads::{id, not_found};

pub(super) static HISTORY: Row = Row::reads("/history/{stream}", "history", &[&PAGE_TOKEN]);
pub(super) static ENTRY: Row = Row::reads("/entries/{position}", "entry", &[]);

#[derive(Debug, Serialize)]
struct History {
    title: String,
    back: Cell,
    items: Vec<Item>,
    first_href: Option<String>,
    next_href: Option<String>,
    demonstration: bool,
}

/// An entry of a timeline.
#[derive(Debug, Serialize)]
struct Item {
    what: String,
    href: String,
    recorded_at: String,
    lines: Vec<Line>,
    warnings: Vec<String>,
    links: Vec<Cell>,
    demonstration: bool,
}

/// The page of the thing that a stream is about.
fn thing_path(stream: &str) -> String {
    match stream.split_once('-') {
        Some(("party", key)) => format!("/parties/{key}"),
        Some((kind @ ("package" | "agreement" | "commitment" | "indicator"), key)) => format!("/{kind}s/{key}"),
        _ => "/".to_owned(),
    }
}

/// Why, where the entry says so.
fn reason(data: &Value) -> Option<&str> {
    ["reason", "basis", "explanation"].iter().find_map(|name| data.get(name)?.as_str())
}

/// Fields of an entry by which one knows at a glance what it is about.
const TOLD: [&str; 7] = ["milestone_id", "claim_event_id", "due", "new_due", "achieved_on", "amount", "value_date"];

/// What the milestones and claims of a commitment are called, by their ids.
fn names(look: &Look<'_>, stream: &StreamId) -> Result<BTreeMap<String, String>, Problem> {
    let mut names = BTreeMap::new();
    let id = (stream.family() == Family::Commitment).then(|| stream.key().parse().ok()).flatten();
    let Some(view) = id.map(|id| look.reader.commitment(&id)).transpose()?.flatten() else { return Ok(names) };
    for milestone in &view.milestones {
        let title = milestone.plan.titles.best(look.lang.tag());
        let claims = milestone.achieved.iter().chain(&milestone.rejected);
        names.extend(claims.map(|claimed| (claimed.claim.claim_event_id.to_string(), title.to_owned())));
        names.insert(milestone.plan.milestone_id.to_string(), title.to_owned());
    }
    for payment in view.flows.iter().flat_map(|flow| flow.payments.iter().chain(&flow.rejected)) {
        names.insert(payment.claim.claim_event_id.to_string(), look.money(&payment.amount));
    }
    Ok(names)
}

/// What an entry says of a milestone, a claim, a date or money, field by field.
fn told(look: &Look<'_>, data: &Value, names: &BTreeMap<String, String>) -> Result<Vec<Line>, Problem> {
    let mut lines = Vec::new();
    for name in TOLD {
        let Some(value) = data.get(name).filter(|value| !value.is_null()) else { continue };
        let named = value.as_str().and_then(|id| names.get(id)).cloned();
        let shown = named.map_or_else(|| stated::value(look, "", name, value), Ok)?;
        lines.push(Line::new(stated::field(look.lang, name), vec![Cell::text(shown)]));
    }
    Ok(lines)
}

/// Everything that is said of an entry but its data: who, when, why.
fn said(look: &Look<'_>, entry: &Entry, names: &BTreeMap<String, String>) -> Result<(Item, Value), Problem> {
    let recorded = entry.decode()?;
    let fact = &recorded.fact;
    let value: Value = serde_json::from_slice(&entry.bytes).map_err(Problem::internal)?;
    let data = value.get("data").cloned().unwrap_or_default();
    let line = |key: &str, cell: Cell| Line::new(look.text(key), vec![cell]);
    let mut lines = vec![
        line("page-recorded", Cell::text(format::moment(fact.recorded_at, look.lang))),
        line("head-occurred", Cell::text(look.date(&fact.occurred_on))),
        line("head-recorded-by", Cell::text(fact.recorded_by.to_string())),
    ];
    lines.splice(..0, told(look, &data, names)?);
    if let Some(proposer) = &recorded.proposed_by {
        lines.push(line("head-proposed-by", Cell::text(proposer.to_string())));
    }
    if let Some(party) = &fact.reported_by {
        lines.push(line("page-reported-by", Cell::link(look.party(party)?, look.link(&format!("/parties/{party}")))));
    }
    if let Some(reason) = reason(&data) {
        lines.push(line("head-reason", Cell::text(reason)));
    }
    if let Some(note) = &fact.note {
        lines.push(line("head-note", Cell::text(note.to_string())));
    }
    for patch in data.get("patches").and_then(Value::as_array).into_iter().flatten() {
        let path = patch["path"].as_str().unwrap_or_default();
        let name = path.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        let plain = |side: &str| stated::value(look, "CorrectEntry", name, &patch[side]);
        let values = [("old", plain("old")?.into()), ("new", plain("new")?.into())];
        let key = format!("{}: {}", look.text("head-corrected"), stated::field(look.lang, name));
        lines.push(Line::new(key, vec![Cell::text(look.say("corrected-from-to", &values))]));
    }
    for evidence in &fact.evidence {
        let address = evidence.url.as_ref().map(ToString::to_string);
        let hash = evidence.sha256.as_ref().map(ToString::to_string);
        let note = [address, hash].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let note = Some(note).filter(|note| !note.is_empty());
        lines.push(line("head-document", Cell::text(evidence.title.to_string()).noted(note)));
    }
    lines.push(line("head-hash", Cell::code(leaf_hash(&entry.bytes))));
    let position = fact.position;
    let just_after = format!("{}?known_at={position}", thing_path(recorded.stream.as_str()));
    let number = || [("position", position.to_string().into())];
    let mut links = vec![
        Cell::link(look.say("entry-just-after", &number()), just_after),
        Cell::link(look.say("entry-json", &number()), format!("/api/v1/entries/{position}")),
    ];
    // A log in memory signs nothing that an entry could be proved by.
    if look.app.log().checkpoint().is_some() {
        links.push(Cell::link(look.say("entry-proof", &number()), format!("/api/v1/entries/{position}/proof")));
    }
    let item = Item {
        what: look.text(&format!("event-{}", fact.event.type_name())),
        href: look.link(&format!("/entries/{position}")),
        recorded_at: fact.recorded_at.to_string(),
        lines,
        warnings: fact.flags.iter().map(|flag| look.app.words().warning(flag, look.lang)).collect(),
        links,
        demonstration: fact.demonstration,
    };
    Ok((item, data))
}

pub(super) async fn history(Path(text): Path<String>, visitor: Visitor) -> Result<Response, Problem> {
    let stream: StreamId = id("stream", &text)?;
    let missing = not_found("stream", &text);
    let cursor = Cursor::of(&visitor.asked, stream.as_str())?;
    let after: u64 = cursor.map_or(Ok(0), |cursor| cursor.after.parse()).map_err(Problem::internal)?;
    let known_at = visitor.when.known_at.position;
    let name = stream.clone();
    let (items, more, thing) = visitor
        .read(move |look| {
            let mut entries = look.app.log().read_stream(&name, after, SIZE + 1)?;
            entries.retain(|entry| entry.position <= known_at);
            if entries.is_empty() && after == 0 {
                return Err(missing);
            }
            let names = names(look, &name)?;
            let items = entries.iter().take(SIZE).map(|entry| said(look, entry, &names).map(|(item, _)| item));
            Ok((items.collect::<Result<Vec<_>, _>>()?, entries.len() > SIZE, look.thing(&name)?.0))
        })
        .await?;
    let cursor = |after: String| Cursor { as_of: visitor.when.as_of, known_at, after };
    let next = more.then(|| cursor((after + SIZE as u64).to_string()).token(&visitor.asked, stream.as_str()));
    let other = |token: &str| shell::with(&visitor.uri, &[PAGE_TOKEN.name], token);
    let page = History {
        title: visitor.say("history-title", &[("stream", thing.into())]),
        back: Cell::link(visitor.say("component-back", &[]), visitor.link(&thing_path(stream.as_str()))),
        demonstration: items.iter().any(|item| item.demonstration),
        items,
        first_href: visitor.asked.text(&PAGE_TOKEN).map(|_| other("")),
        next_href: next.map(|token| other(&format!("{}={token}", PAGE_TOKEN.name))),
    };
    visitor.page("pages/history.html", &page)
}

/// The values of an entry's data, each with the way to it.
fn flat(value: &Value, path: &str, lines: &mut Vec<Line>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| flat(field, &format!("{path}/{name}"), lines)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| flat(item, &format!("{path}/{n}"), lines)),
        Value::String(text) => lines.push(Line::new(path.to_owned(), vec![Cell::text(text.as_str())])),
        other => lines.push(Line::new(path.to_owned(), vec![Cell::text(other.to_string())])),
    }
}

pub(super) async fn entry(Path(text): Path<String>, visitor: Visitor) -> Result<Response, Problem> {
    let position: Position = text.parse().map_err(|_| POSITION.bad(&text))?;
    let known_at = visitor.when.known_at.position;
    let page = visitor
        .read(move |look| {
            let found = if position == 0 || position > known_at { None } else { look.app.log().entry(position)? };
            let entry = found.ok_or_else(|| {
                let problem = Problem::new(StatusCode::NOT_FOUND, "entry_not_found");
                problem.with("position", &position).with("head", &known_at)
            })?;
            let stream = entry.decode()?.stream;
            let (item, data) = said(look, &entry, &names(look, &stream)?)?;
            let mut values = Vec::new();
            flat(&data, "/data", &mut values);
            let bytes = String::from_utf8_lossy(&entry.bytes).into_owned();
            let history = Cell::link(look.text("link-history"), look.link(&format!("/history/{stream}")));
            let mut sections = vec![
                Section { lines: item.lines, sentences: item.warnings, ..Section::new("about", String::new()) },
                Section { lines: values, ..Section::new("data", look.text("section-data")) },
                Section {
                    verbatim: Some(bytes),
                    sentences: vec![look.text("entry-bytes")],
                    ..Section::new("bytes", look.text("section-bytes"))
                },
                Section {
                    links: std::iter::once(history).chain(item.links).collect(),
                    ..Section::new("more", look.text("section-more"))
                },
            ];
            sections.extend(record::links::of_entry(look, position));
            Ok(Thing {
                title: item.what,
                kind: look.say("entry-title", &[("position", position.into())]),
                back: Some(Cell::link(look.text("component-back"), look.link(&format!("/history/{stream}")))),
                sections,
                demonstration: item.demonstration,
                ..Thing::default()
            })
        })
        .await?;
    visitor.page("pages/thing.html", &page)
}
