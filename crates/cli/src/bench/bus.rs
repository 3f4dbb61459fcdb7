//! P11: the relay beside raw publishing of the same messages with as many under way, the price of the relay for whoever
//! appends, and the time from an acknowledged append to a subscriber.
//!
//! It starts a nats-server of its own in the throw-away directory. Deliberately absent: a server on another machine,
//! whose network would be measured; server, relay and subscriber share the processors here, and what each of them
//! works is printed.

use std::collections::VecDeque;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{self, Context};
use servanda_bus::message::{MEDIA_TYPE, Message, message};
use servanda_bus::names::{Filter, all_subjects, stream_name};
use servanda_bus::{Connection, Relay, Settings, Tail};
use servanda_log::Log;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Sizes;
use super::append::Appends;
use super::processor;
use super::report::{Goal, Line, Unit, per_second, quantile};
use crate::output::say;

/// Messages of one round.
const MESSAGES: u64 = 50_000;
/// Writers whose appends are compared with and without a relay.
const WRITERS: u64 = 16;
/// Appends whose way to a subscriber is timed one by one.
const ONE_BY_ONE: u64 = 200;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server of our own, gone with this value.
struct Server {
    child: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended cannot be killed.
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Starts a server; nothing where none is installed.
fn server(dir: &Path) -> Result<Option<Server>> {
    // Debian keeps servers where a user's PATH does not lead.
    let places = ["nats-server", "/usr/sbin/nats-server"].map(PathBuf::from);
    let runs = |place: &&PathBuf| Command::new(place).arg("--version").output().is_ok_and(|o| o.status.success());
    let Some(program) = places.iter().find(runs) else { return Ok(None) };
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut command = Command::new(program);
    command.args(["-a", "127.0.0.1", "-p", &port.to_string(), "-js", "-sd"]).arg(dir.join("nats"));
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let server = Server { child, url: format!("nats://127.0.0.1:{port}") };
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        ensure!(begun.elapsed() < PATIENCE, "nats-server does not start");
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(Some(server))
}

fn settings(server: &Server) -> Settings {
    let connection = Connection { servers: server.url.clone(), ..Connection::default() };
    Settings { connection, ..Settings::default() }
}

/// A relay at work.
struct Running {
    relay: Relay,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn start(log: &Log, server: &Server) -> Result<Self> {
        let (relay, stop) = (Relay::new(log.clone(), settings(server))?, CancellationToken::new());
        let working = (relay.clone(), stop.clone());
        let task = tokio::spawn(async move { working.0.run(&working.1).await });
        Ok(Self { relay, stop, task })
    }

