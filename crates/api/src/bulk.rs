//! Many commands in one request, one on each line, answered with one line each in the same order.
//!
//! The lines are read, decided and answered as they come; memory stays bounded whatever is sent, and a line that is
//! refused leaves the others alone. It runs on a thread where reading the disk holds up nobody else.

use std::collections::{BTreeSet, VecDeque};
use std::io;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Request;
use servanda_log::{Bulk, Outcome, TransactError};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::answer::Answer;
use crate::app::App;
use crate::auth::Caller;
use crate::commands::noted;
use crate::edge::{self, Network};
use crate::meter;
use crate::problem::{Problem, ProblemView};
use crate::words::Lang;

mod lines;

use self::lines::{Lines, Read};

/// Commands under way at a time.
const WINDOW: usize = 512;
/// Most lines that wait for their answers; beyond that nothing more is read.
const WAITING_MAX: usize = 1_024;
/// Answers are sent on in pieces of about this size.
const PIECE_BYTES: usize = 32 * 1024;

/// The answer to one line.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LineAnswer")]
pub(crate) struct Line<'a> {
    /// Number of the line, from 1.
    line: u64,
    /// The status that the command would have had alone.
    status: u16,
    /// What was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Answer<'a>>,
    /// Why nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemView>,
}

/// A line that is not answered yet, with its problem if it never got to the log.
struct Waiting {
    line: u64,
    problem: Option<Problem>,
}

struct Session {
    app: App,
    caller: Caller,
    lang: Lang,
    trace_id: String,
    bulk: Bulk,
    waiting: VecDeque<Waiting>,
    piece: Vec<u8>,
    out: mpsc::Sender<io::Result<Bytes>>,
    any: bool,
    network: Network,
    /// Codes of what was refused for want of the right to it; each is noted once, however many lines have it.
    refused: BTreeSet<String>,
}

/// The caller has gone, or takes no answers.
struct Gone;

/// What a list of commands comes with.
pub(crate) struct Sent {
    pub(crate) lang: Lang,
    pub(crate) trace_id: String,
    pub(crate) network: Network,
}

