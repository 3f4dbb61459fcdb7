//! The one thread that writes: takes what waits in the queue, and makes all of it durable in one transaction.
//!
//! The entries are durable after the transaction. The signer, a thread beside this one, then signs their checkpoint and
//! makes it durable in the high-water file; only then are they visible and acknowledged. Meanwhile the next batch is
//! written behind them. What is decided on in it is told after them, so nothing that has no checkpoint shows.
//!
//! After a failure of either, everyone in the batch and in those behind it hears of it. Nothing in memory is believed
//! any more: when the signer rests, the connection and the tree are dropped, the files are opened and checked again,
//! and what had become durable all the same gets its checkpoint before it is seen. As long as that fails, nothing is
//! appended.
//!
//! Deliberately absent: deciding, and everything that can be done by those who wait.

use std::cell::Cell;
use std::fs::File;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use rusqlite::{Connection, Row, TransactionBehavior};
use servanda_events::ids::LedgerName;
use servanda_proof::Tree;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{UnboundedReceiver, WeakUnboundedSender};

use super::batch::{Batch, Ended, NotTaken, Streams};
use super::open::{Files, Last};
use super::readers::Readers;
use super::signer::{Grown, Heard, Signer, Written};
use super::trust::{self, Proven, Trusted};
use crate::append::{Answer, Append, Exact};
use crate::checkpoints::Sealer;
use crate::durable::Durable;
use crate::queue::Answering;
use crate::rotation::{refused, rotation_in};
use crate::{Clock, LogError, queue, signing};

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
    Append {
        append: Append,
        answer: Answering<Answer>,
        room: OwnedSemaphorePermit,
    },
    Exact {
        entries: Vec<Exact>,
        answer: Answering<()>,
    },
    /// A checkpoint could not be made durable.
    Recover,
    Close {
        answer: Answering<()>,
    },
}

impl Job {
    /// An append that waits.
    pub(crate) fn waiting(append: Append, answer: Answering<Answer>, room: OwnedSemaphorePermit) -> Self {
        Self::Append { append, answer, room }
    }
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
    /// `None` like the connection, and for a log without a tree.
    tree: Option<Tree>,
    /// `None` for a log without a tree.
    sealer: Option<Sealer>,
    /// The same; and at the end.
    signer: Option<Signer>,
    streams: Streams,
    /// Pages that the write-ahead log had when it was last copied in part.
    pages_copied: i32,
}

type Asked = (Append, Answering<Answer>);

impl Writer {
    /// A writer that has not begun. `jobs` are its own, for what its second thread has to tell it.
    pub(crate) fn new(
        at: Place,
        connection: Connection,
        trusted: Trusted,
        jobs: WeakUnboundedSender<Job>,
    ) -> Result<Self, LogError> {
        let Trusted { last, proven, .. } = trusted;
        let (mut tree, mut sealer, mut signer) = (None, None, None);
        if let Some(proven) = proven {
            tree = Some(proven.tree);
            sealer = Some(proven.checkpoints.sealer().clone());
            signer = Some(Signer::start(proven.checkpoints, Arc::clone(&at.durable), jobs)?);
        }
        let streams = Streams::new(STREAMS_MAX);
        Ok(Self { at, connection: Some(connection), last, tree, sealer, signer, streams, pages_copied: 0 })
    }

    /// Writes until the log is closed or its last handle is gone. The lock is held until the end.
    pub(crate) fn run(mut self, mut jobs: UnboundedReceiver<Job>, lock: File) {
        if let Some(connection) = &self.connection {
            note_wal_pages(connection);
        }
        let closing = self.serve(&mut jobs);
        let closed = self.finish();
        drop(self);
        drop(lock);
        if let Some(answer) = closing {
            // Whoever closed the log may have stopped waiting.
            let _heard = answer.send(closed);
        }
    }

