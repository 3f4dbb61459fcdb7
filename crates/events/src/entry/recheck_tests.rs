//! The corrected fact obeys the rules of its kind.

use serde_json::{Value, json};

use crate::testing::Story;
use crate::testing::scene::{
    achieve, but, commit_funds, correct, declared_count, disburse, give_back, milestone, rebaseline, visit,
};

const BRANCH: &str = "commitment-branch";

#[test]
fn a_party_keeps_what_its_kind_needs() {
    visit().answers([
        (
            "no country",
            correct("party-kaz", "kaz.1", "/data/country", "KAZ", Value::Null),
            "refused: country_missing at /data/country",
        ),
        (
            "part of itself",
            correct("party-kaz", "kaz.1", "/data/parent", Value::Null, "kaz"),
            "refused: parent_is_self at /data/parent",
        ),
    ]);
}

#[test]
fn a_package_keeps_two_parties_and_its_totals_their_units() {
    let story = visit().given(declared_count("visit", "documents", "36"));
    story.answers([
        (
            "one party",
            correct("package-visit", "visit.1", "/data/parties", json!(["kaz", "fra"]), json!(["kaz"])),
            "refused: fewer_than_two_parties at /data/parties",
        ),
        (
            "the same party twice",
            correct("package-visit", "visit.1", "/data/parties/1", "fra", "kaz"),
            "refused: fewer_than_two_parties at /data/parties",
        ),
        (
            "an anchor in the future",
            correct("package-visit", "visit.1", "/data/anchor_date", "2024-11-05", "2025-11-05"),
            "refused: date_in_future at /data/anchor_date",
        ),
        (
            "an amount without a currency",
            correct("package-visit", "c1.1", "/data/measure", "count", "amount"),
            "refused: amount_without_currency at /data/currency",
        ),
        (
            "a count with one",
            correct("package-visit", "c1.1", "/data/currency", Value::Null, "EUR"),
            "refused: count_with_currency at /data/currency",
        ),
    ]);
}

#[test]
fn an_agreement_keeps_its_parties_above_all_those_that_signed() {
    let parties = |ids: &[&str]| Value::from_iter(ids.iter().map(|id| json!({ "party_id": id, "role": "party" })));
    let now =
        |ids: &[&str]| correct("agreement-treaty", "treaty.1", "/data/parties", parties(&["kaz", "fra"]), parties(ids));
    visit().answers([
        ("none", now(&[]), "refused: no_party at /data/parties"),
        ("without one that signed", now(&["kaz"]), "refused: party_not_listed"),
        ("with one more", now(&["kaz", "fra", "usa"]), "EntryCorrected"),
        (
            "its own umbrella",
            correct("agreement-treaty", "treaty.1", "/data/umbrella_of", Value::Null, "treaty"),
            "refused: umbrella_is_self at /data/umbrella_of",
        ),
        (
            "signed in the future",
            correct("agreement-treaty", "signed-kaz.1", "/occurred_on", "2024-11-05", "2025-11-05"),
            "refused: signature_in_future at /occurred_on",
        ),
    ]);
}

#[test]
fn a_promise_keeps_an_obligor_and_an_amount_that_fits_its_status() {
    visit().answers([
        (
            "by nobody",
            correct(BRANCH, "branch.1", "/data/obligors", json!(["fra"]), json!([])),
            "refused: no_obligor at /data/obligors",
        ),
        (
            "known, but not given",
            correct(BRANCH, "branch.1", "/data/value_status", "unknown", "known"),
            "refused: known_value_without_amount at /data/amount",
        ),
        (
            "given, but unknown",
            correct(BRANCH, "branch.1", "/data/amount", Value::Null, json!({ "amount": "1", "currency": "EUR" })),
            "refused: amount_of_unknown_value at /data/amount",
        ),
        (
            "made in the future",
            correct(BRANCH, "branch.1", "/occurred_on", "2024-11-05", "2026"),
            "refused: date_in_future at /data/patches",
        ),
    ]);
}

