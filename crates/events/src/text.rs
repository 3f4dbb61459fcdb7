//! Small helpers for values that are texts in JSON, and texts in several languages.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserializer, MapAccess, Visitor};

use crate::field_error::FieldError;

/// Longest text in one language, in bytes.
pub const TEXT_BYTES_MAX: usize = 8_000;

/// Reads a JSON string straight into a checked type.
pub(crate) fn parse_str<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err = FieldError>,
{
    struct Parse<T>(PhantomData<T>);
    impl<T: FromStr<Err = FieldError>> Visitor<'_> for Parse<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Parse(PhantomData))
}

crate::ids::checked_text!(
    /// A BCP 47 language tag in its usual form: `en`, `kk`, `kk-Latn`.
    Lang,
    |text| {
        let mut parts = text.split('-');
        let primary = parts.next().unwrap_or_default();
        let good = (2..=3).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_lowercase())
            && parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
        if good { Ok(()) } else { Err(FieldError::new("malformed_language").with("value", text)) }
    },
    "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
);

crate::ids::checked_text!(
    /// A line or paragraph of plain text: not empty, no control characters but tab and line feed, at most 8,000 bytes.
    Line,
    |text| match text.chars().position(is_forbidden) {
        Some(at) => Err(control_character(text, at)),
        None if text.trim().is_empty() => Err(FieldError::new("text_missing")),
        None if text.len() > TEXT_BYTES_MAX => {
            let told = FieldError::new("text_too_long").with("value", text).with("bytes", &text.len().to_string());
            Err(told.with("max", &TEXT_BYTES_MAX.to_string()))
        }
        None => Ok(()),
    },
    "\\S"
);

fn is_forbidden(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

/// Names of the control characters that turn up in practice, as the messages know them.
const CONTROL_NAMES: [(char, &str); 7] = [
    ('\0', "null"),
    ('\u{7}', "bell"),
    ('\u{8}', "backspace"),
    ('\u{b}', "vertical_tab"),
    ('\u{c}', "form_feed"),
    ('\r', "carriage_return"),
    ('\u{1b}', "escape"),
];

/// Characters of the text shown on each side of a control character.
const NEAR_CHARS: usize = 15;

/// Which control character, and where: its code point, the number of its place from 1, and the text around it, in which
/// it is made visible.
fn control_character(text: &str, at: usize) -> FieldError {
    let visible = |c: char| match u32::from(c) {
        code @ 0..0x20 if is_forbidden(c) => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ if is_forbidden(c) => '\u{fffd}',
        _ => c,
    };
    let found = text.chars().nth(at).unwrap_or_default();
    let name = CONTROL_NAMES.iter().find(|(c, _)| *c == found).map_or("other", |(_, name)| name);
    let near: String = text
        .chars()
        .skip(at.saturating_sub(NEAR_CHARS))
        .take(NEAR_CHARS.min(at) + 1 + NEAR_CHARS)
        .map(visible)
        .collect();
    FieldError::new("control_character")
        .with("code", &format!("U+{:04X}", u32::from(found)))
        .with("name", name)
        .with("at", &(at + 1).to_string())
        .with("near", near.trim())
        .with("value", &text.chars().map(visible).collect::<String>())
}

/// The same text in one or more languages; never empty. In the order of the tags, each once: most have one or a few,
/// for which a map would take ten times the memory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, schemars::JsonSchema)]
#[schemars(transparent)]
pub struct Texts(#[schemars(with = "BTreeMap<Lang, Line>")] Box<[(Lang, Line)]>);

impl Texts {
    /// A text in one language.
    pub fn one(lang: Lang, text: Line) -> Self {
        Self(Box::new([(lang, text)]))
    }

    /// The text in `lang`, else in English, else in whichever language it has.
    pub fn best(&self, lang: &str) -> &str {
        let find = |wanted: &str| self.0.iter().find(|(tag, _)| tag.as_str() == wanted).map(|(_, text)| text.as_str());
        find(lang).or_else(|| find("en")).or_else(|| self.0.first().map(|(_, text)| text.as_str())).unwrap_or_default()
    }

    /// Language and text, in the order of the tags.
    pub fn iter(&self) -> impl Iterator<Item = (&Lang, &Line)> {
        self.0.iter().map(|(lang, text)| (lang, text))
    }
}

impl serde::Serialize for Texts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Texts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Texts, A::Error> {
                let mut texts: Vec<(Lang, Line)> = Vec::with_capacity(1);
                while let Some((lang, text)) = map.next_entry::<Lang, Line>()? {
                    match texts.binary_search_by(|(known, _)| known.cmp(&lang)) {
                        Ok(place) => texts[place].1 = text,
                        Err(place) => texts.insert(place, (lang, text)),
                    }
                }
                if texts.is_empty() {
                    return Err(serde::de::Error::custom(FieldError::new("no_text")));
                }
                Ok(Texts(texts.into()))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_empty_too_long_or_holds_a_control_character_says_which_and_where() {
        let error = |text: &str| text.parse::<Line>().unwrap_err();
        for text in ["", "  ", "\n\t"] {
            assert_eq!(error(text), FieldError::new("text_missing"), "{text:?}");
        }
        let long = error(&"й".repeat(4_001));
        assert_eq!((long.code.as_str(), long.params["bytes"].as_str()), ("text_too_long", "8002"));
        let control = error("Route Dakar\u{b}Thiès, 12 km\u{7}");
        let param = |name: &str| control.params[name].clone();
        assert_eq!(
            (control.code.as_str(), param("code").as_str(), param("at").as_str()),
            ("control_character", "U+000B", "12")
        );
        assert_eq!((param("name").as_str(), param("near").as_str()), ("vertical_tab", "Route Dakar␋Thiès, 12 km␇"));
        assert_eq!(error("a\u{9f}").params["code"], "U+009F");
        assert_eq!(FieldError::from_message(&control.to_string()), control, "it survives the way through serde");
        assert!("two\nlines\tand a tab".parse::<Line>().is_ok());
    }

    #[test]
    fn texts_are_read_and_written_in_the_order_of_their_tags() {
        let texts: Texts = serde_json::from_str(r#"{"ru":"Визит","en":"Visit","kk":"Сапар"}"#).unwrap();
        assert_eq!(serde_json::to_string(&texts).unwrap(), r#"{"en":"Visit","kk":"Сапар","ru":"Визит"}"#);
        assert_eq!([texts.best("kk"), texts.best("fr")], ["Сапар", "Visit"]);
        assert_eq!(serde_json::from_str::<Texts>(r#"{"en":"One","en":"Two"}"#).unwrap().best("en"), "Two");
        assert!(serde_json::from_str::<Texts>("{}").is_err());
    }
}
