//! The one thread that writes: takes what waits in the queue, makes all of it durable in one transaction, answers.
//!
//! The entries are durable after the transaction; their checkpoint is then signed and made durable in the high-water
//! file; only then are they visible and acknowledged.
//!
//! After a failure of either, everyone in the batch hears of it. Nothing in memory is believed any more: the connection
//! and the tree are dropped, the files are opened and checked again, and what had become durable all the same gets its
//! checkpoint before it is seen. As long as that fails, nothing is appended.
//!
//! Deliberately absent: deciding, and everything that can be done by those who wait.

use std::cell::Cell;
use std::fs::File;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use rusqlite::{Connection, Row, TransactionBehavior};
use servanda_events::ids::LedgerName;
use servanda_proof::PrivateKey;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::batch::{Batch, Ended, NotTaken, Streams};
use super::open::{Files, Last};
use super::readers::Readers;
use super::trust::{self, Proven, Trusted};
use crate::append::{Answer, Append, Exact};
use crate::durable::Durable;
use crate::rotation::{refused, rotation_in};
use crate::{Clock, LogError, signing};

/// Streams whose revision is remembered, so that most appends read nothing.
const STREAMS_MAX: usize = 65_536;
/// Pages of the write-ahead log at which it is copied into the database even though commands may wait.
const WAL_PAGES_MAX: i32 = 1_000;
/// How long the queue must be empty before the write-ahead log is copied.
const IDLE: Duration = Duration::from_millis(50);

thread_local! {
    /// Pages in the write-ahead log after the writer's last transaction; the database's hook can hold no state.
    static WAL_PAGES: Cell<i32> = const { Cell::new(0) };
}

pub(crate) enum Job {
    Append { append: Append, answer: oneshot::Sender<Result<Answer, LogError>>, room: OwnedSemaphorePermit },
    Exact { entries: Vec<Exact>, answer: oneshot::Sender<Result<(), LogError>> },
    Close { answer: oneshot::Sender<Result<(), LogError>> },
}

/// Where and for whom the writer writes.
pub(crate) struct Place {
    pub(crate) files: Files,
    pub(crate) ledger: LedgerName,
    pub(crate) clock: Clock,
    pub(crate) durable: Arc<Durable>,
    /// To be closed in front of the writer's connection, which then leaves one tidy file behind.
    pub(crate) readers: Arc<Readers>,
    pub(crate) batch_entries_max: usize,
}

pub(crate) struct Writer {
    at: Place,
    /// `None` after a failure, until it can be opened again.
    connection: Option<Connection>,
    last: Last,
    /// The tree and what signs it; `None` like the connection, and for a log without a tree.
    proven: Option<Proven>,
    /// For opening again; `None` for a log without a tree.
    key: Option<PrivateKey>,
    streams: Streams,
    /// Pages that the write-ahead log had when it was last copied in part.
    pages_copied: i32,
}

type Asked = (Append, oneshot::Sender<Result<Answer, LogError>>);

impl Writer {
    pub(crate) fn new(at: Place, connection: Connection, trusted: Trusted) -> Self {
        let Trusted { last, proven, .. } = trusted;
        let key = proven.as_ref().map(|proven| proven.checkpoints.key().clone());
        let streams = Streams::new(STREAMS_MAX);
        Self { at, connection: Some(connection), last, proven, key, streams, pages_copied: 0 }
    }

    /// Writes until the log is closed or its last handle is gone. The lock is held until the end.
    pub(crate) fn run(mut self, jobs: &Receiver<Job>, lock: File) {
        if let Some(connection) = &self.connection {
            note_wal_pages(connection);
        }
        let closing = self.serve(jobs);
        let closed = self.finish();
        drop(self);
        drop(lock);
        if let Some(answer) = closing {
            // Whoever closed the log may have stopped waiting.
            let _heard = answer.send(closed);
        }
    }

    fn serve(&mut self, jobs: &Receiver<Job>) -> Option<oneshot::Sender<Result<(), LogError>>> {
        let mut carried = None;
        loop {
            let job = match carried.take() {
                Some(job) => job,
                None => self.wait(jobs)?,
            };
            match job {
                Job::Append { append, answer, room } => {
                    drop(room);
                    let mut batch = vec![(append, answer)];
                    carried = self.gather(jobs, &mut batch);
                    self.append(batch);
                }
                Job::Exact { entries, answer } => {
                    let taken = self.append_exact(&entries);
                    let _heard = answer.send(taken);
                }
                Job::Close { answer } => return Some(answer),
            }
            if WAL_PAGES.get() - self.pages_copied >= WAL_PAGES_MAX {
                self.checkpoint();
            }
        }
    }

