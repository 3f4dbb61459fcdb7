//! A fact as it stands in the log: the event and its envelope, and the exact bytes of both.
//!
//! The bytes are RFC 8785 canonical JSON, written once. Two values are known only at the moment of the append, the
//! position and the time; a [`Draft`] holds the bytes around them, so that the writer of the log only joins pieces.

mod envelope;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::catalogue::Event;
use crate::codec::{self, CodecError};
use crate::dates::{FuzzyDate, Instant, LedgerDate};
use crate::flag::Flag;
use crate::ids::{ActorId, CommandId, EventId, LedgerName, PartyId, Position, Revision, StreamId};
use crate::text::Line;

pub use self::envelope::{Envelope, decode_envelope};

/// Newest version of the envelope that this program writes and reads: the one with `proposed_by`.
pub const ENVELOPE_VERSION: u16 = 2;
/// Version of an envelope that says nothing new, so that older programs read it too.
const ENVELOPE_PLAIN: u16 = 1;
/// Most bytes of one entry.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// A text that at most one fact in effect may hold, ledger-wide: `org/KZ-BIN/123`, `payment/afd/TR-1`.
pub type UniqueKey = Line;

crate::ids::checked_text!(
    /// SHA-256 in lower-case hexadecimal.
    Sha256Hex,
    |text| {
        let good = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if good { Ok(()) } else { Err(crate::field_error::FieldError::new("malformed_hash").with("value", text)) }
    },
    "^[0-9a-f]{64}$"
);

/// SHA-256 of `bytes`, in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    let digit = |n: u8| char::from(b"0123456789abcdef"[usize::from(n & 15)]);
    let mut hex = String::with_capacity(64);
    for byte in sha2::Sha256::digest(bytes) {
        hex.extend([digit(byte >> 4), digit(byte)]);
    }
    hex
}

/// A document that supports a fact. The ledger keeps the reference and the hash, not the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What the document is.
    pub title: Line,
    /// Where it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Line>,
    /// SHA-256 of its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256Hex>,
    /// Its media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<Line>,
    /// The day on which it was fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieved_on: Option<LedgerDate>,
}

/// An event in effect, with what the envelope says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Place in the log of the entry that stated it.
    pub position: Position,
    /// Place in its stream.
    pub revision: Revision,
    /// Id of the event.
    pub event_id: EventId,
    /// When the ledger learned it.
    pub recorded_at: Instant,
    /// When it was so.
    pub occurred_on: FuzzyDate,
    /// When it takes legal effect, if that differs.
    pub effective_on: Option<LedgerDate>,
    /// The official who recorded it, by pseudonym.
    pub recorded_by: ActorId,
    /// The party whose statement it is.
    pub reported_by: Option<PartyId>,
    /// Documents that support it.
    pub evidence: Vec<Evidence>,
    /// Warnings raised when it was recorded.
    pub flags: Vec<Flag>,
    /// Remark of the person who recorded it.
    pub note: Option<Line>,
    /// Whether it was invented to demonstrate the program.
    pub demonstration: bool,
    /// What happened.
    pub event: Event,
    /// Places of the corrections that gave it this form, in their order; none where it reads as it was stated.
    pub corrections: Vec<Position>,
}

impl Fact {
    /// Place of the entry that gave it this form: its own, or the newest correction's.
    pub fn formed_at(&self) -> Position {
        self.corrections.last().copied().unwrap_or(self.position)
    }

    /// Places of all entries that it reads from: the one that stated it, and every correction.
    pub fn sources(&self) -> impl Iterator<Item = Position> {
        std::iter::once(self.position).chain(self.corrections.iter().copied())
    }
}

/// A fact as recorded, with the part of the envelope that readers of single facts do not need.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The stream it belongs to.
    pub stream: StreamId,
    /// The command that led to it.
    pub command_id: CommandId,
    /// SHA-256 of that command's canonical content.
    pub command_hash: Sha256Hex,
    /// Keys that no other fact in effect may hold.
    pub keys: Vec<UniqueKey>,
    /// The event that caused the command, if one did.
    pub causation_id: Option<EventId>,
    /// What the sender ties together.
    pub correlation_id: Option<CommandId>,
    /// The official who proposed it, where another one approved it; the approver is the fact's `recorded_by`.
    pub proposed_by: Option<ActorId>,
    /// The fact.
    pub fact: Arc<Fact>,
}

/// Everything of one entry but its position and its time.
#[derive(Debug, Clone)]
pub struct Draft {
    head: String,
    /// What stands between the position and the time: `"proposed_by":"…",`, or nothing.
    proposed: String,
    tail: String,
    recorded: Recorded,
}

