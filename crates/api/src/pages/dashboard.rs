//! The dashboard: packages with their figures, indicators, the newest entries.
//!
//! Deliberately absent: the rows of the packages, see `packages`; the shapes that the template takes, see `rows`.

mod packages;
mod rows;

use axum::response::Response;
use serde::Serialize;
use servanda_events::ids::Position;

use self::packages::Rows;
use self::rows::{IndicatorRow, PackageRows};
use super::format;
use super::look::Look;
use super::routes::Row;
use super::visitor::Visitor;
use crate::contract::{AS_OF, KNOWN_AT, LANG};
use crate::problem::Problem;

/// Newest entries on the page.
const NEWEST_MAX: usize = 10;

pub(super) static DASHBOARD: Row = Row::reads("/", "dashboard", &[]);

#[derive(Debug, Serialize)]
struct Dashboard {
    /// The language, where the address says it, for the form to keep.
    lang_given: Option<String>,
    as_of: String,
    known_at_given: String,
    when: String,
    demonstration: bool,
    empty: bool,
    packages: Vec<PackageRows>,
    indicators: Vec<IndicatorRow>,
    newest: Vec<EntryRow>,
}

#[derive(Debug, Serialize)]
struct EntryRow {
    position: Position,
    recorded_at: String,
    recorded: String,
    what: String,
    about: String,
    reported_by: Option<String>,
    warnings: Vec<String>,
    demonstration: bool,
    href: String,
}

pub(super) async fn dashboard(visitor: Visitor) -> Result<Response, Problem> {
    let (packages, indicators, newest) = visitor
        .read(|look| {
            let rows = Rows(look);
            Ok((rows.packages()?, rows.indicators()?, newest(look)?))
        })
        .await?;
    let given = |param| visitor.asked.text(param).map(str::to_owned);
    let day = format::day(visitor.when.as_of, visitor.lang);
    let position = visitor.when.known_at.position;
    let invented = |package: &PackageRows| package.demonstration || package.commitments.iter().any(|c| c.demonstration);
    let page = Dashboard {
        lang_given: given(&LANG),
        as_of: given(&AS_OF).unwrap_or_else(|| visitor.when.as_of.to_string()),
        known_at_given: given(&KNOWN_AT).unwrap_or_default(),
        when: visitor.say("page-when", &[("as_of", day.into()), ("position", position.into())]),
        demonstration: packages.iter().any(invented)
            || indicators.iter().any(|row| row.demonstration)
            || newest.iter().any(|row| row.demonstration),
        empty: packages.is_empty() && indicators.is_empty(),
        packages,
        indicators,
        newest,
    };
    visitor.page("pages/dashboard.html", &page)
}

/// The last entries that were known, the newest first.
fn newest(look: &Look<'_>) -> Result<Vec<EntryRow>, Problem> {
    let position = look.when.known_at.position;
    let after = position.saturating_sub(NEWEST_MAX as u64);
    let entries = look.app.log().read(after, usize::try_from(position - after).unwrap_or(NEWEST_MAX))?;
    let mut shown = Vec::new();
    for entry in entries.iter().rev() {
        let recorded = entry.decode()?;
        let fact = &recorded.fact;
        shown.push(EntryRow {
            position: fact.position,
            recorded: format::moment(fact.recorded_at, look.lang),
            recorded_at: fact.recorded_at.to_string(),
            what: look.text(&format!("event-{}", fact.event.type_name())),
            about: recorded.stream.key().to_owned(),
            reported_by: fact.reported_by.as_ref().map(|party| look.party(party)).transpose()?,
            warnings: fact.flags.iter().map(|flag| look.app.words().flag(flag.code, look.lang)).collect(),
            demonstration: fact.demonstration,
            href: format!("/api/v1/entries/{}", fact.position),
        });
    }
    Ok(shown)
}
