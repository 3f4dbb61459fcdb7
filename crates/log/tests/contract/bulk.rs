//! Many commands in a row: the same as one by one, whatever the window and whoever else writes.

use serde_json::{Value, json};
use servanda_events::testing::scene;
use servanda_log::{Log, LogError, Outcome, Settings, TransactError};

use crate::kit::{Place, actor, all, assert_serial, noon, record, record_visit, request, tell, visit, with_id};

type Answers = Vec<Result<Outcome, TransactError>>;

async fn in_bulk(log: &Log, commands: &[Value], window: usize) -> Answers {
    let mut bulk = log.bulk(window);
    let mut answers = Vec::new();
    for command in commands {
        bulk.submit(request(command), &actor()).await;
        while let Some(answer) = bulk.ready() {
            answers.push(answer);
        }
    }
    while let Some(answer) = bulk.next().await {
        answers.push(answer);
    }
    assert_eq!(bulk.next().await, None);
    answers
}

/// Commands that build on each other, with refusals, repetitions, needless ones and fights for keys among them.
fn story() -> Vec<Value> {
    let mut commands = visit();
    for n in 0..30 {
        let id = |what: &str| format!("{what}-{n}");
        commands.push(scene::milestone("branch", &format!("m{n}"), "2025"));
        commands.push(scene::achieve("branch", &format!("m{n}"), "2025-03-01", "fra"));
        let claim = format!("s{}.1", commands.len() - 1);
        commands.push(scene::achieve("branch", &format!("m{n}"), "2025-03-01", "fra"));
        commands.push(scene::milestone("branch", &format!("m{n}"), "2026"));
        commands.push(scene::confirm("branch", &claim, "kaz"));
        let answer = format!("s{}.1", commands.len() - 1);
        if n % 3 == 0 {
            commands.push(scene::retract("commitment-branch", &claim, &[&answer]));
        }
        commands.push(scene::company(&id("company"), &format!("{}", n / 2)));
        commands.push(scene::disburse("branch", "f1", "10.00", "EUR", &format!("TR-{}", n / 2)));
        commands.push(scene::commitment(&id("school")));
        commands.push(scene::milestone(&id("school"), "opened", "next year"));
        commands.push(scene::milestone(&id("nothing"), "opened", "2026"));
        commands.push(scene::but(scene::state("kaz", "KAZ"), json!({})));
    }
    let named = |(n, command)| with_id(command, &format!("s{n}"));
    let mut commands: Vec<Value> = commands.into_iter().enumerate().map(named).collect();
    // The same again close behind and far behind, and another command under a used id.
    for (from, to) in [(40, 42), (41, 43), (60, 300), (10, 200)] {
        let again = commands[from].clone();
        commands.insert(to, again);
    }
    commands.insert(120, with_id(scene::state("uzb", "UZB"), "s118"));
    commands
}

pub(crate) async fn a_bulk_records_and_answers_the_same_as_one_by_one(place: Place) {
    let one_by_one = place.log("one-by-one");
    let mut expected: Answers = Vec::new();
    for command in story() {
        expected.push(tell(&one_by_one, &command).await);
    }
    assert!(expected.iter().any(|answer| answer.as_ref().is_ok_and(|outcome| outcome.repeated)));
    assert!(expected.iter().any(|answer| matches!(answer, Err(TransactError::Refused(_)))));
    assert!(expected.iter().any(|answer| matches!(answer, Err(TransactError::CommandIdReused { .. }))));
    assert!(expected.iter().any(|answer| answer.as_ref().is_ok_and(|outcome| outcome.entries.len() == 2)));
    assert!(expected.iter().any(|answer| answer.as_ref().is_ok_and(|outcome| outcome.entries.is_empty())));
    for window in [1, 2, 7, 64, 10_000] {
        let log = place.log(&format!("window-{window}"));
        let answers = in_bulk(&log, &story(), window).await;
        for (n, (found, wanted)) in answers.iter().zip(&expected).enumerate() {
            assert_eq!(found, wanted, "answer {n} with window {window}");
        }
        assert_eq!(answers.len(), expected.len());
        assert_eq!(all(&log), all(&one_by_one));
    }
}

