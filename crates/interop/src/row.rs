//! What comes out of every importer: a row with its commands, or with what is wrong in it.

use std::sync::Arc;

use servanda_events::Request;
use servanda_events::dates::Instant;
use servanda_events::field_error::FieldError;
use servanda_events::ids::CommandId;

use crate::ids::CommandName;

/// Most commands that one row may make.
pub const WISHES_MAX: usize = 5_000;

/// A row of the input: of a table, an activity, a release.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Its number in the input, as a person counts: the first row of a table is its head.
    pub number: u64,
    /// The source's own id of it, as it stands there.
    pub id: Option<String>,
    /// What it asks to have recorded, in order. Empty where something is wrong with the row.
    pub wishes: Vec<Wish>,
    /// What is wrong with it. Nothing of such a row is recorded.
    pub errors: Vec<RowError>,
    /// What a person should know of it before it is recorded: a code with its values each.
    pub warnings: Vec<FieldError>,
    /// Why the mapping leaves the row out, if it does.
    pub left_out: Option<String>,
    /// When the source itself recorded it, where a recorded history is replayed.
    pub recorded_at: Option<Instant>,
}

/// Where a value came from: a JSON Pointer into the command, and the column.
pub type Origin = (Arc<str>, Arc<str>);

/// A command that a row makes.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What part of the row it is, in a word of the mapping: `signed`.
    pub what: String,
    /// The command, with an id that stays the same when the row comes again.
    pub request: Arc<Request>,
    /// Where each value came from.
    pub columns: Vec<Origin>,
    /// Whether rows have it in common, as they have a party. Its thing may be in the ledger already.
    pub shared: bool,
    /// Where records are published once and never change: the id of the correction that this record makes if an earlier
    /// one said otherwise.
    pub update: Option<CommandId>,
    /// Whether the day on which it was so is that of the first record that said it, and later ones only repeat it.
    pub first_date_stays: bool,
    /// Whether money stays in the flow in which it was first recorded, because the source names no flows and the
    /// importer sorts them.
    pub flow_stays: bool,
    /// Whether what an amendment replaces is to be read from the ledger, because the source does not say it.
    pub old_from_ledger: bool,
}

impl Wish {
    /// Gives the command its id.
    pub(crate) fn name(&mut self, name: &CommandName) {
        Arc::make_mut(&mut self.request).command_id = name.as_str().parse().ok();
    }

    /// The column from which a field of the command came.
    pub fn column(&self, pointer: &str) -> Option<&str> {
        let within = |at: &str| pointer == at || at.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/'));
        let exact = self.columns.iter().find(|(at, _)| **at == *pointer);
        let found = exact.or_else(|| self.columns.iter().find(|(at, _)| within(at)));
        let above =
            || self.columns.iter().find(|(at, _)| pointer.strip_prefix(&**at).is_some_and(|r| r.starts_with('/')));
        found.or_else(above).map(|(_, column)| &**column)
    }
}

/// What is wrong in a row, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The column, or the path within the activity or release.
    pub column: Option<String>,
    /// What is wrong: a code with its values.
    pub error: FieldError,
}

impl RowError {
    /// An error in a column.
    pub fn at(column: impl Into<String>, error: FieldError) -> Self {
        Self { column: Some(column.into()), error }
    }

    /// An error of the row as such.
    pub fn of_row(error: FieldError) -> Self {
        Self { column: None, error }
    }
}
