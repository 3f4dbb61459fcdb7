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
        Some(handle)
    });
}

fn recorder() -> Option<&'static PrometheusHandle> {
    RECORDER.get().and_then(Option::as_ref)
}

/// Everything counted, as text.
pub(crate) fn rendered(app: &App) -> String {
    let (head, position) = (app.log().head(), app.read().position());
    gauge!(HEAD).set(as_float(head));
    gauge!(READ_POSITION).set(as_float(position));
    gauge!(READ_LAG).set(as_float(head.saturating_sub(position)));
    let scrubbed = app.log().scrubbed();
    gauge!(SCRUB_POSITION).set(as_float(scrubbed.position));
    gauge!(SCRUB_PASSES).set(as_float(scrubbed.passes));
    gauge!(SCRUB_SOUND).set(as_float(u64::from(scrubbed.trouble.is_none())));
    recorder().map(PrometheusHandle::render).unwrap_or_default()
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
