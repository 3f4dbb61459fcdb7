//! Random promises with amounts, umbrellas and sectors, milestones with weights, and rates between the currencies.

use serde_json::{Value, json};

use super::super::scene;
use super::{AMOUNTS, DUE, of};

/// Rates by their ids: what they convert, and into what.
pub(super) const RATES: [(&str, &str, &str, &str); 6] = [
    ("usd-eur", "USD", "EUR", "0.90"),
    ("usd-eur-2", "USD", "EUR", "0.85"),
    ("kzt-eur", "KZT", "EUR", "0.0018"),
    ("eur-usd", "EUR", "USD", "1.10"),
    ("kzt-usd", "KZT", "USD", "0.002"),
    ("turnover", "EUR", "KZT", "550"),
];

const WEIGHTS: [&str; 4] = ["1", "2", "0", "0.5"];

/// `branch` lies within an umbrella that is promised later, if ever; `school` has an amount and a sector of its own.
pub(super) fn opening(commitment: &str) -> Value {
    let promise = scene::commitment(commitment);
    if commitment == "branch" {
        return scene::with(promise, json!({ "umbrella_of": "third", "planned_start": "2024-11-01" }));
    }
    scene::with(scene::with(promise, known("100", "EUR")), json!({ "sectors": [sector()] }))
}

fn known(amount: &str, currency: &str) -> Value {
    json!({ "amount": { "amount": amount, "currency": currency }, "value_status": "known" })
}

/// What figures stand on that random commands come to seldom: an amount declared for the package of all, a second
/// currency, instalments, a prospect, a status that a source asserts, a score, what is reported done.
pub(super) fn later() -> Vec<Value> {
    let total = json!({ "measure": "amount", "currency": "EUR", "value": "900" });
    let classes = json!({ "breakdown": [
        { "class": "intergovernmental", "value": "1" }, { "class": "commercial", "value": "13" },
    ] });
    vec![
        scene::with(scene::declared_count("visit", "worth", "900"), total),
        scene::with(scene::declared_count("visit", "named", "14"), classes),
        scene::commit_funds("branch", "loan", "50", "USD"),
        scene::schedule("branch", "grant", "first", "40", "2025-Q1"),
        scene::with(scene::prospect("garden"), json!({ "package_id": "visit" })),
        scene::source_status("branch", "register", "suspended"),
        scene::assess("school", "first", "pam", "2"),
        scene::milestone("school", "under-way", "2025-06"),
        scene::report_progress("school", "under-way", "40", "100"),
        scene::with(scene::commitment("roof"), known("300", "EUR")),
        scene::with(scene::commitment("abroad"), known("5", "USD")),
        scene::with(
            scene::with(scene::commitment("vague"), known("70", "USD")),
            json!({
                "verifiable": false, "umbrella_of": "roof",
            }),
        ),
        scene::commit_funds("vague", "grant", "70", "USD"),
        scene::milestone("vague", "first", "2024-11"),
        scene::but(scene::achieve("vague", "first", "2024-11-04", "fra"), json!({ "command_id": "first-of-vague" })),
        scene::confirm("vague", "first-of-vague.1", "kaz"),
    ]
}

fn sector() -> Value {
    json!({ "scheme": "dac", "code": "111" })
}

/// A promise with whatever promises can say.
pub(super) fn promise(a: u8, b: u8) -> Value {
    let promise = scene::commitment(of(&["branch", "school", "third", "centre"], a));
    let amount = match a / 4 % 4 {
        0 => json!({ "value_status": "unknown" }),
        1 => json!({ "value_status": "undisclosed" }),
        n => {
            let currency = if n == 2 { "EUR" } else { "USD" };
            known(of(&AMOUNTS, b), currency)
        }
    };
    let more = json!({
        "verifiable": !b.is_multiple_of(8),
        "counts_toward_totals": b % 16 != 1,
        "planned_end": if b % 4 == 2 { Value::Null } else { json!("2025-12-31") },
        "umbrella_of": of(&["school", "third", "nowhere", "branch"], b / 16),
        "conditions": [{ "condition_id": "licence", "text": { "en": "a licence is given" } }],
    });
    let more = if (a / 16).is_multiple_of(2) {
        scene::but(more, json!({ "umbrella_of": null, "conditions": null }))
    } else {
        more
    };
    let promise = scene::with(scene::with(promise, amount), more);
    if b.is_multiple_of(3) { scene::with(promise, json!({ "sectors": [sector()] })) } else { promise }
}

/// A milestone with one of a few weights.
pub(super) fn milestone(commitment: &str, milestone: &str, due: &str, b: u8) -> Value {
    scene::with(scene::milestone(commitment, milestone, due), json!({ "weight": of(&WEIGHTS, b / 3) }))
}

/// A milestone gets another due date, and now and then another weight.
pub(super) fn rebaseline(commitment: &str, milestone: &str, (a, b): (u8, u8)) -> Value {
    let moved = scene::rebaseline(commitment, milestone, u32::from(a / 64) + 1, of(&DUE, b / 8));
    let weight = if a.is_multiple_of(4) { json!(of(&WEIGHTS, b / 2)) } else { Value::Null };
    scene::with(moved, json!({ "new_weight": weight }))
}

/// A rate is recorded, fixed on the day it is about or early.
pub(super) fn rate(a: u8, b: u8, on: &str) -> Value {
    let (id, base, quote, rate) = RATES[usize::from(a) % RATES.len()];
    let day = if b < 128 { on } else { "2024-10-01" };
    scene::with(scene::rate(id, base, quote, rate), json!({ "rate_date": day }))
}
