//! Several nodes of one log, and servers that are not fit to hold it: what is refused, who wins, what becomes of a
//! stream that is not the history that a node holds.
//!
//! Deliberately absent: what every store promises, see `contract.rs`; several servers.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "nodes/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of nodes")]
mod nodes_kit;

use std::time::Duration;

use async_nats::HeaderMap;
use futures_util::StreamExt as _;
use servanda_events::testing::{parsed, scene};
use servanda_log::{Clock, Ids, Log, LogError, Servers, Settings, rotate_key};

use crate::nodes_kit::jetstream::connect;
use crate::nodes_kit::kit::{all, all_bytes, noon, open, record, record_visit, tell, with_id};
use crate::nodes_kit::nats::{Nats, installed};
use crate::nodes_kit::scene::{Scene, comes_to, copy_keys, reaches};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_write_at_once_hold_the_same_log_with_each_command_once() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let (b, c) = (scene.node("b").await, scene.node("c").await);
    assert_eq!((b.head(), c.head()), (7, 7), "a node that joins has what was recorded");
    let commands: Vec<_> =
        (0..60).map(|n| with_id(scene::milestone("branch", &format!("m{n}"), "2026"), &format!("plan-{n}"))).collect();
    let mut writers = tokio::task::JoinSet::new();
    for log in [&a, &b, &c] {
        for command in &commands {
            let (log, command) = (log.clone(), command.clone());
            writers.spawn(async move {
                loop {
                    match tell(&log, &command).await {
                        Err(servanda_log::TransactError::Log(LogError::Busy)) => tokio::task::yield_now().await,
                        answer => return (answer.as_ref().unwrap().repeated, answer.unwrap().entries),
                    }
                }
            });
        }
    }
    let answers = writers.join_all().await;
    assert_eq!(answers.iter().filter(|(repeated, _)| !repeated).count(), 60, "each is recorded once");
    for log in [&a, &b, &c] {
        reaches(log, 67).await;
    }
    assert_eq!((all_bytes(&a), all_bytes(&a)), (all_bytes(&b), all_bytes(&c)));
    assert_eq!(a.checkpoint(), b.checkpoint(), "the same root under the same signature");
    assert_eq!(a.checkpoint(), c.checkpoint());
    assert_eq!(b.proof(33).unwrap(), c.proof(33).unwrap());
    assert_eq!(all(&a).len(), 67);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_another_node_has_just_recorded_is_not_refused_for_being_unknown() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let b = scene.node("b").await;
    for n in 0..40 {
        let (one, other) = if n % 2 == 0 { (&a, &b) } else { (&b, &a) };
        record(one, &scene::commitment(&format!("c{n}"))).await;
        record(other, &scene::milestone(&format!("c{n}"), "opened", "2026")).await;
        let again = with_id(scene::company(&format!("p{n}"), &format!("{n}")), &format!("company-{n}"));
        record(one, &again).await;
        assert!(tell(other, &again).await.unwrap().repeated);
    }
    assert_eq!(a.head(), 7 + 40 * 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_comes_back_to_where_it_was_and_takes_what_came_meanwhile() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let b = scene.node("b").await;
    b.close().await.unwrap();
    drop(b);
    for n in 0..700 {
        let plan = scene::milestone("branch", &format!("m{n}"), "2026");
        record(&a, &plan).await;
    }
    let b = scene.node("b").await;
    assert_eq!((b.head(), all_bytes(&b)), (707, all_bytes(&a)));
    assert_eq!(b.node().unwrap().message, 707);
    record(&b, &scene::milestone("branch", "last", "2026")).await;
    reaches(&a, 708).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_messages_all_in_front_of_one_that_does_not_fit_are_taken_and_none_behind_it() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let b = scene.node("b").await;
    b.close().await.unwrap();
    drop(b);
    for n in 0..20 {
        record(&a, &scene::milestone("branch", &format!("m{n}"), "2026")).await;
    }
    let kept = all_bytes(&a);
    a.close().await.unwrap();
    drop(a);
    // A pack that says another root: that of the message in front of it.
    let (admin, _) = connect(&scene.server.url(), "admin0").await;
    let asked = serde_json::json!({ "seq": 27 }).to_string();
    let last = admin.request("$JS.API.DIRECT.GET.SERVANDA_MAIN_LOG", asked.into()).await.unwrap();
    let of_the_server = last.headers.unwrap();
    let mut headers = HeaderMap::new();
    for name in ["Servanda-Pack", "Servanda-Root", "Servanda-Key"] {
        headers.insert(name, of_the_server.get(name).unwrap().as_str());
    }
    let subject = of_the_server.get("Nats-Subject").unwrap().as_str().to_owned();
    let body = String::from_utf8(last.payload.to_vec()).unwrap();
    let next = body.replace("\"position\":27", "\"position\":28");
    assert_ne!(body, next);
    for _ in 0..2 {
        let stored = admin.request_with_headers(subject.clone(), headers.clone(), next.clone().into()).await.unwrap();
        assert!(!String::from_utf8_lossy(&stored.payload).contains("error"), "{stored:?}");
    }
    let said = scene.refused("b").await;
    assert!(said.contains("DIVERGED"), "{said}");
    let copy = Log::open_read_only(&scene.path("b"), &Settings::default(), noon()).unwrap().unwrap();
    assert_eq!(all_bytes(&copy), kept);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_with_other_keys_is_refused_before_anything_is_made() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let said = scene.refused("b").await;
    assert!(said.contains("put log.key and log.pub of another node there"), "{said}");
    assert!(!scene.path("b").exists());
    let other = open(&scene.path("other"), noon(), Settings::default());
    other.close().await.unwrap();
    drop(other);
    let said = scene.refused("other").await;
    assert!(said.contains("give it the keys of the other nodes"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_copy_is_written_by_its_stream_alone_and_a_log_of_its_own_is_not_mixed_in() {
    let Some(scene) = Scene::new() else { return };
    let own = open(&scene.path("own"), noon(), Settings::default());
    record_visit(&own).await;
    own.close().await.unwrap();
    drop(own);
    let said = scene.refused("own").await;
    assert!(said.contains("holds a log of its own with 7 entries"), "{said}");
    open(&scene.path("own"), noon(), Settings::default()).close().await.unwrap();

    let a = scene.node("a").await;
    record_visit(&a).await;
    a.close().await.unwrap();
    drop(a);
    let path = scene.path("a");
    let opened = Log::open(&path, None, Settings::default(), noon(), Ids::System);
    assert_eq!(opened.err(), Some(LogError::NodeCopy { path: path.clone() }));
    let rotated = rotate_key(&path, &Settings::default(), &noon(), &Ids::System, &"operator".parse().unwrap());
    assert_eq!(rotated.err(), Some(LogError::NodeCopy { path: path.clone() }));
    let looked = Log::open_read_only(&path, &Settings::default(), noon()).unwrap().unwrap();
    assert_eq!(looked.head(), 7, "anyone may look");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_and_streams_that_could_lose_the_log_are_refused_with_what_to_change() {
    let Some(scene) = Scene::new() else { return };
    let join_as = async |user: &str, replicas: usize| {
        let (client, complaints) = connect(&scene.server.url(), user).await;
        let servers = Servers { client, complaints, replicas, node: String::new() };
        let at = (Clock::System, Ids::System);
        let joined = Log::join(&scene.path("x"), None, Settings::default(), at, servers, |_, _| ()).await;
        joined.err().map(|error| error.to_string()).unwrap_or_default()
    };
    let said = join_as("node1", 3).await;
    assert!(said.contains("start at least 3 servers") || said.contains("replicas"), "{said}");
    assert!(!scene.path("x").exists());

    let a = scene.node("a").await;
    record_visit(&a).await;
    let said = join_as("admin0", 1).await;
    assert!(said.contains("may publish to $JS.API.STREAM.DELETE.SERVANDA_MAIN_LOG"), "{said}");
    assert_eq!(scene.admin("INFO", &serde_json::Value::Null).await["state"]["messages"], 7, "the try harms nothing");

    let mut config = scene.admin("INFO", &serde_json::Value::Null).await["config"].clone();
    config["max_msgs"] = 1_000.into();
    config["max_age"] = 86_400_000_000_000_u64.into();
    scene.admin("UPDATE", &config).await;
    let said = join_as("node0", 1).await;
    assert!(said.contains("max_age is 86400000000000, must be 0; max_msgs is 1000, must be -1"), "{said}");

    if let Some(old) = installed() {
        let old_server = Nats::start(&old);
        let (client, complaints) = connect(&old_server.url(), "anybody").await;
        let servers = Servers { client, complaints, replicas: 1, node: String::new() };
        let at = (Clock::System, Ids::System);
        let joined = Log::join(&scene.path("x"), None, Settings::default(), at, servers, |_, _| ()).await;
        let said = joined.err().map(|error| error.to_string()).unwrap();
        assert!(said.contains("install 2.12.8 or newer"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_that_lost_its_end_or_holds_another_history_stops_the_node() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let b = scene.node("b").await;
    b.close().await.unwrap();
    drop(b);
    let kept = all_bytes(&a);
    // Someone with the rights of an administrator removes the stream under the feet of a node.
    assert_eq!(scene.admin("DELETE", &serde_json::Value::Null).await["success"], true);
    let said = tell(&a, &scene::company("orano", "111")).await.unwrap_err().to_string();
    assert!(said.contains("did not confirm") || said.contains("is gone"), "{said}");
    let said = scene.refused("b").await;
    assert!(said.contains("STALE") && said.contains("lost entries that this node holds"), "{said}");

    // And another history takes its place: `b`'s start made the stream anew.
    copy_keys(&scene.path("a"), &scene.path("c"));
    let c = scene.try_node("c").await.unwrap();
    for n in 0..9 {
        record(&c, &scene::company(&format!("other{n}"), &format!("{n}"))).await;
    }
    let said = scene.refused("b").await;
    assert!(said.contains("DIVERGED"), "{said}");
    comes_to(&a, "its halt", |state| state.halted).await;
    let said = tell(&a, &scene::company("orano", "111")).await.unwrap_err().to_string();
    assert!(said.contains("DIVERGED"), "{said}");
    assert_eq!(all_bytes(&a), kept, "what it holds is left as it is, and can be read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_one_header_that_the_server_acts_on_is_the_expected_place() {
    let Some(scene) = Scene::new() else { return };
    let (spy, _) = connect(&scene.server.url(), "admin0").await;
    let mut heard = spy.subscribe("servanda.>").await.unwrap();
    spy.flush().await.unwrap();
    let a = scene.node("a").await;
    record_visit(&a).await;
    let mut packs = 0;
    while packs < 7 {
        let message = tokio::time::timeout(Duration::from_secs(5), heard.next()).await.unwrap().unwrap();
        let headers = message.headers.unwrap_or_default();
        let names: Vec<String> = headers.iter().map(|(name, _)| name.to_string()).collect();
        let of_the_server: Vec<&String> = names.iter().filter(|name| name.starts_with("Nats-")).collect();
        if message.subject.starts_with("servanda.main.log.") {
            packs += 1;
            assert_eq!(of_the_server, ["Nats-Expected-Last-Sequence"]);
        } else {
            assert!(of_the_server.is_empty(), "{names:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_killed_loses_nothing_and_doubles_nothing() {
    let Some(mut scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let plan = |n: usize| with_id(scene::milestone("branch", &format!("m{n}"), "2026"), &format!("plan-{n}"));
    let writing = tokio::spawn({
        let a = a.clone();
        async move {
            let mut acknowledged = Vec::new();
            for n in 0..200 {
                // Sent again until it is answered, as a client does.
                while tell(&a, &plan(n)).await.is_err() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                acknowledged.push(n);
            }
            acknowledged
        }
    });
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        scene.server.kill();
        scene.server.begin();
    }
    let acknowledged = writing.await.unwrap();
    assert_eq!(acknowledged.len(), 200);
    let ids: Vec<String> = all(&a).iter().skip(7).map(|entry| entry.command_id.as_str().to_owned()).collect();
    assert_eq!(ids, (0..200).map(|n| format!("plan-{n}")).collect::<Vec<_>>());
    let b = scene.node("b").await;
    assert_eq!(all_bytes(&b), all_bytes(&a));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_command_too_long_for_a_message_is_refused_whole_and_a_long_import_takes_several() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    let own = Log::memory(parsed("main"), noon(), Ids::System);
    record_visit(&own).await;
    let evidence = serde_json::json!({ "evidence": [{ "title": "x".repeat(7_000) }] });
    for n in 0..200 {
        record(&own, &scene::but(scene::milestone("branch", &format!("m{n}"), "2026"), evidence.clone())).await;
    }
    let bytes = all_bytes(&own);
    assert!(bytes.iter().map(Vec::len).sum::<usize>() > 1_000_000);
    a.append_exact(bytes.clone()).await.unwrap();
    assert_eq!((all_bytes(&a), a.node().unwrap().message), (bytes, 2));

    let events: Vec<String> = all(&a).iter().map(|entry| entry.fact.event_id.as_str().to_owned()).collect();
    let plans: Vec<&str> = events[7..].iter().map(String::as_str).collect();
    let retraction = scene::but(scene::retract("commitment-branch", &events[6], &plans), evidence);
    let said = tell(&a, &retraction).await.unwrap_err().to_string();
    assert!(said.contains("more than 1000000; divide it into several commands"), "{said}");
    assert_eq!(a.head(), 207);
    record(&a, &scene::milestone("branch", "last", "2026")).await;
}
