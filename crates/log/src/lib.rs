//! The log of Servanda: every fact, once, in one order, for good.
//!
//! - [`Log`]: a handle to the log. `read`, `follow` and `history` look at it, `transact` records a command, `bulk`
//!   records many, `rehearse` only says what would be recorded. `export` writes the whole log into a file.
//! - [`Export`]: such a file, verified, to be taken over by another log.
//! - [`Clock`] and [`Ids`]: the only sources of time and randomness, each with a twin for tests.
//! - [`LogError`] and [`TransactError`]: what can go wrong, in words that say what to do next.
//!
//! Entries have gap-free positions from 1 and rising times, given by one writer at the moment of the append. Nothing is
//! ever changed or removed.
//!
//! Deliberately absent: the rules, read models, HTTP, the bus.

mod append;
mod backup;
mod bulk;
mod checkpoints;
mod clock;
mod durable;
mod entry;
mod error;
mod export;
mod follow;
mod hashed;
mod high_water;
mod histories;
mod ids;
mod import;
mod jetstream;
mod memory;
mod prepare;
mod proofs;
mod queue;
mod rotation;
mod scrub;
mod signing;
mod sqlite;
mod store;
mod transact;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use servanda_events::History;
use servanda_events::dates::Instant;
use servanda_events::ids::{CommandId, LedgerName, Position, Revision, StreamId};
use tokio::sync::Semaphore;

pub use crate::backup::{BackedUp, back_up, restore};
pub use crate::bulk::Bulk;
pub use crate::clock::Clock;
pub use crate::entry::Entry;
pub use crate::error::{LogError, TransactError};
pub use crate::export::{ExportError, Exported};
pub use crate::follow::Follower;
pub use crate::hashed::Hashed;
pub use crate::ids::Ids;
pub use crate::import::{Bundle, Export, ImportError, Imported};
pub use crate::jetstream::{
    FillError, FillStep, Filled, Moved, NodeState, Servers, check_version as check_server_version,
    differences as stream_differences, draw_next_key, is_node_copy, move_to_file, move_to_stream, reseed,
    rotate_node_key,
};
pub use crate::proofs::Acknowledged;
pub use crate::rotation::{Rotated, rotate_key, rotation_in};
pub use crate::scrub::Scrubbed;
pub use crate::transact::{Outcome, Rehearsal};

use crate::append::Exact;
use crate::durable::Durable;
use crate::jetstream::JetStream;
use crate::memory::Memory;
use crate::sqlite::Sqlite;
use crate::store::Store;
use crate::transact::Turns;

/// Tasks that read the disk for commands at the same time.
const DISK_TASKS_MAX: usize = 4;

/// Limits of a log, and where its high-water file lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Most entries that wait for the writer; a command beyond that hears that the log is busy.
    pub queue_entries_max: usize,
    /// Most entries that become durable together.
    pub batch_entries_max: usize,
    /// Most facts kept in memory for deciding.
    pub cache_facts_max: usize,
    /// Connections that read.
    pub readers: usize,
    /// Most bytes of the log's file, beyond which the log says that it is full; without it, the disk is the limit.
    pub file_bytes_max: Option<u64>,
    /// The folder of the high-water file, best on another disk; without it, a folder in the data directory, which then
    /// cannot tell an older copy of the whole directory from the newest.
    pub high_water: Option<PathBuf>,
    /// The name of a new log towards outsiders, for good; without it, one that no other log has.
    pub origin: Option<String>,
    /// Whether entries get a tree and checkpoints. Without, the log is in the format of the version before, and gets
    /// both when it is next opened with them: for measuring what they cost, and for nothing else.
    pub with_tree: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            queue_entries_max: 1024,
            batch_entries_max: 1024,
            cache_facts_max: 12_288,
            readers: 4,
            file_bytes_max: None,
            high_water: None,
            origin: None,
            with_tree: true,
        }
    }
}

/// A handle to a log. Clones are cheap and mean the same log.
#[derive(Clone)]
pub struct Log(Arc<Inner>);

