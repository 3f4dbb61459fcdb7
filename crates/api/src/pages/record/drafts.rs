//! Forms that are not finished, and what a party set aside: in a file of its own beside the log (`drafts.sqlite`).
//!
//! A draft is kept at every page and survives a restart, so that it can be finished tomorrow. Once recorded, its
//! answers are deleted; what stays is that it was recorded, and where, so that a second press of the button finds the
//! first. What was sent to a second person is kept until it is decided, so that it can be mended.
//!
//! Deliberately absent: facts of the ledger, the contents of documents, sentences.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use servanda_events::dates::Instant;
use servanda_events::ids::{ActorId, CommandId, EventId, PartyId, Position, Revision};

use super::form::Answers;
use crate::private_file::private;

pub(crate) mod batches;

/// Version of the file that this program writes.
const FILE_VERSION: i64 = 2;
/// Most drafts of one person.
const DRAFTS_MAX: i64 = 200;
/// Most bytes of one draft.
const DRAFT_BYTES_MAX: usize = 256 * 1024;

const SCHEMA: &str = "
CREATE TABLE draft (
    id          TEXT PRIMARY KEY,
    user        TEXT NOT NULL,
    form        TEXT NOT NULL,
    answers     TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    changed_at  TEXT NOT NULL,
    recorded    INTEGER,
    sent        TEXT
) STRICT;
CREATE INDEX draft_user ON draft (user, changed_at);
CREATE TABLE set_aside (
    party    TEXT NOT NULL,
    claim    TEXT NOT NULL,
    user     TEXT NOT NULL,
    reason   TEXT NOT NULL,
    at       TEXT NOT NULL,
    PRIMARY KEY (party, claim)
) STRICT;
PRAGMA user_version = 2;
";

/// What a file of version 1 lacks.
const SINCE_1: &str = "ALTER TABLE draft ADD COLUMN sent TEXT; PRAGMA user_version = 2;";

/// Why drafts cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The operating system reported a failure.
    #[error("the file of drafts cannot be opened: {0}")]
    Io(#[from] std::io::Error),
    /// The file cannot be read or written.
    #[error("the file of drafts: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// Something in the file is not what this program writes.
    #[error("the file of drafts holds what cannot be read: {0}")]
    Unreadable(String),
    /// A newer program wrote the file.
    #[error("the file of drafts is of version {found}, which a newer servanda wrote; use that one")]
    Newer {
        /// Its version.
        found: i64,
    },
    /// The person has too many drafts.
    #[error("too many drafts; finish or delete some")]
    TooMany,
    /// The draft is too long.
    #[error("the draft is longer than {DRAFT_BYTES_MAX} bytes")]
    TooLong,
}

/// How much of a draft was sent to a second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The rest can only follow once this is approved.
    Part,
    /// Nothing is left to send. The answers are kept until it is decided.
    All,
}

impl Sent {
    fn as_str(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::All => "all",
        }
    }
}

/// A form that is not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id, from which the ids of its commands are made.
    pub id: CommandId,
    /// The name of the form.
    pub form: String,
    /// What was typed, and what the address named.
    pub(crate) answers: Answers,
    /// How far the stream had come when the person looked at it.
    pub(crate) revision: Revision,
    /// When it was last changed.
    pub changed_at: Instant,
    /// The first entry that came of it, once it was recorded.
    pub(crate) recorded: Option<Position>,
    /// How much of it was sent to a second person.
    pub(crate) sent: Option<Sent>,
}

/// The drafts of all people. Clones are cheap and mean the same file.
#[derive(Clone)]
pub struct Drafts(Arc<Mutex<Connection>>);

impl std::fmt::Debug for Drafts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Drafts")
    }
}

impl Drafts {
    /// Opens the file, or makes it, readable by this user alone.
    pub fn open(path: &Path) -> Result<Self, DraftError> {
        Self::of(Connection::open(private(path)?)?)
    }

    /// Drafts in memory only.
    pub fn memory() -> Result<Self, DraftError> {
        Self::of(Connection::open_in_memory()?)
    }

