//! The way of an outsider: a proof or a bundle from the program, a verdict from a verifier of ours and from one in
//! Python; and the way of an operator: backups, and what happens to whoever puts an older copy back.
//!
//! With the setting `SERVANDA_CAMPAIGN` in the environment the figures are those of a campaign.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use servanda_events::testing::scene;
use servanda_proof::{PrivateKey, SignedNote, TlogProof, judge_proof};
use servanda_tests::binary::{Ran, Service, command, run_with_input};
use servanda_tests::repository::root;

/// A folder for a ledger `data`, its high-water file beside it, and whatever else a test writes.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Runs a verb on the ledger, with the high-water file where it lies by default: beside the data directory.
    fn run(&self, arguments: &[&str]) -> Ran {
        self.on("data", arguments)
    }

    fn on(&self, data: &str, arguments: &[&str]) -> Ran {
        let data = self.name(data);
        let arguments = [arguments, &["--data", &data]].concat();
        let output = command(&arguments).env_remove("SERVANDA_DATA__HIGH_WATER").output().unwrap();
        Ran::from(output)
    }

    /// Records companies with these numbers.
    fn record(&self, numbers: std::ops::Range<usize>) {
        let lines: String =
            numbers.map(|n| format!("{}\n", scene::company(&format!("c{n}"), &format!("{n}")))).collect();
        std::fs::write(self.path("commands"), lines).unwrap();
        self.run(&["record", &self.name("commands")]).expect(0);
    }

    fn key(&self) -> String {
        std::fs::read_to_string(self.path("data/keys/log.pub")).unwrap().trim().to_owned()
    }

    /// Verifies with a memory of its own.
    fn verify(&self, target: &[&str], code: i32) -> Value {
        let (key, seen) = (self.key(), self.name("seen"));
        self.run(&[&["verify", "--json", "--key", &key, "--seen", &seen], target].concat()).expect(code).json()
    }
}

fn python(key: &str, files: &[PathBuf]) -> Ran {
    Ran::from(Command::new("python3").arg(root().join("scripts/verify.py")).arg(key).args(files).output().unwrap())
}

#[test]
fn an_outsider_gets_from_a_proof_to_a_verdict() {
    let desk = Desk::new();
    desk.record(0..300);
    let (proof, bundle) = (desk.name("150.tlog-proof"), desk.name("all.ndjson"));
    desk.run(&["prove", "150", "--output", &proof]).expect(0);
    desk.run(&["export", "ndjson", "--output", &bundle]).expect(0);
    for target in [vec![proof.as_str()], vec![bundle.as_str()], vec![]] {
        let report = desk.verify(&target, 0);
        assert_eq!((report["verdict"].as_str(), report["size"].as_u64()), (Some("UNWITNESSED"), Some(300)), "{report}");
        assert!(!report["not_checked"].as_array().unwrap().is_empty(), "no verifier checks everything");
    }
    let both = python(&desk.key(), &[proof.clone().into(), bundle.into()]).expect(0);
    assert_eq!(both.stdout.lines().filter(|line| line.starts_with("UNWITNESSED")).count(), 2, "{both:?}");
    desk.run(&["prove", "301"]).expect(4);
    desk.run(&["verify", &proof]).expect(2);
    let other = PrivateKey::from_seed("someone/else", &[3; 32]).unwrap().public().to_string();
    let refused = desk.run(&["verify", &proof, "--key", &other, "--forget"]).expect(3);
    assert!(refused.stdout.starts_with("INVALID: the checkpoint is not signed"), "{refused:?}");
}

#[test]
fn a_service_is_verified_and_an_older_look_is_remembered() {
    let desk = Desk::new();
    desk.record(0..20);
    let older = desk.name("older.ndjson");
    desk.run(&["export", "ndjson", "--output", &older]).expect(0);
    desk.record(20..30);
    let data = desk.path("data");
    let marks = desk.name("data.high-water");
    let config = desk.path("config.toml");
    std::fs::write(&config, format!("[data]\nhigh_water = {marks:?}\n")).unwrap();
    // The harness sets a folder of its own, which goes before the file; so the service is told by a link.
    std::fs::create_dir_all(data.join("high-water")).unwrap();
    std::fs::copy(desk.path("data.high-water/high-water"), data.join("high-water/high-water")).unwrap();
    let service = Service::start(&data, &[]);
    let url = format!("http://{}", service.address);
    let report = desk.verify(&[&url], 0);
    assert_eq!(report["size"], 30, "{report}");
    service.stop();
    let report = desk.verify(&[&older], 3);
    assert_eq!(report["verdict"], "STALE", "{report}");
    assert!(report["sentence"].as_str().unwrap().contains("entry 21 is missing"), "{report}");
}

