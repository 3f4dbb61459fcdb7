//! One command at a time: repeated, refused, already so, several events, unique keys, rehearsal.

use serde_json::json;
use servanda_events::ids::CommandId;
use servanda_events::testing::{parsed, scene};
use servanda_log::{LogError, TransactError};

use crate::kit::{
    Place, actor, all, all_bytes, expecting, record, record_visit, refusal, request, tell, visit, with_id,
};

pub(crate) async fn an_expected_revision_must_be_the_streams(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    let plan = |id: &str, revision| expecting(scene::milestone("branch", id, "2026"), revision);
    assert_eq!(refusal(tell(&log, &plan("m1", 0)).await), "revision_differs");
    assert_eq!(refusal(tell(&log, &plan("m1", 2)).await), "revision_differs");
    assert_eq!(record(&log, &plan("m1", 1)).await.revision, 2);
    assert_eq!(refusal(tell(&log, &plan("m2", 1)).await), "revision_differs");
    assert_eq!(log.head(), 8);
}

pub(crate) async fn a_repeated_command_gets_the_first_answer_whatever_came_after(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    record(&log, &scene::milestone("branch", "m1", "2025")).await;
    let achieve = with_id(scene::achieve("branch", "m1", "2025-03-01", "fra"), "01-achieve");
    let first = record(&log, &achieve).await;
    let repeated = tell(&log, &achieve).await.unwrap();
    assert!(repeated.repeated);
    assert_eq!((repeated.entries, repeated.revision), (first.entries.clone(), first.revision));
    let event = first.entries[0].fact.event_id.as_str().to_owned();
    record(&log, &scene::retract("commitment-branch", &event, &[])).await;
    let later = tell(&log, &achieve).await.unwrap();
    assert!(later.repeated, "it was recorded, even though it was retracted since");
    assert_eq!((later.entries, later.revision), (first.entries, first.revision));
    assert_eq!(log.head(), 10);
}

pub(crate) async fn a_command_id_belongs_to_one_command(place: Place) {
    let log = place.log("a");
    let first = with_id(scene::state("kaz", "KAZ"), "0190aaaa-0000-7000-8000-000000000001");
    let other = with_id(scene::state("fra", "FRA"), "0190aaaa-0000-7000-8000-000000000001");
    record(&log, &first).await;
    let reused = Err(TransactError::CommandIdReused { command_id: parsed("0190aaaa-0000-7000-8000-000000000001") });
    assert_eq!(tell(&log, &other).await, reused);
    assert_eq!(log.rehearse(&request(&other), &actor()), reused);
    // The same digits in another case are another id: ids are texts.
    let upper = with_id(scene::state("fra", "FRA"), "0190AAAA-0000-7000-8000-000000000001");
    record(&log, &upper).await;
    // And so is a text that has the bytes of that UUID's text form or of nothing else.
    record(&log, &with_id(scene::package("visit"), "0190aaaa000070008000000000000001")).await;
    assert!(tell(&log, &first).await.unwrap().repeated);
    assert!(tell(&log, &upper).await.unwrap().repeated);
    assert_eq!(log.head(), 3);
}

pub(crate) async fn a_command_without_an_id_gets_one_of_its_own(place: Place) {
    let log = place.log("a");
    let mut ids: Vec<CommandId> = Vec::new();
    for command in visit() {
        let outcome = record(&log, &command).await;
        assert_eq!(outcome.entries[0].command_id, outcome.command_id);
        assert_eq!(outcome.entries[0].fact.event_id.as_str(), format!("{}.1", outcome.command_id));
        assert!(!ids.contains(&outcome.command_id));
        ids.push(outcome.command_id);
    }
}

