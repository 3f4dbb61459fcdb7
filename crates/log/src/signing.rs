//! The key with which the log signs its checkpoints: made at the first start, kept in a file that its owner alone can
//! read, never shown; and replaced by another.
//!
//! When the key is replaced, the new one is written beside the old one first, then the entry that says so is appended,
//! then the new key takes the old one's place. The old private key is gone then: nothing is signed with it any more,
//! and a key that is kept is a key that can be stolen. Whatever was cut off in between is settled when the log is next
//! opened.
//!
//! Deliberately absent: encryption of the file, and keys in other devices.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use servanda_events::ids::LedgerName;
use servanda_proof::{PrivateKey, PublicKey, Rotation};

use crate::{Ids, LogError};

const PRIVATE: &str = "log.key";
const PUBLIC: &str = "log.pub";
/// The key that is to take the old one's place.
const NEXT: &str = "log.next";

fn wrong(path: &Path, detail: impl Into<String>) -> LogError {
    LogError::Key { path: path.to_owned(), detail: detail.into() }
}

fn unreadable(path: &Path, error: &io::Error) -> LogError {
    wrong(path, format!("{error}; give this user, and nobody else, the right to read and write there"))
}

/// The private key in a folder, if there is one.
pub(crate) fn load(dir: &Path) -> Result<Option<PrivateKey>, LogError> {
    read(&dir.join(PRIVATE))
}

/// The private key that is to take the old one's place, if there is one.
pub(crate) fn next(dir: &Path) -> Result<Option<PrivateKey>, LogError> {
    read(&dir.join(NEXT))
}

/// Writes the key that is to take the old one's place. It is durable when this returns.
pub(crate) fn prepare(dir: &Path, key: &PrivateKey) -> Result<(), LogError> {
    let path = dir.join(NEXT);
    let write = || {
        write_file(&path, &format!("{}\n", key.to_text()), 0o600)?;
        sync_dir(dir)
    };
    write().map_err(|error| unreadable(&path, &error))
}

/// Puts the next key in the old one's place, for good.
pub(crate) fn switch(dir: &Path, next: &PrivateKey) -> Result<(), LogError> {
    let write = || {
        write_file(&dir.join(PUBLIC), &format!("{}\n", next.public()), 0o644)?;
        std::fs::rename(dir.join(NEXT), dir.join(PRIVATE))?;
        sync_dir(dir)
    };
    write().map_err(|error| unreadable(dir, &error))
}

/// Removes a next key that never came to sign anything.
pub(crate) fn forget_next(dir: &Path) -> Result<(), LogError> {
    let path = dir.join(NEXT);
    let remove = || {
        std::fs::remove_file(&path)?;
        sync_dir(dir)
    };
    remove().map_err(|error| unreadable(&path, &error))
}

/// What to say of a key that was replaced by another.
pub(crate) fn ended(dir: &Path, position: u64) -> LogError {
    let path = dir.join(PRIVATE);
    let back = "put the key that took its place back from where a copy is kept";
    wrong(&path, format!("the log gave this key up at entry {position}; {back}"))
}

/// What to say where the entry that replaces the key is there before the new key.
pub(crate) fn awaited(dir: &Path, rotation: &Rotation) -> LogError {
    wrong(
        &dir.join(NEXT),
        format!(
            "entry {} hands the log on to {}, whose private key is not here; put log.next of the node that recorded it \
             there, or its log.key under that name, readable for this user alone; the node then goes on by itself",
            rotation.position(),
            rotation.new_key()
        ),
    )
}

/// Draws the key that is to take the old one's place; refused where one waits already.
pub(crate) fn draw_next(dir: &Path, ids: &Ids) -> Result<PublicKey, LogError> {
    let path = dir.join(NEXT);
    if let Some(waiting) = read(&path)? {
        return Err(wrong(
            &path,
            format!(
                "the next key is drawn already, {}; bring it to every node, then replace the key",
                waiting.public()
            ),
        ));
    }
    let old = expect(dir)?;
    let next = PrivateKey::from_seed(old.public().name(), &ids.secret()?);
    let next = next.map_err(|error| wrong(&path, error.to_string()))?;
    prepare(dir, &next)?;
    Ok(next.public().clone())
}

fn read(path: &Path) -> Result<Option<PrivateKey>, LogError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(path, &error)),
    };
    check_rights(path)?;
    let key = PrivateKey::parse(text.trim_end());
    key.map(Some).map_err(|error| wrong(path, format!("{error}; put the right file back from where a copy is kept")))
}

/// The private key in a folder that must have one.
pub(crate) fn expect(dir: &Path) -> Result<PrivateKey, LogError> {
    let missing = "it is missing; without it no checkpoint can be signed that continues those given away; put it back \
                   from where a copy is kept";
    load(dir)?.ok_or_else(|| wrong(&dir.join(PRIVATE), missing))
}

/// The public key in a folder, if there is one.
pub(crate) fn public(dir: &Path) -> Result<Option<PublicKey>, LogError> {
    let path = dir.join(PUBLIC);
    match std::fs::read_to_string(&path) {
        Ok(text) => PublicKey::parse(text.trim_end()).map(Some).map_err(|error| wrong(&path, error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(&path, &error)),
    }
}

/// The private key in a folder; made now if there is none. Its name is the log's origin: the one asked for, or one that
/// no other log has.
pub(crate) fn load_or_create(
    dir: &Path,
    origin: Option<&str>,
    ledger: &LedgerName,
    ids: &Ids,
) -> Result<PrivateKey, LogError> {
    if let Some(key) = load(dir)? {
        return Ok(key);
    }
    let origin = match origin {
        Some(origin) => origin.to_owned(),
        None => {
            let own: String = ids.secret()?[24..].iter().map(|byte| format!("{byte:02x}")).collect();
            format!("servanda/{ledger}/{own}")
        }
    };
    let path = dir.join(PRIVATE);
    let key = PrivateKey::from_seed(&origin, &ids.secret()?).map_err(|error| wrong(&path, error.to_string()))?;
    write(dir, &key).map_err(|error| unreadable(&path, &error))?;
    Ok(key)
}

/// Checks that a file holds the private key of a public one.
pub(crate) fn check_is(path: &Path, public: &PublicKey) -> Result<(), LogError> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    match PrivateKey::parse(text.trim_end()) {
        Ok(key) if key.public() == public => Ok(()),
        Ok(_) => Err(wrong(path, format!("it is not the key of {public}; look for the one that signed this log"))),
        Err(error) => Err(wrong(path, error.to_string())),
    }
}

/// Puts a private key that was kept elsewhere into a folder.
pub(crate) fn take_over(path: &Path, dir: &Path) -> Result<(), LogError> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    write_file(&dir.join(PRIVATE), &text, 0o600).map_err(|error| unreadable(dir, &error))
}

fn write(dir: &Path, key: &PrivateKey) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    write_file(&dir.join(PUBLIC), &format!("{}\n", key.public()), 0o644)?;
    write_file(&dir.join(PRIVATE), &format!("{}\n", key.to_text()), 0o600)?;
    sync_dir(dir)
}

fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

/// All of a file or nothing of it, with these rights.
fn write_file(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let new: PathBuf = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let mut file = options.open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&new, path)
}

#[cfg(unix)]
fn check_rights(path: &Path) -> Result<(), LogError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(wrong(
        path,
        "others than its owner can read it; take that right away (chmod 600), and think about who has read it",
    ))
}

#[cfg(not(unix))]
fn check_rights(_: &Path) -> Result<(), LogError> {
    Ok(())
}
