//! Rules of money.

use serde_json::{Value, json};

use crate::testing::Story;
use crate::testing::scene::{
    achieve, adjust, but, commit_funds, commitment, correct, disburse, give_back, milestone, rate, retract, schedule,
    visit, with,
};

/// `fra` owes 100 EUR to `kaz` in the flow `grant`; nothing is known of the value of the promise.
fn story() -> Story {
    visit().given(commit_funds("branch", "grant", "100", "EUR"))
}

fn pay(amount: &str, reference: &str) -> Value {
    disburse("branch", "grant", amount, "EUR", reference)
}

#[test]
fn a_flow_is_committed_once() {
    story().answers([
        ("the same wish", commit_funds("branch", "grant", "100", "EUR"), "nothing"),
        ("another amount", commit_funds("branch", "grant", "200", "EUR"), "refused: funds_already_committed"),
        ("another flow", commit_funds("branch", "loan", "200", "EUR"), "FundsCommitted"),
        ("of nothing", commit_funds("branch", "loan", "0.00", "EUR"), "refused: amount_not_positive at /data/amount"),
        ("below nothing", commit_funds("branch", "loan", "-5", "EUR"), "invalid: negative_amount at /data/amount"),
        (
            "in no currency",
            commit_funds("branch", "loan", "5", "ABC"),
            "invalid: unknown_currency at /data/amount/currency",
        ),
        ("for no promise", commit_funds("school", "loan", "5", "EUR"), "refused: commitment_unknown"),
        (
            "by an unknown party",
            with(commit_funds("branch", "loan", "5", "EUR"), json!({ "payer": "afd" })),
            "FundsCommitted [party_unknown]",
        ),
    ]);
}

#[test]
fn money_in_another_currency_than_the_promise_is_flagged() {
    let eur = json!({ "value_status": "known", "amount": { "amount": "100", "currency": "EUR" } });
    let story = visit().given(with(commitment("school"), eur));
    story.answers([
        ("committed in the same", commit_funds("school", "grant", "100", "EUR"), "FundsCommitted"),
        ("committed in another", commit_funds("school", "grant", "100", "USD"), "FundsCommitted [currency_differs]"),
        (
            "paid in another, nothing committed",
            disburse("school", "grant", "5", "USD", "R1"),
            "FundsDisbursed [no_funds_committed, currency_differs]",
        ),
    ]);
}

#[test]
fn funds_committed_in_another_currency_than_promised_need_a_rate_between_the_two() {
    let eur = json!({ "value_status": "known", "amount": { "amount": "100", "currency": "EUR" } });
    let by = |rate_id: &str| with(commit_funds("school", "grant", "110", "USD"), json!({ "rate_id": rate_id }));
    let flagged = "FundsCommitted [currency_differs]";
    let story = visit()
        .given(with(commitment("school"), eur))
        .given(rate("usd-eur", "USD", "EUR", "0.90"))
        .given(rate("eur-usd", "EUR", "USD", "1.10"));
    story.answers([
        ("no rate", commit_funds("school", "grant", "110", "USD"), flagged),
        ("the rate", by("usd-eur"), "FundsCommitted"),
        ("the rate the other way, which no figure turns round", by("eur-usd"), flagged),
        ("a rate that nobody recorded", by("ecb"), flagged),
    ]);
    let flag = |rate_id: &str| story.clone().when(by(rate_id)).unwrap()[0].fact.flags[0].checked_against[0].clone();
    assert_eq!([flag("eur-usd").as_str(), flag("ecb").as_str()], ["indicator-eur-usd@1", "indicator-ecb@0"]);
    story.given(by("usd-eur")).answers([
        ("the same wish", by("usd-eur"), "nothing"),
        ("by another rate", by("eur-usd"), "refused: funds_already_committed"),
    ]);
}

#[test]
fn a_payment_in_another_currency_than_committed_needs_a_rate_between_the_two() {
    let by = |rate_id: &str| with(disburse("branch", "grant", "30", "USD", "R1"), json!({ "rate_id": rate_id }));
    let flagged = "FundsDisbursed [currency_differs]";
    let story = story()
        .given(rate("usd-eur", "USD", "EUR", "0.90"))
        .given(rate("eur-usd", "EUR", "USD", "1.10"))
        .given(rate("usd-kzt", "USD", "KZT", "500"))
        .given(crate::testing::scene::indicator("turnover"));
    story.answers([
        ("no rate", disburse("branch", "grant", "30", "USD", "R1"), flagged),
        ("the rate", by("usd-eur"), "FundsDisbursed"),
        ("the rate the other way, which no figure turns round", by("eur-usd"), flagged),
        ("the rate of other currencies", by("usd-kzt"), flagged),
        ("a series that is no rate", by("turnover"), flagged),
        ("a rate that nobody recorded", by("ecb"), flagged),
    ]);
    let recorded = { story }.when(by("usd-kzt")).unwrap();
    assert_eq!(recorded[0].fact.flags[0].checked_against[0].as_str(), "indicator-usd-kzt@1");
}

