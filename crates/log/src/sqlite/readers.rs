//! The connections that read, and the queries they answer.
//!
//! A read takes locks of the system, and most follow one another while nothing is written. So a connection keeps its
//! transaction until the writer has committed something, or for some reads: whoever reads finds all that was committed
//! before it asked. Deliberately absent: writing, and waiting for entries to come.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
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

pub(crate) const FIND_COMMAND: &str = "SELECT position, entries FROM command WHERE id = ?1";
/// Reads for which a transaction is kept that nothing was committed behind: what another program does to the file,
/// which only an intruder would, shows then.
const READS_MAX: u32 = 64;

/// A number of connections, each used by one caller at a time.
pub(crate) struct Readers {
    files: Files,
    idle: Mutex<Idle>,
    returned: Condvar,
    /// Counts what the writer does; none where another process writes.
    commits: Option<AtomicU64>,
}

struct Idle {
    readers: Vec<Reader>,
    closed: bool,
}

struct Reader {
    connection: Connection,
    /// Behind which commit its transaction began, and how many reads it has served.
    begun: Option<(u64, u32)>,
}

impl Reader {
    /// Has the connection read what is committed now.
    fn begin(&mut self, commits: Option<u64>) -> rusqlite::Result<()> {
        if let Some((behind, reads)) = &mut self.begun
            && Some(*behind) == commits
            && *reads < READS_MAX
        {
            *reads += 1;
            return Ok(());
        }
        self.end()?;
        if let Some(behind) = commits {
            self.connection.prepare_cached("BEGIN")?.execute([])?;
            self.begun = Some((behind, 1));
        }
        Ok(())
    }

    /// Ends the transaction, if there is one; where that fails, the next read tries it first.
    fn end(&mut self) -> rusqlite::Result<()> {
        self.begun = None;
        if !self.connection.is_autocommit() {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(())
    }
}

impl Readers {
    /// Connections beside a writer in this process that says what it does, or beside one elsewhere.
    pub(crate) fn new(files: Files, count: usize, writes_here: bool) -> Result<Self, LogError> {
        let reader = || Ok(Reader { connection: files.reader()?, begun: None });
        let readers = (0..count.max(1)).map(|_| reader()).collect::<Result<Vec<_>, LogError>>()?;
        let commits = writes_here.then(|| AtomicU64::new(0));
        Ok(Self { files, idle: Mutex::new(Idle { readers, closed: false }), returned: Condvar::new(), commits })
    }

    /// Lets go of the connections: those at rest now, the others as they come back.
    pub(crate) fn close(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.closed = true;
        idle.readers.clear();
        self.returned.notify_all();
    }

    /// The writer committed something: who reads from now on finds it.
    pub(crate) fn committed(&self) {
        if let Some(commits) = &self.commits {
            commits.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Ends the transactions of connections at rest, and of the others as they come back, so that none keeps the
    /// write-ahead log from being copied or begun at its front again.
    pub(crate) fn let_copy(&self) {
        self.committed();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        for reader in &mut idle.readers {
            let _tried_again = reader.end();
        }
    }

    fn commits(&self) -> Option<u64> {
        self.commits.as_ref().map(|commits| commits.load(Ordering::Acquire))
    }

    fn with<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LogError> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = loop {
            if idle.closed {
                return Err(LogError::Closed);
            }
            match idle.readers.pop() {
                Some(reader) => break reader,
                None => idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(idle);
        let found = reader.begin(self.commits()).and_then(|()| query(&reader.connection));
        let found = found.map_err(|error| self.files.error(&error));
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if found.is_err() || reader.begun.is_some_and(|(behind, _)| Some(behind) != self.commits()) {
            let _tried_again = reader.end();
        }
        if !idle.closed {
            idle.readers.push(reader);
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
            connection.prepare_cached(FIND_COMMAND)?.query_row([command_key(command_id)], known).optional()
        })
    }

    /// Which of some commands are recorded.
    pub(crate) fn all_known<'a>(
        &self,
        command_ids: impl Iterator<Item = &'a CommandId>,
    ) -> Result<HashMap<CommandId, Known>, LogError> {
        self.with(|connection| {
            let mut find = connection.prepare_cached(FIND_COMMAND)?;
            let mut found = HashMap::new();
            for id in command_ids {
                if let Some(known) = find.query_row([command_key(id)], known).optional()? {
                    found.insert(id.clone(), known);
                }
            }
            Ok(found)
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

#[cfg(test)]
#[path = "readers_tests.rs"]
mod tests;
