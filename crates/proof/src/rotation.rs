//! The change of a log's key: a statement that the old key and the new one both sign, so that whoever believes the
//! first key of a log can follow it to the newest. It is a signed note of a form of its own, which no checkpoint can
//! have.
//!
//! Deliberately absent: what to do about a key that was stolen. Whoever has it signs such a statement as well as its
//! owner; then the log ends, and another one begins.

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::number;
use crate::keys::{KeyKind, PrivateKey, PublicKey};
use crate::note::{Signed, SignedNote};

/// No name of a log has white space, so this is the first line of no checkpoint.
const FIRST_LINE: &str = "servanda rotation of a log's key v1";
/// Lines of a statement: five of text, an empty one, two signatures.
const LINES: usize = 8;
/// Most statements that are read at once.
const ROTATIONS_MAX: usize = 1_000;

/// A log's key was replaced by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    position: u64,
    old: PublicKey,
    new: PublicKey,
    note: SignedNote,
}

/// A text that is no such statement, or one that does not bear both signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotARotation {
    /// The form is wrong.
    #[error("it is no statement that a log's key was replaced")]
    Form,
    /// The keys are not two keys of one log.
    #[error("it does not name two keys of one log")]
    Keys,
    /// The old key did not sign it.
    #[error("the old key did not sign it")]
    Old,
    /// The new key did not sign it.
    #[error("the new key did not sign it")]
    New,
}

fn check(old: &PublicKey, new: &PublicKey) -> Result<(), NotARotation> {
    let of_log = |key: &PublicKey| key.kind() == KeyKind::Log;
    // Two keys of one id could not be told apart below a note.
    let good = of_log(old) && of_log(new) && old.name() == new.name() && old.id() != new.id() && !old.is_same_key(new);
    if good { Ok(()) } else { Err(NotARotation::Keys) }
}

impl Rotation {
    /// The statement that `new` takes the place of `old` with the entry at a position: checkpoints of that size and
    /// beyond are signed with the new key, those below with the old one.
    pub fn sign(position: u64, old: &PrivateKey, new: &PrivateKey) -> Result<Self, NotARotation> {
        check(old.public(), new.public())?;
        let (before, after) = (old.public().clone(), new.public().clone());
        let text = format!("{FIRST_LINE}\n{}\n{position}\n{before}\n{after}\n", before.name());
        let note = SignedNote::sign(text.clone(), old).and(SignedNote::sign(text, new));
        Ok(Self { position, old: before, new: after, note })
    }

    /// Reads statements that stand one behind the other, in the order of their entries.
    pub fn read_all(text: &str) -> Result<Vec<Self>, NotARotation> {
        let lines: Vec<&str> = text.split_inclusive('\n').take(LINES * ROTATIONS_MAX + 1).collect();
        if !lines.len().is_multiple_of(LINES) {
            return Err(NotARotation::Form);
        }
        let found: Vec<Self> = lines.chunks(LINES).map(|lines| lines.concat().parse()).collect::<Result<_, _>>()?;
        let rising = found.windows(2).all(|two| two[0].position < two[1].position);
        if rising { Ok(found) } else { Err(NotARotation::Form) }
    }

    /// The name of the log.
    pub fn origin(&self) -> &str {
        self.old.name()
    }

    /// The position of the entry with which the new key takes over.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The key that ended.
    pub fn old(&self) -> &PublicKey {
        &self.old
    }

    /// The key that took its place.
    pub fn new_key(&self) -> &PublicKey {
        &self.new
    }
}

impl fmt::Display for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}

impl FromStr for Rotation {
    type Err = NotARotation;

    fn from_str(text: &str) -> Result<Self, NotARotation> {
        let note: SignedNote = text.parse().map_err(|_| NotARotation::Form)?;
        let mut lines = note.text().split_terminator('\n');
        let mut next = || lines.next().ok_or(NotARotation::Form);
        let (first, origin, position, old, new) = (next()?, next()?, next()?, next()?, next()?);
        if first != FIRST_LINE || lines.next().is_some() {
            return Err(NotARotation::Form);
        }
        let position = number(position).filter(|position| *position > 0).ok_or(NotARotation::Form)?;
        let key = |text: &str| PublicKey::parse(text).map_err(|_| NotARotation::Keys);
        let (old, new) = (key(old)?, key(new)?);
        check(&old, &new)?;
        if old.name() != origin {
            return Err(NotARotation::Keys);
        }
        if !matches!(note.signed_by(&old), Signed::Yes { .. }) {
            return Err(NotARotation::Old);
        }
        if !matches!(note.signed_by(&new), Signed::Yes { .. }) {
            return Err(NotARotation::New);
        }
        // One statement has one spelling: these two signatures in this order, and no other.
        let in_order = note.signers().eq([old.id(), new.id()]);
        let found = Self { position, old, new, note };
        if in_order && found.to_string() == text { Ok(found) } else { Err(NotARotation::Form) }
    }
}
