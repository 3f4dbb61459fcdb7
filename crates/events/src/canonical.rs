//! RFC 8785 canonical JSON: no blanks, shortest escapes, keys in the order of their UTF-16 code units.
//!
//! serde_json already writes texts and integers as RFC 8785 wants them; what is left is the order of the keys, which is
//! put right in the text that it wrote. Deliberately absent: fractions, whose canonical form is JavaScript's; the
//! ledger has none, and they are refused here.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde::Serialize;
use serde::ser::Error as _;

/// Room that most entries need, so that little is moved while they are written.
const ROOM_BYTES: usize = 1_024;
const ROOM_FIELDS: usize = 32;

/// The canonical JSON of a value.
pub(crate) fn to_string<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let mut written = Vec::with_capacity(ROOM_BYTES);
    serde_json::to_writer(&mut written, value)?;
    let written = String::from_utf8(written).map_err(serde_json::Error::custom)?;
    let fields = Vec::with_capacity(ROOM_FIELDS);
    let mut writer = Writer { text: &written, out: String::with_capacity(written.len()), fields };
    writer.value(0, 0, written.len())?;
    Ok(writer.out)
}

struct Writer<'t> {
    /// JSON without blanks, as serde_json wrote it.
    text: &'t str,
    out: String,
    /// Fields of the objects that are open, the innermost at the end.
    fields: Vec<Field>,
}

#[derive(Clone, Copy)]
struct Field {
    /// Where its key begins, with the quotation mark; a colon stands behind it, and then the value.
    key: usize,
    key_end: usize,
    value_end: usize,
    /// Whether the key's bytes have the order of its code units: ASCII without escapes.
    plain: bool,
}

impl Writer<'_> {
    /// Writes the value that stands there, and what stands right in front of it from `from` on.
    fn value(&mut self, from: usize, at: usize, end: usize) -> Result<(), serde_json::Error> {
        let first = self.text.as_bytes()[at];
        if first == b'{' || first == b'[' {
            self.out.push_str(&self.text[from..at]);
            return if first == b'{' { self.object(at) } else { self.array(at) };
        }
        if (first == b'-' || first.is_ascii_digit()) && self.text[at..end].contains(['.', 'e', 'E']) {
            return Err(serde_json::Error::custom("fractions are not allowed"));
        }
        self.out.push_str(&self.text[from..end]);
        Ok(())
    }

    fn array(&mut self, at: usize) -> Result<(), serde_json::Error> {
        let bytes = self.text.as_bytes();
        let mut next = at + 1;
        self.out.push('[');
        while bytes[next] != b']' {
            if bytes[next] == b',' {
                self.out.push(',');
                next += 1;
            }
            let end = value_end(bytes, next);
            self.value(next, next, end)?;
            next = end;
        }
        self.out.push(']');
        Ok(())
    }

    fn object(&mut self, at: usize) -> Result<(), serde_json::Error> {
        let bytes = self.text.as_bytes();
        let first = self.fields.len();
        let mut key = at + 1;
        while bytes.get(key) == Some(&b'"') {
            let key_end = text_end(bytes, key);
            let plain = bytes[key..key_end].iter().fold(true, |plain, byte| plain & (*byte < 0x80) & (*byte != b'\\'));
            let value_end = value_end(bytes, key_end + 1);
            self.fields.push(Field { key, key_end, value_end, plain });
            // Behind the comma; behind the closing brace no key can stand.
            key = value_end + 1;
        }
        let text = self.text;
        let order = |a: &Field, b: &Field| in_order(text, a, b);
        if !self.fields[first..].is_sorted_by(|a, b| order(a, b) != Ordering::Greater) {
            self.fields[first..].sort_by(order);
        }
        self.out.push('{');
        for index in first..self.fields.len() {
            let Field { key, key_end, value_end, .. } = self.fields[index];
            if index > first {
                self.out.push(',');
            }
            self.value(key, key_end + 1, value_end)?;
        }
        self.out.push('}');
        self.fields.truncate(first);
        Ok(())
    }
}

/// Where the text ends whose quotation mark stands at `at`.
fn text_end(bytes: &[u8], at: usize) -> usize {
    let mut next = at + 1;
    while let Some(length) = bytes[next..].iter().position(|byte| matches!(byte, b'"' | b'\\')) {
        next += length;
        if bytes[next] == b'"' {
            return next + 1;
        }
        next += 2;
    }
    bytes.len()
}

/// Where the value ends that begins at `at`.
fn value_end(bytes: &[u8], at: usize) -> usize {
    let mut next = at;
    let mut open = 0_usize;
    loop {
        match bytes[next] {
            b'{' | b'[' => (open, next) = (open + 1, next + 1),
            b'}' | b']' => (open, next) = (open - 1, next + 1),
            b',' | b':' => next += 1,
            b'"' => next = text_end(bytes, next),
            _ => {
                let length = bytes[next..].iter().position(|byte| matches!(byte, b',' | b']' | b'}'));
                next = length.map_or(bytes.len(), |length| next + length);
            }
        }
        if open == 0 {
            return next;
        }
    }
}

/// How two keys of an object stand to each other by their UTF-16 code units.
fn in_order(text: &str, a: &Field, b: &Field) -> Ordering {
    let key = |field: &Field| &text[field.key..field.key_end];
    if a.plain && b.plain {
        // The quotation mark at the end must not count as a letter.
        let letters = |field: &Field| &text.as_bytes()[field.key..field.key_end - 1];
        return letters(a).cmp(letters(b));
    }
    unescaped(key(a)).encode_utf16().cmp(unescaped(key(b)).encode_utf16())
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
