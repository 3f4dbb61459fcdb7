//! What serde lets pass in silence and a ledger must not: duplicate keys, fractions, integers beyond 2^53 - 1.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::field_error::FieldError;

/// Largest integer that every JSON reader keeps exactly.
pub(crate) const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Refuses JSON that two readers could understand differently, and more than one value. Anything else that is wrong
/// with the text is left to the parser proper. Gives the number of lists that hold something.
pub(crate) fn check(text: &str) -> Result<usize, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let lists = Strict.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(lists)
}

/// Where a list was written for what reads as an object. Serde would take the items for its fields by their order, so
/// that a ledger would record what nobody named.
pub(crate) fn list_for_object(written: &Value, read: &Value) -> Option<String> {
    match (written, read) {
        (Value::Array(_), Value::Object(_)) => Some(String::new()),
        (Value::Array(items), Value::Array(others)) => {
            items.iter().zip(others).enumerate().find_map(|(index, (item, other))| {
                list_for_object(item, other).map(|within| format!("/{index}{within}"))
            })
        }
        (Value::Object(fields), Value::Object(others)) => fields.iter().find_map(|(name, field)| {
            let within = list_for_object(field, others.get(name)?)?;
            Some(format!("/{}{within}", name.replace('~', "~0").replace('/', "~1")))
        }),
        _ => None,
    }
}

/// How many lists that hold something a value has when it is written as JSON.
pub(crate) fn lists_read<T: serde::Serialize>(read: &T) -> Option<usize> {
    serde_json::to_value(read).ok().map(|value| lists_of(&value))
}

/// How many lists of a value hold something.
pub(crate) fn lists_of(value: &Value) -> usize {
    match value {
        Value::Array(items) => usize::from(!items.is_empty()) + items.iter().map(lists_of).sum::<usize>(),
        Value::Object(fields) => fields.values().map(lists_of).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = usize;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_unit<E>(self) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_str<E>(self, _: &str) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<usize, E> {
        self.visit_u64(number.unsigned_abs())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<usize, E> {
        if number <= INTEGER_MAX {
            return Ok(0);
        }
        Err(E::custom(FieldError::new("integer_too_large").with("value", &number.to_string())))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<usize, E> {
        Err(E::custom(FieldError::new("float_not_allowed").with("value", &number.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<usize, A::Error> {
        let mut lists = 0;
        let mut holds = false;
        while let Some(within) = items.next_element_seed(Strict)? {
            lists += within;
            holds = true;
        }
        lists += usize::from(holds);
        Ok(lists)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<usize, A::Error> {
        let mut seen = HashSet::new();
        let mut lists = 0;
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            lists += map.next_value_seed(Strict)?;
            if let Some(key) = seen.replace(key) {
                return Err(serde::de::Error::custom(FieldError::new("duplicate_key").with("field", &key)));
            }
        }
        Ok(lists)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_readers_could_understand_differently_is_refused() {
        let code = |text: &str| check(text).map_err(|e| FieldError::from_message(&e.to_string()).code).err();
        assert_eq!(code(r#"{"a":{"b":1,"b":1}}"#).as_deref(), Some("duplicate_key"));
        assert_eq!(code(r#"[{"a":1,"\u0061":2}]"#).as_deref(), Some("duplicate_key"));
        assert_eq!(code(r#"{"a":1.0}"#).as_deref(), Some("float_not_allowed"));
        assert_eq!(code(r#"{"a":1e3}"#).as_deref(), Some("float_not_allowed"));
        assert_eq!(code(r#"{"a":9007199254740992}"#).as_deref(), Some("integer_too_large"));
        assert_eq!(code(r#"{"a":9007199254740991,"b":[null,true,"x",-3]}"#), None);
    }

    #[test]
    fn lists_that_hold_something_are_counted_alike_in_text_and_value() {
        let text = r#"{"a":[],"b":[1,[2],{"c":["x"]}],"d":{"e":[[]]}}"#;
        assert_eq!(check(text).ok(), Some(4));
        assert_eq!(serde_json::from_str(text).map(|value: Value| lists_of(&value)).ok(), Some(4));
    }
}
