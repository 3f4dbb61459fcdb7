//! Laws of a log that moves, for random histories: into a stream and out of it, cut off anywhere and taken up again, it
//! stays the same log, byte for byte, under the same roots and the same signatures.
//!
//! Deliberately absent: what is refused on the way, see `moving.rs`.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "nodes/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of nodes")]
mod nodes_kit;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use servanda_events::Request;
use servanda_events::testing::{TimedCommand, histories, parsed, scene};
use servanda_log::{FillError, FillStep, Ids, Log, Settings};
use servanda_proof::{SignedNote, TlogProof};

use crate::nodes_kit::kit::{actor, all_bytes, noon, open, record};
use crate::nodes_kit::scene::{Scene, closed, copy_keys, exported, reaches, stop_at};

/// Histories that are tried.
fn tries() -> u32 {
    if std::env::var_os("SERVANDA_CAMPAIGN").is_some() { 300 } else { 8 }
}

/// A history, how many long entries stand in it and where, so that it takes several messages, and where its moves are
/// cut off: at which step, after which share of it.
type Case = (Vec<TimedCommand>, u16, u8, Vec<(u8, u8)>, Vec<u8>);

fn cases() -> impl Strategy<Value = Case> {
    let cuts = proptest::collection::vec((any::<u8>(), any::<u8>()), 0..4);
    (histories(60), 0_u16..450, any::<u8>(), cuts, proptest::collection::vec(any::<u8>(), 0..3))
}

/// Records a command, if the rules have it and it reads at all; histories have others too.
async fn try_tell(log: &Log, command: &Value) {
    if let Ok(request) = Request::parse(command.to_string().as_bytes()) {
        let _refused = log.transact(&request, &actor()).await;
    }
}

/// The bytes of a history with long entries in it.
async fn written((history, long, place, ..): &Case) -> Vec<Vec<u8>> {
    let clock = noon();
    let log = Log::memory(parsed("main"), clock.clone(), Ids::System);
    let place = history.len() * usize::from(*place) / 256;
    for (n, (at, command)) in history.iter().enumerate() {
        clock.set(*at);
        try_tell(&log, command).await;
        for long in (0..*long).filter(|_| n == place) {
            let plan = scene::milestone("branch", &format!("long{long}"), "2026");
            let evidence = json!({ "evidence": [{ "title": "x".repeat(7_000) }], "command_id": format!("long{long}") });
            try_tell(&log, &scene::but(plan, evidence)).await;
        }
    }
    all_bytes(&log)
}

/// What a log says of itself to whoever believes nothing: all entries with the signed end, and some proofs.
fn shown(log: &Log) -> (Vec<u8>, Option<Arc<SignedNote>>, Vec<TlogProof>) {
    let head = log.head();
    let proofs = [1, head / 2, head].into_iter().filter_map(|position| log.proof(position).unwrap()).collect();
    (exported(log), log.checkpoint(), proofs)
}

/// Does something that may be cut off by a panic in it, as by a kill; whether it came to its end.
async fn ends<T: std::fmt::Debug>(work: impl Future<Output = Result<T, FillError>>) -> bool {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(ended) => ended.map(|_| true).unwrap(),
        Err(_) => false,
    }
}

async fn moves(scene: &Scene, case: &Case) {
    let entries = written(case).await;
    let (.., into, out) = case;
    let own = open(&scene.path("own"), noon(), Settings::default());
    own.append_exact(entries.clone()).await.unwrap();
    let before = shown(&own);
    closed(own).await;

    let of = entries.len() as u64;
    let mut moved = false;
    for (step, share) in into {
        let step = [FillStep::Comparing, FillStep::Filling, FillStep::Verifying][usize::from(*step) % 3];
        moved = moved || ends(scene.move_in_told("own", false, stop_at(step, of * u64::from(*share) / 200))).await;
    }
    if !moved {
        scene.move_in("own", false).await.unwrap();
    }
    copy_keys(&scene.path("own"), &scene.path("b"));
    let (a, b) = (scene.node("own").await, scene.node("b").await);
    assert_eq!(shown(&a), before, "in the stream, the folder that became a copy");
    assert_eq!(shown(&b), before, "in the stream, a copy made of it");
    record(&b, &scene::company("recorded-there", "999")).await;
    reaches(&a, of + 1).await;
    let there = shown(&b);
    closed(a).await;
    closed(b).await;

    let mut moved = false;
    for share in out {
        let stop = stop_at(FillStep::Verifying, of * u64::from(*share) / 200);
        moved = moved || ends(scene.move_out_told("own", false, stop)).await;
    }
    if !moved {
        scene.move_out("own", false).await.unwrap();
    }
    let own = Log::open(&scene.path("own"), None, Settings::default(), noon(), Ids::System).unwrap();
    assert_eq!(shown(&own), there, "out of the stream again");
    assert_eq!(all_bytes(&own)[..entries.len()], entries);
    record(&own, &scene::company("recorded-here", "998")).await;
    closed(own).await;
}

#[test]
fn any_history_goes_into_a_stream_and_out_again_as_it_is_wherever_it_is_cut_off() {
    let Some(scene) = Scene::new() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let config =
        ProptestConfig { cases: tries(), max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() };
    let tried = TestRunner::new(config).run(&cases(), |case| {
        for folder in ["own", "b"].map(|folder| scene.path(folder)).iter().filter(|path| path.exists()) {
            std::fs::remove_dir_all(folder).unwrap();
        }
        runtime.block_on(async {
            // Of the case before, which may have failed.
            scene.admin("DELETE", &serde_json::Value::Null).await;
            moves(&scene, &case).await;
        });
        Ok(())
    });
    tried.unwrap();
}
