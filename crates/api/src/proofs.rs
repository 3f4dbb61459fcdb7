//! For those who do not trust the ledger: its signed checkpoint, the proof of an entry, that one size continues
//! another, tiles, and the key.
//!
//! Deliberately absent: verdicts. Whoever asks us whether we are honest learns nothing.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::ids::Position;

use crate::app::App;
use crate::auth::MayRead;
use crate::contract::{Good, LEVEL, POSITION, Param, SIZE_FROM, SIZE_TO, Spec, TILE, of, text_schema};
use crate::problem::Problem;
use crate::when::{blocking, bytes, json, position_ahead};

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";
/// What never changes may be kept by anybody, for as long as they like.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

pub(crate) static CHECKPOINT: Spec = Spec {
    method: "get",
    path: "/checkpoint",
    id: "getCheckpoint",
    tag: "proof",
    about: "The newest checkpoint of the log, signed (C2SP tlog-checkpoint).",
    params: &[],
    records: false,
    good: &[Good { status: 200, about: "The checkpoint.", media: "text/plain", schema: text_schema }],
    problems: &[404, 503],
};

pub(crate) static POLICY: Spec = Spec {
    method: "get",
    path: "/policy",
    id: "getPolicy",
    tag: "proof",
    about: "The key of the log as a policy for verifiers (C2SP tlog-policy). Get it once, from somewhere that you trust, and \
            keep it: a key that comes with what it shall prove proves nothing.",
    params: &[],
    records: false,
    good: &[Good { status: 200, about: "The policy.", media: "text/plain", schema: text_schema }],
    problems: &[404, 503],
};

pub(crate) static ROTATIONS: Spec = Spec {
    method: "get",
    path: "/rotations",
    id: "getRotations",
    tag: "proof",
    about: "How the key of the log was replaced, each time: statements that the key before and the key behind it both \
            signed, one after the other; nothing if it never was. Whoever believes the first key follows them to the \
            newest.",
    params: &[],
    records: false,
    good: &[Good { status: 200, about: "The statements.", media: "text/plain", schema: text_schema }],
    problems: &[404, 503],
};

const fn tile(
    path: &'static str,
    id: &'static str,
    about: &'static str,
    params: &'static [&'static Param],
    problems: &'static [u16],
) -> Spec {
    const GOOD: &[Good] = &[Good { status: 200, about: "The tile.", media: BYTES, schema: text_schema }];
    Spec { method: "get", path, id, tag: "proof", about, params, records: false, good: GOOD, problems }
}

pub(crate) static HASHES: Spec = tile(
    "/tile/{level}/{*tile}",
    "getTile",
    "Hashes of the tree in tiles of 256 (C2SP tlog-tiles), such as `/tile/0/x001/234` or `/tile/1/000.p/7`.",
    &[&LEVEL, &TILE],
    &[404, 503],
);
pub(crate) static ENTRIES: Spec = tile(
    "/tile/entries/{*tile}",
    "getEntryBundle",
    "Entries in bundles of 256 (C2SP tlog-tiles), each behind its length in two bytes, such as `/tile/entries/000.p/7`.",
    &[&TILE],
    &[401, 404, 503],
);

pub(crate) static PROOF: Spec = Spec {
    method: "get",
    path: "/api/v1/entries/{position}/proof",
    id: "getProof",
    tag: "proof",
    about: "The proof of an entry against the newest checkpoint, with its exact bytes, in one file (C2SP tlog-proof). It \
            verifies offline: `servanda verify FILE --key KEY`.",
    params: &[&POSITION],
    records: false,
    good: &[Good { status: 200, about: "The proof.", media: "text/plain", schema: text_schema }],
    problems: &[400, 401, 404, 503],
};

/// That the log of one size continues the log of another.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Consistency")]
pub(crate) struct Consistency {
    /// The earlier size.
    size_from: Position,
    /// The later size.
    size_to: Position,
    /// The hashes of the proof (RFC 6962), in base64.
    hashes: Vec<String>,
}

