//! P5: folding the whole log, beside decoding the same bytes into borrowed structs and doing nothing with them.
//! P6: building the read model, beside bare inserts of the same rows in batches of 1,000.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OpenFlags, Row, Rows, params};
use serde::Deserialize;
use servanda_log::Log;

use super::bulk::open;
use super::report::{Goal, Line, Unit, per_second};
use super::{Sizes, folder};

/// Facts whose rows go into one transaction of the limit.
const BATCH_FACTS: usize = 1_000;
/// Entries read at a time.
const PAGE: usize = 10_000;

/// An entry of the bench's ledger, with nothing copied out of its bytes.
#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding is the work; nobody looks at what comes out")]
struct Borrowed<'a> {
    command_hash: &'a str,
    command_id: &'a str,
    #[serde(borrow)]
    data: Data<'a>,
    event_id: &'a str,
    #[serde(borrow, default)]
    evidence: Vec<BTreeMap<&'a str, Cow<'a, str>>>,
    ledger: &'a str,
    nonce: &'a str,
    #[serde(borrow)]
    occurred_on: Date<'a>,
    position: u64,
    recorded_at: &'a str,
    recorded_by: &'a str,
    reported_by: Option<&'a str>,
    revision: u64,
    schema: u16,
    stream: &'a str,
    r#type: &'a str,
    v: u16,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding is the work; nobody looks at what comes out")]
struct Data<'a> {
    commitment_id: Option<&'a str>,
    milestone_id: Option<&'a str>,
    claim_event_id: Option<&'a str>,
    by_party: Option<&'a str>,
    #[serde(borrow)]
    statement: Option<BTreeMap<&'a str, Cow<'a, str>>>,
    #[serde(borrow)]
    titles: Option<BTreeMap<&'a str, Cow<'a, str>>>,
    #[serde(borrow)]
    due: Option<Date<'a>>,
    #[serde(borrow)]
    achieved_on: Option<Date<'a>>,
    #[serde(borrow)]
    planned_start: Option<Date<'a>>,
    #[serde(borrow)]
    planned_end: Option<Date<'a>>,
    #[serde(borrow, default)]
    obligors: Vec<&'a str>,
    #[serde(borrow, default)]
    beneficiaries: Vec<&'a str>,
    weight: Option<&'a str>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding is the work; nobody looks at what comes out")]
struct Date<'a> {
    text: &'a str,
    earliest: &'a str,
    latest: &'a str,
    precision: &'a str,
}

/// P5, in rounds.
pub(super) fn replay(dir: &Path, sizes: Sizes) -> Result<Line> {
    let log = open(dir)?;
    let count = usize::try_from(log.head())?;
    let mut rates = Vec::new();
    for round in 0..=sizes.rounds {
        let begun = Instant::now();
        let replayed = servanda_projector::replay(&log, None)?;
        let ours = begun.elapsed();
        drop(replayed);
        let limit = decode(&log)?;
        if round > 0 {
            rates.push((per_second(count, ours), per_second(count, limit)));
        }
    }
    Ok(Line::beside("P5", format!("fold {count} entries"), Unit::PerSecond, &rates, Goal::AtLeast(0.6)))
}

/// The time to decode all entries, without that to read them.
fn decode(log: &Log) -> Result<Duration> {
    let (mut position, mut took) = (0, Duration::ZERO);
    loop {
        let page = log.read(position, PAGE)?;
        let Some(last) = page.last() else { return Ok(took) };
        position = last.position;
        let begun = Instant::now();
        for entry in &page {
            let decoded: Borrowed<'_> = serde_json::from_str(std::str::from_utf8(&entry.bytes)?)?;
            std::hint::black_box(decoded);
        }
        took += begun.elapsed();
    }
}

/// P6, in rounds.
pub(super) fn rebuild(dir: &Path, sizes: Sizes) -> Result<Line> {
    let log = open(dir)?;
    let count = usize::try_from(log.head())?;
    let mut rates = Vec::new();
    for round in 0..sizes.long_rounds {
        let begun = Instant::now();
        servanda_projector::rebuild(dir, &log, |_| {})?;
        let ours = begun.elapsed();
        let built = dir.join("read").join(std::fs::read_to_string(dir.join("read/current"))?);
        let limit = insert_same(&built, &folder(dir, &format!("raw-read-{round}"))?)?;
        rates.push((per_second(count, ours), per_second(count, limit)));
    }
    let what = format!("build the read model of {count} entries");
    Ok(Line::beside("P6", what, Unit::PerSecond, &rates, Goal::AtLeast(0.5)))
}

/// The rows of one fact.
struct FactRows {
    stream: Option<(i64, String, String)>,
    fact: (i64, i64, i64, i64, i64, Vec<u8>),
    links: Vec<(String, String, i64, i64, i64, i64)>,
    words: Vec<(String, i64, String)>,
}