#[derive(Serialize)]
struct Head<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    causation_id: Option<&'a EventId>,
    command_hash: &'a Sha256Hex,
    command_id: &'a CommandId,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<&'a CommandId>,
    data: &'a Event,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    demonstration: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_on: Option<LedgerDate>,
    event_id: &'a EventId,
    #[serde(skip_serializing_if = "<[Evidence]>::is_empty")]
    evidence: &'a [Evidence],
    #[serde(skip_serializing_if = "<[Flag]>::is_empty")]
    flags: &'a [Flag],
    #[serde(skip_serializing_if = "<[UniqueKey]>::is_empty")]
    keys: &'a [UniqueKey],
    ledger: &'a LedgerName,
    nonce: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a Line>,
    occurred_on: &'a FuzzyDate,
}

#[derive(Serialize)]
struct Tail<'a> {
    recorded_by: &'a ActorId,
    #[serde(skip_serializing_if = "Option::is_none")]
    reported_by: Option<&'a PartyId>,
    revision: Revision,
    schema: u16,
    stream: &'a StreamId,
    #[serde(rename = "type")]
    kind: &'a str,
    v: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored<'a> {
    causation_id: Option<EventId>,
    command_hash: Sha256Hex,
    command_id: CommandId,
    correlation_id: Option<CommandId>,
    #[serde(borrow)]
    data: &'a RawValue,
    #[serde(default)]
    demonstration: bool,
    effective_on: Option<LedgerDate>,
    event_id: EventId,
    #[serde(default)]
    evidence: Vec<Evidence>,
    #[serde(default)]
    flags: Vec<Flag>,
    #[serde(default)]
    keys: Vec<UniqueKey>,
    ledger: LedgerName,
    #[serde(rename = "nonce")]
    _nonce: serde::de::IgnoredAny,
    note: Option<Line>,
    occurred_on: FuzzyDate,
    position: Position,
    proposed_by: Option<ActorId>,
    recorded_at: Instant,
    recorded_by: ActorId,
    reported_by: Option<PartyId>,
    revision: Revision,
    schema: u16,
    stream: StreamId,
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    v: u16,
}

impl Draft {
    /// The draft of `recorded`, whose position and time count for nothing yet. `nonce` is 128 random bits in
    /// hexadecimal, so that nobody guesses an entry from its hash.
    pub fn new(recorded: Recorded, ledger: &LedgerName, nonce: &str) -> Result<Self, CodecError> {
        let fact = &recorded.fact;
        let head = codec::canonical(&Head {
            causation_id: recorded.causation_id.as_ref(),
            command_hash: &recorded.command_hash,
            command_id: &recorded.command_id,
            correlation_id: recorded.correlation_id.as_ref(),
            data: &fact.event,
            demonstration: fact.demonstration,
            effective_on: fact.effective_on,
            event_id: &fact.event_id,
            evidence: &fact.evidence,
            flags: &fact.flags,
            keys: &recorded.keys,
            ledger,
            nonce,
            note: fact.note.as_ref(),
            occurred_on: &fact.occurred_on,
        })?;
        let tail = codec::canonical(&Tail {
            recorded_by: &fact.recorded_by,
            reported_by: fact.reported_by.as_ref(),
            revision: fact.revision,
            schema: fact.event.schema(),
            stream: &recorded.stream,
            kind: fact.event.type_name(),
            v: if recorded.proposed_by.is_some() { ENVELOPE_VERSION } else { ENVELOPE_PLAIN },
        })?;
        let proposed = match &recorded.proposed_by {
            Some(actor) => format!("\"proposed_by\":{},", codec::canonical(actor)?),
            None => String::new(),
        };
        // 100 bytes are more than the position, the time and their names take.
        let bytes = head.len() + proposed.len() + tail.len() + 100;
        if bytes > ENTRY_BYTES_MAX {
            return Err(CodecError::TooLarge { bytes });
        }
        Ok(Self { head, proposed, tail, recorded })
    }

    /// What the entry will say; its position and its time count for nothing yet.
    pub fn foreseen(&self) -> &Recorded {
        &self.recorded
    }

    /// The exact bytes of the entry at `position`, recorded at `recorded_at`.
    pub fn bytes(&self, position: Position, recorded_at: Instant) -> Vec<u8> {
        joined((&self.head, &self.proposed, &self.tail), position, recorded_at)
    }

    /// What the log needs of that entry, in the ledger for which the draft was made.
    pub fn index(&self, ledger: &LedgerName, position: Position, recorded_at: Instant) -> EntryIndex {
        let Recorded { stream, command_id, command_hash, keys, fact, .. } = &self.recorded;
        EntryIndex {
            ledger: ledger.clone(),
            position,
            recorded_at,
            stream: stream.clone(),
            revision: fact.revision,
            command_id: command_id.clone(),
            command_hash: command_hash.clone(),
            keys: keys.clone(),
        }
    }

    /// The three texts around the position and the time, for another process that is to append the entry. None of them
    /// has a line feed inside.
    pub fn carried(&self) -> [&str; 3] {
        [&self.head, &self.proposed, &self.tail]
    }

