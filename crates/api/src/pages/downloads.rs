//! What a page shows, as a file: exactly its rows, with a head that says of which ledger, under which filter, at which
//! two clocks, and how many. The file's name says the same, so that a filtered file never passes for the whole.
//!
//! Dates have no zone, instants have an offset, decimals are written in full. Deliberately absent: what a sheet holds.

mod atom;
mod calendar;
mod csv;
mod xlsx;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

pub(crate) use self::atom::{FeedEntry, feed};
pub(crate) use self::calendar::{Deadline, calendar};
use super::sheet::{Cell, Sheet};
use crate::problem::Problem;

/// How a sheet is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Xlsx,
}

impl Format {
    /// The format that an address names.
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// What a file says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// Name and value, line by line.
    pub(crate) lines: Vec<(String, String)>,
    /// The parts of the file's name after the ledger's and the sheet's: filter, clocks.
    pub(crate) name_parts: Vec<String>,
    pub(crate) ledger: String,
}

/// A sheet as a file.
pub(crate) fn file(format: Format, head: &Head, sheet: &Sheet) -> Result<Response, Problem> {
    let bytes = match format {
        Format::Csv => csv::written(head, sheet).map_err(Problem::internal)?,
        Format::Xlsx => xlsx::written(head, sheet).map_err(Problem::internal)?,
    };
    let name = file_name(head, sheet.name, sheet.rows.len(), format.ending());
    attached(format.media_type(), &name, bytes)
}

/// An answer that a browser keeps as a file.
pub(crate) fn attached(media_type: &'static str, name: &str, bytes: Vec<u8>) -> Result<Response, Problem> {
    let mut response = (StatusCode::OK, bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let attachment = format!("attachment; filename=\"{name}\"");
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&attachment).map_err(Problem::internal)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// The name of a file, of letters that every system and every header takes.
fn file_name(head: &Head, sheet: &str, rows: usize, ending: &str) -> String {
    let parts = ["servanda", &head.ledger, sheet].into_iter().map(str::to_owned);
    let parts = parts.chain(head.name_parts.iter().cloned()).chain([format!("{rows}-rows")]);
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    let name: String =
        parts.collect::<Vec<_>>().join("_").chars().map(|c| if c == '_' { c } else { plain(c) }).collect();
    // File systems take 255 bytes.
    format!("{}.{ending}", name.get(..200).unwrap_or(&name))
}

/// A value as a program reads it: ISO dates, decimals with a point, nothing in groups.
fn exact(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(count) => count.to_string(),
        Cell::Amount(amount) => amount.to_string(),
        Cell::Day(day) => day.to_string(),
        // The words of the source, which name an interval as closely as it is known.
        Cell::Date(date) => date.text.to_string(),
        Cell::Share(share) => share.normalize().to_string(),
        Cell::Of { part, whole } => format!("{part}/{whole}"),
        Cell::Missing(_) => String::new(),
        Cell::Link(cell, _) => exact(cell),
    }
}

/// A text that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it.
fn harmless(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
#[path = "downloads/tests.rs"]
mod tests;
