//! Many at once: winners and losers, the same command twice, unique keys, followers, back-pressure.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};
use servanda_events::testing::{parsed, scene};
use servanda_log::{Follower, Log, LogError, Outcome, Settings, TransactError};
use tokio::task::JoinSet;

use crate::kit::{Place, all, assert_serial, noon, record, record_visit, refusal, tell, visit, with_id};

const WRITERS: usize = 16;

/// Sends all commands at the same time.
async fn at_once(log: &Log, commands: &[Value]) -> Vec<Result<Outcome, TransactError>> {
    let gate = std::sync::Arc::new(tokio::sync::Barrier::new(commands.len()));
    let mut tasks = JoinSet::new();
    for (n, command) in commands.iter().cloned().enumerate() {
        let (log, gate) = (log.clone(), gate.clone());
        tasks.spawn(async move {
            gate.wait().await;
            (n, tell(&log, &command).await)
        });
    }
    let mut answers = tasks.join_all().await;
    answers.sort_by_key(|(n, _)| *n);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

pub(crate) async fn a_race_for_a_revision_has_exactly_one_winner(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    for revision in 1..=20 {
        let commands: Vec<Value> = (0..WRITERS)
            .map(|writer| {
                let plan = scene::milestone("branch", &format!("m{revision}-{writer}"), "2026");
                crate::kit::expecting(plan, revision)
            })
            .collect();
        let (won, lost): (Vec<_>, Vec<_>) = at_once(&log, &commands).await.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        assert_eq!(won.into_iter().next().unwrap().unwrap().revision, revision + 1);
        for answer in lost {
            assert_eq!(refusal(answer), "revision_differs");
        }
    }
    assert_eq!(log.head(), 27);
}

pub(crate) async fn writers_who_expect_no_revision_all_get_their_turn(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    let commands: Vec<Value> = (0..WRITERS * 4)
        .map(|n| with_id(scene::milestone("branch", &format!("m{n}"), "2026"), &format!("plan-{n}")))
        .collect();
    let mut revisions: Vec<u64> =
        at_once(&log, &commands).await.into_iter().map(|answer| answer.unwrap().revision).collect();
    revisions.sort_unstable();
    assert_eq!(revisions, (2..2 + commands.len() as u64).collect::<Vec<_>>());
}

pub(crate) async fn the_same_command_sent_many_times_at_once_is_recorded_once(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    for round in 0..20 {
        let plan = with_id(scene::milestone("branch", &format!("m{round}"), "2026"), &format!("plan-{round}"));
        let head = log.head();
        let answers: Vec<Outcome> = at_once(&log, &vec![plan; WRITERS]).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(log.head(), head + 1);
        assert_eq!(answers.iter().filter(|outcome| !outcome.repeated).count(), 1);
        assert!(answers.iter().all(|outcome| outcome.entries == answers[0].entries));
        assert!(answers.iter().all(|outcome| outcome.revision == answers[0].revision));
    }
}

pub(crate) async fn different_commands_racing_for_one_id_have_one_winner(place: Place) {
    let log = place.log("a");
    for round in 0..20 {
        let id = format!("race-{round}");
        let commands: Vec<Value> = (0..WRITERS)
            .map(|writer| with_id(scene::company(&format!("c{round}-{writer}"), &format!("{round}-{writer}")), &id))
            .collect();
        let answers = at_once(&log, &commands).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        let reused = TransactError::CommandIdReused { command_id: parsed(&id) };
        assert!(answers.iter().filter_map(|answer| answer.as_ref().err()).all(|error| *error == reused));
        assert_eq!(log.head(), round + 1);
    }
}

pub(crate) async fn parties_racing_for_one_identifier_have_one_winner(place: Place) {
    let log = place.log("a");
    for round in 0..20 {
        let commands: Vec<Value> =
            (0..WRITERS).map(|n| scene::company(&format!("c{round}-{n}"), &format!("{round}"))).collect();
        let answers = at_once(&log, &commands).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        for answer in answers.into_iter().filter(Result::is_err) {
            assert_eq!(refusal(answer), "org_id_taken");
        }
    }
}

/// Parties come and go while packages that name them are announced: what a package says of them must be so.
pub(crate) async fn every_decision_holds_at_its_place_in_the_log(place: Place) {
    let log = place.log("a");
    let mut sent = Vec::new();
    let mut presence = vec![String::new(); 4];
    for round in 0..15 {
        let mut commands = Vec::new();
        for (n, present) in presence.iter().enumerate() {
            let party = format!("p{n}");
            let id = format!("party-{round}-{n}");
            commands.push(with_id(
                if present.is_empty() {
                    scene::company(&party, &format!("{}", n / 2))
                } else {
                    scene::retract(&format!("party-{party}"), present, &[])
                },
                &id,
            ));
        }
        for n in 0..WRITERS - presence.len() {
            let parties = json!([format!("p{}", n % 4), format!("p{}", (n + 1) % 4)]);
            let package = scene::package(&format!("package-{round}-{n}"));
            let package = scene::but(package, json!({ "data": { "parties": parties } }));
            commands.push(with_id(package, &format!("package-{round}-{n}")));
        }
        let answers = at_once(&log, &commands).await;
        for (n, present) in presence.iter_mut().enumerate() {
            if let Ok(outcome) = &answers[n] {
                let event = outcome.entries[0].fact.event_id.as_str().to_owned();
                *present = if present.is_empty() { event } else { String::new() };
            }
        }
        sent.extend(commands);
    }
    let recorded = all(&log);
    assert!(recorded.iter().any(|entry| !entry.fact.flags.is_empty()), "some packages name parties that are gone");
    assert_serial(&recorded, &sent).await;
}

async fn follow_to(mut follower: Follower, to: u64, limit: usize) -> Vec<u64> {
    let mut seen = Vec::new();
    while follower.position() < to {
        let entries = follower.next(limit).await.unwrap();
        assert!(!entries.is_empty() && entries.len() <= limit);
        for entry in entries {
            assert_eq!(entry.decode().unwrap().fact.position, entry.position);
            seen.push(entry.position);
        }
    }
    seen
}

pub(crate) async fn followers_see_every_entry_once_and_in_order_while_writers_write(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    let to = 7 + (WRITERS * 25) as u64;
    let mut followers = JoinSet::new();
    for (after, limit) in [(0, 1), (0, 1_000), (3, 7), (7, 2), (7, 64), (100, 3), (to - 1, 10)] {
        let follower = log.follow(after);
        followers.spawn(async move { (after, follow_to(follower, to, limit).await) });
    }
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let log = log.clone();
        writers.spawn(async move {
            for n in 0..25 {
                record(&log, &scene::company(&format!("c{writer}-{n}"), &format!("{writer}-{n}"))).await;
            }
        });
    }
    writers.join_all().await;
    assert_eq!(log.head(), to);
    let seen = tokio::time::timeout(Duration::from_secs(60), followers.join_all()).await.expect("a follower stalled");
    for (after, seen) in seen {
        assert_eq!(seen, (after + 1..=to).collect::<Vec<_>>());
    }
}

