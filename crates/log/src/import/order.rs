//! What the entries of an export must be, each of them and one after the other.
//!
//! Deliberately absent: whether the rules would decide so.

use std::collections::HashMap;

use servanda_events::codec::canonical;
use servanda_events::dates::Instant;
use servanda_events::ids::{CommandId, EventId, LedgerName, Position, Revision, StreamId};
use servanda_events::recorded::{decode, decode_index};

/// What the entries read so far demand of the next one.
#[derive(Default)]
pub(super) struct Order {
    position: Position,
    recorded_at: Option<Instant>,
    revisions: HashMap<StreamId, Revision>,
    command: Option<(CommandId, usize)>,
}

impl Order {
    pub(super) fn check(&mut self, bytes: &[u8], ledger: &LedgerName) -> Result<(), String> {
        let recorded = decode(bytes).map_err(|error| error.to_string())?;
        let index = decode_index(bytes).map_err(|error| error.to_string())?;
        if index.ledger != *ledger {
            return Err(format!("it belongs to ledger {}", index.ledger));
        }
        let parsed: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if canonical(&parsed).map_err(|error| error.to_string())?.as_bytes() != bytes {
            return Err("its bytes are not canonical".to_owned());
        }
        self.position += 1;
        if index.position != self.position {
            return Err(format!("it is entry {}, and entry {} must stand here", index.position, self.position));
        }
        if self.recorded_at.is_some_and(|last| index.recorded_at <= last) {
            return Err("it was recorded before the entry in front of it".to_owned());
        }
        self.recorded_at = Some(index.recorded_at);
        let revision = self.revisions.entry(index.stream).or_insert(0);
        *revision += 1;
        if index.revision != *revision {
            return Err(format!("it has revision {}, and {revision} comes next in its stream", index.revision));
        }
        let place = match &self.command {
            Some((command, place)) if *command == index.command_id => place + 1,
            _ => 1,
        };
        if recorded.fact.event_id != EventId::of(&index.command_id, place) {
            return Err(format!("event {} is not number {place} of its command", recorded.fact.event_id));
        }
        self.command = Some((index.command_id, place));
        Ok(())
    }
}