    fn serve(&mut self, jobs: &mut UnboundedReceiver<Job>) -> Option<Answering<()>> {
        let (mut carried, waker) = (None, queue::waker());
        loop {
            let job = match carried.take() {
                Some(job) => job,
                None => self.wait(jobs, &waker)?,
            };
            match job {
                Job::Append { append, answer, room } => {
                    drop(room);
                    let mut batch = vec![(append, answer)];
                    carried = self.gather(jobs, &mut batch);
                    self.append(batch);
                }
                Job::Exact { entries, answer } => self.append_exact(&entries, answer),
                Job::Recover => {
                    // Whoever appended since then has seen to it.
                    if self.signer.as_ref().is_some_and(Signer::has_failed) {
                        self.recover();
                    }
                }
                Job::Close { answer } => return Some(answer),
            }
            if WAL_PAGES.get() - self.pages_copied >= WAL_PAGES_MAX {
                self.checkpoint();
            }
        }
    }

    fn wait(&mut self, jobs: &mut UnboundedReceiver<Job>, waker: &Waker) -> Option<Job> {
        if WAL_PAGES.get() > self.pages_copied {
            match queue::wait_a_while(jobs, waker, IDLE) {
                Poll::Ready(job) => return job,
                Poll::Pending => self.checkpoint(),
            }
        }
        jobs.blocking_recv()
    }

    /// Takes further appends as long as there are any and the batch is not full; another job ends the batch.
    fn gather(&self, jobs: &mut UnboundedReceiver<Job>, batch: &mut Vec<Asked>) -> Option<Job> {
        let mut entries: usize = batch.iter().map(|(append, _)| append.drafts.len()).sum();
        while entries < self.at.batch_entries_max {
            match jobs.try_recv() {
                Ok(Job::Append { append, answer, room }) => {
                    drop(room);
                    entries += append.drafts.len();
                    batch.push((append, answer));
                }
                Ok(other) => return Some(other),
                Err(_) => break,
            }
        }
        None
    }

    fn append(&mut self, batch: Vec<Asked>) {
        let (appends, senders): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        match self.write(appends) {
            Ok((ended, answers)) => {
                let heard = Heard::Appends(senders.into_iter().zip(answers).collect());
                self.confirm(ended, heard);
            }
            Err(error) => {
                for sender in senders {
                    let _heard = sender.send(Err(error.clone()));
                }
            }
        }
    }

