//! The rotation of the key of a log that a stream holds: the entry that says so is recorded by one node, and every node
//! takes the new key as soon as it folds that entry.
//!
//! All nodes sign with one key, so the new one is brought to each of them first, by hand, as the old one was. A node
//! without it waits in front of the entry, says what is missing, and goes on when it is there.
//!
//! Deliberately absent: sending keys over the network.

use std::path::Path;

use servanda_events::ids::{ActorId, StreamId};
use servanda_events::recorded::decode_index;
use servanda_proof::{PublicKey, Rotation};

use super::node::{Node, OVERTAKEN_MAX};
use super::{Servers, moving, place, standing_node};
use crate::append::Exact;
use crate::rotation::{ROTATIONS_MAX, Rotated};
use crate::sqlite::{Files, rotation_entry};
use crate::{Clock, Ids, LogError, Settings, clock, signing};

fn no_copy(dir: &Path) -> LogError {
    let detail = format!(
        "{} holds no node's copy; `servanda key rotate` draws the new key of a log on one machine itself",
        dir.display()
    );
    LogError::Stream { detail }
}

/// Draws the next key of a log that a stream holds into the folder of keys of a node's copy, from where it is brought
/// to every other node. Nothing is signed with it before it was recorded that it takes over.
pub fn draw_next_key(dir: &Path, settings: &Settings, ids: &Ids) -> Result<PublicKey, LogError> {
    if !place::is_copy(dir) {
        return Err(no_copy(dir));
    }
    signing::draw_next(&Files::of_dir(dir, settings).keys, ids)
}

/// Records in the stream that the next key, which lies in the folder of keys of this copy and of every other, takes the
/// old one's place. No service may have this copy; the other nodes go on meanwhile.
pub async fn rotate_node_key(
    dir: &Path,
    settings: &Settings,
    (clock, ids): (&Clock, &Ids),
    servers: Servers,
    actor: &ActorId,
) -> Result<Rotated, LogError> {
    if !place::is_copy(dir) {
        return Err(no_copy(dir));
    }
    moving::check_is_not_moving(dir)?;
    let keys = Files::of_dir(dir, settings).keys;
    let Some(next) = signing::next(&keys)? else {
        return Err(LogError::Key {
            path: keys,
            detail: "the next key is not there; draw it with `servanda key next`, and bring log.next to the folder of \
                     keys of every node first"
                .to_owned(),
        });
    };
    let (mut node, last) = standing_node(dir, None, settings, (clock, ids), servers).await?;
    place::catch_up(&mut node, last, |_, _| ()).await?;
    node.check_filled()?;
    let rotated = record(&mut node, &keys, next.public(), actor).await;
    let closed = node.copy.close().await;
    let rotated = rotated?;
    closed?;
    Ok(rotated)
}

async fn record(node: &mut Node, keys: &Path, next: &PublicKey, actor: &ActorId) -> Result<Rotated, LogError> {
    for _ in 0..OVERTAKEN_MAX {
        node.catch_up_with_the_leader().await?;
        if node.key()? == *next {
            // An earlier attempt, of which nobody knew whether it came through.
            return done(node, next);
        }
        let (Some(old), Some(new)) = (signing::load(keys)?, signing::next(keys)?) else {
            return Err(LogError::Key { path: keys.to_owned(), detail: "a key went away meanwhile".to_owned() });
        };
        let position = node.durable.head() + 1;
        let rotation = Rotation::sign(position, &old, &new).map_err(|error| LogError::Key {
            path: keys.to_owned(),
            detail: format!("the next key does not fit the one in use: {error}"),
        })?;
        let stream = node.copy.read_stream(&StreamId::from(&node.ledger), 0, ROTATIONS_MAX)?;
        let append = rotation_entry(&node.ledger, &rotation, 1 + stream.len() as u64, (&node.clock, &node.ids), actor)?;
        let at = clock::after(node.last_at, node.clock.now());
        let mut entries = Vec::with_capacity(append.drafts.len());
        for draft in &append.drafts {
            let bytes = draft.bytes(position, at);
            let index = decode_index(&bytes).map_err(|error| LogError::unreadable(position, &error))?;
            entries.push(Exact { bytes, index });
        }
        if node.record(entries).await? {
            return done(node, next);
        }
    }
    Err(LogError::Busy)
}

fn done(node: &Node, next: &PublicKey) -> Result<Rotated, LogError> {
    let entries = node.copy.read_stream(&StreamId::from(&node.ledger), 0, ROTATIONS_MAX)?;
    let rotation = crate::rotation::rotations_in(&entries)?.into_iter().rfind(|rotation| rotation.new_key() == next);
    let rotation = rotation.ok_or_else(|| LogError::Unfit { detail: "the rotation is not in the copy".to_owned() })?;
    Ok(Rotated {
        ledger: node.ledger.clone(),
        position: rotation.position(),
        old: rotation.old().clone(),
        new: rotation.new_key().clone(),
    })
}
