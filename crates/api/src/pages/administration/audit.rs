//! The audit list: deeds of people with accounts, and every attempt that was refused.
//!
//! Deliberately absent: facts of the ledger, whose list is the log.

use axum::response::Response;
use serde::Serialize;

use super::super::format;
use super::super::routes::{Row, Who};
use super::super::visitor::Visitor;
use crate::access::AuditEntry;
use crate::contract::{Param, Place, text_schema};
use crate::problem::Problem;

/// Rows on a page.
const ROWS: usize = 50;
/// The last page that can be asked for.
const PAGES_MAX: usize = 100_000;

static ONLY: Param = Param {
    name: "only",
    place: Place::Query,
    required: false,
    about: "What is listed.",
    expected: "refused",
    schema: text_schema,
};
static PAGE: Param = Param {
    name: "page",
    place: Place::Query,
    required: false,
    about: "The page, from 1.",
    expected: "2",
    schema: text_schema,
};

pub(in super::super) static AUDIT: Row =
    Row::plain("get", "/admin/audit", "audit", Who::Administrators, &[&ONLY, &PAGE]);

#[derive(Debug, Serialize)]
struct AuditPage {
    title: String,
    only_refused: bool,
    rows: Vec<AuditRow>,
    newer_href: Option<String>,
    older_href: Option<String>,
}

#[derive(Debug, Serialize)]
struct AuditRow {
    at: String,
    deed: String,
    who: String,
    about: String,
    why: String,
    network: String,
    times: String,
}

fn row(visitor: &Visitor, entry: &AuditEntry) -> AuditRow {
    let times = i64::try_from(entry.times).unwrap_or(i64::MAX);
    AuditRow {
        at: format::moment(entry.last_at, visitor.lang),
        deed: visitor.say(&format!("deed-{}", entry.deed.as_str()), &[]),
        who: entry.who.as_ref().map(ToString::to_string).unwrap_or_default(),
        about: entry.about.clone(),
        why: entry.why.clone(),
        network: entry.network.clone(),
        times: if times > 1 { visitor.say("audit-times", &[("times", times.into())]) } else { String::new() },
    }
}

pub(in super::super) async fn audit(visitor: Visitor) -> Result<Response, Problem> {
    let only_refused = match visitor.asked.text(&ONLY) {
        None => false,
        Some("refused") => true,
        Some(other) => return Err(ONLY.bad(other)),
    };
    let number = visitor.asked.number(&PAGE, 1, PAGES_MAX)?;
    let mut entries = visitor.app.access().audit(only_refused, (number - 1) * ROWS, ROWS + 1)?;
    let more = entries.len() > ROWS;
    entries.truncate(ROWS);
    let only = if only_refused { "only=refused&" } else { "" };
    let page = |number: usize| format!("{}?{only}page={number}", AUDIT.path);
    let view = AuditPage {
        title: visitor.say("admin-audit", &[]),
        only_refused,
        rows: entries.iter().map(|entry| row(&visitor, entry)).collect(),
        newer_href: (number > 1).then(|| page(number - 1)),
        older_href: more.then(|| page(number + 1)),
    };
    visitor.page("pages/people/audit.html", &view)
}
