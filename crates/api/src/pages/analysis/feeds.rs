//! What other programs subscribe to: deadlines as a calendar, the newest entries as an Atom feed.
//!
//! Deliberately absent: how the files are written ([`super::super::downloads`]).

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use servanda_projector::progress::MilestoneState;

use super::desk::Desk;
use super::filter::Scope;
use super::lists::wanted;
use crate::app::App;
use crate::pages::downloads::{Deadline, FeedEntry, calendar, feed};
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Entries in the feed.
const NEWEST_MAX: usize = 50;
/// Deadlines in a calendar at most; programs that show calendars take no more.
const DEADLINES_MAX: usize = 5_000;

/// Where the service is reached, as the request says it.
fn origin(app: &App, headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let host = text(header::HOST.as_str());
    let scheme = match text("x-forwarded-proto").as_str() {
        "https" => "https",
        _ if app.is_loopback() => "http",
        _ => "https",
    };
    format!("{scheme}://{host}")
}

fn sent(media_type: &'static str, text: String) -> Response {
    let mut response = (StatusCode::OK, text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// The deadlines of milestones that are still open, under the filter of the address.
pub(crate) async fn deadlines(headers: HeaderMap, visitor: Visitor) -> Result<Response, Problem> {
    let scope = Scope::of(&visitor.asked)?;
    let origin = origin(&visitor.app, &headers);
    let text = visitor
        .read(move |look| {
            let survey = look.survey()?;
            let desk = Desk::of(&survey, &scope, look.lang, look.clocks);
            let ledger = look.app.log().ledger().to_string();
            let open = |state: MilestoneState| {
                use MilestoneState as S;
                matches!(state, S::Scheduled | S::InDueWindow | S::AtRisk | S::Overdue)
            };
            let mut deadlines = Vec::new();
            for (row, milestone) in wanted(&desk) {
                let Some(due) = milestone.due.as_ref().filter(|_| open(milestone.state)) else { continue };
                let id = &row.line.commitment_id;
                deadlines.push(Deadline {
                    uid: format!("{id}/{}@{ledger}", milestone.milestone_id),
                    title: desk.milestone(milestone),
                    about: format!("{}\n{}", desk.statement(row), desk.state(milestone.state)),
                    due: due.latest,
                    url: format!("{origin}/commitments/{id}"),
                    moved: milestone.baseline_no,
                });
                if deadlines.len() == DEADLINES_MAX {
                    break;
                }
            }
            let name = format!("{} – {ledger}", desk.text("analysis-deadlines"));
            Ok(calendar(&name, &deadlines, look.app.log().now()))
        })
        .await?;
    Ok(sent("text/calendar; charset=utf-8", text))
}

/// The newest entries, as known.
pub(crate) async fn entries(headers: HeaderMap, visitor: Visitor) -> Result<Response, Problem> {
    let origin = origin(&visitor.app, &headers);
    let text = visitor
        .read(move |look| {
            let ledger = look.app.log().ledger().to_string();
            let position = look.when.known_at.position;
            let after = position.saturating_sub(NEWEST_MAX as u64);
            let count = usize::try_from(position - after).unwrap_or(NEWEST_MAX);
            let mut newest = Vec::new();
            for entry in look.app.log().read(after, count)?.iter().rev() {
                let recorded = entry.decode()?;
                let fact = &recorded.fact;
                let author = fact.reported_by.as_ref().map(|party| look.party(party)).transpose()?;
                newest.push(FeedEntry {
                    id: format!("urn:servanda:{ledger}:{}", fact.position),
                    title: look.text(&format!("event-{}", fact.event.type_name())),
                    about: format!("{} – {}", look.thing(&recorded.stream)?.0, look.date(&fact.occurred_on)),
                    author: author.unwrap_or_else(|| ledger.clone()),
                    kind: fact.event.type_name().to_owned(),
                    recorded_at: fact.recorded_at,
                    url: format!("{origin}/entries/{}", fact.position),
                });
            }
            let title = format!("{} – {ledger}", look.text("analysis-newest-entries"));
            let own = format!("{origin}/entries.atom");
            Ok(feed(&format!("urn:servanda:{ledger}"), &title, look.lang.tag(), &own, &newest, look.app.log().now()))
        })
        .await?;
    Ok(sent("application/atom+xml; charset=utf-8", text))
}
