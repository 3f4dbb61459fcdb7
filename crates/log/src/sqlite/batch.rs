//! One transaction of the writer: appends checked and inserted one after the other, none of them durable yet.
//!
//! Every check comes before the first insert of its append, so an append that conflicts leaves nothing behind and the
//! others of the batch go on. Any failure of the database ends the whole batch.
//!
//! Deliberately absent: beginning and ending the transaction, and answering.

use quick_cache::unsync::Cache;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension, ToSql};
use servanda_events::dates::Instant;
use servanda_events::ids::{LedgerName, Position, Revision, StreamId};
use servanda_events::recorded::UniqueKey;
use servanda_proof::{SignedNote, Tree, leaf_hash};

use super::command_key;
use super::open::{Last, unsigned};
use super::readers::{FIND_COMMAND, known, signed};
use super::tree::{self, Noted};
use crate::append::{Answer, Append, Appended, Exact, check_follows, misfit};
use crate::checkpoints::Sealer;
use crate::durable::Advance;
use crate::{LogError, clock};

/// Streams whose number and revision the writer remembers.
pub(crate) type Streams = Cache<StreamId, Stream>;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Stream {
    /// Its number; `None` while it has no entry.
    id: Option<i64>,
    revision: Revision,
}

pub(crate) struct Batch<'c> {
    /// Where the log ends with what was inserted so far.
    last: Last,
    /// The tree with what was inserted so far; none for a log without one.
    tree: Option<Tree>,
    /// Hashes of what was inserted so far, which are stored at the end, together.
    hashes: Vec<Noted>,
    advances: Vec<Advance>,
    streams: &'c mut Streams,
    connection: &'c Connection,
    find_stream: CachedStatement<'c>,
    find_command: CachedStatement<'c>,
    find_claim: CachedStatement<'c>,
    insert_stream: CachedStatement<'c>,
    insert_entry: CachedStatement<'c>,
    insert_command: CachedStatement<'c>,
    insert_key: CachedStatement<'c>,
}

/// What a batch comes to.
pub(crate) struct Ended {
    pub(crate) last: Last,
    pub(crate) tree: Option<Tree>,
    pub(crate) advances: Vec<Advance>,
}

/// Why entries of another log were not taken over.
pub(crate) enum NotTaken<E = rusqlite::Error> {
    Misfit(LogError),
    Failed(E),
}

impl From<rusqlite::Error> for NotTaken {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

/// The exact bytes of an entry, as the text that they are.
struct Body<'a>(&'a [u8]);

impl ToSql for Body<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}

