//! What only the log in a file can do: restarts, two processes, names, versions, room.
//!
//! What every store promises is tested in `contract.rs`, what can go wrong around the file in `faults.rs`.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "contract/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of the log")]
mod kit;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use servanda_events::testing::{parsed, scene};
use servanda_log::{Clock, Ids, Log, LogError, Settings};
use tempfile::TempDir;

use crate::kit::{all_bytes, noon, open, record, record_visit, tell, with_id};

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
async fn everything_is_there_after_a_restart_and_the_log_goes_on() {
    let dir = dir();
    let log = open(dir.path(), noon(), Settings::default());
    record_visit(&log).await;
    let plan = with_id(scene::milestone("branch", "m1", "2026"), "plan");
    let first = record(&log, &plan).await;
    let before = all_bytes(&log);
    log.close().await.unwrap();
    assert!(!dir.path().join("log.sqlite-wal").exists(), "a closed log is one file");

    // The machine's clock was set back meanwhile.
    let log = open(dir.path(), Clock::fixed(parsed("2025-03-20T11:00:00Z")), Settings::default());
    assert_eq!((log.head(), all_bytes(&log)), (8, before));
    let again = tell(&log, &plan).await.unwrap();
    assert!(again.repeated && again.entries == first.entries);
    let next = record(&log, &scene::milestone("branch", "m2", "2026")).await;
    assert_eq!((next.entries[0].fact.position, next.revision), (9, 3));
    assert!(next.entries[0].fact.recorded_at > first.entries[0].fact.recorded_at);
    record(&log, &scene::commitment("school")).await;
    assert_eq!(log.read_stream(&parsed("commitment-school"), 0, 10).unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_answered_is_there_though_the_process_ended_without_closing() {
    let (dir, copy) = (dir(), dir());
    let log = open(dir.path(), noon(), Settings::default());
    record_visit(&log).await;
    // The files as a process that was killed leaves them.
    for folder in ["keys", "high-water"] {
        std::fs::create_dir(copy.path().join(folder)).unwrap();
    }
    for name in ["log.sqlite", "log.sqlite-wal", "keys/log.key", "keys/log.pub", "high-water/high-water"] {
        std::fs::copy(dir.path().join(name), copy.path().join(name)).unwrap();
    }
    let after = open(copy.path(), noon(), Settings::default());
    assert_eq!(all_bytes(&after), all_bytes(&log));
    record(&after, &scene::milestone("branch", "m1", "2026")).await;
}

#[tokio::test]
async fn a_second_process_is_told_who_is_there() {
    let dir = dir();
    let log = opened(dir.path()).unwrap();
    let lock = dir.path().join("log.lock");
    assert_eq!(opened(dir.path()).unwrap_err(), LogError::InUse { path: lock.clone() });
    let said = LogError::InUse { path: lock }.to_string();
    assert!(said.contains("log.lock") && said.contains("stop that process"), "{said}");
    record_visit(&log).await;
    log.close().await.unwrap();
    assert_eq!(opened(dir.path()).unwrap().head(), 7, "a closed log is free");
}

#[tokio::test]
async fn the_directory_is_free_when_the_last_handle_is_gone() {
    let dir = dir();
    for round in 0..5 {
        let log = opened(dir.path()).unwrap();
        let other = log.clone();
        record(&log, &scene::company(&format!("c{round}"), &format!("{round}"))).await;
        drop(log);
        assert!(opened(dir.path()).is_err());
        drop(other);
    }
    assert_eq!(opened(dir.path()).unwrap().head(), 5);
}

#[tokio::test]
async fn a_log_keeps_the_name_of_its_ledger() {
    let dir = dir();
    let named = |name: Option<&str>| {
        Log::open(dir.path(), name.map(parsed), Settings::default(), noon(), Ids::System)
            .map(|log| log.ledger().as_str().to_owned())
    };
    assert_eq!(named(Some("paris")), Ok("paris".to_owned()));
    assert_eq!(named(None), Ok("paris".to_owned()));
    assert_eq!(named(Some("lyon")), Err(LogError::WrongLedger { wanted: parsed("lyon"), found: parsed("paris") }));
    let other = self::dir();
    assert_eq!(opened(other.path()).unwrap().ledger().as_str(), "main");
}

#[tokio::test]
async fn a_log_of_a_newer_version_is_refused_and_left_alone() {
    let dir = dir();
    closed_log_of_the_visit(dir.path()).await;
    by_hand(dir.path()).pragma_update(None, "user_version", 4).unwrap();
    let before = std::fs::read(file(dir.path())).unwrap();
    let error = opened(dir.path()).unwrap_err();
    assert_eq!(error, LogError::NewerVersion { found: 4, known: 3 });
    assert!(error.to_string().contains("install the newer version"));
    assert_eq!(std::fs::read(file(dir.path())).unwrap(), before);
}

#[tokio::test]
async fn a_file_that_is_no_log_is_refused() {
    let other_database = dir();
    by_hand(other_database.path()).execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1);").unwrap();
    assert!(matches!(opened(other_database.path()), Err(LogError::Damaged { .. })));
    let no_database = dir();
    std::fs::write(file(no_database.path()), "not a database, but long enough to have a header. ".repeat(100)).unwrap();
    assert!(matches!(opened(no_database.path()), Err(LogError::Damaged { .. })));
}

#[tokio::test]
async fn nothing_in_the_file_can_be_changed_or_deleted() {
    let dir = dir();
    let log = opened(dir.path()).unwrap();
    record_visit(&log).await;
    record(&log, &scene::company("orano", "111")).await;
    let before = all_bytes(&log);
    let hand = by_hand(dir.path());
    for table in ["about", "stream", "entry", "command", "unique_key", "tree_hash"] {
        let column: String =
            hand.query_row("SELECT name FROM pragma_table_info(?1)", [table], |row| row.get(0)).unwrap();
        for sql in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET {column} = {column}")] {
            let error = hand.execute(&sql, []).unwrap_err().to_string();
            assert!(error.contains("the log is never changed"), "{sql}: {error}");
        }
    }
    assert_eq!(all_bytes(&log), before);
}

