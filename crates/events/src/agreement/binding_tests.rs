//! Rules of becoming bound.

use serde_json::{Value, json};

use crate::testing::Story;
use crate::testing::scene::treaty::{
    amend, consent, end_provisional, in_force, object, provisional, registered, reserve, rule, terminate, withdraw,
    withdraw_reservation,
};
use crate::testing::scene::{agreement, but, correct, retract, sign, visit, with};

/// The treaty of two states, signed on 2024-11-05 by both. Today is 2025-03-20.
fn story() -> Story {
    visit()
}

fn on(day: &str, command: Value) -> Value {
    but(command, json!({ "occurred_on": day }))
}

fn accession(party: &str, on: &str) -> Value {
    with(consent("treaty", party, on), json!({ "consent_form": "accession" }))
}

fn for_party(party: &str, on: &str) -> Value {
    with(in_force("treaty", on), json!({ "scope": { "for_party": party } }))
}

#[test]
fn a_listed_party_consents_once_and_others_accede() {
    let wish = consent("treaty", "kaz", "2025-01-10");
    let instrument = json!({ "deposited_on": null, "instrument_date": "2025-03-21" });
    story().given(wish.clone()).answers([
        ("the same wish", wish, "nothing"),
        ("on another day", consent("treaty", "kaz", "2025-01-11"), "refused: consent_already_expressed"),
        ("the other party", consent("treaty", "fra", "2025-01-11"), "ConsentToBeBoundExpressed"),
        ("a party not listed", consent("treaty", "uzb", "2025-01-11"), "refused: party_not_listed"),
        ("that accedes, unknown", accession("uzb", "2025-01-11"), "ConsentToBeBoundExpressed [party_unknown]"),
        ("tomorrow", consent("treaty", "fra", "2025-03-21"), "refused: date_in_future at /data/deposited_on"),
        (
            "an instrument of tomorrow",
            with(consent("treaty", "fra", "2025-01-11"), instrument),
            "refused: date_in_future at /data/instrument_date",
        ),
        (
            "another date beside it",
            on("2025-01-12", consent("treaty", "fra", "2025-01-11")),
            "refused: date_differs at /occurred_on",
        ),
        (
            "more than the whole",
            with(consent("treaty", "fra", "2025-01-11"), json!({ "share_percent": "100.01" })),
            "refused: share_above_hundred at /data/share_percent",
        ),
        ("a document not registered", consent("loan", "kaz", "2025-01-11"), "refused: agreement_unknown"),
        (
            "in no known form",
            with(consent("treaty", "fra", "2025-01-11"), json!({ "consent_form": "applause" })),
            "invalid: unknown_value at /data/consent_form",
        ),
    ]);
}

#[test]
fn a_party_that_left_may_consent_again() {
    let story = story().given(consent("treaty", "kaz", "2024-12-01")).given(withdraw(
        "treaty",
        "kaz",
        "2025-01-01",
        "2025-02-01",
    ));
    let again = consent("treaty", "kaz", "2025-03-01");
    story.answers([("after it left", again.clone(), "ConsentToBeBoundExpressed")]);
    story.given(again).answers([(
        "a third time",
        consent("treaty", "kaz", "2025-03-02"),
        "refused: consent_already_expressed",
    )]);
}

#[test]
fn consent_before_the_partys_own_signature_is_flagged() {
    story().answers([
        ("after it", consent("treaty", "kaz", "2024-11-06"), "ConsentToBeBoundExpressed"),
        ("on the day", consent("treaty", "kaz", "2024-11-05"), "ConsentToBeBoundExpressed"),
        ("before it", consent("treaty", "kaz", "2024-11-04"), "ConsentToBeBoundExpressed [consent_before_signature]"),
    ]);
    story().given(agreement("loan")).answers([(
        "unsigned",
        consent("loan", "kaz", "2024-11-06"),
        "ConsentToBeBoundExpressed [consent_before_signature]",
    )]);
}

