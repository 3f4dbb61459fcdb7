//! What every handler has at hand: the log, the read model, who may do what, the words, the limits.
//!
//! Deliberately absent: reading configuration, and building the parts; both are the command line's.

use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use servanda_events::ids::Position;
use servanda_log::Log;
use servanda_projector::ReadModel;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::access::Access;
use crate::four_eyes::Policy;
use crate::pages::record::drafts::Drafts;
use crate::problem::Problem;
use crate::words::Words;

/// Work that takes long and may always be under way at the same time, however few processors there are.
const WORKERS_MIN: usize = 4;
/// Passwords that are checked at a time; each takes a processor for tens of milliseconds and 19 MiB.
const PASSWORDS_AT_A_TIME: usize = 1;
/// Passwords that may be under way; more are told to try again.
const PASSWORDS_WAITING_MAX: usize = 32;

/// Who may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadAccess {
    /// Anyone who reaches the service.
    Open,
    /// Whoever has a token, once one was ever made.
    Token,
}

/// Limits of the service.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who may read.
    pub reads: ReadAccess,
    /// What needs two persons to be recorded.
    pub four_eyes: Policy,
    /// Hosts to which entries may be sent, see [`crate::webhook_hosts`].
    pub webhook_hosts: Vec<String>,
    /// How long a request may take until its answer begins.
    pub request_max: Duration,
    /// How long the head of a request may take to arrive.
    pub header_max: Duration,
    /// How long a read waits for a position.
    pub wait_max: Duration,
    /// How long a list of commands may stand still in either direction.
    pub idle_max: Duration,
    /// How often an idle feed shows that it is alive.
    pub keep_alive: Duration,
    /// How long open requests may take to end at a shutdown.
    pub shutdown_max: Duration,
    /// Most connections at a time; more wait to be accepted.
    pub connections_max: usize,
    /// Most bytes of a list of commands.
    pub bulk_bytes_max: u64,
    /// How many entries the read model may lag behind and still count as ready.
    pub lag_entries_max: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reads: ReadAccess::Open,
            four_eyes: Policy::default(),
            webhook_hosts: Vec::new(),
            request_max: Duration::from_secs(30),
            header_max: Duration::from_secs(10),
            wait_max: Duration::from_secs(5),
            idle_max: Duration::from_secs(60),
            keep_alive: Duration::from_secs(15),
            shutdown_max: Duration::from_secs(25),
            connections_max: 1_024,
            bulk_bytes_max: 4 << 30,
            lag_entries_max: 10_000,
        }
    }
}

/// How the relay to the bus stands, as far as operators ask the service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BusHealth {
    /// Whether it publishes what comes.
    pub following: bool,
    /// Code of what is in its way.
    pub trouble: Option<&'static str>,
    /// Position of the last entry that the server of the bus acknowledged.
    pub position: Position,
    /// Messages acknowledged since the start.
    pub published: u64,
    /// Times that publishing was begun anew.
    pub retries: u64,
    /// Times that the connection was made anew.
    pub reconnects: u64,
    /// Version of the server of the bus.
    pub server_version: Option<String>,
}

/// Looks how the relay stands.
type LookAtBus = Box<dyn Fn() -> BusHealth + Send + Sync>;

/// The state of the service. Clones are cheap and mean the same service.
#[derive(Clone)]
pub struct App {
    parts: Arc<Parts>,
    bus: Option<Arc<LookAtBus>>,
    drafts: Option<Drafts>,
    loopback: bool,
    stop: CancellationToken,
}

struct Parts {
    log: Log,
    read: ReadModel,
    access: Access,
    settings: Settings,
    /// What the numbers of this run's requests begin with.
    run: String,
    requests: AtomicU64,
    append_trouble: Mutex<Option<String>>,
    /// Room for work that takes long; more of it at a time would take no less long, and more memory.
    workers: Semaphore,
    /// Room for checking passwords, so that signing in cannot take the machine for itself.
    passwords: Passwords,
}

/// Room for checking passwords: how many are checked at a time, and how many may wait for that.
pub(crate) struct Passwords {
    pub(crate) checking: Semaphore,
    pub(crate) waiting: Semaphore,
}

impl App {
    /// The service over its parts. Nobody may record without a token until [`crate::serve`] finds that it listens on
    /// the loopback alone.
    pub fn new(log: Log, read: ReadModel, access: Access, settings: Settings) -> Self {
        let run: String = log.new_command_id().as_str().chars().filter(|c| *c != '-').skip(8).take(12).collect();
        let workers = Semaphore::new(std::thread::available_parallelism().map_or(1, NonZero::get).max(WORKERS_MIN));
        let (requests, append_trouble) = (AtomicU64::new(1), Mutex::new(None));
        let passwords =
            Passwords { checking: Semaphore::new(PASSWORDS_AT_A_TIME), waiting: Semaphore::new(PASSWORDS_WAITING_MAX) };
        let parts = Parts { log, read, access, settings, run, requests, append_trouble, workers, passwords };
        Self {
            parts: Arc::new(parts),
            bus: None,
            drafts: Drafts::memory().ok(),
            loopback: false,
            stop: CancellationToken::new(),
        }
    }

    /// The same service, which publishes to a bus and shows how that stands.
    #[must_use]
    pub fn with_bus(mut self, look: impl Fn() -> BusHealth + Send + Sync + 'static) -> Self {
        self.bus = Some(Arc::new(Box::new(look)));
        self
    }

    /// The same service, which keeps drafts in a file.
    #[must_use]
    pub fn with_drafts(mut self, drafts: Drafts) -> Self {
        self.drafts = Some(drafts);
        self
    }

    /// The drafts of its people.
    pub(crate) fn drafts(&self) -> Result<&Drafts, Problem> {
        self.drafts.as_ref().ok_or_else(|| Problem::internal("there is no place for drafts"))
    }

    /// How the relay to the bus stands, where there is one.
    pub(crate) fn bus(&self) -> Option<BusHealth> {
        self.bus.as_ref().map(|look| look())
    }

    /// The same service, as seen from where it listens.
    #[must_use]
    pub(crate) fn listening(mut self, loopback: bool, stop: CancellationToken) -> Self {
        self.loopback = loopback;
        self.stop = stop;
        self
    }

    pub(crate) fn log(&self) -> &Log {
        &self.parts.log
    }

    pub(crate) fn read(&self) -> &ReadModel {
        &self.parts.read
    }

    pub(crate) fn access(&self) -> &Access {
        &self.parts.access
    }

    pub(crate) fn workers(&self) -> &Semaphore {
        &self.parts.workers
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.parts.passwords
    }

    pub(crate) fn words(&self) -> &'static Words {
        Words::shared()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }

    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// A number for a request, unique over restarts.
    pub(crate) fn next_request_id(&self) -> String {
        format!("{}-{:x}", self.parts.run, self.parts.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// Remembers why the log last failed to append, for the readiness check; a success takes it back.
    pub(crate) fn note_append(&self, trouble: Option<String>) {
        *self.parts.append_trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    pub(crate) fn append_trouble(&self) -> Option<String> {
        self.parts.append_trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
