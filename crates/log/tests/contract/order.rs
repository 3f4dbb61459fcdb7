//! Order: positions, revisions, times, bytes, and how they are read.

use std::collections::HashMap;

use serde_json::Value;
use servanda_events::codec::canonical;
use servanda_events::ids::StreamId;
use servanda_events::testing::{parsed, scene};
use servanda_events::{History, Recorded};
use servanda_log::Settings;

use crate::kit::{Place, all, noon, record, record_visit, visit};

pub(crate) async fn an_empty_log_has_nothing_to_read(place: Place) {
    let log = place.log("a");
    assert_eq!(log.head(), 0);
    assert_eq!(log.read(0, 10).unwrap(), vec![]);
    assert_eq!(log.entry(0).unwrap(), None);
    assert_eq!(log.entry(1).unwrap(), None);
    assert_eq!(log.position_at(log.now()).unwrap(), 0);
    let stream: StreamId = parsed("party-kaz");
    assert!(log.history(&stream).unwrap().is_empty());
    assert_eq!(log.read_stream(&stream, 0, 10).unwrap(), vec![]);
}

pub(crate) async fn positions_and_revisions_count_without_gaps_and_the_head_is_the_last(place: Place) {
    let log = place.log("a");
    let mut revisions: HashMap<StreamId, u64> = HashMap::new();
    let mut answered = Vec::new();
    for command in visit() {
        let outcome = record(&log, &command).await;
        assert_eq!(log.head(), outcome.entries.last().unwrap().fact.position);
        assert_eq!(outcome.revision, outcome.entries.last().unwrap().fact.revision);
        answered.extend(outcome.entries);
    }
    assert_eq!(log.head(), 7);
    for (position, recorded) in (1..).zip(&answered) {
        let revision = revisions.entry(recorded.stream.clone()).or_insert(0);
        *revision += 1;
        assert_eq!((recorded.fact.position, recorded.fact.revision), (position, *revision));
        assert_eq!(log.entry(position).unwrap().unwrap().decode().unwrap(), *recorded);
    }
    assert_eq!(all(&log), answered, "what was answered is what stands in the log");
}

pub(crate) async fn reading_begins_behind_a_position_and_ends_at_the_limit(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    let positions =
        |after, limit| -> Vec<u64> { log.read(after, limit).unwrap().iter().map(|entry| entry.position).collect() };
    assert_eq!(positions(0, 3), [1, 2, 3]);
    assert_eq!(positions(3, 3), [4, 5, 6]);
    assert_eq!(positions(6, 3), [7]);
    assert!(positions(7, 3).is_empty());
    assert!(positions(1_000_000, 3).is_empty());
    assert!(positions(2, 0).is_empty());
    assert_eq!(positions(0, usize::MAX), [1, 2, 3, 4, 5, 6, 7]);
    let treaty: StreamId = parsed("agreement-treaty");
    let in_stream = |after, limit| -> Vec<u64> {
        log.read_stream(&treaty, after, limit).unwrap().iter().map(|entry| entry.position).collect()
    };
    assert_eq!(in_stream(0, 10), [4, 5, 6]);
    assert_eq!(in_stream(1, 1), [5]);
    assert!(in_stream(3, 10).is_empty());
}

pub(crate) async fn times_rise_strictly_though_the_clock_stands_still_or_goes_back(place: Place) {
    let clock = noon();
    let log = place.log_with("a", clock.clone(), Settings::default());
    record_visit(&log).await;
    clock.set(parsed("2025-03-20T11:00:00Z"));
    record(&log, &scene::milestone("branch", "m1", "2026")).await;
    clock.set(parsed("2025-03-20T13:00:00Z"));
    record(&log, &scene::milestone("branch", "m2", "2026")).await;
    let times: Vec<String> = all(&log).iter().map(|recorded| recorded.fact.recorded_at.to_string()).collect();
    assert_eq!(times[0], "2025-03-20T12:00:00.000000Z");
    assert_eq!(times[6], "2025-03-20T12:00:00.000006Z");
    assert_eq!(times[7], "2025-03-20T12:00:00.000007Z", "the clock went back, the log does not");
    assert_eq!(times[8], "2025-03-20T13:00:00.000000Z");
}

pub(crate) async fn the_position_of_a_moment_is_the_last_one_recorded_by_then(place: Place) {
    let clock = noon();
    let log = place.log_with("a", clock.clone(), Settings::default());
    for (minute, command) in (1..).zip(visit()) {
        clock.set(parsed(&format!("2025-03-20T12:{minute:02}:00Z")));
        record(&log, &command).await;
    }
    let at = |time: &str| log.position_at(parsed(time)).unwrap();
    assert_eq!(at("2025-03-20T12:00:59.999999Z"), 0);
    assert_eq!(at("2025-03-20T12:01:00Z"), 1);
    assert_eq!(at("2025-03-20T12:03:59Z"), 3);
    assert_eq!(at("2025-03-20T12:04:00Z"), 4);
    assert_eq!(at("2025-03-20T12:06:59.999999Z"), 6);
    assert_eq!(at("2025-03-20T12:07:00Z"), 7);
    assert_eq!(at("2999-01-01T00:00:00Z"), 7);
}

pub(crate) async fn the_bytes_are_canonical(place: Place) {
    let log = place.log("a");
    let mut commands = visit();
    commands[2]["note"] = Value::from("\u{20ac} \u{1f600} \"quoted\" \\ \t\n \u{a0} \u{e9}");
    for command in commands {
        record(&log, &command).await;
    }
    for entry in log.read(0, 100).unwrap() {
        let parsed: Value = serde_json::from_slice(&entry.bytes).unwrap();
        assert_eq!(canonical(&parsed).unwrap().as_bytes(), &*entry.bytes);
        assert_eq!(parsed["position"], entry.position);
        assert_eq!(parsed["ledger"], "main");
        assert_eq!(parsed["nonce"].as_str().unwrap().len(), 32);
    }
}

pub(crate) async fn a_history_is_the_fold_of_its_stream_and_as_new_as_the_last_answer(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    let branch: StreamId = parsed("commitment-branch");
    for n in 0..20 {
        record(&log, &scene::milestone("branch", &format!("m{n}"), "2026")).await;
        let entries: Vec<Recorded> =
            log.read_stream(&branch, 0, 100).unwrap().iter().map(|entry| entry.decode().unwrap()).collect();
        let history = log.history(&branch).unwrap();
        assert_eq!(history.revision(), n + 2);
        assert_eq!(*history, History::of(branch.clone(), &entries));
    }
}

pub(crate) async fn a_history_longer_than_the_memory_for_histories_is_read_anew(place: Place) {
    let settings = Settings { cache_facts_max: 8, ..Settings::default() };
    let log = place.log_with("a", noon(), settings);
    record_visit(&log).await;
    for n in 0..50 {
        let outcome = record(&log, &scene::milestone("branch", &format!("m{n}"), "2026")).await;
        assert_eq!(outcome.revision, n + 2);
    }
    assert_eq!(log.history(&parsed("commitment-branch")).unwrap().facts().len(), 51);
}
