//! Rules of declared totals after they were recorded.

use serde_json::{Value, json};

use crate::testing::Story;
use crate::testing::scene::treaty::{reconcile, supersede_total};
use crate::testing::scene::{correct, declared_count, retract, visit, with};

/// A package with the totals `first` of 36, `second` of 35 and `third` of 34.
fn story() -> Story {
    visit()
        .given(declared_count("visit", "first", "36"))
        .given(declared_count("visit", "second", "35"))
        .given(declared_count("visit", "third", "34"))
}

#[test]
fn a_declared_total_is_superseded_once_and_not_by_way_of_itself() {
    story().answers([
        ("unknown", supersede_total("visit", "other", "first"), "refused: declared_total_unknown"),
        ("by an unknown one", supersede_total("visit", "first", "other"), "refused: declared_total_unknown"),
        (
            "by itself",
            supersede_total("visit", "first", "first"),
            "refused: total_supersedes_itself at /data/by_declared_id",
        ),
        ("of an unknown package", supersede_total("summit", "first", "second"), "refused: package_unknown"),
        ("by another", supersede_total("visit", "first", "second"), "DeclaredTotalSuperseded"),
    ]);
    let superseded =
        story().given(supersede_total("visit", "first", "second")).given(supersede_total("visit", "second", "third"));
    superseded.answers([
        ("the same wish", supersede_total("visit", "first", "second"), "nothing"),
        ("by another", supersede_total("visit", "first", "third"), "refused: declared_total_already_superseded"),
        (
            "in a circle",
            supersede_total("visit", "third", "first"),
            "refused: total_supersedes_itself at /data/by_declared_id",
        ),
        ("retracting the new total", retract("package-visit", "c2.1", &[]), "refused: dependants_remain"),
        (
            "corrected into another total",
            correct("package-visit", "c4.1", "/data/by_declared_id", "second", "first"),
            "refused: identity_not_correctable",
        ),
    ]);
}

#[test]
fn a_reconciliation_sums_and_explains_what_remains() {
    let unexplained = |identified: &str, remainder: &str| {
        with(reconcile("visit", "first", identified, remainder), json!({ "explanation": null }))
    };
    let closed_by =
        |party: &str| -> Value { with(reconcile("visit", "first", "9", "27"), json!({ "closed_by": party })) };
    story().answers([
        ("unknown", reconcile("visit", "other", "9", "27"), "refused: declared_total_unknown"),
        ("too little", reconcile("visit", "first", "9", "26"), "refused: remainder_does_not_sum"),
        ("too much", reconcile("visit", "first", "9", "27.5"), "refused: remainder_does_not_sum"),
        ("unexplained", unexplained("9", "27"), "refused: remainder_unexplained at /data/explanation"),
        ("nothing to explain", unexplained("36", "0"), "DeclaredTotalReconciled"),
        ("explained", reconcile("visit", "first", "9", "27"), "DeclaredTotalReconciled"),
        ("by an unknown party", closed_by("uzb"), "DeclaredTotalReconciled [party_unknown]"),
    ]);
    let reconciled = story().given(reconcile("visit", "first", "9", "27"));
    reconciled.answers([
        ("the same wish", reconcile("visit", "first", "9", "27"), "nothing"),
        ("with more identified", reconcile("visit", "first", "10", "26"), "DeclaredTotalReconciled"),
        (
            "corrected to what does not sum",
            correct("package-visit", "c4.1", "/data/identified", "9", "10"),
            "refused: remainder_does_not_sum",
        ),
        ("retracting the total", retract("package-visit", "c1.1", &[]), "refused: dependants_remain"),
    ]);
}
