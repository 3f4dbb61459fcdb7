//! The newest entries, day by day: who stated what about which thing, when. Each day begins with how many entries of
//! which sort it brought, so that a reader need not read them all; the filter leaves out what is of no interest.
//!
//! A page looks at a bounded number of entries and says where it goes on. Deliberately absent: figures; the history of
//! one thing, see [`super::history`].

use axum::response::Response;
use serde::Serialize;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{Family, Position, StreamId};
use servanda_log::Entry;
use servanda_projector::ProjectorError;

use super::listing;
use super::look::Look;
use super::parts::{Cell, Choices};
use super::routes::Row;
use super::visitor::Visitor;
use super::{format, shell};
use crate::contract::{AS_OF, KNOWN_AT, LANG, Param, Place, position_schema};
use crate::problem::Problem;

/// Entries on a page.
const SHOWN: usize = 50;
/// Entries that are looked at for a page.
const LOOKED_AT_MAX: usize = 5_000;
/// Entries that are read together.
const FETCHED: usize = 500;

const FAMILIES: &[&str] = &["party", "package", "agreement", "commitment", "indicator", "ledger"];
const FAMILY: Param =
    listing::filter("family", "party, package, agreement, commitment, indicator, ledger", Place::Queries);
const BEFORE: Param = Param {
    name: "before",
    place: Place::Query,
    required: false,
    about: "Entries before this position; the newest by default.",
    expected: "1234",
    schema: position_schema,
};

pub(super) static ENTRIES: Row = Row::reads("/entries", "entries", &[&FAMILY, &BEFORE]);

