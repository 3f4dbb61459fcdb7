//! A command as it arrives. Parsing is the validation: what comes out can be decided upon.

mod of_value;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::case::{Case, Consulted, Context, Decided, Decision, Meta};
use crate::catalogue::{Command, decide};
use crate::codec::{self, CodecError};
use crate::dates::LedgerDate;
use crate::field_error::FieldError;
use crate::flag::FlagCode;
use crate::history::History;
use crate::ids::{CommandId, Revision, StreamId};
use crate::recorded::{Sha256Hex, sha256_hex};
use crate::refusal::Refusal;

/// Most bytes of one command.
pub const COMMAND_BYTES_MAX: usize = 64 * 1024;

/// A command with what its sender says about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Request {
    /// What is wanted.
    #[serde(flatten)]
    pub command: Command,
    /// What the sender says beside it.
    #[serde(flatten)]
    pub meta: Meta,
    /// The sender's id of the command.
    #[serde(skip)]
    pub command_id: Option<CommandId>,
    /// The revision that the stream must have.
    #[serde(skip)]
    pub expected_revision: Option<Revision>,
}

/// Why a command could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseError {
    /// Not JSON, not UTF-8, ambiguous, or too long. The code says which.
    Unreadable(FieldError),
    /// JSON, but a field is wrong.
    Invalid(FieldProblem),
}

/// A field that is wrong, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// JSON Pointer into the command.
    pub pointer: String,
    /// What is wrong.
    pub error: FieldError,
}

/// A command as it is written, its data in whatever form they come.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "D: Deserialize<'de>"))]
struct Written<'a, D> {
    #[serde(borrow)]
    command: Cow<'a, str>,
    data: D,
    command_id: Option<CommandId>,
    expected_revision: Option<Revision>,
    reported_by: Option<crate::ids::PartyId>,
    occurred_on: Option<crate::dates::FuzzyDate>,
    effective_on: Option<LedgerDate>,
    #[serde(default)]
    evidence: Vec<crate::recorded::Evidence>,
    note: Option<crate::text::Line>,
    #[serde(default)]
    demonstration: bool,
    causation_id: Option<crate::ids::EventId>,
    correlation_id: Option<CommandId>,
}

impl<D> Written<'_, D> {
    /// What is written, with the command that its data are.
    fn request(self, command: Command) -> Request {
        Request {
            command,
            meta: Meta {
                reported_by: self.reported_by,
                occurred_on: self.occurred_on,
                effective_on: self.effective_on,
                evidence: self.evidence,
                note: self.note,
                demonstration: self.demonstration,
                causation_id: self.causation_id,
                correlation_id: self.correlation_id,
            },
            command_id: self.command_id,
            expected_revision: self.expected_revision,
        }
    }
}

