//! What is overdue: a page of it, and all of it as a file.
//!
//! Deliberately absent: the delays of what was achieved late, see [`super::analysis`].

use axum::http::Uri;
use axum::response::Response;
use servanda_events::ids::{Family, StreamId};
use servanda_projector::progress::{Surveyed, SurveyedMilestone};
use servanda_projector::survey::CompactTexts;
use servanda_projector::{Filter, Survey};

use super::analysis::{FORMAT, head_of};
use super::downloads::{self, Format, Head};
use super::listing::{self, SIZE};
use super::look::Look;
use super::parts::{Cell, Table};
use super::routes::Row;
use super::sheet::{self, Column, Kind, Sheet};
use super::shell;
use super::visitor::Visitor;
use crate::contract::{OF_AGREEMENT, OF_PACKAGE, OF_PARTY, PAGE_TOKEN};
use crate::problem::Problem;

pub(super) static OVERDUE: Row =
    Row::reads("/overdue", "overdue", &[&OF_PARTY, &OF_AGREEMENT, &OF_PACKAGE, &FORMAT, &PAGE_TOKEN]);

/// What is overdue, from one promise on, and how much there is of it from the beginning.
#[derive(Default)]
struct Late<'s> {
    milestones: Vec<(&'s Surveyed, &'s SurveyedMilestone)>,
    count: usize,
    next_after: Option<String>,
}

impl<'s> Late<'s> {
    /// Those that pass the filter after an id; so many, and all of the promise with which there are as many.
    fn of(look: &Look<'_>, survey: &'s Survey, filter: &Filter, after: &str, enough: usize) -> Result<Self, Problem> {
        let ids = look.wanted(Family::Commitment, None, 0, filter)?;
        let (mut late, mut last) = (Self::default(), None);
        for (row, milestones) in survey.overdue() {
            let id = row.line.commitment_id.as_str();
            if ids.as_ref().is_some_and(|ids| !ids.contains(id)) {
                continue;
            }
            late.count += row.line.overdue;
            if id <= after {
                continue;
            }
            // The milestones of one promise stand on one page.
            if late.milestones.len() >= enough {
                late.next_after = late.next_after.or_else(|| last.take());
                continue;
            }
            late.milestones.extend(milestones.into_iter().map(|milestone| (row, milestone)));
            last = Some(id.to_owned());
        }
        Ok(late)
    }
}

pub(super) async fn overdue(visitor: Visitor) -> Result<Response, Problem> {
    let filter = Filter {
        party: visitor.asked.value(&OF_PARTY)?,
        agreement: visitor.asked.value(&OF_AGREEMENT)?,
        package: visitor.asked.value(&OF_PACKAGE)?,
    };
    if let Some(name) = visitor.asked.text(&FORMAT) {
        let format = Format::of(name).ok_or_else(|| FORMAT.bad(name))?;
        let uri = visitor.uri.clone();
        let (head, sheet) = visitor.read(move |look| filed(look, &filter, &uri)).await?;
        return downloads::file(format, &head, &sheet);
    }
    let after = visitor.cursor()?.map(|cursor| cursor.after).unwrap_or_default();
    let choosers = visitor.choosers(&filter, &[OF_PARTY.name, OF_AGREEMENT.name, OF_PACKAGE.name]).await?;
    let (next, count, title, table) = visitor
        .read(move |look| {
            let survey = look.survey()?;
            let late = Late::of(look, &survey, &filter, &after, SIZE)?;
            let title = listing::title(look, "list-overdue", late.count, true);
            let heads = ["page-milestone", "head-commitment", "head-obligors", "page-due-first", "page-due-now"];
            let heads = heads.map(|key| look.text(key));
            let heads = [heads.as_slice(), &[format!("#{}", look.text("page-days-late"))]].concat();
            let rows = late.milestones.iter().map(|(row, milestone)| shown(look, &survey, row, milestone)).collect();
            Ok((late.next_after, late.count, title, Table::new(look.text("nav-overdue"), &heads, rows)))
        })
        .await?;
    let mut listing = visitor.listing(next, &[]).showing(title, table).choosing(choosers, visitor.uri.path());
    listing.sentences = vec![visitor.say("overdue-meaning", &[])];
    if count > 0 {
        let file = |format: &str| {
            let href = shell::with(&visitor.uri, &[PAGE_TOKEN.name], &format!("{}={format}", FORMAT.name));
            Cell::link(visitor.say(&format!("analysis-file-{format}"), &[]), href)
        };
        listing.files_about = visitor.say("analysis-files-list", &[("count", count.into())]);
        listing.files = vec![file("csv"), file("xlsx")];
    }
    visitor.page("pages/list.html", &listing)
}

