//! Stories: commands as lines of JSON, each with the time `at` which it is recorded.
//!
//! The demo ledger and the golden logs are stories. Whoever plays one owns the clock that `at` sets; an ordinary
//! command has no `at`, because a ledger does not let its callers say when it learned something.

use serde_json::{Map, Value};

use crate::dates::Instant;
use crate::field_error::FieldError;
use crate::request::{FieldProblem, ParseError, Request};

/// A line of a story.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryLine {
    /// The time at which it is recorded.
    pub at: Instant,
    /// The command.
    pub request: Request,
}

impl StoryLine {
    /// Reads a line.
    pub fn parse(line: &str) -> Result<Self, ParseError> {
        let malformed = |_| ParseError::Unreadable(FieldError::new("malformed_json"));
        let mut fields: Map<String, Value> = serde_json::from_str(line).map_err(malformed)?;
        let invalid = |error| ParseError::Invalid(FieldProblem { pointer: "/at".to_owned(), error });
        let at = fields.remove("at").ok_or_else(|| invalid(FieldError::new("missing_field").with("field", "at")))?;
        let at = at.as_str().unwrap_or_default().parse().map_err(invalid)?;
        let request = Request::parse(Value::Object(fields).to_string().as_bytes())?;
        Ok(Self { at, request })
    }

    /// Reads a whole story; blank lines and lines that begin with `#` are passed over. An error names its line, from 1.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, (usize, ParseError)> {
        let told = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        told.map(|(index, line)| Self::parse(line).map_err(|error| (index + 1, error))).collect()
    }
}
