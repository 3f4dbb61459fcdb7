//! The frame of every analysts' page: what it shows, the filter, the ways to the others, and the same rows as a file.
//!
//! Deliberately absent: what any one page shows.

use std::ops::Range;

use axum::http::Uri;
use axum::response::Response;
use serde::Serialize;

use super::desk::Desk;
use super::filter::{SECTOR, STATE, Scope, sector_name};
use super::order::{Order, SORT};
use crate::contract::{AS_OF, Asked, KNOWN_AT, LANG, OF_PACKAGE, Param, Place};
use crate::pages::charts::{bars::Bars, steps::Steps, timeline::Timeline};
use crate::pages::downloads::{self, Format, Head};
use crate::pages::look::Look;
use crate::pages::sheet::{Sheet, Shown};
use crate::pages::visitor::Visitor;
use crate::pages::{format, say, shell};
use crate::problem::Problem;
use crate::words::Lang;

/// The file that is wanted instead of the page.
pub(crate) static FORMAT: Param = Param {
    name: "format",
    place: Place::Query,
    required: false,
    about: "The rows of the page as a file.",
    expected: "csv, xlsx",
    schema: crate::contract::text_schema,
};

/// The number of the page of a list.
pub(crate) static PAGE: Param = Param {
    name: "page",
    place: Place::Query,
    required: false,
    about: "The page of a list, from 1.",
    expected: "1 – 100000",
    schema: crate::contract::text_schema,
};

/// Rows of a list on one page.
const ROWS: usize = 50;
/// Things in a list to choose from at most; beyond that a list is no help, and links lead to each.
const CHOICES_MAX: usize = 300;

/// The analysts' pages, in the order of the ways to them: the key of the words, and the path.
const PLACES: &[(&str, &str)] = &[
    ("analysis-nav-promises", "/analysis/promises"),
    ("analysis-nav-parties", "/analysis/by-party"),
    ("analysis-nav-bodies", "/analysis/by-body"),
    ("analysis-nav-sectors", "/analysis/by-sector"),
    ("analysis-nav-packages", "/analysis/by-package"),
    ("analysis-nav-milestones", "/analysis/milestones"),
    ("analysis-nav-burn-up", "/analysis/burn-up"),
    ("analysis-nav-money", "/analysis/money"),
    ("analysis-nav-coverage", "/analysis/coverage"),
    ("analysis-nav-late", "/analysis/late"),
    ("analysis-nav-compare", "/analysis/compare"),
    ("analysis-nav-data", "/data"),
];

/// What a page shows.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) title: String,
    /// What it tells, in a sentence or two.
    pub(crate) lead: String,
    pub(crate) sections: Vec<Section>,
    /// What is sent as a file; its rows stand in one of the sections.
    pub(crate) sheet: Sheet,
    /// How many rows there are on all pages; none where the page is no list.
    pub(crate) rows_of_list: Option<usize>,
    /// How many things its pages go through, where several rows or none tell of each.
    pub(crate) things_of_pages: Option<usize>,
    /// The figures at its head.
    pub(crate) figures: Vec<Headline>,
    /// Fields of the filter that only this page has.
    pub(crate) fields: Vec<Field>,
    /// What its rows can be ordered by.
    pub(crate) orders: &'static [Order],
    /// Whether it shows something, besides promises, that is invented to demonstrate the program.
    pub(crate) demonstration: bool,
}

/// A figure at the head of a page, which is a link to its rows.
#[derive(Debug, Serialize)]
pub(crate) struct Headline {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) href: String,
}

/// A part of a page.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Section {
    /// Its place on the page.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    /// A plain explanation of what the chart and the table show.
    pub(crate) about: String,
    pub(crate) chart: Option<Chart>,
    pub(crate) table: Option<Shown>,
    /// Words instead of a table without rows.
    pub(crate) empty: Option<String>,
    pub(crate) links: Vec<Link>,
}

/// A link with its words.
#[derive(Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) text: String,
    pub(crate) href: String,
}

/// A chart with what is read out in its place.
#[derive(Debug, Serialize)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) about: String,
    /// What its lines, bars and marks mean, by their numbers.
    pub(crate) legend: Vec<String>,
    pub(crate) drawn: Drawn,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Drawn {
    Timeline(Timeline),
    Steps(Steps),
    Bars(Bars),
}

/// Which rows of a list are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Want {
    page: Option<usize>,
    /// The order of a list, where it is not its own.
    pub(crate) order: Option<Order>,
}

impl Want {
    /// Whether all rows are wanted, for a file.
    pub(crate) fn is_file(self) -> bool {
        self.page.is_none()
    }

