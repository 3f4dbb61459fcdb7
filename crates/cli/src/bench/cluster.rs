//! P13: a log on three servers with three nodes: appends beside the client library alone, reads by one, two and three
//! nodes, and how fast a new node takes the log over.
//!
//! Deliberately absent: HTTP and read models, which are measured elsewhere and are the same on a node.

mod copies;
mod raw;
mod servers;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use async_nats::jetstream;
use async_nats::{ConnectOptions, Event};
use servanda_events::ids::{ActorId, StreamId};
use servanda_log::{Clock, Ids, Log, LogError, Settings};
use tokio::sync::watch;

use self::servers::Servers;
use super::append::{make_commitments, race, requests};
use super::ledger::{self, Further, request};
use super::report::{Goal, Line, Unit, per_second, quantile};
use super::{Sizes, bulk, folder};
use crate::output::say;
use crate::record::WINDOW;

/// Entries of the log before anything is measured.
const ENTRIES: u64 = 20_000;
/// Writers at the same time, a third of them at each node.
const WRITERS: u64 = 63;
const EACH: u64 = 100;
/// Messages of the limit that are under way where its throughput counts.
const UNDER_WAY: usize = 256;
/// How often servers without a leader are asked again.
const ATTEMPTS_MAX: usize = 100;

/// A node with its copy in a folder.
async fn node(dir: &Path, name: &str, servers: &Servers) -> Result<Log> {
    let dir = dir.join(name);
    let (sender, complaints) = watch::channel(String::new());
    let options = ConnectOptions::with_user_and_password("node".to_owned(), "pw".to_owned());
    let options = options.event_callback(move |event| {
        if let Event::ServerError(error) = event {
            let _heard = sender.send(error.to_string());
        }
        std::future::ready(())
    });
    let client = options.connect(addresses(servers)?).await?;
    for _ in 0..ATTEMPTS_MAX {
        let at = (Clock::System, Ids::System);
        let of = servanda_log::Servers {
            client: client.clone(),
            complaints: complaints.clone(),
            replicas: 3,
            node: name.to_owned(),
        };
        match Log::join(&dir, Some("bench".parse()?), Settings::default(), at, of, |_, _| ()).await {
            // Servers that were started together elect a leader first.
            Err(LogError::Away { .. }) => tokio::time::sleep(Duration::from_millis(200)).await,
            joined => return Ok(joined?),
        }
    }
    anyhow::bail!("the servers of the bench elect no leader")
}

fn addresses(servers: &Servers) -> Result<Vec<async_nats::ServerAddr>> {
    servers.urls.split(',').map(|url| url.parse().with_context(|| format!("{url} is no address"))).collect()
}

fn share_keys(dir: &Path, name: &str) -> Result<()> {
    let keys = folder(&folder(dir, name)?, "keys")?;
    for file in ["log.key", "log.pub"] {
        std::fs::copy(dir.join("node1/keys").join(file), keys.join(file))?;
    }
    Ok(())
}

