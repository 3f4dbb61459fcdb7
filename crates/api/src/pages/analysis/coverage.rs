//! Coverage: what was declared for each package beside what the ledger can name, and of what it can name, how much says
//! anything of what is done. What is not known is a category of its own, never zero.
//!
//! Deliberately absent: the formulas (`coverage_count.v2`, `coverage_amount.v2`).

use axum::response::Response;
use rust_decimal::Decimal;
use servanda_events::ids::PackageId;
use servanda_events::package::Scope as Covers;
use servanda_projector::progress::{AmountCoverage, CountCoverage};
use servanda_projector::survey::Tally;

use super::desk::Desk;
use super::filter::{WORDS, word_name};
use super::page::{Made, Section, Want, answer};
use crate::pages::look::{Look, name_of};
use crate::pages::sheet::{Cell, Kind, Sheet};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

const PROMISES: &str = "/analysis/promises";

pub(crate) async fn coverage(visitor: Visitor) -> Result<Response, Problem> {
    answer(visitor, made).await
}

fn made(desk: &Desk<'_>, look: &Look<'_>, want: Want) -> Result<Made, Problem> {
    let packages: Vec<&PackageId> = match &desk.scope.package {
        Some(id) => vec![id],
        None => desk.survey.packages().keys().collect(),
    };
    let mut rows = Vec::new();
    for id in &packages[want.range(packages.len())] {
        let Some(coverage) = look.reader.coverage(id)? else { continue };
        let before = rows.len();
        // Each share is a link to its formula, its inputs and its entries.
        let explained =
            |figure: String| look.explain_link(&format!("package/{id}"), &format!("coverage.{figure}.share"));
        for (place, count) in coverage.counts.iter().enumerate() {
            rows.push(of_count(desk, id, count, explained(format!("counts.{place}"))));
            rows.extend(classes(desk, id, count, |class| explained(format!("counts.{place}.classes.{class}"))));
        }
        for (place, amount) in coverage.amounts.iter().enumerate() {
            rows.push(of_amount(desk, id, amount, explained(format!("amounts.{place}"))));
        }
        if rows.len() == before {
            rows.push(undeclared(desk, id));
        }
    }
    let sheet = Sheet {
        name: "coverage",
        title: desk.text("analysis-coverage-title"),
        columns: vec![
            desk.column("analysis-filter-package", Kind::Text),
            desk.column("analysis-column-what", Kind::Text),
            desk.column("analysis-column-declared", Kind::Amount),
            desk.column("analysis-column-recorded", Kind::Amount),
            desk.column("analysis-column-remainder", Kind::Amount),
            desk.column("analysis-column-share", Kind::Share),
            desk.column("analysis-column-note", Kind::Text),
        ],
        rows,
    };
    let empty = sheet.rows.is_empty();
    let declared = Section {
        id: "declared",
        title: sheet.title.clone(),
        about: desk.text("analysis-coverage-about"),
        table: (!empty).then(|| sheet.shown(desk.lang)),
        empty: empty.then(|| desk.text("analysis-empty")),
        links: vec![desk.meaning("coverage")],
        ..Section::default()
    };
    Ok(Made {
        title: sheet.title.clone(),
        lead: desk.text("analysis-coverage-lead"),
        sections: vec![declared, told(desk)],
        sheet,
        things_of_pages: Some(packages.len()),
        ..Made::default()
    })
}

fn package(desk: &Desk<'_>, id: &PackageId) -> Cell {
    Cell::Text(desk.package(id)).to(desk.list(PROMISES, &[("package", id.as_str())]))
}

fn amount(text: &str) -> Option<Cell> {
    text.parse::<Decimal>().ok().map(Cell::Amount)
}

fn covers(desk: &Desk<'_>, scope: Covers) -> String {
    match scope {
        Covers::All => desk.text("page-all-documents"),
        Covers::Class(class) => desk.text(&format!("class-{}", name_of(&class))),
    }
}

fn of_count(desk: &Desk<'_>, id: &PackageId, count: &CountCoverage, explained: String) -> Vec<Cell> {
    vec![
        package(desk, id),
        Cell::Text(covers(desk, count.scope)),
        Cell::or(amount(&count.declared), &count.declared),
        Cell::Amount(Decimal::from(count.identified)),
        Cell::or(amount(&count.remainder), ""),
        Cell::or(count.share.value.map(Cell::Share), &desk.text("analysis-not-measurable")).to(explained),
        Cell::Text(if count.over_identified { desk.text("analysis-over") } else { String::new() }),
    ]
}