    /// Which of so many rows are wanted: those of a page, or all for a file.
    pub(crate) fn range(self, rows: usize) -> Range<usize> {
        match self.page {
            Some(page) => {
                let first = (page - 1).saturating_mul(ROWS).min(rows);
                first..(first + ROWS).min(rows)
            }
            None => 0..rows,
        }
    }
}

#[derive(Debug, Serialize)]
struct Frame {
    title: String,
    lead: String,
    when: String,
    demonstration: bool,
    /// The entry after which a script counts new ones; absent in the past, where nothing is new.
    live_after: Option<u64>,
    ways: Vec<Active>,
    /// Absent where the page is about the whole ledger.
    form: Option<Form>,
    figures: Vec<Headline>,
    sections: Vec<Section>,
    files: Vec<Link>,
    files_about: String,
    pages: Option<Pages>,
}

#[derive(Debug, Serialize)]
struct Active {
    key: &'static str,
    href: String,
    active: bool,
}

/// The form that sets the filter, and what is set.
#[derive(Debug, Serialize)]
struct Form {
    action: String,
    hidden: Vec<(String, String)>,
    selects: Vec<Select>,
    /// The orders of the list, its own first; absent where there is no list.
    orders: Option<Select>,
    fields: Vec<Field>,
    set: Vec<Set>,
    all_href: String,
}

#[derive(Debug, Serialize)]
struct Select {
    name: &'static str,
    key: &'static str,
    items: Vec<Choice>,
}

/// A field of the filter that only one page has.
#[derive(Debug, Serialize)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) label: String,
    pub(crate) hint: Option<String>,
    pub(crate) value: String,
}

#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    text: String,
    selected: bool,
}

/// A value of the filter that is set, in words, and the page without it.
#[derive(Debug, Serialize)]
struct Set {
    name: String,
    value: String,
    without_href: String,
}

/// The pages before and after this one.
#[derive(Debug, Serialize)]
struct Pages {
    shown: String,
    previous_href: Option<String>,
    next_href: Option<String>,
}

fn want(asked: &Asked) -> Result<(Want, Option<Format>), Problem> {
    let file = match asked.text(&FORMAT) {
        Some(name) => Some(Format::of(name).ok_or_else(|| FORMAT.bad(name))?),
        None => None,
    };
    let page = asked.number(&PAGE, 1, 100_000)?.max(1);
    Ok((Want { page: file.is_none().then_some(page), order: Order::of(asked)? }, file))
}

/// Answers with a page, or with its rows as a file.
pub(crate) async fn answer(
    visitor: Visitor,
    work: impl FnOnce(&Desk<'_>, &Look<'_>, Want) -> Result<Made, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let scope = Scope::of(&visitor.asked)?;
    let (want, file) = want(&visitor.asked)?;
    let (uri, lang_given) = (visitor.uri.clone(), visitor.asked.text(&LANG).map(str::to_owned));
    let given = [&AS_OF, &KNOWN_AT].map(|param| (param.name, visitor.asked.text(param).map(str::to_owned)));
    let (frame, made, head) = visitor
        .read(move |look| {
            let survey = look.survey()?;
            let desk = Desk::of(&survey, &scope, look.lang, look.clocks);
            let made = work(&desk, look, want)?;
            let words = described(&desk);
            let head = match file {
                Some(_) => Some(head(look, &desk, &made, &words, &uri)?),
                None => None,
            };
            let mut hidden: Vec<(String, String)> =
                given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
            hidden.extend(lang_given.map(|lang| (LANG.name.to_owned(), lang)));
            Ok((
                frame(look, &desk, &words, &uri, hidden, (want, made.rows_of_list.or(made.things_of_pages))),
                made,
                head,
            ))
        })
        .await?;
    if let Some((format, head)) = file.zip(head) {
        return downloads::file(format, &head, &made.sheet);
    }
    let mut form = frame.form;
    if let Some(form) = &mut form {
        // A field that is shown is not sent twice.
        form.hidden.retain(|(name, _)| !made.fields.iter().any(|field| field.name == name));
        form.fields = made.fields;
        form.orders = orders(visitor.lang, made.orders, want.order);
    }
    let files_about = match made.rows_of_list {
        Some(_) => frame.files_about,
        None => visitor.say("analysis-files", &[("table", made.sheet.title.into())]),
    };
    let frame = Frame {
        form,
        files_about,
        demonstration: frame.demonstration || made.demonstration,
        title: made.title,
        lead: made.lead,
        figures: made.figures,
        sections: made.sections,
        ..frame
    };
    visitor.page("pages/analysis.html", &frame)
}