    async fn until(&self, good: impl Fn(&servanda_bus::State) -> bool) -> Result<()> {
        let begun = Instant::now();
        while !good(&self.relay.state()) {
            ensure!(begun.elapsed() < PATIENCE, "the relay does not get on: {:?}", self.relay.state());
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        Ok(())
    }

    async fn stop(self) -> Result<()> {
        self.stop.cancel();
        Ok(self.task.await?)
    }
}

pub(super) async fn measure(dir: &Path, appends: &mut Appends, sizes: Sizes) -> Result<Vec<Line>> {
    let Some(server) = server(dir)? else {
        say("P11 is not measured: no nats-server is installed; scripts/need nats-server installs it");
        return Ok(Vec::new());
    };
    let mut lines = throughput(&appends.log, &server, sizes.rounds).await?;
    let running = Running::start(&appends.log, &server)?;
    let head = appends.log.head();
    running.until(|state| state.position >= head).await?;
    lines.extend(latency(appends, &server, sizes).await?);
    running.stop().await?;
    lines.extend(price(appends, &server, sizes).await?);
    Ok(lines)
}

/// The relay, and the same messages by bare means, in turn, each into a stream of its own.
async fn throughput(log: &Log, server: &Server, rounds: usize) -> Result<Vec<Line>> {
    let count = log.head().min(MESSAGES);
    let entries = log.read(0, usize::try_from(count)?)?;
    let messages = entries.iter().map(|entry| message(&entry.bytes)).collect::<Result<Vec<_>, _>>()?;
    drop(entries);
    let js = jetstream::new(async_nats::connect(&server.url).await?);
    let stream = stream_name(log.ledger());
    let (mut as_guarded, mut as_plain) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let begun = Instant::now();
        let running = Running::start(log, server)?;
        // Connecting and making the stream are not publishing.
        running.until(|state| state.following).await?;
        let made = begun.elapsed();
        running.until(|state| state.position >= count).await?;
        let ours = per_second(messages.len(), begun.elapsed().saturating_sub(made));
        running.stop().await?;
        js.delete_stream(&stream).await?;
        let guarded = raw(&js, log, &messages, true).await?;
        let plain = raw(&js, log, &messages, false).await?;
        if round > 0 {
            as_guarded.push((ours, guarded));
            as_plain.push((ours, plain));
        }
    }
    let window = Settings::default().window_messages;
    let what = |beside: &str| format!("relay, {window} under way, beside {beside}");
    Ok(vec![
        Line::beside("P11", what("raw publishing"), Unit::PerSecond, &as_guarded, Goal::AtLeast(0.8)),
        Line::beside("P11", what("raw without id and place"), Unit::PerSecond, &as_plain, Goal::None),
    ])
}

/// Publishes messages with the client library alone, as many under way; with ids and places, or without.
async fn raw(js: &Context, log: &Log, messages: &[Message], guarded: bool) -> Result<f64> {
    let name = stream_name(log.ledger());
    let wish = servanda_bus::stream::wanted(log.ledger(), &Settings::default().stream);
    let config: jetstream::stream::Config = serde_json::from_value(wish)?;
    ensure!(config.subjects == [all_subjects(log.ledger())], "the raw stream would be another");
    js.create_stream(config).await?;
    let window = Settings::default().window_messages;
    let mut under_way = VecDeque::with_capacity(window);
    let begun = Instant::now();
    for message in messages {
        if under_way.len() == window {
            acknowledged(&mut under_way).await?;
        }
        let mut wish = PublishMessage::build().payload(message.body.clone().into()).header("Content-Type", MEDIA_TYPE);
        if guarded {
            wish = wish.message_id(&message.id).expected_last_sequence(message.position - 1);
        }
        under_way.push_back(js.send_publish(message.subject.clone(), wish).await?.into_future());
    }
    while !under_way.is_empty() {
        acknowledged(&mut under_way).await?;
    }
    let rate = per_second(messages.len(), begun.elapsed());
    js.delete_stream(name).await?;
    Ok(rate)
}

async fn acknowledged<F, E>(under_way: &mut VecDeque<F>) -> Result<()>
where
    F: Future<Output = Result<jetstream::publish::PublishAck, E>>,
    E: std::error::Error + Send + Sync + 'static,
{
    let first = under_way.pop_front().context("nothing is under way")?;
    first.await?;
    Ok(())
}

/// Processor time, in milliseconds: this program's, and the server's.
struct Work {
    ours: f64,
    servers: f64,
}

impl Work {
    /// Since the start of each process; nothing where the system does not say.
    #[expect(clippy::float_arithmetic, reason = "a measurement is no amount of a ledger")]
    fn now(server: &Server) -> Option<Self> {
        let milliseconds = |process| processor::time_of(process).map(|time| time.as_secs_f64() * 1_000.0);
        Some(Self { ours: milliseconds(std::process::id())?, servers: milliseconds(server.child.id())? })
    }

