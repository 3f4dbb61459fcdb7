//! The keys of signed notes (C2SP signed-note): Ed25519, each bound to the name of its holder.
//!
//! Deliberately absent: drawing a key at random and keeping it; whoever holds a private key does both. A private key
//! shows itself in no error and no debug text.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::hash::Hash;

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// The form is wrong.
    #[error("a public key is written NAME+HASH+BASE64, with an Ed25519 key of a log or a witness")]
    Public,
    /// The same for a private key. Nothing of it is repeated.
    #[error("a private key is written PRIVATE+KEY+NAME+HASH+BASE64, with an Ed25519 key")]
    Private,
    /// The name cannot stand in a note.
    #[error("the name of a key is not empty and has neither white space nor `+`")]
    Name,
}

/// Whose signatures a key checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// A log's, over the text of a note.
    Log,
    /// A witness's, over the text of a note and the time at which it was seen.
    Witness,
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }
}

/// A public key with the name of its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    id: [u8; 4],
    kind: KeyKind,
    key: VerifyingKey,
}

fn check_name(name: &str) -> Result<(), NotAKey> {
    let bad = name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+');
    if bad { Err(NotAKey::Name) } else { Ok(()) }
}

fn key_id(name: &str, kind: KeyKind, key: &[u8; 32]) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', kind.byte()]).chain_update(key).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

impl PublicKey {
    /// A key from its 32 bytes.
    pub fn new(name: &str, kind: KeyKind, bytes: &[u8; 32]) -> Result<Self, NotAKey> {
        check_name(name)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| NotAKey::Public)?;
        Ok(Self { name: name.to_owned(), id: key_id(name, kind, bytes), kind, key })
    }

    /// Reads `NAME+HASH+BASE64`.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NotAKey::Public);
        };
        let bytes = STANDARD.decode(key).map_err(|_| NotAKey::Public)?;
        let (kind, bytes) = bytes.split_first().ok_or(NotAKey::Public)?;
        let kind = match kind {
            0x01 => KeyKind::Log,
            0x04 => KeyKind::Witness,
            _ => return Err(NotAKey::Public),
        };
        let found = Self::new(name, kind, bytes.try_into().map_err(|_| NotAKey::Public)?)?;
        if hex(&found.id) == id { Ok(found) } else { Err(NotAKey::Public) }
    }

    /// Whose it is: of a log, the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose signatures it checks.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The hash that stands in front of its signatures.
    pub(crate) fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Whether two names stand for one key.
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// Checks a signature strictly: what two readers could judge differently is refused.
    pub(crate) fn holds(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.key.verify_strict(message, &signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[self.kind.byte()], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, hex(&self.id), STANDARD.encode(bytes))
    }
}

/// A log's private key with the name of its holder.
#[derive(Clone)]
pub struct PrivateKey {
    public: PublicKey,
    key: ed25519_dalek::SigningKey,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.public)
    }
}

impl PrivateKey {
    /// A key from 32 random bytes.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, NotAKey> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = PublicKey::new(name, KeyKind::Log, key.verifying_key().as_bytes())?;
        Ok(Self { public, key })
    }

    /// Reads `PRIVATE+KEY+NAME+HASH+BASE64`.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let rest = text.strip_prefix("PRIVATE+KEY+").ok_or(NotAKey::Private)?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NotAKey::Private);
        };
        let bytes = STANDARD.decode(key).map_err(|_| NotAKey::Private)?;
        let seed = bytes.split_first().filter(|(kind, _)| **kind == 0x01).ok_or(NotAKey::Private)?.1;
        let found = Self::from_seed(name, seed.try_into().map_err(|_| NotAKey::Private)?)?;
        if hex(&found.public.id) == id { Ok(found) } else { Err(NotAKey::Private) }
    }

    /// Writes it, to be kept where nobody else can read it.
    pub fn to_text(&self) -> String {
        let bytes = [&[KeyKind::Log.byte()], self.key.as_bytes().as_slice()].concat();
        format!("PRIVATE+KEY+{}+{}+{}", self.public.name, hex(&self.public.id), STANDARD.encode(bytes))
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }

    /// A seal: says, to the holder of this key alone, that the log itself wrote its entries up to `size`. It goes into
    /// the same transaction as the entries, where a signature must not go yet: whoever has seen a signature can hold
    /// the log to it, and the entries are not durable at that moment. `about` is what else of the log is sealed with
    /// them.
    pub fn seal(&self, size: u64, root: &Hash, about: &str) -> Hash {
        // The key stands on both sides and every part has a fixed length, so nothing can be added to what is hashed.
        let key = Sha256::new().chain_update(b"servanda seal key\n").chain_update(self.key.as_bytes()).finalize();
        let sealed = Sha256::new().chain_update(key).chain_update(size.to_be_bytes()).chain_update(root.as_bytes());
        let sealed = sealed.chain_update(Sha256::digest(about));
        Hash::from_bytes(sealed.chain_update(key).finalize().into())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
