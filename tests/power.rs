//! Power cuts, made from the calls of real runs: after each call, what was not synced is dropped, reordered and torn.
//! Whatever the program had answered by then is there when the log is next opened, and nothing half.
//!
//! With the setting `SERVANDA_CAMPAIGN` in the environment the figures are those of a campaign. Deliberately absent:
//! the same from two looks at the files without their calls, see `damage` of the log.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]
#![expect(clippy::print_stderr, reason = "what was not tried is said aloud, and what was tried is counted")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use servanda_events::testing::scene;
use servanda_log::{Clock, Ids, Log, LogError, Settings};
use servanda_tests::binary::run;
use servanda_tests::recording::{Call, Disk, Drawn, can_record, record};

const MARKS: &str = "high-water/high-water";

/// A folder in memory, where the system has one: thousands of logs are opened here.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let in_memory = memory.is_dir().then(|| tempfile::TempDir::new_in(memory).ok()).flatten();
    in_memory.unwrap_or_else(|| tempfile::TempDir::new().unwrap())
}

fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("log.lock") {
                found.insert(path.clone(), std::fs::read(path).unwrap());
            }
        }
    }
    found
}

/// Puts files of one folder into another, in the place of whatever is there.
fn put(state: &BTreeMap<PathBuf, Vec<u8>>, from: &Path, to: &Path) {
    let there = files(to);
    for path in there.keys().filter(|path| !state.contains_key(&from.join(path.strip_prefix(to).unwrap()))) {
        std::fs::remove_file(path).unwrap();
    }
    for (path, bytes) in state {
        let target = to.join(path.strip_prefix(from).unwrap());
        if there.get(&target) == Some(bytes) {
            continue;
        }
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(&target, bytes).unwrap();
        let only_mine = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&target, only_mine).unwrap();
    }
}

fn opened(dir: &Path) -> Result<Log, LogError> {
    Log::open(dir, None, Settings { readers: 1, ..Settings::default() }, Clock::System, Ids::System)
}

fn entries(log: &Log) -> Vec<Vec<u8>> {
    log.read(0, usize::MAX).unwrap().into_iter().map(|entry| entry.bytes.into_vec()).collect()
}

/// A run of the program on a ledger that had some entries.
struct Run {
    what: &'static str,
    data: PathBuf,
    before: BTreeMap<PathBuf, Vec<u8>>,
    entries_before: usize,
    calls: Vec<Call>,
    /// All entries in the end.
    entries: Vec<Vec<u8>>,
}

fn commands(dir: &Path, numbers: std::ops::Range<usize>) -> String {
    let file = dir.join("commands");
    let lines: String = numbers.map(|n| format!("{}\n", scene::company(&format!("c{n}"), &format!("{n}")))).collect();
    std::fs::write(&file, lines).unwrap();
    file.to_str().unwrap().to_owned()
}

/// Runs verbs one after another on a ledger with some entries, and records the calls of all.
fn recorded(dir: &Path, what: &'static str, before: usize, verbs: &[&dyn Fn() -> Vec<String>]) -> Run {
    let data = dir.join("data");
    let place = ["--data".to_owned(), data.to_str().unwrap().to_owned()];
    if before > 0 {
        run(&["record", &commands(dir, 0..before), "--data", &place[1]]).expect(0);
    } else {
        std::fs::create_dir_all(data.join("high-water")).unwrap();
        std::fs::create_dir_all(data.join("keys")).unwrap();
    }
    let found = files(&data);
    let mut calls = Vec::new();
    for verb in verbs {
        let arguments = [verb(), place.to_vec()].concat();
        calls.extend(record(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &data));
    }
    let log = opened(&data).unwrap();
    let entries = entries(&log);
    drop(log);
    Run { what, data, before: found, entries_before: before, calls, entries }
}

/// How many entries an output of the program says are recorded.
fn answered(said: &str) -> usize {
    said.matches("\"status\":\"recorded\"").count() + said.matches("\"new_key\"").count()
}

/// Opens what a power cut left; it holds what was answered, and a beginning of what came in the end.
fn check(dir: &Path, run: &Run, answered: usize, what: &str) -> usize {
    let log = opened(dir).unwrap_or_else(|error| panic!("{what}: {error}"));
    let found = entries(&log);
    assert!(found.len() >= answered, "{what}: {} entries are left, and {answered} were answered", found.len());
    if run.entries_before > 0 || answered > 0 {
        assert!(found == run.entries[..found.len()], "{what}: something else is served");
    }
    assert!(log.checkpoint().is_some_and(|note| note.text().contains(&format!("\n{}\n", found.len()))), "{what}");
    found.len()
}

/// Cuts the power after every call, so many times; gives how many states were tried.
fn cuts(run: &Run, times: usize, seed: u64) -> (usize, usize) {
    let (dir, mut drawn) = (folder(), Drawn(seed));
    let mut disk = Disk::with(run.before.clone());
    let (mut said, mut tried, mut again) = (run.entries_before, 0, 0);
    for (n, call) in run.calls.iter().enumerate() {
        disk.play(call);
        if let Call::Said(text) = call {
            said += answered(text);
        }
        for time in 0..times {
            let what = format!("{}, seed {seed}, call {n} ({}), time {time}", run.what, kind(call));
            let state = disk.cut(&mut drawn);
            put(&state, &run.data, dir.path());
            let found = check(dir.path(), run, said, &what);
            tried += 1;
            if tried % 8 == 0 && found > 0 {
                // The power fails again while the next start writes its checkpoint.
                let marks = dir.path().join(MARKS);
                let new = std::fs::read(&marks).unwrap();
                let mut old = state.get(&run.data.join(MARKS)).cloned().unwrap_or_else(|| new.clone());
                for piece in (0..new.len()).step_by(512).filter(|_| drawn.below(2) == 0) {
                    let end = new.len().min(piece + 512).min(old.len());
                    if piece < end {
                        old[piece..end].copy_from_slice(&new[piece..end]);
                    }
                }
                if old.len() == new.len() {
                    std::fs::write(&marks, old).unwrap();
                }
                check(dir.path(), run, said, &format!("{what}, cut off again"));
                again += 1;
            }
        }
    }
    (tried, again)
}

