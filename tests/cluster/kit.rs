//! What the tests of several machines share: servers and nodes in their places, clients that keep lists of what was
//! acknowledged, and what must hold after any fault.
//!
//! Deliberately absent: the faults.

use std::collections::HashSet;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use servanda_events::testing::scene;
use servanda_tests::binary::{Service, post_command, run};
use servanda_tests::nats::{Nats, Program};
use tempfile::TempDir;

/// How long anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
/// The longest pause that may be seen where no leader of the stream was lost, in milliseconds; the machine may be busy.
pub(crate) const WITHOUT_ELECTION_MAX: u64 = 9_000;
/// The same where one was.
pub(crate) const WITH_ELECTION_MAX: u64 = 25_000;

/// How many times as much a campaign tries; 1 in the everyday tests. Set by `SERVANDA_TEST_TIMES`.
pub(crate) fn times() -> usize {
    std::env::var("SERVANDA_TEST_TIMES").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// Where a server is.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) host: String,
    pub(crate) client: u16,
    pub(crate) route: u16,
    pub(crate) monitor: u16,
    /// The command that leads there; none for here.
    pub(crate) through: Vec<String>,
    /// Its disk; none for a folder of its own.
    pub(crate) store: Option<PathBuf>,
}

impl Site {
    /// What the monitoring of its server answers.
    pub(crate) fn asked(&self, path: &str) -> Value {
        let mut stream = TcpStream::connect((self.host.as_str(), self.monitor)).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }
}

/// Three sites on this machine.
pub(crate) fn here() -> Vec<Site> {
    let (clients, routes, monitors) = (ports(), ports(), ports());
    let site = |n: usize| Site {
        host: "127.0.0.1".to_owned(),
        client: clients[n],
        route: routes[n],
        monitor: monitors[n],
        through: Vec::new(),
        store: None,
    };
    (0..3).map(site).collect()
}

/// Three ports that nobody listens on, below those that the system gives away by itself: they are used only later.
fn ports() -> Vec<u16> {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 600).unwrap() * 20;
    let next = || first + TAKEN.fetch_add(1, Ordering::SeqCst);
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(next).filter(free).take(3).collect()
}

/// Words of the configuration that a cluster has beside the usual.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wish {
    /// In the block `jetstream`.
    pub(crate) sync: String,
    /// In the block `cluster`, and beside it.
    pub(crate) routes: String,
    pub(crate) server: String,
    /// Of the nodes, in the table `bus`.
    pub(crate) bus: String,
    /// How addresses of servers begin.
    pub(crate) scheme: String,
    /// Who may do what, in the place of what is usual here.
    pub(crate) accounts: Option<String>,
}

impl Wish {
    pub(crate) fn usual() -> Self {
        Self { sync: ", sync_interval: always".to_owned(), scheme: "nats".to_owned(), ..Self::default() }
    }
}

pub(crate) struct Cluster {
    pub(crate) servers: Vec<Nats>,
    pub(crate) dir: TempDir,
}

impl Cluster {
    pub(crate) fn new(program: &Program) -> Self {
        Self::at(program, &here(), &Wish::usual())
    }

