//! The file of the read model: its tables, and the only SQL of this crate.
//!
//! There are no migrations: another page version means that the file is built anew.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use servanda_events::ids::{Family, LedgerName, Position, StreamId};
use servanda_events::recorded::decode;
use servanda_events::{Draft, Event, Fact, Recorded};
use servanda_log::Entry;

use crate::cache::Form;
use crate::error::ProjectorError;
use crate::folding::folded;
use crate::texts;

mod words;

pub(crate) use words::{Found, Shortened, Wanted, is_of_letters, search};

/// Version of the tables and of what is written into them. Raise it with every change of either.
pub(crate) const PAGE_VERSION: u32 = 6;
/// SQLite integers are signed; no position ever comes near this.
const OPEN: i64 = i64::MAX;

fn db(doing: &'static str) -> impl Fn(rusqlite::Error) -> ProjectorError {
    ProjectorError::database(doing)
}

fn signed(position: Position) -> i64 {
    i64::try_from(position).unwrap_or(OPEN)
}

fn unsigned(value: i64) -> Position {
    if value == OPEN { Position::MAX } else { Position::try_from(value).unwrap_or(0) }
}

/// What a file says of itself.
pub(crate) struct Standing {
    pub(crate) page_version: u32,
    pub(crate) ledger: String,
    pub(crate) position: Position,
}

/// A new, empty file. With `safe` false it is built at full speed and counts only once `make_safe` was called.
pub(crate) fn create(path: &Path, ledger: &LedgerName, safe: bool) -> Result<Connection, ProjectorError> {
    let connection = Connection::open(path).map_err(db("create"))?;
    let journal = if safe { "WAL" } else { "OFF" };
    let pragmas = format!(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = {journal}; PRAGMA synchronous = {}; PRAGMA cache_size = -32768;",
        if safe { "NORMAL" } else { "OFF" }
    );
    connection.execute_batch(&pragmas).map_err(db("create"))?;
    connection.execute_batch(include_str!("schema.sql")).map_err(db("create the tables"))?;
    for (name, value) in
        [("page_version", PAGE_VERSION.to_string()), ("ledger", ledger.to_string()), ("position", "0".into())]
    {
        connection
            .execute("INSERT INTO meta (name, value) VALUES (?1, ?2)", params![name, value])
            .map_err(db("create"))?;
    }
    Ok(connection)
}

/// Opens the file for the one writer.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, ProjectorError> {
    let connection = Connection::open(path).map_err(db("open"))?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096;")
        .map_err(db("open"))?;
    Ok(connection)
}

/// Opens the file for a reader.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, ProjectorError> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(db("open"))?;
    connection.execute_batch("PRAGMA cache_size = -1024; PRAGMA query_only = ON;").map_err(db("open"))?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// Makes a file that was built at full speed safe: one file, written through to the disk.
pub(crate) fn make_safe(connection: Connection, path: &Path) -> Result<(), ProjectorError> {
    connection.close().map_err(|(_, error)| db("close")(error))?;
    let file = |source| ProjectorError::File { path: path.display().to_string(), source };
    std::fs::File::open(path).and_then(|f| f.sync_all()).map_err(file)
}

/// What the file says of itself; an error where it is no read model at all.
pub(crate) fn standing(connection: &Connection) -> Result<Standing, ProjectorError> {
    let read = |name: &str| {
        connection
            .query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get::<_, String>(0))
            .map_err(db("read its version"))
    };
    Ok(Standing {
        page_version: read("page_version")?.parse().unwrap_or(0),
        ledger: read("ledger")?,
        position: read("position")?.parse().unwrap_or(0),
    })
}

/// The position up to which this connection sees the log applied.
pub(crate) fn position(connection: &Connection) -> Result<Position, ProjectorError> {
    let text: String = connection
        .prepare_cached("SELECT value FROM meta WHERE name = 'position'")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(db("read its position"))?;
    Ok(text.parse().unwrap_or(0))
}

