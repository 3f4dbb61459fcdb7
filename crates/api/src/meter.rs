//! Counts and times for operators, in the form that Prometheus reads.
//!
//! Deliberately absent: anything about single entries, parties or users.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use servanda_log::Outcome;

use crate::app::App;

const APPENDED: &str = "servanda_entries_appended_total";
const APPEND_SECONDS: &str = "servanda_append_seconds";
const REQUESTS: &str = "servanda_http_requests_total";
const REQUEST_SECONDS: &str = "servanda_http_request_seconds";
const HEAD: &str = "servanda_log_head_position";
const READ_POSITION: &str = "servanda_read_model_position";
const READ_LAG: &str = "servanda_read_model_lag_entries";
const SCRUB_POSITION: &str = "servanda_scrub_position";
const SCRUB_PASSES: &str = "servanda_scrub_passes_total";
const SCRUB_SOUND: &str = "servanda_scrub_sound";
const FEEDS: &str = "servanda_feeds_open";
const BUS_UP: &str = "servanda_bus_up";
const BUS_POSITION: &str = "servanda_bus_position";
const BUS_LAG: &str = "servanda_bus_lag_entries";
const BUS_LAG_SECONDS: &str = "servanda_bus_lag_seconds";
const BUS_PUBLISHED: &str = "servanda_bus_published_total";
const BUS_RETRIES: &str = "servanda_bus_retries_total";
const BUS_RECONNECTS: &str = "servanda_bus_reconnects_total";
const NODE_LEADER: &str = "servanda_node_stream_led";
const NODE_LAG: &str = "servanda_node_lag_messages";
const NODE_TERM: &str = "servanda_node_term";
const NODE_SEQUENCING: &str = "servanda_node_sequencing";
const NODE_OVERTAKEN: &str = "servanda_node_overtaken_total";
const NODE_FORWARDED: &str = "servanda_node_forwarded_total";

const SECONDS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The one recorder of the process; none where another one was there first.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting, once in a process.
pub(crate) fn start() {
    RECORDER.get_or_init(|| {
        let mut builder = PrometheusBuilder::new();
        for name in [APPEND_SECONDS, REQUEST_SECONDS] {
            builder = builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), &SECONDS).ok()?;
        }
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        metrics::describe_counter!(APPENDED, "Entries recorded through the interface");
        metrics::describe_histogram!(APPEND_SECONDS, "Time from a command to its durable entries");
        metrics::describe_counter!(REQUESTS, "Requests by route, method and status");
        metrics::describe_histogram!(REQUEST_SECONDS, "Time until an answer begins, by route");
        metrics::describe_gauge!(HEAD, "Position of the last durable entry");
        metrics::describe_gauge!(READ_POSITION, "Position of the last entry in the read model");
        metrics::describe_gauge!(READ_LAG, "Entries that the read model lags behind");
        metrics::describe_gauge!(SCRUB_POSITION, "Last position that was read again in the background");
        metrics::describe_gauge!(SCRUB_PASSES, "Times that the whole log was read again since the start");
        metrics::describe_gauge!(SCRUB_SOUND, "1 while everything read again is what was recorded, 0 from then on");
        metrics::describe_gauge!(FEEDS, "Feeds that are open");
        metrics::describe_gauge!(BUS_UP, "1 while entries are published to the bus as they come, 0 while not");
        metrics::describe_gauge!(BUS_POSITION, "Position of the last entry that the bus acknowledged");
        metrics::describe_gauge!(BUS_LAG, "Entries not published to the bus yet");
        metrics::describe_gauge!(BUS_LAG_SECONDS, "Age of the oldest entry not published to the bus yet");
        metrics::describe_counter!(BUS_PUBLISHED, "Messages that the bus acknowledged");
        metrics::describe_counter!(BUS_RETRIES, "Times that publishing to the bus was begun anew");
        metrics::describe_counter!(BUS_RECONNECTS, "Times that the connection to the bus was made anew");
        describe_node();
        Some(handle)
    });
}

fn describe_node() {
    metrics::describe_gauge!(NODE_LEADER, "1 while the stream of the log has a leader among its servers, 0 while not");
    metrics::describe_gauge!(NODE_LAG, "Messages of the stream that this node's copy lacks");
    metrics::describe_gauge!(NODE_TERM, "Number of the newest sequencer's time as such");
    metrics::describe_gauge!(NODE_SEQUENCING, "1 while this node records what the others hand over, 0 while not");
    metrics::describe_counter!(NODE_OVERTAKEN, "Times that another node was faster");
    metrics::describe_counter!(NODE_FORWARDED, "Commands that this node handed over and that were recorded");
}

