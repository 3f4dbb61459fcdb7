//! P3: commands over HTTP, 64 connections, the whole way of a command with the read model following; beside a minimal
//! axum handler in front of the bare rows.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, anyhow, ensure};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use servanda_api::App;
use servanda_projector::ReadModel;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::append::{Appends, Round, race};
use super::raw::{RawSender, Row};
use super::report::{Goal, Line, Unit};

/// Connections that send at the same time.
pub(super) const CONNECTIONS: u64 = 64;

/// A server of commands: ours, or the minimal one.
struct Served {
    address: SocketAddr,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Served {
    async fn end(self) -> Result<()> {
        self.stop.cancel();
        for task in self.tasks {
            task.await?;
        }
        Ok(())
    }
}

async fn serve_ours(appends: &Appends) -> Result<Served> {
    let (log, dir) = (appends.log.clone(), appends.dir.clone());
    let (read, _) = ReadModel::open(&dir, &log, |_| {})?;
    let access = crate::access::open(&dir)?;
    let (listener, stop) = (TcpListener::bind("127.0.0.1:0").await?, CancellationToken::new());
    let address = listener.local_addr()?;
    let (follow, follow_log, follow_stop, until) = (read.clone(), log.clone(), stop.clone(), stop.clone());
    let app = App::new(log, read, access, servanda_api::Settings::default());
    let tasks = vec![
        tokio::spawn(async move {
            // A failure shows in what is measured: nothing is answered any more.
            let _ended = servanda_api::serve(listener, app, until).await;
        }),
        tokio::spawn(async move {
            let _ended = follow.run(follow_log, follow_stop).await;
        }),
    ];
    Ok(Served { address, stop, tasks })
}

/// The rows that the minimal handler writes, one for each request.
type Hand = Arc<Mutex<VecDeque<Row>>>;

async fn minimal(
    State((hand, raw)): State<(Hand, RawSender)>,
    body: Bytes,
) -> Result<(StatusCode, String), StatusCode> {
    let row = hand.lock().unwrap_or_else(PoisonError::into_inner).pop_front().ok_or(StatusCode::GONE)?;
    raw.write(row).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok((StatusCode::CREATED, format!("{{\"bytes\":{}}}", body.len())))
}

async fn serve_minimal(hand: Hand, raw: RawSender) -> Result<Served> {
    let (listener, stop) = (TcpListener::bind("127.0.0.1:0").await?, CancellationToken::new());
    let address = listener.local_addr()?;
    let app = axum::Router::new().route("/api/v1/commands", post(minimal)).with_state((hand, raw));
    let until = stop.clone();
    let task = tokio::spawn(async move {
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _with_delay = stream.set_nodelay(true);
        });
        let _ended = axum::serve(listener, app).with_graceful_shutdown(until.cancelled_owned()).await;
    });
    Ok(Served { address, stop, tasks: vec![task] })
}

pub(super) type Connection = SendRequest<Full<Bytes>>;

pub(super) async fn connect(address: SocketAddr) -> Result<Connection> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// Sends a command on a connection and waits for the whole answer.
async fn send(connection: &mut Connection, method: &str, path: &str, body: String) -> Result<Bytes> {
    let request = hyper::Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1")
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body)))?;
    connection.ready().await?;
    let answer = connection.send_request(request).await?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    ensure!(status.is_success(), "{method} {path} was answered with {status}: {}", String::from_utf8_lossy(&body));
    Ok(body)
}

/// Sends commands over as many connections as there are lists of them.
pub(super) async fn round(address: SocketAddr, texts: Vec<Vec<String>>) -> Result<Round> {
    let mut work = Vec::new();
    for texts in texts {
        let connection = Arc::new(tokio::sync::Mutex::new(connect(address).await?));
        work.push(texts.into_iter().map(|text| (Arc::clone(&connection), text)).collect());
    }
    race(work, |(connection, text)| async move {
        // Only one request is under way on a connection, so nobody waits for the other.
        let mut connection = connection.lock().await;
        send(&mut connection, "POST", "/api/v1/commands", text).await?;
        Ok(())
    })
    .await
}

/// Reads pages over one connection, one after the other.
pub(super) async fn get(address: SocketAddr, paths: Vec<String>) -> Result<()> {
    let mut connection = connect(address).await?;
    for path in paths {
        send(&mut connection, "GET", &path, String::new()).await?;
    }
    Ok(())
}

/// Rounds of ours and of the minimal server in turn; the first of them is for warming up.
pub(super) async fn measure(appends: &mut Appends, each: u64, rounds: usize) -> Result<Vec<Line>> {
    let hand = Hand::default();
    let ours = serve_ours(appends).await?;
    let limit = serve_minimal(Arc::clone(&hand), appends.raw_sender()).await?;
    let (mut rates, mut middles, mut tails) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..=rounds {
        let texts = appends.further(CONNECTIONS, each).await?;
        let after = appends.log.head();
        let mut of_ours = round(ours.address, texts.clone()).await?;
        let rows = appends.rows_after(after)?;
        ensure!(rows.len() as u64 == CONNECTIONS * each, "not every command led to one entry");
        hand.lock().map_err(|_| anyhow!("the minimal handler panicked"))?.extend(rows);
        let mut of_limit = round(limit.address, texts).await?;
        if number > 0 {
            rates.push((of_ours.per_second(), of_limit.per_second()));
            middles.push((of_ours.quantile(500), of_limit.quantile(500)));
            tails.push((of_ours.quantile(990), of_limit.quantile(990)));
        }
    }
    ours.end().await?;
    limit.end().await?;
    let what = |what: &str| format!("{what}, {CONNECTIONS} connections");
    Ok(vec![
        Line::beside("P3", what("durable append over HTTP"), Unit::PerSecond, &rates, Goal::AtLeast(0.4)),
        Line::beside("P3", what("  p50"), Unit::Milliseconds, &middles, Goal::None),
        Line::beside("P3", what("  p99"), Unit::Milliseconds, &tails, Goal::AtMost(2.0)),
    ])
}
