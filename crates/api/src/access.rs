//! Who may do what: users and their tokens, in a file of their own beside the log (`access.sqlite`).
//!
//! The file is read into memory and looked at again when it changed, so that a request costs no query and the command
//! line can add or revoke a token while the service runs. Of a token only its hash is kept.
//!
//! Deliberately absent: the rules of what a scope allows, see [`crate::auth`]; passwords; facts of the ledger.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use servanda_events::dates::Instant;
use servanda_events::ids::{ActorId, PartyId};
use subtle::ConstantTimeEq;

use crate::token::{self, TokenHash};

mod model;

pub use self::model::{AccessError, Scope, Token, TokenWish, User};
pub(crate) use self::model::{Bearer, NotAccepted};

/// Version of the file that this program writes.
const FILE_VERSION: i64 = 1;
/// How long a change made by another process may go unseen, in microseconds.
const LOOK_AGAIN_MICROS: i64 = 200_000;

const SCHEMA: &str = "
CREATE TABLE user (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    party      TEXT,
    disabled   INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
) STRICT;
CREATE TABLE token (
    id         TEXT PRIMARY KEY,
    hash       BLOB NOT NULL UNIQUE,
    user       TEXT NOT NULL REFERENCES user (id),
    scope      TEXT NOT NULL,
    label      TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    revoked_at TEXT
) STRICT;
PRAGMA user_version = 1;
";

/// The users and tokens of a ledger. Clones are cheap and mean the same file.
#[derive(Clone)]
pub struct Access(Arc<Inner>);

struct Inner {
    file: Mutex<File>,
    known: RwLock<Arc<Known>>,
    looked_micros: AtomicI64,
}

struct File {
    connection: Connection,
    data_version: i64,
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
    /// Opens the file, or makes it, readable by this user alone.
    pub fn open(path: &Path) -> Result<Self, AccessError> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)?;
        Self::of(Connection::open(path)?)
    }

    /// Users and tokens in memory only.
    pub fn memory() -> Result<Self, AccessError> {
        Self::of(Connection::open_in_memory()?)
    }

    fn of(connection: Connection) -> Result<Self, AccessError> {
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let mut file = File { connection, data_version: 0 };
        let made = file.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        match made.pragma_query_value(None, "user_version", |row| row.get(0))? {
            0 => made.execute_batch(SCHEMA)?,
            FILE_VERSION => {}
            found => return Err(AccessError::Newer { found }),
        }
        made.commit()?;
        let known = file.read()?;
        Ok(Self(Arc::new(Inner {
            file: Mutex::new(file),
            known: RwLock::new(Arc::new(known)),
            looked_micros: AtomicI64::new(0),
        })))
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.0.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.0.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the file, and what is known of it.
    fn change<T>(&self, change: impl FnOnce(&Connection) -> Result<T, AccessError>) -> Result<T, AccessError> {
        let mut file = self.file();
        let answer = change(&file.connection)?;
        self.keep(file.read()?);
        Ok(answer)
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

    /// Whether a token was ever made. From then on nobody records without one, even when all are revoked.
    pub fn any_token(&self, now: Instant) -> Result<bool, AccessError> {
        self.look_again_if_due(now)?;
        Ok(self.known().any_token)
    }

    /// The bearer of a token.
    pub(crate) fn bearer(&self, text: &str, now: Instant) -> Result<Result<Bearer, NotAccepted>, AccessError> {
        let Some(hash) = token::hash_of(text) else {
            return Ok(Err(NotAccepted::Invalid));
        };
        self.look_again_if_due(now)?;
        if let Some(found) = self.known().bearer(&hash, now) {
            return Ok(found);
        }
        // A token made a moment ago by another process must not be told that it is unknown.
        self.look_again()?;
        Ok(self.known().bearer(&hash, now).unwrap_or(Err(NotAccepted::Invalid)))
    }

    /// Opens an account.
    pub fn create_user(
        &self,
        id: &ActorId,
        name: &str,
        party: Option<&PartyId>,
        now: Instant,
    ) -> Result<(), AccessError> {
        self.change(|connection| {
            let rows = connection.execute(
                "INSERT INTO user (id, name, party, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                params![id.as_str(), name, party.map(PartyId::as_str), now.to_string()],
            )?;
            if rows == 1 { Ok(()) } else { Err(AccessError::UserExists(id.clone())) }
        })
    }

    /// Closes an account: none of its tokens is accepted any more.
    pub fn disable_user(&self, id: &ActorId) -> Result<(), AccessError> {
        self.change(|connection| {
            match connection.execute("UPDATE user SET disabled = 1 WHERE id = ?1", [id.as_str()])? {
                0 => Err(AccessError::UserUnknown(id.clone())),
                _ => Ok(()),
            }
        })
    }

    /// All users.
    pub fn users(&self) -> Result<Vec<User>, AccessError> {
        self.look_again()?;
        let mut users: Vec<User> = self.known().users.values().cloned().collect();
        users.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(users)
    }

    /// Makes a token of 256 random bits (`servanda_log::Ids::secret`). Its text is given out here and never again.
    pub fn create_token(
        &self,
        secret: &[u8; 32],
        wish: &TokenWish,
        now: Instant,
    ) -> Result<(String, Token), AccessError> {
        let text = token::text_of(secret);
        let hash = token::hash_of(&text).ok_or_else(|| AccessError::Damaged("a new token does not read".to_owned()))?;
        let token = Token {
            id: token::hex(&hash[24..]),
            user: wish.user.clone(),
            scope: wish.scope,
            label: wish.label.clone(),
            created_at: now,
            expires_at: wish.expires_at,
            revoked_at: None,
        };
        self.change(|connection| {
            let user: Option<i64> =
                connection.query_row("SELECT 1 FROM user WHERE id = ?1", [token.user.as_str()], |row| row.get(0)).optional()?;
            if user.is_none() {
                return Err(AccessError::UserUnknown(token.user.clone()));
            }
            connection.execute(
                "INSERT INTO token (id, hash, user, scope, label, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    token.id,
                    hash,
                    token.user.as_str(),
                    token.scope.as_str(),
                    token.label,
                    now.to_string(),
                    token.expires_at.map(|at| at.to_string())
                ],
            )?;
            Ok(())
        })?;
        Ok((text, token))
    }

    /// Revokes a token for good. A revoked one stays revoked since when it was.
    pub fn revoke_token(&self, id: &str, now: Instant) -> Result<(), AccessError> {
        self.change(|connection| {
            let sql = "UPDATE token SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1";
            match connection.execute(sql, params![id, now.to_string()])? {
                0 => Err(AccessError::TokenUnknown(id.to_owned())),
                _ => Ok(()),
            }
        })
    }

    /// All tokens, the oldest first.
    pub fn tokens(&self) -> Result<Vec<Token>, AccessError> {
        self.look_again()?;
        let mut tokens: Vec<Token> = self.known().tokens.values().flatten().map(|(_, token)| token.clone()).collect();
        tokens.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        Ok(tokens)
    }
}