async fn reaches(log: &Log, head: u64) -> Result<()> {
    let begun = Instant::now();
    while log.head() < head {
        ensure!(begun.elapsed() < Duration::from_secs(60), "a node does not follow: {:?}", log.node());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

pub(super) async fn measure(dir: &Path, program: &Path, sizes: Sizes, actor: &ActorId) -> Result<Vec<Line>> {
    let servers = Servers::start(dir, program)?;
    let admin = ConnectOptions::with_user_and_password("admin".to_owned(), "pw".to_owned());
    let js = jetstream::new(admin.connect(addresses(&servers)?).await?);
    let first = node(dir, "node1", &servers).await?;
    let commands = bulk::commands(dir, ENTRIES)?;
    bulk::record_into(&first, &commands, ENTRIES, actor).await?;
    let mut nodes = vec![first];
    for name in ["node2", "node3"] {
        share_keys(dir, name)?;
        nodes.push(node(dir, name, &servers).await?);
    }
    // The nodes hear who records for all.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let sequencer = nodes[0].node().and_then(|node| node.sequencer).unwrap_or_else(|| "nobody".to_owned());
    say(format!("three servers and three nodes stand, and {sequencer} records for all"));
    let mut further = Further::beyond(ledger::FURTHER);
    let mut lines = lists(&js, &nodes, &mut further, sizes.rounds, actor).await?;
    lines.extend(writers(dir, &js, &nodes, &mut further, sizes.rounds, actor).await?);
    lines.extend(reads(&nodes, sizes.rounds).await?);
    lines.push(catching_up(dir, &servers, &nodes[0], sizes.long_rounds).await?);
    for log in &nodes {
        log.close().await?;
    }
    Ok(lines)
}

/// Entries behind a position, as messages of the limit.
fn bodies(log: &Log, after: u64) -> Result<Vec<Vec<u8>>> {
    Ok(log.read(after, usize::MAX)?.into_iter().map(|entry| entry.bytes.into_vec()).collect())
}

/// A list of commands at one node that is the sequencer, and at one that is not; beside the same bytes in as many
/// messages, and each entry in a message of its own.
async fn lists(
    js: &jetstream::Context,
    nodes: &[Log],
    further: &mut Further,
    rounds: usize,
    actor: &ActorId,
) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let sequencing = |log: &&Log| log.node().is_some_and(|node| node.sequencing);
    let here = nodes.iter().find(sequencing).context("no node is the sequencer")?;
    let there = nodes.iter().find(|log| !sequencing(log)).context("all nodes are sequencers")?;
    for (what, log) in [("at the sequencer", here), ("at another node", there)] {
        let (mut by_entries, mut by_packs, mut by_single_packs) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..=rounds {
            make_commitments(log, further, actor).await?;
            let texts: Vec<String> = further.texts(WRITERS, EACH).into_iter().flatten().collect();
            let wanted = texts.iter().map(|text| request(text)).collect::<Result<Vec<_>>>()?;
            let (after, count) = (log.head(), wanted.len());
            let packs = log.node().map_or(0, |node| node.message);
            let begun = Instant::now();
            let mut list = log.bulk(WINDOW);
            for request in wanted {
                list.submit(request, actor).await;
                while let Some(answer) = list.ready() {
                    answer?;
                }
            }
            while let Some(answer) = list.next().await {
                answer?;
            }
            let ours = per_second(count, begun.elapsed());
            let packs = log.node().map_or(0, |node| node.message).saturating_sub(packs).max(1);
            let entries = bodies(log, after)?;
            ensure!(entries.len() == count, "{} entries of {count} are recorded", entries.len());
            let packed: Vec<Vec<u8>> =
                entries.chunks(count.div_ceil(usize::try_from(packs)?)).map(|pack| pack.join(&b'\n')).collect();
            let as_packs = raw::publish(js, packed.clone(), UNDER_WAY).await?;
            let one_by_one = raw::publish(js, packed, 1).await?;
            let as_entries = raw::publish(js, entries, UNDER_WAY).await?;
            if round > 0 {
                by_entries.push((ours, per_second(count, as_entries.took)));
                by_packs.push((ours, per_second(count, as_packs.took)));
                by_single_packs.push((ours, per_second(count, one_by_one.took)));
            }
        }
        let line = |beside: &str, rates: &[(f64, f64)], goal| {
            let what = format!("a list of commands {what}, beside {beside}");
            Line::beside("P13", what, Unit::PerSecond, rates, goal)
        };
        lines.push(line("raw publishing of each entry", &by_entries, Goal::AtLeast(0.7)));
        lines.push(line("raw publishing of as many packs", &by_packs, Goal::None));
        lines.push(line("the same, one pack under way", &by_single_packs, Goal::None));
    }
    Ok(lines)
}

/// Writers at all three nodes, one command at a time each; beside as many raw messages under way, and beside as many
/// raw writers that wait for the servers alone, or for a bare copy on this disk as well, as ours do.
async fn writers(
    dir: &Path,
    js: &jetstream::Context,
    nodes: &[Log],
    further: &mut Further,
    rounds: usize,
    actor: &ActorId,
) -> Result<Vec<Line>> {
    let (mut rates, mut by_waiting, mut by_copied) = (Vec::new(), Vec::new(), Vec::new());
    let (mut middles, mut tails) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        make_commitments(&nodes[0], further, actor).await?;
        let after = nodes[0].head();
        for log in nodes {
            reaches(log, after).await?;
        }
        let work = requests(&further.texts(WRITERS, EACH))?.into_iter().enumerate();
        let work: Vec<Vec<_>> = work
            .map(|(n, requests)| {
                requests.into_iter().map(|request| (nodes[n % nodes.len()].clone(), request)).collect()
            })
            .collect();
        let by = actor.clone();
        let mut ours = race(work, move |(log, request)| {
            let by = by.clone();
            async move {
                let outcome = log.transact(&request, &by).await?;
                ensure!(outcome.entries.len() == 1, "a command of the bench led to {} entries", outcome.entries.len());
                Ok(())
            }
        })
        .await?;
        reaches(&nodes[0], after + WRITERS * EACH).await?;
        let entries = bodies(&nodes[0], after)?;
        let count = entries.len();
        let under_way = raw::publish(js, entries.clone(), usize::try_from(WRITERS)?).await?;
        let waiting = raw::publish_by(js, entries.clone(), usize::try_from(WRITERS)?, None).await?;
        let mut copied = raw::publish_by(js, entries, usize::try_from(WRITERS)?, Some(dir)).await?;
        if round > 0 {
            rates.push((ours.per_second(), per_second(count, under_way.took)));
            by_waiting.push((ours.per_second(), per_second(count, waiting.took)));
            by_copied.push((ours.per_second(), per_second(count, copied.took)));
            middles.push((ours.quantile(500), quantile(&mut copied.latencies, 500)));
            tails.push((ours.quantile(990), quantile(&mut copied.latencies, 990)));
        }
    }
    let what = |beside: &str| format!("{WRITERS} writers at three nodes, beside {beside}");
    Ok(vec![
        Line::beside("P13", what("as many raw messages under way"), Unit::PerSecond, &rates, Goal::AtLeast(0.7)),
        Line::beside("P13", what("as many raw writers that wait"), Unit::PerSecond, &by_waiting, Goal::None),
        Line::beside("P13", what("the same with three bare copies"), Unit::PerSecond, &by_copied, Goal::None),
        Line::beside("P13", "  p50", Unit::Milliseconds, &middles, Goal::None),
        Line::beside("P13", "  p99", Unit::Milliseconds, &tails, Goal::None),
    ])
}

