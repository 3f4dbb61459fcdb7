//! Payloads of the party family.

use serde::{Deserialize, Serialize};

use crate::field_error::FieldError;
use crate::ids::PartyId;
use crate::text::{Line, Texts};

/// What sort of body a party is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// A state.
    State,
    /// A ministry, agency or other body of a state.
    GovernmentBody,
    /// A company.
    Company,
    /// A university or school.
    University,
    /// An international organisation.
    Io,
}

crate::ids::checked_text!(
    /// ISO 3166-1 alpha-3 code of a country.
    CountryCode,
    |text| {
        let known = text.len() == 3 && rust_iso3166::from_alpha3(text).is_some();
        if known { Ok(()) } else { Err(FieldError::new("unknown_country").with("value", text)) }
    },
    "^[A-Z]{3}$"
);

/// An identifier that a register gave to an organisation; `scheme` as in org-id.guide, such as `KZ-BIN`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrgId {
    /// The register.
    pub scheme: Line,
    /// The identifier in it.
    pub id: Line,
}

/// A party was entered into the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartyRegistered {
    /// Its id.
    pub party_id: PartyId,
    /// What sort of body it is.
    pub kind: PartyKind,
    /// Its name, per language.
    pub names: Texts,
    /// Its country; required for states and their bodies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// Identifiers in public registers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub org_ids: Vec<OrgId>,
    /// The party that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<PartyId>,
}

/// Parties turned out to be one, or became one. Their old ids keep resolving to the survivor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartiesMerged {
    /// The party that stays.
    pub survivor: PartyId,
    /// The parties that are part of it from now on.
    pub merged: Vec<PartyId>,
    /// Why.
    pub reason: Line,
}
