//! The newest entries as a feed (RFC 4287), for whoever wants to be told of them by another program.
//!
//! Deliberately absent: the feed of every entry without a gap, which is `/api/v1/feed`.

use atom_syndication::{Category, Content, Entry, Feed, FixedDateTime, Link, Person, Text};
use servanda_events::dates::Instant;

/// An entry of the feed.
#[derive(Debug, Clone)]
pub(crate) struct FeedEntry {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) about: String,
    /// The party that reported it.
    pub(crate) author: String,
    /// The type of the event.
    pub(crate) kind: String,
    pub(crate) recorded_at: Instant,
    pub(crate) url: String,
}

/// The feed; `made_at` stands where there is no entry yet.
pub(crate) fn feed(
    id: &str,
    title: &str,
    lang: &str,
    own_url: &str,
    entries: &[FeedEntry],
    made_at: Instant,
) -> String {
    let newest = entries.iter().map(|entry| entry.recorded_at).max().unwrap_or(made_at);
    let entry = |of: &FeedEntry| Entry {
        id: of.id.clone(),
        title: Text::plain(of.title.clone()),
        updated: time(of.recorded_at),
        published: Some(time(of.recorded_at)),
        authors: vec![Person { name: of.author.clone(), ..Person::default() }],
        categories: vec![Category { term: of.kind.clone(), ..Category::default() }],
        links: vec![link("alternate", &of.url)],
        content: Some(Content {
            value: Some(of.about.clone()),
            content_type: Some("text".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    };
    let feed = Feed {
        id: id.to_owned(),
        title: Text::plain(title),
        lang: Some(lang.to_owned()),
        updated: time(newest),
        links: vec![link("self", own_url)],
        entries: entries.iter().map(entry).collect(),
        ..Feed::default()
    };
    feed.to_string()
}

fn link(rel: &str, href: &str) -> Link {
    Link { rel: rel.to_owned(), href: href.to_owned(), ..Link::default() }
}

fn time(at: Instant) -> FixedDateTime {
    at.to_string().parse().unwrap_or_default()
}
