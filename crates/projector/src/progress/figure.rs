//! A number, or a word, that explains itself.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use servanda_events::dates::LedgerDate;
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
    #[schemars(with = "BTreeMap<String, String>")]
    pub inputs: Inputs,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
    /// The value before it was rounded for print; means are taken over these.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) exact: Option<Decimal>,
}

/// A figure as it is shown, without the entries behind it: who asks where it comes from is given the figure itself.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BareFigure {
    /// The value, a decimal in a string; `null` where it is not measurable.
    #[serde(serialize_with = "text")]
    #[schemars(with = "Option<String>")]
    pub value: Option<Decimal>,
    /// Name and version of the formula.
    pub formula: &'static str,
    /// What went into it, by name.
    #[schemars(with = "BTreeMap<String, String>")]
    pub inputs: Inputs,
}

impl From<&Figure> for BareFigure {
    fn from(figure: &Figure) -> Self {
        Self { value: figure.value, formula: figure.formula, inputs: figure.inputs.clone() }
    }
}

/// What went into a figure, by name. It becomes text when it is printed: most figures of single commitments never are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inputs(pub(super) Vec<(&'static str, Input)>);

/// One thing that went into a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input {
    /// A number.
    Number(Decimal),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Day(LedgerDate),
    /// A word of the formula's own.
    Word(&'static str),
}

impl Inputs {
    /// One of them.
    pub fn get(&self, name: &str) -> Option<Input> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, input)| *input)
    }
}

impl Serialize for Inputs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, input)| (name, input.to_string())).collect::<BTreeMap<_, _>>())
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{}", number.normalize()),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Day(day) => write!(f, "{day}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

impl From<Decimal> for Input {
    fn from(number: Decimal) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Input {
    fn from(count: u64) -> Self {
        Self::Number(Decimal::from(count))
    }
}

impl From<usize> for Input {
    fn from(count: usize) -> Self {
        Self::Number(Decimal::from(count))
    }
}

impl From<bool> for Input {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<LedgerDate> for Input {
    fn from(day: LedgerDate) -> Self {
        Self::Day(day)
    }
}

impl From<&'static str> for Input {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
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
        Self(rounded(value, DECIMALS))
    }

    /// A printed ratio in per cent, to one decimal.
    pub fn percent(value: Decimal) -> Option<Decimal> {
        value.checked_mul(Decimal::ONE_HUNDRED).map(|percent| rounded(percent, 1))
    }
}

/// Halves are rounded away from zero, as people do it: 6.25 to 6.3.
fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero).normalize()
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
            .input("numerator", numerator)
            .input("denominator", denominator)
    }

    /// A plain amount.
    pub(crate) fn amount(formula: &'static str, value: Decimal) -> Self {
        Self { value: Some(value.normalize()), exact: Some(value), ..Self::unmeasurable(formula) }
    }

    /// A figure that cannot be measured.
    pub(crate) fn unmeasurable(formula: &'static str) -> Self {
        Self { value: None, formula, inputs: Inputs::default(), entries: Vec::new(), exact: None }
    }

    pub(crate) fn input(mut self, name: &'static str, input: impl Into<Input>) -> Self {
        self.inputs.0.push((name, input.into()));
        self
    }

    /// Adds entries to those behind it, in whatever order and as often as they come.
    pub(crate) fn from(mut self, entries: impl IntoIterator<Item = Position>) -> Self {
        self.entries.extend(entries);
        self
    }

    /// Adds the last entries to those behind it, which then are in order, each once. To be said of every figure that is
    /// shown, when it is complete.
    pub(crate) fn stand_on(&mut self, entries: impl IntoIterator<Item = Position>) {
        self.entries.extend(entries);
        each_once(&mut self.entries);
    }
}

/// A mean while it is taken, of figures that can be measured, each counting the same.
pub(crate) struct Mean {
    formula: &'static str,
    sum: Decimal,
    count: u64,
    entries: Vec<Position>,
}

impl Mean {
    /// The mean of nothing yet, which will stand on about so many entries.
    pub(crate) fn new(formula: &'static str, entries: usize) -> Self {
        Self { formula, sum: Decimal::ZERO, count: 0, entries: Vec::with_capacity(entries) }
    }

    /// Takes in a figure, with the entries by which it belongs to what is asked for.
    pub(crate) fn take(&mut self, figure: &Figure, base: &[Position]) {
        if let Some(value) = figure.exact {
            self.sum += value;
            self.count += 1;
            self.entries.extend_from_slice(&figure.entries);
            self.entries.extend_from_slice(base);
        }
    }

    /// The mean of what was taken in.
    pub(crate) fn figure(self) -> Figure {
        Figure { entries: self.entries, ..Figure::ratio(self.formula, self.sum, Decimal::from(self.count)) }
    }
}

/// Words of bits that may be looked through for each position, before sorting takes less.
const WORDS_PER_POSITION: u64 = 8;

/// Puts positions in order, each once.
pub(super) fn each_once(entries: &mut Vec<Position>) {
    let (Some(first), Some(last)) = (entries.iter().min().copied(), entries.iter().max().copied()) else { return };
    let words = (last - first) / 64 + 1;
    if words > WORDS_PER_POSITION * entries.len() as u64 {
        entries.sort_unstable();
        entries.dedup();
        return;
    }
    // Positions that lie close together are bits of a row, which is read in order.
    let mut bits = vec![0_u64; usize::try_from(words).unwrap_or(0)];
    for entry in entries.iter() {
        let place = entry - first;
        if let Some(word) = usize::try_from(place / 64).ok().and_then(|at| bits.get_mut(at)) {
            *word |= 1 << (place % 64);
        }
    }
    entries.clear();
    for (at, word) in (0..).zip(bits) {
        let mut left = word;
        while left != 0 {
            entries.push(first + at * 64 + u64::from(left.trailing_zeros()));
            left &= left - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let percent = |value: &str| Share::percent(value.parse().unwrap()).unwrap().to_string();
        assert_eq!([percent("0.0625"), percent("0.0635"), percent("-0.0625")], ["6.3", "6.4", "-6.3"]);
        assert_eq!(Share::of("0.0000005".parse().unwrap()).0.to_string(), "0.000001");
    }

    #[test]
    fn positions_are_put_in_order_each_once_however_far_apart_they_lie() {
        let close: Vec<Position> = (0..400).map(|n| 1_000 + n * 7_919 % 613).chain([1_000, 1_063, 1_064]).collect();
        let far = vec![u64::MAX, 3, 1 << 40, 3, 70];
        for given in [Vec::new(), vec![7], vec![9, 9], close, far] {
            let mut sorted = given.clone();
            sorted.sort_unstable();
            sorted.dedup();
            let mut ours = given;
            each_once(&mut ours);
            assert_eq!(ours, sorted);
        }
    }

    #[test]
    fn inputs_are_written_in_the_order_of_their_names() {
        let figure = Figure::ratio("on_time_rate.v1", Decimal::ONE, Decimal::TWO)
            .input("due", "current")
            .input("equal_weights", true);
        let json = serde_json::to_value(&figure).unwrap();
        assert_eq!(
            json["inputs"].to_string(),
            r#"{"denominator":"2","due":"current","equal_weights":"true","numerator":"1"}"#
        );
    }
}
