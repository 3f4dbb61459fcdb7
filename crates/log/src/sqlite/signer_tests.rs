//! A high-water file that takes nothing: what was written meanwhile, who hears of it, and what is there afterwards.

use std::path::Path;

use serde_json::{Value, json};
use servanda_events::Request;
use servanda_events::testing::{parsed, scene};
use servanda_proof::{Policy, PrivateKey};
use tempfile::TempDir;

use super::super::Sqlite;
use super::super::open::Files;
use super::super::trust::{self, Proven};
use crate::high_water::HighWater;
use crate::store::Store;
use crate::{Clock, Ids, Log, LogError, Outcome, Settings, TransactError};

use super::*;

fn noon() -> Clock {
    Clock::fixed(parsed("2025-03-20T12:00:00Z"))
}

/// A log whose high-water file takes nothing until the log is opened again.
fn with_a_broken_file(dir: &Path, settings: &Settings) -> Log {
    let files = Files::in_dir(dir, settings).unwrap();
    let (lock, mut connection) = (files.lock().unwrap(), files.writer().unwrap());
    let (ledger, mut trusted) = trust::open(&files, &mut connection, None, &Ids::System).unwrap();
    let proven = trusted.proven.take().unwrap();
    trusted.proven = Some(Proven { checkpoints: proven.checkpoints.broken(), ..proven });
    let (sqlite, durable) = Sqlite::start(files, lock, connection, &ledger, trusted, settings, &noon()).unwrap();
    Log::over(ledger, noon(), Ids::System, durable, Store::Sqlite(sqlite))
}

fn company(n: usize) -> Value {
    scene::but(scene::company(&format!("c{n}"), &format!("{n}")), json!({ "command_id": format!("command-{n}") }))
}

async fn tell(log: &Log, command: &Value) -> Result<Outcome, TransactError> {
    let request = Request::parse(command.to_string().as_bytes()).unwrap();
    log.transact(&request, &parsed("registrar")).await
}

fn size(log: &Log) -> u64 {
    log.checkpoint().unwrap().text().lines().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn what_is_durable_gets_its_checkpoint_by_itself_after_a_failure_to_sign_it() {
    let dir = TempDir::new().unwrap();
    let log = with_a_broken_file(dir.path(), &Settings::default());
    let mut follower = log.follow(0);
    let failed = tell(&log, &company(1)).await;
    assert!(matches!(failed, Err(TransactError::Log(LogError::HighWater { .. }))), "{failed:?}");
    // Nobody appends anything, and it comes all the same.
    assert_eq!(follower.next(10).await.unwrap().len(), 1);
    assert_eq!((log.head(), size(&log)), (1, 1));
    let again = tell(&log, &company(1)).await.unwrap();
    assert!(again.repeated && again.entries[0].fact.position == 1);
    assert_eq!(tell(&log, &company(2)).await.unwrap().entries[0].fact.position, 2);
    log.close().await.unwrap();
    assert_eq!(Log::open(dir.path(), None, Settings::default(), noon(), Ids::System).unwrap().head(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn batches_behind_one_that_is_not_signed_hear_of_it_and_nothing_is_lost_or_doubled() {
    for round in 0..20 {
        let dir = TempDir::new().unwrap();
        let settings = Settings { batch_entries_max: 1 + round % 5, ..Settings::default() };
        let log = with_a_broken_file(dir.path(), &settings);
        let send = |n: usize| {
            let log = log.clone();
            tokio::spawn(async move { (n, tell(&log, &company(n)).await) })
        };
        let tasks: Vec<_> = (0..24).map(send).collect();
        let (mut answered, mut failed) = (Vec::new(), Vec::new());
        for task in tasks {
            match task.await.unwrap() {
                (_, Ok(outcome)) => answered.push(outcome.entries[0].fact.position),
                (n, Err(TransactError::Log(LogError::HighWater { .. }))) => failed.push(n),
                (_, Err(error)) => panic!("{error:?}"),
            }
            assert!(answered.iter().all(|position| *position <= size(&log)), "answered before it was signed");
        }
        assert!(!failed.is_empty(), "the first batch at least was not signed");
        // Whoever was not answered sends again, and has it recorded once.
        for n in failed {
            answered.push(tell(&log, &company(n)).await.unwrap().entries[0].fact.position);
        }
        answered.sort_unstable();
        assert_eq!(answered, (1..=24).collect::<Vec<_>>());
        assert_eq!((log.head(), size(&log)), (24, 24));
        log.close().await.unwrap();
        let log = Log::open(dir.path(), None, Settings::default(), noon(), Ids::System).unwrap();
        assert_eq!(log.read(0, 100).unwrap().len(), 24);
    }
}

fn grown(head: u64) -> Grown {
    let advance = Advance { stream: parsed("party-kaz"), revision: head, facts: 1 };
    Grown { head, root: Some(servanda_proof::leaf_hash(&head.to_le_bytes())), advances: vec![advance] }
}

#[test]
fn nothing_behind_a_failure_is_told_or_shown_until_the_file_was_opened_again() {
    let dir = TempDir::new().unwrap();
    let key = PrivateKey::from_seed("example.org/log", &[7; 32]).unwrap();
    let policy = Policy::of_log(key.public().clone());
    let open = || {
        let (marks, seen) = HighWater::open_or_create(dir.path(), &policy).unwrap();
        Checkpoints::new(key.clone(), marks, seen.newest, parsed("main"))
    };
    let durable = Arc::new(Durable::new(0, 100));
    let (jobs, mut told) = tokio::sync::mpsc::unbounded_channel();
    let signer = Signer::start(open(), Arc::clone(&durable), jobs.downgrade()).unwrap();
    let hand_over = |grown: Option<Grown>, said: Result<(), LogError>| {
        let (answer, heard) = tokio::sync::oneshot::channel();
        signer.hand_over(Written { grown, heard: Heard::Exact(answer, said) });
        heard
    };
    let shown = || (durable.head(), durable.checkpoint().map(|note| note.text().lines().nth(1).unwrap().to_owned()));
    assert_eq!(hand_over(Some(grown(2)), Ok(())).blocking_recv().unwrap(), Ok(()));
    assert_eq!(hand_over(None, Err(LogError::Busy)).blocking_recv().unwrap(), Err(LogError::Busy));
    assert_eq!(shown(), (2, Some("2".to_owned())));

    signer.rest();
    signer.begin(open().broken()).unwrap();
    let all = [hand_over(Some(grown(3)), Ok(())), hand_over(None, Ok(())), hand_over(Some(grown(5)), Ok(()))];
    for heard in all {
        let heard = heard.blocking_recv().unwrap();
        assert!(matches!(heard, Err(LogError::HighWater { .. })), "{heard:?}");
    }
    assert!(signer.has_failed() && matches!(told.try_recv(), Ok(Job::Recover)));
    assert!(told.try_recv().is_err(), "a failure is told once");
    assert_eq!(shown(), (2, Some("2".to_owned())));

    signer.rest();
    signer.begin(open()).unwrap();
    assert!(!signer.has_failed());
    let last = [hand_over(Some(grown(6)), Ok(())), hand_over(Some(grown(7)), Ok(()))];
    signer.end();
    assert!(last.into_iter().all(|heard| heard.blocking_recv().unwrap() == Ok(())), "what was handed over is told");
    assert_eq!(shown(), (7, Some("7".to_owned())));
    drop(jobs);
}
