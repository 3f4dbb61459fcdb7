//! My work: what a person has to do or to know today. What waits for a decision, what came back, what is begun, what is
//! due and late, what the other side answered and waits to be answered.
//!
//! The list of commitments is looked through for the person's own party; a party with more than [`COMMITMENTS_MAX`] is
//! told that it sees the first of them. Deliberately absent: figures; what belongs to another party.

use std::collections::BTreeSet;

use axum::response::Response;
use serde::Serialize;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{CommitmentId, EventId, Family, MilestoneId, PartyId, Position, StreamId};
use servanda_projector::Filter;
use servanda_projector::progress::{Surveyed, SurveyedMilestone};
use servanda_projector::views::{ClaimStanding, ClaimView, CommitmentView};

use super::commitments::statement;
use super::look::Look;
use super::record::lists::{self, DraftRow};
use super::review::{self, Proposals};
use super::routes::{Row, Who};
use super::visitor::Visitor;
use crate::problem::Problem;

pub(super) static WORK: Row =
    Row { method: "get", path: "/work", id: "work", who: Who::SignedIn, clocks: true, params: &[] };

/// Commitments of a party that are looked through.
const COMMITMENTS_MAX: usize = 2_000;
/// Rows of a list.
const ROWS_MAX: usize = 50;
/// What is due within so many days is shown.
const SOON_DAYS: i64 = 30;

#[derive(Debug, Serialize)]
struct WorkPage {
    title: String,
    party: Option<String>,
    records: bool,
    proposals: Proposals,
    drafts: Vec<DraftRow>,
    #[serde(flatten)]
    mine: Mine,
}

/// What concerns a party.
#[derive(Debug, Default, Serialize)]
struct Mine {
    soon: Vec<DueRow>,
    overdue: Vec<DueRow>,
    /// Claims of others that this party has not answered, or that were changed since it disputed them.
    to_answer: Vec<ClaimRow>,
    /// What others answered to this party's claims.
    answered: Vec<ClaimRow>,
    cut: bool,
}

#[derive(Debug, Serialize)]
struct DueRow {
    commitment: String,
    href: String,
    milestone: String,
    due: String,
    first_due: Option<String>,
    days: i64,
    /// The form that says what became of it, or why it is late.
    report_href: String,
}

#[derive(Debug, Serialize)]
struct ClaimRow {
    commitment: String,
    href: String,
    what: String,
    by: String,
    answer: String,
    /// Days since the claim was recorded, while nobody has answered.
    waits: Option<i64>,
    #[serde(skip)]
    claim: (CommitmentId, EventId),
}

/// The form about a milestone.
fn report(commitment: &CommitmentId, milestone: &MilestoneId) -> String {
    format!("/record/achieve?commitment={commitment}&milestone={milestone}")
}

/// Days since a claim was recorded.
fn waited(look: &Look<'_>, (commitment, claim): &(CommitmentId, EventId)) -> Result<Option<i64>, Problem> {
    let history = look.app.log().history(&StreamId::from(commitment))?;
    Ok(history.fact(claim).map(|fact| look.app.log().now().date().days_since(fact.recorded_at.date()).max(0)))
}

pub(super) async fn work(visitor: Visitor) -> Result<Response, Problem> {
    let user = visitor.signed_in()?.clone();
    let proposals = review::proposals(&visitor, &user)?;
    let (party, mine) = match user.party.clone() {
        None => (None, Mine::default()),
        Some(party) => {
            let (name, mine) = visitor.read(move |look| Ok((look.party(&party)?, Mine::of(look, &party)?))).await?;
            (Some(name), mine)
        }
    };
    let records = user.role != crate::access::Role::Reader;
    let drafts = lists::rows_of(&visitor, &user.id).await?;
    let page = WorkPage { title: visitor.say("nav-work", &[]), party, records, proposals, drafts, mine };
    visitor.page("pages/people/work.html", &page)
}

impl Mine {
    fn of(look: &Look<'_>, party: &PartyId) -> Result<Self, Problem> {
        let filter = Filter { party: Some(party.clone()), ..Filter::default() };
        let mut mine = Self::default();
        let page = look.reader.commitments(&filter, "", COMMITMENTS_MAX)?;
        mine.cut = page.next_after.is_some();
        for commitment in &page.items {
            mine.add_claims(look, commitment, party)?;
            mine.add_due(look, commitment, look.when.as_of);
        }
        mine.overdue = overdue(look, &filter)?;
        mine.soon.sort_by_key(|row| row.days);
        mine.soon.truncate(ROWS_MAX);
        for list in [&mut mine.to_answer, &mut mine.answered] {
            list.truncate(ROWS_MAX);
        }
        for row in &mut mine.to_answer {
            row.waits = waited(look, &row.claim)?;
        }
        // Whoever has waited longest comes first.
        mine.to_answer.sort_by_key(|row| std::cmp::Reverse(row.waits));
        Ok(mine)
    }

