//! A node's place: the directory of its copy, and where in the stream that copy ends. Nothing is remembered of the
//! latter: it follows from the entries, wherever the copy came from.
//!
//! Deliberately absent: bringing keys from node to node, which is done by hand, as with any secret.

use std::path::Path;

use servanda_events::ids::{LedgerName, Position};

use super::fold::{diverged, shortened};
use super::node::Node;
use super::pack;
use super::wire::Wire;
use crate::sqlite::{Files, Sqlite};
use crate::{LogError, Settings, signing};

/// The file that says that a directory holds a node's copy, and of which stream.
const MARK: &str = "log.stream";

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
    if last == 0 || files.exist() || signing::load(&files.keys)?.is_some() {
        return Ok(());
    }
    let key = wire.message(last).await?.label.map_or_else(|| "another".to_owned(), |label| label.key);
    Err(LogError::Key {
        path: files.keys,
        detail: format!(
            "{} is signed with the key {key}; put log.key and log.pub of another node there, readable for this user \
             alone, then start again",
            wire.stream
        ),
    })
}

/// Says in a directory that it holds a node's copy.
pub(crate) fn mark(dir: &Path, stream: &str) -> Result<(), LogError> {
    let path = dir.join(MARK);
    let failed = |error: std::io::Error| LogError::Io { detail: format!("{}: {error}", path.display()) };
    if std::fs::read_to_string(&path).is_ok_and(|text| text.trim_end() == stream) {
        return Ok(());
    }
    let mut file = std::fs::File::create(&path).map_err(failed)?;
    std::io::Write::write_all(&mut file, format!("{stream}\n").as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    // A copy that was no longer known as one after a power cut could be written without the stream.
    if cfg!(unix) { std::fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed) } else { Ok(()) }
}

pub(crate) fn is_copy(dir: &Path) -> bool {
    dir.join(MARK).exists()
}

pub(crate) fn check_is_no_copy(dir: &Path) -> Result<(), LogError> {
    if is_copy(dir) { Err(LogError::NodeCopy { path: dir.to_owned() }) } else { Ok(()) }
}

/// Finds the message with the last entry of the copy, compares the two, and folds what else is in that message.
pub(crate) async fn find(node: &mut Node, dir: &Path, last: u64) -> Result<(), LogError> {
    let head = node.durable.head();
    if head == 0 {
        return Ok(());
    }
    let missing = if is_copy(dir) { shortened(head) } else { own(dir, &node.wire, head) };
    if last == 0 {
        return Err(missing);
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

fn own(dir: &Path, wire: &Wire, head: Position) -> LogError {
    let (dir, stream) = (dir.display(), &wire.stream);
    LogError::Stream {
        detail: format!(
            "{dir} holds a log of its own with {head} entries, which {stream} has not; choose an empty folder"
        ),
    }
}

async fn first_of(node: &Node, number: u64) -> Result<Position, LogError> {
    pack::first(&node.wire.message(number).await?.body)
}

/// Folds the messages up to a number.
pub(crate) async fn catch_up(node: &mut Node, last: u64, mut progress: impl FnMut(u64, u64)) -> Result<(), LogError> {
    progress(node.number, last);
    while node.number < last {
        for message in node.wire.messages(node.number + 1).await? {
            node.fold(message).await?;
        }
        progress(node.number, last);
    }
    Ok(())
}