#[test]
fn a_payment_is_more_than_nothing_not_in_the_future_and_somebody_s_claim() {
    story().answers([
        ("some of it", pay("60", "R1"), "FundsDisbursed"),
        ("nothing", pay("0", "R1"), "refused: amount_not_positive at /data/amount"),
        ("below nothing", pay("-60", "R1"), "invalid: negative_amount at /data/amount"),
        (
            "tomorrow",
            with(pay("60", "R1"), json!({ "value_date": "2025-03-21" })),
            "refused: payment_in_future at /data/value_date",
        ),
        ("some day this year", with(pay("60", "R1"), json!({ "value_date": "2025" })), "FundsDisbursed"),
        (
            "by no reporter",
            but(pay("60", "R1"), json!({ "reported_by": null })),
            "refused: reporter_missing at /reported_by",
        ),
        ("without evidence", but(pay("60", "R1"), json!({ "evidence": [] })), "FundsDisbursed [no_evidence]"),
        ("to an unknown party", with(pay("60", "R1"), json!({ "payee": "abai" })), "FundsDisbursed [party_unknown]"),
        ("for no promise", disburse("school", "grant", "60", "EUR", "R1"), "refused: commitment_unknown"),
    ]);
}

#[test]
fn more_than_committed_and_money_without_a_commitment_are_flagged_not_refused() {
    let story = story().given(pay("60", "R1"));
    story.answers([
        ("up to the commitment", pay("40", "R2"), "FundsDisbursed"),
        ("a cent above it", pay("40.01", "R2"), "FundsDisbursed [above_committed]"),
        ("in another flow", disburse("branch", "loan", "1", "EUR", "R2"), "FundsDisbursed [no_funds_committed]"),
    ]);
    let returned = story.given(give_back("branch", "grant", "10", "EUR"));
    returned.answers([("what came back may go out again", pay("50", "R2"), "FundsDisbursed")]);
}

#[test]
fn no_payment_of_a_payer_is_recorded_twice() {
    let story = story().given(commitment("school")).given(pay("60", "R1"));
    story.answers([
        ("the same wish", pay("60", "R1"), "nothing"),
        ("another amount", pay("61", "R1"), "refused: payment_already_recorded"),
        ("with blanks around the reference", pay("60", " R1 "), "refused: payment_already_recorded"),
        (
            "by another reporter",
            but(pay("60", "R1"), json!({ "reported_by": "kaz" })),
            "refused: payment_already_recorded",
        ),
        ("in another commitment", disburse("school", "grant", "60", "EUR", "R1"), "refused: payment_already_recorded"),
        ("of another payer", with(pay("60", "R1"), json!({ "payer": "kaz" })), "FundsDisbursed [above_committed]"),
        ("with another reference", pay("10", "R2"), "FundsDisbursed"),
    ]);
    let freed = story.given(retract("commitment-branch", "c3.1", &[]));
    freed.answers([(
        "once it is retracted",
        disburse("school", "grant", "60", "EUR", "R1"),
        "FundsDisbursed [no_funds_committed]",
    )]);
}

#[test]
fn payments_without_a_reference_cannot_be_told_apart_and_are_all_recorded() {
    let unnamed = with(pay("10", "R1"), json!({ "reference": null }));
    let story = story().given(unnamed.clone());
    story.answers([("an equal one", unnamed, "FundsDisbursed")]);
}

#[test]
fn no_more_comes_back_than_went_out() {
    let back = |amount: &str| give_back("branch", "grant", amount, "EUR");
    let story = story().given(pay("60", "R1"));
    story.answers([
        ("all of it", back("60"), "FundsReturned"),
        ("a cent more", back("60.01"), "refused: return_above_disbursed"),
        ("in another currency", give_back("branch", "grant", "1", "USD"), "refused: return_above_disbursed"),
        ("nothing", back("0"), "refused: amount_not_positive at /data/amount"),
        ("below nothing", back("-1"), "invalid: negative_amount at /data/amount"),
        ("of no flow", give_back("branch", "loan", "1", "EUR"), "refused: flow_unknown"),
        ("of no promise", give_back("school", "grant", "1", "EUR"), "refused: commitment_unknown"),
        ("by no reporter", but(back("1"), json!({ "reported_by": null })), "refused: reporter_missing at /reported_by"),
        (
            "in the future",
            but(back("1"), json!({ "occurred_on": "2025-03-21" })),
            "refused: date_in_future at /occurred_on",
        ),
        ("without evidence", but(back("1"), json!({ "evidence": null })), "FundsReturned [no_evidence]"),
    ]);
    story.given(back("50")).answers([
        ("the rest", back("10"), "FundsReturned"),
        ("more than the rest", back("10.01"), "refused: return_above_disbursed"),
    ]);
    self::story().answers([("of money that never went out", back("1"), "refused: return_above_disbursed")]);
}

