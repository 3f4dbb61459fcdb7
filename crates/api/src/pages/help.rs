//! Help and glossary, the statement on accessibility, and the page that chooses another date.
//!
//! Deliberately absent: help inside forms, which stands where it is needed.

use axum::http::Uri;
use axum::response::Response;
use serde::Serialize;
use servanda_events::dates::LedgerDate;

use super::parts::{Cell, Line, Section, Thing};
use super::routes::{Row, Who};
use super::visitor::Visitor;
use super::{format, shell};
use crate::app::App;
use crate::contract::{Param, Place, text_schema};
use crate::problem::Problem;
use crate::words::Lang;

/// The page to look at, as its address.
const PAGE: Param = Param {
    name: "page",
    place: Place::Query,
    required: false,
    about: "The page to look at.",
    expected: "/agreements",
    schema: text_schema,
};

pub(super) static HELP: Row = Row::plain("get", "/help", "help", Who::Anyone, &[]);
pub(super) static ACCESSIBILITY: Row = Row::plain("get", "/accessibility", "accessibility", Who::Anyone, &[]);
pub(super) static AS_OF: Row = Row::plain("get", "/as-of", "as_of", Who::Readers, &[&PAGE]);

/// Words of the glossary, in groups: the key of the group, and the keys of its words.
const GLOSSARY: &[(&str, &[&str])] = &[
    ("help-things", &["package", "agreement", "commitment", "prospect", "milestone", "entry"]),
    ("help-standing", &["open", "overdue", "missed", "suspended", "fulfilled", "cancelled", "at-risk"]),
    ("help-claims", &["claimed", "confirmed", "disputed", "verified", "rejected"]),
    ("help-changes", &["correction", "amendment", "as-of", "known-at", "not-measurable"]),
];

pub(super) async fn help(visitor: Visitor) -> Result<Response, Problem> {
    let line = |word: &&str| {
        let meaning = visitor.say(&format!("glossary-{word}-is"), &[]);
        Line::new(visitor.say(&format!("glossary-{word}"), &[]), vec![Cell::text(meaning)])
    };
    let section = |(group, words): &(&str, &[&str])| Section {
        lines: words.iter().map(line).collect(),
        ..Section::new(group, visitor.say(group, &[]))
    };
    let page = Thing {
        title: visitor.say("footer-help", &[]),
        sentences: ["help-1", "help-2", "help-3"].map(|key| visitor.say(key, &[])).to_vec(),
        sections: GLOSSARY.iter().map(section).collect(),
        ..Thing::default()
    };
    visitor.page("pages/thing.html", &page)
}

pub(super) async fn accessibility(visitor: Visitor) -> Result<Response, Problem> {
    let said = |keys: &[&str]| keys.iter().map(|key| visitor.say(key, &[])).collect();
    let section = |id: &str, keys: &[&str]| Section { sentences: said(keys), ..Section::new(id, visitor.say(id, &[])) };
    let page = Thing {
        title: visitor.say("accessibility-title", &[]),
        sentences: said(&["accessibility-1", "accessibility-2"]),
        sections: vec![
            section("accessibility-tested", &["accessibility-tested-1", "accessibility-tested-2"]),
            section("accessibility-limits", &["accessibility-limits-1", "accessibility-limits-2"]),
            section("accessibility-report", &["accessibility-report-1"]),
        ],
        ..Thing::default()
    };
    visitor.page("pages/thing.html", &page)
}

#[derive(Debug, Serialize)]
struct AsOfPage {
    action: String,
    /// What the page's address has besides the clocks.
    kept: Vec<(String, String)>,
    /// The date that is asked for already, else today.
    day: String,
    known_at: String,
    today: String,
    /// The first day that the slider reaches.
    first: String,
    /// A day of each month as the language writes it, from which the slider makes all others: browsers do not know how
    /// every one of the four languages writes dates. See `web/src/as-of.js`.
    dates: String,
    /// Dates that are often asked for, each one press away.
    often: Vec<Cell>,
}