#[test]
fn a_consent_is_as_old_as_its_deposit() {
    let mut story = story();
    let both = json!({ "instrument_date": "2024-12-01" });
    let recorded = story.when(with(consent("treaty", "kaz", "2025-01-10"), both)).unwrap();
    assert_eq!(recorded[0].fact.occurred_on.to_string(), "2025-01-10");
    let id = recorded[0].fact.event_id.to_string();
    let story = story.given(correct("agreement-treaty", &id, "/data/deposited_on", "2025-01-10", "2025-01-12"));
    assert_eq!(story.fact(&id).unwrap().occurred_on.to_string(), "2025-01-12");
    story.answers([(
        "another party",
        correct("agreement-treaty", &id, "/data/party_id", "kaz", "fra"),
        "refused: identity_not_correctable",
    )]);
}

#[test]
fn a_reservation_after_consent_needs_acceptance() {
    let bound = story().given(consent("treaty", "kaz", "2025-01-10"));
    bound.answers([
        ("after it", reserve("treaty", "article-5", "kaz"), "refused: reservation_after_consent"),
        ("accepted", with(reserve("treaty", "article-5", "kaz"), json!({ "accepted": true })), "ReservationMade"),
        ("with it", on("2025-01-10", reserve("treaty", "article-5", "kaz")), "ReservationMade"),
        ("the other party", reserve("treaty", "article-5", "fra"), "ReservationMade"),
        ("a party not listed", reserve("treaty", "article-5", "uzb"), "refused: party_not_listed"),
    ]);
    story().given(reserve("treaty", "article-5", "kaz")).answers([
        ("the same wish", reserve("treaty", "article-5", "kaz"), "nothing"),
        ("an id that is taken", reserve("treaty", "article-5", "fra"), "refused: reservation_already_made"),
    ]);
}

#[test]
fn another_party_objects_to_a_reservation_once() {
    let story = story().given(reserve("treaty", "article-5", "kaz"));
    story.answers([
        ("to an unknown one", object("treaty", "article-6", "fra"), "refused: reservation_unknown"),
        ("to its own", object("treaty", "article-5", "kaz"), "refused: own_reservation"),
        ("a stranger", object("treaty", "article-5", "uzb"), "refused: party_not_listed"),
    ]);
    let other_text = with(object("treaty", "article-5", "fra"), json!({ "text": { "en": "never" } }));
    let objected = story.clone().given(object("treaty", "article-5", "fra"));
    objected.answers([
        ("the same wish", object("treaty", "article-5", "fra"), "nothing"),
        ("in other words", other_text, "refused: reservation_already_objected"),
        ("retracting the reservation", retract("agreement-treaty", "c1.1", &[]), "refused: dependants_remain"),
        ("with the objection", retract("agreement-treaty", "c1.1", &["c2.1"]), "EntryRetracted, EntryRetracted"),
    ]);
    assert_eq!(objected.fact("c2.1").unwrap().reported_by, Some(crate::testing::parsed("fra")));
    story.given(withdraw_reservation("treaty", "article-5", "kaz")).answers([(
        "to one that was taken back",
        object("treaty", "article-5", "fra"),
        "refused: reservation_already_withdrawn",
    )]);
}

#[test]
fn only_its_maker_takes_a_reservation_back() {
    let story = story().given(reserve("treaty", "article-5", "kaz"));
    story.answers([
        ("an unknown one", withdraw_reservation("treaty", "article-6", "kaz"), "refused: reservation_unknown"),
        ("another party", withdraw_reservation("treaty", "article-5", "fra"), "refused: reservation_of_another"),
    ]);
    story.given(withdraw_reservation("treaty", "article-5", "kaz")).answers([(
        "twice",
        withdraw_reservation("treaty", "article-5", "kaz"),
        "refused: reservation_already_withdrawn",
    )]);
}

