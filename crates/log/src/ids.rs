//! The only source of randomness in Servanda, with a twin that counts.
//!
//! Deliberately absent: ids of things, which whoever records them chooses.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use servanda_events::ids::CommandId;

use crate::LogError;

/// Where command ids and nonces come from. Clones of a counting source go on with the same count.
#[derive(Debug, Clone)]
pub enum Ids {
    /// The machine's randomness.
    System,
    /// A count, for tests and for playing the demo: the same run gives the same ids.
    Stepping(Arc<AtomicU64>),
}

impl Ids {
    /// A source that counts from 1.
    pub fn stepping() -> Self {
        Self::Stepping(Arc::new(AtomicU64::new(1)))
    }

    /// A new command id, a UUID of version 7.
    #[expect(clippy::disallowed_methods, reason = "this is the place where ids come from")]
    pub fn command_id(&self) -> CommandId {
        let uuid = match self {
            Self::System => uuid::Uuid::now_v7(),
            Self::Stepping(count) => {
                let step = count.fetch_add(1, Ordering::SeqCst);
                uuid::Uuid::from_u64_pair(0x7000, 0x8000_0000_0000_0000 | step)
            }
        };
        let mut text = uuid::Uuid::encode_buffer();
        uuid.hyphenated().encode_lower(&mut text).parse().unwrap_or_else(|_| unreachable!("a UUID is a command id"))
    }

    /// 256 random bits, for an access token.
    pub fn secret(&self) -> Result<[u8; 32], LogError> {
        let mut bytes = [0; 32];
        match self {
            Self::System => fill(&mut bytes)?,
            Self::Stepping(count) => {
                bytes[24..].copy_from_slice(&count.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            }
        }
        Ok(bytes)
    }

    /// 128 random bits in hexadecimal, so that nobody guesses an entry from its hash.
    pub(crate) fn nonce(&self) -> Result<String, LogError> {
        let bits = match self {
            Self::System => drawn()?,
            Self::Stepping(count) => u128::from(count.fetch_add(1, Ordering::SeqCst)),
        };
        Ok(format!("{bits:032x}"))
    }
}

/// Random bits for so many nonces are asked of the system at once: asking costs more than all that a nonce is made of.
const NONCES: usize = 64;

thread_local! {
    static NONCE_BITS: RefCell<Vec<u128>> = const { RefCell::new(Vec::new()) };
}

/// 128 random bits, each of them given out once.
fn drawn() -> Result<u128, LogError> {
    NONCE_BITS.with_borrow_mut(|spare| {
        if spare.is_empty() {
            let mut bytes = [0; 16 * NONCES];
            fill(&mut bytes)?;
            let (each, _) = bytes.as_chunks();
            spare.extend(each.iter().map(|bits| u128::from_be_bytes(*bits)));
        }
        spare.pop().ok_or_else(|| LogError::Io { detail: "the system gives no random numbers".to_owned() })
    })
}

#[expect(clippy::disallowed_methods, reason = "this is the place where randomness comes from")]
fn fill(bytes: &mut [u8]) -> Result<(), LogError> {
    getrandom::fill(bytes)
        .map_err(|error| LogError::Io { detail: format!("the system gives no random numbers: {error}") })
}
