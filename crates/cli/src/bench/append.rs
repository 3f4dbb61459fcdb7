//! P1: durable appends in one process, through `transact` with fold, rule and canonical JSON; beside the limit, round
//! by round, each entry's rows once by us and once bare.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use servanda_events::ids::ActorId;
use servanda_log::Log;
use tokio::task::JoinSet;

use super::ledger::{Further, request};
use super::raw::{Raw, RawSender, RawWriter, Row, Rows};
use super::report::{Goal, Line, Unit, per_second, quantile};

/// Ours and the limit's, each on a ledger of its own with the same entries.
pub(super) struct Appends {
    pub(super) log: Log,
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

impl Appends {
    /// On a log that holds the commitments, and a raw database with the same rows.
    pub(super) fn on(log: Log, dir: &Path, worked_on: u64, actor: &ActorId) -> Result<Self> {
        let mut rows = Rows::default();
        let mut raw = Raw::create(&dir.join("raw.sqlite"), &dir.join("log.sqlite"))?;
        let mut position = 0;
        loop {
            let page = log.read(position, 10_000)?;
            let Some(last) = page.last() else { break };
            position = last.position;
            raw.insert(&rows.rows(&page)?, 1_000)?;
        }
        Ok(Self { log, raw: raw.group_commit(), rows, further: Further::on(worked_on), actor: actor.clone() })
    }

    /// A round of ours.
    pub(super) async fn ours(&mut self, writers: u64, each: u64) -> Result<Round> {
        let texts = self.further.texts(writers, each);
        let requests = texts.iter().map(|texts| texts.iter().map(|text| request(text)).collect::<Result<Vec<_>>>());
        let (log, actor) = (self.log.clone(), self.actor.clone());
        race(requests.collect::<Result<Vec<_>>>()?, move |request| {
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

    /// The rows of the entries behind a position, dealt out to writers.
    fn dealt(&mut self, after: u64, writers: u64) -> Result<Vec<Vec<Row>>> {
        let mut hands: Vec<Vec<Row>> = (0..writers).map(|_| Vec::new()).collect();
        let entries = self.log.read(after, usize::MAX)?;
        for (place, row) in self.rows.rows(&entries)?.into_iter().enumerate() {
            let hand = place % hands.len();
            hands[hand].push(row);
        }
        Ok(hands)
    }

    pub(super) fn raw_sender(&self) -> RawSender {
        self.raw.sender()
    }

    /// The same rows bare.
    async fn limit(&mut self, after: u64, writers: u64) -> Result<Round> {
        let hands = self.dealt(after, writers)?;
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
            let after = self.log.head();
            let mut ours = self.ours(writers, each).await?;
            let mut limit = self.limit(after, writers).await?;
            if round > 0 {
                rates.push((ours.per_second(), limit.per_second()));
                middles.push((ours.quantile(500), limit.quantile(500)));
                tails.push((ours.quantile(990), limit.quantile(990)));
            }
        }
        let what = |what: &str| format!("{what}, {writers} writers");
        Ok(vec![
            Line::beside("P1", what("durable append in process"), Unit::PerSecond, &rates, Goal::AtLeast(0.9)),
            Line::beside("P1", what("  p50"), Unit::Milliseconds, &middles, Goal::None),
            Line::beside("P1", what("  p99"), Unit::Milliseconds, &tails, Goal::None),
        ])
    }

    /// Ends the limit's side and gives the log back.
    pub(super) fn finish(self) -> Result<Log> {
        self.raw.finish()?;
        Ok(self.log)
    }
}
