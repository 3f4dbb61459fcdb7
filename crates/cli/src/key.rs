//! `key`: the key with which the log signs its checkpoints.
//!
//! Deliberately absent: showing a private key, and replacing one while a service has the log.

use anyhow::Result;
use servanda_log::{Clock, Ids, rotate_key};

use crate::args::KeyVerb;
use crate::open;
use crate::output::{print_json, say};

pub(crate) fn run(verb: &KeyVerb) -> Result<()> {
    let KeyVerb::Rotate { place, actor } = verb;
    let settings = open::settings(place, Vec::new())?;
    // Says so where there is no ledger at all.
    drop(open::log_to_read(&settings)?);
    let done = rotate_key(&settings.data.dir, &settings.log(), &Clock::System, &Ids::System, actor)?;
    say(format!(
        "entry {} replaces the key; the old private key is gone from here: destroy its other copies, keep a copy of {} \
         elsewhere, and make the new public key known",
        done.position,
        settings.data.dir.join("keys").join("log.key").display()
    ));
    print_json(&serde_json::json!({
        "ledger": done.ledger, "position": done.position,
        "old_key": done.old.to_string(), "new_key": done.new.to_string(),
    }))
}
