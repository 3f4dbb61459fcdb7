//! What happens to the ledger itself. The log writes these entries; no command leads to them.
//!
//! Deliberately absent: signatures. The statement is a text here; whoever verifies the log checks it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::catalogue::Event;
use crate::codec::CodecError;
use crate::dates::{FuzzyDate, Instant};
use crate::ids::{ActorId, CommandId, EventId, LedgerName, Position, Revision, StreamId};
use crate::recorded::{Fact, Recorded, sha256_hex};
use crate::text::Line;

/// The key with which the log signs its checkpoints was replaced: from this entry on, the new key signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogKeyRotated {
    /// The ledger in whose log it stands.
    pub ledger: LedgerName,
    /// What both keys signed, as a signed note: the log's origin, the position of this entry, the old and the new
    /// public key, and the two signatures.
    pub statement: Line,
}

/// The entry by which the log says so, in the form of one that a command of this id led to. In place of a command's
/// content the statement is hashed.
pub fn key_rotated(
    event: LogKeyRotated,
    command_id: CommandId,
    actor: &ActorId,
    now: Instant,
    (position, revision): (Position, Revision),
) -> Result<Recorded, CodecError> {
    let hex = sha256_hex(event.statement.as_str().as_bytes());
    Ok(Recorded {
        stream: StreamId::from(&event.ledger),
        command_hash: hex.parse().map_err(|_| CodecError::Unreadable { detail: hex })?,
        keys: Vec::new(),
        causation_id: None,
        correlation_id: None,
        proposed_by: None,
        fact: Arc::new(Fact {
            position,
            revision,
            event_id: EventId::of(&command_id, 1),
            recorded_at: now,
            occurred_on: FuzzyDate::day(now.date_furthest_east()),
            effective_on: None,
            recorded_by: actor.clone(),
            reported_by: None,
            evidence: Vec::new(),
            flags: Vec::new(),
            note: None,
            demonstration: false,
            event: Event::from(event),
            corrections: Vec::new(),
        }),
        command_id,
    })
}
