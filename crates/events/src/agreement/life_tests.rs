//! Rules of what becomes of an agreement.

use serde_json::{Value, json};

use crate::testing::Story;
use crate::testing::scene::treaty::{
    adopt, amend, consent, expire, object_to_text, propose, resume, rule, supersede, suspend, terminate, unlink,
    withdraw,
};
use crate::testing::scene::{agreement, but, correct, link, retract, sign, visit, with};

/// The treaty of two states, signed on 2024-11-05 by both. Today is 2025-03-20.
fn story() -> Story {
    visit()
}

fn on(day: &str, command: Value) -> Value {
    but(command, json!({ "occurred_on": day }))
}

#[test]
fn an_unlinked_document_may_be_linked_again() {
    let linked = story().given(link("treaty", "visit"));
    linked.answers([("another package", unlink("treaty", "summit"), "refused: not_linked")]);
    let unlinked = linked.given(unlink("treaty", "visit"));
    unlinked.answers([
        ("twice", unlink("treaty", "visit"), "refused: not_linked"),
        ("linked again", link("treaty", "visit"), "AgreementLinkedToPackage"),
        ("retracting the link", retract("agreement-treaty", "c1.1", &[]), "refused: dependants_remain"),
        ("with what undid it", retract("agreement-treaty", "c1.1", &["c2.1"]), "EntryRetracted, EntryRetracted"),
    ]);
    unlinked.given(link("treaty", "visit")).answers([
        ("linked twice", link("treaty", "visit"), "refused: already_linked"),
        ("retracting the second link takes nothing along", retract("agreement-treaty", "c3.1", &[]), "EntryRetracted"),
    ]);
}

#[test]
fn an_amendment_signed_by_fewer_than_the_original_is_flagged() {
    let by = |parties: Value| with(amend("treaty", "protocol", "2025-01-15"), json!({ "signed_by": parties }));
    story().answers([
        ("by both", by(json!(["kaz", "fra"])), "AgreementAmended"),
        ("by both and another", by(json!(["uzb", "kaz", "fra"])), "AgreementAmended"),
        ("by one", by(json!(["kaz"])), "AgreementAmended [amended_by_fewer_parties]"),
        ("of an unknown document", amend("loan", "protocol", "2025-01-15"), "refused: agreement_unknown"),
    ]);
    story().given(amend("treaty", "protocol", "2025-01-15")).answers([
        ("the same wish", amend("treaty", "protocol", "2025-01-15"), "nothing"),
        ("an id that is taken", by(json!(["kaz"])), "refused: amendment_id_taken"),
    ]);
    story().given(terminate("treaty", "2025-02-01")).answers([
        ("before the end", amend("treaty", "protocol", "2025-01-15"), "AgreementAmended [late_report]"),
        ("after the end", amend("treaty", "protocol", "2025-02-15"), "refused: agreement_ended"),
    ]);
}

#[test]
fn a_correction_of_the_text_is_adopted_after_the_time_to_object() {
    let proposed = story().given(propose("treaty", "slip", "2025-02-01"));
    proposed.answers([
        ("the same proposal", propose("treaty", "slip", "2025-02-01"), "nothing"),
        ("an id that is taken", propose("treaty", "slip", "2025-02-02"), "refused: text_correction_already_proposed"),
        ("an unknown one", adopt("treaty", "slap", "2025-02-02"), "refused: text_correction_unknown"),
        ("on the last day", adopt("treaty", "slip", "2025-02-01"), "refused: adopted_before_deadline"),
        ("on the next day", adopt("treaty", "slip", "2025-02-02"), "AgreementTextCorrectionAdopted"),
        ("tomorrow", adopt("treaty", "slip", "2025-03-21"), "refused: date_in_future at /data/adopted_on"),
    ]);
    proposed.given(adopt("treaty", "slip", "2025-02-02")).answers([
        ("the same adoption", adopt("treaty", "slip", "2025-02-02"), "nothing"),
        ("another day", adopt("treaty", "slip", "2025-02-03"), "refused: text_correction_already_adopted"),
        (
            "an objection after it",
            on("2025-02-01", object_to_text("treaty", "slip", "fra")),
            "refused: text_correction_already_adopted",
        ),
        (
            "corrected to a day within the time",
            correct("agreement-treaty", "c2.1", "/data/adopted_on", "2025-02-02", "2025-01-31"),
            "refused: adopted_before_deadline",
        ),
    ]);
}

