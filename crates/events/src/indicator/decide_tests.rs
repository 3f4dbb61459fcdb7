//! Rules of the indicator family.

use serde_json::json;

use crate::testing::Story;
use crate::testing::scene::{but, correct, indicator, observe, rate};

fn story() -> Story {
    Story::at("2025-03-20T09:00:00Z").given(indicator("turnover")).given(rate("eur-usd", "EUR", "USD", "1.08"))
}

#[test]
fn a_series_is_defined_once() {
    let in_tenge = but(indicator("turnover"), json!({ "data": { "unit": "KZT" } }));
    let about_usa = but(indicator("trade"), json!({ "data": { "parties": ["usa"] } }));
    story().answers([
        ("the same wish", indicator("turnover"), "nothing"),
        ("in another unit", in_tenge, "refused: indicator_already_defined"),
        ("under the id of a rate", indicator("eur-usd"), "refused: indicator_already_defined"),
        ("about an unknown party", about_usa, "IndicatorDefined [party_unknown]"),
    ]);
}

#[test]
fn a_value_belongs_to_a_defined_series_and_to_a_time_that_has_come() {
    story().answers([
        ("a year", observe("turnover", "2024", "4200000000"), "IndicatorObserved"),
        ("less than nothing", observe("turnover", "2024", "-3.5"), "IndicatorObserved"),
        ("a year that has begun", observe("turnover", "2025", "1"), "IndicatorObserved"),
        ("a year to come", observe("turnover", "2026", "1"), "refused: date_in_future at /data/period"),
        ("a series not defined", observe("trade", "2024", "1"), "refused: indicator_unknown"),
        ("a rate", observe("eur-usd", "2024", "1"), "refused: indicator_unknown"),
        (
            "words without an anchor",
            observe("turnover", "last year", "1"),
            "invalid: relative_date_without_anchor at /data/period",
        ),
        (
            "words with one",
            but(
                observe("turnover", "2024", "1"),
                json!({ "data": { "period": { "text": "last year", "anchor": "2024-11-05" } } }),
            ),
            "IndicatorObserved",
        ),
        (
            "another date in the envelope",
            but(observe("turnover", "2024", "1"), json!({ "occurred_on": "2023" })),
            "refused: date_differs at /occurred_on",
        ),
    ]);
}

#[test]
fn periods_of_one_source_that_overlap_are_flagged() {
    let story = story().given(observe("turnover", "2024-01/2024-09", "4200000000"));
    let elsewhere = but(observe("turnover", "2024", "1"), json!({ "data": { "source": "bank" } }));
    story.answers([
        ("the same wish", observe("turnover", "2024-01/2024-09", "4200000000"), "nothing"),
        ("the year", observe("turnover", "2024", "5"), "IndicatorObserved [period_overlaps]"),
        ("the last day of it", observe("turnover", "2024-09-30", "5"), "IndicatorObserved [period_overlaps]"),
        (
            "the same period, another value",
            observe("turnover", "2024-01/2024-09", "5"),
            "IndicatorObserved [period_overlaps]",
        ),
        ("the rest of the year", observe("turnover", "2024-Q4", "5"), "IndicatorObserved"),
        ("the year, from another source", elsewhere, "IndicatorObserved"),
    ]);
}

#[test]
fn a_rate_is_recorded_once_and_never_corrected() {
    let tomorrow = but(rate("usd-kzt", "USD", "KZT", "500"), json!({ "data": { "rate_date": "2025-03-21" } }));
    let stream = "indicator-eur-usd";
    story().answers([
        ("the same wish", rate("eur-usd", "EUR", "USD", "1.08"), "nothing"),
        ("another rate under its id", rate("eur-usd", "EUR", "USD", "1.09"), "refused: rate_already_recorded"),
        ("under the id of a series", rate("turnover", "EUR", "USD", "1.09"), "refused: rate_already_recorded"),
        ("a newer one under another id", rate("eur-usd-2", "EUR", "USD", "1.09"), "ExchangeRateRecorded"),
        ("into itself", rate("eur-eur", "EUR", "EUR", "1"), "refused: same_currency at /data/quote"),
        ("of nothing", rate("usd-kzt", "USD", "KZT", "0"), "invalid: rate_not_positive at /data/rate"),
        ("below nothing", rate("usd-kzt", "USD", "KZT", "-1"), "invalid: rate_not_positive at /data/rate"),
        ("of tomorrow", tomorrow, "refused: date_in_future at /data/rate_date"),
        ("a correction", correct(stream, "c2.1", "/data/rate", "1.08", "1.80"), "refused: rate_is_superseded"),
    ]);
}
