//! The feed: every entry once, in order, from where the reader was, until the service stops.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::Incoming;
use serde_json::Value;
use servanda_api::Settings;
use servanda_events::testing::scene::{milestone, state};
use servanda_tests::server::{Ask, Server, Start};

use crate::visit;

/// An open feed.
struct Feed {
    body: Incoming,
    seen: String,
}

/// An event of a feed.
#[derive(Debug, PartialEq)]
struct Event {
    id: u64,
    kind: String,
    data: String,
}

impl Feed {
    async fn open(server: &Server, ask: Ask) -> Self {
        let response = server.open(ask.request(server.address)).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), seen: String::new() }
    }

    /// The next block of the feed; `None` when it has ended.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.seen.clone().split_once("\n\n") {
                self.seen = rest.to_owned();
                return Some(block.to_owned());
            }
            let frame = tokio::time::timeout(Duration::from_secs(5), self.body.frame()).await.expect("a sign of life");
            self.seen.push_str(std::str::from_utf8(&frame?.unwrap().into_data().unwrap()).unwrap());
        }
    }

    async fn event(&mut self) -> Option<Event> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            if let Some(id) = field("id: ") {
                let (kind, data) = (field("event: ").unwrap(), field("data: ").unwrap());
                return Some(Event { id: id.parse().unwrap(), kind, data });
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_tells_what_was_recorded_and_what_is_recorded_now() {
    let server = visit().await;
    let mut feed = Feed::open(&server, Ask::get("/api/v1/feed")).await;
    let before = server.log.head();
    for position in 1..=before {
        let event = feed.event().await.unwrap();
        let entry = server.get(&format!("/api/v1/entries/{position}")).await;
        assert_eq!((event.id, event.data.as_str()), (position, entry.text()));
        assert_eq!(event.kind, entry.json()["type"]);
    }
    server.tell((0..200).map(|n| milestone("branch", &format!("m{n}"), "2026"))).await;
    for position in before + 1..=before + 200 {
        assert_eq!(feed.event().await.unwrap().id, position);
    }
    server.stop().await;
    assert_eq!(feed.event().await, None, "the feed ends with the service");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_goes_on_where_it_was() {
    let server = visit().await;
    let mut after = Feed::open(&server, Ask::get("/api/v1/feed?after=7")).await;
    assert_eq!(after.event().await.unwrap().id, 8);
    let mut last = Feed::open(&server, Ask::get("/api/v1/feed?after=1").header("last-event-id", "9")).await;
    assert_eq!(last.event().await.unwrap().id, 10);
    assert_eq!(server.get("/api/v1/feed?after=x").await.said(), "400 bad_parameter");
    assert_eq!(server.get("/api/v1/feed?from=1").await.said(), "400 unknown_parameter");
    assert_eq!(server.get("/api/v1/feed?after=99").await.said(), "400 position_ahead");
    let wrong = server.send(Ask::get("/api/v1/feed").header("last-event-id", "-1")).await;
    assert_eq!(wrong.said(), "400 bad_header");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_feed_shows_that_it_is_alive() {
    let settings = Settings { keep_alive: Duration::from_millis(50), ..Settings::default() };
    let server = Server::start_with(Start { settings, ..Start::default() }).await;
    let mut feed = Feed::open(&server, Ask::get("/api/v1/feed")).await;
    assert_eq!(feed.block().await.unwrap(), "retry: 2000");
    for _ in 0..3 {
        assert!(feed.block().await.unwrap().starts_with(": "));
    }
    server.tell([state("kaz", "KAZ")]).await;
    assert_eq!(feed.event().await.unwrap().id, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_takes_nothing_holds_up_neither_the_log_nor_the_end() {
    let server = visit().await;
    let mut idle = Vec::new();
    for _ in 0..8 {
        idle.push(Feed::open(&server, Ask::get("/api/v1/feed")).await);
    }
    let plan: Vec<Value> = (0..3_000).map(|n| milestone("branch", &format!("m{n}"), "2026")).collect();
    let answers = server.send(Ask::commands(&plan)).await.lines();
    assert!(answers.iter().all(|answer| answer["status"] == 201));
    server.stop().await;
    drop(idle);
}
