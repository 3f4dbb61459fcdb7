//! Search, and what is overdue.
//!
//! Deliberately absent: ranking by anything but the read model's order; folding of letters, which is the read model's.

use std::ops::Range;

use axum::response::Response;
use serde::Serialize;
use servanda_events::ids::Family;
use servanda_projector::progress::{Surveyed, SurveyedMilestone};
use servanda_projector::survey::CompactTexts;
use servanda_projector::{Filter, Hit, Survey};

use super::listing::{self, SIZE};
use super::look::Look;
use super::parts::{Cell, Table};
use super::routes::Row;
use super::visitor::Visitor;
use crate::contract::{OF_AGREEMENT, OF_PACKAGE, OF_PARTY, PAGE_TOKEN, Param, Q};
use crate::problem::Problem;

const WORDS: Param = Param { required: false, ..Q };
/// Hits on the page; a search that finds more is to be made narrower.
const HITS_MAX: usize = 100;
/// Characters around the first hit in a text.
const AROUND: usize = 120;

pub(super) static SEARCH: Row = Row::reads("/search", "search", &[&WORDS]);
pub(super) static OVERDUE: Row =
    Row::reads("/overdue", "overdue", &[&OF_PARTY, &OF_AGREEMENT, &OF_PACKAGE, &PAGE_TOKEN]);

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

/// A page of what is overdue, and how much there is of it.
#[derive(Default)]
struct Late {
    rows: Vec<Vec<Cell>>,
    count: usize,
    /// The promise that was shown last.
    last: Option<String>,
    next_after: Option<String>,
}

pub(super) async fn overdue(visitor: Visitor) -> Result<Response, Problem> {
    let after = visitor.cursor()?.map(|cursor| cursor.after).unwrap_or_default();
    let filter = Filter {
        party: visitor.asked.value(&OF_PARTY)?,
        agreement: visitor.asked.value(&OF_AGREEMENT)?,
        package: visitor.asked.value(&OF_PACKAGE)?,
    };
    let choosers = visitor.choosers(&filter, &[OF_PARTY.name, OF_AGREEMENT.name, OF_PACKAGE.name]).await?;
    let (next, title, table) = visitor
        .read(move |look| {
            let ids = look.wanted(Family::Commitment, None, 0, &filter)?;
            let survey = look.survey()?;
            let mut page = Late::default();
            for (row, milestones) in survey.overdue() {
                let id = &row.line.commitment_id;
                if ids.as_ref().is_some_and(|ids| !ids.contains(id.as_str())) {
                    continue;
                }
                page.count += row.line.overdue;
                if id.as_str() <= after.as_str() {
                    continue;
                }
                // The milestones of one promise stand on one page.
                if page.rows.len() >= SIZE {
                    page.next_after = page.next_after.or_else(|| page.last.take());
                    continue;
                }
                for milestone in milestones {
                    page.rows.push(late(look, &survey, row, milestone));
                }
                page.last = Some(id.to_string());
            }
            let title = listing::title(look, "list-overdue", page.count, true);
            let heads = ["page-milestone", "head-commitment", "head-obligors", "page-due-first", "page-due-now"];
            let heads = heads.map(|key| look.text(key));
            let heads = [heads.as_slice(), &[format!("#{}", look.text("page-days-late"))]].concat();
            Ok((page.next_after, title, Table::new(look.text("nav-overdue"), &heads, page.rows)))
        })
        .await?;
    let mut listing = visitor.listing(next, &[]).showing(title, table).choosing(choosers, visitor.uri.path());
    listing.sentences = vec![visitor.say("overdue-meaning", &[])];
    visitor.page("pages/list.html", &listing)
}

fn late(look: &Look<'_>, survey: &Survey, row: &Surveyed, milestone: &SurveyedMilestone) -> Vec<Cell> {
    let best = |texts: &CompactTexts| texts.best(look.lang.tag()).to_owned();
    let party = |id| survey.party(id).map_or_else(|| id.to_string(), |party| best(&party.names));
    let obligors: Vec<String> = row.obligors.iter().map(party).collect();
    vec![
        Cell::text(best(&milestone.titles)).marked(row.demonstration),
        Cell::link(best(&row.statement), look.link(&format!("/commitments/{}", row.line.commitment_id))),
        Cell::text(obligors.join(", ")),
        Cell::or_dash(milestone.first_due.as_ref().map(|due| look.date(due))),
        Cell::or_dash(milestone.due.as_ref().map(|due| look.date(due))),
        Cell::number(super::format::count(milestone.late_days.unwrap_or_default(), look.lang)),
    ]
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
