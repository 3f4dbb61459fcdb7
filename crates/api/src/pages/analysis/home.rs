//! The front page: how many promises stand where, how scope and what was kept grew, what was confirmed and disputed
//! last, the packages, the indicators, the newest entries. Every figure is a link to exactly its rows.
//!
//! Deliberately absent: a filter; the page is about the whole ledger.

use axum::response::Response;
use servanda_events::package::Qualifier;
use servanda_projector::progress::{MilestoneState, Standing, Surveyed, SurveyedAnswer};
use servanda_projector::survey::{Axis, Tally};
use servanda_projector::views::{ClaimStanding, IndicatorView};
use servanda_projector::{Filter, ProjectorError};

use super::desk::Desk;
use super::filter::STANDINGS;
use super::page::{Headline, Link, Made, Section, Want, answer};
use super::{burn_up, groups};
use crate::pages::look::{Look, name_of};
use crate::pages::sheet::{Cell, Kind, Sheet};
use crate::pages::visitor::Visitor;
use crate::pages::{format, say};
use crate::problem::Problem;

const PROMISES: &str = "/analysis/promises";
const MILESTONES: &str = "/analysis/milestones";
/// Newest answers of each sort, and newest entries.
const NEWEST_MAX: usize = 5;
const ENTRIES_MAX: usize = 10;
/// Packages and indicators on the page; their own pages have the rest.
const PACKAGES_MAX: usize = 10;
const INDICATORS_MAX: usize = 10;

pub(crate) async fn home(visitor: Visitor) -> Result<Response, Problem> {
    answer(visitor, made).await
}

fn made(desk: &Desk<'_>, look: &Look<'_>, want: Want) -> Result<Made, Problem> {
    let tally = Tally::of(desk.rows.iter().copied());
    let (standings, sheet) = standings(desk, &tally);
    let (mut trend, _) = burn_up::section(desk, look);
    // The whole table stands one click away, beside the same chart.
    trend.table = None;
    trend.links.push(Link { text: desk.text("analysis-table-twin"), href: desk.link("/analysis/burn-up") });
    let mut sections = vec![
        standings,
        trend,
        answers(desk, "confirmed", |standing| matches!(standing, ClaimStanding::Confirmed | ClaimStanding::Verified)),
        answers(desk, "disputed", |standing| standing == ClaimStanding::Disputed),
        packages(desk, want),
    ];
    sections.extend(indicators(desk, look)?);
    let (entries, invented) = newest(desk, look)?;
    sections.push(entries);
    Ok(Made {
        title: desk.text("analysis-home-title"),
        lead: desk.text("analysis-home-lead"),
        figures: figures(desk, &tally),
        demonstration: invented,
        sections,
        sheet,
        ..Made::default()
    })
}

fn figures(desk: &Desk<'_>, tally: &Tally) -> Vec<Headline> {
    let number = |count: u64| format::count(i64::try_from(count).unwrap_or(i64::MAX), desk.lang);
    let of = |part: u64, whole: u64| -> String {
        let values: [(&str, say::Value); 2] = [("part", part.into()), ("whole", whole.into())];
        desk.say("analysis-of", &values)
    };
    let figure = |key: &str, value: String, path: &str, more: &[(&str, &str)]| Headline {
        name: desk.text(key),
        value,
        href: desk.list(path, more),
    };
    vec![
        figure("analysis-column-promises", number(tally.promises), PROMISES, &[]),
        figure(
            "analysis-column-kept",
            of(tally.standing(Standing::Fulfilled), tally.promises),
            PROMISES,
            &[("standing", "fulfilled")],
        ),
        figure(
            "analysis-column-overdue",
            number(tally.standing(Standing::Overdue)),
            PROMISES,
            &[("standing", "overdue")],
        ),
        figure("analysis-column-confirmed", of(tally.confirmed, tally.milestones), MILESTONES, &[("claim", "vouched")]),
        figure(
            "analysis-column-overdue-milestones",
            number(tally.state(MilestoneState::Overdue)),
            MILESTONES,
            &[("milestone", "overdue")],
        ),
        figure("analysis-column-disputed", number(tally.disputed), MILESTONES, &[("claim", "disputed")]),
    ]
}

