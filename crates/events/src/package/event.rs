//! Payloads of the package family.

use serde::{Deserialize, Serialize};

use crate::agreement::{InstrumentClass, Sector};
use crate::dates::LedgerDate;
use crate::ids::{DeclaredId, PackageId, PartyId};
use crate::money::{Currency, Weight};
use crate::text::{Line, Texts};

/// A package of documents was announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackageAnnounced {
    /// Its id.
    pub package_id: PackageId,
    /// Its name, per language.
    pub titles: Texts,
    /// The visit, summit or conference.
    pub occasion: Texts,
    /// Where it was announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Line>,
    /// The parties that announced it; two or more.
    pub parties: Vec<PartyId>,
    /// The day on which its words were spoken; "this year" is counted from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor_date: Option<LedgerDate>,
    /// Where the anchor date comes from, when the source does not give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor_basis: Option<Line>,
    /// Fields of cooperation named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<Sector>,
}

/// What a declared total counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A number of documents.
    Count,
    /// An amount of money.
    Amount,
}

/// How exactly a value was stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// Exactly this.
    Exact,
    /// About this.
    About,
    /// At most this.
    UpTo,
    /// At least this.
    AtLeast,
}

/// The part of a declared total that falls to one class of documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassShare {
    /// The class.
    pub class: InstrumentClass,
    /// Its part of the total.
    pub value: Weight,
}

/// What a declared total is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All documents of the package.
    All,
    /// The documents of one class.
    Class(InstrumentClass),
}

/// The parties declared a total for a package: "36 documents", "worth $2.2 billion".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclaredTotalRecorded {
    /// The package.
    pub package_id: PackageId,
    /// Id of the total within the package.
    pub declared_id: DeclaredId,
    /// What it counts.
    pub measure: Measure,
    /// The value; money in units of `currency`.
    pub value: Weight,
    /// The currency of an amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// How exactly it was stated.
    pub qualifier: Qualifier,
    /// Its parts by class, where declared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breakdown: Vec<ClassShare>,
    /// What it is about.
    pub scope: Scope,
    /// Whether the source can be read as another scope.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub scope_ambiguous: bool,
    /// The words of the source.
    pub statement: Texts,
}

/// A declared total took the place of another; the other one stays readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclaredTotalSuperseded {
    /// The package.
    pub package_id: PackageId,
    /// The total that no longer counts.
    pub declared_id: DeclaredId,
    /// The total in its place.
    pub by_declared_id: DeclaredId,
    /// Why.
    pub reason: Line,
}

/// Someone compared a declared total with what the ledger names, and explained the difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclaredTotalReconciled {
    /// The package.
    pub package_id: PackageId,
    /// The total.
    pub declared_id: DeclaredId,
    /// How much of it was identified.
    pub identified: Weight,
    /// How much was not.
    pub remainder: Weight,
    /// Why the remainder cannot be identified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Line>,
    /// The party that compared.
    pub closed_by: PartyId,
}
