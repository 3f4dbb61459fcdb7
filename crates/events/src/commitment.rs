//! Commitments: one promise each, with its milestones, its money, and what the sides say of both, from the first
//! consideration to the end.
//!
//! Progress is not computed here; the figures are the projector's. "Overdue" is never a fact.

mod assessment;
mod claims;
#[cfg(test)]
mod claims_tests;
mod conditions;
#[cfg(test)]
mod conditions_tests;
mod decide;
#[cfg(test)]
mod decide_tests;
mod dependants;
#[cfg(test)]
mod disputes_tests;
mod event;
mod evidence;
#[cfg(test)]
mod evidence_tests;
mod life;
#[cfg(test)]
mod life_tests;
mod milestones;
#[cfg(test)]
mod milestones_tests;
mod money;
#[cfg(test)]
mod money_tests;
mod recheck;
mod state;

pub(crate) use assessment::record_assessment;
pub(crate) use claims::{confirm_claim, dispute_claim, resolve_dispute, verify_claim};
pub(crate) use conditions::{add_condition, satisfy_condition, waive_condition};
pub(crate) use decide::{make, note_prospect, promote};
pub(crate) use dependants::stands_on;
pub use event::*;
pub(crate) use evidence::{assert_source_status, attach_evidence, report_evidence_unavailable};
pub(crate) use life::{amend, cancel, fulfil, merge, resume, split, suspend};
pub(crate) use milestones::{
    achieve_milestone, cancel_milestone, miss_milestone, plan_milestone, rebaseline_milestone, reopen_milestone,
    report_progress,
};
pub(crate) use money::{
    adjust_funds, already_paid, check_balances, commit_funds, disburse_funds, return_funds, schedule_disbursement,
};
pub(crate) use recheck::still_allowed;
pub use state::{
    Answer, Baseline, Claim, Closing, ConditionState, DocumentState, Flow, Met, Milestone, Payment, Promise, State,
};
