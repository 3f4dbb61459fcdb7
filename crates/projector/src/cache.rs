//! The facts of streams that were read lately, with all forms that each fact ever had.
//!
//! Because every form carries the positions between which it was known, one cached stream answers questions about any
//! moment of knowledge. The cache never holds a stream older than the position it stands for.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};

use quick_cache::unsync::Cache;
use servanda_events::Fact;
use servanda_events::ids::Position;

/// A fact in one of its forms.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// First position at which it was known in this form.
    pub(crate) known_from: Position,
    /// First position at which it no longer was; `Position::MAX` while it is.
    pub(crate) known_to: Position,
    /// The fact as it read then.
    pub(crate) fact: Arc<Fact>,
}

/// All forms of all facts of one stream, in the order in which the facts were stated.
pub(crate) type StreamForms = Arc<[Form]>;

#[derive(Clone)]
struct Weigh;

impl quick_cache::Weighter<i64, StreamForms> for Weigh {
    fn weight(&self, _: &i64, forms: &StreamForms) -> u64 {
        // A stream without facts weighs one too: it takes a place in the table.
        forms.len() as u64 + 1
    }
}

struct Inner {
    position: Position,
    streams: Cache<i64, StreamForms, Weigh>,
}

pub(crate) struct FormCache(Mutex<Inner>);

impl FormCache {
    /// An empty cache of at most `facts_max` forms, standing for `position`.
    pub(crate) fn new(facts_max: usize, position: Position) -> Self {
        let streams = Cache::with_weighter(facts_max / 4, facts_max as u64, Weigh);
        Self(Mutex::new(Inner { position, streams }))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn get(&self, stream: i64) -> Option<StreamForms> {
        self.lock().streams.get(&stream).cloned()
    }

    /// Keeps forms that were read at `position`, unless something was applied since.
    pub(crate) fn keep(&self, stream: i64, position: Position, forms: &StreamForms) {
        let mut inner = self.lock();
        if inner.position == position {
            inner.streams.insert(stream, Arc::clone(forms));
        }
    }

    /// Moves to `position`, forgetting the streams that changed.
    pub(crate) fn advance(&self, position: Position, changed: &HashSet<i64>) {
        let mut inner = self.lock();
        inner.position = position;
        for stream in changed {
            inner.streams.remove(stream);
        }
    }
}
