//! What only the log in a file can do and suffer: restarts, two processes, newer versions, damage, a full disk, other
//! programs that write into the file.
//!
//! What every store promises is tested in `contract.rs`.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "contract/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of the log")]
mod kit;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use servanda_events::testing::{parsed, scene};
use servanda_log::{Clock, Ids, Log, LogError, Settings, TransactError};
use tempfile::TempDir;

use crate::kit::{all, all_bytes, noon, open, record, record_visit, tell, with_id};

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
    for name in ["log.sqlite", "log.sqlite-wal"] {
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
    by_hand(dir.path()).pragma_update(None, "user_version", 2).unwrap();
    let before = std::fs::read(file(dir.path())).unwrap();
    let error = opened(dir.path()).unwrap_err();
    assert_eq!(error, LogError::NewerVersion { found: 2, known: 1 });
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
    for table in ["about", "stream", "entry", "command", "unique_key"] {
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
    let mut waiting = Vec::new();
    let busy = loop {
        let task = send(waiting.len());
        tokio::time::sleep(Duration::from_millis(5)).await;
        if task.is_finished() {
            break task.await.unwrap();
        }
        waiting.push(task);
    };
    assert_eq!(busy, Err(TransactError::Log(LogError::Busy)));
    assert!(waiting.len() > 4, "what the writer has in its hands does not wait in the queue");
    let mut bulk = log.bulk(100);
    let command = with_id(scene::company("bulk", "bulk"), "bulk");
    let actor = kit::actor();
    let submitted = bulk.submit(kit::request(&command), &actor);
    let submitted = tokio::time::timeout(Duration::from_millis(50), submitted).await;
    assert!(submitted.is_err(), "a bulk waits for room");
    hand.execute_batch("ROLLBACK").unwrap();
    let recorded = waiting.len() as u64;
    for task in waiting {
        task.await.unwrap().unwrap();
    }
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

#[tokio::test]
async fn a_damaged_entry_is_named_and_never_stepped_over() {
    let dir = dir();
    closed_log_of_the_visit(dir.path()).await;
    // The comma behind the position becomes a full stop, so that the entry is no JSON any more.
    damage(dir.path(), "\"position\":3,", 0x02);
    let log = opened(dir.path()).unwrap();
    let entry = log.entry(3).unwrap().unwrap();
    assert!(matches!(entry.decode(), Err(LogError::Corrupt { position: 3, .. })));
    assert!(matches!(log.history(&parsed("package-visit")), Err(LogError::Corrupt { position: 3, .. })));
    let export = log.export(Vec::new(), |_, _| ()).unwrap_err().to_string();
    assert!(export.contains("entry 3 is damaged"), "{export}");
    let refused = tell(&log, &scene::commitment("school")).await.unwrap_err();
    assert!(matches!(refused, TransactError::Log(LogError::Corrupt { position: 3, .. })));
}

#[tokio::test]
async fn a_last_entry_that_says_another_position_is_found_on_opening() {
    let dir = dir();
    closed_log_of_the_visit(dir.path()).await;
    // `7` becomes `6`: still JSON, but not the entry that stands there.
    damage(dir.path(), "\"position\":7", 0x01);
    match opened(dir.path()).unwrap_err() {
        LogError::Corrupt { position: 7, detail } => assert!(detail.contains("says that it is entry"), "{detail}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_entry_taken_out_by_hand_is_found_on_opening() {
    let dir = dir();
    closed_log_of_the_visit(dir.path()).await;
    let hand = by_hand(dir.path());
    hand.execute_batch("DROP TRIGGER entry_is_kept; DELETE FROM entry WHERE position = 4").unwrap();
    drop(hand);
    let error = opened(dir.path()).unwrap_err();
    assert!(matches!(error, LogError::Corrupt { position: 7, .. }), "{error:?}");
    assert!(error.to_string().contains("has 6 entries"), "{error}");
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
