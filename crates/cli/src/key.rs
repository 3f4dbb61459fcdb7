//! `key`: the key with which the log signs its checkpoints.
//!
//! Deliberately absent: showing a private key, bringing one to another machine, and replacing one while the service of
//! this folder runs.

use anyhow::Result;
use servanda_events::ids::ActorId;
use servanda_log::{Clock, Ids, Rotated, draw_next_key, rotate_key, rotate_node_key};

use crate::args::{KeyVerb, Place};
use crate::output::{print_json, say};
use crate::settings::Settings;
use crate::{cluster, open, runtime};

pub(crate) fn run(verb: &KeyVerb) -> Result<()> {
    match verb {
        KeyVerb::Rotate { place, actor, nats } => {
            let nats = nats.clone().map(|servers| ("bus.url", servers));
            rotate(&open::settings(place, nats.into_iter().collect())?, actor)
        }
        KeyVerb::Next { place } => next(place),
    }
}

fn rotate(settings: &Settings, actor: &ActorId) -> Result<()> {
    // Says so where there is no ledger at all.
    drop(open::log_to_read(settings)?);
    let dir = &settings.data.dir;
    let (log, clock, ids) = (settings.log(), Clock::System, Ids::System);
    let done: Rotated = if servanda_log::is_node_copy(dir) {
        runtime()?.block_on(async {
            let servers = cluster::servers(settings).await?;
            anyhow::Ok(rotate_node_key(dir, &log, (&clock, &ids), servers, actor).await?)
        })?
    } else {
        rotate_key(dir, &log, &clock, &ids, actor)?
    };
    say(format!(
        "entry {} replaces the key; the old private key is gone from here: destroy its other copies, keep a copy of {} \
         elsewhere, and make the new public key known",
        done.position,
        dir.join("keys").join("log.key").display()
    ));
    print_json(&serde_json::json!({
        "ledger": done.ledger, "position": done.position,
        "old_key": done.old.to_string(), "new_key": done.new.to_string(),
    }))
}

fn next(place: &Place) -> Result<()> {
    let settings = open::settings(place, Vec::new())?;
    drop(open::log_to_read(&settings)?);
    let dir = &settings.data.dir;
    let key = draw_next_key(dir, &settings.log(), &Ids::System)?;
    say(format!(
        "the next key is drawn; bring {} into the folder keys of every node, readable for its user alone, then stop this \
         node and run `servanda key rotate` here",
        dir.join("keys").join("log.next").display()
    ));
    print_json(&serde_json::json!({ "next_key": key.to_string() }))
}
