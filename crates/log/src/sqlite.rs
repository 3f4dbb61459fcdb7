//! The log in one SQLite file: one thread writes, several connections read.
//!
//! Every file with SQL of the log lies in this folder. Deliberately absent: deciding, and folding histories.

mod batch;
mod check;
mod copy;
mod open;
mod readers;
mod rotate;
mod signer;
mod tree;
mod trust;
mod writer;

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ToSql};
use servanda_events::ids::{CommandId, LedgerName, Position, Revision, StreamId};
use servanda_events::recorded::UniqueKey;
use servanda_proof::{Hash, Policy, PublicKey};

pub(crate) use self::copy::{check_whole, copy, keys};
pub(crate) use self::open::{Files, STREAM_MARK};
use self::readers::Readers;
pub(crate) use self::rotate::{entry as rotation_entry, rotate};
use self::trust::Trusted;
use self::writer::{Job, Place, Writer};
use crate::append::{Append, Exact, Known, Pending};
use crate::durable::Durable;
use crate::queue::Queue;
use crate::rotation::{ROTATIONS_MAX, rotations_in};
use crate::{Clock, Entry, Ids, LogError, Settings};

pub(crate) struct Sqlite {
    queue: Queue<Job>,
    readers: Arc<Readers>,
    thread: Mutex<Option<JoinHandle<()>>>,
    writes: bool,
    /// Entries that got their tree when the log was opened.
    upgraded: Option<u64>,
}

impl Sqlite {
    /// Opens the log in a directory, or creates it there.
    pub(crate) fn open(
        dir: &Path,
        ledger: Option<LedgerName>,
        settings: &Settings,
        clock: &Clock,
        ids: &Ids,
    ) -> Result<(Self, LedgerName, Arc<Durable>), LogError> {
        let files = Files::in_dir(dir, settings)?;
        let lock = files.lock()?;
        let mut connection = files.writer()?;
        let (ledger, trusted) = trust::open(&files, &mut connection, ledger, ids)?;
        let (sqlite, durable) = Self::start(files, lock, connection, &ledger, trusted, settings, clock)?;
        Ok((sqlite, ledger, durable))
    }

    /// Begins to write behind the end of a log that was found good.
    fn start(
        files: Files,
        lock: File,
        connection: Connection,
        ledger: &LedgerName,
        trusted: Trusted,
        settings: &Settings,
        clock: &Clock,
    ) -> Result<(Self, Arc<Durable>), LogError> {
        let upgraded = trusted.upgraded;
        let readers = Arc::new(Readers::new(files.clone(), settings.readers, true)?);
        let durable = Arc::new(Durable::new(trusted.last.position, settings.cache_facts_max));
        durable.signs_with(trusted.proven.as_ref().map(|proven| proven.checkpoints.key().public().clone()));
        if let Some(note) = trusted.proven.as_ref().and_then(|proven| proven.checkpoints.newest()) {
            durable.checkpointed(Arc::clone(note));
        }
        let at = Place {
            files,
            ledger: ledger.clone(),
            clock: clock.clone(),
            durable: Arc::clone(&durable),
            readers: Arc::clone(&readers),
            batch_entries_max: settings.batch_entries_max,
        };
        let (queue, jobs) = Queue::new(settings.queue_entries_max, Job::waiting);
        let writer = Writer::new(at, connection, trusted, queue.weak().ok_or(LogError::Closed)?)?;
        let thread = std::thread::Builder::new()
            .name("servanda-log".to_owned())
            .spawn(move || writer.run(jobs, lock))
            .map_err(|error| LogError::Io { detail: format!("no thread for the writer: {error}") })?;
        let sqlite = Self { queue, readers, thread: Mutex::new(Some(thread)), writes: true, upgraded };
        Ok((sqlite, durable))
    }

    /// Opens the log of a directory for reading, without the lock; nothing where there is no log. It takes no appends.
    pub(crate) fn open_read_only(
        dir: &Path,
        settings: &Settings,
    ) -> Result<Option<(Self, LedgerName, Arc<Durable>)>, LogError> {
        let files = Files::of_dir(dir, settings);
        if !files.exist() {
            return Ok(None);
        }
        let connection = files.reader()?;
        if files.is_new(&connection)? {
            return Ok(None);
        }
        let ledger = files.check(&connection, None)?;
        // First the checkpoint: what a service signs meanwhile is then beyond it and not short of it.
        let checkpoint = trust::newest_checkpoint(&files, &connection, &ledger)?;
        let public = crate::signing::public(&files.keys)?;
        let last = files.last(&connection)?;
        let readers = Arc::new(Readers::new(files, settings.readers, false)?);
        let durable = Arc::new(Durable::new(last.position, settings.cache_facts_max));
        durable.signs_with(public);
        if let Some(note) = checkpoint {
            durable.checkpointed(Arc::new(note));
        }
        let (queue, thread) = (Queue::closed(Job::waiting), Mutex::new(None));
        Ok(Some((Self { queue, readers, thread, writes: false, upgraded: None }, ledger, durable)))
    }