#[test]
fn a_second_rule_of_entry_needs_an_amendment() {
    let signature = rule("treaty", json!({ "kind": "on_signature" }));
    let fixed = |data: Value| with(rule("treaty", json!({ "kind": "fixed_date", "date": "2025-01-01" })), data);
    let story = story().given(signature.clone());
    assert_eq!(story.fact("c1.1").unwrap().occurred_on.to_string(), "2024-11-05", "as old as the first signature");
    story.answers([
        ("the same wish", signature, "nothing"),
        ("another rule", fixed(json!({})), "refused: entry_rule_already_set"),
        ("by an unknown amendment", fixed(json!({ "by_amendment": "protocol" })), "refused: amendment_unknown"),
        (
            "with a parameter of another rule",
            rule("treaty", json!({ "kind": "fixed_date", "date": "2025-01-01", "days": 3 })),
            "invalid: unknown_field at /data/rule",
        ),
    ]);
    let amended = story.given(amend("treaty", "protocol", "2025-01-15"));
    amended.answers([("by an amendment", fixed(json!({ "by_amendment": "protocol" })), "EntryIntoForceRuleSet")]);
    let replaced = amended.given(fixed(json!({ "by_amendment": "protocol" })));
    assert_eq!(replaced.fact("c3.1").unwrap().occurred_on.to_string(), "2025-01-15", "as old as the amendment");
    replaced.answers([(
        "retracting the amendment",
        retract("agreement-treaty", "c2.1", &[]),
        "refused: dependants_remain",
    )]);
}

#[test]
fn provisional_application_starts_and_ends_party_by_party() {
    let only = |command: Value, party: &str| with(command, json!({ "parties": [party] }));
    let started = story().given(only(provisional("treaty", "2025-01-15"), "kaz"));
    started.answers([
        ("the same wish", only(provisional("treaty", "2025-01-15"), "kaz"), "nothing"),
        ("twice for a party", only(provisional("treaty", "2025-01-16"), "kaz"), "refused: provisional_already_started"),
        ("all, one of which does", provisional("treaty", "2025-01-16"), "refused: provisional_already_started"),
        ("the other", only(provisional("treaty", "2025-01-16"), "fra"), "ProvisionalApplicationStarted"),
        ("a stranger", only(provisional("treaty", "2025-01-16"), "uzb"), "refused: party_not_listed"),
        (
            "end for one that has not begun",
            only(end_provisional("treaty", "2025-02-01"), "fra"),
            "refused: provisional_not_started",
        ),
        ("end before it began", end_provisional("treaty", "2025-01-14"), "refused: provisional_not_started"),
        ("end for all that do", end_provisional("treaty", "2025-02-01"), "ProvisionalApplicationEnded"),
    ]);
    story().answers([("end for nobody", end_provisional("treaty", "2025-02-01"), "refused: not_provisional")]);
    let ended = started.given(end_provisional("treaty", "2025-02-01"));
    ended.answers([
        ("begin anew", provisional("treaty", "2025-03-01"), "ProvisionalApplicationStarted"),
        ("end twice", end_provisional("treaty", "2025-02-01"), "refused: not_provisional"),
        ("retracting the start", retract("agreement-treaty", "c1.1", &[]), "refused: dependants_remain"),
        (
            "moving the end before the start",
            correct("agreement-treaty", "c2.1", "/data/effective_on", "2025-02-01", "2025-01-01"),
            "refused: provisional_not_started",
        ),
    ]);
    let again = ended.given(provisional("treaty", "2025-03-01"));
    again.answers([(
        "retracting the second start takes no end along",
        retract("agreement-treaty", "c3.1", &[]),
        "EntryRetracted",
    )]);
}

