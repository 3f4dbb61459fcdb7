//! Several nodes of one log of which one records for all: how it is chosen, what is handed over to it, what becomes of
//! that when it ends.
//!
//! Deliberately absent: nodes that are killed or put to sleep, which need processes of their own: see
//! `tests/cluster.rs` of the whole.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "nodes/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of nodes")]
mod nodes_kit;

use std::time::Duration;

use servanda_events::testing::scene;
use servanda_log::NodeState;

use crate::nodes_kit::kit::{actor, all, all_bytes, record, record_visit, request, tell, with_id};
use crate::nodes_kit::scene::{Scene, comes_to};

/// How long a command may wait while nobody records for all: less than a node waits for a sequencer that says nothing.
const PAUSE_MAX: Duration = Duration::from_millis(2_500);

fn company(n: usize) -> serde_json::Value {
    with_id(scene::company(&format!("c{n}"), &format!("{n}")), &format!("company-{n}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_node_records_for_all_and_no_pack_is_planned_twice() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let of_a = |state: &NodeState| state.sequencer.as_deref() == Some("a");
    let term = comes_to(&a, "a sequencer", of_a).await.term;
    let (b, c) = (scene.node("b").await, scene.node("c").await);
    for log in [&b, &c] {
        let state = comes_to(log, "the sequencer's name", of_a).await;
        assert_eq!((state.term, state.sequencing), (term, false));
    }
    assert!(a.node().unwrap().sequencing && term > 0);

    let mut writers = tokio::task::JoinSet::new();
    for (own, log) in [&a, &b, &c].into_iter().enumerate() {
        for n in (own..90).step_by(3) {
            let log = log.clone();
            writers.spawn(async move {
                let outcome = tell(&log, &company(n)).await.unwrap();
                // Whoever was answered finds what it wrote where it wrote it.
                let position = outcome.entries[0].fact.position;
                assert_eq!(log.entry(position).unwrap().unwrap().decode().unwrap(), outcome.entries[0]);
            });
        }
    }
    writers.join_all().await;
    let states = [&a, &b, &c].map(|log| log.node().unwrap());
    assert_eq!(states.each_ref().map(|state| state.overtaken), [0, 0, 0]);
    assert_eq!(states.each_ref().map(|state| state.forwarded), [0, 30, 30]);
    // Whoever was answered has it; the others, the sequencer among them, have it a moment later.
    comes_to(&a, "the end of the log", |state| state.position == 97).await;
    for log in [&b, &c] {
        comes_to(log, "the end of the log", |state| state.position == 97).await;
        assert_eq!(all_bytes(log), all_bytes(&a));
        assert_eq!(log.checkpoint(), a.checkpoint());
    }
    // The same command, sent to all three, is recorded once and answered alike.
    for log in [&a, &b, &c] {
        assert!(tell(log, &company(5)).await.unwrap().repeated);
    }
    assert_eq!(a.head(), 97);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_node_takes_over_when_the_sequencer_ends_and_nothing_is_lost_or_doubled() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let term = comes_to(&a, "a sequencer", |state| state.sequencing).await.term;
    let (b, c) = (scene.node("b").await, scene.node("c").await);
    comes_to(&b, "a sequencer", |state| state.sequencer.is_some()).await;
    comes_to(&c, "a sequencer", |state| state.sequencer.is_some()).await;
    let mut writers = tokio::task::JoinSet::new();
    for log in [&b, &c] {
        let log = log.clone();
        writers.spawn(async move {
            for n in 0..150 {
                let answered = tokio::time::timeout(PAUSE_MAX, tell(&log, &company(n))).await;
                answered.unwrap_or_else(|_| panic!("company {n} waits for another sequencer")).unwrap();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    a.close().await.unwrap();
    drop(a);
    writers.join_all().await;
    let (now_b, now_c) = (b.node().unwrap(), c.node().unwrap());
    let taken_over = [now_b, now_c].into_iter().max_by_key(|state| state.term).unwrap();
    assert!(taken_over.term > term, "{taken_over:?} after {term}");
    for log in [&b, &c] {
        comes_to(log, "the end of the log", |state| state.position == 157).await;
    }
    assert_eq!(all_bytes(&b), all_bytes(&c));
    let ids: std::collections::HashSet<String> =
        all(&b).iter().map(|entry| entry.command_id.as_str().to_owned()).collect();
    assert_eq!(ids.len(), 157);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_list_is_not_refused_for_want_of_what_another_node_has_just_recorded() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let b = scene.node("b").await;
    for round in 0..30 {
        let (one, other) = if round % 2 == 0 { (&a, &b) } else { (&b, &a) };
        let mut list = other.bulk(16);
        for n in 0..3 {
            let commitment = format!("c{round}-{n}");
            record(one, &scene::commitment(&commitment)).await;
            list.submit(request(&scene::milestone(&commitment, "opened", "2026")), &actor()).await;
        }
        while let Some(answer) = list.next().await {
            assert_eq!(answer.unwrap().entries.len(), 1, "in round {round}");
        }
    }
    assert_eq!(a.head().max(b.head()), 7 + 30 * 6);
}
