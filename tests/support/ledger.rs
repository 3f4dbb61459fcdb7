//! A small ledger for tests: a log in memory with a clock set by hand, and its read model in a folder that goes away.

use servanda_events::dates::Instant;
use servanda_events::ids::{ActorId, Position};
use servanda_events::testing::parsed;
use servanda_events::{Request, StoryLine};
use servanda_log::{Clock, Ids, Log, Outcome, TransactError};
use servanda_projector::{At, ReadModel, Reader};

/// The fields of a figure that tell the rows of a list apart.
pub const ABOUT: [&str; 9] = [
    "commitment_id",
    "milestone_id",
    "currency",
    "declared_id",
    "class",
    "source",
    "assessor",
    "scale",
    "scale_version",
];

/// A ledger with its read model.
pub struct Ledger {
    /// The log.
    pub log: Log,
    /// The read model; it takes in entries when asked to catch up.
    pub read: ReadModel,
    clock: Clock,
    runtime: tokio::runtime::Runtime,
    dir: tempfile::TempDir,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::new()
    }
}

impl Ledger {
    /// An empty ledger.
    pub fn new() -> Self {
        let clock = Clock::fixed(parsed("2024-01-01T00:00:00Z"));
        let log = Log::memory(parsed("test"), clock.clone(), Ids::stepping());
        let dir = tempfile::tempdir().unwrap();
        let (read, _) = ReadModel::open(dir.path(), &log, |_| {}).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { log, read, clock, runtime, dir }
    }

    /// A ledger that a story was told to, every line of which must be recorded.
    pub fn of_story(text: &str) -> Self {
        let ledger = Self::new();
        for line in StoryLine::parse_all(text).unwrap() {
            let outcome = ledger.tell(line.at, &line.request);
            assert!(outcome.is_ok(), "{:?}: {outcome:?}", line.request.command_id);
        }
        ledger
    }

    /// A ledger that holds the exact bytes of entries.
    pub fn of_entries(entries: &[Vec<u8>]) -> Self {
        let ledger = Self::new();
        ledger.runtime.block_on(ledger.log.append_exact(entries.to_vec())).unwrap();
        ledger.read.catch_up(&ledger.log).unwrap();
        ledger
    }

    /// Records a command at a time, and lets the read model take it in.
    pub fn tell(&self, at: Instant, request: &Request) -> Result<Outcome, TransactError> {
        self.clock.set(at);
        let actor: ActorId = parsed("tester");
        let outcome = self.runtime.block_on(self.log.transact(request, &actor));
        self.read.catch_up(&self.log).unwrap();
        outcome
    }

    /// A second read model of the same log, built at once.
    pub fn built_at_once(&self) -> (tempfile::TempDir, ReadModel) {
        let dir = tempfile::tempdir().unwrap();
        let (read, _) = ReadModel::open(dir.path(), &self.log, |_| {}).unwrap();
        (dir, read)
    }

    /// The folder of the read model.
    pub fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// Reads as of a date, as known at a position.
    pub fn at<T>(&self, as_of: &str, known_at: Position, read: impl FnOnce(&Reader<'_>) -> T) -> T {
        let at = At { as_of: parsed(as_of), known_at };
        self.read.at(at, |reader| Ok(read(reader))).unwrap()
    }

    /// Reads as of a date, as known at the end of a day.
    pub fn known_on<T>(&self, as_of: &str, day: &str, read: impl FnOnce(&Reader<'_>) -> T) -> T {
        let position = self.log.position_at(parsed(&format!("{day}T23:59:59.999999Z"))).unwrap();
        self.at(as_of, position, read)
    }
}
