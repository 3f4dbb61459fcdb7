//! What the analysts' pages work with: a survey at the visitor's clocks, the promises that pass the filter, and names
//! and links in the visitor's language.
//!
//! Deliberately absent: anything that one page alone needs.

use std::sync::Arc;

use servanda_events::ids::{AgreementId, CommitmentId, PackageId, PartyId};
use servanda_projector::progress::{MilestoneState, Standing, Surveyed, SurveyedMilestone};
use servanda_projector::survey::{CompactTexts, Group, Survey};

use super::filter::{Scope, sector_name};
use super::page::Link;
use crate::pages::look::name_of;
use crate::pages::sheet::{Cell, Column, Kind};
use crate::pages::{say, shell};
use crate::words::Lang;

/// The desk of one request.
pub(crate) struct Desk<'a> {
    pub(crate) survey: &'a Survey,
    pub(crate) scope: &'a Scope,
    /// The promises that pass the filter.
    pub(crate) rows: Vec<&'a Arc<Surveyed>>,
    pub(crate) lang: Lang,
    pub(crate) clocks: &'a str,
}

impl<'a> Desk<'a> {
    pub(crate) fn of(survey: &'a Survey, scope: &'a Scope, lang: Lang, clocks: &'a str) -> Self {
        Self { survey, scope, rows: scope.rows(survey), lang, clocks }
    }

    /// A sentence.
    pub(crate) fn say(&self, key: &str, values: &[(&str, say::Value)]) -> String {
        say::say(self.lang, key, values)
    }

    /// A text without values.
    pub(crate) fn text(&self, key: &str) -> String {
        say::text(self.lang, key)
    }

    /// The address of a page at the same clocks.
    pub(crate) fn link(&self, path: &str) -> String {
        shell::link(path, self.clocks)
    }

    /// The address of a list under the same filter and more.
    pub(crate) fn list(&self, path: &str, more: &[(&str, &str)]) -> String {
        shell::link(&self.scope.link(path, more), self.clocks)
    }

    fn best<'t>(&self, texts: Option<&'t CompactTexts>, id: &'t str) -> &'t str {
        texts.map_or(id, |texts| texts.best(self.lang.tag()))
    }

    /// The name of a party.
    pub(crate) fn party(&self, id: &PartyId) -> String {
        self.best(self.survey.party(id).map(|party| &party.names), id.as_str()).to_owned()
    }

    /// The title of a package.
    pub(crate) fn package(&self, id: &PackageId) -> String {
        self.best(self.survey.packages().get(id), id.as_str()).to_owned()
    }

    /// The title of a document.
    pub(crate) fn agreement(&self, id: &AgreementId) -> String {
        self.best(self.survey.agreements().get(id).map(|agreement| &agreement.titles), id.as_str()).to_owned()
    }

    /// The words of a promise; one that is invented to demonstrate the program says so.
    pub(crate) fn statement(&self, row: &Surveyed) -> String {
        let words = row.statement.best(self.lang.tag());
        self.marked(words, row.demonstration)
    }

    /// The name of a milestone, marked in the same way.
    pub(crate) fn milestone(&self, milestone: &SurveyedMilestone) -> String {
        self.marked(milestone.titles.best(self.lang.tag()), milestone.demonstration)
    }

    fn marked(&self, words: &str, demonstration: bool) -> String {
        if demonstration { format!("{words} ({})", self.text("page-demo-mark")) } else { words.to_owned() }
    }

    /// The name of a group; those that name none are a group of their own.
    pub(crate) fn group(&self, group: &Group, none: &str) -> String {
        match group {
            Group::Party(id) => self.party(id),
            Group::Package(id) => self.package(id),
            Group::Sector(sector) => sector_name(sector),
            Group::None => self.text(none),
        }
    }

    /// The word for where a promise stands.
    pub(crate) fn standing(&self, standing: Standing) -> String {
        self.text(&format!("standing-{}", name_of(&standing)))
    }

    /// The word for where a milestone stands.
    pub(crate) fn state(&self, state: MilestoneState) -> String {
        self.text(&format!("milestone-{}", name_of(&state)))
    }

    /// A promise as a link to its page.
    pub(crate) fn promise(&self, row: &Surveyed) -> Cell {
        Cell::Text(self.statement(row)).to(self.promise_link(&row.line.commitment_id))
    }

    /// The address of the page of a promise.
    pub(crate) fn promise_link(&self, id: &CommitmentId) -> String {
        self.link(&format!("/commitments/{id}"))
    }

    /// Who must deliver, in the order of the names' ids.
    pub(crate) fn obligors(&self, row: &Surveyed) -> String {
        self.survey.obligors_of(row).into_iter().map(|id| self.party(id)).collect::<Vec<_>>().join("; ")
    }

    /// The way to what a figure means.
    pub(crate) fn meaning(&self, name: &str) -> Link {
        let what = self.text(&format!("dictionary-{name}"));
        Link { text: self.say("analysis-meaning", &[("name", what.into())]), href: self.link(&format!("/data#{name}")) }
    }

    /// A column.
    pub(crate) fn column(&self, key: &str, kind: Kind) -> Column {
        Column { name: self.text(key), kind }
    }

    /// A count as a link to what it counts; nothing needs no link.
    pub(crate) fn count(&self, count: u64, path: &str, more: &[(&str, &str)]) -> Cell {
        let cell = Cell::Count(i64::try_from(count).unwrap_or(i64::MAX));
        if count == 0 { cell } else { cell.to(self.list(path, more)) }
    }

    /// A part of a whole as a link to the part.
    pub(crate) fn of_whole(&self, part: u64, whole: u64, path: &str, more: &[(&str, &str)]) -> Cell {
        let cell = Cell::Of { part, whole };
        if part == 0 { cell } else { cell.to(self.list(path, more)) }
    }
}
