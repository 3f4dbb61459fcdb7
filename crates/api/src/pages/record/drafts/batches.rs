//! Tables that people import, and what was recorded of each: in the file of drafts.
//!
//! The bytes of a table are kept until its rows are recorded, or until it is given up. What stays is which events
//! came of it, so that all of it can be taken back. Which column means what is remembered for the next table with the
//! same head.
//!
//! Deliberately absent: reading tables.

use rusqlite::{OptionalExtension, Row, params};
use servanda_events::dates::Instant;
use servanda_events::ids::{ActorId, CommandId};

use super::super::form::Answers;
use super::{DraftError, Drafts, parsed};

/// Most tables of one person that are not recorded.
const OPEN_MAX: i64 = 20;

pub(super) const SCHEMA: &str = "
CREATE TABLE batch (
    id        TEXT PRIMARY KEY,
    user      TEXT NOT NULL,
    name      TEXT NOT NULL,
    answers   TEXT NOT NULL,
    file      BLOB,
    made_at   TEXT NOT NULL,
    state     TEXT NOT NULL,
    outcome   TEXT NOT NULL
) STRICT;
CREATE INDEX batch_user ON batch (user, made_at);
CREATE TABLE columns (
    user     TEXT NOT NULL,
    head     TEXT NOT NULL,
    answers  TEXT NOT NULL,
    PRIMARY KEY (user, head)
) STRICT;
";

/// How far a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BatchState {
    /// Nothing of it is recorded.
    Open,
    /// Its rows are being recorded.
    Recording,
    /// Its rows wait for a second person.
    Proposed,
    /// Its rows are recorded.
    Recorded,
    /// That it is taken back waits for a second person.
    TakingBack,
    /// What was recorded of it is taken back.
    Undone,
}

impl BatchState {
    const ALL: [Self; 6] =
        [Self::Open, Self::Recording, Self::Proposed, Self::Recorded, Self::TakingBack, Self::Undone];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Recording => "recording",
            Self::Proposed => "proposed",
            Self::Recorded => "recorded",
            Self::TakingBack => "taking-back",
            Self::Undone => "undone",
        }
    }
}

/// A table that somebody imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) id: CommandId,
    /// The name of the file.
    pub(crate) name: String,
    /// What the person said of it: what its rows are, which column means what.
    pub(crate) answers: Answers,
    /// The bytes of the file, while they are kept.
    pub(crate) file: Vec<u8>,
    pub(crate) made_at: Instant,
    pub(crate) state: BatchState,
    /// What came of it, as JSON.
    pub(crate) outcome: String,
}

const COLUMNS: &str = "id, name, answers, coalesce(file, x''), made_at, state, outcome";

fn of_row(row: &Row<'_>) -> Result<Batch, DraftError> {
    let answers: String = row.get(2)?;
    let state: String = row.get(5)?;
    let known = BatchState::ALL.into_iter().find(|known| known.as_str() == state);
    Ok(Batch {
        id: parsed(&row.get::<_, String>(0)?)?,
        name: row.get(1)?,
        answers: serde_json::from_str(&answers).map_err(|error| DraftError::Unreadable(error.to_string()))?,
        file: row.get(3)?,
        made_at: parsed(&row.get::<_, String>(4)?)?,
        state: known.ok_or(DraftError::Unreadable(state))?,
        outcome: row.get(6)?,
    })
}

fn json(answers: &Answers) -> Result<String, DraftError> {
    serde_json::to_string(answers).map_err(|error| DraftError::Unreadable(error.to_string()))
}

