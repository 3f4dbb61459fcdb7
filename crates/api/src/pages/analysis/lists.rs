//! The two lists that every figure leads to: promises, and milestones with their timeline.
//!
//! Deliberately absent: one promise in full, which has a page of its own.

use std::sync::Arc;

use axum::response::Response;
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_projector::progress::{Surveyed, SurveyedMilestone};

use super::desk::Desk;
use super::filter::word_name;
use super::order;
use super::page::{Chart, Drawn, Made, Section, Want, answer};
use crate::pages::charts::timeline::{Item, timeline};
use crate::pages::look::{Look, name_of};
use crate::pages::sheet::{Cell, Kind, Sheet};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Rows that a timeline draws; a taller one is read nowhere.
const DRAWN_MAX: usize = 25;

pub(crate) async fn promises(visitor: Visitor) -> Result<Response, Problem> {
    answer(visitor, promises_made).await
}

pub(crate) async fn milestones(visitor: Visitor) -> Result<Response, Problem> {
    answer(visitor, milestones_made).await
}

fn promises_made(desk: &Desk<'_>, _: &Look<'_>, want: Want) -> Result<Made, Problem> {
    let all = order::promises(desk, want.order);
    let count = all.len();
    let sheet = Sheet {
        name: "promises",
        title: desk.say("analysis-promises-title", &[("count", count.into())]),
        columns: vec![
            desk.column("analysis-column-promise", Kind::Text),
            desk.column("analysis-column-obligors", Kind::Text),
            desk.column("analysis-column-standing", Kind::Text),
            desk.column("analysis-column-completion", Kind::Share),
            desk.column("analysis-column-word", Kind::Text),
            desk.column("analysis-column-overdue-milestones", Kind::Count),
            desk.column("analysis-column-promised-on", Kind::Date),
            desk.column("analysis-column-amount", Kind::Amount),
            desk.column("analysis-column-currency", Kind::Text),
            desk.column("analysis-column-document", Kind::Text),
            desk.column("analysis-column-id", Kind::Text),
        ],
        rows: all[want.range(count)].iter().map(|row| promise(desk, row)).collect(),
    };
    let section = Section {
        id: "promises",
        title: sheet.title.clone(),
        about: desk.text("analysis-promises-about"),
        table: (count > 0).then(|| sheet.shown(desk.lang)),
        empty: (count == 0).then(|| desk.text("analysis-empty")),
        links: vec![desk.meaning("promise"), desk.meaning("standing")],
        ..Section::default()
    };
    Ok(Made {
        title: sheet.title.clone(),
        lead: desk.text("analysis-promises-lead"),
        sections: vec![section],
        sheet,
        rows_of_list: Some(count),
        orders: order::OF_PROMISES,
        ..Made::default()
    })
}

fn promise(desk: &Desk<'_>, row: &Surveyed) -> Vec<Cell> {
    let text = |text: Option<String>, missing: &str| Cell::or(text.map(Cell::Text), missing);
    let whole = desk.survey.part_of(row);
    vec![
        desk.promise(row),
        Cell::Text(desk.obligors(row)),
        Cell::Text(desk.standing(row.line.standing)),
        Cell::or(
            row.line.completion.filter(|_| row.line.verifiable).map(|share| Cell::Share(share.0)),
            &desk.text(if row.line.verifiable { "analysis-not-measurable" } else { "analysis-unverifiable" }),
        ),
        Cell::Text(desk.text(&format!("analysis-word-{}", word_name(row.line.completion_word)))),
        Cell::Count(i64::try_from(row.line.overdue).unwrap_or(i64::MAX)),
        Cell::Day(row.promised_on),
        Cell::or(
            row.amount.map(|amount| Cell::Amount(amount.amount())),
            &desk.text(&format!("analysis-value-{}", name_of(&row.value_status))),
        ),
        text(
            row.amount.map(|amount| match whole {
                // An amount within another's must not be added to it.
                Some(whole) => {
                    format!("{} ({})", amount.currency(), desk.say("analysis-within", &[("id", whole.as_str().into())]))
                }
                None => amount.currency().to_string(),
            }),
            "",
        ),
        text(row.agreement_id.as_ref().map(|id| desk.agreement(id)), &desk.text("analysis-none")),
        Cell::Text(row.line.commitment_id.to_string()),
    ]
}

/// A milestone with its promise.
type OfPromise<'a> = (&'a Surveyed, &'a SurveyedMilestone);

/// The milestones that pass the filter, the first due first; those without a due date last.
pub(super) fn wanted<'a>(desk: &Desk<'a>) -> Vec<OfPromise<'a>> {
    wanted_of(desk, |_| true)
}

