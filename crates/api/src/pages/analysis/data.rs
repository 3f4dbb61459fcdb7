//! The data page: what each figure is, the same rows as files, how the figures are made, under what terms.
//!
//! Deliberately absent: the files themselves; each is the page of its rows, asked for as a file.

use axum::response::Response;
use serde::Serialize;

use super::dictionary::{COUNTS, Defined, OF_ONE, OF_SEVERAL};
use super::page::Link;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

#[derive(Debug, Serialize)]
struct Data {
    files: Vec<Rows>,
    feeds: Vec<Link>,
    parts: Vec<Part>,
}

/// The rows of a page as files.
#[derive(Debug, Serialize)]
struct Rows {
    text: String,
    href: String,
    csv_href: String,
    xlsx_href: String,
}

#[derive(Debug, Serialize)]
struct Part {
    title: String,
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    id: &'static str,
    name: String,
    definition: String,
    formulas: &'static [&'static str],
}

/// The pages whose rows are files: the key of the words, and the path.
const FILES: &[(&str, &str)] = &[
    ("analysis-nav-promises", "/analysis/promises"),
    ("analysis-nav-milestones", "/analysis/milestones"),
    ("analysis-nav-parties", "/analysis/by-party"),
    ("analysis-nav-bodies", "/analysis/by-body"),
    ("analysis-nav-sectors", "/analysis/by-sector"),
    ("analysis-nav-packages", "/analysis/by-package"),
    ("analysis-nav-burn-up", "/analysis/burn-up"),
    ("analysis-nav-money", "/analysis/money"),
    ("analysis-nav-coverage", "/analysis/coverage"),
    ("analysis-nav-late", "/analysis/late"),
    ("analysis-nav-compare", "/analysis/compare"),
];

pub(crate) async fn data(visitor: Visitor) -> Result<Response, Problem> {
    let say = |key: &str| visitor.say(key, &[]);
    let rows = |(key, path): &(&str, &str)| Rows {
        text: say(key),
        href: visitor.link(path),
        csv_href: visitor.link(&format!("{path}?format=csv")),
        xlsx_href: visitor.link(&format!("{path}?format=xlsx")),
    };
    let part = |key: &str, all: &'static [Defined]| Part {
        title: say(key),
        entries: all
            .iter()
            .map(|of| Entry {
                id: of.name,
                name: say(&format!("dictionary-{}", of.name)),
                definition: say(&format!("dictionary-{}-is", of.name)),
                formulas: of.formulas,
            })
            .collect(),
    };
    let feed = |key: &str, href: &str| Link { text: say(key), href: href.to_owned() };
    let page = Data {
        files: FILES.iter().map(rows).collect(),
        feeds: vec![
            feed("analysis-deadlines-ics", "/deadlines.ics"),
            feed("analysis-entries-atom", "/entries.atom"),
            feed("analysis-entries-json", "/api/v1/entries"),
        ],
        parts: vec![
            part("dictionary-counts", COUNTS),
            part("dictionary-of-one", OF_ONE),
            part("dictionary-of-several", OF_SEVERAL),
        ],
    };
    visitor.page("pages/data.html", &page)
}
