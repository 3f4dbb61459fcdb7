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
mod asker;
mod fill;
mod fold;
mod forward;
mod inbox;
mod lease;
mod letter;
mod moving;
mod node;
mod pack;
mod part;
mod place;
mod reseed;
mod rotate;
mod same;
mod state;
mod stream;
mod together;
mod wire;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use async_nats::Client;
use servanda_events::ids::LedgerName;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};

use self::ahead::Stand;
use self::asker::Asker;
pub use self::fill::{FillError, FillStep, Filled};
use self::forward::Waiting;
use self::lease::Sequencer;
pub(crate) use self::moving::check_is_not_moving;
pub use self::moving::{Moved, move_to_file, move_to_stream};
use self::node::{Job, LOOK_EVERY, Node};
use self::part::Part;
pub use self::reseed::reseed;
pub use self::rotate::{draw_next_key, rotate_node_key};
pub use self::state::NodeState;
use self::state::Shared;
pub use self::stream::{check_version, differences};
use self::wire::Wire;
use crate::append::{Append, Exact, Pending};
use crate::durable::Durable;
use crate::queue::Queue;
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
    queue: Queue<Job>,
    /// The way to the sequencer, and who it is.
    forwards: UnboundedSender<Waiting>,
    sequencer: watch::Receiver<Sequencer>,
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
        moving::check_is_not_moving(dir)?;
        let (name, replicas) = (servers.node.clone(), servers.replicas);
        let (mut node, last) = standing_node(dir, ledger, settings, (clock, ids), servers).await?;
        place::mark(dir, &node.wire.stream)?;
        place::catch_up(&mut node, last, progress).await?;
        node.check_filled()?;
        let (copy, durable, shared) = (Arc::clone(&node.copy), Arc::clone(&node.durable), node.shared.clone());
        let ledger = node.ledger.clone();
        let waiting = |append, answer, room| Job::Append { append, asker: Asker::Here(answer), room };
        let (queue, jobs) = Queue::new(settings.queue_entries_max, waiting);
        let (forwards, handed_over) = unbounded_channel();
        let part = Part::new(node, &name, replicas, queue.behind()?, queue.room_max())?;
        let sequencer = part.known();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| LogError::Io { detail: error.to_string() })?;
        let thread = std::thread::Builder::new()
            .name("servanda-node".to_owned())
            .spawn(move || runtime.block_on(part.run(jobs, handed_over)))
            .map_err(|error| LogError::Io { detail: format!("no thread for the node: {error}") })?;
        let thread = Mutex::new(Some(thread));
        Ok((Self { queue, forwards, sequencer, copy, shared, thread }, ledger, durable))
    }

    /// The node's copy, from which everything is read.
    pub(crate) fn copy(&self) -> &Sqlite {
        &self.copy
    }

    pub(crate) fn state(&self) -> NodeState {
        self.shared.get()
    }

    /// Hands an append over to the sequencer, or puts it into this node's own queue.
    fn put(&self, append: Append, room: OwnedSemaphorePermit) -> Result<Pending, LogError> {
        if !forward::hands_over(&self.sequencer, &self.shared, &append) {
            return self.queue.put(append, room);
        }
        let (answer, pending) = oneshot::channel();
        self.forwards.send(Waiting { append, answer, room }).map_err(|_| LogError::Closed)?;
        Ok(pending)
    }

    pub(crate) fn try_append(&self, append: Append) -> Result<Pending, LogError> {
        let room = self.queue.try_room(&append)?;
        self.put(append, room)
    }

    pub(crate) async fn append_when_room(&self, append: Append) -> Result<Pending, LogError> {
        let room = self.queue.room(&append).await?;
        self.put(append, room)
    }

    pub(crate) async fn append_exact(&self, entries: Vec<Exact>) -> Result<(), LogError> {
        self.queue.ask(|answer| Job::Exact { entries, answer }).await
    }

    /// Brings the copy to where the stream ends now.
    pub(crate) async fn catch_up(&self) -> Result<(), LogError> {
        self.queue.ask(|answer| Job::CatchUp { answer }).await
    }

    /// Records what waits, and lets go of the files.
    pub(crate) async fn close(&self) -> Result<(), LogError> {
        // A node that is gone already has nothing left to do.
        let _closed = self.queue.close(|answer| Job::Close { answer }).await;
        self.copy.close().await
    }
}

impl Drop for JetStream {
    /// The files are free when the last handle is gone, whether it was closed or not.
    fn drop(&mut self) {
        self.queue.let_go();
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A node that panicked has said so itself.
            let _ended = thread.join();
        }
    }
}

/// A node with a copy in a directory, made if it is not there, at the place where the copy ends in the stream; and the
/// number of the stream's last message. The servers are found fit.
async fn standing_node(
    dir: &Path,
    ledger: Option<LedgerName>,
    settings: &Settings,
    (clock, ids): (&Clock, &Ids),
    servers: Servers,
) -> Result<(Node, u64), LogError> {
    let version = servers.client.server_info().version;
    stream::check_version(&version)?;
    let ledger = place::ledger(dir, ledger, settings)?;
    let mut wire = Wire::new(servers.client, &ledger);
    let connections = wire.connections();
    let standing = stream::get_or_create(&mut wire, servers.replicas, ids, &servers.complaints).await?;
    stream::check_rights(&wire, servers.complaints).await?;
    place::check_keys(dir, &wire, standing.last, settings).await?;
    let (copy, ledger, durable) = Sqlite::open(dir, Some(ledger), settings, clock, ids)?;
    let mut node = Node {
        wire,
        copy: Arc::new(copy),
        durable,
        ledger,
        clock: clock.clone(),
        ids: ids.clone(),
        shared: Shared::default(),
        batch_entries_max: settings.batch_entries_max.max(1),
        number: 0,
        last_at: None,
        led: standing.led,
        replicas: servers.replicas,
        stand: Stand::new(),
        lost: false,
        silent_looks: 0,
        lacks_the_end: false,
        short_looks: 0,
        filled_upto: None,
        halted: None,
    };
    // A log without a tree could not say what it follows.
    node.key()?;
    let head = node.durable.head();
    let missing = if is_node_copy(dir) { fold::shortened(head) } else { place::own(dir, &node.wire, head) };
    let (mut last, mut leader, mut looks) = (standing.last, standing.leader, 0);
    while let Err(error) = place::find(&mut node, missing.clone(), last).await {
        // One server alone is never behind the others.
        if !same::is_short(&error) || servers.replicas == 1 || looks == fold::SHORT_LOOKS_MAX {
            return Err(error);
        }
        looks += 1;
        tracing::warn!(detail = %same::behind(), looks, "the copy's end is not in the stream; it is looked for again");
        tokio::time::sleep(LOOK_EVERY).await;
        let standing = node.wire.standing().await?;
        (last, leader, node.led) = (standing.last, standing.leader, standing.led);
    }
    node.wire.found_at(connections);
    node.shared.change(|state| (state.server_version, state.leader) = (version, leader));
    Ok((node, last))
}

/// Whether a directory holds a node's copy of a log that a stream holds.
pub fn is_node_copy(dir: &Path) -> bool {
    place::is_copy(dir)
}

/// Refuses a directory that holds a node's copy, or is on its way to be one, to whoever would write there without the
/// stream.
pub(crate) fn check_is_no_copy(dir: &Path) -> Result<(), LogError> {
    moving::check_is_not_moving(dir)?;
    place::check_is_no_copy(dir)
}
