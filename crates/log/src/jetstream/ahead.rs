//! Which entries a pack gets: appends checked one after the other against the node's copy and against those in front of
//! them in the same pack. The meaning is that of every store, which `append` states.
//!
//! Deliberately absent: the stream. What is planned here becomes so only if the pack gets the place it was made for.

use std::collections::HashMap;

use quick_cache::unsync::Cache;
use servanda_events::dates::Instant;
use servanda_events::ids::{CommandId, LedgerName, Position, Revision, StreamId};
use servanda_events::recorded::UniqueKey;

use super::pack;
use crate::append::{Append, Exact, Known, check_follows, misfit};
use crate::sqlite::Sqlite;
use crate::{LogError, clock};

/// What becomes of an append if the pack is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Plan {
    Appended {
        first: Position,
        at: Instant,
    },
    Known(Known),
    Conflict,
    /// It is longer than a pack may be.
    TooLong {
        bytes: usize,
    },
}

/// Streams whose revision is remembered, so that most appends are planned without reading them.
const STREAMS_MAX: usize = 65_536;

/// At which revisions streams stand in a copy, as far as it is remembered, and which copy that is: the one that ends
/// there. Whatever else came into the copy, what is remembered is forgotten.
pub(crate) struct Stand {
    head: Position,
    revisions: Cache<StreamId, Revision>,
}

impl Stand {
    pub(crate) fn new() -> Self {
        Self { head: 0, revisions: Cache::new(STREAMS_MAX) }
    }

    pub(crate) fn forget(&mut self) {
        self.revisions.clear();
    }

    /// What is remembered of a copy that ends with `head`.
    fn of(&mut self, head: Position) -> &mut Self {
        if self.head != head {
            self.forget();
            self.head = head;
        }
        self
    }

    /// A copy that ended with `before` got these entries and nothing else.
    pub(crate) fn grew(&mut self, before: Position, entries: impl Iterator<Item = (StreamId, Revision)>) {
        self.of(before);
        for (stream, revision) in entries {
            self.head += 1;
            self.revisions.insert(stream, revision);
        }
    }
}

/// The end of the log as it will be with the pack.
pub(crate) struct Ahead<'c> {
    copy: &'c Sqlite,
    head: Position,
    last_at: Option<Instant>,
    stand: &'c mut Stand,
    revisions: HashMap<StreamId, Revision>,
    /// Commands that the copy holds, of those that may be planned, and those of the pack.
    commands: HashMap<CommandId, Known>,
    keys: HashMap<UniqueKey, Position>,
    bytes: usize,
    pub(crate) entries: Vec<Exact>,
}

impl<'c> Ahead<'c> {
    /// Nothing planned yet; `commands` are those of all that may be.
    pub(crate) fn new<'a>(
        copy: &'c Sqlite,
        (head, last_at): (Position, Option<Instant>),
        stand: &'c mut Stand,
        commands: impl Iterator<Item = &'a CommandId>,
    ) -> Result<Self, LogError> {
        let (stand, commands) = (stand.of(head), copy.all_known(commands)?);
        let (revisions, keys) = (HashMap::new(), HashMap::new());
        Ok(Self { copy, head, last_at, stand, revisions, commands, keys, bytes: 0, entries: Vec::new() })
    }

    /// Plans an append; nothing if the pack has no room for it, which a later one will.
    pub(crate) fn plan(
        &mut self,
        append: &Append,
        ledger: &LedgerName,
        now: Instant,
    ) -> Result<Option<Plan>, LogError> {
        if let Some(known) = self.commands.get(&append.command_id) {
            return Ok(Some(Plan::Known(*known)));
        }
        if self.has_moved(append)? {
            return Ok(Some(Plan::Conflict));
        }
        let (first, at) = (self.head + 1, clock::after(self.last_at, now));
        let mut made = Vec::with_capacity(append.drafts.len());
        for (place, draft) in append.drafts.iter().enumerate() {
            let (position, at) = (first + place as u64, clock::in_row(at, place));
            made.push(Exact { bytes: draft.bytes(position, at), index: draft.index(ledger, position, at) });
        }
        let bytes: usize = made.iter().map(|entry| entry.bytes.len() + 1).sum();
        if bytes > pack::BYTES_MAX {
            return Ok(Some(Plan::TooLong { bytes }));
        }
        if self.bytes + bytes > pack::BYTES_MAX {
            return Ok(None);
        }
        self.bytes += bytes;
        made.into_iter().for_each(|entry| self.put(entry));
        Ok(Some(Plan::Appended { first, at }))
    }

    fn put(&mut self, entry: Exact) {
        let index = &entry.index;
        (self.head, self.last_at) = (index.position, Some(index.recorded_at));
        self.revisions.insert(index.stream.clone(), index.revision);
        for key in &index.keys {
            self.keys.insert(key.clone(), index.position);
        }
        let known = Known { first: index.position, entries: 0 };
        self.commands.entry(index.command_id.clone()).or_insert(known).entries += 1;
        self.entries.push(entry);
    }

    fn has_moved(&mut self, append: &Append) -> Result<bool, LogError> {
        if !self.is_at(&append.stream, append.expected)? {
            return Ok(true);
        }
        for (stream, revision) in &append.seen {
            if !self.is_at(stream, *revision)? {
                return Ok(true);
            }
        }
        for (key, newest) in &append.keys_seen {
            let claimed = match self.keys.get(key) {
                Some(position) => *position,
                None => self.copy.key_positions(key)?.last().copied().unwrap_or(0),
            };
            if claimed != *newest {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a stream stands at a revision.
    fn is_at(&mut self, stream: &StreamId, revision: Revision) -> Result<bool, LogError> {
        if let Some(known) = self.revisions.get(stream).or_else(|| self.stand.revisions.get(stream)) {
            return Ok(*known == revision);
        }
        let last = self.copy.read_stream(stream, revision.saturating_sub(1), 2)?;
        let is_at = last.len() == usize::from(revision > 0);
        if is_at {
            self.stand.revisions.insert(stream.clone(), revision);
        }
        Ok(is_at)
    }

    /// Plans entries of another log, of which the log then must hold none.
    pub(crate) fn plan_exact(&mut self, ledger: &LedgerName, entries: Vec<Exact>) -> Result<(), LogError> {
        for entry in entries {
            check_follows(&entry, ledger, self.head, self.last_at)?;
            let index = &entry.index;
            let before = index.revision.checked_sub(1);
            if !before.map_or(Ok(false), |before| self.is_at(&index.stream, before))? {
                let detail = format!("revision {} does not come next in its stream", index.revision);
                return Err(misfit(index, detail));
            }
            let goes_on = self.entries.last().is_some_and(|last| last.index.command_id == index.command_id);
            if !goes_on && self.commands.contains_key(&index.command_id) {
                return Err(misfit(index, format!("command {} is recorded already", index.command_id)));
            }
            self.put(entry);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_of_streams_counts_for_the_end_of_the_copy_at_which_it_was_so() {
        let (stream, mut stand) = (servanda_events::testing::parsed::<StreamId>("party-kaz"), Stand::new());
        stand.grew(0, [(stream.clone(), 1), (stream.clone(), 2)].into_iter());
        assert_eq!(stand.of(2).revisions.get(&stream), Some(&2));
        // Something came into the copy that nobody told of.
        assert_eq!(stand.of(3).revisions.get(&stream), None);
        stand.grew(4, [(stream.clone(), 7)].into_iter());
        assert_eq!(stand.of(5).revisions.get(&stream), Some(&7));
        stand.forget();
        assert_eq!(stand.of(5).revisions.get(&stream), None);
    }
}
