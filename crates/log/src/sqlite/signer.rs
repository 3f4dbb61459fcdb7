//! The second thread: what the writer made durable gets its checkpoint here, while the writer is at the next batch.
//!
//! Batches come in their order and every answer goes through here, so none overtakes another. Nothing of a batch is
//! visible or answered before its checkpoint is in the high-water file. Batches that wait are signed together, for the
//! checkpoint of the last vouches for all before it. After a failure each batch that comes is answered with it, until
//! the writer has opened the log again; nothing in memory is believed then.
//!
//! Deliberately absent: the database, and recovery, which are the writer's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SendError, SyncSender, sync_channel};
use std::thread::JoinHandle;

use servanda_events::ids::Position;
use servanda_proof::{Hash, SignedNote};
use tokio::sync::mpsc::WeakUnboundedSender;

use super::writer::Job;
use crate::LogError;
use crate::append::Answer;
use crate::checkpoints::Checkpoints;
use crate::durable::{Advance, Durable};
use crate::queue::Answering;

/// Batches that may be durable and wait for the one that is being signed. With it and the one that the writer has in
/// its hands they are all that a crash can leave without a checkpoint, and all that is held in memory.
const WAITING_MAX: usize = 1;

/// What the writer wrote in one transaction, and whom to tell.
pub(crate) struct Written {
    /// Nothing where no entry was appended.
    pub(crate) grown: Option<Grown>,
    pub(crate) heard: Heard,
}

/// The log as a durable transaction left it.
pub(crate) struct Grown {
    pub(crate) head: Position,
    /// The root of the tree; none for a log without one.
    pub(crate) root: Option<Hash>,
    pub(crate) advances: Vec<Advance>,
}

/// Those who wait for a transaction, with what they hear if all goes well.
pub(crate) enum Heard {
    Appends(Vec<(Answering<Answer>, Answer)>),
    Exact(Answering<()>, Result<(), LogError>),
}

impl Heard {
    /// Whoever stopped waiting finds the answer by sending the command again.
    pub(crate) fn tell(self) {
        match self {
            Self::Appends(answers) => {
                for (answering, answer) in answers {
                    let _heard = answering.send(Ok(answer));
                }
            }
            Self::Exact(answering, answer) => drop(answering.send(answer)),
        }
    }

    /// Nothing of it is acknowledged.
    pub(crate) fn fail(self, error: &LogError) {
        match self {
            Self::Appends(answers) => {
                for (answering, _) in answers {
                    let _heard = answering.send(Err(error.clone()));
                }
            }
            Self::Exact(answering, _) => drop(answering.send(Err(error.clone()))),
        }
    }
}

enum Turn {
    Written(Written),
    /// Forget the key, the file and the failure, once all before is done.
    Rest(SyncSender<()>),
    Begin(Box<Checkpoints>),
}

