//! Civil dates, instants, and fuzzy dates: a date known only as an interval.
//!
//! A fuzzy date keeps the words it was given in beside the interval they mean. Relative words ("this year") mean
//! something only with an anchor, the day on which they were spoken; the phrases known are in `phrases.rs`.
//! Nothing here reads a clock or a time zone.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use schemars::JsonSchema;

use crate::field_error::FieldError;
use crate::text::{Lang, Line};

macro_rules! string_serde {
    ($name:ident, $schema:tt) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::parse_str(deserializer)
            }
        }
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

/// A civil date, without time or zone: `2025-03-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerDate(Date);

string_serde!(LedgerDate, { "type": "string", "format": "date" });

impl LedgerDate {
    /// The date of year, month and day, if there is such a day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if year < 1 {
            return None;
        }
        Date::new(year, month, day).ok().map(Self)
    }

    /// Days from `earlier` to this date; negative when it is before.
    pub fn days_since(self, earlier: Self) -> i64 {
        let days = |date: Date| date.since(Date::constant(1970, 1, 1)).map_or(0, |span| i64::from(span.get_days()));
        days(self.0) - days(earlier.0)
    }

    /// The day `days` after this date; `None` outside the years 1 to 9999.
    pub fn plus_days(self, days: u32) -> Option<Self> {
        let span = jiff::Span::new().try_days(days).ok()?;
        self.0.checked_add(span).ok().map(Self)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The last day of this date's month.
    #[must_use]
    pub fn last_of_month(self) -> Self {
        Self(self.0.last_of_month())
    }

    /// The first day of this date's month.
    #[must_use]
    pub fn first_of_month(self) -> Self {
        Self(self.0.first_of_month())
    }

    /// The first day of the month that lies `months` after this date's month; `None` outside the years 1 to 9999.
    pub fn first_of_month_after(self, months: i32) -> Option<Self> {
        let index = i32::from(self.0.year()) * 12 + i32::from(self.0.month()) - 1 + months;
        Self::new(i16::try_from(index.div_euclid(12)).ok()?, i8::try_from(index.rem_euclid(12) + 1).ok()?, 1)
    }
}

impl FromStr for LedgerDate {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let malformed = || FieldError::new("malformed_date").with("value", text);
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(malformed());
        }
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().try_fold(0_i16, |n, b| b.is_ascii_digit().then(|| n * 10 + i16::from(b - b'0')))
        };
        let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
            return Err(malformed());
        };
        let small = |n: i16| i8::try_from(n).unwrap_or(-1);
        Self::new(year, small(month), small(day)).ok_or_else(|| FieldError::new("impossible_date").with("value", text))
    }
}

impl fmt::Display for LedgerDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

/// A moment in UTC, to the microsecond: `2026-11-24T06:30:00.000000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(jiff::Timestamp);

string_serde!(Instant, { "type": "string", "format": "date-time" });

impl Instant {
    /// The moment so many microseconds after 1970-01-01T00:00:00Z.
    pub fn from_micros(micros: i64) -> Option<Self> {
        jiff::Timestamp::from_microsecond(micros).ok().map(Self)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        self.0.as_microsecond()
    }

    /// The civil date of this moment in UTC.
    pub fn date(self) -> LedgerDate {
        LedgerDate(jiff::tz::Offset::UTC.to_datetime(self.0).date())
    }

    /// The latest civil date that has begun anywhere on Earth at this moment: the one of UTC+14. Astana enters a day
    /// five hours before UTC does, and must not be told that its today is the future.
    pub fn date_furthest_east(self) -> LedgerDate {
        LedgerDate(jiff::tz::Offset::constant(14).to_datetime(self.0).date())
    }
}

impl FromStr for Instant {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let malformed = || FieldError::new("malformed_instant").with("value", text);
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| malformed())?;
        Self::from_micros(timestamp.as_microsecond()).ok_or_else(malformed)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = jiff::tz::Offset::UTC.to_datetime(self.0);
        let (date, time) = (civil.date(), civil.time());
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            date.year(),
            date.month(),
            date.day(),
            time.hour(),
            time.minute(),
            time.second(),
            time.subsec_nanosecond() / 1_000
        )
    }
}

