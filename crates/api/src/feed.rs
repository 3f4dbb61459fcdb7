//! `GET /api/v1/feed`: entries as they are recorded, as server-sent events. The id of an event is its position, so that
//! a reader who comes back misses nothing.
//!
//! A slow reader holds up nobody: at most a few batches wait for it, the rest stays in the log. An open feed ends when
//! the service is stopped. Pages have a feed of their own at `/live`, which says that there are entries and not what is
//! in them. Deliberately absent: a memory of who has read what.

use std::fmt::Write as _;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use servanda_events::ids::Position;
use servanda_log::{Entry, LogError};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::app::App;
use crate::auth::MayRead;
use crate::contract::{AFTER, Good, LAST_EVENT_ID, Spec, text_schema};
use crate::meter::OpenFeed;
use crate::problem::Problem;
use crate::when::position_ahead;

/// Entries read from the log in one go.
const BATCH_ENTRIES_MAX: usize = 64;
/// Batches that wait for a slow reader.
const WAITING_BATCHES_MAX: usize = 2;

pub(crate) static FEED: Spec = Spec {
    method: "get",
    path: "/api/v1/feed",
    id: "followEntries",
    tag: "log",
    about: "Entries as they are recorded, as server-sent events: `id` is the position, `event` the type, `data` the exact \
            bytes of the entry. From the first entry, unless told where to go on. An idle feed sends a comment.",
    params: &[&AFTER, &LAST_EVENT_ID],
    records: false,
    good: &[Good { status: 200, about: "The feed.", media: "text/event-stream", schema: text_schema }],
    problems: &[400, 401, 503],
};

pub(crate) async fn feed(
    _: MayRead,
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = FEED.asked(&uri)?;
    let after = match headers.get(LAST_EVENT_ID.name) {
        Some(value) => {
            let text = value.to_str().unwrap_or_default();
            text.parse().map_err(|_| LAST_EVENT_ID.bad(text))?
        }
        None => asked.value::<Position>(&AFTER)?.unwrap_or(0),
    };
    sent(app, after, events)
}

/// Entries after a position as events, as `write` writes them, until the reader goes or the service stops.
pub(crate) fn sent(app: App, after: Position, write: Write) -> Result<Response, Problem> {
    let head = app.log().head();
    if after > head {
        return Err(position_ahead(after, head));
    }
    if app.stop().is_cancelled() {
        return Err(Problem::passing(StatusCode::SERVICE_UNAVAILABLE, "shutting_down"));
    }
    let (out, batches) = mpsc::channel(WAITING_BATCHES_MAX);
    tokio::spawn(follow(app, after, out, write));
    let mut response = Body::from_stream(ReceiverStream::new(batches)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Sends on what the log has, until the reader goes or the service stops.
async fn follow(app: App, after: Position, out: mpsc::Sender<Result<Bytes, std::convert::Infallible>>, write: Write) {
    let _open = OpenFeed::new();
    let mut follower = app.log().follow(after);
    let mut batch = String::from("retry: 2000\n\n");
    loop {
        let sent = tokio::select! {
            () = app.stop().cancelled() => return,
            sent = out.send(Ok(Bytes::from(batch))) => sent,
        };
        if sent.is_err() {
            return;
        }
        let next = tokio::select! {
            () = app.stop().cancelled() => return,
            () = out.closed() => return,
            next = tokio::time::timeout(app.settings().keep_alive, follower.next(BATCH_ENTRIES_MAX)) => next,
        };
        batch = match next {
            Err(_) => ": nothing new\n\n".to_owned(),
            Ok(Ok(entries)) => match write(&entries) {
                Ok(text) => text,
                Err(error) => return tracing::error!(%error, "a feed stopped"),
            },
            Ok(Err(LogError::Closed)) => return,
            Ok(Err(error)) => return tracing::error!(%error, "a feed stopped"),
        };
    }
}

/// How entries are written as events.
type Write = fn(&[Entry]) -> Result<String, LogError>;

/// That there are entries, by their positions alone.
pub(crate) fn positions(entries: &[Entry]) -> Result<String, LogError> {
    Ok(entries.iter().map(|entry| format!("id: {}\ndata:\n\n", entry.position)).collect())
}

/// Entries as events. An entry is JSON on one line, as an event's data must be.
fn events(entries: &[Entry]) -> Result<String, LogError> {
    let mut text = String::new();
    for entry in entries {
        let kind = entry.decode()?.fact.event.type_name();
        let data = String::from_utf8_lossy(&entry.bytes);
        // Writing into a text cannot fail.
        let _ = write!(text, "id: {}\nevent: {kind}\ndata: {data}\n\n", entry.position);
    }
    Ok(text)
}
