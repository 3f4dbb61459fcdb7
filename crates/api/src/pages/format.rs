//! Numbers, dates, plural forms and sorting as the four languages have them, by ICU and its data. What is not
//! measurable has no text here, and never prints as 0.
//!
//! Deliberately absent: rounding of figures for anything but the eye; time zones, as every instant is shown in UTC.

use std::cmp::Ordering;
use std::sync::LazyLock;

use icu_calendar::{Date, Gregorian};
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::{Y, YM, YMD};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal as IcuDecimal;
use icu_locale_core::{Locale, locale};
use icu_plurals::{PluralCategory, PluralRules};
use rust_decimal::Decimal;
use servanda_events::dates::{FuzzyDate, Instant, LedgerDate, Precision};

use super::say::say;
use crate::words::{Lang, Words};

/// What ICU needs for one language. A part whose data are missing is absent, and its values are then written plainly.
struct Formats {
    numbers: Option<DecimalFormatter>,
    plurals: Option<PluralRules>,
    days: Option<FixedCalendarDateTimeFormatter<Gregorian, YMD>>,
    months: Option<FixedCalendarDateTimeFormatter<Gregorian, YM>>,
    years: Option<FixedCalendarDateTimeFormatter<Gregorian, Y>>,
    order: Option<CollatorBorrowed<'static>>,
}

static FORMATS: LazyLock<[(Lang, Formats); 4]> = LazyLock::new(|| Lang::ALL.map(|lang| (lang, formats(lang))));

fn formats(lang: Lang) -> Formats {
    let locale: Locale = match lang {
        // The day before the month, as in the other three.
        Lang::En => locale!("en-GB"),
        Lang::Fr => locale!("fr"),
        Lang::Kk => locale!("kk"),
        Lang::Ru => locale!("ru"),
    };
    Formats {
        numbers: DecimalFormatter::try_new((&locale).into(), Default::default()).ok(),
        plurals: PluralRules::try_new((&locale).into(), Default::default()).ok(),
        days: FixedCalendarDateTimeFormatter::try_new((&locale).into(), YMD::long()).ok(),
        months: FixedCalendarDateTimeFormatter::try_new((&locale).into(), YM::long()).ok(),
        years: FixedCalendarDateTimeFormatter::try_new((&locale).into(), Y::long()).ok(),
        order: Collator::try_new((&locale).into(), CollatorOptions::default()).ok(),
    }
}

fn of(lang: Lang) -> &'static Formats {
    let [english, ..] = &*FORMATS;
    FORMATS.iter().find(|(of, _)| *of == lang).map_or(&english.1, |(_, formats)| formats)
}

/// A decimal with its digits in groups. What is no decimal stays as it is.
pub(crate) fn number(text: &str, lang: Lang) -> String {
    match (&of(lang).numbers, text.parse::<IcuDecimal>()) {
        (Some(numbers), Ok(decimal)) => numbers.format(&decimal).to_string(),
        _ => text.to_owned(),
    }
}

/// A formatted number with its unit, which is written as the source has it; a unit that is a word has one in each
/// language.
pub(crate) fn with_unit(number: &str, unit: &str, lang: Lang) -> String {
    let key = format!("unit-{unit}");
    if Words::shared().knows(&key) {
        say(lang, &key, &[("value", number.into())])
    } else {
        format!("{number}\u{a0}{unit}")
    }
}

/// A whole number.
pub(crate) fn count(count: i64, lang: Lang) -> String {
    number(&count.to_string(), lang)
}

