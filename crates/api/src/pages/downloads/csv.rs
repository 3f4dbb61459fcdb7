//! A sheet as comma-separated values by RFC 4180: a head of names and values, an empty line, the names of the columns,
//! the rows. Every line has the same number of fields.
//!
//! Deliberately absent: a byte order mark, which other programs than one take for part of the first name.

use super::{Head, exact, harmless};
use crate::pages::sheet::{Cell, Kind, Sheet};

/// The file.
pub(super) fn written(head: &Head, sheet: &Sheet) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let names: Vec<String> = sheet.columns.iter().flat_map(|column| names(&column.name, column.kind)).collect();
    let wide = names.len().max(2);
    let mut line = |mut fields: Vec<String>| {
        fields.resize(wide, String::new());
        writer.write_record(fields)
    };
    for (name, value) in &head.lines {
        line(vec![harmless(name), harmless(value)])?;
    }
    line(Vec::new())?;
    line(names.iter().map(|name| harmless(name)).collect())?;
    for row in &sheet.rows {
        let cells = row.iter().zip(&sheet.columns);
        line(cells.flat_map(|(cell, column)| fields(cell.value(), column.kind)).collect())?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The names of a column's fields.
fn names(name: &str, kind: Kind) -> Vec<String> {
    match kind {
        Kind::Of => vec![name.to_owned(), format!("{name} /")],
        _ => vec![name.to_owned()],
    }
}

fn fields(cell: &Cell, kind: Kind) -> Vec<String> {
    match (cell, kind) {
        (Cell::Of { part, whole }, _) => vec![part.to_string(), whole.to_string()],
        (_, Kind::Of) => vec![exact(cell), String::new()],
        // A number that begins with a minus is no formula.
        (Cell::Count(_) | Cell::Amount(_) | Cell::Share(_), _) => vec![exact(cell)],
        _ => vec![harmless(&exact(cell))],
    }
}
