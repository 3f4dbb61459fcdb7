//! What the stores are asked to append and what they answer. The meaning is the same in every store:
//!
//! 1. a command id that is recorded already is answered with where ([`Answer::Known`]), whatever else is wrong;
//! 2. nothing is appended unless the stream, every stream that the rule looked at, and every unique key stand as the
//!    rule saw them ([`Answer::Conflict`]);
//! 3. otherwise all entries of the command get the next positions and rising times, together or not at all, and the
//!    answer comes when they are durable.

use serde::{Deserialize, Serialize};
use servanda_events::dates::Instant;
use servanda_events::ids::{CommandId, Position, Revision, StreamId};
use servanda_events::recorded::{EntryIndex, UniqueKey};
use servanda_events::{Draft, Recorded};
use tokio::sync::oneshot;

use crate::{LogError, clock};

/// All entries of one command, decided upon.
#[derive(Debug)]
pub(crate) struct Append {
    pub(crate) stream: StreamId,
    /// The stream's revision that the rule saw.
    pub(crate) expected: Revision,
    /// Other streams that the rule looked at, with the revisions that it saw.
    pub(crate) seen: Vec<(StreamId, Revision)>,
    /// Each unique key that the rule asked for, with the newest position at which it saw it claimed; 0 for never.
    pub(crate) keys_seen: Vec<(UniqueKey, Position)>,
    pub(crate) command_id: CommandId,
    /// At least one.
    pub(crate) drafts: Vec<Draft>,
    /// About how many facts the stream has afterwards.
    pub(crate) facts_after: usize,
}

#[derive(Debug)]
pub(crate) enum Answer {
    /// Durable.
    Appended(Appended),
    /// The command id was recorded before, as these entries.
    Known(Known),
    /// Something moved since the rule looked; nothing was appended.
    Conflict,
}

/// Drafts that have become entries: they come back, so that the writer need not read them as such.
#[derive(Debug)]
pub(crate) struct Appended {
    pub(crate) drafts: Vec<Draft>,
    /// Position of the first.
    pub(crate) first: Position,
    /// Time of the first; the others follow at the next moments.
    pub(crate) at: Instant,
}

impl Appended {
    /// The entries as they read.
    pub(crate) fn recorded(self) -> Vec<Recorded> {
        let places = self.drafts.into_iter().enumerate();
        places.map(|(n, draft)| draft.recorded(self.first + n as u64, clock::in_row(self.at, n))).collect()
    }
}

/// Where the entries of a recorded command stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) first: Position,
    pub(crate) entries: usize,
}

impl Known {
    /// Position of the last.
    pub(crate) fn last(self) -> Position {
        self.first + self.entries as u64 - 1
    }
}

/// An answer that comes when the append is durable.
pub(crate) type Pending = oneshot::Receiver<Result<Answer, LogError>>;

/// Waits for an answer. A store that went away without one has been closed.
pub(crate) async fn answered(pending: &mut Pending) -> Result<Answer, LogError> {
    pending.await.unwrap_or(Err(LogError::Closed))
}

/// An entry of another log, taken over byte for byte.
#[derive(Debug)]
pub(crate) struct Exact {
    pub(crate) bytes: Vec<u8>,
    pub(crate) index: EntryIndex,
}

/// What all stores refuse in entries of another log, beside what they look up themselves.
pub(crate) fn check_follows(
    entry: &Exact,
    ledger: &servanda_events::ids::LedgerName,
    head: Position,
    last_at: Option<Instant>,
) -> Result<(), LogError> {
    let index = &entry.index;
    if index.ledger != *ledger {
        return Err(LogError::WrongLedger { wanted: index.ledger.clone(), found: ledger.clone() });
    }
    if index.position != head + 1 {
        return Err(misfit(index, format!("the next position is {}", head + 1)));
    }
    if last_at.is_some_and(|last| index.recorded_at <= last) {
        return Err(misfit(index, "it was recorded before the entry in front of it".to_owned()));
    }
    Ok(())
}

pub(crate) fn misfit(index: &EntryIndex, detail: String) -> LogError {
    LogError::Misfit { position: index.position, detail }
}
