//! The connections that read, and the queries they answer.
//!
//! Deliberately absent: writing, and waiting for entries to come.

use std::sync::{Condvar, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row};
use servanda_events::ids::{CommandId, Position, Revision, StreamId};
use servanda_events::recorded::UniqueKey;
use servanda_proof::Hash;

use super::command_key;
use super::open::{Files, unsigned};
use super::tree;
use crate::append::Known;
use crate::{Entry, LogError};

/// A number of connections, each used by one caller at a time.
pub(crate) struct Readers {
    files: Files,
    idle: Mutex<Idle>,
    returned: Condvar,
}

struct Idle {
    connections: Vec<Connection>,
    closed: bool,
}

impl Readers {
    pub(crate) fn new(files: Files, count: usize) -> Result<Self, LogError> {
        let connections = (0..count.max(1)).map(|_| files.reader()).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { files, idle: Mutex::new(Idle { connections, closed: false }), returned: Condvar::new() })
    }

    /// Lets go of the connections: those at rest now, the others as they come back.
    pub(crate) fn close(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.closed = true;
        idle.connections.clear();
        self.returned.notify_all();
    }

    fn with<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LogError> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = loop {
            if idle.closed {
                return Err(LogError::Closed);
            }
            match idle.connections.pop() {
                Some(connection) => break connection,
                None => idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(idle);
        let found = query(&connection).map_err(|error| self.files.error(&error));
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !idle.closed {
            idle.connections.push(connection);
        }
        drop(idle);
        self.returned.notify_one();
        found
    }

    pub(crate) fn read(&self, after: Position, limit: usize) -> Result<Vec<Entry>, LogError> {
        self.with(|connection| {
            let sql = "SELECT position, body FROM entry WHERE position > ?1 ORDER BY position LIMIT ?2";
            connection.prepare_cached(sql)?.query_map((signed(after), signed(limit as u64)), entry)?.collect()
        })
    }

    pub(crate) fn read_stream(&self, stream: &StreamId, after: Revision, limit: usize) -> Result<Vec<Entry>, LogError> {
        self.with(|connection| {
            let sql = "SELECT position, body FROM entry WHERE stream = (SELECT id FROM stream WHERE name = ?1) \
                       AND revision > ?2 ORDER BY revision LIMIT ?3";
            let parameters = (stream.as_str(), signed(after), signed(limit as u64));
            connection.prepare_cached(sql)?.query_map(parameters, entry)?.collect()
        })
    }

    pub(crate) fn entry(&self, position: Position) -> Result<Option<Entry>, LogError> {
        self.with(|connection| {
            let sql = "SELECT position, body FROM entry WHERE position = ?1";
            connection.prepare_cached(sql)?.query_row([signed(position)], entry).optional()
        })
    }

    pub(crate) fn known(&self, command_id: &CommandId) -> Result<Option<Known>, LogError> {
        self.with(|connection| {
            let sql = "SELECT position, entries FROM command WHERE id = ?1";
            connection.prepare_cached(sql)?.query_row([command_key(command_id)], known).optional()
        })
    }

    pub(crate) fn hashes(&self, row: u32, start: u64, count: u64) -> Result<Vec<Hash>, LogError> {
        self.with(|connection| tree::all_hashes(connection, row, start, count))
    }

    pub(crate) fn key_positions(&self, key: &UniqueKey) -> Result<Vec<Position>, LogError> {
        self.with(|connection| {
            let sql = "SELECT position FROM unique_key WHERE key = ?1 ORDER BY position";
            let position = |row: &Row<'_>| row.get::<_, i64>(0).map(unsigned);
            connection.prepare_cached(sql)?.query_map([key.as_str()], position)?.collect()
        })
    }
}

/// Counts in the database are signed; none comes near the limit.
pub(crate) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let bytes = row.get_ref(1)?.as_bytes()?;
    Ok(Entry { position: unsigned(row.get(0)?), bytes: bytes.into() })
}

pub(crate) fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known { first: unsigned(row.get(0)?), entries: usize::try_from(row.get::<_, i64>(1)?).unwrap_or(0) })
}
