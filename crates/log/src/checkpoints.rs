//! The writer's checkpoints: signed when the entries are durable, durable themselves before anybody hears of either.
//!
//! A signature that outlives its tree would be a fork that nothing can mend, so nothing is signed before the entries
//! are durable, and no signature is released before it stands in the high-water file.
//!
//! Deliberately absent: witnesses.

use std::sync::Arc;

use servanda_events::ids::LedgerName;
use servanda_proof::{Checkpoint, Hash, PrivateKey, SignedNote};

use crate::LogError;
use crate::high_water::HighWater;

/// The key, and the ledger for which it seals and signs.
#[derive(Clone)]
pub(crate) struct Sealer {
    key: PrivateKey,
    ledger: LedgerName,
}

impl Sealer {
    /// What the writer alone can say of its entries, to be written together with them.
    pub(crate) fn seal(&self, size: u64, root: &Hash) -> Hash {
        self.key.seal(size, root, self.ledger.as_str())
    }

    pub(crate) fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// The same for another key.
    pub(crate) fn with_key(&self, key: PrivateKey) -> Self {
        Self { key, ledger: self.ledger.clone() }
    }
}

/// The key and the high-water file, with the newest checkpoint.
pub(crate) struct Checkpoints {
    sealer: Sealer,
    marks: HighWater,
    newest: Option<(u64, Arc<SignedNote>)>,
}

impl Checkpoints {
    pub(crate) fn new(
        key: PrivateKey,
        marks: HighWater,
        newest: Option<(Checkpoint, SignedNote)>,
        ledger: LedgerName,
    ) -> Self {
        let newest = newest.map(|(checkpoint, note)| (checkpoint.size, Arc::new(note)));
        Self { sealer: Sealer { key, ledger }, marks, newest }
    }

    /// The same file, and another key from now on.
    pub(crate) fn with_key(self, key: PrivateKey) -> Self {
        Self { sealer: self.sealer.with_key(key), ..self }
    }

    /// The same, and the file takes nothing any more.
    #[cfg(test)]
    pub(crate) fn broken(self) -> Self {
        Self { marks: self.marks.broken(), ..self }
    }

    /// Signs the tree of a log whose entries are durable. The checkpoint is durable when this returns.
    pub(crate) fn sign(&mut self, size: u64, root: Hash) -> Result<Arc<SignedNote>, LogError> {
        if let Some((_, note)) = self.newest.as_ref().filter(|(newest, _)| *newest == size) {
            return Ok(Arc::clone(note));
        }
        let checkpoint = Checkpoint { origin: self.marks.origin().to_owned(), size, root };
        let note = checkpoint.sign(&self.sealer.key);
        self.marks.append(&checkpoint, &note)?;
        let note = Arc::new(note);
        self.newest = Some((size, Arc::clone(&note)));
        Ok(note)
    }

    /// The newest checkpoint that was signed.
    pub(crate) fn newest(&self) -> Option<&Arc<SignedNote>> {
        self.newest.as_ref().map(|(_, note)| note)
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    pub(crate) fn key(&self) -> &PrivateKey {
        self.sealer.key()
    }
}