#[test]
fn a_return_that_names_a_payment_stays_within_it() {
    let of =
        |event: &str, amount: &str| with(give_back("branch", "grant", amount, "EUR"), json!({ "of_event": event }));
    let story = story()
        .given(pay("60", "R1"))
        .given(pay("10", "R2"))
        .given(disburse("branch", "loan", "99", "EUR", "R3"))
        .given(milestone("branch", "open", "2025"))
        .given(achieve("branch", "open", "2025-03-01", "fra"));
    story.answers([
        ("within", of("c3.1", "10"), "FundsReturned"),
        ("above it, though the flow has more", of("c3.1", "10.01"), "refused: return_above_disbursed"),
        ("a payment of another flow", of("c4.1", "1"), "refused: not_a_disbursement"),
        ("an achievement", of("c6.1", "1"), "refused: not_a_disbursement"),
        ("no event", of("c99.1", "1"), "refused: not_a_disbursement"),
    ]);
    story.given(of("c3.1", "7")).answers([
        ("the rest of it", of("c3.1", "3"), "FundsReturned"),
        ("more than the rest of it", of("c3.1", "4"), "refused: return_above_disbursed"),
    ]);
}

#[test]
fn what_is_promised_and_what_is_owed_are_corrected_apart() {
    let story = story().given(correct("commitment-branch", "c1.1", "/data/amount/amount", "100", "50"));
    story.answers([("above the corrected commitment", pay("60", "R1"), "FundsDisbursed [above_committed]")]);
}

#[test]
fn an_obligation_grows_and_shrinks_in_its_own_currency_and_not_below_nothing() {
    let by = |delta: &str| adjust("branch", "grant", delta, "EUR");
    let story = story();
    story.answers([
        ("more", by("50"), "FundsCommitmentAdjusted"),
        ("less, to nothing", by("-100"), "FundsCommitmentAdjusted"),
        ("a cent below", by("-100.01"), "refused: adjusted_below_zero"),
        ("by nothing", by("0"), "refused: nothing_adjusted at /data/delta"),
        ("in another currency", adjust("branch", "grant", "1", "USD"), "refused: adjustment_currency_differs"),
        ("finer than the currency", by("-0.001"), "invalid: amount_too_precise at /data/delta"),
        ("of no obligation", adjust("branch", "loan", "1", "EUR"), "refused: flow_not_committed"),
    ]);
    let less = story.given(by("-60"));
    less.answers([
        ("again", by("-60"), "refused: adjusted_below_zero"),
        ("paid above what is left", pay("40.01", "R1"), "FundsDisbursed [above_committed]"),
        ("paid up to it", pay("40", "R1"), "FundsDisbursed"),
        (
            "a correction of the first amount",
            correct("commitment-branch", "c1.1", "/data/amount/amount", "100", "59"),
            "refused: adjusted_below_zero",
        ),
        (
            "a correction of its currency",
            correct("commitment-branch", "c1.1", "/data/amount/currency", "EUR", "USD"),
            "refused: adjustment_currency_differs",
        ),
        ("the obligation alone is retracted", retract("commitment-branch", "c1.1", &[]), "refused: dependants_remain"),
    ]);
    let more_and_less = self::story().given(by("50")).given(by("-120"));
    more_and_less.answers([(
        "what it stands on is retracted",
        retract("commitment-branch", "c2.1", &[]),
        "refused: adjusted_below_zero",
    )]);
}

#[test]
fn payments_are_planned_within_an_obligation_and_more_is_flagged() {
    let story = story();
    let usd = json!({ "amount": { "currency": "USD" } });
    story.answers([
        ("within", schedule("branch", "grant", "s1", "100", "2025-06"), "DisbursementScheduled"),
        (
            "a cent above",
            schedule("branch", "grant", "s1", "100.01", "2025-06"),
            "DisbursementScheduled [schedule_above_committed]",
        ),
        (
            "another currency",
            with(schedule("branch", "grant", "s1", "1", "2025-06"), usd),
            "DisbursementScheduled [currency_differs]",
        ),
        ("nothing", schedule("branch", "grant", "s1", "0", "2025-06"), "refused: amount_not_positive at /data/amount"),
        ("of no obligation", schedule("branch", "loan", "s1", "1", "2025-06"), "refused: flow_not_committed"),
    ]);
    let planned = story.given(schedule("branch", "grant", "s1", "60", "this year"));
    let due = match &planned.fact("c2.1").unwrap().event {
        crate::catalogue::Event::DisbursementScheduled(planned) => planned.due.latest,
        other => panic!("{other:?}"),
    };
    assert_eq!(due, crate::testing::parsed("2024-12-31"), "the year of the package");
    planned.answers([
        ("again", schedule("branch", "grant", "s1", "60", "this year"), "nothing"),
        ("its id for another", schedule("branch", "grant", "s1", "61", "this year"), "refused: schedule_id_taken"),
        ("the rest", schedule("branch", "grant", "s2", "40", "2025-06"), "DisbursementScheduled"),
        (
            "more than the rest",
            schedule("branch", "grant", "s2", "41", "2025-06"),
            "DisbursementScheduled [schedule_above_committed]",
        ),
    ]);
}
