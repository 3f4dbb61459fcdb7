//! What outsiders get without trusting the service: checkpoint, policy, proofs, tiles, consistency.

use servanda_events::testing::parsed;
use servanda_events::testing::scene::{milestone, state};
use servanda_log::{Clock, Ids, Log, Settings};
use servanda_proof::{
    Checkpoint, Hash, Policy, SignedNote, TlogProof, bundle_entries, check_consistency, judge_checkpoint, judge_proof,
    leaf_hash,
};
use servanda_tests::server::{BEGIN, Server, Start};

use crate::named;

/// A service over a log in a file, with some entries.
async fn on_disk(dir: &std::path::Path, entries: usize) -> Server {
    let (clock, ids) = (Clock::fixed(parsed(BEGIN)), Ids::System);
    let log = Log::open(dir, Some(parsed("test")), Settings::default(), clock.clone(), ids.clone()).unwrap();
    let server = Server::over(log, clock, ids, Start::default()).await;
    let commitment = servanda_events::testing::scene::but(
        servanda_events::testing::scene::commitment("branch"),
        serde_json::json!({ "data": { "agreement_id": null, "package_id": null } }),
    );
    server.tell([named("kaz", state("kaz", "KAZ")), named("fra", state("fra", "FRA")), named("c", commitment)]).await;
    let more = (3..entries).map(|n| named(&format!("m{n}"), milestone("branch", &format!("m{n}"), "2026")));
    server.tell(more.collect::<Vec<_>>()).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_the_key_needs_nothing_else_of_the_service() {
    let dir = tempfile::tempdir().unwrap();
    let server = on_disk(dir.path(), 9).await;
    let note: SignedNote = server.get("/checkpoint").await.text().parse().unwrap();
    let policy = Policy::parse(server.get("/policy").await.text()).unwrap();
    let (checkpoint, _) = judge_checkpoint(&note, &policy).unwrap();
    assert_eq!(checkpoint.size, 9);
    for position in 1..=9 {
        let proof = server.get(&format!("/api/v1/entries/{position}/proof")).await;
        let proof: TlogProof = proof.text().parse().unwrap();
        assert_eq!(proof.index, position - 1);
        assert!(judge_proof(&proof, None, &policy).0.holds());
        let entry = server.get(&format!("/api/v1/entries/{position}")).await;
        assert_eq!(proof.entry.unwrap(), entry.body, "the proof is of the bytes that are served");
    }
    let tile = server.get("/tile/0/000.p/9").await;
    let bundle = server.get("/tile/entries/000.p/9").await;
    let entries = bundle_entries(&bundle.body).unwrap();
    let hashes: Vec<u8> = entries.iter().flat_map(|entry| *leaf_hash(entry).as_bytes()).collect();
    assert_eq!(tile.body, hashes);
    assert!(tile.header("cache-control").contains("immutable"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_size_continues_another() {
    let dir = tempfile::tempdir().unwrap();
    let server = on_disk(dir.path(), 5).await;
    let at = |text: &str| text.parse::<SignedNote>().unwrap().text().parse::<Checkpoint>().unwrap();
    let before = at(server.get("/checkpoint").await.text());
    server.tell([named("late", milestone("branch", "late", "2027"))]).await;
    let after = at(server.get("/checkpoint").await.text());
    let answer = server.get("/api/v1/consistency?size_from=5&size_to=6").await.json();
    let hashes = answer["hashes"].as_array().unwrap();
    let hashes: Vec<Hash> = hashes.iter().map(|hash| Hash::from_base64(hash.as_str().unwrap()).unwrap()).collect();
    assert_eq!(check_consistency(5, 6, &before.root, &after.root, &hashes), Ok(()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_says_what_is_certain() {
    let dir = tempfile::tempdir().unwrap();
    let server = on_disk(dir.path(), 3).await;
    let again = server.command(&named("more", milestone("branch", "more", "2026"))).await.json();
    assert_eq!(again["acknowledged"], "checkpointed");
    server.stop().await;
    let in_memory = crate::visit().await;
    let told = in_memory.command(&named("more", milestone("branch", "more", "2026"))).await.json();
    assert_eq!(told["acknowledged"], "durable");
    for path in ["/checkpoint", "/policy", "/api/v1/entries/1/proof"] {
        assert_eq!(in_memory.get(path).await.said(), "404 no_checkpoint", "{path}");
    }
    in_memory.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let server = on_disk(dir.path(), 4).await;
    for (path, said) in [
        ("/api/v1/entries/0/proof", "404 entry_not_found"),
        ("/api/v1/entries/5/proof", "404 entry_not_found"),
        ("/api/v1/entries/x/proof", "400 bad_parameter"),
        ("/api/v1/consistency?size_from=0&size_to=4", "400 bad_parameter"),
        ("/api/v1/consistency?size_from=4&size_to=3", "400 bad_parameter"),
        ("/api/v1/consistency?size_from=1&size_to=5", "400 position_ahead"),
        ("/tile/0/000", "404 tile_not_found"),
        ("/tile/0/000.p/5", "404 tile_not_found"),
        ("/tile/0/0", "404 tile_not_found"),
        ("/tile/x/000", "404 tile_not_found"),
        ("/tile/entries/001", "404 tile_not_found"),
        ("/tile/1/000.p/1", "404 tile_not_found"),
        ("/checkpoint?x=1", "400 unknown_parameter"),
    ] {
        assert_eq!(server.get(path).await.said(), said, "{path}");
    }
    server.stop().await;
}
