//! Whether the database holds what the log wrote, all of it and nothing else.
//!
//! The whole check reads every entry: its bytes against the stored hashes, what stands beside it and in the indexes
//! against its bytes, the root against the seal of the edge, and the history against the high-water marks. The check of
//! the end does it for what came after the newest mark. Neither changes anything.
//!
//! Deliberately absent: mending. What is wrong is named and left as it is.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash as StdHash, RandomState};

use rusqlite::{Connection, ErrorCode, Row};
use servanda_events::ids::{CommandId, LedgerName, Position, Revision};
use servanda_proof::{Audit, Fault, Hash, PrivateKey, Tree, Verdict, leaf_hash};

use super::command_key;
use super::open::{Files, unsigned};
use super::readers::signed;
use super::tree::{self, Noted};
use crate::high_water::{Seen, stale};
use crate::{Entry, LogError};

/// Rows of hashes that a log can fill.
const ROWS_MAX: u32 = 8;

/// Refuses a log for a fault.
pub(crate) fn refuse(fault: Fault) -> LogError {
    LogError::Distrusted {
        verdict: Verdict::Invalid(fault),
        advice: "keep the files as they are for whoever looks into it, and restore the newest verified backup",
    }
}

fn at(position: Position, what: impl Into<String>) -> LogError {
    refuse(Fault::Entry { position, what: what.into() })
}

/// A failure while an entry was read: damage is a verdict, trouble with the disk is not.
fn unreadable(files: &Files, position: Position, error: &rusqlite::Error) -> LogError {
    let damage = match error.sqlite_error_code() {
        Some(code) => matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase),
        None => true,
    };
    if damage { at(position, format!("it cannot be read ({error})")) } else { files.error(error) }
}

/// What rows come to, whatever their order: with a hash that nobody can foresee, two sets of rows that come to the same
/// are the same.
#[derive(Default)]
struct Sum {
    state: RandomState,
    sum: u64,
    count: u64,
}

impl Sum {
    fn beside(other: &Self) -> Self {
        Self { state: other.state.clone(), ..Self::default() }
    }

    fn add(&mut self, row: impl StdHash) {
        self.sum = self.sum.wrapping_add(self.state.hash_one(row));
        self.count += 1;
    }

    fn is(&self, other: &Self) -> bool {
        (self.sum, self.count) == (other.sum, other.count)
    }
}

/// What the entries demand of the tables beside them.
struct Beside<'a> {
    ledger: &'a LedgerName,
    /// By the hash of its name: number and revision of each stream.
    streams: HashMap<u64, (i64, Revision)>,
    names: RandomState,
    commands: Sum,
    keys: Sum,
    revisions: Sum,
    command: Option<(CommandId, Position, u64)>,
}

impl<'a> Beside<'a> {
    fn new(ledger: &'a LedgerName) -> Self {
        let (commands, keys, revisions) = (Sum::default(), Sum::default(), Sum::default());
        Self { ledger, streams: HashMap::new(), names: RandomState::new(), commands, keys, revisions, command: None }
    }

    fn take(&mut self, entry: &Entry, stream: i64, revision: Revision) -> Result<(), String> {
        let index = entry.index().map_err(|error| error.to_string())?;
        if index.ledger != *self.ledger {
            return Err(format!("it is of the ledger {}", index.ledger));
        }
        let known = self.streams.entry(self.names.hash_one(index.stream.as_str())).or_insert((stream, 0));
        known.1 += 1;
        if *known != (stream, revision) || index.revision != revision {
            return Err("its stream or its place there is another".to_owned());
        }
        self.revisions.add((stream, revision, entry.position));
        for key in &index.keys {
            self.keys.add((key.as_str(), entry.position));
        }
        match &mut self.command {
            Some((id, _, count)) if *id == index.command_id => *count += 1,
            other => {
                if let Some((id, first, count)) = other.replace((index.command_id, entry.position, 1)) {
                    self.commands.add((id.as_str(), first, count));
                }
            }
        }
        Ok(())
    }

