//! What outsiders ask of a log: its newest checkpoint, the proof of an entry, tiles, and that one size continues
//! another.
//!
//! Deliberately absent: the tree of a log in memory, which signs nothing.

use std::sync::Arc;

use servanda_events::ids::Position;
use servanda_proof::{
    Checkpoint, Hash, Level, Policy, PublicKey, SignedNote, Tile, TlogProof, bundle_bytes, consistency_proof,
    inclusion_proof, tile_bytes,
};

use crate::{Log, LogError};

/// What an answer of the log stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledged {
    /// The entries are in the store.
    Durable,
    /// They are on the disk, and so is a signed checkpoint that covers them.
    Checkpointed,
}

impl Acknowledged {
    /// Its word in receipts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Durable => "durable",
            Self::Checkpointed => "checkpointed",
        }
    }
}

impl Log {
    /// What it means that a command was answered.
    pub fn acknowledged(&self) -> Acknowledged {
        if self.public_key().is_some() { Acknowledged::Checkpointed } else { Acknowledged::Durable }
    }

    /// The newest signed checkpoint; none for a log in memory, and for one that was never opened since there are
    /// checkpoints.
    pub fn checkpoint(&self) -> Option<Arc<SignedNote>> {
        self.durable().checkpoint()
    }

    /// The key that checks the log's signatures, with the log's origin. The log in memory signs nothing: it is gone
    /// with its process, and whoever held a signature of it could hold nobody to it.
    pub fn public_key(&self) -> Option<PublicKey> {
        self.durable().key()
    }

    /// Whom to believe for this log, as a policy that asks for no witness.
    pub fn policy(&self) -> Option<Policy> {
        self.public_key().map(Policy::of_log)
    }

    /// Entries that got their tree when the log was opened, because the version before had none.
    pub fn upgraded(&self) -> Option<u64> {
        self.store().upgraded()
    }

    fn signed(&self) -> Option<(Checkpoint, Arc<SignedNote>)> {
        let note = self.checkpoint()?;
        Some((note.text().parse().ok()?, note))
    }

    /// The proof of an entry against the newest checkpoint, with the entry's bytes; nothing where no checkpoint covers
    /// it. Reads the disk; not for use inside async tasks.
    pub fn proof(&self, position: Position) -> Result<Option<TlogProof>, LogError> {
        let Some((checkpoint, note)) = self.signed() else {
            return Ok(None);
        };
        if position == 0 || position > checkpoint.size {
            return Ok(None);
        }
        let hashes = inclusion_proof(position - 1, checkpoint.size, &mut self.rows())?;
        let entry = self.store().entry(position)?;
        let (Some(hashes), Some(entry)) = (hashes, entry) else {
            return Err(LogError::Corrupt { position, detail: "it is missing".to_owned() });
        };
        let mut rotations = self.rotations()?;
        rotations.retain(|rotation| rotation.position() <= checkpoint.size && rotation.origin() == checkpoint.origin);
        let (entry, checkpoint) = (Some(entry.bytes.into_vec()), (*note).clone());
        Ok(Some(TlogProof { entry, rotations, index: position - 1, hashes, checkpoint }))
    }

    /// The proof that the log of `to` entries continues the log of `from` entries; nothing where `from` is 0, beyond
    /// `to`, or no checkpoint covers `to`.
    pub fn consistency(&self, from: Position, to: Position) -> Result<Option<Vec<Hash>>, LogError> {
        match self.signed() {
            Some((checkpoint, _)) if to <= checkpoint.size => consistency_proof(from, to, &mut self.rows()),
            _ => Ok(None),
        }
    }

    /// The bytes of a tile by its name behind `/tile/`, such as `0/x001/234.p/12`; nothing where that is no tile's name
    /// or no checkpoint covers it.
    pub fn tile(&self, name: &str) -> Result<Option<Vec<u8>>, LogError> {
        let (Ok(tile), Some((checkpoint, _))) = (name.parse::<Tile>(), self.signed()) else {
            return Ok(None);
        };
        if !tile.is_in(checkpoint.size) {
            return Ok(None);
        }
        match tile.level {
            Level::Hashes(row) => Ok(Some(tile_bytes(&self.store().hashes(row, tile.start(), tile.width)?))),
            Level::Entries => {
                let width = usize::try_from(tile.width).unwrap_or(usize::MAX);
                let entries = self.store().read(tile.start(), width)?;
                let bytes = bundle_bytes(entries.iter().map(|entry| &*entry.bytes));
                match bytes.filter(|_| entries.len() == width) {
                    Some(bytes) => Ok(Some(bytes)),
                    None => Err(LogError::Corrupt { position: tile.start() + 1, detail: "it is missing".to_owned() }),
                }
            }
        }
    }

    fn rows(&self) -> impl FnMut(u32, u64, u64) -> Result<Vec<Hash>, LogError> {
        |row, start, count| self.store().hashes(row, start, count)
    }
}
