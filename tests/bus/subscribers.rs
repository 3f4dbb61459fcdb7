//! The two examples of subscribers, killed again and again while they work and while the server comes and goes: each
//! entry is in their database once, and what they hold folds to the ledger's own state.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection as Database;
use servanda_log::Log;
use servanda_projector::{Replayed, replay};
use servanda_tests::binary::subscriber_example;
use servanda_tests::nats::{Nats, Program, all};
use servanda_tests::repository::root;

use crate::kit::{Running, delete_stream, log_of_story, record, times, to};

const STORY: &str = include_str!("../golden/logs/the-life-of-a-commitment.ndjson");
const PATIENCE: Duration = Duration::from_secs(60);

/// How one of them is started.
type Start = fn() -> Option<Command>;

fn rust() -> Option<Command> {
    Some(Command::new(subscriber_example()))
}

#[expect(clippy::print_stderr, reason = "what a test could not try is said where whoever runs it looks")]
fn python() -> Option<Command> {
    let python: PathBuf = root().join("target/bus-extras/bin/python3");
    let mut asked = Command::new(&python);
    if !asked.args(["-c", "import nats"]).output().is_ok_and(|output| output.status.success()) {
        eprintln!("NOT TRIED: the subscriber in Python, because nats-py is not there; scripts/bus-extras gets it");
        return None;
    }
    let mut command = Command::new(python);
    command.arg(root().join("crates/bus/examples/subscriber.py"));
    Some(command)
}

struct Subscriber(Child);

impl Subscriber {
    fn start(start: Start, server: &Nats, database: &Path, last: u64) -> Option<Self> {
        let mut command = start()?;
        command.args([&server.url(), "test"]).arg(database).arg(last.to_string());
        Some(Self(command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()))
    }

    /// Waits until so many entries are in the database.
    fn until(&mut self, database: &Path, entries: u64) {
        let begun = Instant::now();
        while count(database) < entries {
            assert!(begun.elapsed() < PATIENCE, "only {} of {entries} entries came", count(database));
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    fn finish(mut self) {
        let begun = Instant::now();
        while self.0.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "the subscriber does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(self.0.wait().unwrap().success());
    }
}

/// Entries in a subscriber's database; none while there is no such database.
fn count(database: &Path) -> u64 {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let Ok(database) = Database::open_with_flags(database, flags) else { return 0 };
    database.query_row("SELECT count(*) FROM entry", [], |row| row.get::<_, i64>(0)).map_or(0, i64::unsigned_abs)
}

/// Fails unless the database holds the log: every entry once, at its position, and what follows from it.
fn holds(database: &Path, log: &Log) {
    let database = Database::open(database).unwrap();
    let mut statement = database.prepare("SELECT position, event_id, entry FROM entry ORDER BY position").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?)));
    let rows: Vec<(i64, String, String)> = rows.unwrap().map(Result::unwrap).collect();
    let entries = log.read(0, usize::MAX).unwrap();
    assert_eq!(rows.len(), entries.len());
    let mut folded = Replayed::default();
    for ((position, id, text), entry) in rows.iter().zip(&entries) {
        let recorded = entry.decode().unwrap();
        assert_eq!((position.unsigned_abs(), id.as_str()), (entry.position, recorded.fact.event_id.as_str()));
        assert_eq!(text.as_bytes(), &*entry.bytes, "the exact bytes of entry {position}");
        folded.take(&servanda_events::decode(text.as_bytes()).unwrap());
    }
    assert_eq!(folded.digest(None), replay(log, None).unwrap().digest(None));
    let counted: i64 = database.query_row("SELECT sum(events) FROM thing", [], |row| row.get(0)).unwrap();
    assert_eq!(counted.unsigned_abs(), log.head(), "what follows from an entry follows once");
}

async fn takes_each_entry_once(start: Start, program: &Program) {
    let mut server = Nats::start(program);
    let log = log_of_story(STORY);
    record(&log, usize::try_from(4_000 * times()).unwrap()).await;
    let running = Running::start(&log, to(&server.url()));
    running.done(&log).await;
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("events.sqlite");
    let last = log.head() + 1_000;
    for round in 1..=4 * times() {
        let Some(mut subscriber) = Subscriber::start(start, &server, &database, last) else { return };
        subscriber.until(&database, round * 600);
        subscriber.kill();
    }
    let Some(mut subscriber) = Subscriber::start(start, &server, &database, last) else { return };
    subscriber.until(&database, log.head());
    // The server goes away and comes back, and then loses its stream, while the subscriber waits for more.
    server.kill();
    server.begin();
    record(&log, 500).await;
    running.done(&log).await;
    subscriber.until(&database, log.head());
    delete_stream(&server).await;
    record(&log, 500).await;
    running.until("the stream filled anew", |state| state.following && state.position == last).await;
    subscriber.finish();
    holds(&database, &log);
    // From the beginning, into a new database.
    let anew = dir.path().join("anew.sqlite");
    Subscriber::start(start, &server, &anew, last).unwrap().finish();
    holds(&anew, &log);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_subscriber_in_rust_takes_each_entry_once() {
    for program in all() {
        takes_each_entry_once(rust, &program).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_subscriber_in_python_takes_each_entry_once() {
    for program in all() {
        takes_each_entry_once(python, &program).await;
    }
}
