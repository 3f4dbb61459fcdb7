//! Bytes that change by themselves, and power that fails between two of them: the log is refused with words, or what it
//! serves is what was acknowledged.
//!
//! A power cut is made from two looks at the files, before and after an append: what differs between them had been
//! written and may not have been synced, so any part of it may be missing, in pieces of 512 bytes. What was
//! acknowledged before the first look was synced, and stays. Deliberately absent: failures that the system reports, see
//! `faults`.
//!
//! With the setting `SERVANDA_CAMPAIGN` in the environment the figures are those of a campaign.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "contract/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of the log")]
mod kit;

use std::path::Path;
use std::sync::Arc;

use servanda_events::testing::{parsed, scene};
use servanda_log::{Ids, Log, LogError, Settings};
use tempfile::TempDir;

use crate::kit::{all_bytes, noon, record, record_visit, with_id};

const SECTOR: usize = 512;
const MASKS: [u8; 3] = [0x01, 0x80, 0xff];
const DATABASE: &str = "log.sqlite";
const WAL: &str = "log.sqlite-wal";
const MARKS: &str = "high-water/high-water";

fn is_campaign() -> bool {
    std::env::var_os("SERVANDA_CAMPAIGN").is_some()
}

/// Numbers that look drawn at random and are the same in every run (xorshift).
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A folder in memory, where the system has one: thousands of logs are opened here.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory).or_else(|_| TempDir::new()).unwrap() } else { TempDir::new().unwrap() }
}

