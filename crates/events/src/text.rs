//! Small helpers for values that are texts in JSON, and texts in several languages.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserializer, Visitor};

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

/// The same text in one or more languages; never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Texts(BTreeMap<Lang, Line>);

impl Texts {
    /// A text in one language.
    pub fn one(lang: Lang, text: Line) -> Self {
        Self(BTreeMap::from([(lang, text)]))
    }

    /// The text in `lang`, else in English, else in whichever language it has.
    pub fn best(&self, lang: &str) -> &str {
        let find = |wanted: &str| self.0.iter().find(|(tag, _)| tag.as_str() == wanted).map(|(_, text)| text.as_str());
        find(lang).or_else(|| find("en")).or_else(|| self.0.values().next().map(Line::as_str)).unwrap_or_default()
    }

    /// Language and text, in the order of the tags.
    pub fn iter(&self) -> impl Iterator<Item = (&Lang, &Line)> {
        self.0.iter()
    }
}

impl<'de> serde::Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = BTreeMap::deserialize(deserializer)?;
        if map.is_empty() {
            return Err(serde::de::Error::custom(FieldError::new("no_text")));
        }
        Ok(Self(map))
    }
}