/// Rows of a table that come in the order of the facts that they belong to.
struct InStep<'r, T> {
    rows: Rows<'r>,
    next: Option<(i64, T)>,
    of: fn(&Row<'_>) -> rusqlite::Result<(i64, T)>,
}

impl<'r, T> InStep<'r, T> {
    fn new(rows: Rows<'r>, of: fn(&Row<'_>) -> rusqlite::Result<(i64, T)>) -> Result<Self> {
        let mut in_step = Self { rows, next: None, of };
        in_step.advance()?;
        Ok(in_step)
    }

    fn advance(&mut self) -> Result<Option<T>> {
        let next = self.rows.next()?.map(self.of).transpose()?;
        Ok(std::mem::replace(&mut self.next, next).map(|(_, row)| row))
    }

    /// The rows that belong to facts up to one.
    fn up_to(&mut self, fact: i64) -> Result<Vec<T>> {
        let mut found = Vec::new();
        while self.next.as_ref().is_some_and(|(of, _)| *of <= fact) {
            found.extend(self.advance()?);
        }
        Ok(found)
    }
}

/// Inserts the rows of a built read model into an empty file of the same form. Gives the time that the inserts took.
fn insert_same(built: &Path, into: &Path) -> Result<Duration> {
    let from = Connection::open_with_flags(built, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut to = empty_like(&from, &into.join("raw.sqlite"))?;
    let mut streams = from.prepare(
        "SELECT (SELECT min(id) FROM fact WHERE stream = s.id), s.id, family, name FROM stream s ORDER BY 1",
    )?;
    let mut facts = from.prepare("SELECT id, stream, source, known_from, known_to, body FROM fact ORDER BY id")?;
    let mut links = from.prepare("SELECT fact, target, name, stream, known_from, known_to FROM link ORDER BY fact")?;
    let mut words = from.prepare("SELECT fact, text, lang FROM words ORDER BY rowid")?;
    let mut streams =
        InStep::new(streams.query([])?, |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))?;
    let mut links = InStep::new(links.query([])?, |row| {
        Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(0)?, row.get(3)?, row.get(4)?, row.get(5)?)))
    })?;
    let mut words = InStep::new(words.query([])?, |row| Ok((row.get(0)?, (row.get(1)?, row.get(0)?, row.get(2)?))))?;
    let mut facts = facts.query([])?;
    let (mut batch, mut took) = (Vec::with_capacity(BATCH_FACTS), Duration::ZERO);
    loop {
        let fact = facts.next()?;
        let ended = fact.is_none();
        if let Some(row) = fact {
            let id = row.get(0)?;
            batch.push(FactRows {
                stream: streams.up_to(id)?.pop(),
                fact: (id, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?),
                links: links.up_to(id)?,
                words: words.up_to(id)?,
            });
        }
        if batch.len() == BATCH_FACTS || ended {
            let begun = Instant::now();
            insert(&mut to, &batch)?;
            took += begun.elapsed();
            batch.clear();
        }
        if ended {
            return Ok(took);
        }
    }
}

fn empty_like(from: &Connection, path: &Path) -> Result<Connection> {
    let to = Connection::open(path).context("the raw database cannot be made")?;
    to.execute_batch(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;",
    )?;
    // The tables behind the search index are made by the index itself.
    let mut statement =
        from.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'words\\__%' ESCAPE '\\'")?;
    for sql in statement.query_map([], |row| row.get::<_, String>(0))? {
        to.execute_batch(&sql?)?;
    }
    to.set_prepared_statement_cache_capacity(32);
    Ok(to)
}

fn insert(to: &mut Connection, batch: &[FactRows]) -> Result<()> {
    let transaction = to.transaction()?;
    let mut into_fact = transaction.prepare_cached("INSERT INTO fact VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut into_link = transaction.prepare_cached("INSERT INTO link VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut into_words = transaction.prepare_cached("INSERT INTO words (text, fact, lang) VALUES (?1, ?2, ?3)")?;
    for rows in batch {
        if let Some((id, family, name)) = &rows.stream {
            let mut into_stream = transaction.prepare_cached("INSERT INTO stream VALUES (?1, ?2, ?3)")?;
            into_stream.execute(params![id, family, name])?;
        }
        let (id, stream, source, known_from, known_to, body) = &rows.fact;
        into_fact.execute(params![id, stream, source, known_from, known_to, body])?;
        for (target, name, fact, stream, known_from, known_to) in &rows.links {
            into_link.execute(params![target, name, fact, stream, known_from, known_to])?;
        }
        for (text, fact, lang) in &rows.words {
            into_words.execute(params![text, fact, lang])?;
        }
    }
    drop((into_fact, into_link, into_words));
    Ok(transaction.commit()?)
}
