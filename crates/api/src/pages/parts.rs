//! What most pages are made of, as plain data: tables, summaries, sections. The templates `pages/list.html` and
//! `pages/thing.html` show them.
//!
//! Deliberately absent: HTML, and reading; each page fills these with texts in the visitor's language.

use serde::Serialize;

/// A text with what goes with it: a cell of a table, or a value of a summary.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Cell {
    pub(crate) text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) href: Option<String>,
    /// The language of the text, where it is not the page's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lang: Option<String>,
    /// Colour of the tag that it is shown as; the word says all, the colour repeats it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tag: Option<&'static str>,
    /// A smaller line below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    pub(crate) numeric: bool,
    /// Letters and digits that nobody reads as a word.
    pub(crate) code: bool,
    /// Whether it is invented, and marked so.
    pub(crate) demonstration: bool,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..Self::text(text) }
    }

    pub(crate) fn number(text: impl Into<String>) -> Self {
        Self { numeric: true, ..Self::text(text) }
    }

    pub(crate) fn code(text: impl Into<String>) -> Self {
        Self { code: true, ..Self::text(text) }
    }

    pub(crate) fn tag(text: impl Into<String>, colour: &'static str) -> Self {
        Self { tag: Some(colour), ..Self::text(text) }
    }

    /// A text, or a dash where there is none.
    pub(crate) fn or_dash(text: Option<String>) -> Self {
        Self::text(text.unwrap_or_else(|| "–".to_owned()))
    }

    pub(crate) fn noted(mut self, note: Option<String>) -> Self {
        self.note = note;
        self
    }

    pub(crate) fn marked(mut self, demonstration: bool) -> Self {
        self.demonstration = demonstration;
        self
    }
}

/// The head of a column.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Head {
    pub(crate) text: String,
    pub(crate) numeric: bool,
}

/// A table whose first column names its rows.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Table {
    /// What it shows; also the name of the part that scrolls.
    pub(crate) label: String,
    pub(crate) head: Vec<Head>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table with its column heads; those that begin with `#` are of numbers.
    pub(crate) fn new(label: String, heads: &[String], rows: Vec<Vec<Cell>>) -> Self {
        let head = |head: &String| match head.strip_prefix('#') {
            Some(text) => Head { text: text.to_owned(), numeric: true },
            None => Head { text: head.clone(), numeric: false },
        };
        Self { label, head: heads.iter().map(head).collect(), rows }
    }
}

/// A line of a summary.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    pub(crate) key: String,
    pub(crate) values: Vec<Cell>,
}

impl Line {
    pub(crate) fn new(key: String, values: Vec<Cell>) -> Self {
        Self { key, values }
    }
}

/// A section of a page.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Section {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) sentences: Vec<String>,
    pub(crate) lines: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) table: Option<Table>,
    /// Exact bytes, shown as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verbatim: Option<String>,
    pub(crate) links: Vec<Cell>,
}

impl Section {
    pub(crate) fn new(id: &str, title: String) -> Self {
        Self { id: id.to_owned(), title, ..Self::default() }
    }
}

/// A page about one thing.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Thing {
    pub(crate) title: String,
    /// What sort of thing it is, above the title.
    pub(crate) kind: String,
    pub(crate) back: Option<Cell>,
    pub(crate) status: Option<Cell>,
    pub(crate) sentences: Vec<String>,
    pub(crate) sections: Vec<Section>,
    /// Whether any of it is invented.
    pub(crate) demonstration: bool,
}

/// A choice of a filter.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) chosen: bool,
}

/// A filter that takes any number of values.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Choices {
    pub(crate) name: &'static str,
    pub(crate) legend: String,
    pub(crate) items: Vec<Choice>,
}

/// A filter that takes one thing, chosen by its name.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Chooser {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) items: Vec<Choice>,
    /// That there are more than are offered, if so.
    pub(crate) cut: Option<String>,
}

/// A field of a filter, or a value that the filter keeps.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) value: String,
}

impl Listing {
    /// The list with things to choose by their names; the form is sent to `action`.
    pub(crate) fn choosing(mut self, choosers: Vec<Chooser>, action: &str) -> Self {
        self.choosers = choosers;
        self.action = Some(action.to_owned());
        self
    }

    /// The list with its table, and the banner where any of it is invented.
    pub(crate) fn showing(mut self, title: String, table: Table) -> Self {
        self.title = title;
        self.demonstration = table.rows.iter().flatten().any(|cell| cell.demonstration);
        self.table = Some(table);
        self
    }
}

/// A page with a list.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Listing {
    /// The name of the list with how many there are.
    pub(crate) title: String,
    pub(crate) sentences: Vec<String>,
    /// Where the filter is sent; none where there is nothing to filter by.
    pub(crate) action: Option<String>,
    pub(crate) fields: Vec<Field>,
    pub(crate) choosers: Vec<Chooser>,
    pub(crate) choices: Vec<Choices>,
    /// What the filter does not ask and has to keep.
    pub(crate) kept: Vec<Field>,
    pub(crate) table: Option<Table>,
    /// What is said where there is nothing.
    pub(crate) empty: String,
    pub(crate) first_href: Option<String>,
    pub(crate) next_href: Option<String>,
    /// All rows as files, with a sentence about them.
    pub(crate) files_about: String,
    pub(crate) files: Vec<Cell>,
    pub(crate) demonstration: bool,
}
