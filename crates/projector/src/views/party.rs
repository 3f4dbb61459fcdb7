//! One party.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::ids::Position;
use servanda_events::party::PartyRegistered;
use servanda_events::{Event, Fact};

/// A party at a date, as known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PartyView {
    /// What was registered.
    #[serde(flatten)]
    pub party: PartyRegistered,
    /// Whether any of it is invented to demonstrate the program.
    pub demonstration: bool,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

impl PartyView {
    pub(crate) fn of(facts: &[Arc<Fact>]) -> Option<Self> {
        let party = facts.iter().find_map(|fact| match &fact.event {
            Event::PartyRegistered(party) => Some((**party).clone()),
            _ => None,
        })?;
        Some(Self { party, demonstration: super::any_demonstration(facts), entries: super::all_entries(facts) })
    }
}