/// The filter in words: what, and which.
fn described(desk: &Desk<'_>) -> Vec<(&'static str, String, String)> {
    let word = |name: &str, value: &str| match name {
        "package" => desk.scope.package.as_ref().map_or_else(|| desk.text("analysis-none"), |id| desk.package(id)),
        "agreement" => desk.scope.agreement.as_ref().map_or_else(String::new, |id| desk.agreement(id)),
        "state" => desk.scope.state.as_ref().map_or_else(String::new, |id| desk.party(id)),
        "body" => desk.scope.body.as_ref().map_or_else(String::new, |id| desk.party(id)),
        "standing" => desk.text(&format!("standing-{value}")),
        "word" => desk.text(&format!("analysis-word-{value}")),
        "milestone" => desk.text(&format!("milestone-{value}")),
        "claim" => desk.text(&format!("analysis-claim-{value}")),
        "delay" | "delay_first" => desk.text(&format!("analysis-delay-{value}")),
        "within" | "planned" => desk.text(&format!("analysis-{value}")),
        "sector" if value == super::filter::NONE => desk.text("analysis-none"),
        _ => value.to_owned(),
    };
    let pairs = desk.scope.pairs().iter();
    pairs.map(|(name, value)| (*name, desk.text(&format!("analysis-filter-{name}")), word(name, value))).collect()
}

