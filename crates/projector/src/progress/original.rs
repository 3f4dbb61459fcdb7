//! What was first promised: completion against baseline 0, which no new date, weight or quiet cancelling raises.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::commitment::{Milestone, State};
use servanda_events::ids::{MilestoneId, PartyId};

use super::figure::Figure;

/// Completion of what was first promised.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OriginalCompletion {
    /// Achieved weight of all weight, both as first planned. What one side gave up stays in it; what was given up by
    /// agreement of every party has left it.
    pub share: Figure,
    /// The milestones that were given up by agreement.
    pub mutually_cancelled: Vec<MilestoneId>,
}

impl OriginalCompletion {
    pub(super) fn of(state: &State<'_>) -> Self {
        let agreed = |by: &[PartyId]| state.made().is_some_and(|(_, made)| made.is_agreed_by(by));
        let mutual = |milestone: &&Milestone<'_>| {
            milestone.cancelled.is_some_and(|(_, given_up)| given_up.mutual && agreed(&given_up.agreed_by))
        };
        let (gone, kept): (Vec<&Milestone<'_>>, Vec<_>) = state.milestones().iter().partition(mutual);
        let first = |milestone: &&Milestone<'_>| milestone.plan.weight.value();
        let equal_weights = !kept.is_empty() && kept.iter().map(first).sum::<Decimal>().is_zero();
        let weight = |milestone: &&Milestone<'_>| if equal_weights { Decimal::ONE } else { first(milestone) };
        let achieved: Decimal = kept.iter().filter(|m| m.achieved.is_some()).map(weight).sum();
        let share = Figure::ratio("original_completion.v2", achieved, kept.iter().map(weight).sum())
            .input("equal_weights", equal_weights)
            .from(kept.iter().flat_map(|milestone| milestone.entries.iter().copied()));
        Self { share, mutually_cancelled: gone.iter().map(|m| m.plan.milestone_id.clone()).collect() }
    }
}
