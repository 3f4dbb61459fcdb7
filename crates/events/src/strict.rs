//! What serde lets pass in silence and a ledger must not: duplicate keys, fractions, integers beyond 2^53 - 1.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use crate::field_error::FieldError;

/// Largest integer that every JSON reader keeps exactly.
const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Refuses JSON that two readers could understand differently, and more than one value. Anything else that is wrong
/// with the text is left to the parser proper.
pub(crate) fn check(text: &str) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Strict.deserialize(&mut deserializer)?;
    deserializer.end()
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        self.visit_u64(number.unsigned_abs())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        if number <= INTEGER_MAX {
            return Ok(());
        }
        Err(E::custom(FieldError::new("integer_too_large").with("value", &number.to_string())))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        Err(E::custom(FieldError::new("float_not_allowed").with("value", &number.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Strict)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            map.next_value_seed(Strict)?;
            if let Some(key) = seen.replace(key) {
                return Err(serde::de::Error::custom(FieldError::new("duplicate_key").with("field", &key)));
            }
        }
        Ok(())
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
}
