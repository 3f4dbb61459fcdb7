//! Four eyes: where the ledger's policy says so, a command is proposed by one person and approved by another of the
//! same party before it becomes a fact. The entry names both.
//!
//! - [`Policy`]: which commands need two persons.
//! - [`submit`]: the one way of a command from a person: into the log, or among the proposals.
//! - [`approve`], [`give_back`], [`withdraw`]: what can become of a proposal; [`state`] has the rules, as plain values.
//! - [`table`]: all rows of an imported table as one proposal.
//!
//! What is approved are the bytes that were proposed, and the approver says their hash. Everything is checked again at
//! that moment: the rights of both, the stream, the rules. The command's id is the proposal's, so that approving twice,
//! or again after a crash, records once.
//!
//! Deliberately absent: changing a proposal (it is returned and proposed anew); the operator at the machine, who
//! records with the log in their own hands.

use axum::http::StatusCode;
use servanda_events::Request;
use servanda_events::ids::{ActorId, CommandId, Revision, StreamId};
use servanda_log::{Outcome, TransactError};
use sha2::{Digest, Sha256};

use crate::access::{AccessError, Proposal, ProposalState, Step, User};
use crate::app::App;
use crate::auth::Caller;
use crate::commands::noted;
use crate::problem::Problem;
use crate::token::hex;

pub(crate) mod delegation;
mod policy;
pub(crate) mod state;
pub(crate) mod table;

pub use self::policy::Policy;
use self::state::{Act, Decider, NotAllowed};

/// What became of a command that a person sent.
#[derive(Debug)]
pub(crate) enum Submitted {
    /// It is recorded, or it was so already.
    Recorded(Outcome),
    /// It waits for a second person.
    Proposed(Box<Proposal>),
}

/// Takes a command from a person who signed in: records it, or keeps it as a proposal where two persons are wanted.
pub(crate) async fn submit(app: &App, user: &User, mut request: Request) -> Result<Submitted, Problem> {
    let caller = Caller::signed_in(app, user);
    caller.may_state(&mut request, app.log())?;
    if !caller.needs_second_person(&request.command) {
        let answer = app.log().transact(&request, &caller.actor).await;
        noted(app, &answer);
        return Ok(Submitted::Recorded(answer?));
    }
    let (app, user) = (app.clone(), user.clone());
    crate::when::blocking(&app, move |app| propose(app, &user, request)).await
}

fn propose(app: &App, user: &User, mut request: Request) -> Result<Submitted, Problem> {
    let id = request.command_id.get_or_insert_with(|| app.log().new_command_id()).clone();
    if let Some(there) = app.access().proposal(&id)? {
        // The form was sent twice.
        let same = there.proposer == user.id && there.sha256 == sha256(&bytes_of(&request)?);
        let reused = || Problem::new(StatusCode::CONFLICT, "command_id_reused").with("command_id", &id);
        return if same { Ok(Submitted::Proposed(Box::new(there))) } else { Err(reused()) };
    }
    let stream = request.command.stream();
    let revision = match request.expected_revision {
        Some(revision) => revision,
        None => app.log().history(&stream)?.revision(),
    };
    request.expected_revision = Some(revision);
    let outcome = app.log().rehearse(&request, &user.id)?;
    if outcome.entries.is_empty() || outcome.repeated {
        return Ok(Submitted::Recorded(outcome));
    }
    if second_persons(app, user)?.is_empty() {
        return Err(Problem::new(StatusCode::CONFLICT, "no_second_person").by(&user.id));
    }
    let bytes = bytes_of(&request)?;
    let read = parsed(&bytes)?;
    if (&read.command, &read.meta) != (&request.command, &request.meta) {
        return Err(Problem::internal("a proposal does not read back as it was written"));
    }
    let proposal = kept(app, user, (id, request.command.name()), (stream, revision), bytes)?;
    Ok(Submitted::Proposed(Box::new(proposal)))
}

