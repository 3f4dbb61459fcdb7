//! Small packages of releases, and what is wrong with some.

use std::io::Cursor;

use serde_json::{Value, json};

use super::*;
use crate::row::Wish;

const MAPPING: &str = r#"
[source]
name = "contracts"
title = "Contracts"

[schemes.GB-LAC]
kind = "government_body"
country = "GBR"

[maps.milestone_types]
payment = "payment"
"#;

fn release(tag: &str, contract: &Value) -> Value {
    json!({
        "ocid": "ocds-1", "id": format!("ocds-1-{tag}"), "date": "2010-06-10T10:30:00Z", "tag": [tag],
        "parties": [
            { "id": "GB-LAC-E1", "name": "Barnet", "roles": ["buyer"], "identifier": { "scheme": "GB-LAC", "id": "E1" } },
            { "id": "XX-7", "name": "Builders", "roles": ["supplier"], "identifier": { "scheme": "XX", "id": 7 } },
        ],
        "contracts": [contract],
    })
}

fn contract() -> Value {
    json!({
        "id": "c1", "title": "A lane", "description": "A lane is built.", "dateSigned": "2010-06-01T00:00:00+04:30",
        "period": { "startDate": "2010-07-01T00:00:00Z", "endDate": "2011-08-01T23:59:00Z" },
        "value": { "amount": 11000000.5, "currency": "GBP" },
        "implementation": {
            "transactions": [{ "id": 9, "date": "2010-08-01T00:00:00Z", "value": { "amount": 500000, "currency": "GBP" } }],
            "milestones": [
                { "id": "m1", "title": "Paid", "type": "payment", "dueDate": "2010-12-31T00:00:00Z", "status": "met",
                  "dateMet": "2010-12-30T10:00:00Z" },
                { "id": "m2", "title": "Opened", "status": "notMet" },
            ],
        },
    })
}

fn but(mut value: Value, path: &str, new: Value) -> Value {
    let (parent, name) = path.rsplit_once('/').unwrap();
    let fields = value.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match new {
        Value::Null => drop(fields.remove(name)),
        new => drop(fields.insert(name.to_owned(), new)),
    }
    value
}

fn read_text(text: &str) -> Result<Vec<Row>, InputError> {
    rows(Cursor::new(text.as_bytes().to_vec()), Mapping::parse(MAPPING).unwrap())?.collect()
}

fn read(releases: &[Value]) -> Vec<Row> {
    read_text(&json!({ "version": "1.1", "releases": releases }).to_string()).unwrap()
}

fn command(wish: &Wish) -> Value {
    serde_json::to_value(&wish.request).unwrap()
}

fn what(row: &Row) -> Vec<&str> {
    row.wishes.iter().map(|wish| wish.what.as_str()).collect()
}

fn errors(row: &Row) -> Vec<(&str, &str)> {
    row.errors.iter().map(|e| (e.column.as_deref().unwrap_or("-"), e.error.code.as_str())).collect()
}

#[test]
fn a_contract_becomes_an_agreement_and_a_commitment_with_its_money_and_milestones() {
    let row = read(&[release("contract", &contract())]).remove(0);
    assert_eq!(errors(&row), []);
    let wanted = [
        "party",
        "contract",
        "signed-gb-lac-e1",
        "signed-xx-7",
        "made",
        "funds",
        "plan-m1",
        "met-m1",
        "plan-m2",
        "pay-9",
    ];
    assert_eq!(what(&row), wanted);
    let made = command(&row.wishes[4])["data"].clone();
    assert_eq!((&made["obligors"], &made["beneficiaries"]), (&json!(["xx-7"]), &json!(["gb-lac-e1"])));
    assert_eq!(made["amount"], json!({ "amount": "11000000.5", "currency": "GBP" }));
    assert_eq!(
        (&made["statement"]["en"], &made["planned_end"]["text"]),
        (&json!("A lane is built."), &json!("2011-08-01"))
    );
    assert_eq!(command(&row.wishes[2])["occurred_on"]["text"], "2010-06-01", "the day where it was signed");
    assert_eq!(command(&row.wishes[7])["data"]["achieved_on"]["text"], "2010-12-30");
    assert_eq!(command(&row.wishes[8])["data"].get("due"), None);
    assert_eq!(command(&row.wishes[8])["note"], "contracts, release 1 (ocds-1-contract); status: notMet");
    let paid = command(&row.wishes[9]);
    assert_eq!((&paid["data"]["reference"], &paid["data"]["payee"]), (&json!("9"), &json!("xx-7")));
    assert_eq!(row.wishes[4].request.command_id.as_ref().unwrap().as_str(), "import-contracts-ocds-1/c1-made");
}

