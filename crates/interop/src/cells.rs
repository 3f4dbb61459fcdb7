//! The text of a cell into a value of the ledger: dates, decimals, money.
//!
//! Deliberately absent: guessing. A text that does not fit the form that the mapping names is an error of its cell.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};
use servanda_events::dates::FuzzyDate;
use servanda_events::field_error::FieldError;
use servanda_events::money::{Currency, Money, Quantity};

/// Most digits of a decimal that a number cell, a binary number of 64 bits, keeps exactly.
const NUMBER_DIGITS_MAX: usize = 15;

/// How dates are written, and how far they may be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DateForm {
    /// Formats to try in turn, as `%d/%m/%Y`; `fuzzy` takes `2025`, `2025-Q3`, `2025-03-31` and their like as they are.
    pub(crate) formats: Vec<String>,
    /// Whether the first of January means that only the year was known.
    pub(crate) year_if_1_january: bool,
}

impl DateForm {
    /// The end of March 2025 in each of the formats.
    fn examples(&self) -> Vec<String> {
        let day = jiff::civil::date(2025, 3, 31);
        let example = |format: &String| match format.as_str() {
            "fuzzy" => "2025, 2025-Q3, 2025-03, 2025-03-31".to_owned(),
            format => jiff::fmt::strtime::format(format, day).unwrap_or_else(|_| format.to_owned()),
        };
        self.formats.iter().map(example).collect()
    }
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
    let malformed =
        || FieldError::new("date_in_other_form").with("value", text).with("forms", &form.examples().join(", "));
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

impl DecimalForm {
    /// A number with all the signs that it may have.
    fn example(&self) -> String {
        let group = self.group.map(String::from).unwrap_or_default();
        format!("1{group}250{}50", self.point)
    }

    /// Whether a sign stands between groups. A space may be any of those that spreadsheets print, a straight
    /// apostrophe a typographic one.
    fn is_group(&self, sign: char) -> bool {
        match self.group {
            Some(' ') => matches!(sign, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}'),
            Some('\'') => matches!(sign, '\'' | '’'),
            group => group == Some(sign),
        }
    }
}

/// The decimal in a cell, in plain notation. Groups stand before the decimals only, of three digits each but the first:
/// whatever else has the sign between groups in it is another number than it seems, and is refused.
pub(crate) fn decimal(text: &str, form: &DecimalForm) -> Result<String, FieldError> {
    let malformed = || FieldError::new("number_in_other_form").with("value", text).with("forms", &form.example());
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let trimmed = text.trim();
    let (sign, digits) = trimmed.strip_prefix('-').map_or(("", trimmed), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once(form.point).unwrap_or((digits, ""));
    let groups: Vec<&str> = whole.split(|c| form.is_group(c)).collect();
    let is_grouped = match groups.as_slice() {
        [_] => true,
        [first, rest @ ..] => {
            matches!(first.len(), 1..=3) && !first.starts_with('0') && rest.iter().all(|group| group.len() == 3)
        }
        [] => false,
    };
    let is_empty = whole.is_empty() && fraction.is_empty();
    if is_empty || !is_grouped || !is_digits(fraction) || !groups.iter().all(|group| is_digits(group)) {
        return Err(malformed());
    }
    let whole = groups.concat();
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{dot}{fraction}").parse::<Quantity>().map(|quantity| quantity.to_string())
}

/// The decimal in a number cell of a workbook, which is written with a point, however the mapping's texts are. With
/// `round`, one with more digits than such a cell keeps is read all the same.
pub(crate) fn number(text: &str, round: bool) -> Result<String, FieldError> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !round && digits.trim_matches('0').len() > NUMBER_DIGITS_MAX {
        return Err(FieldError::new("number_cell_not_exact").with("value", text));
    }
    decimal(text, &DecimalForm::default())
}

/// An amount of a currency; with `round`, one with more decimals than the currency has is rounded half up.
pub(crate) fn money(amount: &str, currency: &str, round: bool) -> Result<Value, FieldError> {
    if currency.is_empty() {
        return Err(FieldError::new("currency_missing").with("amount", amount));
    }
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