fn standings(desk: &Desk<'_>, tally: &Tally) -> (Section, Sheet) {
    let row = |standing: Standing| {
        let name = name_of(&standing);
        let count = tally.standing(standing);
        vec![
            Cell::Text(desk.standing(standing)),
            desk.of_whole(count, tally.promises, PROMISES, &[("standing", &name)]),
        ]
    };
    let sheet = Sheet {
        name: "standings",
        title: desk.text("analysis-standings-title"),
        columns: vec![
            desk.column("analysis-column-standing", Kind::Text),
            desk.column("analysis-column-promises", Kind::Of),
        ],
        rows: STANDINGS.into_iter().map(row).collect(),
    };
    let prospects = desk.survey.prospects();
    let section = Section {
        id: "standings",
        title: sheet.title.clone(),
        about: desk.say("analysis-standings-about", &[("prospects", prospects.into())]),
        table: Some(sheet.shown(desk.lang)),
        links: vec![desk.meaning("standing")],
        ..Section::default()
    };
    (section, sheet)
}

/// The newest answers of a sort.
fn answers(desk: &Desk<'_>, sort: &'static str, is: fn(ClaimStanding) -> bool) -> Section {
    let all = desk.rows.iter().flat_map(|row| row.answers.iter().map(move |answer| (row.as_ref(), answer)));
    let mut newest: Vec<(&Surveyed, &SurveyedAnswer)> = all.filter(|(_, answer)| is(answer.standing)).collect();
    let count = newest.len();
    let last_first = |(_, answer): &(&Surveyed, &SurveyedAnswer)| std::cmp::Reverse(answer.entry);
    if count > NEWEST_MAX {
        newest.select_nth_unstable_by_key(NEWEST_MAX, last_first);
        newest.truncate(NEWEST_MAX);
    }
    newest.sort_by_key(last_first);
    let row = |(row, answer): &(&Surveyed, &SurveyedAnswer)| {
        let about = answer.milestone_id.as_ref().and_then(|id| row.milestones.iter().find(|of| of.milestone_id == *id));
        let about = about.map(|milestone| desk.milestone(milestone));
        vec![
            Cell::Day(answer.answered_on),
            Cell::Text(about.unwrap_or_else(|| desk.text("analysis-payment-or-whole"))),
            desk.promise(row),
            Cell::Text(desk.text(&format!("claim-{}", name_of(&answer.standing)))),
        ]
    };
    let sheet = Sheet {
        name: sort,
        title: desk.text(&format!("analysis-newest-{sort}")),
        columns: vec![
            desk.column("analysis-column-answered", Kind::Date),
            desk.column("analysis-column-claim-about", Kind::Text),
            desk.column("analysis-column-promise", Kind::Text),
            desk.column("analysis-column-claim", Kind::Text),
        ],
        rows: newest.iter().map(row).collect(),
    };
    let claim = if sort == "disputed" { "disputed" } else { "vouched" };
    Section {
        id: sort,
        title: sheet.title.clone(),
        table: (count > 0).then(|| sheet.shown(desk.lang)),
        empty: (count == 0).then(|| desk.text("analysis-none-yet")),
        links: vec![
            Link { text: desk.text("analysis-all-milestones"), href: desk.list(MILESTONES, &[("claim", claim)]) },
            desk.meaning("confirmed"),
        ],
        ..Section::default()
    }
}

fn packages(desk: &Desk<'_>, want: Want) -> Section {
    let (mut sheet, count) = groups::sheet(desk, Axis::Package, want);
    sheet.rows.truncate(PACKAGES_MAX);
    Section {
        id: "packages",
        title: sheet.title.clone(),
        about: desk.text("analysis-groups-about"),
        table: (count > 0).then(|| sheet.shown(desk.lang)),
        empty: (count == 0).then(|| desk.text("analysis-empty")),
        links: vec![
            Link {
                text: desk.say("analysis-all-packages", &[("count", count.into())]),
                href: desk.link("/analysis/by-package"),
            },
            Link { text: desk.text("analysis-nav-coverage"), href: desk.link("/analysis/coverage") },
        ],
        ..Section::default()
    }
}

