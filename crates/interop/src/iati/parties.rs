//! Organisations of an activity: by their reference where they have one, else by their name.

use serde_json::{Value, json};

use super::Mapping;
use crate::ids::slug;
use crate::xml::Node;

/// The scheme under which references to organisations are entered.
const SCHEME: &str = "IATI";

/// An organisation that an activity names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Organisation {
    /// Its id in the ledger.
    pub(super) id: String,
    /// Its registration, where the mapping knows what it is.
    pub(super) registration: Option<Value>,
}

impl Organisation {
    /// The organisation that an element names; `None` where it names none.
    pub(super) fn of(mapping: &Mapping, node: &Node) -> Option<Self> {
        let reference = node.attribute("ref");
        let name = node.first("narrative").map(Node::text).filter(|name| !name.is_empty());
        let key = reference.or(name)?;
        let known =
            reference.and_then(|r| mapping.parties.get(r)).or_else(|| name.and_then(|n| mapping.parties.get(n)));
        let id = known.and_then(|party| party.id.clone()).unwrap_or_else(|| slug("", key));
        let registration = known.map(|party| {
            let mut data = json!({
                "party_id": id,
                "kind": party.kind,
                "names": { mapping.source.lang.as_str(): name.unwrap_or(key) },
            });
            if let Some(country) = &party.country {
                data["country"] = json!(country);
            }
            let org_id = match (reference, &party.country) {
                (Some(reference), _) => Some(json!({ "scheme": SCHEME, "id": reference })),
                (None, Some(country)) if party.kind == servanda_events::party::PartyKind::State => {
                    Some(json!({ "scheme": "ISO-3166-1", "id": country }))
                }
                (None, _) => None,
            };
            if let Some(org_id) = org_id {
                data["org_ids"] = json!([org_id]);
            }
            data
        });
        Some(Self { id, registration })
    }

    /// The organisation that the mapping names where an activity names none.
    pub(super) fn receiver(mapping: &Mapping) -> Self {
        let node = Node::named("receiver-org", &mapping.iati.receiver);
        let nameless = || Self { id: slug("", &mapping.iati.receiver), registration: None };
        Self::of(mapping, &node).unwrap_or_else(nameless)
    }
}
