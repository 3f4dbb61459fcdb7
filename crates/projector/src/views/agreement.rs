//! One agreement, with its signatures and the packages it belongs to.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::agreement::{AgreementRegistered, AgreementSigned};
use servanda_events::dates::FuzzyDate;
use servanda_events::ids::{PackageId, Position};
use servanda_events::{Event, Fact};

/// An agreement at a date, as known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgreementView {
    /// What was registered.
    #[serde(flatten)]
    pub agreement: AgreementRegistered,
    /// The signatures.
    pub signatures: Vec<SignatureView>,
    /// The packages it belongs to.
    pub packages: Vec<PackageId>,
    /// Whether any of it is invented to demonstrate the program.
    pub demonstration: bool,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A signature, with its date and entry.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SignatureView {
    /// Who signed and how.
    #[serde(flatten)]
    pub signature: AgreementSigned,
    /// When.
    pub signed_on: FuzzyDate,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

impl AgreementView {
    pub(crate) fn of(facts: &[Arc<Fact>]) -> Option<Self> {
        let agreement = facts.iter().find_map(|fact| match &fact.event {
            Event::AgreementRegistered(agreement) => Some((**agreement).clone()),
            _ => None,
        })?;
        let mut view = Self {
            agreement,
            signatures: Vec::new(),
            packages: Vec::new(),
            demonstration: super::any_demonstration(facts),
            entries: super::all_entries(facts),
        };
        for fact in facts {
            match &fact.event {
                Event::AgreementSigned(signed) => view.signatures.push(SignatureView {
                    signature: (**signed).clone(),
                    signed_on: fact.occurred_on.clone(),
                    entries: super::entries_of([fact.as_ref()]),
                }),
                Event::AgreementLinkedToPackage(link) => view.packages.push(link.package_id.clone()),
                _ => {}
            }
        }
        Some(view)
    }
}