#[test]
fn only_an_amendment_amends_and_what_it_replaces_is_the_ledgers_to_say() {
    let amendment = json!([{ "id": "1", "date": "2011-04-05T13:30:00Z", "rationale": "complications" }]);
    let amended = but(contract(), "/amendments", amendment);
    let row = read(&[release("contractAmendment", &amended)]).remove(0);
    assert!(!what(&row).contains(&"made"));
    let amends: Vec<&Wish> = row.wishes.iter().filter(|wish| wish.old_from_ledger).collect();
    let fields: Vec<&str> = amends.iter().map(|wish| wish.what.as_str()).collect();
    let wanted =
        ["amended-1-amount", "amended-1-planned_start", "amended-1-planned_end", "amended-1-statement", "funds-1"];
    assert_eq!(fields, wanted);
    let first = command(amends[0]);
    assert_eq!(
        (&first["data"]["rationale"], &first["occurred_on"]["text"]),
        (&json!("complications"), &json!("2011-04-05"))
    );
    let row = read(&[release("implementation", &contract())]).remove(0);
    assert!(!what(&row).iter().any(|what| what.starts_with("amended") || *what == "made"), "{:?}", what(&row));
}

#[test]
fn releases_come_from_packages_of_records_too_and_those_without_contracts_are_left_out() {
    let tender = but(release("tender", &contract()), "/contracts", json!([]));
    let package = json!({ "x": [{ "releases": [1] }], "records": [
        { "ocid": "ocds-1", "releases": [tender, release("contract", &contract())], "compiledRelease": {} },
        { "ocid": "ocds-2", "releases": [] },
    ]});
    let rows = read_text(&package.to_string()).unwrap();
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2]);
    assert!(rows[0].left_out.is_some() && rows[0].wishes.is_empty());
    assert_eq!(rows[1].wishes.len(), 10);
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_nothing_of_the_release_is_kept() {
    let at = |path: &str, new: Value| read(&[release("contract", &but(contract(), path, new))]).remove(0);
    for (path, new, wanted) in [
        ("/id", Value::Null, ("contracts[0]", "element_missing")),
        ("/value", json!({ "amount": 1e30, "currency": "GBP" }), ("contracts[0].value", "number_in_other_form")),
        ("/value", json!({ "amount": 1, "currency": "XYZ" }), ("contracts[0].value", "unknown_currency")),
        ("/value", json!({ "amount": -1, "currency": "GBP" }), ("contracts[0].value", "negative_amount")),
        ("/value", json!({ "amount": 1 }), ("contracts[0].value", "currency_missing")),
        ("/dateSigned", json!("10 June"), ("contracts[0].dateSigned", "date_in_other_form")),
        ("/implementation/transactions", json!([{ "id": "t" }]), ("contracts[0].transactions[0]", "element_missing")),
        (
            "/milestones",
            json!([{ "id": "m", "title": "x", "type": "party" }]),
            ("contracts[0].milestones[0]", "value_not_mapped"),
        ),
    ] {
        let row = at(path, new);
        assert_eq!(errors(&row)[0], wanted, "{path}");
        assert!(row.wishes.is_empty(), "{path}");
    }
    let nobody = but(release("contract", &contract()), "/parties", json!([]));
    assert_eq!(errors(&read(&[nobody]).remove(0)), [("buyer", "element_missing")]);
    let nameless = but(release("contract", &contract()), "/ocid", Value::Null);
    assert_eq!(errors(&read(&[nameless]).remove(0)), [("id, ocid", "row_id_missing")]);
    let text = but(contract(), "/title", json!(7));
    assert_eq!(errors(&read(&[release("contract", &text)]).remove(0)), [("-", "release_unreadable")]);
}

#[test]
fn what_is_no_package_was_cut_off_or_is_too_much_is_refused() {
    let refusal = |text: &str| read_text(text).unwrap_err().to_string();
    assert!(matches!(read_text(" \n"), Err(InputError::Empty)));
    assert!(refusal("[1]").contains("begin with"));
    assert!(refusal("{\"a\": {\"releases\": [{}]}}").contains("no releases"));
    let whole = json!({ "releases": [release("contract", &contract())] }).to_string();
    assert!(refusal(&whole[..whole.len() - 1]).contains("cut off"));
    assert!(refusal(&whole[..whole.len() / 2]).contains("cut off"));
    assert!(refusal(&format!("{whole}{whole}")).contains("behind its end"));
    let deep = format!("{{\"releases\": [{{\"a\": {}", "[".repeat(200));
    assert!(refusal(&deep).contains("deeper"));
    let long = format!("{{\"releases\": [{{\"a\": \"{}", "x".repeat(17 * 1024 * 1024));
    assert!(matches!(read_text(&long), Err(InputError::RowTooLong { row: 1, .. })));
    assert!(matches!(
        rows(Cursor::new(b"{\"releases\": [{\"a\": \"M\xe9\"}]}".to_vec()), Mapping::parse(MAPPING).unwrap())
            .and_then(|mut rows| rows.next().unwrap()),
        Err(InputError::Encoding { .. })
    ));
    let error = Mapping::parse(&MAPPING.replace("kind", "kinds")).unwrap_err().to_string();
    assert!(error.contains("did you mean `kind`"), "{error}");
}
