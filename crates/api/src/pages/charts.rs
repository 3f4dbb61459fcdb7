//! Charts as plain geometry: whole numbers in the units of an SVG's `viewBox`, and words. A template draws them with
//! attributes alone, and every chart stands beside a table that says the same.
//!
//! What a mark means is told by its shape and by a word, and only then by its colour. Deliberately absent: HTML, words
//! of our own, and fractions of numbers, so that nothing near money is ever rounded by a chart.

pub(crate) mod bars;
pub(crate) mod scale;
pub(crate) mod steps;
pub(crate) mod timeline;

/// A text cut to what fits, with a mark that something was cut.
pub(crate) fn cut(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_does_not_fit_says_that_it_was_cut() {
        assert_eq!(cut("Дорога", 6), "Дорога");
        assert_eq!(cut("Дорога через степь", 8), "Дорога…");
    }
}
