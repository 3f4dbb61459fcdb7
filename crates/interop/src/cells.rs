//! The text of a cell into a value of the ledger: dates, decimals, money.
//!
//! Deliberately absent: guessing. A text that does not fit the form that the mapping names is an error of its cell.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};
use servanda_events::dates::FuzzyDate;
use servanda_events::field_error::FieldError;
use servanda_events::money::{Currency, Money, Quantity};

/// How dates are written, and how far they may be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DateForm {
    /// Formats to try in turn, as `%d/%m/%Y`; `fuzzy` takes `2025`, `2025-Q3`, `2025-03-31` and their like as they are.
    pub(crate) formats: Vec<String>,
    /// Whether the first of January means that only the year was known.
    pub(crate) year_if_1_january: bool,
}

/// How decimals are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DecimalForm {
    /// What stands before the decimals.
    pub(crate) point: char,
    /// What stands between groups of digits, if anything does.
    pub(crate) group: Option<char>,
}

impl Default for DecimalForm {
    fn default() -> Self {
        Self { point: '.', group: None }
    }
}

/// The date in a cell, in the words that the ledger reads.
pub(crate) fn date(text: &str, form: &DateForm) -> Result<String, FieldError> {
    let malformed = || FieldError::new("malformed_date").with("value", text);
    let read = |format: &String| match format.as_str() {
        "fuzzy" => text.parse::<FuzzyDate>().ok().map(|_| text.to_owned()),
        format => Date::strptime(format, text).ok().filter(|date| date.year() >= 1).map(|date| date.to_string()),
    };
    let date = form.formats.iter().find_map(read).ok_or_else(malformed)?;
    match date.strip_suffix("-01-01") {
        Some(year) if form.year_if_1_january && year.len() == 4 => Ok(year.to_owned()),
        _ => Ok(date),
    }
}

/// The decimal in a cell, in plain notation.
pub(crate) fn decimal(text: &str, form: &DecimalForm) -> Result<String, FieldError> {
    let malformed = || FieldError::new("malformed_decimal").with("value", text);
    let mut plain = String::new();
    for c in text.trim().chars() {
        match c {
            c if form.group == Some(c) || (form.group == Some(' ') && c == '\u{a0}') => {}
            c if c == form.point && !plain.contains('.') => plain.push('.'),
            c if c.is_ascii_digit() || (c == '-' && plain.is_empty()) => plain.push(c),
            _ => return Err(malformed()),
        }
    }
    let negative = plain.starts_with('-');
    let digits = plain.trim_start_matches('-');
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = match whole.trim_start_matches('0') {
        "" if digits.is_empty() => return Err(malformed()),
        "" => "0",
        whole => whole,
    };
    let dot = if fraction.is_empty() { "" } else { "." };
    let plain = format!("{}{whole}{dot}{fraction}", if negative { "-" } else { "" });
    plain.parse::<Quantity>().map(|quantity| quantity.to_string())
}

/// An amount of a currency; with `round`, one with more decimals than the currency has is rounded half up.
pub(crate) fn money(amount: &str, currency: &str, round: bool) -> Result<Value, FieldError> {
    let code: Currency = currency.parse()?;
    let quantity: Quantity = amount.parse()?;
    let money = match Money::new(quantity, code) {
        Err(error) if error.code == "amount_too_precise" && round => rounded(quantity.value(), code).ok_or(error)?,
        money => money?,
    };
    Ok(json!(money))
}

fn rounded(amount: Decimal, currency: Currency) -> Option<Money> {
    (0..amount.scale()).rev().find_map(|decimals| {
        let rounded = amount.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
        Money::new(rounded.to_string().parse().ok()?, currency).ok()
    })
}

#[cfg(test)]
#[path = "cells_tests.rs"]
mod tests;
