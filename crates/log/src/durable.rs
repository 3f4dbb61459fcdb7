//! What every handle of a log knows of its durable end: the head, the newest checkpoint, the newest histories of
//! streams.
//!
//! Deliberately absent: anything that is not durable yet.

use std::sync::{Arc, PoisonError, RwLock};

use servanda_events::ids::{Position, Revision, StreamId};
use servanda_proof::{PublicKey, SignedNote};
use tokio::sync::watch;

use crate::LogError;
use crate::histories::{Forgotten, Histories};

pub(crate) struct Durable {
    end: watch::Sender<End>,
    checkpoint: RwLock<Option<Arc<SignedNote>>>,
    /// The key that checks what is signed from now on; none for a log without a tree.
    key: RwLock<Option<PublicKey>>,
    pub(crate) histories: Histories,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) head: Position,
    pub(crate) closed: bool,
}

/// A stream that became longer: its revision and about how many facts it has now.
pub(crate) struct Advance {
    pub(crate) stream: StreamId,
    pub(crate) revision: Revision,
    pub(crate) facts: usize,
}

impl Durable {
    pub(crate) fn new(head: Position, cache_facts_max: usize) -> Self {
        let (end, checkpoint) = (watch::Sender::new(End { head, closed: false }), RwLock::default());
        Self { end, checkpoint, key: RwLock::default(), histories: Histories::new(cache_facts_max) }
    }

    pub(crate) fn head(&self) -> Position {
        self.end.borrow().head
    }

    /// The newest checkpoint; it may be of more entries than the head for a moment, never of fewer.
    pub(crate) fn checkpoint(&self) -> Option<Arc<SignedNote>> {
        self.checkpoint.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A checkpoint is durable. To be said before its entries can be seen.
    pub(crate) fn checkpointed(&self, note: Arc<SignedNote>) {
        *self.checkpoint.write().unwrap_or_else(PoisonError::into_inner) = Some(note);
    }

    /// The key that checks the log's signatures; none where it signs nothing.
    pub(crate) fn key(&self) -> Option<PublicKey> {
        self.key.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on the log signs with another key, or with its first.
    pub(crate) fn signs_with(&self, key: Option<PublicKey>) {
        *self.key.write().unwrap_or_else(PoisonError::into_inner) = key;
    }

    pub(crate) fn watch(&self) -> watch::Receiver<End> {
        self.end.subscribe()
    }

    /// Entries up to `head` are durable. To be said before their senders are answered, so that whoever has an answer
    /// finds the ledger as it says. What is forgotten for it is to be let go of after that.
    #[must_use]
    pub(crate) fn appended(&self, head: Position, advances: impl IntoIterator<Item = Advance>) -> Forgotten {
        let mut forgotten = Forgotten::default();
        for advance in advances {
            self.histories.advance(advance.stream, advance.revision, advance.facts, &mut forgotten);
        }
        self.end.send_modify(|end| end.head = head);
        forgotten
    }

    /// After a failure: what is durable was read anew, and nothing in memory is believed.
    pub(crate) fn reread(&self, head: Position) {
        // In this order, so that no history of entries up to the old head is kept.
        self.end.send_modify(|end| end.head = head);
        self.histories.clear();
    }

    pub(crate) fn close(&self) {
        self.end.send_modify(|end| end.closed = true);
    }

    pub(crate) fn check_open(&self) -> Result<(), LogError> {
        if self.end.borrow().closed { Err(LogError::Closed) } else { Ok(()) }
    }
}