struct Inner {
    ledger: LedgerName,
    clock: Clock,
    ids: Ids,
    durable: Arc<Durable>,
    turns: Turns,
    /// Room for tasks that read the disk; more of them than this would only wait for each other, each with its memory.
    disk: Semaphore,
    scrubbed: Mutex<Scrubbed>,
    store: Store,
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Log({}@{})", self.0.ledger, self.head())
    }
}

impl Log {
    /// An empty log in memory.
    pub fn memory(ledger: LedgerName, clock: Clock, ids: Ids) -> Self {
        let durable = Arc::new(Durable::new(0, Settings::default().cache_facts_max));
        let store = Store::Memory(Memory::new(clock.clone(), Arc::clone(&durable)));
        Self::over(ledger, clock, ids, durable, store)
    }

    /// Opens the log in a directory, or creates it there. A log keeps the name of its ledger; a new one without a name
    /// is called `main`. Every entry is read and checked against what was signed; a log that is not what was signed is
    /// refused with a verdict.
    #[expect(clippy::needless_pass_by_value, reason = "whoever opens a log is done with its settings")]
    pub fn open(
        dir: &Path,
        ledger: Option<LedgerName>,
        settings: Settings,
        clock: Clock,
        ids: Ids,
    ) -> Result<Self, LogError> {
        jetstream::check_is_no_copy(dir)?;
        let (sqlite, ledger, durable) = Sqlite::open(dir, ledger, &settings, &clock, &ids)?;
        let store = Store::Sqlite(sqlite);
        Ok(Self::over(ledger, clock, ids, durable, store))
    }

    /// Joins the log that a stream of these servers holds, with a copy in a directory that is made if it is not there.
    /// The copy is brought to the end of the stream first; `progress` hears how many of how many messages are taken.
    pub async fn join(
        dir: &Path,
        ledger: Option<LedgerName>,
        settings: Settings,
        (clock, ids): (Clock, Ids),
        servers: Servers,
        progress: impl FnMut(u64, u64),
    ) -> Result<Self, LogError> {
        let joined = JetStream::join(dir, ledger, &settings, (&clock, &ids), servers, progress).await?;
        let (jetstream, ledger, durable) = joined;
        Ok(Self::over(ledger, clock, ids, durable, Store::JetStream(jetstream)))
    }

    /// How this node stands towards the stream of its log; nothing for a log that is on this machine alone.
    pub fn node(&self) -> Option<NodeState> {
        self.0.store.node()
    }

    /// Opens the log in a directory for reading only, also while another process has it: what that process appends
    /// later can be read too, while `head` stays where it is now. Nothing is created; `None` where there is no log.
    pub fn open_read_only(dir: &Path, settings: &Settings, clock: Clock) -> Result<Option<Self>, LogError> {
        let Some((sqlite, ledger, durable)) = Sqlite::open_read_only(dir, settings)? else {
            return Ok(None);
        };
        let store = Store::Sqlite(sqlite);
        Ok(Some(Self::over(ledger, clock, Ids::System, durable, store)))
    }

    fn over(ledger: LedgerName, clock: Clock, ids: Ids, durable: Arc<Durable>, store: Store) -> Self {
        let disk = Semaphore::new(DISK_TASKS_MAX);
        Self(Arc::new(Inner {
            ledger,
            clock,
            ids,
            durable,
            turns: Turns::new(),
            disk,
            scrubbed: Mutex::default(),
            store,
        }))
    }

    /// The ledger whose log this is.
    pub fn ledger(&self) -> &LedgerName {
        &self.0.ledger
    }

    /// The position of the last durable entry; 0 while there is none.
    pub fn head(&self) -> Position {
        self.0.durable.head()
    }

    /// The time.
    pub fn now(&self) -> Instant {
        self.0.clock.now()
    }

    /// The log's clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// A new command id, a UUID of version 7.
    pub fn new_command_id(&self) -> CommandId {
        self.0.ids.command_id()
    }

    /// At most `limit` entries after a position, in order. Reads the disk; not for use inside async tasks.
    pub fn read(&self, after: Position, limit: usize) -> Result<Vec<Entry>, LogError> {
        let limit = usize::try_from(self.visible().saturating_sub(after)).unwrap_or(usize::MAX).min(limit);
        self.0.store.read(after, limit)
    }