#[test]
fn provisional_application_beside_definitive_entry_is_flagged() {
    let story = story().given(in_force("treaty", "2025-02-01"));
    story.answers([
        ("after it", provisional("treaty", "2025-02-01"), "ProvisionalApplicationStarted [already_in_force]"),
        (
            "of a time before it, recorded after it",
            provisional("treaty", "2025-01-31"),
            "ProvisionalApplicationStarted [entry_already_recorded]",
        ),
    ]);
    self::story().answers([("before it", provisional("treaty", "2025-01-31"), "ProvisionalApplicationStarted")]);
    let for_kaz = with(in_force("treaty", "2025-02-01"), json!({ "scope": { "for_party": "kaz" } }));
    let of = |party: &str| with(provisional("treaty", "2025-02-01"), json!({ "parties": [party] }));
    self::story().given(for_kaz).answers([
        ("of a party that is bound", of("kaz"), "ProvisionalApplicationStarted [already_in_force]"),
        ("of another", of("fra"), "ProvisionalApplicationStarted"),
    ]);
}

#[test]
fn an_agreement_enters_into_force_once_as_such_and_once_for_a_party() {
    let story = story().given(in_force("treaty", "2025-02-01")).given(for_party("kaz", "2025-02-01"));
    assert_eq!(story.fact("c1.1").unwrap().occurred_on.to_string(), "2025-02-01", "as old as its effect");
    story.answers([
        ("the same wish", in_force("treaty", "2025-02-01"), "nothing"),
        ("on another day", in_force("treaty", "2025-02-02"), "refused: already_entered_into_force"),
        ("for the same party", for_party("kaz", "2025-02-02"), "refused: already_entered_into_force"),
        ("for the other party", for_party("fra", "2025-02-02"), "AgreementEnteredIntoForce"),
        ("for a stranger", for_party("uzb", "2025-02-02"), "refused: party_not_listed"),
    ]);
    let left = story.given(withdraw("treaty", "kaz", "2025-02-10", "2025-02-20"));
    left.answers([("for a party that came back", for_party("kaz", "2025-03-20"), "AgreementEnteredIntoForce")]);
    let mut future = visit();
    let recorded = future.when(in_force("treaty", "2025-06-01")).unwrap();
    assert_eq!(recorded[0].fact.occurred_on.to_string(), "2025-03-20", "known before its effect");
}

#[test]
fn an_entry_that_differs_from_the_rule_or_precedes_the_signature_is_flagged() {
    let fixed = story().given(rule("treaty", json!({ "kind": "fixed_date", "date": "2025-02-01" })));
    fixed.answers([
        ("by the rule", in_force("treaty", "2025-02-01"), "AgreementEnteredIntoForce"),
        (
            "on another day",
            in_force("treaty", "2025-02-02"),
            "AgreementEnteredIntoForce [entry_date_differs_from_rule]",
        ),
    ]);
    story().answers([
        ("no rule is known", in_force("treaty", "2025-02-02"), "AgreementEnteredIntoForce"),
        (
            "before it was signed",
            in_force("treaty", "2024-11-04"),
            "AgreementEnteredIntoForce [entry_before_signature]",
        ),
        ("on the day", in_force("treaty", "2024-11-05"), "AgreementEnteredIntoForce"),
    ]);
    // Without a signature nothing is known of an order.
    story().given(agreement("loan")).answers([(
        "unsigned",
        in_force("loan", "2020-01-01"),
        "AgreementEnteredIntoForce",
    )]);
}

#[test]
fn a_date_that_is_said_to_be_computed_without_a_rule_is_flagged() {
    let computed = |wish: Value| with(wish, json!({ "computed_by_rule": true }));
    let flagged = "AgreementEnteredIntoForce [no_date_by_rule]";
    story().answers([
        ("no rule is known", computed(in_force("treaty", "2025-02-02")), flagged),
        ("stated by a source", in_force("treaty", "2025-02-02"), "AgreementEnteredIntoForce"),
    ]);
    let fixed = story().given(rule("treaty", json!({ "kind": "fixed_date", "date": "2025-02-01" })));
    fixed.answers([
        ("by the rule", computed(in_force("treaty", "2025-02-01")), "AgreementEnteredIntoForce"),
        ("of a party for which it gives none", computed(for_party("kaz", "2025-02-01")), flagged),
    ]);
    let waiting = story().given(rule("treaty", json!({ "kind": "days_after_last_notification", "days": 30 })));
    waiting.answers([("before the notifications are known", computed(in_force("treaty", "2025-02-01")), flagged)]);
}