/// The writer's end of it.
pub(crate) struct Signer {
    turns: SyncSender<Turn>,
    failed: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Signer {
    /// Starts the thread. `writer` is told of a failure that it may not come upon by itself.
    pub(crate) fn start(
        checkpoints: Checkpoints,
        durable: Arc<Durable>,
        writer: WeakUnboundedSender<Job>,
    ) -> Result<Self, LogError> {
        let (turns, taken) = sync_channel(WAITING_MAX);
        let failed = Arc::new(AtomicBool::new(false));
        let signing =
            Signing { checkpoints: Some(checkpoints), durable, failure: None, failed: Arc::clone(&failed), writer };
        let thread = std::thread::Builder::new()
            .name("servanda-signer".to_owned())
            .spawn(move || signing.run(&taken))
            .map_err(|error| LogError::Io { detail: format!("no thread for the signer: {error}") })?;
        Ok(Self { turns, failed, thread })
    }

    /// Hands over a durable batch; waits while others wait.
    pub(crate) fn hand_over(&self, written: Written) {
        if let Err(SendError(Turn::Written(written))) = self.turns.send(Turn::Written(written)) {
            written.heard.fail(&gone());
        }
    }

    /// Whether the log has to be opened again.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// Waits until everything that was handed over is answered, well or not, and nothing in memory is believed.
    pub(crate) fn rest(&self) {
        let (rested, resting) = sync_channel(1);
        if self.turns.send(Turn::Rest(rested)).is_ok() {
            // One that is gone rests as well.
            let _rested = resting.recv();
        }
    }

    /// Goes on with what was read anew from the files. To be said after a rest only.
    pub(crate) fn begin(&self, checkpoints: Checkpoints) -> Result<(), LogError> {
        self.failed.store(false, Ordering::Release);
        self.turns.send(Turn::Begin(Box::new(checkpoints))).map_err(|_| gone())
    }

    /// Signs and answers what was handed over, and ends.
    pub(crate) fn end(self) {
        drop(self.turns);
        // One that panicked has said so itself.
        let _ended = self.thread.join();
    }
}

fn gone() -> LogError {
    LogError::Io { detail: "the thread that signs checkpoints is gone; start the service again".to_owned() }
}

struct Signing {
    checkpoints: Option<Checkpoints>,
    durable: Arc<Durable>,
    failure: Option<LogError>,
    failed: Arc<AtomicBool>,
    writer: WeakUnboundedSender<Job>,
}

impl Signing {
    fn run(mut self, turns: &Receiver<Turn>) {
        while let Ok(first) = turns.recv() {
            let (mut batches, mut next) = (Vec::new(), Some(first));
            while let Some(Turn::Written(written)) = next {
                batches.push(written);
                next = turns.try_recv().ok();
            }
            self.confirm(batches);
            match next {
                Some(Turn::Rest(rested)) => {
                    (self.checkpoints, self.failure) = (None, None);
                    let _heard = rested.send(());
                }
                Some(Turn::Begin(checkpoints)) => self.checkpoints = Some(*checkpoints),
                Some(Turn::Written(_)) | None => {}
            }
        }
    }

    /// One checkpoint for all; then they are visible, and then they are answered, each in its order.
    fn confirm(&mut self, batches: Vec<Written>) {
        match self.sign(&batches) {
            Ok(note) => {
                if let Some(note) = note {
                    self.durable.checkpointed(note);
                }
                let mut forgotten = Vec::new();
                for Written { grown, heard } in batches {
                    forgotten.extend(grown.map(|Grown { head, advances, .. }| self.durable.appended(head, advances)));
                    heard.tell();
                }
            }
            Err(error) => {
                // First, so that whoever hears of it and comes again finds that the log is to be opened again.
                self.fail(&error);
                for written in batches {
                    written.heard.fail(&error);
                }
            }
        }
    }

    /// The checkpoint of the last batch that has entries, durable; nothing where none has.
    fn sign(&mut self, batches: &[Written]) -> Result<Option<Arc<SignedNote>>, LogError> {
        if let Some(error) = &self.failure {
            return Err(error.clone());
        }
        let newest = batches.iter().rev().find_map(|written| written.grown.as_ref());
        let Some((size, root)) = newest.and_then(|grown| Some((grown.head, grown.root?))) else {
            return Ok(None);
        };
        let checkpoints = self.checkpoints.as_mut().ok_or(LogError::Closed)?;
        checkpoints.sign(size, root).map(Some)
    }

    fn fail(&mut self, error: &LogError) {
        if self.failure.is_some() {
            return;
        }
        tracing::error!(%error, "a checkpoint could not be made durable; the log is opened again");
        (self.checkpoints, self.failure) = (None, Some(error.clone()));
        self.failed.store(true, Ordering::Release);
        // Where nobody appends, what is durable would wait for its checkpoint.
        if let Some(writer) = self.writer.upgrade() {
            let _told = writer.send(Job::Recover);
        }
    }
}

#[cfg(test)]
#[path = "signer_tests.rs"]
mod tests;
