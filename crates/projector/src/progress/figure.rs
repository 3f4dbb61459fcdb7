//! A number, or a word, that explains itself.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use servanda_events::ids::Position;

/// Decimals of a printed ratio.
const DECIMALS: u32 = 6;

/// A figure with its formula, its inputs and the entries it came from. From those entries alone it can be computed
/// again.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Figure {
    /// The value, a decimal in a string; `null` where it is not measurable.
    #[serde(serialize_with = "text")]
    #[schemars(with = "Option<String>")]
    pub value: Option<Decimal>,
    /// Name and version of the formula.
    pub formula: &'static str,
    /// What went into it, by name.
    pub inputs: BTreeMap<&'static str, String>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
    /// The value before it was rounded for print; means are taken over these.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) exact: Option<Decimal>,
}

fn text<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

/// A ratio, rounded for print; a decimal in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share(pub Decimal);

impl Share {
    /// The ratio as it is printed.
    pub fn of(value: Decimal) -> Self {
        Self(value.round_dp(DECIMALS).normalize())
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Figure {
    /// `numerator / denominator`, not measurable where the denominator is zero.
    pub(crate) fn ratio(formula: &'static str, numerator: Decimal, denominator: Decimal) -> Self {
        let exact = numerator.checked_div(denominator);
        Self { value: exact.map(|value| Share::of(value).0), exact, ..Self::unmeasurable(formula) }
            .input("numerator", &numerator.normalize())
            .input("denominator", &denominator.normalize())
    }

    /// A plain amount.
    pub(crate) fn amount(formula: &'static str, value: Decimal) -> Self {
        Self { value: Some(value.normalize()), exact: Some(value), ..Self::unmeasurable(formula) }
    }

    /// A figure that cannot be measured.
    pub(crate) fn unmeasurable(formula: &'static str) -> Self {
        Self { value: None, formula, inputs: BTreeMap::new(), entries: Vec::new(), exact: None }
    }

    /// The mean of the figures that can be measured, each counting the same.
    pub(crate) fn mean<'f>(formula: &'static str, figures: impl IntoIterator<Item = &'f Self>) -> Self {
        let (mut sum, mut count, mut entries) = (Decimal::ZERO, 0_u64, Vec::new());
        for figure in figures {
            if let Some(value) = figure.exact {
                sum += value;
                count += 1;
                entries.extend_from_slice(&figure.entries);
            }
        }
        Self::ratio(formula, sum, Decimal::from(count)).from(entries)
    }

    pub(crate) fn input(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.inputs.insert(name, value.to_string());
        self
    }

    pub(crate) fn from(mut self, entries: impl IntoIterator<Item = Position>) -> Self {
        self.stand_on(entries);
        self
    }

    /// Adds entries to those behind it.
    pub(crate) fn stand_on(&mut self, entries: impl IntoIterator<Item = Position>) {
        add(&mut self.entries, entries);
    }
}

/// Adds positions to a list that is in order and holds each once.
pub(super) fn add(entries: &mut Vec<Position>, more: impl IntoIterator<Item = Position>) {
    let before = entries.len();
    entries.extend(more);
    if entries.len() > before {
        entries[before..].sort_unstable();
        // Two runs in order, which this sort merges in one pass.
        entries.sort();
        entries.dedup();
    }
}