#[test]
fn an_entry_before_a_signature_is_held_against_the_party_concerned_and_says_which_signature() {
    let signed = |party: &str, day: &str| on(day, sign("loan", party));
    let two = visit().given(agreement("loan")).given(signed("kaz", "2024-11-05")).given(signed("fra", "2024-12-01"));
    let for_party = |party: &str, day: &str| with(in_force("loan", day), json!({ "scope": { "for_party": party } }));
    let flagged = "AgreementEnteredIntoForce [entry_before_signature]";
    two.answers([
        ("as such, before the last has signed", in_force("loan", "2024-11-20"), flagged),
        ("as such, when all have signed", in_force("loan", "2024-12-01"), "AgreementEnteredIntoForce"),
        ("for one that has signed", for_party("kaz", "2024-11-20"), "AgreementEnteredIntoForce"),
        ("for one that has not", for_party("fra", "2024-11-20"), flagged),
    ]);
    let named = |wish: Value| two.clone().when(wish).unwrap()[0].fact.flags[0].checked_against[0].to_string();
    assert_eq!(named(in_force("loan", "2024-11-01")), "agreement-loan@3", "the last signature");
    assert_eq!(named(for_party("kaz", "2024-11-01")), "agreement-loan@2", "that of the party");
    let some = json!({ "kind": "n_parties_and_share", "parties": 1, "days_after": 0 });
    two.given(rule("loan", some)).answers([(
        "as such, where the rule asks for some parties only",
        with(in_force("loan", "2024-11-20"), json!({})),
        "AgreementEnteredIntoForce",
    )]);
}

#[test]
fn a_register_gives_a_number_once_and_mostly_after_entry_into_force() {
    let story = story().given(in_force("treaty", "2025-02-01"));
    story.answers([
        ("after it", registered("treaty", "54113", "2025-02-01"), "TreatyRegistrationRecorded"),
        (
            "before it",
            registered("treaty", "54113", "2025-01-31"),
            "TreatyRegistrationRecorded [registered_before_entry]",
        ),
        ("tomorrow", registered("treaty", "54113", "2025-03-21"), "refused: date_in_future at /data/registered_on"),
    ]);
    story.given(registered("treaty", "54113", "2025-02-01")).answers([
        ("the same wish", registered("treaty", "54113", "2025-02-01"), "nothing"),
        ("on another day", registered("treaty", "54113", "2025-02-02"), "refused: registration_already_recorded"),
        ("another number", registered("treaty", "54114", "2025-02-02"), "TreatyRegistrationRecorded"),
    ]);
}

#[test]
fn what_was_so_before_the_end_may_be_reported_after_it() {
    let ended = story().given(terminate("treaty", "2025-02-01"));
    ended.answers([
        ("consent before", consent("treaty", "kaz", "2025-01-31"), "ConsentToBeBoundExpressed [late_report]"),
        ("consent after", consent("treaty", "kaz", "2025-02-01"), "refused: agreement_ended"),
        ("reservation today", reserve("treaty", "article-5", "kaz"), "refused: agreement_ended"),
        (
            "reservation before",
            on("2025-01-15", reserve("treaty", "article-5", "kaz")),
            "ReservationMade [late_report]",
        ),
        ("entry before", in_force("treaty", "2025-01-01"), "AgreementEnteredIntoForce [late_report]"),
        ("entry after", in_force("treaty", "2025-03-01"), "refused: agreement_ended"),
        (
            "registration after",
            registered("treaty", "54113", "2025-03-01"),
            "TreatyRegistrationRecorded [registered_before_entry]",
        ),
    ]);
    let ending = story().given(terminate("treaty", "2025-12-31"));
    ending.answers([(
        "before an end that has not come",
        consent("treaty", "kaz", "2025-03-20"),
        "ConsentToBeBoundExpressed",
    )]);
}
