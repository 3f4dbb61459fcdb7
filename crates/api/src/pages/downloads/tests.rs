//! Files read back by other programs' eyes: the rows are those of the sheet, and nothing in them is a formula.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};

use super::*;
use crate::pages::sheet::{Column, Kind};

fn sheet() -> Sheet {
    let column = |name: &str, kind| Column { name: name.to_owned(), kind };
    Sheet {
        name: "commitments",
        title: "Commitments".to_owned(),
        columns: vec![
            column("Promise", Kind::Text),
            column("Kept", Kind::Of),
            column("Paid", Kind::Amount),
            column("Late", Kind::Count),
            column("Due", Kind::Date),
        ],
        rows: vec![
            vec![
                Cell::Text("=HYPERLINK(\"http://x\")".to_owned()).to("/commitments/a"),
                Cell::Of { part: 7, whole: 19 },
                Cell::Amount("12345678901234567.89".parse().unwrap()),
                Cell::Count(-5),
                Cell::Date("2025-Q1".parse().unwrap()),
            ],
            vec![
                Cell::Text("a branch, \"new\"\nand far".to_owned()),
                Cell::Missing("not measurable".to_owned()),
                Cell::Missing("unknown".to_owned()),
                Cell::Missing("none".to_owned()),
                Cell::Day("2025-03-31".parse().unwrap()),
            ],
        ],
    }
}

fn head() -> Head {
    Head {
        lines: vec![("Ledger".to_owned(), "demo".to_owned()), ("Rows".to_owned(), "2".to_owned())],
        name_parts: vec!["package-paris/visit".to_owned(), "as-of-2025-06-30".to_owned()],
        ledger: "demo".to_owned(),
    }
}

#[test]
fn comma_separated_values_read_back_as_they_were_and_hold_no_formula() {
    let bytes = csv::written(&head(), &sheet()).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains("\r\n"));
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    let rows: Vec<Vec<String>> =
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    assert!(rows.iter().all(|row| row.len() == 6), "{rows:?}");
    assert_eq!(rows[0][..2], ["Ledger", "demo"]);
    assert_eq!(rows[3], ["Promise", "Kept", "Kept /", "Paid", "Late", "Due"]);
    assert_eq!(rows[4], ["'=HYPERLINK(\"http://x\")", "7", "19", "12345678901234567.89", "-5", "2025-Q1"]);
    assert_eq!(rows[5], ["a branch, \"new\"\nand far", "", "", "", "", "2025-03-31"]);
}

#[test]
fn whatever_begins_like_a_formula_is_text() {
    for text in ["=1", "+1", "-1", "@a", "\tx", "\rx", "\0x"] {
        assert_eq!(harmless(text), format!("'{text}"));
    }
    assert_eq!(harmless("a=1"), "a=1");
}

#[test]
fn a_workbook_has_amounts_as_numbers_and_with_all_their_digits() {
    let bytes = xlsx::written(&head(), &sheet()).unwrap();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let rows = workbook.worksheet_range("rows").unwrap();
    let text = |row, column| match rows.get_value((row, column)) {
        Some(Data::String(text)) => text.clone(),
        other => format!("{other:?}"),
    };
    assert_eq!(text(1, 0), "=HYPERLINK(\"http://x\")", "a text of a workbook is no formula");
    assert_eq!(rows.get_value((1, 1)), Some(&Data::Float(7.0)));
    assert_eq!(rows.get_value((1, 2)), Some(&Data::Float(19.0)));
    assert!(matches!(rows.get_value((1, 3)), Some(Data::Float(_))));
    assert_eq!(text(1, 4), "12345678901234567.89");
    assert_eq!(rows.height(), 3);
    let formulas = workbook.worksheet_formula("rows").unwrap();
    assert!(formulas.used_cells().next().is_none());
    let about = workbook.worksheet_range("about").unwrap();
    assert_eq!(about.get_value((0, 1)), Some(&Data::String("demo".to_owned())));
}

#[test]
fn a_files_name_says_what_is_in_it() {
    let name = file_name(&head(), "commitments", 19, "csv");
    assert_eq!(name, "servanda_demo_commitments_package-paris-visit_as-of-2025-06-30_19-rows.csv");
}

#[test]
fn a_calendar_has_whole_days_and_long_lines_are_folded() {
    let deadline = Deadline {
        uid: "branch/road@demo".to_owned(),
        title: "Дорога, мост; и длинное название, которое не помещается в одну строку календаря".to_owned(),
        about: "line\nline".to_owned(),
        due: "2025-03-31".parse().unwrap(),
        url: "http://localhost/commitments/branch".to_owned(),
        moved: 2,
    };
    let text = calendar("demo", &[deadline], "2025-01-01T00:00:00Z".parse().unwrap());
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
    assert!(text.contains("DTSTART;VALUE=DATE:20250331\r\n") && !text.contains("DTEND"), "one day: {text}");
    assert!(text.contains("DTSTAMP:20250101T000000Z\r\n"), "{text}");
    assert!(text.contains("SEQUENCE:2\r\n"), "{text}");
    assert!(text.lines().all(|line| line.len() <= 75), "{text}");
    let unfolded = text.replace("\r\n ", "");
    assert!(unfolded.contains("Дорога\\, мост\\; и длинное"), "{unfolded}");
}

#[test]
fn a_feed_escapes_what_people_wrote() {
    let entry = FeedEntry {
        id: "urn:servanda:demo:7".to_owned(),
        title: "Milestone <achieved> & more".to_owned(),
        about: "branch".to_owned(),
        author: "France".to_owned(),
        kind: "MilestoneAchieved".to_owned(),
        recorded_at: "2025-03-20T09:00:00Z".parse().unwrap(),
        url: "http://localhost/entries/7".to_owned(),
    };
    let text = feed(
        "urn:servanda:demo",
        "demo",
        "en",
        "http://localhost/entries.atom",
        &[entry],
        "2026-01-01T00:00:00Z".parse().unwrap(),
    );
    assert!(text.contains("Milestone &lt;achieved&gt; &amp; more"), "{text}");
    assert!(text.contains("<updated>2025-03-20T09:00:00+00:00</updated>"), "{text}");
    let mut reader = quick_xml::Reader::from_str(&text);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            _ => continue,
        }
    }
}
