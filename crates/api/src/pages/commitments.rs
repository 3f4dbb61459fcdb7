//! Commitments and prospects: the list with its filters, and the line of one wherever it stands in a table.
//!
//! Deliberately absent: the page of one, see `commitment`.

use axum::response::Response;
use servanda_events::ids::{CommitmentId, Family};
use servanda_projector::Filter;
use servanda_projector::progress::{CommitmentLine, MilestoneState, Standing};
use servanda_projector::views::{CommitmentView, MilestoneView};

use super::listing;
use super::look::{Look, name_of};
use super::parts::{Cell, Table};
use super::routes::Row;
use super::visitor::Visitor;
use crate::contract::{OF_AGREEMENT, OF_PACKAGE, OF_PARTY, PAGE_TOKEN, Param, Place, Q};
use crate::problem::Problem;

const WORDS: Param = Param { required: false, ..Q };
const STATUS: Param = listing::filter("status", STANDINGS_SAID, Place::Queries);
const STANDINGS: &[&str] = &[
    "open",
    "overdue",
    "missed",
    "suspended",
    "fulfilled",
    "cancelled_mutually",
    "cancelled_unilaterally",
    "split",
    "prospect",
];
const STANDINGS_SAID: &str = "open, overdue, missed, suspended, fulfilled, cancelled_mutually, \
    cancelled_unilaterally, split, prospect";
/// Hits of a search that are looked at.
const HITS_MAX: usize = 1_000;

pub(super) static LIST: Row =
    Row::reads("/commitments", "commitments", &[&WORDS, &STATUS, &OF_PARTY, &OF_AGREEMENT, &OF_PACKAGE, &PAGE_TOKEN]);

/// The word for where a promise stands; a prospect has no standing.
pub(super) fn standing(look: &Look<'_>, standing: Option<Standing>) -> Cell {
    let colour = match standing {
        Some(Standing::Fulfilled) => "green",
        Some(Standing::Open) => "teal",
        Some(Standing::Overdue | Standing::Missed | Standing::CancelledUnilaterally) => "red",
        Some(Standing::Suspended) => "orange",
        Some(Standing::CancelledMutually | Standing::Split) | None => "grey",
    };
    Cell::tag(look.text(&format!("standing-{}", standing_name(standing))), colour)
}

fn standing_name(standing: Option<Standing>) -> String {
    standing.map_or_else(|| "prospect".to_owned(), |standing| name_of(&standing))
}

fn achieved(state: MilestoneState) -> bool {
    use MilestoneState::{AchievedLate, AchievedOnTime, AchievedTimelinessUnknown};
    matches!(state, AchievedOnTime | AchievedLate | AchievedTimelinessUnknown)
}

/// "2 of 3" milestones achieved, those given up left out; none where none is planned.
pub(super) fn achieved_of(look: &Look<'_>, milestones: &[MilestoneView]) -> Option<String> {
    let planned = milestones.iter().filter(|milestone| milestone.state != MilestoneState::Cancelled).count();
    let done = milestones.iter().filter(|milestone| achieved(milestone.state)).count();
    let values = [("achieved", done.to_string().into()), ("planned", planned.to_string().into())];
    (planned > 0).then(|| look.say("page-achieved-of", &values))
}

/// The next date by which something is due.
fn next_due(look: &Look<'_>, milestones: &[MilestoneView]) -> Option<String> {
    use MilestoneState::{AtRisk, InDueWindow, Overdue, Scheduled};
    let open = milestones.iter().filter(|m| matches!(m.state, AtRisk | InDueWindow | Overdue | Scheduled));
    let next = open.filter_map(|milestone| milestone.due_now.as_ref()).min_by_key(|due| due.latest)?;
    Some(look.date(next))
}

/// What a commitment promises, in the visitor's language.
pub(crate) fn statement(look: &Look<'_>, view: &CommitmentView) -> String {
    let made = view.commitment.as_ref().map(|made| &made.statement);
    let statement = made.or_else(|| view.prospect.as_ref().map(|prospect| &prospect.statement));
    statement.map_or_else(|| view.commitment_id.to_string(), |text| text.best(look.lang.tag()).to_owned())
}

fn cells(look: &Look<'_>, view: &CommitmentView, stands: Option<Standing>) -> Vec<Cell> {
    let href = look.link(&format!("/commitments/{}", view.commitment_id));
    let achieved = achieved_of(look, &view.milestones).unwrap_or_else(|| "–".to_owned());
    vec![
        Cell::link(statement(look, view), href).marked(view.demonstration),
        standing(look, stands),
        Cell::or_dash(next_due(look, &view.milestones)),
        Cell::number(achieved),
    ]
}

/// A commitment of a roll-up as a row.
pub(super) fn line(look: &Look<'_>, line: &CommitmentLine) -> Result<Vec<Cell>, Problem> {
    match look.reader.commitment(&line.commitment_id)? {
        Some(view) => Ok(cells(look, &view, Some(line.standing))),
        None => Ok(vec![Cell::text(line.commitment_id.to_string()), standing(look, Some(line.standing))]),
    }
}

pub(super) async fn list(visitor: Visitor) -> Result<Response, Problem> {
    let cursor = visitor.cursor()?;
    let statuses = visitor.chosen(&STATUS, STANDINGS)?;
    let words = visitor.asked.text(&WORDS).map(str::to_owned);
    let filter = Filter {
        party: visitor.asked.value(&OF_PARTY)?,
        agreement: visitor.asked.value(&OF_AGREEMENT)?,
        package: visitor.asked.value(&OF_PACKAGE)?,
    };
    let after = cursor.map(|cursor| cursor.after).unwrap_or_default();
    let choosers = visitor.choosers(&filter, &[OF_PARTY.name, OF_AGREEMENT.name, OF_PACKAGE.name]).await?;
    let (next, title, table) = visitor
        .read(move |look| {
            let ids = look.wanted(Family::Commitment, words.as_deref(), HITS_MAX, &filter)?;
            let wanted = |id: &CommitmentId, stands: Option<Standing>| {
                ids.as_ref().is_none_or(|ids| ids.contains(id.as_str()))
                    && (statuses.is_empty() || statuses.contains(&standing_name(stands)))
            };
            let survey = look.survey()?;
            let all = survey.standings().filter(|(id, stands)| wanted(id, *stands));
            let found = listing::page_of(&after, all, |(id, _)| id.as_str());
            // What is shown is read in full; the others are only counted.
            let mut rows = Vec::new();
            for (id, stands) in found.rows {
                rows.extend(look.reader.commitment(id)?.map(|view| cells(look, &view, stands)));
            }
            let heads = ["head-commitment", "head-status", "head-next-due"].map(|key| look.text(key));
            let heads = [heads.as_slice(), &[format!("#{}", look.text("head-achieved"))]].concat();
            let title = listing::title(look, "list-commitments", found.count, found.counted);
            Ok((found.next_after, title, Table::new(look.text("nav-commitments"), &heads, rows)))
        })
        .await?;
    let listing = visitor.listing(next, &[(&WORDS, "filter-words")]);
    let mut listing = listing.showing(title, table).choosing(choosers, visitor.uri.path());
    listing.choices = vec![visitor.choices(&STATUS, "head-status", "standing-", STANDINGS)];
    visitor.page("pages/list.html", &listing)
}
