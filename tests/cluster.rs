//! Three servers that hold a log, and three nodes of it: the program as an operator runs it, with servers and nodes
//! killed while clients keep lists of what was acknowledged.
//!
//! Deliberately absent: partitions, full disks, power cuts and flipped bits.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]
#![expect(clippy::print_stderr, reason = "the pauses that were measured are shown with the test")]

use std::collections::HashSet;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use servanda_events::testing::scene;
use servanda_tests::binary::{Service, post_command};
use servanda_tests::nats::{Nats, Program, newest};
use tempfile::TempDir;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

struct Cluster {
    servers: Vec<Nats>,
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

fn servers(program: &Program, sync: &str) -> (Vec<Nats>, Vec<u16>) {
    let (routes, monitors) = (ports(), ports());
    let all: String = routes.iter().map(|port| format!("\"nats://127.0.0.1:{port}\", ")).collect();
    let denied: String = ["DELETE", "PURGE", "UPDATE", "MSG.DELETE", "RESTORE"]
        .iter()
        .map(|what| format!("\"$JS.API.STREAM.{what}.>\", "))
        .collect();
    let start = |n: usize| {
        let dir = tempfile::Builder::new().prefix("servanda-nats-").tempdir().unwrap();
        let store = dir.path().join("store");
        let more = format!(
            "server_name: n{n}\nhttp: \"127.0.0.1:{}\"\n\
             jetstream {{ store_dir: \"{}\", max_mem: 64MB, max_file: 2GB {sync} }}\n\
             cluster {{ name: ledger, listen: \"127.0.0.1:{}\", routes: [ {all} ] }}\n\
             accounts {{ LEDGER {{ jetstream: enabled, users: [ {{ user: node, password: pw, \
             permissions: {{ publish: {{ deny: [ {denied} ] }} }} }} ] }} }}\n",
            monitors[n],
            store.display(),
            routes[n],
        );
        Nats::start_in(program, dir, &store, &more, &[])
    };
    ((0..3).map(start).collect(), monitors)
}

impl Cluster {
    fn new(program: &Program, sync: &str) -> Self {
        let (servers, monitors) = servers(program, sync);
        let dir = tempfile::tempdir().unwrap();
        let urls: Vec<String> = servers.iter().map(Nats::url).collect();
        let monitors: Vec<String> = monitors.iter().map(|port| format!("http://127.0.0.1:{port}")).collect();
        std::fs::write(dir.path().join("password"), "pw\n").unwrap();
        let settings = format!(
            "[log]\nstore = \"jetstream\"\n[cluster]\nmonitoring = \"{}\"\n[bus]\nurl = \"{}\"\nuser = \"node\"\n\
             password_file = \"{}\"\npublish = false\n",
            monitors.join(","),
            urls.join(","),
            dir.path().join("password").display()
        );
        std::fs::write(dir.path().join("node.toml"), settings).unwrap();
        Self { servers, dir }
    }

    fn data(&self, node: usize) -> PathBuf {
        self.dir.path().join(format!("node{node}"))
    }

    fn node(&self, node: usize) -> Service {
        if node > 0 && !self.data(node).exists() {
            let keys = self.data(node).join("keys");
            std::fs::create_dir_all(&keys).unwrap();
            for name in ["log.key", "log.pub"] {
                std::fs::copy(self.data(0).join("keys").join(name), keys.join(name)).unwrap();
            }
        }
        let config = self.dir.path().join("node.toml");
        Service::start(&self.data(node), &["--config", config.to_str().unwrap()])
    }

