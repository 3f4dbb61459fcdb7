//! What the tests of the contract are written with: a place for logs, commands, and looks at what was recorded.

use std::path::Path;

use serde_json::{Value, json};
use servanda_events::ids::ActorId;
use servanda_events::testing::{parsed, scene};
use servanda_events::{Recorded, Request};
use servanda_log::{Clock, Ids, Log, Outcome, Settings, TransactError};
use tempfile::TempDir;

/// Opens an empty log by its name.
pub(crate) type Opener = dyn Fn(&str, Clock, Settings) -> Log + Send + Sync;

/// Where the logs of one test live: all in memory, all in files, or all as someone opens them by name.
pub(crate) enum Place {
    Memory,
    Sqlite(TempDir),
    Opened(Box<Opener>),
}

pub(crate) const NOON: &str = "2025-03-20T12:00:00Z";

/// A clock that stands at noon.
pub(crate) fn noon() -> Clock {
    Clock::fixed(parsed(NOON))
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(TempDir::new().unwrap())
    }

    /// An empty log with a clock that stands at noon.
    pub(crate) fn log(&self, name: &str) -> Log {
        self.log_with(name, noon(), Settings::default())
    }

    pub(crate) fn log_with(&self, name: &str, clock: Clock, settings: Settings) -> Log {
        match self {
            Self::Memory => Log::memory(parsed("main"), clock, Ids::System),
            Self::Sqlite(dir) => open(&dir.path().join(name), clock, settings),
            Self::Opened(open) => open(name, clock, settings),
        }
    }
}

pub(crate) fn open(dir: &Path, clock: Clock, settings: Settings) -> Log {
    Log::open(dir, Some(parsed("main")), settings, clock, Ids::System).unwrap()
}

pub(crate) fn actor() -> ActorId {
    parsed("registrar")
}

pub(crate) fn request(command: &Value) -> Request {
    Request::parse(command.to_string().as_bytes()).unwrap_or_else(|error| panic!("{error:?} in {command}"))
}

pub(crate) fn with_id(command: Value, id: &str) -> Value {
    scene::but(command, json!({ "command_id": id }))
}

pub(crate) fn expecting(command: Value, revision: u64) -> Value {
    scene::but(command, json!({ "expected_revision": revision }))
}

pub(crate) async fn tell(log: &Log, command: &Value) -> Result<Outcome, TransactError> {
    log.transact(&request(command), &actor()).await
}

/// Records a command that must lead to entries.
pub(crate) async fn record(log: &Log, command: &Value) -> Outcome {
    let outcome = tell(log, command).await.unwrap_or_else(|error| panic!("{error:?} for {command}"));
    assert!(!outcome.entries.is_empty() && !outcome.repeated, "nothing new was recorded for {command}");
    outcome
}

/// Two states, their package, their signed agreement, and the commitment `branch`: seven entries.
pub(crate) fn visit() -> Vec<Value> {
    vec![
        scene::state("kaz", "KAZ"),
        scene::state("fra", "FRA"),
        scene::package("visit"),
        scene::agreement("treaty"),
        scene::sign("treaty", "kaz"),
        scene::sign("treaty", "fra"),
        scene::commitment("branch"),
    ]
}

pub(crate) async fn record_visit(log: &Log) {
    for command in visit() {
        record(log, &command).await;
    }
}

/// Everything that the log holds.
pub(crate) fn all(log: &Log) -> Vec<Recorded> {
    log.read(0, usize::MAX).unwrap().iter().map(|entry| entry.decode().unwrap()).collect()
}

/// The exact bytes of everything that the log holds.
pub(crate) fn all_bytes(log: &Log) -> Vec<Vec<u8>> {
    log.read(0, usize::MAX).unwrap().into_iter().map(|entry| entry.bytes.into_vec()).collect()
}

pub(crate) fn refusal(answer: Result<Outcome, TransactError>) -> String {
    match answer {
        Err(TransactError::Refused(refusal)) => refusal.code_and_params().0,
        other => panic!("not refused: {other:?}"),
    }
}

/// Records in a log of its own, one by one and in the order of `recorded`, the commands that led to it, and checks that
/// the rules decide the same. So nothing was decided on anything else than what the log held at that place.
pub(crate) async fn assert_serial(recorded: &[Recorded], commands: &[Value]) {
    let log = Log::memory(parsed("main"), noon(), Ids::System);
    let mut rest = recorded;
    while let Some(first) = rest.first() {
        let id = first.command_id.as_str();
        let command = commands.iter().find(|command| command["command_id"] == id);
        let command = command.unwrap_or_else(|| panic!("{id} was never sent"));
        let mut command = command.clone();
        command.as_object_mut().unwrap().remove("expected_revision");
        let outcome = record(&log, &command).await;
        assert_eq!(outcome.entries, rest[..outcome.entries.len()], "{id} decides otherwise in its place");
        rest = &rest[outcome.entries.len()..];
    }
}
