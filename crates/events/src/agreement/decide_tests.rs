//! Rules of the agreement family.

use serde_json::{Value, json};

use crate::testing::Story;
use crate::testing::scene::{agreement, but, link, package, retract, sign, state, with};

fn story() -> Story {
    Story::at("2024-11-06T09:00:00Z")
        .given(state("kaz", "KAZ"))
        .given(state("fra", "FRA"))
        .given(package("visit"))
        .given(agreement("treaty"))
}

fn signed_on(party: &str, day: &str) -> Value {
    but(sign("treaty", party), json!({ "occurred_on": day }))
}

#[test]
fn a_document_is_registered_once_with_a_party_or_more() {
    let with = |data: Value| with(agreement("loan"), data);
    let one = |party: &str| with(json!({ "parties": [{ "party_id": party, "role": "party" }] }));
    let roles =
        |roles: [&str; 2]| with(json!({ "parties": roles.map(|role| json!({ "party_id": "kaz", "role": role })) }));
    story().answers([
        ("the same wish", agreement("treaty"), "nothing"),
        (
            "another title",
            but(agreement("treaty"), json!({ "data": { "titles": { "fr": "Traité" } } })),
            "refused: agreement_already_registered",
        ),
        ("no party", with(json!({ "parties": [] })), "refused: no_party at /data/parties"),
        ("one party", one("kaz"), "AgreementRegistered"),
        ("one party twice", roles(["party", "party"]), "refused: party_named_twice at /data/parties"),
        ("one party in two roles", roles(["party", "depositary"]), "AgreementRegistered"),
        ("an unknown party", one("usa"), "AgreementRegistered [party_unknown]"),
        ("under nothing", with(json!({ "umbrella_of": "programme" })), "AgreementRegistered [umbrella_unknown]"),
        ("its own umbrella", with(json!({ "umbrella_of": "loan" })), "refused: umbrella_is_self at /data/umbrella_of"),
    ]);
}

#[test]
fn a_legal_effect_inferred_from_the_title_is_flagged() {
    let inferred = but(agreement("loan"), json!({ "data": { "legal_effect_basis": "title" } }));
    story().answers([
        ("inferred", inferred, "AgreementRegistered [legal_effect_inferred]"),
        ("stated", agreement("loan"), "AgreementRegistered"),
    ]);
}

#[test]
fn a_listed_party_signs_once() {
    let story = story().given(signed_on("kaz", "2024-11-05"));
    story.answers([
        ("the other party", signed_on("fra", "2024-11-05"), "AgreementSigned"),
        ("the same wish", signed_on("kaz", "2024-11-05"), "nothing"),
        ("the same wish without its date", sign("treaty", "kaz"), "nothing"),
        ("on another day", signed_on("kaz", "2024-11-04"), "refused: party_already_signed"),
        (
            "in another way",
            but(signed_on("kaz", "2024-11-05"), json!({ "data": { "signature_kind": "simple" } })),
            "refused: party_already_signed",
        ),
        ("a party not listed", sign("treaty", "usa"), "refused: party_not_listed"),
        ("a document not registered", sign("loan", "kaz"), "refused: agreement_unknown"),
    ]);
    let retracted = story.given(retract("agreement-treaty", "c5.1", &[]));
    retracted.answers([("after a retraction", signed_on("kaz", "2024-11-04"), "AgreementSigned")]);
}

#[test]
fn nobody_signs_in_the_future() {
    story().answers([
        ("tomorrow", signed_on("kaz", "2024-11-07"), "refused: signature_in_future at /occurred_on"),
        ("next year", signed_on("kaz", "2025"), "refused: signature_in_future at /occurred_on"),
        ("some day this month, which has begun", signed_on("kaz", "2024-11"), "AgreementSigned"),
        ("today, when no day is named", sign("treaty", "kaz"), "AgreementSigned"),
    ]);
}

#[test]
fn a_signature_after_its_own_effect_is_flagged() {
    let effective = |day: &str| but(signed_on("kaz", "2024-11-05"), json!({ "effective_on": day }));
    story().answers([
        ("effect before", effective("2024-11-04"), "AgreementSigned [signed_after_effect]"),
        ("effect on the day", effective("2024-11-05"), "AgreementSigned"),
        ("effect later, even in the future", effective("2030-01-01"), "AgreementSigned"),
    ]);
    let in_effect = story().given(effective("2024-11-05"));
    in_effect.answers([(
        "after the effect that another entry states",
        signed_on("fra", "2024-11-06"),
        "AgreementSigned [signed_after_effect]",
    )]);
}

#[test]
fn a_document_is_linked_to_a_package_once() {
    story().given(link("treaty", "visit")).answers([
        ("twice", link("treaty", "visit"), "refused: already_linked"),
        ("to another package", link("treaty", "summit"), "AgreementLinkedToPackage [package_unknown]"),
        ("a document not registered", link("loan", "visit"), "refused: agreement_unknown"),
    ]);
}

#[test]
fn a_document_signed_on_another_day_than_the_package_is_flagged() {
    for (day, expected) in [
        ("2024-11-05", "AgreementLinkedToPackage"),
        ("2024-11", "AgreementLinkedToPackage"),
        ("2024-11-04", "AgreementLinkedToPackage [signed_outside_package]"),
        ("2024-10", "AgreementLinkedToPackage [signed_outside_package]"),
        ("2023", "AgreementLinkedToPackage [signed_outside_package]"),
    ] {
        story().given(signed_on("kaz", day)).answers([(day, link("treaty", "visit"), expected)]);
    }
    story().answers([("not signed yet", link("treaty", "visit"), "AgreementLinkedToPackage")]);
}

#[test]
fn a_link_is_as_old_as_the_first_signature() {
    let story = story()
        .given(signed_on("fra", "2024-11-05"))
        .given(signed_on("kaz", "2024-11-04"))
        .given(link("treaty", "visit"));
    assert_eq!(story.fact("c7.1").unwrap().occurred_on.to_string(), "2024-11-04");
}