pub(crate) fn record(app: App, caller: Caller, body: Body, sent: Sent) -> Result<Response, Problem> {
    let Sent { lang, trace_id, network } = sent;
    let (out, pieces) = mpsc::channel(4);
    let bulk = app.log().bulk(WINDOW);
    let broken_off = out.clone();
    let (waiting, piece, any, refused) = (VecDeque::new(), Vec::new(), false, BTreeSet::new());
    let session = Session { app, caller, lang, trace_id, bulk, waiting, piece, out, any, network, refused };
    let runtime = tokio::runtime::Handle::current();
    let running = tokio::task::spawn_blocking(move || runtime.block_on(session.run(body)));
    tokio::spawn(async move {
        if let Err(error) = running.await {
            tracing::error!(%error, "a list of commands broke off");
            // An answer that is not whole must not look whole; who has gone does not mind.
            let _gone = broken_off.send(Err(io::Error::other("broken off"))).await;
        }
    });
    let mut response = Body::from_stream(ReceiverStream::new(pieces)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    Ok(response)
}

impl Session {
    async fn run(mut self, body: Body) {
        if self.serve(body).await.is_err() {
            tracing::debug!(trace_id = self.trace_id, "the caller of a list of commands has gone");
        }
    }

    async fn serve(&mut self, mut body: Body) -> Result<(), Gone> {
        let mut lines = Lines::default();
        let ended = loop {
            let idle_max = self.app.settings().idle_max;
            let piece = tokio::select! {
                () = self.app.stop().cancelled() => break Some(unavailable("shutting_down")),
                answer = self.bulk.next(), if self.waits_for_log() => {
                    self.answered(answer).await?;
                    continue;
                }
                piece = tokio::time::timeout(idle_max, body.frame()) => piece,
            };
            match piece {
                Err(_) => break Some(Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout")),
                Ok(None) => break None,
                Ok(Some(Err(error))) => {
                    break Some(Problem::new(StatusCode::BAD_REQUEST, "body_unreadable").because(&error));
                }
                Ok(Some(Ok(frame))) => {
                    let mut read = Vec::new();
                    lines.push(frame.data_ref().map(AsRef::as_ref).unwrap_or_default(), |line| read.push(line));
                    self.take(read).await?;
                }
            }
            let limit = self.app.settings().bulk_bytes_max;
            if lines.bytes > limit {
                break Some(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large").with("limit", &limit));
            }
        };
        if ended.is_none() {
            let mut read = Vec::new();
            lines.finish(|line| read.push(line));
            self.take(read).await?;
        }
        while self.waits_for_log() {
            let answer = self.bulk.next().await;
            self.answered(answer).await?;
        }
        let empty = (!self.any).then(|| Problem::new(StatusCode::BAD_REQUEST, "line_empty_body"));
        if let Some(problem) = ended.or(empty) {
            self.refuse(lines.number + 1, &problem).await?;
        }
        self.flush().await
    }

    fn waits_for_log(&self) -> bool {
        !self.waiting.is_empty()
    }

    async fn take(&mut self, read: Vec<Read>) -> Result<(), Gone> {
        for line in read {
            self.any = true;
            let (line, parsed) = match line {
                Read::Line(line, bytes) => (line, self.parse(&bytes)),
                Read::TooLong(line) => (line, Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "command_too_large"))),
            };
            match parsed {
                Ok(request) => {
                    self.waiting.push_back(Waiting { line, problem: None });
                    self.bulk.submit(request, &self.caller.actor).await;
                }
                Err(problem) if self.waiting.is_empty() => self.refuse(line, &problem).await?,
                Err(problem) => self.waiting.push_back(Waiting { line, problem: Some(problem) }),
            }
            while let Some(answer) = self.bulk.ready() {
                self.answered(Some(answer)).await?;
            }
            while self.waiting.len() > WAITING_MAX {
                let answer = self.bulk.next().await;
                self.answered(answer).await?;
            }
        }
        // Whoever waits for an answer before sending on shall get it.
        if self.waiting.is_empty() { self.flush().await } else { Ok(()) }
    }

    fn parse(&self, bytes: &[u8]) -> Result<Request, Problem> {
        let mut request = Request::parse(bytes)?;
        self.caller.may_record(&mut request, self.app.log())?;
        Ok(request)
    }

    /// Takes the log's next answer, for the first line that waits for one.
    async fn answered(&mut self, answer: Option<Result<Outcome, TransactError>>) -> Result<(), Gone> {
        let Some(answer) = answer else {
            // The log has answered everything, so that nothing can be waiting for it.
            self.waiting.retain(|waiting| waiting.problem.is_some());
            return self.answer_refused().await;
        };
        self.answer_refused().await?;
        let Some(Waiting { line, .. }) = self.waiting.pop_front() else {
            return Ok(());
        };
        noted(&self.app, &answer);
        match answer {
            Ok(outcome) => {
                meter::appended_in_bulk(&outcome);
                let app = self.app.clone();
                let answer = Answer::of(&outcome, app.log().acknowledged(), false, app.words(), self.lang);
                let status = answer.status().as_u16();
                self.write(&Line { line, status, answer: Some(answer), problem: None }).await?;
            }
            Err(error) => self.refuse(line, &error.into()).await?,
        }
        self.answer_refused().await?;
        if self.waiting.is_empty() { self.flush().await } else { Ok(()) }
    }

    /// Answers the lines at the front that never got to the log.
    async fn answer_refused(&mut self) -> Result<(), Gone> {
        while let Some(Waiting { line, problem: Some(problem) }) = self.waiting.front() {
            let (line, problem) = (*line, problem.clone());
            self.waiting.pop_front();
            self.refuse(line, &problem).await?;
        }
        Ok(())
    }

    async fn refuse(&mut self, line: u64, problem: &Problem) -> Result<(), Gone> {
        problem.trace(&self.trace_id);
        if problem.is_refusal_of_right() && self.refused.insert(problem.code().to_owned()) {
            edge::note_refused(&self.app, problem, "POST /api/v1/commands".to_owned(), self.network.clone()).await;
        }
        let view = problem.view(self.app.words(), self.lang, &self.trace_id);
        self.write(&Line { line, status: problem.status().as_u16(), answer: None, problem: Some(view) }).await
    }

    async fn write(&mut self, line: &Line<'_>) -> Result<(), Gone> {
        if serde_json::to_writer(&mut self.piece, line).is_ok() {
            self.piece.push(b'\n');
        }
        if self.piece.len() >= PIECE_BYTES { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), Gone> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.piece));
        let sent = tokio::time::timeout(self.app.settings().idle_max, self.out.send(Ok(piece))).await;
        sent.map_err(|_| Gone)?.map_err(|_| Gone)
    }
}

fn unavailable(code: &'static str) -> Problem {
    Problem::passing(StatusCode::SERVICE_UNAVAILABLE, code)
}
