//! Opening a log that can be trusted: its key, its high-water file, its tree; made for a new log, checked for any
//! other.
//!
//! A log of the version before there was a tree gets one now: nothing of it had been signed, so it is taken as it is,
//! and that is said aloud. Deliberately absent: a way to open a log that is not what was signed.

use rusqlite::{Connection, TransactionBehavior};
use servanda_events::ids::LedgerName;
use servanda_proof::{PrivateKey, SignedNote, TILE_WIDTH, Tree, leaf_hash};

use super::open::{FORMAT, Files, Last, WITH_TREE};
use super::{check, rotate, tree};
use crate::checkpoints::Checkpoints;
use crate::high_water::{HighWater, Seen, stale};
use crate::{Ids, LogError, signing};

/// A log's end, believed.
pub(crate) struct Trusted {
    pub(crate) last: Last,
    /// None for a log that is written without a tree, to measure what the tree costs.
    pub(crate) proven: Option<Proven>,
    /// Entries that got their tree now.
    pub(crate) upgraded: Option<u64>,
}

/// The tree, and what signs it.
pub(crate) struct Proven {
    pub(crate) tree: Tree,
    pub(crate) checkpoints: Checkpoints,
}

/// Opens the log in a file, or makes it there. The newest checkpoint is signed and durable when this returns.
pub(crate) fn open(
    files: &Files,
    connection: &mut Connection,
    wanted: Option<LedgerName>,
    ids: &Ids,
) -> Result<(LedgerName, Trusted), LogError> {
    let is_new = files.is_new(connection)?;
    let ledger = match wanted {
        wanted if !is_new => files.check(connection, wanted)?,
        Some(ledger) => ledger,
        None => "main".parse().map_err(|_| LogError::Unfit { detail: "`main` is no name".to_owned() })?,
    };
    let format = if is_new { 0 } else { files.format(connection)? };
    if !files.with_tree {
        return without_tree(files, connection, ledger, format);
    }
    let mut upgraded = None;
    let (key, marks, seen) = if format < WITH_TREE {
        let key = signing::load_or_create(&files.keys, files.origin.as_deref(), &ledger, ids)?;
        let policy = rotate::keys_of(key.public(), &[])?;
        let (marks, seen) = HighWater::open_or_create(&files.high_water, &policy)?;
        if let Some((checkpoint, _)) = &seen.newest {
            let size = if format == 0 { 0 } else { files.last(connection)?.position };
            return Err(stale(size, checkpoint.size));
        }
        let entries = make(files, connection, &ledger, &key, format)?;
        upgraded = (format > 0).then_some(entries);
        (key, marks, seen)
    } else {
        let rotations = rotate::rotations(files, connection, &ledger)?;
        let key = rotate::settled(files, &rotations, signing::expect(&files.keys)?)?;
        let policy = rotate::keys_of(key.public(), &rotations)?;
        let (marks, seen) = HighWater::expect(&files.high_water, &policy)?;
        (key, marks, seen)
    };
    let tree = check::whole(files, connection, &ledger, Some(&key), &seen, |_| Ok(()))?;
    if format == WITH_TREE {
        // What stands in it is good as it is. An older program must not read what is written behind it.
        connection.pragma_update(None, "user_version", FORMAT).map_err(|error| files.error(&error))?;
    }
    let last = files.last(connection)?;
    let proven = proven(tree, key, marks, seen, ledger.clone())?;
    Ok((ledger, Trusted { last, proven: Some(proven), upgraded }))
}

/// Opens a log again after a failure, by what was read from its files and not by what was in memory.
pub(crate) fn open_again(
    files: &Files,
    connection: &Connection,
    ledger: &LedgerName,
    key: Option<&PrivateKey>,
) -> Result<Trusted, LogError> {
    let last = files.last(connection)?;
    let Some(key) = key else {
        return Ok(Trusted { last, proven: None, upgraded: None });
    };
    let rotations = rotate::rotations(files, connection, ledger)?;
    let key = rotate::settled(files, &rotations, key.clone())?;
    let policy = rotate::keys_of(key.public(), &rotations)?;
    let (marks, seen) = HighWater::expect(&files.high_water, &policy)?;
    let tree = check::end(files, connection, ledger, &key, &seen, last.position)?;
    let proven = proven(tree, key, marks, seen, ledger.clone())?;
    Ok(Trusted { last, proven: Some(proven), upgraded: None })
}

