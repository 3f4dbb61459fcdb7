//! Rows of a table through a mapping, into commands.
//!
//! A row with anything wrong in it makes no command at all, so that nothing half-read is recorded.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};

use serde_json::{Value, json};
use servanda_events::dates::Instant;
use servanda_events::field_error::FieldError;

use crate::delimited::{Cells, rows};
use crate::error::{InputError, alike};
use crate::filling::Filling;
use crate::ids::{CommandName, Seen, slug};
use crate::mapping::{CommandMap, Condition, Fixed, Lookup, Mapping, When};
use crate::row::{Row, RowError, WISHES_MAX, Wish};
use crate::shared::Shared;
use crate::template::Words;
use crate::wanted::parse;

/// Most words of a value map beside the input.
const LOOKUP_WORDS_MAX: usize = 1_000_000;

/// Opens a file beside the input by its name.
pub type Open<'o> = dyn FnMut(&str) -> io::Result<Box<dyn Read>> + 'o;

/// The rows of a table as commands.
pub struct Table<I> {
    mapping: Mapping,
    rows: I,
    columns: HashMap<String, usize>,
    /// The columns that the mapping names.
    named: HashSet<String>,
    fixed: std::vec::IntoIter<Fixed>,
    shared: Shared,
    /// Ids of rows that were read, where each may come once.
    seen: Seen,
    ended: bool,
}

impl<I: Iterator<Item = Result<Cells, InputError>>> Table<I> {
    /// Puts rows through a mapping; the first of them is the head.
    pub fn new(mut mapping: Mapping, mut rows: I, open: &mut Open<'_>) -> Result<Self, InputError> {
        let head = rows.next().ok_or(InputError::Empty)??;
        let columns = head_of(&head.cells)?;
        let named: HashSet<String> = mapping.columns().into_iter().collect();
        if let Some(column) = mapping.columns().into_iter().find(|column| !columns.contains_key(column)) {
            let suggestion = alike(&column, columns.keys().map(String::as_str)).map(str::to_owned);
            return Err(InputError::ColumnMissing { column, suggestion, found: head.cells });
        }
        for (name, lookup) in &mapping.lookups {
            let words = look_up(lookup, open)?;
            mapping.maps.insert(name.clone(), words);
        }
        let fixed = mapping.fixed.clone().into_iter();
        let shared = Shared::new("things that rows have in common");
        Ok(Self { mapping, rows, columns, named, fixed, shared, seen: Seen::default(), ended: false })
    }

    fn row(&mut self, cells: &Cells) -> Result<Row, InputError> {
        // What is wrong in a column that nobody asks for is nobody's trouble.
        let asked = |error: &&RowError| error.column.as_ref().is_none_or(|column| self.named.contains(column));
        let errors = cells.errors.iter().filter(asked).cloned().collect();
        let mut row = Row { number: cells.number, errors, warnings: cells.warnings.clone(), ..Row::default() };
        let filling = self.filling(cells);
        let id: Vec<&str> = self.mapping.id.iter().map(|column| filling.cell(column)).collect();
        if id.iter().any(|part| part.is_empty()) {
            row.errors.push(RowError::at(self.mapping.id.join(", "), FieldError::new("row_id_missing")));
        }
        let id = id.join("/");
        row.id = Some(id.clone()).filter(|id| !id.is_empty());
        // A history has many rows of one thing; a table has one.
        let left_out = self.mapping.leave_out.iter().find(|(when, _)| holds(when, &filling));
        let left_out = left_out.map(|(_, reason)| reason.clone());
        let at = self.mapping.replay.as_ref().map(|replay| filling.cell(&replay.recorded_at).parse::<Instant>());
        let twice = self.mapping.replay.is_none() && row.id.is_some() && !self.seen.is_new(&id);
        if left_out.is_some() {
            row.left_out = left_out;
            row.errors.clear();
            row.warnings.clear();
            return Ok(row);
        }
        if twice {
            row.errors
                .push(RowError::at(self.mapping.id.join(", "), FieldError::new("row_id_twice").with("value", &id)));
        }
        if let (Some(replay), Some(at)) = (&self.mapping.replay, at) {
            match at {
                Ok(at) => row.recorded_at = Some(at),
                Err(error) => row.errors.push(RowError::at(replay.recorded_at.clone(), error)),
            }
        }
        let mut repeated = Vec::new();
        if row.errors.is_empty() {
            for at in 0..self.mapping.commands.len() {
                self.command(at, cells, &id, &mut row, &mut repeated);
            }
        }
        self.shared.learn(repeated);
        self.shared.end(row)
    }

