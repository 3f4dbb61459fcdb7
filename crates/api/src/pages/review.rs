//! Four eyes on pages: what waits for a second person, one proposal with all that it would record, and the decision.
//!
//! The approver sends back the hash of the bytes that were shown; anything else is refused. Deliberately absent: the
//! rules, see [`crate::four_eyes`]; changing a proposal.

mod done;
mod evidence;
mod mend;
mod shown;
pub(super) mod stated;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use servanda_events::ids::{CommandId, Position};

use self::done::Done;
use self::evidence::EvidenceRow;
pub(super) use self::evidence::{EVIDENCE, evidence};
pub(super) use self::mend::{MEND, came_back, mend};
use self::shown::Shown;
use super::fields::{Fields, Filled};
use super::import::second;
use super::routes::{Row, Who};
use super::shell::encoded;
use super::visitor::{self, Visitor};
use super::{format, say};
use crate::access::{Proposal, ProposalState, User};
use crate::four_eyes::state::{self, Act, Decider};
use crate::four_eyes::{self, Submitted, table};
use crate::problem::Problem;

pub(super) static REVIEW: Row = Row::plain("get", "/review", "review", Who::Recorders, &[&done::DECIDED]);
pub(super) static PROPOSAL: Row = recorders("get", "/review/{id}", "proposal");
// A recorder may stand in for a reviewer: whether this one does is asked behind the door.
pub(super) static APPROVE: Row = recorders("post", "/review/{id}/approve", "approve");
pub(super) static RETURN: Row = recorders("post", "/review/{id}/return", "return");
pub(super) static AGAIN: Row = recorders("post", "/review/{id}/again", "again");
pub(super) static WITHDRAW: Row = recorders("post", "/review/{id}/withdraw", "withdraw");

/// A page for those who record.
const fn recorders(method: &'static str, path: &'static str, id: &'static str) -> Row {
    Row::plain(method, path, id, Who::Recorders, &[])
}

/// A proposal in a list.
#[derive(Debug, Serialize)]
pub(super) struct ProposalRow {
    pub(super) href: String,
    pub(super) what: String,
    pub(super) about: String,
    pub(super) proposer: String,
    pub(super) at: String,
    pub(super) state: String,
    pub(super) reason: Option<String>,
}

/// The proposals that concern a person, by what they can do with them.
#[derive(Debug, Default, Serialize)]
pub(super) struct Proposals {
    /// For this person to decide.
    pub(super) to_review: Vec<ProposalRow>,
    /// Given back to this person, or stale.
    pub(super) returned: Vec<ProposalRow>,
    /// This person's, waiting for somebody else.
    pub(super) waiting: Vec<ProposalRow>,
}

fn row(visitor: &Visitor, proposal: &Proposal) -> Result<ProposalRow, Problem> {
    Ok(ProposalRow {
        href: address(&proposal.id),
        what: stated::command_name(visitor.lang, &proposal.command),
        about: table::name_of(proposal).map_or_else(|| stated::about(visitor, proposal), Ok)?,
        proposer: proposal.proposer.to_string(),
        at: format::moment(proposal.proposed_at, visitor.lang),
        state: visitor.say(&format!("proposal-{}", proposal.state.as_str()), &[]),
        reason: proposal.reason.clone(),
    })
}

fn address(id: &CommandId) -> String {
    format!("/review/{}", encoded(id.as_str()))
}

/// What waits for a person, and for others because of this person.
pub(super) fn proposals(visitor: &Visitor, user: &User) -> Result<Proposals, Problem> {
    use ProposalState::{Approving, Open, Returned, Stale};
    let states = [Open, Approving, Returned, Stale];
    let mut mine = Proposals::default();
    let decider = Decider { user, in_place_of: &four_eyes::in_place_of(&visitor.app, user)? };
    for proposal in visitor.app.access().proposals(user.party.as_ref(), &states)? {
        let own = proposal.proposer == user.id;
        let undecided = matches!(proposal.state, Open | Approving);
        let row = row(visitor, &proposal)?;
        match (own, undecided) {
            (true, true) => mine.waiting.push(row),
            (true, false) => mine.returned.push(row),
            (false, true) if state::is_second_person(decider, &proposal.proposer, proposal.party.as_ref()) => {
                mine.to_review.push(row);
            }
            (false, _) => {}
        }
    }
    Ok(mine)
}

