//! `serve`: the parts put together, and an orderly end.
//!
//! Told to stop, the service is not ready any more, takes no more connections, ends open feeds, finishes the requests
//! under way, lets the read model catch up and closes the log. What takes longer than it may is cut off; nothing that
//! was acknowledged is lost by that.
//!
//! Until it can answer, whoever asks hears how far the start is. Deliberately absent: routes, rules and pages.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use servanda_api::{Access, App, BusHealth, Drafts, Starting};
use servanda_bus::{Relay, State};
use servanda_log::Log;
use servanda_projector::{At, ReadModel};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::args::ServeArgs;
use crate::demo::people;
use crate::ending::usage;
use crate::output::say;
use crate::settings::{LogStore, Settings};
use crate::webhooks::Webhooks;
use crate::{access, cluster, demo, open, runtime, traces};

/// The file of drafts in the data directory.
const DRAFTS_FILE: &str = "drafts.sqlite";
/// How often the service looks whether another day has begun.
const DAY_LOOKED_AT_EVERY: Duration = Duration::from_secs(30);
/// How long messages under way to the bus are waited for at the end.
const PUBLISHING_MAX: Duration = Duration::from_secs(3);

pub(crate) fn run(args: &ServeArgs) -> Result<()> {
    let listen = args.listen.map(|listen| ("server.listen", listen.to_string()));
    let nats = args.nats.clone().map(|servers| ("bus.url", servers));
    let store = args.log.clone().map(|store| ("log.store", store));
    let flags = listen.into_iter().chain(nats).chain(store).collect();
    let settings = open::settings(&args.place, flags)?;
    traces::start(&settings.traces)?;
    let runtime = runtime()?;
    let served = runtime.block_on(serve(&settings, args));
    // Whatever is still reading the disk is not waited for.
    runtime.shutdown_background();
    served
}

async fn serve(settings: &Settings, args: &ServeArgs) -> Result<()> {
    let demo = args.demo;
    let dir = &settings.data.dir;
    let relay = settings.relay()?;
    if let Some(relay) = &relay {
        relay.connection.check().map_err(|error| usage(error.to_string()))?;
    }
    let (listener, log, read) = started(settings, args).await?;
    let address = listener.local_addr()?;
    let access = access::open(dir)?;
    let stop = CancellationToken::new();
    stop_when_told(stop.clone(), Duration::from_secs(settings.server.shutdown_seconds_max))?;

    let following = CancellationToken::new();
    let follower = tokio::spawn({
        let (read, log, following) = (read.clone(), log.clone(), following.clone());
        async move { read.run(log, following).await }
    });
    beside(settings, &read, &log, &following);
    let drafts = Drafts::open(&dir.join(DRAFTS_FILE)).context("drafts are kept in the data directory")?;
    let mut app = App::new(log.clone(), read.clone(), access.clone(), settings.api()?).with_drafts(drafts);
    let mut publishing = None;
    if let Some(wish) = relay {
        let relay = Relay::new(log.clone(), wish)?;
        say(format!("publishing to {}", settings.bus.url));
        publishing = Some(publish(&relay, following.clone()));
        app = app.with_bus(move || health(relay.state()));
    }
    let sending = send(settings, &log, &access, following.clone());
    if demo && address.ip().is_loopback() {
        people::make(&access)?;
    } else if !access.any_administrator()? {
        say(format!(
            "nobody can administer this ledger yet; create the first administrator with: \
             servanda user create NAME --name \"Full name\" --role administrator --password --data {}",
            dir.display()
        ));
    }
    announce(&log, &format!("http://{address}/"))?;
    let served = servanda_api::serve(listener, app, stop).await;

    following.cancel();
    ended(publishing, sending).await;
    // Why it stopped early, if it did, was told when it happened.
    let _ended = follower.await;
    let behind = log.clone();
    let caught_up = tokio::task::spawn_blocking(move || read.catch_up(&behind)).await?;
    let closed = log.close().await;
    served?;
    caught_up?;
    closed?;
    say("the ledger is closed");
    Ok(())
}

/// What the service does beside answering, until it is told to stop: the survey of the day, and reading the log anew.
fn beside(settings: &Settings, read: &ReadModel, log: &Log, following: &CancellationToken) {
    if settings.server.survey {
        let (read, log) = (read.clone(), log.clone());
        tokio::spawn(following.clone().run_until_cancelled_owned(async move { survey(&read, &log).await }));
    }
    if settings.log.scrub_entries_per_second > 0 {
        let (log, rate) = (log.clone(), settings.log.scrub_entries_per_second);
        tokio::spawn(following.clone().run_until_cancelled_owned(async move { log.scrub(rate).await }));
    }
}

/// Makes the survey of each day before anyone asks for it: the first of a day reads every promise, the others only what
/// changed. Nobody waits for it, and what goes wrong with it is told to whoever asks next.
async fn survey(read: &ReadModel, log: &Log) {
    let mut surveyed = None;
    let mut often = tokio::time::interval(DAY_LOOKED_AT_EVERY);
    loop {
        often.tick().await;
        let today = log.now().date();
        if surveyed == Some(today) {
            continue;
        }
        let (read, at) = (read.clone(), At { as_of: today, known_at: read.position() });
        let made = tokio::task::spawn_blocking(move || read.survey(at)).await;
        match made {
            Ok(Ok(_)) => surveyed = Some(today),
            Ok(Err(error)) => tracing::warn!(%error, "the survey of the day was not made"),
            Err(error) => tracing::warn!(%error, "the survey of the day was not made"),
        }
    }
}

