//! A number that explains itself.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use servanda_events::ids::Position;

/// Decimals of a printed ratio.
const DECIMALS: u32 = 6;

/// A figure with its formula, its inputs and the entries it came from.
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
    pub(crate) fn of(value: Decimal) -> Self {
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
        let value = numerator.checked_div(denominator).map(|value| Share::of(value).0);
        Self { value, formula, inputs: BTreeMap::new(), entries: Vec::new() }
            .input("numerator", &numerator)
            .input("denominator", &denominator)
    }

    /// A plain amount.
    pub(crate) fn amount(formula: &'static str, value: Decimal) -> Self {
        Self { value: Some(value.normalize()), formula, inputs: BTreeMap::new(), entries: Vec::new() }
    }

    /// A figure that cannot be measured.
    pub(crate) fn unmeasurable(formula: &'static str) -> Self {
        Self { value: None, formula, inputs: BTreeMap::new(), entries: Vec::new() }
    }

    pub(crate) fn input(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.inputs.insert(name, value.to_string());
        self
    }

    pub(crate) fn from(mut self, entries: impl IntoIterator<Item = Position>) -> Self {
        self.entries.extend(entries);
        self.entries.sort_unstable();
        self.entries.dedup();
        self
    }
}
