//! A network of the test's own: each server in a namespace with a cable of its own, cut and joined again.
//!
//! Deliberately absent: slow or lossy cables.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use servanda_tests::apart::{inside, sh};
use servanda_tests::nats::{newest, without_rights};

use crate::kit::{Clients, Cluster, PATIENCE, Site, Wish, all_is_well, state, times};

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

    /// Servers that do not hear one another, while nodes hear each of them.
    fn part(&self, servers: &[usize], apart: bool) {
        let word = if apart { "on" } else { "off" };
        servers.iter().for_each(|server| sh(&format!("bridge link set dev v{} isolated {word}", server + 1)));
    }
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_though_the_network_is_cut() {
    let Some(program) = newest() else { return };
    let needs = "ip link add type veth; ip link add br7 type bridge";
    if !inside("apart::nothing_acknowledged_is_lost_or_doubled_though_the_network_is_cut", needs) {
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
            network.part(&[0, 1, 2], true);
            wait(8);
            let before = state(&nodes[0])["message"].as_u64().unwrap();
            wait(4);
            let after = state(&nodes[0])["message"].as_u64().unwrap();
            assert_eq!(before, after, "server {leader} has no majority, and nobody else has");
            network.part(&[0, 1, 2], false);
        });
    }
    all_is_well(&cluster, nodes, &clients.stop());
}
