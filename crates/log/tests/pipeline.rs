//! A batch is written while the one before it is signed: what anyone hears or sees is in the high-water file, whatever
//! else is under way, and what a crash leaves without a checkpoint gets it at the next start.
//!
//! Deliberately absent: calls of the system that fail, and power cuts between any two of them; they are tried on the
//! whole program.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "contract/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of the log")]
mod kit;

use std::path::{Path, PathBuf};

use serde_json::Value;
use servanda_events::testing::scene;
use servanda_log::{Ids, Log, LogError, Settings, TransactError};
use tempfile::TempDir;

use crate::kit::{all_bytes, noon, open, record, tell, with_id};

fn marks(dir: &Path) -> PathBuf {
    dir.join("high-water").join("high-water")
}

/// How many entries the high-water file vouches for, as it lies on the disk.
fn signed(dir: &Path) -> u64 {
    let text = std::fs::read_to_string(marks(dir)).unwrap();
    text.lines().skip(1).filter_map(|line| line.split(' ').next()?.parse().ok()).max().unwrap()
}

fn company(n: usize) -> Value {
    with_id(scene::company(&format!("c{n}"), &format!("{n}")), &format!("command-{n}"))
}

fn opened(dir: &Path) -> Result<Log, LogError> {
    Log::open(dir, None, Settings::default(), noon(), Ids::System)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_answered_followed_or_read_before_its_checkpoint_is_in_the_high_water_file() {
    const WRITERS: usize = 12;
    const EACH: usize = 20;
    let dir = TempDir::new().unwrap();
    let log = open(dir.path(), noon(), Settings { batch_entries_max: 5, ..Settings::default() });
    // Each command is sent twice at the same time, so that one answer points at what the other has just written.
    let writer = |writer: usize| {
        let (log, dir) = (log.clone(), dir.path().to_owned());
        tokio::spawn(async move {
            for turn in 0..EACH {
                let command = company(writer / 2 * EACH + turn);
                let outcome = tell(&log, &command).await.unwrap();
                let position = outcome.entries[0].fact.position;
                assert!(position <= signed(&dir), "{position} was answered before it was signed");
                assert!(log.entry(position).unwrap().is_some(), "{position} was answered and is not seen");
            }
        })
    };
    let follower = {
        let (mut follower, dir) = (log.follow(0), dir.path().to_owned());
        tokio::spawn(async move {
            while follower.position() < (WRITERS / 2 * EACH) as u64 {
                let last = follower.next(100).await.unwrap().last().unwrap().position;
                assert!(last <= signed(&dir), "{last} was followed before it was signed");
            }
        })
    };
    let reader = {
        let (log, dir) = (log.clone(), dir.path().to_owned());
        std::thread::spawn(move || {
            let mut seen = 0;
            while seen < (WRITERS / 2 * EACH) as u64 {
                seen = log.read(0, usize::MAX).unwrap().len() as u64;
                let party = log.history(&servanda_events::testing::parsed("party-c0")).unwrap().revision();
                assert!(seen.max(party) <= signed(&dir), "{seen} was read before it was signed");
                std::thread::yield_now();
            }
        })
    };
    for task in (0..WRITERS).map(writer).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    follower.await.unwrap();
    reader.join().unwrap();
    assert_eq!(log.head(), (WRITERS / 2 * EACH) as u64);
    log.close().await.unwrap();
    assert_eq!(opened(dir.path()).unwrap().head(), signed(dir.path()));
}

#[tokio::test]
async fn a_database_that_is_batches_ahead_of_the_high_water_file_is_believed_and_signed() {
    for ahead in 1..=4 {
        let dir = TempDir::new().unwrap();
        let log = opened(dir.path()).unwrap();
        record(&log, &company(0)).await;
        let before = std::fs::read(marks(dir.path())).unwrap();
        for n in 1..=ahead {
            record(&log, &company(n)).await;
        }
        let bytes = all_bytes(&log);
        log.close().await.unwrap();
        // As after a crash: the transactions are durable, and none of their checkpoints is.
        std::fs::write(marks(dir.path()), before).unwrap();
        assert_eq!(signed(dir.path()), 1);
        let log = opened(dir.path()).unwrap();
        assert_eq!((log.head(), signed(dir.path())), (1 + ahead as u64, 1 + ahead as u64));
        assert_eq!(all_bytes(&log), bytes);
        record(&log, &company(9)).await;
        assert_eq!(signed(dir.path()), 2 + ahead as u64);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_is_answered_while_the_log_closes_finds_the_entry_in_it() {
    for round in 0..10 {
        let dir = TempDir::new().unwrap();
        let log = open(dir.path(), noon(), Settings { batch_entries_max: 3, ..Settings::default() });
        let tasks: Vec<_> = (0..40)
            .map(|n| {
                let log = log.clone();
                tokio::spawn(async move { (n, tell(&log, &company(n)).await) })
            })
            .collect();
        while log.head() < round * 3 {
            tokio::task::yield_now().await;
        }
        log.close().await.unwrap();
        let (mut recorded, mut cut_off) = (Vec::new(), 0);
        for task in tasks {
            match task.await.unwrap() {
                (n, Ok(_)) => recorded.push(format!("command-{n}")),
                (_, Err(TransactError::Log(LogError::Closed))) => cut_off += 1,
                (n, Err(error)) => panic!("{n}: {error:?}"),
            }
        }
        assert_eq!(recorded.len() + cut_off, 40);
        drop(log);
        let log = opened(dir.path()).unwrap();
        let found: Vec<String> = kit::all(&log).iter().map(|entry| entry.command_id.to_string()).collect();
        assert!(recorded.iter().all(|id| found.contains(id)), "{recorded:?} were answered, {found:?} are there");
        assert_eq!(found.len() as u64, signed(dir.path()));
    }
}