pub(crate) async fn what_is_already_so_or_refused_changes_nothing(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    let before = all_bytes(&log);
    let again = tell(&log, &with_id(scene::state("kaz", "KAZ"), "again")).await.unwrap();
    assert_eq!((again.entries.len(), again.repeated, again.revision), (0, false, 1));
    assert_eq!(refusal(tell(&log, &scene::state("kaz", "UZB")).await), "party_already_registered");
    let relative =
        scene::but(scene::commitment("b2"), json!({ "data": { "package_id": null, "planned_end": "this year" } }));
    match tell(&log, &relative).await {
        Err(TransactError::Invalid(problem)) => assert_eq!(problem.pointer, "/data/planned_end"),
        other => panic!("not invalid: {other:?}"),
    }
    assert_eq!(all_bytes(&log), before);
    // An id under which nothing was recorded is still free.
    record(&log, &with_id(scene::state("uzb", "UZB"), "again")).await;
}

pub(crate) async fn an_entry_longer_than_an_entry_may_be_is_refused(place: Place) {
    let log = place.log("a");
    let evidence: Vec<_> = (0..9).map(|n| json!({ "title": format!("{n}{}", "x".repeat(7_000)) })).collect();
    let long = scene::but(scene::state("kaz", "KAZ"), json!({ "evidence": evidence }));
    record(&log, &long).await;
    assert!(log.entry(1).unwrap().unwrap().bytes.len() <= 65_535);
    // A command of 64 KiB fits the door, but not an entry with its envelope.
    let mut evidence = evidence;
    evidence.push(json!({ "title": "x".repeat(2_000) }));
    let longer = scene::but(scene::state("fra", "FRA"), json!({ "evidence": evidence }));
    match tell(&log, &longer).await {
        Err(TransactError::TooLarge { bytes }) => assert!(bytes > 65_535),
        other => panic!("not too large: {other:?}"),
    }
    assert_eq!(log.head(), 1);
}

pub(crate) async fn all_events_of_a_command_stand_together(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    record(&log, &scene::milestone("branch", "m1", "2025")).await;
    let claim = record(&log, &scene::achieve("branch", "m1", "2025-03-01", "fra")).await;
    let claim = claim.entries[0].fact.event_id.as_str().to_owned();
    let answer = record(&log, &scene::confirm("branch", &claim, "kaz")).await;
    let answer = answer.entries[0].fact.event_id.as_str().to_owned();
    let retract = with_id(scene::retract("commitment-branch", &claim, &[&answer]), "retraction");
    let outcome = record(&log, &retract).await;
    let places: Vec<(u64, u64, &str)> = outcome
        .entries
        .iter()
        .map(|recorded| (recorded.fact.position, recorded.fact.revision, recorded.fact.event_id.as_str()))
        .collect();
    assert_eq!(places, [(11, 5, "retraction.1"), (12, 6, "retraction.2")]);
    assert_eq!(outcome.revision, 6);
    assert_eq!(all(&log)[10..], outcome.entries);
    assert_eq!(tell(&log, &retract).await.unwrap().entries, outcome.entries);
    assert_eq!(log.history(&parsed("commitment-branch")).unwrap().facts().len(), 2);
}

pub(crate) async fn a_unique_key_has_one_holder_until_it_is_freed(place: Place) {
    let log = place.log("a");
    let first = record(&log, &scene::company("orano", "111")).await;
    assert_eq!(refusal(tell(&log, &scene::company("vicat", "111")).await), "org_id_taken");
    let first = first.entries[0].fact.event_id.as_str().to_owned();
    record(&log, &scene::retract("party-orano", &first, &[])).await;
    let second = record(&log, &scene::company("vicat", "111")).await;
    assert_eq!(refusal(tell(&log, &scene::company("alstom", "111")).await), "org_id_taken");
    // A correction that moves the holder to another key frees the first and claims the other.
    let second = second.entries[0].fact.event_id.as_str().to_owned();
    record(&log, &scene::correct("party-vicat", &second, "/data/org_ids/0/id", "111", "222")).await;
    assert_eq!(refusal(tell(&log, &scene::company("alstom", "222")).await), "org_id_taken");
    record(&log, &scene::company("alstom", "111")).await;
}

