//! Folders and disks: in use, not to be written, full, of another version, with a read model that does not fit.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use servanda_events::testing::scene;
use servanda_tests::binary::{Service, command, run, run_with_input};

use super::{Data, ndjson, visit};

#[test]
fn a_ledger_in_use_is_left_alone() {
    let data = Data::demo();
    let service = Service::start(data.path(), &[]);
    let before = data.digest();
    let input = ndjson(&[scene::state("uzb", "UZB")]);
    let words = run_with_input(&["record", "-", "--data", data.name()], &input).expect(1).stderr;
    assert!(words.contains("in use by another process") && words.contains("POST /api/v1/commands"), "{words}");
    let words = Service::try_start(data.path(), &[]).unwrap_err();
    assert!(words.contains("in use by another process"), "{words}");
    assert_eq!(data.digest(), before);
    drop(service);
    assert_eq!(data.record_bytes(&input, 0)[0]["status"], "recorded", "free again after it was killed");
}

#[test]
fn an_address_in_use_is_told_with_a_way_out() {
    let (one, other) = (Data::new(), Data::new());
    let service = Service::start(one.path(), &[]);
    let words = run(&["serve", "--data", other.name(), "--listen", &service.address]).expect(1).stderr;
    assert!(words.contains(&service.address) && words.contains("--listen"), "{words}");
}

#[test]
fn a_service_ends_in_order_while_a_feed_is_open() {
    use std::io::{Read as _, Write as _};
    let data = Data::demo();
    let service = Service::start(data.path(), &[]);
    let mut feed = std::net::TcpStream::connect(&service.address).unwrap();
    write!(feed, "GET /api/v1/feed?after=0 HTTP/1.1\r\nHost: {}\r\n\r\n", service.address).unwrap();
    let mut first = [0; 1_000];
    assert!(feed.read(&mut first).unwrap() > 0);
    let begun = std::time::Instant::now();
    let (code, words) = service.stop();
    assert_eq!(code, 0, "{words}");
    assert!(begun.elapsed().as_secs() < 10, "an open feed holds the end up");
    assert!(words.contains("the ledger is closed"), "{words}");
    assert!(!data.path().join("log.sqlite-wal").exists(), "the log was closed properly");
}

/// Whether this user is root, whom no mode of a file stops.
fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout.trim_ascii() == b"0"
}

/// The program as a user who owns nothing here. For root: a copy of the program where everybody reaches it.
fn as_stranger(arguments: &[&str], place: &Path) -> Command {
    let mut plain = command(arguments);
    if !is_root() {
        return plain;
    }
    let copy = place.join("servanda");
    if !copy.exists() {
        std::fs::copy(plain.get_program(), &copy).unwrap();
    }
    let mut stranger = Command::new(copy);
    stranger.args(arguments).uid(65_534).gid(65_534);
    std::mem::swap(&mut plain, &mut stranger);
    plain
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_folder_that_may_not_be_written_is_told() {
    let (data, place) = (Data::demo(), Data::new());
    set_mode(place.path(), 0o755);
    for file in std::fs::read_dir(data.path()).unwrap() {
        let path = file.unwrap().path();
        set_mode(&path, if path.is_dir() { 0o555 } else { 0o444 });
    }
    set_mode(data.path(), 0o555);
    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["record", "/dev/null"], &["user", "list"]] {
        let output = as_stranger(&[arguments, &["--data", data.name()]].concat(), place.path()).output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {words}");
        assert!(words.contains("may not be written") || words.contains("may be written"), "{arguments:?}: {words}");
    }
    set_mode(data.path(), 0o755);
}

/// Writes the number that SQLite keeps for programs at a place of the file's head.
fn write_head(file: &Path, offset: usize, number: u32) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[offset..offset + 4].copy_from_slice(&number.to_be_bytes());
    std::fs::write(file, bytes).unwrap();
}

