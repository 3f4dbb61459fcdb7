//! How the ledger stands: its newest checkpoint, the read model, who waits for whom.
//!
//! Deliberately absent: doing anything about it, which is the operator's at the machine.

use axum::response::Response;
use serde::Serialize;

use super::super::format;
use super::super::routes::{Row, Who};
use super::super::visitor::Visitor;
use crate::problem::Problem;

pub(in super::super) static STATUS: Row = Row::plain("get", "/admin/status", "status", Who::Administrators, &[]);

#[derive(Debug, Serialize)]
struct StatusPage {
    title: String,
    rows: Vec<StatusRow>,
    checkpoint: Option<String>,
}

#[derive(Debug, Serialize)]
struct StatusRow {
    key: String,
    value: String,
}

pub(in super::super) async fn status(visitor: Visitor) -> Result<Response, Problem> {
    let app = &visitor.app;
    let (head, applied) = (app.log().head(), app.read().position());
    let number = |position: u64| format::count(i64::try_from(position).unwrap_or(i64::MAX), visitor.lang);
    let policy = if app.settings().four_eyes.wants_two() { "status-four-eyes-on" } else { "status-four-eyes-off" };
    let mut rows = vec![
        ("status-ledger", app.log().ledger().to_string()),
        ("status-head", number(head)),
        ("status-read-model", number(applied)),
        ("status-lag", number(head.saturating_sub(applied))),
        ("status-trouble", app.read().trouble().or_else(|| app.append_trouble()).unwrap_or_default()),
        ("status-four-eyes", visitor.say(policy, &[])),
        ("status-key", app.log().public_key().map(|key| key.to_string()).unwrap_or_default()),
    ];
    if let Some(bus) = app.bus() {
        rows.push(("status-bus", number(bus.position)));
    }
    let none = visitor.say("status-none", &[]);
    let row = |(key, value): (&str, String)| StatusRow {
        key: visitor.say(key, &[]),
        value: if value.is_empty() { none.clone() } else { value },
    };
    let page = StatusPage {
        title: visitor.say("admin-status", &[]),
        rows: rows.into_iter().map(row).collect(),
        checkpoint: app.log().checkpoint().map(|note| note.to_string()),
    };
    visitor.page("pages/people/status.html", &page)
}
