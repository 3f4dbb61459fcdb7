//! What the tests of the bus share: a log with many entries, a relay that runs, the stream read and compared.

use std::time::{Duration, Instant};

use async_nats::jetstream;
use servanda_bus::message::{entry_of, message};
use servanda_bus::names::{Filter, stream_name};
use servanda_bus::stream::StreamWish;
use servanda_bus::{Connection, Published, Relay, Settings, State, Tail, Trouble};
use servanda_events::Request;
use servanda_events::ids::LedgerName;
use servanda_events::testing::parsed;
use servanda_events::testing::scene;
use servanda_log::{Clock, Ids, Log};
use servanda_projector::{Replayed, replay};
use servanda_tests::ledger::Ledger;
use servanda_tests::nats::Nats;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(40);

/// How many times as much a campaign tries; 1 in the everyday tests. Set by `SERVANDA_TEST_TIMES`.
pub(crate) fn times() -> u64 {
    std::env::var("SERVANDA_TEST_TIMES").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// The ledger of these tests.
pub(crate) fn ledger() -> LedgerName {
    parsed("test")
}

/// A log in memory with so many entries.
pub(crate) async fn log_of(entries: usize) -> Log {
    let log = Log::memory(ledger(), Clock::fixed(parsed("2025-03-20T09:00:00Z")), Ids::stepping());
    record(&log, entries).await;
    log
}

/// A log in memory that a story was told to.
pub(crate) fn log_of_story(story: &'static str) -> Log {
    // The ledger of tests brings a runtime of its own, which cannot begin inside another.
    std::thread::spawn(|| Ledger::of_story(story).log).join().unwrap()
}

/// Records so many more entries.
pub(crate) async fn record(log: &Log, entries: usize) {
    let first = log.head();
    let mut bulk = log.bulk(256);
    for number in first..first + entries as u64 {
        let command = scene::state(&format!("p{number}"), "KAZ");
        bulk.submit(Request::parse(command.to_string().as_bytes()).unwrap(), &parsed("registrar")).await;
    }
    while let Some(answer) = bulk.next().await {
        answer.unwrap();
    }
    assert_eq!(log.head(), first + entries as u64);
}

/// The relay's settings for an address.
pub(crate) fn to(url: &str) -> Settings {
    Settings { connection: connection(url), ack_max: Duration::from_millis(1_500), ..Settings::default() }
}

/// A connection of nobody in particular.
pub(crate) fn connection(url: &str) -> Connection {
    Connection { servers: url.to_owned(), ..Connection::default() }
}

/// A relay that runs until it is stopped.
pub(crate) struct Running {
    pub(crate) relay: Relay,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(log: &Log, settings: Settings) -> Self {
        let (relay, stop) = (Relay::new(log.clone(), settings).unwrap(), CancellationToken::new());
        let task = tokio::spawn({
            let (relay, stop) = (relay.clone(), stop.clone());
            async move { relay.run(&stop).await }
        });
        Self { relay, stop, task }
    }

    /// Ends it at once, as a crash would: what is under way is not waited for.
    pub(crate) async fn kill(self) {
        self.task.abort();
        let _cut_off = self.task.await;
    }

    pub(crate) async fn stop(self) -> State {
        self.stop.cancel();
        tokio::time::timeout(PATIENCE, self.task).await.unwrap().unwrap();
        self.relay.state()
    }

    /// Waits until the relay's state is as asked.
    pub(crate) async fn until(&self, what: &str, good: impl Fn(&State) -> bool) -> State {
        let begun = Instant::now();
        loop {
            let state = self.relay.state();
            if good(&state) {
                return state;
            }
            assert!(begun.elapsed() < PATIENCE, "{what} does not come about: {state:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until everything is published.
    pub(crate) async fn done(&self, log: &Log) -> State {
        let head = log.head();
        self.until("the end of the log", |state| state.following && state.position >= head).await
    }

    /// Waits for a trouble.
    pub(crate) async fn trouble(&self, trouble: Trouble) -> String {
        let found = |state: &State| state.fault.as_ref().is_some_and(|fault| fault.trouble == trouble);
        self.until(trouble.code(), found).await.fault.unwrap().detail
    }
}

/// Everything in the stream, as a subscriber reads it who begins at its first message.
pub(crate) async fn read(url: &str, messages: u64) -> Vec<Published> {
    read_as(&connection(url), &ledger(), messages).await
}

/// The same with a connection of its own.
pub(crate) async fn read_as(connection: &Connection, ledger: &LedgerName, messages: u64) -> Vec<Published> {
    let mut tail = Tail::open(connection, ledger, Filter::default(), 0).await.unwrap();
    assert_eq!(tail.end().await, Some(messages), "the stream is as long as the log");
    let mut found = Vec::new();
    while (found.len() as u64) < messages {
        let next = tokio::time::timeout(PATIENCE, tail.next()).await.unwrap().unwrap();
        found.push(next);
    }
    found
}

/// Fails unless the stream holds the log, message for entry, and folds to the same state.
pub(crate) async fn holds(url: &str, log: &Log) {
    let messages = read(url, log.head()).await;
    let entries = log.read(0, usize::MAX).unwrap();
    assert_eq!(messages.len(), entries.len());
    let mut folded = Replayed::default();
    for (published, entry) in messages.iter().zip(&entries) {
        let expected = message(&entry.bytes).unwrap();
        assert_eq!(published.position, entry.position);
        assert_eq!(published.subject, expected.subject, "at {}", entry.position);
        assert_eq!(published.body, expected.body.as_bytes(), "at {}", entry.position);
        folded.take(&servanda_events::decode(entry_of(&published.body).unwrap().as_bytes()).unwrap());
    }
    assert_eq!(folded.digest(None), replay(log, None).unwrap().digest(None));
}

/// JetStream as an administrator uses it.
pub(crate) async fn admin(server: &Nats) -> jetstream::Context {
    jetstream::new(async_nats::connect(server.url()).await.unwrap())
}

/// Removes the stream.
pub(crate) async fn delete_stream(server: &Nats) {
    admin(server).await.delete_stream(stream_name(&ledger())).await.unwrap();
}

/// What an operator chose who gave the stream little room.
pub(crate) fn small(bytes: u64) -> StreamWish {
    StreamWish { bytes_max: Some(bytes), ..StreamWish::default() }
}