    pub(crate) fn try_append(&self, append: Append) -> Result<Pending, LogError> {
        self.queue.try_append(append)
    }

    pub(crate) async fn append_when_room(&self, append: Append) -> Result<Pending, LogError> {
        self.queue.append_when_room(append).await
    }

    pub(crate) async fn append_exact(&self, entries: Vec<Exact>) -> Result<(), LogError> {
        self.queue.ask(|answer| Job::Exact { entries, answer }).await
    }

    pub(crate) fn read(&self, after: Position, limit: usize) -> Result<Vec<Entry>, LogError> {
        self.readers.read(after, limit)
    }

    pub(crate) fn read_stream(&self, stream: &StreamId, after: Revision, limit: usize) -> Result<Vec<Entry>, LogError> {
        self.readers.read_stream(stream, after, limit)
    }

    pub(crate) fn entry(&self, position: Position) -> Result<Option<Entry>, LogError> {
        self.readers.entry(position)
    }

    pub(crate) fn known(&self, command_id: &CommandId) -> Result<Option<Known>, LogError> {
        self.readers.known(command_id)
    }

    /// Which of some commands are recorded.
    pub(crate) fn all_known<'a>(
        &self,
        command_ids: impl Iterator<Item = &'a CommandId>,
    ) -> Result<HashMap<CommandId, Known>, LogError> {
        self.readers.all_known(command_ids)
    }

    pub(crate) fn key_positions(&self, key: &UniqueKey) -> Result<Vec<Position>, LogError> {
        self.readers.key_positions(key)
    }

    /// Whether this process may append, now or until the log was closed.
    pub(crate) fn writes(&self) -> bool {
        self.writes
    }

    /// All keys that the log has had, by the newest and by what its entries say.
    pub(crate) fn keys(&self, ledger: &LedgerName, key: &PublicKey) -> Result<Policy, LogError> {
        let entries = self.read_stream(&StreamId::from(ledger), 0, ROTATIONS_MAX)?;
        rotate::keys_of(key, &rotations_in(&entries)?)
    }

    pub(crate) fn upgraded(&self) -> Option<u64> {
        self.upgraded
    }

    /// Stored hashes of a row; an error where some are missing.
    pub(crate) fn hashes(&self, row: u32, start: u64, count: u64) -> Result<Vec<Hash>, LogError> {
        self.readers.hashes(row, start, count)
    }

    /// Appends what waits, copies the write-ahead log, and lets go of the files.
    pub(crate) async fn close(&self) -> Result<(), LogError> {
        match self.queue.close(|answer| Job::Close { answer }).await {
            Some(closed) => closed?,
            None => {
                self.readers.close();
                Ok(())
            }
        }
    }
}

impl Drop for Sqlite {
    /// The files are free when the last handle is gone, whether it was closed or not.
    fn drop(&mut self) {
        self.readers.close();
        self.queue.let_go();
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A writer that panicked has said so itself.
            let _ended = thread.join();
        }
    }
}

/// The key of a command: 16 bytes for a UUID in its usual form, and the text of any other id. The two never meet, since
/// a blob equals no text.
enum CommandKey<'a> {
    Uuid([u8; 16]),
    Text(&'a str),
}

fn command_key(id: &CommandId) -> CommandKey<'_> {
    let mut usual = uuid::Uuid::encode_buffer();
    match uuid::Uuid::try_parse(id.as_str()) {
        Ok(uuid) if *uuid.hyphenated().encode_lower(&mut usual) == *id.as_str() => CommandKey::Uuid(*uuid.as_bytes()),
        _ => CommandKey::Text(id.as_str()),
    }
}

impl ToSql for CommandKey<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Uuid(bytes) => bytes.as_slice().to_sql(),
            Self::Text(text) => text.to_sql(),
        }
    }
}
