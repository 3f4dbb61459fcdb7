//! A look at the ledger for a page: reading at the visitor's two clocks, with names, sentences, numbers, dates and
//! links as the visitor's language writes them.
//!
//! Deliberately absent: figures, which the read model computes; HTML.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Serialize;
use servanda_events::dates::FuzzyDate;
use servanda_events::ids::{Family, PartyId, StreamId};
use servanda_events::money::Money;
use servanda_events::text::{Lang as TextLang, Texts};
use servanda_projector::progress::Outline;
use servanda_projector::{Filter, Over, ProjectorError, Reader, Survey};

use super::listing::SIZE;
use super::parts::{Cell, Line};
use super::{format, say, shell};
use crate::app::App;
use crate::when::When;
use crate::words::Lang;

/// A look at the ledger.
pub(crate) struct Look<'a> {
    pub(crate) app: &'a App,
    pub(crate) reader: &'a Reader<'a>,
    pub(crate) lang: Lang,
    /// The clocks as they stand in the address; empty where none does.
    pub(crate) clocks: &'a str,
    pub(crate) when: When,
}

impl Look<'_> {
    /// A sentence.
    pub(crate) fn say(&self, key: &str, values: &[(&str, say::Value)]) -> String {
        say::say(self.lang, key, values)
    }

    /// A text without values.
    pub(crate) fn text(&self, key: &str) -> String {
        say::text(self.lang, key)
    }

    /// The address of a page, at the same clocks.
    pub(crate) fn link(&self, path: &str) -> String {
        shell::link(path, self.clocks)
    }

    /// The address of an answer of the interface that says the same for good: with both clocks written out.
    pub(crate) fn data_link(&self, path: &str) -> String {
        shell::link(path, &format!("as_of={}&known_at={}", self.when.as_of, self.when.known_at.position))
    }

    /// A date as closely as it is known.
    pub(crate) fn date(&self, date: &FuzzyDate) -> String {
        format::fuzzy(date, self.lang)
    }

    /// An amount with its currency.
    pub(crate) fn money(&self, money: &Money) -> String {
        format::money(&money.amount().to_string(), money.currency().as_str(), self.lang)
    }

    /// Every promise in a short row, at the visitor's clocks.
    pub(crate) fn survey(&self) -> Result<Arc<Survey>, ProjectorError> {
        self.app.read().survey(self.when.at())
    }

    /// The figures over several commitments, with those of a first page of them.
    pub(super) fn outline(&self, over: &Over) -> Result<Option<Outline>, ProjectorError> {
        self.app.read().outline(self.reader, over, SIZE)
    }

    /// The things of a family that the words and the filter let pass; none where neither asks for anything. So many
    /// hits of the words are looked at.
    pub(crate) fn wanted(
        &self,
        family: Family,
        words: Option<&str>,
        hits_max: usize,
        filter: &Filter,
    ) -> Result<Option<HashSet<String>>, ProjectorError> {
        let linked = self.reader.passing(family, filter)?;
        let Some(words) = words else { return Ok(linked) };
        let hits = self.reader.search(words, hits_max)?.into_iter().filter(|hit| hit.family == family);
        let named = hits.map(|hit| hit.id).filter(|id| linked.as_ref().is_none_or(|linked| linked.contains(id)));
        Ok(Some(named.collect()))
    }

    /// The name of a party in the visitor's language, as well as it has one.
    pub(crate) fn party(&self, id: &PartyId) -> Result<String, ProjectorError> {
        let party = self.reader.party(id)?;
        Ok(party.map_or_else(|| id.to_string(), |party| party.party.names.best(self.lang.tag()).to_owned()))
    }

    /// The name of a thing in the visitor's language, and its page.
    pub(crate) fn thing(&self, stream: &StreamId) -> Result<(String, String), ProjectorError> {
        let (key, tag) = (stream.key(), self.lang.tag());
        let (folder, name) = match stream.family() {
            Family::Party => ("parties", key.parse().ok().map(|id| self.party(&id)).transpose()?),
            Family::Package => {
                let view = key.parse().ok().map(|id| self.reader.package(&id)).transpose()?.flatten();
                ("packages", view.map(|view| view.package.titles.best(tag).to_owned()))
            }
            Family::Agreement => {
                let view = key.parse().ok().map(|id| self.reader.agreement(&id)).transpose()?.flatten();
                ("agreements", view.map(|view| view.agreement.titles.best(tag).to_owned()))
            }
            Family::Commitment => {
                let view = key.parse().ok().map(|id| self.reader.commitment(&id)).transpose()?.flatten();
                ("commitments", view.map(|view| super::commitments::statement(self, &view)))
            }
            Family::Indicator => {
                let view = key.parse().ok().map(|id| self.reader.indicator(&id)).transpose()?.flatten();
                ("indicators", view.map(|view| super::indicators::name(self, &view)))
            }
            Family::Ledger => return Ok((key.to_owned(), self.link(&format!("/history/{stream}")))),
        };
        // What is not there at these clocks has no page, but a history.
        let path = if name.is_some() { format!("/{folder}/{key}") } else { format!("/history/{stream}") };
        Ok((name.unwrap_or_else(|| key.to_owned()), self.link(&path)))
    }

    /// The sentence that says at which clocks the page reads.
    pub(crate) fn as_known(&self) -> String {
        let day = format::day(self.when.as_of, self.lang);
        self.say("as-known", &[("date", day.into()), ("position", self.when.known_at.position.into())])
    }

    /// A text in all its languages, the visitor's first.
    pub(crate) fn titles(&self, key: &str, titles: &Texts) -> Line {
        let cell = |(lang, text): (&TextLang, &servanda_events::text::Line)| Cell {
            lang: (lang.as_str() != self.lang.tag()).then(|| lang.to_string()),
            ..Cell::text(text.to_string())
        };
        let mut cells: Vec<Cell> = titles.iter().map(cell).collect();
        cells.sort_by_key(|cell| cell.lang.is_some());
        Line::new(self.text(key), cells)
    }
}

/// What serde calls a value, such as `interdepartmental` or `up_to`; the second half of many a key.
pub(crate) fn name_of(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
