//! Nodes and servers that are restarted in order, one after the other, as an operator does it for a new version.
//!
//! Deliberately absent: those that are killed, see `faults`.

use std::time::{Duration, Instant};

use servanda_tests::nats::newest;

use crate::kit::{
    Clients, Cluster, PATIENCE, Site, WITH_ELECTION_MAX, WITHOUT_ELECTION_MAX, Wish, all_is_well, here, sequencer,
    times,
};

/// Waits until a server has all of its streams, so that the next one may go.
fn current(site: &Site) {
    let begun = Instant::now();
    while site.asked("/healthz")["status"] != "ok" {
        assert!(begun.elapsed() < PATIENCE, "a server does not catch up: {}", site.asked("/healthz"));
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_rolling_restart_of_nodes_and_servers_loses_nothing_and_refuses_nothing_for_longer_than_an_election() {
    let Some(program) = newest() else { return };
    let sites = here();
    let mut cluster = Cluster::at(&program, &sites, &Wish::usual());
    let mut nodes = cluster.nodes();
    let clients = Clients::start(&nodes);
    for _ in 0..times() {
        for place in 0..3 {
            let sequencing = sequencer(&nodes) == place;
            let what = if sequencing { "the sequencer restarted" } else { "another node restarted" };
            let leaving = nodes.remove(place);
            let pauses = clients.during(what, || {
                let (code, words) = leaving.stop();
                assert_eq!(code, 0, "{words}");
                let back = cluster.node(place);
                clients.moved(place, &back);
                nodes.insert(place, back);
            });
            assert!(pauses.iter().all(|pause| *pause < WITHOUT_ELECTION_MAX), "{what}: {pauses:?}");
        }
        for (place, site) in sites.iter().enumerate() {
            let leading = cluster.leader(&nodes[0]) == place;
            let what = if leading { "the server that leads restarted" } else { "another server restarted" };
            let pauses = clients.during(what, || {
                cluster.servers[place].end();
                cluster.servers[place].begin();
                current(site);
            });
            assert!(pauses.iter().all(|pause| *pause < WITH_ELECTION_MAX), "{what}: {pauses:?}");
        }
    }
    all_is_well(&cluster, nodes, &clients.stop());
}
