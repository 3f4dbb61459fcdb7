//! What is asked of the servers: to store a pack at a place, the messages behind a place, how the stream stands.
//!
//! Only the server's word that a pack is stored is believed. Silence says nothing: the same pack is sent for the same
//! place again, and the server itself sees to it that it gets there once at most.
//!
//! Deliberately absent: readers that the server remembers. Messages are asked for by their numbers, so a reader that
//! went silent cannot hold a node up.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use async_nats::client::RequestErrorKind;
use async_nats::{Client, HeaderMap, Request};
use serde_json::{Value, json};
use servanda_events::ids::LedgerName;
use tokio::sync::Mutex;

use super::inbox::Inbox;
use super::pack::Label;
use super::same::{UNGUARDED, made_anew, replaced};
use crate::LogError;

/// How long one question may take. An election takes longer, and the question is then asked again.
pub(crate) const ANSWER_MAX: Duration = Duration::from_secs(1);
/// How long the answer to a pack is waited for that was sent before: whoever is elected meanwhile never got that one,
/// and this is how late it is noticed.
pub(crate) const AGAIN_MAX: Duration = Duration::from_millis(500);
/// Messages, and bytes of them, that are asked for at once.
const MESSAGES_MAX: usize = 256;
const BYTES_MAX: usize = 8 << 20;

/// The stream of a ledger's log, and the way to it.
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) client: Client,
    /// Name of the stream.
    pub(crate) stream: String,
    /// How the subjects of packs begin.
    pub(crate) subjects: String,
    /// Subject of packs in this stream, drawn when it was made; known once the stream was looked at.
    pub(crate) subject: String,
    /// Subject on which nodes say that they stored something, outside any stream.
    pub(crate) hints: String,
    /// Where messages of the stream come.
    inbox: Arc<Mutex<Inbox>>,
    /// The number of connections at which a node last found its place in the stream, see `same`.
    pub(crate) found_at: Arc<AtomicU64>,
}

/// What the server said to a pack.
#[derive(Debug)]
pub(crate) enum Said {
    /// It is stored at the place that it was sent for.
    Stored,
    /// Something else has that place, or may get it.
    Overtaken,
    /// Nothing is known.
    Nothing(String),
    /// It cannot be stored, and was not.
    Refused(LogError),
}

/// A message of the stream.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) number: u64,
    pub(crate) label: Option<Label>,
    pub(crate) body: Vec<u8>,
}

/// Messages that follow one another.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) messages: Vec<Message>,
    /// Whether there may be more behind them already.
    pub(crate) more: bool,
}

/// How the stream stands.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) messages: u64,
    pub(crate) leader: Option<String>,
    /// The leader and since when it leads: another for each election.
    pub(crate) led: String,
    /// Where it takes packs.
    pub(crate) subject: String,
}

pub(crate) fn away(detail: impl Into<String>) -> LogError {
    LogError::Away { detail: detail.into() }
}

impl Wire {
    pub(crate) fn new(client: Client, ledger: &LedgerName) -> Self {
        let stream = format!("SERVANDA_{}_LOG", ledger.as_str().to_uppercase());
        Self::of(client, stream, format!("servanda.{ledger}.log"), format!("servanda.{ledger}.tip"))
    }

    /// The way to a stream on whose place nobody relies yet.
    pub(crate) fn of(client: Client, stream: String, subject: String, hints: String) -> Self {
        let found_at = Arc::new(AtomicU64::new(UNGUARDED));
        Self { client, stream, subjects: subject.clone(), subject, hints, inbox: Arc::default(), found_at }
    }

    async fn request(
        &self,
        subject: String,
        request: Request,
        answer_max: Duration,
    ) -> Result<async_nats::Message, (bool, String)> {
        tokio::select! {
            biased;
            answered = self.client.send_request(subject, request.timeout(Some(answer_max))) => {
                answered.map_err(|error| (error.kind() == RequestErrorKind::NoResponders, error.to_string()))
            }
            () = replaced(&self.client) => Err((false, "the connection was lost".to_owned())),
        }
    }

    /// Sends a pack for the place behind a message, and waits so long for the answer.
    pub(crate) async fn store(&self, headers: HeaderMap, body: Vec<u8>, behind: u64, answer_max: Duration) -> Said {
        let request = Request::new().headers(headers).payload(body.into());
        let answer = match self.request(self.subject.clone(), request, answer_max).await {
            Ok(answer) => answer,
            Err((true, _)) => return self.nobody_listens().await,
            Err((false, said)) => return Said::Nothing(said),
        };
        let Ok(answer) = serde_json::from_slice::<Value>(&answer.payload) else {
            return Said::Nothing("the server's answer cannot be read".to_owned());
        };
        match answer["error"]["err_code"].as_u64() {
            None if answer["stream"] == self.stream.as_str() && answer["seq"] == behind + 1 => Said::Stored,
            None => Said::Refused(LogError::Stream {
                detail: format!(
                    "the server stored a message as {answer} and not as {} of {}; stop all nodes and find out who \
                     took the subject {}",
                    behind + 1,
                    self.stream,
                    self.subject
                ),
            }),
            Some(10_071 | 10_164) => {
                self.elsewhere(answer["error"]["description"].as_str().unwrap_or_default(), behind)
            }
            Some(code) => refused(code, &answer["error"]["description"]),
        }
    }

    /// The messages from a number on, in order and without a gap, as far as they are there and fit into one answer.
    pub(crate) async fn messages(&self, from: u64) -> Result<Page, LogError> {
        self.some_messages(from, MESSAGES_MAX).await
    }