impl Known {
    /// The bearer of a token; `None` where no such token is known.
    fn bearer(&self, hash: &TokenHash, now: Instant) -> Option<Result<Bearer, NotAccepted>> {
        let same = |other: &TokenHash| bool::from(other.as_slice().ct_eq(hash.as_slice()));
        let (_, token) = self.tokens.get(&shortened(hash))?.iter().find(|(other, _)| same(other))?;
        if token.revoked_at.is_some() || token.expires_at.is_some_and(|expires| expires <= now) {
            return Some(Err(NotAccepted::Invalid));
        }
        let user = self.users.get(&token.user)?;
        if user.disabled {
            return Some(Err(NotAccepted::Disabled));
        }
        Some(Ok(Bearer { user: user.id.clone(), party: user.party.clone(), scope: token.scope }))
    }
}

fn shortened(hash: &TokenHash) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    first
}

impl File {
    fn changed(&mut self) -> Result<bool, AccessError> {
        let version: i64 = self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        Ok(version != self.data_version)
    }

    fn read(&mut self) -> Result<Known, AccessError> {
        self.data_version = self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        let mut known = Known::default();
        let mut users = self.connection.prepare_cached("SELECT id, name, party, disabled, created_at FROM user")?;
        let mut rows = users.query([])?;
        while let Some(row) = rows.next()? {
            let party: Option<String> = row.get(2)?;
            let id: ActorId = parsed(&row.get::<_, String>(0)?)?;
            let user = User {
                id: id.clone(),
                name: row.get(1)?,
                party: party.as_deref().map(parsed).transpose()?,
                disabled: row.get(3)?,
                created_at: parsed(&row.get::<_, String>(4)?)?,
            };
            known.users.insert(id, user);
        }
        let mut tokens = self
            .connection
            .prepare_cached("SELECT id, hash, user, scope, label, created_at, expires_at, revoked_at FROM token")?;
        let mut rows = tokens.query([])?;
        while let Some(row) = rows.next()? {
            let hash: TokenHash = row.get(1)?;
            let scope: String = row.get(3)?;
            let instant = |text: Option<String>| text.as_deref().map(parsed).transpose();
            let token = Token {
                id: row.get(0)?,
                user: parsed(&row.get::<_, String>(2)?)?,
                scope: Scope::of_name(&scope).ok_or(AccessError::Damaged(scope))?,
                label: row.get(4)?,
                created_at: parsed(&row.get::<_, String>(5)?)?,
                expires_at: instant(row.get(6)?)?,
                revoked_at: instant(row.get(7)?)?,
            };
            known.any_token = true;
            known.tokens.entry(shortened(&hash)).or_default().push((hash, token));
        }
        Ok(known)
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, AccessError> {
    text.parse().map_err(|_| AccessError::Damaged(text.to_owned()))
}

#[cfg(test)]
mod tests;