#[test]
fn an_objection_in_time_bars_a_correction_until_it_is_retracted() {
    let proposed = story().given(propose("treaty", "slip", "2025-02-01"));
    proposed.answers([
        ("today, too late", object_to_text("treaty", "slip", "fra"), "refused: objection_after_deadline"),
        (
            "on the last day",
            on("2025-02-01", object_to_text("treaty", "slip", "fra")),
            "AgreementTextCorrectionObjected",
        ),
        ("by a stranger", on("2025-02-01", object_to_text("treaty", "slip", "uzb")), "refused: party_not_listed"),
        (
            "to an unknown one",
            on("2025-02-01", object_to_text("treaty", "slap", "fra")),
            "refused: text_correction_unknown",
        ),
    ]);
    let objection = on("2025-02-01", object_to_text("treaty", "slip", "fra"));
    let objected = proposed.given(objection.clone());
    assert_eq!(objected.fact("c2.1").unwrap().reported_by, Some(crate::testing::parsed("fra")));
    objected.answers([
        ("the same objection", objection.clone(), "nothing"),
        ("for another reason", with(objection, json!({ "reason": "no" })), "refused: text_correction_already_objected"),
        ("adopted all the same", adopt("treaty", "slip", "2025-02-02"), "refused: objection_open"),
        ("retracting the proposal", retract("agreement-treaty", "c1.1", &[]), "refused: dependants_remain"),
    ]);
    objected.given(retract("agreement-treaty", "c2.1", &[])).answers([(
        "once the objection is retracted",
        adopt("treaty", "slip", "2025-02-02"),
        "AgreementTextCorrectionAdopted",
    )]);
}

#[test]
fn an_agreement_is_suspended_and_resumed_in_turn() {
    story().answers([("resumed at once", resume("treaty", "2025-02-01"), "refused: not_suspended")]);
    let suspended = story().given(suspend("treaty", "2025-01-15"));
    suspended.answers([
        ("the same wish", suspend("treaty", "2025-01-15"), "nothing"),
        ("twice", suspend("treaty", "2025-01-16"), "refused: already_suspended"),
        ("resumed before it", resume("treaty", "2025-01-14"), "refused: not_suspended"),
        ("resumed", resume("treaty", "2025-02-01"), "AgreementResumed"),
    ]);
    let resumed = suspended.given(resume("treaty", "2025-02-01"));
    resumed.answers([
        ("resumed twice", resume("treaty", "2025-02-01"), "refused: not_suspended"),
        ("suspended again", suspend("treaty", "2025-03-01"), "AgreementSuspended"),
        ("retracting the suspension", retract("agreement-treaty", "c1.1", &[]), "refused: dependants_remain"),
        (
            "a correction that turns the time round",
            correct("agreement-treaty", "c1.1", "/data/effective_on", "2025-01-15", "2025-02-02"),
            "refused: not_suspended",
        ),
    ]);
    story().given(terminate("treaty", "2025-02-01")).answers([
        ("after the end", suspend("treaty", "2025-02-01"), "refused: agreement_ended"),
        ("before it", suspend("treaty", "2025-01-31"), "AgreementSuspended [late_report]"),
    ]);
}

