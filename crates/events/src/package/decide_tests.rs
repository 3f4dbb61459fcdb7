//! Rules of the package family.

use serde_json::{Value, json};

use crate::testing::Story;
use crate::testing::scene::{but, declared_count, package, state, with};

fn story() -> Story {
    Story::at("2024-11-06T09:00:00Z").given(state("kaz", "KAZ")).given(state("fra", "FRA"))
}

fn visit_with(data: Value) -> Value {
    with(package("visit"), data)
}

#[test]
fn a_package_is_announced_once_by_two_parties_or_more() {
    story().answers([
        ("two", package("visit"), "PackageAnnounced"),
        ("one", visit_with(json!({ "parties": ["kaz"] })), "refused: fewer_than_two_parties at /data/parties"),
        (
            "one named twice",
            visit_with(json!({ "parties": ["kaz", "kaz"] })),
            "refused: fewer_than_two_parties at /data/parties",
        ),
        ("an unknown one", visit_with(json!({ "parties": ["kaz", "usa"] })), "PackageAnnounced [party_unknown]"),
    ]);
    story().given(package("visit")).answers([
        ("the same wish", package("visit"), "nothing"),
        ("another place", visit_with(json!({ "place": "Astana" })), "refused: package_already_announced"),
    ]);
}

#[test]
fn a_package_without_an_anchor_is_flagged_and_an_anchor_lies_not_in_the_future() {
    story().answers([
        ("none", visit_with(json!({ "anchor_date": null })), "PackageAnnounced [no_anchor_date]"),
        ("today", visit_with(json!({ "anchor_date": "2024-11-06" })), "PackageAnnounced"),
        (
            "tomorrow",
            visit_with(json!({ "anchor_date": "2024-11-07" })),
            "refused: date_in_future at /data/anchor_date",
        ),
    ]);
}

#[test]
fn a_package_and_its_totals_happened_on_the_anchor_unless_the_sender_says_otherwise() {
    let story = story().given(package("visit")).given(declared_count("visit", "documents", "36"));
    assert_eq!(story.fact("c3.1").unwrap().occurred_on.to_string(), "2024-11-05");
    assert_eq!(story.fact("c4.1").unwrap().occurred_on.to_string(), "2024-11-05");
    let later = but(declared_count("visit", "contracts", "14"), json!({ "occurred_on": "2024-11-06" }));
    assert_eq!(story.given(later).fact("c5.1").unwrap().occurred_on.to_string(), "2024-11-06");
}

#[test]
fn a_total_is_declared_once_for_a_known_package() {
    let story = story().given(package("visit")).given(declared_count("visit", "documents", "36"));
    story.answers([
        ("the same wish", declared_count("visit", "documents", "36"), "nothing"),
        ("another value", declared_count("visit", "documents", "37"), "refused: declared_total_already_recorded"),
        ("another total", declared_count("visit", "contracts", "14"), "DeclaredTotalRecorded"),
        ("an unknown package", declared_count("summit", "documents", "36"), "refused: package_unknown"),
    ]);
}

#[test]
fn a_total_has_a_currency_exactly_when_it_is_an_amount() {
    let story = story().given(package("visit"));
    let total = |data: Value| with(declared_count("visit", "total", "2200000000"), data);
    let ambiguous = json!({ "measure": "amount", "currency": "USD", "scope_ambiguous": true });
    story.answers([
        ("an amount", total(ambiguous), "DeclaredTotalRecorded"),
        (
            "an amount without",
            total(json!({ "measure": "amount" })),
            "refused: amount_without_currency at /data/currency",
        ),
        ("a count with", total(json!({ "currency": "USD" })), "refused: count_with_currency at /data/currency"),
        (
            "money that is none",
            total(json!({ "measure": "amount", "currency": "USX" })),
            "invalid: unknown_currency at /data/currency",
        ),
        ("less than nothing", total(json!({ "value": "-1" })), "invalid: negative_weight at /data/value"),
    ]);
}

#[test]
fn parts_that_do_not_sum_are_flagged() {
    let story = story().given(package("visit"));
    let parts = |commercial: &str| {
        let part = |class: &str, value: &str| json!({ "class": class, "value": value });
        let breakdown =
            json!([part("intergovernmental", "1"), part("interdepartmental", "21"), part("commercial", commercial)]);
        but(declared_count("visit", "documents", "36"), json!({ "data": { "breakdown": breakdown } }))
    };
    story.answers([
        ("1 + 21 + 14", parts("14"), "DeclaredTotalRecorded"),
        ("1 + 21 + 14.0", parts("14.0"), "DeclaredTotalRecorded"),
        ("1 + 21 + 13", parts("13"), "DeclaredTotalRecorded [breakdown_does_not_sum]"),
        ("no parts", declared_count("visit", "documents", "36"), "DeclaredTotalRecorded"),
    ]);
}