    fn leader(&self, service: &Service) -> usize {
        let begun = Instant::now();
        loop {
            let ready = service.json("/readyz");
            if let Some(name) = ready["node"]["leader"].as_str() {
                return name[1..].parse().unwrap();
            }
            assert!(begun.elapsed() < PATIENCE, "there is no leader: {ready}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Clients, one for each node, that send each command until it is answered, to whichever node is there.
struct Clients {
    addresses: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    threads: Vec<std::thread::JoinHandle<(Vec<String>, Duration)>>,
}

impl Clients {
    fn start(nodes: &[&Service]) -> Self {
        let addresses = Arc::new(Mutex::new(nodes.iter().map(|node| node.address.clone()).collect::<Vec<_>>()));
        let stop = Arc::new(AtomicBool::new(false));
        let client = |own: usize| {
            let (addresses, stop) = (Arc::clone(&addresses), Arc::clone(&stop));
            std::thread::spawn(move || write(own, &addresses, &stop))
        };
        let threads = (0..nodes.len()).map(client).collect();
        Self { addresses, stop, threads }
    }

    fn moved(&self, node: usize, service: &Service) {
        self.addresses.lock().unwrap()[node] = service.address.clone();
    }

    /// The ids of all commands that were acknowledged, and the longest time that one had to be sent again.
    fn stop(self) -> (Vec<String>, Duration) {
        self.stop.store(true, Ordering::SeqCst);
        let (mut ids, mut pause) = (Vec::new(), Duration::ZERO);
        for thread in self.threads {
            let (own, longest) = thread.join().unwrap();
            ids.extend(own);
            pause = pause.max(longest);
        }
        (ids, pause)
    }
}

fn write(own: usize, addresses: &Mutex<Vec<String>>, stop: &AtomicBool) -> (Vec<String>, Duration) {
    let (mut acknowledged, mut longest) = (Vec::new(), Duration::ZERO);
    for n in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let id = format!("client-{own}-{n}");
        let command = scene::state(&format!("p{own}-{n}"), "KAZ");
        let command = scene::but(command, serde_json::json!({ "command_id": id }));
        let begun = Instant::now();
        let mut attempt = own;
        loop {
            let address = { addresses.lock().unwrap()[attempt % 3].clone() };
            match post_command(&address, &command, &[]) {
                Some((200 | 201, _)) => break,
                Some((status @ (429 | 500 | 503 | 507), body)) => {
                    assert!(status != 500, "{body}");
                    std::thread::sleep(Duration::from_millis(20));
                }
                Some((status, body)) => panic!("{status}: {body}"),
                None => std::thread::sleep(Duration::from_millis(20)),
            }
            attempt += 1;
            assert!(begun.elapsed() < PATIENCE, "{id} is never answered");
        }
        longest = longest.max(begun.elapsed());
        acknowledged.push(id);
    }
    (acknowledged, longest)
}

fn head(service: &Service) -> u64 {
    service.json("/readyz")["log"]["head"].as_u64().unwrap()
}

/// Waits until all nodes have the same end, and gives what each signed of it.
fn settled(nodes: &[&Service]) -> String {
    let begun = Instant::now();
    loop {
        let signed: HashSet<String> = nodes.iter().map(|node| node.get("/checkpoint").1).collect();
        if signed.len() == 1 {
            return signed.into_iter().next().unwrap();
        }
        assert!(begun.elapsed() < PATIENCE, "the nodes do not come to the same end: {signed:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn recorded_ids(service: &Service) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), 0);
    loop {
        let page: Value = service.json(&format!("/api/v1/entries?after={after}&limit=1000"));
        let entries = page["entries"].as_array().unwrap_or_else(|| panic!("{page}")).clone();
        if entries.is_empty() {
            return ids;
        }
        after = entries.last().unwrap()["position"].as_u64().unwrap();
        ids.extend(entries.iter().map(|entry| entry["command_id"].as_str().unwrap().to_owned()));
    }
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_though_the_leader_and_a_node_are_killed() {
    let Some(program) = newest() else { return };
    let mut cluster = Cluster::new(&program, ", sync_interval: always");
    let a = cluster.node(0);
    let (b, c) = (cluster.node(1), cluster.node(2));
    let clients = Clients::start(&[&a, &b, &c]);
    std::thread::sleep(Duration::from_secs(2));

    let leader = cluster.leader(&a);
    cluster.servers[leader].kill();
    std::thread::sleep(Duration::from_secs(10));
    let during = head(&a);
    assert!(during > 0);
    cluster.servers[leader].begin();
    std::thread::sleep(Duration::from_secs(2));

    b.kill();
    std::thread::sleep(Duration::from_secs(1));
    let b = cluster.node(1);
    clients.moved(1, &b);
    std::thread::sleep(Duration::from_secs(2));

    // The leader sleeps through an election, and wakes as if it still led.
    let leader = cluster.leader(&a);
    cluster.servers[leader].signal("STOP");
    std::thread::sleep(Duration::from_secs(10));
    cluster.servers[leader].signal("CONT");
    std::thread::sleep(Duration::from_secs(3));

    let (acknowledged, pause) = clients.stop();
    let signed = settled(&[&a, &b, &c]);
    let recorded = recorded_ids(&a);
    let once: HashSet<&String> = recorded.iter().collect();
    assert_eq!(once.len(), recorded.len(), "no command is recorded twice");
    let lost: Vec<&String> = acknowledged.iter().filter(|id| !once.contains(id)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert_eq!(recorded, recorded_ids(&b));
    assert_eq!(recorded, recorded_ids(&c));
    assert!(acknowledged.len() > 50, "only {} were acknowledged", acknowledged.len());
    eprintln!("{} acknowledged, longest pause {} ms; {signed}", acknowledged.len(), pause.as_millis());
    for (node, service) in [a, b, c].into_iter().enumerate() {
        let (code, words) = service.stop();
        assert_eq!(code, 0, "node {node}: {words}");
    }
}

#[test]
fn servers_that_acknowledge_before_they_sync_are_refused_with_what_to_change() {
    let Some(program) = newest() else { return };
    let cluster = Cluster::new(&program, "");
    let config = cluster.dir.path().join("node.toml");
    let words = started(&cluster.data(0), &config);
    assert!(words.contains("set `sync_interval: always` in its jetstream block"), "{words}");
    assert!(!cluster.data(0).exists());
}

fn started(data: &Path, config: &Path) -> String {
    Service::try_start(data, &["--config", config.to_str().unwrap()])
        .map(|_| String::new())
        .unwrap_or_else(|words| words)
}