/// All that is read until the end of what this gives is one moment's, with the position up to which the log is applied
/// then. It also spares the file's locks, which each statement outside would take and give back.
pub(crate) fn snapshot(connection: &Connection) -> Result<(Transaction<'_>, Position), ProjectorError> {
    let transaction = connection.unchecked_transaction().map_err(db("begin to read"))?;
    let position = position(&transaction)?;
    Ok((transaction, position))
}

/// The writer's side: applies entries in batches, each with its position in the same transaction.
pub(crate) struct Applier {
    connection: Connection,
    ledger: LedgerName,
    ids: HashMap<StreamId, i64>,
}

/// Stream ids that the applier remembers; beyond that it starts to remember anew.
const IDS_MAX: usize = 16_384;

impl Applier {
    pub(crate) fn new(connection: Connection, ledger: LedgerName) -> Self {
        Self { connection, ledger, ids: HashMap::new() }
    }

    pub(crate) fn position(&self) -> Result<Position, ProjectorError> {
        position(&self.connection)
    }

    pub(crate) fn into_connection(self) -> Connection {
        self.connection
    }

    /// Applies entries that follow on the position of the file; entries that were applied already are passed over, so
    /// a batch that arrives twice counts once. Gives the streams that changed and the new position.
    pub(crate) fn apply(&mut self, entries: &[Entry]) -> Result<(Position, HashSet<i64>), ProjectorError> {
        let decoded = entries
            .iter()
            .map(|entry| {
                decode(&entry.bytes).map_err(|source| ProjectorError::Entry { position: entry.position, source })
            })
            .collect::<Result<Vec<Recorded>, _>>()?;
        let bodies: Vec<&[u8]> = entries.iter().map(|entry| entry.bytes.as_ref()).collect();
        self.apply_decoded(&decoded, &bodies)
    }

    /// The same for entries that were decoded elsewhere.
    pub(crate) fn apply_decoded(
        &mut self,
        decoded: &[Recorded],
        bodies: &[&[u8]],
    ) -> Result<(Position, HashSet<i64>), ProjectorError> {
        if self.ids.len() > IDS_MAX {
            self.ids.clear();
        }
        let transaction = self.connection.unchecked_transaction().map_err(db("begin"))?;
        let mut at = position(&transaction)?;
        let mut changed = HashSet::new();
        for (recorded, body) in decoded.iter().zip(bodies) {
            if recorded.fact.position <= at {
                continue;
            }
            let stream = match self.ids.get(&recorded.stream) {
                Some(id) => *id,
                None => {
                    let id = intern(&transaction, &recorded.stream)?;
                    self.ids.insert(recorded.stream.clone(), id);
                    id
                }
            };
            apply_one(&transaction, stream, recorded, body, &self.ledger)?;
            at = recorded.fact.position;
            changed.insert(stream);
        }
        transaction
            .prepare_cached("UPDATE meta SET value = ?1 WHERE name = 'position'")
            .and_then(|mut statement| statement.execute([at.to_string()]))
            .map_err(db("write its position"))?;
        if let Err(error) = transaction.commit() {
            self.ids.clear();
            return Err(db("write a batch")(error));
        }
        Ok((at, changed))
    }
}

