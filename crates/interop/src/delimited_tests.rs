//! Tables as they come: other encodings, cut off, too long, ragged. None of them is guessed at.

use std::io::{self, Cursor};

use super::*;

fn form(encoding: &str, delimiter: u8) -> Form {
    Form { encoding: encoding.to_owned(), delimiter, open_end: false }
}

fn read(bytes: &[u8], form: &Form) -> Result<Vec<Vec<String>>, InputError> {
    rows(Cursor::new(bytes.to_vec()), form)?.map(|row| row.map(|row| row.cells)).collect()
}

fn utf8(bytes: &[u8]) -> Result<Vec<Vec<String>>, InputError> {
    read(bytes, &form("utf-8", b','))
}

/// A reader that gives so many times the same bytes, one block at a time, and counts what was taken.
struct Endless<'c> {
    begin: &'static [u8],
    taken: &'c std::cell::Cell<usize>,
    bytes: usize,
}

impl io::Read for Endless<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let taken = self.taken.get();
        let length = out.len().min(self.bytes.saturating_sub(taken));
        for (at, byte) in out[..length].iter_mut().enumerate() {
            *byte = self.begin.get(taken + at).copied().unwrap_or(b'x');
        }
        self.taken.set(taken + length);
        Ok(length)
    }
}

#[test]
fn quotes_delimiters_and_line_ends_are_read_as_spreadsheets_write_them() {
    let table = utf8(b"\xef\xbb\xbfa,b\r\n\"x, \"\"y\"\"\nz\",2\r\n").unwrap();
    assert_eq!(table, [["a", "b"], ["x, \"y\"\nz", "2"]]);
    assert_eq!(read(b"a;b\n5\" pipe;2\n", &form("utf-8", b';')).unwrap()[1], ["5\" pipe", "2"]);
}

#[test]
fn other_encodings_are_read_where_the_mapping_names_them() {
    let cyrillic = [0xcc, 0xe5, 0xea, 0xf2, 0xe5, 0xef, b',', b'1', b'\n'];
    assert_eq!(read(&cyrillic, &form("windows-1251", b',')).unwrap(), [["Мектеп", "1"]]);
    let wide: Vec<u8> = "Қ,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&wide, &form("utf-16le", b',')).unwrap(), [["Қ", "1"]]);
    let marked = [&[0xff, 0xfe][..], &wide].concat();
    assert_eq!(read(&marked, &form("utf-16le", b',')).unwrap(), [["Қ", "1"]]);
}

#[test]
fn an_encoding_that_does_not_fit_is_refused_with_its_place() {
    let error = utf8(b"name,n\nM\xcc\xe5,1\n").unwrap_err();
    assert!(matches!(error, InputError::Encoding { .. }) && error.to_string().contains("windows-1251"), "{error}");
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("a,b\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert!(matches!(utf8(&wide), Err(InputError::OtherEncoding { found: "UTF-16LE", .. })));
    let cut = "name\nҚ".as_bytes();
    assert!(matches!(utf8(&cut[..cut.len() - 1]), Err(InputError::Encoding { .. })), "half a letter at the end");
}

#[test]
fn a_file_that_was_cut_off_inside_a_cell_is_refused() {
    assert!(matches!(utf8(b"a,b\n1,\"two\nthree"), Err(InputError::Truncated)));
    assert!(matches!(utf8(b"a,b\n1,\"two\"\""), Err(InputError::Truncated)));
    assert!(utf8(b"a,b\n1,\"two\"").is_ok());
}

#[test]
fn a_last_line_without_an_end_is_an_error_of_its_row_unless_it_may_have_none() {
    let errors = |bytes: &[u8], form: &Form| -> Vec<Vec<String>> {
        let codes = |row: Cells| row.errors.into_iter().map(|error| error.error.code).collect();
        rows(Cursor::new(bytes.to_vec()), form).unwrap().map(|row| codes(row.unwrap())).collect()
    };
    let (closed, open) = (form("utf-8", b';'), Form { open_end: true, ..form("utf-8", b';') });
    let whole = "nr;sum\n1;7 500\n2;12 500";
    for cut in [whole, &whole[..whole.len() - 2], "nr;sum\n1;7 500\n2;\"12 500\"", "nr;sum\r\n1;7 500\r\n2;Қ"] {
        assert_eq!(errors(cut.as_bytes(), &closed), [vec![], vec![], vec!["last_line_open".to_owned()]], "{cut}");
        assert_eq!(errors(cut.as_bytes(), &open), [const { Vec::<String>::new() }; 3], "{cut}");
        for end in ["\n", "\r\n", "\r", "\n\n"] {
            assert_eq!(errors(format!("{cut}{end}").as_bytes(), &closed), [const { Vec::<String>::new() }; 3], "{cut}");
        }
    }
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    assert_eq!(errors(&wide("a\n1\n"), &form("utf-16le", b';')), [const { Vec::<String>::new() }; 2]);
    assert_eq!(errors(&wide("a\n1"), &form("utf-16le", b';'))[1], ["last_line_open"]);
    let long = format!("a\n{}\n{}", "x".repeat(200_000), "y".repeat(200_000));
    assert_eq!(errors(long.as_bytes(), &closed), [vec![], vec![], vec!["last_line_open".to_owned()]]);
    assert_eq!(errors(format!("{long}\n").as_bytes(), &closed), [const { Vec::<String>::new() }; 3]);
}

#[test]
fn a_row_of_another_width_is_an_error_of_that_row_alone() {
    let rows: Vec<Cells> =
        rows(Cursor::new(b"a,b\n1\n2,3\n".to_vec()), &form("utf-8", b',')).unwrap().map(Result::unwrap).collect();
    let codes = |row: &Cells| row.errors.iter().map(|e| e.error.code.clone()).collect::<Vec<_>>();
    assert_eq!((rows[1].number, codes(&rows[1]), codes(&rows[2])), (2, vec!["row_width".to_owned()], vec![]));
}

#[test]
fn a_row_of_a_hundred_megabytes_is_refused_before_much_of_it_is_read() {
    for begin in [&b"a,b\n1,\""[..], b"a,b\n", b""] {
        let taken = std::cell::Cell::new(0);
        let input = Endless { begin, taken: &taken, bytes: 100 * 1024 * 1024 };
        let error = rows(input, &form("utf-8", b',')).unwrap().find_map(Result::err).unwrap();
        let row = if begin.is_empty() { 1 } else { 2 };
        assert!(matches!(error, InputError::RowTooLong { row: at, .. } if at == row), "{error}");
        assert!(taken.get() < 2 * 1024 * 1024, "{} bytes were read", taken.get());
    }
    let taken = std::cell::Cell::new(0);
    let input = Endless { begin: b"", taken: &taken, bytes: 900 * 1024 };
    assert_eq!(rows(input, &form("utf-8", b',')).unwrap().filter(Result::is_ok).count(), 1, "below the limit");
}

#[test]
fn a_table_with_too_many_columns_is_refused() {
    let wide = vec!["x"; COLUMNS_MAX + 1].join(",");
    assert!(matches!(utf8(wide.as_bytes()), Err(InputError::TooMany { what: "columns", .. })));
}
