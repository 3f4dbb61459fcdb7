//! What stands in cells, and what it becomes.

use proptest::prelude::*;

use super::*;

fn form(formats: &[&str], year_if_1_january: bool) -> DateForm {
    DateForm { formats: formats.iter().map(|f| (*f).to_owned()).collect(), year_if_1_january }
}

#[test]
fn a_date_is_read_by_the_formats_of_the_mapping_and_by_no_other() {
    let european = form(&["%d/%m/%Y", "%d.%m.%Y"], false);
    assert_eq!(date("03/02/2025", &european).unwrap(), "2025-02-03");
    assert_eq!(date("3.2.2025", &european).unwrap(), "2025-02-03");
    for wrong in ["2025-02-03", "31/02/2025", "soon", "", "03/02/2025 x", "03/02/0000"] {
        assert_eq!(date(wrong, &european).unwrap_err().code, "date_in_other_form", "{wrong}");
    }
    let fuzzy = form(&["%Y-%m-%d", "fuzzy"], false);
    assert_eq!(date("2025-Q3", &fuzzy).unwrap(), "2025-Q3");
    assert_eq!(date("2025-01-01", &fuzzy).unwrap(), "2025-01-01");
}

#[test]
fn the_first_of_january_means_the_year_only_where_the_mapping_says_so() {
    let told = form(&["%Y-%m-%d"], true);
    assert_eq!(date("2010-01-01", &told).unwrap(), "2010");
    assert_eq!(date("2010-01-02", &told).unwrap(), "2010-01-02");
    assert_eq!(date("2010-01-01", &form(&["%Y-%m-%d"], false)).unwrap(), "2010-01-01");
}

#[test]
fn a_decimal_loses_its_groups_and_gets_a_point() {
    let french = DecimalForm { point: ',', group: Some(' ') };
    assert_eq!(decimal("1 250\u{a0}000,50", &french).unwrap(), "1250000.50");
    let plain = DecimalForm::default();
    for (text, value) in [("007", "7"), ("-0.50", "-0.50"), ("0", "0"), ("12.", "12")] {
        assert_eq!(decimal(text, &plain).unwrap(), value);
    }
    for wrong in ["", "-", ".", "1,5", "1e3", "1.2.3", "£5", "1 000", "NaN", "--1", "1-"] {
        assert_eq!(decimal(wrong, &plain).unwrap_err().code, "number_in_other_form", "{wrong}");
    }
}

#[test]
fn what_is_not_read_is_told_with_the_forms_that_would_be() {
    let told = date("2025-03-31", &form(&["%d.%m.%Y", "%d/%m/%Y"], false)).unwrap_err();
    assert_eq!(told.params["forms"], "31.03.2025, 31/03/2025");
    let told = decimal("1250.00", &DecimalForm { point: ',', group: Some(' ') }).unwrap_err();
    assert_eq!(told.params["forms"], "1 250,50");
    assert_eq!(decimal("x", &DecimalForm::default()).unwrap_err().params["forms"], "1250.50");
}

#[test]
fn what_stands_between_groups_stands_there_and_nowhere_else() {
    let english = DecimalForm { point: '.', group: Some(',') };
    let german = DecimalForm { point: ',', group: Some('.') };
    let french = DecimalForm { point: ',', group: Some(' ') };
    let swiss = DecimalForm { point: '.', group: Some('\'') };
    for (text, form, value) in [
        ("12,500", &english, "12500"),
        ("-1,250,000.50", &english, "-1250000.50"),
        ("1250000.50", &english, "1250000.50"),
        ("1.250.000,5", &german, "1250000.5"),
        ("12\u{202f}500", &french, "12500"),
        ("12\u{2009}500\u{a0}000", &french, "12500000"),
        ("12’500.5", &swiss, "12500.5"),
    ] {
        assert_eq!(decimal(text, form).unwrap(), value, "{text}");
    }
    for (text, form) in [
        ("12,5", &english),
        ("1,25", &english),
        ("1,2500", &english),
        ("1250,000", &english),
        ("0,125", &english),
        (",125", &english),
        ("125,", &english),
        ("1,,250", &english),
        ("1.250,5", &english),
        ("1.5,000", &english),
        ("12.50", &german),
        ("1.5", &german),
        ("1.2.3.4", &german),
        ("1,250.000", &german),
        ("1 2 3,5", &french),
        ("12 5", &french),
        ("1 250, 5", &french),
    ] {
        assert_eq!(decimal(text, form).unwrap_err().code, "number_in_other_form", "{text}");
    }
}

