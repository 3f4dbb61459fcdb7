//! Small activities, and what is wrong with some.

use std::io::Cursor;

use serde_json::{Value, json};

use super::*;
use crate::row::Wish;

const MAPPING: &str = r#"
[source]
name = "aid"
title = "Aid"

[iati]
obligor_roles = ["1"]
receiver = "Senegal"
year_if_1_january = true
round = true
finance_type = "grant"
crosswalk_version = "1"

[parties.France]
id = "fra"
kind = "state"
country = "FRA"

[maps]
status = { 2 = "implementation", 4 = "completed" }
vocabularies = { 2 = "dac" }
finance = { 421 = "loan" }
"#;

const ACTIVITY: &str = r#"<iati-activity default-currency="USD" xml:lang="FR">
<iati-identifier>XX-1/7</iati-identifier>
<reporting-org ref="XX-1"><narrative>A publisher</narrative></reporting-org>
<title><narrative>Un barrage</narrative><narrative xml:lang="en">A dam</narrative></title>
<participating-org role="1"><narrative>France</narrative></participating-org>
<participating-org role="4"><narrative>Builders</narrative></participating-org>
<activity-status code="2"/>
<activity-date type="1" iso-date="2005-03-01"/><activity-date type="2" iso-date="2005-07-02"/>
<sector code="151" vocabulary="2"/><related-activity type="1" ref="XX-1/1"/>
<transaction><transaction-type code="3"/><transaction-date iso-date="2010-01-01"/><value>-20.5</value></transaction>
<transaction><transaction-type code="3"/><transaction-date iso-date="2010-01-01"/><value>84152.1568333</value></transaction>
<transaction ref="T-9"><transaction-type code="3"/><transaction-date iso-date="2009-05-04"/><value currency="EUR">10</value></transaction>
<transaction><transaction-type code="2"/><transaction-date iso-date="2005-01-01"/><value>100000</value></transaction>
<transaction><transaction-type code="2"/><transaction-date iso-date="2006-01-01"/><value>-5</value></transaction>
</iati-activity>"#;

fn read(activities: &str) -> Vec<Row> {
    let xml = format!("<?xml version=\"1.0\"?>\n<iati-activities version=\"2.03\">{activities}</iati-activities>");
    let mapping = Mapping::parse(MAPPING).unwrap();
    rows(Cursor::new(xml.into_bytes()), mapping).unwrap().map(Result::unwrap).collect()
}

fn one(from: &str, to: &str) -> Row {
    assert!(ACTIVITY.contains(from), "{from}");
    read(&ACTIVITY.replace(from, to)).remove(0)
}

fn command(wish: &Wish) -> Value {
    serde_json::to_value(&wish.request).unwrap()
}

fn errors(row: &Row) -> Vec<(&str, &str)> {
    row.errors.iter().map(|e| (e.column.as_deref().unwrap_or("-"), e.error.code.as_str())).collect()
}

#[test]
fn an_activity_becomes_a_commitment_its_money_and_the_word_of_its_source() {
    let row = read(ACTIVITY).remove(0);
    assert_eq!((row.id.as_deref(), errors(&row)), (Some("XX-1/7"), vec![]));
    let what: Vec<&str> = row.wishes.iter().map(|wish| wish.what.as_str()).collect();
    assert_eq!(what, ["party", "made", "commit-4", "commit-5", "pay-t-9", "pay-2", "return-1", "status"]);
    let made = command(&row.wishes[1]);
    assert_eq!(made["data"]["statement"], json!({ "fr": "Un barrage", "en": "A dam" }));
    assert_eq!(made["data"]["obligors"], json!(["fra"]));
    assert_eq!(made["data"]["umbrella_of"], "xx-1-1");
    assert_eq!(made["data"]["sectors"], json!([{ "scheme": "dac", "code": "151" }]));
    assert_eq!(made["data"]["planned_start"]["text"], "2005-03-01");
    assert_eq!(made["occurred_on"]["text"], "2005", "the year of the first commitment, for only the year was known");
    assert_eq!(made["note"], "aid, activity 1 (XX-1/7); activity-status: 2; actual start: 2005-07-02");
    assert_eq!(command(&row.wishes[3])["data"]["delta"]["amount"], "-5");
    let paid = command(&row.wishes[4]);
    assert_eq!(
        (&paid["data"]["reference"], &paid["data"]["value_date"]["text"]),
        (&json!("T-9"), &json!("2009-05-04"))
    );
    assert_eq!((&paid["data"]["amount"]["currency"], &paid["reported_by"]), (&json!("EUR"), &json!("xx-1")));
    assert_eq!(command(&row.wishes[5])["data"]["amount"]["amount"], "84152.16");
    assert_eq!(command(&row.wishes[6])["data"]["amount"]["amount"], "20.5");
    assert_eq!(command(&row.wishes[7])["data"]["source_status"], "2");
}

