//! Shorter forms of a word, by which a search finds it with another ending: in Kazakh, where endings stand behind one
//! another, by those that the language has; in every language by its last letters.
//!
//! Words are folded ([`crate::folding`]). Deliberately absent: dictionaries, and which of several forms is the right
//! one. A form that is too short finds more than was meant, and only where longer ones find nothing.

/// Letters of a word that may be its ending in any language.
const ENDING_LETTERS_MAX: usize = 3;
/// Letters that are left of a word when its last letters are taken off.
const STEM_LETTERS_MIN: usize = 4;
/// Letters that are left of a Kazakh word when endings that the language has are taken off: `жол`, `тіл`.
const KAZAKH_STEM_LETTERS_MIN: usize = 3;

/// Endings of Kazakh nouns as they are folded, the outermost first: relation, case, owner, plural. Each may be there.
const KAZAKH: [&[&str]; 4] = [
    &["гы", "ги", "кы", "ки"],
    &[
        "нын", "нин", "дын", "дин", "тын", "тин", "га", "ге", "ка", "ке", "на", "не", "а", "е", "ны", "ни", "ды", "ди",
        "ты", "ти", "н", "нда", "нде", "да", "де", "та", "те", "нан", "нен", "дан", "ден", "тан", "тен", "мен", "бен",
        "пен",
    ],
    &["ымыз", "имиз", "мыз", "миз", "ыныз", "иниз", "ныз", "низ", "ым", "им", "м", "ын", "ин", "сы", "си", "ы", "и"],
    &["лар", "лер", "дар", "дер", "тар", "тер"],
];

/// Where a word may end when endings are taken off, beginning with those of one kind.
fn kazakh_ends(word: &str, kinds: &[&[&str]], ends: &mut Vec<usize>) {
    let Some((kind, inner)) = kinds.split_first() else { return };
    kazakh_ends(word, inner, ends);
    for stem in kind.iter().filter_map(|ending| word.strip_suffix(ending)) {
        if stem.chars().count() >= KAZAKH_STEM_LETTERS_MIN {
            ends.push(stem.len());
            kazakh_ends(stem, inner, ends);
        }
    }
}

/// Whether a word has endings that can be taken off. Numbers and what is written with signs stay as they are.
fn has_forms(word: &str) -> bool {
    word.chars().all(|c| c.is_alphabetic() || c == '-')
}

/// The shorter forms of a word of any language, the longest first.
fn shorter(word: &str) -> Vec<&str> {
    let letters: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
    let ends = letters.iter().skip(STEM_LETTERS_MIN).rev().take(ENDING_LETTERS_MAX);
    ends.filter(|_| has_forms(word)).map(|end| &word[..*end]).collect()
}

/// The shorter forms of a Kazakh word, the longest first.
fn shorter_kazakh(word: &str) -> Vec<&str> {
    if !has_forms(word) {
        return Vec::new();
    }
    let mut ends: Vec<usize> = shorter(word).iter().map(|form| form.len()).collect();
    kazakh_ends(word, &KAZAKH, &mut ends);
    ends.sort_unstable_by_key(|end| std::cmp::Reverse(*end));
    ends.dedup();
    ends.into_iter().map(|end| &word[..end]).collect()
}

/// What is looked for after the words themselves, one after the other until something is found: each word in an ever
/// shorter form, as long as any has one.
pub(crate) fn attempts(words: &[String], kazakh: bool) -> Vec<Vec<String>> {
    let of = if kazakh { shorter_kazakh } else { shorter };
    let forms: Vec<Vec<&str>> = words.iter().map(|word| of(word)).collect();
    let most = forms.iter().map(Vec::len).max().unwrap_or_default();
    let form = |nth: usize, (word, forms): (&String, &Vec<&str>)| {
        forms.get(nth).or(forms.last()).map_or_else(|| word.clone(), |form| (*form).to_owned())
    };
    (0..most).map(|nth| words.iter().zip(&forms).map(|pair| form(nth, pair)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folding::folded;

    fn tried(query: &str, kazakh: bool) -> Vec<String> {
        let words: Vec<String> = folded(query).split_whitespace().map(str::to_owned).collect();
        attempts(&words, kazakh).into_iter().map(|words| words.join(" ")).collect()
    }

    #[test]
    fn any_word_loses_its_last_letters_and_keeps_four() {
        assert_eq!(tried("lycées", false), ["lycee", "lyce"]);
        assert_eq!(tried("университетами", false), ["университетам", "университета", "университет"]);
        assert_eq!(tried("road", false), [""; 0]);
        assert_eq!(tried("roads 2025", false), ["road 2025"], "a number has no ending");
        assert_eq!(tried("new branches", false), ["new branche", "new branch", "new branc"]);
    }

    #[test]
    fn endings_of_kazakh_are_taken_off_one_after_the_other() {
        for (word, stem) in [
            ("мектептерімізде", "мектеп"),
            ("мектептеріндегі", "мектеп"),
            ("филиалдарымыздың", "филиал"),
            ("жолдарымызда", "жол"),
            ("қалалардан", "қала"),
            ("университеттеріңізбен", "университет"),
        ] {
            assert!(tried(word, true).contains(&folded(stem)), "{word}: {:?}", tried(word, true));
        }
        let lengths: Vec<usize> = tried("мектептерімізде", true).iter().map(|word| word.chars().count()).collect();
        assert!(lengths.is_sorted_by(|a, b| a > b), "{lengths:?}");
        assert_eq!(tried("тіл", true), [""; 0], "nothing is left that says anything");
    }
}
