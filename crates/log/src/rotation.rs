//! The rotation of the log's key: an entry that the old key and the new one both signed, found in an entry's bytes,
//! read from a log, written into one.
//!
//! Deliberately absent: judging a chain of them, which is a policy's; and replacing a key while the log is in use.

use std::path::Path;

use memchr::memmem;
use serde::Deserialize;
use servanda_events::ids::{ActorId, LedgerName, Position, StreamId};
use servanda_proof::{BadRotation, PublicKey, Rotation};

use crate::{Clock, Entry, Ids, Log, LogError, Settings, jetstream, sqlite};

/// Stands in every entry of this type, since entries are canonical JSON.
const NEEDLE: &[u8] = br#""type":"LogKeyRotated""#;
/// Most rotations that are read from one log.
pub(crate) const ROTATIONS_MAX: usize = 1_000;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The ledger.
    pub ledger: LedgerName,
    /// The position of the entry that says so; checkpoints of that size and beyond bear the new key's signature.
    pub position: Position,
    /// The key that ended. Its private half is gone from the folder of keys.
    pub old: PublicKey,
    /// The key that signs from now on.
    pub new: PublicKey,
}

/// The rotation that the entry at a position states; none where it states something else. An error where it says that
/// it does and its statement does not hold.
pub fn rotation_in(entry: &[u8], position: Position) -> Result<Option<Rotation>, BadRotation> {
    #[derive(Deserialize)]
    struct Typed<'a> {
        #[serde(rename = "type")]
        kind: &'a str,
        data: serde_json::Value,
    }
    if memmem::find(entry, NEEDLE).is_none() {
        return Ok(None);
    }
    let bad = |what: String| BadRotation { position, what };
    let typed: Typed<'_> = match serde_json::from_slice(entry) {
        Ok(typed) => typed,
        // What is no entry at all is found by its hash.
        Err(_) => return Ok(None),
    };
    if typed.kind != "LogKeyRotated" {
        return Ok(None);
    }
    let statement = typed.data.get("statement").and_then(serde_json::Value::as_str);
    let rotation: Rotation = statement.unwrap_or_default().parse().map_err(|error| bad(format!("{error}")))?;
    if rotation.position() == position {
        Ok(Some(rotation))
    } else {
        Err(bad(format!("its statement is about entry {}", rotation.position())))
    }
}

/// Replaces the key of the log in a data directory, which no other process may have open, by one that is drawn now. All
/// of the log is checked first. A node's copy is refused: the key of a log on several servers cannot be replaced yet.
pub fn rotate_key(
    dir: &Path,
    settings: &Settings,
    clock: &Clock,
    ids: &Ids,
    actor: &ActorId,
) -> Result<Rotated, LogError> {
    // What is appended here alone would part a node's copy from its stream.
    jetstream::check_is_no_copy(dir)?;
    sqlite::rotate(dir, settings, clock, ids, actor)
}

impl Log {
    /// How the log's key was replaced, each time, in the order of the entries; also how those of another log were whose
    /// entries were taken over. Reads the disk; not for use inside async tasks.
    pub fn rotations(&self) -> Result<Vec<Rotation>, LogError> {
        let entries = self.read_stream(&StreamId::from(self.ledger()), 0, ROTATIONS_MAX)?;
        rotations_in(&entries)
    }
}

/// The rotations that entries state.
pub(crate) fn rotations_in(entries: &[Entry]) -> Result<Vec<Rotation>, LogError> {
    let found = entries.iter().map(|entry| rotation_in(&entry.bytes, entry.position));
    found.filter_map(Result::transpose).collect::<Result<_, _>>().map_err(refused)
}

/// Refuses a log for a statement that does not hold.
pub(crate) fn refused(bad: BadRotation) -> LogError {
    LogError::Distrusted {
        verdict: servanda_proof::Verdict::Invalid(bad.into()),
        advice: "keep the files as they are for whoever looks into it, and restore the newest verified backup",
    }
}
