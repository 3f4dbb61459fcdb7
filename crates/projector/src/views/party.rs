//! One party, with those that were merged into it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::ids::{PartyId, Position};
use servanda_events::party::PartyRegistered;
use servanda_events::{Event, Fact};

/// A party at a date, as known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PartyView {
    /// What was registered.
    #[serde(flatten)]
    pub party: PartyRegistered,
    /// The parties that were merged into it.
    pub merged: Vec<PartyId>,
    /// The party that it was merged into. In the answer to an old id this is the party shown.
    pub merged_into: Option<PartyId>,
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
        Some(Self {
            party,
            merged: merged(facts),
            merged_into: None,
            demonstration: super::any_demonstration(facts),
            entries: super::all_entries(facts),
        })
    }
}

/// The parties that were merged into the one whose facts these are.
pub(crate) fn merged(facts: &[Arc<Fact>]) -> Vec<PartyId> {
    let mergers = facts.iter().filter_map(|fact| match &fact.event {
        Event::PartiesMerged(merger) => Some(merger.merged.iter().cloned()),
        _ => None,
    });
    mergers.flatten().collect()
}