    /// One durable transaction of all appends.
    fn write(&mut self, appends: Vec<Append>) -> Result<(Ended, Vec<Answer>), LogError> {
        let mut connection = self.opened()?;
        let written = (|| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut batch = Batch::new(&transaction, &mut self.streams, self.last, self.tree.clone())?;
            let mut answers = Vec::with_capacity(appends.len());
            for append in appends {
                answers.push(batch.append(append, self.at.clock.now())?);
            }
            let ended = batch.end(self.sealer.as_ref(), self.at.durable.checkpoint().as_deref())?;
            transaction.commit()?;
            self.at.readers.committed();
            Ok((ended, answers))
        })();
        match written {
            Ok(written) => {
                self.connection = Some(connection);
                Ok(written)
            }
            Err(error) => {
                let error = self.at.files.error(&error);
                Err(self.failed(connection, error))
            }
        }
    }

    /// With what the log goes on behind entries that replace its key. The key was brought by hand, as keys of a log on
    /// several machines are; the entries wait for it.
    fn next_sealer(&self, entries: &[Exact]) -> Result<Option<Sealer>, LogError> {
        let keys = &self.at.files.keys;
        let mut next: Option<Sealer> = None;
        for entry in entries {
            let rotation = rotation_in(&entry.bytes, entry.index.position).map_err(refused)?;
            let Some(current) = next.as_ref().or(self.sealer.as_ref()) else {
                return Ok(None);
            };
            if let Some(rotation) = rotation.filter(|rotation| rotation.old() == current.key().public()) {
                let brought = signing::next(keys)?.filter(|key| key.public() == rotation.new_key());
                next = Some(current.with_key(brought.ok_or_else(|| signing::awaited(keys, &rotation))?));
            }
        }
        Ok(next)
    }

    fn append_exact(&mut self, entries: &[Exact], answer: Answering<()>) {
        let next = match self.next_sealer(entries) {
            Ok(next) => next,
            Err(error) => return self.tell(Written { grown: None, heard: Heard::Exact(answer, Err(error)) }),
        };
        match self.write_exact(entries, next.as_ref()) {
            Ok(_) if next.is_some() => {
                // Opened again, the log goes on with the key that its entries name.
                self.connection = None;
                let _heard = answer.send(self.reopen());
            }
            Ok(ended) => self.confirm(ended, Heard::Exact(answer, Ok(()))),
            Err(NotTaken::Misfit(error)) => self.tell(Written { grown: None, heard: Heard::Exact(answer, Err(error)) }),
            Err(NotTaken::Failed(error)) => drop(answer.send(Err(error))),
        }
    }

    fn write_exact(&mut self, entries: &[Exact], next: Option<&Sealer>) -> Result<Ended, NotTaken<LogError>> {
        let mut connection = self.opened().map_err(NotTaken::Failed)?;
        let written = (|| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut batch = Batch::new(&transaction, &mut self.streams, self.last, self.tree.clone())?;
            batch.append_exact(&self.at.ledger, entries)?;
            let ended = batch.end(next.or(self.sealer.as_ref()), self.at.durable.checkpoint().as_deref())?;
            transaction.commit()?;
            self.at.readers.committed();
            Ok(ended)
        })();
        match written {
            Err(NotTaken::Failed(error)) => {
                let error = self.at.files.error(&error);
                Err(NotTaken::Failed(self.failed(connection, error)))
            }
            Err(NotTaken::Misfit(error)) => {
                // Rolled back, and nothing is wrong with the database.
                self.connection = Some(connection);
                self.streams.clear();
                Err(NotTaken::Misfit(error))
            }
            Ok(ended) => {
                self.connection = Some(connection);
                Ok(ended)
            }
        }
    }

    /// A batch is durable: goes on behind it, and has it signed, shown and answered.
    fn confirm(&mut self, ended: Ended, heard: Heard) {
        let Ended { last, tree, advances } = ended;
        let grown = (!advances.is_empty()).then(|| {
            let root = tree.as_ref().map(Tree::root);
            (self.last, self.tree) = (last, tree);
            Grown { head: last.position, root, advances }
        });
        self.tell(Written { grown, heard });
    }

    /// Without a tree there is nothing to sign, and nothing to wait for.
    fn tell(&self, written: Written) {
        if let Some(signer) = &self.signer {
            return signer.hand_over(written);
        }
        let grown = written.grown;
        let forgotten = grown.map(|Grown { head, advances, .. }| self.at.durable.appended(head, advances));
        written.heard.tell();
        drop(forgotten);
    }

    /// The connection, opened again if the last one failed, or if a checkpoint did.
    fn opened(&mut self) -> Result<Connection, LogError> {
        if self.signer.as_ref().is_some_and(Signer::has_failed) {
            self.connection = None;
        }
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
        self.recover();
        error
    }

    fn recover(&mut self) {
        self.connection = None;
        if let Err(error) = self.reopen() {
            tracing::error!(%error, "the log cannot be opened again yet");
        }
    }

    /// Opens everything again, by what the files say. The batches before are answered first.
    fn reopen(&mut self) -> Result<(), LogError> {
        if let Some(signer) = &self.signer {
            signer.rest();
        }
        self.tree = None;
        self.streams.clear();
        let connection = self.at.files.writer()?;
        note_wal_pages(&connection);
        self.at.readers.committed();
        // The transaction that failed may have become durable all the same.
        let trusted =
            trust::open_again(&self.at.files, &connection, &self.at.ledger, self.sealer.as_ref().map(Sealer::key))?;
        self.last = trusted.last;
        if let Some(Proven { tree, checkpoints }) = trusted.proven {
            self.tree = Some(tree);
            self.sealer = Some(checkpoints.sealer().clone());
            self.at.durable.signs_with(Some(checkpoints.key().public().clone()));
            if let Some(note) = checkpoints.newest() {
                self.at.durable.checkpointed(Arc::clone(note));
            }
            if let Some(signer) = &self.signer {
                signer.begin(checkpoints)?;
            }
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
        self.at.readers.let_copy();
        let copied = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], pages);
        // Whoever began to read meanwhile would keep the next transaction from the front.
        self.at.readers.let_copy();
        match copied {
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
        if let Some(signer) = self.signer.take() {
            signer.end();
        }
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
