//! What a node refuses at its start, with what must be changed, and what it waits for.
//!
//! Deliberately absent: what one server is enough to show, see `nodes.rs` of the log's tests.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use servanda_events::testing::scene;
use servanda_tests::binary::{Service, post_command};
use servanda_tests::nats::{Nats, newest};

use crate::kit::{Cluster, PATIENCE, Wish, here};

/// Longer than servers that begin together need to elect a leader, and shorter than a node waits for them.
const TOO_SHORT: Duration = Duration::from_secs(15);

/// The words of a node that does not start.
fn refused(cluster: &Cluster) -> String {
    let config = cluster.config();
    let started = Service::try_start(&cluster.data(0), &["--config", config.to_str().unwrap()]);
    started.err().unwrap_or_else(|| panic!("the node starts"))
}

#[test]
fn servers_that_acknowledge_before_they_sync_are_refused_with_what_to_change() {
    let Some(program) = newest() else { return };
    let cluster = Cluster::at(&program, &here(), &Wish { sync: String::new(), ..Wish::usual() });
    let words = refused(&cluster);
    assert!(words.contains("set `sync_interval: always` in its jetstream block"), "{words}");
    assert!(!cluster.data(0).exists());
}

/// Does something to the store of each server, while none runs.
fn with_stores(cluster: &mut Cluster, change: impl Fn(&Path)) {
    cluster.servers.iter_mut().for_each(Nats::kill);
    cluster.servers.iter().for_each(|server| change(server.store()));
    cluster.servers.iter_mut().for_each(Nats::begin);
}

fn record(node: &Service, id: &str) {
    let begun = Instant::now();
    while !matches!(post_command(&node.address, &scene::state(id, "KAZ"), &[]), Some((200 | 201, _))) {
        assert!(begun.elapsed() < PATIENCE, "{id} is never recorded");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_node_waits_for_servers_that_lack_its_end_before_it_judges_them() {
    let Some(program) = newest() else { return };
    let mut cluster = Cluster::new(&program);
    let node = cluster.node(0);
    record(&node, "first");
    let kept = |store: &Path| store.with_extension("kept");
    with_stores(&mut cluster, |store| {
        assert!(Command::new("cp").arg("-a").args([store, &kept(store)]).status().unwrap().success());
    });
    record(&node, "second");
    assert_eq!(node.stop().0, 0);
    let newer = |store: &Path| store.with_extension("newer");
    with_stores(&mut cluster, |store| {
        std::fs::rename(store, newer(store)).unwrap();
        std::fs::rename(kept(store), store).unwrap();
    });
    let (data, config) = (cluster.data(0), cluster.config());
    let starting = std::thread::spawn(move || Service::try_start(&data, &["--config", config.to_str().unwrap()]));
    std::thread::sleep(TOO_SHORT);
    assert!(!starting.is_finished(), "{:?}", starting.join());
    with_stores(&mut cluster, |store| {
        std::fs::remove_dir_all(store).unwrap();
        std::fs::rename(newer(store), store).unwrap();
    });
    let node = starting.join().unwrap().unwrap_or_else(|words| panic!("{words}"));
    assert_eq!(node.json("/readyz")["log"]["head"], 2);
    let (code, words) = node.stop();
    assert_eq!(code, 0);
    assert!(words.contains("the copy's end is not in the stream"), "{words}");
}