impl Request {
    /// Reads a command from its bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let unreadable = |code: &str| ParseError::Unreadable(FieldError::new(code));
        if bytes.len() > COMMAND_BYTES_MAX {
            return Err(unreadable("command_too_large"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| unreadable("invalid_utf8"))?;
        let lists = crate::strict::check(text).map_err(|error| {
            let field_error = FieldError::from_message(&error.to_string());
            match field_error.code.as_str() {
                "invalid_field" => ParseError::Unreadable(
                    FieldError::new("malformed_json")
                        .with("line", &error.line().to_string())
                        .with("column", &error.column().to_string()),
                ),
                _ => ParseError::Unreadable(field_error),
            }
        })?;
        if !text.trim_start().starts_with('{') {
            return Err(object_expected(String::new()));
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let written: Written<'_, &RawValue> =
            serde_path_to_error::deserialize(&mut json).map_err(|error| problem("", &error))?;
        let command = match Command::from_json(&written.command, written.data.get()) {
            None => {
                let error = FieldError::new("unknown_command").with("value", &written.command);
                return Err(ParseError::Invalid(FieldProblem { pointer: "/command".to_owned(), error }));
            }
            Some(parsed) => parsed.map_err(|error| problem("/data", &error))?,
        };
        let request = written.request(command);
        if lists > 0 {
            request.holds_the_lists(text, lists)?;
        }
        Ok(request)
    }

    /// Refuses a list that was read as an object. Counting comes first, because there is hardly ever one.
    fn holds_the_lists(&self, text: &str, lists: usize) -> Result<(), ParseError> {
        let read = serde_json::to_value(self).unwrap_or_default();
        if crate::strict::lists_of(&read) == lists {
            return Ok(());
        }
        let written = serde_json::from_str(text).unwrap_or_default();
        match crate::strict::list_for_object(&written, &read) {
            Some(pointer) => Err(object_expected(pointer)),
            None => Ok(()),
        }
    }

    /// SHA-256 of the canonical content, without the command's own id. The same wish always has the same hash.
    pub fn content_hash(&self) -> Result<Sha256Hex, CodecError> {
        let hex = sha256_hex(codec::canonical(self)?.as_bytes());
        hex.parse().map_err(|_| CodecError::Unreadable { detail: hex })
    }

    /// Whether [`Request::resolve_dates`] has anything to do.
    pub fn has_relative_dates(&self) -> bool {
        let said = self.meta.occurred_on.as_ref();
        self.command.has_relative_dates() || said.is_some_and(crate::dates::FuzzyDate::is_relative)
    }

    /// Gives relative dates their meaning: by their own anchor, else by that of the package which the command or its
    /// stream names.
    pub fn resolve_dates(&mut self, history: &History, consulted: &Consulted) -> Result<(), FieldProblem> {
        let anchor = anchor(history, consulted);
        for (name, date) in self.command.dates_mut() {
            date.resolve(anchor).map_err(|error| FieldProblem { pointer: format!("/data/{name}"), error })?;
        }
        if let Some(date) = &mut self.meta.occurred_on {
            date.resolve(anchor).map_err(|error| FieldProblem { pointer: "/occurred_on".to_owned(), error })?;
        }
        Ok(())
    }

    /// Decides on the command: the events to record, with what the envelope adds to each.
    pub fn decide(&self, history: &History, consulted: &Consulted, context: &Context) -> Result<Decision, Refusal> {
        if let Some(expected) = self.expected_revision
            && expected != history.revision()
        {
            return Err(Refusal::RevisionDiffers { expected, found: history.revision() });
        }
        let case = Case { history, consulted, meta: &self.meta, context };
        let mut decision = decide(&self.command, &case)?;
        for decided in &mut decision {
            complete(decided, &case)?;
            let days = decided.occurred_on.as_ref().map(|on| case.today().days_since(on.latest).max(0));
            for flag in &mut decided.flags {
                flag.rule = self.command.name().parse().ok();
                if flag.code == FlagCode::LateReport {
                    flag.days_late = days.and_then(|days| u32::try_from(days).ok());
                }
            }
        }
        Ok(decision)
    }
}

/// Fills in when it was so and whose statement it is, and raises the flag that every claim without evidence gets.
fn complete(decided: &mut Decided, case: &Case<'_>) -> Result<(), Refusal> {
    let own = decided.event.own_date();
    if let (Some(own), Some(said)) = (&own, &case.meta.occurred_on)
        && (own.earliest, own.latest) != (said.earliest, said.latest)
    {
        return Err(Refusal::DateDiffers { date: own.clone() });
    }
    let said = case.meta.occurred_on.clone();
    let occurred_on = own.or(said).or(decided.occurred_on.take()).unwrap_or_else(|| case.occurred_on());
    if case.in_future(&occurred_on) {
        return Err(Refusal::DateInFuture { field: decided.event.date_field(), date: occurred_on });
    }
    decided.occurred_on = Some(occurred_on);
    if decided.reported_by.is_none() {
        decided.reported_by.clone_from(&case.meta.reported_by);
    }
    if decided.event.is_claim() && case.meta.evidence.is_empty() {
        decided.flags.push(crate::flag::Flag::new(FlagCode::NoEvidence));
    }
    Ok(())
}

fn object_expected(pointer: String) -> ParseError {
    ParseError::Invalid(FieldProblem { pointer, error: FieldError::new("object_expected") })
}

fn problem(base: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> ParseError {
    let mut pointer = base.to_owned();
    for segment in error.path() {
        match segment {
            serde_path_to_error::Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            serde_path_to_error::Segment::Map { key } => {
                pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1")));
            }
            serde_path_to_error::Segment::Enum { .. } | serde_path_to_error::Segment::Unknown => {}
        }
    }
    let error = FieldError::from_message(&error.inner().to_string());
    if error.code == "missing_field"
        && let Some(name) = error.params.get("field")
    {
        pointer.push_str(&format!("/{name}"));
    }
    ParseError::Invalid(FieldProblem { pointer, error })
}

/// The day on which the words of the package behind this stream were spoken.
fn anchor(history: &History, consulted: &Consulted) -> Option<LedgerDate> {
    let announced = |h: &History| {
        h.facts().iter().find_map(|fact| match &fact.event {
            crate::catalogue::Event::PackageAnnounced(package) => package.anchor_date,
            _ => None,
        })
    };
    let is_package = |h: &&std::sync::Arc<History>| h.stream().family() == crate::ids::Family::Package;
    announced(history).or_else(|| consulted.histories.iter().filter(is_package).find_map(|h| announced(h)))
}

impl From<&StreamId> for StreamId {
    fn from(stream: &StreamId) -> Self {
        stream.clone()
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