pub(crate) async fn a_follower_at_the_end_waits_and_may_be_stopped_at_any_time(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    let mut follower = log.follow(6);
    assert_eq!(follower.next(10).await.unwrap()[0].position, 7);
    for _ in 0..50 {
        let waited = tokio::time::timeout(Duration::from_micros(200), follower.next(10)).await;
        assert!(waited.is_err(), "there is nothing to see yet");
    }
    let writing = {
        let log = log.clone();
        tokio::spawn(async move {
            for n in 0..50 {
                record(&log, &scene::milestone("branch", &format!("m{n}"), "2026")).await;
            }
        })
    };
    let mut seen = Vec::new();
    while seen.len() < 50 {
        if let Ok(entries) = tokio::time::timeout(Duration::from_micros(50), follower.next(3)).await {
            seen.extend(entries.unwrap().into_iter().map(|entry| entry.position));
        }
    }
    writing.await.unwrap();
    assert_eq!(seen, (8..=57).collect::<Vec<_>>());
}

pub(crate) async fn what_was_answered_as_busy_was_not_recorded_and_may_be_sent_again(place: Place) {
    let settings = Settings { queue_entries_max: 2, batch_entries_max: 1, ..Settings::default() };
    let log = place.log_with("a", noon(), settings);
    for command in visit() {
        record(&log, &command).await;
    }
    let commands: Vec<Value> =
        (0..200).map(|n| with_id(scene::company(&format!("c{n}"), &format!("{n}")), &format!("command-{n}"))).collect();
    let answers = at_once(&log, &commands).await;
    let mut recorded: HashSet<String> = HashSet::new();
    for (command, answer) in commands.iter().zip(answers) {
        match answer {
            Ok(outcome) => assert!(recorded.insert(outcome.command_id.as_str().to_owned())),
            Err(error) => {
                assert_eq!(error, TransactError::Log(LogError::Busy));
                assert!(!all(&log).iter().any(|entry| command["command_id"] == entry.command_id.as_str()));
            }
        }
    }
    assert_eq!(log.head(), 7 + recorded.len() as u64);
    for command in &commands {
        let outcome = tell(&log, command).await.unwrap();
        assert_eq!(outcome.repeated, recorded.contains(outcome.command_id.as_str()));
    }
    assert_eq!(log.head(), 207);
}