/// The newest value of each of the first indicators; no part at all where there is none.
fn indicators(desk: &Desk<'_>, look: &Look<'_>) -> Result<Option<Section>, ProjectorError> {
    let page = look.reader.indicators(&Filter::default(), "", INDICATORS_MAX)?;
    let mut rows = Vec::new();
    for view in page.items {
        let IndicatorView::Series { indicator, observations, .. } = view else { continue };
        let newest = observations.iter().max_by_key(|observed| observed.observation.period.latest);
        let Some(observed) = newest.map(|observed| &observed.observation) else { continue };
        rows.push(vec![
            Cell::Text(indicator.titles.best(desk.lang.tag()).to_owned())
                .to(desk.link(&format!("/indicators/{}", indicator.indicator_id))),
            Cell::Date(observed.period.clone()),
            Cell::Text(qualified(desk, observed.qualifier, &observed.value.to_string(), &indicator.unit.to_string())),
            Cell::Text(observed.source.to_string()),
        ]);
    }
    if rows.is_empty() {
        return Ok(None);
    }
    let sheet = Sheet {
        name: "indicators",
        title: desk.text("page-indicators"),
        columns: vec![
            desk.column("page-indicator", Kind::Text),
            desk.column("page-period", Kind::Date),
            desk.column("page-value", Kind::Text),
            desk.column("page-source", Kind::Text),
        ],
        rows,
    };
    let title = sheet.title.clone();
    let links = vec![Link { text: desk.text("indicator-all"), href: desk.link("/indicators") }];
    Ok(Some(Section { id: "indicators", title, table: Some(sheet.shown(desk.lang)), links, ..Section::default() }))
}

fn qualified(desk: &Desk<'_>, qualifier: Qualifier, value: &str, unit: &str) -> String {
    let value = format::with_unit(&format::number(value, desk.lang), unit, desk.lang);
    desk.say(&format!("qualifier-{}", name_of(&qualifier)), &[("value", value.into())])
}

/// The newest entries that were known, and whether any of them is invented.
fn newest(desk: &Desk<'_>, look: &Look<'_>) -> Result<(Section, bool), Problem> {
    let position = look.when.known_at.position;
    let after = position.saturating_sub(ENTRIES_MAX as u64);
    let entries = look.app.log().read(after, usize::try_from(position - after).unwrap_or(ENTRIES_MAX))?;
    let (mut rows, mut invented) = (Vec::new(), false);
    for entry in entries.iter().rev() {
        let recorded = entry.decode()?;
        let fact = &recorded.fact;
        let reported_by = fact.reported_by.as_ref().map(|party| desk.party(party));
        let what = look.text(&format!("event-{}", fact.event.type_name()));
        invented |= fact.demonstration;
        let (thing, href) = look.thing(&recorded.stream)?;
        let flags = fact.flags.iter().map(|flag| look.app.words().warning(flag, look.lang));
        rows.push(vec![
            Cell::Count(i64::try_from(fact.position).unwrap_or(i64::MAX))
                .to(desk.link(&format!("/entries/{}", fact.position))),
            Cell::Text(format::moment(fact.recorded_at, look.lang)),
            Cell::Text(if fact.demonstration { format!("{what} ({})", desk.text("page-demo-mark")) } else { what }),
            Cell::Text(thing).to(href),
            Cell::or(reported_by.map(Cell::Text), &desk.text("analysis-none")),
            Cell::Text(flags.collect::<Vec<_>>().join(" ")),
        ]);
    }
    let empty = rows.is_empty();
    let sheet = Sheet {
        name: "entries",
        title: desk.text("analysis-newest-entries"),
        columns: vec![
            desk.column("analysis-column-entry", Kind::Count),
            desk.column("analysis-column-recorded-at", Kind::Text),
            desk.column("analysis-column-fact", Kind::Text),
            desk.column("analysis-column-thing", Kind::Text),
            desk.column("analysis-column-reported-by", Kind::Text),
            desk.column("analysis-column-flags", Kind::Text),
        ],
        rows,
    };
    let section = Section {
        id: "entries",
        title: sheet.title.clone(),
        table: (!empty).then(|| sheet.shown(desk.lang)),
        empty: empty.then(|| desk.text("analysis-none-yet")),
        links: vec![
            Link { text: desk.text("analysis-entries-all"), href: desk.link("/entries") },
            Link { text: desk.text("analysis-entries-atom"), href: "/entries.atom".to_owned() },
        ],
        ..Section::default()
    };
    Ok((section, invented))
}
