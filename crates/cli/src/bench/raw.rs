//! The limit: the same rows in the same tables by bare SQLite, as durable and in batches as large, with nothing
//! decided, folded, serialised or checked.
//!
//! The tables are taken from our own log's file, so the limit never falls behind what is compared with it. Deliberately
//! absent: anything that a ledger needs beyond rows on a disk.

use std::cell::Cell;
use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, anyhow};
use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior, params};
use servanda_events::recorded::decode_index;
use servanda_log::Entry;
use tokio::sync::oneshot;

/// Rows in one transaction at most, as in our log.
const BATCH_ROWS_MAX: usize = 1_024;
/// Pages of the write-ahead log at which it is copied, as in our log.
const WAL_PAGES_MAX: i32 = 4_000;

/// The rows of one entry.
#[derive(Debug)]
pub(super) struct Row {
    stream: i64,
    /// The name of a stream that begins with this entry.
    begins: Option<String>,
    revision: i64,
    command: Value,
    body: String,
}

/// Makes rows of entries, and numbers their streams.
#[derive(Debug, Default)]
pub(super) struct Rows {
    streams: HashMap<String, i64>,
}

impl Rows {
    /// The rows that our log wrote for an entry.
    pub(super) fn row(&mut self, entry: &Entry) -> Result<Row> {
        let index = decode_index(&entry.bytes)?;
        let (name, next) = (index.stream.to_string(), i64::try_from(self.streams.len())? + 1);
        let stream = *self.streams.entry(name.clone()).or_insert(next);
        Ok(Row {
            stream,
            begins: (stream == next && index.revision == 1).then_some(name),
            revision: i64::try_from(index.revision)?,
            command: command_key(index.command_id.as_str()),
            body: String::from_utf8(entry.bytes.to_vec())?,
        })
    }

    /// The rows of entries.
    pub(super) fn rows(&mut self, entries: &[Entry]) -> Result<Vec<Row>> {
        entries.iter().map(|entry| self.row(entry)).collect()
    }
}

/// The id of a command as our log keeps it: the bytes of a UUID, or the text of any other.
fn command_key(id: &str) -> Value {
    let digits: String = id.chars().filter(|c| *c != '-').collect();
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes = || (0..32).step_by(2).map(byte).collect::<Option<Vec<u8>>>();
    let is_uuid = id.len() == 36 && digits.len() == 32;
    is_uuid.then(bytes).flatten().map_or_else(|| Value::Text(id.to_owned()), Value::Blob)
}

/// The statements that create the tables and indexes of a database.
fn tables_of(path: &Path) -> Result<Vec<String>> {
    let connection = Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = connection
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type IN ('table', 'index') ORDER BY rowid")?;
    let statements = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(statements)
}

/// A database of its own with the tables of our log.
pub(super) struct Raw {
    connection: Connection,
    position: i64,
    wal_pages_copied: i32,
}

thread_local! {
    static WAL_PAGES: Cell<i32> = const { Cell::new(0) };
}

