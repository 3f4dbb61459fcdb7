//! A node's place: the directory of its copy, and where in the stream that copy ends. Nothing is remembered of the
//! latter: it follows from the entries, wherever the copy came from.
//!
//! Deliberately absent: bringing keys from node to node, which is done by hand, as with any secret.

use std::path::Path;

use servanda_events::ids::{LedgerName, Position};

use super::fold::{being_filled, diverged, filled_upto, gone_elsewhere};
use super::node::Node;
use super::pack::{self, Kind};
use super::wire::{Message, Wire};
use crate::rotation::rotation_in;
use crate::sqlite::{Files, STREAM_MARK as MARK, Sqlite};
use crate::{LogError, Settings, signing};

/// The ledger whose log is in a directory, or is wanted there.
pub(crate) fn ledger(dir: &Path, wanted: Option<LedgerName>, settings: &Settings) -> Result<LedgerName, LogError> {
    if let Some((_, found, _)) = Sqlite::open_read_only(dir, settings)? {
        return match wanted {
            Some(wanted) if wanted != found => Err(LogError::WrongLedger { wanted, found }),
            _ => Ok(found),
        };
    }
    let main = || "main".parse().map_err(|_| LogError::Unfit { detail: "`main` is no name".to_owned() });
    wanted.map_or_else(main, Ok)
}

/// Refuses to make a copy that would sign with another key than the log's. Nothing is made before that.
pub(crate) async fn check_keys(dir: &Path, wire: &Wire, last: u64, settings: &Settings) -> Result<(), LogError> {
    let files = Files::of_dir(dir, settings);
    if last == 0 || files.exist() {
        return Ok(());
    }
    let newest = newest_key(&wire.message(last).await?);
    let refuse = |detail: String| Err(LogError::Key { path: files.keys.clone(), detail });
    let own = match signing::load(&files.keys)? {
        Some(own) => own.public().to_string(),
        None => {
            return refuse(format!(
                "{} is signed with the key {newest}; put log.key and log.pub of another node there, readable for this \
                 user alone, then start again",
                wire.stream
            ));
        }
    };
    let next = signing::next(&files.keys)?.map(|next| next.public().to_string());
    if own != newest && next.as_ref() != Some(&newest) {
        return refuse(format!(
            "it signs as {own}, and {} is signed with the key {newest}; give it the keys of the other nodes",
            wire.stream
        ));
    }
    let first = wire.message(1).await?.label.map_or_else(String::new, |label| label.key);
    if own != first {
        // Its copy would have to sign early sizes with a key that the log did not have then.
        return refuse(format!(
            "the log's key was replaced since the first entry of {}, and a copy that begins there cannot sign what came \
             before; begin with a backup of another node: `servanda serve --snapshot FOLDER`",
            wire.stream
        ));
    }
    Ok(())
}

/// The key with which the log goes on behind a message.
fn newest_key(message: &Message) -> String {
    let named = message.label.as_ref().map_or_else(|| "another".to_owned(), |label| label.key.clone());
    let entries = pack::entries(&message.body, 0).unwrap_or_default();
    let rotated = entries.iter().filter_map(|entry| rotation_in(&entry.bytes, entry.index.position).ok().flatten());
    rotated.fold(
        named,
        |key, rotation| {
            if rotation.old().to_string() == key { rotation.new_key().to_string() } else { key }
        },
    )
}

/// Says in a directory that it holds a node's copy.
pub(crate) fn mark(dir: &Path, stream: &str) -> Result<(), LogError> {
    // A copy that was no longer known as one after a power cut could be written without the stream.
    write_durably(dir, MARK, &format!("{stream}\n"))
}

fn failed(path: &Path, error: &std::io::Error) -> LogError {
    LogError::Io { detail: format!("{}: {error}", path.display()) }
}

/// Writes a small file, all of it or nothing, which is there after a power cut.
pub(crate) fn write_durably(dir: &Path, name: &str, text: &str) -> Result<(), LogError> {
    let path = dir.join(name);
    if std::fs::read_to_string(&path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    let new = path.with_extension("new");
    let write = || {
        let mut file = std::fs::File::create(&new)?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&new, &path)?;
        if cfg!(unix) { std::fs::File::open(dir)?.sync_all() } else { Ok(()) }
    };
    write().map_err(|error| failed(&path, &error))
}

/// Removes a file, which is gone after a power cut.
pub(crate) fn remove_durably(dir: &Path, name: &str) -> Result<(), LogError> {
    let path = dir.join(name);
    let remove = || {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        if cfg!(unix) { std::fs::File::open(dir)?.sync_all() } else { Ok(()) }
    };
    remove().map_err(|error| failed(&path, &error))
}

pub(crate) fn is_copy(dir: &Path) -> bool {
    dir.join(MARK).exists()
}

pub(crate) fn check_is_no_copy(dir: &Path) -> Result<(), LogError> {
    if is_copy(dir) { Err(LogError::NodeCopy { path: dir.to_owned() }) } else { Ok(()) }
}

/// Finds the message with the last entry of the copy, compares the two, and folds what else is in that message.
/// `missing` is said where the stream has no such entry.
pub(crate) async fn find(node: &mut Node, mut missing: LogError, last: u64) -> Result<(), LogError> {
    let head = node.durable.head();
    if head == 0 {
        node.number = 0;
        return Ok(());
    }
    if last == 0 {
        return Err(missing);
    }
    let end = node.wire.message(last).await?;
    if let (Some(upto), Ok(held)) = (end.label.as_ref().and_then(filled_upto), pack::last(&end.body))
        && held < upto
    {
        missing = being_filled(&node.wire.stream, held, upto);
    }
    if end.label.as_ref().is_some_and(|label| matches!(label.kind, Kind::Moved { .. })) {
        missing = gone_elsewhere(&node.wire.stream, head);
    }
    let newest = node.copy.entry(head)?.ok_or_else(|| diverged(head))?;
    node.last_at = Some(newest.index()?.recorded_at);
    // The last message that begins at the head or before it.
    let (mut before, mut behind) = (1, last + 1);
    while before + 1 < behind {
        let middle = before + (behind - before) / 2;
        if first_of(node, middle).await? <= head { before = middle } else { behind = middle }
    }
    let message = node.wire.message(before).await?;
    let ends = pack::entries(&message.body, head)?.last().map_or(0, |entry| entry.index.position);
    node.fold(message).await?;
    if ends < head { Err(missing) } else { Ok(()) }
}

/// What to say of a log that no stream holds.
pub(crate) fn own(dir: &Path, wire: &Wire, head: Position) -> LogError {
    let (dir, stream) = (dir.display(), &wire.stream);
    LogError::Stream {
        detail: format!(
            "{dir} holds a log of its own with {head} entries, which {stream} has not; choose an empty folder"
        ),
    }
}

async fn first_of(node: &Node, number: u64) -> Result<Position, LogError> {
    let message = node.wire.message(number).await?;
    // What has no entries stands behind all that have.
    if message.body.is_empty() { Ok(Position::MAX) } else { pack::first(&message.body) }
}

/// Folds the messages up to a number.
pub(crate) async fn catch_up(node: &mut Node, last: u64, mut progress: impl FnMut(u64, u64)) -> Result<(), LogError> {
    progress(node.number, last);
    while node.number < last {
        let page = node.wire.messages(node.number + 1).await?;
        node.fold_all(page.messages).await?;
        progress(node.number, last);
    }
    Ok(())
}
