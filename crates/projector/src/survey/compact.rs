//! The same text in several languages, in as little memory as its letters need: surveys hold hundreds of thousands.
//!
//! Deliberately absent: everything but looking one up; `Texts` is the type for all else.

use servanda_events::text::Texts;

/// The same text in one or more languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactTexts(Box<str>);

impl From<&Texts> for CompactTexts {
    fn from(texts: &Texts) -> Self {
        // A line of text has no line breaks, and a tag of a language no spaces.
        let lines: Vec<String> =
            texts.iter().map(|(lang, text)| format!("{} {}", lang.as_str(), text.as_str())).collect();
        Self(lines.join("\n").into())
    }
}

impl CompactTexts {
    /// The text in `lang`, else in English, else in whichever language it has.
    pub fn best(&self, lang: &str) -> &str {
        let all = || self.0.split('\n').filter_map(|line| line.split_once(' '));
        let find = |wanted: &str| all().find(|(tag, _)| *tag == wanted).map(|(_, text)| text);
        find(lang).or_else(|| find("en")).or_else(|| all().next().map(|(_, text)| text)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_found_as_in_the_texts_it_was_made_of() {
        let all: Texts =
            serde_json::from_str(r#"{"en":"A branch, far","kk":"Филиал","ru":"Филиал за рекой"}"#).unwrap();
        let some: Texts = serde_json::from_str(r#"{"kk":"Филиал","ru":"Филиал за рекой"}"#).unwrap();
        for texts in [all, some] {
            for lang in ["en", "fr", "kk", "ru"] {
                assert_eq!(CompactTexts::from(&texts).best(lang), texts.best(lang));
            }
        }
    }
}
