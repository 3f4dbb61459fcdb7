//! The rotation of the key in the files: the entry that says so, the key that takes over, and what is settled when
//! that was cut off half-way.
//!
//! In this order, each step durable before the next: the new key beside the old one; the entry, sealed with the new
//! key; the new key in the place of the old one; the checkpoint, signed with it. Before the entry nothing has
//! happened; after it the rest follows when the log is next opened.
//!
//! Deliberately absent: doing it while the log is in use.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};
use servanda_events::ids::{ActorId, LedgerName, Revision, StreamId};
use servanda_events::ledger::{LogKeyRotated, key_rotated};
use servanda_events::{Draft, Recorded};
use servanda_proof::{Policy, PrivateKey, PublicKey, Rotation};

use super::batch::{Batch, Ended, Streams};
use super::open::{Files, unsigned};
use super::trust::{self, Proven, Trusted};
use crate::append::{Answer, Append};
use crate::rotation::{Rotated, refused, rotation_in};
use crate::{Clock, Ids, LogError, Settings, signing};

const OF_STREAM: &str = "SELECT position, body FROM entry WHERE stream = (SELECT id FROM stream WHERE name = ?1) \
                         ORDER BY revision";

/// The rotations in a log, in the order of their entries.
pub(crate) fn rotations(
    files: &Files,
    connection: &Connection,
    ledger: &LedgerName,
) -> Result<Vec<Rotation>, LogError> {
    let read = || -> rusqlite::Result<Vec<_>> {
        let mut statement = connection.prepare(OF_STREAM)?;
        let mut rows = statement.query([StreamId::from(ledger).as_str()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.extend(rotation_in(row.get_ref(1)?.as_bytes()?, unsigned(row.get(0)?)).transpose());
        }
        Ok(found)
    };
    read().map_err(|error| files.error(&error))?.into_iter().collect::<Result<_, _>>().map_err(refused)
}

/// All keys that a log has had, the given one among them, each for its time.
pub(crate) fn keys_of(key: &PublicKey, rotations: &[Rotation]) -> Result<Policy, LogError> {
    Policy::of_log(key.clone()).with_earlier_keys(rotations).map_err(refused)
}

/// The key with which the log goes on, after a rotation that was cut off was brought to its end, or taken back.
pub(crate) fn settled(files: &Files, rotations: &[Rotation], key: PrivateKey) -> Result<PrivateKey, LogError> {
    let handed_on = rotations.iter().find(|rotation| rotation.old() == key.public());
    let Some(next) = signing::next(&files.keys)? else {
        // Whoever goes on with a key that ended would sign a second history.
        return handed_on.map_or(Ok(key), |rotation| Err(signing::ended(&files.keys, rotation.position())));
    };
    match handed_on {
        Some(rotation) if rotation.new_key() == next.public() => {
            signing::switch(&files.keys, &next)?;
            tracing::warn!(position = rotation.position(), "a rotation of the log's key was cut off; it is done now");
            Ok(next)
        }
        Some(rotation) => Err(signing::ended(&files.keys, rotation.position())),
        // It is there for an entry that is still to come, and was brought by hand.
        None if files.are_a_copy() => Ok(key),
        None => {
            signing::forget_next(&files.keys)?;
            tracing::warn!("a rotation of the log's key was cut off before its entry; the key is the same as before");
            Ok(key)
        }
    }
}

/// Replaces the key of the log in a directory.
pub(crate) fn rotate(
    dir: &Path,
    settings: &Settings,
    clock: &Clock,
    ids: &Ids,
    actor: &ActorId,
) -> Result<Rotated, LogError> {
    let files = Files::of_dir(dir, settings);
    let none = || LogError::Unfit { detail: format!("there is no log with a key in {}", dir.display()) };
    if !files.exist() {
        return Err(none());
    }
    let lock = files.lock()?;
    let mut connection = files.writer()?;
    let (ledger, trusted) = trust::open(&files, &mut connection, None, ids)?;
    let Trusted { last, proven: Some(Proven { tree, checkpoints }), .. } = trusted else {
        return Err(none());
    };
    let old = checkpoints.key().clone();
    let new = new_key(&files, old.public(), ids)?;
    let rotation = Rotation::sign(last.position + 1, &old, &new)
        .map_err(|error| LogError::Unfit { detail: format!("the new key does not fit the old one: {error}") })?;
    let revision = 1 + revision(&files, &connection, &ledger)?;
    let append = entry(&ledger, &rotation, revision, (clock, ids), actor)?;
    signing::prepare(&files.keys, &new)?;
    let mut checkpoints = checkpoints.with_key(new.clone());
    let mut streams = Streams::new(1);
    let written = (|| {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut batch = Batch::new(&transaction, &mut streams, last, Some(tree))?;
        let answer = batch.append(append, clock.now())?;
        let ended = batch.end(Some(checkpoints.sealer()), checkpoints.newest().map(Arc::as_ref))?;
        transaction.commit()?;
        Ok((answer, ended))
    })();
    let (answer, ended) = written.map_err(|error| files.error(&error))?;
    let (Answer::Appended(_), Ended { tree: Some(tree), .. }) = (answer, ended) else {
        return Err(LogError::Busy);
    };
    signing::switch(&files.keys, &new)?;
    checkpoints.sign(tree.size(), tree.root())?;
    let tidy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    tidy.and_then(|()| connection.close().map_err(|(_, error)| error)).map_err(|error| files.error(&error))?;
    drop(lock);
    Ok(Rotated { ledger, position: rotation.position(), old: old.public().clone(), new: new.public().clone() })
}

fn new_key(files: &Files, old: &PublicKey, ids: &Ids) -> Result<PrivateKey, LogError> {
    let key = PrivateKey::from_seed(old.name(), &ids.secret()?);
    key.map_err(|error| LogError::Key { path: files.keys.clone(), detail: error.to_string() })
}

fn revision(files: &Files, connection: &Connection, ledger: &LedgerName) -> Result<Revision, LogError> {
    let sql = "SELECT ifnull(max(revision), 0) FROM entry WHERE stream = (SELECT id FROM stream WHERE name = ?1)";
    let read = connection.query_row(sql, [StreamId::from(ledger).as_str()], |row| row.get(0));
    read.map(unsigned).map_err(|error| files.error(&error))
}

/// The append of the entry that says so.
pub(crate) fn entry(
    ledger: &LedgerName,
    rotation: &Rotation,
    revision: Revision,
    (clock, ids): (&Clock, &Ids),
    actor: &ActorId,
) -> Result<Append, LogError> {
    let unwritable = |detail: String| LogError::Unfit { detail };
    let statement = rotation.to_string().parse();
    let statement = statement.map_err(|_| unwritable("the statement is no text of an entry".to_owned()))?;
    let event = LogKeyRotated { ledger: ledger.clone(), statement };
    let (command_id, place) = (ids.command_id(), (rotation.position(), revision));
    let recorded: Recorded = key_rotated(event, command_id.clone(), actor, clock.now(), place)
        .map_err(|error| unwritable(error.to_string()))?;
    let stream = recorded.stream.clone();
    let draft = Draft::new(recorded, ledger, &ids.nonce()?).map_err(|error| unwritable(error.to_string()))?;
    Ok(Append {
        stream,
        expected: revision - 1,
        seen: Vec::new(),
        keys_seen: Vec::new(),
        command_id,
        facts_after: usize::try_from(revision).unwrap_or(usize::MAX),
        drafts: vec![draft],
    })
}
