//! The burn-up: how many milestones there were, were reported as achieved and were confirmed, from each day on.
//!
//! Deliberately absent: one line of percentages, in which a change of scope would hide.

use axum::response::Response;
use servanda_projector::survey::{BurnUp, BurnUpPoint};

use super::desk::Desk;
use super::page::{Chart, Drawn, Made, Section, Want, answer};
use crate::pages::charts::steps::{Series, steps};
use crate::pages::format;
use crate::pages::look::Look;
use crate::pages::sheet::{Cell, Kind, Sheet};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

pub(crate) async fn burn_up(visitor: Visitor) -> Result<Response, Problem> {
    answer(visitor, made).await
}

/// The chart and the table of a burn-up.
pub(super) fn section(desk: &Desk<'_>, look: &Look<'_>) -> (Section, Sheet) {
    let burn_up = BurnUp::of(desk.rows.iter().copied(), look.when.as_of);
    let count = |count: i64| u64::try_from(count).unwrap_or_default();
    let series = |key: &str, value: fn(&BurnUpPoint) -> i64| Series {
        label: desk.text(key),
        points: burn_up.points.iter().map(|point| (point.day, count(value(point)))).collect(),
    };
    let lines = [
        series("analysis-line-scope", |point| point.scope),
        series("analysis-line-reported", |point| point.reported),
        series("analysis-line-confirmed", |point| point.confirmed),
    ];
    let last = burn_up.points.last();
    let said = |value: fn(&BurnUpPoint) -> i64| last.map_or(0, value).into();
    let about = desk.say(
        "analysis-burn-up-chart",
        &[
            ("scope", said(|point| point.scope)),
            ("reported", said(|point| point.reported)),
            ("confirmed", said(|point| point.confirmed)),
            ("date", format::day(look.when.as_of, desk.lang).into()),
        ],
    );
    let written = |count: u64| format::count(i64::try_from(count).unwrap_or(i64::MAX), desk.lang);
    let chart = steps(&lines, look.when.as_of, written).map(|drawn| Chart {
        title: desk.text("analysis-burn-up-title"),
        about,
        legend: lines.iter().map(|line| line.label.clone()).collect(),
        drawn: Drawn::Steps(drawn),
    });
    let sheet = Sheet {
        name: "burn-up",
        title: desk.text("analysis-burn-up-title"),
        columns: vec![
            desk.column("analysis-column-from-day", Kind::Date),
            desk.column("analysis-line-scope", Kind::Count),
            desk.column("analysis-line-reported", Kind::Count),
            desk.column("analysis-line-confirmed", Kind::Count),
        ],
        rows: burn_up
            .points
            .iter()
            .map(|point| {
                vec![
                    Cell::Day(point.day),
                    Cell::Count(point.scope),
                    Cell::Count(point.reported),
                    Cell::Count(point.confirmed),
                ]
            })
            .collect(),
    };
    let told = if burn_up.by_month { "analysis-burn-up-months" } else { "analysis-burn-up-days" };
    let empty = burn_up.points.is_empty();
    let section = Section {
        id: "burn-up",
        title: sheet.title.clone(),
        about: format!("{} {}", desk.text("analysis-burn-up-about"), desk.text(told)),
        chart,
        table: (!empty).then(|| sheet.shown(desk.lang)),
        empty: empty.then(|| desk.text("analysis-empty")),
        links: vec![desk.meaning("scope")],
    };
    (section, sheet)
}

fn made(desk: &Desk<'_>, look: &Look<'_>, _: Want) -> Result<Made, Problem> {
    let (section, sheet) = section(desk, look);
    Ok(Made {
        title: desk.text("analysis-burn-up-title"),
        lead: desk.text("analysis-burn-up-lead"),
        sections: vec![section],
        sheet,
        ..Made::default()
    })
}