    pub(crate) fn at(program: &Program, sites: &[Site], wish: &Wish) -> Self {
        let all: String = sites.iter().map(|site| format!("\"nats://{}:{}\", ", site.host, site.route)).collect();
        let denied: String = ["DELETE", "PURGE", "UPDATE", "MSG.DELETE", "RESTORE"]
            .iter()
            .map(|what| format!("\"$JS.API.STREAM.{what}.>\", "))
            .collect();
        let usual = format!(
            "accounts {{ LEDGER {{ jetstream: enabled, users: [ {{ user: admin, password: pw }}, \
             {{ user: node, password: pw, permissions: {{ publish: {{ deny: [ {denied} ] }} }} }} ] }} }}"
        );
        let accounts = wish.accounts.as_ref().unwrap_or(&usual);
        let start = |(n, site): (usize, &Site)| {
            let (host, Wish { sync, routes, server, .. }) = (&site.host, wish);
            let text = |store: &std::path::Path| {
                format!(
                    "server_name: n{n}\nlisten: \"{host}:{}\"\nhttp: \"{host}:{}\"\n\
                     jetstream {{ store_dir: \"{}\", max_mem: 64MB, max_file: 2GB {sync} }}\n\
                     cluster {{ name: ledger, listen: \"{host}:{}\", routes: [ {all} ]\n\
                     ping_interval: \"2s\", ping_max: 2\n{routes} }}\n{server}\n\
                     {accounts}\n",
                    site.client,
                    site.monitor,
                    store.display(),
                    site.route,
                )
            };
            Nats::start_at(program, site.store.as_deref(), text, (host, site.client), &site.through)
        };
        let servers = sites.iter().enumerate().map(start).collect();
        let dir = tempfile::tempdir().unwrap();
        let urls: Vec<String> =
            sites.iter().map(|site| format!("{}://{}:{}", wish.scheme, site.host, site.client)).collect();
        let monitors: Vec<String> = sites.iter().map(|site| format!("http://{}:{}", site.host, site.monitor)).collect();
        std::fs::write(dir.path().join("password"), "pw\n").unwrap();
        let settings = format!(
            "[log]\nstore = \"jetstream\"\n[cluster]\nmonitoring = \"{}\"\n[bus]\nurl = \"{}\"\nuser = \"node\"\n\
             password_file = \"{}\"\npublish = false\n{}\n",
            monitors.join(","),
            urls.join(","),
            dir.path().join("password").display(),
            wish.bus,
        );
        std::fs::write(dir.path().join("node.toml"), settings).unwrap();
        Self { servers, dir }
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.dir.path().join("node.toml")
    }

    pub(crate) fn data(&self, node: usize) -> PathBuf {
        self.dir.path().join(format!("node{node}"))
    }

    pub(crate) fn node(&self, node: usize) -> Service {
        if node > 0 && !self.data(node).join("keys").exists() {
            let keys = self.data(node).join("keys");
            std::fs::create_dir_all(&keys).unwrap();
            for name in ["log.key", "log.pub"] {
                std::fs::copy(self.data(0).join("keys").join(name), keys.join(name)).unwrap();
            }
        }
        Service::start(&self.data(node), &["--config", self.config().to_str().unwrap()])
    }

    /// Three nodes, which know who records for all.
    pub(crate) fn nodes(&self) -> Vec<Service> {
        let nodes: Vec<Service> = (0..3).map(|node| self.node(node)).collect();
        for node in &nodes {
            until(node, "a sequencer", |state| state["sequencer"].is_string());
        }
        nodes
    }

    /// The server that leads the stream.
    pub(crate) fn leader(&self, service: &Service) -> usize {
        let state = until(service, "a leader", |state| state["leader"].is_string());
        state["leader"].as_str().unwrap()[1..].parse().unwrap()
    }
}

/// What a node says of itself.
pub(crate) fn state(service: &Service) -> Value {
    let (_, body) = service.get("/readyz");
    serde_json::from_str::<Value>(&body).unwrap_or_else(|error| panic!("{error}: {body}"))["node"].clone()
}