    fn filling<'a>(&'a self, cells: &'a Cells) -> Filling<'a> {
        Filling {
            columns: &self.columns,
            cells: &cells.cells,
            numbers: &cells.numbers,
            maps: &self.mapping.maps,
            item: None,
            errors: Vec::new(),
            origins: Vec::new(),
            empty: Vec::new(),
        }
    }

    fn command(&self, at: usize, cells: &Cells, id: &str, row: &mut Row, repeated: &mut Vec<String>) {
        let command = &self.mapping.commands[at];
        let filling = self.filling(cells);
        if !holds(&command.when, &filling) {
            return;
        }
        let parts: Vec<&str> = command.id.iter().map(|column| filling.cell(column)).collect();
        let id = if parts.is_empty() { id.to_owned() } else { parts.join("/") };
        let Some(each) = &command.each else {
            return self.one(command, filling, (&id, &command.what), row, repeated);
        };
        let text = match filling.cell(&each.column) {
            "" => each.default.as_deref().unwrap_or_default(),
            text => text,
        };
        let words = each.within.as_ref().and_then(|within| self.mapping.maps.get(within));
        for item in text.split(each.separator.as_str()).map(str::trim).filter(|item| !item.is_empty()) {
            if each.within.is_some() && !words.is_some_and(|words| words.contains_key(item)) {
                continue;
            }
            let mut filling = self.filling(cells);
            filling.item = Some((item, &each.column));
            let what = format!("{}-{}", command.what, slug("", item));
            self.one(command, filling, (&id, &what), row, repeated);
        }
    }

    /// One command, about the source's id of the thing and with a word of the mapping. Words about a thing that an
    /// earlier row entered come into `repeated`.
    fn one(
        &self,
        command: &CommandMap,
        mut filling: Filling<'_>,
        (id, what): (&str, &str),
        row: &mut Row,
        repeated: &mut Vec<String>,
    ) {
        let words = if command.shared { told(command, &filling) } else { String::new() };
        if command.shared && self.shared.knows(&words) {
            return;
        }
        let data = Value::Object(filling.fill_fields(&command.data));
        let envelope = filling.fill_fields(&command.envelope);
        let verbatim: Vec<(&str, &str)> = self.mapping.verbatim.iter().map(|c| (c.as_str(), filling.cell(c))).collect();
        let verbatim: Vec<(&str, &str)> = verbatim.into_iter().filter(|(_, words)| !words.is_empty()).collect();
        let source = &self.mapping.source;
        let url = self.mapping.url.as_ref().map(|column| filling.cell(column)).filter(|url| !url.is_empty());
        let verbatim = if command.shared { &[][..] } else { &verbatim };
        let url = url.filter(|_| !command.shared);
        let note = source.note("row", row.number, row.id.as_deref().unwrap_or_default(), verbatim);
        let mut request = json!({
            "command": command.command,
            "data": data,
            "note": note,
            "evidence": [source.evidence(url)],
        });
        if !command.shared {
            request["correlation_id"] =
                json!(CommandName::new(&source.name, row.id.as_deref().unwrap_or_default(), "row").as_str());
        }
        if let Value::Object(fields) = &mut request {
            fields.extend(envelope);
        }
        // Commands that ask for the same cell find the same fault in it.
        for error in filling.errors {
            if !row.errors.contains(&error) {
                row.errors.push(error);
            }
        }
        if !row.errors.is_empty() {
            return;
        }
        let parsed = parse(&request, filling.origins, filling.empty);
        let mut wish = match parsed {
            Ok(wish) => wish,
            Err(error) if row.errors.contains(&error) => return,
            Err(error) => return row.errors.push(error),
        };
        wish.what = what.to_owned();
        wish.shared = command.shared;
        let stream = wish.request.command.stream();
        if command.shared && self.shared.has(stream.as_str()) {
            return repeated.push(words);
        }
        let name = if command.shared {
            CommandName::new(&source.name, stream.as_str(), &command.what)
        } else {
            CommandName::new(&source.name, id, what)
        };
        wish.name(&name);
        let twice = |other: &Wish| other.request.command_id == wish.request.command_id;
        if !row.wishes.iter().any(twice) {
            if row.wishes.len() >= WISHES_MAX {
                let error = FieldError::new("row_makes_too_much").with("max", &WISHES_MAX.to_string());
                return row.errors.push(RowError::of_row(error));
            }
            row.wishes.push(wish);
        }
    }

