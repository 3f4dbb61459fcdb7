//! Rules of prospects and promises.

use serde_json::{Value, json};

use crate::testing::scene::{agreement, but, commitment, prospect, retract, sign, visit, with};

fn school(data: Value) -> Value {
    with(commitment("school"), data)
}

#[test]
fn a_prospect_is_noted_once_and_not_after_it_was_promised() {
    let unknown = json!({ "data": { "parties": ["usa"], "package_id": "summit" } });
    visit().given(prospect("centre")).answers([
        ("the same wish", prospect("centre"), "nothing"),
        (
            "in other words",
            but(prospect("centre"), json!({ "data": { "parties": [] } })),
            "refused: prospect_already_noted",
        ),
        ("a promise", prospect("branch"), "refused: commitment_already_made"),
        (
            "of an unknown party and package",
            but(prospect("lab"), unknown),
            "ProspectNoted [party_unknown, package_unknown]",
        ),
    ]);
}

#[test]
fn a_prospect_is_no_promise() {
    let story = visit().given(prospect("centre"));
    story.answers([
        ("made into one", commitment("centre"), "refused: still_a_prospect"),
        ("with a milestone", crate::testing::scene::milestone("centre", "open", "2025"), "refused: still_a_prospect"),
        (
            "with a claim",
            crate::testing::scene::achieve("centre", "open", "2025-01", "kaz"),
            "refused: still_a_prospect",
        ),
        ("with money", crate::testing::scene::commit_funds("centre", "grant", "1", "EUR"), "refused: still_a_prospect"),
    ]);
    let retracted = story.given(retract("commitment-centre", "c1.1", &[]));
    retracted.answers([("once the prospect is retracted", commitment("centre"), "CommitmentMade")]);
}

#[test]
fn a_promise_is_made_once_by_someone() {
    visit().answers([
        ("the same wish", commitment("branch"), "nothing"),
        (
            "with another weight",
            but(commitment("branch"), json!({ "data": { "weight": "2" } })),
            "refused: commitment_already_made",
        ),
        ("by nobody", school(json!({ "obligors": [] })), "refused: no_obligor at /data/obligors"),
        ("without the field", school(json!({ "obligors": null })), "invalid: missing_field at /data/obligors"),
        ("for nobody", school(json!({ "beneficiaries": [] })), "CommitmentMade"),
        (
            "by one party named twice",
            school(json!({ "obligors": ["fra", "kaz", "fra"] })),
            "refused: party_named_twice at /data/obligors",
        ),
        (
            "for one party named twice",
            school(json!({ "beneficiaries": ["kaz", "kaz"] })),
            "refused: party_named_twice at /data/beneficiaries",
        ),
        ("by an unknown party", school(json!({ "obligors": ["usa"] })), "CommitmentMade [party_unknown]"),
        (
            "contained in itself",
            school(json!({ "umbrella_of": "school" })),
            "refused: umbrella_is_self at /data/umbrella_of",
        ),
    ]);
}

#[test]
fn an_amount_is_given_exactly_when_it_is_known() {
    let eur = json!({ "amount": "100", "currency": "EUR" });
    let unknown = "refused: amount_of_unknown_value at /data/amount";
    visit().answers([
        ("known", school(json!({ "value_status": "known", "amount": eur })), "CommitmentMade"),
        (
            "known but not given",
            school(json!({ "value_status": "known" })),
            "refused: known_value_without_amount at /data/amount",
        ),
        ("unknown but given", school(json!({ "value_status": "unknown", "amount": eur })), unknown),
        ("undisclosed but given", school(json!({ "value_status": "undisclosed", "amount": eur })), unknown),
        ("part of a total but given", school(json!({ "value_status": "aggregate_only", "amount": eur })), unknown),
        ("part of a total", school(json!({ "value_status": "aggregate_only" })), "CommitmentMade"),
    ]);
}

#[test]
fn a_number_that_is_none_is_an_invalid_field() {
    let amount = |amount: Value, currency: &str| {
        school(json!({ "value_status": "known", "amount": { "amount": amount, "currency": currency } }))
    };
    visit().answers([
        ("a negative amount", amount(json!("-1"), "EUR"), "invalid: negative_amount at /data/amount"),
        ("a number instead of a text", amount(json!(5), "EUR"), "invalid: invalid_field at /data/amount/amount"),
        ("a fraction", amount(json!(1.5), "EUR"), "unreadable: float_not_allowed"),
        ("no number", amount(json!("NaN"), "EUR"), "invalid: malformed_decimal at /data/amount/amount"),
        ("a tenth of a cent", amount(json!("0.001"), "EUR"), "invalid: amount_too_precise at /data/amount"),
        ("a unit that is none", amount(json!("1"), "EURO"), "invalid: unknown_currency at /data/amount/currency"),
        ("gold", amount(json!("1"), "XAU"), "invalid: unknown_currency at /data/amount/currency"),
        ("too much", amount(json!("1000000000000000000"), "EUR"), "invalid: amount_too_large at /data/amount"),
        ("a negative weight", school(json!({ "weight": "-1" })), "invalid: negative_weight at /data/weight"),
        ("no weight at all", school(json!({ "weight": "0" })), "CommitmentMade"),
    ]);
}

