//! What holds when nothing goes wrong: order, places, contract, and nothing twice.

use serde_json::Value;
use servanda_bus::message::MEDIA_TYPE;
use servanda_bus::names::{Filter, stream_name};
use servanda_bus::{Tail, asyncapi};
use servanda_events::ids::Family;
use servanda_tests::nats::{Nats, all};

use crate::kit::{Running, admin, connection, holds, ledger, log_of, log_of_story, read, record, to};

const STORIES: [&str; 3] = [
    include_str!("../golden/logs/the-life-of-a-commitment.ndjson"),
    include_str!("../golden/logs/the-life-of-a-treaty.ndjson"),
    include_str!("../golden/logs/disputed-then-corrected.ndjson"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_entry_stands_at_its_position_on_every_server() {
    for program in all() {
        let server = Nats::start(&program);
        let log = log_of(3_000).await;
        let running = Running::start(&log, to(&server.url()));
        let state = running.done(&log).await;
        assert_eq!(state.server_version.as_deref(), Some(program.version.as_str()));
        assert_eq!((state.published, state.retries), (3_000, 0), "{}", program.version);
        // What comes while it follows is published as well.
        record(&log, 50).await;
        running.done(&log).await;
        holds(&server.url(), &log).await;
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_begins_again_publishes_nothing_twice() {
    for program in all() {
        let server = Nats::start(&program);
        let log = log_of(500).await;
        let first = Running::start(&log, to(&server.url()));
        first.done(&log).await;
        first.stop().await;
        let second = Running::start(&log, to(&server.url()));
        let state = second.done(&log).await;
        assert_eq!((state.published, state.retries), (0, 0));
        record(&log, 1).await;
        assert_eq!(second.done(&log).await.published, 1);
        holds(&server.url(), &log).await;
        second.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_relays_at_once_do_no_harm() {
    for program in all() {
        let server = Nats::start(&program);
        let log = log_of(4_000).await;
        let (one, other) = (Running::start(&log, to(&server.url())), Running::start(&log, to(&server.url())));
        for _ in 0..20 {
            record(&log, 100).await;
        }
        one.done(&log).await;
        other.done(&log).await;
        holds(&server.url(), &log).await;
        one.stop().await;
        other.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_what_the_contract_says() {
    let document = asyncapi::document();
    for program in all() {
        let mut kinds = std::collections::BTreeSet::new();
        for story in STORIES {
            let server = Nats::start(&program);
            let log = log_of_story(story);
            let running = Running::start(&log, to(&server.url()));
            running.done(&log).await;
            holds(&server.url(), &log).await;
            for published in read(&server.url(), log.head()).await {
                let body: Value = serde_json::from_slice(&published.body).unwrap();
                let kind = body["type"].as_str().unwrap().strip_prefix("servanda.").unwrap().to_owned();
                let mut schema = document["components"]["messages"][&kind]["payload"].clone();
                schema["components"] = document["components"].clone();
                let validator = jsonschema::draft202012::new(&schema).unwrap();
                let wrong: Vec<String> = validator.iter_errors(&body).map(|error| error.to_string()).collect();
                assert!(wrong.is_empty(), "{kind}: {wrong:?}");
                assert_eq!(body["sequence"], format!("{:020}", published.position));
                fits_the_address(&document, &published.subject);
                kinds.insert(kind);
            }
            let stream = admin(&server).await.get_stream(stream_name(&ledger())).await.unwrap();
            let message = stream.get_raw_message(1).await.unwrap();
            assert_eq!(message.headers.get("Content-Type").unwrap().as_str(), MEDIA_TYPE);
            let id = message.headers.get("Nats-Msg-Id").unwrap().as_str().to_owned();
            assert_eq!(id, log.entry(1).unwrap().unwrap().decode().unwrap().fact.event_id.as_str());
            running.stop().await;
        }
        assert!(kinds.len() > 40, "only {} types of events were told", kinds.len());
    }
}

fn fits_the_address(document: &Value, subject: &str) {
    let channel = &document["channels"]["events"];
    let address: Vec<&str> = channel["address"].as_str().unwrap().split('.').collect();
    let tokens: Vec<&str> = subject.split('.').collect();
    assert_eq!(address.len(), tokens.len(), "{subject}");
    for (token, place) in tokens.iter().zip(address) {
        let Some(name) = place.strip_prefix('{').and_then(|place| place.strip_suffix('}')) else {
            assert_eq!(*token, place);
            continue;
        };
        if let Some(allowed) = channel["parameters"][name]["enum"].as_array() {
            assert!(allowed.iter().any(|allowed| allowed == token), "{subject}: {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_filters_on_the_server() {
    for program in all() {
        let server = Nats::start(&program);
        let log = log_of_story(STORIES[0]);
        let running = Running::start(&log, to(&server.url()));
        running.done(&log).await;
        let entries = log.read(0, usize::MAX).unwrap();
        let decoded: Vec<_> = entries.iter().map(|entry| entry.decode().unwrap()).collect();
        let thing = decoded.iter().find(|entry| entry.stream.family() == Family::Commitment).unwrap().stream.clone();
        let kind = decoded.last().unwrap().fact.event.type_name();
        for filter in [
            Filter { family: Some(Family::Commitment), ..Filter::default() },
            Filter { type_name: Some(kind), ..Filter::default() },
            Filter { id: Some(thing.key()), ..Filter::default() },
        ] {
            let wanted: Vec<u64> = decoded
                .iter()
                .filter(|entry| filter.family.is_none_or(|family| entry.stream.family() == family))
                .filter(|entry| filter.type_name.is_none_or(|kind| entry.fact.event.type_name() == kind))
                .filter(|entry| filter.id.is_none_or(|id| entry.stream.key() == id))
                .map(|entry| entry.fact.position)
                .collect();
            assert!(!wanted.is_empty() && wanted.len() < entries.len(), "{filter:?}");
            let mut tail = Tail::open(&connection(&server.url()), &ledger(), filter, 0).await.unwrap();
            let mut found = Vec::new();
            while let Some(published) = tail.next_up_to(log.head()).await.unwrap() {
                found.push(published.position);
            }
            assert_eq!(found, wanted, "{filter:?} on {}", program.version);
        }
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_is_further_than_the_bus_gets_what_comes_next_without_beginning_anew() {
    for program in all() {
        let server = Nats::start(&program);
        let log = log_of(10).await;
        let running = Running::start(&log, to(&server.url()));
        running.done(&log).await;
        let mut tail = Tail::open(&connection(&server.url()), &ledger(), Filter::default(), 15).await.unwrap();
        record(&log, 10).await;
        for expected in 16..=20 {
            assert_eq!(tail.next().await.unwrap().position, expected);
        }
        let stream = admin(&server).await.get_stream(stream_name(&ledger())).await.unwrap();
        assert_eq!(stream.cached_info().state.consumer_count, 1, "each beginning leaves a reader at the server");
        running.stop().await;
    }
}
