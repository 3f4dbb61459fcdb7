//! A network of the test's own: each server in a namespace with a cable of its own, cut and joined again, and cables
//! that carry in one direction alone, or lose a part of what they carry.
//!
//! Deliberately absent: slow cables, for which this needs more of the system than most let a test have.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use servanda_tests::apart::{inside, sh};
use servanda_tests::nats::{newest, without_rights};

use crate::kit::{Clients, Cluster, PATIENCE, Site, Wish, all_is_well, state, times};

/// What a cable needs to be one in these tests.
const NEEDS: &str = "ip link add type veth; ip link add br7 type bridge";
/// Where the nodes are, as a number of a place beside those of the servers.
const NODES: usize = 253;

/// Three servers' places, each at the end of a cable of its own.
struct Network {
    /// Processes that keep the namespaces alive.
    holders: Vec<Child>,
}

impl Drop for Network {
    fn drop(&mut self) {
        for holder in &mut self.holders {
            let _gone = holder.kill();
            let _ended = holder.wait();
        }
    }
}

fn namespace(id: &str) -> PathBuf {
    std::fs::read_link(format!("/proc/{id}/ns/net")).unwrap()
}

impl Network {
    fn new() -> Self {
        sh("ip link set lo up; ip link add br0 type bridge; ip addr add 10.77.0.254/24 dev br0; ip link set br0 up");
        let mut network = Self { holders: Vec::new() };
        for n in 1..=3 {
            let mut holder = Command::new("unshare");
            let holder = holder.args(["--net", "sleep", "100000"]).stdin(Stdio::null()).spawn().unwrap();
            let id = holder.id().to_string();
            network.holders.push(holder);
            let begun = Instant::now();
            while namespace(&id) == namespace("self") {
                assert!(begun.elapsed() < PATIENCE, "no namespace");
                std::thread::sleep(Duration::from_millis(5));
            }
            sh(&format!(
                "ip link add v{n} type veth peer name e{n}; ip link set e{n} netns {id}; ip link set v{n} master br0 up; \
                 nsenter -t {id} -n sh -ec \
                 'ip link set lo up; ip addr add 10.77.0.{n}/24 dev e{n}; ip link set e{n} up'"
            ));
        }
        network
    }

    fn sites(&self) -> Vec<Site> {
        let site = |(n, holder): (usize, &Child)| {
            let mut through: Vec<String> =
                ["nsenter", "-t", &holder.id().to_string(), "-n", "--"].map(str::to_owned).into();
            through.extend(without_rights());
            let host = format!("10.77.0.{}", n + 1);
            Site { host, client: 4222, route: 6222, monitor: 8222, through, store: None }
        };
        self.holders.iter().enumerate().map(site).collect()
    }

    /// Cuts a server off from everything.
    fn cut(&self, server: usize) {
        sh(&format!("ip link set v{} down", server + 1));
    }

    fn join(&self, server: usize) {
        sh(&format!("ip link set v{} up", server + 1));
    }

    /// What one place sends does not come to another any more, or does again; the way back is as it was. It is sent to
    /// an address that no cable ends in.
    fn mute(&self, from: usize, to: usize, muted: bool) {
        let at = format!("10.77.0.{}", to + 1);
        let change = |device: &str| match muted {
            true => format!("ip neigh replace {at} lladdr 02:00:00:00:00:99 dev {device} nud permanent"),
            false => format!("ip neigh del {at} dev {device}"),
        };
        match self.holders.get(from) {
            Some(holder) => sh(&format!("nsenter -t {} -n {}", holder.id(), change(&format!("e{}", from + 1)))),
            None => sh(&change("br0")),
        }
    }

    /// Servers that do not hear one another, while nodes hear each of them.
    fn part(&self, servers: &[usize], apart: bool) {
        let word = if apart { "on" } else { "off" };
        servers.iter().for_each(|server| sh(&format!("bridge link set dev v{} isolated {word}", server + 1)));
    }
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_though_the_network_is_cut() {
    let Some(program) = newest() else { return };
    if !inside("apart::nothing_acknowledged_is_lost_or_doubled_though_the_network_is_cut", NEEDS) {
        return;
    }
    let network = Network::new();
    let cluster = Cluster::at(&program, &network.sites(), &Wish::usual());
    let nodes = cluster.nodes();
    let clients = Clients::start(&nodes);
    let wait = |seconds| std::thread::sleep(Duration::from_secs(seconds));
    for _ in 0..times() {
        let leader = cluster.leader(&nodes[0]);
        clients.during("the leader cut off from all", || {
            network.cut(leader);
            wait(14);
            clients.go_on(10);
            network.join(leader);
        });
        let leader = cluster.leader(&nodes[0]);
        clients.during("the leader and one follower apart, both with the third", || {
            network.part(&[leader, (leader + 1) % 3], true);
            wait(12);
            clients.go_on(10);
            network.part(&[leader, (leader + 1) % 3], false);
        });
        let leader = cluster.leader(&nodes[0]);
        clients.during("all servers apart, while nodes reach each", || {
            // One node alone may have been behind, or be at a server now that is.
            let furthest = || nodes.iter().map(|node| state(node)["message"].as_u64().unwrap()).max();
            network.part(&[0, 1, 2], true);
            wait(8);
            let before = furthest();
            wait(4);
            let after = furthest();
            assert_eq!(before, after, "server {leader} has no majority, and nobody else has");
            network.part(&[0, 1, 2], false);
        });
    }
    all_is_well(&cluster, nodes, &clients.stop());
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_though_cables_carry_one_way_or_lose_a_part() {
    let Some(program) = newest() else { return };
    if !inside("apart::nothing_acknowledged_is_lost_or_doubled_though_cables_carry_one_way_or_lose_a_part", NEEDS) {
        return;
    }
    let network = Network::new();
    let cluster = Cluster::at(&program, &network.sites(), &Wish::usual());
    let nodes = cluster.nodes();
    let clients = Clients::start(&nodes);
    let wait = |millis| std::thread::sleep(Duration::from_millis(millis));
    let during = |what: &str, ways: &[(usize, usize)]| {
        clients.during(what, || {
            ways.iter().for_each(|(from, to)| network.mute(*from, *to, true));
            wait(12_000);
            ways.iter().for_each(|(from, to)| network.mute(*from, *to, false));
        });
    };
    for _ in 0..times() {
        let leader = cluster.leader(&nodes[0]);
        let (one, other) = ((leader + 1) % 3, (leader + 2) % 3);
        during("followers do not hear the leader, which hears them", &[(leader, one), (leader, other)]);
        let leader = cluster.leader(&nodes[0]);
        let (one, other) = ((leader + 1) % 3, (leader + 2) % 3);
        during("the leader does not hear the followers, which hear it", &[(one, leader), (other, leader)]);
        // What the nodes send is stored, and nobody hears that it is.
        let leader = cluster.leader(&nodes[0]);
        during("no answer of the leader comes to a node", &[(leader, NODES)]);
        during("no answer of any server comes to a node", &[(0, NODES), (1, NODES), (2, NODES)]);
        let leader = cluster.leader(&nodes[0]);
        during("nothing of the nodes comes to the leader", &[(NODES, leader)]);
        clients.during("cables that lose a third of what they carry, now this way, now that", || {
            for n in 0..60 {
                let (from, to) = [(0, 1), (1, 2), (2, 0), (NODES, n % 3), (n % 3, NODES)][n % 5];
                network.mute(from, to, true);
                wait(70);
                network.mute(from, to, false);
                wait(130);
            }
        });
    }
    all_is_well(&cluster, nodes, &clients.stop());
}
