//! The answer to a command: what was recorded, with the warnings in the caller's language.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Recorded;
use servanda_events::dates::Instant;
use servanda_events::flag::FlagCode;
use servanda_events::ids::{CommandId, EventId, Position, Revision, StreamId};
use servanda_events::text::Line;
use servanda_log::{Acknowledged, Outcome};

use crate::problem::Problem;
use crate::when::{bytes, json};
use crate::words::{Lang, Words};

/// What a command led to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CommandAnswer")]
pub(crate) struct Answer<'a> {
    /// The command's id: the sender's, or the one that the ledger gave it.
    command_id: &'a CommandId,
    /// The stream that it belongs to.
    stream: &'a StreamId,
    /// The entries; none when it was already so.
    entries: Vec<EntryView<'a>>,
    /// The position of the last entry, to wait for when reading; none when it was already so.
    position: Option<Position>,
    /// The stream's revision after it.
    revision: Revision,
    /// Whether the same command had been recorded before; the entries are the first answer's.
    repeated: bool,
    /// What is certain of the entries: `checkpointed` (on the disk, and covered by a signed checkpoint that is on the
    /// disk too) or `durable` (in the store, which signs nothing). None when nothing was recorded.
    acknowledged: Option<&'static str>,
    /// Whether this says only what would be recorded; positions and times are then foreseen ones.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    validate_only: bool,
}

/// An entry that a command led to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AnsweredEntry")]
struct EntryView<'a> {
    /// Its place in the log.
    position: Position,
    /// Its event's id, by which it is confirmed, disputed, corrected or retracted.
    event_id: &'a EventId,
    /// What happened.
    r#type: &'static str,
    /// Its stream.
    stream: &'a StreamId,
    /// Its place in the stream.
    revision: Revision,
    /// When the ledger learned it.
    recorded_at: Instant,
    /// Warnings.
    flags: Vec<FlagView<'a>>,
}

/// A warning.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AnsweredFlag")]
struct FlagView<'a> {
    /// Its stable code.
    code: FlagCode,
    /// What it says, in the caller's language.
    sentence: String,
    /// Streams that the rule read, as `stream@revision`.
    #[serde(skip_serializing_if = "<[Line]>::is_empty")]
    checked_against: &'a [Line],
}

impl<'a> EntryView<'a> {
    fn of(recorded: &'a Recorded, words: &Words, lang: Lang) -> Self {
        let fact = &recorded.fact;
        let flag = |flag: &'a servanda_events::flag::Flag| FlagView {
            code: flag.code,
            sentence: words.flag(flag.code, lang),
            checked_against: &flag.checked_against,
        };
        Self {
            position: fact.position,
            event_id: &fact.event_id,
            r#type: fact.event.type_name(),
            stream: &recorded.stream,
            revision: fact.revision,
            recorded_at: fact.recorded_at,
            flags: fact.flags.iter().map(flag).collect(),
        }
    }
}

impl<'a> Answer<'a> {
    pub(crate) fn of(
        outcome: &'a Outcome,
        acknowledged: Acknowledged,
        validate_only: bool,
        words: &Words,
        lang: Lang,
    ) -> Self {
        Self {
            command_id: &outcome.command_id,
            stream: &outcome.stream,
            position: outcome.entries.last().map(|entry| entry.fact.position),
            revision: outcome.revision,
            repeated: outcome.repeated,
            acknowledged: (!outcome.entries.is_empty() && !validate_only).then(|| acknowledged.word()),
            entries: outcome.entries.iter().map(|entry| EntryView::of(entry, words, lang)).collect(),
            validate_only,
        }
    }

    /// 201 where entries were recorded now; 200 where it was already so, was a repetition, or was only asked.
    pub(crate) fn status(&self) -> StatusCode {
        let recorded = !self.entries.is_empty() && !self.repeated && !self.validate_only;
        if recorded { StatusCode::CREATED } else { StatusCode::OK }
    }

    /// The answer with its headers.
    pub(crate) fn response(&self) -> Result<Response, Problem> {
        let mut response = json(self.status(), bytes(self)?);
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", self.revision)) {
            headers.insert(header::ETAG, tag);
        }
        if let Some(entry) = self.entries.first().filter(|_| !self.validate_only)
            && let Ok(place) = HeaderValue::from_str(&format!("/api/v1/entries/{}", entry.position))
        {
            headers.insert(header::LOCATION, place);
        }
        Ok(response)
    }
}