#[derive(Debug, Serialize)]
struct ReviewPage {
    title: String,
    four_eyes: bool,
    done: Option<Done>,
    /// In whose place the visitor decides too.
    in_place_of: Vec<String>,
    #[serde(flatten)]
    proposals: Proposals,
}

pub(super) async fn review(visitor: Visitor) -> Result<Response, Problem> {
    let user = visitor.signed_in()?;
    let proposals = proposals(&visitor, user)?;
    let in_place_of = four_eyes::in_place_of(&visitor.app, user)?;
    let count = say::Value::from(proposals.to_review.len());
    let page = ReviewPage {
        title: visitor.say("review-title", &[("count", count)]),
        four_eyes: visitor.app.settings().four_eyes.wants_two(),
        done: done::just(&visitor)?,
        in_place_of: in_place_of.iter().map(ToString::to_string).collect(),
        proposals,
    };
    visitor.page("pages/people/review.html", &page)
}

#[derive(Debug, Serialize)]
struct ProposalPage {
    title: String,
    row: ProposalRow,
    shown: Shown,
    sha256: String,
    at: String,
    decided: Option<String>,
    /// The entry that came of it.
    entry: Option<Position>,
    may_decide: bool,
    /// Whether the visitor is to decide and has not opened every document.
    unopened: bool,
    may_withdraw: bool,
    /// Whether it can be proposed anew, on what is there now.
    may_repeat: bool,
    /// Whether its form can be opened again.
    may_mend: bool,
    /// Why the visitor cannot decide, where somebody could.
    why_not: Option<String>,
    #[serde(flatten)]
    form: Filled,
}

/// A proposal that the visitor may see: one of their own party.
fn found(visitor: &Visitor, id: &str) -> Result<Proposal, Problem> {
    let user = visitor.signed_in()?;
    let id: CommandId = id.parse().map_err(|_| Problem::new(StatusCode::NOT_FOUND, "proposal_unknown"))?;
    let proposal = four_eyes::found(&visitor.app, &id)?;
    if proposal.proposer != user.id && proposal.party != user.party {
        return Err(Problem::new(StatusCode::FORBIDDEN, "proposal_of_other_party").by(&user.id));
    }
    Ok(proposal)
}

fn page(visitor: &Visitor, status: StatusCode, proposal: &Proposal, form: Filled) -> Result<Response, Problem> {
    let user = visitor.signed_in()?;
    let shown = Shown::of(visitor, proposal)?;
    let decider = Decider { user, in_place_of: &four_eyes::in_place_of(&visitor.app, user)? };
    let second = state::is_second_person(decider, &proposal.proposer, proposal.party.as_ref());
    let undecided = matches!(proposal.state, ProposalState::Open | ProposalState::Approving);
    let decided = proposal.decided_by.as_ref().zip(proposal.decided_at).map(|(by, at)| {
        let at = format::moment(at, visitor.lang);
        visitor.say("proposal-decided", &[("by", by.as_str().into()), ("at", at.into())])
    });
    let may_mend = proposal.proposer == user.id && mend::mendable(&visitor.app, proposal)?.is_some();
    let why_not = if proposal.proposer == user.id { "review-own" } else { "review-not-yours" };
    let page = ProposalPage {
        title: stated::command_name(visitor.lang, &proposal.command),
        row: row(visitor, proposal)?,
        may_decide: second && undecided && shown.refused.is_none(),
        unopened: second && undecided && shown.evidence.iter().any(EvidenceRow::waits),
        may_withdraw: state::after(proposal, Act::Withdraw, decider).is_ok(),
        may_repeat: proposal.state == ProposalState::Stale
            && proposal.proposer == user.id
            && !table::is_table(proposal)
            && !may_mend,
        may_mend,
        why_not: (undecided && !second).then(|| visitor.say(why_not, &[])),
        shown,
        sha256: proposal.sha256.clone(),
        at: address(&proposal.id),
        decided: decided.filter(|_| !undecided),
        entry: done::entry_of(&visitor.app, proposal)?,
        form,
    };
    visitor.page_as(status, "pages/people/proposal.html", &page)
}

