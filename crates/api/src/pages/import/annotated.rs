//! The table that was sent, back as a workbook with what would become of each row beside it: what is wrong, and how to
//! mend it, in the person's language. Cells at fault are coloured. It can be mended and sent again as it is: columns
//! that nobody names are left alone.
//!
//! A cell is a text, as the importer read it, or a number where it was one, so that it is read the same way when it is
//! sent again. Deliberately absent: formulas, looks and other sheets of the table.

use std::collections::HashMap;

use axum::extract::Path;
use axum::response::Response;
use rust_xlsxwriter::{Color, Format, Workbook, Worksheet, XlsxError};
use servanda_interop::delimited::Cells;

use super::preview::{Line, Status, Trouble};
use super::table;
use super::walk::{found, looked_at, meaning};
use crate::pages::downloads::{Format as FileFormat, attached};
use crate::pages::record::drafts::batches::BatchState;
use crate::pages::routes::Row;
use crate::pages::say::text;
use crate::pages::visitor::{Visitor, see_other};
use crate::problem::Problem;
use crate::when::blocking;
use crate::words::Lang;

pub(crate) static ANNOTATED: Row = Row::recording("/import/{batch}/annotated", "import_annotated", &[]);

/// Most characters of a cell of a workbook.
const CELL_CHARS_MAX: usize = 32_767;
/// Width of the column with the remarks, in characters.
const REMARKS_WIDTH: u16 = 80;

/// The table, with remarks.
pub(crate) async fn annotated(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let caller = visitor.caller()?;
    let batch = found(&visitor, &caller, &id).await?;
    if batch.state != BatchState::Open {
        return Ok(see_other(&format!("/import/{}", batch.id)));
    }
    let lang = visitor.lang;
    let name = format!("{}-{}.xlsx", stem(&batch.name), lang.tag());
    let bytes = blocking(&visitor.app, move |app| {
        let rows = table::cells(&batch, &meaning(app, &batch)?)?;
        let lines = looked_at(app, &batch, &caller, lang)?;
        written(&rows, &lines, lang).map_err(Problem::internal)
    })
    .await?;
    attached(FileFormat::Xlsx.media_type(), &name, bytes)
}

/// The name of a file without its ending, of letters that every system and every header takes.
fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    stem.chars().map(plain).take(100).collect()
}

/// The workbook: the head and each row where they stood, with two columns more.
fn written(rows: &[Cells], lines: &[Line], lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap());
    let wrong = Format::new().set_background_color(Color::RGB(0x00F6_D7D2));
    let head: Vec<&str> = rows.first().into_iter().flat_map(|head| &head.cells).map(|name| name.trim()).collect();
    let names = [text(lang, "import-col-becomes"), text(lang, "import-col-cause")];
    // A table that was annotated before gets its remarks anew.
    let mut free = head.len();
    let [status, remarks] = names.each_ref().map(|name| {
        head.iter().position(|known| known == name).unwrap_or_else(|| {
            free += 1;
            free - 1
        })
    });
    let (status, remarks) = (place(status), place(remarks));
    let lines: HashMap<u64, &Line> = lines.iter().map(|line| (line.number, line)).collect();
    for row in rows {
        let at = u32::try_from(row.number.saturating_sub(1)).unwrap_or(u32::MAX);
        let line = lines.get(&row.number);
        let mut cut = false;
        for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let is_wrong = line.is_some_and(|line| is_at_fault(line, head.get(column).copied().unwrap_or_default()));
            let format = if at == 0 { Some(&bold) } else { is_wrong.then_some(&wrong) };
            let number = row.numbers.contains(&column).then(|| cell.parse().ok()).flatten();
            match number {
                Some(number) => write_number(sheet, (at, place(column)), number, format)?,
                None => cut |= write(sheet, (at, place(column)), cell, format)?,
            }
        }
        if let Some(line) = line {
            write(sheet, (at, status), &status_of(line, lang), None)?;
            write(sheet, (at, remarks), &remarks_of(line, cut, lang), Some(&wrapped))?;
        }
    }
    for (column, name) in [status, remarks].into_iter().zip(&names) {
        write(sheet, (0, column), name, Some(&bold))?;
    }
    sheet.set_column_width(remarks, REMARKS_WIDTH)?;
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

fn place(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

/// Writes a text, never a formula; true where it had to be cut.
fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    format: Option<&Format>,
) -> Result<bool, XlsxError> {
    let short: String = text.chars().take(CELL_CHARS_MAX).collect();
    match format {
        Some(format) => sheet.write_string_with_format(row, column, &short, format)?,
        None => sheet.write_string(row, column, &short)?,
    };
    Ok(short.len() < text.len())
}

/// Writes the binary number that a workbook keeps.
fn write_number(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    number: f64,
    format: Option<&Format>,
) -> Result<(), XlsxError> {
    match format {
        Some(format) => sheet.write_number_with_format(row, column, number, format)?,
        None => sheet.write_number(row, column, number)?,
    };
    Ok(())
}

/// Whether a column holds a value that is wrong. An error of several columns names them all.
fn is_at_fault(line: &Line, column: &str) -> bool {
    let columns = line.troubles.iter().filter_map(|trouble| trouble.column.as_deref());
    columns.flat_map(|columns| columns.split(", ").chain([columns])).any(|name| name == column)
}

fn status_of(line: &Line, lang: Lang) -> String {
    text(lang, &format!("import-status-{}", crate::pages::look::name_of(&line.status)))
}

/// What is wrong, what to do, and what is remarkable.
fn remarks_of(line: &Line, cut: bool, lang: Lang) -> String {
    let trouble = |trouble: &Trouble| {
        let place = trouble.place(lang);
        place.map_or_else(|| trouble.sentence.clone(), |place| format!("{place} {}", trouble.sentence))
    };
    let cut = cut.then(|| text(lang, "import-annotated-cut"));
    let remarks = line.troubles.iter().map(trouble).chain(line.warnings.iter().cloned()).chain(cut);
    remarks.collect::<Vec<_>>().join("\n")
}

/// Whether there is anything to mend.
pub(super) fn is_wanted(lines: &[Line]) -> bool {
    lines.iter().any(|line| line.status == Status::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn cells_come_back_as_they_were_sent_numbers_as_numbers_and_texts_as_texts() {
        let texts = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let head = Cells { number: 1, cells: texts(&["nr", "amount"]), ..Cells::default() };
        let row = |number, amount: &str, numbers: &[usize]| Cells {
            number,
            cells: texts(&["7", amount]),
            numbers: numbers.to_vec(),
            ..Cells::default()
        };
        let sent =
            [head, row(2, "1.234", &[1]), row(3, "1250.3000000000002", &[0, 1]), row(4, "1.234", &[]), row(6, "", &[])];
        let bytes = written(&sent, &[], Lang::En).unwrap();
        let back: Vec<Cells> =
            servanda_interop::workbook::rows(Cursor::new(bytes), None).unwrap().map(Result::unwrap).collect();
        let kept = |row: &Cells| (row.number, row.cells[..2].to_vec(), row.numbers.clone());
        assert_eq!(back.iter().map(kept).collect::<Vec<_>>(), sent.iter().map(kept).collect::<Vec<_>>());
    }
}
