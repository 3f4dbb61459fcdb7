//! Canonical JSON against an independent writer, and against the standard's example.

use std::collections::HashMap;

use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use super::{KEPT_BYTES, to_string};

/// JSON without fractions, its objects in no order.
fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner.clone()), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            prop::collection::vec(("[a-c_]{1,3}", inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// The value with hash maps for objects, which give their fields in any order.
#[derive(Serialize)]
#[serde(untagged)]
enum Shuffled {
    Object(HashMap<String, Shuffled>),
    Array(Vec<Shuffled>),
    Scalar(Value),
}

fn shuffled(value: Value) -> Shuffled {
    match value {
        Value::Object(fields) => Shuffled::Object(fields.into_iter().map(|(k, v)| (k, shuffled(v))).collect()),
        Value::Array(items) => Shuffled::Array(items.into_iter().map(shuffled).collect()),
        scalar => Shuffled::Scalar(scalar),
    }
}

proptest! {
    #[test]
    fn the_bytes_are_those_of_an_independent_writer(value in values()) {
        let independent = serde_json_canonicalizer::to_string(&value).unwrap();
        prop_assert_eq!(&to_string(&value).unwrap(), &independent);
        prop_assert_eq!(&to_string(&shuffled(value)).unwrap(), &independent);
    }
}

#[test]
fn keys_come_in_the_order_of_utf_16() {
    // The example of RFC 8785, section 3.2.3.
    let value = json!({
        "\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7, "a": 8, "aa": 9, "a!": 10,
    });
    let found = to_string(&value).unwrap();
    let order: Vec<&str> = found[1..found.len() - 1].split(',').filter_map(|f| f.rsplit(':').next()).collect();
    assert_eq!(order, ["2", "4", "8", "10", "9", "6", "7", "1", "5", "3"]);
}

#[test]
fn every_kind_of_value_is_written_as_serde_json_writes_it() {
    #[derive(Serialize)]
    enum Kind {
        Unit,
        Newtype(u8),
        Tuple(char, Option<i8>),
        Struct { b: (), a: (i64, &'static str) },
    }
    #[derive(Serialize)]
    struct Wrapped(u64);
    #[derive(Serialize)]
    struct Nothing;
    #[derive(Serialize)]
    struct Pair(bool, Nothing);
    let kinds = (
        [Kind::Unit, Kind::Newtype(7), Kind::Tuple('"', None), Kind::Struct { b: (), a: (-1, "\u{1f}\u{8}\u{c}") }],
        (Wrapped(u64::MAX), Pair(false, Nothing), Vec::<u8>::new(), HashMap::<String, u8>::new()),
    );
    let independent = serde_json_canonicalizer::to_string(&serde_json::to_value(&kinds.0).unwrap()).unwrap();
    assert_eq!(to_string(&kinds.0).unwrap(), independent);
    assert_eq!(to_string(&kinds.1).unwrap(), "[18446744073709551615,[false,null],[],{}]");
    assert!(to_string(&HashMap::from([(1, 2)])).is_err(), "a number is no key");
}

#[test]
fn fractions_are_refused() {
    for value in [json!(1.5), json!({ "a": [1e300] }), json!([0.0])] {
        assert!(to_string(&value).is_err());
    }
    assert_eq!(
        to_string(&json!(["1.5e3", true, false, null, -7, "true"])).unwrap(),
        r#"["1.5e3",true,false,null,-7,"true"]"#
    );
}

#[test]
fn a_text_that_is_written_inside_another_and_one_that_failed_leave_the_next_as_it_is() {
    /// Writes another text while it is written itself.
    struct Within;
    impl Serialize for Within {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(&to_string(&json!({ "b": 1, "a": 2 })).unwrap())
        }
    }
    let long = "x".repeat(2 * KEPT_BYTES);
    for _ in 0..2 {
        assert!(to_string(&json!({ "a": { "b": [1, 0.5] } })).is_err(), "the ledger has no fractions");
        let nested = to_string(&HashMap::from([("outer", Within)])).unwrap();
        assert_eq!(nested, r#"{"outer":"{\"a\":2,\"b\":1}"}"#);
        assert_eq!(to_string(&long).unwrap().len(), long.len() + 2);
    }
}
