//! RFC 8785 canonical JSON: no blanks, shortest escapes, keys in the order of their UTF-16 code units.
//!
//! Values are written straight into the text. An object whose keys came in another order is put right when it is
//! complete, so nothing is ever held as a tree. Deliberately absent: fractions, whose canonical form is JavaScript's;
//! the ledger has none, and they are refused here.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;
use std::fmt::{Display, Write as _};

use serde::Serialize;
use serde::ser::{self, Error as _};

type Result<T = ()> = std::result::Result<T, serde_json::Error>;

/// Room that most entries need, so that little is moved while they are written, and texts have one size.
const ROOM_BYTES: usize = 1_024;
/// Most room that a thread keeps for putting its next text in order.
const KEPT_BYTES: usize = 8_192;

thread_local! {
    static KEPT: Cell<(Vec<Field>, String)> = Cell::default();
}

/// The canonical JSON of a value.
pub(crate) fn to_string<T: Serialize>(value: &T) -> Result<String> {
    let (fields, spare) = KEPT.take();
    let mut writer = Writer { out: String::with_capacity(ROOM_BYTES), fields, spare };
    value.serialize(&mut writer)?;
    let Writer { out, mut fields, spare } = writer;
    if out.len() <= KEPT_BYTES {
        fields.clear();
        KEPT.set((fields, spare));
    }
    Ok(out)
}

struct Writer {
    out: String,
    /// Fields of the objects that are open, the innermost at the end.
    fields: Vec<Field>,
    /// Where an object is put right.
    spare: String,
}

/// A field of an object, by its places in the text: `"key":value,`.
#[derive(Clone, Copy)]
struct Field {
    key: usize,
    key_end: usize,
    /// Behind the comma.
    end: usize,
    /// Whether the key's bytes have the order of its code units: ASCII without escapes.
    plain: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        self.out.push('"');
        let at = self.out.len();
        self.out.push_str(text);
        self.end_text(at);
    }

    /// Ends the text that was written from `at` on, with its escapes.
    fn end_text(&mut self, at: usize) {
        let special = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\');
        if self.out.as_bytes()[at..].iter().fold(false, |any, byte| any | special(*byte)) {
            let plain = self.out.split_off(at);
            for letter in plain.chars() {
                self.escaped(letter);
            }
        }
        self.out.push('"');
    }

    fn escaped(&mut self, letter: char) {
        match letter {
            '"' => self.out.push_str("\\\""),
            '\\' => self.out.push_str("\\\\"),
            '\u{8}' => self.out.push_str("\\b"),
            '\t' => self.out.push_str("\\t"),
            '\n' => self.out.push_str("\\n"),
            '\u{c}' => self.out.push_str("\\f"),
            '\r' => self.out.push_str("\\r"),
            control if control < ' ' => {
                let code = u32::from(control);
                let digit = |nibble: u32| char::from_digit(nibble, 16).unwrap_or('0');
                self.out.extend(['\\', 'u', '0', '0', digit(code >> 4), digit(code & 15)]);
            }
            other => self.out.push(other),
        }
    }

    fn shown(&mut self, value: impl Display) -> Result {
        write!(self.out, "{value}").map_err(serde_json::Error::custom)
    }

    fn object(&mut self, close: &'static str) -> Object<'_> {
        self.out.push('{');
        Object { first: self.fields.len(), start: self.out.len(), writer: self, close }
    }

    fn array(&mut self, close: &'static str) -> Array<'_> {
        self.out.push('[');
        Array { start: self.out.len(), writer: self, close }
    }

    /// How two keys of an object stand to each other by their UTF-16 code units.
    fn in_order(&self, a: &Field, b: &Field) -> Ordering {
        if a.plain && b.plain {
            // Without the quotation marks, of which the last must not count as a letter.
            let letters = |field: &Field| &self.out.as_bytes()[field.key + 1..field.key_end - 1];
            return letters(a).cmp(letters(b));
        }
        let units = |field: &Field| {
            let key = &self.out[field.key..field.key_end];
            serde_json::from_str(key).map_or(Cow::Borrowed(key), Cow::Owned).encode_utf16().collect::<Vec<_>>()
        };
        units(a).cmp(&units(b))
    }
}

/// An object that is being written, at `start` of the text.
struct Object<'w> {
    writer: &'w mut Writer,
    start: usize,
    first: usize,
    close: &'static str,
}