/// Counts of a node, where the log is in a stream.
fn count_node(app: &App) {
    let Some(node) = app.log().node() else { return };
    gauge!(NODE_LEADER).set(as_float(u64::from(node.leader.is_some())));
    gauge!(NODE_LAG).set(as_float(node.lag));
    gauge!(NODE_TERM).set(as_float(node.term));
    gauge!(NODE_SEQUENCING).set(as_float(u64::from(node.sequencing)));
    counter!(NODE_OVERTAKEN).absolute(node.overtaken);
    counter!(NODE_FORWARDED).absolute(node.forwarded);
}

fn recorder() -> Option<&'static PrometheusHandle> {
    RECORDER.get().and_then(Option::as_ref)
}

/// Everything counted, as text. `waited` is the age of the oldest entry that the bus has not got, where it is known.
pub(crate) fn rendered(app: &App, waited: Option<f64>) -> String {
    let (head, position) = (app.log().head(), app.read().position());
    gauge!(HEAD).set(as_float(head));
    gauge!(READ_POSITION).set(as_float(position));
    gauge!(READ_LAG).set(as_float(head.saturating_sub(position)));
    if let Some(bus) = app.bus() {
        gauge!(BUS_UP).set(if bus.following { 1.0 } else { 0.0 });
        gauge!(BUS_POSITION).set(as_float(bus.position));
        gauge!(BUS_LAG).set(as_float(head.saturating_sub(bus.position)));
        counter!(BUS_PUBLISHED).absolute(bus.published);
        counter!(BUS_RETRIES).absolute(bus.retries);
        counter!(BUS_RECONNECTS).absolute(bus.reconnects);
        if let Some(waited) = waited {
            gauge!(BUS_LAG_SECONDS).set(waited);
        }
    }
    count_node(app);
    let scrubbed = app.log().scrubbed();
    gauge!(SCRUB_POSITION).set(as_float(scrubbed.position));
    gauge!(SCRUB_PASSES).set(as_float(scrubbed.passes));
    gauge!(SCRUB_SOUND).set(as_float(u64::from(scrubbed.trouble.is_none())));
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

/// From one moment to another; 0 where the clock was set back in between.
pub(crate) fn seconds_between(earlier: servanda_events::dates::Instant, later: servanda_events::dates::Instant) -> f64 {
    let micros = later.micros().saturating_sub(earlier.micros()).max(0).unsigned_abs();
    Duration::from_micros(micros).as_secs_f64()
}

/// Folds what was counted, so that memory stays bounded while nobody reads the counts.
pub(crate) fn fold() {
    if let Some(recorder) = recorder() {
        recorder.run_upkeep();
    }
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus knows floats only; positions stay far below 2^53")]
fn as_float(position: u64) -> f64 {
    position as f64
}

/// Says how long something took; no fact depends on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn took(self) -> Duration {
        self.0.elapsed()
    }
}

/// A command was answered by the log.
pub(crate) fn appended(outcome: &Outcome, took: Duration) {
    if appended_in_bulk(outcome) {
        histogram!(APPEND_SECONDS).record(took);
    }
}

/// A command of a list was answered by the log; true when it was recorded now.
pub(crate) fn appended_in_bulk(outcome: &Outcome) -> bool {
    let recorded = !outcome.repeated && !outcome.entries.is_empty();
    if recorded {
        counter!(APPENDED).increment(outcome.entries.len() as u64);
    }
    recorded
}

/// A request was answered.
pub(crate) fn answered(route: &str, method: &Method, status: StatusCode, took: Duration) {
    let route: std::sync::Arc<str> = route.into();
    let method = match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    };
    counter!(REQUESTS, "route" => route.clone(), "method" => method, "status" => status.as_str().to_owned())
        .increment(1);
    histogram!(REQUEST_SECONDS, "route" => route).record(took);
}

/// A feed is open as long as this lives.
pub(crate) struct OpenFeed;

impl OpenFeed {
    pub(crate) fn new() -> Self {
        gauge!(FEEDS).increment(1);
        Self
    }
}

impl Drop for OpenFeed {
    fn drop(&mut self) {
        gauge!(FEEDS).decrement(1);
    }
}
