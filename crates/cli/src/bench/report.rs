//! What was measured: medians, ratios, and whether a goal was reached; as a table or as JSON.
#![expect(clippy::float_arithmetic, reason = "ratios of measurements are no amounts of a ledger")]

use std::time::Duration;

use serde::Serialize;

use crate::output::Table;

/// What a figure is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Unit {
    PerSecond,
    Milliseconds,
    Mebibytes,
    Bytes,
}

/// A goal for a ratio of ours to the limit, or for our figure alone where there is no limit beside it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// Shown, not judged.
    None,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Line {
    /// Number of the goal.
    pub(super) id: &'static str,
    pub(super) what: String,
    pub(super) unit: Unit,
    /// Medians.
    pub(super) ours: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) limit: Option<f64>,
    /// The median of ours to the limit, round by round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ratio: Option<f64>,
    pub(super) goal: Goal,
    /// Whether the goal was reached; none where there is none.
    pub(super) reached: Option<bool>,
}

/// The middle of some figures.
pub(super) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => sorted[count / 2],
        count => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
    }
}

/// The duration that `share` of 1,000 do not exceed.
pub(super) fn quantile(durations: &mut [Duration], share: usize) -> f64 {
    durations.sort_unstable();
    let place = (durations.len() * share / 1_000).min(durations.len().saturating_sub(1));
    durations.get(place).map_or(f64::NAN, |duration| duration.as_secs_f64() * 1_000.0)
}

/// How many a second.
#[expect(clippy::cast_precision_loss, reason = "counts of a measurement are far below 2^52")]
pub(super) fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// One figure by another.
#[expect(clippy::cast_precision_loss, reason = "sizes of a measurement are far below 2^52")]
pub(super) fn by(count: u64, other: u64) -> f64 {
    count as f64 / other as f64
}

impl Line {
    /// Our figures beside the limit's, round by round.
    pub(super) fn beside(
        id: &'static str,
        what: impl Into<String>,
        unit: Unit,
        rounds: &[(f64, f64)],
        goal: Goal,
    ) -> Self {
        let of = |side: fn(&(f64, f64)) -> f64| median(&rounds.iter().map(side).collect::<Vec<_>>());
        let ratio = of(|(ours, limit)| ours / limit);
        Self {
            id,
            what: what.into(),
            unit,
            ours: of(|(ours, _)| *ours),
            limit: Some(of(|(_, limit)| *limit)),
            ratio: Some(ratio),
            goal,
            reached: goal.reached(ratio),
        }
    }

    /// Our figures alone.
    pub(super) fn alone(id: &'static str, what: impl Into<String>, unit: Unit, rounds: &[f64], goal: Goal) -> Self {
        let ours = median(rounds);
        Self { id, what: what.into(), unit, ours, limit: None, ratio: None, goal, reached: goal.reached(ours) }
    }
}

impl Goal {
    fn reached(self, figure: f64) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(figure >= least),
            Self::AtMost(most) => Some(figure <= most),
            Self::None => None,
        }
    }

    fn text(self, ratio: bool) -> String {
        let times = if ratio { " x" } else { "" };
        match self {
            Self::AtLeast(least) => format!(">= {least}{times}"),
            Self::AtMost(most) => format!("<= {most}{times}"),
            Self::None => String::new(),
        }
    }
}

impl Unit {
    fn text(self, figure: f64) -> String {
        match self {
            Self::PerSecond => format!("{figure:.0}/s"),
            Self::Milliseconds if figure < 1.0 => format!("{figure:.3} ms"),
            Self::Milliseconds => format!("{figure:.1} ms"),
            Self::Mebibytes => format!("{figure:.1} MiB"),
            Self::Bytes => format!("{figure:.0} B"),
        }
    }
}

/// The lines as a table.
pub(super) fn table(lines: &[Line]) -> String {
    let mut table = Table::new(["", "what", "ours", "limit", "ratio", "goal", ""]).right(&[2, 3, 4]);
    for line in lines {
        let verdict = match line.reached {
            Some(true) => "reached",
            Some(false) => "MISSED",
            None => "",
        };
        table.row([
            line.id.to_owned(),
            line.what.clone(),
            line.unit.text(line.ours),
            line.limit.map_or_else(String::new, |limit| line.unit.text(limit)),
            line.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
            line.goal.text(line.ratio.is_some()),
            verdict.to_owned(),
        ]);
    }
    table.lines(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_the_median_of_the_rounds_ratios() {
        let line = Line::beside("P", "x", Unit::PerSecond, &[(1.0, 2.0), (9.0, 10.0), (8.0, 10.0)], Goal::AtLeast(0.9));
        assert_eq!((line.ours, line.limit, line.ratio), (8.0, Some(10.0), Some(0.8)));
        assert_eq!(line.reached, Some(false));
        assert_eq!(median(&[4.0, 1.0]), 2.5);
    }

    #[test]
    fn a_quantile_is_one_of_the_durations() {
        let mut durations: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(quantile(&mut durations, 500), 51.0);
        assert_eq!(quantile(&mut durations, 990), 100.0);
    }
}