#[test]
fn a_new_baseline_still_changes_something() {
    let story = visit().given(milestone("branch", "open", "2025")).given(rebaseline("branch", "open", 1, "2026"));
    story.answers([(
        "neither date nor weight",
        correct(BRANCH, "c2.1", "/data/new_due", "2026", Value::Null),
        "refused: nothing_rebaselined at /data/new_due",
    )]);
}

#[test]
fn a_claim_stays_somebody_s_and_in_the_past() {
    let story =
        visit().given(milestone("branch", "open", "2025")).given(achieve("branch", "open", "2025-03-01", "fra"));
    story.answers([
        (
            "in the future",
            correct(BRANCH, "c2.1", "/data/achieved_on", "2025-03-01", "2025-03-21"),
            "refused: achievement_in_future at /data/achieved_on",
        ),
        (
            "by nobody",
            correct(BRANCH, "c2.1", "/reported_by", "fra", Value::Null),
            "refused: reporter_missing at /reported_by",
        ),
        ("by another", correct(BRANCH, "c2.1", "/reported_by", "fra", "kaz"), "EntryCorrected"),
    ]);
}

/// 60 EUR went out by `c2.1`, 50 came back by `c3.1`, of which 20 were of that payment by name.
fn money() -> Story {
    visit()
        .given(commit_funds("branch", "grant", "100", "EUR"))
        .given(disburse("branch", "grant", "60", "EUR", "R1"))
        .given(give_back("branch", "grant", "30", "EUR"))
        .given(but(give_back("branch", "grant", "20", "EUR"), json!({ "data": { "of_event": "c2.1" } })))
}

#[test]
fn money_stays_more_than_nothing_and_comes_back_no_more_than_it_went_out() {
    let amount = |event: &str, old: &str, new: &str| correct(BRANCH, event, "/data/amount/amount", old, new);
    let nothing = "refused: amount_not_positive at /data/amount";
    money().answers([
        ("nothing committed", amount("c1.1", "100", "0"), nothing),
        ("nothing paid", amount("c2.1", "60", "0"), nothing),
        ("nothing returned", amount("c3.1", "30", "0"), nothing),
        ("below nothing", amount("c2.1", "60", "-1"), "refused: correction_invalid at /data/patches"),
        ("paid as much as came back", amount("c2.1", "60", "50"), "EntryCorrected"),
        ("paid less than came back", amount("c2.1", "60", "49.99"), "refused: return_above_disbursed"),
        ("returned all", amount("c3.1", "30", "40"), "EntryCorrected"),
        ("returned more", amount("c3.1", "30", "40.01"), "refused: return_above_disbursed"),
        (
            "paid in another currency",
            correct(BRANCH, "c2.1", "/data/amount/currency", "EUR", "USD"),
            "refused: return_above_disbursed",
        ),
        (
            "returned of no payment",
            correct(BRANCH, "c4.1", "/data/of_event", "c2.1", "c1.1"),
            "refused: not_a_disbursement",
        ),
        ("returned of none by name", correct(BRANCH, "c4.1", "/data/of_event", "c2.1", Value::Null), "EntryCorrected"),
        (
            "paid in the future",
            correct(BRANCH, "c2.1", "/data/value_date", "2025-02-01", "2025-04-01"),
            "refused: payment_in_future at /data/value_date",
        ),
    ]);
}

#[test]
fn a_payment_that_returns_name_stays_as_large_as_they_are() {
    let story = money().given(disburse("branch", "grant", "40", "EUR", "R2"));
    story.answers([
        ("above the 20 that name it", correct(BRANCH, "c2.1", "/data/amount/amount", "60", "20"), "EntryCorrected"),
        ("below them", correct(BRANCH, "c2.1", "/data/amount/amount", "60", "19"), "refused: return_above_disbursed"),
    ]);
}