fn kind(call: &Call) -> String {
    match call {
        Call::Write(path, at, data) => format!("{} bytes at {at} of {}", data.len(), path.display()),
        Call::Said(_) => "an answer".to_owned(),
        other => format!("{other:?}").chars().take(120).collect(),
    }
}

#[test]
fn no_power_cut_between_any_two_calls_loses_what_was_answered() {
    if !can_record() {
        eprintln!("NOT TRIED: power cuts between recorded calls, because strace is not installed.");
        return;
    }
    let dirs: Vec<_> = (0..5).map(|_| tempfile::tempdir().unwrap()).collect();
    let recording = |dir: &Path, numbers: std::ops::Range<usize>| vec!["record".to_owned(), commands(dir, numbers)];
    let rotate = || vec!["key".to_owned(), "rotate".to_owned()];
    let at = |n: usize| dirs[n].path();
    let runs = [
        recorded(at(0), "a first start", 0, &[&|| recording(at(0), 0..2)]),
        recorded(at(1), "one command at a time", 3, &[&|| recording(at(1), 3..4), &|| recording(at(1), 4..5)]),
        recorded(at(2), "many commands at once", 5, &[&|| recording(at(2), 5..45)]),
        recorded(at(3), "the key replaced", 4, &[&rotate, &|| recording(at(3), 4..6)]),
        recorded(at(4), "a longer log", 60, &[&|| recording(at(4), 60..70)]),
    ];
    let states: usize = if std::env::var_os("SERVANDA_CAMPAIGN").is_some() { 1_000_000 } else { 20_000 };
    let calls: usize = runs.iter().map(|run| run.calls.len()).sum::<usize>();
    let syncs = runs.iter().flat_map(|run| &run.calls).filter(|call| matches!(call, Call::Sync(_))).count();
    assert!(calls > 200 && syncs > 30, "only {calls} calls were recorded, {syncs} of them syncs");
    let half = |seed: u64, odd: usize| {
        let mine = runs.iter().enumerate().filter(move |(n, _)| n % 2 == odd).map(|(_, run)| run);
        mine.map(move |run| cuts(run, states.div_ceil(calls), seed)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    };
    let (one, two) = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(7, 1));
        (half(5, 0), other.join().unwrap())
    });
    let (tried, again) = (one.0 + two.0, one.1 + two.1);
    eprintln!("{tried} power cuts after {calls} calls, {syncs} of them syncs; {again} again while the log recovered");
    assert!(tried >= states, "only {tried} states were tried");
}

/// A process is killed, which loses nothing that it wrote, safe or not; the next one starts on that and answers; then
/// the power fails.
#[test]
fn what_a_killed_process_left_unsynced_is_safe_before_the_next_one_answers() {
    if !can_record() {
        eprintln!("NOT TRIED: a power cut after a process was killed, because strace is not installed.");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let first = recorded(dir.path(), "killed", 3, &[&|| vec!["record".to_owned(), commands(dir.path(), 3..4)]]);
    let (wal, mut disk) = (first.data.join("log.sqlite-wal"), Disk::with(first.before.clone()));
    let mut killed: Vec<Disk> = Vec::new();
    for call in first.calls.iter().take_while(|call| !matches!(call, Call::Said(_))) {
        disk.play(call);
        if disk.has_open(&wal) {
            killed.push(disk.clone());
        }
    }
    assert!(killed.len() > 2, "no call left the write-ahead log unsynced");
    let (cut, mut drawn, mut again) = (folder(), Drawn(11), 0);
    // The last of them have the whole transaction, and the new name.
    for (n, mut disk) in killed.into_iter().enumerate().rev().take(4) {
        put(&disk.read(), &first.data, &first.data);
        let next = commands(dir.path(), 3..4);
        let calls = record(&["record", &next, "--data", first.data.to_str().unwrap()], &first.data);
        let log = opened(&first.data).unwrap();
        let (data, entries) = (first.data.clone(), entries(&log));
        drop(log);
        let (before, entries_before) = (BTreeMap::new(), first.entries_before);
        let run = Run { what: "after a kill", data, before, entries_before, calls: Vec::new(), entries };
        let mut said = entries_before;
        for (at, call) in calls.iter().enumerate() {
            disk.play(call);
            if let Call::Said(text) = call {
                let already = text.matches("\"status\":\"already\"").count();
                said += answered(text) + already;
                again += already;
            }
            for time in 0..20 {
                put(&disk.cut(&mut drawn), &run.data, cut.path());
                check(cut.path(), &run, said, &format!("killed at {n}, call {at} ({}), time {time}", kind(call)));
            }
        }
    }
    assert!(again > 0, "no command was found that the killed process had written");
}
