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
    |text| {
        let good = !text.trim().is_empty()
            && text.len() <= TEXT_BYTES_MAX
            && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
        if good { Ok(()) } else { Err(FieldError::new("malformed_text").with("value", text)) }
    },
    "\\S"
);

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
    fn texts_are_read_and_written_in_the_order_of_their_tags() {
        let texts: Texts = serde_json::from_str(r#"{"ru":"Визит","en":"Visit","kk":"Сапар"}"#).unwrap();
        assert_eq!(serde_json::to_string(&texts).unwrap(), r#"{"en":"Visit","kk":"Сапар","ru":"Визит"}"#);
        assert_eq!([texts.best("kk"), texts.best("fr")], ["Сапар", "Visit"]);
        assert_eq!(serde_json::from_str::<Texts>(r#"{"en":"One","en":"Two"}"#).unwrap().best("en"), "Two");
        assert!(serde_json::from_str::<Texts>("{}").is_err());
    }
}
