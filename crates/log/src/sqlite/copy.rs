//! Copies of the log's database, and looks at a copy that nobody writes.
//!
//! Deliberately absent: what a copy is for, see `backup`.

use std::fs::File;
use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, MAIN_DB};
use servanda_events::ids::LedgerName;
use servanda_proof::{Policy, PublicKey, Tree};

use super::open::Files;
use super::{check, rotate};
use crate::LogError;
use crate::high_water::Seen;

/// Copies the database of `from` to a new file, as it is at one moment, also while it is written.
pub(crate) fn copy(from: &Files, to: &Path) -> Result<(), LogError> {
    let source = from.reader()?;
    let copied = (|| {
        let mut target = Connection::open(to)?;
        let backup = Backup::new_with_names(&source, MAIN_DB, &mut target, MAIN_DB)?;
        // All of it in one step: the moment does not move under the copy.
        let done = backup.step(-1)?;
        drop(backup);
        target.pragma_update(None, "journal_mode", "delete")?;
        target.close().map_err(|(_, error)| error)?;
        Ok(done)
    })();
    match copied.map_err(|error| from.error(&error))? {
        StepResult::Done => {}
        _ => return Err(LogError::InUse { path: from.database.clone() }),
    }
    File::open(to).and_then(|file| file.sync_all()).map_err(|error| LogError::Io { detail: error.to_string() })
}

/// All keys that a log has had, by a key of it and by what its database says.
pub(crate) fn keys(files: &Files, key: &PublicKey) -> Result<Policy, LogError> {
    let connection = files.reader()?;
    let ledger = files.check(&connection, None)?;
    rotate::keys_of(key, &rotate::rotations(files, &connection, &ledger)?)
}

/// Checks all that a database holds against itself and against marks; gives its ledger and its tree.
pub(crate) fn check_whole(files: &Files, seen: &Seen) -> Result<(LedgerName, Tree), LogError> {
    let connection = files.reader()?;
    let ledger = files.check(&connection, None)?;
    if files.format(&connection)? < super::open::WITH_TREE {
        let detail =
            "it was written by a version without checkpoints; open the ledger once to give it a tree".to_owned();
        return Err(LogError::Unfit { detail });
    }
    let tree = check::whole(files, &connection, &ledger, None, seen, |_| Ok(()))?;
    Ok((ledger, tree))
}