pub(crate) static CONSISTENCY: Spec = Spec {
    method: "get",
    path: "/api/v1/consistency",
    id: "getConsistency",
    tag: "proof",
    about: "The proof that the log of one size continues the log of an earlier size (RFC 6962).",
    params: &[&SIZE_FROM, &SIZE_TO],
    records: false,
    good: &[Good { status: 200, about: "The proof.", media: "application/json", schema: of!(Consistency) }],
    problems: &[400, 404, 503],
};

fn answer(body: impl Into<Vec<u8>>, media: &'static str, cache: &'static str) -> Response {
    let mut response = (StatusCode::OK, body.into()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

fn no_checkpoint() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no_checkpoint")
}

pub(crate) async fn checkpoint(State(app): State<App>, uri: Uri) -> Result<Response, Problem> {
    CHECKPOINT.asked(&uri)?;
    let note = app.log().checkpoint().ok_or_else(no_checkpoint)?;
    Ok(answer(note.to_string(), TEXT, "no-store"))
}

pub(crate) async fn policy(State(app): State<App>, uri: Uri) -> Result<Response, Problem> {
    POLICY.asked(&uri)?;
    let policy = app.log().policy().ok_or_else(no_checkpoint)?;
    Ok(answer(policy.to_string(), TEXT, "no-cache"))
}

pub(crate) async fn rotations(State(app): State<App>, uri: Uri) -> Result<Response, Problem> {
    ROTATIONS.asked(&uri)?;
    app.log().policy().ok_or_else(no_checkpoint)?;
    let rotations = blocking(&app, move |app| Ok(app.log().rotations()?)).await?;
    Ok(answer(rotations.iter().map(ToString::to_string).collect::<String>(), TEXT, "no-cache"))
}

pub(crate) async fn hashes(
    State(app): State<App>,
    Path((level, tile)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, Problem> {
    HASHES.asked(&uri)?;
    named(&app, format!("{level}/{tile}")).await
}

pub(crate) async fn entries(
    _: MayRead,
    State(app): State<App>,
    Path(tile): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    ENTRIES.asked(&uri)?;
    named(&app, format!("entries/{tile}")).await
}

async fn named(app: &App, name: String) -> Result<Response, Problem> {
    let asked = name.clone();
    let tile = blocking(app, move |app| Ok(app.log().tile(&asked)?)).await?;
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "tile_not_found").with("tile", &name);
    Ok(answer(tile.ok_or_else(unknown)?, BYTES, FOR_GOOD))
}

pub(crate) async fn proof(
    _: MayRead,
    State(app): State<App>,
    Path(position): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    PROOF.asked(&uri)?;
    let position: Position = position.parse().map_err(|_| POSITION.bad(&position))?;
    let head = app.log().head();
    if position == 0 || position > head {
        let problem = Problem::new(StatusCode::NOT_FOUND, "entry_not_found");
        return Err(problem.with("position", &position).with("head", &head));
    }
    let proof = blocking(&app, move |app| Ok(app.log().proof(position)?)).await?.ok_or_else(no_checkpoint)?;
    Ok(answer(proof.to_string(), TEXT, "no-store"))
}

pub(crate) async fn consistency(State(app): State<App>, uri: Uri) -> Result<Response, Problem> {
    let asked = CONSISTENCY.asked(&uri)?;
    let size = |param| Ok::<_, Problem>(asked.value::<Position>(param)?.unwrap_or(0));
    let (size_from, size_to) = (size(&SIZE_FROM)?, size(&SIZE_TO)?);
    let head = app.log().head();
    if size_to > head {
        return Err(position_ahead(size_to, head));
    }
    if size_from == 0 || size_from > size_to {
        return Err(SIZE_FROM.bad(&size_from.to_string()));
    }
    let hashes = blocking(&app, move |app| Ok(app.log().consistency(size_from, size_to)?)).await?;
    let hashes = hashes.ok_or_else(no_checkpoint)?.iter().map(|hash| hash.to_base64()).collect();
    Ok(json(StatusCode::OK, bytes(&Consistency { size_from, size_to, hashes })?))
}
