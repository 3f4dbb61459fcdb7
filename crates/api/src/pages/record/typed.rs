//! What a typed answer means, as the JSON of a command: the types of the ledger check it, so that a page refuses
//! nothing that the ledger would take, and takes nothing that it would refuse.
//!
//! People type amounts as they are printed in their language: with spaces between groups and a comma or a point before
//! the decimals. What could be read in two ways is asked again, never guessed.
//!
//! Deliberately absent: where a value goes in a command, see [`super::wanted`].

use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_events::field_error::FieldError;
use servanda_events::money::{Money, Quantity};
use servanda_events::recorded::Sha256Hex;
use servanda_events::text::Line;

use super::form::{Answers, Field, Kind};

/// The languages in which a title can be given.
pub(crate) const LANGS: [&str; 4] = ["en", "fr", "kk", "ru"];

/// What is wrong with an answer: the input at fault, and why.
pub(crate) type Wrong = (String, FieldError);

/// The value of an answer; none where nothing was typed.
pub(crate) fn value(field: &Field, answers: &Answers) -> Result<Option<Value>, Wrong> {
    let name = field.name;
    let at = |error: FieldError| (name.to_owned(), error);
    let text = answers.text(name);
    match field.kind {
        Kind::Texts => texts(name, answers),
        Kind::Date | Kind::OpenDate => date(name, answers),
        Kind::Day => day(name, answers),
        Kind::Money => money(name, answers),
        Kind::Many(_) => {
            let chosen: Vec<&str> = answers.all(name).collect();
            Ok((!chosen.is_empty()).then(|| json!(chosen)))
        }
        _ if text.is_empty() => Ok(None),
        Kind::Line | Kind::Area => checked::<Line>(text).map_err(at),
        Kind::Url => address(text).map_err(at),
        Kind::Scan => checked::<Sha256Hex>(&text.to_ascii_lowercase()).map_err(at),
        Kind::Decimal => decimal(text).and_then(|text| checked::<Quantity>(&text)).map_err(at),
        Kind::YesNo => match text {
            "yes" => Ok(Some(json!(true))),
            "no" => Ok(Some(json!(false))),
            other => Err(at(unknown(other, &["yes", "no"]))),
        },
        Kind::Word(_, words) if !words.contains(&text) => Err(at(unknown(text, words))),
        Kind::Word(..) | Kind::One(_) => Ok(Some(json!(text))),
    }
}

/// Types a value as a person would, so that it can be changed.
pub(crate) fn write(field: &Field, value: &Value, answers: &mut Answers) {
    let name = field.name;
    let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
    match field.kind {
        Kind::Texts => {
            for (lang, said) in value.as_object().into_iter().flatten() {
                answers.set(&format!("{name}-{lang}"), &text(said));
            }
        }
        Kind::Date | Kind::OpenDate | Kind::Day => {
            let date = value.get("text").map_or_else(|| text(value), text);
            for (part, typed) in ["year", "month", "day"].into_iter().zip(date.split('-')) {
                answers.set(&format!("{name}-{part}"), typed);
            }
        }
        Kind::Money => {
            answers.set(name, &text(&value["amount"]));
            answers.set(&format!("{name}-currency"), &text(&value["currency"]));
        }
        Kind::Many(_) => value.as_array().into_iter().flatten().for_each(|item| answers.add(name, &text(item))),
        Kind::YesNo => answers.set(name, if value.as_bool() == Some(true) { "yes" } else { "no" }),
        _ => answers.set(name, &text(value)),
    }
}

fn unknown(text: &str, words: &[&str]) -> FieldError {
    FieldError::new("unknown_value").with("field", text).with("allowed", &words.join(", "))
}

/// The text, if it is one of its kind.
fn checked<T: FromStr<Err = FieldError>>(text: &str) -> Result<Option<Value>, FieldError> {
    text.parse::<T>().map(|_| Some(json!(text)))
}

/// The same for a kind that only JSON builds.
fn built<T: DeserializeOwned>(value: Value) -> Result<Option<Value>, FieldError> {
    match T::deserialize(&value) {
        Ok(_) => Ok(Some(value)),
        Err(error) => Err(FieldError::from_message(&error.to_string())),
    }
}

/// An address that a browser can open later; anything else would be a trap for whoever follows it.
fn address(text: &str) -> Result<Option<Value>, FieldError> {
    let good =
        ["https://", "http://"].iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| rest.len() > 2));
    if good && !text.contains(char::is_whitespace) {
        return checked::<Line>(text);
    }
    Err(FieldError::new("malformed_address").with("value", text))
}

fn texts(name: &str, answers: &Answers) -> Result<Option<Value>, Wrong> {
    let mut map = Map::new();
    for lang in LANGS {
        let input = format!("{name}-{lang}");
        let text = answers.text(&input);
        if !text.is_empty() {
            let value = checked::<Line>(text).map_err(|error| (input, error))?;
            map.extend(value.map(|value| (lang.to_owned(), value)));
        }
    }
    Ok((!map.is_empty()).then_some(Value::Object(map)))
}

/// The parts of a date as typed, with the names of their inputs.
struct Parts<'a> {
    name: &'a str,
    day: &'a str,
    month: &'a str,
    year: &'a str,
}

impl<'a> Parts<'a> {
    fn of(name: &'a str, answers: &'a Answers) -> Self {
        let part = |part| answers.text(&format!("{name}-{part}"));
        Self { name, day: part("day"), month: part("month"), year: part("year") }
    }