impl Raw {
    pub(super) fn create(path: &Path, like: &Path) -> Result<Self> {
        let connection = Connection::open(path).context("the raw database cannot be made")?;
        let page_bytes: i64 = Connection::open_with_flags(like, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?
            .pragma_query_value(None, "page_size", |row| row.get(0))?;
        connection.execute_batch(&format!(
            "PRAGMA page_size = {page_bytes}; PRAGMA journal_mode = wal; PRAGMA synchronous = full; \
             PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -32768; PRAGMA mmap_size = 0;"
        ))?;
        for statement in tables_of(like)? {
            connection.execute_batch(&statement)?;
        }
        connection.set_prepared_statement_cache_capacity(32);
        Ok(Self { connection, position: 0, wal_pages_copied: 0 })
    }

    /// Inserts rows in transactions of `batch` rows.
    pub(super) fn insert(&mut self, rows: &[Row], batch: usize) -> Result<()> {
        self.count_wal_pages();
        for rows in rows.chunks(batch) {
            self.insert_together(rows.iter())?;
            self.checkpoint_if_due()?;
        }
        Ok(())
    }

    fn insert_together<'r>(&mut self, rows: impl Iterator<Item = &'r Row>) -> Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut insert_entry = transaction
            .prepare_cached("INSERT INTO entry (position, stream, revision, body) VALUES (?1, ?2, ?3, ?4)")?;
        let mut insert_command =
            transaction.prepare_cached("INSERT INTO command (id, position, entries) VALUES (?1, ?2, 1)")?;
        for row in rows {
            self.position += 1;
            if let Some(name) = &row.begins {
                let mut insert_stream = transaction.prepare_cached("INSERT INTO stream (name, id) VALUES (?1, ?2)")?;
                insert_stream.execute(params![name, row.stream])?;
            }
            insert_entry.execute(params![self.position, row.stream, row.revision, row.body])?;
            insert_command.execute(params![row.command, self.position])?;
        }
        drop((insert_entry, insert_command));
        Ok(transaction.commit()?)
    }

    fn count_wal_pages(&self) {
        self.connection.wal_hook(Some(|_, pages| {
            WAL_PAGES.set(pages);
            Ok(())
        }));
    }

    fn checkpoint_if_due(&mut self) -> Result<()> {
        let pages = WAL_PAGES.get();
        if pages < self.wal_pages_copied {
            // Everything was copied, and the file is written from its beginning again.
            self.wal_pages_copied = 0;
        }
        if pages - self.wal_pages_copied >= WAL_PAGES_MAX {
            self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
            self.wal_pages_copied = pages;
        }
        Ok(())
    }

    /// Starts one thread that writes for many: what waits goes into one transaction.
    pub(super) fn group_commit(self) -> RawWriter {
        let (jobs, queue) = channel();
        let thread = std::thread::spawn(move || self.serve(&queue));
        RawWriter { jobs, thread }
    }

    fn serve(mut self, queue: &Receiver<Job>) -> Result<Self> {
        self.count_wal_pages();
        while let Ok(first) = queue.recv() {
            let mut batch = vec![first];
            while batch.len() < BATCH_ROWS_MAX
                && let Ok(next) = queue.try_recv()
            {
                batch.push(next);
            }
            self.insert_together(batch.iter().map(|(row, _)| row))?;
            for (_, answer) in batch {
                // Whoever stopped waiting needs no answer.
                let _heard = answer.send(());
            }
            self.checkpoint_if_due()?;
        }
        Ok(self)
    }
}

type Job = (Row, oneshot::Sender<()>);

/// The one thread that writes for many.
pub(super) struct RawWriter {
    jobs: Sender<Job>,
    thread: JoinHandle<Result<Raw>>,
}

impl RawWriter {
    /// A way to send rows.
    pub(super) fn sender(&self) -> RawSender {
        RawSender(self.jobs.clone())
    }

    /// Ends the thread; every sender must be gone.
    pub(super) fn finish(self) -> Result<Raw> {
        drop(self.jobs);
        self.thread.join().map_err(|_| anyhow!("the raw writer panicked"))?
    }
}

/// A way to send rows to the one thread that writes.
#[derive(Clone)]
pub(super) struct RawSender(Sender<Job>);

impl RawSender {
    /// Sends a row and waits until it is durable.
    pub(super) async fn write(&self, row: Row) -> Result<()> {
        let (answer, durable) = oneshot::channel();
        self.0.send((row, answer)).map_err(|_| anyhow!("the raw writer has stopped"))?;
        Ok(durable.await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_id_is_kept_as_the_log_keeps_it() {
        let uuid = "0198f0a2-0001-7000-8000-00000000000f";
        assert!(matches!(command_key(uuid), Value::Blob(bytes) if bytes.len() == 16 && bytes[15] == 15));
        for text in ["import-uk-treaties-58135-signed", "g1", "0198f0a2-0001-7000-8000-00000000000x"] {
            assert_eq!(command_key(text), Value::Text(text.to_owned()));
        }
    }
}