#[derive(Debug, Serialize)]
struct EntriesPage {
    title: String,
    lead: String,
    families: Choices,
    kept: Vec<(&'static str, String)>,
    days: Vec<Day>,
    newest_href: Option<String>,
    older_href: Option<String>,
    demonstration: bool,
}

/// The entries of a day.
#[derive(Debug, Serialize)]
struct Day {
    id: String,
    day: String,
    /// How many of which sort, the most frequent first.
    digest: String,
    items: Vec<Item>,
}

#[derive(Debug, Serialize)]
struct Item {
    /// The minute, in UTC.
    time: String,
    instant: String,
    who: String,
    what: String,
    about: Cell,
    entry: Cell,
}

/// Entries before a position, the newest first, and where to go on.
struct Found {
    entries: Vec<Entry>,
    older: Option<Position>,
}

/// Looks backwards through the log.
fn found(look: &Look<'_>, before: Position, families: &[String]) -> Result<Found, Problem> {
    let (mut entries, mut end, mut looked_at) = (Vec::new(), before, 0);
    while end > 1 && looked_at < LOOKED_AT_MAX {
        let after = end.saturating_sub(1 + FETCHED as u64);
        let count = usize::try_from(end - 1 - after).unwrap_or(FETCHED);
        for entry in look.app.log().read(after, count)?.into_iter().rev() {
            if entries.len() == SHOWN {
                return Ok(Found { older: Some(end), entries });
            }
            (end, looked_at) = (entry.position, looked_at + 1);
            let family = entry.decode()?.stream.family();
            if families.is_empty() || families.iter().any(|wanted| wanted == family.as_str()) {
                entries.push(entry);
            }
        }
    }
    Ok(Found { entries, older: (end > 1).then_some(end) })
}

/// What an entry is about, with its name in the visitor's language and the page that it has.
fn about(look: &Look<'_>, stream: &StreamId) -> Result<Cell, ProjectorError> {
    let key = stream.key();
    let lang = look.lang.tag();
    let (path, name) = match stream.family() {
        Family::Party => match key.parse() {
            Ok(id) => (format!("/parties/{key}"), Some(look.party(&id)?)),
            Err(_) => (format!("/parties/{key}"), None),
        },
        Family::Package => {
            let view = key.parse().ok().map(|id| look.reader.package(&id)).transpose()?.flatten();
            (format!("/packages/{key}"), view.map(|view| view.package.titles.best(lang).to_owned()))
        }
        Family::Agreement => {
            let view = key.parse().ok().map(|id| look.reader.agreement(&id)).transpose()?.flatten();
            (format!("/agreements/{key}"), view.map(|view| view.agreement.titles.best(lang).to_owned()))
        }
        Family::Commitment => {
            let view = key.parse().ok().map(|id| look.reader.commitment(&id)).transpose()?.flatten();
            (format!("/commitments/{key}"), view.map(|view| super::commitments::statement(look, &view)))
        }
        Family::Indicator | Family::Ledger => (format!("/history/{stream}"), None),
    };
    // What is not there at these clocks has no page there, but its history.
    let (path, name) = match name {
        Some(name) => (path, name),
        None => (format!("/history/{stream}"), key.to_owned()),
    };
    Ok(Cell::link(name, look.link(&path)))
}

/// The days of some entries, which come the newest first.
fn days(look: &Look<'_>, entries: &[Entry]) -> Result<(Vec<Day>, bool), Problem> {
    let mut days: Vec<(LedgerDate, Vec<Item>)> = Vec::new();
    let mut invented = false;
    for entry in entries {
        let recorded = entry.decode()?;
        let fact = &recorded.fact;
        let who = fact.reported_by.as_ref().map(|party| look.party(party)).transpose()?;
        invented |= fact.demonstration;
        let item = Item {
            time: fact.recorded_at.to_string().get(11..16).unwrap_or_default().to_owned(),
            instant: fact.recorded_at.to_string(),
            who: who.unwrap_or_else(|| fact.recorded_by.to_string()),
            what: look.text(&format!("event-{}", fact.event.type_name())),
            about: about(look, &recorded.stream)?.marked(fact.demonstration),
            entry: Cell::link(
                look.say("entry-title", &[("position", fact.position.into())]),
                look.link(&format!("/entries/{}", fact.position)),
            ),
        };
        let date = fact.recorded_at.date();
        match days.last_mut().filter(|(day, _)| *day == date) {
            Some((_, items)) => items.push(item),
            None => days.push((date, vec![item])),
        }
    }
    let day = |(date, items): (LedgerDate, Vec<Item>)| Day {
        id: format!("day-{date}"),
        day: format::day(date, look.lang),
        digest: digest(look, items.iter().map(|item| item.what.as_str())),
        items,
    };
    Ok((days.into_iter().map(day).collect(), invented))
}

/// How many of which sort, the most frequent first, then as the language sorts.
fn digest<'a>(look: &Look<'_>, sorts: impl Iterator<Item = &'a str>) -> String {
    let mut counts: Vec<(&str, i64)> = Vec::new();
    for sort in sorts {
        match counts.iter_mut().find(|(name, _)| *name == sort) {
            Some((_, count)) => *count += 1,
            None => counts.push((sort, 1)),
        }
    }
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| format::order(one.0, other.0, look.lang)));
    let written = |(name, count): &(&str, i64)| format!("{name}: {}", format::count(*count, look.lang));
    counts.iter().map(written).collect::<Vec<_>>().join(" · ")
}

pub(super) async fn entries(visitor: Visitor) -> Result<Response, Problem> {
    let families = visitor.chosen(&FAMILY, FAMILIES)?;
    let end = visitor.when.known_at.position + 1;
    let before = visitor.asked.value::<Position>(&BEFORE)?.map_or(end, |before| before.min(end));
    let (days, older, demonstration) = visitor
        .read(move |look| {
            let found = found(look, before, &families)?;
            let (days, invented) = days(look, &found.entries)?;
            Ok((days, found.older, invented))
        })
        .await?;
    let other = |more: &str| shell::with(&visitor.uri, &[BEFORE.name], more);
    let kept = [&LANG, &AS_OF, &KNOWN_AT].into_iter();
    let page = EntriesPage {
        title: visitor.say("entries-title", &[]),
        lead: visitor.say("entries-lead", &[]),
        families: visitor.choices(&FAMILY, "entries-families", "family-", FAMILIES),
        kept: kept.filter_map(|param| Some((param.name, visitor.asked.text(param)?.to_owned()))).collect(),
        days,
        newest_href: visitor.asked.text(&BEFORE).map(|_| other("")),
        older_href: older.map(|position| other(&format!("{}={position}", BEFORE.name))),
        demonstration,
    };
    visitor.page("pages/entries.html", &page)
}
