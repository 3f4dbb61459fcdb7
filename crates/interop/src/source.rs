//! What an import says of where its rows come from; it stands in every entry.

use serde::Deserialize;
use serde_json::{Value, json};
use servanda_events::dates::LedgerDate;
use servanda_events::text::{Lang, Line};

use crate::error::MappingError;

/// Longest note of an entry, in bytes.
const NOTE_BYTES_MAX: usize = 4_000;

/// A source of records.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its short name, which stands in the ids of commands: letters, digits, `-`.
    pub name: String,
    /// What it is called.
    pub title: Line,
    /// Where it was found.
    #[serde(default)]
    pub url: Option<Line>,
    /// When it was fetched.
    #[serde(default)]
    pub retrieved_on: Option<LedgerDate>,
    /// The language of its words.
    #[serde(default = "english")]
    pub lang: Lang,
}

fn english() -> Lang {
    "en".parse().unwrap_or_else(|_| unreachable!("`en` is a language tag"))
}

impl Source {
    /// Checks the name, of which ids are made.
    pub(crate) fn check(&self) -> Result<(), MappingError> {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if self.name.is_empty() || self.name.len() > 24 || !self.name.bytes().all(good) {
            let told = "use a to z, 0 to 9 and `-`, at most 24";
            return Err(MappingError::at("source.name", format!("`{}` cannot be a name; {told}", self.name)));
        }
        Ok(())
    }

    /// The reference to the source that every entry of it has.
    pub(crate) fn evidence(&self, url: Option<&str>) -> Value {
        let mut evidence = json!({ "title": self.title });
        if let Some(url) = url.or(self.url.as_ref().map(Line::as_str)) {
            evidence["url"] = json!(url);
        }
        if let Some(date) = self.retrieved_on {
            evidence["retrieved_on"] = json!(date);
        }
        evidence
    }

    /// The note of an entry: source, place and id, and the words of the source that would otherwise be lost.
    pub(crate) fn note(&self, kind: &str, number: u64, id: &str, verbatim: &[(&str, &str)]) -> String {
        let mut note = format!("{}, {kind} {number} ({id})", self.name);
        for (name, words) in verbatim {
            note.push_str(&format!("; {name}: {words}"));
        }
        if note.contains(char::is_control) {
            note = note.replace(char::is_control, " ");
        }
        while note.len() > NOTE_BYTES_MAX {
            note.pop();
        }
        note
    }
}
