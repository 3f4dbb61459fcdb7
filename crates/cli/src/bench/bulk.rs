//! P4: recording a whole file of commands, the way `servanda record` does; beside bare inserts of the same rows in
//! batches of 1,000. P10: what the ledger takes on the disk.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use indicatif::ProgressBar;
use servanda_events::ids::ActorId;
use servanda_log::{Clock, Ids, Log, Settings};

use super::raw::{Raw, Rows};
use super::report::{Goal, Line, Unit, by, per_second};
use super::{Sizes, folder, ledger};
use crate::args::Place;
use crate::lines;
use crate::record::Recording;

/// Rows in one transaction of the limit.
const BATCH_ROWS: usize = 1_000;
/// Entries read at a time.
const PAGE: usize = 10_000;

/// A ledger of the bench: its folder, and the same rows bare.
pub(super) struct Filled {
    pub(super) dir: PathBuf,
    /// Whether its entries get a tree and checkpoints.
    pub(super) with_tree: bool,
    pub(super) raw: Raw,
    pub(super) rows: Rows,
}

pub(super) fn open(dir: &Path) -> Result<Log> {
    open_as(dir, true)
}

/// A log whose entries get a tree and checkpoints, or do not.
pub(super) fn open_as(dir: &Path, with_tree: bool) -> Result<Log> {
    let settings = Settings { with_tree, ..Settings::default() };
    Ok(Log::open(dir, Some("bench".parse()?), settings, Clock::System, Ids::System)?)
}

/// Writes the commands of a ledger into a file.
pub(super) fn commands(dir: &Path, entries: u64) -> Result<PathBuf> {
    let path = dir.join(format!("commands-{entries}.ndjson"));
    let mut file = BufWriter::new(File::create(&path).context("the throw-away directory cannot be written")?);
    for line in ledger::lines(entries) {
        writeln!(file, "{line}")?;
    }
    file.flush()?;
    Ok(path)
}

/// Records a file of commands into a new ledger and gives the time that took.
pub(super) async fn record(dir: &Path, commands: &Path, entries: u64, actor: &ActorId) -> Result<Duration> {
    let log = open(dir)?;
    let took = record_into(&log, commands, entries, actor).await?;
    log.close().await?;
    Ok(took)
}

/// The same into a log that is open.
pub(super) async fn record_into(log: &Log, commands: &Path, entries: u64, actor: &ActorId) -> Result<Duration> {
    let (input, _) = lines::open(commands)?;
    let begun = Instant::now();
    let recording = Recording::new(log, actor, false, std::io::sink(), ProgressBar::hidden());
    let counts = recording.run(input).await?;
    let took = begun.elapsed();
    ensure!(counts.recorded == entries && log.head() == entries, "the bench's ledger is not as planned: {counts:?}");
    Ok(took)
}

/// The entries of a ledger bare, a few times; the fastest, because nothing but disturbance makes one slower.
pub(super) fn limit(dir: &Path, ledger: &Path) -> Result<Line> {
    const ROUNDS: usize = 5;
    let place = Place { data: Some(ledger.to_owned()), config: None };
    let log = crate::open::log_to_read(&crate::open::settings(&place, Vec::new())?)?;
    let entries = usize::try_from(log.head())?;
    let mut fastest = 0.0_f64;
    for round in 0..ROUNDS {
        let (_, _, took) = bare(&dir.join(format!("bare-{round}.sqlite")), &ledger.join("log.sqlite"), &log)?;
        fastest = fastest.max(per_second(entries, took));
    }
    let what = format!("{entries} entries bare, in batches of {BATCH_ROWS}, as durable; the fastest of {ROUNDS}");
    Ok(Line::alone("bare", what, Unit::PerSecond, &[fastest], Goal::None))
}

/// The rows of a log bare in a new database, with the time that their inserts took.
fn bare(to: &Path, like: &Path, log: &Log) -> Result<(Raw, Rows, Duration)> {
    let mut raw = Raw::create(to, like)?;
    let (mut rows, mut position, mut took) = (Rows::default(), 0, Duration::ZERO);
    loop {
        let page = log.read(position, PAGE)?;
        let Some(last) = page.last() else { break };
        position = last.position;
        let page = rows.rows(&page)?;
        let begun = Instant::now();
        raw.insert(&page, BATCH_ROWS)?;
        took += begun.elapsed();
    }
    Ok((raw, rows, took))
}

/// Rounds on new folders, ours and the limit's in turn; the last round's ledger is kept.
pub(super) async fn measure(dir: &Path, sizes: Sizes, actor: &ActorId) -> Result<(Vec<Line>, Filled)> {
    let commands = commands(dir, sizes.entries)?;
    let count = usize::try_from(sizes.entries)?;
    let mut rates = Vec::new();
    let mut kept: Option<Filled> = None;
    for round in 0..sizes.long_rounds {
        if let Some(old) = kept.take() {
            std::fs::remove_dir_all(old.dir)?;
        }
        let dir = folder(dir, &format!("large-{round}"))?;
        let ours = record(&dir, &commands, sizes.entries, actor).await?;
        let (raw, rows, limit) = bare(&dir.join("raw.sqlite"), &dir.join("log.sqlite"), &open(&dir)?)?;
        rates.push((per_second(count, ours), per_second(count, limit)));
        kept = Some(Filled { dir, with_tree: true, raw, rows });
    }
    std::fs::remove_file(commands)?;
    let kept = kept.context("the bench needs at least one round")?;
    let what = format!("record {} commands from a file", sizes.entries);
    let bulk = Line::beside("P4", what, Unit::PerSecond, &rates, Goal::AtLeast(0.3));
    Ok((vec![bulk, on_disk(&kept.dir)?], kept))
}

/// A new ledger of so many entries.
pub(super) async fn filled(dir: &Path, name: &str, entries: u64, with_tree: bool, actor: &ActorId) -> Result<Filled> {
    let (commands, dir) = (commands(dir, entries)?, folder(dir, name)?);
    let log = open_as(&dir, with_tree)?;
    record_into(&log, &commands, entries, actor).await?;
    let (raw, rows, _) = bare(&dir.join("raw.sqlite"), &dir.join("log.sqlite"), &log)?;
    log.close().await?;
    std::fs::remove_file(commands)?;
    Ok(Filled { dir, with_tree, raw, rows })
}

/// The log's file beside the entries' own bytes.
fn on_disk(dir: &Path) -> Result<Line> {
    let log = open(dir)?;
    let (mut position, mut bytes) = (0, 0_u64);
    loop {
        let page = log.read(position, PAGE)?;
        let Some(last) = page.last() else { break };
        position = last.position;
        bytes += page.iter().map(|entry| entry.bytes.len() as u64).sum::<u64>();
    }
    drop(log);
    let file = std::fs::metadata(dir.join("log.sqlite"))?.len();
    let sizes = [(by(file, position), by(bytes, position))];
    Ok(Line::beside("P10", "bytes on disk per entry, by the entry's own", Unit::Bytes, &sizes, Goal::AtMost(1.6)))
}
