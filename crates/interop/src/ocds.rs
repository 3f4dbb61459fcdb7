//! Releases of the Open Contracting Data Standard, versions 1.1 and 1.2, from packages of releases or of records.
//!
//! A contract becomes an agreement between buyer and suppliers, with one commitment: the suppliers deliver, the
//! contract's value is what was promised and what the buyer owes. A release tagged `contract` or `contractUpdate` says
//! what the contract is, so that a later one corrects; a release tagged `contractAmendment` amends. Milestones and
//! transactions are taken from any release.
//!
//! Deliberately absent: planning, tenders and awards, which bind nobody yet; items, documents and contact points; and
//! `notMet`, of which nobody can say whether it means late or not yet due.

mod contract;
mod release;
mod scan;
mod steps;

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;
use servanda_events::commitment::MilestoneType;
use servanda_events::field_error::FieldError;
use servanda_events::party::{CountryCode, PartyKind};

use self::release::{Record, Release};
use self::scan::{Elements, Found};
use crate::error::{InputError, MappingError};
use crate::row::{Row, RowError};
use crate::shared::Shared;
use crate::source::Source;

/// What the words of a publisher mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    source: Source,
    #[serde(default)]
    ocds: Settings,
    /// What organisations of a register of identifiers are. Those of other registers are named, and not entered.
    #[serde(default)]
    schemes: BTreeMap<String, Scheme>,
    #[serde(default)]
    maps: Maps,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Whether figures that are more precise than their currency are rounded.
    #[serde(default)]
    round: bool,
    /// Whose statement a release is, where it names no buyer.
    #[serde(default)]
    reporter: Option<String>,
}

/// What the organisations of a register are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scheme {
    kind: PartyKind,
    #[serde(default)]
    country: Option<CountryCode>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Maps {
    /// Kinds of milestones, in the publisher's words.
    #[serde(default)]
    milestone_types: BTreeMap<String, MilestoneType>,
}

impl Mapping {
    /// Reads a mapping from its text.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = toml::from_str(text).map_err(|error| MappingError::of_toml(&error))?;
        mapping.source.check()?;
        Ok(mapping)
    }

    /// The source.
    pub fn source(&self) -> &Source {
        &self.source
    }
}

/// The releases of a file as rows.
pub struct Releases<R: Read> {
    mapping: Mapping,
    elements: Elements<R>,
    waiting: std::vec::IntoIter<Release>,
    number: u64,
    /// Organisations that an earlier release entered.
    entered: Shared,
    failed: bool,
}

/// Reads the releases of `input`.
pub fn rows<R: Read>(input: R, mapping: Mapping) -> Result<Releases<R>, InputError> {
    let waiting = Vec::new().into_iter();
    let elements = Elements::new(input)?;
    Ok(Releases { mapping, elements, waiting, number: 0, entered: Shared::new("organisations"), failed: false })
}

impl<R: Read> Releases<R> {
    fn row(&mut self) -> Result<Option<Row>, InputError> {
        loop {
            if let Some(release) = self.waiting.next() {
                return self.read(&release).map(Some);
            }
            match self.elements.next()? {
                None => return Ok(None),
                Some(Found::Release(bytes)) => match serde_json::from_slice::<Release>(&bytes) {
                    Ok(release) => return self.read(&release).map(Some),
                    Err(error) => return Ok(Some(self.unreadable(&error))),
                },
                Some(Found::Record(bytes)) => match serde_json::from_slice::<Record>(&bytes) {
                    Ok(record) => self.waiting = record.releases.into_iter(),
                    Err(error) => return Ok(Some(self.unreadable(&error))),
                },
            }
        }
    }

    fn unreadable(&mut self, error: &serde_json::Error) -> Row {
        self.number += 1;
        let error = FieldError::new("release_unreadable").with("detail", &error.to_string());
        Row { number: self.number, errors: vec![RowError::of_row(error)], ..Row::default() }
    }

    fn read(&mut self, release: &Release) -> Result<Row, InputError> {
        self.number += 1;
        let mut row = Row { number: self.number, id: release.id.clone().map(|id| id.0), ..Row::default() };
        if row.id.is_none() || release.ocid.is_none() {
            row.errors.push(RowError::at("id, ocid", FieldError::new("row_id_missing")));
        } else if release.contracts.is_empty() {
            row.left_out = Some("a release without contracts binds nobody yet".to_owned());
        } else {
            contract::read(&self.mapping, release, &self.entered, &mut row);
        }
        self.entered.end(row)
    }
}

impl<R: Read> Iterator for Releases<R> {
    type Item = Result<Row, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let row = self.row().transpose();
        self.failed = matches!(row, Some(Err(_)));
        row
    }
}

#[cfg(test)]
#[path = "ocds_tests.rs"]
mod tests;
