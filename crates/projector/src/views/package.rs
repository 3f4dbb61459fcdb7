//! One package, with the totals declared for it, and what became of each.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::ids::{DeclaredId, PartyId, Position};
use servanda_events::money::Weight;
use servanda_events::package::{DeclaredTotalReconciled, DeclaredTotalRecorded, PackageAnnounced};
use servanda_events::text::Line;
use servanda_events::{Event, Fact};

/// A package at a date, as known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PackageView {
    /// What was announced.
    #[serde(flatten)]
    pub package: PackageAnnounced,
    /// The totals declared, those that others superseded among them.
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
    /// The total that took its place; coverage counts only those without.
    pub superseded_by: Option<DeclaredId>,
    /// The newest comparison with what the ledger names.
    pub reconciled: Option<ReconciledView>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A comparison of a declared total with what the ledger names.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReconciledView {
    /// How much was identified.
    pub identified: Weight,
    /// How much was not.
    pub remainder: Weight,
    /// Why not.
    pub explanation: Option<Line>,
    /// The party that compared.
    pub closed_by: PartyId,
    /// Whether the total, or what belongs to the package, was changed in the ledger since.
    pub reopened: bool,
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
            Event::DeclaredTotalRecorded(total) => Some(declared(fact, total, facts)),
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

fn declared(fact: &Fact, total: &DeclaredTotalRecorded, facts: &[Arc<Fact>]) -> DeclaredView {
    let mut behind = vec![fact];
    let (mut superseded_by, mut reconciled) = (None, None);
    for later in facts {
        match &later.event {
            Event::DeclaredTotalSuperseded(e) if e.declared_id == total.declared_id => {
                superseded_by = Some(e.by_declared_id.clone());
                behind.push(later);
            }
            Event::DeclaredTotalReconciled(e) if e.declared_id == total.declared_id => {
                reconciled = Some(reconciliation(later, e, fact));
            }
            _ => {}
        }
    }
    DeclaredView { total: total.clone(), superseded_by, reconciled, entries: super::entries_of(behind) }
}

/// What the package's own facts tell; whether links changed since is in other streams.
fn reconciliation(fact: &Fact, reconciled: &DeclaredTotalReconciled, total: &Fact) -> ReconciledView {
    ReconciledView {
        identified: reconciled.identified,
        remainder: reconciled.remainder,
        explanation: reconciled.explanation.clone(),
        closed_by: reconciled.closed_by.clone(),
        reopened: total.formed_at() > fact.formed_at(),
        entries: super::entries_of([fact]),
    }
}
