//! `bench`: this program beside the limits of the machine it runs on, in one run, on a throw-away directory.
//!
//! Rounds of ours and of the limit take turns on the same disk; medians are printed, and ratios, which unlike the
//! figures themselves say something about other machines. The goals are written down where each is measured.
//!
//! Deliberately absent: other programs, which would have to be installed; `docs` holds no figures that this does not
//! print.

mod append;
mod bulk;
mod bus;
mod cluster;
mod fold;
mod http;
mod ledger;
mod memory;
mod pages;
mod processor;
mod proof;
mod raw;
mod reads;
mod report;
mod wide;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use servanda_events::ids::ActorId;

use crate::args::BenchArgs;
use crate::output::{print_json, print_text, say};
use crate::runtime;

use self::append::Appends;
use self::reads::Library;
use self::report::Line;

/// Entries of the small ledger, from which growth is measured.
const SMALL_ENTRIES: u64 = 10_000;

/// Appends in one round of a single writer; with many writers it is eight times as many.
const APPENDS: u64 = 1_000;

/// Sizes of a run.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    /// Entries of the large ledger.
    entries: u64,
    /// Rounds of what takes about a second.
    rounds: usize,
    /// Rounds of what takes longer.
    long_rounds: usize,
    /// What is done many times in a round is done one time in so many.
    one_in: u64,
}

impl Sizes {
    /// How often something is done in a round that is done `count` times where nothing is left out.
    fn of(self, count: u64) -> u64 {
        (count / self.one_in).max(1)
    }
}

pub(crate) fn run(args: &BenchArgs) -> Result<()> {
    let sizes = match (args.smoke, args.quick) {
        (true, _) => Sizes { entries: SMALL_ENTRIES, rounds: 1, long_rounds: 1, one_in: 50 },
        (_, true) => Sizes { entries: 100_000, rounds: 3, long_rounds: 3, one_in: 1 },
        (false, false) => Sizes { entries: args.entries, rounds: 9, long_rounds: 3, one_in: 1 },
    };
    let told = || format!("no folder can be made in {}; choose another with --dir", args.dir.display());
    let dir = tempfile::Builder::new().prefix("servanda-bench-").tempdir_in(&args.dir).with_context(told)?;
    if let Some(ledger) = &args.bare {
        let lines = vec![bulk::limit(dir.path(), ledger)?];
        return if args.json { print_json(&lines) } else { print_text(&report::table(&lines)) };
    }
    let lines = runtime()?.block_on(async {
        match (args.cluster, args.pages, args.reads) {
            (true, _, _) => cluster::measure(dir.path(), &args.nats_server, sizes, &"bench".parse()?).await,
            (_, true, _) => pages_alone(dir.path(), sizes).await,
            (_, _, true) => reads_alone(dir.path(), sizes).await,
            (false, false, false) => measure(dir.path(), sizes).await,
        }
    })?;
    if args.json { print_json(&lines) } else { print_text(&report::table(&lines)) }
}

async fn measure(dir: &Path, sizes: Sizes) -> Result<Vec<Line>> {
    let actor: ActorId = "bench".parse()?;
    say(format!("measuring in {}; leave the machine alone, this takes some minutes", dir.display()));
    let (mut lines, large) = bulk::measure(dir, sizes, &actor).await?;
    lines.push(fold::replay(&large.dir, sizes)?);
    lines.push(fold::rebuild(&large.dir, sizes)?);
    told(&lines);

    lines.push(proof::tree(dir, sizes, &actor).await?);
    lines.push(proof::verify(&large.dir, sizes)?);
    told(&lines);

    let small = bulk::filled(dir, "small", SMALL_ENTRIES, true, &actor).await?;
    let (mut large_library, mut small_library) =
        (Library::open(&large.dir, sizes.entries, sizes)?, Library::open(&small.dir, SMALL_ENTRIES, sizes)?);
    lines.extend(reads::measure(&mut large_library, &mut small_library, sizes)?);
    drop((large_library, small_library));
    lines.extend(pages::measure(&large.dir, sizes).await?);
    lines.extend(wide::measure(dir, sizes, &actor).await?);
    told(&lines);

    let plain = bulk::filled(dir, "plain", sizes.entries, false, &actor).await?;
    let mut plain = Appends::on(plain, &actor)?;
    for writers in [1, 16, 64] {
        let each = sizes.of(if writers == 1 { APPENDS } else { APPENDS * 8 / writers });
        lines.extend(plain.measure(writers, each, sizes.rounds).await?);
    }
    let no_longer_needed = plain.dir.clone();
    plain.finish().await?;
    std::fs::remove_dir_all(no_longer_needed)?;
    told(&lines);
    let mut large = Appends::on(large, &actor)?;
    // As in P2: short rounds, and many.
    lines.extend(http::measure(&mut large, sizes.of(APPENDS * 8 / http::CONNECTIONS), 3 * sizes.rounds).await?);
    lines.extend(bus::measure(dir, &mut large, sizes).await?);
    told(&lines);
    let mut small = Appends::on(small, &actor)?;
    lines.push(append::growth(&mut large, &mut small, sizes.of(APPENDS / 8), sizes.rounds).await?);
    small.finish().await?;
    let dir = large.dir.clone();
    let mut further = large.finish().await?;
    lines.extend(memory::measure(&dir, sizes, &mut further).await?);
    Ok(lines)
}

/// The pages alone, on a ledger of the large one's size.
async fn pages_alone(dir: &Path, sizes: Sizes) -> Result<Vec<Line>> {
    let commands = bulk::commands(dir, sizes.entries)?;
    let dir = folder(dir, "large")?;
    say(format!("recording {} entries, then measuring the pages", sizes.entries));
    bulk::record(&dir, &commands, sizes.entries, &"bench".parse()?).await?;
    pages::measure(&dir, sizes).await
}

/// Reading and memory alone, on ledgers as [`measure`] makes them.
async fn reads_alone(dir: &Path, sizes: Sizes) -> Result<Vec<Line>> {
    let actor: ActorId = "bench".parse()?;
    say(format!("recording {} entries, then measuring reads and memory", sizes.entries));
    let large = bulk::filled(dir, "large", sizes.entries, true, &actor).await?;
    let small = bulk::filled(dir, "small", SMALL_ENTRIES, true, &actor).await?;
    let (mut large_library, mut small_library) =
        (Library::open(&large.dir, sizes.entries, sizes)?, Library::open(&small.dir, SMALL_ENTRIES, sizes)?);
    let mut lines = reads::measure(&mut large_library, &mut small_library, sizes)?;
    drop((large_library, small_library));
    let mut appends = Appends::on(large, &actor)?;
    // For the writers, as the rounds of appends leave them.
    appends.make_commitments().await?;
    let dir = appends.dir.clone();
    let mut further = appends.finish().await?;
    lines.extend(memory::measure(&dir, sizes, &mut further).await?);
    Ok(lines)
}

/// Says what was measured so far.
fn told(lines: &[Line]) {
    say(format!("so far:\n{}", report::table(lines)));
}

/// A new folder in the throw-away one.
fn folder(dir: &Path, name: &str) -> Result<PathBuf> {
    let folder = dir.join(name);
    std::fs::create_dir(&folder).context("the throw-away directory cannot be written")?;
    Ok(folder)
}