impl Drafts {
    /// Keeps a new table of a person.
    pub(crate) fn keep_batch(&self, user: &ActorId, batch: &Batch) -> Result<(), DraftError> {
        let file = self.file();
        let open: i64 = file.query_row(
            "SELECT count(*) FROM batch WHERE user = ?1 AND state = 'open'",
            params![user.as_str()],
            |row| row.get(0),
        )?;
        if open >= OPEN_MAX {
            return Err(DraftError::TooMany);
        }
        file.execute(
            "INSERT INTO batch (id, user, name, answers, file, made_at, state, outcome)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                batch.id.as_str(),
                user.as_str(),
                batch.name,
                json(&batch.answers)?,
                batch.file,
                batch.made_at.to_string(),
                batch.state.as_str(),
                batch.outcome
            ],
        )?;
        Ok(())
    }

    /// A table of a person; nobody else sees it.
    pub(crate) fn batch(&self, user: &ActorId, id: &CommandId) -> Result<Option<Batch>, DraftError> {
        let sql = format!("SELECT {COLUMNS} FROM batch WHERE user = ?1 AND id = ?2");
        let file = self.file();
        file.query_row(&sql, params![user.as_str(), id.as_str()], |row| Ok(of_row(row))).optional()?.transpose()
    }

    /// The tables of a person, the newest first, without their bytes.
    pub(crate) fn batches_of(&self, user: &ActorId) -> Result<Vec<Batch>, DraftError> {
        let file = self.file();
        let mut found = file.prepare_cached(
            "SELECT id, name, answers, x'', made_at, state, outcome FROM batch
             WHERE user = ?1 ORDER BY made_at DESC, id DESC LIMIT 100",
        )?;
        let batches = found.query_map(params![user.as_str()], |row| Ok(of_row(row)))?;
        batches.map(|batch| batch?).collect()
    }

    /// Changes what the person said of a table that is not recorded.
    pub(crate) fn say_of_batch(&self, user: &ActorId, id: &CommandId, answers: &Answers) -> Result<(), DraftError> {
        self.file().execute(
            "UPDATE batch SET answers = ?3 WHERE user = ?1 AND id = ?2 AND state = 'open'",
            params![user.as_str(), id.as_str(), json(answers)?],
        )?;
        Ok(())
    }

    /// Moves a table on from the state in which it was seen; false where somebody was faster.
    pub(crate) fn move_batch(
        &self,
        user: &ActorId,
        batch: &Batch,
        to: BatchState,
        outcome: &str,
    ) -> Result<bool, DraftError> {
        let keeps = matches!(to, BatchState::Open | BatchState::Recording | BatchState::Proposed);
        let rows = self.file().execute(
            "UPDATE batch SET state = ?4, outcome = ?5, file = CASE WHEN ?6 THEN file END
             WHERE user = ?1 AND id = ?2 AND state = ?3",
            params![user.as_str(), batch.id.as_str(), batch.state.as_str(), to.as_str(), outcome, keeps],
        )?;
        Ok(rows == 1)
    }

    /// Deletes a table of which nothing is recorded.
    pub(crate) fn forget_batch(&self, user: &ActorId, id: &CommandId) -> Result<(), DraftError> {
        self.file().execute(
            "DELETE FROM batch WHERE user = ?1 AND id = ?2 AND state = 'open'",
            params![user.as_str(), id.as_str()],
        )?;
        Ok(())
    }

    /// Remembers which column means what in tables with such a head.
    pub(crate) fn remember_columns(&self, user: &ActorId, head: &str, answers: &Answers) -> Result<(), DraftError> {
        self.file().execute(
            "INSERT INTO columns (user, head, answers) VALUES (?1, ?2, ?3)
             ON CONFLICT (user, head) DO UPDATE SET answers = ?3",
            params![user.as_str(), head, json(answers)?],
        )?;
        Ok(())
    }

    /// What is remembered of tables with such a head.
    pub(crate) fn columns_of(&self, user: &ActorId, head: &str) -> Result<Option<Answers>, DraftError> {
        let found: Option<String> = self
            .file()
            .query_row(
                "SELECT answers FROM columns WHERE user = ?1 AND head = ?2",
                params![user.as_str(), head],
                |row| row.get(0),
            )
            .optional()?;
        let read =
            |text: String| serde_json::from_str(&text).map_err(|error| DraftError::Unreadable(error.to_string()));
        found.map(read).transpose()
    }
}