pub(crate) async fn a_bulk_sent_again_adds_nothing(place: Place) {
    let log = place.log("a");
    let mut commands = story();
    let first = in_bulk(&log, &commands, 64).await;
    // What was refused or needless may be neither later on; what was recorded stays recorded.
    let recorded = |answer: &Result<Outcome, TransactError>| answer.as_ref().is_ok_and(|o| !o.entries.is_empty());
    let mut answers = first.iter();
    commands.retain(|_| answers.next().is_some_and(recorded));
    let first: Vec<_> = first.iter().filter(|answer| recorded(answer)).collect();
    let head = log.head();
    let second = in_bulk(&log, &commands, 64).await;
    assert_eq!((log.head(), first.len()), (head, second.len()));
    for (first, second) in first.into_iter().zip(&second) {
        let (first, second) = (first.as_ref().unwrap(), second.as_ref().unwrap());
        assert_eq!((&first.entries, first.revision, true), (&second.entries, second.revision, second.repeated));
    }
}

pub(crate) async fn a_bulk_goes_on_rightly_when_others_write_into_the_same_streams(place: Place) {
    let log = place.log_with("a", noon(), Settings { queue_entries_max: 64, ..Settings::default() });
    record_visit(&log).await;
    for n in 0..8 {
        record(&log, &with_id(scene::commitment(&format!("c{n}")), &format!("made-{n}"))).await;
    }
    let plan = |writer: &str, n: usize| {
        let milestone = scene::milestone(&format!("c{}", n % 8), &format!("{writer}{n}"), "2026");
        with_id(milestone, &format!("{writer}-{n}"))
    };
    let bulk_commands: Vec<Value> = (0..400).map(|n| plan("bulk", n)).collect();
    let others: Vec<Value> = (0..100).map(|n| plan("other", n)).collect();
    let other = {
        let (log, others) = (log.clone(), others.clone());
        tokio::spawn(async move {
            for command in others {
                while tell(&log, &command).await == Err(TransactError::Log(LogError::Busy)) {
                    tokio::task::yield_now().await;
                }
            }
        })
    };
    let answers = in_bulk(&log, &bulk_commands, 128).await;
    other.await.unwrap();
    for (command, answer) in bulk_commands.iter().zip(&answers) {
        let outcome = answer.as_ref().unwrap();
        assert_eq!(command["command_id"], outcome.command_id.as_str(), "answers come in the order of the commands");
        assert_eq!((outcome.entries.len(), outcome.repeated), (1, false));
    }
    assert_eq!((answers.len(), log.head()), (400, 7 + 8 + 500));
    let mut sent: Vec<Value> = visit().into_iter().chain((0..8).map(|n| scene::commitment(&format!("c{n}")))).collect();
    let recorded = all(&log);
    for (command, entry) in sent.iter_mut().zip(&recorded) {
        command["command_id"] = Value::from(entry.command_id.as_str());
    }
    sent.extend(bulk_commands);
    sent.extend(others);
    assert_serial(&recorded, &sent).await;
}

/// What a bulk refuses because of an entry of its own must not stay refused when that entry did not come.
pub(crate) async fn a_refusal_on_what_did_not_come_is_decided_again(place: Place) {
    for round in 0..20 {
        let log = place.log(&format!("round-{round}"));
        record_visit(&log).await;
        let mut bulk = log.bulk(100);
        let commands = [
            with_id(scene::milestone("branch", "m1", "2025"), "plan"),
            with_id(scene::milestone("branch", "m2", "2025"), "plan-2"),
            with_id(scene::achieve("branch", "m1", "2025-03-01", "fra"), "achieve"),
            with_id(scene::achieve("branch", "m1", "2025-03-01", "fra"), "achieve-again"),
        ];
        let rival = {
            let log = log.clone();
            tokio::spawn(async move { tell(&log, &with_id(scene::milestone("branch", "m1", "2026"), "rival")).await })
        };
        for command in &commands {
            bulk.submit(request(command), &actor()).await;
            tokio::task::yield_now().await;
        }
        let mut answers = Vec::new();
        while let Some(answer) = bulk.next().await {
            answers.push(answer.map_or(0, |outcome| outcome.entries.len()));
        }
        let rival_won = rival.await.unwrap().is_ok();
        assert_eq!(answers, [usize::from(!rival_won), 1, 1, 0]);
        let mut sent = visit();
        let recorded = all(&log);
        for (command, entry) in sent.iter_mut().zip(&recorded) {
            command["command_id"] = Value::from(entry.command_id.as_str());
        }
        sent.extend(commands);
        sent.push(with_id(scene::milestone("branch", "m1", "2026"), "rival"));
        assert_serial(&recorded, &sent).await;
    }
}

pub(crate) async fn a_bulk_on_a_closed_log_says_so_for_every_command(place: Place) {
    let log = place.log("a");
    log.close().await.unwrap();
    let answers = in_bulk(&log, &visit(), 3).await;
    assert_eq!(answers.len(), 7);
    assert!(answers.iter().all(|answer| *answer == Err(TransactError::Log(LogError::Closed))));
}
