//! Search in titles, names, statements and the titles of documents, as known and so at the date.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::ids::{Family, Position, StreamId};

use crate::error::ProjectorError;
use crate::reader::Reader;
use crate::texts;

/// A text that contains what was searched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hit {
    /// What sort of thing it belongs to.
    pub family: Family,
    /// The id of the thing.
    pub id: String,
    /// The stream of the thing.
    pub stream: StreamId,
    /// The language of the text.
    pub lang: String,
    /// The text.
    pub text: String,
    /// Position of the entry that holds it.
    pub entry: Position,
}

impl Reader<'_> {
    /// Texts that contain every word of `query`, best first. An empty query finds nothing.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, ProjectorError> {
        let words: Vec<String> = texts::folded(query).split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let mut hits = Vec::new();
        for found in self.found(&words, limit)? {
            let facts = self.facts(&found.stream)?;
            let Some(fact) = facts.iter().find(|fact| fact.position == found.source) else { continue };
            let matches = |text: &str| words.iter().all(|word| texts::folded(text).contains(word.as_str()));
            let mut of_lang = texts::words(fact).into_iter().filter(|(lang, _)| *lang == found.lang);
            let Some((_, text)) = of_lang.find(|(_, text)| matches(text)) else { continue };
            let hit = Hit {
                family: found.stream.name.family(),
                id: found.stream.name.key().to_owned(),
                text: text.to_owned(),
                stream: found.stream.name,
                lang: found.lang,
                entry: found.source,
            };
            // A fact that says the same twice is one hit.
            if !hits.contains(&hit) {
                hits.push(hit);
            }
        }
        Ok(hits)
    }
}
