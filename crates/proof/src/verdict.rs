//! The verdict of a verifier: computed from what was checked, and saying what was not.
//!
//! The ladder, from the worst: `INVALID`, something does not hold in itself; `DIVERGED`, it holds in itself, and shows
//! another history than one seen before; `STALE`, it shows less than was seen before; `UNWITNESSED`, it holds, and the
//! log's word is all there is; `WITNESSED`, witnesses saw the same.
//!
//! Deliberately absent: the word "ok". A verdict never speaks of what was not looked at.

use crate::checkpoint::Checkpoint;
use crate::hash::{Hash, leaf_hash};
use crate::note::SignedNote;
use crate::policy::{BadRotation, Policy, Standing};
use crate::proofs::{ProofError, check_inclusion};
use crate::tlog_proof::TlogProof;
use crate::tree::Tree;

/// A verdict. Positions are those of entries, from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Verdict {
    /// Something does not hold in itself.
    #[error("INVALID: {0}")]
    Invalid(Fault),
    /// It shows another history than one that was seen before.
    #[error("DIVERGED: the history differs from the one seen before, first between entry {after} and entry {upto}")]
    Diverged {
        /// Up to this entry both are the same, for all that is known.
        after: u64,
        /// With this entry they differ.
        upto: u64,
    },
    /// It shows less than was seen before.
    #[error("STALE: there are {size} entries, and {seen} were seen before; entry {} is missing", size + 1)]
    Stale {
        /// How many there are.
        size: u64,
        /// How many were seen.
        seen: u64,
    },
    /// It holds, and the log's word is all there is.
    #[error("UNWITNESSED: all that was checked holds; no witness beside the log itself was asked")]
    Unwitnessed,
    /// It holds, and witnesses saw the same.
    #[error("WITNESSED: all that was checked holds; {witnesses} witnesses saw the same")]
    Witnessed {
        /// How many.
        witnesses: usize,
    },
}

/// What does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The checkpoint is not what a log signs.
    #[error("the checkpoint cannot be read")]
    NoCheckpoint,
    /// No believed log signed it, or a signature by a known key is wrong.
    #[error("the checkpoint is not signed by the log's key")]
    NotSigned,
    /// A key of the log signed it after its time.
    #[error(
        "the checkpoint of {size} entries is signed by a key that the log gave up at entry {position}; whoever still has \
         that key signed it"
    )]
    RetiredKey {
        /// Its size.
        size: u64,
        /// The entry with which the key ended.
        position: u64,
    },
    /// A key of the log signed it before its time.
    #[error("the checkpoint of {size} entries is signed by a key that the log has only since entry {position}")]
    EarlyKey {
        /// Its size.
        size: u64,
        /// The entry with which the key begins.
        position: u64,
    },
    /// A statement that the log's key was replaced does not hold.
    #[error(transparent)]
    Rotation(#[from] BadRotation),
    /// Witnesses are too few.
    #[error("too few of the witnesses that the policy asks for have signed the checkpoint")]
    TooFewWitnesses,
    /// The proof does not lead to the checkpoint's root.
    #[error("the proof does not hold: {0}")]
    Proof(#[from] ProofError),
    /// The proof brings no entry along, and none was given.
    #[error("there is no entry to check: the proof brings none along")]
    NoEntry,
    /// There are fewer entries than the checkpoint says.
    #[error("there are {found} entries, and the checkpoint is of {size}; entry {} is missing", found + 1)]
    Short {
        /// How many there are.
        found: u64,
        /// How many the checkpoint says.
        size: u64,
    },
    /// The entries are not those that were signed.
    #[error(
        "the entries are not those that were signed; the first that differs is after entry {after}, at most {upto}"
    )]
    Differs {
        /// Up to this entry they are those that were signed.
        after: u64,
        /// With this entry they are not.
        upto: u64,
    },
    /// An entry is not what stands beside it in the log.
    #[error("entry {position} is not what was recorded: {what}")]
    Entry {
        /// Its position.
        position: u64,
        /// What is wrong with it.
        what: String,
    },
}

impl Verdict {
    /// Its word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "INVALID",
            Self::Diverged { .. } => "DIVERGED",
            Self::Stale { .. } => "STALE",
            Self::Unwitnessed => "UNWITNESSED",
            Self::Witnessed { .. } => "WITNESSED",
        }
    }

    /// Whether all that was checked holds.
    pub fn holds(&self) -> bool {
        matches!(self, Self::Unwitnessed | Self::Witnessed { .. })
    }
}