#[test]
fn a_rewritten_history_is_recognised_by_whoever_saw_the_old_one() {
    let desk = Desk::new();
    desk.record(0..10);
    desk.verify(&[], 0);
    let bundle = desk.name("all.ndjson");
    desk.run(&["export", "ndjson", "--output", &bundle]).expect(0);
    let (key, public) = (std::fs::read(desk.path("data/keys/log.key")).unwrap(), desk.key());
    // The operator removes everything, keeps the key, and makes another history.
    std::fs::remove_dir_all(desk.path("data")).unwrap();
    std::fs::remove_dir_all(desk.path("data.high-water")).unwrap();
    std::fs::create_dir_all(desk.path("data/keys")).unwrap();
    std::fs::write(desk.path("data/keys/log.pub"), format!("{public}\n")).unwrap();
    let mut options = std::fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(options.create(true).write(true).truncate(true), 0o600);
    std::io::Write::write_all(&mut options.open(desk.path("data/keys/log.key")).unwrap(), &key).unwrap();
    desk.record(50..65);
    let report = desk.verify(&[], 3);
    assert_eq!(report["verdict"], "DIVERGED", "{report}");
}

#[test]
fn a_backup_is_verified_and_an_older_one_is_recognised() {
    let desk = Desk::new();
    desk.record(0..12);
    let backups = desk.name("backups");
    let made = desk.run(&["backup", &backups]).expect(0).json();
    assert_eq!(made["entries"], 12);
    let folder = made["dir"].as_str().unwrap().to_owned();
    assert!(!Path::new(&folder).join("keys/log.key").exists(), "no backup holds the private key");
    let key = desk.name("kept.key");
    std::fs::copy(desk.path("data/keys/log.key"), &key).unwrap();
    std::fs::remove_dir_all(desk.path("data")).unwrap();
    desk.run(&["restore", &folder, "--key", &key]).expect(0);
    desk.record(12..15);
    // Now the backup is older than what was signed.
    std::fs::remove_dir_all(desk.path("data")).unwrap();
    let refused = desk.run(&["restore", &folder, "--key", &key]).expect(3);
    assert!(refused.stderr.contains("STALE") && refused.stderr.contains("entry 13 is missing"), "{refused:?}");
    assert!(!desk.path("data").exists(), "nothing is written");
    // What was changed in a backup is no backup.
    let file = Path::new(&folder).join("log.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    // Also where only remains of moved pages are.
    let text = b"\"recorded_by\":\"operator\"";
    let places: Vec<usize> = (0..bytes.len() - text.len()).filter(|at| bytes[*at..].starts_with(text)).collect();
    assert!(!places.is_empty());
    places.iter().for_each(|at| bytes[at + text.len() - 2] ^= 1);
    std::fs::write(&file, bytes).unwrap();
    let refused = desk.on("elsewhere", &["restore", &folder]).expect(3);
    assert!(refused.stderr.contains("INVALID"), "{refused:?}");
}

/// Numbers that look drawn at random and are the same in every run (xorshift).
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// A proof, changed in one of many ways; about every fourth is left as it is.
fn case(good: &[String], drawn: &mut Drawn) -> Vec<u8> {
    let text = &good[drawn.below(good.len())];
    let mut bytes = text.clone().into_bytes();
    let lines: Vec<&str> = text.split('\n').collect();
    let at = drawn.below(bytes.len());
    match drawn.below(8) {
        0 | 1 => {}
        2 => bytes[at] ^= 1 << drawn.below(7),
        3 => bytes.truncate(at),
        4 => drop(bytes.remove(at)),
        5 => bytes.insert(at, b"=+/A0\n "[drawn.below(7)]),
        6 => {
            let mut lines = lines.clone();
            let (a, b) = (drawn.below(lines.len()), drawn.below(lines.len()));
            lines.swap(a, b);
            bytes = lines.join("\n").into_bytes();
        }
        _ => {
            let other = &good[drawn.below(good.len())];
            let (head, _) = text.split_once("\n\n").unwrap();
            let (_, tail) = other.split_once("\n\n").unwrap();
            bytes = format!("{head}\n\n{tail}").into_bytes();
        }
    }
    bytes
}

#[test]
fn our_verifier_and_the_one_in_python_agree_on_every_case() {
    let desk = Desk::new();
    desk.record(0..70);
    let mut good: Vec<String> =
        (1..=70).step_by(7).map(|at| desk.run(&["prove", &at.to_string()]).expect(0).stdout).collect();
    let first = desk.key();
    let key = servanda_proof::PublicKey::parse(&first).unwrap();
    desk.run(&["key", "rotate"]).expect(0);
    desk.record(70..75);
    good.extend((1..=75).step_by(9).map(|at| desk.run(&["prove", &at.to_string()]).expect(0).stdout));
    let policy = servanda_proof::Policy::of_log(key);
    let count = if std::env::var_os("SERVANDA_CAMPAIGN").is_some() { 100_000 } else { 2_000 };
    let (mut drawn, mut held) = (Drawn(2_000), 0);
    for start in (0..count).step_by(500) {
        let mut ours = Vec::new();
        let mut files = Vec::new();
        for n in start..(start + 500).min(count) {
            let bytes = case(&good, &mut drawn);
            let proof = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse::<TlogProof>().ok());
            ours.push(proof.is_some_and(|proof| judge_proof(&proof, None, &policy).0.holds()));
            files.push(desk.path(&format!("case-{n}")));
            std::fs::write(files.last().unwrap(), bytes).unwrap();
        }
        let theirs = python(&first, &files);
        let lines: Vec<&str> = theirs.stdout.lines().collect();
        assert_eq!(lines.len(), files.len(), "{}", theirs.stderr);
        for (n, (ours, theirs)) in ours.iter().zip(lines).enumerate() {
            assert_eq!(*ours, theirs.starts_with("UNWITNESSED"), "case {}: we say {ours}, Python {theirs}", start + n);
        }
        held += ours.iter().filter(|held| **held).count();
        files.iter().for_each(|file| std::fs::remove_file(file).unwrap());
    }
    assert!(held > count / 8 && held < count / 2, "{held} of {count} cases held, so little was tried");
}

