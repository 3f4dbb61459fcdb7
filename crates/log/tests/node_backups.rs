//! Backups of a node's copy: what they become when they are restored, with their stream and without it.
//!
//! Deliberately absent: what any backup promises, see `tests/verify.rs` of the whole.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "nodes/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of nodes")]
mod nodes_kit;

use servanda_events::testing::scene;
use servanda_log::{BackedUp, FillStep, Ids, Log, LogError, Settings, back_up, restore};
use tempfile::TempDir;

use crate::nodes_kit::kit::{all_bytes, noon, open, record, record_visit};
use crate::nodes_kit::scene::{Scene, closed, cut_off, exported, reaches, said, stop_at};

fn backed_up(scene: &Scene, node: &str, into: &TempDir) -> Result<BackedUp, LogError> {
    back_up(&scene.path(node), &Settings::default(), into.path())
}

fn restored(scene: &Scene, backup: &BackedUp, node: &str) -> BackedUp {
    let key = scene.path("a").join("keys/log.key");
    restore(&backup.dir, &scene.path(node), &Settings::default(), Some(&key)).unwrap()
}

fn opened(scene: &Scene, node: &str) -> Result<Log, LogError> {
    Log::open(&scene.path(node), None, Settings::default(), noon(), Ids::System)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restored_copy_is_a_copy_and_goes_on_with_its_stream() {
    let (Some(scene), into) = (Scene::new(), TempDir::new().unwrap()) else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let made = backed_up(&scene, "a", &into).unwrap();
    assert_eq!(made.stream.as_deref(), Some("SERVANDA_MAIN_LOG"));
    record(&a, &scene::company("orano", "111")).await;

    let path = scene.path("new");
    assert_eq!(restored(&scene, &made, "new").stream, made.stream);
    assert_eq!(opened(&scene, "new").err(), Some(LogError::NodeCopy { path }), "it is no log of its own");
    let refused = said(scene.move_in("new", false).await);
    assert!(refused.contains("is a node's copy of a stream already"), "{refused}");
    let new = scene.node("new").await;
    assert_eq!((all_bytes(&new), new.checkpoint()), (all_bytes(&a), a.checkpoint()));
    record(&new, &scene::company("vicat", "222")).await;
    reaches(&a, 9).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn when_all_else_is_lost_a_restored_copy_fills_a_stream_and_leaves_it_as_a_log_of_its_own() {
    let (Some(scene), into) = (Scene::new(), TempDir::new().unwrap()) else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    let (made, kept) = (backed_up(&scene, "a", &into).unwrap(), exported(&a));
    closed(a).await;
    scene.delete_stream().await;

    restored(&scene, &made, "new");
    let refused = scene.refused("new").await;
    assert!(refused.contains("STALE"), "{refused}");
    let filled = scene.reseed(&["new"], false).await.unwrap();
    assert_eq!((filled.entries, filled.held), (7, 0));
    scene.move_out("new", false).await.unwrap();
    let own = opened(&scene, "new").unwrap();
    assert_eq!(exported(&own), kept);
    record(&own, &scene::company("orano", "111")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_on_its_way_has_no_backup_and_a_log_of_its_own_has_one_that_is_its_own() {
    let (Some(scene), into) = (Scene::new(), TempDir::new().unwrap()) else { return };
    let own = open(&scene.path("a"), noon(), Settings::default());
    record_visit(&own).await;
    closed(own).await;
    let made = backed_up(&scene, "a", &into).unwrap();
    assert_eq!(made.stream, None);
    cut_off(scene.move_in_told("a", false, stop_at(FillStep::Filling, 0))).await;
    let refused = backed_up(&scene, "a", &into).unwrap_err().to_string();
    assert!(refused.contains("on its way into SERVANDA_MAIN_LOG"), "{refused}");
    scene.move_in("a", false).await.unwrap();
    cut_off(scene.move_out_told("a", false, stop_at(FillStep::Verifying, 0))).await;
    let refused = backed_up(&scene, "a", &into).unwrap_err().to_string();
    assert!(refused.contains("on its way out of SERVANDA_MAIN_LOG"), "{refused}");
}