    fn wait(&mut self, jobs: &Receiver<Job>) -> Option<Job> {
        if WAL_PAGES.get() > self.pages_copied {
            match jobs.recv_timeout(IDLE) {
                Ok(job) => return Some(job),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => self.checkpoint(),
            }
        }
        jobs.recv().ok()
    }

    /// Takes further appends as long as there are any and the batch is not full; another job ends the batch.
    fn gather(&self, jobs: &Receiver<Job>, batch: &mut Vec<Asked>) -> Option<Job> {
        let mut entries: usize = batch.iter().map(|(append, _)| append.drafts.len()).sum();
        while entries < self.at.batch_entries_max {
            match jobs.try_recv() {
                Ok(Job::Append { append, answer, room }) => {
                    drop(room);
                    entries += append.drafts.len();
                    batch.push((append, answer));
                }
                Ok(other) => return Some(other),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        None
    }

    fn append(&mut self, batch: Vec<Asked>) {
        let (appends, senders): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        // Whoever stopped waiting finds the answer by sending the command again.
        match self.write(appends) {
            Ok(answers) => {
                for (sender, answer) in senders.into_iter().zip(answers) {
                    let _heard = sender.send(Ok(answer));
                }
            }
            Err(error) => {
                for sender in senders {
                    let _heard = sender.send(Err(error.clone()));
                }
            }
        }
    }

    /// One durable transaction of all appends.
    fn write(&mut self, appends: Vec<Append>) -> Result<Vec<Answer>, LogError> {
        let mut connection = self.opened()?;
        let written = (|| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let tree = self.proven.as_ref().map(|proven| proven.tree.clone());
            let mut batch = Batch::new(&transaction, &mut self.streams, self.last, tree)?;
            let mut answers = Vec::with_capacity(appends.len());
            for append in appends {
                answers.push(batch.append(append, self.at.clock.now())?);
            }
            let ended = batch.end(self.proven.as_ref().map(|proven| &proven.checkpoints))?;
            transaction.commit()?;
            Ok((ended, answers))
        })();
        match written {
            Ok((ended, answers)) => self.confirm(connection, ended).map(|()| answers),
            Err(error) => {
                let error = self.at.files.error(&error);
                Err(self.failed(connection, error))
            }
        }
    }

    /// The key with which the log goes on behind entries that replace the one it has. It was brought by hand, as keys
    /// of a log on several machines are; the entries wait for it.
    fn next_key(&self, entries: &[Exact]) -> Result<Option<PrivateKey>, LogError> {
        let keys = &self.at.files.keys;
        let mut next: Option<PrivateKey> = None;
        for entry in entries {
            let rotation = rotation_in(&entry.bytes, entry.index.position).map_err(refused)?;
            let current = next.as_ref().or(self.key.as_ref()).map(PrivateKey::public);
            if let Some(rotation) = rotation.filter(|rotation| Some(rotation.old()) == current) {
                let brought = signing::next(keys)?.filter(|key| key.public() == rotation.new_key());
                next = Some(brought.ok_or_else(|| signing::awaited(keys, &rotation))?);
            }
        }
        Ok(next)
    }

    /// Seals and signs with another key from now on; gives the one before.
    fn take_key(&mut self, key: PrivateKey) -> Option<PrivateKey> {
        self.proven.as_mut().map(|proven| proven.checkpoints.take_key(key))
    }

    fn append_exact(&mut self, entries: &[Exact]) -> Result<(), LogError> {
        let next = self.next_key(entries)?;
        let mut connection = self.opened()?;
        let before = next.clone().and_then(|next| self.take_key(next));
        let written = (|| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let tree = self.proven.as_ref().map(|proven| proven.tree.clone());
            let mut batch = Batch::new(&transaction, &mut self.streams, self.last, tree)?;
            batch.append_exact(&self.at.ledger, entries)?;
            let ended = batch.end(self.proven.as_ref().map(|proven| &proven.checkpoints))?;
            transaction.commit()?;
            Ok(ended)
        })();
        match written {
            Ok(ended) => {
                if let Some(next) = next {
                    if let Err(error) = signing::switch(&self.at.files.keys, &next) {
                        return Err(self.failed(connection, error));
                    }
                    self.key = Some(next);
                }
                self.confirm(connection, ended)?;
                self.at.durable.signs_with(self.key.as_ref().map(|key| key.public().clone()));
                Ok(())
            }
            Err(NotTaken::Misfit(error)) => {
                before.and_then(|key| self.take_key(key));
                // Rolled back, and nothing is wrong with the database.
                self.connection = Some(connection);
                self.streams.clear();
                Err(error)
            }
            Err(NotTaken::Failed(error)) => {
                let error = self.at.files.error(&error);
                Err(self.failed(connection, error))
            }
        }
    }

