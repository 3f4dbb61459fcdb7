//! The log in memory: for tests, for replays and for rehearsing. It keeps the whole contract but durability.
//!
//! Deliberately absent: a queue. An append is done when it is asked for, so this store is never busy.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use servanda_events::dates::Instant;
use servanda_events::ids::{CommandId, LedgerName, Position, Revision, StreamId};
use servanda_events::recorded::UniqueKey;
use tokio::sync::oneshot;

use crate::append::{Answer, Append, Appended, Exact, Known, Pending, check_follows, misfit};
use crate::clock::{self, Clock};
use crate::durable::{Advance, Durable};
use crate::{Entry, LogError};

pub(crate) struct Memory {
    clock: Clock,
    durable: Arc<Durable>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: Vec<Box<[u8]>>,
    last_at: Option<Instant>,
    streams: HashMap<StreamId, Vec<Position>>,
    commands: HashMap<CommandId, Known>,
    keys: HashMap<UniqueKey, Vec<Position>>,
}

impl Memory {
    pub(crate) fn new(clock: Clock, durable: Arc<Durable>) -> Self {
        Self { clock, durable, state: Mutex::default() }
    }

    fn state(&self) -> Result<MutexGuard<'_, State>, LogError> {
        self.durable.check_open()?;
        // Nothing in here panics between two changes that belong together.
        Ok(self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn append(&self, append: Append) -> Result<Pending, LogError> {
        let mut state = self.state()?;
        let answer = state.append(append, self.clock.now(), &self.durable);
        drop(state);
        let (sender, pending) = oneshot::channel();
        // The receiver is at hand, two lines above.
        let _sent = sender.send(Ok(answer));
        Ok(pending)
    }

    pub(crate) fn append_exact(&self, ledger: &LedgerName, entries: Vec<Exact>) -> Result<(), LogError> {
        self.state()?.append_exact(ledger, entries, &self.durable)
    }

    pub(crate) fn read(&self, after: Position, limit: usize) -> Result<Vec<Entry>, LogError> {
        let state = self.state()?;
        let positions = after + 1..=state.head().min(after.saturating_add(limit as u64));
        Ok(positions.filter_map(|position| state.entry(position)).collect())
    }

    pub(crate) fn read_stream(&self, stream: &StreamId, after: Revision, limit: usize) -> Result<Vec<Entry>, LogError> {
        let state = self.state()?;
        let Some(positions) = state.streams.get(stream) else {
            return Ok(Vec::new());
        };
        let skipped = usize::try_from(after).unwrap_or(usize::MAX);
        Ok(positions.iter().skip(skipped).take(limit).filter_map(|position| state.entry(*position)).collect())
    }

    pub(crate) fn entry(&self, position: Position) -> Result<Option<Entry>, LogError> {
        Ok(self.state()?.entry(position))
    }

    pub(crate) fn known(&self, command_id: &CommandId) -> Result<Option<Known>, LogError> {
        Ok(self.state()?.commands.get(command_id).copied())
    }

    pub(crate) fn key_positions(&self, key: &UniqueKey) -> Result<Vec<Position>, LogError> {
        Ok(self.state()?.keys.get(key).cloned().unwrap_or_default())
    }
}

impl State {
    fn head(&self) -> Position {
        self.entries.len() as Position
    }

    fn entry(&self, position: Position) -> Option<Entry> {
        let index = usize::try_from(position.checked_sub(1)?).ok()?;
        self.entries.get(index).map(|bytes| Entry { position, bytes: bytes.clone() })
    }

    fn revision(&self, stream: &StreamId) -> Revision {
        self.streams.get(stream).map_or(0, |positions| positions.len() as Revision)
    }

    fn newest_claim(&self, key: &UniqueKey) -> Position {
        self.keys.get(key).and_then(|positions| positions.last().copied()).unwrap_or(0)
    }

    fn append(&mut self, append: Append, now: Instant, durable: &Durable) -> Answer {
        if let Some(known) = self.commands.get(&append.command_id) {
            return Answer::Known(*known);
        }
        let moved = self.revision(&append.stream) != append.expected
            || append.seen.iter().any(|(stream, revision)| self.revision(stream) != *revision)
            || append.keys_seen.iter().any(|(key, newest)| self.newest_claim(key) != *newest);
        if moved {
            return Answer::Conflict;
        }
        let first = self.head() + 1;
        let at = clock::after(self.last_at, now);
        for (place, draft) in append.drafts.iter().enumerate() {
            let (position, at) = (self.head() + 1, clock::in_row(at, place));
            self.put(draft.bytes(position, at), at, &append.stream, &draft.foreseen().keys);
        }
        self.commands.insert(append.command_id, Known { first, entries: append.drafts.len() });
        let revision = self.revision(&append.stream);
        let _forgotten =
            durable.appended(self.head(), [Advance { stream: append.stream, revision, facts: append.facts_after }]);
        Answer::Appended(Appended { drafts: append.drafts, first, at })
    }

    fn put(&mut self, bytes: Vec<u8>, at: Instant, stream: &StreamId, keys: &[UniqueKey]) {
        self.entries.push(bytes.into());
        let position = self.head();
        self.last_at = Some(at);
        self.streams.entry(stream.clone()).or_default().push(position);
        for key in keys {
            self.keys.entry(key.clone()).or_default().push(position);
        }
    }

    fn append_exact(&mut self, ledger: &LedgerName, entries: Vec<Exact>, durable: &Durable) -> Result<(), LogError> {
        // All of it is looked at before any of it is put.
        let (mut head, mut last_at) = (self.head(), self.last_at);
        let mut revisions: HashMap<&StreamId, Revision> = HashMap::new();
        let mut commands: HashMap<&CommandId, Known> = HashMap::new();
        for entry in &entries {
            check_follows(entry, ledger, head, last_at)?;
            let index = &entry.index;
            let revision = revisions.entry(&index.stream).or_insert_with(|| self.revision(&index.stream));
            if index.revision != *revision + 1 {
                return Err(misfit(index, format!("the next revision of its stream is {}", *revision + 1)));
            }
            let known = commands.entry(&index.command_id).or_insert(Known { first: head + 1, entries: 0 });
            if self.commands.contains_key(&index.command_id) || known.first + known.entries as u64 != head + 1 {
                return Err(misfit(index, format!("command {} is recorded already", index.command_id)));
            }
            known.entries += 1;
            *revision += 1;
            head += 1;
            last_at = Some(index.recorded_at);
        }
        let advances: Vec<Advance> = revisions
            .into_iter()
            .map(|(stream, revision)| Advance { stream: stream.clone(), revision, facts: revision as usize })
            .collect();
        let commands: Vec<(CommandId, Known)> = commands.into_iter().map(|(id, known)| (id.clone(), known)).collect();
        self.commands.extend(commands);
        for entry in entries {
            self.put(entry.bytes, entry.index.recorded_at, &entry.index.stream, &entry.index.keys);
        }
        let _forgotten = durable.appended(head, advances);
        Ok(())
    }
}
