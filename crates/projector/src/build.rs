//! Builds of the read model: which one is in use, whether it can be used, and building a new one at full speed.

use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use servanda_events::Recorded;
use servanda_events::ids::Position;
use servanda_log::{Entry, Log};

use crate::error::ProjectorError;
use crate::read_db::{self, Applier};

/// Entries read, decoded and applied at a time while building.
const BATCH_ENTRIES_MAX: usize = 1_000;
/// Batches that may wait between reading and applying.
const BATCHES_WAITING_MAX: usize = 2;

fn folder(dir: &Path) -> PathBuf {
    dir.join("read")
}

/// The path of a build.
pub(crate) fn path(dir: &Path, file: &str) -> PathBuf {
    folder(dir).join(file)
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> ProjectorError {
    let path = path.display().to_string();
    move |source| ProjectorError::File { path: path.clone(), source }
}

/// The build that `read/current` names.
pub(crate) fn current(dir: &Path) -> Result<Option<String>, ProjectorError> {
    let pointer = folder(dir).join("current");
    match std::fs::read_to_string(&pointer) {
        Ok(name) => Ok(Some(name.trim().to_owned()).filter(|name| !name.is_empty() && !name.contains(['/', '\\']))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at(&pointer)(error)),
    }
}

/// The build in use, or the reason why a new one is needed.
pub(crate) fn usable(dir: &Path, log: &Log) -> Result<Result<String, String>, ProjectorError> {
    let Some(file) = current(dir)? else {
        return Ok(Err("there is none yet".to_owned()));
    };
    let path = path(dir, &file);
    if !path.exists() {
        return Ok(Err("its file is missing".to_owned()));
    }
    let Ok(standing) = read_db::open_writer(&path).and_then(|connection| read_db::standing(&connection)) else {
        return Ok(Err("its file is damaged".to_owned()));
    };
    Ok(if standing.page_version != read_db::PAGE_VERSION {
        Err(format!("it is of version {}, this program uses {}", standing.page_version, read_db::PAGE_VERSION))
    } else if standing.ledger != log.ledger().as_str() {
        Err(format!("it belongs to the ledger {}", standing.ledger))
    } else if standing.position > log.head() {
        Err(format!("it is ahead of the log: position {} of {}", standing.position, log.head()))
    } else {
        Ok(file)
    })
}

/// Builds a new file from the whole log and makes it the current one. Gives its name.
pub(crate) fn build(dir: &Path, log: &Log, mut progress: impl FnMut(Position)) -> Result<String, ProjectorError> {
    let folder = folder(dir);
    std::fs::create_dir_all(&folder).map_err(at(&folder))?;
    let _lock = lock(&folder)?;
    let file = unused_name(&folder)?;
    let path = folder.join(&file);
    let mut applier = Applier::new(read_db::create(&path, log.ledger(), false)?, log.ledger().clone());
    let applied = fill(&mut applier, log, &mut progress);
    read_db::make_safe(applier.into_connection(), &path)?;
    if let Err(error) = applied {
        let _ = std::fs::remove_file(&path);
        return Err(error);
    }
    let (pointer, next) = (folder.join("current"), folder.join("current.next"));
    let write = || {
        std::fs::write(&next, &file)?;
        std::fs::File::open(&next)?.sync_all()?;
        std::fs::rename(&next, &pointer)?;
        std::fs::File::open(&folder)?.sync_all()
    };
    write().map_err(at(&pointer))?;
    Ok(file)
}

/// Sees to it that only one process builds, for as long as the answer lives.
fn lock(folder: &Path) -> Result<std::fs::File, ProjectorError> {
    let path = folder.join("build.lock");
    let mut options = std::fs::OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).open(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(ProjectorError::BuildUnderWay),
        Err(std::fs::TryLockError::Error(error)) => Err(at(&path)(error)),
    }
}

/// A name that no file in the folder has.
fn unused_name(folder: &Path) -> Result<String, ProjectorError> {
    let mut number = 0_u64;
    for entry in std::fs::read_dir(folder).map_err(at(folder))? {
        let name = entry.map_err(at(folder))?.file_name();
        let taken = name.to_str().and_then(|n| n.split('.').next()).and_then(|n| n.parse::<u64>().ok());
        number = number.max(taken.unwrap_or(0));
    }
    Ok(format!("{:06}.sqlite", number + 1))
}

/// Reads and decodes on one thread and applies on this one.
fn fill(applier: &mut Applier, log: &Log, progress: &mut impl FnMut(Position)) -> Result<(), ProjectorError> {
    type Batch = Result<(Vec<Entry>, Vec<Recorded>), ProjectorError>;
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Batch>(BATCHES_WAITING_MAX);
        scope.spawn(move || {
            let mut position = 0;
            loop {
                let batch = read_batch(log, position);
                position = match &batch {
                    Ok((entries, _)) if entries.is_empty() => return,
                    Ok((entries, _)) => entries.last().map_or(position, |entry| entry.position),
                    Err(_) => Position::MAX,
                };
                // The other side hangs up only after an error of its own.
                if sender.send(batch).is_err() || position == Position::MAX {
                    return;
                }
            }
        });
        for batch in receiver {
            let (entries, decoded) = batch?;
            let bodies: Vec<&[u8]> = entries.iter().map(|entry| entry.bytes.as_ref()).collect();
            let (position, _) = applier.apply_decoded(&decoded, &bodies)?;
            progress(position);
        }
        Ok(())
    })
}

fn read_batch(log: &Log, after: Position) -> Result<(Vec<Entry>, Vec<Recorded>), ProjectorError> {
    let entries = log.read(after, BATCH_ENTRIES_MAX)?;
    let decode = |entry: &Entry| {
        servanda_events::decode(&entry.bytes)
            .map_err(|source| ProjectorError::Entry { position: entry.position, source })
    };
    let decoded = entries.iter().map(decode).collect::<Result<_, _>>()?;
    Ok((entries, decoded))
}

/// Removes the builds that are no longer in use; what is still open goes when it is closed. While another process
/// builds, nothing is removed.
pub(crate) fn remove_others(dir: &Path, keep: &str) {
    let Ok(_lock) = lock(&folder(dir)) else { return };
    let Ok(entries) = std::fs::read_dir(folder(dir)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if name.contains(".sqlite") && !name.starts_with(keep) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
