//! Many commands in one request: an answer for each line, in order, as they come.

use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::{Bytes, Incoming};
use serde_json::{Value, json};
use servanda_api::Settings;
use servanda_events::testing::scene::{but, company, milestone, state};
use servanda_tests::server::{Ask, Server, Start};

use crate::{named, visit};

fn statuses(lines: &[Value]) -> Vec<(u64, u64)> {
    lines.iter().map(|line| (line["line"].as_u64().unwrap(), line["status"].as_u64().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_has_its_answer_and_a_refused_one_leaves_the_others_alone() {
    let server = Server::start().await;
    let kaz = named("kaz", state("kaz", "KAZ")).to_string();
    let lines = [
        kaz.clone(),
        String::new(),
        "{ not json".to_owned(),
        state("Not An Id", "KAZ").to_string(),
        "x".repeat(64 * 1024 + 1),
        kaz.clone(),
        named("kaz", state("uzb", "UZB")).to_string(),
        state("kaz", "FRA").to_string(),
        state("fra", "FRA").to_string(),
    ];
    let ask = Ask::bytes("application/jsonl; charset=utf-8", lines.join("\n")).header("accept-language", "ru");
    let reply = server.send(ask).await;
    assert_eq!((reply.status, reply.header("content-type")), (StatusCode::OK, "application/x-ndjson"));
    let answers = reply.lines();
    let expected = [(1, 201), (3, 400), (4, 422), (5, 413), (6, 200), (7, 409), (8, 409), (9, 201)];
    assert_eq!(statuses(&answers), expected, "{}", reply.text());
    assert_eq!(answers[0]["answer"]["entries"][0]["event_id"], "kaz.1");
    assert_eq!(answers[4]["answer"]["repeated"], true);
    assert_eq!(answers[5]["problem"]["code"], "command_id_reused");
    assert_eq!(answers[2]["problem"]["errors"][0]["pointer"], "/data/party_id");
    assert!(answers[1]["problem"]["detail"].as_str().unwrap().starts_with("Это неверный JSON: см. строку 1"));
    assert_eq!(server.log.head(), 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_of_a_list_build_on_each_other() {
    let server = visit().await;
    let head = server.log.head();
    let plan: Vec<Value> = (0..500).map(|n| milestone("branch", &format!("m{n}"), "2026-06-30")).collect();
    let reply = server.send(Ask::commands(&plan)).await;
    let answers = reply.lines();
    assert_eq!(answers.len(), 500);
    let revisions: Vec<u64> = answers.iter().map(|answer| answer["answer"]["revision"].as_u64().unwrap()).collect();
    assert!(revisions.windows(2).all(|pair| pair[1] == pair[0] + 1), "{revisions:?}");
    assert_eq!(server.log.head(), head + 500);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_recorded_as_it_would_be_one_by_one() {
    let (together, apart) = (Server::start().await, Server::start().await);
    let commands = [
        named("1", company("one", "111")),
        named("2", company("two", "111")),
        named("3", company("one", "111")),
        named("1", company("one", "111")),
        named("5", but(company("three", "333"), json!({ "expected_revision": 1 }))),
        named("6", company("three", "333")),
    ];
    let listed = together.send(Ask::commands(&commands)).await.lines();
    for (line, command) in listed.iter().zip(&commands) {
        let alone = apart.command(command).await;
        assert_eq!(line["status"], alone.status.as_u16(), "{command}");
        match line.get("answer") {
            Some(answer) => assert_eq!(answer["entries"][0]["event_id"], alone.json()["entries"][0]["event_id"]),
            None => assert_eq!(line["problem"]["code"], alone.json()["code"]),
        }
    }
    assert_eq!(together.log.head(), apart.log.head());
}

async fn next_line(body: &mut Incoming, seen: &mut String) -> Value {
    loop {
        if let Some((line, rest)) = seen.clone().split_once('\n') {
            *seen = rest.to_owned();
            return serde_json::from_str(line).unwrap();
        }
        let piece = body.frame().await.expect("another answer").unwrap().into_data().unwrap();
        seen.push_str(std::str::from_utf8(&piece).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_comes_before_the_next_line_is_sent() {
    let server = Server::start().await;
    let (mut sender, request) = Ask::bytes("application/x-ndjson", "").streamed(server.address);
    let response = server.open(request).await;
    let (mut body, mut seen) = (response.into_body(), String::new());
    for n in 0..5 {
        let line = format!("{}\n", state(&format!("p{n}"), "KAZ"));
        let (one, other) = line.split_at(20);
        sender.send_data(Bytes::from(one.to_owned())).await.unwrap();
        sender.send_data(Bytes::from(other.to_owned())).await.unwrap();
        let answer = next_line(&mut body, &mut seen).await;
        assert_eq!((&answer["line"], &answer["status"]), (&json!(n + 1), &json!(201)));
    }
    drop(sender);
    assert!(body.frame().await.is_none());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_too_long_or_stands_still_ends_with_a_problem() {
    let settings =
        Settings { bulk_bytes_max: 1_000, idle_max: std::time::Duration::from_millis(100), ..Settings::default() };
    let server = Server::start_with(Start { settings, ..Start::default() }).await;
    let commands: Vec<Value> = (0..50).map(|n| state(&format!("p{n}"), "KAZ")).collect();
    let answers = server.send(Ask::commands(&commands)).await.lines();
    let last = answers.last().unwrap();
    assert_eq!((&last["status"], &last["problem"]["code"]), (&json!(413), &json!("body_too_large")));

    let (mut sender, request) = Ask::bytes("application/x-ndjson", "").streamed(server.address);
    let mut body = server.open(request).await.into_body();
    sender.send_data(Bytes::from("{\"command\"")).await.unwrap();
    let answer = next_line(&mut body, &mut String::new()).await;
    assert_eq!((&answer["status"], &answer["problem"]["code"]), (&json!(408), &json!("timeout")));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_one_command_cannot_go_with_many() {
    let server = Server::start().await;
    let ask = || Ask::commands([&state("kaz", "KAZ")]);
    for ask in [
        ask().header("idempotency-key", "x"),
        ask().header("if-match", "\"0\""),
        ask().to("/api/v1/commands?validate_only=true"),
    ] {
        assert_eq!(server.send(ask).await.said(), "400 one_command_only");
    }
    let empty = server.send(Ask::bytes("application/x-ndjson", "\n \n")).await.lines();
    assert_eq!((empty.len(), &empty[0]["problem"]["code"]), (1, &json!("line_empty_body")));
    assert_eq!(server.log.head(), 0);
    server.stop().await;
}
