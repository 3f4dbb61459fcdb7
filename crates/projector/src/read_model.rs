//! The handle of the read model: opened, kept up with the log, waited for, read, rebuilt beside the live one.
//!
//! Each build is a file of its own in `read/`; `read/current` names the one in use, so that the switch to a new build
//! is one rename. A running service notices the switch, whoever made it. Nothing here publishes anything.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use rusqlite::Connection;
use servanda_events::ids::Position;
use servanda_log::Log;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::build;
use crate::cache::FormCache;
use crate::error::ProjectorError;
use crate::read_db::{self, Applier};
use crate::reader::{At, Reader};
use crate::surveys::Surveys;

/// Entries applied in one transaction while following.
const BATCH_ENTRIES_MAX: usize = 500;
/// Forms of facts kept in memory, a place for each stream with them: a package of 1,000 commitments of ten facts each
/// and something beside it.
const CACHE_FACTS_MAX: usize = 13_000;
/// Idle connections kept for readers.
const READERS_MAX: usize = 4;

/// The read model of one ledger. Cheap to clone.
#[derive(Clone)]
pub struct ReadModel(Arc<Shared>);

pub(crate) struct Shared {
    dir: PathBuf,
    writer: Mutex<Writer>,
    live: Mutex<Live>,
    position: watch::Sender<Position>,
    trouble: Mutex<Option<String>>,
}

struct Writer {
    applier: Applier,
    file: String,
}

/// What readers use; replaced as a whole at a switch.
struct Live {
    file: String,
    cache: Arc<FormCache>,
    surveys: Arc<Surveys>,
    idle: Vec<Connection>,
}