impl Object<'_> {
    /// Takes note of a key that was just written at `at`.
    fn key_at(&mut self, at: usize) -> Result {
        let key = &self.writer.out.as_bytes()[at..];
        if key.first() != Some(&b'"') {
            return Err(serde_json::Error::custom("the keys of an object must be texts"));
        }
        let plain = key.iter().fold(true, |plain, byte| plain & (*byte < 0x80) & (*byte != b'\\'));
        let key_end = self.writer.out.len();
        self.writer.fields.push(Field { key: at, key_end, end: key_end, plain });
        self.writer.out.push(':');
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        let field = self.writer.fields.len() - 1;
        value.serialize(&mut *self.writer)?;
        self.writer.out.push(',');
        self.writer.fields[field].end = self.writer.out.len();
        Ok(())
    }

    fn finish(self) -> Result {
        let Self { writer, start, first, close } = self;
        let mut fields = std::mem::take(&mut writer.fields);
        if !fields[first..].is_sorted_by(|a, b| writer.in_order(a, b) != Ordering::Greater) {
            fields[first..].sort_by(|a, b| writer.in_order(a, b));
            writer.spare.clear();
            for field in &fields[first..] {
                writer.spare.push_str(&writer.out[field.key..field.end]);
            }
            writer.out.truncate(start);
            writer.out.push_str(&writer.spare);
        }
        if fields.len() > first {
            writer.out.pop();
        }
        fields.truncate(first);
        writer.fields = fields;
        writer.out.push_str(close);
        Ok(())
    }
}

/// An array that is being written, at `start` of the text.
struct Array<'w> {
    writer: &'w mut Writer,
    start: usize,
    close: &'static str,
}

impl Array<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        if self.writer.out.len() > self.start {
            self.writer.out.push(',');
        }
        value.serialize(&mut *self.writer)
    }

    fn finish(self) -> Result {
        self.writer.out.push_str(self.close);
        Ok(())
    }
}

macro_rules! shown {
    ($($name:ident: $kind:ty),*) => {
        $(fn $name(self, value: $kind) -> Result {
            self.shown(value)
        })*
    };
}

impl<'w> ser::Serializer for &'w mut Writer {
    type Ok = ();
    type Error = serde_json::Error;
    type SerializeSeq = Array<'w>;
    type SerializeTuple = Array<'w>;
    type SerializeTupleStruct = Array<'w>;
    type SerializeTupleVariant = Array<'w>;
    type SerializeMap = Object<'w>;
    type SerializeStruct = Object<'w>;
    type SerializeStructVariant = Object<'w>;

    shown! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    }

    fn serialize_f32(self, _: f32) -> Result {
        Err(serde_json::Error::custom("fractions are not allowed"))
    }

    fn serialize_f64(self, _: f64) -> Result {
        Err(serde_json::Error::custom("fractions are not allowed"))
    }

    fn serialize_char(self, value: char) -> Result {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result {
        Err(serde_json::Error::custom("bytes are not JSON"))
    }

    fn serialize_none(self) -> Result {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result {
        self.out.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result {
        let mut object = self.object("}");
        ser::SerializeStruct::serialize_field(&mut object, variant, value)?;
        object.finish()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Array<'w>> {
        Ok(self.array("]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Array<'w>> {
        Ok(self.array("]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Array<'w>> {
        Ok(self.array("]"))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Array<'w>> {
        self.out.push('{');
        self.text(variant);
        self.out.push(':');
        Ok(self.array("]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'w>> {
        Ok(self.object("}"))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Object<'w>> {
        if name.starts_with("$serde_json::private") {
            return Err(serde_json::Error::custom("raw JSON is not canonical"));
        }
        Ok(self.object("}"))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Object<'w>> {
        self.out.push('{');
        self.text(variant);
        self.out.push(':');
        Ok(self.object("}}"))
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result {
        self.out.push('"');
        let at = self.out.len();
        self.shown(value)?;
        self.end_text(at);
        Ok(())
    }
}

impl ser::SerializeMap for Object<'_> {
    type Ok = ();
    type Error = serde_json::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        let at = self.writer.out.len();
        key.serialize(&mut *self.writer)?;
        self.key_at(at)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.value(value)
    }

    fn end(self) -> Result {
        self.finish()
    }
}

macro_rules! objects {
    ($($of:ident),*) => {
        $(impl ser::$of for Object<'_> {
            type Ok = ();
            type Error = serde_json::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result {
                let at = self.writer.out.len();
                self.writer.text(key);
                self.key_at(at)?;
                self.value(value)
            }

            fn end(self) -> Result {
                self.finish()
            }
        })*
    };
}
objects!(SerializeStruct, SerializeStructVariant);

macro_rules! arrays {
    ($($of:ident, $item:ident;)*) => {
        $(impl ser::$of for Array<'_> {
            type Ok = ();
            type Error = serde_json::Error;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
                self.item(value)
            }

            fn end(self) -> Result {
                self.finish()
            }
        })*
    };
}
arrays! {
    SerializeSeq, serialize_element;
    SerializeTuple, serialize_element;
    SerializeTupleStruct, serialize_field;
    SerializeTupleVariant, serialize_field;
}

#[cfg(test)]
mod tests;
