//! The program under a system whose calls fail: the n-th write or sync of a recording reports an error, once, or
//! from then on, or again and again while the log recovers. Whatever the program answered is there afterwards, the
//! log verifies, and the same commands can be recorded when the system is well again.
//!
//! The failures are injected by strace; where it is not installed, nothing is tried, which is said. With the
//! setting `SERVANDA_CAMPAIGN` in the environment every call of fifty workloads is tried. The write that is cut
//! short is cut to nothing; a part of it cannot be injected from outside, and is tried by torn writes in `power`.
//! Deliberately absent: a system that says it has written what it has not.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]
#![expect(clippy::print_stderr, reason = "what was not tried is said aloud")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use servanda_events::testing::scene;
use servanda_tests::binary::{Ran, command, run, run_with_input};

/// What a call reports. A failed sync may have synced or not; a failed write has written nothing, and one that
/// returns 0 was cut short. Of `write` those into the high-water file alone are meant.
const FAULTS: [&str; 7] = [
    "fdatasync:error=EIO",
    "fsync:error=EIO",
    "pwrite64:error=ENOSPC",
    "pwrite64:error=EIO",
    "pwrite64:retval=0",
    "write:error=ENOSPC",
    "write:retval=0",
];
/// Once; from then on; and every third call, so that recovery from the first meets the next.
const MODES: [&str; 3] = ["", "+", "+3"];
/// More calls than any workload makes.
const CALLS_MAX: usize = 400;

fn commands(from: usize, count: usize) -> Vec<u8> {
    let named = |n: usize| {
        let id = serde_json::json!({ "command_id": format!("x{n}") });
        scene::but(scene::company(&format!("c{n}"), &format!("{n}")), id)
    };
    (from..from + count).flat_map(|n| format!("{}\n", named(n)).into_bytes()).collect()
}

/// Records under strace; gives what came out, and whether the failure ever came.
fn record_with(data: &Path, fault: &str, at: usize, mode: &str, input: &[u8]) -> (Ran, bool) {
    let plain = command(&["record", "-", "--data", data.to_str().unwrap()]);
    let told = data.with_extension("strace");
    let call = fault.split(':').next().unwrap();
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-e", &format!("trace={call}"), "-e", &format!("inject={fault}:when={at}{mode}"), "-o"]);
    if call == "write" {
        traced.arg(&told).arg("-P").arg(data.join("high-water/high-water"));
    } else {
        traced.arg(&told);
    }
    traced.arg("--").arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    let mut child = traced.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The program may end before it has read everything.
    let _ended = child.stdin.take().unwrap().write_all(input);
    let ran = Ran::from(child.wait_with_output().unwrap());
    let injected = std::fs::read_to_string(&told).unwrap_or_default().contains("INJECTED");
    (ran, injected)
}

/// The command ids that are in the log.
fn recorded(data: &str) -> Vec<String> {
    let lines = run(&["export", "ndjson", "--data", data]).expect(0).lines();
    lines.iter().filter_map(|line| line["command_id"].as_str().map(str::to_owned)).collect()
}

/// One failure in one workload; whether it ever came.
fn try_one(before: usize, fault: &str, at: usize, mode: &str) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let name = data.to_str().unwrap();
    if before > 0 {
        run_with_input(&["record", "-", "--data", name], &commands(0, before)).expect(0);
    }
    let (ran, injected) = record_with(&data, fault, at, mode, &commands(before, 6));
    let what = format!("{fault}, call {at}{mode}, {before} entries before: {ran:?}");
    let answered: Vec<String> = ran
        .stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|answer| answer["status"] == "recorded")
        .map(|answer| answer["command_id"].as_str().unwrap().to_owned())
        .collect();
    if before > 0 || !answered.is_empty() {
        let found = recorded(name);
        assert!(found.len() >= before, "{what}");
        for id in &answered {
            assert_eq!(found.iter().filter(|other| *other == id).count(), 1, "{id} was answered, {what}");
        }
    }
    // The system is well again.
    let again = run_with_input(&["record", "-", "--data", name], &commands(before, 6));
    assert_eq!(again.code, 0, "{what}; afterwards {again:?}");
    let found = recorded(name);
    assert_eq!(found.len(), before + 6, "{what}");
    let verified = run(&["verify", "--forget", "--data", name]);
    assert_eq!(verified.code, 0, "{what}: {verified:?}");
    injected
}

/// Makes calls fail in a workload; which of five it is decides what is left out without a campaign, in which it stands
/// for ten workloads.
fn workload(place: usize, before: usize) {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("NOT TRIED: failing calls of the system, because strace is not installed.");
        return;
    }
    let campaign = std::env::var_os("SERVANDA_CAMPAIGN").is_some();
    let befores: Vec<usize> =
        if campaign { (0..10).map(|n| before + n * n * (place + 1)).collect() } else { vec![before] };
    let mut tried = 0;
    for before in &befores {
        for (which, fault) in FAULTS.into_iter().enumerate() {
            for (number, mode) in MODES.iter().enumerate() {
                // Without a campaign, one way to fail for each call, and ever fewer of the later calls.
                if !campaign && !(place + which + number).is_multiple_of(MODES.len()) {
                    continue;
                }
                let mut at = 1;
                while at < CALLS_MAX && try_one(*before, fault, at, mode) {
                    tried += 1;
                    at += if campaign { 1 } else { at.div_ceil(2) };
                }
            }
        }
    }
    eprintln!("{tried} calls were made to fail, with {befores:?} entries before");
    assert!(tried > 12, "only {tried} calls were made to fail");
}

#[test]
fn no_failing_call_of_a_first_start_loses_what_was_answered_or_breaks_the_log() {
    workload(0, 0);
}

#[test]
fn no_failing_call_with_one_entry_before_loses_what_was_answered() {
    workload(1, 1);
}

#[test]
fn no_failing_call_with_five_entries_before_loses_what_was_answered() {
    workload(2, 5);
}

#[test]
fn no_failing_call_with_sixty_entries_before_loses_what_was_answered() {
    workload(3, 60);
}

#[test]
fn no_failing_call_with_three_hundred_entries_before_loses_what_was_answered() {
    workload(4, 300);
}