/// The day on which the ledger learned its first entry, or the day of that entry where it was so before. Dates before
/// it can be typed.
fn first_day(app: &App, today: LedgerDate) -> Result<LedgerDate, Problem> {
    let Some(entry) = app.log().entry(1)? else { return Ok(today) };
    let fact = entry.decode()?.fact;
    Ok(fact.occurred_on.earliest.min(fact.recorded_at.date()))
}

/// The 22nd of each month of 2001, whose numbers stand nowhere else in a date.
fn dates(lang: Lang) -> String {
    let days = (1..=12).filter_map(|month| LedgerDate::new(2001, month, 22));
    days.map(|day| format::day(day, lang)).collect::<Vec<_>>().join("|")
}

/// The last days of the month, the quarter and the year before a day.
fn ends_before(day: LedgerDate) -> Vec<LedgerDate> {
    let month = i32::from(day.month()) - 1;
    let back = [1, month % 3 + 1, month + 1];
    let mut ends: Vec<LedgerDate> = Vec::new();
    for end in back.into_iter().filter_map(|months| Some(day.first_of_month_after(-months)?.last_of_month())) {
        if !ends.contains(&end) {
            ends.push(end);
        }
    }
    ends
}

/// A page of this service, and nothing else: an address that begins with one slash.
fn own_page(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && !text.contains(['\\', '\r', '\n'])
}

pub(super) async fn as_of(visitor: Visitor) -> Result<Response, Problem> {
    let page = visitor.asked.text(&PAGE).unwrap_or("/");
    if !own_page(page) {
        return Err(PAGE.bad(page));
    }
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let decoded = |text: &str| {
        let pairs: Vec<(String, String)> =
            axum::extract::Query::try_from_uri(&format!("/?{text}").parse().ok()?).ok()?.0;
        Some(pairs)
    };
    let clocks = ["as_of", "known_at", "page_token", "lang"];
    let all = decoded(query).unwrap_or_default();
    let given = |wanted: &str| all.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let today = visitor.app.log().now().date();
    let first = first_day(&visitor.app, today)?;
    let address: Uri = page.parse().map_err(|_| PAGE.bad(page))?;
    let often = ends_before(today).into_iter().filter(|day| *day >= first).map(|day| {
        let href = shell::with(&address, &clocks, &format!("as_of={day}"));
        Cell::link(format::day(day, visitor.lang), href)
    });
    let page = AsOfPage {
        action: path.to_owned(),
        day: given("as_of").unwrap_or_else(|| today.to_string()),
        known_at: given("known_at").unwrap_or_default(),
        today: today.to_string(),
        first: first.to_string(),
        dates: dates(visitor.lang),
        often: often.collect(),
        kept: all.into_iter().filter(|(name, _)| !clocks.contains(&name.as_str())).collect(),
    };
    visitor.page("pages/as-of.html", &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_month_the_quarter_and_the_year_before_are_offered_once_each() {
        let ends = |day: &str| ends_before(day.parse().unwrap()).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(ends("2026-11-26"), ["2026-10-31", "2026-09-30", "2025-12-31"]);
        assert_eq!(ends("2024-03-01"), ["2024-02-29", "2023-12-31"]);
        assert_eq!(ends("2026-01-31"), ["2025-12-31"]);
    }

    #[test]
    fn every_month_is_written_with_a_day_and_a_year_that_can_be_replaced() {
        for lang in Lang::ALL {
            let all = dates(lang);
            let months: std::collections::BTreeSet<&str> = all.split('|').collect();
            assert_eq!(months.len(), 12, "{all}");
            let once = |text: &str, part: &str| text.matches(part).count() == 1;
            assert!(months.iter().all(|month| once(month, "2001") && once(month, "22")), "{all}");
        }
    }

    #[test]
    fn only_pages_of_this_service_can_be_looked_at() {
        assert!(own_page("/agreements?q=x"));
        for foreign in ["//elsewhere.example", "https://elsewhere.example", "javascript:x", "/\\elsewhere", "", "x"] {
            assert!(!own_page(foreign), "{foreign}");
        }
    }
}
