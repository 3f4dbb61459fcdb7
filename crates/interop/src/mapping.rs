//! A mapping: the file that says what the columns of a table mean.
//!
//! It names the source, the columns that identify a row, and the commands that a row makes. `docs/importing.md` shows
//! one from the first line to the last. A key that nobody knows is refused, with what may have been meant.
//!
//! Deliberately absent: expressions. What cannot be said by columns, value maps and fixed values is prepared in the
//! table.

mod fields;
mod written;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;
use servanda_events::dates::Instant;
use servanda_events::ids::LedgerName;

use crate::delimited::Form;
use crate::error::MappingError;
use crate::source::Source;
use crate::template::{Field, Words, fixed_value};

use self::written::{Written, conditions};

/// Most bytes of a mapping.
pub const MAPPING_BYTES_MAX: usize = 1024 * 1024;

/// That rows are recorded at the times at which their source recorded them, into a new ledger of a name of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// The column with the time.
    pub recorded_at: String,
    /// The name of the ledger.
    pub ledger: LedgerName,
}

/// A value map that is read from a table beside the input.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The file, in the folder of the input.
    pub file: String,
    /// The column of the words.
    pub key: String,
    /// The column of what they mean.
    pub value: String,
}

/// One command per item of a list in a cell.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Each {
    pub(crate) column: String,
    pub(crate) separator: String,
    #[serde(default)]
    pub(crate) default: Option<String>,
    /// Only items that this value map knows.
    #[serde(default)]
    pub(crate) within: Option<String>,
}

/// What a cell must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    Filled(bool),
    OneOf(Vec<String>),
    NoneOf(Vec<String>),
}

/// Conditions on columns, all of which must hold.
pub(crate) type When = Vec<(String, Condition)>;

/// A command that each row makes.
#[derive(Debug, Clone)]
pub(crate) struct CommandMap {
    pub(crate) what: String,
    pub(crate) command: String,
    pub(crate) when: When,
    pub(crate) id: Vec<String>,
    pub(crate) each: Option<Each>,
    pub(crate) shared: bool,
    pub(crate) data: Vec<Field>,
    pub(crate) envelope: Vec<Field>,
    /// The columns that both name.
    pub(crate) columns: Vec<String>,
}

/// A command that does not depend on any row.
#[derive(Debug, Clone)]
pub(crate) struct Fixed {
    pub(crate) what: String,
    pub(crate) command: String,
    pub(crate) data: serde_json::Value,
    pub(crate) envelope: serde_json::Value,
    pub(crate) at: Option<Instant>,
    pub(crate) url: Option<String>,
}

/// A mapping, checked as far as it can be without its table.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The source.
    pub source: Source,
    /// How the table is written.
    pub form: Form,
    /// The sheet of a workbook; the first where none is named.
    pub sheet: Option<String>,
    /// Whether the source's own times of recording are played.
    pub replay: Option<Replay>,
    /// Value maps that stand in tables beside the input.
    pub lookups: BTreeMap<String, Lookup>,
    pub(crate) id: Vec<String>,
    pub(crate) verbatim: Vec<String>,
    pub(crate) url: Option<String>,
    pub(crate) maps: HashMap<String, Words>,
    pub(crate) leave_out: Vec<(When, String)>,
    pub(crate) fixed: Vec<Fixed>,
    pub(crate) commands: Vec<CommandMap>,
}

impl Mapping {
    /// Reads a mapping from its text.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        if text.len() > MAPPING_BYTES_MAX {
            return Err(MappingError::at("the mapping", format!("it is longer than {MAPPING_BYTES_MAX} bytes")));
        }
        let written: Written = toml::from_str(text).map_err(|error| MappingError::of_toml(&error))?;
        written.source.check()?;
        let table = written.table;
        let delimiter = u8::try_from(table.delimiter).ok().filter(u8::is_ascii);
        let delimiter =
            delimiter.ok_or_else(|| MappingError::at("table.delimiter", "give one ASCII sign, such as \";\""))?;
        if crate::decode::encoding(&table.encoding).is_none() {
            let told = "no such encoding; `utf-8`, `windows-1251` and `utf-16le` are some";
            return Err(MappingError::at("table.encoding", told));
        }
        if table.id.is_empty() {
            return Err(MappingError::at("table.id", "name the column by which the source knows a row again"));
        }
        let mut maps = HashMap::new();
        for (name, words) in written.maps {
            let place = format!("maps.{name}");
            let meaning = |(word, value): (String, toml::Value)| Ok((word, fixed_value(&value, &place)?));
            maps.insert(name, words.into_iter().map(meaning).collect::<Result<Words, MappingError>>()?);
        }
        let leave_out = written.leave_out.into_iter();
        let fixed = written.fixed.into_iter().map(Fixed::of);
        let commands = written.command.into_iter().map(CommandMap::of);
        let mapping = Self {
            source: written.source,
            form: Form { encoding: table.encoding, delimiter, open_end: table.open_end },
            sheet: table.sheet,
            replay: written.replay,
            lookups: written.lookups,
            id: table.id,
            verbatim: table.verbatim,
            url: table.url,
            maps,
            leave_out: leave_out
                .map(|left| Ok((conditions(&left.when, "leave_out.when")?, left.reason)))
                .collect::<Result<_, MappingError>>()?,
            fixed: fixed.collect::<Result<_, _>>()?,
            commands: commands.collect::<Result<_, _>>()?,
        };
        mapping.check()?;
        Ok(mapping)
    }

    fn check(&self) -> Result<(), MappingError> {
        if self.commands.is_empty() {
            return Err(MappingError::at("command", "say with [[command]] what a row records"));
        }
        let mut named = HashSet::new();
        let whats = self.fixed.iter().map(|fixed| &fixed.what).chain(self.commands.iter().map(|command| &command.what));
        for what in whats {
            if !named.insert(what) {
                return Err(MappingError::at("command.what", format!("`{what}` stands there twice")));
            }
        }
        let mut maps = Vec::new();
        for command in &self.commands {
            command.data.iter().chain(&command.envelope).for_each(|field| field.template.maps(&mut maps));
            maps.extend(command.each.iter().filter_map(|each| each.within.clone()));
        }
        fields::check(self)?;
        match maps.iter().find(|name| !self.maps.contains_key(*name) && !self.lookups.contains_key(*name)) {
            Some(unknown) => Err(MappingError::at("map", format!("there is no [maps.{unknown}] and no such lookup"))),
            None => Ok(()),
        }
    }

    /// Every column that it names, each once.
    pub(crate) fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = self.id.iter().chain(&self.verbatim).chain(&self.url).cloned().collect();
        columns.extend(self.replay.iter().map(|replay| replay.recorded_at.clone()));
        for (when, _) in &self.leave_out {
            columns.extend(when.iter().map(|(column, _)| column.clone()));
        }
        for command in &self.commands {
            columns.extend(command.when.iter().map(|(column, _)| column.clone()));
            columns.extend(command.id.iter().cloned());
            columns.extend(command.each.iter().map(|each| each.column.clone()));
            columns.extend(command.columns.iter().cloned());
        }
        let mut seen = HashSet::new();
        columns.retain(|column| seen.insert(column.clone()));
        columns
    }
}
