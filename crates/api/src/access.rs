//! Who may do what: people, their tokens and sessions, what was refused them, and what waits for a second person, in a
//! file of their own beside the log (`access.sqlite`).
//!
//! Users and tokens are read into memory and looked at again when the file changed, so that a request costs no query
//! and the command line can add or revoke while the service runs. Sessions, proposals and the audit list are asked for
//! one by one. Of a token and a session only the hash is kept, of a password what Argon2id makes of it.
//!
//! Deliberately absent: the rules of what a scope allows, see [`crate::auth`]; the rules of four eyes, see
//! [`crate::four_eyes`]; facts of the ledger.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use servanda_events::dates::Instant;
use servanda_events::ids::ActorId;

use crate::private_file::private;
use crate::token::TokenHash;

mod audit;
mod delegations;
mod file;
mod model;
mod passwords;
mod proposals;
mod sessions;
mod sign_in;
mod tokens;
mod users;
mod webhooks;

pub(crate) use self::audit::network_of;
pub use self::audit::{AuditEntry, Deed};
pub(crate) use self::delegations::{Delegation, DelegationWish, Opened};
use self::file::File;
pub use self::model::{AccessError, Role, Scope, Token, TokenWish, User, UserWish};
pub(crate) use self::model::{Bearer, NotAccepted};
pub use self::passwords::{Hashed, PASSWORD_CHARS_MIN, password_of};
pub(crate) use self::proposals::{Proposal, ProposalState, Step};
pub(crate) use self::sessions::Session;
pub(crate) use self::sign_in::{Attempt, MayTry};
pub use self::webhooks::{Webhook, WebhookWish};

/// How long a change made by another process may go unseen, in microseconds.
const LOOK_AGAIN_MICROS: i64 = 200_000;

/// The people of a ledger. Clones are cheap and mean the same file.
#[derive(Clone)]
pub struct Access(Arc<Inner>);

struct Inner {
    file: Mutex<File>,
    known: RwLock<Arc<Known>>,
    looked_micros: AtomicI64,
    overall: Mutex<sign_in::Overall>,
}

/// What stands in the file, as requests need it.
#[derive(Default)]
struct Known {
    any_token: bool,
    /// By the first bytes of the hash; the whole of it is compared in constant time.
    tokens: HashMap<[u8; 8], Vec<(TokenHash, Token)>>,
    users: HashMap<ActorId, User>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Access")
    }
}

impl Access {
    /// Opens the file, or makes it, readable by this user alone. One of an older version is brought to the newest.
    pub fn open(path: &Path) -> Result<Self, AccessError> {
        Self::of(Connection::open(private(path)?)?)
    }

    /// People in memory only.
    pub fn memory() -> Result<Self, AccessError> {
        Self::of(Connection::open_in_memory()?)
    }

    fn of(connection: Connection) -> Result<Self, AccessError> {
        let mut file = File::over(connection)?;
        let known = file.read()?;
        Ok(Self(Arc::new(Inner {
            file: Mutex::new(file),
            known: RwLock::new(Arc::new(known)),
            looked_micros: AtomicI64::new(0),
            overall: Mutex::default(),
        })))
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.0.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.0.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes users or tokens, and what is known of them: all of it, or nothing.
    fn change<T>(&self, change: impl FnOnce(&Transaction<'_>) -> Result<T, AccessError>) -> Result<T, AccessError> {
        let mut file = self.file();
        let answer = file.change(change)?;
        self.keep(file.read()?);
        Ok(answer)
    }

    /// Changes what is not kept in memory: all of it, or nothing.
    fn write<T>(&self, change: impl FnOnce(&Transaction<'_>) -> Result<T, AccessError>) -> Result<T, AccessError> {
        self.file().change(change)
    }

    /// Reads what is not kept in memory.
    fn look<T>(&self, look: impl FnOnce(&Connection) -> Result<T, AccessError>) -> Result<T, AccessError> {
        look(&self.file().connection)
    }

    fn keep(&self, known: Known) {
        *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }

    /// Looks whether another process changed the file.
    fn look_again(&self) -> Result<(), AccessError> {
        let mut file = self.file();
        if file.changed()? {
            let known = file.read()?;
            self.keep(known);
        }
        Ok(())
    }

    fn look_again_if_due(&self, now: Instant) -> Result<(), AccessError> {
        let looked = self.0.looked_micros.load(Ordering::Relaxed);
        if now.micros().abs_diff(looked) < LOOK_AGAIN_MICROS.unsigned_abs() {
            return Ok(());
        }
        self.0.looked_micros.store(now.micros(), Ordering::Relaxed);
        self.look_again()
    }
}

impl File {
    fn change<T>(&mut self, change: impl FnOnce(&Transaction<'_>) -> Result<T, AccessError>) -> Result<T, AccessError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = change(&transaction)?;
        transaction.commit()?;
        Ok(answer)
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, AccessError> {
    text.parse().map_err(|_| AccessError::Damaged(text.to_owned()))
}

fn optional<T: std::str::FromStr>(text: Option<String>) -> Result<Option<T>, AccessError> {
    text.map(|text| text.parse().map_err(|_| AccessError::Damaged(text))).transpose()
}

#[cfg(test)]
mod tests;
