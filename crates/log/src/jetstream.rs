//! The log in a replicated JetStream stream: the servers hold it, and each node has a verified copy of it in SQLite,
//! with the same bytes, the same tree and the same signatures. Everything is read from the copy.
//!
//! Commands of a node that wait together become one message, a pack, stored all or not at all. The server stores it
//! only at the place that it was made for (`Nats-Expected-Last-Sequence`); this is the one guard against other nodes.
//! Ids of commands and unique keys are guarded for good by the copy, which is as long as that place.
//!
//! A node that holds a lease is the sequencer, to which the others hand their commands over; the guard is the same.
//!
//! Deliberately absent: consensus and replication of our own; changing, emptying or removing a stream.

mod ahead;
mod fold;
mod forward;
mod lease;
mod letter;
mod node;
mod pack;
mod part;
mod place;
mod state;
mod stream;
mod wire;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use async_nats::Client;
use servanda_events::ids::LedgerName;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError, oneshot, watch};

use self::forward::Waiting;
use self::lease::Sequencer;
use self::node::{Job, Node};
use self::part::Part;
pub use self::state::NodeState;
use self::state::Shared;
pub use self::stream::{check_version, differences};
use self::wire::Wire;
use crate::append::{Append, Exact, Pending};
use crate::durable::Durable;
use crate::sqlite::Sqlite;
use crate::{Clock, Ids, LogError, Settings};

/// The servers that hold a log, and what is asked of them.
#[derive(Debug, Clone)]
pub struct Servers {
    /// A connection to one of them.
    pub client: Client,
    /// What they last complained about: they keep silent towards whoever asks what it may not, and complain beside it.
    pub complaints: watch::Receiver<String>,
    /// How many of them hold the stream: 3 or 5. With 1, what was acknowledged is lost with its disk.
    pub replicas: usize,
    /// What people call this node; empty for a name that is drawn at each start.
    pub node: String,
}

pub(crate) struct JetStream {
    /// `None` once the log is closed.
    jobs: Mutex<Option<UnboundedSender<Job>>>,
    /// The way to the sequencer, and who it is.
    forwards: UnboundedSender<Waiting>,
    sequencer: watch::Receiver<Sequencer>,
    /// Room for entries that wait.
    room: Arc<Semaphore>,
    room_max: u32,
    copy: Arc<Sqlite>,
    shared: Shared,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl JetStream {
    /// Opens a node's copy in a directory, or makes it there, and brings it to the end of the stream. `progress` hears
    /// how many of how many messages are folded.
    pub(crate) async fn join(
        dir: &Path,
        ledger: Option<LedgerName>,
        settings: &Settings,
        (clock, ids): (&Clock, &Ids),
        servers: Servers,
        progress: impl FnMut(u64, u64),
    ) -> Result<(Self, LedgerName, Arc<Durable>), LogError> {
        let version = servers.client.server_info().version;
        stream::check_version(&version)?;
        let ledger = place::ledger(dir, ledger, settings)?;
        let wire = Wire::new(servers.client.clone(), &ledger);
        let standing = stream::get_or_create(&wire, servers.replicas).await?;
        stream::check_rights(&wire, servers.complaints).await?;
        place::check_keys(dir, &wire, standing.last, settings).await?;
        let (copy, ledger, durable) = Sqlite::open(dir, Some(ledger), settings, clock, ids)?;
        let key = copy.public_key().cloned();
        let key = key.ok_or_else(|| LogError::Unfit { detail: "a node's copy needs a tree".to_owned() })?;
        let shared = Shared::default();
        let copy = Arc::new(copy);
        let mut node = Node {
            wire,
            copy: Arc::clone(&copy),
            durable: Arc::clone(&durable),
            ledger: ledger.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            key,
            shared: shared.clone(),
            batch_entries_max: settings.batch_entries_max.max(1),
            number: 0,
            last_at: None,
            short_looks: 0,
            halted: None,
        };
        place::find(&mut node, dir, standing.last).await?;
        place::mark(dir, &node.wire.stream)?;
        place::catch_up(&mut node, standing.last, progress).await?;
        shared.change(|state| (state.server_version, state.leader) = (version, standing.leader));
        let (jobs, waiting) = unbounded_channel();
        let (forwards, handed_over) = unbounded_channel();
        let room_max = u32::try_from(settings.queue_entries_max.clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        let part = Part::new(node, &servers.node, servers.replicas, jobs.downgrade(), room_max)?;
        let sequencer = part.known();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| LogError::Io { detail: error.to_string() })?;
        let thread = std::thread::Builder::new()
            .name("servanda-node".to_owned())
            .spawn(move || runtime.block_on(part.run(waiting, handed_over)))
            .map_err(|error| LogError::Io { detail: format!("no thread for the node: {error}") })?;
        let room = Arc::new(Semaphore::new(room_max as usize));
        let (jobs, thread) = (Mutex::new(Some(jobs)), Mutex::new(Some(thread)));
        Ok((Self { jobs, forwards, sequencer, room, room_max, copy, shared, thread }, ledger, durable))
    }

    /// The node's copy, from which everything is read.
    pub(crate) fn copy(&self) -> &Sqlite {
        &self.copy
    }

    pub(crate) fn state(&self) -> NodeState {
        self.shared.get()
    }

    fn send(&self, job: Job) -> Result<(), LogError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.as_ref().ok_or(LogError::Closed)?.send(job).map_err(|_| LogError::Closed)
    }