/// The files of a log, as they were at one moment.
#[derive(Clone, PartialEq, Eq)]
struct Files(Vec<(&'static str, Vec<u8>)>);

impl Files {
    fn of(dir: &Path) -> Self {
        let names = [DATABASE, WAL, MARKS, "keys/log.key", "keys/log.pub"];
        Self(names.into_iter().filter_map(|name| Some((name, std::fs::read(dir.join(name)).ok()?))).collect())
    }

    fn get(&self, name: &str) -> &[u8] {
        self.0.iter().find(|(other, _)| *other == name).map_or(&[], |(_, bytes)| bytes)
    }

    fn set(&mut self, name: &'static str, bytes: Vec<u8>) {
        self.0.retain(|(other, _)| *other != name);
        self.0.push((name, bytes));
    }

    /// Puts them into a folder, in the place of whatever log is there.
    fn put(&self, dir: &Path) {
        for name in [DATABASE, WAL, "log.sqlite-shm"] {
            let _absent = std::fs::remove_file(dir.join(name));
        }
        for (name, bytes) in &self.0 {
            let path = dir.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            if std::fs::read(&path).is_ok_and(|there| there == *bytes) {
                continue;
            }
            std::fs::write(&path, bytes).unwrap();
            #[cfg(unix)]
            if *name == "keys/log.key" {
                let only_mine = std::os::unix::fs::PermissionsExt::from_mode(0o600);
                std::fs::set_permissions(&path, only_mine).unwrap();
            }
        }
    }
}

impl Files {
    /// Puts back what opening the log may have changed, but for one file that is written anew.
    fn put_back(&self, dir: &Path, but: &str) {
        let _absent = std::fs::remove_file(dir.join("log.sqlite-shm"));
        for name in [DATABASE, WAL, MARKS].into_iter().filter(|name| *name != but) {
            let (path, bytes) = (dir.join(name), self.get(name));
            if self.0.iter().all(|(other, _)| *other != name) {
                let _absent = std::fs::remove_file(path);
            } else if std::fs::read(&path).map_or(true, |there| there != bytes) {
                std::fs::write(path, bytes).unwrap();
            }
        }
    }
}

fn opened(dir: &Path) -> Result<Log, LogError> {
    Log::open(dir, None, Settings { readers: 1, ..Settings::default() }, noon(), Ids::System)
}

/// All that a log serves.
fn served(log: &Log) -> Result<Vec<Vec<u8>>, LogError> {
    let mut found: Vec<Vec<u8>> = vec![log.ledger().as_str().into()];
    for position in 1..=log.head() {
        found.push(log.entry(position)?.map(|entry| entry.bytes.into_vec()).unwrap_or_default());
    }
    found.extend(log.read(0, 1_000)?.into_iter().map(|entry| entry.bytes.into_vec()));
    for stream in ["party-kaz", "party-fra", "package-visit", "agreement-treaty", "commitment-branch"] {
        let entries = log.read_stream(&parsed(stream), 0, 100)?;
        found.extend(entries.into_iter().map(|entry| entry.bytes.into_vec()));
    }
    Ok(found)
}

/// Opens every mutant of one file at some of its bytes; none may serve anything else. Gives how many were tried and how
/// many were refused.
fn mutants(honest: &Files, wanted: &Arc<Vec<Vec<u8>>>, name: &'static str, places: &[usize]) -> (usize, usize) {
    let worker = |first: usize| {
        let (honest, wanted) = (honest.clone(), Arc::clone(wanted));
        let places: Vec<usize> = places.iter().skip(first).step_by(2).copied().collect();
        std::thread::spawn(move || {
            let dir = folder();
            honest.put(dir.path());
            let (mut tried, mut refused) = (0, 0);
            let mut bytes = honest.get(name).to_vec();
            for (at, mask) in places.into_iter().flat_map(|at| MASKS.map(|mask| (at, mask))) {
                honest.put_back(dir.path(), name);
                bytes[at] ^= mask;
                std::fs::write(dir.path().join(name), &bytes).unwrap();
                bytes[at] ^= mask;
                tried += 1;
                match opened(dir.path()).and_then(|log| served(&log)) {
                    Ok(found) => assert!(found == *wanted, "{name}: byte {at} under {mask:#x} serves another log"),
                    Err(_) => refused += 1,
                }
            }
            (tried, refused)
        })
    };
    let workers = [worker(0), worker(1)];
    workers.into_iter().map(|worker| worker.join().unwrap()).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
}

/// A log of a few entries, as a process leaves it that was killed behind its last one, and as one that ended in order.
async fn left_by(entries: usize) -> (Files, Files, Arc<Vec<Vec<u8>>>) {
    let dir = folder();
    let log = opened(dir.path()).unwrap();
    record_visit(&log).await;
    for n in 0..entries.saturating_sub(8) {
        record(&log, &with_id(scene::milestone("branch", &format!("m{n}"), "2026"), &format!("plan-{n}"))).await;
    }
    log.close().await.unwrap();
    // The write-ahead log is then that of one more entry.
    let log = opened(dir.path()).unwrap();
    record(&log, &with_id(scene::milestone("branch", "last", "2026"), "last")).await;
    let wanted = Arc::new(served(&log).unwrap());
    let killed = Files::of(dir.path());
    log.close().await.unwrap();
    (killed, Files::of(dir.path()), wanted)
}

/// Bytes of the high-water file: all of its lines that say something and of the one behind them, and some of the rest.
fn of_marks(marks: &[u8], step: usize) -> Vec<usize> {
    let used = marks.iter().rposition(|byte| !matches!(byte, b' ' | b'\n')).unwrap_or(0) + 512;
    (0..used.min(marks.len())).chain((used..marks.len()).step_by(step)).collect()
}

/// Every fourth byte of the database, from one of the first four on.
async fn a_quarter_of_the_database(first: usize) {
    for entries in if is_campaign() { vec![8, 40, 200] } else { vec![8] } {
        let (_, closed, wanted) = left_by(entries).await;
        let places: Vec<usize> = (first..closed.get(DATABASE).len()).step_by(4).collect();
        let (tried, refused) = mutants(&closed, &wanted, DATABASE, &places);
        assert!(tried == 3 * places.len() && refused > tried / 8, "{tried} tried, {refused} refused");
    }
}

#[tokio::test]
async fn no_changed_byte_of_the_database_changes_what_is_served_1() {
    a_quarter_of_the_database(0).await;
}

#[tokio::test]
async fn no_changed_byte_of_the_database_changes_what_is_served_2() {
    a_quarter_of_the_database(1).await;
}

#[tokio::test]
async fn no_changed_byte_of_the_database_changes_what_is_served_3() {
    a_quarter_of_the_database(2).await;
}

#[tokio::test]
async fn no_changed_byte_of_the_database_changes_what_is_served_4() {
    a_quarter_of_the_database(3).await;
}

#[tokio::test]
async fn no_changed_byte_beside_the_database_changes_what_is_served() {
    for entries in if is_campaign() { vec![8, 40, 200] } else { vec![8] } {
        let (killed, closed, wanted) = left_by(entries).await;
        assert!(closed.get(WAL).is_empty(), "a log that ended in order leaves one file");
        let all = (0..killed.get(WAL).len()).collect();
        let marks = of_marks(closed.get(MARKS), if is_campaign() { 1 } else { 397 });
        for (files, name, places) in [(&killed, WAL, all), (&closed, MARKS, marks)] {
            let (tried, refused) = mutants(files, &wanted, name, &places);
            assert!(tried > 1_000 && refused > 0, "{name}: {tried} tried, {refused} refused");
        }
    }
}

/// The states in which a power cut can leave a file between two looks: each piece that differs is old or new.
fn torn(before: &[u8], after: &[u8], drawn: &mut Drawn) -> Vec<u8> {
    let mut state = before.to_vec();
    let length =
        if drawn.below(2) == 0 { after.len() } else { before.len().max(drawn.below(after.len() as u64 + 1) as usize) };
    state.resize(length.max(before.len()), 0);
    let kind = drawn.below(3);
    let edge = drawn.below(after.len() as u64 + 1) as usize;
    for start in (0..after.len()).step_by(SECTOR) {
        let end = (start + SECTOR).min(after.len()).min(state.len());
        let kept = match kind {
            // Everything up to a place; everything from a place on; any pieces.
            0 => start < edge,
            1 => start >= edge,
            _ => drawn.below(2) == 0,
        };
        if kept && start < end {
            state[start..end].copy_from_slice(&after[start..end]);
        }
    }
    state
}

/// One append, between two looks.
struct Step {
    before: Files,
    after: Files,
    /// The entries that were acknowledged before, and those after.
    acknowledged: usize,
}

async fn steps() -> (Vec<Step>, Vec<Vec<u8>>) {
    let dir = folder();
    let log = opened(dir.path()).unwrap();
    let mut steps = Vec::new();
    let mut before = Files::of(dir.path());
    let mut plans: Vec<_> = kit::visit();
    plans.extend((0..6).map(|n| with_id(scene::milestone("branch", &format!("m{n}"), "2026"), &format!("plan-{n}"))));
    for (acknowledged, command) in plans.into_iter().enumerate() {
        record(&log, &command).await;
        let after = Files::of(dir.path());
        // A step in which the write-ahead log was copied meanwhile is none of these.
        if before.get(DATABASE) == after.get(DATABASE) {
            steps.push(Step { before, after: after.clone(), acknowledged });
        }
        before = after;
    }
    let entries = all_bytes(&log);
    (steps, entries)
}

/// What the first start leaves is as good as what it found.
const TWICE: &[&str] = &["first", "second"];

/// Opens a state, and checks that it holds what was acknowledged and nothing else.
fn check(dir: &Path, state: &Files, starts: &[&str], (acknowledged, entries): (usize, &[Vec<u8>]), what: &str) {
    state.put(dir);
    for start in starts {
        let log = opened(dir).unwrap_or_else(|error| panic!("{what}, {start} start: {error}"));
        let found = all_bytes(&log);
        assert!(found.len() >= acknowledged, "{what}: {} of {acknowledged} are left", found.len());
        assert!(found == entries[..found.len()], "{what}: something else is served");
        assert!(log.checkpoint().is_some_and(|note| note.text().contains(&format!("\n{}\n", found.len()))), "{what}");
    }
}

#[tokio::test]
async fn no_power_cut_loses_what_was_acknowledged_or_makes_a_fork() {
    let (steps, entries) = steps().await;
    assert!(steps.len() > 4, "the write-ahead log was copied all the time");
    let states = if is_campaign() { 1_000_000 } else { 4_000 };
    let (steps, entries) = (Arc::new(steps), Arc::new(entries));
    let worker = |seed: u64| {
        let (steps, entries) = (Arc::clone(&steps), Arc::clone(&entries));
        std::thread::spawn(move || {
            let (dir, mut drawn) = (folder(), Drawn(seed));
            for n in 0..states / 2 {
                let step = &steps[drawn.below(steps.len() as u64) as usize];
                let mut state = step.before.clone();
                // The high-water file is written when the transaction is synced, and not before.
                if drawn.below(3) == 0 {
                    state.set(WAL, step.after.get(WAL).to_vec());
                    state.set(MARKS, torn(step.before.get(MARKS), step.after.get(MARKS), &mut drawn));
                } else {
                    state.set(WAL, torn(step.before.get(WAL), step.after.get(WAL), &mut drawn));
                }
                let starts = if n % 8 == 0 { TWICE } else { &TWICE[..1] };
                let what = format!("seed {seed}, state {n}");
                check(dir.path(), &state, starts, (step.acknowledged, &entries), &what);
            }
        })
    };
    let workers = [worker(512), worker(4_096)];
    workers.into_iter().for_each(|worker| worker.join().unwrap());
}

#[tokio::test]
async fn a_power_cut_while_the_write_ahead_log_is_copied_loses_nothing() {
    let dir = folder();
    let log = opened(dir.path()).unwrap();
    record_visit(&log).await;
    let entries = all_bytes(&log);
    let killed = Files::of(dir.path());
    log.close().await.unwrap();
    let closed = Files::of(dir.path());
    let (at, mut drawn) = (folder(), Drawn(99));
    for n in 0..if is_campaign() { 100_000 } else { 300 } {
        let mut state = killed.clone();
        state.set(DATABASE, torn(killed.get(DATABASE), closed.get(DATABASE), &mut drawn));
        check(at.path(), &state, TWICE, (entries.len(), &entries), &format!("state {n}"));
    }
}
