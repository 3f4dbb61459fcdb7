//! Who may do what: tokens, scopes, parties, and the machine itself.

use hyper::StatusCode;
use serde_json::{Value, json};
use servanda_api::{Policy, ReadAccess, Scope, Settings};
use servanda_events::testing::parsed;
use servanda_events::testing::scene::{achieve, but, confirm, correct, dispute, milestone, retract, state};
use servanda_tests::server::{Ask, Server, Start};

use crate::{named, visit};

#[tokio::test(flavor = "multi_thread")]
async fn at_the_machine_itself_one_records_without_a_token_until_there_is_one() {
    let server = Server::start().await;
    let first = server.command(&state("kaz", "KAZ")).await;
    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!(server.get("/api/v1/entries/1").await.json()["recorded_by"], "local");
    let token = server.token("official", None, Scope::Record);
    let refused = server.command(&state("fra", "FRA")).await;
    assert_eq!((refused.said().as_str(), refused.header("www-authenticate")), ("401 token_missing", "Bearer"));
    let recorded = server.send(Ask::command(&state("fra", "FRA")).token(&token)).await;
    assert_eq!(recorded.status, StatusCode::CREATED);
    assert_eq!(server.get("/api/v1/entries/2").await.json()["recorded_by"], "official");
    assert_eq!(server.get("/api/v1/parties").await.status, StatusCode::OK, "reading stays open");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_machine_nobody_records_without_a_token() {
    let server = Server::start_with(Start { listen: "0.0.0.0:0", ..Start::default() }).await;
    assert_eq!(server.command(&state("kaz", "KAZ")).await.said(), "401 token_missing");
    assert_eq!(server.send(Ask::commands([&state("kaz", "KAZ")])).await.said(), "401 token_missing");
    assert_eq!(server.get("/api/v1/parties").await.status, StatusCode::OK);
    let token = server.token("official", None, Scope::Record);
    assert_eq!(server.send(Ask::command(&state("kaz", "KAZ")).token(&token)).await.status, StatusCode::CREATED);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_valid_is_refused_without_saying_why() {
    let server = Server::start().await;
    let token = server.token("official", None, Scope::Admin);
    let now = server.log.now();
    let ask = |authorization: &str| Ask::command(&state("kaz", "KAZ")).header("authorization", authorization);
    let unknown = token.replace('1', "2");
    for wrong in ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer sv_x", &format!("Bearer {unknown}"), &token] {
        let reply = server.send(ask(wrong)).await;
        assert_eq!(reply.said(), "401 token_invalid", "{wrong}");
        assert_eq!(reply.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        assert!(!reply.text().contains(&token[3..20]));
    }
    assert_eq!(server.send(ask(&format!("bearer {token}"))).await.status, StatusCode::CREATED);
    server.access.revoke_token(&server.access.tokens().unwrap()[0].id, now).unwrap();
    assert_eq!(server.send(ask(&format!("Bearer {token}"))).await.said(), "401 token_invalid");
    let other = server.token("official", None, Scope::Record);
    server.access.disable_user(&parsed("official"), now).unwrap();
    assert_eq!(server.send(ask(&format!("Bearer {other}"))).await.said(), "401 user_disabled");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_allows_what_it_says() {
    let settings = Settings { reads: ReadAccess::Token, ..Settings::default() };
    let server = Server::start_with(Start { settings, ..Start::default() }).await;
    assert_eq!(server.get("/api/v1/parties").await.status, StatusCode::OK, "no token was ever made");
    let read = server.token("reader", None, Scope::Read);
    let record = server.token("recorder", None, Scope::Record);
    for path in ["/api/v1/parties", "/api/v1/entries", "/api/v1/feed", "/api/v1/progress", "/api/v1/entries/1"] {
        assert_eq!(server.get(path).await.said(), "401 token_missing", "{path}");
    }
    let page = server.get("/?as_of=2025-01-01").await;
    assert_eq!(
        (page.status, page.header("location")),
        (StatusCode::SEE_OTHER, "/sign-in?next=%2F%3Fas_of%3D2025-01-01")
    );
    assert_eq!(server.send(Ask::get("/").token(&read)).await.status, StatusCode::OK);
    for token in [&read, &record] {
        assert_eq!(server.send(Ask::get("/api/v1/parties").token(token)).await.status, StatusCode::OK);
    }
    let reply = server.send(Ask::command(&state("kaz", "KAZ")).token(&read).header("accept-language", "fr")).await;
    assert_eq!(reply.said(), "403 scope_missing");
    assert!(
        reply.json()["detail"]
            .as_str()
            .unwrap()
            .starts_with("Ce jeton ne permet que de lire\u{a0}; la requête demande")
    );
    assert_eq!(server.get("/livez").await.status, StatusCode::OK);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_party_records_its_own_statements_only() {
    let server = visit().await;
    let fra = server.token("attache", Some("fra"), Scope::Record);
    let kaz = server.token("official", Some("kaz"), Scope::Record);
    let said = async |command: &Value, token: &str| server.send(Ask::command(command).token(token)).await.said();
    // The reporting party is filled in, and must not be another.
    let claim =
        but(achieve("branch", "open", "2025-03-01", "fra"), json!({ "command_id": "claim", "reported_by": null }));
    assert_eq!(said(&claim, &fra).await, "201");
    let entry = server.get(&format!("/api/v1/entries/{}", server.log.head())).await.json();
    assert_eq!((&entry["reported_by"], &entry["recorded_by"]), (&json!("fra"), &json!("attache")));
    let cases = [
        (achieve("branch", "plan", "2025-01-20", "kaz"), &fra, "403 not_your_party"),
        (but(milestone("branch", "m", "2026"), json!({ "reported_by": "kaz" })), &fra, "403 not_your_party"),
        (confirm("branch", "claim.1", "kaz"), &fra, "403 not_your_party"),
        (dispute("branch", "claim.1", "kaz"), &fra, "403 not_your_party"),
        (
            correct("commitment-branch", "claim.1", "/data/achieved_on", "2025-03-01", "2025-03-02"),
            &kaz,
            "403 not_your_statement",
        ),
        (retract("commitment-branch", "claim.1", &[]), &kaz, "403 not_your_statement"),
        (correct("commitment-branch", "claim.1", "/reported_by", "fra", "kaz"), &fra, "403 not_your_party"),
        (retract("commitment-branch", "plan.1", &["planned.1"]), &kaz, "403 entry_of_nobody"),
        (retract("commitment-branch", "none.1", &[]), &kaz, "409 entry_unknown"),
        (confirm("branch", "claim.1", "kaz"), &kaz, "201"),
        (correct("commitment-branch", "claim.1", "/data/achieved_on", "2025-03-01", "2025-03-02"), &fra, "201"),
    ];
    for (command, token, expected) in &cases {
        assert_eq!(said(command, token).await, *expected, "{command}");
    }
    let lines: Vec<Value> = cases[..3].iter().map(|case| case.0.clone()).collect();
    let listed = server.send(Ask::commands(&lines).token(&fra)).await.lines();
    assert!(listed.iter().all(|line| line["status"] == 403 && line["problem"]["code"] == "not_your_party"));
    // An administrator may speak for any party.
    let admin = server.token("registrar", Some("fra"), Scope::Admin);
    assert_eq!(said(&dispute("branch", "planned.1", "kaz"), &admin).await, "201");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_web_site_cannot_record_through_the_browser_on_this_machine() {
    let server = Server::start().await;
    let address = server.address.to_string();
    let from = |origin: &str, host: &str| {
        Ask::command(&named("x", state("kaz", "KAZ"))).header("host", host).header("origin", origin)
    };
    for (origin, host) in [
        ("https://evil.example", address.as_str()),
        ("http://evil.example:80", "evil.example:80"),
        ("null", &address),
        ("http://localhost:1", &address),
    ] {
        assert_eq!(server.send(from(origin, host)).await.said(), "403 foreign_origin", "{origin} {host}");
    }
    let rebound = Ask::command(&state("kaz", "KAZ")).header("host", "evil.example");
    assert_eq!(server.send(rebound).await.said(), "403 foreign_origin");
    // What a form of another site can send is no command.
    let form = Ask::bytes("application/x-www-form-urlencoded", "a=b");
    assert_eq!(server.send(form).await.said(), "415 unsupported_type");
    assert_eq!(server.log.head(), 0);
    assert_eq!(server.send(from(&format!("http://{address}"), &address)).await.status, StatusCode::CREATED);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_two_persons_are_wanted_no_token_records_alone_and_every_refusal_is_noted() {
    let settings = Settings { four_eyes: Policy::of_setting("party").unwrap(), ..Settings::default() };
    let server = Server::start_with(Start { settings, ..Start::default() }).await;
    let command = state("kaz", "KAZ");
    assert_eq!(server.command(&command).await.said(), "403 two_persons_needed", "at the machine itself");
    for scope in [Scope::Record, Scope::Admin] {
        let token = server.token(scope.as_str(), None, scope);
        assert_eq!(server.send(Ask::command(&command).token(&token)).await.said(), "403 two_persons_needed");
        let lines = server.send(Ask::commands([&command, &state("fra", "FRA")]).token(&token)).await.lines();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line["problem"]["code"] == "two_persons_needed"), "{lines:?}");
    }
    let reader = server.token("reader", None, Scope::Read);
    assert_eq!(server.send(Ask::command(&command).token(&reader)).await.said(), "403 scope_missing");
    assert_eq!(server.command(&command).await.said(), "401 token_missing");
    assert_eq!(server.log.head(), 0);
    let noted: Vec<(Option<String>, String, u64)> = server
        .access
        .audit(true, 0, 10)
        .unwrap()
        .into_iter()
        .rev()
        .map(|row| (row.who.map(|who| who.to_string()), row.why, row.times))
        .collect();
    let row = |who: Option<&str>, why: &str, times| (who.map(str::to_owned), why.to_owned(), times);
    assert_eq!(
        noted,
        [
            row(Some("local"), "two_persons_needed", 1),
            row(Some("record"), "two_persons_needed", 2),
            row(Some("admin"), "two_persons_needed", 2),
            row(Some("reader"), "scope_missing", 1),
            row(None, "token_missing", 1),
        ],
        "a list of commands is noted once"
    );
    server.stop().await;
}