#[tokio::test]
async fn the_database_keeps_what_was_acknowledged() {
    let dir = dir();
    let _log = opened(dir.path()).unwrap();
    let hand = by_hand(dir.path());
    let mode: String = hand.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let loose: i64 = hand
        .query_row(
            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0, "every table is STRICT");
}

#[tokio::test]
async fn the_write_ahead_log_is_copied_when_nobody_waits_and_gone_when_the_log_is_closed() {
    let dir = dir();
    let log = opened(dir.path()).unwrap();
    record_visit(&log).await;
    let size = || std::fs::metadata(file(dir.path())).unwrap().len();
    let before = size();
    for n in 0..100 {
        record(&log, &scene::company(&format!("c{n}"), &format!("{n}"))).await;
    }
    let mut waited = 0;
    while size() == before {
        tokio::time::sleep(Duration::from_millis(20)).await;
        waited += 1;
        assert!(waited < 250, "the log's file never grows");
    }
    log.close().await.unwrap();
    assert!(!dir.path().join("log.sqlite-wal").exists());
    assert_eq!(opened(dir.path()).unwrap().head(), 107);
}

#[tokio::test]
async fn an_entry_takes_little_more_room_than_its_bytes() {
    let dir = dir();
    let log = opened(dir.path()).unwrap();
    record_visit(&log).await;
    let mut bulk = log.bulk(4_000);
    for n in 0..3_000 {
        let command = match n % 6 {
            0 => scene::commitment(&format!("c{}", n / 6)),
            step => scene::milestone(&format!("c{}", n / 6), &format!("m{step}"), "2026"),
        };
        bulk.submit(kit::request(&command), &kit::actor()).await;
    }
    while let Some(answer) = bulk.next().await {
        answer.unwrap();
    }
    let bodies: usize = all_bytes(&log).iter().map(Vec::len).sum();
    log.close().await.unwrap();
    let size = std::fs::metadata(file(dir.path())).unwrap().len();
    let percent = size * 100 / bodies as u64;
    assert!(percent < 160, "the file is {percent} % of its entries");
}