/// The grammatical form that goes with a number: `zero`, `one`, `two`, `few`, `many` or `other`.
pub(crate) fn plural_form(count: i64, lang: Lang) -> &'static str {
    let rules = of(lang).plurals.as_ref();
    match rules.map_or(PluralCategory::Other, |rules| rules.category_for(count.unsigned_abs())) {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

/// A share in percent, to one decimal.
pub(crate) fn percent(value: Option<Decimal>, lang: Lang) -> Option<String> {
    let value = servanda_projector::progress::Share::percent(value?)?;
    let space = match lang {
        Lang::En => "",
        Lang::Fr => "\u{202f}",
        Lang::Kk | Lang::Ru => "\u{a0}",
    };
    Some(format!("{}{space}%", number(&value.to_string(), lang)))
}

/// An amount with its currency.
pub(crate) fn money(amount: &str, currency: &str, lang: Lang) -> String {
    format!("{}\u{a0}{currency}", number(amount, lang))
}

fn gregorian(date: LedgerDate) -> Option<Date<Gregorian>> {
    let first = date.first_of_month();
    let day = u8::try_from(date.days_since(first) + 1).ok()?;
    Date::try_new_gregorian(i32::from(date.year()), u8::try_from(date.month()).ok()?, day).ok()
}

/// A day: `31 March 2025`.
pub(crate) fn day(date: LedgerDate, lang: Lang) -> String {
    let written = of(lang).days.as_ref().zip(gregorian(date)).map(|(days, day)| days.format(&day).to_string());
    written.unwrap_or_else(|| date.to_string())
}

/// A date that is known as an interval, as closely as it is known: `31 March 2025`, `March 2025`, `2025`.
pub(crate) fn fuzzy(date: &FuzzyDate, lang: Lang) -> String {
    let formats = of(lang);
    let first = gregorian(date.earliest);
    let written = match date.precision {
        Precision::Day => Some(day(date.earliest, lang)),
        Precision::Month => formats.months.as_ref().zip(first).map(|(months, day)| months.format(&day).to_string()),
        Precision::Year => formats.years.as_ref().zip(first).map(|(years, day)| years.format(&day).to_string()),
        Precision::Quarter => {
            let quarter = i64::from((date.earliest.month() - 1) / 3 + 1);
            let year = i64::from(date.earliest.year()).to_string();
            Some(say(lang, "date-quarter", &[("quarter", quarter.into()), ("year", year.into())]))
        }
        Precision::Interval => Some(format!("{} – {}", day(date.earliest, lang), day(date.latest, lang))),
        Precision::Unresolved => None,
    };
    let written = written.unwrap_or_else(|| date.text.to_string());
    if date.uncertain { say(lang, "date-about", &[("date", written.into())]) } else { written }
}

/// A moment to the minute, in UTC: `31 March 2025, 09:05 UTC`.
pub(crate) fn moment(instant: Instant, lang: Lang) -> String {
    let plain = instant.to_string();
    format!("{}, {} UTC", day(instant.date(), lang), plain.get(11..16).unwrap_or_default())
}

/// The order of two names in a language.
pub(crate) fn order(one: &str, other: &str, lang: Lang) -> Ordering {
    of(lang).order.as_ref().map_or_else(|| one.cmp(other), |order| order.compare(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_does() {
        assert_eq!(number("2200000000", Lang::En), "2,200,000,000");
        assert_eq!(number("2200000000.50", Lang::Fr), "2\u{202f}200\u{202f}000\u{202f}000,50");
        assert_eq!(number("2200000000.50", Lang::Kk), "2\u{a0}200\u{a0}000\u{a0}000,50");
        assert_eq!(number("-1234.5", Lang::En), "-1,234.5");
        assert_eq!(number("999", Lang::Ru), "999");
        assert_eq!(number("no number", Lang::Ru), "no number");
    }

    #[test]
    fn a_share_that_is_not_measurable_is_no_number() {
        assert_eq!(percent(None, Lang::En), None);
        assert_eq!(percent(Some("0.3363".parse().unwrap()), Lang::En).as_deref(), Some("33.6%"));
        assert_eq!(percent(Some(Decimal::ONE), Lang::Kk).as_deref(), Some("100\u{a0}%"));
        assert_eq!(percent(Some(Decimal::ZERO), Lang::En).as_deref(), Some("0%"));
    }

    #[test]
    fn dates_are_written_as_closely_as_they_are_known() {
        let date = |text: &str, lang| fuzzy(&text.parse().unwrap(), lang);
        assert_eq!(date("2026-11-05", Lang::En), "5 November 2026");
        assert_eq!(date("2026-11-05", Lang::Fr), "5 novembre 2026");
        assert_eq!(date("2026-11-05", Lang::Kk), "2026\u{202f}ж. 5 қараша");
        assert_eq!(date("2026-11-05", Lang::Ru), "5 ноября 2026\u{202f}г.");
        assert_eq!(date("2026-11", Lang::Ru), "ноябрь 2026\u{202f}г.");
        assert_eq!(date("2026-11", Lang::En), "November 2026");
        assert_eq!(date("2026", Lang::Fr), "2026");
        assert_eq!(date("2026-Q3", Lang::En), "quarter 3 of 2026");
        assert_eq!(date("2026-11-05~", Lang::En), "about 5 November 2026");
    }

    #[test]
    fn each_number_has_the_form_that_its_language_gives_it() {
        let forms = |lang| [1, 2, 5, 21].map(|count| plural_form(count, lang));
        assert_eq!(forms(Lang::En), ["one", "other", "other", "other"]);
        assert_eq!(forms(Lang::Ru), ["one", "few", "many", "one"]);
        assert_eq!(forms(Lang::Kk), ["one", "other", "other", "other"]);
        assert_eq!(plural_form(1_000_000, Lang::Fr), "many");
    }

    #[test]
    fn kazakh_names_stand_where_kazakhs_look_for_them() {
        let mut names = ["Қостанай", "Ялта", "Ақтау", "Әулиеата", "Көкшетау"];
        names.sort_by(|one, other| order(one, other, Lang::Kk));
        assert_eq!(names, ["Ақтау", "Әулиеата", "Көкшетау", "Қостанай", "Ялта"]);
    }
}
