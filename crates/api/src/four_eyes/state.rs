//! What can become of a proposal, by whom: the rules as values, without a file and without a log.

use servanda_events::ids::{ActorId, PartyId};

use crate::access::{Proposal, ProposalState, User};

/// What somebody wants to do with a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// To let it become a fact.
    Approve,
    /// To give it back with a reason.
    Return,
    /// To take it back, or to put a returned or stale one aside.
    Withdraw,
}

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAllowed {
    /// It is their own.
    OwnProposal,
    /// They do not review.
    NotReviewer,
    /// They decide in the place of the very person who proposed it.
    InProposersPlace,
    /// It is another party's.
    OtherParty,
    /// It is not their own.
    NotProposer,
    /// It was decided upon already.
    Decided,
}

/// Somebody who wants to decide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decider<'a> {
    pub(crate) user: &'a User,
    /// Those in whose place they decide today, see [`super::delegation`].
    pub(crate) in_place_of: &'a [ActorId],
}

/// Whether somebody may decide on what this person of this party proposes. Administrators are no exception to any of
/// it.
pub(crate) fn is_second_person(decider: Decider<'_>, proposer: &ActorId, party: Option<&PartyId>) -> bool {
    second_person(decider, proposer, party).is_ok()
}

fn second_person(decider: Decider<'_>, proposer: &ActorId, party: Option<&PartyId>) -> Result<(), NotAllowed> {
    let Decider { user, in_place_of } = decider;
    if user.id == *proposer {
        return Err(NotAllowed::OwnProposal);
    }
    if user.disabled || !user.role.reviews() && in_place_of.is_empty() {
        return Err(NotAllowed::NotReviewer);
    }
    // Nobody gets their own proposal approved by somebody whom they put in their place.
    if !user.role.reviews() && in_place_of.iter().all(|giver| giver == proposer) {
        return Err(NotAllowed::InProposersPlace);
    }
    if user.party.as_ref() != party {
        return Err(NotAllowed::OtherParty);
    }
    Ok(())
}

/// The state that a proposal has after an act, if this person may do it.
pub(crate) fn after(proposal: &Proposal, act: Act, decider: Decider<'_>) -> Result<ProposalState, NotAllowed> {
    let user = decider.user;
    match act {
        Act::Approve | Act::Return => second_person(decider, &proposal.proposer, proposal.party.as_ref())?,
        Act::Withdraw if user.id != proposal.proposer || user.disabled => return Err(NotAllowed::NotProposer),
        Act::Withdraw => {}
    }
    match (act, proposal.state) {
        // One that was left in the middle of being approved may be in the log already: it can only be approved.
        (Act::Approve, ProposalState::Open | ProposalState::Approving) => Ok(ProposalState::Approved),
        (Act::Return, ProposalState::Open) => Ok(ProposalState::Returned),
        (Act::Withdraw, ProposalState::Open | ProposalState::Returned | ProposalState::Stale) => {
            Ok(ProposalState::Withdrawn)
        }
        _ => Err(NotAllowed::Decided),
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
