//! The service as a whole: health, counts, headers, languages, an orderly end, a log on disk.

use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use serde_json::json;
use servanda_api::Settings;
use servanda_events::testing::parsed;
use servanda_events::testing::scene::state;
use servanda_log::{Clock, Ids, Log};
use servanda_tests::server::{Ask, BEGIN, Server, Start};

use crate::visit;

#[tokio::test(flavor = "multi_thread")]
async fn readiness_names_each_part() {
    let server = visit().await;
    let reply = server.get("/readyz").await;
    let state = reply.json();
    assert_eq!((reply.status, &state["ready"], &state["accepting"]), (StatusCode::OK, &json!(true), &json!(true)));
    assert_eq!(
        state["log"],
        json!({ "readable": true, "writable": true, "trouble": null, "ledger": "test", "head": server.log.head() })
    );
    assert_eq!(state["read_model"], json!({ "following": true, "position": server.log.head(), "lag": 0 }));
    assert_eq!(server.get("/livez").await.json()["alive"], true);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_whose_log_is_closed_says_so_and_lives() {
    let server = Server::start().await;
    server.log.close().await.unwrap();
    let refused = server.command(&state("kaz", "KAZ")).await;
    assert_eq!((refused.said().as_str(), refused.header("retry-after")), ("503 shutting_down", "1"));
    let reply = server.get("/readyz").await;
    assert_eq!((reply.status, &reply.json()["log"]["writable"]), (StatusCode::SERVICE_UNAVAILABLE, &json!(false)));
    assert_eq!(reply.json()["log"]["trouble"], "shutting_down");
    assert_eq!(server.get("/livez").await.status, StatusCode::OK);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_there_for_operators() {
    let server = visit().await;
    let counts = server.get("/metrics").await;
    assert!(counts.header("content-type").starts_with("text/plain"));
    let text = counts.text();
    for name in [
        "servanda_entries_appended_total ",
        "servanda_append_seconds_bucket{le=\"0.01\"}",
        "servanda_http_requests_total{route=\"/api/v1/commands\",method=\"POST\",status=\"201\"}",
        "servanda_log_head_position ",
        "servanda_read_model_lag_entries ",
    ] {
        assert!(text.contains(name), "{name} is missing:\n{text}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_protects_the_browser_and_has_a_number() {
    let server = visit().await;
    let mut numbers = std::collections::BTreeSet::new();
    for path in ["/", "/assets/nothing", "/api/v1/parties", "/api/v1/parties/nobody", "/nothing", "/livez"] {
        let reply = server.get(path).await;
        assert!(
            reply.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'; "),
            "{path}"
        );
        assert!(!reply.header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
        assert!(numbers.insert(reply.header("x-request-id").to_owned()), "{path}");
    }
    let head = server.send(Ask::of("HEAD", "/api/v1/parties")).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_speaks_each_of_the_four_languages() {
    let server = Server::start().await;
    for (header, lang, title) in [
        ("", "en", "Not found"),
        ("de", "en", "Not found"),
        ("fr-CA,fr;q=0.9", "fr", "Introuvable"),
        ("en;q=0.3,kk;q=0.9", "kk", "Табылмады"),
        ("ru", "ru", "Не найдено"),
    ] {
        let reply = server.send(Ask::get("/api/v1/parties/nobody").header("accept-language", header)).await;
        assert_eq!(
            (reply.header("content-language"), reply.json()["title"].as_str().unwrap()),
            (lang, title),
            "{header}"
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_finished_when_the_service_stops() {
    let server = Server::start().await;
    let address = server.address;
    let (sender, request) = Ask::bytes("application/json", "").streamed(address);
    let answer = server.open(request);
    let finish = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.begin_stop();
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut sender = sender;
        sender.send_data(state("kaz", "KAZ").to_string().into()).await.unwrap();
    };
    let (answer, ()) = tokio::join!(answer, finish);
    assert_eq!(answer.status(), StatusCode::CREATED);
    drop(answer);
    let log = server.log.clone();
    server.stop().await;
    assert_eq!(log.head(), 1);
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody is let in any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_never_comes_to_its_end_is_given_up() {
    let settings = Settings { request_max: Duration::from_millis(100), ..Settings::default() };
    let server = Server::start_with(Start { settings, ..Start::default() }).await;
    let (mut sender, request) = Ask::bytes("application/json", "").streamed(server.address);
    sender.send_data("{\"command\":".into()).await.unwrap();
    let response = server.open(request).await;
    assert_eq!(
        (response.status(), &response.headers()["retry-after"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"1".parse().unwrap())
    );
    assert_eq!(server.log.head(), 0);
    drop(sender);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_most_connections_one_waits_for_a_place() {
    let settings = Settings { connections_max: 1, ..Settings::default() };
    let server = Server::start_with(Start { settings, ..Start::default() }).await;
    let feed = server.open(Ask::get("/api/v1/feed").request(server.address)).await;
    let waits = tokio::time::timeout(Duration::from_millis(200), server.get("/livez")).await;
    assert!(waits.is_err(), "there was no place");
    drop(feed);
    let served = tokio::time::timeout(Duration::from_secs(5), server.get("/livez")).await.expect("there is a place");
    assert_eq!(served.status, StatusCode::OK);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_ledger_says_so_and_takes_the_same_command_a_moment_later() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, ids) = (Clock::fixed(parsed(BEGIN)), Ids::System);
    let narrow = servanda_log::Settings { queue_entries_max: 1, batch_entries_max: 1, ..Default::default() };
    let log = Log::open(dir.path(), None, narrow, clock.clone(), ids.clone()).unwrap();
    let server = Arc::new(Server::over(log, clock, ids, Start::default()).await);
    let senders = (0..32).map(|sender| {
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let mut busy = 0;
            for n in 0..5 {
                let ask = Ask::command(&state(&format!("p{sender}-{n}"), "KAZ"));
                let ask = ask.header("idempotency-key", &format!("k{sender}-{n}"));
                loop {
                    let reply = server.send(ask.clone()).await;
                    if reply.status == StatusCode::CREATED {
                        break;
                    }
                    assert_eq!((reply.said().as_str(), reply.header("retry-after")), ("429 busy", "1"));
                    busy += 1;
                    tokio::time::sleep(Duration::from_millis(busy)).await;
                }
            }
            busy
        })
    });
    let mut busy = 0;
    for sender in senders.collect::<Vec<_>>() {
        busy += sender.await.unwrap();
    }
    assert!(busy > 0, "nobody was ever told that the ledger is busy");
    assert_eq!(server.log.head(), 160);
    server.log.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_on_disk_answers_the_same_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let open = || {
        let (clock, ids) = (Clock::fixed(parsed(BEGIN)), Ids::System);
        let log = Log::open(dir.path(), None, servanda_log::Settings::default(), clock.clone(), ids.clone()).unwrap();
        (log, clock, ids)
    };
    let (log, clock, ids) = open();
    let server = Server::over(log, clock, ids, Start::default()).await;
    let ask = Ask::command(&state("kaz", "KAZ")).header("idempotency-key", "once");
    let first = server.send(ask.clone()).await;
    let entry = server.get("/api/v1/entries/1").await;
    server.log.close().await.unwrap();
    server.stop().await;

    let (log, clock, ids) = open();
    let server = Server::over(log, clock, ids, Start::default()).await;
    assert_eq!(server.get("/api/v1/entries/1").await.body, entry.body);
    let again = server.send(ask).await;
    assert_eq!(again.json()["entries"], first.json()["entries"]);
    assert_eq!(server.get("/api/v1/parties/kaz").await.status, StatusCode::OK);
    let log = server.log.clone();
    server.stop().await;
    log.close().await.unwrap();
}
