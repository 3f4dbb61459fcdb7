//! P12: every page for people on the large ledger: how long the first one takes, which reads every promise, how long
//! the next ones take, and how many bytes are sent, plain and packed; beside a static file of the same size that a
//! server of the same library sends from memory.
//!
//! Deliberately absent: the time that a browser takes to draw, and style sheet, scripts and letters, which a browser
//! keeps; pages that no figure of the ledger stands on.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use servanda_api::App;
use servanda_projector::ReadModel;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Sizes;
use super::bulk::open;
use super::http::{Connection, connect};
use super::ledger::{PACKAGE, commitment_id};
use super::report::{Goal, Line, Unit, quantile};

/// Times that each page is asked for in a round, unless that takes longer than `ROUND_MAX`.
const TIMES: usize = 100;
const ROUND_MAX: Duration = Duration::from_secs(5);
/// Bytes of the first page, packed, at most; letters, style sheet and scripts apart.
const FIRST_PAGE_BYTES_MAX: f64 = 60.0 * 1024.0;

/// Milliseconds in which 99 of 100 answers of every page are there, at most.
const PAGE_MS_MAX: f64 = 300.0;

/// The pages that are measured, the first one first. Of the two parties it is the one that owes nothing, and that every
/// promise is made to.
fn paths() -> Vec<String> {
    let plain = [
        "/",
        "/agreements",
        "/commitments",
        "/commitments?status=overdue",
        "/commitments?party=kaz",
        "/packages",
        "/parties",
        "/parties/kaz",
        "/overdue",
        "/overdue?party=kaz",
        "/search?q=number",
        "/analysis/promises",
        "/analysis/promises?standing=overdue",
        "/analysis/milestones",
        "/analysis/by-party",
        "/analysis/by-body",
        "/analysis/by-sector",
        "/analysis/by-package",
        "/analysis/burn-up",
        "/analysis/money",
        "/analysis/coverage",
        "/analysis/late",
        "/analysis/compare",
        "/data",
        "/help",
    ];
    let commitment = format!("/commitments/{}", commitment_id(1));
    let history = format!("/history/commitment-{}", commitment_id(1));
    let of_package = ["/packages/", "/analysis/compare?package="].map(|path| format!("{path}{PACKAGE}"));
    plain.map(str::to_owned).into_iter().chain([commitment, history]).chain(of_package).collect()
}

/// What is sent as a static file: bytes, and how they are packed, if they are.
type Files = Arc<Mutex<HashMap<String, (Bytes, bool)>>>;

async fn file(State(files): State<Files>, uri: axum::http::Uri) -> axum::response::Response {
    let found = files.lock().unwrap_or_else(PoisonError::into_inner).get(uri.path()).cloned();
    match found {
        Some((bytes, true)) => {
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_ENCODING, "gzip")], bytes)
                .into_response()
        }
        Some((bytes, false)) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Both servers, which end when it is told to.
