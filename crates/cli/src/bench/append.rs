//! P1: durable appends in one process, through `transact` with fold, rule and canonical JSON; beside the limit, round
//! by round, each entry's rows once by us and once bare. The log has no tree there: what that costs is P2.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;
use servanda_events::Request;
use servanda_events::ids::ActorId;
use servanda_log::Log;
use tokio::task::JoinSet;

use super::bulk::{Filled, open_as};
use super::ledger::{self, Further, request};
use super::raw::{RawSender, RawWriter, Row, Rows};
use super::report::{Goal, Line, Unit, per_second, quantile};
use crate::record::WINDOW;

/// Commitments on which writers work at the same time.
const WORKED_ON: u64 = 640;

/// Ours and the limit's, each on a ledger of its own with the same entries.
pub(super) struct Appends {
    pub(super) log: Log,
    pub(super) dir: PathBuf,
    raw: RawWriter,
    rows: Rows,
    further: Further,
    actor: ActorId,
}

/// One round: how many were appended, in what time, and how long each took.
pub(super) struct Round {
    count: usize,
    took: Duration,
    latencies: Vec<Duration>,
}

impl Round {
    pub(super) fn per_second(&self) -> f64 {
        per_second(self.count, self.took)
    }

    /// The latency, in milliseconds, that `share` of 1,000 do not exceed.
    pub(super) fn quantile(&mut self, share: usize) -> f64 {
        quantile(&mut self.latencies, share)
    }
}

