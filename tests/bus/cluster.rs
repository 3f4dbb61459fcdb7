//! The relay and three servers that hold three copies: its leader killed, a follower that stands still, all of them
//! killed at once. Nothing is missing afterwards, everything stands at its place, and all copies are the same.
//!
//! Only the newest server is asked: what Debian's does in a cluster is too old to rely on. Deliberately absent: a
//! network between machines, and a power cut.

use std::time::{Duration, Instant};

use async_nats::jetstream::{self, stream::ClusterInfo};
use servanda_bus::names::stream_name;
use servanda_bus::stream::StreamWish;
use servanda_bus::{Settings, Trouble};
use servanda_tests::cluster::Cluster;
use servanda_tests::nats::{Nats, all, newest};

use crate::kit::{Running, holds, ledger, log_of, record, to};

/// How long servers may take to agree.
const PATIENCE: Duration = Duration::from_secs(60);

fn three_copies(urls: &str) -> Settings {
    Settings { stream: StreamWish { replicas: 3, ..StreamWish::default() }, ..to(urls) }
}

/// Which server leads, and how far the others are, once that is as asked.
async fn standing(cluster: &Cluster, good: impl Fn(&ClusterInfo) -> bool) -> ClusterInfo {
    let begun = Instant::now();
    loop {
        if let Some(standing) = ask(cluster).await.filter(&good) {
            return standing;
        }
        assert!(begun.elapsed() < PATIENCE, "the servers do not agree");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn ask(cluster: &Cluster) -> Option<ClusterInfo> {
    let addresses: Vec<String> = cluster.urls().split(',').map(str::to_owned).collect();
    let client = async_nats::connect(addresses).await.ok()?;
    let asked = jetstream::new(client);
    let stream = tokio::time::timeout(Duration::from_secs(2), asked.get_stream(stream_name(&ledger()))).await;
    stream.ok()?.ok()?.cached_info().cluster.clone()
}

/// Whether every copy is complete.
fn all_current(standing: &ClusterInfo) -> bool {
    let complete = |server: &jetstream::stream::PeerInfo| server.current && !server.offline && server.lag.is_none();
    standing.leader.is_some() && standing.replicas.len() == 2 && standing.replicas.iter().all(complete)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_killed_a_follower_paused_and_all_restarted_miss_nothing() {
    let Some(program) = newest() else { return };
    let mut cluster = Cluster::start(&program);
    let urls = cluster.urls();
    let log = log_of(1_000).await;
    let running = Running::start(&log, three_copies(&urls));
    running.done(&log).await;

    let leader = standing(&cluster, all_current).await.leader.unwrap();
    let before = running.relay.state().position;
    let recording = tokio::spawn({
        let log = log.clone();
        async move { record(&log, 6_000).await }
    });
    running.until("some progress", |state| state.position > before + 200).await;
    cluster.server(&leader).kill();
    recording.await.unwrap();
    running.done(&log).await;
    let chosen = standing(&cluster, |standing| standing.leader.as_ref().is_some_and(|name| *name != leader)).await;
    cluster.server(&leader).begin();
    standing(&cluster, all_current).await;
    holds(&urls, &log).await;

    let leader = chosen.leader.unwrap();
    let follower = ["n0", "n1", "n2"].into_iter().find(|name| *name != leader).unwrap();
    cluster.server(follower).signal("STOP");
    record(&log, 1_000).await;
    running.done(&log).await;
    cluster.server(follower).signal("CONT");
    standing(&cluster, all_current).await;
    holds(&urls, &log).await;

    for server in cluster.servers() {
        server.kill();
    }
    record(&log, 500).await;
    for server in cluster.servers() {
        server.begin();
    }
    running.done(&log).await;
    standing(&cluster, all_current).await;
    holds(&urls, &log).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_copies_than_there_are_servers_are_told() {
    for program in all() {
        let server = Nats::start(&program);
        let running = Running::start(&log_of(5).await, three_copies(&server.url()));
        let told = running.trouble(Trouble::StreamIncompatible).await;
        assert!(told.contains("replicas > 1 not supported"), "{told}");
        running.stop().await;
    }
}
