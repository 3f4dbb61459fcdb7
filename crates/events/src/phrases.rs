//! Relative dates in words, in the four languages of the ledger, and what they mean on a given day.
//!
//! Only phrases with one clear meaning are here; "soon" and "in the near future" are not dates.

use crate::dates::{LedgerDate, Precision};
use crate::text::Lang;

#[derive(Clone, Copy)]
enum Span {
    Year(i32),
    Quarter(i32),
    Month(i32),
}

const PHRASES: [(&str, &str, Span); 24] = [
    ("en", "last year", Span::Year(-1)),
    ("en", "this year", Span::Year(0)),
    ("en", "next year", Span::Year(1)),
    ("en", "this quarter", Span::Quarter(0)),
    ("en", "next quarter", Span::Quarter(1)),
    ("en", "this month", Span::Month(0)),
    ("en", "next month", Span::Month(1)),
    ("fr", "l'année dernière", Span::Year(-1)),
    ("fr", "cette année", Span::Year(0)),
    ("fr", "l'année prochaine", Span::Year(1)),
    ("fr", "ce trimestre", Span::Quarter(0)),
    ("fr", "ce mois-ci", Span::Month(0)),
    ("fr", "le mois prochain", Span::Month(1)),
    ("ru", "в прошлом году", Span::Year(-1)),
    ("ru", "в этом году", Span::Year(0)),
    ("ru", "в следующем году", Span::Year(1)),
    ("ru", "в этом квартале", Span::Quarter(0)),
    ("ru", "в этом месяце", Span::Month(0)),
    ("ru", "в следующем месяце", Span::Month(1)),
    ("kk", "былтыр", Span::Year(-1)),
    ("kk", "биыл", Span::Year(0)),
    ("kk", "келесі жылы", Span::Year(1)),
    ("kk", "осы айда", Span::Month(0)),
    ("kk", "келесі айда", Span::Month(1)),
];

fn find(text: &str) -> Option<(&'static str, Span)> {
    let lower = text.to_lowercase().replace('’', "'");
    PHRASES.iter().find(|(_, phrase, _)| *phrase == lower).map(|(lang, _, span)| (*lang, *span))
}

/// Whether `text` is a relative date that an anchor would resolve.
pub(crate) fn known(text: &str) -> bool {
    find(text).is_some()
}

/// What `text` means when spoken on `anchor`: its language and its interval.
pub(crate) fn resolve(text: &str, anchor: LedgerDate) -> Option<(Lang, LedgerDate, LedgerDate, Precision)> {
    let (lang, span) = find(text.strip_suffix('~').unwrap_or(text))?;
    let (first, months, precision) = match span {
        Span::Year(years) => {
            (anchor.first_of_month_after(1 - i32::from(anchor.month()) + 12 * years)?, 12, Precision::Year)
        }
        Span::Quarter(quarters) => {
            (anchor.first_of_month_after(3 * quarters - (i32::from(anchor.month()) - 1) % 3)?, 3, Precision::Quarter)
        }
        Span::Month(months) => (anchor.first_of_month_after(months)?, 1, Precision::Month),
    };
    let latest = first.first_of_month_after(months - 1)?.last_of_month();
    Some((lang.parse().ok()?, first, latest, precision))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phrase_has_its_interval() {
        let anchor = LedgerDate::new(2024, 11, 5).unwrap();
        let meant = |text| resolve(text, anchor).map(|(_, from, to, _)| format!("{from}..{to}")).unwrap();
        assert_eq!(meant("Last year"), "2023-01-01..2023-12-31");
        assert_eq!(meant("cette année"), "2024-01-01..2024-12-31");
        assert_eq!(meant("l’année prochaine"), "2025-01-01..2025-12-31");
        assert_eq!(meant("в этом квартале"), "2024-10-01..2024-12-31");
        assert_eq!(meant("next quarter"), "2025-01-01..2025-03-31");
        assert_eq!(meant("келесі айда"), "2024-12-01..2024-12-31");
        assert_eq!(meant("биыл~"), "2024-01-01..2024-12-31");
        assert!(resolve("this year", LedgerDate::new(9999, 12, 31).unwrap()).is_some());
        assert!(resolve("next year", LedgerDate::new(9999, 12, 31).unwrap()).is_none());
    }
}
