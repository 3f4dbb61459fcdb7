//! A stream that is filled anew from the nodes' copies, a log that moves into a stream and out of it again, and what
//! becomes of either when it is cut off.
//!
//! Deliberately absent: what every store promises, see `contract.rs`; the key, see `node_keys.rs`.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "nodes/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of nodes")]
mod nodes_kit;

use servanda_events::testing::scene;
use servanda_log::{Clock, FillError, FillStep, Ids, Log, LogError, Settings};
use servanda_proof::{Policy, Verdict, judge_checkpoint, judge_proof};

use crate::nodes_kit::kit::{all, all_bytes, noon, open, record, record_visit, tell, with_id};
use crate::nodes_kit::scene::{Scene, closed, copy_keys, cut_off, exported, reaches, said, stop_at};

/// Entries that take several messages.
async fn record_much(log: &Log) {
    record_visit(log).await;
    let evidence = serde_json::json!({ "evidence": [{ "title": "x".repeat(7_000) }] });
    for n in 0..400 {
        let plan = with_id(scene::milestone("branch", &format!("m{n}"), "2026"), &format!("plan-{n}"));
        record(log, &scene::but(plan, evidence.clone())).await;
    }
    record(log, &with_id(scene::achieve("branch", "m1", "2025-03-01", "fra"), "claim")).await;
    record(log, &with_id(scene::confirm("branch", "claim.1", "kaz"), "answer")).await;
    record(log, &with_id(scene::retract("commitment-branch", "claim.1", &["answer.1"]), "retraction")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_that_is_gone_is_filled_from_the_longest_copy_and_nothing_acknowledged_is_lost() {
    let Some(scene) = Scene::new() else { return };
    let (a, b) = (scene.node("a").await, scene.node("b").await);
    // Never opened again by a service: it stays behind.
    let own = open(&scene.path("own"), noon(), Settings::default());
    closed(own).await;
    record_visit(&a).await;
    reaches(&b, 7).await;
    closed(b).await;
    for n in 0..20 {
        record(&a, &with_id(scene::milestone("branch", &format!("m{n}"), "2026"), &format!("plan-{n}"))).await;
    }
    let (kept, signed) = (all_bytes(&a), a.checkpoint().unwrap());
    scene.delete_stream().await;
    tell(&a, &scene::company("orano", "111")).await.unwrap_err();
    closed(a).await;
    let refused = scene.refused("a").await;
    assert!(refused.contains("STALE"), "{refused}");
    scene.delete_stream().await;

    let planned = scene.reseed(&["b", "a"], true).await.unwrap();
    assert_eq!((planned.entries, planned.held, planned.packs, &planned.dir), (27, 0, 1, &scene.path("a")));
    assert_eq!(scene.messages().await, None, "a look makes no stream");
    assert!(said(scene.reseed(&["own"], false).await).contains("holds a log of its own"));
    assert!(said(scene.reseed(&["nothing"], false).await).contains("there is no node's copy"));
    assert_eq!(scene.reseed(&["b", "a"], false).await.unwrap(), planned);
    let again = scene.reseed(&["a"], false).await.unwrap();
    assert_eq!((again.held, again.packs), (27, 0), "there is nothing left to do");

    let (a, b) = (scene.node("a").await, scene.node("b").await);
    assert_eq!((all_bytes(&a), a.checkpoint().unwrap()), (kept.clone(), signed));
    reaches(&b, 27).await;
    assert_eq!((all_bytes(&b), b.checkpoint()), (kept, a.checkpoint()));
    assert!(tell(&b, &with_id(scene::milestone("branch", "m3", "2026"), "plan-3")).await.unwrap().repeated);
    record(&b, &scene::company("orano", "111")).await;
    reaches(&a, 28).await;
    let c = scene.node("c").await;
    assert_eq!((all_bytes(&c), c.checkpoint()), (all_bytes(&b), b.checkpoint()), "so does a node without a copy");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_that_were_rolled_back_get_the_end_of_the_log_back() {
    let Some(mut scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let b = scene.node("b").await;
    scene.keep_store();
    for n in 0..30 {
        record(&a, &with_id(scene::milestone("branch", &format!("m{n}"), "2026"), &format!("plan-{n}"))).await;
    }
    reaches(&b, 37).await;
    let kept = all_bytes(&b);
    closed(a).await;
    closed(b).await;
    scene.roll_back();
    assert_eq!(scene.messages().await, Some(7));
    for node in ["a", "b"] {
        let refused = scene.refused(node).await;
        assert!(refused.contains("STALE") && refused.contains("lost entries that this node holds"), "{refused}");
    }
    let filled = scene.reseed(&["a", "b"], false).await.unwrap();
    assert_eq!((filled.entries, filled.held), (37, 7));
    let (a, b) = (scene.node("a").await, scene.node("b").await);
    assert_eq!((all_bytes(&a), all_bytes(&b)), (kept.clone(), kept));
    record(&a, &scene::company("orano", "111")).await;
    reaches(&b, 38).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn copies_that_fork_and_streams_of_another_history_are_left_to_people() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let b = scene.node("b").await;
    closed(b).await;
    record(&a, &scene::company("orano", "111")).await;
    closed(a).await;
    // Someone removes the stream, fills it from the shorter copy, and records on.
    scene.delete_stream().await;
    scene.reseed(&["b"], false).await.unwrap();
    let b = scene.node("b").await;
    record(&b, &scene::company("vicat", "222")).await;
    record(&b, &scene::company("total", "333")).await;
    closed(b).await;
    match scene.reseed(&["a", "b"], false).await.unwrap_err() {
        FillError::Fork { verdict, one, other } => {
            assert_eq!(verdict, Verdict::Diverged { after: 7, upto: 8 });
            assert_eq!((one, other), (scene.path("b"), scene.path("a")));
        }
        other => panic!("{other}"),
    }
    match scene.reseed(&["a"], false).await.unwrap_err() {
        FillError::Log(LogError::Distrusted { verdict, .. }) => {
            assert_eq!(verdict, Verdict::Diverged { after: 7, upto: 8 });
        }
        other => panic!("{other}"),
    }
    assert_eq!(scene.messages().await, Some(3), "nothing was added or taken away");
    scene.delete_stream().await;
    scene.reseed(&["a"], false).await.unwrap();
    assert_eq!(scene.node("a").await.head(), 8);
    let refused = scene.refused("b").await;
    assert!(refused.contains("DIVERGED") || refused.contains("STALE"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_filling_that_is_cut_off_keeps_nodes_from_recording_and_goes_on_where_it_stopped() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_much(&a).await;
    let kept = all_bytes(&a);
    let b = scene.node("b").await;
    closed(b).await;
    closed(a).await;
    scene.delete_stream().await;
    cut_off(scene.reseed_told(&["a"], false, stop_at(FillStep::Filling, 1))).await;
    let sent = scene.messages().await.unwrap();
    assert!((1..3).contains(&sent), "{sent}");
    for node in ["a", "b", "fresh"] {
        if node == "fresh" {
            copy_keys(&scene.path("a"), &scene.path("fresh"));
        }
        let refused = scene.refused(node).await;
        assert!(refused.contains("is filled from a copy, and has"), "{node}: {refused}");
    }
    let filled = scene.reseed(&["b"], false).await.unwrap();
    assert!(filled.held > 0 && filled.entries == kept.len() as u64, "{filled:?}");
    cut_off(scene.reseed_told(&["a"], false, stop_at(FillStep::Verifying, 1))).await;
    for node in ["a", "b", "fresh"] {
        let log = scene.node(node).await;
        assert_eq!(all_bytes(&log), kept, "{node}");
        closed(log).await;
    }
    record(&scene.node("fresh").await, &scene::company("orano", "111")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_goes_into_a_stream_and_out_again_with_every_byte_and_every_signature() {
    let Some(scene) = Scene::new() else { return };
    let own = open(&scene.path("own"), noon(), Settings::default());
    record_much(&own).await;
    let (before, early) = (exported(&own), own.proof(33).unwrap().unwrap());
    let trusted = Policy::of_log(own.public_key().unwrap());
    closed(own).await;

    let planned = scene.move_in("own", true).await.unwrap();
    assert_eq!((planned.held, planned.packs > 2, scene.messages().await), (0, true, None));
    closed(Log::open(&scene.path("own"), None, Settings::default(), noon(), Ids::System).unwrap()).await;
    let mut steps = Vec::new();
    let filled = scene.move_in_told("own", false, |step, done, of| steps.push((step, done, of))).await.unwrap();
    assert_eq!(filled, planned);
    let of = filled.entries;
    assert!(steps.contains(&(FillStep::Filling, of, of)) && steps.last() == Some(&(FillStep::Verifying, of, of)));
    assert!(said(scene.move_in("own", false).await).contains("is a node's copy of a stream already"));
    let opened = Log::open(&scene.path("own"), None, Settings::default(), noon(), Ids::System);
    assert!(matches!(opened, Err(LogError::NodeCopy { .. })));

    copy_keys(&scene.path("own"), &scene.path("b"));
    let (a, b) = (scene.node("own").await, scene.node("b").await);
    assert_eq!((exported(&a), exported(&b)), (before.clone(), before), "the checkpoint is the same note too");
    let late = b.proof(33).unwrap().unwrap();
    assert_eq!(late, early, "each proof verifies against the other's checkpoint");
    assert_eq!(judge_proof(&late, None, &trusted).0, Verdict::Unwitnessed);
    record(&b, &scene::company("orano", "111")).await;
    reaches(&a, of + 1).await;
    let moved_on = exported(&a);
    closed(a).await;

    let planned = scene.move_out("own", true).await.unwrap();
    assert_eq!(planned.entries, of + 1);
    record(&b, &scene::company("vicat", "222")).await;
    let moved = scene.move_out("own", false).await.unwrap();
    assert_eq!((moved.entries, moved.key.clone()), (of + 2, planned.key));
    assert!(tell(&b, &scene::company("total", "333")).await.is_err(), "nobody records behind the end of a stream");
    assert!(b.node().unwrap().halted);
    let there = exported(&b);
    closed(b).await;
    assert!(scene.refused("b").await.contains("went on as a log of its own"));
    assert!(said(scene.move_out("b", false).await).contains("went on as a log of its own"), "there is one way out");
    assert!(said(scene.reseed(&["b"], false).await).contains("went on as a log of its own"));
    let own = Log::open(&scene.path("own"), None, Settings::default(), noon(), Ids::System).unwrap();
    assert_eq!(exported(&own), there);
    assert!(moved_on.len() < there.len());
    record(&own, &scene::company("total", "333")).await;
    assert!(judge_checkpoint(&own.checkpoint().unwrap(), &trusted).is_ok());
    closed(own).await;

    assert!(said(scene.move_in("own", false).await).contains("holds a log that went on elsewhere"));
    scene.delete_stream().await;
    scene.move_in("own", false).await.unwrap();
    assert_eq!(scene.node("own").await.head(), of + 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_move_that_is_cut_off_is_taken_up_again_and_records_nothing_meanwhile() {
    let Some(scene) = Scene::new() else { return };
    let own = open(&scene.path("own"), noon(), Settings::default());
    record_much(&own).await;
    let before = exported(&own);
    closed(own).await;
    let opened = |what: &str| {
        let refused = Log::open(&scene.path("own"), None, Settings::default(), noon(), Ids::System).unwrap_err();
        assert!(refused.to_string().contains(what), "{refused}");
    };
    for (step, when) in
        [(FillStep::Filling, 0), (FillStep::Filling, 1), (FillStep::Filling, 400), (FillStep::Verifying, 0)]
    {
        cut_off(scene.move_in_told("own", false, stop_at(step, when))).await;
        opened("on its way into SERVANDA_MAIN_LOG");
        assert!(scene.refused("own").await.contains("start `servanda migrate jetstream` again"));
        assert!(said(scene.move_out("own", false).await).contains("start `servanda migrate jetstream` again"));
    }
    scene.move_in("own", false).await.unwrap();
    copy_keys(&scene.path("own"), &scene.path("b"));
    let b = scene.node("b").await;
    assert_eq!(exported(&b), before);
    record(&b, &scene::company("orano", "111")).await;
    let after = exported(&b);
    closed(b).await;

    for when in [0, 1, 400] {
        cut_off(scene.move_out_told("own", false, stop_at(FillStep::Verifying, when))).await;
        opened("on its way out of SERVANDA_MAIN_LOG");
        assert!(scene.refused("own").await.contains("start `servanda migrate sqlite` again"));
        assert!(said(scene.move_in("own", false).await).contains("start `servanda migrate sqlite` again"));
        assert!(scene.refused("b").await.contains("went on as a log of its own"));
        assert!(said(scene.move_out("b", false).await).contains("went on as a log of its own"));
    }
    // Killed between the last two steps.
    let mark = std::fs::read(scene.path("own").join("log.moving")).unwrap();
    let moved = scene.move_out("own", false).await.unwrap();
    std::fs::write(scene.path("own").join("log.moving"), mark).unwrap();
    opened("on its way out of SERVANDA_MAIN_LOG");
    assert_eq!(scene.move_out("own", false).await.unwrap(), moved);
    let own = Log::open(&scene.path("own"), None, Settings::default(), noon(), Ids::System).unwrap();
    assert_eq!(exported(&own), after);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_does_not_move_where_it_would_be_there_twice_or_does_not_fit() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    closed(a).await;
    assert!(said(scene.move_in("a", false).await).contains("is a node's copy of a stream already"));
    assert!(said(scene.move_in("nothing", false).await).contains("there is no log in"));
    assert!(said(scene.move_out("nothing", false).await).contains("holds no node's copy"));

    // A copy that lost its mark: its nodes may record in the stream.
    std::fs::remove_file(scene.path("a").join("log.stream")).unwrap();
    assert!(said(scene.move_in("a", false).await).contains("holds 7 entries of this log already"));
    let own = open(&scene.path("own"), noon(), Settings::default());
    record_visit(&own).await;
    closed(own).await;
    let refused = said(scene.move_in("own", false).await);
    assert!(refused.contains("is signed with the key"), "another log of that name: {refused}");
    closed(open(&scene.path("own"), noon(), Settings::default())).await;

    scene.delete_stream().await;
    let big = open(&scene.path("big"), Clock::System, Settings::default());
    record_visit(&big).await;
    let evidence = serde_json::json!({ "evidence": [{ "title": "x".repeat(7_000) }] });
    for n in 0..170 {
        record(&big, &scene::but(scene::milestone("branch", &format!("m{n}"), "2026"), evidence.clone())).await;
    }
    let events: Vec<String> = all(&big).iter().map(|entry| entry.fact.event_id.as_str().to_owned()).collect();
    let plans: Vec<&str> = events[7..].iter().map(String::as_str).collect();
    let retraction = scene::but(scene::retract("commitment-branch", &events[6], &plans), evidence);
    record(&big, &retraction).await;
    closed(big).await;
    let refused = said(scene.move_in("big", false).await);
    assert!(refused.contains("more than 1000000"), "{refused}");
    assert_eq!(scene.messages().await, None, "that was found before anything was sent");
    closed(open(&scene.path("big"), noon(), Settings::default())).await;
}
