//! A table that was sent: how it is written, its head, its rows as commands.
//!
//! How a CSV file is written is proposed from its first line and shown to the person; nothing is recorded before they
//! saw what its rows come to. Deliberately absent: files beside the table, which a mapping on the command line may
//! name.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Read};

use axum::http::StatusCode;
use servanda_events::ids::{Family, PartyId};
use servanda_interop::delimited::{self, Cells};
use servanda_interop::mapping::Mapping;
use servanda_interop::table::Table;
use servanda_interop::{InputError, MappingError, Row, workbook};
use servanda_projector::Reader;

use super::kinds::{self, Columns, Kind, Written};
use crate::pages::record::drafts::batches::Batch;
use crate::pages::record::form::Answers;
use crate::problem::Problem;

/// Most rows of a table that is imported from a page; more go by the command line.
pub(crate) const ROWS_MAX: usize = 5_000;
/// Most different names of parties that are looked up.
const NAMES_MAX: usize = 1_000;

/// Rows of a table.
type Lines = Box<dyn Iterator<Item = Result<Cells, InputError>> + Send>;

/// Whether the file is a workbook.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK")
}

/// That the table cannot be read. The words are those of the importer.
pub(crate) fn unreadable(error: &InputError) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "table_unreadable").with("detail", error)
}

fn unusable(error: &MappingError) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "mapping_unusable").with("detail", error)
}

/// The sheets of a workbook; none of any other table.
pub(crate) fn sheets(bytes: &[u8]) -> Result<Vec<String>, Problem> {
    if !is_workbook(bytes) {
        return Ok(Vec::new());
    }
    workbook::sheets(Cursor::new(bytes)).map_err(|error| unreadable(&error))
}

/// How a table is written, as far as its own bytes and the person say.
pub(crate) fn written(batch: &Batch) -> Written {
    let name = batch.name.clone();
    if is_workbook(&batch.file) {
        let sheet = batch.answers.text("sheet");
        let sheet = (!sheet.is_empty()).then(|| sheet.to_owned());
        return Written { name, encoding: "utf-8", delimiter: ',', sheet };
    }
    let encoding = if std::str::from_utf8(&batch.file).is_ok() { "utf-8" } else { "windows-1251" };
    let first: Vec<u8> = batch.file.iter().copied().take_while(|byte| *byte != b'\n').collect();
    let count = |delimiter: char| first.iter().filter(|byte| char::from(**byte) == delimiter).count();
    // The first of these wins where several stand there equally often.
    let delimiter = [';', '\t', ','].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(';');
    Written { name, encoding, delimiter, sheet: None }
}

fn lines(bytes: &[u8], written: &Written) -> Result<Lines, InputError> {
    let input = Cursor::new(bytes.to_vec());
    if is_workbook(bytes) {
        return Ok(Box::new(workbook::rows(input, written.sheet.as_deref())?));
    }
    let delimiter = u8::try_from(written.delimiter).unwrap_or(b';');
    let form = delimited::Form { encoding: written.encoding.to_owned(), delimiter, open_end: false };
    Ok(Box::new(delimited::rows(input, &form)?))
}

/// The names of a table's columns.
pub(crate) fn head(batch: &Batch) -> Result<Vec<String>, Problem> {
    let mut lines = lines(&batch.file, &written(batch)).map_err(|error| unreadable(&error))?;
    let head = lines.next().unwrap_or(Err(InputError::Empty)).map_err(|error| unreadable(&error))?;
    Ok(head.cells.into_iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect())
}

/// What the rows of a table are, in the words of a mapping.
pub(crate) fn mapping(batch: &Batch, reader: &Reader<'_>) -> Result<Mapping, Problem> {
    let own = batch.answers.text("own-mapping");
    if !own.is_empty() {
        let mapping = Mapping::parse(own).map_err(|error| unusable(&error))?;
        if mapping.replay.is_some() || !mapping.lookups.is_empty() {
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "mapping_for_command_line"));
        }
        return Ok(mapping);
    }
    let kind = kinds::kind(batch.answers.text("kind"));
    let kind = kind.ok_or_else(|| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "columns_missing"))?;
    let missing =
        |target: &&kinds::Target| target.needed && batch.answers.text(&format!("column-{}", target.name)).is_empty();
    if kind.targets.iter().any(|target| missing(&target)) {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "columns_missing"));
    }
    let source = kinds::source_name(batch.answers.text("source"));
    let columns = Columns { answers: &batch.answers, source: &source };
    let parties = parties(batch, kind, reader)?;
    Mapping::parse(&kinds::mapping(kind, &columns, &written(batch), &parties)).map_err(|error| unusable(&error))
}