/// Waits until a node stands as it should.
pub(crate) fn until(service: &Service, what: &str, good: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let state = state(service);
        if good(&state) {
            return state;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} does not come: {state}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The place of the node that records for all.
pub(crate) fn sequencer(nodes: &[Service]) -> usize {
    let begun = Instant::now();
    loop {
        if let Some(place) = nodes.iter().position(|node| state(node)["sequencing"] == true) {
            return place;
        }
        assert!(begun.elapsed() < PATIENCE, "no node is the sequencer");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Sends a signal to a process.
pub(crate) fn signal(service: &Service, name: &str) {
    let told = std::process::Command::new("kill").args([&format!("-{name}"), &service.id().to_string()]).status();
    assert!(told.unwrap().success());
}

/// Clients, one for each node, that send each command until it is answered, to whichever node is there.
pub(crate) struct Clients {
    addresses: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    acknowledged: Arc<AtomicU64>,
    /// Longest time until a command of each client was acknowledged, in milliseconds, since it was last asked.
    longest: Arc<[AtomicU64; 3]>,
    threads: Vec<std::thread::JoinHandle<Vec<String>>>,
}

impl Clients {
    pub(crate) fn start(nodes: &[Service]) -> Self {
        let addresses = Arc::new(Mutex::new(nodes.iter().map(|node| node.address.clone()).collect::<Vec<_>>()));
        let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let longest: Arc<[AtomicU64; 3]> = Arc::default();
        let client = |own: usize| {
            let (addresses, stop) = (Arc::clone(&addresses), Arc::clone(&stop));
            let (acknowledged, longest) = (Arc::clone(&acknowledged), Arc::clone(&longest));
            std::thread::spawn(move || write(own, &addresses, &stop, (&acknowledged, &longest[own])))
        };
        let threads = (0..nodes.len()).map(client).collect();
        Self { addresses, stop, acknowledged, longest, threads }
    }

    pub(crate) fn moved(&self, node: usize, service: &Service) {
        self.addresses.lock().unwrap()[node] = service.address.clone();
    }

    /// Waits until so many more commands are acknowledged.
    pub(crate) fn go_on(&self, more: u64) {
        let (begun, before) = (Instant::now(), self.acknowledged.load(Ordering::SeqCst));
        while self.acknowledged.load(Ordering::SeqCst) < before + more {
            assert!(begun.elapsed() < PATIENCE, "nothing more is acknowledged");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Does harm, waits until commands are acknowledged again, and gives and prints the longest pause that each client
    /// saw, in milliseconds.
    pub(crate) fn during(&self, what: &str, harm: impl FnOnce()) -> [u64; 3] {
        self.go_on(10);
        self.longest.iter().for_each(|longest| longest.store(0, Ordering::SeqCst));
        harm();
        self.go_on(10);
        // A pause is known when it is over.
        let begun = Instant::now();
        while self.longest.iter().any(|longest| longest.load(Ordering::SeqCst) == 0) {
            assert!(begun.elapsed() < PATIENCE, "a client is not answered any more");
            std::thread::sleep(Duration::from_millis(10));
        }
        let pauses = std::array::from_fn(|n| self.longest[n].load(Ordering::SeqCst));
        eprintln!("{what}: longest pauses of the three clients {pauses:?} ms");
        pauses
    }

    /// The ids of all commands that were acknowledged.
    pub(crate) fn stop(self) -> Vec<String> {
        self.stop.store(true, Ordering::SeqCst);
        self.threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    }
}

fn write(
    own: usize,
    addresses: &Mutex<Vec<String>>,
    stop: &AtomicBool,
    (count, longest): (&AtomicU64, &AtomicU64),
) -> Vec<String> {
    let mut acknowledged = Vec::new();
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
        longest.fetch_max(u64::try_from(begun.elapsed().as_millis()).unwrap().max(1), Ordering::SeqCst);
        count.fetch_add(1, Ordering::SeqCst);
        acknowledged.push(id);
    }
    acknowledged
}

/// Waits until all nodes have the same end, and gives what each signed of it.
pub(crate) fn settled(nodes: &[Service]) -> String {
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

pub(crate) fn recorded_ids(service: &Service) -> Vec<String> {
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

/// What must hold after any fault: nothing acknowledged is lost, nothing is recorded twice, every node holds the same
/// log under the same signature, what was signed, and folds it to the same state. Ends the nodes.
pub(crate) fn all_is_well(cluster: &Cluster, nodes: Vec<Service>, acknowledged: &[String]) {
    let signed = settled(&nodes);
    let recorded = recorded_ids(&nodes[0]);
    let once: HashSet<&String> = recorded.iter().collect();
    assert_eq!(once.len(), recorded.len(), "a command is recorded twice");
    let lost: Vec<&String> = acknowledged.iter().filter(|id| !once.contains(id)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    for node in &nodes[1..] {
        assert_eq!(recorded, recorded_ids(node));
    }
    let mut digests = HashSet::new();
    for (place, service) in nodes.into_iter().enumerate() {
        let (code, words) = service.stop();
        assert_eq!(code, 0, "node {place}: {words}");
        let data = cluster.data(place);
        let data = data.to_str().unwrap();
        run(&["verify", "--data", data]).expect(0);
        digests.insert(run(&["replay", "--data", data, "--json"]).expect(0).json()["digest"].to_string());
    }
    assert_eq!(digests.len(), 1, "the nodes fold their logs to different states: {digests:?}");
    let size = signed.lines().nth(1).unwrap_or_default();
    eprintln!(
        "{} acknowledged, {size} entries, 0 lost, 0 twice, one root and one digest on 3 nodes",
        acknowledged.len()
    );
}
