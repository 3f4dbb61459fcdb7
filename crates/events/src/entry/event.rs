//! Payloads of corrections and retractions.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::{EventId, StreamId};
use crate::text::Line;

/// What sort of error a correction mends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// A slip of the pen.
    Clerical,
    /// Better information came later.
    LateInformation,
    /// A wrong translation.
    Translation,
    /// The wrong party or person was named.
    Attribution,
}

/// One value that was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// Where it stands in the fact, as a JSON Pointer: `/data/due`, `/occurred_on`, `/effective_on`, `/reported_by`.
    pub path: Line,
    /// What stands there; `null` where nothing does.
    pub old: Value,
    /// What should stand there; `null` takes it away.
    pub new: Value,
}

/// The wish to correct an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectEntry {
    /// The stream of the entry.
    pub stream: StreamId,
    /// The event to correct.
    pub target_event_id: EventId,
    /// What was wrong.
    pub patches: Vec<Patch>,
    /// What sort of error it was.
    pub error_kind: ErrorKind,
    /// Why, in words.
    pub reason: Line,
}

/// The wish to retract an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetractEntry {
    /// The stream of the entry.
    pub stream: StreamId,
    /// The event to retract.
    pub target_event_id: EventId,
    /// Why, in words.
    pub reason: Line,
    /// Events that stand on it and go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependants: Vec<EventId>,
}

/// An entry was wrong from the start; this is how it should have read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryCorrected {
    /// The event that was wrong.
    pub target_event_id: EventId,
    /// What was wrong in it.
    pub patches: Vec<Patch>,
    /// What sort of error it was.
    pub error_kind: ErrorKind,
    /// Why, in words.
    pub reason: Line,
}

/// What an entry says never happened. It stays readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryRetracted {
    /// The event that never happened.
    pub target_event_id: EventId,
    /// Why, in words.
    pub reason: Line,
}
