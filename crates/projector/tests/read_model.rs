//! The read model as a file: opened, found unusable and built anew, switched while in use, searched.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use std::path::Path;
use std::time::Duration;

use servanda_events::ids::Position;
use servanda_events::testing::{Story, parsed, scene};
use servanda_log::{Clock, Ids, Log};
use servanda_projector::{At, Filter, Opened, ReadModel};
use tokio_util::sync::CancellationToken;

async fn log_of(story: &Story) -> Log {
    let log = empty_log("test");
    log.append_exact(story.entries().to_vec()).await.unwrap();
    log
}

fn empty_log(ledger: &str) -> Log {
    Log::memory(parsed(ledger), Clock::fixed(parsed("2026-01-01T00:00:00Z")), Ids::stepping())
}

fn open(dir: &Path, log: &Log) -> (ReadModel, Opened) {
    ReadModel::open(dir, log, |_| {}).unwrap()
}

fn everyone(read: &ReadModel) -> usize {
    let at = At { as_of: parsed("2026-01-01"), known_at: Position::MAX };
    read.at(at, |reader| Ok(reader.parties(&Filter::default(), "", 100)?.items.len())).unwrap()
}

fn reason(opened: Opened) -> String {
    match opened {
        Opened::Found => "found".to_owned(),
        Opened::Rebuilt(reason) => reason,
    }
}

fn file_in_use(dir: &Path) -> std::path::PathBuf {
    let name = std::fs::read_to_string(dir.join("read/current")).unwrap();
    dir.join("read").join(name)
}

#[tokio::test]
async fn an_unusable_file_is_built_anew_and_the_reason_is_said() {
    let log = log_of(&scene::visit()).await;
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(reason(open(dir.path(), &log).1), "there is none yet");
    assert_eq!(reason(open(dir.path(), &log).1), "found");

    let file = file_in_use(dir.path());
    rusqlite::Connection::open(&file)
        .unwrap()
        .execute("UPDATE meta SET value = '0' WHERE name = 'page_version'", [])
        .unwrap();
    assert_eq!(reason(open(dir.path(), &log).1), "it is of version 0, this program uses 6");

    std::fs::write(file_in_use(dir.path()), b"no database at all, but long enough to be looked at").unwrap();
    assert_eq!(reason(open(dir.path(), &log).1), "its file is damaged");

    std::fs::remove_file(file_in_use(dir.path())).unwrap();
    let (read, opened) = open(dir.path(), &log);
    assert_eq!(reason(opened), "its file is missing");
    assert_eq!(everyone(&read), 2);
    drop(read);

    assert_eq!(reason(open(dir.path(), &empty_log("test")).1), "it is ahead of the log: position 7 of 0");
    assert_eq!(reason(open(dir.path(), &empty_log("other")).1), "it belongs to the ledger test");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_model_notices_a_build_that_another_process_made() {
    let log = log_of(&scene::visit()).await;
    let dir = tempfile::tempdir().unwrap();
    let (read, _) = open(dir.path(), &log);
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (read, log, stop) = (read.clone(), log.clone(), stop.clone());
        async move { read.run(log, stop).await }
    });
    let before = file_in_use(dir.path());
    std::fs::remove_file(dir.path().join("read/current")).unwrap();
    let (_other, opened) = open(dir.path(), &log);
    assert_eq!(reason(opened), "there is none yet");
    assert_ne!(file_in_use(dir.path()), before);
    for _ in 0..100 {
        if !before.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(!before.exists(), "the running model let go of the old build");
    assert_eq!(everyone(&read), 2);

    let party: servanda_events::Request =
        servanda_events::Request::parse(scene::state("uzb", "UZB").to_string().as_bytes()).unwrap();
    let outcome = log.transact(&party, &parsed("tester")).await.unwrap();
    let position = outcome.entries[0].fact.position;
    assert!(read.wait_for(position, Duration::from_secs(10)).await, "the model goes on following after the switch");
    assert_eq!(everyone(&read), 3);
    stop.cancel();
    running.await.unwrap().unwrap();
    assert!(!read.wait_for(position + 1, Duration::from_millis(20)).await, "waiting for what never comes ends");
}

