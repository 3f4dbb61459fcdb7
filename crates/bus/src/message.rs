//! One entry as a message: a CloudEvent 1.0 in structured JSON, whose `data` are the entry's exact bytes.
//!
//! So the message alone holds what the ledger's tree of hashes is built over, and whoever folds messages comes to the
//! same state as whoever folds the log. The same entry is the same message, whenever it is published. Deliberately
//! absent: a further form of the event; `dataschema` names the schema of the entry as it was recorded.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use servanda_events::codec::CodecError;
use servanda_events::dates::{Instant, LedgerDate};
use servanda_events::ids::{CommandId, EventId, LedgerName, Position, Revision, StreamId};
use servanda_events::recorded::{ENTRY_BYTES_MAX, decode_envelope};

use crate::names;

/// The media type of a message, and the value of its header `Content-Type`.
pub const MEDIA_TYPE: &str = "application/cloudevents+json";
/// Most bytes of a message: the longest entry, and what stands around it, with its headers.
pub const MESSAGE_BYTES_MAX: usize = ENTRY_BYTES_MAX + 1 + 8_192;
/// About what stands around an entry.
const ATTRIBUTES_BYTES: usize = 640;
/// What the `type` of every message begins with.
pub const TYPE_PREFIX: &str = "servanda.";
/// What the `dataschema` of every message begins with; the contract says what the schema is.
pub const SCHEMA_PREFIX: &str = "urn:servanda:entry:";

/// An entry, ready to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Place of the entry in the log, which is the message's place in the stream.
    pub position: Position,
    /// The message id: the id of the event.
    pub id: String,
    /// The subject.
    pub subject: String,
    /// The CloudEvent.
    pub body: String,
}

/// The attributes of a message; behind them comes `data`, the entry.
#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'a str,
    id: &'a EventId,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    subject: &'a StreamId,
    time: Instant,
    datacontenttype: &'a str,
    dataschema: String,
    /// The position, in 20 digits, so that texts sort as numbers do.
    sequence: String,
    revision: Revision,
    /// First and last day on which it can have been so.
    occurredfrom: LedgerDate,
    occurredto: LedgerDate,
    commandid: &'a CommandId,
    #[serde(skip_serializing_if = "Option::is_none")]
    causationid: Option<&'a EventId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlationid: Option<&'a CommandId>,
}

/// The type of a message: `servanda.MilestoneAchieved.v1`.
pub fn cloud_type(type_name: &str, schema: u16) -> String {
    format!("{TYPE_PREFIX}{type_name}.v{schema}")
}

/// Where the messages of a ledger come from.
pub fn source(ledger: &LedgerName) -> String {
    format!("/ledgers/{ledger}")
}

/// The message of an entry's exact bytes.
pub fn message(entry: &[u8]) -> Result<Message, CodecError> {
    let envelope = decode_envelope(entry)?;
    let unreadable = |detail: String| CodecError::Unreadable { detail };
    let event = CloudEvent {
        specversion: "1.0",
        id: &envelope.event_id,
        source: source(&envelope.ledger),
        kind: cloud_type(&envelope.type_name, envelope.schema),
        subject: &envelope.stream,
        time: envelope.recorded_at,
        datacontenttype: "application/json",
        dataschema: format!("{SCHEMA_PREFIX}{}.v{}", envelope.type_name, envelope.schema),
        sequence: format!("{:020}", envelope.position),
        revision: envelope.revision,
        occurredfrom: envelope.occurred_on.earliest,
        occurredto: envelope.occurred_on.latest,
        commandid: &envelope.command_id,
        causationid: envelope.causation_id.as_ref(),
        correlationid: envelope.correlation_id.as_ref(),
    };
    let mut body = Vec::with_capacity(entry.len() + ATTRIBUTES_BYTES);
    serde_json::to_writer(&mut body, &event).map_err(|error| unreadable(error.to_string()))?;
    // The entry was read above, so its bytes are JSON and can stand there as they are.
    body.pop();
    body.extend_from_slice(b",\"data\":");
    body.extend_from_slice(entry);
    body.push(b'}');
    let body = String::from_utf8(body).map_err(|error| unreadable(error.to_string()))?;
    let subject = names::subject(&envelope.ledger, &envelope.stream, &envelope.type_name);
    Ok(Message { position: envelope.position, id: envelope.event_id.to_string(), subject, body })
}

/// The exact bytes of the entry that a message holds, if it holds one.
pub fn entry_of(body: &[u8]) -> Option<&str> {
    #[derive(Deserialize)]
    struct Data<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    serde_json::from_slice::<Data<'_>>(body).ok().map(|event| event.data.get())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn golden(name: &str) -> Vec<u8> {
        let path = format!("{}/../../tests/golden/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
        std::fs::read(path).unwrap()
    }

    #[test]
    fn a_message_says_in_its_attributes_what_the_entry_says() {
        let entry = golden("MilestoneAchieved.v1");
        let message = message(&entry).unwrap();
        assert_eq!((message.position, message.id.as_str()), (14, "MilestoneAchieved.1"));
        assert_eq!(message.subject, "servanda.test.evt.commitment.milestone_achieved.branch");
        let mut said: Value = serde_json::from_str(&message.body).unwrap();
        said["data"] = json!(null);
        assert_eq!(
            said,
            json!({
                "specversion": "1.0",
                "id": "MilestoneAchieved.1",
                "source": "/ledgers/test",
                "type": "servanda.MilestoneAchieved.v1",
                "subject": "commitment-branch",
                "time": "2026-02-01T12:30:00.000255Z",
                "datacontenttype": "application/json",
                "dataschema": "urn:servanda:entry:MilestoneAchieved.v1",
                "sequence": "00000000000000000014",
                "revision": 5,
                "occurredfrom": "2026-01-01",
                "occurredto": "2026-01-31",
                "commandid": "MilestoneAchieved",
                "data": null,
            })
        );
        assert_eq!(entry_of(message.body.as_bytes()).unwrap().as_bytes(), entry, "the exact bytes");
    }

    #[test]
    fn an_old_shape_is_published_as_it_was_recorded() {
        let said: Value = serde_json::from_str(&message(&golden("MilestonePlanned.v1")).unwrap().body).unwrap();
        assert_eq!(said["type"], "servanda.MilestonePlanned.v1");
        assert!(said["data"]["data"]["due_date"].is_string(), "{said}");
    }

    #[test]
    fn what_stands_around_an_entry_is_short() {
        let mut entry: Value = serde_json::from_slice(&golden("MilestoneAchieved.v1")).unwrap();
        let id = "~".repeat(72);
        entry["event_id"] = json!(id);
        entry["causation_id"] = json!(id);
        for field in ["command_id", "correlation_id"] {
            entry[field] = json!("~".repeat(64));
        }
        entry["stream"] = json!(format!("commitment-{}", "x".repeat(64)));
        entry["ledger"] = json!("l".repeat(64));
        entry["position"] = json!(u64::MAX);
        entry["revision"] = json!(u64::MAX);
        let bytes = entry.to_string().into_bytes();
        let around = message(&bytes).unwrap().body.len() - bytes.len();
        assert!(around < 2_048, "{around} bytes");
    }

    #[test]
    fn what_is_no_entry_is_no_message() {
        assert!(message(b"{}").is_err());
        assert!(message(b"\xff").is_err());
        assert_eq!(entry_of(b"{}"), None);
        assert_eq!(entry_of(b"not JSON"), None);
    }
}
