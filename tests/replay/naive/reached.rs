//! Which figures the histories came to: a comparison of what is never there would pass by emptiness.

use std::collections::{BTreeMap, BTreeSet};

use super::Figures;

/// How often each figure was asked for, was there, and said something.
#[derive(Default)]
pub(super) struct Reached {
    looks: usize,
    figures: BTreeMap<String, Kind>,
}

/// A figure, whoever it is of.
#[derive(Default)]
struct Kind {
    /// In how many looks it was measured.
    measured: usize,
    /// In how many of these it said more than all, nothing, yes or no.
    told: usize,
    values: BTreeSet<String>,
}

/// What the looks at histories must come to: in how many of a hundred a figure is measured, in how many it says
/// more than all, nothing, yes or no, and how many values it has in all of them.
const DEMANDED: &[(&str, usize, usize, usize)] = &[
    ("of commitment", 30, 0, 1),
    ("of Agreement", 30, 0, 1),
    ("of Ledger", 30, 0, 1),
    ("of Package", 30, 0, 1),
    ("of Party", 30, 0, 1),
    ("of Sector", 30, 0, 1),
    ("promise/completion", 30, 6, 3),
    ("promise/partial_completion", 30, 13, 4),
    ("promise/original_completion/share", 30, 6, 3),
    ("promise/original_completion/mutually_cancelled", 2, 2, 2),
    ("promise/cancelled_share", 30, 1, 2),
    ("promise/completion_word", 30, 20, 3),
    ("promise/standing", 30, 20, 3),
    ("promise/planned_value", 30, 8, 3),
    ("promise/earned_value", 30, 2, 3),
    ("promise/spi", 20, 5, 3),
    ("promise/spi_t", 30, 6, 10),
    ("promise/on_time_rate", 20, 4, 3),
    ("promise/slippage/current/median", 20, 13, 10),
    ("promise/slippage/current/max", 20, 13, 10),
    ("promise/slippage/original/median", 20, 13, 10),
    ("promise/slippage/original/max", 20, 13, 10),
    ("promise/verified_share", 12, 0, 2),
    ("promise/disputed_share", 12, 0, 2),
    ("promise/freshness", 20, 13, 10),
    ("promise/no_evidence", 30, 0, 2),
    ("promise/status_disagreement/*/share", 20, 0, 2),
    ("promise/overdue/*/late_days", 20, 13, 10),
    ("promise/at_risk/*/risks", 8, 5, 3),
    ("promise/at_risk/*/done", 5, 3, 1),
    ("promise/money/per_currency/*/committed", 30, 20, 3),
    ("promise/money/per_currency/*/disbursed", 30, 10, 3),
    ("promise/money/per_currency/*/returned", 30, 2, 2),
    ("promise/money/per_currency/*/share", 30, 8, 4),
    ("promise/money/per_currency/*/above_committed", 30, 0, 2),
    ("promise/money/per_currency/*/schedule", 15, 4, 3),
    ("promise/money/converted/currency", 30, 20, 2),
    ("promise/money/converted/share", 10, 3, 3),
    ("promise/money/converted/owed_without_rate", 30, 0, 2),
    ("promise/money/converted/unconverted", 30, 2, 2),
    ("whole/counts/identified", 30, 20, 2),
    ("whole/counts/measurable", 30, 13, 2),
    ("whole/counts/unverifiable", 30, 0, 2),
    ("whole/counts/complete", 30, 0, 2),
    ("whole/counts/assessed", 30, 2, 2),
    ("whole/counts/prospects", 30, 2, 2),
    ("whole/counts/documents/identified", 30, 0, 2),
    ("whole/completion_words/no_evidence", 30, 4, 2),
    ("whole/completion_words/not_started", 30, 2, 2),
    ("whole/completion_words/limited", 30, 0, 2),
    ("whole/completion_words/substantial", 30, 0, 2),
    ("whole/completion_mean", 30, 8, 4),
    ("whole/completion_by_amount/*/completion", 30, 6, 3),
    ("whole/partial_completion_mean", 30, 13, 6),
    ("whole/original_completion_mean", 30, 8, 4),
    ("whole/cancelled_share_mean", 30, 2, 2),
    ("whole/spi_mean", 20, 6, 4),
    ("whole/spi_t_mean", 30, 6, 10),
    ("whole/on_time_rate", 20, 6, 3),
    ("whole/slippage/current/median", 20, 13, 10),
    ("whole/slippage/original/max", 20, 13, 10),
    ("whole/verified_share", 12, 1, 2),
    ("whole/disputed_share", 12, 1, 2),
    ("whole/honoured_rate", 20, 2, 2),
    ("whole/suspended", 4, 2, 2),
    ("whole/freshness", 20, 13, 10),
    ("whole/status_disagreement/*/share", 20, 0, 2),
    ("whole/assessments/*/share", 20, 13, 1),
    ("whole/commitments/*/standing", 30, 20, 3),
    ("whole/overdue/*/late_days", 20, 13, 10),
    ("whole/at_risk/*/days_left", 8, 4, 10),
    ("whole/money/per_currency/*/share", 30, 10, 6),
    ("whole/money/per_currency/*/schedule", 15, 5, 3),
    ("whole/money/converted/share", 9, 2, 3),
    ("whole/money_within_others/per_currency/*/committed", 20, 13, 1),
    ("whole/coverage/amounts/*/share", 30, 20, 2),
    ("whole/coverage/amounts/*/remainder", 30, 20, 2),
    ("whole/coverage/amounts/*/of_unknown_amount", 30, 0, 2),
    ("whole/coverage/amounts/*/in_other_currencies", 30, 0, 2),
    ("whole/coverage/counts/*/share", 30, 16, 2),
    ("whole/coverage/counts/*/classes/*/share", 20, 0, 2),
];

