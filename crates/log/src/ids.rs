//! The only source of randomness in Servanda, with a twin that counts.
//!
//! Deliberately absent: ids of things, which whoever records them chooses.

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
    #[expect(clippy::disallowed_methods, reason = "this is the place where randomness comes from")]
    pub fn secret(&self) -> Result<[u8; 32], LogError> {
        let mut bytes = [0; 32];
        match self {
            Self::System => getrandom::fill(&mut bytes)
                .map_err(|error| LogError::Io { detail: format!("the system gives no random numbers: {error}") })?,
            Self::Stepping(count) => {
                bytes[24..].copy_from_slice(&count.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            }
        }
        Ok(bytes)
    }

    /// 128 random bits in hexadecimal, so that nobody guesses an entry from its hash.
    #[expect(clippy::disallowed_methods, reason = "this is the place where randomness comes from")]
    pub(crate) fn nonce(&self) -> Result<String, LogError> {
        let bits = match self {
            Self::System => {
                let mut bytes = [0; 16];
                getrandom::fill(&mut bytes)
                    .map_err(|error| LogError::Io { detail: format!("the system gives no random numbers: {error}") })?;
                u128::from_be_bytes(bytes)
            }
            Self::Stepping(count) => u128::from(count.fetch_add(1, Ordering::SeqCst)),
        };
        Ok(format!("{bits:032x}"))
    }
}
