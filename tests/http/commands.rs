//! One command at a time: what is recorded, repeated, only validated, refused, and with which status.

use std::sync::Arc;

use hyper::StatusCode;
use serde_json::json;
use servanda_events::testing::scene::{achieve, agreement, but, commitment, confirm, milestone, package, state, with};
use servanda_tests::server::{Ask, Server};

use crate::{named, visit};

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_command_is_answered_with_its_entries_and_its_revision() {
    let server = Server::start().await;
    let reply = server.command(&named("c-1", state("kaz", "KAZ"))).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    assert_eq!(reply.header("etag"), "\"1\"");
    assert_eq!(reply.header("location"), "/api/v1/entries/1");
    let answer = reply.json();
    assert_eq!(answer["command_id"], "c-1");
    assert_eq!((&answer["position"], &answer["revision"], &answer["repeated"]), (&json!(1), &json!(1), &json!(false)));
    let entry = &answer["entries"][0];
    assert_eq!((&entry["event_id"], &entry["type"]), (&json!("c-1.1"), &json!("PartyRegistered")));
    assert_eq!((&entry["stream"], &entry["recorded_at"]), (&json!("party-kaz"), &json!("2025-03-20T09:00:00.000000Z")));
    assert_eq!(server.get(reply.header("location")).await.json()["event_id"], "c-1.1");

    // Without an id it gets one; what is already so is recorded no second time.
    let again = server.command(&state("kaz", "KAZ")).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.json()["entries"], json!([]));
    assert_eq!((&again.json()["position"], &again.json()["revision"]), (&json!(null), &json!(1)));
    assert_eq!((again.header("etag"), again.header("location")), ("\"1\"", ""));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn warnings_are_told_in_the_callers_language() {
    let server = visit().await;
    let claim = but(achieve("branch", "open", "2025-03-01", "fra"), json!({ "evidence": [] }));
    let reply = server.send(Ask::command(&claim).header("accept-language", "fr-FR, en;q=0.5")).await;
    let flag = &reply.json()["entries"][0]["flags"][0];
    assert_eq!(flag["code"], "no_evidence");
    assert_eq!(flag["sentence"], "Aucun document n’appuie cette déclaration.");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_the_status_of_their_kind_and_change_nothing() {
    let server = visit().await;
    let head = server.log.head();
    let of = |body: &str| Ask::bytes("application/json", body.to_owned());
    let currency = |code: &str| with(commitment("second"), json!({ "amount": { "amount": "5", "currency": code } }));
    let cases = [
        ("400 malformed_json", of("{\"command\":")),
        ("400 line_empty_body", of(" \n")),
        ("400 duplicate_key", of("{\"command\":\"RegisterParty\",\"command\":\"x\",\"data\":{}}")),
        ("400 float_not_allowed", of("{\"command\":\"RegisterParty\",\"data\":{\"weight\":1.5}}")),
        ("400 invalid_utf8", Ask::bytes("application/json", b"{\"command\":\"\xff\"}".to_vec())),
        ("413 command_too_large", Ask::bytes("application/json", vec![b' '; 64 * 1024 + 1])),
        ("415 unsupported_type", Ask::bytes("text/plain", "{}")),
        ("415 unsupported_type", Ask::of("POST", "/api/v1/commands")),
        ("422 unknown_command", Ask::command(&json!({ "command": "DeleteParty", "data": {} }))),
        ("422 unknown_field", Ask::command(&but(state("x", "KAZ"), json!({ "colour": "red" })))),
        ("422 missing_field", Ask::command(&with(state("x", "KAZ"), json!({ "names": null })))),
        ("422 unknown_value", Ask::command(&with(state("x", "KAZ"), json!({ "kind": "kingdom" })))),
        ("422 unknown_country", Ask::command(&state("x", "XXX"))),
        ("422 unknown_currency", Ask::command(&currency("XXZ"))),
        ("422 malformed_id", Ask::command(&state("No Such Id", "KAZ"))),
        ("422 impossible_date", Ask::command(&milestone("branch", "m", "2025-02-30"))),
        ("422 negative_weight", Ask::command(&with(milestone("branch", "m", "2025"), json!({ "weight": "-1" })))),
        ("422 achievement_in_future", Ask::command(&achieve("branch", "open", "2025-04-01", "fra"))),
        ("409 party_already_registered", Ask::command(&state("kaz", "FRA"))),
        ("409 own_claim", Ask::command(&confirm("branch", "planned.1", "fra"))),
        ("409 command_id_reused", Ask::command(&named("kaz", state("uzb", "UZB")))),
        ("412 revision_differs", Ask::command(&but(state("uzb", "UZB"), json!({ "expected_revision": 3 })))),
        ("412 revision_differs", Ask::command(&milestone("branch", "m", "2025")).header("if-match", "\"1\"")),
        ("400 bad_header", Ask::command(&state("uzb", "UZB")).header("if-match", "1")),
        ("400 bad_header", Ask::command(&state("uzb", "UZB")).header("if-match", "W/\"1\"")),
        ("400 bad_header", Ask::command(&state("uzb", "UZB")).header("idempotency-key", "a b")),
        ("400 idempotency_key_differs", Ask::command(&named("a", state("uzb", "UZB"))).header("idempotency-key", "b")),
        (
            "400 revision_twice",
            Ask::command(&but(state("uzb", "UZB"), json!({ "expected_revision": 0 }))).header("if-match", "\"1\""),
        ),
        ("400 unknown_parameter", Ask::command(&state("uzb", "UZB")).to("/api/v1/commands?dry_run=true")),
        ("400 bad_parameter", Ask::command(&state("uzb", "UZB")).to("/api/v1/commands?validate_only=perhaps")),
    ];
    for (said, ask) in cases {
        let reply = server.send(ask.clone()).await;
        assert_eq!(reply.said(), said, "{ask:?}");
    }
    assert_eq!(server.log.head(), head);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_names_the_field_and_speaks_the_callers_language() {
    let server = Server::start().await;
    let wrong = with(state("kaz", "KAZ"), json!({ "names": { "en": " " } }));
    let reply =
        server.send(Ask::command(&wrong).header("accept-language", "kk").header("x-request-id", "mine-7")).await;
    assert_eq!(reply.said(), "422 text_missing");
    assert_eq!((reply.header("content-language"), reply.header("x-request-id")), ("kk", "mine-7"));
    let problem = reply.json();
    assert_eq!(problem["errors"][0]["pointer"], "/data/names/en");
    assert_eq!(problem["title"], "Өрістің мәні жарамсыз");
    assert_eq!(problem["type"], "/problems/text_missing");
    assert_eq!(server.get("/problems/text_missing").await.status, StatusCode::OK);
    let changed = server.command(&but(state("kaz", "KAZ"), json!({ "expected_revision": 3 }))).await;
    assert_eq!((changed.said().as_str(), changed.header("etag")), ("412 revision_differs", "\"0\""));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_is_recorded_once_and_answered_alike() {
    let server = Server::start().await;
    let ask = Ask::command(&state("kaz", "KAZ")).header("idempotency-key", "once");
    let first = server.send(ask.clone()).await;
    server.tell([state("fra", "FRA")]).await;
    let again = server.send(ask.header("if-match", "\"0\"")).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!(again.json()["repeated"], true);
    assert_eq!(first.json()["entries"], again.json()["entries"]);
    assert_eq!(again.header("location"), "/api/v1/entries/1");
    // The key in the header and the id in the body are the same thing.
    let in_body = server.command(&named("once", state("kaz", "KAZ"))).await;
    assert_eq!(in_body.json()["repeated"], true);
    let quoted = server.send(Ask::command(&state("kaz", "KAZ")).header("idempotency-key", "\"once\"")).await;
    assert_eq!(quoted.json()["repeated"], true);
    let other = server.send(Ask::command(&state("uzb", "UZB")).header("idempotency-key", "once")).await;
    assert_eq!(other.said(), "409 command_id_reused");
    assert_eq!(server.log.head(), 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_race_of_the_same_command_records_it_once() {
    let server = Arc::new(Server::start().await);
    let race = (0..16).map(|_| {
        let server = Arc::clone(&server);
        tokio::spawn(async move { server.command(&named("once", state("kaz", "KAZ"))).await })
    });
    let mut created = 0;
    for reply in race.collect::<Vec<_>>() {
        let reply = reply.await.unwrap();
        created += usize::from(reply.status == StatusCode::CREATED);
        assert_eq!(reply.json()["entries"][0]["event_id"], "once.1", "{}", reply.text());
    }
    assert_eq!((created, server.log.head()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_race_for_one_revision_has_one_winner() {
    let server = Arc::new(visit().await);
    let revision = server.get("/api/v1/commitments/branch/history").await.json()["items"].as_array().unwrap().len();
    let race = (0..16).map(|n| {
        let server = Arc::clone(&server);
        let ask =
            Ask::command(&milestone("branch", &format!("m{n}"), "2026")).header("if-match", &format!("\"{revision}\""));
        tokio::spawn(async move { server.send(ask).await.said() })
    });
    let mut said = Vec::new();
    for reply in race.collect::<Vec<_>>() {
        said.push(reply.await.unwrap());
    }
    said.sort();
    assert_eq!(said[0], "201");
    assert!(said[1..].iter().all(|said| said == "412 revision_differs"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn validating_answers_by_the_same_rules_and_records_nothing() {
    let server = visit().await;
    let head = server.log.head();
    let validate = |command: serde_json::Value| Ask::command(&command).to("/api/v1/commands?validate_only=true");
    let reply = server.send(validate(named("next", agreement("second")))).await;
    assert_eq!((reply.status, reply.header("location")), (StatusCode::OK, ""));
    assert_eq!(reply.json()["validate_only"], true);
    assert_eq!(reply.json()["entries"][0]["position"], head + 1);
    assert_eq!(server.send(validate(package("visit"))).await.json()["entries"], json!([]));
    let refused = server.send(validate(confirm("branch", "planned.1", "fra"))).await;
    assert_eq!(refused.said(), "409 own_claim");
    assert_eq!(server.log.head(), head);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_can_wait_for_ones_own_command() {
    let server = Server::start().await;
    for n in 0..20 {
        let reply = server.command(&state(&format!("p{n}"), "KAZ")).await;
        let position = &reply.json()["position"];
        let read = server.get(&format!("/api/v1/parties/p{n}?wait_for={position}")).await;
        assert_eq!(read.said(), "200");
        assert!(read.json()["known_at"]["position"].as_u64() >= position.as_u64());
    }
    server.stop().await;
}
