//! One package, with the totals declared for it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::ids::Position;
use servanda_events::package::{DeclaredTotalRecorded, PackageAnnounced};
use servanda_events::{Event, Fact};

/// A package at a date, as known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PackageView {
    /// What was announced.
    #[serde(flatten)]
    pub package: PackageAnnounced,
    /// The totals declared.
    pub declared: Vec<DeclaredView>,
    /// Whether any of it is invented to demonstrate the program.
    pub demonstration: bool,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A declared total, with its entry.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DeclaredView {
    /// What was declared.
    #[serde(flatten)]
    pub total: DeclaredTotalRecorded,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

impl PackageView {
    pub(crate) fn of(facts: &[Arc<Fact>]) -> Option<Self> {
        let package = facts.iter().find_map(|fact| match &fact.event {
            Event::PackageAnnounced(package) => Some((**package).clone()),
            _ => None,
        })?;
        let declared = facts.iter().filter_map(|fact| match &fact.event {
            Event::DeclaredTotalRecorded(total) => {
                Some(DeclaredView { total: (**total).clone(), entries: super::entries_of([fact.as_ref()]) })
            }
            _ => None,
        });
        Some(Self {
            package,
            declared: declared.collect(),
            demonstration: super::any_demonstration(facts),
            entries: super::all_entries(facts),
        })
    }
}
