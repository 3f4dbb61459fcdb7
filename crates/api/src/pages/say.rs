//! Sentences of the pages: a text by its key, with values put in. The texts stand in `messages/pages`, one file for
//! each area and language.
//!
//! A whole number `n` comes as two values: `$n`, written as the language does, and `$n_form`, the grammatical form that
//! the language uses with it (`one`, `few`, `many`, `other`), for the text to choose by. Deliberately absent: HTML.

use std::collections::BTreeMap;

use super::format;
use crate::words::{Lang, Words};

/// A value of a sentence.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// As it is.
    Text(String),
    /// A whole number, with its grammatical form.
    Count(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

macro_rules! counts {
    ($($type:ty),*) => {$(
        impl From<$type> for Value {
            fn from(count: $type) -> Self {
                Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
            }
        }
    )*};
}
counts!(i64, u64, usize, u32, i32);

/// The sentence of a key with its values.
pub(crate) fn say(lang: Lang, key: &str, values: &[(&str, Value)]) -> String {
    let mut params = BTreeMap::new();
    for (name, value) in values {
        match value {
            Value::Text(text) => {
                params.insert((*name).to_owned(), text.clone());
            }
            Value::Count(count) => {
                params.insert((*name).to_owned(), format::count(*count, lang));
                params.insert(format!("{name}_form"), format::plural_form(*count, lang).to_owned());
            }
        }
    }
    Words::shared().sentence(key, &params, lang)
}

/// A text without values.
pub(crate) fn text(lang: Lang, key: &str) -> String {
    Words::shared().text(key, lang)
}
