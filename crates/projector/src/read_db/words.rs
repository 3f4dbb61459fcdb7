//! The words in the file of the read model: which texts contain what is searched for.
//!
//! Deliberately absent: how letters are compared ([`crate::folding`]), and which forms of a word are tried
//! ([`crate::endings`]).

use rusqlite::Connection;
use servanda_events::ids::Position;

use super::{NamedStream, OPEN, db, named, signed, unsigned};
use crate::error::ProjectorError;

/// A text that matches a search.
pub(crate) struct Found {
    pub(crate) stream: NamedStream,
    pub(crate) source: Position,
    pub(crate) lang: String,
}

/// What is searched for.
pub(crate) struct Wanted<'a> {
    /// Folded words, each of which has to stand in a text.
    pub(crate) words: &'a [String],
    /// Words in a shorter form, in texts of some languages only; none where they are looked for as they are, in all.
    pub(crate) shortened: Option<Shortened<'a>>,
}

/// Words of letters have to stand where a word begins.
pub(crate) struct Shortened<'a> {
    /// Kazakh alone, or all others.
    pub(crate) kazakh: bool,
    /// Languages in which longer forms were found.
    pub(crate) without: &'a [String],
}

/// Whether a word is of letters alone: none of them means anything in a pattern.
pub(crate) fn is_of_letters(word: &str) -> bool {
    word.chars().all(char::is_alphabetic)
}

/// Texts that are ranked: a query that more of them contain is answered from those recorded first, for ranking looks at
/// each, and nobody reads through so many.
pub(super) const RANKED_MAX: i64 = 2_000;
/// Texts that are looked at for a shorter form: a form that more of them contain says too little.
const SHORTENED_MAX: i64 = 10_000;

/// Facts known at `known_at` whose texts contain all the words, best first.
pub(crate) fn search(
    connection: &Connection,
    wanted: &Wanted<'_>,
    known_at: Position,
    limit: usize,
) -> Result<Vec<Found>, ProjectorError> {
    // Trigrams need three letters; shorter words are looked for one by one in what the others left.
    let quoted = |word: &String| format!("\"{}\"", word.replace('"', "\"\""));
    let (long, short): (Vec<&String>, Vec<&String>) = wanted.words.iter().partition(|word| word.chars().count() >= 3);
    let mut matches = "f.known_from <= ?1 AND ?1 < f.known_to".to_owned();
    let mut values: Vec<rusqlite::types::Value> = vec![signed(known_at).into(), RANKED_MAX.into()];
    let mut all = "words".to_owned();
    if !long.is_empty() {
        values.push(long.iter().copied().map(quoted).collect::<Vec<_>>().join(" ").into());
        all = format!("words WHERE words MATCH ?{}", values.len());
    }
    if let Some(Shortened { kazakh, without }) = &wanted.shortened {
        all = format!("{all} LIMIT {SHORTENED_MAX}");
        matches.push_str(if *kazakh { " AND" } else { " AND NOT" });
        matches.push_str(" (w.lang = 'kk' OR w.lang LIKE 'kk-%')");
        for lang in *without {
            values.push(lang.clone().into());
            matches.push_str(&format!(" AND w.lang <> ?{}", values.len()));
        }
        for word in wanted.words.iter().filter(|word| is_of_letters(word)) {
            values.push(format!("*[^0-9a-zа-я]{word}*").into());
            matches.push_str(&format!(" AND ' ' || w.text GLOB ?{}", values.len()));
        }
    }
    for word in short {
        values.push(word.clone().into());
        matches.push_str(&format!(" AND instr(w.text, ?{}) > 0", values.len()));
    }
    values.push(i64::try_from(limit).unwrap_or(OPEN).into());
    let sql = format!(
        "SELECT s.id, s.name, h.source, h.lang FROM \
         (SELECT f.stream, f.source, w.lang, w.rank FROM (SELECT text, fact, lang, rank FROM {all}) w \
         JOIN fact f ON f.id = w.fact WHERE {matches} LIMIT ?2) h \
         JOIN stream s ON s.id = h.stream ORDER BY h.rank, h.source LIMIT ?{}",
        values.len()
    );
    connection
        .prepare_cached(&sql)
        .and_then(|mut statement| {
            let rows = statement.query_map(rusqlite::params_from_iter(values), |row| {
                Ok(Found { stream: named(row)?, source: unsigned(row.get(2)?), lang: row.get(3)? })
            })?;
            rows.collect()
        })
        .map_err(db("search"))
}