/// What a figure says where there is nothing of its own to say.
const PLAIN: [&str; 5] = ["0", "1", "false", "true", ""];

impl Reached {
    /// Takes in the figures of one look.
    pub(super) fn note(&mut self, figures: &Figures) {
        self.looks += 1;
        let mut seen: BTreeMap<String, bool> = BTreeMap::new();
        for (name, value) in figures.iter().filter(|(_, value)| *value != "null") {
            let whose = name.split([' ', '(', '/']).next().unwrap_or_default();
            seen.insert(format!("of {whose}"), false);
            let kind = kind(name);
            *seen.entry(kind.clone()).or_default() |= !PLAIN.contains(&value.as_str());
            self.figures.entry(kind).or_default().values.insert(value.clone());
        }
        for (kind, told) in seen {
            let of = self.figures.entry(kind).or_default();
            of.measured += 1;
            of.told += usize::from(told);
        }
    }

    /// Fails where the histories came to a figure too seldom for the comparison to say anything.
    pub(super) fn demand(&self) {
        let none = Kind::default();
        let short = DEMANDED.iter().filter_map(|(name, measured, told, values)| {
            let of = self.figures.get(*name).unwrap_or(&none);
            let is_enough = |times: usize, in_hundred: usize| times * 100 >= in_hundred * self.looks;
            let has_values = of.values.len() >= *values || name.starts_with("of ");
            let enough = is_enough(of.measured, *measured) && is_enough(of.told, *told) && has_values;
            let came_to = (of.measured, of.told, of.values.len());
            (!enough).then(|| format!("{name}: measured, told, values {came_to:?} in {} looks", self.looks))
        });
        let short: Vec<String> = short.collect();
        assert!(short.is_empty(), "{short:#?}");
    }
}

/// A figure, whoever it is of: `commitment branch/money/per_currency/EUR/share` is one of all promises.
fn kind(name: &str) -> String {
    const LISTS: [&str; 10] = [
        "per_currency",
        "completion_by_amount",
        "status_disagreement",
        "assessments",
        "overdue",
        "at_risk",
        "commitments",
        "counts",
        "amounts",
        "classes",
    ];
    let mut parts = name.split('/');
    let whose = parts.next().unwrap_or_default();
    let mut kind = if whose.starts_with("commitment ") { "promise" } else { "whole" }.to_owned();
    let mut after_list = false;
    for part in parts {
        // The counts of a roll-up are no list; those of its coverage are.
        let is_row = after_list && kind != "whole/counts";
        kind.push('/');
        kind.push_str(if is_row { "*" } else { part });
        after_list = !is_row && LISTS.contains(&part);
    }
    kind
}
