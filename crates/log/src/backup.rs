//! Backups: a copy of the log made while it is in use, that counts as one only when all of it was verified; and the way
//! back.
//!
//! A backup is a folder with the database, the newest checkpoint, and the public key. The private key is never in it:
//! it is kept elsewhere, once. A restored log goes on only if nothing newer was signed; the high-water file tells.
//!
//! A backup of a node's copy says so and stays one when it is restored: as a log of its own it would be a second
//! history under the key of the first, which goes on in its stream. A log on its way into a stream or out of it has no
//! backup.
//!
//! Deliberately absent: a way to go on from an older copy as if nothing had been signed since. Such a log is exported,
//! and imported as a new one with a key of its own.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use servanda_events::ids::{LedgerName, Position};
use servanda_proof::{Checkpoint, Fault, Mark, SignedNote, Verdict, judge_checkpoint};

use crate::high_water::{HighWater, Seen, stale};
use crate::jetstream::check_is_not_moving;
use crate::sqlite::{Files, STREAM_MARK, check_whole, copy, keys};
use crate::{LogError, Settings, signing};

const CHECKPOINT: &str = "checkpoint";

/// A verified backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// Its folder.
    pub dir: PathBuf,
    /// The ledger.
    pub ledger: LedgerName,
    /// How many entries it holds.
    pub entries: Position,
    /// The checkpoint that comes with it.
    pub checkpoint: Checkpoint,
    /// The stream that holds the log, if this is a node's copy; nothing if it is a log of its own.
    pub stream: Option<String>,
}

fn failed(path: &Path, error: &io::Error) -> LogError {
    match error.kind() {
        io::ErrorKind::StorageFull => LogError::Full,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            LogError::ReadOnly { path: path.to_owned() }
        }
        _ => LogError::Io { detail: format!("{}: {error}", path.display()) },
    }
}

fn write(path: &Path, text: &str) -> Result<(), LogError> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| failed(path, &error))
}

/// The stream whose copy is in a directory.
fn stream(dir: &Path) -> Result<Option<String>, LogError> {
    let path = dir.join(STREAM_MARK);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text.trim_end().to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(&path, &error)),
    }
}

fn mark(dir: &Path, stream: Option<&str>) -> Result<(), LogError> {
    stream.map_or(Ok(()), |stream| write(&dir.join(STREAM_MARK), &format!("{stream}\n")))
}

fn make_dir(path: &Path) -> Result<(), LogError> {
    std::fs::create_dir_all(path).map_err(|error| failed(path, &error))
}

fn sync_dir(path: &Path) -> Result<(), LogError> {
    if cfg!(unix) {
        File::open(path).and_then(|dir| dir.sync_all()).map_err(|error| failed(path, &error))?;
    }
    Ok(())
}

/// Makes a backup of the log in a data directory, in a new folder of `into`, also while a service writes it. The folder
/// has its name only when all of the copy was read back and found whole.
pub fn back_up(data: &Path, settings: &Settings, into: &Path) -> Result<BackedUp, LogError> {
    let files = Files::of_dir(data, settings);
    let missing = || LogError::Unfit { detail: "the log has no checkpoint yet; open it once to record".to_owned() };
    let key = signing::public(&files.keys)?.ok_or_else(missing)?;
    // The checkpoint first: the copy then has at least the entries that it covers.
    let seen = HighWater::look(&files.high_water, &keys(&files, &key)?)?;
    let (checkpoint, note) = seen.and_then(|seen| seen.newest).ok_or_else(missing)?;
    let partial = into.join(format!("{}.partial", checkpoint.size));
    if partial.exists() {
        std::fs::remove_dir_all(&partial).map_err(|error| failed(&partial, &error))?;
    }
    make_dir(&partial.join("keys"))?;
    let copied = Files::of_dir(&partial, settings);
    copy(&files, &copied.database)?;
    // Behind the copy: a move that began meanwhile has said so by now.
    check_is_not_moving(data)?;
    let stream = stream(data)?;
    mark(&partial, stream.as_deref())?;
    // The newest key of the copy, whatever has become of the file beside the log.
    let key = keys(&copied, &key)?.logs().next_back().cloned().ok_or_else(missing)?;
    write(&partial.join(CHECKPOINT), &note.to_string())?;
    write(&partial.join("keys").join("log.pub"), &format!("{key}\n"))?;
    sync_dir(&partial)?;
    let (ledger, entries, checkpoint) = verified(&partial, settings)?;
    let dir = into.join(format!("{ledger}-{entries}-entries"));
    if dir.exists() {
        // The same entries were backed up before, and the newer copy is as good.
        std::fs::remove_dir_all(&dir).map_err(|error| failed(&dir, &error))?;
    }
    std::fs::rename(&partial, &dir).map_err(|error| failed(&dir, &error))?;
    sync_dir(into)?;
    Ok(BackedUp { dir, ledger, entries, checkpoint, stream })
}