    fn fixed_row(&self, fixed: &Fixed) -> Row {
        let source = &self.mapping.source;
        let mut request = json!({
            "command": fixed.command,
            "data": fixed.data,
            "note": format!("{}, mapping ({})", source.name, fixed.what),
            "evidence": [source.evidence(fixed.url.as_deref())],
        });
        if let (Value::Object(fields), Value::Object(envelope)) = (&mut request, &fixed.envelope) {
            fields.extend(envelope.clone());
        }
        let mut row = Row { id: Some(fixed.what.clone()), recorded_at: fixed.at, ..Row::default() };
        match parse(&request, Vec::new(), Vec::new()) {
            Ok(mut wish) => {
                wish.what.clone_from(&fixed.what);
                wish.name(&CommandName::new(&source.name, "mapping", &fixed.what));
                row.wishes.push(wish);
            }
            Err(error) => row.errors.push(error),
        }
        row
    }
}

impl<I: Iterator<Item = Result<Cells, InputError>>> Iterator for Table<I> {
    type Item = Result<Row, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        if let Some(fixed) = self.fixed.next() {
            return Some(Ok(self.fixed_row(&fixed)));
        }
        let row = self.rows.next().map(|cells| cells.and_then(|cells| self.row(&cells)));
        self.ended = !matches!(row, Some(Ok(_)));
        row
    }
}

/// All that a command is made of: the same words make the same command.
fn told(command: &CommandMap, filling: &Filling<'_>) -> String {
    let (item, _) = filling.item.unwrap_or_default();
    let mut words = format!("{}\u{0}{item}", command.what);
    for column in &command.columns {
        words.push('\u{0}');
        words.push_str(filling.cell(column));
    }
    words
}

fn holds(when: &When, filling: &Filling<'_>) -> bool {
    when.iter().all(|(column, condition)| {
        let cell = filling.cell(column);
        match condition {
            Condition::Filled(filled) => cell.is_empty() != *filled,
            Condition::OneOf(words) => words.iter().any(|word| word == cell),
            Condition::NoneOf(words) => words.iter().all(|word| word != cell),
        }
    })
}

fn head_of(head: &[String]) -> Result<HashMap<String, usize>, InputError> {
    let mut columns = HashMap::new();
    for (at, name) in head.iter().enumerate() {
        let name = name.trim().to_owned();
        if !name.is_empty() && columns.insert(name.clone(), at).is_some() {
            return Err(InputError::ColumnTwice { column: name });
        }
    }
    Ok(columns)
}

fn look_up(lookup: &Lookup, open: &mut Open<'_>) -> Result<Words, InputError> {
    let form = crate::delimited::Form { encoding: "utf-8".to_owned(), delimiter: b',', open_end: false };
    let file = open(&lookup.file)
        .map_err(|error| io::Error::new(error.kind(), format!("{}, beside the input: {error}", lookup.file)))?;
    let mut rows = rows(file, &form)?;
    let head = rows.next().ok_or(InputError::Empty)??;
    let columns = head_of(&head.cells)?;
    let column = |name: &String| {
        let missing =
            || InputError::ColumnMissing { column: name.clone(), suggestion: None, found: head.cells.clone() };
        columns.get(name).copied().ok_or_else(missing)
    };
    let (key, value) = (column(&lookup.key)?, column(&lookup.value)?);
    let mut words = Words::new();
    for row in rows {
        let row = row?;
        if row.errors.iter().any(|error| error.error.code == "last_line_open") {
            return Err(InputError::LastLineOpen { file: lookup.file.clone() });
        }
        if let (Some(word), Some(meaning)) = (row.cells.get(key), row.cells.get(value)) {
            words.insert(word.trim().to_owned(), Value::from(meaning.trim()));
        }
        if words.len() > LOOKUP_WORDS_MAX {
            return Err(InputError::TooMany { what: "words of a lookup", max: LOOKUP_WORDS_MAX as u64 });
        }
    }
    Ok(words)
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
