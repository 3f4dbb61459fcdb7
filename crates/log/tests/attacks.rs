//! An operator who changes the log, with and without its key: who notices, when, and what is said.
//!
//! Each attack starts from an honest log of a seed. Without the key every one is refused when the log is next opened,
//! or nothing that is served differs. With the key the log opens, and whoever holds an earlier checkpoint has the
//! proof.
//!
//! With the setting `SERVANDA_CAMPAIGN` in the environment the figures are those of a campaign.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "contract/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of the log")]
mod kit;

use std::path::Path;

use rusqlite::Connection;
use servanda_events::testing::scene;
use servanda_log::{Ids, Log, LogError, Settings, rotate_key};
use servanda_proof::{Audit, Checkpoint, Mark, SignedNote, Tree, Verdict, leaf_hash};
use tempfile::TempDir;

use crate::kit::{all_bytes, noon, record, with_id};

fn figure(usual: usize, campaign: usize) -> usize {
    if std::env::var_os("SERVANDA_CAMPAIGN").is_some() { campaign } else { usual }
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

fn opened(dir: &Path) -> Result<Log, LogError> {
    Log::open(dir, None, Settings::default(), noon(), Ids::System)
}

/// A closed honest log in a folder, with its entries and its checkpoint half-way and at the end.
struct Honest {
    dir: TempDir,
    entries: Vec<Vec<u8>>,
    halfway: Checkpoint,
}

fn checkpoint(note: &SignedNote) -> Checkpoint {
    note.text().parse().unwrap()
}

impl Honest {
    async fn of(entries: usize) -> Self {
        let dir = TempDir::new().unwrap();
        let log = opened(dir.path()).unwrap();
        let mut halfway = None;
        for n in 0..entries {
            record(&log, &with_id(scene::company(&format!("c{n}"), &format!("{n}")), &format!("x{n}"))).await;
            if n == entries / 2 {
                halfway = log.checkpoint().map(|note| checkpoint(&note));
            }
        }
        let entries = all_bytes(&log);
        log.close().await.unwrap();
        Self { dir, entries, halfway: halfway.unwrap() }
    }

    /// The same, with a key that was replaced.
    async fn with_another_key(entries: usize) -> Self {
        let honest = Self::of(entries).await;
        let dir = honest.dir.path();
        rotate_key(dir, &Settings::default(), &noon(), &Ids::System, &kit::actor()).unwrap();
        let log = opened(dir).unwrap();
        record(&log, &scene::company("afterwards", "afterwards")).await;
        let entries = all_bytes(&log);
        log.close().await.unwrap();
        Self { entries, ..honest }
    }

    /// The same files in another folder.
    fn copy(&self) -> TempDir {
        let copy = TempDir::new().unwrap();
        copy_files(self.dir.path(), copy.path());
        copy
    }
}

fn copy_files(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy_files(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The file in the hands of someone who knows it well.
fn by_hand(dir: &Path) -> Connection {
    let connection = Connection::open(dir.join("log.sqlite")).unwrap();
    let triggers: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    triggers.iter().for_each(|name| connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap());
    connection
}

/// Makes the stored hashes and the edge's root follow from the entries again, as far as that goes without the key.
fn rebuild_tree(connection: &Connection) {
    connection.execute_batch("DELETE FROM tree_hash").unwrap();
    let mut tree = Tree::new();
    let mut stored = Vec::new();
    let mut statement = connection.prepare("SELECT body FROM entry ORDER BY position").unwrap();
    let bodies = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    for body in bodies {
        tree.push_noting(leaf_hash(body.unwrap().as_bytes()), |row, place, hash| stored.push((row, place, hash)));
    }
    for (row, place, hash) in stored {
        let hash = hash.as_bytes().as_slice();
        connection.execute("INSERT INTO tree_hash VALUES (?1, ?2, ?3)", (row, place as i64, hash)).unwrap();
    }
    let (size, root) = (tree.size() as i64, tree.root());
    connection.execute("UPDATE edge SET size = ?1, root = ?2", (size, root.as_bytes().as_slice())).unwrap();
}

/// The ways to change a log without its key.
const ATTACKS: u64 = 10;

/// A position that claims a unique key: the rotation of a key claims none, the entry before it does.
fn somewhere(hand: &Connection, entries: u64, drawn: &mut Drawn) -> i64 {
    let claims = "SELECT max(position) FROM unique_key WHERE position <= ?1";
    hand.query_row(claims, [1 + drawn.below(entries) as i64], |row| row.get(0)).unwrap()
}

/// Does the attack number `which`, and gives its name.
fn attack(which: u64, dir: &Path, entries: u64, drawn: &mut Drawn) -> &'static str {
    let hand = by_hand(dir);
    let at = somewhere(&hand, entries, drawn);
    let edit = |at: i64| {
        let sql = "UPDATE entry SET body = replace(body, 'recorded_by\":\"registrar', 'recorded_by\":\"registrat') \
                   WHERE position = ?1";
        assert_eq!(hand.execute(sql, [at]).unwrap(), 1);
    };
    let swap = |a: i64, b: i64| {
        let sql = "UPDATE entry SET body = CASE position WHEN ?1 THEN (SELECT body FROM entry WHERE position = ?2) \
                   ELSE (SELECT body FROM entry WHERE position = ?1) END WHERE position IN (?1, ?2)";
        hand.execute(sql, (a, b)).unwrap();
    };
    let truncate = |keep: i64| {
        for table in ["entry", "command", "unique_key"] {
            hand.execute(&format!("DELETE FROM {table} WHERE position > ?1"), [keep]).unwrap();
        }
        hand.execute_batch("DELETE FROM stream WHERE id NOT IN (SELECT stream FROM entry)").unwrap();
    };
    let name = match which {
        0 => {
            edit(at);
            "an entry edited"
        }
        1 => {
            edit(at);
            rebuild_tree(&hand);
            "an entry edited, the tree rebuilt"
        }
        2 => {
            hand.execute("DELETE FROM entry WHERE position = ?1", [at]).unwrap();
            "an entry deleted"
        }
        3 => {
            swap(at, 1 + at % entries as i64);
            rebuild_tree(&hand);
            "two entries in each other's place, the tree rebuilt"
        }
        4 => {
            truncate(at - 1);
            "the end cut off"
        }
        5 => {
            truncate(at - 1);
            rebuild_tree(&hand);
            "the end cut off, the tree rebuilt"
        }
        6 => {
            let sql = "INSERT INTO entry SELECT max(position) + 1, stream, revision + 1, \
                       replace(body, '\"position\":' || max(position), '\"position\":' || (max(position) + 1)) FROM entry";
            hand.execute_batch(sql).unwrap();
            rebuild_tree(&hand);
            "an entry forged at the end, the tree rebuilt"
        }
        7 => {
            hand.execute("UPDATE unique_key SET key = key || 'x' WHERE position = ?1", [at]).unwrap();
            "a unique key freed"
        }
        8 => {
            hand.execute("UPDATE command SET entries = entries + 1 WHERE position = ?1", [at]).unwrap();
            "the answer to a command changed"
        }
        _ => {
            hand.execute("UPDATE stream SET name = name || 'x' WHERE id = ?1", [at]).unwrap();
            "a stream renamed"
        }
    };
    hand.close().unwrap();
    name
}

#[tokio::test]
async fn without_the_key_no_change_goes_unnoticed_and_no_honest_log_is_refused() {
    let mut drawn = Drawn(20_241_126);
    let logs = [Honest::of(7).await, Honest::of(300).await, Honest::with_another_key(7).await];
    let (tries, mut honest) = (figure(500, 10_000), 0);
    for n in 0..tries {
        let log = &logs[if n % 20 == 0 { 1 } else { 2 * usize::from(n % 3 == 1) }];
        let copy = log.copy();
        let name = attack(n as u64 % ATTACKS, copy.path(), log.entries.len() as u64, &mut drawn);
        match opened(copy.path()) {
            Err(LogError::Distrusted { .. } | LogError::Damaged { .. }) => {}
            other => panic!("{name}, number {n}: {other:?}"),
        }
        if n % 5 == 0 || tries > 500 {
            let copy = log.copy();
            let log_again = opened(copy.path()).unwrap_or_else(|error| panic!("an honest log was refused: {error}"));
            assert_eq!(all_bytes(&log_again), log.entries);
            honest += 1;
        }
    }
    assert!(honest >= tries / 5);
}

#[tokio::test]
async fn the_first_bad_position_is_named() {
    let honest = Honest::of(300).await;
    for at in [1_u64, 2, 150, 299, 300] {
        let copy = honest.copy();
        let hand = by_hand(copy.path());
        hand.execute(
            "UPDATE entry SET body = replace(body, 'registrar', 'registrat') WHERE position = ?1",
            [at as i64],
        )
        .unwrap();
        drop(hand);
        match opened(copy.path()).unwrap_err() {
            LogError::Distrusted {
                verdict: Verdict::Invalid(servanda_proof::Fault::Entry { position, .. }), ..
            } => {
                assert_eq!(position, at);
            }
            other => panic!("{other:?}"),
        }
        // With the tree rebuilt, the marks before and behind it still tell where.
        let hand = by_hand(copy.path());
        rebuild_tree(&hand);
        drop(hand);
        match opened(copy.path()).unwrap_err() {
            LogError::Distrusted { verdict: Verdict::Diverged { after, upto }, .. } => {
                assert_eq!((after, upto), (at - 1, at));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_older_copy_is_recognised_as_older() {
    let dir = TempDir::new().unwrap();
    let (data, marks) = (dir.path().join("data"), dir.path().join("elsewhere"));
    let settings = || Settings { high_water: Some(marks.clone()), ..Settings::default() };
    let reopen = || Log::open(&data, None, settings(), noon(), Ids::System);
    let log = reopen().unwrap();
    record(&log, &scene::company("c1", "1")).await;
    log.close().await.unwrap();
    let older = dir.path().join("older");
    std::fs::create_dir(&older).unwrap();
    copy_files(&data, &older);
    let log = reopen().unwrap();
    record(&log, &scene::company("c2", "2")).await;
    log.close().await.unwrap();
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&older, &data).unwrap();
    let refused = reopen().unwrap_err();
    assert!(
        matches!(refused, LogError::Distrusted { verdict: Verdict::Stale { size: 1, seen: 2 }, .. }),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("entry 2 is missing"), "{refused}");
    std::fs::remove_dir_all(&data).unwrap();
    assert!(matches!(reopen().unwrap_err(), LogError::HighWater { .. }), "a new log does not take an old one's marks");
}

#[tokio::test]
async fn with_the_key_whoever_holds_an_earlier_checkpoint_has_the_proof() {
    let mut drawn = Drawn(62);
    let honest = Honest::of(40).await;
    let tries = figure(60, 1_000);
    for n in 0..tries {
        // The operator keeps some entries, makes the others anew, and signs all of it with the real key.
        let kept = drawn.below(20) as usize;
        let forged = TempDir::new().unwrap();
        for name in ["keys/log.key", "keys/log.pub"] {
            std::fs::create_dir_all(forged.path().join("keys")).unwrap();
            std::fs::copy(honest.dir.path().join(name), forged.path().join(name)).unwrap();
        }
        let log = opened(forged.path()).unwrap();
        log.append_exact(honest.entries[..kept].to_vec()).await.unwrap();
        let length = kept + 1 + drawn.below(40) as usize;
        for n in kept..length {
            record(&log, &with_id(scene::company(&format!("d{n}"), &format!("9{n}")), &format!("y{n}"))).await;
        }
        let note = log.checkpoint().unwrap();
        assert!(servanda_proof::judge_checkpoint(&note, &log.policy().unwrap()).is_ok(), "it is well signed");
        let (size, root) = (honest.halfway.size, honest.halfway.root);
        let mut audit = Audit::against(vec![Mark { size, root }]);
        all_bytes(&log).iter().for_each(|entry| audit.push(leaf_hash(entry)));
        assert!(audit.end().is_err(), "kept {kept} of {size}, number {n}");
        let mut same = Audit::against(vec![Mark { size, root }]);
        honest.entries.iter().for_each(|entry| same.push(leaf_hash(entry)));
        assert_eq!(same.end(), Ok(()), "an honest log is no false alarm");
        log.close().await.unwrap();
    }
}
