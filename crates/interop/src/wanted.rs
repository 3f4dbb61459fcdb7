//! A command of a foreign record, with the ids, the note and the evidence that every imported entry has.

use std::sync::Arc;

use serde_json::{Value, json};
use servanda_events::Request;
use servanda_events::field_error::FieldError;
use servanda_events::request::ParseError;

use crate::ids::CommandName;
use crate::row::{Origin, Row, RowError, Wish};
use crate::source::Source;

/// A command that a record makes.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    /// What part of the record it is: `made`, `pay-3`.
    pub(crate) what: &'a str,
    /// The command's name.
    pub(crate) command: &'a str,
    /// Its data.
    pub(crate) data: Value,
    /// What the envelope says beside source, note and evidence.
    pub(crate) envelope: Value,
    /// Whether records have its thing in common.
    pub(crate) shared: bool,
    /// Words of the source that no field has a place for.
    pub(crate) verbatim: &'a [(&'a str, &'a str)],
}

impl<'a> Wanted<'a> {
    /// A command of one record alone.
    pub(crate) fn new(what: &'a str, command: &'a str, data: Value, envelope: Value) -> Self {
        Self { what, command, data, envelope, shared: false, verbatim: &[] }
    }

    /// Puts the command at the end of the row, or what is wrong with it. `id` is the source's id of what the command
    /// is about, `kind` what the source calls its records.
    pub(crate) fn put(self, source: &Source, kind: &str, id: &str, row: &mut Row) {
        let Self { what, command, data, envelope, shared, verbatim } = self;
        let mut request = json!({
            "command": command,
            "data": data,
            "evidence": [source.evidence(None)],
            "note": source.note(kind, row.number, row.id.as_deref().unwrap_or_default(), verbatim),
        });
        if !shared {
            request["correlation_id"] =
                json!(CommandName::new(&source.name, row.id.as_deref().unwrap_or_default(), "row").as_str());
        }
        if let (Value::Object(fields), Value::Object(envelope)) = (&mut request, envelope) {
            fields.extend(envelope);
        }
        match parse(&request, Vec::new(), Vec::new()) {
            Ok(mut wish) => {
                wish.what = what.to_owned();
                wish.shared = shared;
                let stream = wish.request.command.stream();
                let about = if shared { stream.as_str() } else { id };
                wish.name(&CommandName::new(&source.name, about, what));
                if !row.wishes.iter().any(|other: &Wish| other.request.command_id == wish.request.command_id) {
                    row.wishes.push(wish);
                }
            }
            Err(error) => {
                let place = error.column.map(|at| format!("{what}{at}"));
                row.errors.push(RowError { column: place, ..error });
            }
        }
    }
}

/// Reads a request that was put together, with the column at fault where it cannot be read. `empty` are the columns
/// that gave nothing, by the place where their value would stand.
pub(crate) fn parse(request: &Value, origins: Vec<Origin>, empty: Vec<Origin>) -> Result<Wish, RowError> {
    match Request::of_value(request) {
        Ok(request) => Ok(Wish {
            what: String::new(),
            request: Arc::new(request),
            // A rule may ask for what an empty cell would have given; then that cell is the one to fill in.
            columns: origins.into_iter().chain(empty).collect(),
            shared: false,
            update: None,
            first_date_stays: false,
            flow_stays: false,
            old_from_ledger: false,
        }),
        Err(ParseError::Unreadable(error)) => Err(RowError::of_row(error)),
        Err(ParseError::Invalid(problem)) => {
            if problem.error.code == "missing_field"
                && let Some(columns) = columns_at(&empty, &problem.pointer)
            {
                return Err(RowError::at(columns, FieldError::new("cell_missing")));
            }
            let above = |(at, _): &&Origin| problem.pointer.starts_with(&**at);
            let origin = origins.iter().filter(above).max_by_key(|(at, _)| at.len());
            let column = origin.map_or(problem.pointer.clone(), |(_, column)| column.to_string());
            Err(RowError::at(column, of_row(problem.error)))
        }
    }
}

/// The columns whose values would stand at a place or within it, each once.
fn columns_at(origins: &[Origin], pointer: &str) -> Option<String> {
    let within = |at: &str| at.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let mut columns: Vec<&str> = Vec::new();
    for (_, column) in origins.iter().filter(|(at, _)| within(at)) {
        if !columns.contains(&&**column) {
            columns.push(column);
        }
    }
    (!columns.is_empty()).then(|| columns.join(", "))
}

/// What is wrong, for people who see a table and not the JSON that was made of it.
fn of_row(error: FieldError) -> FieldError {
    match error.code.as_str() {
        "invalid_field" => FieldError { code: "value_not_fitting".to_owned(), ..error },
        "object_expected" => FieldError::new("value_not_fitting").with("detail", "named fields are expected"),
        "no_text" => FieldError::new("text_missing"),
        _ => error,
    }
}
