//! What can go wrong around the log in a file: a full disk, a failing write, a file held by others, damage.
//!
//! Each is said in words, leaves nothing half-written, and passes when its cause does.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "contract/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of the log")]
mod kit;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use servanda_events::testing::{parsed, scene};
use servanda_log::{Ids, Log, LogError, Settings, TransactError};
use tempfile::TempDir;

use crate::kit::{all, noon, open, record, record_visit, tell, with_id};

fn dir() -> TempDir {
    TempDir::new().unwrap()
}

fn file(dir: &Path) -> PathBuf {
    dir.join("log.sqlite")
}

fn opened(dir: &Path) -> Result<Log, LogError> {
    Log::open(dir, None, Settings::default(), noon(), Ids::System)
}

/// The file as another program sees it.
fn by_hand(dir: &Path) -> Connection {
    Connection::open(file(dir)).unwrap()
}

async fn closed_log_of_the_visit(dir: &Path) {
    let log = opened(dir).unwrap();
    record_visit(&log).await;
    log.close().await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_said_leaves_nothing_half_written_and_stops_no_reader() {
    let dir = dir();
    let small = Settings { file_bytes_max: Some(200_000), ..Settings::default() };
    let log = open(dir.path(), noon(), small);
    record_visit(&log).await;
    let mut recorded = 7;
    let full = loop {
        let plan = with_id(scene::milestone("branch", &format!("m{recorded}"), "2026"), &format!("plan-{recorded}"));
        match tell(&log, &plan).await {
            Ok(_) => recorded += 1,
            Err(error) => break (plan, error),
        }
        assert!(recorded < 10_000);
    };
    assert_eq!(full.1, TransactError::Log(LogError::Full));
    assert!(full.1.to_string().contains("free some space"));
    assert!(recorded > 50);
    assert_eq!((log.head(), all(&log).len() as u64), (recorded, recorded));
    // Several entries in one command do not fit either, and none of them is left behind.
    let base = all(&log)[6].fact.event_id.clone();
    let plans: Vec<String> = (7..recorded).map(|n| all(&log)[n as usize].fact.event_id.as_str().to_owned()).collect();
    let plans: Vec<&str> = plans.iter().map(String::as_str).collect();
    let retract = with_id(scene::retract("commitment-branch", base.as_str(), &plans), "retract-all");
    assert_eq!(tell(&log, &retract).await, Err(TransactError::Log(LogError::Full)));
    assert_eq!((log.head(), all(&log).len() as u64), (recorded, recorded));
    assert_eq!(log.history(&parsed("commitment-branch")).unwrap().revision(), recorded - 6);
    log.close().await.unwrap();

    let log = open(dir.path(), noon(), Settings::default());
    assert_eq!(log.head(), recorded);
    record(&log, &full.0).await;
    let last = format!("plan-{recorded}.1");
    let dependants = [plans, vec![last.as_str()]].concat();
    let retract = with_id(scene::retract("commitment-branch", base.as_str(), &dependants), "retract-all");
    assert_eq!(record(&log, &retract).await.entries.len() as u64, recorded - 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_batch_that_fails_in_the_middle_is_heard_of_by_all_in_it_and_leaves_nothing() {
    let dir = dir();
    let log = opened(dir.path()).unwrap();
    record_visit(&log).await;
    let mut follower = log.follow(7);
    by_hand(dir.path())
        .execute_batch(
            "CREATE TRIGGER fault BEFORE INSERT ON entry WHEN new.position >= 9 BEGIN SELECT RAISE(ABORT, 'fault'); END",
        )
        .unwrap();
    let send = |n: usize| {
        let log = log.clone();
        let command = with_id(scene::company(&format!("c{n}"), &format!("{n}")), &format!("command-{n}"));
        tokio::spawn(async move { tell(&log, &command).await })
    };
    let tasks: Vec<_> = (0..16).map(send).collect();
    let mut recorded = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => recorded += 1,
            Err(TransactError::Log(LogError::Io { detail })) => assert!(detail.contains("fault")),
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(recorded <= 1);
    assert_eq!((log.head(), all(&log).len()), (7 + recorded, 7 + recorded as usize));
    let hand = by_hand(dir.path());
    let left: i64 = hand
        .query_row(
            "SELECT (SELECT count(*) FROM command) + (SELECT count(*) FROM unique_key) - (SELECT count(*) FROM stream)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(left, 7 + recorded as i64 + recorded as i64 - (5 + recorded as i64), "no key and no command is left");

    hand.execute_batch("DROP TRIGGER fault").unwrap();
    let tasks: Vec<_> = (0..16).map(send).collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(log.head(), 23);
    let mut seen = Vec::new();
    while seen.len() < 16 {
        seen.extend(follower.next(5).await.unwrap().into_iter().map(|entry| entry.position));
    }
    assert_eq!(seen, (8..=23).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_queue_is_said_at_once_and_bulk_waits() {
    let dir = dir();
    let log = open(dir.path(), noon(), Settings { queue_entries_max: 4, ..Settings::default() });
    record_visit(&log).await;
    // Another program holds the file, so the writer waits with a batch in its hands.
    let hand = by_hand(dir.path());
    hand.execute_batch("BEGIN IMMEDIATE").unwrap();
    let send = |n: usize| {
        let log = log.clone();
        let command = with_id(scene::company(&format!("c{n}"), &format!("{n}")), &format!("command-{n}"));
        tokio::spawn(async move { tell(&log, &command).await })
    };
    // Sent one after the other, until one hears that the log is busy.
    let mut sent = Vec::new();
    while !sent.iter().any(tokio::task::JoinHandle::is_finished) {
        sent.push(send(sent.len()));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(sent.len() > 4, "four wait, and what the writer may have in its hands");
    let mut bulk = log.bulk(100);
    let command = with_id(scene::company("bulk", "bulk"), "bulk");
    let actor = kit::actor();
    let submitted = bulk.submit(kit::request(&command), &actor);
    let submitted = tokio::time::timeout(Duration::from_millis(50), submitted).await;
    assert!(submitted.is_err(), "a bulk waits for room");
    hand.execute_batch("ROLLBACK").unwrap();
    let (mut recorded, mut busy) = (0, 0);
    for task in sent {
        match task.await.unwrap() {
            Ok(_) => recorded += 1,
            Err(error) => {
                assert_eq!(error, TransactError::Log(LogError::Busy));
                busy += 1;
            }
        }
    }
    assert!(recorded >= 4 && busy > 0, "{recorded} recorded, {busy} busy");
    bulk.submit(kit::request(&command), &kit::actor()).await;
    assert!(bulk.next().await.unwrap().is_ok());
    assert_eq!(log.head(), 7 + recorded + 1);
}

#[tokio::test]
async fn a_file_held_by_another_program_is_an_error_that_passes() {
    let dir = dir();
    let log = opened(dir.path()).unwrap();
    record_visit(&log).await;
    let hand = by_hand(dir.path());
    hand.execute_batch("BEGIN IMMEDIATE").unwrap();
    let plan = with_id(scene::milestone("branch", "m1", "2026"), "plan");
    assert_eq!(tell(&log, &plan).await, Err(TransactError::Log(LogError::InUse { path: file(dir.path()) })));
    assert_eq!(log.read(0, 100).unwrap().len(), 7, "reading goes on");
    hand.execute_batch("ROLLBACK").unwrap();
    assert!(!record(&log, &plan).await.repeated);
}

#[tokio::test]
async fn a_directory_that_may_not_be_written_is_said_at_once() {
    let parent = dir();
    let dir = parent.path().join("data");
    std::fs::create_dir(&dir).unwrap();
    let mut rights = std::fs::metadata(&dir).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&dir, rights).unwrap();
    // Nothing stops the superuser there, but in the system's own directories something does.
    let superuser = std::fs::write(dir.join("probe"), "").is_ok();
    let dir = if superuser { PathBuf::from("/sys") } else { dir };
    match opened(&dir).unwrap_err() {
        LogError::ReadOnly { path } => {
            assert!(path.starts_with(&dir));
            assert!(LogError::ReadOnly { path }.to_string().contains("may not be written"));
        }
        other => panic!("{other:?}"),
    }
}

/// Flips a bit of `text`'s last byte wherever it stands in the file, also where only remains of moved pages are.
fn damage(dir: &Path, text: &str, bit: u8) {
    let path = file(dir);
    let mut bytes = std::fs::read(&path).unwrap();
    let places: Vec<usize> =
        bytes.windows(text.len()).enumerate().filter(|(_, w)| *w == text.as_bytes()).map(|(n, _)| n).collect();
    assert!(!places.is_empty());
    for place in places {
        bytes[place + text.len() - 1] ^= bit;
    }
    std::fs::write(&path, bytes).unwrap();
}

/// The verdict with which a log is not opened.
fn verdict(dir: &Path) -> String {
    match opened(dir).unwrap_err() {
        LogError::Distrusted { verdict, .. } => verdict.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_damaged_entry_is_named_and_the_log_is_not_opened() {
    let dir = dir();
    closed_log_of_the_visit(dir.path()).await;
    // The comma behind the position becomes a full stop, so that the entry is no JSON any more.
    damage(dir.path(), "\"position\":3,", 0x02);
    assert!(verdict(dir.path()).starts_with("INVALID: entry 3 is not what was recorded"), "{}", verdict(dir.path()));
    // Whoever only looks gets no further than there.
    let log = Log::open_read_only(dir.path(), &Settings::default(), noon()).unwrap().unwrap();
    assert!(matches!(log.entry(3).unwrap().unwrap().decode(), Err(LogError::Corrupt { position: 3, .. })));
    assert!(matches!(log.history(&parsed("package-visit")), Err(LogError::Corrupt { position: 3, .. })));
    let export = log.export(Vec::new(), |_, _| ()).unwrap_err().to_string();
    assert!(export.contains("entry 3 is damaged"), "{export}");
}

#[tokio::test]
async fn a_last_entry_that_says_another_position_is_found_on_opening() {
    let dir = dir();
    closed_log_of_the_visit(dir.path()).await;
    // `7` becomes `6`: still JSON, but not the entry that stands there.
    damage(dir.path(), "\"position\":7", 0x01);
    assert!(verdict(dir.path()).starts_with("INVALID: entry 7 is not what was recorded"), "{}", verdict(dir.path()));
}

#[tokio::test]
async fn an_entry_taken_out_by_hand_is_found_on_opening() {
    let dir = dir();
    closed_log_of_the_visit(dir.path()).await;
    let hand = by_hand(dir.path());
    hand.execute_batch("DROP TRIGGER entry_is_kept; DELETE FROM entry WHERE position = 4").unwrap();
    drop(hand);
    let error = opened(dir.path()).unwrap_err();
    assert!(error.to_string().contains("entry 4 is not what was recorded: it is missing"), "{error}");
    assert!(error.to_string().contains("restore the newest verified backup"), "{error}");
}

#[tokio::test]
async fn a_second_fault_while_the_log_recovers_from_the_first_is_survived() {
    let dir = dir();
    let log = opened(dir.path()).unwrap();
    record_visit(&log).await;
    let marks = dir.path().join("high-water").join("high-water");
    let hand = by_hand(dir.path());
    let fault = "CREATE TRIGGER fault BEFORE INSERT ON tree_hash BEGIN SELECT RAISE(ABORT, 'fault'); END";
    for round in 0..5 {
        // The first fault: a batch fails. The second: the high-water file is away when the log is opened again.
        hand.execute_batch(fault).unwrap();
        std::fs::rename(&marks, dir.path().join("away")).unwrap();
        let plan = with_id(scene::milestone("branch", &format!("m{round}"), "2026"), &format!("plan-{round}"));
        assert!(matches!(tell(&log, &plan).await, Err(TransactError::Log(LogError::Io { .. }))));
        hand.execute_batch("DROP TRIGGER fault").unwrap();
        for _ in 0..2 {
            let refused = tell(&log, &plan).await;
            assert!(matches!(refused, Err(TransactError::Log(LogError::HighWater { .. }))), "{refused:?}");
        }
        assert_eq!((log.head(), all(&log).len() as u64), (7 + round, 7 + round), "nothing unsigned is seen");
        std::fs::rename(dir.path().join("away"), &marks).unwrap();
        record(&log, &plan).await;
        assert!(log.checkpoint().unwrap().text().contains(&format!("\n{}\n", 8 + round)));
    }
    log.close().await.unwrap();
    assert_eq!(opened(dir.path()).unwrap().head(), 12);
}

#[tokio::test]
async fn what_became_durable_without_its_checkpoint_gets_it_before_it_is_seen() {
    let dir = dir();
    let log = opened(dir.path()).unwrap();
    record_visit(&log).await;
    let marks = dir.path().join("high-water").join("high-water");
    // As after a power cut between the transaction and the high-water file.
    let before = std::fs::read(&marks).unwrap();
    record(&log, &scene::milestone("branch", "m1", "2026")).await;
    log.close().await.unwrap();
    std::fs::write(&marks, before).unwrap();
    let log = opened(dir.path()).unwrap();
    assert_eq!(log.head(), 8);
    assert!(log.checkpoint().unwrap().text().contains("\n8\n"));
}

#[tokio::test]
async fn a_log_of_the_version_without_a_tree_gets_one_and_says_so() {
    let dir = dir();
    let plain = Settings { with_tree: false, ..Settings::default() };
    let log = open(dir.path(), noon(), plain.clone());
    record_visit(&log).await;
    assert!(log.checkpoint().is_none());
    assert_eq!(log.acknowledged().word(), "durable");
    let before = kit::all_bytes(&log);
    log.close().await.unwrap();
    let log = opened(dir.path()).unwrap();
    assert_eq!((log.upgraded(), kit::all_bytes(&log)), (Some(7), before));
    assert!(log.checkpoint().unwrap().text().contains("\n7\n"));
    record(&log, &scene::milestone("branch", "m1", "2026")).await;
    log.close().await.unwrap();
    assert_eq!(opened(dir.path()).unwrap().upgraded(), None, "once");
    assert!(matches!(Log::open(dir.path(), None, plain, noon(), Ids::System), Err(LogError::Unfit { .. })));
    // Whoever takes the tree away to have it made anew is found out by the high-water file.
    let hand = by_hand(dir.path());
    hand.execute_batch("DROP TABLE tree_hash; DROP TABLE edge; PRAGMA user_version = 1").unwrap();
    drop(hand);
    assert!(opened(dir.path()).is_err());
}

#[tokio::test]
async fn a_log_with_a_row_for_each_hash_goes_on_with_runs_of_them() {
    let dir = dir();
    let log = opened(dir.path()).unwrap();
    record_visit(&log).await;
    let before = kit::all_bytes(&log);
    log.close().await.unwrap();
    let hand = by_hand(dir.path());
    let runs = "SELECT row, place, hash FROM tree_hash ORDER BY row, place";
    let runs: Vec<(i64, i64, Vec<u8>)> = hand
        .prepare(runs)
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    hand.execute_batch("DROP TRIGGER tree_hash_is_kept; DELETE FROM tree_hash; PRAGMA user_version = 2").unwrap();
    for (row, place, run) in runs {
        for (further, hash) in run.chunks(32).enumerate() {
            hand.execute("INSERT INTO tree_hash VALUES (?1, ?2, ?3)", (row, place + further as i64, hash)).unwrap();
        }
    }
    drop(hand);
    let log = opened(dir.path()).unwrap();
    assert_eq!((log.upgraded(), kit::all_bytes(&log)), (None, before));
    record(&log, &scene::milestone("branch", "m1", "2026")).await;
    log.close().await.unwrap();
    let hand = by_hand(dir.path());
    let format: i64 = hand.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(format, 3, "an older program must not read it");
    assert_eq!(opened(dir.path()).unwrap().head(), 8);
}

#[tokio::test]
async fn the_scrub_finds_what_changed_under_a_running_log() {
    let dir = dir();
    let log = opened(dir.path()).unwrap();
    record_visit(&log).await;
    let scrubbing = tokio::spawn({
        let log = log.clone();
        async move { log.scrub(100_000).await }
    });
    while log.scrubbed().passes < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(log.scrubbed().trouble, None);
    let hand = by_hand(dir.path());
    hand.execute_batch(
        "DROP TRIGGER entry_is_fixed; UPDATE entry SET body = replace(body, 'kaz', 'uzb') WHERE position = 1",
    )
    .unwrap();
    scrubbing.await.unwrap();
    let trouble = log.scrubbed().trouble.unwrap().to_string();
    assert!(trouble.starts_with("INVALID: entry 1 is not what was recorded"), "{trouble}");
}