/// Whole streams read from the copies of one, two and three nodes, four readers at each.
async fn reads(nodes: &[Log], rounds: usize) -> Result<Vec<Line>> {
    const READERS: usize = 4;
    const READS: u64 = 2_000;
    let mut lines = Vec::new();
    for count in 1..=nodes.len() {
        let mut rates = Vec::new();
        for _ in 0..rounds {
            let begun = Instant::now();
            let mut readers = tokio::task::JoinSet::new();
            for reader in 0..READERS * count {
                let log = nodes[reader % count].clone();
                readers.spawn_blocking(move || {
                    for n in 0..READS {
                        let commitment = ledger::commitment_id((n * 7 + reader as u64) % ledger::commitments(ENTRIES));
                        let stream: StreamId = format!("commitment-{commitment}").parse()?;
                        ensure!(!log.read_stream(&stream, 0, 100)?.is_empty(), "{stream} is not there");
                    }
                    anyhow::Ok(())
                });
            }
            while let Some(done) = readers.join_next().await {
                done??;
            }
            rates.push(per_second(READERS * count * usize::try_from(READS)?, begun.elapsed()));
        }
        let what = format!("streams read at {count} nodes, {READERS} readers each");
        lines.push(Line::alone("P13", what, Unit::PerSecond, &rates, Goal::None));
    }
    Ok(lines)
}

/// New nodes that take the whole log over, with its tree.
async fn catching_up(dir: &Path, servers: &Servers, log: &Log, rounds: usize) -> Result<Line> {
    let mut rates = Vec::new();
    for round in 0..rounds {
        let name = format!("fresh{round}");
        share_keys(dir, &name)?;
        let begun = Instant::now();
        let fresh = node(dir, &name, servers).await?;
        rates.push(per_second(usize::try_from(fresh.head())?, begun.elapsed()));
        ensure!(fresh.head() == log.head(), "a new node has not taken all over");
        fresh.close().await?;
    }
    Ok(Line::alone("P13", "entries that a new node takes over", Unit::PerSecond, &rates, Goal::None))
}