/// The checkpoint of a note, if the policy believes it, and the verdict if all else holds.
pub fn judge_checkpoint(note: &SignedNote, policy: &Policy) -> Result<(Checkpoint, Verdict), Verdict> {
    let checkpoint: Checkpoint = note.text().parse().map_err(|_| Verdict::Invalid(Fault::NoCheckpoint))?;
    let size = checkpoint.size;
    match policy.judge(note, &checkpoint.origin, size) {
        Standing::NotSigned => Err(Verdict::Invalid(Fault::NotSigned)),
        Standing::WrongKey { position, retired: true } => Err(Verdict::Invalid(Fault::RetiredKey { size, position })),
        Standing::WrongKey { position, .. } => Err(Verdict::Invalid(Fault::EarlyKey { size, position })),
        Standing::TooFewWitnesses => Err(Verdict::Invalid(Fault::TooFewWitnesses)),
        Standing::Good { witnesses: 0 } => Ok((checkpoint, Verdict::Unwitnessed)),
        Standing::Good { witnesses } => Ok((checkpoint, Verdict::Witnessed { witnesses })),
    }
}

/// The verdict on one proof, with the entry's bytes if the proof does not bring them along; and the checkpoint, where
/// it is believed. The policy follows the rotations that the proof brings along.
pub fn judge_proof(proof: &TlogProof, entry: Option<&[u8]>, policy: &Policy) -> (Verdict, Option<Checkpoint>) {
    let policy = match policy.following(&proof.rotations) {
        Ok(policy) => policy,
        Err(bad) => return (Verdict::Invalid(bad.into()), None),
    };
    let judged = judge_checkpoint(&proof.checkpoint, &policy);
    let (checkpoint, verdict) = match judged {
        Ok(judged) => judged,
        Err(verdict) => return (verdict, None),
    };
    if let Some(beyond) = proof.rotations.iter().find(|rotation| rotation.position() > checkpoint.size) {
        let what = "the checkpoint that comes with it does not cover it".to_owned();
        return (Verdict::Invalid(BadRotation { position: beyond.position(), what }.into()), Some(checkpoint));
    }
    let Some(entry) = entry.or(proof.entry.as_deref()) else {
        return (Verdict::Invalid(Fault::NoEntry), Some(checkpoint));
    };
    let (size, root) = (checkpoint.size, checkpoint.root);
    match check_inclusion(proof.index, size, &leaf_hash(entry), &proof.hashes, &root) {
        Ok(()) => (verdict, Some(checkpoint)),
        Err(error) => (Verdict::Invalid(Fault::Proof(error)), Some(checkpoint)),
    }
}

/// What was seen of a log before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A look at a whole history, entry by entry, against what was seen of it before.
#[derive(Debug)]
pub struct Audit {
    tree: Tree,
    marks: Vec<Mark>,
    next: usize,
    /// Sizes at which both were the same: the newest, and the one before it.
    agreed: (u64, u64),
    diverged: Option<(u64, u64)>,
}

impl Audit {
    /// A look against marks in any order.
    pub fn against(mut marks: Vec<Mark>) -> Self {
        marks.sort_by_key(|mark| mark.size);
        let mut audit = Self { tree: Tree::new(), marks, next: 0, agreed: (0, 0), diverged: None };
        audit.compare();
        audit
    }

    /// Takes the next leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.tree.push(leaf);
        self.compare();
    }

    /// The tree so far.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    fn compare(&mut self) {
        while let Some(mark) = self.marks.get(self.next).filter(|mark| mark.size == self.tree.size()) {
            self.next += 1;
            if self.diverged.is_some() {
                continue;
            }
            let (newest, before) = self.agreed;
            if self.tree.root() != mark.root {
                // Of two marks of one size one must be wrong, and agreeing with the other says nothing.
                self.diverged = Some((if newest == mark.size { before } else { newest }, mark.size));
            } else if newest < mark.size {
                self.agreed = (mark.size, newest);
            }
        }
    }

    /// The range of entries, after the first and up to the second, in which the first difference lies.
    pub fn difference(&self) -> Option<(u64, u64)> {
        self.diverged
    }

    /// At the end: how the history stands to all marks.
    pub fn end(&self) -> Result<(), Verdict> {
        if let Some((after, upto)) = self.diverged {
            return Err(Verdict::Diverged { after, upto });
        }
        match self.marks.last() {
            Some(last) if last.size > self.tree.size() => {
                Err(Verdict::Stale { size: self.tree.size(), seen: last.size })
            }
            _ => Ok(()),
        }
    }
}
