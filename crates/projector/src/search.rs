//! Search in titles, names, statements and the titles of documents, as known and so at the date.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::ids::{Family, Position, StreamId};

use crate::endings;
use crate::error::ProjectorError;
use crate::folding::{folded, places, stands_in};
use crate::read_db::{Shortened, Wanted, is_of_letters};
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
    /// Where the words stand in the text, in bytes and in their order.
    #[serde(skip)]
    pub places: Vec<Range<usize>>,
}

impl Reader<'_> {
    /// Texts that contain every word of `query`, best first. In languages where there are none, the words are looked
    /// for at the beginning of words without their last letters, up to three, and in Kazakh without the endings that
    /// stand behind one another: so words in another form are found by what they have in common. An empty query finds
    /// nothing.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, ProjectorError> {
        let words: Vec<String> = folded(query).split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let mut hits = self.containing(&Wanted { words: &words, shortened: None }, limit)?;
        for kazakh in [false, true] {
            for words in endings::attempts(&words, kazakh) {
                let mut without: Vec<String> = hits.iter().map(|hit| hit.lang.clone()).collect();
                without.sort_unstable();
                without.dedup();
                // What fills the answer is to be asked for with more words, not with shorter ones.
                if hits.len() >= limit || kazakh && without.iter().any(|lang| is_kazakh(lang)) {
                    break;
                }
                let shortened = Some(Shortened { kazakh, without: &without });
                hits.extend(self.containing(&Wanted { words: &words, shortened }, limit - hits.len())?);
            }
        }
        Ok(hits)
    }

    /// Texts that contain every one of some folded words.
    fn containing(&self, wanted: &Wanted<'_>, limit: usize) -> Result<Vec<Hit>, ProjectorError> {
        let at_start = |word: &str| wanted.shortened.is_some() && is_of_letters(word);
        let matches = |text: &str| {
            let text = folded(text);
            wanted.words.iter().all(|word| stands_in(&text, word, at_start(word)))
        };
        let mut hits = Vec::new();
        for found in self.found(wanted, limit)? {
            let facts = self.facts(&found.stream)?;
            let Some(fact) = facts.iter().find(|fact| fact.position == found.source) else { continue };
            let mut of_lang = texts::words(fact).into_iter().filter(|(lang, _)| *lang == found.lang);
            let Some((_, text)) = of_lang.find(|(_, text)| matches(text)) else { continue };
            let hit = Hit {
                family: found.stream.name.family(),
                id: found.stream.name.key().to_owned(),
                places: places(text, wanted.words, wanted.shortened.is_some()),
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

/// Whether a language is Kazakh, in whatever script.
fn is_kazakh(lang: &str) -> bool {
    lang == "kk" || lang.starts_with("kk-")
}