/// How closely a fuzzy date is known.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// One day.
    Day,
    /// A month.
    Month,
    /// A quarter of a year.
    Quarter,
    /// A year.
    Year,
    /// Any other interval, written `from/to`.
    Interval,
    /// Relative words that wait for an anchor; never in a recorded fact.
    Unresolved,
}

/// A date known as an interval, with the words it was given in.
///
/// In a command it is a string (`2025`, `2025-Q3`, `2025-03`, `2025-03-31`, `2025-01/2025-09`, `this year`, with `~`
/// at the end for "about") or an object with `text`, `lang` and `anchor`. In a fact it is the full object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub struct FuzzyDate {
    /// The words as given.
    pub text: Line,
    /// The language of relative words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// First day it may be.
    pub earliest: LedgerDate,
    /// Last day it may be.
    pub latest: LedgerDate,
    /// How closely it is known.
    pub precision: Precision,
    /// The day on which relative words were spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<LedgerDate>,
    /// Whether the source said "about".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub uncertain: bool,
}

impl schemars::JsonSchema for FuzzyDate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FuzzyDate".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A date known as an interval: `2025`, `2025-Q3`, `2025-03`, `2025-03-31`, `2025-01/2025-09`, \
                `this year`, with `~` at the end for \"about\". A command may give the words alone; a fact has the object.",
            "anyOf": [
                { "type": "string", "minLength": 4 },
                {
                    "type": "object",
                    "properties": {
                        "text": generator.subschema_for::<Line>(),
                        "lang": generator.subschema_for::<Option<Lang>>(),
                        "earliest": generator.subschema_for::<Option<LedgerDate>>(),
                        "latest": generator.subschema_for::<Option<LedgerDate>>(),
                        "precision": generator.subschema_for::<Option<Precision>>(),
                        "anchor": generator.subschema_for::<Option<LedgerDate>>(),
                        "uncertain": { "type": "boolean", "default": false }
                    },
                    "required": ["text"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

impl FuzzyDate {
    /// Exactly this day.
    pub fn day(date: LedgerDate) -> Self {
        Self {
            text: date.to_string().parse().unwrap_or_else(|_| unreachable!("a date is a line of text")),
            lang: None,
            earliest: date,
            latest: date,
            precision: Precision::Day,
            anchor: None,
            uncertain: false,
        }
    }

    fn of_words(text: Line) -> Result<Self, FieldError> {
        let (bare, uncertain) = text.as_str().strip_suffix('~').map_or((text.as_str(), false), |bare| (bare, true));
        let (earliest, latest, precision) =
            if !bare.starts_with(|c: char| c.is_ascii_digit()) && crate::phrases::known(bare) {
                let never = LedgerDate(Date::constant(1, 1, 1));
                (never, never, Precision::Unresolved)
            } else if let Some((from, to)) = bare.split_once('/') {
                let (from, to) = (plain(from)?, plain(to)?);
                if from.0 > to.1 {
                    return Err(FieldError::new("interval_backwards").with("value", text.as_str()));
                }
                (from.0, to.1, Precision::Interval)
            } else {
                plain(bare)?
            };
        Ok(Self { text, lang: None, earliest, latest, precision, anchor: None, uncertain })
    }

    /// Whether it is in words that have no meaning before they get an anchor.
    pub fn is_relative(&self) -> bool {
        self.precision == Precision::Unresolved
    }

    /// The date that relative words mean when spoken on `anchor`; a date that needs no anchor stays as it is.
    pub fn resolve(&mut self, anchor: Option<LedgerDate>) -> Result<(), FieldError> {
        if !self.is_relative() {
            return Ok(());
        }
        let without = || FieldError::new("relative_date_without_anchor").with("value", self.text.as_str());
        let spoken = self.anchor.or(anchor).ok_or_else(without)?;
        let (lang, earliest, latest, precision) =
            crate::phrases::resolve(self.text.as_str(), spoken).ok_or_else(without)?;
        *self = Self {
            text: self.text.clone(),
            lang: Some(lang),
            earliest,
            latest,
            precision,
            anchor: Some(spoken),
            uncertain: self.uncertain,
        };
        Ok(())
    }
}

impl FromStr for FuzzyDate {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        Self::of_words(text.parse()?)
    }
}

impl FuzzyDate {
    /// Its words, with the days they mean where the words alone do not say: `this year (2024-01-01 – 2024-12-31)`.
    pub fn in_full(&self) -> String {
        if self.precision == Precision::Day {
            return self.earliest.to_string();
        }
        let plain = self.text.as_str().bytes().all(|b| b.is_ascii_digit() || b"-/Q~".contains(&b));
        if plain { self.to_string() } else { format!("{self} ({} – {})", self.earliest, self.latest) }
    }
}

impl fmt::Display for FuzzyDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.as_str())
    }
}