fn intern(connection: &Connection, stream: &StreamId) -> Result<i64, ProjectorError> {
    if let Some(id) = stream_id(connection, stream)? {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO stream (family, name) VALUES (?1, ?2)")
        .and_then(|mut statement| statement.insert(params![stream.family().as_str(), stream.as_str()]))
        .map_err(db("write a stream"))
}

fn apply_one(
    connection: &Connection,
    stream: i64,
    recorded: &Recorded,
    body: &[u8],
    ledger: &LedgerName,
) -> Result<(), ProjectorError> {
    let position = recorded.fact.position;
    match &recorded.fact.event {
        Event::EntryCorrected(correction) => {
            let forms = forms(connection, stream)?;
            let Some(form) =
                forms.iter().find(|f| f.known_to == Position::MAX && f.fact.event_id == correction.target_event_id)
            else {
                return Ok(());
            };
            let Ok(mut corrected) = servanda_events::entry::corrected(&form.fact, &correction.patches) else {
                return Ok(());
            };
            corrected.corrections.push(position);
            end(connection, stream, &recorded.stream, &form.fact, position)?;
            let unreadable = |source| ProjectorError::Entry { position, source };
            let source = corrected.position;
            let at = corrected.recorded_at;
            let rewritten = Recorded { fact: Arc::new(corrected), ..recorded.clone() };
            let body = Draft::new(rewritten.clone(), ledger, "").map_err(unreadable)?.bytes(source, at);
            insert(connection, stream, position, &rewritten, &body)
        }
        Event::EntryRetracted(retraction) => {
            let forms = forms(connection, stream)?;
            let target =
                forms.iter().find(|f| f.known_to == Position::MAX && f.fact.event_id == retraction.target_event_id);
            target.map_or(Ok(()), |form| end(connection, stream, &recorded.stream, &form.fact, position))
        }
        _ => insert(connection, stream, position, recorded, body),
    }
}

/// Ends the form of a fact that is known until now.
fn end(
    connection: &Connection,
    stream: i64,
    name: &StreamId,
    fact: &Fact,
    known_to: Position,
) -> Result<(), ProjectorError> {
    let id: i64 = connection
        .prepare_cached(
            "UPDATE fact SET known_to = ?3 WHERE stream = ?1 AND source = ?2 AND known_to = ?4 RETURNING id",
        )
        .and_then(|mut statement| {
            let parameters = params![stream, signed(fact.position), signed(known_to), OPEN];
            statement.query_row(parameters, |row| row.get(0))
        })
        .map_err(db("end a fact"))?;
    for link in texts::links(&fact.event) {
        connection
            .prepare_cached("UPDATE link SET known_to = ?4 WHERE target = ?1 AND name = ?2 AND fact = ?3")
            .and_then(|mut statement| statement.execute(params![link, name.as_str(), id, signed(known_to)]))
            .map_err(db("end a link"))?;
    }
    Ok(())
}

fn insert(
    connection: &Connection,
    stream: i64,
    known_from: Position,
    recorded: &Recorded,
    body: &[u8],
) -> Result<(), ProjectorError> {
    let fact = &recorded.fact;
    let source = fact.position;
    let id = connection
        .prepare_cached("INSERT INTO fact (stream, source, known_from, known_to, body) VALUES (?1, ?2, ?3, ?4, ?5)")
        .and_then(|mut statement| statement.insert(params![stream, signed(source), signed(known_from), OPEN, body]))
        .map_err(db("write a fact"))?;
    for link in texts::links(&fact.event) {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO link (target, name, fact, stream, known_from, known_to) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .and_then(|mut statement| {
                let name = recorded.stream.as_str();
                statement.execute(params![link, name, id, stream, signed(known_from), OPEN])
            })
            .map_err(db("write a link"))?;
    }
    for (lang, text) in texts::words(fact) {
        connection
            .prepare_cached("INSERT INTO words (text, fact, lang) VALUES (?1, ?2, ?3)")
            .and_then(|mut statement| statement.execute(params![folded(text), id, lang]))
            .map_err(db("write the words"))?;
    }
    Ok(())
}

/// The local id of a stream, if anything was recorded in it.
pub(crate) fn stream_id(connection: &Connection, stream: &StreamId) -> Result<Option<i64>, ProjectorError> {
    connection
        .prepare_cached("SELECT id FROM stream WHERE name = ?1")
        .and_then(|mut statement| statement.query_row([stream.as_str()], |row| row.get(0)).optional())
        .map_err(db("find a stream"))
}

/// All forms of all facts of a stream.
pub(crate) fn forms(connection: &Connection, stream: i64) -> Result<Vec<Form>, ProjectorError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT source, known_from, known_to, body FROM fact WHERE stream = ?1 ORDER BY source, known_from",
        )
        .map_err(db("read facts"))?;
    let mut rows = statement.query([stream]).map_err(db("read facts"))?;
    let mut forms: Vec<Form> = Vec::new();
    while let Some(row) = rows.next().map_err(db("read facts"))? {
        let get = |index| row.get::<_, i64>(index).map(unsigned).map_err(db("read facts"));
        let (source, known_from, known_to) = (get(0)?, get(1)?, get(2)?);
        let body = row.get_ref(3).and_then(|value| value.as_blob().map_err(Into::into)).map_err(db("read facts"))?;
        let mut fact = decode(body).map_err(|error| ProjectorError::Entry { position: source, source: error })?.fact;
        if known_from != source {
            // The forms of one fact follow on each other, and each but the first was given by a correction.
            let before = forms.last().filter(|form| form.fact.position == source);
            let earlier = before.map(|form| form.fact.corrections.clone()).unwrap_or_default();
            let fact = Arc::make_mut(&mut fact);
            fact.corrections = earlier;
            fact.corrections.push(known_from);
        }
        forms.push(Form { known_from, known_to, fact });
    }
    Ok(forms)
}

