//! P12: every page for people on the large ledger: how long the first one takes, which reads every promise, how long
//! the next ones take, and how many bytes are sent, plain and packed; beside a static file of the same size that a
//! server of the same library sends from memory. And the same of looks at other dates, the first ones and further ones.
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
use servanda_events::dates::LedgerDate;
use servanda_projector::ReadModel;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Sizes;
use super::bulk::open;
use super::http::{Connection, connect};
use super::ledger::{PACKAGE, SECTOR, commitment_id};
use super::report::{Goal, Line, Unit, quantile};

/// Times that each page is asked for in a round, unless that takes longer than `ROUND_MAX`.
const TIMES: u64 = 100;
const ROUND_MAX: Duration = Duration::from_secs(5);
/// Bytes of the first page, packed, at most; letters, style sheet and scripts apart.
const FIRST_PAGE_BYTES_MAX: f64 = 60.0 * 1024.0;

/// Milliseconds in which 99 of 100 answers of every page are there, at most.
const PAGE_MS_MAX: f64 = 300.0;

/// Looks at other dates in a round, each at a date that nobody asked for before.
const DATES: u64 = 25;

/// The pages that are measured, the first one first. Of the two parties one owes every promise, and to the other they
/// are made.
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
        "/parties/fra",
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
    let of_sector = format!("/analysis/promises?sector=dac%3A{SECTOR}");
    plain.map(str::to_owned).into_iter().chain([commitment, history]).chain(of_package).chain([of_sector]).collect()
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

/// A page and a static file of the same size, asked for in turn.
struct Sides {
    ours: Connection,
    limit: Connection,
    files: Files,
    sizes: Sizes,
    lines: Vec<Line>,
    /// The slowest of 100, and the page.
    slowest: Option<(f64, String)>,
}

impl Sides {
    /// Keeps the page of an address as a static file of some name. Gives how long it took and the bytes that were sent,
    /// packed.
    async fn keep(&mut self, name: &str, path: &str) -> Result<(Duration, usize)> {
        let begun = Instant::now();
        let packed = ask(&mut self.ours, path, true).await?;
        let took = begun.elapsed();
        let length = packed.len();
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), (packed, true));
        Ok((took, length))
    }

    /// Rounds of a page, at so many addresses or as often as there is time for, and of the file of its size. The first
    /// round is for warming up.
    async fn rounds(&mut self, what: &str, name: &str, times: u64, mut path: impl FnMut() -> String) -> Result<()> {
        let times = usize::try_from(self.sizes.of(times))?;
        let (mut middles, mut tails) = (Vec::new(), Vec::new());
        for round in 0..=self.sizes.long_rounds {
            let (mut of_ours, mut of_limit) = (Vec::new(), Vec::new());
            let begun = Instant::now();
            while of_ours.len() < times && (of_ours.is_empty() || begun.elapsed() < ROUND_MAX) {
                of_ours.push(timed(&mut self.ours, &path()).await?);
                of_limit.push(timed(&mut self.limit, name).await?);
            }
            if round > 0 {
                middles.push((quantile(&mut of_ours, 500), quantile(&mut of_limit, 500)));
                tails.push((quantile(&mut of_ours, 990), quantile(&mut of_limit, 990)));
            }
        }
        let tail = Line::beside("P12", format!("{what}, p99"), Unit::Milliseconds, &tails, Goal::None);
        if self.slowest.as_ref().is_none_or(|(slow, _)| tail.ours > *slow) {
            self.slowest = Some((tail.ours, what.to_owned()));
        }
        self.lines.push(Line::beside("P12", format!("{what}, p50"), Unit::Milliseconds, &middles, Goal::None));
        self.lines.push(tail);
        Ok(())
    }

    /// One page: how long it takes, and its bytes.
    async fn page(&mut self, path: &str, name: &str, goal: Goal) -> Result<()> {
        let (_, packed) = self.keep(name, path).await?;
        let plain = ask(&mut self.ours, path, false).await?.len();
        self.rounds(path, name, TIMES, || path.to_owned()).await?;
        self.lines.push(Line::alone("P12", "  bytes sent, packed", Unit::Bytes, &[size(packed)], goal));
        self.lines.push(Line::alone("P12", "  bytes sent, plain", Unit::Bytes, &[size(plain)], Goal::None));
        Ok(())
    }

    /// Looks at other dates: the very first one, at which everything reads otherwise than today, the first ones at each
    /// of many, and further ones at a date that was looked at.
    async fn other_dates(&mut self) -> Result<()> {
        let first = LedgerDate::new(2025, 1, 1).context("there is such a day")?;
        let (took, _) = self.keep("/dates", &format!("/?as_of={first}")).await?;
        let what = "the very first look at another date";
        self.lines.push(Line::alone("P12", what, Unit::Milliseconds, &[milliseconds(took)], Goal::None));
        let mut days = (1..).filter_map(|days| first.plus_days(days));
        let next = || format!("/?as_of={}", days.next().unwrap_or(first));
        self.rounds("/?as_of=…, the first look at each date", "/dates", DATES, next).await?;
        for (place, page) in ["/", "/parties/fra", "/packages/bench", "/analysis/by-party"].into_iter().enumerate() {
            self.page(&format!("{page}?as_of={first}"), &format!("/date-{place}"), Goal::None).await?;
        }
        Ok(())
    }
}

/// Rounds of ours and of the static file in turn, page by page.
pub(super) async fn measure(dir: &Path, sizes: Sizes) -> Result<Vec<Line>> {
    let servers = Servers::start(dir).await?;
    let (ours, limit) = (connect(servers.ours).await?, connect(servers.limit).await?);
    let files = Arc::clone(&servers.files);
    let mut sides = Sides { ours, limit, files, sizes, lines: Vec::new(), slowest: None };
    let (took, _) = sides.keep("/first", "/").await?;
    let what = "the very first page";
    sides.lines.push(Line::alone("P12", what, Unit::Milliseconds, &[milliseconds(took)], Goal::None));
    for (place, path) in paths().into_iter().enumerate() {
        let goal = if place == 0 { Goal::AtMost(FIRST_PAGE_BYTES_MAX) } else { Goal::None };
        sides.page(&path, &format!("/{place}"), goal).await?;
    }
    sides.other_dates().await?;
    let Sides { mut lines, slowest, .. } = sides;
    servers.end().await?;
    let (slow, path) = slowest.context("no page was measured")?;
    let goal = Goal::AtMost(PAGE_MS_MAX);
    lines.push(Line::alone("P12", format!("the slowest page, p99: {path}"), Unit::Milliseconds, &[slow], goal));
    Ok(lines)
}

fn milliseconds(took: Duration) -> f64 {
    quantile(&mut [took], 500)
}

fn size(bytes: usize) -> f64 {
    super::report::by(bytes as u64, 1)
}