/// Keeps what a user proposes, with its name and where it would write, until a second person decides.
fn kept(
    app: &App,
    user: &User,
    (id, command): (CommandId, &str),
    (stream, revision): (StreamId, Revision),
    bytes: Vec<u8>,
) -> Result<Proposal, AccessError> {
    let proposal = Proposal {
        id,
        command: command.to_owned(),
        stream,
        revision,
        sha256: sha256(&bytes),
        bytes,
        proposer: user.id.clone(),
        party: user.party.clone(),
        proposed_at: app.log().now(),
        state: ProposalState::Open,
        decided_by: None,
        decided_at: None,
        reason: None,
    };
    app.access().propose(&proposal)?;
    Ok(proposal)
}

/// Everybody who could decide on what a user proposes, today.
pub(crate) fn second_persons(app: &App, proposer: &User) -> Result<Vec<User>, AccessError> {
    let (users, delegations) = (app.access().users()?, app.access().delegations()?);
    let today = app.log().now().date();
    let can = |user: &&User| {
        let in_place_of = delegation::in_place_of(user, &delegations, &users, today);
        let decider = Decider { user, in_place_of: &in_place_of };
        state::is_second_person(decider, &proposer.id, proposer.party.as_ref()) && user.signs_in
    };
    Ok(users.iter().filter(can).cloned().collect())
}

/// In whose place a user decides today.
pub(crate) fn in_place_of(app: &App, user: &User) -> Result<Vec<ActorId>, AccessError> {
    delegation::stands_in(app.access(), user, app.log().now().date())
}

/// The state that a proposal has after an act, if this user may do it today.
fn after(app: &App, proposal: &Proposal, act: Act, user: &User) -> Result<ProposalState, Problem> {
    let decider = Decider { user, in_place_of: &in_place_of(app, user)? };
    state::after(proposal, act, decider).map_err(|not| not_allowed(not, user))
}

/// Approves a proposal whose bytes have this hash: it becomes a fact, or is found to be stale.
pub(crate) async fn approve(app: &App, user: &User, id: &CommandId, seen_sha256: &str) -> Result<Outcome, Problem> {
    let mut proposal = found(app, id)?;
    let (proposer, request) = approvable(app, user, &proposal, seen_sha256)?;
    let step = |to| Step { to, by: &user.id, reason: None };
    if proposal.state == ProposalState::Open {
        app.access().move_on(&proposal, step(ProposalState::Approving), app.log().now())?;
        proposal.state = ProposalState::Approving;
    }
    let answer = app.log().approve(&request, &proposer.id, &user.id).await;
    noted(app, &answer);
    let now = app.log().now();
    match answer {
        Ok(outcome) => {
            // Where it was recorded before a crash, the entry knows who approved it.
            let approver = outcome.entries.first().map_or(&user.id, |entry| &entry.fact.recorded_by);
            let step = Step { to: ProposalState::Approved, by: approver, reason: None };
            done_once(app.access().move_on(&proposal, step, now))?;
            Ok(outcome)
        }
        Err(TransactError::Refused(servanda_events::Refusal::RevisionDiffers { .. })) => {
            done_once(app.access().move_on(&proposal, step(ProposalState::Stale), now))?;
            Err(Problem::new(StatusCode::CONFLICT, "proposal_stale"))
        }
        Err(error @ (TransactError::Refused(_) | TransactError::Invalid(_))) => {
            done_once(app.access().move_on(&proposal, step(ProposalState::Open), now))?;
            Err(error.into())
        }
        // Whether it was recorded is not known: it stays as it is until somebody approves again.
        Err(error) => Err(error.into()),
    }
}

/// Whether a second person may approve now, with all that is needed to do it.
fn approvable(app: &App, user: &User, proposal: &Proposal, seen: &str) -> Result<(User, Request), Problem> {
    after(app, proposal, Act::Approve, user)?;
    let proposer = proposer_of(app, proposal, seen)?;
    let mut request = parsed(&proposal.bytes)?;
    request.command_id = Some(proposal.id.clone());
    request.expected_revision = Some(proposal.revision);
    Caller::signed_in(app, &proposer).may_state(&mut request, app.log())?;
    Ok((proposer, request))
}