    /// Compares with the tables. What differs there is about no single entry, so the end of the log is named.
    fn end(mut self, files: &Files, connection: &Connection, size: Position) -> Result<(), LogError> {
        if let Some((id, first, count)) = self.command.take() {
            self.commands.add((id.as_str(), first, count));
        }
        let (mut commands, mut keys, mut revisions) =
            (Sum::beside(&self.commands), Sum::beside(&self.keys), Sum::beside(&self.revisions));
        let mut read = || -> rusqlite::Result<bool> {
            each(connection, "SELECT id, position, entries FROM command", |row| {
                let id = match row.get_ref(0)? {
                    rusqlite::types::ValueRef::Blob(bytes) => uuid::Uuid::from_slice(bytes)
                        .map(|id| id.hyphenated().to_string())
                        .map_err(|_| rusqlite::Error::InvalidQuery)?,
                    text => text.as_str()?.to_owned(),
                };
                // A text that should have been stored as a number is found by nobody.
                let stored: CommandId = id.parse().map_err(|_| rusqlite::Error::InvalidQuery)?;
                let as_text = matches!(row.get_ref(0)?, rusqlite::types::ValueRef::Text(_));
                if as_text != matches!(command_key(&stored), super::CommandKey::Text(_)) {
                    return Err(rusqlite::Error::InvalidQuery);
                }
                commands.add((id.as_str(), unsigned(row.get(1)?), unsigned(row.get(2)?)));
                Ok(())
            })?;
            each(connection, "SELECT key, position FROM unique_key", |row| {
                keys.add((row.get_ref(0)?.as_str()?, unsigned(row.get(1)?)));
                Ok(())
            })?;
            let by_index = "SELECT stream, revision, position FROM entry INDEXED BY entry_of_stream ORDER BY 1, 2";
            each(connection, by_index, |row| {
                revisions.add((row.get::<_, i64>(0)?, unsigned(row.get(1)?), unsigned(row.get(2)?)));
                Ok(())
            })?;
            let (mut streams, mut good) = (0, true);
            each(connection, "SELECT name, id FROM stream", |row| {
                let known = self.streams.get(&self.names.hash_one(row.get_ref(0)?.as_str()?));
                good &= known.map(|(id, _)| *id) == Some(row.get::<_, i64>(1)?);
                streams += 1;
                Ok(())
            })?;
            Ok(good && streams == self.streams.len())
        };
        let streams = read().map_err(|error| unreadable(files, size, &error))?;
        let table = match (streams, commands.is(&self.commands), keys.is(&self.keys), revisions.is(&self.revisions)) {
            (false, ..) => "streams",
            (_, false, ..) => "commands",
            (_, _, false, _) => "unique keys",
            (.., false) => "revisions",
            _ => return Ok(()),
        };
        Err(at(size, format!("the table of {table} beside the entries up to it is not what they say")))
    }
}