fn classes(
    desk: &Desk<'_>,
    id: &PackageId,
    count: &CountCoverage,
    explained: impl Fn(usize) -> String,
) -> Vec<Vec<Cell>> {
    let unknown = desk.text("analysis-undeclared");
    let row = |(place, class): (usize, &servanda_projector::progress::ClassCoverage)| {
        vec![
            package(desk, id),
            Cell::Text(format!(
                "{} – {}",
                covers(desk, count.scope),
                desk.text(&format!("class-{}", name_of(&class.class)))
            )),
            Cell::or(class.declared.as_deref().and_then(amount), &unknown),
            Cell::Amount(Decimal::from(class.identified)),
            Cell::or(class.remainder.as_deref().and_then(amount), &unknown),
            Cell::or(class.share.value.map(Cell::Share), &desk.text("analysis-not-measurable")).to(explained(place)),
            Cell::Text(String::new()),
        ]
    };
    count.classes.iter().enumerate().map(row).collect()
}

fn of_amount(desk: &Desk<'_>, id: &PackageId, of: &AmountCoverage, explained: String) -> Vec<Cell> {
    let unknown = desk.text("analysis-unknown");
    let measurable = of.remainder.is_some();
    let mut notes = Vec::new();
    if of.of_unknown_amount > 0 {
        let key = if measurable { "analysis-unknown-amounts" } else { "analysis-amounts-unknown" };
        notes.push(desk.say(key, &[("count", of.of_unknown_amount.into())]));
    }
    if of.in_other_currencies > 0 {
        notes.push(desk.say("analysis-other-currencies", &[("count", of.in_other_currencies.into())]));
    }
    if of.scope_ambiguous {
        notes.push(desk.text("page-scope-ambiguous"));
    }
    if of.over_identified {
        notes.push(desk.text("analysis-over"));
    }
    vec![
        package(desk, id),
        Cell::Text(format!("{}, {}", covers(desk, of.scope), of.currency)),
        Cell::or(amount(&of.declared), &of.declared),
        Cell::or(amount(&of.identified).filter(|_| measurable), &unknown),
        Cell::or(of.remainder.as_deref().and_then(amount), &unknown),
        Cell::or(of.share.value.map(Cell::Share), &desk.text("analysis-not-measurable")).to(explained),
        Cell::Text(notes.join(" ")),
    ]
}

/// A package for which nobody declared a total.
fn undeclared(desk: &Desk<'_>, id: &PackageId) -> Vec<Cell> {
    let unknown = || Cell::Missing(desk.text("analysis-undeclared"));
    vec![
        package(desk, id),
        Cell::Text(desk.text("page-all-documents")),
        unknown(),
        Cell::Missing(desk.text("analysis-unknown")),
        unknown(),
        Cell::Missing(desk.text("analysis-not-measurable")),
        Cell::Text(String::new()),
    ]
}

/// Of the promises in the ledger: of how many anything is told.
fn told(desk: &Desk<'_>) -> Section {
    let tally = Tally::of(desk.rows.iter().copied());
    let whole = tally.promises;
    let row = |name: String, part: u64, more: &[(&str, &str)]| {
        vec![Cell::Text(name), desk.of_whole(part, whole, PROMISES, more)]
    };
    let mut rows: Vec<Vec<Cell>> = WORDS
        .into_iter()
        .map(|word| {
            let name = word_name(word);
            let count = tally.words.get(&word).copied().unwrap_or_default();
            row(desk.text(&format!("analysis-word-{name}")), count, &[("word", &name)])
        })
        .collect();
    rows.push(row(desk.text("analysis-no-milestone"), tally.without_milestones, &[("planned", "no")]));
    let sheet = Sheet {
        name: "told",
        title: desk.text("analysis-told-title"),
        columns: vec![
            desk.column("analysis-column-word", Kind::Text),
            desk.column("analysis-column-promises", Kind::Of),
        ],
        rows,
    };
    Section {
        id: "told",
        title: sheet.title.clone(),
        about: desk.text("analysis-told-about"),
        table: Some(sheet.shown(desk.lang)),
        links: vec![desk.meaning("word")],
        ..Section::default()
    }
}
