//! Servers and nodes that are killed, or put to sleep and woken.
//!
//! Deliberately absent: networks and disks, which have files of their own.

use std::time::{Duration, Instant};

use serde_json::json;
use servanda_events::testing::scene;
use servanda_tests::binary::{Service, fetch};
use servanda_tests::nats::newest;

use crate::kit::{
    Clients, Cluster, PATIENCE, WITH_ELECTION_MAX, WITHOUT_ELECTION_MAX, all_is_well, sequencer, signal, state, times,
    until,
};

/// Longer than the servers need to elect another leader.
const ELECTION: Duration = Duration::from_secs(11);
/// Longer than the servers remember a sequencer that says nothing.
const LEASE: Duration = Duration::from_secs(7);
/// How long a command may wait where no majority can be had, before and after that is known; with what another node may
/// take to say that it cannot record either.
const REFUSED_FIRST_MAX: Duration = Duration::from_secs(20);
const REFUSED_AGAIN_MAX: Duration = Duration::from_secs(8);

fn head(node: &Service) -> u64 {
    node.json("/readyz")["log"]["head"].as_u64().unwrap()
}

fn sleep(duration: Duration) {
    std::thread::sleep(duration);
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_though_servers_are_killed_or_sleep() {
    let Some(program) = newest() else { return };
    let mut cluster = Cluster::new(&program);
    let nodes = cluster.nodes();
    let clients = Clients::start(&nodes);
    for _ in 0..times() {
        let leader = cluster.leader(&nodes[0]);
        let pauses = clients.during("the leader killed", || {
            cluster.servers[leader].kill();
            sleep(ELECTION);
        });
        assert!(pauses.iter().all(|pause| *pause < WITH_ELECTION_MAX), "{pauses:?}");
        cluster.servers[leader].begin();

        // It sleeps through an election, and wakes as if it still led.
        let leader = cluster.leader(&nodes[0]);
        let pauses = clients.during("the leader asleep, then awake", || {
            cluster.servers[leader].signal("STOP");
            sleep(ELECTION);
            cluster.servers[leader].signal("CONT");
        });
        assert!(pauses.iter().all(|pause| *pause < WITH_ELECTION_MAX), "{pauses:?}");

        let follower = (cluster.leader(&nodes[0]) + 1) % 3;
        clients.during("a follower killed", || {
            cluster.servers[follower].kill();
            sleep(Duration::from_secs(2));
        });
        cluster.servers[follower].begin();
        let follower = (cluster.leader(&nodes[0]) + 2) % 3;
        clients.during("a follower asleep, then awake", || {
            cluster.servers[follower].signal("STOP");
            sleep(ELECTION);
            cluster.servers[follower].signal("CONT");
        });
    }
    all_is_well(&cluster, nodes, &clients.stop());
}

#[test]
fn without_a_majority_nothing_is_acknowledged_and_reading_goes_on() {
    let Some(program) = newest() else { return };
    let mut cluster = Cluster::new(&program);
    let nodes = cluster.nodes();
    let clients = Clients::start(&nodes);
    for round in 0..times() {
        let leader = cluster.leader(&nodes[0]);
        let other = (leader + 1 + round % 2) % 3;
        clients.during("two of three servers killed", || {
            cluster.servers[leader].kill();
            cluster.servers[other].kill();
            sleep(Duration::from_secs(3));
            // What was stored last may have come to one node and not to another.
            let longest = nodes.iter().map(head).max();
            sleep(Duration::from_secs(2));
            for node in &nodes {
                assert_eq!(node.json("/api/v1/entries/1")["position"], 1, "what a node holds can be read");
                assert!(Some(head(node)) <= longest, "nobody confirmed more");
            }
            cluster.servers[other].begin();
        });
        cluster.servers[leader].begin();
        clients.go_on(10);
    }
    all_is_well(&cluster, nodes, &clients.stop());
}

#[test]
fn without_a_majority_a_command_is_refused_in_time_and_recorded_once_when_it_is_sent_again() {
    let Some(program) = newest() else { return };
    let mut cluster = Cluster::new(&program);
    let nodes = cluster.nodes();
    let command = |id: &str| scene::but(scene::state(id, "KAZ"), json!({ "command_id": id })).to_string();
    let ask = |node: &Service, id: &str| {
        let headers = ["Content-Type: application/json"];
        fetch(&node.address, "POST", "/api/v1/commands", &headers, &command(id)).unwrap()
    };
    assert_eq!(ask(&nodes[0], "before").status, 201);
    let leader = cluster.leader(&nodes[0]);
    for server in [leader, (leader + 1) % 3] {
        cluster.servers[server].kill();
    }
    let before = head(&nodes[0]);
    for round in 0..3 {
        for (n, node) in nodes.iter().enumerate() {
            let begun = Instant::now();
            let answer = ask(node, &format!("while-{n}"));
            let (waited, body) = (begun.elapsed(), String::from_utf8(answer.body.clone()).unwrap());
            eprintln!("node {n}, round {round}: {} after {} ms", answer.status, waited.as_millis());
            assert_eq!(answer.status, 503, "{body}");
            assert!(body.contains("log_unavailable"), "{body}");
            assert!(!answer.header("retry-after").is_empty(), "whoever asks is told when to ask again");
            assert!(waited < if round == 0 { REFUSED_FIRST_MAX } else { REFUSED_AGAIN_MAX }, "{waited:?}");
            assert_eq!(head(node), before, "nothing of it shows");
        }
    }
    cluster.servers[leader].begin();
    let mut clients = Vec::new();
    for (n, node) in nodes.iter().enumerate() {
        let (begun, id) = (Instant::now(), format!("while-{n}"));
        loop {
            let answer = ask(node, &id);
            if matches!(answer.status, 200 | 201) {
                break clients.push(id);
            }
            assert_eq!(answer.status, 503);
            assert!(begun.elapsed() < PATIENCE, "{id} is never recorded");
        }
    }
    cluster.servers[(leader + 1) % 3].begin();
    all_is_well(&cluster, nodes, &clients);
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_though_nodes_are_killed_or_sleep_past_their_lease() {
    let Some(program) = newest() else { return };
    let cluster = Cluster::new(&program);
    let mut nodes = cluster.nodes();
    let clients = Clients::start(&nodes);
    for _ in 0..times() {
        // The sequencer sleeps until its lease is another's, and wakes with what it had under way.
        let asleep = sequencer(&nodes);
        let term = state(&nodes[asleep])["term"].as_u64().unwrap();
        let pauses = clients.during("the sequencer asleep past its lease, then awake", || {
            signal(&nodes[asleep], "STOP");
            sleep(LEASE);
            let others: Vec<&_> =
                nodes.iter().enumerate().filter(|(n, _)| *n != asleep).map(|(_, node)| node).collect();
            let newer = |node| until(node, "another sequencer", |state| state["term"].as_u64().unwrap() > term);
            assert!(others.into_iter().map(newer).any(|state| state["sequencer"].is_string()));
            signal(&nodes[asleep], "CONT");
        });
        // Whoever asked the one that slept waited for it to wake.
        let awake = pauses.iter().enumerate().filter(|(n, _)| *n != asleep);
        assert!(awake.clone().all(|(_, pause)| *pause < WITHOUT_ELECTION_MAX), "{pauses:?}");
        until(&nodes[asleep], "that it is no sequencer any more", |state| state["sequencing"] == false);

        for what in ["the sequencer killed", "another node killed"] {
            let recording = sequencer(&nodes);
            let killed = if what.starts_with("the") { recording } else { (recording + 1) % 3 };
            let gone = nodes.remove(killed);
            let pauses = clients.during(what, || {
                gone.kill();
                sleep(Duration::from_secs(2));
            });
            assert!(pauses.iter().all(|pause| *pause < WITHOUT_ELECTION_MAX), "{pauses:?}");
            let back = cluster.node(killed);
            clients.moved(killed, &back);
            nodes.insert(killed, back);
        }
    }
    all_is_well(&cluster, nodes, &clients.stop());
}
