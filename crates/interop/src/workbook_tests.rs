//! Workbooks that are made here part by part, good ones and hostile ones.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/></Types>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>
</Relationships>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>
</Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>
<sheet name="Documents" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

fn workbook(rows: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
        <sheetData>{rows}</sheetData></worksheet>"#
    );
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    parts.extend(more);
    packed(&parts)
}

fn read(bytes: Vec<u8>, sheet: Option<&str>) -> Result<Vec<Cells>, InputError> {
    rows(Cursor::new(bytes), sheet)?.collect()
}

fn words(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

const HEAD: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>nr</t></is></c><c r="B1" t="inlineStr"><is><t>day</t></is></c>
<c r="C1" t="inlineStr"><is><t>sum</t></is></c></row>"#;

#[test]
fn cells_come_as_they_are_shown_with_the_numbers_of_their_rows() {
    let rows = format!(
        r#"{HEAD}<row r="3"><c r="A3"><v>7</v></c><c r="B3" s="1"><v>45601</v></c><c r="C3"><v>1250.5</v></c></row>
        <row r="9">{}</row>"#,
        words("A9", "Қазақстан")
    );
    let table = read(workbook(&rows, &[]), Some("Documents")).unwrap();
    let cells: Vec<(u64, Vec<&str>)> =
        table.iter().map(|row| (row.number, row.cells.iter().map(String::as_str).collect())).collect();
    let wanted =
        [(1, vec!["nr", "day", "sum"]), (3, vec!["7", "2024-11-05", "1250.5"]), (9, vec!["Қазақстан", "", ""])];
    assert_eq!(cells, wanted);
    let numbers: Vec<&[usize]> = table.iter().map(|row| row.numbers.as_slice()).collect();
    assert_eq!(numbers, [&[][..], &[0, 2], &[]], "a date is no number, and neither is a text");
}

#[test]
fn formulas_errors_and_cells_beside_the_table_are_errors_of_their_row() {
    let rows = format!(
        r#"{HEAD}<row r="2"><c r="A2"><v>1</v></c><c r="C2"><f>A2*2</f><v>2</v></c></row>
        <row r="3"><c r="C3" t="e"><v>#REF!</v></c></row><row r="4"><c r="A4"><v>2</v></c>{}</row>"#,
        words("F4", "beside")
    );
    let table = read(workbook(&rows, &[]), None).unwrap();
    let errors = |at: usize| {
        let error = |e: &RowError| (e.column.clone().unwrap_or_default(), e.error.code.clone());
        table[at].errors.iter().map(error).collect::<Vec<_>>()
    };
    let told = |column: &str, code: &str| vec![(column.to_owned(), code.to_owned())];
    assert_eq!((errors(1), errors(2)), (told("sum", "formula_in_cell"), told("sum", "cell_error")));
    assert_eq!(errors(3), told("", "row_width"));
}

fn refusal(bytes: Vec<u8>, sheet: Option<&str>) -> String {
    read(bytes, sheet).unwrap_err().to_string()
}

#[test]
fn a_sheet_that_is_not_there_is_told_with_those_that_are() {
    let told = refusal(workbook(HEAD, &[]), Some("Dokuments"));
    assert!(told.contains("`Dokuments`") && told.contains("Documents"), "{told}");
    assert!(matches!(read(workbook("", &[]), None), Err(InputError::Empty)));
}

#[test]
fn what_is_no_workbook_or_was_cut_off_is_refused() {
    assert!(refusal(b"nr,day\n".to_vec(), None).contains("no XLSX"));
    assert!(refusal(packed(&[("readme.txt", b"hello")]), None).contains("save it as XLSX"));
    let mut whole = workbook(HEAD, &[]);
    whole.truncate(whole.len() / 2);
    assert!(refusal(whole, None).contains("cut off"));
    let told = refusal(workbook(&format!("{HEAD}<row r=\"2\"><c r=\"A2\"><v>1"), &[]), None);
    assert!(told.contains("save it as XLSX again"), "{told}");
}

#[test]
fn a_bomb_is_refused_before_it_is_opened() {
    let zeros = vec![b' '; 8 * 1024 * 1024];
    let names: Vec<String> = (0..20).map(|n| format!("xl/media/{n}.bin")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), zeros.as_slice())).collect();
    let bomb = workbook(HEAD, &parts);
    assert!(bomb.len() < 1024 * 1024, "{} bytes on disk", bomb.len());
    assert!(refusal(bomb, None).contains("unpacks to more than 128 MiB"));
}

#[test]
fn a_cell_far_out_does_not_make_a_row_of_empty_ones() {
    let told = refusal(workbook(&format!(r#"{HEAD}<row r="2">{}</row>"#, words("XFD2", "far")), &[]), None);
    assert!(told.contains("more than 1000 columns"), "{told}");
}
