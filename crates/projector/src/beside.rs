//! From a process that does not keep the read model up: reading the build in use, and building a new one beside it.
//!
//! Deliberately absent: applying anything to the build in use; only one process does that, the one that holds the log.

use std::path::Path;

use servanda_events::ids::Position;
use servanda_log::Log;

use crate::build;
use crate::cache::FormCache;
use crate::error::ProjectorError;
use crate::read_db;
use crate::reader::{At, Reader};

/// Streams' facts kept in memory while one question is answered.
const CACHE_FACTS_MAX: usize = 48_000;

/// Asks the build in use; the answer comes with the position up to which the log is applied there. Nothing where there
/// is no build that can be used.
pub fn look<T>(
    dir: &Path,
    log: &Log,
    at: At,
    read: impl FnOnce(&Reader<'_>) -> Result<T, ProjectorError>,
) -> Result<Option<(Position, T)>, ProjectorError> {
    let Some(file) = build::current(dir)? else { return Ok(None) };
    let Ok(connection) = read_db::open_reader(&build::path(dir, &file)) else { return Ok(None) };
    let Ok(standing) = read_db::standing(&connection) else { return Ok(None) };
    if standing.page_version != read_db::PAGE_VERSION || standing.ledger != log.ledger().as_str() {
        return Ok(None);
    }
    let (snapshot, position) = read_db::snapshot(&connection)?;
    let cache = FormCache::new(CACHE_FACTS_MAX, position);
    let at = At { known_at: at.known_at.min(position), ..at };
    read(&Reader::new(&snapshot, &cache, at, position)).map(|answer| Some((position, answer)))
}

/// Builds the read model anew beside the one in use and makes it the current one. A service that runs on the directory
/// switches to it by itself.
pub fn rebuild(dir: &Path, log: &Log, progress: impl FnMut(Position)) -> Result<(), ProjectorError> {
    build::build(dir, log, progress).map(|_| ())
}