/// Who proposed what was seen; they must still be there to answer for it, with the right to say it.
fn proposer_of(app: &App, proposal: &Proposal, seen_sha256: &str) -> Result<User, Problem> {
    if proposal.sha256 != seen_sha256 || proposal.sha256 != sha256(&proposal.bytes) {
        return Err(Problem::new(StatusCode::CONFLICT, "proposal_differs"));
    }
    let proposer = app.access().user(&proposal.proposer)?;
    let proposer = proposer.filter(|proposer| !proposer.disabled && proposer.party == proposal.party);
    proposer.ok_or_else(|| Problem::new(StatusCode::CONFLICT, "proposer_gone"))
}

/// Gives a proposal back to its proposer, with a reason.
pub(crate) fn give_back(app: &App, user: &User, id: &CommandId, reason: &str) -> Result<(), Problem> {
    // Who may not return it is told so, whatever they wrote.
    after(app, &found(app, id)?, Act::Return, user)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > REASON_BYTES_MAX {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "reason_missing").at("/reason"));
    }
    step(app, user, id, Act::Return, Some(reason))
}

/// Takes a proposal back, or puts one that was returned aside.
pub(crate) fn withdraw(app: &App, user: &User, id: &CommandId) -> Result<(), Problem> {
    step(app, user, id, Act::Withdraw, None)
}

fn step(app: &App, user: &User, id: &CommandId, act: Act, reason: Option<&str>) -> Result<(), Problem> {
    let proposal = found(app, id)?;
    let to = after(app, &proposal, act, user)?;
    app.access().move_on(&proposal, Step { to, by: &user.id, reason }, app.log().now())?;
    Ok(())
}

/// Longest reason for a return, in bytes.
const REASON_BYTES_MAX: usize = 8_000;

/// A proposal of an id.
pub(crate) fn found(app: &App, id: &CommandId) -> Result<Proposal, Problem> {
    app.access().proposal(id)?.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "proposal_unknown"))
}

/// The command of a proposal's bytes.
pub(crate) fn parsed(bytes: &[u8]) -> Result<Request, Problem> {
    Request::parse(bytes).map_err(|error| Problem::internal(format!("a proposal does not read: {error:?}")))
}

fn bytes_of(request: &Request) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(request).map_err(Problem::internal)
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Somebody who approves at the same time has done the same.
fn done_once(moved: Result<(), AccessError>) -> Result<(), Problem> {
    match moved {
        Ok(()) | Err(AccessError::ProposalMoved(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn not_allowed(not: NotAllowed, user: &User) -> Problem {
    match not {
        NotAllowed::OwnProposal => Problem::new(StatusCode::FORBIDDEN, "own_proposal").by(&user.id),
        NotAllowed::NotReviewer => Problem::new(StatusCode::FORBIDDEN, "not_reviewer").by(&user.id),
        NotAllowed::InProposersPlace => Problem::new(StatusCode::FORBIDDEN, "in_proposers_place").by(&user.id),
        NotAllowed::OtherParty => Problem::new(StatusCode::FORBIDDEN, "proposal_of_other_party").by(&user.id),
        NotAllowed::NotProposer => Problem::new(StatusCode::FORBIDDEN, "not_proposer").by(&user.id),
        NotAllowed::Decided => Problem::new(StatusCode::CONFLICT, "proposal_moved"),
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::ProposalMoved(_) => Self::new(StatusCode::CONFLICT, "proposal_moved"),
            AccessError::UserExists(id) => Self::new(StatusCode::CONFLICT, "user_exists").with("user", &id),
            AccessError::UserUnknown(id) => Self::new(StatusCode::NOT_FOUND, "user_unknown").with("user", &id),
            AccessError::WebhookUnknown(_) => Self::new(StatusCode::NOT_FOUND, "webhook_unknown"),
            AccessError::TokenUnknown(_) => Self::new(StatusCode::NOT_FOUND, "token_unknown"),
            AccessError::PasswordTooShort => {
                let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "password_short").at("/password");
                problem.with("characters", &crate::access::PASSWORD_CHARS_MIN)
            }
            AccessError::PasswordTooLong => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "password_long").at("/password")
            }
            AccessError::ScopeAboveRole { .. } => Self::new(StatusCode::FORBIDDEN, "scope_above_role"),
            AccessError::Database(_)
            | AccessError::File(_)
            | AccessError::Newer { .. }
            | AccessError::Hashing(_)
            | AccessError::Damaged(_) => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests;
