//! What is answered while the service is not there yet: that the process lives, how far the start is, and that
//! everything else is worth asking again in a moment. A long log, or one that a new node takes over, takes a while.
//!
//! Deliberately absent: anything of the ledger, none of which is known yet.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::routing::get;
use axum::{Json, Router};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::net::TcpListener;

use crate::edge::lang;
use crate::health;
use crate::problem::Problem;
use crate::words::Words;

/// How far the start of a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Starting {
    /// What is under way: `opening` the log, `joining` the log that a stream holds, or building the `read_model`.
    pub step: &'static str,
    /// How much of it is done: messages of the stream, or entries.
    pub done: u64,
    /// How much there is; 0 where that is not known.
    pub of: u64,
}

/// A service that is not there yet.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NotStarted {
    /// Always false.
    ready: bool,
    /// How far the start is.
    starting: Starting,
}

/// Answers everybody until it is dropped; `look` tells how far the start is.
pub async fn while_starting(listener: Arc<TcpListener>, look: impl Fn() -> Starting + Clone + Send + Sync + 'static) {
    let words = Arc::new(Words::new());
    let ready = move || {
        let answer = Json(NotStarted { ready: false, starting: look() });
        let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        std::future::ready((StatusCode::SERVICE_UNAVAILABLE, headers, answer))
    };
    let router: Router = Router::new().route("/livez", get(health::live)).route("/readyz", get(ready)).fallback(
        move |headers: HeaderMap| {
            let problem = Problem::passing(StatusCode::SERVICE_UNAVAILABLE, "starting");
            std::future::ready(problem.response(&words, lang(&headers), ""))
        },
    );
    let service = TowerToHyperService::new(router);
    let mut http = hyper::server::conn::http1::Builder::new();
    // Whoever asks again is to meet the service itself.
    http.timer(TokioTimer::new()).keep_alive(false).max_headers(64);
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let connection = http.serve_connection(TokioIo::new(stream), service.clone());
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "a connection ended early");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::task::yield_now().await;
            }
        }
    }
}
