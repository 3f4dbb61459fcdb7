//! What changed between two looks at the ledger, each a date and a moment of knowledge.
//!
//! Deliberately absent: what counts as a change (`servanda-projector`).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::dates::LedgerDate;
use servanda_projector::Change;

use crate::contract::{FROM, Good, OF_AGREEMENT, OF_PACKAGE, OF_PARTY, PAGE_SIZE, PAGE_TOKEN, Spec, TO, WAIT_FOR, of};
use crate::page_token::Cursor;
use crate::problem::Problem;
use crate::reads::{Ask, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, filter, next_link};
use crate::when::{KnownAt, When, blocking, bytes, tagged};

/// A look at the ledger.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Look {
    /// What was so by this date.
    as_of: LedgerDate,
    /// As known then.
    known_at: KnownAt,
}

/// A page of changes.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Comparison {
    /// The earlier look.
    from: Look,
    /// The later look.
    to: Look,
    /// What changed, in the order of the streams; within one, in the order of the entries.
    items: Vec<Change>,
    /// What to pass as `page_token` for the next page; none on the last one.
    next_page_token: Option<String>,
}

pub(crate) static COMPARE: Spec = Spec {
    method: "get",
    path: "/api/v1/compare",
    id: "compareLooks",
    tag: "progress",
    about: "What changed between two looks at the ledger: facts that were added, amended, confirmed, verified, disputed, \
            corrected or taken back, and milestones that became late. The changes of one thing are never split over pages.",
    params: &[&FROM, &TO, &OF_PACKAGE, &OF_AGREEMENT, &OF_PARTY, &WAIT_FOR, &PAGE_SIZE, &PAGE_TOKEN],
    records: false,
    good: &[Good { status: 200, about: "A page of changes.", media: "application/json", schema: of!(Comparison) }],
    problems: &[400, 401, 503],
};

impl From<When> for Look {
    fn from(when: When) -> Self {
        Self { as_of: when.as_of, known_at: when.known_at }
    }
}

pub(crate) async fn compare(ask: Ask) -> Result<Response, Problem> {
    let asked = COMPARE.asked(&ask.uri)?;
    let size = asked.number(&PAGE_SIZE, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX)?;
    let filter = filter(&asked)?;
    let missing = || Problem::new(StatusCode::BAD_REQUEST, "parameter_missing").with("name", &FROM.name);
    let earlier = asked.text(&FROM).ok_or_else(missing)?;
    let cursor = Cursor::of(&asked, "")?;
    let to = match asked.text(&TO).filter(|_| cursor.is_none()) {
        Some(text) => When::of_look(&ask.app, text, &TO).await?,
        None => When::of_page(&ask.app, &asked, cursor.as_ref()).await?,
    };
    let from = When::of_look(&ask.app, earlier, &FROM).await?;
    if from.as_of > to.as_of || from.known_at.position > to.known_at.position {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "comparison_reversed"));
    }
    let after = cursor.map(|cursor| cursor.after).unwrap_or_default();
    let page = blocking(&ask.app, move |app| {
        Ok(app.read().at(to.at(), |reader| reader.changes_since(from.at(), &filter, &after, size))?)
    })
    .await?;
    let cursor = |after| Cursor { as_of: to.as_of, known_at: to.known_at.position, after };
    let next_page_token = page.next_after.map(|after| cursor(after).token(&asked, ""));
    let link = next_page_token.as_ref().map(|token| next_link(&ask.uri, token));
    let answer = Comparison { from: from.into(), to: to.into(), items: page.items, next_page_token };
    let mut response = tagged(&ask.headers, &format!("{}{}", from.etag(), to.etag()), || bytes(&answer));
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}