#[test]
fn a_log_of_a_newer_version_or_a_damaged_one_is_refused() {
    let data = Data::demo();
    let file = data.path().join("log.sqlite");
    let good = std::fs::read(&file).unwrap();
    write_head(&file, 60, 99);
    for arguments in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["record", "/dev/null"], &["replay"], &["export", "ndjson"]]
    {
        let words = data.run(arguments).expect(1).stderr;
        assert!(words.contains("format 99") && words.contains("newer version"), "{arguments:?}: {words}");
    }
    std::fs::write(&file, b"this is no log at all, only a text that somebody put here").unwrap();
    let words = data.run(&["replay"]).expect(1).stderr;
    assert!(words.contains("damaged") && words.contains("restore"), "{words}");
    std::fs::write(&file, good).unwrap();
    data.run(&["replay"]).expect(0);
}

fn read_model(data: &Data) -> PathBuf {
    data.path().join("read")
}

fn progress(data: &Data) -> (Value, String) {
    let ran = data.run(&["progress", "ledger", "--as-of", "2025-12-31", "--json"]).expect(0);
    (ran.json(), ran.stderr)
}

#[test]
fn a_read_model_that_does_not_fit_is_built_anew_and_that_is_said() {
    let data = Data::demo();
    let (figures, words) = progress(&data);
    assert_eq!(words, "", "a fitting one needs no words");

    std::fs::remove_dir_all(read_model(&data)).unwrap();
    let (again, words) = progress(&data);
    assert_eq!(again, figures);
    assert!(words.contains("the read model was built") && words.contains("there is none yet"), "{words}");

    let current = read_model(&data).join(std::fs::read_to_string(read_model(&data).join("current")).unwrap());
    std::fs::write(&current, b"no database at all, but a text of some length").unwrap();
    let (again, words) = progress(&data);
    assert_eq!(again, figures);
    assert!(words.contains("damaged"), "{words}");

    // Older than the log: it catches up, which is what it always does.
    let older = Data::new();
    copy_dir(&read_model(&data), &older.path().join("read"));
    data.record(&[scene::state("uzb", "UZB")], 0);
    let (newer, words) = progress(&data);
    assert_eq!((newer["known_at"]["position"].as_u64(), words.as_str()), (data.digest()["position"].as_u64(), ""));

    // Ahead of the log: the log was restored from an older copy, the read model was not.
    let shorter = Data::demo();
    std::fs::remove_dir_all(read_model(&shorter)).unwrap();
    copy_dir(&read_model(&data), &read_model(&shorter));
    let (again, words) = progress(&shorter);
    assert_eq!(again, figures);
    assert!(words.contains("ahead of the log"), "{words}");
}

fn copy_dir(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

/// A small disk of its own, or nothing where this user may not have one.
struct SmallDisk(Data);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let at = Data::new();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=3m", "tmpfs", at.name()]).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(at))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _unmounted = Command::new("umount").arg(self.0.name()).status();
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that does nothing must say so")]
fn a_full_disk_is_told_and_what_was_acknowledged_stays() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("SKIPPED: no small disk can be mounted here, so nothing is known about a full one");
        return;
    };
    let data = &disk.0;
    data.record(&visit(), 0);
    let title = "x".repeat(7_000);
    let milestones = (0..2_000).map(|n| {
        let titles = serde_json::json!({ "data": { "titles": { "en": title } } });
        scene::but(scene::milestone("branch", &format!("m{n}"), "2026"), titles)
    });
    let input = ndjson(&milestones.collect::<Vec<_>>());
    let ran = run_with_input(&["record", "-", "--data", data.name()], &input).expect(1);
    assert!(ran.stderr.contains("full") && ran.stderr.contains("free some space"), "{}", ran.stderr);
    let recorded = ran.lines().iter().filter(|answer| answer["status"] == "recorded").count() as u64;
    let position = data.digest()["position"].as_u64().unwrap();
    assert!(position >= 5 + recorded, "{recorded} were acknowledged, and the log ends at {position}");
}