struct Servers {
    ours: SocketAddr,
    limit: SocketAddr,
    files: Files,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Servers {
    async fn start(dir: &Path) -> Result<Self> {
        let log = open(dir)?;
        let (read, _) = ReadModel::open(dir, &log, |_| {})?;
        let access = crate::access::open(dir)?;
        let app = App::new(log, read, access, servanda_api::Settings::default());
        let files = Files::default();
        let minimal = axum::Router::new().fallback(get(file)).with_state(Arc::clone(&files));
        let (ours, limit) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
        let addresses = (ours.local_addr()?, limit.local_addr()?);
        let stop = CancellationToken::new();
        let (until, end) = (stop.clone(), stop.clone());
        let tasks = vec![
            tokio::spawn(async move {
                // A failure shows in what is measured: nothing is answered any more.
                let _ended = servanda_api::serve(ours, app, until).await;
            }),
            tokio::spawn(async move {
                let listener = axum::serve::ListenerExt::tap_io(limit, |stream| {
                    let _with_delay = stream.set_nodelay(true);
                });
                let _ended = axum::serve(listener, minimal).with_graceful_shutdown(end.cancelled_owned()).await;
            }),
        ];
        Ok(Self { ours: addresses.0, limit: addresses.1, files, stop, tasks })
    }

    async fn end(self) -> Result<()> {
        self.stop.cancel();
        for task in self.tasks {
            task.await?;
        }
        Ok(())
    }
}

/// Asks for a page and gives the bytes that were sent.
async fn ask(connection: &mut Connection, path: &str, packed: bool) -> Result<Bytes> {
    let request = hyper::Request::builder().uri(path).header("host", "127.0.0.1").header("accept", "text/html");
    let request = if packed { request.header("accept-encoding", "gzip") } else { request };
    connection.ready().await?;
    let answer = connection.send_request(request.body(Full::default())?).await?;
    let (status, is_packed) = (answer.status(), answer.headers().contains_key(header::CONTENT_ENCODING));
    let body = answer.into_body().collect().await?.to_bytes();
    ensure!(status.is_success(), "{path} was answered with {status}: {}", String::from_utf8_lossy(&body));
    ensure!(packed == is_packed, "{path} was not sent as it was asked for");
    Ok(body)
}

async fn timed(connection: &mut Connection, path: &str) -> Result<Duration> {
    let begun = Instant::now();
    ask(connection, path, true).await?;
    Ok(begun.elapsed())
}

/// Rounds of ours and of the static file in turn, page by page.
pub(super) async fn measure(dir: &Path, sizes: Sizes) -> Result<Vec<Line>> {
    let servers = Servers::start(dir).await?;
    let (mut ours, mut limit) = (connect(servers.ours).await?, connect(servers.limit).await?);
    let mut lines = Vec::new();
    let mut slowest: Option<(f64, String)> = None;
    for (place, path) in paths().into_iter().enumerate() {
        let begun = Instant::now();
        let packed = ask(&mut ours, &path, true).await?;
        if place == 0 {
            let first = quantile(&mut [begun.elapsed()], 500);
            lines.push(Line::alone("P12", "the very first page", Unit::Milliseconds, &[first], Goal::None));
        }
        let plain = ask(&mut ours, &path, false).await?;
        let name = format!("/{place}");
        servers.files.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), (packed.clone(), true));
        let (mut middles, mut tails) = (Vec::new(), Vec::new());
        for round in 0..=sizes.long_rounds {
            let (mut of_ours, mut of_limit) = (Vec::new(), Vec::new());
            let begun = Instant::now();
            while of_ours.len() < TIMES && (of_ours.is_empty() || begun.elapsed() < ROUND_MAX) {
                of_ours.push(timed(&mut ours, &path).await?);
                of_limit.push(timed(&mut limit, &name).await?);
            }
            if round > 0 {
                middles.push((quantile(&mut of_ours, 500), quantile(&mut of_limit, 500)));
                tails.push((quantile(&mut of_ours, 990), quantile(&mut of_limit, 990)));
            }
        }
        let goal = if place == 0 { Goal::AtMost(FIRST_PAGE_BYTES_MAX) } else { Goal::None };
        let tail = Line::beside("P12", format!("{path}, p99"), Unit::Milliseconds, &tails, Goal::None);
        if slowest.as_ref().is_none_or(|(slow, _)| tail.ours > *slow) {
            slowest = Some((tail.ours, path.clone()));
        }
        lines.push(Line::beside("P12", format!("{path}, p50"), Unit::Milliseconds, &middles, Goal::None));
        lines.push(tail);
        lines.push(Line::alone("P12", "  bytes sent, packed", Unit::Bytes, &[size(&packed)], goal));
        lines.push(Line::alone("P12", "  bytes sent, plain", Unit::Bytes, &[size(&plain)], Goal::None));
    }
    servers.end().await?;
    let (slow, path) = slowest.context("no page was measured")?;
    let goal = Goal::AtMost(PAGE_MS_MAX);
    lines.push(Line::alone("P12", format!("the slowest page, p99: {path}"), Unit::Milliseconds, &[slow], goal));
    Ok(lines)
}

fn size(bytes: &Bytes) -> f64 {
    super::report::by(bytes.len() as u64, 1)
}