    fn add_due(&mut self, look: &Look<'_>, commitment: &CommitmentView, today: LedgerDate) {
        for milestone in &commitment.milestones {
            let open = milestone.achieved.is_none() && milestone.cancelled.is_none() && milestone.missed.is_none();
            let due = milestone.due_now.as_ref().filter(|_| open);
            let Some((due, days)) = due.map(|due| (due, due.latest.days_since(today))) else { continue };
            if (0..=SOON_DAYS).contains(&days) {
                self.soon.push(DueRow {
                    commitment: statement(look, commitment),
                    href: look.link(&format!("/commitments/{}", commitment.commitment_id)),
                    milestone: milestone.plan.titles.best(look.lang.tag()).to_owned(),
                    due: look.date(due),
                    first_due: None,
                    days,
                    report_href: report(&commitment.commitment_id, &milestone.plan.milestone_id),
                });
            }
        }
    }

    fn add_claims(&mut self, look: &Look<'_>, commitment: &CommitmentView, party: &PartyId) -> Result<(), Problem> {
        let milestones = commitment.milestones.iter().filter_map(|milestone| {
            let title = milestone.plan.titles.best(look.lang.tag()).to_owned();
            milestone.achieved.as_ref().map(|achieved| (title, &achieved.claim, &milestone.entries))
        });
        let payments = commitment.flows.iter().flat_map(|flow| &flow.payments).map(|payment| {
            let (amount, currency) = (payment.amount.amount(), payment.amount.currency());
            let money = super::format::money(&amount.to_string(), currency.as_str(), look.lang);
            (money, &payment.claim, &payment.entries)
        });
        for (what, claim, entries) in milestones.chain(payments) {
            let Some(reporter) = &claim.reported_by else { continue };
            let id = &commitment.commitment_id;
            let row = |by: &PartyId, answer: String| -> Result<ClaimRow, Problem> {
                let form = format!("/record/answer?commitment={id}&claim={}", claim.claim_event_id);
                Ok(ClaimRow {
                    commitment: statement(look, commitment),
                    href: look.link(&if reporter == party { format!("/commitments/{id}") } else { form }),
                    what: what.clone(),
                    by: look.party(by)?,
                    answer,
                    waits: None,
                    claim: (commitment.commitment_id.clone(), claim.claim_event_id.clone()),
                })
            };
            if reporter == party {
                for (by, confirms) in newest_answers(claim) {
                    let key = if confirms { "work-confirmed" } else { "work-disputed" };
                    self.answered.push(row(by, look.text(key))?);
                }
            } else if claim.standing == ClaimStanding::Claimed {
                self.to_answer.push(row(reporter, String::new())?);
            } else if changed_since_disputed(claim, party, entries) {
                self.to_answer.push(row(reporter, look.text("work-changed-since"))?);
            }
        }
        Ok(())
    }
}

/// Whether a party disputes a claim that was changed after it said so.
fn changed_since_disputed(claim: &ClaimView, party: &PartyId, entries: &[Position]) -> bool {
    let own = claim.answers.iter().rev().find(|answer| answer.by_party == *party && !answer.settled);
    own.is_some_and(|answer| !answer.confirms && entries.iter().any(|entry| *entry > answer.entry))
}

/// What is overdue of what passes a filter, the longest first.
fn overdue(look: &Look<'_>, filter: &Filter) -> Result<Vec<DueRow>, Problem> {
    let ids = look.wanted(Family::Commitment, None, 0, filter)?;
    let survey = look.survey()?;
    let wanted = survey.overdue().filter(|(row, _)| {
        let id = row.line.commitment_id.as_str();
        ids.as_ref().is_none_or(|ids| ids.contains(id))
    });
    let mut late: Vec<_> =
        wanted.flat_map(|(row, milestones)| milestones.map(move |milestone| (row, milestone))).collect();
    late.sort_by_key(|(_, milestone)| std::cmp::Reverse(milestone.late_days));
    late.truncate(ROWS_MAX);
    let row = |(row, milestone): (&Surveyed, &SurveyedMilestone)| {
        let (Some(due), Some(days)) = (&milestone.due, milestone.late_days) else { return Ok(None) };
        let first_due = milestone.first_due.as_ref().filter(|first| *first != due);
        Ok(Some(DueRow {
            commitment: promised(look, &row.line.commitment_id)?,
            href: look.link(&format!("/commitments/{}", row.line.commitment_id)),
            milestone: milestone.titles.best(look.lang.tag()).to_owned(),
            due: look.date(due),
            first_due: first_due.map(|first| look.date(first)),
            days,
            report_href: report(&row.line.commitment_id, &milestone.milestone_id),
        }))
    };
    late.into_iter().map(row).filter_map(Result::transpose).collect()
}

/// What a commitment says, for people.
fn promised(look: &Look<'_>, commitment: &CommitmentId) -> Result<String, Problem> {
    let view = look.reader.commitment(commitment)?;
    Ok(view.map_or_else(|| commitment.to_string(), |view| statement(look, &view)))
}

/// What each party answered last.
fn newest_answers(claim: &ClaimView) -> Vec<(&PartyId, bool)> {
    let mut seen = BTreeSet::new();
    let newest = claim.answers.iter().rev().filter(|answer| !answer.settled && seen.insert(&answer.by_party));
    newest.map(|answer| (&answer.by_party, answer.confirms)).collect()
}
