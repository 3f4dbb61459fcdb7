//! A mapping as it is written, and what it comes to.

use std::collections::BTreeMap;

use serde::Deserialize;
use servanda_events::Command;
use servanda_events::dates::Instant;

use super::{CommandMap, Condition, Each, Fixed, Lookup, Replay, When};
use crate::error::{MappingError, alike};
use crate::source::Source;
use crate::template::{Field, Template, fixed_value};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) source: Source,
    pub(super) table: WrittenTable,
    #[serde(default)]
    pub(super) replay: Option<Replay>,
    #[serde(default)]
    pub(super) maps: BTreeMap<String, BTreeMap<String, toml::Value>>,
    #[serde(default)]
    pub(super) lookups: BTreeMap<String, Lookup>,
    #[serde(default)]
    pub(super) leave_out: Vec<WrittenLeaveOut>,
    #[serde(default)]
    pub(super) fixed: Vec<WrittenFixed>,
    #[serde(default)]
    pub(super) command: Vec<WrittenCommand>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenTable {
    pub(super) id: Vec<String>,
    #[serde(default = "utf8")]
    pub(super) encoding: String,
    #[serde(default = "comma")]
    pub(super) delimiter: char,
    #[serde(default)]
    pub(super) open_end: bool,
    #[serde(default)]
    pub(super) sheet: Option<String>,
    #[serde(default)]
    pub(super) verbatim: Vec<String>,
    #[serde(default)]
    pub(super) url: Option<String>,
}

fn utf8() -> String {
    "utf-8".to_owned()
}

fn comma() -> char {
    ','
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenLeaveOut {
    pub(super) when: BTreeMap<String, toml::Value>,
    pub(super) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenFixed {
    pub(super) what: String,
    pub(super) command: String,
    pub(super) data: toml::Table,
    #[serde(default)]
    pub(super) envelope: toml::Table,
    #[serde(default)]
    pub(super) at: Option<Instant>,
    #[serde(default)]
    pub(super) url: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenCommand {
    pub(super) what: String,
    pub(super) command: String,
    #[serde(default)]
    pub(super) when: BTreeMap<String, toml::Value>,
    #[serde(default)]
    pub(super) id: Vec<String>,
    #[serde(default)]
    pub(super) each: Option<Each>,
    #[serde(default)]
    pub(super) shared: bool,
    pub(super) data: toml::Table,
    #[serde(default)]
    pub(super) envelope: toml::Table,
}

pub(super) fn conditions(when: &BTreeMap<String, toml::Value>, place: &str) -> Result<When, MappingError> {
    let condition = |(column, value): (&String, &toml::Value)| {
        let told = || {
            let forms = "give true (filled), false (empty), words, or { not = [words] }";
            MappingError::at(&format!("{place}.{column}"), forms)
        };
        let word = |value: &toml::Value| value.as_str().map(str::to_owned).ok_or_else(told);
        let words = |value: &toml::Value| match value {
            toml::Value::Array(words) => words.iter().map(word).collect(),
            value => Ok(vec![word(value)?]),
        };
        let condition = match value {
            toml::Value::Boolean(filled) => Condition::Filled(*filled),
            toml::Value::Table(table) if table.len() == 1 => {
                Condition::NoneOf(words(table.get("not").ok_or_else(told)?)?)
            }
            value => Condition::OneOf(words(value)?),
        };
        Ok((column.clone(), condition))
    };
    when.iter().map(condition).collect()
}

fn known_command(name: &str) -> Result<(), MappingError> {
    if Command::NAMES.contains(&name) {
        return Ok(());
    }
    let meant = alike(name, Command::NAMES.iter().copied());
    let meant = meant.map(|meant| format!(" (did you mean `{meant}`?)")).unwrap_or_default();
    Err(MappingError::at("command", format!("there is no command `{name}`{meant}; `servanda schema` lists them")))
}

/// The fields of a table; `pointer` is where the table stands in the command.
fn fields(table: &toml::Table, place: &str, pointer: &str) -> Result<Vec<Field>, MappingError> {
    let field = |(key, value): (&String, &toml::Value)| {
        let template = Template::of(value, &format!("{place}.{key}"))?;
        Ok(Field { name: key.clone(), pointer: format!("{pointer}/{key}").into(), template })
    };
    table.iter().map(field).collect()
}

/// Keys of an envelope that a mapping may set; the rest is the importer's.
fn envelope(table: &toml::Table, place: &str) -> Result<Vec<Field>, MappingError> {
    const KEYS: [&str; 4] = ["occurred_on", "effective_on", "reported_by", "demonstration"];
    if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let told = format!("`{unknown}` cannot be set here; {} can", KEYS.join(", "));
        return Err(MappingError::at(&format!("{place}.envelope"), told));
    }
    fields(table, &format!("{place}.envelope"), "")
}

impl CommandMap {
    pub(super) fn of(written: WrittenCommand) -> Result<Self, MappingError> {
        let place = format!("command `{}`", written.what);
        known_command(&written.command)?;
        let data = fields(&written.data, &format!("{place}.data"), "/data")?;
        let envelope = envelope(&written.envelope, &place)?;
        let mut columns = Vec::new();
        data.iter().chain(&envelope).for_each(|field| field.template.columns(&mut columns));
        Ok(Self {
            when: conditions(&written.when, &format!("{place}.when"))?,
            columns,
            data,
            envelope,
            what: written.what,
            command: written.command,
            id: written.id,
            each: written.each,
            shared: written.shared,
        })
    }
}

impl Fixed {
    pub(super) fn of(written: WrittenFixed) -> Result<Self, MappingError> {
        let place = format!("fixed `{}`", written.what);
        known_command(&written.command)?;
        envelope(&written.envelope, &place)?;
        Ok(Self {
            data: fixed_value(&toml::Value::Table(written.data), &place)?,
            envelope: fixed_value(&toml::Value::Table(written.envelope), &place)?,
            what: written.what,
            command: written.command,
            at: written.at,
            url: written.url,
        })
    }
}
