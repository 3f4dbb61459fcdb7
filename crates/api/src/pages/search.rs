//! Search.
//!
//! Deliberately absent: ranking by anything but the read model's order; folding of letters, which is the read model's.

use std::ops::Range;

use axum::response::Response;
use serde::Serialize;
use servanda_events::ids::Family;
use servanda_projector::Hit;

use super::routes::Row;
use super::visitor::Visitor;
use crate::contract::{Param, Q};
use crate::problem::Problem;

const WORDS: Param = Param { required: false, ..Q };
/// Hits on the page; a search that finds more is to be made narrower.
const HITS_MAX: usize = 100;
/// Characters around the first hit in a text.
const AROUND: usize = 120;

pub(super) static SEARCH: Row = Row::reads("/search", "search", &[&WORDS]);

#[derive(Debug, Serialize)]
struct SearchPage {
    title: String,
    words: String,
    lang_given: Option<String>,
    kept: Vec<(&'static str, String)>,
    hits: Vec<HitRow>,
    narrower: bool,
}

#[derive(Debug, Serialize)]
struct HitRow {
    kind: String,
    href: String,
    lang: String,
    /// The text cut at the words that were found; every second piece is one of them.
    pieces: Vec<String>,
}

/// The page of a hit. The ledger itself has none, but its history.
fn page_of(hit: &Hit) -> String {
    match hit.family {
        Family::Party => format!("/parties/{}", hit.id),
        Family::Package => format!("/packages/{}", hit.id),
        Family::Agreement => format!("/agreements/{}", hit.id),
        Family::Commitment => format!("/commitments/{}", hit.id),
        Family::Indicator => format!("/indicators/{}", hit.id),
        Family::Ledger => format!("/history/{}", hit.stream),
    }
}

/// A text in pieces, every second of which is one of the places; long texts are cut around the first.
fn pieces(text: &str, places: &[Range<usize>]) -> Vec<String> {
    let first = places.first().map_or(0, |place| place.start);
    let from = text[..first].char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let to = text[first..].char_indices().nth(2 * AROUND).map_or(text.len(), |(at, _)| first + at);
    let (mut pieces, mut at) = (Vec::new(), from);
    let before = if from > 0 { "…" } else { "" };
    for place in places.iter().take_while(|place| place.end <= to) {
        pieces.push(text[at..place.start].to_owned());
        pieces.push(text[place.clone()].to_owned());
        at = place.end;
    }
    let after = if to < text.len() { "…" } else { "" };
    pieces.push(format!("{}{after}", &text[at..to]));
    pieces[0].insert_str(0, before);
    pieces
}

pub(super) async fn search(visitor: Visitor) -> Result<Response, Problem> {
    let words = visitor.asked.text(&WORDS).unwrap_or_default().to_owned();
    let query = words.clone();
    let hits = visitor
        .read(move |look| {
            let hits = look.reader.search(&query, HITS_MAX)?;
            let row = |hit: &Hit| HitRow {
                kind: look.text(&format!("family-{}", super::look::name_of(&hit.family))),
                href: look.link(&page_of(hit)),
                lang: hit.lang.clone(),
                pieces: pieces(&hit.text, &hit.places),
            };
            Ok(hits.iter().map(row).collect::<Vec<_>>())
        })
        .await?;
    let given = |param: &'static Param| Some((param.name, visitor.asked.text(param)?.to_owned()));
    let page = SearchPage {
        title: match words.as_str() {
            "" => visitor.say("search-title", &[]),
            words => visitor.say("search-found", &[("n", hits.len().into()), ("words", words.into())]),
        },
        words,
        lang_given: visitor.asked.text(&crate::contract::LANG).map(str::to_owned),
        kept: [&crate::contract::AS_OF, &crate::contract::KNOWN_AT].into_iter().filter_map(given).collect(),
        narrower: hits.len() == HITS_MAX,
        hits,
    };
    visitor.page("pages/search.html", &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_every_second_piece() {
        let found = |text: &str, words: &[&str]| {
            let place = |word: &&str| text.find(word).map(|at| at..at + word.len());
            pieces(text, &words.iter().filter_map(place).collect::<Vec<_>>())
        };
        assert_eq!(found("A branch will open", &["branch", "open"]), ["A ", "branch", " will ", "open", ""]);
        assert_eq!(found("Қарағандыда ашылады", &["Қарағанды"]), ["", "Қарағанды", "да ашылады"]);
        assert_eq!(found("nothing here", &["branch"]), ["nothing here"]);
        let long = format!("{} branch {}", "ә".repeat(500), "ы".repeat(500));
        let cut = found(&long, &["branch"]);
        assert!(cut[0].starts_with('…') && cut[2].ends_with('…') && cut[1] == "branch", "{cut:?}");
        assert_eq!((cut[0].chars().count(), cut[2].chars().count()), (AROUND + 1, 2 * AROUND - "branch".len() + 1));
    }
}
