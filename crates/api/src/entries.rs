//! The log itself, over HTTP: entries in order, one entry as its exact bytes, the history of a thing.
//!
//! Deliberately absent: proofs, which have a file of their own, and any other form of an entry than the recorded one.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use servanda_events::catalogue::Event;
use servanda_events::ids::{Position, StreamId};
use servanda_log::{Entry, Log, LogError};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::auth::MayRead;
use crate::contract::{AFTER, Asked, Good, KNOWN_AT, LIMIT, POSITION, STREAM, Spec, TYPE, UP_TO, of};
use crate::problem::Problem;
use crate::token::hex;
use crate::when::{blocking, bytes, json, position_ahead, recorded, tagged};

/// Most entries of a request.
const LIMIT_MAX: usize = 1_000;
/// Entries looked at, at most, to find those of one type; the answer says where to go on.
const LOOKED_AT_MAX: usize = 20_000;
const PAGE: usize = 1_000;

/// An entry as it stands in the log.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Entry", transparent)]
#[serde(transparent)]
pub(crate) struct Leaf(#[schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")] Box<RawValue>);

impl Leaf {
    pub(crate) fn of(entry: &Entry) -> Result<Self, Problem> {
        let text = std::str::from_utf8(&entry.bytes).map_err(Problem::internal)?;
        RawValue::from_string(text.to_owned()).map(Self).map_err(Problem::internal)
    }
}

/// Entries in the order of their positions.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Entries")]
pub(crate) struct Entries {
    /// The entries, each with its exact bytes.
    entries: Vec<Leaf>,
    /// What to pass as `after` to go on; none when the end of the log, or of what was asked for, is reached.
    next_after: Option<Position>,
    /// The end of the log.
    head: Position,
}

pub(crate) static LIST: Spec = Spec {
    method: "get",
    path: "/api/v1/entries",
    id: "listEntries",
    tag: "log",
    about: "Entries in the order of the log, each with its exact bytes. With `up_to` or `known_at`, those recorded by then: \
            the same question has the same answer for good.",
    params: &[&AFTER, &UP_TO, &KNOWN_AT, &STREAM, &TYPE, &LIMIT],
    records: false,
    good: &[Good { status: 200, about: "The entries.", media: "application/json", schema: of!(Entries) }],
    problems: &[400, 401, 503],
};

pub(crate) static ONE: Spec = Spec {
    method: "get",
    path: "/api/v1/entries/{position}",
    id: "getEntry",
    tag: "log",
    about: "One entry: the body is its exact bytes, the leaf of the tree (RFC 8785). `ETag` and `servanda-leaf-hash` are \
            SHA-256 of a zero byte and the body (RFC 6962). It never changes.",
    params: &[&POSITION],
    records: false,
    good: &[Good { status: 200, about: "The entry.", media: "application/json", schema: of!(Leaf) }],
    problems: &[400, 401, 404, 503],
};

pub(crate) async fn list(_: MayRead, State(app): State<App>, uri: Uri) -> Result<Response, Problem> {
    let asked = LIST.asked(&uri)?;
    let after = asked.value::<Position>(&AFTER)?.unwrap_or(0);
    let stream = asked.value::<StreamId>(&STREAM)?;
    let limit = asked.number(&LIMIT, 100, LIMIT_MAX)?;
    let kind = match asked.text(&TYPE) {
        Some(kind) if Event::newest_schema(kind).is_none() => return Err(TYPE.bad(kind)),
        kind => kind.map(str::to_owned),
    };
    let last = last_asked_for(&app, &asked).await?;
    blocking(&app, move |app| {
        let head = app.log().head();
        let range = Range { after, last: last.unwrap_or(head) };
        let (found, next_after) = match &stream {
            Some(stream) => of_stream(app.log(), stream, range, limit, kind.as_deref())?,
            None => of_log(app.log(), range, limit, kind.as_deref())?,
        };
        let entries = found.iter().map(Leaf::of).collect::<Result<_, _>>()?;
        Ok(json(StatusCode::OK, bytes(&Entries { entries, next_after, head })?))
    })
    .await
}

/// The last position that a request asks for: the earlier one of `up_to` and `known_at`.
async fn last_asked_for(app: &App, asked: &Asked) -> Result<Option<Position>, Problem> {
    let up_to = asked.value::<Position>(&UP_TO)?;
    if let Some(position) = up_to.filter(|position| *position > app.log().head()) {
        return Err(position_ahead(position, app.log().head()));
    }
    let known_at = match asked.text(&KNOWN_AT) {
        Some(text) => Some(recorded(app, text, &KNOWN_AT).await?.position),
        None => None,
    };
    Ok(up_to.into_iter().chain(known_at).min())
}

/// Positions that are asked for.
#[derive(Clone, Copy)]
struct Range {
    /// Those after this one.
    after: Position,
    /// Up to this one, it among them.
    last: Position,
}

fn is_kind(entry: &Entry, kind: Option<&str>) -> bool {
    #[derive(Deserialize)]
    struct Typed<'a> {
        #[serde(rename = "type", borrow)]
        kind: std::borrow::Cow<'a, str>,
    }
    kind.is_none_or(|kind| serde_json::from_slice::<Typed<'_>>(&entry.bytes).is_ok_and(|typed| typed.kind == kind))
}

type Found = (Vec<Entry>, Option<Position>);

fn of_log(log: &Log, range: Range, limit: usize, kind: Option<&str>) -> Result<Found, LogError> {
    let Range { mut after, last } = range;
    let mut found = Vec::new();
    let mut looked_at = 0;
    loop {
        let page = if kind.is_some() { PAGE } else { limit };
        let entries = log.read(after, page)?;
        let ended = entries.len() < page;
        for entry in entries {
            if entry.position > last {
                return Ok((found, None));
            }
            after = entry.position;
            looked_at += 1;
            if is_kind(&entry, kind) {
                found.push(entry);
            }
            if found.len() == limit {
                return Ok((found, (after < last).then_some(after)));
            }
        }
        if ended || looked_at >= LOOKED_AT_MAX {
            return Ok((found, (!ended).then_some(after)));
        }
    }
}

fn of_stream(log: &Log, stream: &StreamId, range: Range, limit: usize, kind: Option<&str>) -> Result<Found, LogError> {
    let mut found: Vec<Entry> = Vec::new();
    let mut revision = 0;
    loop {
        let entries = log.read_stream(stream, revision, PAGE)?;
        let ended = entries.len() < PAGE;
        revision += entries.len() as u64;
        let asked_for = |entry: &Entry| entry.position > range.after && entry.position <= range.last;
        for entry in entries.into_iter().filter(|entry| asked_for(entry) && is_kind(entry, kind)) {
            if found.len() == limit {
                let last = found.last().map(|entry| entry.position);
                return Ok((found, last));
            }
            found.push(entry);
        }
        if ended {
            return Ok((found, None));
        }
    }
}

pub(crate) async fn one(
    _: MayRead,
    State(app): State<App>,
    Path(position): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    ONE.asked(&uri)?;
    let position: Position = position.parse().map_err(|_| POSITION.bad(&position))?;
    let entry = if position == 0 { None } else { blocking(&app, move |app| Ok(app.log().entry(position)?)).await? };
    let Some(entry) = entry else {
        let problem = Problem::new(StatusCode::NOT_FOUND, "entry_not_found");
        return Err(problem.with("position", &position).with("head", &app.log().head()));
    };
    let hash = leaf_hash(&entry.bytes);
    let mut response = tagged(&headers, &format!("\"{hash}\""), || Ok(entry.bytes.to_vec()));
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&hash) {
        headers.insert("servanda-leaf-hash", value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
    Ok(response)
}

/// RFC 6962: SHA-256 of a zero byte and the leaf.
pub(crate) fn leaf_hash(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(bytes);
    hex(&hash.finalize())
}