#[test]
fn a_promise_without_an_end_or_with_one_before_its_start_is_flagged() {
    let from_to = |start: &str, end: &str| school(json!({ "planned_start": start, "planned_end": end }));
    visit().answers([
        ("no end", school(json!({ "planned_end": null })), "CommitmentMade [no_planned_end]"),
        ("end before start", from_to("2026", "2025-12"), "CommitmentMade [end_before_start]"),
        ("within one year", from_to("2026", "2026-03"), "CommitmentMade"),
    ]);
}

#[test]
fn an_agreement_that_is_unknown_or_not_signed_by_then_is_flagged() {
    let story = visit().given(agreement("loan"));
    let in_loan = |day: &str| but(school(json!({ "agreement_id": "loan" })), json!({ "occurred_on": day }));
    story.answers([
        ("unknown", school(json!({ "agreement_id": "other" })), "CommitmentMade [agreement_unknown]"),
        ("not signed", in_loan("2025-02-01"), "CommitmentMade [agreement_not_signed]"),
        ("in no agreement", school(json!({ "agreement_id": null })), "CommitmentMade"),
        ("in an unknown package", school(json!({ "package_id": "summit" })), "CommitmentMade [package_unknown]"),
        ("under nothing", school(json!({ "umbrella_of": "programme" })), "CommitmentMade [umbrella_unknown]"),
        ("under another", school(json!({ "umbrella_of": "branch" })), "CommitmentMade"),
    ]);
    let signed = story.given(but(sign("loan", "kaz"), json!({ "occurred_on": "2025-02-02" })));
    signed.answers([
        ("signed on the day", in_loan("2025-02-02"), "CommitmentMade"),
        ("signed a day later", in_loan("2025-02-01"), "CommitmentMade [agreement_not_signed]"),
        ("promised some day that month", in_loan("2025-02"), "CommitmentMade"),
    ]);
    let recorded = { signed }.when(in_loan("2025-02-01")).unwrap();
    assert_eq!(recorded[0].fact.flags[0].checked_against[0].as_str(), "agreement-loan@2");
}

#[test]
fn a_part_of_a_split_promise_is_as_large_as_the_split_says() {
    let euros = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let whole = school(json!({ "amount": euros("100"), "value_status": "known" }));
    let split = crate::testing::scene::split("school", &[("north", euros("40")), ("south", euros("60"))]);
    let story = visit().given(whole).given(split);
    let part = |id: &str, amount: &str, weight: &str| {
        let data =
            json!({ "amount": euros(amount), "value_status": "known", "weight": weight, "split_from": "school" });
        with(commitment(id), data)
    };
    story.answers([
        ("as split", part("north", "40", "0.5"), "CommitmentMade"),
        ("another amount", part("north", "41", "0.5"), "CommitmentMade [split_part_differs]"),
        ("another weight", part("north", "40", "1"), "CommitmentMade [split_part_differs]"),
        ("no such part", part("west", "40", "0.5"), "CommitmentMade [split_part_differs]"),
        (
            "of one that was not split",
            with(part("north", "40", "0.5"), json!({ "split_from": "branch" })),
            "CommitmentMade [split_part_differs]",
        ),
        ("of itself", with(part("north", "40", "0.5"), json!({ "split_from": "north" })), "refused: part_is_self"),
    ]);
    let recorded = { story }.when(part("west", "40", "0.5")).unwrap();
    let flag = &recorded[0].fact.flags[0];
    assert_eq!(flag.checked_against[0].as_str(), "commitment-school@2");
    assert_eq!((flag.rule.as_ref().unwrap().as_str(), flag.rule_version), ("MakeCommitment", 1));
}

#[test]
fn what_was_promised_this_year_is_counted_from_the_day_of_the_package() {
    let story = visit().given(school(json!({ "planned_end": "this year" })));
    let fact = story.fact("c1.1").unwrap();
    let crate::Event::CommitmentMade(made) = &fact.event else { panic!("{:?}", fact.event) };
    let end = made.planned_end.as_ref().unwrap();
    assert_eq!((end.text.as_str(), end.latest.to_string().as_str()), ("this year", "2024-12-31"));
    assert_eq!(end.anchor.unwrap().to_string(), "2024-11-05");
}
