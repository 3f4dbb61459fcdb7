//! Activities of the International Aid Transparency Initiative, version 2.03, as commitments with their money.
//!
//! An activity becomes a commitment of the organisations that fund it. Its first outgoing commitment (2) in a currency
//! is the firm obligation, further ones adjust it; disbursements and expenditures (3, 4) are payments, and below zero
//! they are returns. What the publisher calls the state of the activity is asserted as the source's own word.
//!
//! Deliberately absent: budgets, results, locations, documents, and the actual dates of activities, which stay in the
//! notes; a closed activity is not a fulfilled promise until somebody says so.

mod activity;
mod money;
mod parties;

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;
use servanda_events::commitment::{FinanceType, MappedStatus};
use servanda_events::field_error::FieldError;
use servanda_events::party::{CountryCode, PartyKind};

use crate::cells::DateForm;
use crate::error::{InputError, MappingError};
use crate::ids::Seen;
use crate::row::{Row, RowError};
use crate::shared::Shared;
use crate::source::Source;
use crate::xml::{Elements, Node};

/// What the words of a publisher mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    source: Source,
    iati: Settings,
    /// Organisations by the name or the reference that the file gives. Others are named, and not entered.
    #[serde(default)]
    parties: BTreeMap<String, Party>,
    maps: Maps,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default = "utf8")]
    encoding: String,
    /// Roles of the organisations that owe an activity, in the publisher's codes.
    obligor_roles: Vec<String>,
    /// Who receives, where the file does not say.
    receiver: String,
    /// Whether the first of January means that only the year was known.
    #[serde(default)]
    year_if_1_january: bool,
    /// Whether figures that are more precise than their currency are rounded.
    #[serde(default)]
    round: bool,
    /// In what form money is given, where the file does not say.
    finance_type: FinanceType,
    /// Kinds of transactions to leave out.
    #[serde(default)]
    leave_out_transactions: Vec<String>,
    crosswalk_version: String,
}

fn utf8() -> String {
    "utf-8".to_owned()
}

/// An organisation, as the ledger enters it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Party {
    #[serde(default)]
    id: Option<String>,
    kind: PartyKind,
    #[serde(default)]
    country: Option<CountryCode>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Maps {
    status: BTreeMap<String, MappedStatus>,
    #[serde(default)]
    finance: BTreeMap<String, FinanceType>,
    /// Vocabularies of sectors, such as `1` for DAC.
    #[serde(default)]
    vocabularies: BTreeMap<String, String>,
}

impl Mapping {
    /// Reads a mapping from its text.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = toml::from_str(text).map_err(|error| MappingError::of_toml(&error))?;
        mapping.source.check()?;
        if crate::decode::encoding(&mapping.iati.encoding).is_none() {
            return Err(MappingError::at("iati.encoding", "no such encoding; `utf-8` and `windows-1252` are some"));
        }
        if mapping.iati.obligor_roles.is_empty() {
            return Err(MappingError::at("iati.obligor_roles", "say which roles owe an activity: \"1\" is funding"));
        }
        Ok(mapping)
    }

    /// The source.
    pub fn source(&self) -> &Source {
        &self.source
    }

    fn dates(&self) -> DateForm {
        DateForm { formats: vec!["%Y-%m-%d".to_owned()], year_if_1_january: self.iati.year_if_1_january }
    }
}

/// The activities of a file as rows.
pub struct Activities<R: Read> {
    mapping: Mapping,
    elements: Elements<R>,
    number: u64,
    /// Organisations that an earlier activity entered.
    entered: Shared,
    seen: Seen,
}

/// The elements of `input`, if they are activities.
fn elements<R: Read>(input: R, mapping: &Mapping) -> Result<Elements<R>, InputError> {
    let elements = Elements::new(input, &mapping.iati.encoding, "iati-activities")?;
    match elements.root.attribute("version") {
        Some("2.03" | "2.02" | "2.01") => Ok(elements),
        found => {
            let detail = format!("it is of version {}, and 2.01 to 2.03 can be read", found.unwrap_or("unknown"));
            Err(InputError::Xml { at: 0, detail })
        }
    }
}

/// Reads through the activities of `input` without asking what they say: whether it is whole, and how many there are.
pub fn look_through<R: Read>(
    input: R,
    mapping: &Mapping,
) -> Result<impl Iterator<Item = Result<(), InputError>>, InputError> {
    Ok(elements(input, mapping)?.map(|node| node.map(drop)))
}

/// Reads the activities of `input`.
pub fn rows<R: Read>(input: R, mapping: Mapping) -> Result<Activities<R>, InputError> {
    let elements = elements(input, &mapping)?;
    Ok(Activities { mapping, elements, number: 0, entered: Shared::new("organisations"), seen: Seen::default() })
}

impl<R: Read> Activities<R> {
    fn row(&mut self, node: &Node) -> Result<Row, InputError> {
        self.number += 1;
        let id = node.first("iati-identifier").map(Node::text).filter(|id| !id.is_empty()).map(str::to_owned);
        let mut row = Row { number: self.number, id, ..Row::default() };
        if node.name != "iati-activity" {
            let error = FieldError::new("unknown_field").with("field", &node.name);
            row.errors.push(RowError::of_row(error));
        } else if row.id.is_none() {
            row.errors.push(RowError::at("iati-identifier", FieldError::new("row_id_missing")));
        } else if row.id.as_ref().is_some_and(|id| !self.seen.is_new(id)) {
            let error = FieldError::new("row_id_twice").with("value", row.id.as_deref().unwrap_or_default());
            row.errors.push(RowError::at("iati-identifier", error));
        } else {
            activity::read(&self.mapping, node, &self.entered, &mut row);
        }
        self.entered.end(row)
    }
}

impl<R: Read> Iterator for Activities<R> {
    type Item = Result<Row, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        let node = self.elements.next()?;
        Some(node.and_then(|node| self.row(&node)))
    }
}

#[cfg(test)]
#[path = "iati_tests.rs"]
mod tests;
