//! Numbers and dates as the four languages write them. What is not measurable has no text here, and never prints as 0.
//!
//! Deliberately absent: rounding of figures for anything but the eye.

use rust_decimal::Decimal;
use servanda_projector::progress::Share;

use crate::words::Lang;

/// A decimal with its digits in groups.
pub(super) fn number(text: &str, lang: Lang) -> String {
    let (group, point) = match lang {
        Lang::En => (",", "."),
        Lang::Fr | Lang::Kk | Lang::Ru => ("\u{a0}", ","),
    };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("\u{2212}", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut grouped = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push_str(group);
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push_str(point);
        grouped.push_str(fraction);
    }
    grouped
}

/// A share in percent, to one decimal.
pub(super) fn percent(value: Option<Decimal>, lang: Lang) -> Option<String> {
    let value = Share::percent(value?)?;
    let space = if lang == Lang::En { "" } else { "\u{a0}" };
    Some(format!("{}{space}%", number(&value.to_string(), lang)))
}

/// An amount with its currency.
pub(super) fn money(amount: &str, currency: &str, lang: Lang) -> String {
    format!("{}\u{a0}{currency}", number(amount, lang))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_does() {
        assert_eq!(number("2200000000", Lang::En), "2,200,000,000");
        assert_eq!(number("2200000000.50", Lang::Fr), "2\u{a0}200\u{a0}000\u{a0}000,50");
        assert_eq!(number("-1234.5", Lang::En), "\u{2212}1,234.5");
        assert_eq!(number("999", Lang::Ru), "999");
    }

    #[test]
    fn a_share_that_is_not_measurable_is_no_number() {
        assert_eq!(percent(None, Lang::En), None);
        assert_eq!(percent(Some("0.3363".parse().unwrap()), Lang::En).as_deref(), Some("33.6%"));
        assert_eq!(percent(Some(Decimal::ONE), Lang::Kk).as_deref(), Some("100\u{a0}%"));
        assert_eq!(percent(Some(Decimal::ZERO), Lang::En).as_deref(), Some("0%"));
    }
}
