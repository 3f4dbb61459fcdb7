//! A proposal that was returned, or that is stale, back into the form from which it came: every answer is there as it
//! was typed, in a draft of its own, and the proposal is put aside. Answers are kept until all of the form is decided.
//!
//! Only where nothing of the form was approved: else its first commands would be stated twice. Deliberately absent:
//! tables, which are mended where they came from; what programs proposed, which have no form.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use servanda_events::ids::CommandId;

use super::super::record::check::RETURNED_BECAUSE;
use super::super::record::desk::{Desk, no_draft};
use super::super::record::drafts::{Draft, Sent};
use super::super::record::submit::command_id;
use super::super::routes::Row;
use super::super::visitor::{Visitor, see_other};
use super::{decided, found, recorders};
use crate::access::{Proposal, ProposalState};
use crate::app::App;
use crate::four_eyes;
use crate::problem::Problem;

pub(in super::super) static MEND: Row = recorders("post", "/review/{id}/mend", "mend");

/// Commands of one form that are looked for; no form has as many.
const COMMANDS_MAX: usize = 100;

/// The draft of a proposal: its id without the place of the command.
fn draft_of(proposal: &Proposal) -> Option<CommandId> {
    let (draft, place) = proposal.id.as_str().rsplit_once('-')?;
    place.parse::<usize>().ok()?;
    draft.parse().ok()
}

/// Everything that a draft proposed, in its order.
fn proposed(app: &App, draft: &CommandId) -> Result<Vec<Proposal>, Problem> {
    let mut all = Vec::new();
    for place in 0..COMMANDS_MAX {
        let Some(proposal) = app.access().proposal(&command_id(draft, place)?)? else { break };
        all.push(proposal);
    }
    Ok(all)
}

/// Where a draft that was sent in part came back from its second person, or was taken back.
pub(in super::super) fn came_back(app: &App, draft: &CommandId) -> Result<Option<CommandId>, Problem> {
    use ProposalState::{Returned, Stale, Withdrawn};
    let back = |proposal: &Proposal| matches!(proposal.state, Returned | Stale | Withdrawn);
    Ok(proposed(app, draft)?.into_iter().find(back).map(|proposal| proposal.id))
}

/// What can be mended of a proposal: its form, as it was sent.
pub(super) fn mendable(app: &App, proposal: &Proposal) -> Result<Option<Draft>, Problem> {
    use ProposalState::{Approved, Approving, Returned, Stale, Withdrawn};
    let Some(id) = draft_of(proposal) else { return Ok(None) };
    let draft = app.drafts()?.draft(&proposal.proposer, &id)?;
    let back = |draft: &Draft| match proposal.state {
        Returned | Stale => draft.sent.is_some(),
        // All of a form that was taken back is given up; where more of it was to follow, its person still has it.
        Withdrawn => draft.sent == Some(Sent::Part),
        _ => false,
    };
    let Some(draft) = draft.filter(back) else { return Ok(None) };
    let begun = proposed(app, &id)?.iter().any(|other| matches!(other.state, Approved | Approving));
    Ok((!begun).then_some(draft))
}

/// Opens the form again, with every answer and the reason for which it came back.
pub(in super::super) async fn mend(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let (user, proposal) = (visitor.signed_in()?, found(&visitor, &id)?);
    if proposal.proposer != user.id {
        return Err(Problem::new(StatusCode::FORBIDDEN, "not_proposer").by(&user.id));
    }
    let Some(old) = mendable(&visitor.app, &proposal)? else {
        return decided(&visitor, &id, Err(Problem::new(StatusCode::CONFLICT, "proposal_moved")), "");
    };
    let mut desk = Desk::found(&visitor, &old.id).await?.ok_or_else(|| no_draft(old.id.as_str()))?;
    desk.draft = Draft { id: visitor.app.log().new_command_id(), sent: None, ..desk.draft };
    desk.draft.answers.set(RETURNED_BECAUSE, proposal.reason.as_deref().unwrap_or_default());
    desk.look(&visitor).await?;
    desk.draft.revision = desk.revision();
    desk.keep(&visitor)?;
    for other in proposed(&visitor.app, &old.id)? {
        if matches!(other.state, ProposalState::Open | ProposalState::Returned | ProposalState::Stale) {
            four_eyes::withdraw(&visitor.app, user, &other.id)?;
        }
    }
    visitor.app.drafts()?.forget(&user.id, &old.id)?;
    Ok(see_other(&desk.address("check", false)))
}

/// Deletes the answers of a form of which everything is decided.
pub(super) fn settle(app: &App, proposal: &Proposal) -> Result<(), Problem> {
    let Some(id) = draft_of(proposal) else { return Ok(()) };
    let draft = app.drafts()?.draft(&proposal.proposer, &id)?;
    if draft.is_none_or(|draft| draft.sent != Some(Sent::All)) {
        return Ok(());
    }
    let done = |proposal: &Proposal| matches!(proposal.state, ProposalState::Approved | ProposalState::Withdrawn);
    if proposed(app, &id)?.iter().all(done) {
        app.drafts()?.forget(&proposal.proposer, &id)?;
    }
    Ok(())
}