fn best<'t>(look: &Look<'_>, texts: &'t CompactTexts) -> &'t str {
    texts.best(look.lang.tag())
}

/// Who must deliver, by name.
fn obligors(look: &Look<'_>, survey: &Survey, row: &Surveyed, between: &str) -> String {
    let party = |id| survey.party(id).map_or_else(|| id.to_string(), |party| best(look, &party.names).to_owned());
    row.obligors.iter().map(party).collect::<Vec<_>>().join(between)
}

fn shown(look: &Look<'_>, survey: &Survey, row: &Surveyed, milestone: &SurveyedMilestone) -> Vec<Cell> {
    let href = look.link(&format!("/commitments/{}", row.line.commitment_id));
    vec![
        Cell::text(best(look, &milestone.titles)).marked(milestone.demonstration),
        Cell::link(best(look, &row.statement), href).marked(row.demonstration),
        Cell::text(obligors(look, survey, row, ", ")),
        Cell::or_dash(milestone.first_due.as_ref().map(|due| look.date(due))),
        Cell::or_dash(milestone.due.as_ref().map(|due| look.date(due))),
        Cell::number(super::format::count(milestone.late_days.unwrap_or_default(), look.lang)),
    ]
}

/// Everything that passes the filter as a table for a file, with what the file says of itself.
fn filed(look: &Look<'_>, filter: &Filter, uri: &Uri) -> Result<(Head, Sheet), Problem> {
    let survey = look.survey()?;
    let late = Late::of(look, &survey, filter, "", usize::MAX)?;
    let column = |key: &str, kind: Kind| Column { name: look.text(key), kind };
    let mark = |words: &str, invented: bool| {
        let words = if invented { format!("{words} ({})", look.text("page-demo-mark")) } else { words.to_owned() };
        sheet::Cell::Text(words)
    };
    let date = |date: &Option<std::sync::Arc<servanda_events::dates::FuzzyDate>>| {
        sheet::Cell::or(date.as_deref().cloned().map(sheet::Cell::Date), "")
    };
    let cells = |(row, milestone): &(&Surveyed, &SurveyedMilestone)| {
        vec![
            mark(best(look, &milestone.titles), milestone.demonstration),
            mark(best(look, &row.statement), row.demonstration),
            sheet::Cell::Text(obligors(look, &survey, row, "; ")),
            date(&milestone.first_due),
            date(&milestone.due),
            sheet::Cell::Count(milestone.late_days.unwrap_or_default()),
            sheet::Cell::Text(format!("{}/{}", row.line.commitment_id, milestone.milestone_id)),
        ]
    };
    let sheet = Sheet {
        name: "overdue",
        title: look.text("nav-overdue"),
        columns: vec![
            column("page-milestone", Kind::Text),
            column("head-commitment", Kind::Text),
            column("head-obligors", Kind::Text),
            column("page-due-first", Kind::Date),
            column("page-due-now", Kind::Date),
            column("page-days-late", Kind::Count),
            column("analysis-column-id", Kind::Text),
        ],
        rows: late.milestones.iter().map(cells).collect(),
    };
    let (mut words, mut parts) = (Vec::new(), Vec::new());
    let set = [
        ("party", "filter-party", filter.party.as_ref().map(StreamId::from)),
        ("agreement", "analysis-filter-agreement", filter.agreement.as_ref().map(StreamId::from)),
        ("package", "analysis-filter-package", filter.package.as_ref().map(StreamId::from)),
    ];
    for (name, key, stream) in set {
        if let Some(stream) = stream {
            words.push(format!("{}: {}", look.text(key), look.thing(&stream)?.0));
            parts.push(format!("{name}-{}", stream.key()));
        }
    }
    Ok((head_of(look, &sheet, uri, &words, parts)?, sheet))
}