fn frame(
    look: &Look<'_>,
    desk: &Desk<'_>,
    words: &[(&'static str, String, String)],
    uri: &Uri,
    mut hidden: Vec<(String, String)>,
    (want, rows): (Want, Option<usize>),
) -> Frame {
    let selects = selects(desk);
    let kept = desk.scope.pairs().iter().filter(|(name, _)| !selects.iter().any(|select| select.name == *name));
    hidden.extend(kept.map(|(name, value)| ((*name).to_owned(), value.clone())));
    let without = |names: &[&str], more: &str| shell::with(uri, &[&["page", FORMAT.name], names].concat(), more);
    let set = words.iter().map(|(name, title, value)| Set {
        name: title.clone(),
        value: value.clone(),
        without_href: without(&[name], ""),
    });
    let names: Vec<&str> = desk.scope.pairs().iter().map(|(name, _)| *name).collect();
    let file = |format: &str| Link {
        text: desk.text(&format!("analysis-file-{format}")),
        href: without(&[], &format!("format={format}")),
    };
    let count = rows.unwrap_or_default();
    let place = |(key, path): &(&'static str, &'static str)| Active {
        key,
        href: match *path {
            "/data" => desk.link(path),
            // Other pages know nothing of milestones one by one.
            path => desk.list(path, &[("milestone", ""), ("claim", ""), ("delay", ""), ("delay_first", "")]),
        },
        active: *path == uri.path(),
    };
    Frame {
        title: String::new(),
        lead: String::new(),
        when: desk.say(
            "analysis-when",
            &[
                ("as_of", format::day(look.when.as_of, look.lang).into()),
                ("position", look.when.known_at.position.into()),
            ],
        ),
        demonstration: desk
            .rows
            .iter()
            .any(|row| row.demonstration || row.milestones.iter().any(|milestone| milestone.demonstration)),
        live_after: desk.clocks.is_empty().then_some(look.when.known_at.position),
        ways: PLACES.iter().map(place).collect(),
        form: (uri.path() != "/").then(|| Form {
            action: uri.path().to_owned(),
            hidden,
            selects,
            orders: None,
            fields: Vec::new(),
            set: set.collect(),
            all_href: without(&names, ""),
        }),
        figures: Vec::new(),
        sections: Vec::new(),
        files: vec![file("csv"), file("xlsx")],
        files_about: match rows {
            Some(count) => desk.say("analysis-files-list", &[("count", count.into())]),
            None => String::new(),
        },
        pages: pages(desk, uri, want, count),
    }
}

/// The ways to the pages before and after; none where everything stands on one.
fn pages(desk: &Desk<'_>, uri: &Uri, want: Want, count: usize) -> Option<Pages> {
    let page = want.page.filter(|_| count > ROWS)?;
    let range = want.range(count);
    let shown = [("first", (range.start + 1).into()), ("last", range.end.into()), ("count", count.into())];
    let to = |page: usize| shell::with(uri, &["page", FORMAT.name], &format!("page={page}"));
    Some(Pages {
        shown: desk.say("analysis-pages", &shown),
        previous_href: (page > 1).then(|| to(page - 1)),
        next_href: (range.end < count).then(|| to(page + 1)),
    })
}

/// What can be chosen: packages, states, sectors.
fn selects(desk: &Desk<'_>) -> Vec<Select> {
    let select = |name: &'static str, key: &'static str, choices: Vec<(String, String)>| {
        let chosen = desk.scope.pairs().iter().find(|(of, _)| *of == name).map(|(_, value)| value.as_str());
        let mut items: Vec<Choice> = choices
            .into_iter()
            .map(|(value, text)| Choice { selected: chosen == Some(value.as_str()), value, text })
            .collect();
        items.sort_by(|one, other| format::order(&one.text, &other.text, desk.lang));
        // One that is set stays, so that sending the form again does not lose it.
        let beyond = items.iter().skip(CHOICES_MAX).position(|choice| choice.selected);
        let kept = beyond.map(|place| items.remove(CHOICES_MAX + place));
        items.truncate(CHOICES_MAX);
        items.extend(kept);
        let named = |choice: &Choice| chosen == Some(choice.value.as_str());
        if let Some(value) = chosen.filter(|_| !items.iter().any(named)) {
            items.push(Choice { value: value.to_owned(), text: value.to_owned(), selected: true });
        }
        Select { name, key, items }
    };
    let packages = desk.survey.packages().keys().map(|id| (id.to_string(), desk.package(id)));
    let states = desk.survey.states().iter().map(|id| (id.to_string(), desk.party(id)));
    let sectors = desk.survey.sectors().iter().map(|sector| (sector_name(sector), sector_name(sector)));
    vec![
        select(OF_PACKAGE.name, "analysis-filter-package", packages.collect()),
        select(STATE.name, "analysis-filter-state", states.collect()),
        select(SECTOR.name, "analysis-filter-sector", sectors.collect()),
    ]
}

/// The orders that a list can be asked for, its own first.
fn orders(lang: Lang, orders: &[Order], chosen: Option<Order>) -> Option<Select> {
    let text = |name: &str| say::text(lang, &format!("analysis-sort-{name}"));
    let own = Choice { value: String::new(), text: text("own"), selected: chosen.is_none() };
    let choice = |order: &Order| Choice {
        value: order.as_str().to_owned(),
        text: text(order.as_str()),
        selected: chosen == Some(*order),
    };
    let items = std::iter::once(own).chain(orders.iter().map(choice)).collect();
    (!orders.is_empty()).then_some(Select { name: SORT.name, key: "analysis-sort", items })
}

/// What a file says of itself.
fn head(
    look: &Look<'_>,
    desk: &Desk<'_>,
    made: &Made,
    words: &[(&'static str, String, String)],
    uri: &Uri,
) -> Result<Head, Problem> {
    let filter: Vec<String> = words.iter().map(|(_, name, value)| format!("{name}: {value}")).collect();
    let parts = desk.scope.pairs().iter().map(|(name, value)| format!("{name}-{value}")).collect();
    head_of(look, &made.sheet, uri, &filter, parts)
}

/// The head of a file: the filter in words, and as parts of the file's name.
pub(crate) fn head_of(
    look: &Look<'_>,
    sheet: &Sheet,
    uri: &Uri,
    filter: &[String],
    parts: Vec<String>,
) -> Result<Head, Problem> {
    let position = look.when.known_at.position;
    let newest = look.app.log().read(position.saturating_sub(1), 1)?;
    let recorded_at = newest.first().map(|entry| entry.decode()).transpose()?.map(|of| of.fact.recorded_at.to_string());
    let filter = if filter.is_empty() { look.text("analysis-file-whole") } else { filter.join("; ") };
    let clocks = format!("as_of={}&known_at={position}", look.when.as_of);
    let ledger = look.app.log().ledger().to_string();
    let line = |key: &str, value: String| (look.text(key), value);
    Ok(Head {
        lines: vec![
            line("analysis-file-ledger", ledger.clone()),
            line("analysis-file-table", sheet.title.clone()),
            line("analysis-file-filter", filter),
            line("analysis-file-as-of", look.when.as_of.to_string()),
            line("analysis-file-known-at", position.to_string()),
            line("analysis-file-recorded-at", recorded_at.unwrap_or_default()),
            line("analysis-file-rows", sheet.rows.len().to_string()),
            line(
                "analysis-file-address",
                shell::with(uri, &["page", "page_token", "as_of", "known_at", "wait_for", "lang"], &clocks),
            ),
        ],
        name_parts: parts
            .into_iter()
            .chain([format!("as-of-{}", look.when.as_of), format!("known-at-{position}")])
            .collect(),
        ledger,
    })
}
