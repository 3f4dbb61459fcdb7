//! A stream that is made anew, or rolled back, while nodes of the earlier one still run, and comes to be as long as
//! what they hold: nothing of theirs gets in that does not continue it, and whoever holds the same history goes on.
//!
//! Deliberately absent: how a stream is filled anew, see `moving.rs`.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "nodes/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of nodes")]
mod nodes_kit;

use std::time::Duration;

use async_nats::client::RequestErrorKind;
use serde_json::{Value, json};
use servanda_events::testing::{parsed, scene};
use servanda_log::{Clock, Ids, Log, LogError, Servers, Settings, TransactError};

use crate::nodes_kit::jetstream::connect;
use crate::nodes_kit::kit::{Place, all_bytes, record, record_visit, tell};
use crate::nodes_kit::scene::{Scene, closed, comes_to, copy_keys, reaches};

fn company(name: &str, n: usize) -> Value {
    scene::company(&format!("{name}{n}"), &format!("{name}{n}"))
}

/// Records companies until the stream has so many messages.
async fn record_until(scene: &Scene, log: &Log, messages: u64) {
    for n in 0.. {
        if scene.messages().await.unwrap() == messages {
            return;
        }
        let command = company("other", n);
        // The sequencer may be one that can record nothing any more.
        while tell(log, &command).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// A node whose copy is as long as a stream of another history records nothing there, says so, and leaves the others
/// alone.
async fn stays_out(scene: &Scene, longer: Log, other: Log) {
    let messages = longer.node().unwrap().message;
    record_until(scene, &other, messages).await;
    let kept = all_bytes(&longer);
    let answer = tell(&longer, &scene::company("orano", "111")).await;
    let said = answer.unwrap_err().to_string();
    assert!(said.contains("DIVERGED") || said.contains("STALE"), "{said}");
    assert_eq!(scene.messages().await, Some(messages), "nothing of it got in");

    record(&other, &scene::company("vicat", "222")).await;
    let fresh = scene.node("fresh").await;
    assert_eq!((all_bytes(&fresh), fresh.checkpoint()), (all_bytes(&other), other.checkpoint()));
    assert!(!other.node().unwrap().halted, "{:?}", other.node());
    let trouble = comes_to(&longer, "its halt", |state| state.halted).await.trouble.unwrap().to_string();
    assert!(trouble.contains("DIVERGED"), "{trouble}");
    assert_eq!(all_bytes(&longer), kept, "what it holds is left as it is");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_longer_copy_records_nothing_in_a_stream_that_was_made_anew_and_came_to_its_place() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    closed(scene.node("b").await).await;
    for n in 0..3 {
        record(&a, &company("own", n)).await;
    }
    // An administrator fills the stream anew, from a copy that is too short, while a node still runs.
    scene.delete_stream().await;
    scene.reseed(&["b"], false).await.unwrap();
    let b = scene.node("b").await;
    stays_out(&scene, a, b).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_longer_copy_records_nothing_in_a_stream_that_was_rolled_back_and_came_to_its_place() {
    let Some(mut scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    closed(scene.node("b").await).await;
    scene.keep_store();
    for n in 0..3 {
        while tell(&a, &company("own", n)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    assert_eq!(a.node().unwrap().message, 10);
    scene.roll_back();
    let b = scene.node("b").await;
    stays_out(&scene, a, b).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_that_ends_too_early_is_away_before_it_is_judged() {
    let Some(mut scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    scene.keep_store();
    while tell(&a, &scene::company("orano", "111")).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    scene.roll_back();
    // The rules refuse it, so the node looks first whether others have recorded something.
    let refused = scene::but(scene::company("orano", "111"), json!({ "command_id": "again" }));
    loop {
        let error = tell(&a, &refused).await.unwrap_err();
        // A leader that was cut off from the others answers like this server, for a while.
        assert!(matches!(error, TransactError::Log(LogError::Away { .. })), "{error:?}");
        if error.to_string().contains("lacks what this node holds") {
            break;
        }
    }
    assert!(!a.node().unwrap().halted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_that_runs_while_its_own_history_is_filled_in_anew_goes_on_in_the_new_stream() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let b = scene.node("b").await;
    reaches(&b, 7).await;
    closed(a).await;
    scene.delete_stream().await;
    let said = tell(&b, &scene::company("orano", "111")).await.unwrap_err().to_string();
    assert!(said.contains("is gone"), "{said}");
    scene.reseed(&["a"], false).await.unwrap();
    // Seven messages are one now.
    comes_to(&b, "its place in the new stream", |state| state.message == 1 && state.trouble.is_none()).await;
    record(&b, &scene::company("orano", "111")).await;
    let a = scene.node("a").await;
    assert_eq!((all_bytes(&a), a.checkpoint()), (all_bytes(&b), b.checkpoint()));
    record(&a, &scene::company("vicat", "222")).await;
    reaches(&b, 9).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_history_that_ends_in_the_same_entry_is_another_if_it_differs_before() {
    let Some(scene) = Scene::new() else { return };
    let (one, other) = (Place::Memory.log("one"), Place::Memory.log("other"));
    record(&one, &scene::company("orano", "111")).await;
    record(&one, &scene::company("total", "333")).await;
    record(&other, &scene::company("vicat", "222")).await;
    let (one, other) = (all_bytes(&one), all_bytes(&other));
    let a = scene.node("a").await;
    for entry in &one {
        a.append_exact(vec![entry.clone()]).await.unwrap();
    }
    closed(a).await;
    scene.delete_stream().await;
    let b = scene.node("b").await;
    for entry in [&other[0], &one[1]] {
        b.append_exact(vec![entry.clone()]).await.unwrap();
    }
    let refused = scene.refused("a").await;
    assert!(refused.contains("DIVERGED"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_stream_has_a_subject_of_its_own_and_one_made_before_there_were_any_is_taken_as_it_is() {
    let Some(scene) = Scene::new() else { return };
    let config = async || scene.admin("INFO", &Value::Null).await["config"].clone();
    closed(scene.node("a").await).await;
    let first = config().await;
    scene.delete_stream().await;
    closed(scene.node("a").await).await;
    let mut second = config().await;
    let followed = first["subjects"][0].as_str().unwrap();
    assert!(followed.starts_with("servanda.main.log."), "{followed}");
    let (client, _) = connect(&scene.server.url(), "node0").await;
    let late = client.request(followed.to_owned(), "a pack".into()).await.unwrap_err();
    assert_eq!(late.kind(), RequestErrorKind::NoResponders, "nobody takes what is meant for the stream before");
    let now = client.request(second["subjects"][0].as_str().unwrap().to_owned(), "no pack".into()).await.unwrap();
    assert!(String::from_utf8_lossy(&now.payload).contains("\"seq\":1"), "{now:?}");

    scene.delete_stream().await;
    second["subjects"] = json!(["servanda.main.elsewhere"]);
    scene.admin("CREATE", &second).await;
    let refused = scene.refused("a").await;
    assert!(refused.contains("subjects is [\"servanda.main.elsewhere\"], must be"), "{refused}");

    scene.delete_stream().await;
    second["subjects"] = json!(["servanda.main.log"]);
    scene.admin("CREATE", &second).await;
    let a = scene.node("a").await;
    record_visit(&a).await;
    let b = scene.node("b").await;
    record(&b, &scene::company("orano", "111")).await;
    reaches(&a, 8).await;
    assert_eq!(all_bytes(&a), all_bytes(&b));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_user_who_may_not_record_is_refused_at_the_start_with_what_to_allow() {
    let Some(scene) = Scene::new() else { return };
    let refused = async |node: &str| {
        let (client, complaints) = connect(&scene.server.url(), "mute0").await;
        let servers = Servers { client, complaints, replicas: 1, node: String::new() };
        let (path, at) = (scene.path(node), (Clock::System, Ids::System));
        let joined = Log::join(&path, Some(parsed("main")), Settings::default(), at, servers, |_, _| ());
        joined.await.err().map(|error| error.to_string()).unwrap_or_default()
    };
    let said = refused("x").await;
    assert!(said.contains("may not publish to") && said.contains("allow it servanda.main.log.*"), "{said}");
    assert_eq!(scene.messages().await, None, "no stream was made");
    let a = scene.node("a").await;
    record_visit(&a).await;
    copy_keys(&scene.path("a"), &scene.path("x"));
    let said = refused("x").await;
    assert!(said.contains("allow it servanda.main.log.*"), "{said}");
    assert!(!scene.path("x").join("log.sqlite").exists());
}
