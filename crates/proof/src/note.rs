//! Signed notes (C2SP signed-note): a text, and below it the signatures of whoever stands behind it.
//!
//! Deliberately absent: deciding which keys are believed; that is a policy's.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::keys::{KeyKind, PrivateKey, PublicKey};

/// Longest note that is read, in bytes.
const BYTES_MAX: usize = 65_536;
/// Most signatures of a note that is read.
const SIGNATURES_MAX: usize = 100;
const MARK: &str = "\u{2014} ";

/// A signature below a note.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

/// A text with signatures, none of which is believed until it is checked against a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<Signature>,
}

/// A text that is no signed note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no signed note: lines of text, an empty line, then lines `\u{2014} NAME BASE64`")]
pub struct NotANote;

/// What a note says of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// The key signed it. A witness says when, in seconds since 1970.
    Yes {
        /// When a witness saw it; 0 for a log.
        at_seconds: u64,
    },
    /// There is no signature by that key.
    No,
    /// There is one, and it is wrong.
    Wrong,
}

impl SignedNote {
    /// Signs a text, which ends in a line feed.
    pub fn sign(text: String, key: &PrivateKey) -> Self {
        let (name, id) = (key.public().name().to_owned(), key.public().id());
        let bytes = key.sign(text.as_bytes()).to_vec();
        Self { text, signatures: vec![Signature { name, id, bytes }] }
    }

    /// Adds the signatures of another note over the same text.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if other.text == self.text {
            self.signatures.extend(other.signatures);
        }
        self
    }

    /// The text, with its last line feed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The keys that claim to have signed it, by the hashes in front of their signatures, in the order of the lines.
    pub(crate) fn signers(&self) -> impl Iterator<Item = [u8; 4]> {
        self.signatures.iter().map(|signature| signature.id)
    }

    /// Whether a key signed it.
    pub fn signed_by(&self, key: &PublicKey) -> Signed {
        let mut found = Signed::No;
        for signature in self.signatures.iter().filter(|s| s.name == key.name() && s.id == key.id()) {
            let good = match key.kind() {
                KeyKind::Log => <&[u8; 64]>::try_from(signature.bytes.as_slice())
                    .is_ok_and(|bytes| key.holds(self.text.as_bytes(), bytes))
                    .then_some(0),
                KeyKind::Witness => self.cosigned(key, &signature.bytes),
            };
            match good {
                Some(at_seconds) => found = Signed::Yes { at_seconds },
                None => return Signed::Wrong,
            }
        }
        found
    }

    /// When a witness saw it (C2SP tlog-cosignature), if the signature is good.
    fn cosigned(&self, key: &PublicKey, bytes: &[u8]) -> Option<u64> {
        let (time, signature) = bytes.split_first_chunk::<8>()?;
        let at = u64::from_be_bytes(*time);
        let message = format!("cosignature/v1\ntime {at}\n{}", self.text);
        key.holds(message.as_bytes(), signature.try_into().ok()?).then_some(at)
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| {
            let bytes = [signature.id.as_slice(), &signature.bytes].concat();
            writeln!(f, "{MARK}{} {}", signature.name, STANDARD.encode(bytes))
        })
    }
}

impl FromStr for SignedNote {
    type Err = NotANote;

    fn from_str(note: &str) -> Result<Self, NotANote> {
        if note.len() > BYTES_MAX || note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NotANote);
        }
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NotANote)?;
        let lines = signatures.strip_suffix('\n').ok_or(NotANote)?;
        let signatures = lines.split('\n').map(signature).collect::<Option<Vec<_>>>().ok_or(NotANote)?;
        if text.is_empty() || signatures.len() > SIGNATURES_MAX {
            return Err(NotANote);
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }
}

fn signature(line: &str) -> Option<Signature> {
    let (name, encoded) = line.strip_prefix(MARK)?.split_once(' ')?;
    let bad = |c: char| c.is_whitespace() || c == '+';
    if name.is_empty() || name.contains(bad) {
        return None;
    }
    let bytes = STANDARD.decode(encoded).ok()?;
    let (id, bytes) = bytes.split_first_chunk::<4>()?;
    if bytes.is_empty() {
        return None;
    }
    Some(Signature { name: name.to_owned(), id: *id, bytes: bytes.to_vec() })
}
