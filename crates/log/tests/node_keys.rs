//! The key of a log that several nodes share, replaced by another: who follows, who waits, who is refused.
//!
//! Deliberately absent: the rotation of a log on one machine, see `rotation.rs`.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "nodes/kit.rs"]
#[expect(dead_code, reason = "the kit is made for all tests of nodes")]
mod nodes_kit;

use servanda_events::testing::{parsed, scene};
use servanda_log::{Ids, Log, LogError, Rotated, Settings, back_up, draw_next_key, restore, rotate_node_key};
use servanda_proof::{Policy, SignedNote, Verdict, judge_checkpoint, judge_proof};

use crate::nodes_kit::kit::{all_bytes, noon, record, record_visit};
use crate::nodes_kit::scene::{Scene, closed, comes_to, copy_keys, reaches};

impl Scene {
    async fn rotate(&self, node: &str) -> Result<Rotated, LogError> {
        let at = (&noon(), &Ids::System);
        rotate_node_key(&self.path(node), &Settings::default(), at, self.servers().await, &parsed("operator")).await
    }

    fn bring_next(&self, from: &str, to: &str) {
        let path = |node: &str| self.path(node).join("keys/log.next");
        std::fs::copy(path(from), path(to)).unwrap();
    }
}

async fn signs_alike(one: &Log, other: &Log, policy: &Policy) {
    reaches(other, one.head()).await;
    reaches(one, other.head()).await;
    let note = one.checkpoint().unwrap();
    assert_eq!(Some(&note), other.checkpoint().as_ref(), "the same root under the same signature");
    assert!(judge_checkpoint(&note, policy).is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_node_goes_over_to_the_new_key_at_the_entry_that_says_so() {
    let Some(scene) = Scene::new() else { return };
    let (a, b) = (scene.node("a").await, scene.node("b").await);
    record_visit(&a).await;
    reaches(&b, 7).await;
    let (first, early) = (a.public_key().unwrap(), b.proof(3).unwrap().unwrap());
    closed(a).await;
    let missing = scene.rotate("a").await.unwrap_err().to_string();
    assert!(missing.contains("draw it with `servanda key next`"), "{missing}");
    let next = draw_next_key(&scene.path("a"), &Settings::default(), &Ids::System).unwrap();
    let twice = draw_next_key(&scene.path("a"), &Settings::default(), &Ids::System).unwrap_err().to_string();
    assert!(twice.contains("is drawn already"), "{twice}");
    // A start in between leaves the new key alone.
    closed(scene.node("a").await).await;
    scene.bring_next("a", "b");
    record(&b, &scene::company("orano", "111")).await;
    let done = scene.rotate("a").await.unwrap();
    assert_eq!((done.position, &done.old, &done.new), (9, &first, &next));

    let a = scene.node("a").await;
    reaches(&b, 9).await;
    record(&a, &scene::company("vicat", "222")).await;
    record(&b, &scene::company("total", "333")).await;
    let (trusting, new) = (Policy::of_log(first.clone()), Policy::of_log(next.clone()));
    signs_alike(&a, &b, &new).await;
    assert_eq!((a.public_key(), b.public_key()), (Some(next.clone()), Some(next.clone())));
    let late = b.proof(3).unwrap().unwrap();
    assert_eq!(judge_proof(&late, None, &trusting).0, Verdict::Unwitnessed, "whoever knows the first key follows");
    assert_eq!(judge_proof(&early, None, &trusting).0, Verdict::Unwitnessed, "what was proved stays proved");
    for node in ["a", "b"] {
        assert!(!scene.path(node).join("keys/log.next").exists(), "{node}");
        let key = std::fs::read_to_string(scene.path(node).join("keys/log.pub")).unwrap();
        assert_eq!(key.trim(), next.to_string(), "{node}");
    }
    closed(b).await;
    let b = scene.node("b").await;
    signs_alike(&a, &b, &new).await;
    closed(a).await;

    // Out of the stream, and again in a stream that is filled anew: each pack under the key of its time.
    closed(b).await;
    scene.delete_stream().await;
    scene.reseed(&["a", "b"], false).await.unwrap();
    let (a, b) = (scene.node("a").await, scene.node("b").await);
    record(&b, &scene::company("areva", "444")).await;
    signs_alike(&a, &b, &new).await;
    let bytes = all_bytes(&a);
    closed(a).await;
    closed(b).await;
    scene.move_out("a", false).await.unwrap();
    let own = Log::open(&scene.path("a"), None, Settings::default(), noon(), Ids::System).unwrap();
    assert_eq!((all_bytes(&own), own.public_key()), (bytes, Some(next)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_without_the_new_key_waits_in_front_of_the_entry_and_goes_on_when_it_comes() {
    let Some(scene) = Scene::new() else { return };
    let (a, b, c) = (scene.node("a").await, scene.node("b").await, scene.node("c").await);
    record_visit(&a).await;
    reaches(&b, 7).await;
    reaches(&c, 7).await;
    closed(a).await;
    closed(c).await;
    let next = draw_next_key(&scene.path("a"), &Settings::default(), &Ids::System).unwrap();
    let kept = std::fs::read(scene.path("a").join("keys/log.next")).unwrap();
    scene.rotate("a").await.unwrap();
    let a = scene.node("a").await;
    record(&a, &scene::company("orano", "111")).await;

    let node = comes_to(&b, "what is in the way", |state| state.trouble.is_some()).await;
    let trouble = node.trouble.unwrap().to_string();
    assert!(trouble.contains("entry 8 hands the log on to") && trouble.contains(&next.to_string()), "{trouble}");
    assert_eq!(
        (b.head(), node.halted, b.public_key()),
        (7, false, a.proof(1).unwrap().map(|p| p.rotations[0].old().clone()))
    );
    let refused = scene.refused("c").await;
    assert!(refused.contains("whose private key is not here"), "a start says the same: {refused}");

    for node in ["b", "c"] {
        let path = scene.path(node).join("keys/log.next");
        std::fs::write(&path, &kept).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
    signs_alike(&a, &b, &Policy::of_log(next.clone())).await;
    let c = scene.node("c").await;
    signs_alike(&a, &c, &Policy::of_log(next)).await;
    record(&c, &scene::company("vicat", "222")).await;
    reaches(&b, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_are_compared_whole_and_a_new_node_behind_a_rotation_begins_with_a_backup() {
    let Some(scene) = Scene::new() else { return };
    let a = scene.node("a").await;
    record_visit(&a).await;
    copy_keys(&scene.path("a"), &scene.path("old"));
    closed(a).await;
    draw_next_key(&scene.path("a"), &Settings::default(), &Ids::System).unwrap();
    scene.rotate("a").await.unwrap();
    let a = scene.node("a").await;
    record(&a, &scene::company("orano", "111")).await;

    // The same name, and a key that ended.
    let refused = scene.refused("old").await;
    assert!(refused.contains("it signs as") && refused.contains("give it the keys of the other nodes"), "{refused}");
    assert!(!scene.path("old").join("log.sqlite").exists());
    // The right key, and none of the time before it.
    copy_keys(&scene.path("a"), &scene.path("new"));
    let refused = scene.refused("new").await;
    assert!(refused.contains("begin with a backup of another node"), "{refused}");
    assert!(!scene.path("new").join("log.sqlite").exists());

    let backups = tempfile::TempDir::new().unwrap();
    let made = back_up(&scene.path("a"), &Settings::default(), backups.path()).unwrap();
    record(&a, &scene::company("vicat", "222")).await;
    let key = scene.path("new").join("keys/log.key");
    restore(&made.dir, &scene.path("new"), &Settings::default(), Some(&key)).unwrap();
    let new = scene.node("new").await;
    signs_alike(&a, &new, &Policy::of_log(a.public_key().unwrap())).await;
    let note: SignedNote = new.checkpoint().unwrap().to_string().parse().unwrap();
    assert!(note.text().contains("\n10\n"));
    record(&new, &scene::company("total", "333")).await;
    reaches(&a, 11).await;
    assert!(matches!(
        draw_next_key(&scene.path("nothing"), &Settings::default(), &Ids::System),
        Err(LogError::Stream { .. })
    ));
}
