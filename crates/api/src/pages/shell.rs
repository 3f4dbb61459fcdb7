//! What stands around every page: the ledger's name, the ways to the other pages, the languages, the banners.
//!
//! Deliberately absent: HTML, see `templates/layout.html`.

use axum::http::Uri;
use serde::Serialize;

use super::routes;
use crate::words::Lang;

/// The places of the service's navigation: the key of the words, and where it leads. A place stands there once its page
/// is in the table.
const PLACES: &[(&str, &str)] = &[
    ("nav-dashboard", "/"),
    ("nav-work", "/work"),
    ("nav-review", "/review"),
    ("nav-agreements", "/agreements"),
    ("nav-commitments", "/commitments"),
    ("nav-overdue", "/overdue"),
    ("nav-parties", "/parties"),
    ("nav-packages", "/packages"),
    ("nav-analysis", "/analysis/promises"),
    ("nav-data", "/data"),
    ("nav-search", "/search"),
    ("nav-record", "/record"),
];

/// What the layout shows around a page.
#[derive(Debug, Serialize)]
pub(crate) struct Shell {
    pub(crate) lang: &'static str,
    pub(crate) languages: Vec<Language>,
    pub(crate) places: Vec<Place>,
    pub(crate) ledger: String,
    /// The sentence of the banner that says at which clocks a past look is taken, and the way back.
    pub(crate) past: Option<Past>,
    /// Pseudonym of whoever is signed in.
    pub(crate) user: Option<String>,
    /// Their session.
    pub(crate) session: Option<SessionNote>,
    /// Whether they look after accounts.
    pub(crate) administers: bool,
    /// Where another date is chosen for this page; none where it does not read at the clocks.
    pub(crate) as_of_href: Option<String>,
    pub(crate) help_href: Option<&'static str>,
    pub(crate) accessibility_href: Option<&'static str>,
}

/// A language to switch to, with this same page in it.
#[derive(Debug, Serialize)]
pub(crate) struct Language {
    pub(crate) tag: &'static str,
    pub(crate) name: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// A place of the navigation.
#[derive(Debug, Serialize)]
pub(crate) struct Place {
    pub(crate) key: &'static str,
    pub(crate) href: String,
    pub(crate) active: bool,
}

/// When a session ends.
#[derive(Debug, Serialize)]
pub(crate) struct SessionNote {
    pub(crate) ends: String,
    pub(crate) ends_at: String,
    /// The page to come back to when the session was extended.
    pub(crate) back: String,
}

/// That the page shows the past.
#[derive(Debug, Serialize)]
pub(crate) struct Past {
    pub(crate) sentence: String,
    pub(crate) back_href: String,
}

impl Shell {
    /// What stands around the page at `uri`; `clocks` is kept in every link.
    pub(crate) fn of(ledger: String, lang: Lang, uri: &Uri, clocks: &str) -> Self {
        let there = |path: &str| routes::row("GET", path).is_some();
        let active = |path: &str| match path {
            "/" => uri.path() == "/",
            // The analysts' pages have ways of their own among each other.
            "/analysis/promises" => uri.path().starts_with("/analysis/"),
            path => uri.path() == path || uri.path().starts_with(&format!("{path}/")),
        };
        // What waits for a decision waits now, whatever is looked at.
        let past = |path: &str| routes::row("GET", path).is_some_and(|row| row.clocks);
        let place = |(key, path): &(&'static str, &'static str)| {
            let href = if past(path) { link(path, clocks) } else { (*path).to_owned() };
            Place { key, href, active: active(path) }
        };
        let language = |of: Lang| Language {
            tag: of.tag(),
            name: of.own_name(),
            href: with(uri, &["lang"], &format!("lang={}", of.tag())),
            current: of == lang,
        };
        Self {
            lang: lang.tag(),
            languages: Lang::ALL.into_iter().map(language).collect(),
            places: PLACES.iter().filter(|(_, path)| there(path)).map(place).collect(),
            ledger,
            past: None,
            user: None,
            session: None,
            administers: false,
            as_of_href: None,
            help_href: there("/help").then_some("/help"),
            accessibility_href: there("/accessibility").then_some("/accessibility"),
        }
    }
}

/// The address of a page with the clocks in it; `clocks` is empty or `as_of=…&known_at=…`.
pub(crate) fn link(path: &str, clocks: &str) -> String {
    match (clocks, path.contains('?')) {
        ("", _) => path.to_owned(),
        (clocks, false) => format!("{path}?{clocks}"),
        (clocks, true) => format!("{path}&{clocks}"),
    }
}

/// The address of this page without some of its values, and with others.
pub(crate) fn with(uri: &Uri, without: &[&str], more: &str) -> String {
    let named = |pair: &&str| without.contains(&pair.split('=').next().unwrap_or_default());
    let kept = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !named(pair));
    let query = kept.chain(Some(more).filter(|more| !more.is_empty())).collect::<Vec<_>>().join("&");
    if query.is_empty() { uri.path().to_owned() } else { format!("{}?{query}", uri.path()) }
}

/// A text as a value in an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_changes_and_the_page_stays() {
        let uri: Uri = "/agreements?q=a%20b&lang=fr&as_of=2025-01-01".parse().unwrap();
        assert_eq!(with(&uri, &["lang"], "lang=kk"), "/agreements?q=a%20b&as_of=2025-01-01&lang=kk");
        assert_eq!(with(&uri, &["lang", "q", "as_of"], ""), "/agreements");
    }

    #[test]
    fn links_keep_the_clocks() {
        assert_eq!(link("/agreements", ""), "/agreements");
        assert_eq!(link("/agreements", "as_of=2025-01-01"), "/agreements?as_of=2025-01-01");
        assert_eq!(link("/agreements?q=x", "as_of=2025-01-01"), "/agreements?q=x&as_of=2025-01-01");
        assert_eq!(encoded("а+b c"), "%D0%B0%2Bb%20c");
    }
}
