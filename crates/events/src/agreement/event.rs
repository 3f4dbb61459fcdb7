//! Payloads of the agreement family.

use serde::{Deserialize, Serialize};

use crate::ids::{AgreementId, PackageId, PartyId};
use crate::text::{Lang, Line, Texts};

/// What a document calls itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InstrumentKind {
    /// Treaty or convention.
    Treaty,
    /// Agreement.
    Agreement,
    /// Arrangement.
    Arrangement,
    /// Memorandum of understanding.
    Memorandum,
    /// Protocol.
    Protocol,
    /// Exchange of notes.
    ExchangeOfNotes,
    /// Declaration or joint statement.
    Declaration,
    /// Contract.
    Contract,
    /// Programme or road map.
    Programme,
    /// The source does not say.
    Unknown,
}

/// Between whom a document is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InstrumentClass {
    /// Between governments.
    Intergovernmental,
    /// Between ministries or agencies.
    Interdepartmental,
    /// Between companies, or with one.
    Commercial,
    /// A declaration.
    Declaration,
    /// The source does not say.
    Unknown,
}

/// Whether and how a document binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegalEffect {
    /// Binding under international law.
    Binding,
    /// A political undertaking.
    Political,
    /// A contract under some national law.
    Contractual,
    /// Not stated.
    Unknown,
}

/// Where the legal effect is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EffectBasis {
    /// The text of the document, or a statement of its parties.
    Stated,
    /// Its title only; recorded with a flag.
    Title,
}

/// What a party is to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    /// Bound, or to be bound.
    Party,
    /// Keeps the originals and the notifications.
    Depositary,
    /// Supports without being bound.
    Supporter,
}

/// A field of activity, in the words of a code list or of the source itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sector {
    /// The code list: `dac`, `cofog`, `isic`, or `source` for the words of the source.
    pub scheme: Line,
    /// The code, or the words.
    pub code: Line,
}

/// A party of a document, with its role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementParty {
    /// The party.
    pub party_id: PartyId,
    /// What it is to the document.
    pub role: PartyRole,
}

/// A document was entered into the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementRegistered {
    /// Its id.
    pub agreement_id: AgreementId,
    /// Its title, per language.
    pub titles: Texts,
    /// What it calls itself.
    pub instrument_kind: InstrumentKind,
    /// Between whom it is made.
    pub class: InstrumentClass,
    /// Whether and how it binds.
    pub legal_effect: LegalEffect,
    /// Where that is known from.
    pub legal_effect_basis: EffectBasis,
    /// Its parties; one or more.
    pub parties: Vec<AgreementParty>,
    /// Fields of activity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<Sector>,
    /// Languages of the originals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Lang>,
    /// The framework that contains it; its amounts and counts are the framework's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub umbrella_of: Option<AgreementId>,
    /// Whether it is one of the documents that a declared total counts.
    pub counts_toward_totals: bool,
}

impl AgreementRegistered {
    /// Whether a party is listed, in whatever role.
    pub fn lists(&self, party: &PartyId) -> bool {
        self.parties.iter().any(|listed| listed.party_id == *party)
    }
}

/// A party signed a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementSigned {
    /// The document.
    pub agreement_id: AgreementId,
    /// The party that signed.
    pub party_id: PartyId,
    /// Who signed for it, by pseudonym or office; never a personal name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatory: Option<Line>,
    /// In what capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Line>,
    /// Whether the signature binds by itself.
    pub signature_kind: SignatureKind,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Line>,
}

/// Whether a signature binds by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignatureKind {
    /// Binds by itself.
    Definitive,
    /// Waits for consent to be bound.
    Simple,
    /// The source does not say.
    Unknown,
}

/// A document was named as one of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementLinkedToPackage {
    /// The document.
    pub agreement_id: AgreementId,
    /// The package.
    pub package_id: PackageId,
}

/// A document is no longer one of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementUnlinkedFromPackage {
    /// The document.
    pub agreement_id: AgreementId,
    /// The package.
    pub package_id: PackageId,
    /// Why.
    pub reason: Line,
}
