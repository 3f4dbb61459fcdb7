//! A table of a page, as values: shown as HTML in the visitor's language, and sent as a file with exactly the same
//! rows.
//!
//! Deliberately absent: what stands in it, and how a file is written ([`super::downloads`]).

use rust_decimal::Decimal;
use serde::Serialize;
use servanda_events::dates::{FuzzyDate, LedgerDate};

use super::charts::bars::Bar;
use super::format;
use super::say::say;
use crate::words::Lang;

/// A table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    /// What its file is called, in ASCII.
    pub(crate) name: &'static str,
    /// What it shows.
    pub(crate) title: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Words.
    Text,
    /// Whole numbers.
    Count,
    /// Decimals, whose unit is named by the column or by the one beside it.
    Amount,
    /// Dates.
    Date,
    /// Shares of 1, shown in percent.
    Share,
    /// Parts of a whole: `7 of 19`; two columns in a file.
    Of,
}

/// What stands in one place of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    Count(i64),
    Amount(Decimal),
    Day(LedgerDate),
    Date(FuzzyDate),
    Share(Decimal),
    Of {
        part: u64,
        whole: u64,
    },
    /// Not known, not measurable, or not there; the words say which.
    Missing(String),
    /// Another value, and the page that shows what is behind it.
    Link(Box<Cell>, String),
}

impl Cell {
    /// A link to what is behind a value.
    pub(crate) fn to(self, href: impl Into<String>) -> Self {
        Self::Link(Box::new(self), href.into())
    }

    /// A value, or words for its absence.
    pub(crate) fn or(value: Option<Self>, missing: &str) -> Self {
        value.unwrap_or_else(|| Self::Missing(missing.to_owned()))
    }

    /// The value without its link.
    pub(crate) fn value(&self) -> &Self {
        match self {
            Self::Link(cell, _) => cell.value(),
            cell => cell,
        }
    }

    /// The value as a person reads it.
    fn shown(&self, lang: Lang) -> String {
        match self {
            Self::Text(text) | Self::Missing(text) => text.clone(),
            Self::Count(count) => format::count(*count, lang),
            Self::Amount(amount) => format::number(&amount.normalize().to_string(), lang),
            Self::Day(day) => format::day(*day, lang),
            Self::Date(date) => format::fuzzy(date, lang),
            Self::Share(share) => format::percent(Some(*share), lang).unwrap_or_default(),
            Self::Of { part, whole } => {
                say(lang, "analysis-of", &[("part", (*part).into()), ("whole", (*whole).into())])
            }
            Self::Link(cell, _) => cell.shown(lang),
        }
    }
}

impl Kind {
    /// Whether its values stand under each other by their last digit.
    fn is_number(self) -> bool {
        matches!(self, Self::Count | Self::Amount | Self::Share)
    }
}

/// A table as the template takes it.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    title: String,
    columns: Vec<ShownColumn>,
    rows: Vec<Vec<ShownCell>>,
}

#[derive(Debug, Serialize)]
struct ShownColumn {
    name: String,
    number: bool,
}

#[derive(Debug, Serialize)]
struct ShownCell {
    text: String,
    href: Option<String>,
    number: bool,
    bar: Option<Bar>,
}

impl Sheet {
    /// The table in a language.
    pub(crate) fn shown(&self, lang: Lang) -> Shown {
        let column = |column: &Column| ShownColumn { name: column.name.clone(), number: column.kind.is_number() };
        let cell = |(cell, column): (&Cell, &Column)| ShownCell {
            text: cell.shown(lang),
            href: match cell {
                Cell::Link(_, href) => Some(href.clone()),
                _ => None,
            },
            number: column.kind.is_number(),
            bar: match cell.value() {
                Cell::Of { part, whole } => Bar::of(*part, *whole),
                _ => None,
            },
        };
        Shown {
            title: self.title.clone(),
            columns: self.columns.iter().map(column).collect(),
            rows: self.rows.iter().map(|row| row.iter().zip(&self.columns).map(cell).collect()).collect(),
        }
    }
}
