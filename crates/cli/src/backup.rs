//! `backup` and `restore`: verified copies of the log, and the way back.
//!
//! Deliberately absent: users, tokens and read models. The first two are no facts, the last are built anew.

use anyhow::Result;

use crate::args::{BackupArgs, RestoreArgs};
use crate::output::{print_json, say};
use crate::{ending, open};

pub(crate) fn backup(args: &BackupArgs) -> Result<()> {
    let settings = open::settings(&args.place, Vec::new())?;
    // Says so where there is no ledger at all.
    drop(open::log_to_read(&settings)?);
    let made = servanda_log::back_up(&settings.data.dir, &settings.log(), &args.dir)?;
    say(format!(
        "{} entries backed up in {}, every byte of it read back; keep a copy of {} elsewhere, it is not in there",
        made.entries,
        made.dir.display(),
        settings.data.dir.join("keys").join("log.key").display()
    ));
    print_json(&serde_json::json!({
        "dir": made.dir, "ledger": made.ledger, "entries": made.entries, "stream": made.stream,
        "checkpoint": { "size": made.checkpoint.size, "root": made.checkpoint.root.to_base64() },
    }))
}

pub(crate) fn restore(args: &RestoreArgs) -> Result<()> {
    let settings = open::settings(&args.place, Vec::new())?;
    let dir = &settings.data.dir;
    if dir.join("log.sqlite").exists() {
        return Err(ending::conflict(format!("{} holds a log already; restore into a new folder", dir.display())));
    }
    let restored = servanda_log::restore(&args.backup, dir, &settings.log(), args.key.as_deref())?;
    say(format!("{} entries of the ledger {} restored into {}", restored.entries, restored.ledger, dir.display()));
    if let Some(stream) = &restored.stream {
        say(format!(
            "it is a node's copy of the log in {stream}, and goes on with it: `servanda serve --log jetstream`; if the stream is \
             lost, `servanda reseed` fills one from it"
        ));
    }
    if args.key.is_none() {
        say("without its private key the log can be read and exported; to record, put log.key into its folder keys");
    }
    Ok(())
}
