//! One proof in one file (C2SP tlog-proof): where an entry stands, the hashes beside its way to the root, and the
//! signed checkpoint with that root. Ours bring the entry's exact bytes along, and behind them the statements that the
//! log's key was replaced, so that a single file is all that is needed.
//!
//! Deliberately absent: the verdict on it.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::number;
use crate::hash::Hash;
use crate::note::SignedNote;
use crate::rotation::Rotation;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// A tree of 2^64 leaves has no more levels.
const HASHES_MAX: usize = 64;

/// A proof that an entry is in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// The entry's exact bytes, where the proof brings them along; no line feed is among them.
    pub entry: Option<Vec<u8>>,
    /// How the log's key was replaced, each time; they stand behind the entry, so there are none without it.
    pub rotations: Vec<Rotation>,
    /// The number of the leaf, from 0: the entry's position less one.
    pub index: u64,
    /// The hashes beside its way, from the leaf's sibling upwards.
    pub hashes: Vec<Hash>,
    /// The checkpoint, as it was signed.
    pub checkpoint: SignedNote,
}

/// A text that is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no proof in the form c2sp.org/tlog-proof@v1")]
pub struct NotAProof;

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(entry) = &self.entry {
            let mut extra = entry.clone();
            for (n, rotation) in self.rotations.iter().enumerate() {
                extra.extend_from_slice(if n == 0 { b"\n" } else { b"" });
                extra.extend_from_slice(rotation.to_string().as_bytes());
            }
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", hash.to_base64()))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for TlogProof {
    type Err = NotAProof;

    fn from_str(text: &str) -> Result<Self, NotAProof> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(NotAProof)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FIRST_LINE) {
            return Err(NotAProof);
        }
        let (entry, rotations) = match lines.peek().and_then(|line| line.strip_prefix("extra ")) {
            Some(encoded) => {
                lines.next();
                let (entry, rotations) = extra(STANDARD.decode(encoded).map_err(|_| NotAProof)?)?;
                (Some(entry), rotations)
            }
            None => (None, Vec::new()),
        };
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(number).ok_or(NotAProof)?;
        let hashes = lines.map(Hash::from_base64).collect::<Option<Vec<_>>>().ok_or(NotAProof)?;
        if hashes.len() > HASHES_MAX {
            return Err(NotAProof);
        }
        Ok(Self { entry, rotations, index, hashes, checkpoint: checkpoint.parse().map_err(|_| NotAProof)? })
    }
}

/// The entry, and the statements behind it.
fn extra(mut bytes: Vec<u8>) -> Result<(Vec<u8>, Vec<Rotation>), NotAProof> {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
        return Ok((bytes, Vec::new()));
    };
    let behind = bytes.split_off(end);
    let text = std::str::from_utf8(&behind[1..]).map_err(|_| NotAProof)?;
    let rotations = Rotation::read_all(text).map_err(|_| NotAProof)?;
    if rotations.is_empty() { Err(NotAProof) } else { Ok((bytes, rotations)) }
}
