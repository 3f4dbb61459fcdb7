//! Whether the process lives, whether it can do its work, what it counted, and its contract.
//!
//! Deliberately absent: repairing anything.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::ids::Position;

use crate::app::App;
use crate::contract::{Good, Spec, of, text_schema};
use crate::meter;
use crate::openapi;
use crate::problem::Problem;
use crate::starting::NotStarted;
use crate::when::{blocking, bytes, json};

/// That the process lives.
#[derive(Debug, Serialize, JsonSchema)]
struct Alive {
    /// Always true.
    alive: bool,
    /// Version of the program.
    version: &'static str,
}

/// Whether the service can do its work, part by part.
#[derive(Debug, Serialize, JsonSchema)]
struct Readiness {
    /// Whether every part is well.
    ready: bool,
    /// The log.
    log: LogHealth,
    /// How this node stands towards the servers that hold the log, where they do.
    node: Option<NodeHealth>,
    /// Whether the log still is what was recorded, as far as it was read again in the background.
    scrub: ScrubHealth,
    /// The read model.
    read_model: ReadModelHealth,
    /// The bus, where the service publishes to one. Whatever is wrong with it, the service stays ready.
    bus: Option<BusReadiness>,
    /// Whether new requests are taken; not while the service is being stopped.
    accepting: bool,
}

/// Whether the log can be read and written.
#[derive(Debug, Serialize, JsonSchema)]
struct LogHealth {
    /// Whether its last entry reads back.
    readable: bool,
    /// Whether the last command could be appended.
    writable: bool,
    /// Code of what is wrong.
    trouble: Option<String>,
    /// The ledger.
    ledger: String,
    /// The end of the log.
    head: Position,
}

/// How a node stands towards the servers that hold the log.
#[derive(Debug, Serialize, JsonSchema)]
struct NodeHealth {
    /// Whether it records and follows nothing more, because the stream is not the history that it holds. It is not
    /// ready then until a person has looked into it.
    halted: bool,
    /// Code of what is in the way at this moment, such as an election among the servers. Reading goes on.
    trouble: Option<String>,
    /// The server that leads the stream; nothing while there is none.
    leader: Option<String>,
    /// The last message of the stream that stands in this node's copy.
    message: u64,
    /// Messages that the copy lacked when the leader was last asked, less than two seconds ago if there is one.
    lag: u64,
    /// Times that another node was faster, since the service started.
    overtaken: u64,
    /// The node that records what the others hand over to it; nothing while there is none, and each records by itself.
    sequencer: Option<String>,
    /// Whether that is this node.
    sequencing: bool,
    /// Number of the newest sequencer's time as such; it only rises.
    term: u64,
    /// Commands that this node handed over and that were recorded, since the service started.
    forwarded: u64,
    /// Version of the server that this node is connected to.
    server: String,
}

/// How far the log was read again in the background.
#[derive(Debug, Serialize, JsonSchema)]
struct ScrubHealth {
    /// Whether everything read so far is what was recorded.
    sound: bool,
    /// Times that the whole log was read again since the service started.
    passes: u64,
    /// The last position read in the pass under way.
    position: Position,
}

/// Whether the read model keeps up.
#[derive(Debug, Serialize, JsonSchema)]
struct ReadModelHealth {
    /// Whether it follows, and closely enough.
    following: bool,
    /// The last position applied.
    position: Position,
    /// Entries not applied yet.
    lag: Position,
}

/// Whether subscribers on the bus hear what is recorded.
#[derive(Debug, Serialize, JsonSchema)]
struct BusReadiness {
    /// Whether something keeps the service from publishing. The ledger goes on recording all the same.
    degraded: bool,
    /// Code of what it is.
    trouble: Option<String>,
    /// The last position that the server of the bus acknowledged; 0 while it was not asked.
    position: Position,
    /// Entries not published yet.
    lag: Position,
    /// Version of the server of the bus.
    server: Option<String>,
}

const fn operations(path: &'static str, id: &'static str, about: &'static str, good: &'static [Good]) -> Spec {
    Spec { method: "get", path, id, tag: "operation", about, params: &[], records: false, good, problems: &[] }
}

