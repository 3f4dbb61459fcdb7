//! The dictionary of figures as data: each with its place on the page, the name and version of its formula where it has
//! one, and the keys of its words. A test holds it against `docs/FIGURES.md`.
//!
//! Deliberately absent: the formulas themselves (`servanda-projector`).

/// A figure, or a word for a state, with its formula.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Defined {
    /// Its place on the page and the middle of its keys: `dictionary-completion`, `dictionary-completion-is`.
    pub(crate) name: &'static str,
    /// Names and versions of its formulas; none for words and counts.
    pub(crate) formulas: &'static [&'static str],
}

const fn defined(name: &'static str, formulas: &'static [&'static str]) -> Defined {
    Defined { name, formulas }
}

/// What is counted and the words for states.
pub(crate) const COUNTS: &[Defined] = &[
    defined("promise", &[]),
    defined("standing", &[]),
    defined("state", &["overdue.v1", "at_risk.v1"]),
    defined("counted", &["counts.v1"]),
    defined("scope", &[]),
    defined("reported", &[]),
    defined("confirmed", &[]),
    defined("delay", &[]),
    defined("groups", &[]),
    defined("promised", &[]),
    defined("within", &[]),
    defined("change", &[]),
];

/// Figures of one commitment.
pub(crate) const OF_ONE: &[Defined] = &[
    defined("completion", &["completion.v1"]),
    defined("partial", &["partial_completion.v1"]),
    defined("original", &["original_completion.v2"]),
    defined("word", &["completion_word.v1", "completion_words.v1"]),
    defined("cancelled", &["cancelled_share.v1"]),
    defined("value", &["planned_value.v1", "earned_value.v1"]),
    defined("spi", &["spi.v1"]),
    defined("spi-t", &["spi_t.v1"]),
    defined("on-time", &["on_time_rate.v1"]),
    defined("slippage", &["slippage_median.v1", "slippage_max.v1"]),
    defined("verified", &["verified_share.v2", "disputed_share.v2"]),
    defined("freshness", &["freshness.v1"]),
    defined("disagreement", &["status_disagreement.v1"]),
    defined("money", &["committed.v2", "disbursed.v2", "returned.v2"]),
    defined("delivered", &["financial_delivery.v2"]),
    defined("converted", &["financial_delivery_converted.v3"]),
    defined("schedule", &["schedule_of_money.v2"]),
];

/// Figures of several commitments.
pub(crate) const OF_SEVERAL: &[Defined] = &[
    defined("mean", &["completion_mean.v1"]),
    defined("by-amount", &["completion_by_amount.v2"]),
    defined(
        "other-means",
        &[
            "partial_completion_mean.v1",
            "original_completion_mean.v2",
            "cancelled_share_mean.v1",
            "spi_mean.v1",
            "spi_t_mean.v1",
        ],
    ),
    defined("honoured", &["honoured_rate.v2"]),
    defined("on-time-count", &["on_time_rate_by_count.v1"]),
    defined("verified-count", &["verified_share_by_count.v2", "disputed_share_by_count.v2"]),
    defined("assessments", &["assessment_mean.v1"]),
    defined("coverage", &["coverage_count.v2", "coverage_amount.v2"]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pages::say;
    use crate::words::Lang;

    fn all() -> impl Iterator<Item = &'static Defined> {
        COUNTS.iter().chain(OF_ONE).chain(OF_SEVERAL)
    }

    #[test]
    fn every_formula_of_the_documentation_is_in_the_dictionary_and_no_other() {
        let text = include_str!("../../../../../docs/FIGURES.md");
        let is_formula =
            |word: &&str| word.rsplit_once(".v").is_some_and(|(_, version)| version.parse::<u32>().is_ok());
        let documented: BTreeSet<&str> = text.split('`').filter(is_formula).collect();
        let defined: BTreeSet<&str> = all().flat_map(|of| of.formulas).copied().collect();
        assert!(documented.len() > 30);
        assert_eq!(documented, defined);
    }

    #[test]
    fn every_figure_has_a_name_and_a_definition_in_each_language() {
        for lang in Lang::ALL {
            for of in all() {
                for key in [format!("dictionary-{}", of.name), format!("dictionary-{}-is", of.name)] {
                    assert_ne!(say::text(lang, &key), key, "{}", lang.tag());
                }
            }
        }
    }
}
