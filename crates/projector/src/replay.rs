//! Replay: the whole log folded in memory, and the digest of what it comes to. Reads the log only; publishes nothing.

use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;

use serde::Serialize;
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_events::ids::{Family, PartyId, Position, StreamId};
use servanda_events::{Event, Fact, History, Recorded};
use servanda_log::Log;
use sha2::{Digest, Sha256};

use crate::error::ProjectorError;
use crate::read_db;
use crate::reader::Reader;

/// Entries read and decoded at a time.
const BATCH_ENTRIES_MAX: usize = 2_000;
/// Threads that read and decode.
const DECODERS: u64 = 2;

/// The state of a whole ledger.
#[derive(Debug, Default)]
pub struct Replayed {
    streams: BTreeMap<StreamId, History>,
    position: Position,
}

/// A digest of the facts in effect, with what it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateDigest {
    /// Position up to which the log was read.
    pub position: Position,
    /// Streams with facts in effect.
    pub streams: usize,
    /// Facts in effect.
    pub facts: usize,
    /// SHA-256 in hexadecimal over the facts in effect, stream by stream.
    pub digest: String,
}

/// Folds the log up to a position, all of it if none is given.
pub fn replay(log: &Log, to: Option<Position>) -> Result<Replayed, ProjectorError> {
    let to = to.unwrap_or(Position::MAX).min(log.head());
    let mut replayed = Replayed::default();
    std::thread::scope(|scope| {
        // Each decoder takes every n-th batch; the batches are taken from them in turn, so the order is the log's.
        let receivers: Vec<_> = (0..DECODERS)
            .map(|decoder| {
                let (sender, receiver) = sync_channel(2);
                scope.spawn(move || {
                    let size = BATCH_ENTRIES_MAX as u64;
                    let mut after = decoder * size;
                    while after < to {
                        let batch = decode_batch(log, after, size.min(to - after));
                        let failed = batch.is_err();
                        if sender.send(batch).is_err() || failed {
                            return;
                        }
                        after += size * DECODERS;
                    }
                });
                receiver
            })
            .collect();
        for receiver in receivers.iter().cycle() {
            let Ok(batch) = receiver.recv() else { break };
            for recorded in batch? {
                replayed.take(&recorded);
            }
        }
        Ok(replayed)
    })
}

fn decode_batch(log: &Log, after: Position, limit: u64) -> Result<Vec<Recorded>, ProjectorError> {
    let limit = usize::try_from(limit).unwrap_or(BATCH_ENTRIES_MAX);
    let decode = |entry: &servanda_log::Entry| {
        servanda_events::decode(&entry.bytes)
            .map_err(|source| ProjectorError::Entry { position: entry.position, source })
    };
    log.read(after, limit)?.iter().map(decode).collect()
}

impl Replayed {
    /// Takes in the next entry of the log.
    pub fn take(&mut self, recorded: &Recorded) {
        self.position = recorded.fact.position;
        if let Some(history) = self.streams.get_mut(&recorded.stream) {
            history.evolve(recorded);
        } else {
            let mut history = History::empty(recorded.stream.clone());
            history.evolve(recorded);
            self.streams.insert(recorded.stream.clone(), history);
        }
    }

    /// The histories of all streams, in the order of their names.
    pub fn histories(&self) -> impl Iterator<Item = &History> {
        self.streams.values()
    }

    /// The last position taken in.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The digest of the facts in effect, of those that were so by a date where one is given.
    pub fn digest(&self, as_of: Option<LedgerDate>) -> StateDigest {
        let mut digest = Digester::default();
        for history in self.histories() {
            digest.stream(history.stream(), history.facts().iter().map(AsRef::as_ref), as_of);
        }
        digest.finish(self.position)
    }
}

impl Reader<'_> {
    /// The digest that a replay up to this moment of knowledge comes to, from the read model's own facts.
    pub fn digest(&self, as_of: Option<LedgerDate>) -> Result<StateDigest, ProjectorError> {
        let mut names = Vec::new();
        for family in Family::ALL {
            let mut after = String::new();
            loop {
                let page = self.streams(family, &after, BATCH_ENTRIES_MAX)?;
                let Some(last) = page.last() else { break };
                last.name.as_str().clone_into(&mut after);
                names.extend(page);
            }
        }
        names.sort_by(|a: &read_db::NamedStream, b| a.name.cmp(&b.name));
        let mut digest = Digester::default();
        for stream in names {
            let facts = self.known(&stream)?;
            digest.stream(&stream.name, facts.iter().map(AsRef::as_ref), as_of);
        }
        Ok(digest.finish(self.at().known_at))
    }
}

/// What of a fact enters the digest.
#[derive(Serialize)]
struct Digested<'a> {
    position: Position,
    formed_at: Position,
    #[serde(rename = "type")]
    kind: &'a str,
    occurred_on: &'a FuzzyDate,
    effective_on: Option<LedgerDate>,
    reported_by: Option<&'a PartyId>,
    data: &'a Event,
}

#[derive(Default)]
struct Digester {
    hash: Sha256,
    streams: usize,
    facts: usize,
    buffer: Vec<u8>,
}

impl Digester {
    fn stream<'a>(&mut self, stream: &StreamId, facts: impl Iterator<Item = &'a Fact>, as_of: Option<LedgerDate>) {
        let before = self.facts;
        for fact in facts.filter(|fact| as_of.is_none_or(|date| fact.occurred_on.earliest <= date)) {
            if self.facts == before {
                self.hash.update(stream.as_str());
                self.hash.update(b"\n");
                self.streams += 1;
            }
            self.facts += 1;
            self.buffer.clear();
            let digested = Digested {
                position: fact.position,
                formed_at: fact.formed_at(),
                kind: fact.event.type_name(),
                occurred_on: &fact.occurred_on,
                effective_on: fact.effective_on,
                reported_by: fact.reported_by.as_ref(),
                data: &fact.event,
            };
            // Facts are made of texts and integers; writing them into memory cannot fail.
            let written = serde_json::to_writer(&mut self.buffer, &digested);
            debug_assert!(written.is_ok(), "a fact is always JSON");
            self.hash.update(&self.buffer);
            self.hash.update(b"\n");
        }
    }

    fn finish(self, position: Position) -> StateDigest {
        let digest = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        StateDigest { position, streams: self.streams, facts: self.facts, digest }
    }
}
