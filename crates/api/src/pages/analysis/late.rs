//! How late milestones were or are: the distribution against what was first due and against what is due now, and the
//! milestones that are overdue the longest.
//!
//! Both dates always stand side by side, so that a deadline that was moved hides no delay. Deliberately absent: a mean,
//! which a few very late milestones would make.

use axum::response::Response;
use servanda_projector::progress::MilestoneState;
use servanda_projector::survey::{Delay, Delays};

use super::desk::Desk;
use super::filter::delay_name;
use super::lists::{milestone_sheet, wanted_of};
use super::page::{Chart, Drawn, Link, Made, Section, Want, answer};
use crate::pages::charts::bars::{Group, bars};
use crate::pages::format;
use crate::pages::look::Look;
use crate::pages::sheet::{Kind, Sheet};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Milestones shown that are overdue the longest; the list has the rest.
const LONGEST_MAX: usize = 20;
const MILESTONES: &str = "/analysis/milestones";

pub(crate) async fn late(visitor: Visitor) -> Result<Response, Problem> {
    answer(visitor, made).await
}

fn made(desk: &Desk<'_>, _: &Look<'_>, _: Want) -> Result<Made, Problem> {
    let delays = Delays::of(desk.rows.iter().copied());
    let of = |counts: &std::collections::BTreeMap<Delay, u64>, delay| counts.get(&delay).copied().unwrap_or_default();
    let name = |delay: Delay| desk.text(&format!("analysis-delay-{}", delay_name(delay)));
    let sheet = Sheet {
        name: "delays",
        title: desk.text("analysis-late-title"),
        columns: vec![
            desk.column("analysis-column-delay", Kind::Text),
            desk.column("analysis-column-against-first", Kind::Count),
            desk.column("analysis-column-against-now", Kind::Count),
        ],
        rows: Delay::ALL
            .into_iter()
            .map(|delay| {
                let to = |param, count| desk.count(count, MILESTONES, &[(param, delay_name(delay))]);
                vec![
                    crate::pages::sheet::Cell::Text(name(delay)),
                    to("delay_first", of(&delays.original, delay)),
                    to("delay", of(&delays.current, delay)),
                ]
            })
            .collect(),
    };
    let groups: Vec<Group> = Delay::ALL
        .into_iter()
        .map(|delay| Group {
            label: name(delay),
            counts: vec![of(&delays.original, delay), of(&delays.current, delay)],
        })
        .collect();
    let judged: u64 = delays.current.values().sum();
    let after = |counts: &std::collections::BTreeMap<Delay, u64>| -> u64 {
        counts.iter().filter(|(delay, _)| **delay > Delay::OnTheDay).map(|(_, count)| count).sum()
    };
    let written = |count: u64| format::count(i64::try_from(count).unwrap_or(i64::MAX), desk.lang);
    let about = desk.say(
        "analysis-late-chart",
        &[("judged", judged.into()), ("first", after(&delays.original).into()), ("now", after(&delays.current).into())],
    );
    let chart = bars(&groups, written).map(|drawn| Chart {
        title: desk.text("analysis-late-title"),
        about,
        legend: vec![desk.text("analysis-column-against-first"), desk.text("analysis-column-against-now")],
        drawn: Drawn::Bars(drawn),
    });
    let left_out =
        desk.say("analysis-late-left-out", &[("open", delays.not_yet.into()), ("undated", delays.without_date.into())]);
    let distribution = Section {
        id: "distribution",
        title: sheet.title.clone(),
        about: left_out,
        chart,
        table: Some(sheet.shown(desk.lang)),
        links: vec![desk.meaning("delay")],
        ..Section::default()
    };
    Ok(Made {
        title: desk.text("analysis-late-title"),
        lead: desk.text("analysis-late-lead"),
        sections: vec![distribution, longest(desk)],
        sheet,
        ..Made::default()
    })
}

/// The milestones that are overdue the longest, against the date first due.
fn longest(desk: &Desk<'_>) -> Section {
    let mut overdue = wanted_of(desk, |milestone| milestone.state == MilestoneState::Overdue);
    overdue.sort_by_key(|(_, milestone)| std::cmp::Reverse(milestone.late_days_original.or(milestone.late_days)));
    let count = overdue.len();
    overdue.truncate(LONGEST_MAX);
    let title = desk.say("analysis-longest-title", &[("shown", overdue.len().into()), ("count", count.into())]);
    let table = milestone_sheet(desk, "overdue", title.clone(), &overdue);
    Section {
        id: "longest",
        title,
        about: desk.text("analysis-longest-about"),
        table: (count > 0).then(|| table.shown(desk.lang)),
        empty: (count == 0).then(|| desk.text("analysis-none-overdue")),
        links: vec![Link {
            text: desk.say("analysis-all-overdue", &[("count", count.into())]),
            href: desk.list(MILESTONES, &[("milestone", "overdue")]),
        }],
        ..Section::default()
    }
}
