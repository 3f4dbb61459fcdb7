//! The stream of a ledger's events: made as it must be, or compared field by field with how it must be.
//!
//! Requests are made of plain JSON, so that fields which only newer servers know are seen too. A stream that someone
//! configured otherwise is reported and left alone. Deliberately absent: changing, emptying or removing a stream.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::context::RequestErrorKind;
use async_nats::jetstream::response::Response;
use async_nats::jetstream::stream::RawMessageErrorKind;
use serde_json::{Value, json};
use servanda_events::ids::{LedgerName, Position};
use servanda_log::{Log, stream_differences};
use tokio::sync::watch;

use crate::connect::Link;
use crate::message::{MESSAGE_BYTES_MAX, entry_of};
use crate::names;
use crate::state::{Fault, Trouble};

/// The oldest server that the relay works with.
const OLDEST_SERVER: (u32, u32) = (2, 9);
/// The first server that keeps notes beside a stream.
const NOTES_SINCE: (u32, u32) = (2, 10);

/// What an operator chooses about the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamWish {
    /// Servers that hold a copy: 1, or 3 or 5 in a cluster.
    pub replicas: usize,
    /// Most bytes of the stream, beyond which it takes nothing more; without it, the server's disk is the limit.
    pub bytes_max: Option<u64>,
    /// How long the server remembers message ids.
    pub duplicate_window: Duration,
}

impl Default for StreamWish {
    fn default() -> Self {
        Self { replicas: 1, bytes_max: None, duplicate_window: Duration::from_secs(10) }
    }
}

