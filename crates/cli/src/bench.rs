//! `bench`: this program beside the limits of the machine it runs on, in one run, on a throw-away directory.
//!
//! Rounds of ours and of the limit take turns on the same disk; medians are printed, and ratios, which unlike the
//! figures themselves say something about other machines. The goals are written down where each is measured.
//!
//! Deliberately absent: other programs, which would have to be installed; `docs` holds no figures that this does not
//! print.

mod append;
mod ledger;
mod raw;
mod report;

use std::path::Path;

use anyhow::{Context as _, Result};
use servanda_events::ids::ActorId;
use servanda_log::{Clock, Ids, Log, Settings};

use crate::args::BenchArgs;
use crate::output::{print_json, print_text, say};
use crate::{lines, record, runtime};

use self::append::Appends;
use self::report::Line;

/// Sizes of a run.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    /// Entries of the large ledger.
    entries: u64,
    /// Entries of the small ledger, which growth is measured from.
    small: u64,
    rounds: usize,
    /// Appends of one writer in one round.
    appends: u64,
}

pub(crate) fn run(args: &BenchArgs) -> Result<()> {
    let sizes = match args.quick {
        true => Sizes { entries: 100_000, small: 10_000, rounds: 3, appends: 500 },
        false => Sizes { entries: args.entries, small: 10_000, rounds: 5, appends: 2_000 },
    };
    let told = || format!("no folder can be made in {}; choose another with --dir", args.dir.display());
    let dir = tempfile::Builder::new().prefix("servanda-bench-").tempdir_in(&args.dir).with_context(told)?;
    let lines = runtime()?.block_on(measure(dir.path(), sizes))?;
    if args.json { print_json(&lines) } else { print_text(&report::table(&lines)) }
}

async fn measure(dir: &Path, sizes: Sizes) -> Result<Vec<Line>> {
    let actor: ActorId = "bench".parse()?;
    let mut lines = Vec::new();
    let small = folder(dir, "small")?;
    let log = filled(&small, sizes.small, &actor).await?;
    say("measuring appends");
    let mut appends = Appends::on(log, &small, 960, &actor)?;
    for writers in [1, 16, 64] {
        lines.extend(
            appends
                .measure(writers, if writers == 1 { sizes.appends } else { sizes.appends / 4 }, sizes.rounds)
                .await?,
        );
        say(report::table(&lines));
    }
    appends.finish()?.close().await?;
    Ok(lines)
}

fn folder(dir: &Path, name: &str) -> Result<std::path::PathBuf> {
    let folder = dir.join(name);
    std::fs::create_dir(&folder).context("the throw-away directory cannot be written")?;
    Ok(folder)
}

fn open(dir: &Path) -> Result<Log> {
    Ok(Log::open(dir, Some("bench".parse()?), Settings::default(), Clock::System, Ids::System)?)
}

/// A log with the bench's ledger of so many entries, recorded in bulk.
async fn filled(dir: &Path, entries: u64, actor: &ActorId) -> Result<Log> {
    let log = open(dir)?;
    let path = dir.join("commands.ndjson");
    let mut text = String::new();
    for line in ledger::lines(entries) {
        text.push_str(&line);
        text.push('\n');
    }
    std::fs::write(&path, text)?;
    let (input, _) = lines::open(&path)?;
    let counts = record::Recording::new(&log, actor, false, std::io::sink(), indicatif::ProgressBar::hidden())
        .run(input)
        .await?;
    anyhow::ensure!(
        counts.recorded == entries && log.head() == entries,
        "the bench's ledger is not as planned: {counts:?}"
    );
    Ok(log)
}
