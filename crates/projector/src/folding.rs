//! Texts and queries as the search compares them, and where in a text it found words.
//!
//! Deliberately absent: forms of words, see [`crate::endings`].

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What a letter is compared as: a keyboard has one apostrophe and print another, and both stand between two words.
fn letter(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'œ' => ('o', Some('e')),
        'æ' | 'ǽ' | 'ǣ' => ('a', Some('e')),
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => (c.nfd().next().unwrap_or(c), None),
        '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{2032}' | '`' | '\u{b4}' => (' ', None),
        'ё' => ('е', None),
        'ә' => ('а', None),
        'ғ' => ('г', None),
        'қ' => ('к', None),
        'ң' => ('н', None),
        'ө' => ('о', None),
        'ұ' | 'ү' => ('у', None),
        'һ' => ('х', None),
        'і' => ('и', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

/// A text or a query as the search compares it: lower case, Latin letters without their marks, œ and æ as two letters,
/// apostrophes as spaces, ё as е, and the Kazakh letters as the Russian ones that people type in their place.
pub(crate) fn folded(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).flat_map(letter).collect()
}

/// Whether a word stands in a folded text: anywhere, or where another word begins.
pub(crate) fn stands_in(text: &str, word: &str, only_at_start: bool) -> bool {
    let begins = |(at, _)| !text[..at].ends_with(char::is_alphanumeric);
    if only_at_start { text.match_indices(word).any(begins) } else { text.contains(word) }
}

/// Where folded words stand in a text as it was written, in bytes and in their order; those that touch are one.
pub(crate) fn places(text: &str, words: &[String], only_at_start: bool) -> Vec<Range<usize>> {
    // A letter with the marks that follow it is compared as one.
    let mut starts: Vec<usize> =
        text.char_indices().filter(|(_, c)| !is_combining_mark(*c)).map(|(at, _)| at).collect();
    starts.push(text.len());
    let mut whole = String::new();
    // For each byte of the folded text, the letter that it comes from.
    let mut from: Vec<Range<usize>> = Vec::new();
    for pair in starts.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        whole.push_str(&folded(&text[start..end]));
        from.resize(whole.len(), start..end);
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for word in words.iter().filter(|word| !word.is_empty()) {
        for (at, _) in whole.match_indices(word.as_str()) {
            if !only_at_start || !whole[..at].ends_with(char::is_alphanumeric) {
                found.push(from[at].start..from[at + word.len() - 1].end);
            }
        }
    }
    found.sort_by_key(|place| (place.start, place.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for place in found {
        match joined.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => joined.push(place),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_russian_keyboard_finds_kazakh_names() {
        assert_eq!(folded("Қарағанды"), "караганды");
        assert_eq!(folded("Ёлка"), "елка");
        assert_eq!(folded("Йод"), "йод", "a letter of its own, not a mark");
    }

    #[test]
    fn letters_are_the_same_however_they_are_composed() {
        assert_eq!(folded("École"), "ecole");
        assert_eq!(folded("E\u{301}cole"), "ecole");
        assert_eq!(folded("и\u{306}од"), folded("йод"));
    }

    #[test]
    fn every_apostrophe_stands_between_two_words() {
        for text in ["l'université", "l’université", "L‘Universite\u{301}", "l\u{2bc}universite"] {
            assert_eq!(folded(text), "l universite", "{text}");
        }
    }

    #[test]
    fn joined_letters_are_two() {
        assert_eq!(folded("Œuvre, cœur, Æquitas, ǽ"), "oeuvre, coeur, aequitas, ae");
    }

    #[test]
    fn places_are_those_of_the_text_as_it_was_written() {
        let words = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let found = |text: &'static str, of: &str, start| -> Vec<&str> {
            places(text, &words(of), start).into_iter().map(|place| &text[place]).collect()
        };
        assert_eq!(found("Қарағандыда ашылады", "караганды", false), ["Қарағанды"]);
        assert_eq!(found("Le cœur de l’E\u{301}cole", "coeur ecole", false), ["cœur", "E\u{301}cole"]);
        assert_eq!(found("comparison of Paris", "pari", true), ["Pari"]);
        assert_eq!(found("comparison of Paris", "pari par", false), ["pari", "Pari"]);
        assert_eq!(found("œ", "e", false), ["œ"], "half a letter is the letter");
        assert_eq!(found("nothing here", "branch", false), [""; 0]);
        assert_eq!(found("\u{301}a", "a", false), ["a"], "a mark without its letter");
    }

    #[test]
    fn a_shortened_word_stands_where_a_word_begins() {
        assert!(stands_in("comparison", "pari", false));
        assert!(!stands_in("comparison", "pari", true));
        assert!(stands_in("comparison of (paris)", "pari", true));
    }
}
