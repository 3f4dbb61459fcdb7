//! From a command back to the question: what is wrong with a place in it is said of the answer that it came from.

use super::*;

fn payment() -> Wanted {
    let mut wanted = Wanted::new("DisburseFunds");
    wanted.set("/data/commitment_id", "branch");
    wanted.set("/data/flow_id", "loan");
    wanted.set("/data/amount", json!({ "amount": "12.50", "currency": "EUR" }));
    wanted.because("/data/amount", "amount");
    wanted.set("/data/value_date", "2025-03-01");
    wanted.because("/data/value_date", "value_date");
    wanted.set("/data/payer", "fra");
    wanted.because("/data/payer", "payer");
    wanted.set("/data/payee", "kaz");
    wanted.because("/data/payee", "payee");
    wanted.set("/evidence/0/title", "Payment order 12");
    wanted.because("/evidence/0/title", "evidence_title");
    wanted
}

fn complaint(wanted: &Wanted) -> (String, Option<&'static str>) {
    let complaint = wanted.request(&"d-1".parse().unwrap()).unwrap_err();
    (complaint.code, complaint.field)
}

#[test]
fn a_good_command_is_read_with_the_id_of_the_draft() {
    let request = payment().request(&"d-1".parse().unwrap()).unwrap();
    assert_eq!(request.command.name(), "DisburseFunds");
    assert_eq!(request.command_id.unwrap().as_str(), "d-1");
    assert_eq!(request.meta.evidence[0].title.as_str(), "Payment order 12");
}

#[test]
fn an_error_names_the_question_of_the_place_of_its_parts_and_of_what_it_stands_in() {
    let mut wanted = payment();
    wanted.set("/data/value_date", "soon");
    assert_eq!(complaint(&wanted), ("malformed_date".to_owned(), Some("value_date")));
    let mut wanted = payment();
    wanted.set("/data/amount/currency", "XXZ");
    assert_eq!(complaint(&wanted), ("unknown_currency".to_owned(), Some("amount")));
    let mut wanted = payment();
    wanted.set("/evidence/0/title", "");
    assert_eq!(complaint(&wanted), ("text_missing".to_owned(), Some("evidence_title")));
    let mut wanted = payment();
    wanted.set("/data/payee", Value::Null);
    assert_eq!(complaint(&wanted).1, Some("payee"));
}

#[test]
fn what_no_question_asked_for_is_a_complaint_about_the_whole_form() {
    let mut wanted = payment();
    wanted.set("/data/flow_id", "No Id");
    assert_eq!(complaint(&wanted), ("malformed_id".to_owned(), None));
}

#[test]
fn a_place_is_set_with_the_objects_and_lists_on_the_way_to_it() {
    let mut json = json!({ "data": {} });
    set(&mut json, "/data/sectors/0/code", json!("energy"));
    set(&mut json, "/data/sectors/0/scheme", json!("source"));
    set(&mut json, "/reported_by", json!("kaz"));
    let whole = json!({ "data": { "sectors": [{ "code": "energy", "scheme": "source" }] }, "reported_by": "kaz" });
    assert_eq!(json, whole);
}

#[test]
fn an_id_begins_with_words_that_a_person_recognises() {
    assert_eq!(slug("Agreement on Rail – Astana/Almaty (2025)"), "agreement-on-rail-astana-almaty-2025");
    assert_eq!(slug("Келісім"), "n");
    assert!(slug(&"long words ".repeat(20)).len() <= SLUG_BYTES_MAX);
    assert!(!slug(&"long words ".repeat(20)).ends_with('-'));
}