pub(crate) static LIVE: Spec = operations(
    "/livez",
    "isAlive",
    "Whether the process lives.",
    &[Good { status: 200, about: "It does.", media: "application/json", schema: of!(Alive) }],
);
pub(crate) static READY: Spec = operations(
    "/readyz",
    "isReady",
    "Whether the service can do its work, part by part.",
    &[
        Good { status: 200, about: "It can.", media: "application/json", schema: of!(Readiness) },
        Good {
            status: 503,
            about: "It cannot, or is starting.",
            media: "application/json",
            schema: |generator| {
                let states = [generator.subschema_for::<Readiness>(), generator.subschema_for::<NotStarted>()];
                schemars::json_schema!({ "anyOf": states })
            },
        },
    ],
);
pub(crate) static METRICS: Spec = operations(
    "/metrics",
    "getMetrics",
    "Counts and times, for Prometheus.",
    &[Good { status: 200, about: "The counts.", media: "text/plain", schema: text_schema }],
);
pub(crate) static OPENAPI: Spec = operations(
    "/openapi.json",
    "getContract",
    "This contract.",
    &[Good {
        status: 200,
        about: "An OpenAPI 3.1 document.",
        media: "application/json",
        schema: |_| schemars::json_schema!({ "type": "object" }),
    }],
);

pub(crate) async fn live() -> Result<Response, Problem> {
    Ok(json(StatusCode::OK, bytes(&Alive { alive: true, version: env!("CARGO_PKG_VERSION") })?))
}

pub(crate) async fn ready(State(app): State<App>) -> Result<Response, Problem> {
    let head = app.log().head();
    let readable = head == 0 || blocking(&app, move |app| Ok(app.log().entry(head)?)).await.is_ok_and(|e| e.is_some());
    let trouble = app.append_trouble();
    let position = app.read().position();
    let lag = head.saturating_sub(position);
    let following = app.read().trouble().is_none() && lag <= app.settings().lag_entries_max;
    let accepting = !app.stop().is_cancelled();
    let scrubbed = app.log().scrubbed();
    let (sound, passes) = (scrubbed.trouble.is_none(), scrubbed.passes);
    let node = app.log().node().map(|node| NodeHealth {
        halted: node.halted,
        trouble: node.trouble.map(|error| Problem::from(error).code().to_owned()),
        leader: node.leader,
        message: node.message,
        lag: node.lag,
        overtaken: node.overtaken,
        sequencer: node.sequencer,
        sequencing: node.sequencing,
        term: node.term,
        forwarded: node.forwarded,
        server: node.server_version,
    });
    let going = node.as_ref().is_none_or(|node| !node.halted);
    let ready = going && sound && readable && trouble.is_none() && following && accepting;
    let bus = app.bus().map(|bus| BusReadiness {
        degraded: !bus.following,
        trouble: bus.trouble.map(str::to_owned),
        position: bus.position,
        lag: head.saturating_sub(bus.position),
        server: bus.server_version,
    });
    let state = Readiness {
        ready,
        log: LogHealth { readable, writable: trouble.is_none(), trouble, ledger: app.log().ledger().to_string(), head },
        node,
        scrub: ScrubHealth { sound, passes, position: scrubbed.position },
        read_model: ReadModelHealth { following, position, lag },
        bus,
        accepting,
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut response = json(status, bytes(&state)?);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

pub(crate) async fn metrics(State(app): State<App>) -> Response {
    // How long the oldest entry has waited for the bus stands in the log.
    let waited = match app.bus() {
        Some(bus) => blocking(&app, move |app| Ok(waited_seconds(app, bus.position))).await.ok().flatten(),
        None => None,
    };
    let mut response = meter::rendered(&app, waited).into_response();
    let media = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}

/// Seconds since the entry behind a position was recorded; 0 where there is none.
fn waited_seconds(app: &App, position: Position) -> Option<f64> {
    let Ok(next) = app.log().entry(position + 1) else { return None };
    let Some(next) = next else { return Some(0.0) };
    let recorded_at = next.decode().ok()?.fact.recorded_at;
    Some(meter::seconds_between(recorded_at, app.log().now()))
}

pub(crate) async fn contract() -> Result<Response, Problem> {
    Ok(json(StatusCode::OK, bytes(openapi::shared())?))
}
