//! All money in one currency: asked for, or chosen from those in which something is owed.

use serde_json::{Value, json};
use servanda_events::testing::{Story, parsed, scene};
use servanda_projector::Over;
use servanda_projector::progress::Converted;

use crate::kit::{branch, on, read, shown};

/// A rate that was fixed on a day.
fn rate(id: &str, (base, quote): (&str, &str), of: &str, day: &str) -> Value {
    scene::with(scene::rate(id, base, quote, of), json!({ "rate_date": day }))
}

fn paid(flow: &str, amount: &str, currency: &str, reference: &str) -> Value {
    scene::disburse("branch", flow, amount, currency, reference)
}

/// 100 EUR and 50 USD are owed.
fn owed_in_two() -> Story {
    scene::visit()
        .given(on("2025-01-01", scene::commit_funds("branch", "euros", "100", "EUR")))
        .given(on("2025-01-01", scene::commit_funds("branch", "dollars", "50", "USD")))
}

fn told(of: &Converted) -> String {
    format!("{} {} {} {}", of.currency, shown(&of.share), of.owed_without_rate, of.unconverted)
}

fn converted(story: &Story, as_of: &str) -> String {
    branch(story, as_of).money.converted.map_or_else(|| "none".to_owned(), |of| told(&of))
}

#[test]
fn what_is_owed_in_two_currencies_is_brought_into_the_one_that_recorded_rates_reach() {
    let story = owed_in_two().given(paid("euros", "70", "EUR", "R1")).given(paid("dollars", "50", "USD", "R2"));
    assert_eq!(converted(&story, "2025-03-20"), "EUR null 1 1", "no rate: not measurable, and never a part of it");
    let into_dollars = story.given(rate("eur-usd", ("EUR", "USD"), "1.10", "2025-01-31"));
    assert_eq!(converted(&into_dollars, "2025-03-20"), "USD 0.794 0 0", "(77 + 50) / (110 + 50)");
    assert_eq!(converted(&into_dollars, "2025-01-30"), "EUR null 1 0", "the rate was not fixed yet, nor anything paid");
}

#[test]
fn most_obligations_choose_the_currency_where_both_are_reached() {
    let both = owed_in_two().given(rate("usd-eur", ("USD", "EUR"), "0.90", "2025-01-31")).given(rate(
        "eur-usd",
        ("EUR", "USD"),
        "1.10",
        "2025-01-31",
    ));
    assert!(converted(&both, "2025-03-20").starts_with("EUR 0 0 0"), "the first by its code of as many");
    let more = both.given(on("2025-01-01", scene::commit_funds("branch", "third", "1", "USD")));
    assert!(converted(&more, "2025-03-20").starts_with("USD 0 0 0"));
}

#[test]
fn what_settles_an_obligation_in_its_own_currency_settles_it_whatever_the_rate() {
    let story = owed_in_two()
        .given(rate("usd-eur", ("USD", "EUR"), "0.90", "2025-01-31"))
        .given(paid("euros", "100", "EUR", "R1"))
        .given(paid("dollars", "50", "USD", "R2"))
        .given(rate("usd-eur-2", ("USD", "EUR"), "0.80", "2025-03-01"));
    assert_eq!(converted(&story, "2025-03-20"), "EUR 1 0 0", "all is paid, and the rate fell since");
    let other = story.given(paid("euros", "10", "USD", "R3"));
    assert_eq!(converted(&other, "2025-03-20"), "EUR 1.064 0 0", "at the rate of its day: 149 / 140");
    assert!(branch(&other, "2025-03-20").money.converted.unwrap().above_committed);
}

#[test]
fn a_currency_that_is_asked_for_is_the_one_given() {
    let story = owed_in_two().given(rate("usd-eur", ("USD", "EUR"), "0.90", "2025-01-31"));
    let story = story.given(paid("euros", "29", "EUR", "R1"));
    let asked = |story: &Story, currency: &str| {
        let currency = Some(parsed(currency));
        read(story, "2025-03-20", |reader| {
            let one = reader.commitment_progress_in(&parsed("branch"), currency).unwrap().unwrap();
            let all = reader.rollup_in(&Over::Ledger, currency).unwrap().unwrap();
            let [one, all] = [one.money, all.money].map(|money| told(&money.converted.unwrap()));
            assert_eq!(one, all);
            one
        })
    };
    assert_eq!(asked(&story, "EUR"), "EUR 0.2 0 0");
    assert_eq!(asked(&story, "USD"), "USD null 1 1", "no rate is turned round");
    assert_eq!(asked(&story, "KZT"), "KZT null 2 1");
    let tenge = story.given(rate("eur-kzt", ("EUR", "KZT"), "500", "2025-01-31"));
    let tenge = tenge.given(rate("usd-kzt", ("USD", "KZT"), "450", "2025-01-31"));
    assert_eq!(asked(&tenge, "KZT"), "KZT 0.2 0 0", "14500 / (50000 + 22500)");
    let unowed = scene::visit().given(paid("euros", "10", "EUR", "R1"));
    assert_eq!(asked(&unowed, "EUR"), "EUR null 0 0", "nothing is owed");
    assert_eq!(converted(&unowed, "2025-03-20"), "none");
}

#[test]
fn the_rates_are_among_the_entries_of_what_is_converted() {
    let story = owed_in_two()
        .given(rate("usd-eur", ("USD", "EUR"), "0.90", "2025-01-31"))
        .given(rate("usd-eur-2", ("USD", "EUR"), "0.80", "2025-03-01"))
        .given(paid("euros", "10", "USD", "R1"));
    let positions = |rate: &str| {
        let stream = parsed(&format!("indicator-{rate}"));
        story.recorded().iter().find(|recorded| recorded.stream == stream).unwrap().fact.position
    };
    let entries = branch(&story, "2025-03-20").money.converted.unwrap().share.entries;
    assert!(entries.contains(&positions("usd-eur")), "the payment counts at the rate of its day");
    assert!(entries.contains(&positions("usd-eur-2")), "and what is owed at the newest");
}
