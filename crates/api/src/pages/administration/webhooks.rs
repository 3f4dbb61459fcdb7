//! Webhooks: which there are, how far each has come, what is in the way, and the form that makes one. The secret is
//! shown once.
//!
//! Deliberately absent: sending; which hosts are allowed, which only the operator of the machine says.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use servanda_events::ids::Family;

use super::super::account::Choice;
use super::super::fields::{Fields, Filled};
use super::super::format;
use super::super::routes::Row;
use super::super::visitor::{self, Visitor};
use super::admins;
use crate::access::Webhook;
use crate::problem::Problem;
use crate::webhooks::{Typed, make};

pub(in super::super) static WEBHOOKS: Row = admins("get", "/admin/webhooks", "webhooks");
pub(in super::super) static MAKE: Row = admins("post", "/admin/webhooks", "webhook-make");
pub(in super::super) static PAUSE: Row = admins("post", "/admin/webhooks/{id}/pause", "webhook-pause");
pub(in super::super) static RESUME: Row = admins("post", "/admin/webhooks/{id}/resume", "webhook-resume");
pub(in super::super) static REMOVE: Row = admins("post", "/admin/webhooks/{id}/remove", "webhook-remove");

#[derive(Debug, Serialize)]
struct WebhooksPage {
    title: String,
    /// Hosts that are allowed; none where the operator allowed none.
    hosts: Vec<String>,
    rows: Vec<WebhookRow>,
    families: Vec<Choice>,
    starts: Vec<Choice>,
    /// The secret of a webhook that was just made.
    made: Option<String>,
    #[serde(flatten)]
    form: Filled,
}

#[derive(Debug, Serialize)]
struct WebhookRow {
    label: String,
    url: String,
    families: String,
    position: String,
    state: String,
    trouble: Option<String>,
    paused: bool,
    at: String,
}

fn row(visitor: &Visitor, webhook: &Webhook) -> WebhookRow {
    let number = |count: u64| format::count(i64::try_from(count).unwrap_or(i64::MAX), visitor.lang);
    let families = webhook.families.iter().map(|family| visitor.say(&format!("family-{}", family.as_str()), &[]));
    let state = match (webhook.paused, webhook.failing_since) {
        (true, _) => visitor.say("webhook-paused", &[]),
        (false, Some(since)) => {
            let values = [("times", webhook.failures.into()), ("at", format::moment(since, visitor.lang).into())];
            visitor.say("webhook-failing", &values)
        }
        (false, None) if webhook.position < visitor.app.log().head() => visitor.say("webhook-behind", &[]),
        (false, None) => visitor.say("webhook-good", &[]),
    };
    WebhookRow {
        label: webhook.label.clone(),
        url: webhook.url.clone(),
        families: if webhook.families.is_empty() {
            visitor.say("webhook-all-families", &[])
        } else {
            families.collect::<Vec<_>>().join(", ")
        },
        position: number(webhook.position),
        state,
        trouble: webhook.trouble.as_deref().map(|code| trouble(visitor, code)),
        paused: webhook.paused,
        at: format!("{}/{}", WEBHOOKS.path, webhook.id),
    }
}

/// What is in the way, in words: a status that the receiver answered with, or why nothing was answered.
fn trouble(visitor: &Visitor, code: &str) -> String {
    match code.strip_prefix("status_") {
        Some(status) => visitor.say("webhook-trouble-status", &[("status", status.into())]),
        None => visitor.say(&format!("webhook-trouble-{code}"), &[]),
    }
}

fn page(visitor: &Visitor, status: StatusCode, made: Option<String>, form: Filled) -> Result<Response, Problem> {
    let chosen = |field: &str, value: &str| {
        form.values.get(field).is_some_and(|typed| typed.split(',').any(|typed| typed == value))
    };
    let choice = |field: &'static str, key: String, value: &str| Choice {
        value: value.to_owned(),
        text: visitor.say(&key, &[]),
        hint: None,
        checked: chosen(field, value),
    };
    let families = Family::ALL.into_iter().map(|family| Choice {
        value: family.as_str().to_owned(),
        ..choice("family", format!("family-{}", family.as_str()), family.as_str())
    });
    let page = WebhooksPage {
        title: visitor.say("webhook-title", &[]),
        hosts: visitor.app.settings().webhook_hosts.clone(),
        rows: visitor.app.access().webhooks()?.iter().map(|webhook| row(visitor, webhook)).collect(),
        families: families.collect(),
        starts: ["now", "first"].map(|start| choice("start", format!("webhook-start-{start}"), start)).into(),
        made,
        form,
    };
    let mut response = visitor.page_as(status, "pages/people/webhooks.html", &page)?;
    visitor::not_kept(&mut response);
    Ok(response)
}

fn empty() -> Filled {
    Filled::with([("label", ""), ("url", ""), ("family", ""), ("start", "now")])
}

pub(in super::super) async fn webhooks(visitor: Visitor) -> Result<Response, Problem> {
    page(&visitor, StatusCode::OK, None, empty())
}

pub(in super::super) async fn webhook_make(visitor: Visitor, fields: Fields) -> Result<Response, Problem> {
    let names: Vec<&str> = Family::ALL.iter().map(|family| family.as_str()).collect();
    let wanted = names.iter().filter(|name| !fields.text(&format!("family-{name}")).is_empty());
    let wanted = wanted.copied().collect::<Vec<_>>();
    let typed = Typed {
        label: fields.text("label"),
        url: fields.text("url"),
        families: Family::ALL.into_iter().filter(|family| wanted.contains(&family.as_str())).collect(),
        from_first: fields.text("start") == "first",
    };
    match make(&visitor.app, visitor.signed_in()?, &typed) {
        Ok(secret) => page(&visitor, StatusCode::CREATED, Some(secret), empty()),
        Err(problem) => {
            let start = if typed.from_first { "first" } else { "now" };
            let families = wanted.join(",");
            let values = [("label", typed.label), ("url", typed.url), ("family", &*families), ("start", start)];
            let form = Filled::with(values).refused(&visitor, problem, "label")?;
            page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, None, form)
        }
    }
}

fn number(id: &str) -> Result<i64, Problem> {
    id.parse().map_err(|_| Problem::new(StatusCode::NOT_FOUND, "webhook_unknown"))
}

fn paused(visitor: &Visitor, id: &str, paused: bool) -> Result<Response, Problem> {
    let (by, now) = (visitor.signed_in()?, visitor.app.log().now());
    visitor.app.access().pause_webhook(number(id)?, paused, &by.id, now)?;
    Ok(visitor::see_other(WEBHOOKS.path))
}

pub(in super::super) async fn webhook_pause(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    paused(&visitor, &id, true)
}

pub(in super::super) async fn webhook_resume(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    paused(&visitor, &id, false)
}

pub(in super::super) async fn webhook_remove(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let (by, now) = (visitor.signed_in()?, visitor.app.log().now());
    visitor.app.access().remove_webhook(number(&id)?, &by.id, now)?;
    Ok(visitor::see_other(WEBHOOKS.path))
}