fn proven(tree: Tree, key: PrivateKey, marks: HighWater, seen: Seen, ledger: LedgerName) -> Result<Proven, LogError> {
    let mut checkpoints = Checkpoints::new(key, marks, seen.newest, ledger);
    checkpoints.sign(tree.size(), tree.root())?;
    Ok(Proven { tree, checkpoints })
}

fn without_tree(
    files: &Files,
    connection: &mut Connection,
    ledger: LedgerName,
    format: i64,
) -> Result<(LedgerName, Trusted), LogError> {
    if format >= WITH_TREE {
        let detail = "this log has a tree, and is written with it for good".to_owned();
        return Err(LogError::Unfit { detail });
    }
    if format == 0 {
        files.create(connection, &ledger, WITH_TREE - 1, |_| Ok(())).map_err(|error| files.error(&error))?;
        files.sync_dir()?;
    }
    let last = files.last(connection)?;
    Ok((ledger, Trusted { last, proven: None, upgraded: None }))
}

/// Makes the tables of a new log, or the tree of one that has none; in one transaction. Gives the number of entries.
fn make(
    files: &Files,
    connection: &mut Connection,
    ledger: &LedgerName,
    key: &PrivateKey,
    format: i64,
) -> Result<u64, LogError> {
    let plant = |connection: &Connection| {
        connection.execute_batch(include_str!("schema_tree.sql"))?;
        let tree = hash_entries(connection)?;
        let (size, root) = (tree.size(), tree.root());
        let edge = tree::Edge { size, root, seal: key.seal(size, &root, ledger.as_str()), checkpoint: String::new() };
        tree::write_edge(connection, &edge)?;
        Ok(size)
    };
    let made = if format == 0 {
        files.create(connection, ledger, FORMAT, plant)
    } else {
        (|| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let size = plant(&transaction)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()?;
            Ok(size)
        })()
    };
    let size = made.map_err(|error| files.error(&error))?;
    files.sync_dir()?;
    Ok(size)
}

fn hash_entries(connection: &Connection) -> rusqlite::Result<Tree> {
    let mut statement = connection.prepare("SELECT body FROM entry ORDER BY position")?;
    let mut entries = statement.query([])?;
    let mut tree = Tree::new();
    let mut noted = Vec::new();
    while let Some(entry) = entries.next()? {
        let leaf = leaf_hash(entry.get_ref(0)?.as_bytes()?);
        tree.push_noting(leaf, |row, place, hash| noted.push((row, place, hash)));
        if tree.size().is_multiple_of(TILE_WIDTH) {
            tree::write_hashes(connection, &mut noted)?;
        }
    }
    tree::write_hashes(connection, &mut noted)?;
    Ok(tree)
}

/// The newest checkpoint of a log that is only read: from the high-water file, or from the database if that is away.
pub(crate) fn newest_checkpoint(
    files: &Files,
    connection: &Connection,
    ledger: &LedgerName,
) -> Result<Option<SignedNote>, LogError> {
    if files.format(connection)? < WITH_TREE {
        return Ok(None);
    }
    let Some(key) = signing::public(&files.keys)? else {
        return Ok(None);
    };
    let policy = rotate::keys_of(&key, &rotate::rotations(files, connection, ledger)?)?;
    match HighWater::look(&files.high_water, &policy) {
        Ok(Some(Seen { newest: Some((_, note)), .. })) => return Ok(Some(note)),
        Ok(_) => {}
        // Whoever only reads may not be let at that file, and the one in the database is signed too.
        Err(error) => tracing::warn!(%error, "the checkpoint is taken from the database"),
    }
    let edge = tree::edge(connection).map_err(|error| files.error(&error))?;
    Ok(edge.and_then(|edge| edge.checkpoint.parse().ok()))
}