/// The same of some milestones.
pub(super) fn wanted_of<'a>(desk: &Desk<'a>, of_these: impl Fn(&SurveyedMilestone) -> bool) -> Vec<OfPromise<'a>> {
    let of = |row: &&'a Arc<Surveyed>| -> &'a Surveyed { row };
    let all = desk.rows.iter().map(of).flat_map(|row| row.milestones.iter().map(move |milestone| (row, milestone)));
    let mut wanted: Vec<OfPromise<'_>> =
        all.filter(|(_, milestone)| of_these(milestone) && desk.scope.takes_milestone(milestone)).collect();
    let due = |milestone: &SurveyedMilestone| milestone.due.as_ref().map(|due| due.latest);
    wanted.sort_by_cached_key(|(_, milestone)| (due(milestone).is_none(), due(milestone)));
    wanted
}

/// A table of milestones.
pub(super) fn milestone_sheet(desk: &Desk<'_>, name: &'static str, title: String, rows: &[OfPromise<'_>]) -> Sheet {
    Sheet {
        name,
        title,
        columns: vec![
            desk.column("analysis-column-milestone", Kind::Text),
            desk.column("analysis-column-promise", Kind::Text),
            desk.column("analysis-column-state", Kind::Text),
            desk.column("analysis-column-planned-on", Kind::Date),
            desk.column("analysis-column-first-due", Kind::Date),
            desk.column("analysis-column-due", Kind::Date),
            desk.column("analysis-column-achieved", Kind::Date),
            desk.column("analysis-column-claim", Kind::Text),
            desk.column("analysis-column-late", Kind::Count),
            desk.column("analysis-column-late-first", Kind::Count),
            desk.column("analysis-column-id", Kind::Text),
        ],
        rows: rows.iter().map(|(row, milestone)| milestone_cells(desk, row, milestone)).collect(),
    }
}

fn milestone_cells(desk: &Desk<'_>, row: &Surveyed, milestone: &SurveyedMilestone) -> Vec<Cell> {
    let none = desk.text("analysis-none");
    let date = |date: &Option<Arc<FuzzyDate>>| Cell::or(date.as_deref().cloned().map(Cell::Date), &none);
    let days = |days: Option<i64>| Cell::or(days.map(Cell::Count), &none);
    vec![
        Cell::Text(desk.milestone(milestone)).to(desk.promise_link(&row.line.commitment_id)),
        Cell::Text(desk.statement(row)),
        Cell::Text(desk.state(milestone.state)),
        Cell::Day(milestone.planned_on),
        date(&milestone.first_due),
        date(&milestone.due),
        date(&milestone.achieved_on),
        Cell::or(
            milestone.standing.map(|standing| Cell::Text(desk.text(&format!("claim-{}", name_of(&standing))))),
            &none,
        ),
        days(milestone.late_days),
        days(milestone.late_days_original),
        Cell::Text(format!("{}/{}", row.line.commitment_id, milestone.milestone_id)),
    ]
}

fn item(desk: &Desk<'_>, milestone: &SurveyedMilestone) -> Item {
    let last = |date: &Option<Arc<FuzzyDate>>| date.as_ref().map(|date| date.latest);
    let day = |date: &FuzzyDate| -> LedgerDate { date.earliest };
    Item {
        label: milestone.titles.best(desk.lang.tag()).to_owned(),
        word: desk.state(milestone.state),
        planned_on: milestone.planned_on,
        first_due: last(&milestone.first_due),
        due: last(&milestone.due),
        achieved: milestone.achieved_on.as_ref().map(|date| (day(date), milestone.confirmed_on.is_some())),
    }
}

fn milestones_made(desk: &Desk<'_>, look: &Look<'_>, want: Want) -> Result<Made, Problem> {
    let mut all = wanted(desk);
    order::milestones(desk, &mut all, want.order);
    let rows = &all[want.range(all.len())];
    let title = desk.say("analysis-milestones-title", &[("count", all.len().into())]);
    let sheet = milestone_sheet(desk, "milestones", title.clone(), rows);
    let items: Vec<Item> = rows.iter().take(DRAWN_MAX).map(|(_, milestone)| item(desk, milestone)).collect();
    let drawn = timeline(&items, look.when.as_of);
    let legend = ["plan", "first-due", "due", "reported", "confirmed", "late", "today"];
    let chart = drawn.map(|drawn| Chart {
        title: desk.say("analysis-timeline-title", &[("count", items.len().into())]),
        about: desk.text("analysis-timeline-about"),
        legend: legend.iter().map(|mark| desk.text(&format!("analysis-legend-{mark}"))).collect(),
        drawn: Drawn::Timeline(drawn),
    });
    let section = Section {
        id: "milestones",
        title: title.clone(),
        about: desk.text("analysis-milestones-about"),
        chart,
        table: (!rows.is_empty()).then(|| sheet.shown(desk.lang)),
        empty: rows.is_empty().then(|| desk.text("analysis-empty")),
        links: vec![desk.meaning("state"), desk.meaning("delay")],
    };
    Ok(Made {
        title,
        lead: desk.text("analysis-milestones-lead"),
        sections: vec![section],
        sheet,
        rows_of_list: Some(all.len()),
        orders: order::OF_MILESTONES,
        ..Made::default()
    })
}
