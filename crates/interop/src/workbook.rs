//! Rows out of a sheet of an XLSX workbook.
//!
//! A workbook is a packed folder, and what it unpacks to is counted before anything in it is read: a small file cannot
//! grow beyond a limit. A cell with a formula is an error of its row, because what it shows is nobody's statement.
//!
//! Deliberately absent: other sheets, formats, comments, macros, and the older XLS.

use std::io::{self, Read, Seek};

use calamine::{DataRef, Reader as _, Xlsx};
use servanda_events::field_error::FieldError;
use zip::ZipArchive;

use crate::delimited::{COLUMNS_MAX, Cells};
use crate::error::InputError;
use crate::row::RowError;

/// Most bytes that a workbook may unpack to.
pub const UNPACKED_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Most files in it.
const FILES_MAX: usize = 2_000;
/// Most rows of the sheet; what a spreadsheet can hold.
const ROWS_MAX: u64 = 1_048_576;
/// Most cells of the sheet that are not empty.
const CELLS_MAX: u64 = 5_000_000;

fn refused(detail: impl Into<String>) -> InputError {
    InputError::Workbook { detail: detail.into() }
}

/// Reads the rows of a sheet; of the first one where none is named.
pub fn rows<R: Read + Seek>(
    mut input: R,
    sheet: Option<&str>,
) -> Result<std::vec::IntoIter<Result<Cells, InputError>>, InputError> {
    check_size(&mut input)?;
    input.rewind()?;
    let unreadable = |error: calamine::XlsxError| refused(format!("{error}; save it as XLSX again, or as CSV"));
    let mut workbook: Xlsx<R> = Xlsx::new(input).map_err(unreadable)?;
    let names = workbook.sheet_names();
    let name = match sheet {
        None => names.first().ok_or(InputError::Empty)?.clone(),
        Some(name) if names.iter().any(|known| known == name) => name.to_owned(),
        Some(name) => {
            let found = names.join(", ");
            return Err(refused(format!("it has no sheet `{name}`; name in the mapping one of these: {found}")));
        }
    };
    let mut reader = workbook.worksheet_cells_reader(&name).map_err(unreadable)?;
    let mut sheet = Sheet::default();
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(unreadable)? {
        sheet.take(cell.pos, &cell.value, cell.formula.is_some())?;
    }
    sheet.rows()
}

/// The names of the sheets, in their order.
pub fn sheets<R: Read + Seek>(mut input: R) -> Result<Vec<String>, InputError> {
    check_size(&mut input)?;
    input.rewind()?;
    let unreadable = |error: calamine::XlsxError| refused(format!("{error}; save it as XLSX again, or as CSV"));
    let workbook: Xlsx<R> = Xlsx::new(input).map_err(unreadable)?;
    Ok(workbook.sheet_names())
}

/// Unpacks everything into nothing, and counts.
fn check_size<R: Read + Seek>(input: &mut R) -> Result<(), InputError> {
    let unreadable = |error: zip::result::ZipError| refused(format!("{error}; it is no XLSX, or was cut off"));
    let mut archive = ZipArchive::new(input).map_err(unreadable)?;
    if archive.len() > FILES_MAX {
        return Err(refused(format!("it is packed from more than {FILES_MAX} files; save the sheet as CSV")));
    }
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(unreadable)?;
        let name = file.name().map_err(unreadable)?.into_owned();
        let read = io::copy(&mut file.take(left + 1), &mut io::sink());
        let read = read.map_err(|error| refused(format!("{name} in it cannot be unpacked ({error}); get it anew")))?;
        left = left.checked_sub(read).ok_or_else(|| {
            let max = UNPACKED_BYTES_MAX / (1024 * 1024);
            refused(format!("it unpacks to more than {max} MiB; split the sheet, or save it as CSV"))
        })?;
    }
    Ok(())
}

/// A cell that is not empty.
struct Shown {
    column: usize,
    text: String,
    /// Whether the workbook keeps it as a number.
    is_number: bool,
    error: Option<FieldError>,
}

/// Cells with what is wrong with each, row by row.
#[derive(Default)]
struct Sheet {
    rows: Vec<(u64, Vec<Shown>)>,
    cells: u64,
}

impl Sheet {
    fn take(&mut self, (row, column): (u32, u32), value: &DataRef<'_>, formula: bool) -> Result<(), InputError> {
        let (text, mut error) = text(value);
        if formula {
            error = Some(FieldError::new("formula_in_cell"));
        }
        if text.is_empty() && error.is_none() {
            return Ok(());
        }
        self.cells += 1;
        if self.cells > CELLS_MAX {
            return Err(InputError::TooMany { what: "cells", max: CELLS_MAX });
        }
        let (number, column) = (u64::from(row) + 1, column as usize);
        if column >= COLUMNS_MAX {
            return Err(InputError::TooMany { what: "columns", max: COLUMNS_MAX as u64 });
        }
        let is_number = is_number(value);
        let shown = Shown { column, text, is_number, error };
        match self.rows.last_mut() {
            Some((last, cells)) if *last == number => cells.push(shown),
            Some((last, _)) if *last > number => {
                return Err(refused(format!("its row {number} comes after row {last}; save it again")));
            }
            _ => self.rows.push((number, vec![shown])),
        }
        if self.rows.len() as u64 > ROWS_MAX {
            return Err(InputError::TooMany { what: "rows", max: ROWS_MAX });
        }
        Ok(())
    }

    fn rows(self) -> Result<std::vec::IntoIter<Result<Cells, InputError>>, InputError> {
        let mut rows = self.rows.into_iter();
        let (number, head) = rows.next().ok_or(InputError::Empty)?;
        if head.iter().any(|cell| cell.error.is_some()) {
            return Err(refused("its head has formulas or errors; write the names of the columns there"));
        }
        let mut names = vec![String::new(); head.iter().map(|cell| cell.column + 1).max().unwrap_or(0)];
        for cell in head {
            if let Some(place) = names.get_mut(cell.column) {
                *place = cell.text;
            }
        }
        let width = names.len();
        let mut table = vec![Ok(Cells { number, cells: names.clone(), ..Cells::default() })];
        for (number, cells) in rows {
            let mut row = Cells { number, cells: vec![String::new(); width], ..Cells::default() };
            for Shown { column, text, is_number, error } in cells {
                let Some(place) = row.cells.get_mut(column) else {
                    let found = (column + 1).to_string();
                    let error = FieldError::new("row_width").with("found", &found).with("expected", &width.to_string());
                    row.errors.push(RowError::of_row(error));
                    continue;
                };
                *place = text;
                row.numbers.extend(is_number.then_some(column));
                row.errors.extend(error.map(|error| RowError::at(names[column].clone(), error)));
            }
            table.push(Ok(row));
        }
        Ok(table.into_iter())
    }
}

fn is_number(value: &DataRef<'_>) -> bool {
    match value {
        DataRef::Int(_) | DataRef::Float(_) => true,
        DataRef::DateTime(moment) => !moment.is_datetime(),
        _ => false,
    }
}

/// What a cell shows, in the words of a mapping.
fn text(value: &DataRef<'_>) -> (String, Option<FieldError>) {
    let text = match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        // The shortest decimal that means the same number, as a spreadsheet shows it; nothing is computed.
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date}T{hour:02}:{minute:02}:{second:02}") }
        }
        DataRef::DateTime(duration) => duration.as_f64().to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => {
            let shown = error.to_string();
            return (shown.clone(), Some(FieldError::new("cell_error").with("value", &shown)));
        }
    };
    (text, None)
}

#[cfg(test)]
#[path = "workbook_tests.rs"]
mod tests;
