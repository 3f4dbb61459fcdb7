//! Checkpoints (C2SP tlog-checkpoint): which log, how many leaves, which root; three lines that a log signs.
//!
//! Deliberately absent: deciding whether a checkpoint is believed.

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;
use crate::keys::PrivateKey;
use crate::note::SignedNote;

/// What a log says of itself at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's own name, for good.
    pub origin: String,
    /// How many leaves; the position of the last entry.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A text that is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no checkpoint: a line with the log's origin, one with its size, one with its root in base64")]
pub struct NotACheckpoint;

impl Checkpoint {
    /// The checkpoint with the signature of its log.
    pub fn sign(&self, key: &PrivateKey) -> SignedNote {
        SignedNote::sign(self.to_string(), key)
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root.to_base64())
    }
}

/// A number as these formats write it: digits, without a zero in front.
pub(crate) fn number(text: &str) -> Option<u64> {
    text.parse::<u64>().ok().filter(|number| number.to_string() == text)
}

impl FromStr for Checkpoint {
    type Err = NotACheckpoint;

    /// Reads the text of a note. Lines behind the third are allowed, and say nothing here.
    fn from_str(text: &str) -> Result<Self, NotACheckpoint> {
        let mut lines = text.strip_suffix('\n').ok_or(NotACheckpoint)?.split('\n');
        let mut next = || lines.next().filter(|line| !line.is_empty()).ok_or(NotACheckpoint);
        let origin = next()?.to_owned();
        let size = number(next()?).ok_or(NotACheckpoint)?;
        let root = Hash::from_base64(next()?).ok_or(NotACheckpoint)?;
        if lines.any(str::is_empty) {
            return Err(NotACheckpoint);
        }
        Ok(Self { origin, size, root })
    }
}
