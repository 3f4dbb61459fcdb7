//! Lists with filters: how many there are, one page of them, the way to the next. The state of a list is its address.
//!
//! Lists of what a survey holds are counted to the end ([`page_of`]); those of other things look at a bounded number
//! of them, and the title says so where there are more ([`found`]). Deliberately absent: what a row shows; jumping to a
//! page by its number, for entries arrive meanwhile and pages go by the last id shown.

use servanda_projector::{Page, ProjectorError};

use super::look::Look;
use super::shell;
use super::visitor::Visitor;
use crate::contract::{AS_OF, KNOWN_AT, LANG, PAGE_TOKEN, Param, Place, text_schema};
use crate::page_token::Cursor;
use crate::pages::parts::{Choice, Choices, Field, Listing};
use crate::problem::Problem;

/// Rows on a page.
pub(super) const SIZE: usize = 50;
/// Things that are looked at to count them, and again to fill a page behind the last one counted.
const LOOKED_AT_MAX: usize = 2_000;
/// Things that are fetched together.
const FETCHED: usize = 200;

/// A field of a list's filter. `place` is [`Place::Queries`] where it may come several times.
pub(super) const fn filter(name: &'static str, expected: &'static str, place: Place) -> Param {
    Param { name, place, required: false, about: "A filter of the list.", expected, schema: text_schema }
}

/// What a list found.
pub(super) struct Found<R> {
    pub(super) rows: Vec<R>,
    pub(super) next_after: Option<String>,
    pub(super) count: usize,
    /// Whether `count` is all there are.
    pub(super) counted: bool,
}

/// One page of what `keep` keeps, after an id, and how many there are from the beginning.
pub(super) fn found<T, R>(
    after: &str,
    page: impl Fn(&str, usize) -> Result<Page<T>, ProjectorError>,
    id: impl Fn(&T) -> String,
    mut keep: impl FnMut(&T) -> Result<Option<R>, Problem>,
) -> Result<Found<R>, Problem> {
    let mut found = Found { rows: Vec::new(), next_after: None, count: 0, counted: false };
    let (mut from, mut looked_at, mut last) = (String::new(), 0, String::new());
    let mut filled = false;
    loop {
        let Page { items, next_after } = page(&from, FETCHED)?;
        looked_at += items.len();
        for item in &items {
            let id = id(item);
            if let Some(row) = keep(item)? {
                found.count += 1;
                if id.as_str() > after && found.rows.len() < SIZE {
                    found.rows.push(row);
                    last = id;
                } else if id.as_str() > after && !filled {
                    filled = true;
                    found.next_after = Some(last.clone());
                }
            }
        }
        match next_after {
            None => {
                found.counted = true;
                return Ok(found);
            }
            Some(next) if looked_at < LOOKED_AT_MAX => from = next,
            Some(next) => {
                if !filled && found.rows.len() < SIZE && next.as_str() <= after {
                    return behind(found, after, page, id, keep);
                }
                found.next_after = found.next_after.or(Some(next));
                return Ok(found);
            }
        }
    }
}

/// One page of things in the order of their ids, after an id, and how many there are of them.
pub(super) fn page_of<T>(after: &str, all: impl Iterator<Item = T>, id: impl Fn(&T) -> &str) -> Found<T> {
    let mut found = Found { rows: Vec::new(), next_after: None, count: 0, counted: true };
    for item in all {
        found.count += 1;
        if id(&item) <= after {
            continue;
        }
        if found.rows.len() < SIZE {
            found.rows.push(item);
        } else if found.next_after.is_none() {
            found.next_after = found.rows.last().map(|last| id(last).to_owned());
        }
    }
    found
}

/// A page that begins behind everything that was counted.
fn behind<T, R>(
    mut found: Found<R>,
    after: &str,
    page: impl Fn(&str, usize) -> Result<Page<T>, ProjectorError>,
    id: impl Fn(&T) -> String,
    mut keep: impl FnMut(&T) -> Result<Option<R>, Problem>,
) -> Result<Found<R>, Problem> {
    let (mut from, mut looked_at) = (after.to_owned(), 0);
    loop {
        let Page { items, next_after } = page(&from, FETCHED)?;
        looked_at += items.len();
        for item in &items {
            if found.rows.len() == SIZE {
                found.next_after = Some(from);
                return Ok(found);
            }
            from = id(item);
            found.rows.extend(keep(item)?);
        }
        match next_after {
            Some(next) if looked_at < LOOKED_AT_MAX && found.rows.len() < SIZE => from = next,
            next_after => {
                found.next_after = next_after;
                return Ok(found);
            }
        }
    }
}