pub(super) async fn proposal(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let proposal = found(&visitor, &id)?;
    page(&visitor, StatusCode::OK, &proposal, Filled::with([("reason", "")]))
}

/// After a decision: the list, or the proposal as it stands now with what was in the way.
fn decided(visitor: &Visitor, id: &str, outcome: Result<(), Problem>, reason: &str) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => {
            let decided = format!("{}?{}={}", REVIEW.path, done::DECIDED.name, encoded(id));
            Ok(visitor::see_other(&decided))
        }
        Err(problem) if problem.is_refusal_of_right() => Err(problem),
        Err(problem) => {
            let status = problem.status();
            let form = Filled::with([("reason", reason)]).refused(visitor, problem, "decision")?;
            page(visitor, status, &found(visitor, id)?, form)
        }
    }
}

pub(super) async fn approve(visitor: Visitor, Path(id): Path<String>, fields: Fields) -> Result<Response, Problem> {
    let (user, proposal) = (visitor.signed_in()?, found(&visitor, &id)?);
    let seen = fields.text("sha256");
    let done = match table::is_table(&proposal) {
        true => second::approve(&visitor.app, user, (&proposal.id, seen), visitor.lang).await,
        false => four_eyes::approve(&visitor.app, user, &proposal.id, seen).await.map(|_| ()),
    };
    if done.is_ok() {
        mend::settle(&visitor.app, &proposal)?;
    }
    decided(&visitor, &id, done, "")
}

pub(super) async fn give_back(visitor: Visitor, Path(id): Path<String>, fields: Fields) -> Result<Response, Problem> {
    let (user, proposal) = (visitor.signed_in()?, found(&visitor, &id)?);
    let reason = fields.text("reason");
    let done = four_eyes::give_back(&visitor.app, user, &proposal.id, reason);
    decided(&visitor, &id, done, reason)
}

pub(super) async fn withdraw(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let (user, proposal) = (visitor.signed_in()?, found(&visitor, &id)?);
    let done = four_eyes::withdraw(&visitor.app, user, &proposal.id);
    if done.is_ok() {
        mend::settle(&visitor.app, &proposal)?;
    }
    decided(&visitor, &id, done, "")
}

/// Proposes a stale one anew, on what is there now: by its form, which opens with what was proposed; what a program
/// proposed, or what is part of a form that is recorded in part, with the same words. The old one is put aside.
pub(super) async fn again(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let (user, proposal) = (visitor.signed_in()?, found(&visitor, &id)?);
    if proposal.proposer != user.id {
        return Err(Problem::new(StatusCode::FORBIDDEN, "not_proposer").by(&user.id));
    }
    if proposal.state != ProposalState::Stale || table::is_table(&proposal) {
        return decided(&visitor, &id, Err(Problem::new(StatusCode::CONFLICT, "proposal_moved")), "");
    }
    if mend::mendable(&visitor.app, &proposal)?.is_some() {
        return mend(visitor, Path(id)).await;
    }
    let request = four_eyes::parsed(&proposal.bytes)?;
    let place = match four_eyes::submit(&visitor.app, user, request).await {
        Ok(Submitted::Proposed(new)) => address(&new.id),
        Ok(Submitted::Recorded(outcome)) => {
            tracing::debug!(revision = outcome.revision, "what was proposed anew is so by now");
            REVIEW.path.to_owned()
        }
        Err(problem) => return decided(&visitor, &id, Err(problem), ""),
    };
    four_eyes::withdraw(&visitor.app, user, &proposal.id)?;
    mend::settle(&visitor.app, &proposal)?;
    Ok(visitor::see_other(&place))
}