#[tokio::test]
async fn a_search_finds_words_in_any_case_and_through_corrections() {
    let branch = scene::but(
        scene::commitment("orda"),
        serde_json::json!({ "data": { "statement": { "kk": "Қарағандыда мектеп ашылады", "fr": "Une école à Karaganda" } } }),
    );
    let story = scene::visit()
        .given(scene::but(branch, serde_json::json!({ "command_id": "orda", "occurred_on": "2025-01-10" })))
        .given(scene::correct(
            "commitment-orda",
            "orda.1",
            "/data/statement/fr",
            "Une école à Karaganda",
            "Un lycée à Karaganda",
        ))
        .given(scene::milestone("orda", "walls", "2025"));
    let story = story.given(scene::but(
        scene::achieve("orda", "walls", "2025-02-01", "fra"),
        serde_json::json!({ "evidence": [{ "title": "Procès-verbal de réception" }] }),
    ));
    let log = log_of(&story).await;
    let dir = tempfile::tempdir().unwrap();
    let (read, _) = open(dir.path(), &log);
    let found = |query: &str, as_of: &str, known_at: Position| {
        let at = At { as_of: parsed(as_of), known_at };
        let hits = read.at(at, |reader| reader.search(query, 10)).unwrap();
        hits.into_iter().map(|hit| format!("{}/{}", hit.id, hit.lang)).collect::<Vec<_>>()
    };
    let head = log.head();
    assert_eq!(found("караганды", "2025-12-31", head), ["orda/kk"], "a Russian keyboard, a part of a word");
    assert_eq!(found("МЕКТЕП ашыл", "2025-12-31", head), ["orda/kk"], "two words in any case");
    assert_eq!(found("lycee", "2025-12-31", head), ["orda/fr"], "without accents");
    assert_eq!(found("ecole", "2025-12-31", head), [""; 0], "what was corrected is gone");
    assert_eq!(found("ecole", "2025-12-31", head - 3), ["orda/fr"], "and was there before the correction was known");
    assert_eq!(found("proces verbal", "2025-12-31", head), ["orda/und"], "by a document that supports it");
    assert_eq!(found("lycee", "2025-01-09", head), [""; 0], "not yet so by that date");
    assert_eq!(found("un", "2025-12-31", head), ["orda/fr"], "a word too short for the index");
    assert_eq!(found("мектепте", "2025-12-31", head), ["orda/kk"], "a word with another ending");
    assert_eq!(found("lycees", "2025-12-31", head), ["orda/fr"], "in any language");
    assert_eq!(found("lyceeabcd", "2025-12-31", head), [""; 0], "an ending has three letters at most");
    assert_eq!(found("\" OR 1=1 --", "2025-12-31", head), [""; 0]);
    assert_eq!(found("  ", "2025-12-31", head), [""; 0]);
}

/// One promise for each id, with a statement in some languages.
async fn promises(said: &[(&str, serde_json::Value)]) -> (tempfile::TempDir, ReadModel, Position) {
    let mut story = scene::visit();
    for (id, statement) in said {
        let made = scene::but(scene::commitment(id), serde_json::json!({ "data": { "statement": statement } }));
        story = story.given(scene::but(
            made,
            serde_json::json!({ "command_id": format!("made-{id}"), "occurred_on": "2025-01-10" }),
        ));
    }
    let log = log_of(&story).await;
    let dir = tempfile::tempdir().unwrap();
    let (read, _) = open(dir.path(), &log);
    let head = log.head();
    (dir, read, head)
}

fn found_by(read: &ReadModel, query: &str, known_at: Position) -> Vec<(String, Vec<String>)> {
    let hits = read.at(At { as_of: parsed("2025-12-31"), known_at }, |reader| reader.search(query, 10)).unwrap();
    let mut found: Vec<_> = hits
        .into_iter()
        .map(|hit| {
            let places = hit.places.iter().map(|place| hit.text[place.clone()].to_owned());
            (format!("{}/{}", hit.id, hit.lang), places.collect())
        })
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn a_search_finds_either_apostrophe_and_joined_letters() {
    let (_dir, read, head) = promises(&[
        ("print", serde_json::json!({ "fr": "Accord avec l’Université" })),
        ("typed", serde_json::json!({ "fr": "Accord avec l'Université" })),
        ("work", serde_json::json!({ "fr": "Mise en œuvre" })),
    ])
    .await;
    let ids = |query: &str| found_by(&read, query, head).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    for query in ["l'universite", "l’université", "L'UNIVERSITÉ"] {
        assert_eq!(ids(query), ["print/fr", "typed/fr"], "{query}");
    }
    assert_eq!(found_by(&read, "mise oeuvre", head), [("work/fr".into(), vec!["Mise".into(), "œuvre".into()])]);
    assert_eq!(ids("œuvre"), ["work/fr"]);
}

#[tokio::test]
async fn a_word_in_another_form_is_found_in_each_language() {
    let (_dir, read, head) = promises(&[
        (
            "institute",
            serde_json::json!({ "kk": "Университет филиалы ашылады", "ru": "Открытие филиала университета" }),
        ),
        ("school", serde_json::json!({ "kk": "Ауылда мектеп салу", "ru": "Сравнение школ", "en": "A comparison" })),
    ])
    .await;
    let found = |query: &str| found_by(&read, query, head);
    let word = |id: &str, word: &str| (id.to_owned(), vec![word.to_owned()]);
    assert_eq!(found("филиалы"), [word("institute/kk", "филиалы"), word("institute/ru", "филиал")]);
    assert_eq!(found("филиала"), [word("institute/kk", "филиал"), word("institute/ru", "филиала")]);
    assert_eq!(found("мектептерімізде"), [word("school/kk", "мектеп")]);
    assert_eq!(found("мектептеримизде"), [word("school/kk", "мектеп")], "on a Russian keyboard");
    assert_eq!(found("мектептерімізде ауылдан"), [("school/kk".into(), vec!["Ауыл".into(), "мектеп".into()])]);
    assert_eq!(found("школами"), [word("school/ru", "школ")]);
    assert_eq!(found("parises"), [], "a shorter form stands where a word begins");
    assert_eq!(found("compar"), [word("school/en", "compar")]);
}
