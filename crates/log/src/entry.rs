//! One entry of the log: its exact bytes at its position.
//!
//! Deliberately absent: writing entries; their bytes come from `servanda_events::recorded::Draft`.

use servanda_events::Recorded;
use servanda_events::ids::Position;
use servanda_events::recorded::{self, EntryIndex};

use crate::LogError;

/// One entry, as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the log.
    pub position: Position,
    /// Its exact bytes: RFC 8785 canonical JSON, the leaf of the tree.
    pub bytes: Box<[u8]>,
}

impl Entry {
    /// Reads the bytes. An entry that says another position than its own is damaged.
    pub fn decode(&self) -> Result<Recorded, LogError> {
        let recorded = recorded::decode(&self.bytes).map_err(|error| LogError::unreadable(self.position, &error))?;
        self.check_position(recorded.fact.position)?;
        Ok(recorded)
    }

    /// Reads only what the log itself needs.
    pub(crate) fn index(&self) -> Result<EntryIndex, LogError> {
        let index = recorded::decode_index(&self.bytes).map_err(|error| LogError::unreadable(self.position, &error))?;
        self.check_position(index.position)?;
        Ok(index)
    }

    fn check_position(&self, said: Position) -> Result<(), LogError> {
        if said == self.position {
            return Ok(());
        }
        Err(LogError::Corrupt { position: self.position, detail: format!("it says that it is entry {said}") })
    }
}
