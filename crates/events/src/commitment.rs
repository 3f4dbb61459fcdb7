//! Commitments: one promise each, with its milestones, its money, and what the sides say of both.
//!
//! Progress is not computed here; the figures are the projector's. "Overdue" is never a fact.

mod claims;
#[cfg(test)]
mod claims_tests;
mod decide;
#[cfg(test)]
mod decide_tests;
mod event;
#[cfg(test)]
mod milestones_tests;
mod money;
#[cfg(test)]
mod money_tests;
mod state;

pub(crate) use claims::{confirm_claim, dispute_claim};
pub(crate) use decide::{
    achieve_milestone, cancel_milestone, check_made, check_rebaselined, make, note_prospect, plan_milestone,
    rebaseline_milestone,
};
pub use event::*;
pub(crate) use money::{check_amount, check_balances, commit_funds, disburse_funds, return_funds};
pub use state::{Answer, Claim, Flow, Milestone, Payment, State};
