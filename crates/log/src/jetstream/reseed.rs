//! Reseeding: a stream that was lost, or lost its end, is filled anew from the longest of the nodes' copies.
//!
//! Each copy is checked whole against what was signed, as at every start of a node, and the copies against each other.
//! Where two of them show different histories, both signed, nothing is done: which is right is for people to say.
//!
//! Deliberately absent: removing a stream that holds another history, which takes the rights of an administrator, and
//! the thought of one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use servanda_events::ids::LedgerName;
use servanda_proof::{Hash, Verdict, root_of};

use super::fill::{self, FillError, FillStep, Filled, Held, Source};
use super::fold::gone_elsewhere;
use super::wire::Wire;
use super::{Servers, moving, place, stream};
use crate::durable::Durable;
use crate::sqlite::{Files, Sqlite};
use crate::{Clock, Ids, LogError, Settings};

/// A node's copy, held by this process and found whole.
struct Copy {
    dir: PathBuf,
    sqlite: Sqlite,
    ledger: LedgerName,
    durable: Arc<Durable>,
}

fn open(dir: &Path, settings: &Settings, clock: &Clock, ids: &Ids) -> Result<Copy, LogError> {
    let shown = dir.display();
    let refuse = |detail: String| Err(LogError::Stream { detail });
    if !Files::of_dir(dir, settings).exist() {
        return refuse(format!("there is no node's copy in {shown}; name the data directories of nodes"));
    }
    moving::check_is_not_moving(dir)?;
    if !place::is_copy(dir) {
        return refuse(format!("{shown} holds a log of its own; `servanda migrate jetstream` brings it into a stream"));
    }
    let (sqlite, ledger, durable) = Sqlite::open(dir, None, settings, clock, ids)?;
    Ok(Copy { dir: dir.to_owned(), sqlite, ledger, durable })
}

/// Fills the stream from the longest of some copies, each given with its settings, and reads it back. With `dry_run`
/// everything is checked and nothing is sent. `progress` hears how many of how many entries each step has done.
pub async fn reseed(
    dirs: &[(PathBuf, Settings)],
    (clock, ids): (&Clock, &Ids),
    servers: Servers,
    dry_run: bool,
    progress: impl FnMut(FillStep, u64, u64),
) -> Result<Filled, FillError> {
    stream::check_version(&servers.client.server_info().version)?;
    let opened = dirs.iter().map(|(dir, settings)| open(dir, settings, clock, ids));
    let mut copies = opened.collect::<Result<Vec<_>, _>>()?;
    copies.sort_by_key(|copy| std::cmp::Reverse(copy.durable.head()));
    let filled = from_longest(&copies, ids, servers, dry_run, progress).await;
    for copy in &copies {
        copy.sqlite.close().await?;
    }
    filled
}

async fn from_longest(
    copies: &[Copy],
    ids: &Ids,
    servers: Servers,
    dry_run: bool,
    mut progress: impl FnMut(FillStep, u64, u64),
) -> Result<Filled, FillError> {
    let Some((longest, others)) = copies.split_first() else {
        return Err(LogError::Stream { detail: "no copy was named".to_owned() }.into());
    };
    let source = Source::new(&longest.sqlite, &longest.ledger, &longest.durable)?;
    for other in others {
        check_same_log(longest, &source, other)?;
        check_no_fork(longest, other)?;
    }
    let mut wire = Wire::new(servers.client, &longest.ledger);
    stream::check_rights(&wire, servers.complaints.clone()).await?;
    let held = match stream::look(&mut wire, servers.replicas).await? {
        Some(standing) => {
            fill::compare(&wire, &source, standing.last, |done, of| progress(FillStep::Comparing, done, of)).await?
        }
        None => Held::default(),
    };
    if held.moved.is_some() {
        return Err(gone_elsewhere(&wire.stream, held.entries).into());
    }
    let (packs, bytes) = fill::plan(&source, held.entries)?;
    let mut root = source.tree(source.head)?.root();
    if !dry_run {
        stream::get_or_create(&mut wire, servers.replicas, ids, &servers.complaints).await?;
        fill::fill(&wire, ids, &source, &held, |done, of| progress(FillStep::Filling, done, of)).await?;
        root = fill::verify(&wire, &source, |done, of| progress(FillStep::Verifying, done, of)).await?;
    }
    let key = longest.durable.key().ok_or_else(|| LogError::Unfit { detail: "the log signs nothing".to_owned() })?;
    let (ledger, dir) = (longest.ledger.clone(), longest.dir.clone());
    Ok(Filled { ledger, dir, entries: source.head, root, key, held: held.entries, packs, bytes })
}

fn check_same_log(longest: &Copy, source: &Source<'_>, other: &Copy) -> Result<(), LogError> {
    let known = other.durable.key().is_some_and(|key| source.keys.logs().any(|known| *known == key));
    if known && longest.ledger == other.ledger {
        return Ok(());
    }
    let (one, other) = (longest.dir.display(), other.dir.display());
    Err(LogError::Stream { detail: format!("{one} and {other} are not copies of one log; name those of one") })
}

fn root(copy: &Copy, size: u64) -> Result<Hash, LogError> {
    root_of(size, &mut |row, start, count| copy.sqlite.hashes(row, start, count))
}

/// Refuses two copies that part before the end of the shorter one.
fn check_no_fork(longest: &Copy, other: &Copy) -> Result<(), FillError> {
    let size = other.durable.head();
    if root(longest, size)? == root(other, size)? {
        return Ok(());
    }
    // Up to `after` both are the same; with `upto` they differ.
    let (mut after, mut upto) = (0, size);
    while after + 1 < upto {
        let middle = after + (upto - after) / 2;
        if root(longest, middle)? == root(other, middle)? { after = middle } else { upto = middle }
    }
    let (one, other) = (longest.dir.clone(), other.dir.clone());
    Err(FillError::Fork { verdict: Verdict::Diverged { after, upto }, one, other })
}