/// A stream with its name.
pub(crate) struct NamedStream {
    pub(crate) id: i64,
    pub(crate) name: StreamId,
}

fn named(row: &rusqlite::Row<'_>) -> rusqlite::Result<NamedStream> {
    let name =
        row.get_ref(1)?.as_str()?.parse().map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, Box::new(error))
        })?;
    Ok(NamedStream { id: row.get(0)?, name })
}

/// The stream of a local id.
pub(crate) fn named_stream(connection: &Connection, id: i64) -> Result<NamedStream, ProjectorError> {
    connection
        .prepare_cached("SELECT id, name FROM stream WHERE id = ?1")
        .and_then(|mut statement| statement.query_row([id], named))
        .map_err(db("find a stream"))
}

/// Streams of a family in the order of their names, after a name.
pub(crate) fn streams(
    connection: &Connection,
    family: Family,
    after: &str,
    limit: usize,
) -> Result<Vec<NamedStream>, ProjectorError> {
    let limit = i64::try_from(limit).unwrap_or(OPEN);
    connection
        .prepare_cached("SELECT id, name FROM stream WHERE family = ?1 AND name > ?2 ORDER BY name LIMIT ?3")
        .and_then(|mut s| s.query_map(params![family.as_str(), after, limit], named)?.collect())
        .map_err(db("list streams"))
}

/// What the names of a family's streams begin with, and what they stay below.
fn names(family: Family) -> [String; 2] {
    // The sign after the hyphen.
    ["-", "."].map(|end| format!("{}{end}", family.as_str()))
}

/// Streams of a family that a thing is linked with by a fact known at `known_at`, in the order of their names.
pub(crate) fn linked(
    connection: &Connection,
    target: &str,
    family: Family,
    known_at: Position,
) -> Result<Vec<NamedStream>, ProjectorError> {
    let [from, below] = names(family);
    let mut streams: Vec<NamedStream> = connection
        .prepare_cached(
            "SELECT stream, name FROM link \
             WHERE target = ?1 AND name >= ?2 AND name < ?3 AND known_from <= ?4 AND ?4 < known_to ORDER BY name",
        )
        .and_then(|mut s| s.query_map(params![target, from, below, signed(known_at)], named)?.collect())
        .map_err(db("find linked streams"))?;
    streams.dedup_by_key(|stream| stream.id);
    Ok(streams)
}

/// The agreements and commitments that a thing was ever linked with, by whatever form of a fact.
pub(crate) fn ever_linked(connection: &Connection, target: &str) -> Result<Vec<i64>, ProjectorError> {
    let mut streams = Vec::new();
    for family in [Family::Agreement, Family::Commitment] {
        let [from, below] = names(family);
        let mut statement = connection
            .prepare_cached("SELECT stream FROM link WHERE target = ?1 AND name >= ?2 AND name < ?3 ORDER BY name")
            .map_err(db("find changed links"))?;
        let found = statement.query_map([target, &from, &below], |row| row.get(0)).map_err(db("find changed links"))?;
        for stream in found {
            streams.push(stream.map_err(db("find changed links"))?);
        }
    }
    streams.dedup();
    Ok(streams)
}

#[cfg(test)]
#[path = "read_db_tests.rs"]
mod tests;
