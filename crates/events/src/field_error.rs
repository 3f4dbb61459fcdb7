//! What is wrong with one field of a command, as a stable code with its parameters.
//!
//! Serde carries errors as text only; `Display` writes the code and the parameters in a form that
//! [`FieldError::from_message`] reads back, so that the code survives the way through a deserializer.

use std::collections::BTreeMap;
use std::fmt;

/// Marks a message that holds a whole [`FieldError`].
const MARK: char = '\u{1}';
/// Longest piece of the sender's input that an error repeats, in characters.
const ECHO_CHARS_MAX: usize = 80;

/// One invalid field: a stable code and the values that its sentence needs. Sentences are written elsewhere, per
/// language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Stable code, `snake_case`.
    pub code: String,
    /// Values for the sentence.
    pub params: BTreeMap<String, String>,
}

impl FieldError {
    /// An error without parameters.
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), params: BTreeMap::new() }
    }

    /// The same error with one more parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.params.insert(name.to_owned(), value.chars().take(ECHO_CHARS_MAX).collect());
        self
    }

    pub(crate) fn malformed_id(kind: &str, value: &str) -> Self {
        Self::new("malformed_id").with("kind", kind).with("value", value)
    }

    /// The error that a message holds; a message of serde itself becomes one of the `*_field` codes.
    pub fn from_message(message: &str) -> Self {
        if let Some((_, rest)) = message.split_once(MARK) {
            let held = rest.split(MARK).next().unwrap_or(rest);
            let mut parts = held.split('\u{2}');
            let mut error = Self::new(parts.next().unwrap_or("invalid_field"));
            for pair in parts {
                if let Some((name, value)) = pair.split_once('\u{3}') {
                    error.params.insert(name.to_owned(), value.to_owned());
                }
            }
            return error;
        }
        let named = |code: &str| {
            let name = message.split('`').nth(1).unwrap_or_default();
            Self::new(code).with("field", name)
        };
        if message.starts_with("unknown field") {
            named("unknown_field")
        } else if message.starts_with("missing field") {
            named("missing_field")
        } else if message.starts_with("unknown variant") {
            let allowed = message.split_once("expected ").map_or("", |(_, allowed)| allowed);
            let allowed = allowed.split(" at line ").next().unwrap_or(allowed);
            named("unknown_value").with("allowed", &allowed.replace('`', ""))
        } else {
            Self::new("invalid_field").with("detail", message.split(" at line ").next().unwrap_or(message))
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{MARK}{}", self.code)?;
        for (name, value) in &self.params {
            let clean: String = value.chars().filter(|c| *c > '\u{3}').collect();
            write!(f, "\u{2}{name}\u{3}{clean}")?;
        }
        write!(f, "{MARK}")
    }
}

impl std::error::Error for FieldError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_the_way_through_serde() {
        let error = FieldError::new("unknown_currency").with("value", "XX\u{1}Z");
        let back = FieldError::from_message(&format!("{error} at line 1 column 2"));
        assert_eq!(back, FieldError::new("unknown_currency").with("value", "XXZ"));
    }

    #[test]
    fn messages_of_serde_get_a_code() {
        assert_eq!(
            FieldError::from_message("unknown field `colour`, expected one of `a`"),
            FieldError::new("unknown_field").with("field", "colour")
        );
        assert_eq!(FieldError::from_message("missing field `reason`").code, "missing_field");
        assert_eq!(FieldError::from_message("invalid type: integer `3`, expected a string").code, "invalid_field");
    }
}