    /// Signs the checkpoint of a durable batch, and lets its entries be seen.
    fn confirm(&mut self, connection: Connection, ended: Ended) -> Result<(), LogError> {
        let Ended { last, tree, advances } = ended;
        if advances.is_empty() {
            self.connection = Some(connection);
            return Ok(());
        }
        if let (Some(proven), Some(tree)) = (&mut self.proven, tree) {
            match proven.checkpoints.sign(tree.size(), tree.root()) {
                Ok(note) => self.at.durable.checkpointed(note),
                Err(error) => return Err(self.failed(connection, error)),
            }
            proven.tree = tree;
        }
        self.connection = Some(connection);
        self.last = last;
        self.at.durable.appended(last.position, advances);
        Ok(())
    }

    /// The connection, opened again if the last one failed.
    fn opened(&mut self) -> Result<Connection, LogError> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => {
                self.reopen()?;
                self.connection.take().ok_or(LogError::Closed)
            }
        }
    }

    fn failed(&mut self, connection: Connection, error: LogError) -> LogError {
        tracing::error!(%error, "a batch was not acknowledged; the log is opened again");
        drop(connection);
        self.proven = None;
        if let Err(error) = self.reopen() {
            tracing::error!(%error, "the log cannot be opened again yet");
        }
        error
    }

    fn reopen(&mut self) -> Result<(), LogError> {
        self.streams.clear();
        let connection = self.at.files.writer()?;
        note_wal_pages(&connection);
        // The transaction that failed may have become durable all the same.
        let trusted = trust::open_again(&self.at.files, &connection, &self.at.ledger, self.key.as_ref())?;
        self.last = trusted.last;
        self.proven = trusted.proven;
        self.key = self.proven.as_ref().map(|proven| proven.checkpoints.key().clone());
        self.at.durable.signs_with(self.key.as_ref().map(|key| key.public().clone()));
        if let Some(note) = self.proven.as_ref().and_then(|proven| proven.checkpoints.newest()) {
            self.at.durable.checkpointed(Arc::clone(note));
        }
        self.at.durable.reread(self.last.position);
        self.pages_copied = 0;
        self.connection = Some(connection);
        Ok(())
    }

    /// Copies the write-ahead log into the database, as far as no reader still needs it.
    fn checkpoint(&mut self) {
        let Some(connection) = &self.connection else {
            return;
        };
        let pages = |row: &Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
        match connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], pages) {
            Ok((all, copied)) if copied == all => {
                // The next transaction begins at the front again.
                WAL_PAGES.set(0);
                self.pages_copied = 0;
            }
            Ok(_) => self.pages_copied = WAL_PAGES.get(),
            Err(error) => {
                // Everything acknowledged is durable in the write-ahead log.
                self.pages_copied = WAL_PAGES.get();
                tracing::warn!(%error, "the write-ahead log could not be copied; it is tried again later");
            }
        }
    }

    fn finish(&mut self) -> Result<(), LogError> {
        self.at.readers.close();
        let Some(connection) = self.connection.take() else {
            return Ok(());
        };
        let finish = || {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            connection.close().map_err(|(_, error)| error)
        };
        finish().map_err(|error| self.at.files.error(&error))
    }
}

fn note_wal_pages(connection: &Connection) {
    WAL_PAGES.set(0);
    connection.wal_hook(Some(|_, pages| {
        WAL_PAGES.set(pages);
        Ok(())
    }));
}
