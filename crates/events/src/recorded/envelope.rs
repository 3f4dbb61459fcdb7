//! What whoever passes an entry on says about it, read without looking into its event.
//!
//! An event that this program does not know yet, or knows in a newer shape, is passed on like any other. Deliberately
//! absent: the event.

use std::borrow::Cow;

use super::{Stored, parsed};
use crate::codec::CodecError;
use crate::dates::{FuzzyDate, Instant};
use crate::ids::{CommandId, EventId, LedgerName, Position, Revision, StreamId};

/// What an entry says beside its event.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope<'a> {
    /// The ledger named in the entry.
    pub ledger: LedgerName,
    /// Place in the log.
    pub position: Position,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// When it was so.
    pub occurred_on: FuzzyDate,
    /// Its stream.
    pub stream: StreamId,
    /// Place in the stream.
    pub revision: Revision,
    /// Id of the event.
    pub event_id: EventId,
    /// The command that led to it.
    pub command_id: CommandId,
    /// The event that caused the command, if one did.
    pub causation_id: Option<EventId>,
    /// What the sender ties together.
    pub correlation_id: Option<CommandId>,
    /// The name of the event's type.
    pub type_name: Cow<'a, str>,
    /// The version in which the event was recorded, which may be an older one.
    pub schema: u16,
}

/// Reads the envelope of an entry's bytes.
pub fn decode_envelope(bytes: &[u8]) -> Result<Envelope<'_>, CodecError> {
    let stored = parsed::<Stored<'_>>(bytes)?;
    Ok(Envelope {
        ledger: stored.ledger,
        position: stored.position,
        recorded_at: stored.recorded_at,
        occurred_on: stored.occurred_on,
        stream: stored.stream,
        revision: stored.revision,
        event_id: stored.event_id,
        command_id: stored.command_id,
        causation_id: stored.causation_id,
        correlation_id: stored.correlation_id,
        type_name: stored.kind,
        schema: stored.schema,
    })
}