fn each(
    connection: &Connection,
    sql: &str,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

/// Checks everything, and gives the tree. `told` hears of each entry, to slow the check down or to end it.
pub(crate) fn whole(
    files: &Files,
    connection: &Connection,
    ledger: &LedgerName,
    key: Option<&PrivateKey>,
    seen: &Seen,
    mut told: impl FnMut(Position) -> Result<(), LogError>,
) -> Result<Tree, LogError> {
    let mut audit = Audit::against(seen.marks.clone());
    let mut beside = Beside::new(ledger);
    let mut rows: Vec<Noted> = Vec::new();
    let (mut tree, mut next) = (Tree::new(), 1);
    let read = (|| {
        let sound: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if sound != "ok" {
            return Ok(Err(LogError::Damaged { detail: sound }));
        }
        let sql = "SELECT position, stream, revision, body FROM entry ORDER BY position";
        let mut statement = connection.prepare(sql)?;
        let mut found = statement.query([])?;
        let mut page: Vec<Hash> = Vec::new();
        while let Some(row) = found.next()? {
            let position = unsigned(row.get(0)?);
            if position != next {
                return Ok(Err(at(next, "it is missing")));
            }
            let place = (next - 1) % PAGE;
            if place == 0 {
                page = tree::hashes(connection, 0, next - 1, PAGE)?;
            }
            let entry = Entry { position, bytes: row.get_ref(3)?.as_str()?.as_bytes().into() };
            let leaf = leaf_hash(&entry.bytes);
            if usize::try_from(place).ok().and_then(|place| page.get(place)) != Some(&leaf) {
                return Ok(Err(at(position, "its bytes are not those whose hash was stored with it")));
            }
            if let Err(what) = beside.take(&entry, row.get(1)?, unsigned(row.get(2)?)) {
                return Ok(Err(at(position, what)));
            }
            audit.push(leaf);
            tree.push_noting(leaf, |row, place, hash| {
                if row > 0 {
                    rows.push((row, place, hash));
                }
            });
            if let Err(stopped) = told(position) {
                return Ok(Err(stopped));
            }
            next += 1;
        }
        Ok(Ok(()))
    })();
    read.map_err(|error| unreadable(files, next, &error))??;
    let size = next - 1;
    hashes_are(files, connection, size, &rows)?;
    beside.end(files, connection, size)?;
    history(&audit, seen, key.is_some(), size)?;
    if let Some(key) = key {
        edge_is(files, connection, ledger, key, size, tree.root())?;
    }
    Ok(tree)
}

/// Entries whose hashes are read at once.
const PAGE: u64 = 1_024;

/// Compares the stored hashes above the entries', and that there are no others.
fn hashes_are(files: &Files, connection: &Connection, size: Position, rows: &[Noted]) -> Result<(), LogError> {
    let read = || -> rusqlite::Result<bool> {
        let mut good = tree::stored(connection)? == size + rows.len() as u64;
        for row in 1..ROWS_MAX {
            let wanted: Vec<Hash> = rows.iter().filter(|one| one.0 == row).map(|one| one.2).collect();
            good &= tree::hashes(connection, row, 0, wanted.len() as u64)? == wanted;
        }
        Ok(good)
    };
    if read().map_err(|error| unreadable(files, size, &error))? {
        return Ok(());
    }
    Err(at(size, "the hashes above the entries up to it are not what follows from them"))
}

/// Compares with what was signed before; `signed` says whether the marks are lines of the high-water file.
fn history(audit: &Audit, seen: &Seen, signed: bool, size: Position) -> Result<(), LogError> {
    let Err(verdict) = audit.end() else {
        return Ok(());
    };
    match verdict {
        Verdict::Diverged { upto, .. } if signed && !seen.is_signed(upto) => Err(LogError::Distrusted {
            verdict,
            advice: "a line of the high-water file is not what the log wrote; put back a good copy of that file",
        }),
        Verdict::Stale { seen, .. } => Err(stale(size, seen)),
        verdict => Err(LogError::Distrusted {
            verdict,
            advice: "what was signed cannot be changed; keep the files as they are, and restore the newest verified \
                     backup",
        }),
    }
}

fn edge_is(
    files: &Files,
    connection: &Connection,
    ledger: &LedgerName,
    key: &PrivateKey,
    size: Position,
    root: Hash,
) -> Result<(), LogError> {
    let edge = tree::edge(connection).map_err(|error| unreadable(files, size, &error))?;
    let Some(edge) = edge else {
        return Err(at(size, "the edge of the log is missing"));
    };
    if edge.size != size {
        let fault = Fault::Short { found: size, size: edge.size };
        return Err(if size < edge.size { refuse(fault) } else { at(edge.size + 1, "the log did not write it") });
    }
    if edge.root != root || edge.seal != key.seal(size, &root, ledger.as_str()) {
        return Err(at(size, "the entries up to it do not bear the log's seal"));
    }
    Ok(())
}

/// Checks what came after the newest mark, and gives the tree; for a log that was checked whole when it was opened.
pub(crate) fn end(
    files: &Files,
    connection: &Connection,
    ledger: &LedgerName,
    key: &PrivateKey,
    seen: &Seen,
    size: Position,
) -> Result<Tree, LogError> {
    let newest = seen.newest.as_ref().map(|(checkpoint, _)| checkpoint);
    let mark = newest.map_or(0, |checkpoint| checkpoint.size);
    if mark > size {
        return Err(stale(size, mark));
    }
    let failed = |error: rusqlite::Error| unreadable(files, size, &error);
    let mut tree = tree::resume(connection, mark).map_err(failed)?;
    if newest.is_some_and(|checkpoint| checkpoint.root != tree.root()) {
        let verdict = Verdict::Diverged { after: 0, upto: mark };
        return Err(LogError::Distrusted { verdict, advice: "stop the service and verify the log" });
    }
    let read = || -> rusqlite::Result<()> {
        let mut statement = connection.prepare("SELECT body FROM entry WHERE position > ?1 ORDER BY position")?;
        let mut rows = statement.query([signed(mark)])?;
        while let Some(row) = rows.next()? {
            tree.push(leaf_hash(row.get_ref(0)?.as_bytes()?));
        }
        Ok(())
    };
    let mut read = read;
    read().map_err(failed)?;
    if tree::resume(connection, size).map_err(failed)? != tree {
        return Err(at(size, "the hashes are not what follows from the entries up to it"));
    }
    edge_is(files, connection, ledger, key, size, tree.root())?;
    Ok(tree)
}
