//! The stores, side by side. A further store joins here with the same functions, and in the contract tests.
//!
//! Deliberately absent: a trait. What the stores have in common is their meaning, which `append` states and
//! `tests/contract.rs` checks.

use servanda_events::ids::{CommandId, LedgerName, Position, Revision, StreamId};
use servanda_events::recorded::UniqueKey;
use servanda_proof::{Hash, PublicKey};

use crate::append::{Append, Exact, Known, Pending};
use crate::memory::Memory;
use crate::sqlite::Sqlite;
use crate::{Entry, LogError};

pub(crate) enum Store {
    Memory(Memory),
    Sqlite(Sqlite),
}

impl Store {
    /// Hands an append to the writer, or says that too many wait for it.
    pub(crate) fn try_append(&self, append: Append) -> Result<Pending, LogError> {
        match self {
            Self::Memory(memory) => memory.append(append),
            Self::Sqlite(sqlite) => sqlite.try_append(append),
        }
    }

    /// Hands an append to the writer as soon as there is room.
    pub(crate) async fn append_when_room(&self, append: Append) -> Result<Pending, LogError> {
        match self {
            Self::Memory(memory) => memory.append(append),
            Self::Sqlite(sqlite) => sqlite.append_when_room(append).await,
        }
    }

    /// Appends entries of another log, all or none.
    pub(crate) async fn append_exact(&self, ledger: &LedgerName, entries: Vec<Exact>) -> Result<(), LogError> {
        match self {
            Self::Memory(memory) => memory.append_exact(ledger, entries),
            Self::Sqlite(sqlite) => sqlite.append_exact(entries).await,
        }
    }

    pub(crate) fn read(&self, after: Position, limit: usize) -> Result<Vec<Entry>, LogError> {
        match self {
            Self::Memory(memory) => memory.read(after, limit),
            Self::Sqlite(sqlite) => sqlite.read(after, limit),
        }
    }

    pub(crate) fn read_stream(&self, stream: &StreamId, after: Revision, limit: usize) -> Result<Vec<Entry>, LogError> {
        match self {
            Self::Memory(memory) => memory.read_stream(stream, after, limit),
            Self::Sqlite(sqlite) => sqlite.read_stream(stream, after, limit),
        }
    }

    pub(crate) fn entry(&self, position: Position) -> Result<Option<Entry>, LogError> {
        match self {
            Self::Memory(memory) => memory.entry(position),
            Self::Sqlite(sqlite) => sqlite.entry(position),
        }
    }

    /// Where a command was recorded, if it was.
    pub(crate) fn known(&self, command_id: &CommandId) -> Result<Option<Known>, LogError> {
        match self {
            Self::Memory(memory) => memory.known(command_id),
            Self::Sqlite(sqlite) => sqlite.known(command_id),
        }
    }

    /// Where a key was ever claimed, in order.
    pub(crate) fn key_positions(&self, key: &UniqueKey) -> Result<Vec<Position>, LogError> {
        match self {
            Self::Memory(memory) => memory.key_positions(key),
            Self::Sqlite(sqlite) => sqlite.key_positions(key),
        }
    }

    /// Whether entries are appended here, and not by another process.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::Memory(_) => true,
            Self::Sqlite(sqlite) => sqlite.writes(),
        }
    }

    /// The key that checks the log's signatures. The log in memory signs nothing: it is gone with its process, and
    /// whoever held a signature of it could hold nobody to it.
    pub(crate) fn public_key(&self) -> Option<&PublicKey> {
        match self {
            Self::Memory(_) => None,
            Self::Sqlite(sqlite) => sqlite.public_key(),
        }
    }

    /// Entries that got their tree when the log was opened.
    pub(crate) fn upgraded(&self) -> Option<u64> {
        match self {
            Self::Memory(_) => None,
            Self::Sqlite(sqlite) => sqlite.upgraded(),
        }
    }

    /// Stored hashes of a row of the tree.
    pub(crate) fn hashes(&self, row: u32, start: u64, count: u64) -> Result<Vec<Hash>, LogError> {
        match self {
            Self::Memory(_) => Err(LogError::Unfit { detail: "a log in memory has no tree".to_owned() }),
            Self::Sqlite(sqlite) => sqlite.hashes(row, start, count),
        }
    }

    /// Appends what waits, makes the files tidy and lets go of them.
    pub(crate) async fn close(&self) -> Result<(), LogError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Sqlite(sqlite) => sqlite.close().await,
        }
    }
}
