//! What stands in cells, and what it becomes.

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
        assert_eq!(date(wrong, &european).unwrap_err().code, "malformed_date", "{wrong}");
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
    for wrong in ["", "-", "1,5", "1e3", "1.2.3", "£5", "1 000", "NaN", "--1", "1-"] {
        assert_eq!(decimal(wrong, &plain).unwrap_err().code, "malformed_decimal", "{wrong}");
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
