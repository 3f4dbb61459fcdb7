//! Rows out of CSV and its relatives, in any encoding that the mapping names.
//!
//! A last line without an end may have been cut off in the middle of a number, which then is a good number too: its row
//! is an error, unless the mapping says that the file has no such end; then it is taken with a warning.
//!
//! Deliberately absent: guessing the encoding, the delimiter or the types of columns.

use std::io::Read;

use servanda_events::field_error::FieldError;

use crate::decode::{Decoded, Progress, ROW_BYTES_MAX, encoding};
use crate::error::InputError;
use crate::row::RowError;

/// Most rows of one file.
pub const ROWS_MAX: u64 = 5_000_000;
/// Most columns.
pub const COLUMNS_MAX: usize = 1_000;

/// How a table is written.
#[derive(Debug, Clone)]
pub struct Form {
    /// Name of the encoding.
    pub encoding: String,
    /// What stands between cells.
    pub delimiter: u8,
    /// Whether the last line may lack its end.
    pub open_end: bool,
}

/// The cells of a row, with what is wrong with the row as such.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    /// The row's number; the head is row 1.
    pub number: u64,
    /// The cells, in the order of the columns.
    pub cells: Vec<String>,
    /// Places of the cells that a workbook keeps as numbers: with a point, and without groups. None in a file of text.
    pub numbers: Vec<usize>,
    /// What is wrong with the row before anyone looks at its values.
    pub errors: Vec<RowError>,
    /// What was taken all the same, because the mapping says so.
    pub warnings: Vec<FieldError>,
}

/// Rows of a table, its head first.
pub struct Delimited<R> {
    reader: csv::Reader<Decoded<R>>,
    record: csv::StringRecord,
    progress: Progress,
    number: u64,
    columns: Option<usize>,
    open_end: bool,
    failed: bool,
}

/// Reads rows of `input`.
pub fn rows<R: Read>(input: R, form: &Form) -> Result<Delimited<R>, InputError> {
    let unknown = || InputError::Encoding { at: 0, encoding: format!("a known encoding (`{}`)", form.encoding) };
    let encoding = encoding(&form.encoding).ok_or_else(unknown)?;
    let progress = Progress::default();
    progress.next_row(1);
    let decoded = Decoded::new(input, encoding, Some(form.delimiter), progress.clone())?;
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(form.delimiter)
        .buffer_capacity(64 * 1024)
        .from_reader(decoded);
    Ok(Delimited {
        reader,
        record: csv::StringRecord::new(),
        progress,
        number: 0,
        columns: None,
        open_end: form.open_end,
        failed: false,
    })
}

impl<R: Read> Iterator for Delimited<R> {
    type Item = Result<Cells, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let row = self.read().transpose();
        self.failed = matches!(row, Some(Err(_)));
        row
    }
}

impl<R: Read> Delimited<R> {
    fn read(&mut self) -> Result<Option<Cells>, InputError> {
        if !self.reader.read_record(&mut self.record).map_err(of_csv)? {
            return Ok(None);
        }
        self.number += 1;
        if self.number > ROWS_MAX {
            return Err(InputError::TooMany { what: "rows", max: ROWS_MAX });
        }
        if self.record.as_slice().len() > ROW_BYTES_MAX {
            return Err(InputError::RowTooLong { row: self.number, max: ROW_BYTES_MAX });
        }
        if self.record.len() > COLUMNS_MAX {
            return Err(InputError::TooMany { what: "columns", max: COLUMNS_MAX as u64 });
        }
        self.progress.next_row(self.number + 1);
        let cells: Vec<String> = self.record.iter().map(str::to_owned).collect();
        let columns = *self.columns.get_or_insert(cells.len());
        let mut errors = Vec::new();
        if cells.len() != columns {
            let found = cells.len().to_string();
            let error = FieldError::new("row_width").with("found", &found).with("expected", &columns.to_string());
            errors.push(RowError::of_row(error));
        }
        // The reader has seen the end of the input only when it gives the row that this end closes.
        let mut warnings = Vec::new();
        match (self.progress.ended_open(), self.open_end) {
            (true, true) => warnings.push(FieldError::new("last_line_taken")),
            (true, false) => errors.push(RowError::of_row(FieldError::new("last_line_open"))),
            (false, _) => {}
        }
        Ok(Some(Cells { number: self.number, cells, numbers: Vec::new(), errors, warnings }))
    }
}

fn of_csv(error: csv::Error) -> InputError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        csv::ErrorKind::Utf8 { pos, .. } => {
            InputError::Encoding { at: pos.map_or(0, |pos| pos.byte()), encoding: "UTF-8".to_owned() }
        }
        other => InputError::Io(std::io::Error::other(format!("{other:?}"))),
    }
}

#[cfg(test)]
#[path = "delimited_tests.rs"]
mod tests;