    /// For each of so many appends since then.
    #[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a measurement is no amount of a ledger")]
    fn of_each(before: Option<Self>, after: Option<Self>, count: usize) -> Option<Self> {
        let (before, after, count) = (before?, after?, count as f64);
        Some(Self { ours: (after.ours - before.ours) / count, servers: (after.servers - before.servers) / count })
    }
}

/// Appends of many writers with a relay at work and without one, in turn, and what the processors did for each.
async fn price(appends: &mut Appends, server: &Server, sizes: Sizes) -> Result<Vec<Line>> {
    let each = sizes.of(500);
    let count = usize::try_from(WRITERS * each)?;
    let (mut rates, mut work, mut of_server) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=sizes.rounds {
        let (with, without) = (appends.requests(WRITERS, each).await?, appends.requests(WRITERS, each).await?);
        let running = Running::start(&appends.log, server)?;
        let head = appends.log.head();
        running.until(|state| state.following && state.position >= head).await?;
        let before = Work::now(server);
        let with = appends.ours(with).await?;
        // What is still to be published belongs to the price as well.
        let head = appends.log.head();
        running.until(|state| state.position >= head).await?;
        let of_with = Work::of_each(before, Work::now(server), count);
        running.stop().await?;
        let before = Work::now(server);
        let without = appends.ours(without).await?;
        let of_without = Work::of_each(before, Work::now(server), count);
        if round > 0 {
            rates.push((with.per_second(), without.per_second()));
            if let (Some(with), Some(without)) = (of_with, of_without) {
                work.push((with.ours, without.ours));
                of_server.push(with.servers);
            }
        }
    }
    let what = format!("append in process, {WRITERS} writers, with a relay beside without");
    let mut lines = vec![Line::beside("P11", what, Unit::PerSecond, &rates, Goal::AtLeast(0.8))];
    if !work.is_empty() {
        let what = "  processor time of each, ours, with a relay beside without";
        lines.push(Line::beside("P11", what, Unit::Milliseconds, &work, Goal::AtMost(1.1)));
        let what = "  processor time of each, the server's beside it";
        lines.push(Line::alone("P11", what, Unit::Milliseconds, &of_server, Goal::None));
    }
    Ok(lines)
}

/// When each position was acknowledged to its writer, from the first one that is timed.
type Moments = Arc<Mutex<Vec<(u64, Instant)>>>;

/// From the acknowledged append to the subscriber: one append at a time, and many writers at once.
async fn latency(appends: &mut Appends, server: &Server, sizes: Sizes) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (load, writers, each) in [("at idle", 1, ONE_BY_ONE), ("16 writers", WRITERS, 250)] {
        let each = sizes.of(each);
        let requests = appends.requests(writers, each).await?;
        let (log, actor) = (appends.log.clone(), appends.actor().clone());
        let after = log.head();
        let mut tail = Tail::open(&settings(server).connection, log.ledger(), Filter::default(), after).await?;
        let count = usize::try_from(writers * each)?;
        let receiving = tokio::spawn(async move {
            let mut received = Vec::with_capacity(count);
            while received.len() < count {
                let message = tokio::time::timeout(PATIENCE, tail.next()).await??;
                received.push((message.position, Instant::now()));
            }
            anyhow::Ok(received)
        });
        let moments = Moments::default();
        let mut tasks = Vec::new();
        for requests in requests {
            let (log, actor, moments) = (log.clone(), actor.clone(), Arc::clone(&moments));
            tasks.push(tokio::spawn(async move {
                for request in requests {
                    let outcome = log.transact(&request, &actor).await?;
                    let position = outcome.entries.first().map(|entry| entry.fact.position);
                    let moment = (position.context("a command of the bench led to no entry")?, Instant::now());
                    moments.lock().unwrap_or_else(PoisonError::into_inner).push(moment);
                    if writers == 1 {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                }
                anyhow::Ok(())
            }));
        }
        for task in tasks {
            task.await??;
        }
        let received = receiving.await??;
        let mut acknowledged = moments.lock().map_err(|_| anyhow!("a writer panicked"))?.clone();
        acknowledged.sort_unstable();
        // A subscriber may hear of an entry before its writer does; that is no time at all.
        let ways =
            received.iter().zip(&acknowledged).map(|((_, came), (_, acked))| came.saturating_duration_since(*acked));
        let mut ways: Vec<Duration> = ways.collect();
        for (share, name) in [(500, "p50"), (990, "p99")] {
            let figure = quantile(&mut ways, share);
            let what = format!("acknowledged append to subscriber, {load}, {name}");
            lines.push(Line::alone("P11", what, Unit::Milliseconds, &[figure], Goal::None));
        }
    }
    Ok(lines)
}
