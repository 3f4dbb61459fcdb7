//! Random commands of the later life of parties, packages and agreements.

use serde_json::{Value, json};

use super::{PARTIES, of};
use crate::testing::scene::{self, treaty};

/// What other commands of these families stand on.
pub(super) fn opening() -> [Value; 6] {
    [
        scene::link("treaty", "visit"),
        scene::declared_count("visit", "documents", "36"),
        scene::declared_count("visit", "contracts", "14"),
        treaty::reserve("treaty", "article-5", "kaz"),
        treaty::provisional("treaty", "2024-11-05"),
        treaty::propose("treaty", "slip", "2024-11-10"),
    ]
}

/// A command, by the kinds of random choice that are left for these families.
pub(super) fn command(what: u8, a: u8, b: u8, on: &str) -> Value {
    let agreement = of(&["treaty", "treaty", "treaty", "nothing"], b / 64);
    let party = of(&PARTIES, b);
    match (what, a % 4) {
        (32, 0 | 1) => scene::with(treaty::consent(agreement, party, on), json!({ "share_percent": "40" })),
        (32, 2) => scene::with(treaty::consent(agreement, party, on), json!({ "consent_form": "accession" })),
        (32, _) => treaty::withdraw(agreement, party, on, "2026-01-01"),
        (33, 0) => treaty::reserve(agreement, "article-5", party),
        (33, 1 | 2) => treaty::object(agreement, "article-5", party),
        (33, _) => treaty::withdraw_reservation(agreement, "article-5", party),
        (34, 0) => treaty::rule(agreement, rule(b)),
        (34, 1) => scene::with(treaty::rule(agreement, rule(b)), json!({ "by_amendment": "protocol" })),
        (34, 2) => treaty::in_force(agreement, on),
        (34, _) => scene::with(treaty::in_force(agreement, on), json!({ "scope": { "for_party": party } })),
        (35, 0) => treaty::provisional(agreement, on),
        (35, 1) => treaty::end_provisional(agreement, on),
        (35, 2) => treaty::suspend(agreement, on),
        (35, _) => treaty::resume(agreement, on),
        (36, 0) => treaty::amend(agreement, "protocol", on),
        (36, 1) => treaty::propose(agreement, "typo", on),
        (36, 2) => {
            let slip = of(&["slip", "typo", "typo", "typo"], a / 4);
            scene::but(treaty::object_to_text(agreement, slip, party), json!({ "occurred_on": on }))
        }
        (36, _) => treaty::adopt(agreement, of(&["slip", "typo"], a / 4), on),
        (37, 0) => treaty::unlink(agreement, "visit"),
        (37, 1) => treaty::supersede_total("visit", of(&["documents", "contracts"], b), "documents"),
        (37, 2) => treaty::reconcile("visit", of(&["documents", "contracts"], b), "9", of(&["27", "5"], b / 2)),
        (37, _) => treaty::merge(of(&["kaz", "orano"], b), &[of(&["abai", "vicat", "kaz"], b / 2)]),
        // Most of what follows an end is refused, so ends are seldom and mostly of another agreement.
        _ => ending(a, of(&["loan", "loan", "loan", "treaty"], b), on),
    }
}

fn rule(b: u8) -> Value {
    match b % 4 {
        0 => json!({ "kind": "on_signature" }),
        1 => json!({ "kind": "days_after_last_notification", "days": 30 }),
        2 => json!({ "kind": "n_parties_and_share", "parties": 2, "share_percent": "55", "days_after": 30 }),
        _ => json!({ "kind": "fixed_date", "date": "2025-06-01" }),
    }
}

fn ending(a: u8, agreement: &str, on: &str) -> Value {
    match a % 8 {
        0 => scene::agreement("loan"),
        1 | 4 => treaty::supersede(agreement, "treaty", on),
        2 => treaty::terminate(agreement, on),
        3 => treaty::expire(agreement, on),
        5 => treaty::registered(agreement, of(&["1", "2"], a / 8), on),
        6 => treaty::registered("treaty", of(&["1", "2"], a / 8), on),
        _ => scene::with(
            treaty::terminate(agreement, "2030-01-01"),
            json!({ "fates": [
            { "commitment_id": "branch", "fate": { "moved_to": "loan" } },
        ] }),
        ),
    }
}