/// What the words in the columns of parties mean: an id of the ledger, or a name that one party has in some language.
fn parties(batch: &Batch, kind: &Kind, reader: &Reader<'_>) -> Result<BTreeMap<String, String>, Problem> {
    let named = |target: &&kinds::Target| target.parties;
    let columns: Vec<&str> = kind
        .targets
        .iter()
        .filter(named)
        .map(|target| batch.answers.text(&format!("column-{}", target.name)))
        .collect();
    let mut words = BTreeSet::new();
    let mut lines = lines(&batch.file, &written(batch)).map_err(|error| unreadable(&error))?;
    let head = lines.next().unwrap_or(Err(InputError::Empty)).map_err(|error| unreadable(&error))?;
    let places: Vec<usize> =
        (0..head.cells.len()).filter(|place| columns.contains(&head.cells[*place].trim())).collect();
    for line in lines.take(ROWS_MAX) {
        let line = line.map_err(|error| unreadable(&error))?;
        let cells = places.iter().filter_map(|place| line.cells.get(*place));
        words.extend(
            cells.flat_map(|cell| cell.split(';')).map(|word| word.trim().to_owned()).filter(|w| !w.is_empty()),
        );
        if words.len() > NAMES_MAX {
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too_many_names").with("max", &NAMES_MAX));
        }
    }
    let mut meant = BTreeMap::new();
    for word in words {
        if let Some(party) = party(reader, &word)? {
            meant.insert(word, party.to_string());
        }
    }
    Ok(meant)
}

/// The one party that a word means; none where it is unknown, or means several.
fn party(reader: &Reader<'_>, word: &str) -> Result<Option<PartyId>, Problem> {
    if let Ok(id) = word.parse::<PartyId>()
        && reader.party(&id)?.is_some()
    {
        return Ok(Some(id));
    }
    let same = |text: &str| text.to_lowercase() == word.to_lowercase();
    let hits = reader.search(word, 50)?.into_iter().filter(|hit| hit.family == Family::Party && same(&hit.text));
    let found: BTreeSet<String> = hits.map(|hit| hit.id).collect();
    Ok(if found.len() == 1 { found.first().and_then(|id| id.parse().ok()) } else { None })
}

/// The rows of a table as commands, through its mapping.
pub(crate) fn rows(batch: &Batch, mapping: &Mapping) -> Result<Vec<Row>, Problem> {
    let lines = lines_of(batch, mapping)?;
    let mut beside = |_: &str| -> io::Result<Box<dyn Read>> { Err(io::ErrorKind::NotFound.into()) };
    let table = Table::new(mapping.clone(), lines, &mut beside).map_err(|error| unreadable(&error))?;
    let mut rows = Vec::new();
    for row in table {
        if rows.len() >= ROWS_MAX {
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "table_too_long").with("max", &ROWS_MAX));
        }
        rows.push(row.map_err(|error| unreadable(&error))?);
    }
    Ok(rows)
}

/// The rows of a table as they stand there, its head first.
pub(crate) fn cells(batch: &Batch, mapping: &Mapping) -> Result<Vec<Cells>, Problem> {
    let lines = lines_of(batch, mapping)?.take(ROWS_MAX + 1);
    lines.map(|line| line.map_err(|error| unreadable(&error))).collect()
}

fn lines_of(batch: &Batch, mapping: &Mapping) -> Result<Lines, Problem> {
    // A mapping of the person's own says how the table is written.
    let read = if !is_workbook(&batch.file) && !batch.answers.text("own-mapping").is_empty() {
        delimited::rows(Cursor::new(batch.file.clone()), &mapping.form).map(|rows| -> Lines { Box::new(rows) })
    } else {
        let mut written = written(batch);
        written.sheet = written.sheet.or_else(|| mapping.sheet.clone());
        lines(&batch.file, &written)
    };
    read.map_err(|error| unreadable(&error))
}

/// What tells tables of one kind apart: their head.
pub(crate) fn head_key(kind: &str, head: &[String]) -> String {
    use sha2::Digest as _;
    let text = head.join("\u{1f}");
    format!("{kind}:{}", crate::token::hex(&sha2::Sha256::digest(text.as_bytes())))
}

/// Columns whose names are those of what they give, proposed where nothing is remembered.
pub(crate) fn proposed(kind: &Kind, head: &[String]) -> Answers {
    let alike = |target: &str| head.iter().find(|name| name.to_lowercase() == target).cloned();
    let found = kind.targets.iter().filter_map(|target| Some((format!("column-{}", target.name), alike(target.name)?)));
    found.collect()
}
