//! Payloads of the indicator family.

use serde::{Deserialize, Serialize};

use crate::dates::{FuzzyDate, LedgerDate};
use crate::ids::{IndicatorId, PackageId, PartyId};
use crate::money::{Currency, Quantity, Rate};
use crate::package::Qualifier;
use crate::text::{Line, Texts};

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither.
    None,
}

/// A measured series was defined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndicatorDefined {
    /// Its id.
    pub indicator_id: IndicatorId,
    /// Its name, per language.
    pub titles: Texts,
    /// The unit of its values: `USD`, `rank`, `%`.
    pub unit: Line,
    /// Which way is better.
    pub direction: Direction,
    /// Whether its values may be summed.
    pub aggregation_allowed: bool,
    /// The parties it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<PartyId>,
    /// The package that named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_id: Option<PackageId>,
}

/// A value of a series for a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndicatorObserved {
    /// The series.
    pub indicator_id: IndicatorId,
    /// The period it was measured over, or the day of a stock.
    pub period: FuzzyDate,
    /// The value, in the series' unit.
    pub value: Quantity,
    /// How exactly it was stated.
    pub qualifier: Qualifier,
    /// Who measured or stated it.
    pub source: Line,
}

/// An exchange rate was recorded: one unit of `base` is `rate` units of `quote`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRateRecorded {
    /// Its id.
    pub rate_id: IndicatorId,
    /// The currency that is converted.
    pub base: Currency,
    /// The currency that it is converted into.
    pub quote: Currency,
    /// Units of `quote` for one unit of `base`.
    pub rate: Rate,
    /// The day it was fixed.
    pub rate_date: LedgerDate,
    /// Who fixed it.
    pub source: Line,
}