/// The signed checkpoint of a backup.
fn signed(backup: &Path, settings: &Settings) -> Result<(Checkpoint, SignedNote), LogError> {
    let no = |fault| LogError::Distrusted { verdict: Verdict::Invalid(fault), advice: "use another backup" };
    let files = Files::of_dir(backup, settings);
    let key = signing::public(&files.keys)?.ok_or_else(|| no(Fault::NotSigned))?;
    let policy = keys(&files, &key)?;
    let path = backup.join(CHECKPOINT);
    let text = std::fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
    let note: SignedNote = text.parse().map_err(|_| no(Fault::NoCheckpoint))?;
    let judged = judge_checkpoint(&note, &policy);
    let (checkpoint, _) = judged.map_err(|verdict| LogError::Distrusted { verdict, advice: "use another backup" })?;
    Ok((checkpoint, note))
}

/// Reads all of a backup and compares it with the checkpoint that comes with it.
fn verified(backup: &Path, settings: &Settings) -> Result<(LedgerName, Position, Checkpoint), LogError> {
    let (checkpoint, _) = signed(backup, settings)?;
    let mark = Mark { size: checkpoint.size, root: checkpoint.root };
    let (ledger, tree) = check_whole(&Files::of_dir(backup, settings), &Seen::of(mark))?;
    Ok((ledger, tree.size(), checkpoint))
}

/// Verifies a backup and makes it the log of a data directory that has none. `key` is the file with the log's private
/// key; without it the log can be read and exported, and nothing can be recorded until the key is put back.
pub fn restore(backup: &Path, data: &Path, settings: &Settings, key: Option<&Path>) -> Result<BackedUp, LogError> {
    let files = Files::of_dir(data, settings);
    if files.exist() {
        let detail = format!("{} holds a log already; restore into a new folder", data.display());
        return Err(LogError::Unfit { detail });
    }
    let (ledger, entries, checkpoint) = verified(backup, settings)?;
    let (_, note) = signed(backup, settings)?;
    let backed_up = Files::of_dir(backup, settings);
    let public = signing::public(&backed_up.keys)?.ok_or(LogError::Closed)?;
    let policy = keys(&backed_up, &public)?;
    if let Some(path) = key {
        signing::check_is(path, &public)?;
    }
    if let Some(Seen { newest: Some((newest, _)), .. }) = HighWater::look(&files.high_water, &policy)?
        && newest.size > entries
    {
        return Err(stale(entries, newest.size));
    }
    make_dir(data)?;
    make_dir(&files.keys)?;
    if let Some(path) = key {
        signing::take_over(path, &files.keys)?;
    }
    write(&files.keys.join("log.pub"), &format!("{public}\n"))?;
    let (mut marks, seen) = HighWater::open_or_create(&files.high_water, &policy)?;
    if seen.newest.is_none() {
        marks.append(&checkpoint, &note)?;
    }
    // In front of the log: a copy without its mark would be a log of its own.
    let stream = stream(backup)?;
    mark(data, stream.as_deref())?;
    let new = files.database.with_extension("restored");
    std::fs::copy(backed_up.database, &new).map_err(|error| failed(&new, &error))?;
    File::open(&new).and_then(|file| file.sync_all()).map_err(|error| failed(&new, &error))?;
    std::fs::rename(&new, &files.database).map_err(|error| failed(&files.database, &error))?;
    sync_dir(data)?;
    Ok(BackedUp { dir: data.to_owned(), ledger, entries, checkpoint, stream })
}