#[test]
fn a_bound_party_gives_notice_once() {
    let notice = |days: u32| {
        let asked = json!({ "notice_days": days });
        with(withdraw("treaty", "kaz", "2025-01-01", "2025-01-31"), asked)
    };
    story().answers([
        ("in time", notice(30), "WithdrawalNotified"),
        ("too short", notice(31), "WithdrawalNotified [notice_too_short]"),
        ("no notice asked for", withdraw("treaty", "kaz", "2025-01-01", "2025-01-01"), "WithdrawalNotified"),
        (
            "effect before the notice itself",
            withdraw("treaty", "kaz", "2025-01-02", "2025-01-01"),
            "WithdrawalNotified [notice_too_short]",
        ),
        (
            "notified tomorrow",
            withdraw("treaty", "kaz", "2025-03-21", "2025-12-31"),
            "refused: date_in_future at /data/notified_on",
        ),
        ("not bound", withdraw("treaty", "uzb", "2025-01-01", "2025-12-31"), "refused: party_not_bound"),
    ]);
    let unsigned = story().given(agreement("loan"));
    unsigned.answers([(
        "listed but not bound",
        withdraw("loan", "kaz", "2025-01-01", "2025-12-31"),
        "refused: party_not_bound",
    )]);
    let simply = json!({ "signature_kind": "simple" });
    let signed = unsigned.clone().given(with(sign("loan", "kaz"), simply));
    signed.answers([(
        "signed, and consent is still to come",
        withdraw("loan", "kaz", "2025-01-01", "2025-12-31"),
        "refused: party_not_bound",
    )]);
    signed.given(rule("loan", json!({ "kind": "on_signature" }))).answers([(
        "signed, where nothing else is asked for",
        withdraw("loan", "kaz", "2025-01-01", "2025-12-31"),
        "WithdrawalNotified",
    )]);
    unsigned.given(consent("loan", "kaz", "2024-12-01")).answers([(
        "bound by consent",
        withdraw("loan", "kaz", "2025-01-01", "2025-12-31"),
        "WithdrawalNotified",
    )]);
    let given = story().given(notice(30));
    given.answers([
        ("the same notice", notice(30), "nothing"),
        ("twice", notice(10), "refused: withdrawal_already_notified"),
    ]);
    given.given(consent("treaty", "kaz", "2025-02-15")).answers([(
        "after it was bound again",
        withdraw("treaty", "kaz", "2025-03-01", "2025-12-31"),
        "WithdrawalNotified",
    )]);
}

#[test]
fn an_agreement_ends_once_in_one_way() {
    let fate = |commitment: &str, fate: Value| json!({ "commitment_id": commitment, "fate": fate });
    let fates = |fates: Value| with(terminate("treaty", "2025-02-01"), json!({ "fates": fates }));
    story().answers([
        ("terminated", terminate("treaty", "2025-02-01"), "AgreementTerminated"),
        ("in time to come", terminate("treaty", "2030-02-01"), "AgreementTerminated"),
        ("expired", expire("treaty", "2025-02-01"), "AgreementExpired"),
        (
            "superseded by one that is not known",
            supersede("treaty", "treaty-2", "2025-02-01"),
            "AgreementSuperseded [agreement_unknown]",
        ),
        ("by itself", supersede("treaty", "treaty", "2025-02-01"), "refused: supersedes_itself at /data/successor"),
        (
            "a commitment named twice",
            fates(json!([fate("branch", json!("ended")), fate("branch", json!("continues"))])),
            "refused: fate_named_twice at /data/fates",
        ),
        (
            "a commitment moved to an unknown agreement",
            fates(json!([fate("branch", json!({ "moved_to": "treaty-2" }))])),
            "AgreementTerminated [agreement_unknown]",
        ),
        ("a commitment that ends", fates(json!([fate("branch", json!("ended"))])), "AgreementTerminated"),
        ("of an unknown document", terminate("loan", "2025-02-01"), "refused: agreement_unknown"),
    ]);
    let known = story().given(agreement("treaty-2"));
    known.answers([("by one that is known", supersede("treaty", "treaty-2", "2025-02-01"), "AgreementSuperseded")]);
    story().given(terminate("treaty", "2025-02-01")).answers([
        ("the same end", terminate("treaty", "2025-02-01"), "nothing"),
        ("another day", terminate("treaty", "2025-02-02"), "refused: agreement_already_ended"),
        ("another way", expire("treaty", "2025-02-01"), "refused: agreement_already_ended"),
        ("a link", link("treaty", "visit"), "AgreementLinkedToPackage"),
        ("a correction", correct("agreement-treaty", "c1.1", "/data/reason", "done", "over"), "EntryCorrected"),
    ]);
}

#[test]
fn a_signature_before_the_end_may_be_reported_after_it() {
    let ended = visit().given(agreement("loan")).given(terminate("loan", "2025-02-01"));
    ended.answers([
        ("before", on("2025-01-31", sign("loan", "kaz")), "AgreementSigned [late_report]"),
        ("after", sign("loan", "kaz"), "refused: agreement_ended"),
    ]);
    ended.given(retract("agreement-loan", "c2.1", &[])).answers([(
        "once the end is retracted",
        sign("loan", "kaz"),
        "AgreementSigned",
    )]);
}