/// Lets each worker do its pieces one after the other, all workers at the same time.
pub(super) async fn race<P, F>(work: Vec<Vec<P>>, one: impl Fn(P) -> F + Clone + Send + 'static) -> Result<Round>
where
    P: Send + 'static,
    F: Future<Output = Result<()>> + Send,
{
    let count = work.iter().map(Vec::len).sum();
    let mut workers = JoinSet::new();
    let begun = Instant::now();
    for pieces in work {
        let one = one.clone();
        workers.spawn(async move {
            let mut latencies = Vec::with_capacity(pieces.len());
            for piece in pieces {
                let begun = Instant::now();
                one(piece).await?;
                latencies.push(begun.elapsed());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = Vec::with_capacity(count);
    while let Some(done) = workers.join_next().await {
        latencies.extend(done??);
    }
    Ok(Round { count, took: begun.elapsed(), latencies })
}

/// Makes new commitments in a log.
pub(super) async fn make_commitments(log: &Log, further: &mut Further, actor: &ActorId) -> Result<()> {
    let mut bulk = log.bulk(WINDOW);
    for text in further.renew(WORKED_ON) {
        bulk.submit(request(&text)?, actor).await;
    }
    while let Some(answer) = bulk.next().await {
        answer?;
    }
    Ok(())
}

pub(super) fn requests(texts: &[Vec<String>]) -> Result<Vec<Vec<Request>>> {
    texts.iter().map(|texts| texts.iter().map(|text| request(text)).collect()).collect()
}

/// A round of appends by as many writers as there are lists of commands.
async fn ours(log: &Log, actor: &ActorId, requests: Vec<Vec<Request>>) -> Result<Round> {
    let (log, actor) = (log.clone(), actor.clone());
    race(requests, move |request| {
        let (log, actor) = (log.clone(), actor.clone());
        async move {
            let outcome = log.transact(&request, &actor).await?;
            anyhow::ensure!(
                outcome.entries.len() == 1,
                "a command of the bench led to {} entries",
                outcome.entries.len()
            );
            Ok(())
        }
    })
    .await
}

/// P2: what the tree and its checkpoints cost, on two logs with the same entries, round by round.
pub(super) async fn tree(with: &Log, without: &Log, actor: &ActorId, each: u64, rounds: usize) -> Result<Line> {
    const WRITERS: u64 = 64;
    let (mut one, mut other) = (Further::beyond(ledger::FURTHER), Further::beyond(ledger::FURTHER));
    let mut rates = Vec::new();
    for round in 0..=rounds {
        make_commitments(with, &mut one, actor).await?;
        make_commitments(without, &mut other, actor).await?;
        let (for_with, for_without) = (requests(&one.texts(WRITERS, each))?, requests(&other.texts(WRITERS, each))?);
        let (of_with, of_without) = (ours(with, actor, for_with).await?, ours(without, actor, for_without).await?);
        if round > 0 {
            rates.push((of_with.per_second(), of_without.per_second()));
        }
    }
    let what = format!("append, {WRITERS} writers, with tree and checkpoints beside without");
    Ok(Line::beside("P2", what, Unit::PerSecond, &rates, Goal::AtLeast(0.8)))
}

impl Appends {
    /// On a ledger of the bench.
    pub(super) fn on(filled: Filled, actor: &ActorId) -> Result<Self> {
        let Filled { dir, with_tree, raw, rows } = filled;
        let log = open_as(&dir, with_tree)?;
        let further = Further::beyond(ledger::FURTHER);
        Ok(Self { log, dir, raw: raw.group_commit(), rows, further, actor: actor.clone() })
    }

    /// Makes new commitments on both sides, for writers to work on: so few that their histories stay in memory.
    pub(super) async fn make_commitments(&mut self) -> Result<()> {
        let before = self.log.head();
        make_commitments(&self.log, &mut self.further, &self.actor).await?;
        self.limit(before, 1_024).await?;
        Ok(())
    }

    /// The next commands of writers, on new commitments.
    pub(super) async fn further(&mut self, writers: u64, each: u64) -> Result<Vec<Vec<String>>> {
        self.make_commitments().await?;
        Ok(self.further.texts(writers, each))
    }

    /// The rows of the entries behind a position.
    pub(super) fn rows_after(&mut self, after: u64) -> Result<Vec<Row>> {
        self.rows.rows(&self.log.read(after, usize::MAX)?)
    }

    /// The commands of a round of ours.
    pub(super) async fn requests(&mut self, writers: u64, each: u64) -> Result<Vec<Vec<Request>>> {
        requests(&self.further(writers, each).await?)
    }

    /// A round of ours.
    pub(super) async fn ours(&mut self, requests: Vec<Vec<Request>>) -> Result<Round> {
        ours(&self.log, &self.actor, requests).await
    }

    /// Who appends.
    pub(super) fn actor(&self) -> &ActorId {
        &self.actor
    }

    pub(super) fn raw_sender(&self) -> RawSender {
        self.raw.sender()
    }

    /// The same rows bare.
    async fn limit(&mut self, after: u64, writers: u64) -> Result<Round> {
        let mut hands: Vec<Vec<Row>> = (0..writers).map(|_| Vec::new()).collect();
        for (place, row) in self.rows_after(after)?.into_iter().enumerate() {
            let hand = place % hands.len();
            hands[hand].push(row);
        }
        let raw = self.raw_sender();
        race(hands, move |row| {
            let raw = raw.clone();
            async move { raw.write(row).await }
        })
        .await
    }

    /// Rounds with a number of writers, ours and the limit's in turn; the first of them is for warming up.
    pub(super) async fn measure(&mut self, writers: u64, each: u64, rounds: usize) -> Result<Vec<Line>> {
        let (mut rates, mut middles, mut tails) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..=rounds {
            let requests = self.requests(writers, each).await?;
            let after = self.log.head();
            let mut ours = self.ours(requests).await?;
            let mut limit = self.limit(after, writers).await?;
            if round > 0 {
                rates.push((ours.per_second(), limit.per_second()));
                middles.push((ours.quantile(500), limit.quantile(500)));
                tails.push((ours.quantile(990), limit.quantile(990)));
            }
        }
        let what = |what: &str| format!("{what}, {writers} writers");
        Ok(vec![
            Line::beside("P1", what("durable append in process"), Unit::PerSecond, &rates, Goal::AtLeast(0.7)),
            Line::beside("P1", what("  p50"), Unit::Milliseconds, &middles, Goal::None),
            Line::beside("P1", what("  p99"), Unit::Milliseconds, &tails, Goal::None),
        ])
    }

    /// Ends both sides, and gives what further commands would be about.
    pub(super) async fn finish(self) -> Result<Further> {
        self.raw.finish()?;
        self.log.close().await?;
        Ok(self.further)
    }
}

/// P8, for appends: ours on a large and on a small ledger in turn, each writer on commitments of its own.
pub(super) async fn growth(large: &mut Appends, small: &mut Appends, each: u64, rounds: usize) -> Result<Line> {
    const WRITERS: u64 = 64;
    let mut rates = Vec::new();
    for round in 0..=rounds {
        let (for_large, for_small) = (large.requests(WRITERS, each).await?, small.requests(WRITERS, each).await?);
        let (of_large, of_small) = (large.ours(for_large).await?, small.ours(for_small).await?);
        if round > 0 {
            rates.push((of_small.per_second(), of_large.per_second()));
        }
    }
    let what = format!("append in process, {WRITERS} writers, small beside large");
    Ok(Line::beside("P8", what, Unit::PerSecond, &rates, Goal::AtMost(1.15)))
}
