//! A ledger on three servers that is moved, filled in anew and given another key, by the program as an operator runs
//! it: servers rolled back while nodes look, moves killed at any moment.
//!
//! Deliberately absent: what the log itself promises of these, see `crates/log/tests/moving.rs` and `node_keys.rs`.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]
#![expect(clippy::print_stderr, reason = "how often a move was killed is shown with the test")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use servanda_events::testing::scene;
use servanda_tests::binary::{Ran, Service, command, run};
use servanda_tests::nats::{Nats, newest};
use tempfile::TempDir;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(90);

struct Cluster {
    servers: Vec<Nats>,
    stores: Vec<PathBuf>,
    dir: TempDir,
}

/// Three ports that nobody listens on, below those that the system gives away by itself: they are used only later.
fn ports() -> Vec<u16> {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 600).unwrap() * 20;
    let next = || first + TAKEN.fetch_add(1, Ordering::SeqCst);
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(next).filter(free).take(3).collect()
}

impl Cluster {
    fn new() -> Option<Self> {
        let program = newest()?;
        let routes = ports();
        let all: String = routes.iter().map(|port| format!("\"nats://127.0.0.1:{port}\", ")).collect();
        let denied: String = ["DELETE", "PURGE", "UPDATE", "MSG.DELETE", "RESTORE"]
            .iter()
            .map(|what| format!("\"$JS.API.STREAM.{what}.>\", "))
            .collect();
        let (mut servers, mut stores) = (Vec::new(), Vec::new());
        for (n, port) in routes.iter().enumerate() {
            let place = tempfile::Builder::new().prefix("servanda-nats-").tempdir().unwrap();
            let store = place.path().join("store");
            let more = format!(
                "server_name: n{n}\n\
                 jetstream {{ store_dir: \"{}\", max_mem: 64MB, max_file: 2GB, sync_interval: always }}\n\
                 cluster {{ name: ledger, listen: \"127.0.0.1:{port}\", routes: [ {all} ] }}\n\
                 accounts {{ LEDGER {{ jetstream: enabled, users: [ {{ user: node, password: pw, \
                 permissions: {{ publish: {{ deny: [ {denied} ] }} }} }} ] }} }}\n",
                store.display(),
            );
            stores.push(store.clone());
            servers.push(Nats::start_in(&program, place, &store, &more, &[]));
        }
        let dir = tempfile::tempdir().unwrap();
        let urls: Vec<String> = servers.iter().map(Nats::url).collect();
        std::fs::write(dir.path().join("password"), "pw\n").unwrap();
        let settings = format!(
            "[log]\nstore = \"jetstream\"\n[cluster]\nsync_always = true\n[bus]\nurl = \"{}\"\nuser = \"node\"\n\
             password_file = \"{}\"\npublish = false\n",
            urls.join(","),
            dir.path().join("password").display()
        );
        std::fs::write(dir.path().join("node.toml"), settings).unwrap();
        Some(Self { servers, stores, dir })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn node(&self, node: &str, more: &[&str]) -> Service {
        let config = self.text("node.toml");
        Service::start(&self.path(node), &[&["--config", config.as_str()], more].concat())
    }

    fn refused(&self, node: &str) -> String {
        let config = self.text("node.toml");
        Service::try_start(&self.path(node), &["--config", &config])
            .map(|_| String::new())
            .unwrap_or_else(|words| words)
    }

    /// Runs a verb with the settings of the nodes, again while the servers elect a leader.
    fn verb(&self, arguments: &[&str]) -> Ran {
        let begun = Instant::now();
        let config = self.text("node.toml");
        loop {
            let ran = run(&[arguments, &["--config", config.as_str()]].concat());
            if !ran.stderr.contains("do not answer") || begun.elapsed() > PATIENCE {
                return ran;
            }
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    /// Stops all servers, lets something happen to their stores, and starts them again.
    fn with_stores(&mut self, change: impl Fn(&Path)) {
        self.servers.iter_mut().for_each(Nats::kill);
        self.stores.iter().for_each(|store| change(store));
        self.servers.iter_mut().for_each(Nats::begin);
    }
}

fn copy_folder(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

fn copy_keys(from: &Path, to: &Path, names: &[&str]) {
    std::fs::create_dir_all(to.join("keys")).unwrap();
    for name in names {
        std::fs::copy(from.join("keys").join(name), to.join("keys").join(name)).unwrap();
    }
}

/// Sends a command until it is recorded.
fn record(service: &Service, command: &Value) {
    let begun = Instant::now();
    loop {
        match service.post_command(command) {
            Some((200 | 201, _)) => return,
            Some((429 | 503, _)) if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(50)),
            answer => panic!("{answer:?}"),
        }
    }
}

fn party(n: usize) -> Value {
    scene::but(scene::state(&format!("p{n}"), "KAZ"), json!({ "command_id": format!("command-{n}") }))
}

fn head(service: &Service) -> u64 {
    serde_json::from_str::<Value>(&service.get("/readyz").1).unwrap()["log"]["head"].as_u64().unwrap()
}

/// Waits until a service says something of itself.
fn until(service: &Service, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let ready: Value = serde_json::from_str(&service.get("/readyz").1).unwrap();
        if is(&ready) {
            return ready;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: {ready}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn reaches(service: &Service, position: u64) {
    until(service, "it does not come so far", |ready| ready["log"]["head"].as_u64() >= Some(position));
}

#[test]
fn servers_that_were_all_rolled_back_halt_the_nodes_and_reseeding_brings_everything_back() {
    let Some(mut cluster) = Cluster::new() else { return };
    let a = cluster.node("a", &[]);
    (0..20).for_each(|n| record(&a, &party(n)));
    copy_keys(&cluster.path("a"), &cluster.path("b"), &["log.key", "log.pub"]);
    let b = cluster.node("b", &[]);
    cluster.with_stores(|store| copy_folder(store, &store.with_file_name("kept")));
    (20..50).for_each(|n| record(&a, &party(n)));
    reaches(&b, 50);
    let signed = a.get("/checkpoint").1;
    assert_eq!(b.stop().0, 0);

    cluster.with_stores(|store| {
        std::fs::remove_dir_all(store).unwrap();
        copy_folder(&store.with_file_name("kept"), store);
    });
    let halted = until(&a, "the node does not halt", |ready| ready["node"]["halted"] == true);
    assert_eq!((&halted["ready"], &halted["node"]["trouble"]), (&json!(false), &json!("log_damaged")), "{halted}");
    assert_eq!(a.get("/checkpoint").1, signed, "what it holds can be read");
    let refused = cluster.refused("b");
    assert!(refused.contains("STALE") && refused.contains("docs/cluster.md"), "{refused}");
    let words = a.kill();
    assert!(words.contains("STALE"), "{words}");

    let (a_dir, b_dir) = (cluster.text("a"), cluster.text("b"));
    let verb = ["reseed", "--data", a_dir.as_str(), "--copy", b_dir.as_str()];
    let planned = cluster.verb(&[&verb[..], &["--dry-run"]].concat()).expect(0);
    assert_eq!((&planned.json()["held"], &planned.json()["entries"]), (&json!(20), &json!(50)), "{planned:?}");
    let done = cluster.verb(&verb).expect(0);
    assert!(done.stderr.contains("30 entries of"), "{done:?}");
    assert_eq!(cluster.verb(&verb).expect(0).json()["messages"], 0, "there is nothing left to do");

    let (a, b) = (cluster.node("a", &[]), cluster.node("b", &[]));
    assert_eq!((a.get("/checkpoint").1, b.get("/checkpoint").1), (signed.clone(), signed));
    (0..50).for_each(|n| record(&b, &party(n)));
    assert_eq!(head(&b), 50, "every command that was acknowledged is known");
    record(&b, &party(50));
    reaches(&a, 51);
}

/// Runs a verb again and again, killed a little later each time, until it comes to its end. How often it was killed.
fn killed_until_done(cluster: &Cluster, arguments: &[&str], meanwhile: impl Fn()) -> usize {
    let config = cluster.text("node.toml");
    let arguments = [arguments, &["--config", config.as_str()]].concat();
    for kills in 0..200 {
        let mut child = command(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(40 + 60 * kills as u64));
        if let Some(status) = child.try_wait().unwrap() {
            let words = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
            // Killed behind the last step: it says what is so.
            let is_so =
                words.contains("is a node's copy of a stream already") || words.contains("holds no node's copy");
            assert!(status.success() || is_so || words.contains("do not answer"), "{words}");
            if !words.contains("do not answer") {
                return kills;
            }
        } else {
            child.kill().unwrap();
            child.wait().unwrap();
            meanwhile();
        }
    }
    panic!("it does not come to its end");
}

#[test]
fn a_ledger_goes_to_three_servers_and_back_killed_at_any_moment_with_the_same_bytes() {
    let Some(cluster) = Cluster::new() else { return };
    let own = cluster.text("own");
    let mut commands = String::new();
    for n in 0..300 {
        let long = json!({ "evidence": [{ "title": "x".repeat(7_000) }] });
        commands.push_str(&format!("{}\n", scene::but(party(n), long)));
    }
    let file = cluster.text("commands.ndjson");
    let one = cluster.text("one.ndjson");
    std::fs::write(&one, commands.lines().next().unwrap()).unwrap();
    std::fs::write(&file, commands).unwrap();
    run(&["record", &file, "--data", &own]).expect(0);
    let exported = |data: &str| run(&["export", "ndjson", "--data", data]).expect(0).stdout;
    let before = exported(&own);
    let planned = cluster.verb(&["migrate", "jetstream", "--data", &own, "--dry-run"]).expect(0);
    assert_eq!((&planned.json()["entries"], &planned.json()["held"]), (&json!(300), &json!(0)));

    // A log on its way is recorded nowhere.
    let kills = killed_until_done(&cluster, &["migrate", "jetstream", "--data", &own], || {
        let open = run(&["record", &one, "--data", &own]);
        let words = &open.stderr;
        let on_its_way = words.contains("is on its way into") || words.contains("only the stream may write");
        assert!(on_its_way || open.code == 0, "{open:?}");
    });
    copy_keys(&cluster.path("own"), &cluster.path("b"), &["log.key", "log.pub"]);
    let b = cluster.node("b", &[]);
    assert_eq!((exported(&own), exported(&cluster.text("b"))), (before.clone(), before));
    record(&b, &party(300));
    assert_eq!(b.stop().0, 0);
    let after = exported(&cluster.text("b"));

    let back = killed_until_done(&cluster, &["migrate", "sqlite", "--data", &own], || {
        let open = run(&["record", &one, "--data", &own]);
        let words = &open.stderr;
        let on_its_way = words.contains("is on its way out of") || words.contains("only the stream may write");
        assert!(on_its_way || open.code == 0, "{open:?}");
    });
    assert_eq!(exported(&own), after);
    assert!(cluster.refused("b").contains("went on as a log of its own"));
    run(&["verify", "--data", &own, "--forget"]).expect(0);
    eprintln!("killed {kills} times on the way in, {back} times on the way out");
}

#[test]
fn a_new_key_is_drawn_brought_and_taken_over_and_a_new_node_begins_with_a_backup() {
    let Some(cluster) = Cluster::new() else { return };
    let a = cluster.node("a", &[]);
    copy_keys(&cluster.path("a"), &cluster.path("b"), &["log.key", "log.pub"]);
    let b = cluster.node("b", &[]);
    (0..5).for_each(|n| record(&a, &party(n)));
    let first = std::fs::read_to_string(cluster.path("a").join("keys/log.pub")).unwrap();
    assert_eq!(a.stop().0, 0);
    let a_dir = cluster.text("a");
    let drawn = run(&["key", "next", "--data", &a_dir]).expect(0).json()["next_key"].as_str().unwrap().to_owned();
    copy_keys(&cluster.path("a"), &cluster.path("b"), &["log.next"]);
    let done = cluster.verb(&["key", "rotate", "--data", &a_dir]).expect(0).json();
    assert_eq!((&done["position"], &done["new_key"]), (&json!(6), &json!(drawn)));
    reaches(&b, 6);
    assert!(b.get("/policy").1.contains(&drawn), "the running node signs with it");
    let a = cluster.node("a", &[]);
    record(&a, &party(6));
    reaches(&b, 7);
    assert_eq!(a.get("/checkpoint"), b.get("/checkpoint"));
    let looked = run(&["verify", "--data", &cluster.text("b"), "--key", first.trim(), "--forget"]);
    assert_eq!(looked.code, 0, "whoever knows the first key follows: {looked:?}");

    // A node that has the new key alone.
    copy_keys(&cluster.path("a"), &cluster.path("c"), &["log.key", "log.pub"]);
    let refused = cluster.refused("c");
    assert!(refused.contains("servanda serve --snapshot"), "{refused}");
    run(&["backup", &cluster.text("backups"), "--data", &cluster.text("b")]).expect(0);
    record(&a, &party(7));
    let backup = std::fs::read_dir(cluster.path("backups")).unwrap().next().unwrap().unwrap().path();
    let c = cluster.node("c", &["--snapshot", backup.to_str().unwrap()]);
    assert_eq!(head(&c), 8);
    assert_eq!(c.get("/checkpoint"), a.get("/checkpoint"));
    let (code, words) = c.stop();
    assert!(code == 0 && words.contains("entries of another node's backup are verified and taken over"), "{words}");
}

fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Language: fr\r\n\r\n").unwrap();
    let answer = std::io::read_to_string(stream).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[test]
fn whoever_asks_a_node_that_starts_hears_how_far_it_is() {
    let Some(mut cluster) = Cluster::new() else { return };
    cluster.servers[1..].iter_mut().for_each(Nats::kill);
    let (data, config) = (cluster.text("a"), cluster.text("node.toml"));
    let arguments = ["serve", "--data", &data, "--listen", "127.0.0.1:0", "--config", &config];
    let mut child = command(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut words = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = words.by_ref().map(Result::unwrap).find(|line| line.contains("listening on ")).unwrap();
    let address = line.split("listening on ").nth(1).unwrap().split(';').next().unwrap().to_owned();
    // Whoever does not read what is told blocks the teller.
    let told = std::thread::spawn(move || words.map_while(Result::ok).collect::<Vec<_>>());

    let (status, body) = get(&address, "/readyz");
    let ready: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, &ready["ready"], &ready["starting"]["step"]),
        (503, &json!(false), &json!("opening")),
        "{body}"
    );
    assert_eq!(get(&address, "/livez").0, 200);
    let (status, body) = get(&address, "/api/v1/entries");
    let problem: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &problem["code"]), (503, &json!("starting")));
    assert!(problem["detail"].as_str().unwrap().contains("Le service démarre"), "{body}");

    cluster.servers[1..].iter_mut().for_each(Nats::begin);
    let begun = Instant::now();
    while servanda_tests::binary::post_command(&address, &party(1), &[]).is_none_or(|(status, _)| status != 201) {
        assert!(begun.elapsed() < PATIENCE, "it does not start");
        std::thread::sleep(Duration::from_millis(100));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(told.join().unwrap().iter().any(|line| line.contains("serving the ledger main")));
}