/// The title of a list: `key` is its name with a number, as in "12 agreements".
pub(super) fn title(look: &Look<'_>, key: &str, count: usize, counted: bool) -> String {
    let count = look.say(key, &[("n", count.into())]);
    if counted { count } else { look.say("list-more-than", &[("count", count.into())]) }
}

impl Visitor {
    /// Where the visitor is in a list.
    pub(super) fn cursor(&self) -> Result<Option<Cursor>, Problem> {
        Cursor::of(&self.asked, "")
    }

    /// The list with its filter and the ways to its other pages.
    pub(super) fn listing(&self, next_after: Option<String>, fields: &[(&'static Param, &str)]) -> Listing {
        let other = |token: &str| shell::with(&self.uri, &[PAGE_TOKEN.name], token);
        let cursor = |after| Cursor { as_of: self.when.as_of, known_at: self.when.known_at.position, after };
        let next = next_after.map(|after| format!("{}={}", PAGE_TOKEN.name, cursor(after).token(&self.asked, "")));
        let value = |param: &Param| self.asked.text(param).unwrap_or_default().to_owned();
        let kept = [&LANG, &AS_OF, &KNOWN_AT].into_iter().filter(|param| self.asked.text(param).is_some());
        Listing {
            action: (!fields.is_empty()).then(|| self.uri.path().to_owned()),
            fields: fields
                .iter()
                .map(|(param, key)| Field { name: param.name, label: self.say(key, &[]), value: value(param) })
                .collect(),
            kept: kept.map(|param| Field { name: param.name, label: String::new(), value: value(param) }).collect(),
            first_href: self.asked.text(&PAGE_TOKEN).map(|_| other("")),
            next_href: next.map(|next| other(&next)),
            empty: self.say("list-none", &[]),
            ..Listing::default()
        }
    }

    /// A group of checkboxes: the names of an enum's values, with `prefix` before each to find its word.
    pub(super) fn choices(&self, param: &Param, legend: &str, prefix: &str, values: &[&str]) -> Choices {
        let chosen = self.asked.texts(param);
        let item = |value: &&str| Choice {
            value: (*value).to_owned(),
            text: self.say(&format!("{prefix}{value}"), &[]),
            chosen: chosen.contains(value),
        };
        Choices { name: param.name, legend: self.say(legend, &[]), items: values.iter().map(item).collect() }
    }

    /// The values of a group of checkboxes, each one of `values`.
    pub(super) fn chosen(&self, param: &Param, values: &[&str]) -> Result<Vec<String>, Problem> {
        let chosen = self.asked.texts(param);
        match chosen.iter().find(|value| !values.contains(value)) {
            Some(wrong) => Err(param.bad(wrong)),
            None => Ok(chosen.into_iter().map(str::to_owned).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three thousand things with numbers for ids, of which every `nth` is kept.
    fn of(after: &str, nth: usize) -> Found<String> {
        let all: Vec<String> = (0..3_000).map(|n| format!("{n:04}")).collect();
        let page = |after: &str, limit: usize| {
            let items: Vec<String> = all.iter().filter(|id| id.as_str() > after).take(limit).cloned().collect();
            let next_after = items.last().filter(|last| *last < &all[all.len() - 1]).cloned();
            Ok(Page { items, next_after })
        };
        let keep = |id: &String| Ok(id.parse::<usize>().unwrap().is_multiple_of(nth).then(|| id.clone()));
        found(after, page, Clone::clone, keep).unwrap_or_else(|problem| panic!("{}", problem.code()))
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_repetition() {
        for nth in [1, 7, 300] {
            let (mut seen, mut after) = (Vec::new(), String::new());
            for _ in 0..1_000 {
                let page = of(&after, nth);
                seen.extend(page.rows);
                match page.next_after {
                    Some(next) => after = next,
                    None => break,
                }
            }
            let all: Vec<String> = (0..3_000).step_by(nth).map(|n| format!("{n:04}")).collect();
            assert_eq!(seen, all, "every {nth}th");
        }
    }

    #[test]
    fn pages_of_what_is_at_hand_follow_each_other_and_are_counted_to_the_end() {
        for total in [0, 1, SIZE, SIZE + 1, 3 * SIZE] {
            let all: Vec<String> = (0..total).map(|n| format!("{n:04}")).collect();
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let page = page_of(&after, all.iter(), |id| id.as_str());
                assert_eq!((page.count, page.counted), (total, true));
                seen.extend(page.rows.into_iter().cloned());
                match page.next_after {
                    Some(next) => after = next,
                    None => break,
                }
            }
            assert_eq!(seen, all);
        }
    }

    #[test]
    fn what_was_not_counted_is_not_said_to_be_all() {
        let first = of("", 1);
        assert_eq!((first.count, first.counted, first.rows.len()), (2_000, false, SIZE));
    }
}
