//! Search in titles, names, statements and the titles of documents, as known and so at the date.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::ids::{Family, Position, StreamId};

use crate::error::ProjectorError;
use crate::reader::Reader;
use crate::texts;

/// Letters of a word that may be its ending.
const ENDING_LETTERS_MAX: usize = 3;
/// Letters that are left of a word without its ending.
const STEM_LETTERS_MIN: usize = 4;

/// Takes the last letter off each word that stays long enough; false where none does. Numbers stay as they are.
fn shorten(words: &mut [String]) -> bool {
    let mut any = false;
    for word in words.iter_mut().filter(|word| word.chars().all(char::is_alphabetic)) {
        if word.chars().count() > STEM_LETTERS_MIN {
            word.pop();
            any = true;
        }
    }
    any
}

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
    /// Texts that contain every word of `query`, best first. Where there are none, the words are looked for without
    /// their last letter, and again, up to three letters: so words in another form are found by what they have in
    /// common. An empty query finds nothing.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, ProjectorError> {
        let mut words: Vec<String> = texts::folded(query).split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        for _ in 0..ENDING_LETTERS_MAX {
            let hits = self.containing(&words, limit)?;
            if !hits.is_empty() || !shorten(&mut words) {
                return Ok(hits);
            }
        }
        self.containing(&words, limit)
    }

    /// Texts that contain every one of some folded words.
    fn containing(&self, words: &[String], limit: usize) -> Result<Vec<Hit>, ProjectorError> {
        let mut hits = Vec::new();
        for found in self.found(words, limit)? {
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
