//! RFC 8785 canonical JSON: no blanks, shortest escapes, keys in the order of their UTF-16 code units.
//!
//! serde_json already writes texts and integers as RFC 8785 wants them; what is left is the order of the keys, which is
//! put right in the text that it wrote. Deliberately absent: fractions, whose canonical form is JavaScript's; the
//! ledger has none, and they are refused here.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde::Serialize;
use serde::ser::Error as _;

/// The canonical JSON of a value.
pub(crate) fn to_string<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let written = serde_json::to_string(value)?;
    let mut writer = Writer { text: &written, out: String::with_capacity(written.len()), fields: Vec::new() };
    writer.value(0)?;
    Ok(writer.out)
}

struct Writer<'t> {
    /// JSON without blanks, as serde_json wrote it.
    text: &'t str,
    out: String,
    /// Fields of the objects that are open, the innermost at the end.
    fields: Vec<Field<'t>>,
}

#[derive(Clone, Copy)]
struct Field<'t> {
    /// With its quotation marks.
    key: &'t str,
    /// Where its value begins.
    value: usize,
}

impl<'t> Writer<'t> {
    /// Writes the value that begins at `at`, and gives where it ends.
    fn value(&mut self, at: usize) -> Result<usize, serde_json::Error> {
        match self.text.as_bytes()[at] {
            b'{' => self.object(at),
            b'[' => self.array(at),
            _ => {
                let end = scalar_end(self.text, at);
                let scalar = &self.text[at..end];
                let is_number = scalar.starts_with(|first: char| first == '-' || first.is_ascii_digit());
                if is_number && scalar.contains(['.', 'e', 'E']) {
                    return Err(serde_json::Error::custom("fractions are not allowed"));
                }
                self.out.push_str(scalar);
                Ok(end)
            }
        }
    }

    fn array(&mut self, at: usize) -> Result<usize, serde_json::Error> {
        let mut next = at + 1;
        self.out.push('[');
        while self.text.as_bytes()[next] != b']' {
            if self.text.as_bytes()[next] == b',' {
                self.out.push(',');
                next += 1;
            }
            next = self.value(next)?;
        }
        self.out.push(']');
        Ok(next + 1)
    }

    fn object(&mut self, at: usize) -> Result<usize, serde_json::Error> {
        let first = self.fields.len();
        let mut next = at + 1;
        while self.text.as_bytes()[next] != b'}' {
            if self.text.as_bytes()[next] == b',' {
                next += 1;
            }
            let colon = scalar_end(self.text, next);
            self.fields.push(Field { key: &self.text[next..colon], value: colon + 1 });
            next = value_end(self.text, colon + 1);
        }
        if !self.fields[first..].is_sorted_by(|a, b| by_utf16(a.key, b.key) != Ordering::Greater) {
            self.fields[first..].sort_by(|a, b| by_utf16(a.key, b.key));
        }
        self.out.push('{');
        for index in first..self.fields.len() {
            let Field { key, value } = self.fields[index];
            if index > first {
                self.out.push(',');
            }
            self.out.push_str(key);
            self.out.push(':');
            self.value(value)?;
        }
        self.out.push('}');
        self.fields.truncate(first);
        Ok(next + 1)
    }
}

/// Where the text, number or word that begins at `at` ends.
fn scalar_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut next = at + 1;
    if bytes[at] == b'"' {
        while bytes[next] != b'"' {
            next += if bytes[next] == b'\\' { 2 } else { 1 };
        }
        return next + 1;
    }
    while next < bytes.len() && !matches!(bytes[next], b',' | b']' | b'}') {
        next += 1;
    }
    next
}

/// Where any value that begins at `at` ends.
fn value_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut next = at;
    let mut open = 0_usize;
    loop {
        match bytes[next] {
            b'{' | b'[' => (open, next) = (open + 1, next + 1),
            b'}' | b']' => (open, next) = (open - 1, next + 1),
            b',' | b':' => next += 1,
            _ => next = scalar_end(text, next),
        }
        if open == 0 {
            return next;
        }
    }
}

fn by_utf16(a: &str, b: &str) -> Ordering {
    // Without escapes and beyond-ASCII letters, bytes have the order of code units.
    let plain = |key: &str| key.is_ascii() && !key.contains('\\');
    if plain(a) && plain(b) {
        return a[..a.len() - 1].cmp(&b[..b.len() - 1]);
    }
    unescaped(a).encode_utf16().cmp(unescaped(b).encode_utf16())
}

fn unescaped(key: &str) -> Cow<'_, str> {
    serde_json::from_str(key).map_or(Cow::Borrowed(key), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

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
    fn fractions_are_refused() {
        for value in [json!(1.5), json!({ "a": [1e300] }), json!([0.0])] {
            assert!(to_string(&value).is_err());
        }
        assert_eq!(
            to_string(&json!(["1.5e3", true, false, null, -7, "true"])).unwrap(),
            r#"["1.5e3",true,false,null,-7,"true"]"#
        );
    }
}