    /// The draft of such texts, if they are those of an entry of a ledger. `now` counts for nothing.
    pub fn of_carried(
        [head, proposed, tail]: [&str; 3],
        ledger: &LedgerName,
        now: Instant,
    ) -> Result<Self, CodecError> {
        let foreign = |detail: &str| Err(CodecError::Unreadable { detail: detail.into() });
        if !head.ends_with('}') || !tail.starts_with('{') {
            return foreign("these are no parts of an entry");
        }
        let bytes = joined((head, proposed, tail), 1, now);
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(CodecError::TooLarge { bytes: bytes.len() });
        }
        let stored: Stored<'_> = parsed(&bytes)?;
        if stored.ledger != *ledger {
            return foreign("this is of another ledger");
        }
        let recorded = stored.read()?;
        let (head, proposed, tail) = (head.to_owned(), proposed.to_owned(), tail.to_owned());
        Ok(Self { head, proposed, tail, recorded })
    }

    /// The fact as it reads back from those bytes.
    pub fn recorded(mut self, position: Position, recorded_at: Instant) -> Recorded {
        let fact = Arc::make_mut(&mut self.recorded.fact);
        fact.position = position;
        fact.recorded_at = recorded_at;
        self.recorded
    }
}

/// The bytes of an entry from the texts of its draft.
fn joined((head, proposed, tail): (&str, &str, &str), position: Position, recorded_at: Instant) -> Vec<u8> {
    let (head, tail) = (&head[..head.len() - 1], &tail[1..]);
    format!("{head},\"position\":{position},{proposed}\"recorded_at\":\"{recorded_at}\",{tail}").into_bytes()
}

/// What the log itself needs of an entry's bytes: where it belongs and what it must not collide with.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryIndex {
    /// The ledger named in the entry.
    pub ledger: LedgerName,
    /// Place in the log.
    pub position: Position,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Its stream.
    pub stream: StreamId,
    /// Place in the stream.
    pub revision: Revision,
    /// The command that led to it.
    pub command_id: CommandId,
    /// SHA-256 of that command's canonical content.
    pub command_hash: Sha256Hex,
    /// Keys that it claims.
    pub keys: Vec<UniqueKey>,
}

/// The part of an entry that is its index. What else stands there is not looked at.
#[derive(Deserialize)]
struct Indexed {
    command_hash: Sha256Hex,
    command_id: CommandId,
    #[serde(default)]
    keys: Vec<UniqueKey>,
    ledger: LedgerName,
    position: Position,
    recorded_at: Instant,
    revision: Revision,
    stream: StreamId,
    v: u16,
}

fn parsed<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, CodecError> {
    #[derive(Deserialize)]
    struct Version {
        v: u16,
    }
    let text = std::str::from_utf8(bytes).map_err(|_| CodecError::Unreadable { detail: "not UTF-8".into() })?;
    serde_json::from_str(text).map_err(|error| match serde_json::from_str(text) {
        Ok(Version { v }) if v > ENVELOPE_VERSION => CodecError::Newer { what: "envelope".into(), version: v },
        _ => CodecError::Unreadable { detail: error.to_string() },
    })
}

fn check_version(version: u16) -> Result<(), CodecError> {
    if version > ENVELOPE_VERSION {
        return Err(CodecError::Newer { what: "envelope".into(), version });
    }
    Ok(())
}

/// Reads the bytes of an entry back.
pub fn decode(bytes: &[u8]) -> Result<Recorded, CodecError> {
    parsed::<Stored<'_>>(bytes)?.read()
}

impl Stored<'_> {
    fn read(self) -> Result<Recorded, CodecError> {
        check_version(self.v)?;
        let event = codec::decode_event(&self.kind, self.schema, self.data.get())?;
        Ok(Recorded {
            stream: self.stream,
            command_id: self.command_id,
            command_hash: self.command_hash,
            keys: self.keys,
            causation_id: self.causation_id,
            correlation_id: self.correlation_id,
            proposed_by: self.proposed_by,
            fact: Arc::new(Fact {
                position: self.position,
                revision: self.revision,
                event_id: self.event_id,
                recorded_at: self.recorded_at,
                occurred_on: self.occurred_on,
                effective_on: self.effective_on,
                recorded_by: self.recorded_by,
                reported_by: self.reported_by,
                evidence: self.evidence,
                flags: self.flags,
                note: self.note,
                demonstration: self.demonstration,
                event,
                corrections: Vec::new(),
            }),
        })
    }
}

/// Reads only what the log needs of an entry's bytes. Whether the rest reads is for [`decode`] to say.
pub fn decode_index(bytes: &[u8]) -> Result<EntryIndex, CodecError> {
    let Indexed { command_hash, command_id, keys, ledger, position, recorded_at, revision, stream, v } = parsed(bytes)?;
    check_version(v)?;
    Ok(EntryIndex { ledger, position, recorded_at, stream, revision, command_id, command_hash, keys })
}

#[cfg(test)]
#[path = "recorded_tests.rs"]
mod tests;