#[test]
fn a_return_comes_after_what_it_returns_and_parties_are_entered_once() {
    let again = ACTIVITY.replace("XX-1/7", "XX-1/8");
    let rows = read(&format!("{ACTIVITY}{again}"));
    assert_eq!((rows[0].wishes.len(), rows[1].wishes.len()), (8, 7));
    let twice = read(&format!("{ACTIVITY}{ACTIVITY}"));
    assert_eq!((errors(&twice[1]), twice[1].wishes.len()), (vec![("iati-identifier", "row_id_twice")], 0));
    let place = |what: &str| rows[1].wishes.iter().position(|wish| wish.what == what).unwrap();
    assert!(place("return-1") > place("pay-2"));
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_nothing_of_the_activity_is_kept() {
    for (from, to, wanted) in [
        ("<iati-identifier>XX-1/7", "<iati-identifier> ", ("iati-identifier", "row_id_missing")),
        ("role=\"1\"", "role=\"2\"", ("participating-org", "element_missing")),
        ("reporting-org", "reported-org", ("reporting-org", "element_missing")),
        ("<activity-status code=\"2\"", "<activity-status code=\"9\"", ("activity-status/@code", "value_not_mapped")),
        (">100000<", ">1e5<", ("transaction[4]/value", "number_in_other_form")),
        (">100000<", ">-100000<", ("transaction[4]/value", "negative_amount")),
        ("currency=\"EUR\"", "currency=\"ZMK\"", ("transaction[3]/value", "unknown_currency")),
        ("2009-05-04", "2009-15-04", ("transaction[3]/transaction-date", "date_in_other_form")),
        (
            "ref=\"T-9\"><transaction-type code=\"3\"",
            "><transaction-type code=\"7\"",
            ("transaction[3]/transaction-type", "value_not_mapped"),
        ),
        (
            "<title><narrative>Un barrage</narrative><narrative xml:lang=\"en\">A dam</narrative></title>",
            "",
            ("title/narrative", "element_missing"),
        ),
        ("<value>-20.5", "<value>-84152.17", ("transaction[1]/value", "refund_without_payment")),
        ("<value>-20.5", "<value currency=\"EUR\">-10.5", ("transaction[1]/value", "refund_without_payment")),
        ("default-currency=\"USD\"", "", ("transaction[4]/value", "currency_missing")),
    ] {
        let row = one(from, to);
        assert_eq!(errors(&row)[0], wanted, "{to}");
        assert!(row.wishes.is_empty(), "{to}");
    }
}

#[test]
fn a_refund_that_nothing_was_paid_for_says_how_much_could_come_back() {
    let row = one("<value>84152.1568333</value>", "<value>20</value>");
    let error = &row.errors[0].error;
    assert_eq!((error.params["value"].as_str(), error.params["paid"].as_str()), ("20.5 USD", "20 USD"));
    assert_eq!(error.params["date"], "2010");
}

#[test]
fn an_activity_with_commitments_in_two_currencies_has_a_flow_for_each() {
    let euros = "<transaction ref=\"C-2\"><transaction-type code=\"2\"/><transaction-date iso-date=\"2007-05-04\"/>\
                 <value currency=\"EUR\">50</value></transaction>";
    let more = euros.replace("C-2", "C-3").replace(">50<", ">25<");
    let row = one("</iati-activity>", &format!("{euros}{more}</iati-activity>"));
    assert_eq!(errors(&row), []);
    let flows: Vec<(String, String)> = row
        .wishes
        .iter()
        .filter_map(|wish| Some((wish.what.clone(), command(wish)["data"]["flow_id"].as_str()?.to_owned())))
        .collect();
    let wanted = [
        ("commit-4", "main"),
        ("commit-5", "main"),
        ("commit-c-2", "flow-c-2"),
        ("commit-c-3", "flow-c-2"),
        ("pay-t-9", "flow-c-2"),
        ("pay-2", "main"),
        ("return-1", "main"),
    ];
    assert_eq!(flows, wanted.map(|(what, flow)| (what.to_owned(), flow.to_owned())), "named by what opens the flow");
    let named = |name: &str| row.wishes.iter().find(|wish| wish.what == name).unwrap();
    assert_eq!(command(named("commit-c-2"))["command"], "CommitFunds");
    assert_eq!(command(named("commit-c-3"))["command"], "AdjustFunds");
    assert!(named("pay-t-9").flow_stays && !named("made").flow_stays);
    let other = one("</iati-activity>", &format!("{}</iati-activity>", euros.replace("\"EUR\"", "\"GBP\"")));
    assert_eq!(
        command(other.wishes.iter().find(|wish| wish.what == "commit-c-2").unwrap())["data"]["flow_id"],
        "flow-c-2"
    );
}

#[test]
fn the_form_of_finance_is_the_files_where_it_says_so() {
    let kind = |to: &str| command(&one("<value>100000</value>", to).wishes[2])["data"]["finance_type"].clone();
    assert_eq!(kind("<value>100000</value>"), "grant");
    assert_eq!(kind("<value>100000</value><finance-type code=\"421\"/>"), "loan");
    let row = one("<value>100000</value>", "<value>100000</value><finance-type code=\"1\"/>");
    assert_eq!(errors(&row), [("transaction[4]/finance-type", "value_not_mapped")]);
}

#[test]
fn another_version_or_another_file_is_refused_and_so_is_a_mapping_with_a_mistake() {
    let refusal = |xml: &str| {
        let mapping = Mapping::parse(MAPPING).unwrap();
        rows(Cursor::new(xml.as_bytes().to_vec()), mapping).err().unwrap().to_string()
    };
    assert!(refusal("<iati-activities version=\"1.04\"/>").contains("version 1.04"));
    assert!(refusal("<iati-organisations version=\"2.03\"/>").contains("root is <iati-organisations>"));
    let wrong = |from: &str, to: &str| Mapping::parse(&MAPPING.replace(from, to)).unwrap_err().to_string();
    assert!(wrong("round = true", "rounds = true").contains("did you mean `round`"));
    assert!(wrong("[\"1\"]", "[]").contains("obligor_roles"));
    assert!(wrong("receiver", "encoding = \"klingon\"\nreceiver").contains("windows-1252"));
}