#[test]
fn a_checkpoint_that_was_changed_where_it_is_remembered_is_not_passed_over() {
    let desk = Desk::new();
    desk.record(0..3);
    desk.verify(&[], 0);
    let remembered = std::fs::read_dir(desk.path("seen")).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&remembered).unwrap();
    assert!(text.parse::<SignedNote>().is_ok());
    std::fs::write(&remembered, text.replacen("\n3\n", "\n2\n", 1)).unwrap();
    let (key, seen) = (desk.key(), desk.name("seen"));
    let refused = desk.run(&["verify", "--key", &key, "--seen", &seen]).expect(1);
    assert!(refused.stderr.contains("does not bear this log's signature"), "{refused:?}");
}

#[test]
fn the_first_start_makes_a_key_that_its_owner_alone_can_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    desk.record(0..1);
    let key = desk.path("data/keys/log.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let secret = std::fs::read_to_string(&key).unwrap();
    let secret = secret.trim().rsplit('+').next().unwrap().to_owned();
    for verb in [&["export", "ndjson"][..], &["prove", "1"], &["config", "print"], &["verify", "--forget"]] {
        let ran = desk.run(verb);
        assert!(!ran.stdout.contains(&secret) && !ran.stderr.contains(&secret), "{verb:?}");
    }
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let data = desk.name("data");
    let refused = run_with_input(&["record", "-", "--data", &data], b"");
    assert!(refused.code != 0 && !refused.stderr.contains(&secret), "{refused:?}");
}
