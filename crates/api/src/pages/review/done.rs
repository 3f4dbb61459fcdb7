//! What somebody just decided, said above the list that comes after it, and the entry that came of a proposal.
//!
//! Deliberately absent: deciding, see [`super`]; the entries of a table, which stand at the table.

use serde::Serialize;
use servanda_events::ids::{EventId, Position};

use super::super::visitor::Visitor;
use super::{address, row};
use crate::access::{Proposal, ProposalState};
use crate::app::App;
use crate::contract::{Param, Place, text_schema};
use crate::four_eyes::table;
use crate::problem::Problem;

/// What the visitor just decided.
pub(super) static DECIDED: Param = Param {
    name: "decided",
    place: Place::Query,
    required: false,
    about: "The proposal that was just decided.",
    expected: "0190b6f2-1",
    schema: text_schema,
};

/// What was decided, for the person who did.
#[derive(Debug, Serialize)]
pub(super) struct Done {
    sentence: String,
    href: String,
    entry: Option<Position>,
}

/// What the address says that was just decided; nothing where the visitor did not decide it.
pub(super) fn just(visitor: &Visitor) -> Result<Option<Done>, Problem> {
    let id = visitor.asked.text(&DECIDED).and_then(|id| id.parse().ok());
    let proposal = id.map(|id| visitor.app.access().proposal(&id)).transpose()?.flatten();
    let user = &visitor.signed_in()?.id;
    let Some(proposal) = proposal.filter(|of| of.decided_by.as_ref() == Some(user)) else { return Ok(None) };
    let row = row(visitor, &proposal)?;
    let values = [("what", row.what.into()), ("about", row.about.into()), ("state", row.state.into())];
    Ok(Some(Done {
        sentence: visitor.say("review-done", &values),
        href: address(&proposal.id),
        entry: entry_of(&visitor.app, &proposal)?,
    }))
}

/// The first entry that came of a proposal, while it is in effect.
pub(super) fn entry_of(app: &App, proposal: &Proposal) -> Result<Option<Position>, Problem> {
    if proposal.state != ProposalState::Approved || table::is_table(proposal) {
        return Ok(None);
    }
    let history = app.log().history(&proposal.stream)?;
    Ok(history.fact(&EventId::of(&proposal.id, 1)).map(|fact| fact.position))
}
