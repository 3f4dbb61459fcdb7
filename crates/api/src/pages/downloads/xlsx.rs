//! A sheet as a workbook: the rows on one page, what the file says of itself on another. An amount stands twice, as a
//! number to reckon with and as a text with all its digits, because a spreadsheet keeps only fifteen of them.
//!
//! Deliberately absent: formulas, links, looks.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::{Head, exact};
use crate::pages::sheet::{Cell, Kind, Sheet};

/// The file.
pub(super) fn written(head: &Head, sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let rows = workbook.add_worksheet().set_name("rows")?;
    let names = sheet.columns.iter().flat_map(|column| names(&column.name, column.kind));
    for (place, name) in (0..).zip(names) {
        rows.write_string_with_format(0, place, name, &bold)?;
    }
    for (place, row) in (1..).zip(&sheet.rows) {
        let mut column = 0;
        for (cell, of) in row.iter().zip(&sheet.columns) {
            column = write(rows, place, column, cell.value(), of.kind)?;
        }
    }
    rows.set_freeze_panes(1, 0)?;
    let about = workbook.add_worksheet().set_name("about")?;
    for (place, (name, value)) in (0..).zip(&head.lines) {
        about.write_string_with_format(place, 0, name, &bold)?;
        about.write_string(place, 1, value)?;
    }
    workbook.save_to_buffer()
}

/// The names of a column's fields.
fn names(name: &str, kind: Kind) -> Vec<String> {
    match kind {
        Kind::Of => vec![name.to_owned(), format!("{name} /")],
        Kind::Amount => vec![name.to_owned(), format!("{name} (=)")],
        Kind::Text | Kind::Count | Kind::Date | Kind::Share => vec![name.to_owned()],
    }
}

/// Writes a value and gives the next free column.
fn write(rows: &mut Worksheet, row: u32, column: u16, cell: &Cell, kind: Kind) -> Result<u16, XlsxError> {
    match cell {
        Cell::Count(count) => {
            rows.write(row, column, rust_decimal::Decimal::from(*count))?;
        }
        Cell::Share(share) => {
            rows.write(row, column, *share)?;
        }
        Cell::Amount(amount) => {
            rows.write(row, column, *amount)?;
            rows.write_string(row, column + 1, exact(cell))?;
        }
        Cell::Of { part, whole } => {
            rows.write(row, column, rust_decimal::Decimal::from(*part))?;
            rows.write(row, column + 1, rust_decimal::Decimal::from(*whole))?;
        }
        Cell::Missing(_) => {}
        // A text of a workbook is never a formula.
        Cell::Text(_) | Cell::Day(_) | Cell::Date(_) | Cell::Link(..) => {
            rows.write_string(row, column, exact(cell))?;
        }
    }
    Ok(column + if matches!(kind, Kind::Of | Kind::Amount) { 2 } else { 1 })
}
