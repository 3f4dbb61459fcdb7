//! A command from a JSON value that the program put together itself, without the way through its text.
//!
//! What comes out is what [`Request::parse`] makes of the same value as text: anything that only the text can decide
//! upon (a length near the limit, numbers, deep nesting, a list where fields have names) goes that way, and so does
//! every value that does not read, so that there is one place which says what is wrong. Deliberately absent: checks of
//! its own.

use serde::Deserialize as _;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{COMMAND_BYTES_MAX, ParseError, Request, Written};
use crate::catalogue::Command;
use crate::strict;

/// Bytes that a character or a sign of JSON takes at most, written as an escape.
const BYTES_PER_BYTE_MAX: usize = 6;
/// Levels that are looked at here; the parser of text knows how many are too many.
const DEPTH_MAX: usize = 32;

impl Request {
    /// Reads a command from a value. The same as [`Request::parse`] of the value's text, only faster.
    pub fn of_value(value: &Value) -> Result<Self, ParseError> {
        match read(value) {
            Some(request) => Ok(request),
            None => Self::parse(value.to_string().as_bytes()),
        }
    }
}

/// The command, where it is certain that its text reads as the same.
fn read(value: &Value) -> Option<Request> {
    if bytes_at_most(value, 0)? > COMMAND_BYTES_MAX {
        return None;
    }
    let Value::Object(fields) = value else { return None };
    let written = Written::<'_, IgnoredAny>::deserialize(value).ok()?;
    let data = fields.get("data")?;
    let command = Command::of_value(&written.command, data)?;
    // As in text: what stands in a list must not have been taken for the fields of an object by its order.
    let by_name = |(name, field): (&String, &Value)| match (name.as_str(), field) {
        ("data", _) => true,
        ("evidence", Value::Array(items)) => items.iter().all(|item| item.is_object() && strict::lists_of(item) == 0),
        (_, field) => !field.is_array() && strict::lists_of(field) == 0,
    };
    let lists = strict::lists_of(data);
    if !fields.iter().all(by_name) || data.is_array() || (lists > 0 && strict::lists_read(&command) != Some(lists)) {
        return None;
    }
    Some(written.request(command))
}

/// How long the text is at most; nothing where only the text can tell.
fn bytes_at_most(value: &Value, depth: usize) -> Option<usize> {
    let text = |text: &str| text.len() * BYTES_PER_BYTE_MAX + 4;
    if depth > DEPTH_MAX {
        return None;
    }
    Some(match value {
        Value::Null | Value::Bool(_) => BYTES_PER_BYTE_MAX,
        // As many digits as the largest integer has that every reader keeps.
        Value::Number(number) => number.as_i64().filter(|n| n.unsigned_abs() <= strict::INTEGER_MAX).map(|_| 20)?,
        Value::String(string) => text(string),
        Value::Array(items) => items.iter().try_fold(2, |sum, item| Some(sum + bytes_at_most(item, depth + 1)? + 1))?,
        Value::Object(fields) => {
            fields.iter().try_fold(2, |sum, (name, field)| Some(sum + text(name) + bytes_at_most(field, depth + 1)?))?
        }
    })
}

#[cfg(test)]
#[path = "of_value_tests.rs"]
mod tests;