pub(crate) async fn a_rehearsal_says_what_would_be_recorded_and_appends_nothing(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    let before = all_bytes(&log);
    let plan = with_id(scene::milestone("branch", "m1", "2026"), "plan");
    let rehearse = |command: &serde_json::Value| log.rehearse(&request(command), &actor());
    let rehearsed = rehearse(&plan).unwrap();
    assert_eq!(refusal(rehearse(&scene::state("kaz", "UZB"))), "party_already_registered");
    assert_eq!(refusal(rehearse(&expecting(scene::milestone("branch", "m1", "2026"), 7))), "revision_differs");
    assert_eq!(rehearse(&scene::state("kaz", "KAZ")).unwrap().entries, vec![]);
    assert_eq!(all_bytes(&log), before);
    assert_eq!((log.head(), log.history(&parsed("commitment-branch")).unwrap().revision()), (7, 1));
    let recorded = record(&log, &plan).await;
    let times = |outcome: &servanda_log::Outcome| outcome.entries[0].fact.recorded_at;
    assert!(times(&rehearsed) < times(&recorded), "the clock stands, the log moves on");
    let mut foreseen = rehearsed.entries[0].clone();
    std::sync::Arc::make_mut(&mut foreseen.fact).recorded_at = times(&recorded);
    assert_eq!(foreseen, recorded.entries[0]);
    assert!(rehearse(&plan).unwrap().repeated);
}

pub(crate) async fn commands_rehearsed_in_a_row_see_each_other_and_are_recorded_as_foreseen(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    let before = all_bytes(&log);
    let wishes = [
        with_id(scene::milestone("branch", "m1", "2025"), "d-1"),
        with_id(scene::state("kaz", "KAZ"), "d-2"),
        with_id(scene::achieve("branch", "m1", "2025-03-01", "fra"), "d-3"),
    ];
    let requests: Vec<_> = wishes.iter().map(request).collect();
    let foreseen = log.rehearse_all(&requests, &actor()).unwrap();
    assert_eq!(foreseen.iter().map(|outcome| outcome.entries.len()).collect::<Vec<_>>(), [1, 0, 1]);
    assert_eq!(foreseen[2].entries[0].fact.position, log.head() + 2);
    assert_eq!(all_bytes(&log), before, "a rehearsal recorded something");

    let again = with_id(scene::achieve("branch", "m1", "2025-03-02", "fra"), "d-4");
    let with_one_too_many: Vec<_> = requests.iter().cloned().chain([request(&again)]).collect();
    let (place, error) = log.rehearse_all(&with_one_too_many, &actor()).unwrap_err();
    assert_eq!((place, refusal(Err(error))), (3, "milestone_already_achieved".to_owned()));

    for (wish, foreseen) in wishes.iter().zip(&foreseen) {
        let recorded = tell(&log, wish).await.unwrap();
        let events = |outcome: &servanda_log::Outcome| {
            outcome.entries.iter().map(|entry| (entry.fact.position, entry.fact.event.clone())).collect::<Vec<_>>()
        };
        assert_eq!(events(&recorded), events(foreseen));
    }
    assert!(log.rehearse_all(&requests, &actor()).unwrap()[0].repeated);
}

pub(crate) async fn a_closed_log_says_that_it_is_closed(place: Place) {
    let log = place.log("a");
    record_visit(&log).await;
    let mut follower = log.follow(log.head());
    let other = log.clone();
    let waiting = tokio::spawn(async move { follower.next(10).await });
    log.close().await.unwrap();
    assert_eq!(waiting.await.unwrap(), Err(LogError::Closed));
    assert_eq!(other.follow(0).next(10).await, Err(LogError::Closed));
    assert_eq!(other.read(0, 10), Err(LogError::Closed));
    assert_eq!(tell(&other, &scene::state("uzb", "UZB")).await, Err(TransactError::Log(LogError::Closed)));
    other.close().await.unwrap();
}