/// Every field of a ledger's stream, as it must be.
pub fn wanted(ledger: &LedgerName, wish: &StreamWish) -> Value {
    json!({
        "name": names::stream_name(ledger),
        "subjects": [names::all_subjects(ledger)],
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "num_replicas": wish.replicas,
        "max_msgs": -1,
        "max_bytes": wish.bytes_max.map_or(-1, |bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
        "max_age": 0,
        "max_msgs_per_subject": -1,
        "max_consumers": -1,
        "max_msg_size": MESSAGE_BYTES_MAX,
        "duplicate_window": u64::try_from(wish.duplicate_window.as_nanos()).unwrap_or(u64::MAX),
        "deny_delete": true,
        "deny_purge": true,
        "allow_rollup_hdrs": false,
        "allow_direct": true,
        "mirror_direct": false,
        "sealed": false,
        "no_ack": false,
    })
}
/// The version of a server as numbers.
fn version_of(text: &str) -> (u32, u32) {
    let mut numbers = text.split(['.', '-']).map_while(|part| part.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// What the relay and subscribers do without on a server of this version.
pub fn does_without(version: &str) -> Vec<&'static str> {
    let known = version_of(version);
    let since = [
        ((2, 10), "several filters in one consumer: subscribers use one consumer for each filter"),
        ((2, 10), "notes in the stream that name the ledger and the contract"),
        ((2, 10), "sync_interval: what the server acknowledged may be lost by a power cut, and is then sent again"),
        ((2, 11), "reading many messages with one direct request"),
    ];
    since.into_iter().filter(|(first, _)| known < *first).map(|(_, what)| what).collect()
}

/// Refuses a server that is too old to rely on.
pub(crate) fn check_version(version: &str) -> Result<(), Fault> {
    if version_of(version) < OLDEST_SERVER {
        let (major, minor) = OLDEST_SERVER;
        let detail = format!("the server is nats-server {version}; install {major}.{minor} or newer");
        return Err(Fault::new(Trouble::ServerTooOld, detail));
    }
    Ok(())
}

/// A request to the server's interface for streams: what it answered, or the code and words of its refusal.
async fn ask(
    js: &Context,
    link: &watch::Receiver<Link>,
    subject: String,
    payload: &Value,
) -> Result<Result<Value, (u64, String)>, Fault> {
    let answered = js.request::<_, _, Response<Value>>(subject.clone(), payload).await;
    match answered {
        Ok(Response::Ok(answer)) => Ok(Ok(answer)),
        Ok(Response::Err { error }) => Ok(Err((error.error_code().0, error.to_string()))),
        Err(error) if error.kind() == RequestErrorKind::NoResponders => Err(Fault::new(
            Trouble::NoJetStream,
            "nobody answers for JetStream; enable it in the server and for the account",
        )),
        Err(error) => Err(unanswered(link, &format!("the server does not answer {subject} ({error})"))),
    }
}

/// Why an answer did not come. A server keeps silent about what this user may not ask, and complains beside it.
pub(crate) fn unanswered(link: &watch::Receiver<Link>, said: &str) -> Fault {
    let complaint = link.borrow().complaint.clone();
    match complaint.filter(|complaint| complaint.to_lowercase().contains("permissions violation")) {
        Some(complaint) => {
            Fault::new(Trouble::NotPermitted, format!("{complaint}; give this user the rights of the relay"))
        }
        None => Fault::new(Trouble::StreamAway, said),
    }
}

/// The refusal of a request about a stream, as a fault.
fn refused((code, said): (u64, String)) -> Fault {
    let trouble = match code {
        10_076 | 10_039 => Trouble::NoJetStream,
        // Subjects that another stream has, fields that do not go together, more copies than there are servers.
        10_065 | 10_052 | 10_074 | 10_058 => Trouble::StreamIncompatible,
        10_023 | 10_028 | 10_047 => Trouble::ServerFull,
        _ => Trouble::StreamAway,
    };
    Fault::new(trouble, said)
}

/// The stream as the server has it; made first if it is not there.
pub(crate) async fn get_or_create(
    js: &Context,
    link: &watch::Receiver<Link>,
    ledger: &LedgerName,
    wish: &StreamWish,
    server: &str,
) -> Result<Position, Fault> {
    let (name, wanted) = (names::stream_name(ledger), wanted(ledger, wish));
    let info = match ask(js, link, format!("STREAM.INFO.{name}"), &json!({})).await? {
        Ok(info) => info,
        Err((10_059, _)) => {
            let mut config = wanted.clone();
            if version_of(server) >= NOTES_SINCE {
                config["metadata"] = json!({ "servanda.ledger": ledger, "servanda.contract": "1" });
            }
            let created = ask(js, link, format!("STREAM.CREATE.{name}"), &config).await?;
            let created = created.map_err(refused)?;
            tracing::info!(stream = name, "the stream of the bus was made");
            created
        }
        Err(other) => return Err(refused(other)),
    };
    let found = stream_differences(&wanted, &info["config"]);
    if !found.is_empty() {
        let detail = format!(
            "the stream {name} is configured otherwise: {}. It was left as it is; change it there, or the settings here",
            found.join("; ")
        );
        return Err(Fault::new(Trouble::StreamIncompatible, detail));
    }
    whole(&name, &info["state"])
}

/// The last position of a stream from which nothing is missing.
fn whole(name: &str, state: &Value) -> Result<Position, Fault> {
    let number = |field: &str| state[field].as_u64().unwrap_or(0);
    let (first, last, messages) = (number("first_seq"), number("last_seq"), number("messages"));
    if messages == last && (last == 0 || first == 1) {
        return Ok(last);
    }
    let detail = format!(
        "the stream {name} ends at {last} and has {messages} messages, the first of them {first}: some were taken out. \
         Subscribers cannot build on it; remove the stream, and it is filled anew from the log"
    );
    Err(Fault::new(Trouble::StreamHoles, detail))
}

/// Checks that the last message of the stream is the log's entry at that position.
pub(crate) async fn check_tip(
    js: &Context,
    link: &watch::Receiver<Link>,
    log: &Log,
    tip: Position,
) -> Result<(), Fault> {
    if tip == 0 {
        return Ok(());
    }
    let (name, head) = (names::stream_name(log.ledger()), log.head());
    if tip > head {
        let detail = format!(
            "the stream {name} ends at {tip} and the log at {head}: the log is older than what was published. Restore \
             the newest copy of the log"
        );
        return Err(Fault::new(Trouble::StreamAhead, detail));
    }
    let away = |error: String| Fault::new(Trouble::StreamAway, error);
    let stream = js.get_stream_no_info(&name).await.map_err(|error| away(error.to_string()))?;
    let message = stream.get_raw_message(tip).await.map_err(|error| match error.kind() {
        RawMessageErrorKind::NoMessageFound => away(format!("the stream {name} changes while it is looked at")),
        _ => unanswered(link, &error.to_string()),
    })?;
    let reading = log.clone();
    let entry = tokio::task::spawn_blocking(move || reading.entry(tip)).await;
    let entry = entry.map_err(|error| away(error.to_string()))?;
    let entry = entry.map_err(|error| Fault::new(Trouble::LogUnreadable, error.to_string()))?;
    let published = entry_of(&message.payload).map(str::as_bytes);
    if entry.as_ref().is_some_and(|entry| published == Some(&entry.bytes)) {
        return Ok(());
    }
    let detail = format!(
        "message {tip} of the stream {name} is not entry {tip} of this log: the stream belongs to another ledger of the \
         same name, or the log was restored from an older copy and went on. Find out which of them is right"
    );
    Err(Fault::new(Trouble::StreamDiverged, detail))
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