/// The interval of `2025`, `2025-Q3`, `2025-03` or `2025-03-31`.
fn plain(text: &str) -> Result<(LedgerDate, LedgerDate, Precision), FieldError> {
    let malformed = || FieldError::new("malformed_date").with("value", text);
    if text.len() == 10 {
        let day: LedgerDate = text.parse()?;
        return Ok((day, day, Precision::Day));
    }
    let year = text.get(0..4).filter(|y| y.bytes().all(|b| b.is_ascii_digit())).ok_or_else(malformed)?;
    let first = |month: &str| format!("{year}-{month}-01").parse::<LedgerDate>();
    match text.get(4..) {
        Some("") => Ok((first("01")?, first("12")?.last_of_month(), Precision::Year)),
        Some("-Q1") => Ok((first("01")?, first("03")?.last_of_month(), Precision::Quarter)),
        Some("-Q2") => Ok((first("04")?, first("06")?.last_of_month(), Precision::Quarter)),
        Some("-Q3") => Ok((first("07")?, first("09")?.last_of_month(), Precision::Quarter)),
        Some("-Q4") => Ok((first("10")?, first("12")?.last_of_month(), Precision::Quarter)),
        Some(rest) if rest.len() == 3 && rest.starts_with('-') => {
            let month =
                first(&rest[1..]).map_err(|error| if error.code == "malformed_date" { malformed() } else { error })?;
            Ok((month, month.last_of_month(), Precision::Month))
        }
        _ => Err(malformed()),
    }
}

impl<'de> serde::Deserialize<'de> for FuzzyDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FuzzyVisitor)
    }
}

struct FuzzyVisitor;

