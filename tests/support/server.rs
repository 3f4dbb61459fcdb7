//! The service on a port of its own, over a log in memory or on disk, and a small client to ask it.
//!
//! Deliberately absent: a client for others; this one opens a connection for each request and knows nothing of TLS.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::channel::Channel;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use servanda_api::{Access, App, Role, Scope, Settings, TokenWish, UserWish};
use servanda_events::testing::parsed;
use servanda_log::{Clock, Ids, Log};
use servanda_projector::ReadModel;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The time at which a service of these tests begins; its clock goes on by itself from there only where it is set.
pub const BEGIN: &str = "2025-03-20T09:00:00Z";

/// A running service.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its log.
    pub log: Log,
    /// Its clock, which is set by hand.
    pub clock: Clock,
    /// Its users and tokens.
    pub access: Access,
    stop: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
    projecting: Option<JoinHandle<()>>,
    ids: Ids,
    _dir: tempfile::TempDir,
}

/// How a service is started.
#[derive(Debug, Clone)]
pub struct Start {
    /// Its limits.
    pub settings: Settings,
    /// Where it listens.
    pub listen: &'static str,
    /// Whether its read model follows the log.
    pub projecting: bool,
}

impl Default for Start {
    fn default() -> Self {
        Self { settings: Settings::default(), listen: "127.0.0.1:0", projecting: true }
    }
}

impl Server {
    /// A service on the loopback, over an empty log in memory.
    pub async fn start() -> Self {
        Self::start_with(Start::default()).await
    }

    /// A service over an empty log in memory.
    pub async fn start_with(start: Start) -> Self {
        let clock = Clock::fixed(parsed(BEGIN));
        let ids = Ids::stepping();
        let log = Log::memory(parsed("test"), clock.clone(), ids.clone());
        Self::over(log, clock, ids, start).await
    }

    /// A service over a log.
    pub async fn over(log: Log, clock: Clock, ids: Ids, start: Start) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (read, _) = ReadModel::open(dir.path(), &log, |_| {}).unwrap();
        let access = Access::open(&dir.path().join("access.sqlite")).unwrap();
        let stop = CancellationToken::new();
        let following = start.projecting.then(|| (read.clone(), log.clone(), stop.clone()));
        let projecting = following.map(|(read, log, stop)| {
            tokio::spawn(async move {
                let _ended = read.run(log, stop).await;
            })
        });
        let listener = TcpListener::bind(start.listen).await.unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], listener.local_addr().unwrap().port()));
        let app = App::new(log.clone(), read, access.clone(), start.settings);
        let serving = tokio::spawn(servanda_api::serve(listener, app, stop.clone()));
        Self { address, log, clock, access, stop, serving, projecting, ids, _dir: dir }
    }

    /// Tells the service to stop, without waiting for it.
    pub fn begin_stop(&self) {
        self.stop.cancel();
    }

    /// Stops the service, and waits until it has ended.
    pub async fn stop(self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(10), self.serving).await;
        ended.expect("the service ends in time").unwrap().unwrap();
        if let Some(projecting) = self.projecting {
            projecting.await.unwrap();
        }
    }

    /// Opens an account with a token, and gives the token's text.
    pub fn token(&self, user: &str, party: Option<&str>, scope: Scope) -> String {
        let now = self.log.now();
        let role = match scope {
            Scope::Read => Role::Reader,
            Scope::Record => Role::Recorder,
            Scope::Admin => Role::Administrator,
        };
        // A user may get several tokens.
        self.user(user, party, role);
        let wish = TokenWish { user: parsed(user), scope, label: "test".into(), expires_at: None };
        self.access.create_token(&self.ids.secret().unwrap(), &wish, now).unwrap().0
    }

    /// Opens an account, unless it is there.
    pub fn user(&self, id: &str, party: Option<&str>, role: Role) {
        let wish = UserWish { id: parsed(id), name: id.to_owned(), party: party.map(parsed), role, lang: None };
        let _there_already = self.access.create_user(&wish, self.log.now());
    }

    /// Asks, and hears the head of the answer.
    pub async fn open(&self, request: Request<BoxBody<Bytes, hyper::Error>>) -> Response<Incoming> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender.send_request(request).await.unwrap()
    }

    /// Asks, and hears the whole answer.
    pub async fn send(&self, ask: Ask) -> Reply {
        let response = self.open(ask.request(self.address)).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Asks for a page or a thing.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Ask::get(path)).await
    }

    /// Sends a command.
    pub async fn command(&self, command: &Value) -> Reply {
        self.send(Ask::command(command)).await
    }

    /// Sends commands that must all be recorded, and waits until the pages show them.
    pub async fn tell(&self, commands: impl IntoIterator<Item = Value>) {
        for command in commands {
            let reply = self.command(&command).await;
            assert_eq!(reply.status, StatusCode::CREATED, "{command}: {}", reply.text());
        }
        let head = self.log.head();
        let reply = self.get(&format!("/api/v1/parties?wait_for={head}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    }
}

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Ask {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Bytes,
}

impl Ask {
    /// A request without a body.
    pub fn of(method: &'static str, path: &str) -> Self {
        Self { method, path: path.to_owned(), headers: Vec::new(), body: Bytes::new() }
    }

    /// A read.
    pub fn get(path: &str) -> Self {
        Self::of("GET", path)
    }

    /// A command.
    pub fn command(command: &Value) -> Self {
        Self::bytes("application/json", command.to_string())
    }

    /// Commands, one on each line.
    pub fn commands<'a>(commands: impl IntoIterator<Item = &'a Value>) -> Self {
        let lines: Vec<String> = commands.into_iter().map(|command| format!("{command}\n")).collect();
        Self::bytes("application/x-ndjson", lines.concat())
    }

    /// Bytes for the commands' path.
    pub fn bytes(media: &str, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..Self::of("POST", "/api/v1/commands") }.header("content-type", media)
    }

    /// The same request to another path.
    #[must_use]
    pub fn to(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// The same request with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same request with a token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    fn head(&self, address: SocketAddr) -> hyper::http::request::Builder {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        if !self.headers.iter().any(|(name, _)| name == "host") {
            request = request.header("host", address.to_string());
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }

    /// The request, for [`Server::open`].
    pub fn request(&self, address: SocketAddr) -> Request<BoxBody<Bytes, hyper::Error>> {
        let body = Full::new(self.body.clone()).map_err(|never| match never {}).boxed();
        self.head(address).body(body).unwrap()
    }

    /// The request with a body that is sent piece by piece.
    pub fn streamed(
        &self,
        address: SocketAddr,
    ) -> (http_body_util::channel::Sender<Bytes, hyper::Error>, Request<BoxBody<Bytes, hyper::Error>>) {
        let (sender, body) = Channel::new(4);
        (sender, self.head(address).body(body.boxed()).unwrap())
    }
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: hyper::HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Reply {
    /// A header as text; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as lines of JSON.
    pub fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Status and code of the problem, in one line: `409 own_claim`; the status alone where it is none.
    pub fn said(&self) -> String {
        if self.header("content-type") != "application/problem+json" {
            return self.status.as_u16().to_string();
        }
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16(), "{problem}");
        assert_eq!(problem["trace_id"], self.header("x-request-id"), "{problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.len() > 15 && !detail.contains("{$"), "{detail}");
        format!("{} {}", self.status.as_u16(), problem["code"].as_str().unwrap())
    }
}
