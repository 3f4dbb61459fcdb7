//! Histories of streams kept in memory, bounded by their number of facts.
//!
//! A slot says which revision of its stream is the newest durable one. Only the writer of the log replaces slots, and
//! it does so before anyone is told of the append; whoever has the history of exactly that revision may fill the slot.
//! A history that is older than the log can therefore never be kept, whatever is cancelled or comes late.
//!
//! Deliberately absent: reading the log; that is handed in.

use std::sync::{Arc, OnceLock};

use quick_cache::sync::{Cache, GuardResult};
use quick_cache::{DefaultHashBuilder, Lifecycle};
use servanda_events::History;
use servanda_events::ids::{Revision, StreamId};

use crate::LogError;

/// Rough number of facts of a stream, for the first guess at how many streams are kept.
const FACTS_PER_STREAM: usize = 4;

pub(crate) struct Histories {
    slots: Cache<StreamId, Arc<Slot>, ByFacts, DefaultHashBuilder, Hand>,
    /// A longer history is folded anew each time, so that one stream cannot push out all the others.
    facts_max: usize,
}

/// Histories that gave up their room.
pub(crate) type Forgotten = Vec<Arc<Slot>>;

pub(crate) struct Slot {
    revision: Revision,
    weight: u64,
    history: OnceLock<Arc<History>>,
}

#[derive(Clone)]
struct ByFacts;

impl quick_cache::Weighter<StreamId, Arc<Slot>> for ByFacts {
    fn weight(&self, _: &StreamId, slot: &Arc<Slot>) -> u64 {
        slot.weight
    }
}

/// Hands out what gives up its room.
#[derive(Clone)]
struct Hand;

impl Lifecycle<StreamId, Arc<Slot>> for Hand {
    type RequestState = Forgotten;

    fn on_evict(&self, forgotten: &mut Forgotten, _: StreamId, slot: Arc<Slot>) {
        forgotten.push(slot);
    }
}

impl Histories {
    pub(crate) fn new(cache_facts_max: usize) -> Self {
        let (streams, facts) = (cache_facts_max / FACTS_PER_STREAM, cache_facts_max as u64);
        let slots = Cache::with(streams, facts, ByFacts, DefaultHashBuilder::default(), Hand);
        let facts_max = usize::try_from(slots.shard_capacity() / 2).unwrap_or(usize::MAX);
        Self { slots, facts_max }
    }

    fn slot(&self, revision: Revision, facts: usize) -> Slot {
        let weight = if facts > self.facts_max { 1 } else { facts as u64 + 1 };
        Slot { revision, weight, history: OnceLock::new() }
    }

    /// The newest history of a stream, if it is at hand.
    pub(crate) fn get(&self, stream: &StreamId) -> Option<Arc<History>> {
        self.slots.get(stream)?.history.get().cloned()
    }

    /// The newest history of a stream, read if it is not at hand.
    pub(crate) fn load(
        &self,
        stream: &StreamId,
        read: impl FnOnce() -> Result<History, LogError>,
    ) -> Result<Arc<History>, LogError> {
        match self.slots.get_value_or_guard(stream, None) {
            GuardResult::Value(slot) => match slot.history.get() {
                Some(history) => Ok(Arc::clone(history)),
                None => {
                    let history = Arc::new(read()?);
                    self.fill(&history);
                    Ok(history)
                }
            },
            GuardResult::Guard(guard) => {
                let history = Arc::new(read()?);
                let slot = Arc::new(self.slot(history.revision(), history.facts().len()));
                // Where the writer has put a newer slot meanwhile, the guard inserts nothing, and all is well.
                if guard.insert(Arc::clone(&slot)).is_ok() {
                    self.fill_slot(&slot, &history);
                }
                Ok(history)
            }
            GuardResult::Timeout => Ok(Arc::new(read()?)),
        }
    }

    /// The writer says that `stream` now stands at `revision`, with about `facts` facts. Those that give up their room
    /// for it come into `forgotten`: letting go of them takes longer than the rest, and somebody waits.
    pub(crate) fn advance(&self, stream: StreamId, revision: Revision, facts: usize, forgotten: &mut Forgotten) {
        self.slots.insert_with_lifecycle(stream, Arc::new(self.slot(revision, facts)), forgotten);
    }

    /// Keeps a history, if it is the newest one of its stream.
    pub(crate) fn fill(&self, history: &Arc<History>) {
        if let Some(slot) = self.slots.get(history.stream()) {
            self.fill_slot(&slot, history);
        }
    }

    fn fill_slot(&self, slot: &Slot, history: &Arc<History>) {
        if slot.revision == history.revision() && history.facts().len() <= self.facts_max {
            // A slot that is full already holds the same history.
            let _same = slot.history.set(Arc::clone(history));
        }
    }

    /// Forgets everything; for the moment after a failure, when the log may hold more than was said.
    pub(crate) fn clear(&self) {
        self.slots.clear();
    }
}
