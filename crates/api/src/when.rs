//! The two clocks of a read: what was so by a date, as the ledger knew it at a position.
//!
//! What a read used is said in its answer, so that the same question can be asked again for good.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::dates::{Instant, LedgerDate};
use servanda_events::ids::Position;
use servanda_projector::At;

use crate::app::App;
use crate::contract::{AS_OF, Asked, KNOWN_AT, Param, WAIT_FOR};
use crate::page_token::Cursor;
use crate::problem::Problem;

/// What a read used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "KnownAt")]
pub(crate) struct KnownAt {
    /// The last entry that counted.
    pub(crate) position: Position,
    /// The moment that was asked for, where one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<Instant>,
}

/// The date and the moment of knowledge of a read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct When {
    pub(crate) as_of: LedgerDate,
    pub(crate) known_at: KnownAt,
}

impl When {
    /// Everything that is known now.
    pub(crate) fn now(app: &App) -> Self {
        let known_at = KnownAt { position: app.read().position(), time: None };
        Self { as_of: app.log().now().date(), known_at }
    }

    /// What a request asks for. Waits until the read model is there, for a while.
    pub(crate) async fn of(app: &App, asked: &Asked) -> Result<Self, Problem> {
        let as_of = match asked.value(&AS_OF)? {
            Some(date) => date,
            None => app.log().now().date(),
        };
        if let Some(position) = asked.value::<Position>(&WAIT_FOR)? {
            reached(app, position).await?;
        }
        let known_at = knowledge(app, asked.text(&KNOWN_AT), &KNOWN_AT).await?;
        Ok(Self { as_of, known_at })
    }

    /// A look in one word, `AS_OF` or `AS_OF@KNOWN_AT`; with a date alone, what was known at the end of that day.
    pub(crate) async fn of_look(app: &App, text: &str, param: &Param) -> Result<Self, Problem> {
        let (date, known) = text.split_once('@').map_or((text, None), |(date, known)| (date, Some(known)));
        let as_of: LedgerDate = date.parse().map_err(|_| param.bad(text))?;
        let end_of_day = format!("{as_of}T23:59:59.999999Z");
        let known_at = knowledge(app, Some(known.unwrap_or(&end_of_day)), param).await?;
        Ok(Self { as_of, known_at })
    }

    /// What a page asks for: what the page before used, where there is one.
    pub(crate) async fn of_page(app: &App, asked: &Asked, cursor: Option<&Cursor>) -> Result<Self, Problem> {
        let Some(cursor) = cursor else {
            return Self::of(app, asked).await;
        };
        let head = app.log().head();
        if cursor.known_at > head {
            return Err(position_ahead(cursor.known_at, head));
        }
        reached(app, cursor.known_at).await?;
        Ok(Self { as_of: cursor.as_of, known_at: KnownAt { position: cursor.known_at, time: None } })
    }

    pub(crate) fn at(&self) -> At {
        At { as_of: self.as_of, known_at: self.known_at.position }
    }

    /// The tag of the answer: the same question at the same two clocks has the same answer.
    pub(crate) fn etag(&self) -> Arc<str> {
        format!("W/\"{}.{}.{}\"", env!("CARGO_PKG_VERSION"), self.as_of, self.known_at.position).into()
    }
}

/// The moment of knowledge that is asked for, the newest if none is. Waits until the read model is there, for a while.
async fn knowledge(app: &App, text: Option<&str>, param: &Param) -> Result<KnownAt, Problem> {
    let Some(text) = text else {
        return Ok(KnownAt { position: app.read().position(), time: None });
    };
    let known_at = recorded(app, text, param).await?;
    reached(app, known_at.position).await?;
    Ok(known_at)
}

/// The last entry that was recorded by a position or a moment, whatever the read model has taken in.
pub(crate) async fn recorded(app: &App, text: &str, param: &Param) -> Result<KnownAt, Problem> {
    let (position, time) = if text.bytes().all(|b| b.is_ascii_digit()) {
        let (position, head) = (text.parse().map_err(|_| param.bad(text))?, app.log().head());
        if position > head {
            return Err(position_ahead(position, head));
        }
        (position, None)
    } else {
        let time = text.parse().map_err(|_| param.bad(text))?;
        (blocking(app, move |app| Ok(app.log().position_at(time)?)).await?, Some(time))
    };
    Ok(KnownAt { position, time })
}

pub(crate) fn position_ahead(position: Position, head: Position) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "position_ahead").with("position", &position).with("head", &head)
}

/// Waits until the read model has reached a position.
async fn reached(app: &App, position: Position) -> Result<(), Problem> {
    if app.read().position() >= position {
        return Ok(());
    }
    let wait_max = app.settings().wait_max;
    if app.read().wait_for(position, wait_max).await {
        return Ok(());
    }
    let problem = Problem::passing(StatusCode::SERVICE_UNAVAILABLE, "not_yet_applied");
    Err(problem.with("position", &position).with("seconds", &wait_max.as_secs()))
}

/// Does what may take long or read the disk where it holds up nobody else.
pub(crate) async fn blocking<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let _room = app.workers().acquire().await.map_err(Problem::internal)?;
    let app = app.clone();
    tokio::task::spawn_blocking(move || work(&app)).await.unwrap_or_else(|error| Err(Problem::internal(error)))
}

/// Whether the caller says by a tag which answer it has.
pub(crate) fn has(headers: &HeaderMap, tag: &str) -> bool {
    let seen = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    seen.flat_map(|value| value.split(',')).any(|seen| seen.trim() == tag)
}

/// The answer to a read: JSON with its tag, or that nothing has changed since the caller has it.
pub(crate) fn tagged(headers: &HeaderMap, etag: &str, body: impl FnOnce() -> Result<Vec<u8>, Problem>) -> Response {
    let mut response = if has(headers, etag) || has(headers, "*") {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match body() {
            Ok(bytes) => json(StatusCode::OK, bytes),
            Err(problem) => return problem.into_response(),
        }
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// A JSON answer.
pub(crate) fn json(status: StatusCode, bytes: Vec<u8>) -> Response {
    let mut response = (status, bytes).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The bytes of a value as JSON.
pub(crate) fn bytes(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(Problem::internal)
}