/// How the read model was found at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// Usable as it was.
    Found,
    /// Built anew, and why.
    Rebuilt(String),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl ReadModel {
    /// Opens the read model in `dir`, building it anew where it is missing, of another version, of another ledger,
    /// ahead of the log or damaged. `progress` hears the position while it is built.
    pub fn open(dir: &Path, log: &Log, progress: impl FnMut(Position)) -> Result<(Self, Opened), ProjectorError> {
        let (file, opened) = match build::usable(dir, log)? {
            Ok(file) => (file, Opened::Found),
            Err(reason) => (build::build(dir, log, progress)?, Opened::Rebuilt(reason)),
        };
        let writer = Writer::open(dir, file.clone(), log)?;
        build::remove_others(dir, &file);
        let connection = read_db::open_reader(&build::path(dir, &file))?;
        let position = read_db::position(&connection)?;
        let live = Live::new(file, connection, position);
        let shared = Shared {
            dir: dir.to_owned(),
            writer: Mutex::new(writer),
            live: Mutex::new(live),
            position: watch::Sender::new(position),
            trouble: Mutex::new(None),
        };
        let model = Self(Arc::new(shared));
        model.catch_up(log)?;
        Ok((model, opened))
    }

    /// The last position that is applied.
    pub fn position(&self) -> Position {
        *self.0.position.borrow()
    }

    /// Why the read model stopped following the log, if it did.
    pub fn trouble(&self) -> Option<String> {
        lock(&self.0.trouble).clone()
    }

    /// Waits until `position` is applied; false when that takes longer than `wait_max`.
    pub async fn wait_for(&self, position: Position, wait_max: Duration) -> bool {
        let mut receiver = self.0.position.subscribe();
        tokio::time::timeout(wait_max, receiver.wait_for(|applied| *applied >= position)).await.is_ok_and(|r| r.is_ok())
    }

    /// Applies what the log has and the read model has not.
    pub fn catch_up(&self, log: &Log) -> Result<(), ProjectorError> {
        loop {
            let entries = log.read(self.position(), BATCH_ENTRIES_MAX)?;
            if entries.is_empty() {
                return Ok(());
            }
            self.apply(&entries)?;
        }
    }

    fn apply(&self, entries: &[servanda_log::Entry]) -> Result<(), ProjectorError> {
        let mut writer = lock(&self.0.writer);
        let (position, changed) = writer.applier.apply(entries)?;
        let live = lock(&self.0.live);
        live.cache.advance(position, &changed);
        live.surveys.advance(position, &changed);
        drop(live);
        self.0.position.send_replace(position);
        Ok(())
    }

    pub(crate) fn surveys(&self) -> Arc<Surveys> {
        Arc::clone(&lock(&self.0.live).surveys)
    }

    /// Follows the log until `stop`. An entry that cannot be read stops it; it says so and never passes over a fact.
    pub async fn run(&self, log: Log, stop: CancellationToken) -> Result<(), ProjectorError> {
        let mut follower = log.follow(self.position());
        loop {
            let entries = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                // The pause lets a switch by another process be noticed on a quiet ledger.
                next = tokio::time::timeout(Duration::from_secs(1), follower.next(BATCH_ENTRIES_MAX)) => next,
            };
            let (model, log_again) = (self.clone(), log.clone());
            let applied = tokio::task::spawn_blocking(move || {
                if model.switch(&log_again)? {
                    return Ok(true);
                }
                let Ok(entries) = entries else { return Ok(false) };
                model.apply(&entries?)?;
                Ok(false)
            })
            .await
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
            match applied {
                Ok(false) => {}
                Ok(true) => follower = log.follow(self.position()),
                Err(error) => {
                    let text = chain(&error);
                    tracing::error!(error = %text, "the read model stopped");
                    *lock(&self.0.trouble) = Some(text);
                    return Err(error);
                }
            }
        }
    }

    /// Builds the read model anew beside the live one, then switches to it.
    pub fn rebuild(&self, log: &Log, progress: impl FnMut(Position)) -> Result<(), ProjectorError> {
        build::build(&self.0.dir, log, progress)?;
        self.switch(log)?;
        Ok(())
    }

    /// Switches to the build that `read/current` names, if that is another one; true when it did.
    fn switch(&self, log: &Log) -> Result<bool, ProjectorError> {
        let mut writer = lock(&self.0.writer);
        let file = build::current(&self.0.dir)?.unwrap_or_else(|| writer.file.clone());
        if file == writer.file {
            return Ok(false);
        }
        let mut next = Writer::open(&self.0.dir, file.clone(), log)?;
        // Readers must never fall back behind a position that was already answered.
        let mut position = next.applier.position()?;
        while position < self.position() {
            let entries = log.read(position, BATCH_ENTRIES_MAX)?;
            (position, _) = next.applier.apply(&entries)?;
        }
        let connection = read_db::open_reader(&build::path(&self.0.dir, &file))?;
        *lock(&self.0.live) = Live::new(file.clone(), connection, position);
        *writer = next;
        self.0.position.send_replace(position);
        build::remove_others(&self.0.dir, &file);
        tracing::info!(%file, position, "switched to the newly built read model");
        Ok(true)
    }

    /// Reads at a date and a moment of knowledge, with a connection of its own. Knowledge beyond what is applied is
    /// what is applied.
    pub fn at<T>(
        &self,
        at: At,
        read: impl FnOnce(&Reader<'_>) -> Result<T, ProjectorError>,
    ) -> Result<T, ProjectorError> {
        let position = self.position();
        let (connection, cache, file) = {
            let mut live = lock(&self.0.live);
            (live.idle.pop(), Arc::clone(&live.cache), live.file.clone())
        };
        let connection = match connection {
            Some(connection) => connection,
            None => match read_db::open_reader(&build::path(&self.0.dir, &file)) {
                Ok(connection) => connection,
                // The file was replaced between the look at its name and the opening.
                Err(_) if lock(&self.0.live).file != file => return self.at(at, read),
                Err(error) => return Err(error),
            },
        };
        let at = At { known_at: at.known_at.min(position), ..at };
        let answer = match read_db::snapshot(&connection) {
            Ok((snapshot, applied)) => read(&Reader::new(&snapshot, &cache, at, applied)),
            Err(error) => Err(error),
        };
        let mut live = lock(&self.0.live);
        if live.file == file && live.idle.len() < READERS_MAX {
            live.idle.push(connection);
        }
        answer
    }
}

impl Live {
    fn new(file: String, connection: Connection, position: Position) -> Self {
        let cache = Arc::new(FormCache::new(CACHE_FACTS_MAX, position));
        Self { file, cache, surveys: Arc::new(Surveys::new(position)), idle: vec![connection] }
    }
}

impl Writer {
    fn open(dir: &Path, file: String, log: &Log) -> Result<Self, ProjectorError> {
        let connection = read_db::open_writer(&build::path(dir, &file))?;
        Ok(Self { applier: Applier::new(connection, log.ledger().clone()), file })
    }
}

/// An error with everything behind it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