    async fn some_messages(&self, from: u64, most: usize) -> Result<Page, LogError> {
        let asked = json!({ "seq": from, "batch": most, "max_bytes": BYTES_MAX });
        let subject = format!("$JS.API.DIRECT.GET.{}", self.stream);
        let mut inbox = self.inbox.lock().await;
        let mut lost = std::pin::pin!(replaced(&self.client));
        let mut answers = inbox.ask(&self.client, subject, asked.to_string()).await?;
        let mut messages = Vec::new();
        // What came so far is in order, and what is missing is asked for again.
        let broken_off = |messages: Vec<Message>, error: LogError| {
            if messages.is_empty() { Err(error) } else { Ok(Page { messages, more: true }) }
        };
        loop {
            let answer = tokio::select! {
                biased;
                answer = tokio::time::timeout(ANSWER_MAX, answers.next()) => answer.ok().flatten(),
                () = &mut lost => None,
            };
            let Some(answer) = answer else {
                answers.give_up();
                return broken_off(messages, away("no message of the stream came"));
            };
            let headers = answer.headers.unwrap_or_default();
            match answer.status.map(|status| status.as_u16()) {
                None | Some(200) => {}
                Some(404) => return Ok(Page { messages, more: false }),
                Some(204) => {
                    // How many there are behind the last; a server that does not say so is asked.
                    let pending = headers.get("Nats-Num-Pending").map(|number| number.as_str());
                    return Ok(Page { more: !messages.is_empty() && pending != Some("0"), messages });
                }
                Some(503) => return Err(away("nobody has the stream's messages")),
                Some(status) => {
                    let said = answer.description.unwrap_or_default();
                    return Err(away(format!("messages are refused: {status} {said}")));
                }
            }
            if headers.get("Nats-Subject").is_some_and(|subject| subject.as_str() != self.subject) {
                self.doubt();
                return broken_off(messages, away(made_anew(&self.stream)));
            }
            let number = headers.get("Nats-Sequence").and_then(|number| number.as_str().parse().ok());
            let expected = from + messages.len() as u64;
            if number != Some(expected) {
                return broken_off(messages, hole(&self.stream, from, number));
            }
            messages.push(Message { number: expected, label: Label::of(&headers), body: answer.payload.into() });
        }
    }

    /// The message with a number, which must be there.
    pub(crate) async fn message(&self, number: u64) -> Result<Message, LogError> {
        const PAUSE: Duration = Duration::from_millis(20);
        // The server that answers may not have heard of the newest message yet.
        for _ in 0..100 {
            if let Some(message) = self.some_messages(number, 1).await?.messages.into_iter().next() {
                return Ok(message);
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(away(format!("message {number} of {} does not come", self.stream)))
    }

    /// A question about the stream: the answer, or code and words of a refusal.
    pub(crate) async fn ask(&self, what: &str, body: &Value) -> Result<Result<Value, (u64, String)>, LogError> {
        let subject = format!("$JS.API.STREAM.{what}.{}", self.stream);
        let request = Request::new().payload(body.to_string().into());
        let answer = self.request(subject, request, ANSWER_MAX).await.map_err(|(_, said)| away(said))?;
        let answer: Value = serde_json::from_slice(&answer.payload).map_err(|error| away(error.to_string()))?;
        Ok(match answer["error"]["err_code"].as_u64() {
            Some(code) => Err((code, answer["error"]["description"].as_str().unwrap_or_default().to_owned())),
            None => Ok(answer),
        })
    }

    /// How the stream stands, as its leader says.
    pub(crate) async fn standing(&self) -> Result<Standing, LogError> {
        match self.ask("INFO", &json!({})).await? {
            Ok(info) => Ok(standing(&info)),
            Err((10_059, _)) => Err(gone(&self.stream)),
            Err((_, said)) => Err(away(said)),
        }
    }
}

/// How a stream stands, from what the server says about it.
pub(crate) fn standing(info: &Value) -> Standing {
    let number = |field: &str| info["state"][field].as_u64().unwrap_or(0);
    let (first, last, messages) = (number("first_seq"), number("last_seq"), number("messages"));
    let cluster = &info["cluster"];
    let leader = cluster["leader"].as_str().map(str::to_owned);
    let led = format!("{} {}", cluster["leader"], cluster["leader_since"]);
    let subject = info["config"]["subjects"][0].as_str().unwrap_or_default().to_owned();
    Standing { first, last, messages, leader, led, subject }
}

/// What to say of a stream that is not there.
pub(crate) fn gone(stream: &str) -> LogError {
    let detail = format!("{stream} is gone; stop all nodes and do as docs/cluster.md says of a lost stream");
    LogError::Stream { detail }
}

fn hole(stream: &str, from: u64, found: Option<u64>) -> LogError {
    let found = found.map_or("none".to_owned(), |number| number.to_string());
    LogError::Stream { detail: format!("message {from} is missing from {stream}, the next is {found}; stop all nodes") }
}

fn refused(code: u64, said: &Value) -> Said {
    let said = said.as_str().unwrap_or_default();
    match code {
        // Limits of the stream, of its account, of the disk.
        10_077 | 10_023 | 10_028 | 10_047 => Said::Refused(LogError::Full),
        10_109 | 10_054 => {
            let detail = format!("the stream takes no message ({code}: {said}); give it the settings it must have");
            Said::Refused(LogError::Stream { detail })
        }
        _ => Said::Nothing(format!("{code}: {said}")),
    }
}