#[test]
fn a_number_cell_is_read_with_a_point_and_only_as_far_as_it_is_exact() {
    for (text, value) in [("12.5", "12.5"), ("-1.125", "-1.125"), ("123456789012345", "123456789012345")] {
        assert_eq!(number(text, false).unwrap(), value);
    }
    assert_eq!(number("12000000000000000000", false).unwrap(), "12000000000000000000");
    for inexact in ["1250.3000000000002", "123456789012345680"] {
        assert_eq!(number(inexact, false).unwrap_err().code, "number_cell_not_exact", "{inexact}");
        assert_eq!(number(inexact, true).unwrap(), inexact, "rounded to the decimals of its currency");
    }
    assert_eq!(number("2024-11-05", false).unwrap_err().code, "number_in_other_form");
}

/// Digits with groups of three, written the plain way: each third place from the end gets a sign before it.
fn grouped(digits: &str, sign: char) -> String {
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(sign);
        }
        written.push(digit);
    }
    written
}

proptest! {
    /// A text is read as the number that it is written for, or not at all.
    #[test]
    fn no_text_is_read_as_another_number_than_it_is_written_for(
        text in "-?[0-9., '\u{a0}\u{202f}]{1,14}",
        (point, group) in prop::sample::select(vec![('.', ','), (',', '.'), (',', ' '), ('.', '\'')]),
    ) {
        if let Ok(value) = decimal(&text, &DecimalForm { point, group: Some(group) }) {
            // The spaces and the apostrophe of a group are one sign each.
            let common = |c: char| if c == '\u{a0}' || c == '\u{202f}' { ' ' } else { c };
            let trimmed: String = text.trim().chars().map(common).collect();
            let trimmed = trimmed.trim_start_matches('-');
            let (whole, fraction) = trimmed.split_once(point).unwrap_or((trimmed, ""));
            let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
            prop_assert!(whole == digits || whole == grouped(&digits, group), "{text} was read as {value}");
            prop_assert!(fraction.chars().all(|c| c.is_ascii_digit()), "{text} was read as {value}");
            let plain = format!("{whole}.{fraction}0", whole = if digits.is_empty() { "0" } else { &digits });
            let value: Decimal = value.trim_start_matches('-').parse().unwrap();
            prop_assert_eq!(value, plain.parse::<Decimal>().unwrap(), "{}", text);
        }
    }

    /// What a spreadsheet writes is read as what it holds.
    #[test]
    fn a_number_is_read_as_what_it_was_written_from(
        (whole, fraction) in (1_u64..=999_999_999_999, 0_u32..=99),
        is_negative: bool,
        (point, group) in prop::sample::select(vec![('.', ','), (',', '.'), (',', ' '), ('.', '\'')]),
    ) {
        let sign = if is_negative { "-" } else { "" };
        let form = DecimalForm { point, group: Some(group) };
        let wanted = format!("{sign}{whole}.{fraction:02}");
        let text = format!("{sign}{}{point}{fraction:02}", grouped(&whole.to_string(), group));
        prop_assert_eq!(&decimal(&text, &form).unwrap(), &wanted);
        prop_assert_eq!(decimal(&format!("{sign}{whole}{point}{fraction:02}"), &form).unwrap(), wanted);
    }
}

#[test]
fn an_amount_is_rounded_only_where_the_mapping_says_so() {
    let of = |amount: &str, currency: &str, round| money(amount, currency, round).map(|m| m["amount"].clone());
    assert_eq!(of("685819.59392", "USD", true).unwrap(), "685819.59");
    assert_eq!(of("0.005", "USD", true).unwrap(), "0.01");
    assert_eq!(of("1250.5", "JPY", true).unwrap(), "1251");
    assert_eq!(of("10.50", "USD", true).unwrap(), "10.50");
    assert_eq!(of("685819.59392", "USD", false).unwrap_err().code, "amount_too_precise");
    assert_eq!(of("1", "ZMK", true).unwrap_err().code, "unknown_currency");
    assert_eq!(of("-1", "USD", true).unwrap_err().code, "negative_amount");
}
