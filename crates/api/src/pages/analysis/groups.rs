//! Promises by party, by body, by sector, by package: one table, one small bar in each row.
//!
//! A promise of two parties stands in the rows of both, so the rows do not add up to the whole, which the page says.
//! Deliberately absent: averages.

use axum::response::Response;
use servanda_projector::progress::{MilestoneState, Standing, Surveyed};
use servanda_projector::survey::{Axis, Group, Tally, groups};

use super::desk::Desk;
use super::filter::{NONE, sector_name};
use super::page::{Made, Section, Want, answer};
use crate::pages::format;
use crate::pages::look::Look;
use crate::pages::sheet::{Cell, Kind, Sheet};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

pub(crate) async fn parties(visitor: Visitor) -> Result<Response, Problem> {
    answer(visitor, |desk, _: &Look<'_>, want| Ok(made(desk, Axis::Party, want))).await
}

pub(crate) async fn bodies(visitor: Visitor) -> Result<Response, Problem> {
    answer(visitor, |desk, _: &Look<'_>, want| Ok(made(desk, Axis::Body, want))).await
}

pub(crate) async fn sectors(visitor: Visitor) -> Result<Response, Problem> {
    answer(visitor, |desk, _: &Look<'_>, want| Ok(made(desk, Axis::Sector, want))).await
}

pub(crate) async fn packages(visitor: Visitor) -> Result<Response, Problem> {
    answer(visitor, |desk, _: &Look<'_>, want| Ok(made(desk, Axis::Package, want))).await
}

/// What an axis is called: in keys, in files, and in the filter of the lists.
fn names(axis: Axis) -> (&'static str, &'static str, &'static str) {
    match axis {
        Axis::Party => ("party", "by-party", "state"),
        Axis::Body => ("body", "by-body", "body"),
        Axis::Sector => ("sector", "by-sector", "sector"),
        Axis::Package => ("package", "by-package", "package"),
    }
}

/// The table of an axis, its rows in the order of the names; those that name none come last.
pub(super) fn sheet(desk: &Desk<'_>, axis: Axis, want: Want) -> (Sheet, usize) {
    let (key, name, param) = names(axis);
    let none = format!("analysis-no-{key}");
    let mut found: Vec<(String, Group, Vec<&std::sync::Arc<Surveyed>>)> = groups(desk.survey, &desk.rows, axis)
        .into_iter()
        .map(|(group, rows)| (desk.group(&group, &none), group, rows))
        .collect();
    found.sort_by(|(one, of, _), (other, and, _)| {
        (*of == Group::None).cmp(&(*and == Group::None)).then_with(|| format::order(one, other, desk.lang))
    });
    let count = found.len();
    let row = |(name, group, rows): &(String, Group, Vec<&std::sync::Arc<Surveyed>>)| {
        let value = match group {
            Group::Party(id) => id.to_string(),
            Group::Package(id) => id.to_string(),
            Group::Sector(sector) => sector_name(sector),
            Group::None => NONE.to_owned(),
        };
        cells(desk, name, &Tally::of(rows.iter().copied()), (param, &value))
    };
    let sheet = Sheet {
        name,
        title: desk.text(&format!("analysis-by-{key}-title")),
        columns: vec![
            desk.column(&format!("analysis-filter-{param}"), Kind::Text),
            desk.column("analysis-column-promises", Kind::Count),
            desk.column("analysis-column-kept", Kind::Of),
            desk.column("analysis-column-overdue", Kind::Count),
            desk.column("analysis-column-missed", Kind::Count),
            desk.column("analysis-column-confirmed", Kind::Of),
            desk.column("analysis-column-overdue-milestones", Kind::Count),
            desk.column("analysis-column-unplanned", Kind::Count),
        ],
        rows: found[want.range(count)].iter().map(row).collect(),
    };
    (sheet, count)
}

const PROMISES: &str = "/analysis/promises";
const MILESTONES: &str = "/analysis/milestones";

fn cells(desk: &Desk<'_>, name: &str, tally: &Tally, (param, value): (&str, &str)) -> Vec<Cell> {
    let of = (param, value);
    let promises = |count, name, value| desk.count(count, PROMISES, &[of, (name, value)]);
    vec![
        Cell::Text(name.to_owned()).to(desk.list(PROMISES, &[of])),
        desk.count(tally.promises, PROMISES, &[of]),
        desk.of_whole(tally.standing(Standing::Fulfilled), tally.promises, PROMISES, &[of, ("standing", "fulfilled")]),
        promises(tally.standing(Standing::Overdue), "standing", "overdue"),
        promises(tally.standing(Standing::Missed), "standing", "missed"),
        desk.of_whole(tally.confirmed, tally.milestones, MILESTONES, &[of, ("claim", "vouched")]),
        desk.count(tally.state(MilestoneState::Overdue), MILESTONES, &[of, ("milestone", "overdue")]),
        promises(tally.without_milestones, "planned", "no"),
    ]
}

fn made(desk: &Desk<'_>, axis: Axis, want: Want) -> Made {
    let (key, ..) = names(axis);
    let (sheet, count) = sheet(desk, axis, want);
    let section = Section {
        id: "groups",
        title: sheet.title.clone(),
        about: desk.text("analysis-groups-about"),
        table: (count > 0).then(|| sheet.shown(desk.lang)),
        empty: (count == 0).then(|| desk.text("analysis-empty")),
        links: vec![desk.meaning("groups"), desk.meaning("standing"), desk.meaning("confirmed")],
        ..Section::default()
    };
    Made {
        title: sheet.title.clone(),
        lead: desk.text(&format!("analysis-by-{key}-lead")),
        sections: vec![section],
        sheet,
        rows_of_list: Some(count),
        ..Made::default()
    }
}
