//! Writers at every node that want the same place: for each revision of a stream there is one winner, and every loser
//! hears which revision is there.
//!
//! Deliberately absent: faults, which have files of their own.

use std::sync::{Arc, Barrier};

use serde_json::json;
use servanda_events::testing::scene;
use servanda_tests::binary::post_command;
use servanda_tests::nats::newest;

use crate::kit::{Cluster, all_is_well, times};

#[test]
fn each_revision_has_one_winner_though_every_node_writes_to_the_same_stream() {
    const WRITERS: usize = 6;
    let Some(program) = newest() else { return };
    let cluster = Cluster::new(&program);
    let nodes = cluster.nodes();
    let mut acknowledged = Vec::new();
    for (n, command) in [
        scene::state("kaz", "KAZ"),
        scene::state("fra", "FRA"),
        scene::package("visit"),
        scene::agreement("treaty"),
        scene::sign("treaty", "kaz"),
        scene::sign("treaty", "fra"),
        scene::commitment("branch"),
    ]
    .into_iter()
    .enumerate()
    {
        let command = scene::but(command, json!({ "command_id": format!("head-{n}") }));
        let (status, body) = nodes[n % 3].post_command(&command).unwrap();
        assert!(status == 200 || status == 201, "{body}");
        acknowledged.push(format!("head-{n}"));
    }
    let first = 1_u64;
    let rounds = 40 * times() as u64;
    // All begin a revision at the same moment.
    let start = Arc::new(Barrier::new(WRITERS));
    let writer = |own: usize| {
        let (address, start) = (nodes[own % 3].address.clone(), Arc::clone(&start));
        std::thread::spawn(move || {
            let mut won = Vec::new();
            for revision in first..first + rounds {
                let id = format!("writer-{own}-{revision}");
                let plan = scene::milestone("branch", &format!("m{own}-{revision}"), "2026");
                let plan = scene::but(plan, json!({ "command_id": id, "expected_revision": revision }));
                start.wait();
                loop {
                    match post_command(&address, &plan, &[]).unwrap() {
                        (200 | 201, _) => {
                            won.push((revision, id));
                            break;
                        }
                        // Another was faster.
                        (409 | 412, _) => break,
                        (429 | 503, _) => std::thread::yield_now(),
                        (status, body) => panic!("{status}: {body}"),
                    }
                }
            }
            won
        })
    };
    let writers: Vec<_> = (0..WRITERS).map(writer).collect();
    let won: Vec<Vec<(u64, String)>> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
    let mut all: Vec<&(u64, String)> = won.iter().flatten().collect();
    all.sort();
    let revisions: Vec<u64> = all.iter().map(|(revision, _)| *revision).collect();
    assert_eq!(revisions, (first..first + rounds).collect::<Vec<_>>(), "each revision has one winner");
    eprintln!(
        "{rounds} revisions, won by each of {WRITERS} writers: {:?}",
        won.iter().map(Vec::len).collect::<Vec<_>>()
    );
    acknowledged.extend(all.into_iter().map(|(_, id)| id.clone()));
    all_is_well(&cluster, nodes, &acknowledged);
}
