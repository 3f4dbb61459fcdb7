//! `replay`: the whole log folded in memory, and the digest of what it comes to. `rebuild`: the read models anew.
//!
//! Deliberately absent: publishing anything.

use anyhow::Result;
use servanda_log::{Clock, Ids, Log, LogError};
use servanda_projector::{ReadModel, rebuild as build_beside, replay as fold};

use crate::args::{RebuildArgs, ReplayArgs};
use crate::output::{print_json, print_text, progress_bar, say};
use crate::{open, runtime};

pub(crate) fn replay(args: &ReplayArgs) -> Result<()> {
    let settings = open::settings(&args.place, Vec::new())?;
    let log = open::log_to_read(&settings)?;
    let begun = log.now();
    let replayed = fold(&log, args.to)?;
    let micros = log.now().micros().saturating_sub(begun.micros()).max(1).unsigned_abs();
    let digest = replayed.digest(args.as_of);
    if args.json {
        print_json(&digest)?;
    } else {
        let by = args.as_of.map_or_else(String::new, |date| format!("as of    {date}\n"));
        print_text(&format!(
            "ledger   {}\nposition {}\n{by}streams  {}\nfacts    {}\ndigest   {}\n",
            log.ledger(),
            digest.position,
            digest.streams,
            digest.facts,
            digest.digest
        ))?;
    }
    let per_second = digest.position * 1_000_000 / micros;
    say(format!("{} entries folded in {} ms, {per_second} a second", digest.position, micros / 1_000));
    Ok(())
}

pub(crate) fn rebuild(args: &RebuildArgs) -> Result<()> {
    let settings = open::settings(&args.place, Vec::new())?;
    let dir = &settings.data.dir;
    // Never makes a ledger where there is none.
    let looked = open::log_to_read(&settings)?;
    let (log, held) = match Log::open(dir, settings.ledger()?, settings.log(), Clock::System, Ids::System) {
        Ok(log) => (log, true),
        Err(LogError::InUse { .. }) => (looked, false),
        Err(error) => return Err(error.into()),
    };
    let bar = progress_bar(Some(log.head()), "building the read model");
    build_beside(dir, &log, |position| bar.set_position(position))?;
    bar.finish_and_clear();
    say(format!("the read model was built from the log's {} entries", log.head()));
    if held {
        // Opening it removes the build that nobody uses any more.
        ReadModel::open(dir, &log, |_| {})?;
        runtime()?.block_on(log.close())?;
    } else {
        say("the ledger is held by another process, which switches to the new build within a moment");
    }
    Ok(())
}