    fn is_empty(&self) -> bool {
        self.day.is_empty() && self.month.is_empty() && self.year.is_empty()
    }

    fn wrong<T>(&self, part: &str, code: &str) -> Result<T, Wrong> {
        let typed = [self.day, self.month, self.year].join(" ");
        Err((format!("{}-{part}", self.name), FieldError::new(code).with("value", typed.trim())))
    }

    /// The date in the form of the ledger, as closely as its parts say.
    fn text(&self) -> Result<String, Wrong> {
        let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
        if self.year.len() != 4 {
            return self.wrong("year", "date_without_year");
        }
        let Some(year) = number(self.year) else { return self.wrong("year", "date_without_year") };
        if self.month.is_empty() {
            return if self.day.is_empty() {
                Ok(format!("{year:04}"))
            } else {
                self.wrong("month", "date_without_month")
            };
        }
        let Some(month) = number(self.month) else { return self.wrong("month", "impossible_date") };
        if self.day.is_empty() {
            return Ok(format!("{year:04}-{month:02}"));
        }
        let Some(day) = number(self.day) else { return self.wrong("day", "impossible_date") };
        Ok(format!("{year:04}-{month:02}-{day:02}"))
    }
}

fn date(name: &str, answers: &Answers) -> Result<Option<Value>, Wrong> {
    let parts = Parts::of(name, answers);
    let precision = answers.text(&format!("{name}-precision"));
    if precision == "none" {
        return if parts.is_empty() { Ok(None) } else { parts.wrong("day", "date_and_none") };
    }
    if parts.is_empty() {
        return if precision.is_empty() { Ok(None) } else { parts.wrong("year", "date_without_year") };
    }
    let text = parts.text()?;
    match (precision, text.len()) {
        ("" | "day", 10) | ("" | "month", 7) | ("" | "year", 4) => {}
        ("day", _) => return parts.wrong("day", "date_less_precise"),
        ("month", 4) => return parts.wrong("month", "date_less_precise"),
        _ => return parts.wrong("day", "date_more_precise"),
    }
    built::<FuzzyDate>(json!(text)).map_err(|error| (format!("{name}-day"), error))
}

fn day(name: &str, answers: &Answers) -> Result<Option<Value>, Wrong> {
    let parts = Parts::of(name, answers);
    if parts.is_empty() {
        return Ok(None);
    }
    let text = parts.text()?;
    if text.len() < 10 {
        return parts.wrong("day", "day_needed");
    }
    checked::<LedgerDate>(&text).map_err(|error| (format!("{name}-day"), error))
}

fn money(name: &str, answers: &Answers) -> Result<Option<Value>, Wrong> {
    let (amount, currency) = (answers.text(name), format!("{name}-currency"));
    let code = answers.text(&currency).to_ascii_uppercase();
    if amount.is_empty() && code.is_empty() {
        return Ok(None);
    }
    if amount.is_empty() {
        // The currency is offered beforehand; without an amount it says nothing.
        return Ok(None);
    }
    if code.is_empty() {
        return Err((currency, FieldError::new("currency_needed")));
    }
    let at = |error: FieldError| {
        let input = if error.code == "unknown_currency" { currency.clone() } else { name.to_owned() };
        (input, error)
    };
    let amount = decimal(amount).map_err(at)?;
    built::<Money>(json!({ "amount": amount, "currency": code })).map_err(at)
}

/// A number as people print it in one of the four languages, in the form of the ledger.
pub(crate) fn decimal(text: &str) -> Result<String, FieldError> {
    let blank = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}');
    let grouped = text.contains(blank);
    let plain: String = text.chars().filter(|c| !blank(*c)).collect();
    if plain.chars().any(|c| !c.is_ascii_digit() && !matches!(c, '-' | ',' | '.')) {
        return Err(FieldError::new("number_unreadable").with("value", text));
    }
    let unclear = || FieldError::new("number_unclear").with("value", text);
    let (commas, points) = (plain.matches(',').count(), plain.matches('.').count());
    match (commas, points) {
        (0, 0 | 1) => Ok(plain),
        (1, 0) => {
            // "1,250" is a thousand and more in one language, and one and a quarter in another.
            let after = plain.rsplit(',').next().map_or(0, str::len);
            if after == 3 && !grouped { Err(unclear()) } else { Ok(plain.replace(',', ".")) }
        }
        (_, 1) if plain.rfind(',') < plain.rfind('.') && in_groups(&plain, ',', '.') => Ok(plain.replace(',', "")),
        (1, _) if plain.rfind('.') < plain.rfind(',') && in_groups(&plain, '.', ',') => {
            Ok(plain.replace('.', "").replace(',', "."))
        }
        (_, 0) if in_groups(&plain, ',', '.') => Ok(plain.replace(',', "")),
        (0, _) if in_groups(&plain, '.', ',') => Ok(plain.replace('.', "")),
        _ => Err(unclear()),
    }
}

/// Whether the digits before the decimals stand in groups of three.
fn in_groups(text: &str, group: char, point: char) -> bool {
    let whole = text.split(point).next().unwrap_or_default();
    let mut groups = whole.split(group);
    let first = groups.next().map_or(0, |first| first.trim_start_matches('-').len());
    (1..=3).contains(&first) && groups.all(|group| group.len() == 3)
}

#[cfg(test)]
#[path = "typed_tests.rs"]
mod tests;
