//! What a node refuses at its start, and what it says must be changed.
//!
//! Deliberately absent: what one server is enough to show, see `nodes.rs` of the log's tests.

use servanda_tests::binary::Service;
use servanda_tests::nats::newest;

use crate::kit::{Cluster, Wish, here};

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
