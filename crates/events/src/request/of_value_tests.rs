//! A command from a value is the command from its text, whatever the value.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::read;
use crate::request::{COMMAND_BYTES_MAX, Request};
use crate::testing::histories;
use crate::testing::scene::{but, commit_funds, company, state, with};

/// Values that may stand anywhere without belonging there.
fn intruders() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(3),
        json!(-1),
        json!(9_007_199_254_740_991_u64),
        json!(9_007_199_254_740_992_u64),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1.5),
        json!(""),
        json!(" x "),
        json!("\u{0}\u{7f}\"\\\n"),
        json!("2025-02-29"),
        json!("this year"),
        json!("x".repeat(COMMAND_BYTES_MAX / 5)),
        json!("x".repeat(COMMAND_BYTES_MAX)),
        json!([]),
        json!(["100", "EUR"]),
        json!([["KZ-BIN", "1"]]),
        json!({}),
        json!({ "text": "2025-Q1" }),
        json!({ "amount": "1", "currency": "EUR" }),
        (0..140).fold(json!("deep"), |inner, _| json!([inner])),
    ]
}

/// Every place in a value, as JSON Pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| places(field, &format!("{at}/{name}"), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| places(item, &format!("{at}/{n}"), found));
        }
        _ => {}
    }
}

/// A value with something else in one of its places: another value, one field less, one more.
fn changed(mut value: Value, place: usize, what: usize) -> Value {
    let mut found = Vec::new();
    places(&value, "", &mut found);
    let others = intruders();
    let Some(at) = value.pointer_mut(&found[place % found.len()]) else { return value };
    match (what % (others.len() + 3), at) {
        (0, Value::Object(fields)) => {
            if let Some(name) = fields.keys().nth(place % fields.len().max(1)).cloned() {
                fields.remove(&name);
            }
        }
        (1, Value::Object(fields)) => {
            fields.insert("colour".to_owned(), json!("blue"));
        }
        // The fields by their order, as serde would take them.
        (2, at) => {
            if let Value::Object(fields) = &*at {
                *at = Value::Array(fields.values().cloned().collect());
            }
        }
        (what, at) => *at = others[what % others.len()].clone(),
    }
    value
}

fn same(value: &Value) -> Result<(), TestCaseError> {
    let (by_value, by_text) = (Request::of_value(value), Request::parse(value.to_string().as_bytes()));
    prop_assert_eq!(&by_value, &by_text, "{}", value);
    if let (Ok(by_value), Ok(by_text)) = (by_value, by_text) {
        prop_assert_eq!(by_value.content_hash(), by_text.content_hash(), "{}", value);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 32, ..ProptestConfig::default() })]

    #[test]
    fn a_command_of_a_value_is_the_command_of_its_text(
        told in histories(24),
        changes in proptest::collection::vec((any::<usize>(), any::<usize>()), 64),
    ) {
        for (line, changes) in told.iter().zip(changes.chunks(2).cycle()) {
            let (_, command) = line;
            same(command)?;
            let readable = Request::of_value(command).is_ok();
            prop_assert_eq!(read(command).is_some(), readable, "what can be read takes the short way: {}", command);
            let mut other = command.clone();
            for (place, what) in changes {
                other = changed(other, *place, *what);
                same(&other)?;
            }
        }
    }
}

#[test]
fn what_two_readers_could_understand_differently_goes_by_its_text() {
    let funds = || commit_funds("branch", "grant", "100", "EUR");
    let long = "x".repeat(COMMAND_BYTES_MAX / 6);
    for (case, value) in [
        ("an amount as a list", with(funds(), json!({ "amount": ["100", "EUR"] }))),
        ("an item of a list as a list", with(company("orano", "1"), json!({ "org_ids": [["KZ-BIN", "1"]] }))),
        ("evidence as a list", but(funds(), json!({ "evidence": [["contract", null, null, null, null]] }))),
        ("a date as a list", but(funds(), json!({ "occurred_on": ["2025", null] }))),
        ("data as a list", json!({ "command": "LinkAgreementToPackage", "data": ["treaty", "visit"] })),
        ("a number beyond all readers", with(funds(), json!({ "n": 9_007_199_254_740_992_u64 }))),
        ("a fraction", with(funds(), json!({ "n": 1.5 }))),
        ("nearly too long", but(state("kaz", "KAZ"), json!({ "note": long }))),
        ("a list", json!([])),
        ("nothing", Value::Object(Map::new())),
    ] {
        assert!(read(&value).is_none(), "{case}");
        assert_eq!(Request::of_value(&value), Request::parse(value.to_string().as_bytes()), "{case}");
    }
    let listed = with(company("orano", "1"), json!({ "org_ids": [{ "scheme": "KZ-BIN", "id": "1" }] }));
    assert!(read(&but(listed, json!({ "evidence": [{ "title": "contract" }] }))).is_some(), "lists where lists belong");
}