    fn share(&self, append: &Append) -> u32 {
        u32::try_from(append.drafts.len()).unwrap_or(u32::MAX).min(self.room_max)
    }

    fn queue(&self, append: Append, room: OwnedSemaphorePermit) -> Result<Pending, LogError> {
        let (answer, pending) = oneshot::channel();
        if forward::hands_over(&self.sequencer, &self.shared, &append) {
            let waiting = Waiting { append, answer, room };
            self.forwards.send(waiting).map_err(|_| LogError::Closed)?;
        } else {
            self.send(Job::Append { append, answer, room })?;
        }
        Ok(pending)
    }

    pub(crate) fn try_append(&self, append: Append) -> Result<Pending, LogError> {
        match Arc::clone(&self.room).try_acquire_many_owned(self.share(&append)) {
            Ok(room) => self.queue(append, room),
            Err(TryAcquireError::NoPermits) => Err(LogError::Busy),
            Err(TryAcquireError::Closed) => Err(LogError::Closed),
        }
    }

    pub(crate) async fn append_when_room(&self, append: Append) -> Result<Pending, LogError> {
        let room = Arc::clone(&self.room).acquire_many_owned(self.share(&append)).await;
        self.queue(append, room.map_err(|_| LogError::Closed)?)
    }

    pub(crate) async fn append_exact(&self, entries: Vec<Exact>) -> Result<(), LogError> {
        let (answer, taken) = oneshot::channel();
        self.send(Job::Exact { entries, answer })?;
        taken.await.unwrap_or(Err(LogError::Closed))
    }

    /// Brings the copy to where the stream ends now.
    pub(crate) async fn catch_up(&self) -> Result<(), LogError> {
        let (answer, done) = oneshot::channel();
        self.send(Job::CatchUp { answer })?;
        done.await.unwrap_or(Err(LogError::Closed))
    }

    /// Records what waits, and lets go of the files.
    pub(crate) async fn close(&self) -> Result<(), LogError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.room.close();
        if let Some(jobs) = jobs {
            let (answer, closed) = oneshot::channel();
            let _sent = jobs.send(Job::Close { answer });
            drop(jobs);
            // A node that is gone already has nothing left to do.
            let _closed = closed.await;
        }
        self.copy.close().await
    }
}

impl Drop for JetStream {
    /// The files are free when the last handle is gone, whether it was closed or not.
    fn drop(&mut self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A node that panicked has said so itself.
            let _ended = thread.join();
        }
    }
}

/// Refuses a directory that holds a node's copy to whoever would write there without the stream.
pub(crate) fn check_is_no_copy(dir: &Path) -> Result<(), LogError> {
    place::check_is_no_copy(dir)
}