impl<'c> Batch<'c> {
    pub(crate) fn new(
        connection: &'c Connection,
        streams: &'c mut Streams,
        last: Last,
        tree: Option<Tree>,
    ) -> rusqlite::Result<Self> {
        Ok(Self {
            last,
            tree,
            hashes: Vec::new(),
            advances: Vec::new(),
            streams,
            connection,
            find_stream: connection.prepare_cached(
                "SELECT id, (SELECT max(revision) FROM entry WHERE stream = id) FROM stream WHERE name = ?1",
            )?,
            find_command: connection.prepare_cached(FIND_COMMAND)?,
            find_claim: connection.prepare_cached("SELECT ifnull(max(position), 0) FROM unique_key WHERE key = ?1")?,
            insert_stream: connection.prepare_cached("INSERT INTO stream (name, id) VALUES (?1, ?2)")?,
            insert_entry: connection
                .prepare_cached("INSERT INTO entry (position, stream, revision, body) VALUES (?1, ?2, ?3, ?4)")?,
            insert_command: connection.prepare_cached(
                "INSERT INTO command (id, position, entries) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?,
            insert_key: connection.prepare_cached("INSERT INTO unique_key (key, position) VALUES (?1, ?2)")?,
        })
    }

    /// Writes the hashes and the edge if anything was inserted, with the newest checkpoint that is durable by now, and
    /// gives where the log ends and which streams became longer.
    pub(crate) fn end(self, sealer: Option<&Sealer>, newest: Option<&SignedNote>) -> rusqlite::Result<Ended> {
        let Self { last, tree, mut hashes, advances, connection, .. } = self;
        tree::write_hashes(connection, &mut hashes)?;
        if let (Some(tree), Some(sealer), false) = (&tree, sealer, advances.is_empty()) {
            let (size, root) = (tree.size(), tree.root());
            let checkpoint = newest.map(ToString::to_string).unwrap_or_default();
            let edge = tree::Edge { size, root, seal: sealer.seal(size, &root), checkpoint };
            tree::write_edge(connection, &edge)?;
        }
        Ok(Ended { last, tree, advances })
    }

    /// Appends all entries of a command, or says why not.
    pub(crate) fn append(&mut self, append: Append, now: Instant) -> rusqlite::Result<Answer> {
        let command = command_key(&append.command_id);
        if self.has_moved(&append)? {
            let known = self.find_command.query_row([&command], known).optional()?;
            return Ok(known.map_or(Answer::Conflict, Answer::Known));
        }
        let first = self.last.position + 1;
        if self.insert_command.execute((&command, signed(first), signed(append.drafts.len() as u64)))? == 0 {
            return self.find_command.query_row([&command], known).map(Answer::Known);
        }
        let stream = self.number(&append.stream)?;
        let at = clock::after(self.last.at, now);
        for (place, draft) in append.drafts.iter().enumerate() {
            let (position, at) = (first + place as u64, clock::in_row(at, place));
            let revision = append.expected + 1 + place as u64;
            self.insert(stream, revision, position, &draft.bytes(position, at), &draft.foreseen().keys)?;
            self.last.at = Some(at);
        }
        let revision = append.expected + append.drafts.len() as u64;
        self.advance(append.stream, stream, revision, append.facts_after);
        Ok(Answer::Appended(Appended { drafts: append.drafts, first, at }))
    }

    /// Whether anything stands otherwise than the rule saw it.
    fn has_moved(&mut self, append: &Append) -> rusqlite::Result<bool> {
        if self.stream(&append.stream)?.revision != append.expected {
            return Ok(true);
        }
        for (stream, revision) in &append.seen {
            if self.stream(stream)?.revision != *revision {
                return Ok(true);
            }
        }
        for (key, newest) in &append.keys_seen {
            if self.find_claim.query_row([key.as_str()], |row| row.get(0)).map(unsigned)? != *newest {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn stream(&mut self, stream: &StreamId) -> rusqlite::Result<Stream> {
        if let Some(known) = self.streams.get(stream) {
            return Ok(*known);
        }
        let found = self
            .find_stream
            .query_row([stream.as_str()], |row| Ok(Stream { id: Some(row.get(0)?), revision: unsigned(row.get(1)?) }))
            .optional()?
            .unwrap_or(Stream { id: None, revision: 0 });
        self.streams.insert(stream.clone(), found);
        Ok(found)
    }

    /// The number of a stream, which a new stream gets now.
    fn number(&mut self, stream: &StreamId) -> rusqlite::Result<i64> {
        if let Some(id) = self.stream(stream)?.id {
            return Ok(id);
        }
        self.last.stream += 1;
        self.insert_stream.execute((stream.as_str(), self.last.stream))?;
        Ok(self.last.stream)
    }

    fn insert(
        &mut self,
        stream: i64,
        revision: Revision,
        position: Position,
        body: &[u8],
        keys: &[UniqueKey],
    ) -> rusqlite::Result<()> {
        self.insert_entry.execute((signed(position), stream, signed(revision), Body(body)))?;
        for key in keys {
            self.insert_key.execute((key.as_str(), signed(position)))?;
        }
        if let Some(tree) = &mut self.tree {
            let hashes = &mut self.hashes;
            tree.push_noting(leaf_hash(body), |row, place, hash| hashes.push((row, place, hash)));
        }
        self.last.position = position;
        Ok(())
    }

    fn advance(&mut self, stream: StreamId, id: i64, revision: Revision, facts: usize) {
        let now = Stream { id: Some(id), revision };
        match self.streams.get_mut(&stream) {
            Some(mut known) => *known = now,
            None => self.streams.insert(stream.clone(), now),
        }
        self.advances.push(Advance { stream, revision, facts });
    }

    /// Takes over entries of another log. After a misfit the transaction must not be ended well.
    pub(crate) fn append_exact(&mut self, ledger: &LedgerName, entries: &[Exact]) -> Result<(), NotTaken> {
        let mut rest = entries;
        while let Some(Exact { index, .. }) = rest.first() {
            let same = rest.iter().take_while(|entry| entry.index.command_id == index.command_id).count();
            let (command, behind) = rest.split_at(same);
            let key = command_key(&index.command_id);
            if self.insert_command.execute((&key, signed(index.position), signed(same as u64)))? == 0 {
                let detail = format!("command {} is recorded already", index.command_id);
                return Err(NotTaken::Misfit(misfit(index, detail)));
            }
            for entry in command {
                self.append_one_exact(ledger, entry)?;
            }
            rest = behind;
        }
        Ok(())
    }

    fn append_one_exact(&mut self, ledger: &LedgerName, entry: &Exact) -> Result<(), NotTaken> {
        let index = &entry.index;
        check_follows(entry, ledger, self.last.position, self.last.at).map_err(NotTaken::Misfit)?;
        let next = self.stream(&index.stream)?.revision + 1;
        if index.revision != next {
            return Err(NotTaken::Misfit(misfit(index, format!("the next revision of its stream is {next}"))));
        }
        let stream = self.number(&index.stream)?;
        self.insert(stream, index.revision, index.position, &entry.bytes, &index.keys)?;
        self.last.at = Some(index.recorded_at);
        let facts = usize::try_from(index.revision).unwrap_or(usize::MAX);
        self.advance(index.stream.clone(), stream, index.revision, facts);
        Ok(())
    }
}
