//! Rules of the party family.

use serde_json::json;

use crate::testing::Story;
use crate::testing::scene::{but, company, retract, state};

fn story() -> Story {
    Story::at("2025-03-20T09:00:00Z").given(state("kaz", "KAZ")).given(company("orano", "111"))
}

#[test]
fn a_party_is_registered_once_and_a_repeated_wish_adds_nothing() {
    story().answers([
        ("a state needs no identifier of a register", state("fra", "FRA"), "PartyRegistered"),
        ("the same wish", company("orano", "111"), "nothing"),
        ("another party of that id", company("orano", "222"), "refused: party_already_registered"),
        (
            "another name for it",
            but(state("kaz", "KAZ"), json!({ "data": { "names": { "fr": "Kazakhstan" } } })),
            "refused: party_already_registered",
        ),
    ]);
}

#[test]
fn a_party_without_an_identifier_is_flagged_unless_it_is_a_state() {
    let without = but(company("vicat", "1"), json!({ "data": { "org_ids": [] } }));
    let body = json!({ "data": { "kind": "government_body", "country": "KAZ" } });
    story().answers([
        ("a company", without.clone(), "PartyRegistered [no_org_id]"),
        ("a body of a state", but(without, body), "PartyRegistered [no_org_id]"),
        ("a company with one", company("vicat", "333"), "PartyRegistered"),
    ]);
}

#[test]
fn no_identifier_of_a_register_belongs_to_two_parties() {
    let taken = company("vicat", "111");
    let other_scheme = json!({ "data": { "org_ids": [{ "scheme": "FR-RCS", "id": "111" }] } });
    let with_blanks = json!({ "data": { "org_ids": [{ "scheme": "KZ-BIN", "id": " 111 " }] } });
    story().answers([
        ("the identifier of another", taken.clone(), "refused: org_id_taken"),
        ("the same with blanks around it", but(taken.clone(), with_blanks), "refused: org_id_taken"),
        ("the same number in another register", but(taken.clone(), other_scheme), "PartyRegistered"),
    ]);
    let freed = story().given(retract("party-orano", "c2.1", &[]));
    freed.answers([("once the holder is retracted", taken, "PartyRegistered")]);
}

#[test]
fn an_identifier_too_long_for_a_key_is_still_claimed() {
    let long = "9".repeat(7_990);
    let story = Story::at("2025-03-20T09:00:00Z").given(company("orano", &long));
    story.answers([
        ("the same", company("vicat", &long), "refused: org_id_taken"),
        ("another as long", company("vicat", &format!("{}8", &long[1..])), "PartyRegistered"),
    ]);
}

#[test]
fn a_state_and_its_bodies_need_a_country() {
    let without = json!({ "data": { "country": null } });
    let body = json!({ "data": { "kind": "government_body" } });
    story().answers([
        ("a state", but(state("fra", "FRA"), without), "refused: country_missing at /data/country"),
        ("a ministry", but(company("interior", "5"), body), "refused: country_missing at /data/country"),
        ("a country that is none", state("xxx", "XXX"), "invalid: unknown_country at /data/country"),
    ]);
}

#[test]
fn a_parent_is_another_party_and_flagged_while_it_is_unknown() {
    let child_of = |parent: &str| but(company("lactalis-kz", "7"), json!({ "data": { "parent": parent } }));
    story().answers([
        ("itself", child_of("lactalis-kz"), "refused: parent_is_self at /data/parent"),
        ("unknown", child_of("lactalis"), "PartyRegistered [party_unknown]"),
        ("registered", child_of("orano"), "PartyRegistered"),
    ]);
}

#[test]
fn a_flag_names_what_was_read() {
    let mut story = story();
    let child = but(company("lactalis-kz", "7"), json!({ "data": { "parent": "lactalis" } }));
    let recorded = story.when(child).unwrap();
    assert_eq!(recorded[0].fact.flags[0].checked_against[0].as_str(), "party-lactalis@0");
}