    /// The last position that may be seen: entries that are durable, and whose checkpoint is not yet, are nobody's
    /// affair. What another process appends to a log that is only read here has been through that.
    fn visible(&self) -> Position {
        if self.0.store.writes() { self.head() } else { Position::MAX }
    }

    /// At most `limit` entries of a stream after a revision, in order.
    pub fn read_stream(&self, stream: &StreamId, after: Revision, limit: usize) -> Result<Vec<Entry>, LogError> {
        let mut entries = self.0.store.read_stream(stream, after, limit)?;
        let visible = self.visible();
        entries.retain(|entry| entry.position <= visible);
        Ok(entries)
    }

    /// The entry at a position, if the log is that long.
    pub fn entry(&self, position: Position) -> Result<Option<Entry>, LogError> {
        if position > self.visible() { Ok(None) } else { self.0.store.entry(position) }
    }

    /// The position of the last entry recorded at a moment or before it; 0 for none.
    pub fn position_at(&self, at: Instant) -> Result<Position, LogError> {
        // Times rise strictly with the positions.
        let (mut at_or_before, mut beyond) = (0, self.head() + 1);
        while at_or_before + 1 < beyond {
            let middle = at_or_before + (beyond - at_or_before) / 2;
            let Some(entry) = self.entry(middle)? else {
                return Err(LogError::Corrupt { position: middle, detail: "it is missing".to_owned() });
            };
            if entry.index()?.recorded_at <= at { at_or_before = middle } else { beyond = middle }
        }
        Ok(at_or_before)
    }

    /// The newest history of a stream.
    pub fn history(&self, stream: &StreamId) -> Result<Arc<History>, LogError> {
        self.0.durable.histories.load(stream, || self.read_history(stream))
    }

    pub(crate) fn read_history(&self, stream: &StreamId) -> Result<History, LogError> {
        const PAGE: usize = 1_000;
        let mut history = History::empty(stream.clone());
        loop {
            // What has no checkpoint yet is decided upon by nobody; whoever appends beside it hears of it then.
            let entries = self.read_stream(stream, history.revision(), PAGE)?;
            for entry in &entries {
                history.evolve(&entry.decode()?);
            }
            if entries.len() < PAGE {
                return Ok(history);
            }
        }
    }

    /// Follows the log from behind a position.
    pub fn follow(&self, after: Position) -> Follower {
        Follower::new(self.clone(), after, self.0.durable.watch())
    }

    /// Appends what waits, makes the files tidy, and lets go of them. Every handle is closed with this one.
    pub async fn close(&self) -> Result<(), LogError> {
        let closed = self.0.store.close().await;
        self.0.durable.close();
        closed
    }

    /// Takes over the exact bytes of consecutive entries of another log, the first of which comes right after the head:
    /// all of them or none. The entries of one command must come in one call.
    pub async fn append_exact(&self, entries: Vec<Vec<u8>>) -> Result<(), LogError> {
        let mut exact = Vec::with_capacity(entries.len());
        for (position, bytes) in (self.head() + 1..).zip(entries) {
            let unreadable = |error| LogError::unreadable(position, &error);
            servanda_events::decode(&bytes).map_err(unreadable)?;
            let index = servanda_events::recorded::decode_index(&bytes).map_err(unreadable)?;
            if let Err(bad) = rotation_in(&bytes, position) {
                return Err(append::misfit(&index, bad.to_string()));
            }
            exact.push(Exact { bytes, index });
        }
        self.0.store.append_exact(&self.0.ledger, exact).await
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn durable(&self) -> &Durable {
        &self.0.durable
    }

    pub(crate) fn turns(&self) -> &Turns {
        &self.0.turns
    }

    pub(crate) fn disk(&self) -> &Semaphore {
        &self.0.disk
    }

    pub(crate) fn scrub_state(&self) -> &Mutex<Scrubbed> {
        &self.0.scrubbed
    }

    pub(crate) fn ids(&self) -> &Ids {
        &self.0.ids
    }
}
