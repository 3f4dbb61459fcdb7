//! The stores, side by side. A further store joins here with the same functions, and in the contract tests.
//!
//! Deliberately absent: a trait. What the stores have in common is their meaning, which `append` states and
//! `tests/contract.rs` checks.

use servanda_events::ids::{CommandId, LedgerName, Position, Revision, StreamId};
use servanda_events::recorded::UniqueKey;
use servanda_proof::Hash;

use crate::append::{Append, Exact, Known, Pending};
use crate::jetstream::{JetStream, NodeState};
use crate::memory::Memory;
use crate::sqlite::Sqlite;
use crate::{Entry, LogError};

pub(crate) enum Store {
    Memory(Memory),
    Sqlite(Sqlite),
    JetStream(JetStream),
}

impl Store {
    /// Hands an append to the writer, or says that too many wait for it.
    pub(crate) fn try_append(&self, append: Append) -> Result<Pending, LogError> {
        match self {
            Self::Memory(memory) => memory.append(append),
            Self::Sqlite(sqlite) => sqlite.try_append(append),
            Self::JetStream(jetstream) => jetstream.try_append(append),
        }
    }

    /// Hands an append to the writer as soon as there is room.
    pub(crate) async fn append_when_room(&self, append: Append) -> Result<Pending, LogError> {
        match self {
            Self::Memory(memory) => memory.append(append),
            Self::Sqlite(sqlite) => sqlite.append_when_room(append).await,
            Self::JetStream(jetstream) => jetstream.append_when_room(append).await,
        }
    }

    /// Appends entries of another log, all or none.
    pub(crate) async fn append_exact(&self, ledger: &LedgerName, entries: Vec<Exact>) -> Result<(), LogError> {
        match self {
            Self::Memory(memory) => memory.append_exact(ledger, entries),
            Self::Sqlite(sqlite) => sqlite.append_exact(entries).await,
            Self::JetStream(jetstream) => jetstream.append_exact(entries).await,
        }
    }

    pub(crate) fn read(&self, after: Position, limit: usize) -> Result<Vec<Entry>, LogError> {
        match self {
            Self::Memory(memory) => memory.read(after, limit),
            Self::Sqlite(sqlite) => sqlite.read(after, limit),
            Self::JetStream(jetstream) => jetstream.copy().read(after, limit),
        }
    }

    pub(crate) fn read_stream(&self, stream: &StreamId, after: Revision, limit: usize) -> Result<Vec<Entry>, LogError> {
        match self {
            Self::Memory(memory) => memory.read_stream(stream, after, limit),
            Self::Sqlite(sqlite) => sqlite.read_stream(stream, after, limit),
            Self::JetStream(jetstream) => jetstream.copy().read_stream(stream, after, limit),
        }
    }

    pub(crate) fn entry(&self, position: Position) -> Result<Option<Entry>, LogError> {
        match self {
            Self::Memory(memory) => memory.entry(position),
            Self::Sqlite(sqlite) => sqlite.entry(position),
            Self::JetStream(jetstream) => jetstream.copy().entry(position),
        }
    }

    /// Where a command was recorded, if it was.
    pub(crate) fn known(&self, command_id: &CommandId) -> Result<Option<Known>, LogError> {
        match self {
            Self::Memory(memory) => memory.known(command_id),
            Self::Sqlite(sqlite) => sqlite.known(command_id),
            Self::JetStream(jetstream) => jetstream.copy().known(command_id),
        }
    }

    /// Where a key was ever claimed, in order.
    pub(crate) fn key_positions(&self, key: &UniqueKey) -> Result<Vec<Position>, LogError> {
        match self {
            Self::Memory(memory) => memory.key_positions(key),
            Self::Sqlite(sqlite) => sqlite.key_positions(key),
            Self::JetStream(jetstream) => jetstream.copy().key_positions(key),
        }
    }

    /// Whether entries are appended here, and not by another process.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::Memory(_) => true,
            Self::Sqlite(sqlite) => sqlite.writes(),
            Self::JetStream(jetstream) => jetstream.copy().writes(),
        }
    }

    /// Entries that got their tree when the log was opened.
    pub(crate) fn upgraded(&self) -> Option<u64> {
        match self {
            Self::Memory(_) => None,
            Self::Sqlite(sqlite) => sqlite.upgraded(),
            Self::JetStream(jetstream) => jetstream.copy().upgraded(),
        }
    }

    /// Stored hashes of a row of the tree.
    pub(crate) fn hashes(&self, row: u32, start: u64, count: u64) -> Result<Vec<Hash>, LogError> {
        match self {
            Self::Memory(_) => Err(LogError::Unfit { detail: "a log in memory has no tree".to_owned() }),
            Self::Sqlite(sqlite) => sqlite.hashes(row, start, count),
            Self::JetStream(jetstream) => jetstream.copy().hashes(row, start, count),
        }
    }

    /// Makes sure that what others have recorded by now is seen here; where nobody else records, it is.
    pub(crate) async fn catch_up(&self) -> Result<(), LogError> {
        match self {
            Self::Memory(_) | Self::Sqlite(_) => Ok(()),
            Self::JetStream(jetstream) => jetstream.catch_up().await,
        }
    }

    /// How a node stands towards its stream.
    pub(crate) fn node(&self) -> Option<NodeState> {
        match self {
            Self::Memory(_) | Self::Sqlite(_) => None,
            Self::JetStream(jetstream) => Some(jetstream.state()),
        }
    }

    /// Appends what waits, makes the files tidy and lets go of them.
    pub(crate) async fn close(&self) -> Result<(), LogError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::JetStream(jetstream) => jetstream.close().await,
        }
    }
}