impl<'de> serde::de::Visitor<'de> for FuzzyVisitor {
    type Value = FuzzyDate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date such as \"2025-03-31\", \"2025-03\", \"2025-Q3\" or \"2025\", or an object with `text`")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<FuzzyDate, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<FuzzyDate, A::Error> {
        use serde::Deserialize as _;
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Parts {
            text: Line,
            lang: Option<Lang>,
            earliest: Option<LedgerDate>,
            latest: Option<LedgerDate>,
            precision: Option<Precision>,
            anchor: Option<LedgerDate>,
            #[serde(default)]
            uncertain: bool,
        }
        let parts = Parts::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        // What the words mean is computed from them, never taken from the sender; a given interval must agree.
        let mut date = FuzzyDate::of_words(parts.text).map_err(serde::de::Error::custom)?;
        date.uncertain |= parts.uncertain;
        date.anchor = parts.anchor;
        if parts.anchor.is_some() {
            date.resolve(None).map_err(serde::de::Error::custom)?;
        }
        let differs = |given: Option<LedgerDate>, meant| given.is_some_and(|given| given != meant);
        if differs(parts.earliest, date.earliest)
            || differs(parts.latest, date.latest)
            || parts.precision.is_some_and(|p| p != date.precision)
        {
            return Err(serde::de::Error::custom(FieldError::new("date_disagrees").with("value", date.text.as_str())));
        }
        if date.lang.is_none() {
            date.lang = parts.lang;
        }
        Ok(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(text: &str) -> String {
        match text.parse::<FuzzyDate>() {
            Ok(date) => format!(
                "{}..{} {:?}{}",
                date.earliest,
                date.latest,
                date.precision,
                if date.uncertain { " about" } else { "" }
            ),
            Err(error) => error.code,
        }
    }

    #[test]
    fn the_words_of_a_date_mean_an_interval() {
        for (text, meant) in [
            ("2025", "2025-01-01..2025-12-31 Year"),
            ("2025~", "2025-01-01..2025-12-31 Year about"),
            ("2025-Q3", "2025-07-01..2025-09-30 Quarter"),
            ("2024-02", "2024-02-01..2024-02-29 Month"),
            ("2025-03-31", "2025-03-31..2025-03-31 Day"),
            ("2024-01/2024-09", "2024-01-01..2024-09-30 Interval"),
            ("2025-02-29", "impossible_date"),
            ("2025-13", "impossible_date"),
            ("0000", "impossible_date"),
            ("2025-Q5", "malformed_date"),
            ("2025-1-1", "malformed_date"),
            ("25", "malformed_date"),
            ("2025/2024", "interval_backwards"),
            ("soon", "malformed_date"),
        ] {
            assert_eq!(interval(text), meant, "{text}");
        }
    }

    #[test]
    fn relative_words_need_an_anchor() {
        let mut date: FuzzyDate = "this year".parse().unwrap();
        assert_eq!(date.clone().resolve(None).unwrap_err().code, "relative_date_without_anchor");
        date.resolve(LedgerDate::new(2024, 11, 5)).unwrap();
        assert_eq!((date.earliest.to_string(), date.latest.to_string()), ("2024-01-01".into(), "2024-12-31".into()));
        assert_eq!(date.lang.unwrap().as_str(), "en");
    }

    #[test]
    fn a_stored_date_reads_back_as_itself_and_cannot_lie() {
        for text in ["2025-Q3", "2024-01/2024-09", "2025~"] {
            let date: FuzzyDate = text.parse().unwrap();
            let json = serde_json::to_string(&date).unwrap();
            assert_eq!(serde_json::from_str::<FuzzyDate>(&json).unwrap(), date);
        }
        let lie = r#"{"text":"2025","earliest":"2020-01-01","latest":"2025-12-31","precision":"year"}"#;
        assert_eq!(
            FieldError::from_message(&serde_json::from_str::<FuzzyDate>(lie).unwrap_err().to_string()).code,
            "date_disagrees"
        );
        let spoken = r#"{"text":"this year","anchor":"2024-11-05"}"#;
        assert_eq!(serde_json::from_str::<FuzzyDate>(spoken).unwrap().latest, LedgerDate::new(2024, 12, 31).unwrap());
    }

    #[test]
    fn days_are_counted_across_years() {
        let day = |text: &str| text.parse::<LedgerDate>().unwrap();
        assert_eq!(day("2025-10-20").days_since(day("2025-01-01")), 292);
        assert_eq!(day("2025-03-31").days_since(day("2025-01-01")), 89);
    }

    #[test]
    fn an_instant_has_one_form() {
        let instant: Instant = "2025-11-02T10:00:00+05:00".parse().unwrap();
        assert_eq!(instant.to_string(), "2025-11-02T05:00:00.000000Z");
        assert_eq!(instant.date().to_string(), "2025-11-02");
        let evening: Instant = "2025-11-02T20:00:00Z".parse().unwrap();
        assert_eq!(evening.date_furthest_east().to_string(), "2025-11-03", "it is tomorrow in Astana already");
        assert_eq!(instant.date_furthest_east().to_string(), "2025-11-02");
    }
}