    fn of(mut connection: Connection) -> Result<Self, DraftError> {
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "secure_delete", true)?;
        let made = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match made.pragma_query_value(None, "user_version", |row| row.get(0))? {
            0 => {
                made.execute_batch(SCHEMA)?;
                made.execute_batch(batches::SCHEMA)?;
            }
            1 => made.execute_batch(SINCE_1)?,
            FILE_VERSION => {}
            found => return Err(DraftError::Newer { found }),
        }
        made.commit()?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    fn file(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a draft of a person, in place of what was kept of it. One that was recorded stays as it is.
    pub(crate) fn keep(&self, user: &ActorId, draft: &Draft) -> Result<(), DraftError> {
        if draft.answers.bytes() > DRAFT_BYTES_MAX {
            return Err(DraftError::TooLong);
        }
        let answers =
            serde_json::to_string(&draft.answers).map_err(|error| DraftError::Unreadable(error.to_string()))?;
        let file = self.file();
        let others: i64 = file.query_row(
            "SELECT count(*) FROM draft WHERE user = ?1 AND recorded IS NULL AND sent IS NOT 'all' AND id <> ?2",
            params![user.as_str(), draft.id.as_str()],
            |row| row.get(0),
        )?;
        if others >= DRAFTS_MAX {
            return Err(DraftError::TooMany);
        }
        file.execute(
            "INSERT INTO draft (id, user, form, answers, revision, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET answers = ?4, revision = ?5, changed_at = ?6
             WHERE user = ?2 AND form = ?3 AND recorded IS NULL AND sent IS NOT 'all'",
            params![
                draft.id.as_str(),
                user.as_str(),
                draft.form,
                answers,
                i64::try_from(draft.revision).unwrap_or(i64::MAX),
                draft.changed_at.to_string(),
            ],
        )?;
        Ok(())
    }

    /// A draft of a person; nobody else sees it.
    pub(crate) fn draft(&self, user: &ActorId, id: &CommandId) -> Result<Option<Draft>, DraftError> {
        let found = self
            .file()
            .query_row(
                "SELECT id, form, answers, revision, changed_at, recorded, sent FROM draft WHERE user = ?1 AND id = ?2",
                params![user.as_str(), id.as_str()],
                |row| Ok(of_row(row)),
            )
            .optional()?;
        found.transpose()
    }

    /// The drafts of a person that are neither recorded nor wholly sent to a second person, the newest first.
    pub fn drafts_of(&self, user: &ActorId) -> Result<Vec<Draft>, DraftError> {
        let file = self.file();
        let mut found = file.prepare_cached(
            "SELECT id, form, answers, revision, changed_at, recorded, sent FROM draft
             WHERE user = ?1 AND recorded IS NULL AND sent IS NOT 'all' ORDER BY changed_at DESC, id DESC",
        )?;
        let drafts = found.query_map(params![user.as_str()], |row| Ok(of_row(row)))?;
        drafts.map(|draft| draft?).collect()
    }

    /// Says that a draft was recorded, and deletes what was typed.
    pub(crate) fn recorded(&self, user: &ActorId, id: &CommandId, at: Position) -> Result<(), DraftError> {
        self.file().execute(
            "UPDATE draft SET answers = '{}', recorded = ?3 WHERE user = ?1 AND id = ?2",
            params![user.as_str(), id.as_str(), i64::try_from(at).unwrap_or(i64::MAX)],
        )?;
        Ok(())
    }

    /// Says how much of a draft was sent to a second person.
    pub(crate) fn sent(&self, user: &ActorId, id: &CommandId, sent: Sent) -> Result<(), DraftError> {
        self.file().execute(
            "UPDATE draft SET sent = ?3 WHERE user = ?1 AND id = ?2 AND recorded IS NULL",
            params![user.as_str(), id.as_str(), sent.as_str()],
        )?;
        Ok(())
    }

    /// Deletes a draft that was not recorded.
    pub(crate) fn forget(&self, user: &ActorId, id: &CommandId) -> Result<(), DraftError> {
        self.file().execute(
            "DELETE FROM draft WHERE user = ?1 AND id = ?2 AND recorded IS NULL",
            params![user.as_str(), id.as_str()],
        )?;
        Ok(())
    }

    /// Remembers that a claim is not one that a party has to answer. Nothing of it is said in the ledger.
    pub(crate) fn set_aside(
        &self,
        party: &PartyId,
        claim: &EventId,
        user: &ActorId,
        reason: &str,
        at: Instant,
    ) -> Result<(), DraftError> {
        self.file().execute(
            "INSERT INTO set_aside (party, claim, user, reason, at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (party, claim) DO UPDATE SET user = ?3, reason = ?4, at = ?5",
            params![party.as_str(), claim.as_str(), user.as_str(), reason, at.to_string()],
        )?;
        Ok(())
    }

    /// The claims that a party set aside.
    pub fn set_aside_by(&self, party: &PartyId) -> Result<BTreeSet<EventId>, DraftError> {
        let file = self.file();
        let mut found = file.prepare_cached("SELECT claim FROM set_aside WHERE party = ?1")?;
        let claims = found.query_map(params![party.as_str()], |row| row.get::<_, String>(0))?;
        claims.map(|claim| parsed(&claim?)).collect()
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, DraftError> {
    text.parse().map_err(|_| DraftError::Unreadable(text.to_owned()))
}

fn of_row(row: &Row<'_>) -> Result<Draft, DraftError> {
    let answers: String = row.get(2)?;
    let sent: Option<String> = row.get(6)?;
    let sent = sent.map(|text| [Sent::Part, Sent::All].into_iter().find(|sent| sent.as_str() == text).ok_or(text));
    let number = |value: i64| u64::try_from(value).unwrap_or_default();
    Ok(Draft {
        id: parsed(&row.get::<_, String>(0)?)?,
        form: row.get(1)?,
        answers: serde_json::from_str(&answers).map_err(|error| DraftError::Unreadable(error.to_string()))?,
        revision: number(row.get(3)?),
        changed_at: parsed(&row.get::<_, String>(4)?)?,
        recorded: row.get::<_, Option<i64>>(5)?.map(number),
        sent: sent.transpose().map_err(DraftError::Unreadable)?,
    })
}

#[cfg(test)]
#[path = "drafts_tests.rs"]
mod tests;
