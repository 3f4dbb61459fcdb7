//! The file itself: its tables, the way up from older versions, and what of it is kept in memory.
//!
//! Deliberately absent: what is done with it; each table has a file of its own beside this one.

use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::tokens::shortened;
use super::{AccessError, Known, Role, Scope, Token, User, optional, parsed};
use crate::token::TokenHash;
use crate::words::Lang;

/// Version of the file that this program writes.
pub(super) const FILE_VERSION: i64 = 3;

/// The tables of version 1.
pub(super) const FIRST: &str = "
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

/// What version 2 adds. Whoever had an account keeps what their tokens allowed, and has no password yet.
const SECOND: &str = "
ALTER TABLE user ADD COLUMN role TEXT NOT NULL DEFAULT 'reader';
ALTER TABLE user ADD COLUMN password TEXT;
ALTER TABLE user ADD COLUMN password_temporary INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user ADD COLUMN lang TEXT;
UPDATE user SET role = CASE
    WHEN EXISTS (SELECT 1 FROM token WHERE token.user = user.id AND token.scope = 'admin') THEN 'administrator'
    WHEN EXISTS (SELECT 1 FROM token WHERE token.user = user.id AND token.scope = 'read')
        AND NOT EXISTS (SELECT 1 FROM token WHERE token.user = user.id AND token.scope = 'record') THEN 'reader'
    ELSE 'recorder' END;
CREATE TABLE session (
    id         BLOB PRIMARY KEY,
    user       TEXT NOT NULL REFERENCES user (id),
    created_at TEXT NOT NULL,
    seen_at    TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_user ON session (user);
CREATE TABLE sign_in_failure (
    name    BLOB PRIMARY KEY,
    times   INTEGER NOT NULL,
    last_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    last_at TEXT NOT NULL,
    times   INTEGER NOT NULL DEFAULT 1,
    deed    TEXT NOT NULL,
    who     TEXT,
    about   TEXT NOT NULL,
    network TEXT NOT NULL,
    why     TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (at);
CREATE TABLE proposal (
    id          TEXT PRIMARY KEY,
    command     TEXT NOT NULL,
    stream      TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    bytes       BLOB NOT NULL,
    sha256      TEXT NOT NULL,
    proposer    TEXT NOT NULL REFERENCES user (id),
    party       TEXT,
    proposed_at TEXT NOT NULL,
    state       TEXT NOT NULL,
    decided_by  TEXT,
    decided_at  TEXT,
    reason      TEXT
) STRICT;
CREATE INDEX proposal_by_state ON proposal (state, party, proposed_at);
PRAGMA user_version = 2;
";

/// What version 3 adds: who decides in whose place, which documents of a proposal were opened, where entries are sent.
const THIRD: &str = "
CREATE TABLE delegation (
    id        INTEGER PRIMARY KEY,
    giver     TEXT NOT NULL REFERENCES user (id),
    taker     TEXT NOT NULL REFERENCES user (id),
    from_day  TEXT NOT NULL,
    until_day TEXT NOT NULL,
    reason    TEXT NOT NULL,
    made_by   TEXT NOT NULL REFERENCES user (id),
    made_at   TEXT NOT NULL,
    ended_at  TEXT,
    ended_by  TEXT REFERENCES user (id)
) STRICT;
CREATE TABLE opened (
    proposal TEXT NOT NULL REFERENCES proposal (id),
    place    INTEGER NOT NULL,
    who      TEXT NOT NULL REFERENCES user (id),
    at       TEXT NOT NULL,
    PRIMARY KEY (proposal, place, who)
) STRICT, WITHOUT ROWID;
CREATE TABLE webhook (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    label         TEXT NOT NULL,
    url           TEXT NOT NULL,
    secret        TEXT NOT NULL,
    families      TEXT NOT NULL,
    made_by       TEXT NOT NULL REFERENCES user (id),
    made_at       TEXT NOT NULL,
    position      INTEGER NOT NULL,
    failures      INTEGER NOT NULL DEFAULT 0,
    failing_since TEXT,
    trouble       TEXT,
    paused        INTEGER NOT NULL DEFAULT 0
) STRICT;
PRAGMA user_version = 3;
";

pub(super) struct File {
    pub(super) connection: Connection,
    data_version: i64,
}

impl File {
    /// The file behind a connection, with the newest tables.
    pub(super) fn over(mut connection: Connection) -> Result<Self, AccessError> {
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let made = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let steps = match made.pragma_query_value(None, "user_version", |row| row.get(0))? {
            0 => [FIRST, SECOND, THIRD].as_slice(),
            1 => &[SECOND, THIRD],
            2 => &[THIRD],
            FILE_VERSION => &[],
            found => return Err(AccessError::Newer { found }),
        };
        for step in steps {
            made.execute_batch(step)?;
        }
        made.commit()?;
        Ok(Self { connection, data_version: 0 })
    }

    /// Whether another process changed it since it was read.
    pub(super) fn changed(&mut self) -> Result<bool, AccessError> {
        let version: i64 = self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        Ok(version != self.data_version)
    }

    /// Users and tokens.
    pub(super) fn read(&mut self) -> Result<Known, AccessError> {
        self.data_version = self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        let mut known = Known::default();
        self.read_users(&mut known)?;
        self.read_tokens(&mut known)?;
        Ok(known)
    }

    fn read_users(&self, known: &mut Known) -> Result<(), AccessError> {
        let mut users = self.connection.prepare_cached(
            "SELECT id, name, party, disabled, created_at, role, password IS NOT NULL, password_temporary, lang FROM user",
        )?;
        let mut rows = users.query([])?;
        while let Some(row) = rows.next()? {
            let role: String = row.get(5)?;
            let lang: Option<String> = row.get(8)?;
            let user = User {
                id: parsed(&row.get::<_, String>(0)?)?,
                name: row.get(1)?,
                party: optional(row.get(2)?)?,
                disabled: row.get(3)?,
                created_at: parsed(&row.get::<_, String>(4)?)?,
                role: Role::of_name(&role).ok_or(AccessError::Damaged(role))?,
                signs_in: row.get(6)?,
                password_temporary: row.get(7)?,
                lang: lang.as_deref().and_then(Lang::of_tag),
            };
            known.users.insert(user.id.clone(), user);
        }
        Ok(())
    }

    fn read_tokens(&self, known: &mut Known) -> Result<(), AccessError> {
        let mut tokens = self
            .connection
            .prepare_cached("SELECT id, hash, user, scope, label, created_at, expires_at, revoked_at FROM token")?;
        let mut rows = tokens.query([])?;
        while let Some(row) = rows.next()? {
            let hash: TokenHash = row.get(1)?;
            let scope: String = row.get(3)?;
            let token = Token {
                id: row.get(0)?,
                user: parsed(&row.get::<_, String>(2)?)?,
                scope: Scope::of_name(&scope).ok_or(AccessError::Damaged(scope))?,
                label: row.get(4)?,
                created_at: parsed(&row.get::<_, String>(5)?)?,
                expires_at: optional(row.get(6)?)?,
                revoked_at: optional(row.get(7)?)?,
            };
            known.any_token = true;
            known.tokens.entry(shortened(&hash)).or_default().push((hash, token));
        }
        Ok(())
    }
}
