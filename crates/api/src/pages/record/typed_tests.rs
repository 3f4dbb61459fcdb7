//! What typed answers mean: dates as closely as they are known, amounts as people print them.

use super::super::form::{needed, optional};
use super::*;

fn typed(field: Field, pairs: &[(&str, &str)]) -> Result<Option<Value>, (String, String)> {
    let answers: Answers = pairs.iter().copied().collect();
    value(&field, &answers).map_err(|(input, error)| (input, error.code))
}

fn refused(field: Field, pairs: &[(&str, &str)]) -> (String, String) {
    typed(field, pairs).unwrap_err()
}

#[test]
fn a_date_is_taken_as_closely_as_it_was_typed() {
    let due = optional("due", Kind::OpenDate);
    let of = |pairs: &[(&str, &str)]| typed(due, pairs).unwrap();
    assert_eq!(of(&[("due-day", "5"), ("due-month", "3"), ("due-year", "2025")]), Some(json!("2025-03-05")));
    assert_eq!(of(&[("due-month", "11"), ("due-year", " 2025 ")]), Some(json!("2025-11")));
    assert_eq!(of(&[("due-year", "2025"), ("due-precision", "year")]), Some(json!("2025")));
    assert_eq!(of(&[("due-precision", "none")]), None);
    assert_eq!(of(&[]), None);
}

#[test]
fn a_date_that_cannot_be_meant_names_the_input_at_fault() {
    let due = optional("due", Kind::OpenDate);
    let at = |pairs: &[(&str, &str)]| refused(due, pairs);
    let said = |input: &str, code: &str| (input.to_owned(), code.to_owned());
    assert_eq!(at(&[("due-day", "31"), ("due-month", "2"), ("due-year", "2025")]), said("due-day", "impossible_date"));
    assert_eq!(at(&[("due-day", "31"), ("due-year", "2025")]), said("due-month", "date_without_month"));
    assert_eq!(at(&[("due-day", "1"), ("due-month", "2"), ("due-year", "25")]), said("due-year", "date_without_year"));
    assert_eq!(at(&[("due-month", "x"), ("due-year", "2025")]), said("due-month", "impossible_date"));
    let day = [("due-precision", "day"), ("due-month", "2"), ("due-year", "2025")];
    assert_eq!(at(&day), said("due-day", "date_less_precise"));
    let year = [("due-precision", "year"), ("due-month", "2"), ("due-year", "2025")];
    assert_eq!(at(&year), said("due-day", "date_more_precise"));
    assert_eq!(at(&[("due-precision", "none"), ("due-year", "2025")]), said("due-day", "date_and_none"));
    let whole = needed("day", Kind::Day);
    assert_eq!(refused(whole, &[("day-year", "2025")]), said("day-day", "day_needed"));
}

#[test]
fn amounts_are_read_as_they_are_printed_in_the_four_languages() {
    let read = |text: &str| decimal(text).unwrap();
    for (typed, meant) in [
        ("1250000.50", "1250000.50"),
        ("1 250 000,50", "1250000.50"),
        ("1\u{202f}250\u{202f}000,5", "1250000.5"),
        ("1\u{a0}250", "1250"),
        ("1,250,000.50", "1250000.50"),
        ("1.250.000,50", "1250000.50"),
        ("1,250,000", "1250000"),
        ("12,5", "12.5"),
        ("7", "7"),
    ] {
        assert_eq!(read(typed), meant, "{typed}");
    }
    for unclear in ["1,250", "1,2,3", "1.2,3.4", "12,34,567.8"] {
        assert_eq!(decimal(unclear).unwrap_err().code, "number_unclear", "{unclear}");
    }
    for words in ["a lot", "12 EUR", "1e5"] {
        assert_eq!(decimal(words).unwrap_err().code, "number_unreadable", "{words}");
    }
}

#[test]
fn an_amount_has_a_currency_and_no_more_decimals_than_that_has() {
    let amount = needed("amount", Kind::Money);
    let good = typed(amount, &[("amount", "12,50"), ("amount-currency", "eur")]).unwrap();
    assert_eq!(good, Some(json!({ "amount": "12.50", "currency": "EUR" })));
    assert_eq!(refused(amount, &[("amount", "12")]), ("amount-currency".into(), "currency_needed".into()));
    let unknown = [("amount", "12"), ("amount-currency", "EURO")];
    assert_eq!(refused(amount, &unknown), ("amount-currency".into(), "unknown_currency".into()));
    let precise = [("amount", "12.505"), ("amount-currency", "EUR")];
    assert_eq!(refused(amount, &precise), ("amount".into(), "amount_too_precise".into()));
    assert_eq!(typed(amount, &[("amount-currency", "EUR")]).unwrap(), None);
}

#[test]
fn a_title_is_a_map_of_the_languages_that_were_filled() {
    let title = needed("title", Kind::Texts);
    let both = [("title-kk", " Келісім "), ("title-ru", "Соглашение"), ("title-fr", "")];
    assert_eq!(typed(title, &both).unwrap(), Some(json!({ "kk": "Келісім", "ru": "Соглашение" })));
    assert_eq!(refused(title, &[("title-fr", "a\u{7}b")]), ("title-fr".into(), "control_character".into()));
}

#[test]
fn the_address_of_a_document_can_be_opened_and_nothing_else() {
    let url = optional("url", Kind::Url);
    assert!(typed(url, &[("url", "https://gov.kz/doc?id=1")]).unwrap().is_some());
    for trap in ["javascript:alert(1)", "data:text/html,x", "gov.kz", "https://a b.kz/"] {
        assert_eq!(refused(url, &[("url", trap)]).1, "malformed_address", "{trap}");
    }
}

#[test]
fn a_word_outside_its_list_and_a_hash_of_the_wrong_length_are_refused() {
    let kind = needed("kind", Kind::Word("party_kind", &["state", "company"]));
    assert_eq!(refused(kind, &[("kind", "planet")]).1, "unknown_value");
    let scan = optional("scan", Kind::Scan);
    assert_eq!(refused(scan, &[("scan", "abc")]).1, "malformed_hash");
    assert!(typed(scan, &[("scan", &"AB".repeat(32))]).unwrap().is_some());
}
