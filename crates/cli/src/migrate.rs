//! `migrate` and `reseed`: a log into a stream of several servers and out of it, and a stream filled anew from the
//! copies of its nodes.
//!
//! Deliberately absent: removing a stream, which takes rights that a node must not have.

use std::path::PathBuf;

use anyhow::Result;
use indicatif::ProgressBar;
use servanda_log::{Clock, FillError, FillStep, Filled, Ids, move_to_file, move_to_stream};

use crate::args::{MigrateArgs, ReseedArgs, Target};
use crate::ending::does_not_hold;
use crate::output::{print_json, progress_bar, say};
use crate::settings::high_water_beside;
use crate::{cluster, open, runtime};

/// A bar that says which step is under way; a line for each where no terminal watches.
fn told(bar: &ProgressBar) -> impl FnMut(FillStep, u64, u64) {
    let mut under_way = None;
    move |step, done, of| {
        if under_way.replace(step) != Some(step) {
            let words = match step {
                FillStep::Comparing => "comparing with the stream",
                FillStep::Filling => "filling the stream",
                FillStep::Verifying => "reading the stream back",
            };
            bar.set_message(words);
            if bar.is_hidden() {
                say(format!("{words}: {of} entries"));
            }
        }
        bar.set_length(of);
        bar.set_position(done);
    }
}

fn failed(error: FillError) -> anyhow::Error {
    match error {
        FillError::Fork { .. } => does_not_hold(error.to_string()),
        FillError::Log(error) => error.into(),
    }
}

pub(crate) fn migrate(args: &MigrateArgs) -> Result<()> {
    let nats = args.nats.clone().map(|servers| ("bus.url", servers));
    let settings = open::settings(&args.place, nats.into_iter().collect())?;
    let (dir, log) = (&settings.data.dir, settings.log());
    let bar = progress_bar(Some(0), "checking the log");
    let at = (&Clock::System, &Ids::System);
    runtime()?.block_on(async {
        let servers = cluster::servers(&settings).await?;
        match args.to {
            Target::Jetstream => {
                let filled = move_to_stream(dir, &log, at, servers, args.dry_run, told(&bar)).await.map_err(failed)?;
                bar.finish_and_clear();
                if !args.dry_run {
                    say(format!(
                        "the log of {} is in the stream now, and the folder is a node's copy; start it with --log \
                         jetstream, and give other nodes its keys",
                        dir.display()
                    ));
                }
                show(&filled, args.dry_run)
            }
            Target::Sqlite => {
                let moved = move_to_file(dir, &log, at, servers, args.dry_run, told(&bar)).await.map_err(failed)?;
                bar.finish_and_clear();
                if args.dry_run {
                    say("nothing was changed; what nodes record until it is done comes along");
                } else {
                    say(format!(
                        "the log has left the stream, and {} goes on alone; nodes of the stream record nothing more",
                        dir.display()
                    ));
                }
                print_json(&serde_json::json!({
                    "ledger": moved.ledger, "dir": moved.dir, "entries": moved.entries,
                    "root": moved.root.to_base64(), "key": moved.key.to_string(), "dry_run": args.dry_run,
                }))
            }
        }
    })
}

pub(crate) fn reseed(args: &ReseedArgs) -> Result<()> {
    let nats = args.nats.clone().map(|servers| ("bus.url", servers));
    let settings = open::settings(&args.place, nats.into_iter().collect())?;
    let mut dirs: Vec<(PathBuf, servanda_log::Settings)> = vec![(settings.data.dir.clone(), settings.log())];
    for copy in &args.copies {
        // In the folder itself where it was put there.
        let inside = copy.join("high-water");
        let high_water = Some(if inside.exists() { inside } else { high_water_beside(copy) });
        dirs.push((copy.clone(), servanda_log::Settings { high_water, ..settings.log() }));
    }
    let bar = progress_bar(Some(0), "checking the copies");
    let filled = runtime()?.block_on(async {
        let servers = cluster::servers(&settings).await?;
        let at = (&Clock::System, &Ids::System);
        servanda_log::reseed(&dirs, at, servers, args.dry_run, told(&bar)).await.map_err(failed)
    })?;
    bar.finish_and_clear();
    let missing = filled.entries - filled.held.min(filled.entries);
    let (dir, entries) = (filled.dir.display(), filled.entries);
    match (missing, args.dry_run) {
        (0, _) => say(format!("the stream holds all {entries} entries of the longest copy, {dir}; start the nodes")),
        (missing, true) => {
            say(format!("the stream lacks {missing} of the {entries} entries of the longest copy, {dir}"));
        }
        (missing, false) => say(format!("{missing} entries of {dir} were filled in and read back; start the nodes")),
    }
    show(&filled, args.dry_run)
}

fn show(filled: &Filled, dry_run: bool) -> Result<()> {
    print_json(&serde_json::json!({
        "ledger": filled.ledger, "dir": filled.dir, "entries": filled.entries, "root": filled.root.to_base64(),
        "key": filled.key.to_string(), "held": filled.held, "messages": filled.packs, "bytes": filled.bytes,
        "dry_run": dry_run,
    }))
}
