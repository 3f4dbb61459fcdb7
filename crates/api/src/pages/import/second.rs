//! A table where two persons are wanted: sent to the second person as a whole, and what became of it there.
//!
//! A table whose proposal was returned, went stale or was withdrawn is open again, as if it had not been proposed; that
//! is seen whenever the table is looked at, so that nothing has to be told to it.
//!
//! Deliberately absent: the decision, see [`crate::four_eyes::table`].

use serde::Serialize;
use servanda_events::Request;
use servanda_events::ids::{ActorId, CommandId};

use super::recording::{Came, Kept, opposite};
use crate::access::{ProposalState, User};
use crate::app::App;
use crate::auth::Caller;
use crate::four_eyes::table::{self, Answers, TableAct, TableSet};
use crate::pages::record::drafts::batches::{Batch, BatchState};
use crate::pages::shell::encoded;
use crate::problem::Problem;
use crate::when::blocking;
use crate::words::{Lang, Words};

/// Whether anything of a table needs a second person; then all of it goes there.
pub(super) fn is_needed(caller: &Caller, requests: &[Request]) -> bool {
    requests.iter().any(|request| caller.needs_second_person(&request.command))
}

/// Proposes the good rows of a table.
pub(super) async fn propose(
    app: &App,
    user: &User,
    batch: Batch,
    requests: Vec<Request>,
    wrong: usize,
) -> Result<(), Problem> {
    let user = user.clone();
    blocking(app, move |app| {
        let set = TableSet::of((&batch.id, &batch.name), TableAct::Record, &requests, app.log())?;
        keep(app, &user, &batch, &set, BatchState::Proposed, Came { wrong, ..Came::default() })
    })
    .await
}

/// Proposes that what came of a table is taken back, as far as the rules let it be.
pub(super) async fn propose_taking_back(
    app: &App,
    user: &User,
    batch: Batch,
    reason: String,
    lang: Lang,
) -> Result<(), Problem> {
    let user = user.clone();
    blocking(app, move |app| {
        let caller = Caller::signed_in(app, &user);
        let mut came = Came { kept: Vec::new(), ..Came::of(&batch) };
        let mut rehearsal = app.log().rehearsal();
        let mut requests = Vec::new();
        for (place, entered) in came.entries.iter().enumerate().rev() {
            let wish = opposite(app, &caller, entered, &format!("{}-u{place}", batch.id), &reason);
            let tried = wish.and_then(|wish| match wish {
                Some(request) => Ok(rehearsal.next(&request, &caller.actor).map(|_| Some(request))?),
                None => Ok(None),
            });
            match tried {
                Ok(request) => requests.extend(request),
                Err(problem) => {
                    let sentence = problem.detail(Words::shared(), lang);
                    came.kept.push(Kept { position: entered.position, sentence });
                }
            }
        }
        if requests.is_empty() {
            app.drafts()?.move_batch(&user.id, &batch, batch.state, &came.text())?;
            return Ok(());
        }
        let set = TableSet::of((&batch.id, &batch.name), TableAct::TakeBack, &requests, app.log())?;
        keep(app, &user, &batch, &set, BatchState::TakingBack, came)
    })
    .await
}

/// Proposes, and notes at the table where it waits. One that was sent twice at the same time is proposed once.
fn keep(app: &App, user: &User, batch: &Batch, set: &TableSet, to: BatchState, came: Came) -> Result<(), Problem> {
    let proposal = table::propose(app, user, set)?;
    let came = Came { proposal: Some(proposal.id.clone()), returned: None, ..came };
    if !app.drafts()?.move_batch(&user.id, batch, to, &came.text())? {
        crate::four_eyes::withdraw(app, user, &proposal.id)?;
        return Ok(());
    }
    // What came back before has done its work; its person may have put it aside already.
    match Came::of(batch).returned.map(|old| crate::four_eyes::withdraw(app, user, &old)) {
        Some(Err(problem)) if problem.code() != "proposal_moved" => Err(problem),
        _ => Ok(()),
    }
}

/// A table as it stands now: open again where the second person did not approve it.
pub(super) fn settled(app: &App, user: &ActorId, batch: Batch) -> Result<Batch, Problem> {
    let back = match batch.state {
        BatchState::Proposed => BatchState::Open,
        BatchState::TakingBack => BatchState::Recorded,
        _ => return Ok(batch),
    };
    let came = Came::of(&batch);
    let state = match &came.proposal {
        Some(id) => app.access().proposal(id)?.map(|proposal| proposal.state),
        None => None,
    };
    let gone = |state: ProposalState| {
        matches!(state, ProposalState::Returned | ProposalState::Stale | ProposalState::Withdrawn)
    };
    if !state.is_none_or(gone) {
        return Ok(batch);
    }
    let came_back = state.is_some_and(|state| state != ProposalState::Withdrawn);
    let returned = came.proposal.clone().filter(|_| came_back);
    let outcome = Came { proposal: None, returned, ..came }.text();
    app.drafts()?.move_batch(user, &batch, back, &outcome)?;
    Ok(Batch { state: back, outcome, ..batch })
}

/// Why a second person gave a table back, with the way to what they gave back.
#[derive(Debug, Serialize)]
pub(super) struct Returned {
    reason: String,
    href: String,
}

impl Returned {
    pub(super) fn of(app: &App, batch: &Batch) -> Result<Option<Self>, Problem> {
        let Some(id) = Came::of(batch).returned else { return Ok(None) };
        let reason = app.access().proposal(&id)?.and_then(|proposal| proposal.reason);
        Ok(reason.map(|reason| Self { reason, href: format!("/review/{}", encoded(id.as_str())) }))
    }
}

/// Approves what a person proposed of a table, and notes at the table what came of it.
pub(crate) async fn approve(
    app: &App,
    user: &User,
    (id, seen_sha256): (&CommandId, &str),
    lang: Lang,
) -> Result<(), Problem> {
    let (app, user, id, seen) = (app.clone(), user.clone(), id.clone(), seen_sha256.to_owned());
    // It goes on if whoever asked hangs up.
    let work = tokio::spawn(async move {
        let (set, answers) = table::approve(&app, &user, &id, &seen).await?;
        blocking(&app, move |app| {
            let proposer = crate::four_eyes::found(app, &id)?.proposer;
            noted(app, &proposer, &set, answers, lang)
        })
        .await
    });
    work.await.unwrap_or_else(|error| Err(Problem::internal(error)))
}

/// Notes at a table what the log answered. Tables are forgotten with the file of drafts; what was recorded stays.
fn noted(app: &App, proposer: &ActorId, set: &TableSet, answers: Answers, lang: Lang) -> Result<(), Problem> {
    let Some(batch) = app.drafts()?.batch(proposer, &set.table)? else { return Ok(()) };
    let mut came = Came { proposal: None, ..Came::of(&batch) };
    let mut refused = Vec::new();
    for answer in answers {
        match answer {
            Ok(outcome) if set.act == TableAct::TakeBack => came.taken_back += outcome.entries.len(),
            Ok(outcome) => came.note_approved(outcome, proposer),
            Err(error) => refused.push(Problem::from(error).detail(Words::shared(), lang)),
        }
    }
    let to = match set.act {
        // What stayed can be tried again, once what stands on it is gone.
        TableAct::TakeBack if refused.is_empty() && came.kept.is_empty() => BatchState::Undone,
        _ => BatchState::Recorded,
    };
    came.refused = refused;
    app.drafts()?.move_batch(proposer, &batch, to, &came.text())?;
    Ok(())
}
