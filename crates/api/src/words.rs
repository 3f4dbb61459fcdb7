//! Every sentence for people, in the four languages of the ledger.
//!
//! A sentence belongs to a stable code and its values; the texts are the Fluent files in `messages/`. Tests keep the
//! four files alike and make sure that every code has its sentence.
//!
//! Deliberately absent: the words of the log's entries themselves, which their senders write.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_langneg::{LanguageIdentifier, NegotiationStrategy, negotiate_languages};
use servanda_events::flag::{Flag, FlagCode};
use servanda_events::text::Line;

/// A language that the ledger speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
    /// Kazakh.
    Kk,
    /// Russian.
    Ru,
}

impl Lang {
    /// All four.
    pub const ALL: [Self; 4] = [Self::En, Self::Fr, Self::Kk, Self::Ru];

    /// The language tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::Kk => "kk",
            Self::Ru => "ru",
        }
    }

    /// What the language calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
            Self::Kk => "Қазақша",
            Self::Ru => "Русский",
        }
    }

    /// The language of a tag.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// The language that suits an `Accept-Language` header best; English where none does.
    pub fn negotiate(accept_language: &str) -> Self {
        let mut wanted: Vec<(f32, LanguageIdentifier)> =
            accept_language.split(',').take(WANTED_MAX).filter_map(wanted_language).collect();
        wanted.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        let wanted: Vec<LanguageIdentifier> = wanted.into_iter().map(|(_, tag)| tag).collect();
        let have: Vec<LanguageIdentifier> = Self::ALL.into_iter().filter_map(|lang| lang.tag().parse().ok()).collect();
        negotiate_languages(&wanted, &have, None, NegotiationStrategy::Lookup)
            .first()
            .and_then(|tag| Self::of_tag(tag.language.as_str()))
            .unwrap_or_default()
    }
}

/// Most languages of a header that are looked at.
const WANTED_MAX: usize = 20;

/// One language of a header with its weight; `None` where it is not wanted or not readable.
fn wanted_language(item: &str) -> Option<(f32, LanguageIdentifier)> {
    let mut parts = item.split(';');
    let tag = parts.next()?.trim().parse().ok()?;
    let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
    (weight > 0.0).then_some((weight, tag))
}

const FILES: [(Lang, &str); 4] = [
    (Lang::En, include_str!("../messages/en.ftl")),
    (Lang::Fr, include_str!("../messages/fr.ftl")),
    (Lang::Kk, include_str!("../messages/kk.ftl")),
    (Lang::Ru, include_str!("../messages/ru.ftl")),
];

/// The texts of the pages: `area.lang.ftl` with what is in it.
static PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// The texts of the pages in one language.
fn pages(lang: Lang) -> impl Iterator<Item = &'static str> {
    let ending = format!(".{}.ftl", lang.tag());
    PAGES.iter().filter(move |(name, _)| name.ends_with(&ending)).map(|(_, text)| *text)
}

/// The sentences.
pub struct Words {
    bundles: Vec<(Lang, FluentBundle<FluentResource>)>,
}

impl Default for Words {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words")
    }
}

impl Words {
    /// The sentences, read once in a process.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Words> = LazyLock::new(Words::new);
        &SHARED
    }

    /// Reads the messages that are part of the program.
    pub fn new() -> Self {
        let bundles = FILES.into_iter().map(|(lang, text)| (lang, bundle(lang, text, pages(lang)))).collect();
        Self { bundles }
    }

    /// The sentence of a code with its values, such as those of `Refusal::code_and_params` and of a `FieldError`. A
    /// code without a sentence stands for itself.
    pub fn sentence(&self, code: &str, params: &BTreeMap<String, String>, lang: Lang) -> String {
        let mut args = FluentArgs::with_capacity(params.len());
        for (name, value) in params {
            args.set(name.as_str(), value.as_str());
        }
        self.format(code, &args, lang)
    }

    /// The sentence of a code with the names of its values in place of the values: `‹value›`.
    pub(crate) fn outline(&self, code: &str, lang: Lang) -> String {
        let text = self.text(code, lang);
        let mut pieces = text.split("{$");
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |outline, piece| outline + "‹" + &piece.replacen('}', "›", 1))
    }

    /// A text without values.
    pub fn text(&self, code: &str, lang: Lang) -> String {
        self.format(code, &FluentArgs::new(), lang)
    }

    /// The sentence of a warning.
    pub fn flag(&self, code: FlagCode, lang: Lang) -> String {
        self.text(&format!("flag-{}", flag_name(code)), lang)
    }

    /// The sentence of a warning with what the rule compared, where it means little without that, and with the days by
    /// which a report is late.
    pub fn warning(&self, flag: &Flag, lang: Lang) -> String {
        let sentence = self.flag(flag.code, lang);
        if let Some(days) = flag.days_late {
            let params = [("sentence", sentence), ("days", days.to_string())];
            let params = params.map(|(name, value)| (name.to_owned(), value)).into();
            return self.sentence("warning-late", &params, lang);
        }
        let compares = matches!(flag.code, FlagCode::CurrencyDiffers | FlagCode::EntryBeforeSignature);
        if !compares || flag.checked_against.is_empty() {
            return sentence;
        }
        let streams: Vec<&str> = flag.checked_against.iter().map(Line::as_str).collect();
        let params = [("sentence", sentence), ("streams", streams.join(", "))];
        let params = params.map(|(name, value)| (name.to_owned(), value)).into();
        self.sentence("warning-compared", &params, lang)
    }

    /// Whether a code has a sentence.
    pub fn knows(&self, code: &str) -> bool {
        self.bundles.iter().all(|(_, bundle)| bundle.has_message(code))
    }

    fn format(&self, code: &str, args: &FluentArgs<'_>, lang: Lang) -> String {
        let found = self.bundles.iter().find(|(of, _)| *of == lang).and_then(|(_, bundle)| {
            let pattern = bundle.get_message(code)?.value()?;
            Some(bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned())
        });
        found.unwrap_or_else(|| code.to_owned())
    }
}

/// The stable code of a flag.
pub fn flag_name(code: FlagCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

fn bundle(lang: Lang, text: &'static str, more: impl Iterator<Item = &'static str>) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(lang.tag().parse().into_iter().collect());
    // The marks are for mixing directions of writing; none of the four languages runs from right to left.
    bundle.set_use_isolating(false);
    for text in std::iter::once(text).chain(more) {
        // What cannot be read is left out; the tests of the messages find it.
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
mod tests;
