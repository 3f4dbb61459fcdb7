//! P2: what proof costs: appends with and without the tree, and `verify` beside plain SHA-256 over the same bytes.
//!
//! Deliberately absent: the price of a checkpoint alone; it is one for each batch, whatever the batch holds.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use servanda_events::ids::ActorId;
use servanda_log::{Clock, Log, Settings};
use servanda_proof::Mark;
use sha2::{Digest as _, Sha256};

use super::report::{Goal, Line, Unit, per_second};
use super::{APPENDS, SMALL_ENTRIES, Sizes, append, bulk, folder};
use crate::verify::look::{PAGE, Scan, read_all};

/// Appends on two new ledgers, one with a tree.
pub(super) async fn tree(dir: &Path, sizes: Sizes, actor: &ActorId) -> Result<Line> {
    let commands = bulk::commands(dir, SMALL_ENTRIES)?;
    let mut logs = Vec::new();
    for (name, with_tree) in [("with-tree", true), ("without-tree", false)] {
        let log = bulk::open_as(&folder(dir, name)?, with_tree)?;
        bulk::record_into(&log, &commands, SMALL_ENTRIES, actor).await?;
        logs.push(log);
    }
    let [with, without] = logs.as_slice() else { anyhow::bail!("the bench made two ledgers") };
    // Rounds stay short, so that histories do; many of them say what the middle of a few does not.
    let line = append::tree(with, without, actor, sizes.of(APPENDS * 8 / 64), 8 * sizes.rounds).await?;
    for log in &logs {
        log.close().await?;
    }
    Ok(line)
}

/// All of `verify` on a data directory beside reading the same entries and hashing them once.
pub(super) fn verify(dir: &Path, sizes: Sizes) -> Result<Line> {
    let log = Log::open_read_only(dir, &Settings::default(), Clock::System)?.context("the bench has a ledger")?;
    let checkpoint: servanda_proof::Checkpoint =
        log.checkpoint().context("the bench's ledger has a checkpoint")?.text().parse()?;
    let mut rates = Vec::new();
    for _ in 0..sizes.long_rounds {
        let begun = Instant::now();
        let mut scan = Scan::against(vec![Mark { size: checkpoint.size, root: checkpoint.root }]);
        read_all(&log, checkpoint.size, &mut scan, |_| ())?.context("the bench's ledger is whole")?;
        scan.audit.end()?;
        let ours = begun.elapsed();
        let begun = Instant::now();
        let (mut hash, mut after) = (Sha256::new(), 0);
        while after < checkpoint.size {
            let page = log.read(after, PAGE)?;
            page.iter().for_each(|entry| hash.update(&entry.bytes));
            after = page.last().context("the bench's ledger is whole")?.position;
        }
        std::hint::black_box(hash.finalize());
        let limit = begun.elapsed();
        let count = usize::try_from(checkpoint.size)?;
        rates.push((per_second(count, ours), per_second(count, limit)));
    }
    let what = format!("verify {} entries, beside reading them and SHA-256", checkpoint.size);
    // Within 1.5 times the time.
    Ok(Line::beside("P2", what, Unit::PerSecond, &rates, Goal::AtLeast(0.667)))
}
