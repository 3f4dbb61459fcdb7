//! The log's key replaced by another: what is written, what is signed by whom, and what becomes of a rotation that was
//! cut off between any two of its steps.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "contract/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of the log")]
mod kit;

use std::path::Path;

use servanda_events::testing::{parsed, scene};
use servanda_log::{Ids, Log, LogError, Rotated, Settings, back_up, restore, rotate_key, rotation_in};
use servanda_proof::{Fault, Policy, SignedNote, Verdict, judge_checkpoint, judge_proof};
use tempfile::TempDir;

use crate::kit::{all_bytes, noon, record, refusal, tell, with_id};

fn opened(dir: &Path) -> Result<Log, LogError> {
    Log::open(dir, None, Settings::default(), noon(), Ids::System)
}

async fn add(dir: &Path, names: std::ops::Range<usize>) {
    let log = opened(dir).unwrap();
    for n in names {
        record(&log, &with_id(scene::company(&format!("c{n}"), &format!("{n}")), &format!("x{n}"))).await;
    }
    log.close().await.unwrap();
}

fn rotate(dir: &Path) -> Result<Rotated, LogError> {
    rotate_key(dir, &Settings::default(), &noon(), &Ids::System, &parsed("operator"))
}

fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_files(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Takes some files of a folder over into another.
fn take(from: &Path, names: &[(&str, &str)], to: &Path) {
    for (name, target) in names {
        std::fs::copy(from.join(name), to.join(target)).unwrap();
    }
}

fn size(note: &SignedNote) -> u64 {
    note.text().lines().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_new_key_signs_from_its_entry_on_and_whoever_knows_the_first_follows() {
    let dir = TempDir::new().unwrap();
    add(dir.path(), 0..5).await;
    let before = opened(dir.path()).unwrap();
    let (early, first) = (before.proof(3).unwrap().unwrap(), before.public_key().unwrap());
    before.close().await.unwrap();
    let one = rotate(dir.path()).unwrap();
    assert_eq!((one.position, &one.old), (6, &first));
    add(dir.path(), 5..8).await;
    let two = rotate(dir.path()).unwrap();
    assert_eq!((two.position, &two.old), (10, &one.new));
    add(dir.path(), 8..9).await;
    let log = opened(dir.path()).unwrap();
    assert_eq!(log.public_key(), Some(two.new.clone()));
    let rotations = log.rotations().unwrap();
    assert_eq!(rotations.iter().map(|rotation| rotation.position()).collect::<Vec<_>>(), [6, 10]);
    let late = log.proof(3).unwrap().unwrap();
    let trusting = Policy::of_log(first.clone());
    assert_eq!(judge_proof(&late, None, &trusting).0, Verdict::Unwitnessed);
    assert_eq!(judge_proof(&early, None, &trusting).0, Verdict::Unwitnessed, "what was proved stays proved");
    let newest = log.checkpoint().unwrap();
    assert_eq!(judge_checkpoint(&newest, &Policy::of_log(two.new)).unwrap().0.size, 11);
    assert_eq!(judge_checkpoint(&newest, &trusting), Err(Verdict::Invalid(Fault::NotSigned)));
    let entry = log.entry(6).unwrap().unwrap();
    assert_eq!(rotation_in(&entry.bytes, 6).unwrap().unwrap(), rotations[0]);
    assert_eq!(rotation_in(&entry.bytes, 7).unwrap_err().position, 7, "it speaks of its own place");
    let event = log.entry(6).unwrap().unwrap().decode().unwrap().fact.event_id.to_string();
    let correction = scene::correct("ledger-main", &event, "/data/statement", "x", "y");
    assert_eq!(refusal(tell(&log, &correction).await), "written_by_the_log");
    assert_eq!(refusal(tell(&log, &scene::retract("ledger-main", &event, &[])).await), "written_by_the_log");
    let all = String::from_utf8(all_bytes(&log).concat()).unwrap();
    assert!(!all.contains("PRIVATE+KEY"), "no private key is in the log");
    log.close().await.unwrap();
    assert!(!dir.path().join("keys/log.next").exists());
}

/// A moment of a rotation: what it is, the files that are as after it, each with the name it then has, and whether the
/// rotation counts.
type Cut = (&'static str, &'static [(&'static str, &'static str)], bool);

#[tokio::test]
async fn a_rotation_that_was_cut_off_is_settled_when_the_log_is_next_opened() {
    const DATABASE: (&str, &str) = ("log.sqlite", "log.sqlite");
    const PUBLIC: (&str, &str) = ("keys/log.pub", "keys/log.pub");
    const PRIVATE: (&str, &str) = ("keys/log.key", "keys/log.key");
    const NEXT: (&str, &str) = ("keys/log.key", "keys/log.next");
    const MARK: (&str, &str) = ("high-water/high-water", "high-water/high-water");
    let (before, after) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    add(before.path(), 0..4).await;
    copy_files(before.path(), after.path());
    let done = rotate(after.path()).unwrap();
    let cuts: [Cut; 5] = [
        ("the new key is written", &[NEXT], false),
        ("the entry is durable", &[NEXT, DATABASE], true),
        ("the public key is replaced", &[NEXT, DATABASE, PUBLIC], true),
        ("the private key is replaced", &[DATABASE, PUBLIC, PRIVATE], true),
        ("the checkpoint is signed", &[DATABASE, PUBLIC, PRIVATE, MARK], true),
    ];
    for (cut, files, rotated) in cuts {
        let dir = TempDir::new().unwrap();
        copy_files(before.path(), dir.path());
        take(after.path(), files, dir.path());
        let read = Log::open_read_only(dir.path(), &Settings::default(), noon()).unwrap().unwrap();
        assert!(read.checkpoint().is_some_and(|note| size(&note) >= 4), "{cut}: whoever only looks can look");
        drop(read);
        let log = opened(dir.path()).unwrap_or_else(|error| panic!("{cut}: {error}"));
        let expected = if rotated { done.new.clone() } else { done.old.clone() };
        assert_eq!((log.public_key().unwrap(), log.head()), (expected.clone(), if rotated { 5 } else { 4 }), "{cut}");
        assert!(judge_checkpoint(&log.checkpoint().unwrap(), &Policy::of_log(expected.clone())).is_ok(), "{cut}");
        log.close().await.unwrap();
        assert!(!dir.path().join("keys/log.next").exists(), "{cut}");
        let kept = std::fs::read_to_string(dir.path().join("keys/log.pub")).unwrap();
        assert_eq!(kept.trim(), expected.to_string(), "{cut}");
        add(dir.path(), 10..12).await;
        rotate(dir.path()).unwrap();
        add(dir.path(), 12..13).await;
    }
}

#[tokio::test]
async fn an_old_key_does_not_go_on() {
    let dir = TempDir::new().unwrap();
    add(dir.path(), 0..3).await;
    let old = std::fs::read(dir.path().join("keys/log.key")).unwrap();
    rotate(dir.path()).unwrap();
    let new = std::fs::read(dir.path().join("keys/log.key")).unwrap();
    std::fs::write(dir.path().join("keys/log.key"), &old).unwrap();
    let refused = opened(dir.path()).unwrap_err();
    assert!(refused.to_string().contains("gave this key up at entry 4"), "{refused}");
    assert!(matches!(refused, LogError::Key { .. }));
    std::fs::write(dir.path().join("keys/log.next"), &old).unwrap();
    assert!(opened(dir.path()).is_err(), "nor by another way");
    std::fs::remove_file(dir.path().join("keys/log.next")).unwrap();
    std::fs::write(dir.path().join("keys/log.key"), &new).unwrap();
    add(dir.path(), 3..4).await;
    let log = opened(dir.path()).unwrap();
    let refused = rotate(dir.path()).unwrap_err();
    assert!(matches!(refused, LogError::InUse { .. }), "a log in use keeps its key: {refused}");
    log.close().await.unwrap();
}

#[tokio::test]
async fn a_backup_of_a_log_with_a_new_key_is_restored_with_the_new_key() {
    let (dir, backups) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    add(dir.path(), 0..3).await;
    let old = dir.path().join("old.key");
    std::fs::copy(dir.path().join("keys/log.key"), &old).unwrap();
    rotate(dir.path()).unwrap();
    let settings = Settings::default();
    let made = back_up(dir.path(), &settings, backups.path()).unwrap();
    let again = TempDir::new().unwrap();
    let into = again.path().join("data");
    assert!(restore(&made.dir, &into, &settings, Some(&old)).is_err(), "the old key is not the log's any more");
    restore(&made.dir, &into, &settings, Some(&dir.path().join("keys/log.key"))).unwrap();
    add(&into, 3..5).await;
    let log = opened(&into).unwrap();
    assert_eq!(log.head(), 6);
    log.close().await.unwrap();
}

#[tokio::test]
async fn entries_of_another_log_come_with_its_rotations_and_these_must_hold() {
    let (dir, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    add(dir.path(), 0..2).await;
    rotate(dir.path()).unwrap();
    add(dir.path(), 2..4).await;
    let log = opened(dir.path()).unwrap();
    let entries = all_bytes(&log);
    log.close().await.unwrap();
    let taken = opened(other.path()).unwrap();
    let mut forged = entries.clone();
    let text = String::from_utf8(forged[2].clone()).unwrap();
    forged[2] = text.replace("\\n3\\n", "\\n4\\n").into_bytes();
    assert_ne!(forged, entries);
    let refused = taken.append_exact(forged).await.unwrap_err();
    assert!(matches!(refused, LogError::Misfit { position: 3, .. }), "{refused}");
    assert_eq!(taken.head(), 0);
    taken.append_exact(entries).await.unwrap();
    assert_eq!(taken.rotations().unwrap().len(), 1, "it is part of the history");
    assert!(taken.proof(1).unwrap().unwrap().rotations.is_empty(), "and no affair of this log's key");
    taken.close().await.unwrap();
    assert_eq!(rotate(other.path()).unwrap().position, 6);
    add(other.path(), 7..8).await;
}

#[test]
fn the_frozen_entry_of_a_rotation_still_holds() {
    let entry = include_bytes!("../../../tests/golden/events/LogKeyRotated.v1.json");
    let rotation = rotation_in(entry, 2).unwrap().unwrap();
    assert_eq!((rotation.origin(), rotation.position()), ("example.org/test", 2));
    let changed = String::from_utf8(entry.to_vec()).unwrap().replace("+AU", "+AV");
    assert!(rotation_in(changed.as_bytes(), 2).is_err());
}
