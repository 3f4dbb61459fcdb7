//! The file of the read model: batches that arrive twice, and searches that find much.

use super::words::RANKED_MAX;
use super::*;
use servanda_events::testing::{parsed, scene};

fn applier() -> Applier {
    let ledger: LedgerName = parsed("test");
    let connection = create(Path::new(":memory:"), &ledger, false).unwrap();
    Applier::new(connection, ledger)
}

fn entries() -> Vec<Entry> {
    let story = scene::visit()
        .given(scene::milestone("branch", "open", "2025"))
        .given(scene::correct("commitment-branch", "branch.1", "/data/weight", "1", "2"))
        .given(scene::retract("commitment-branch", "c1.1", &[]));
    let entries = story.entries().iter().zip(1..);
    entries.map(|(bytes, position)| Entry { position, bytes: bytes.clone().into() }).collect()
}

fn dump(applier: &Applier) -> Vec<String> {
    let mut statement =
        applier.connection.prepare("SELECT stream, source, known_from, known_to, body FROM fact").unwrap();
    let rows = statement.query_map([], |row| {
        let body: Vec<u8> = row.get(4)?;
        let numbers: [i64; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
        Ok(format!("{numbers:?} {}", String::from_utf8_lossy(&body)))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_batch_that_arrives_twice_counts_once() {
    let entries = entries();
    let (mut once, mut twice) = (applier(), applier());
    once.apply(&entries).unwrap();
    twice.apply(&entries[..3]).unwrap();
    twice.apply(&entries[..3]).unwrap();
    twice.apply(&entries[1..]).unwrap();
    let (position, changed) = twice.apply(&entries).unwrap();
    assert_eq!((position, changed.len()), (entries.len() as u64, 0));
    assert_eq!(dump(&once), dump(&twice));
}

#[test]
fn a_query_that_too_many_texts_contain_is_answered_from_those_recorded_first() {
    let connection = applier().into_connection();
    connection.execute("INSERT INTO stream (id, family, name) VALUES (1, 'party', 'party-kaz')", []).unwrap();
    for position in 1..=RANKED_MAX + 5 {
        // The shorter a text, the better it matches.
        let text = if position > RANKED_MAX { "visit" } else { "visit of both sides" };
        let fact = "INSERT INTO fact (id, stream, source, known_from, known_to, body) VALUES (?1, 1, ?1, ?1, ?2, x'')";
        connection.execute(fact, [position, OPEN]).unwrap();
        let words = "INSERT INTO words (text, fact, lang) VALUES (?1, ?2, 'en')";
        connection.execute(words, params![text, position]).unwrap();
    }
    let sources = |known_at: Position, limit: usize| -> Vec<Position> {
        let wanted = Wanted { words: &["visit".to_owned()], shortened: None };
        search(&connection, &wanted, known_at, limit).unwrap().iter().map(|of| of.source).collect()
    };
    assert_eq!(sources(1 << 40, 4), [1, 2, 3, 4]);
    assert_eq!(sources(2, 4), [1, 2]);
    assert_eq!(i64::try_from(sources(1 << 40, 5_000).len()), Ok(RANKED_MAX));
}