/// The log and its read model, and the listener at which it was told meanwhile how far they are.
async fn started(settings: &Settings, args: &ServeArgs) -> Result<(TcpListener, Log, ReadModel)> {
    let listen = settings.server.listen;
    let taken = || format!("cannot listen on {listen}; choose another address with --listen, such as 127.0.0.1:0");
    let listener = Arc::new(TcpListener::bind(listen).await.with_context(taken)?);
    let far = Far::default();
    let starting = tokio::spawn(servanda_api::while_starting(Arc::clone(&listener), far.looked_at()));
    let log = opened(settings, args, listener.local_addr()?, &far).await?;
    far.is("read_model", 0, log.head());
    let read = open::read_model(&settings.data.dir, &log, |position| far.is("read_model", position, log.head()))?;
    starting.abort();
    // It ends by being cut off.
    let _ended = starting.await;
    let listener = Arc::into_inner(listener).context("the address is still taken by the start")?;
    Ok((listener, log, read))
}

/// The log, from where the settings say that it is.
async fn opened(settings: &Settings, args: &ServeArgs, address: SocketAddr, far: &Far) -> Result<Log> {
    match (settings.log.store, args.demo) {
        (LogStore::Sqlite, _) if args.snapshot.is_some() => {
            Err(usage("--snapshot is for a node of a log in a stream; `servanda restore` is for a log of its own"))
        }
        (LogStore::Sqlite, true) => demo::open(settings).await,
        (LogStore::Sqlite, false) => open::log(settings),
        (LogStore::JetStream, false) => {
            say(format!("listening on {address}; /readyz tells there how far the start is"));
            if let Some(snapshot) = &args.snapshot {
                cluster::begin_with(settings, snapshot)?;
            }
            cluster::join(settings, |done, of| far.is("joining", done, of)).await
        }
        (LogStore::JetStream, true) => Err(usage("--demo records into a folder of its own; leave --log jetstream out")),
    }
}

/// How far the start is, for whoever asks meanwhile.
#[derive(Debug, Clone)]
struct Far(watch::Sender<Starting>);

impl Default for Far {
    fn default() -> Self {
        Self(watch::Sender::new(Starting { step: "opening", done: 0, of: 0 }))
    }
}

impl Far {
    fn is(&self, step: &'static str, done: u64, of: u64) {
        self.0.send_replace(Starting { step, done, of });
    }

    fn looked_at(&self) -> impl Fn() -> Starting + Clone + Send + Sync + 'static {
        let far = self.0.subscribe();
        move || *far.borrow()
    }
}

fn publish(relay: &Relay, stop: CancellationToken) -> JoinHandle<()> {
    let relay = relay.clone();
    tokio::spawn(async move { relay.run(&stop).await })
}

/// Sends to webhooks, where the operator allows any host.
fn send(settings: &Settings, log: &Log, access: &Access, stop: CancellationToken) -> Option<JoinHandle<()>> {
    let hosts = servanda_api::webhook_hosts(&settings.webhooks.hosts);
    let webhooks = Webhooks { log: log.clone(), access: access.clone(), hosts };
    (!webhooks.hosts.is_empty()).then(|| tokio::spawn(webhooks.run(stop)))
}

/// Waits for those who were told to stop sending what was recorded.
async fn ended(publishing: Option<JoinHandle<()>>, sending: Option<JoinHandle<()>>) {
    if let Some(publishing) = publishing {
        // What is under way is acknowledged or not; the next start finds out which.
        let _ended = tokio::time::timeout(PUBLISHING_MAX, publishing).await;
    }
    if let Some(sending) = sending {
        // What is under way is sent again at the next start, unless it was acknowledged.
        let _ended = sending.await;
    }
}

/// What the service shows of the relay.
fn health(state: State) -> BusHealth {
    BusHealth {
        following: state.following,
        trouble: state.fault.map(|fault| fault.trouble.code()),
        position: state.position,
        published: state.published,
        retries: state.retries,
        reconnects: state.reconnects,
        server_version: state.server_version,
    }
}

/// Says where the service is and what it serves.
fn announce(log: &Log, url: &str) -> Result<()> {
    let (ledger, head) = (log.ledger(), log.head());
    let held = match log.entry(head)? {
        Some(last) => format!("{head} entries, the last of {}", last.decode()?.fact.recorded_at),
        None => "no entries yet".to_owned(),
    };
    if let Some(key) = log.public_key() {
        say(format!("the log's public key, for whoever verifies it: {key}"));
    }
    say(format!("serving the ledger {ledger} ({held}) at {url}"));
    Ok(())
}

/// Stops at the first signal. At the second, or when the end takes too long, the process ends at once.
fn stop_when_told(stop: CancellationToken, patience: Duration) -> Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        say("stopping; a second signal stops at once");
        stop.cancel();
        let why = tokio::select! {
            _ = terminate.recv() => "a second signal came",
            _ = interrupt.recv() => "a second signal came",
            () = tokio::time::sleep(patience) => "it took too long to stop in order",
        };
        say(format!("{why}; what was acknowledged is safe, the read model catches up at the next start"));
        std::process::exit(1);
    });
    Ok(())
}
