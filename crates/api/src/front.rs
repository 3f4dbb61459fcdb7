//! The pages for people: the front page, the explanation of a problem, and the style sheet. No scripts.
//!
//! Deliberately absent: forms that record; the web interface for officials is to come.

mod format;
mod page;
mod rows;

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use minijinja::value::{Serde, Value};
use minijinja::{Environment, State as Rendering};
use serde::Serialize;
use servanda_events::ids::Position;

use self::page::Rows;
use self::rows::{IndicatorRow, PackageRows};
use crate::app::App;
use crate::contract::{AS_OF, Asked, CODE, Good, KNOWN_AT, LANG, Spec, WAIT_FOR, text_schema};
use crate::edge;
use crate::problem::{Params, Problem};
use crate::reads::Ask;
use crate::when::{When, blocking};
use crate::words::{Lang, Words};

/// Newest entries on the page.
const NEWEST_MAX: usize = 10;

const fn html(path: &'static str, id: &'static str, about: &'static str, good: &'static [Good]) -> Spec {
    Spec { method: "get", path, id, tag: "pages", about, params: &[], records: false, good, problems: &[] }
}

const PAGE: Good = Good { status: 200, about: "The page.", media: "text/html", schema: text_schema };

pub(crate) static FRONT: Spec = Spec {
    params: &[&AS_OF, &KNOWN_AT, &WAIT_FOR, &LANG],
    problems: &[400, 401, 503],
    ..html("/", "getFrontPage", "The front page: packages with their figures, indicators, the newest entries.", &[PAGE])
};
pub(crate) static STYLE: Spec =
    html("/style.css", "getStyle", "The style sheet.", &[Good { media: "text/css", ..PAGE }]);
pub(crate) static PROBLEM: Spec = Spec {
    params: &[&CODE, &LANG],
    problems: &[400, 404],
    ..html("/problems/{code}", "explainProblem", "What a problem means; the `type` of problem details.", &[PAGE])
};

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    for (name, source) in [
        ("front.html", include_str!("../templates/front.html")),
        ("problem.html", include_str!("../templates/problem.html")),
    ] {
        // A template that cannot be read is missing, which every page says and a test finds.
        if let Err(error) = environment.add_template(name, source) {
            tracing::error!(%error, "a template cannot be read");
        }
    }
    environment.add_function("t", |rendering: &Rendering<'_, '_>, key: &str| {
        let lang = rendering.lookup("lang").and_then(|lang| lang.as_str().and_then(Lang::of_tag));
        Words::shared().text(key, lang.unwrap_or_default())
    });
    environment
});

fn rendered(name: &str, page: &impl Serialize) -> Result<String, minijinja::Error> {
    TEMPLATES.get_template(name)?.render(Value::from(Serde(page)))
}

fn page_response(status: StatusCode, lang: Lang, html: String) -> Response {
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

#[derive(Debug, Serialize)]
struct FrontPage {
    lang: &'static str,
    lang_given: bool,
    languages: Vec<Language>,
    ledger: String,
    as_of: String,
    known_at_given: String,
    when: String,
    past: bool,
    today_href: String,
    demonstration: bool,
    empty: bool,
    packages: Vec<PackageRows>,
    indicators: Vec<IndicatorRow>,
    newest: Vec<EntryRow>,
}

#[derive(Debug, Serialize)]
struct Language {
    tag: &'static str,
    name: &'static str,
    href: String,
}

#[derive(Debug, Serialize)]
struct EntryRow {
    position: Position,
    recorded_at: String,
    recorded: String,
    what: String,
    about: String,
    reported_by: Option<String>,
    warnings: Vec<String>,
    demonstration: bool,
    href: String,
}

/// The language asked for in the address, else the browser's.
fn language(asked: &Asked, headers: &HeaderMap) -> Result<Lang, Problem> {
    match asked.text(&LANG) {
        Some(tag) => Lang::of_tag(tag).ok_or_else(|| LANG.bad(tag)),
        None => Ok(edge::lang(headers)),
    }
}

pub(crate) async fn front(ask: Ask) -> Result<Response, Problem> {
    let asked = FRONT.asked(&ask.uri)?.without_empty();
    let lang = language(&asked, &ask.headers)?;
    let when = When::of(&ask.app, &asked).await?;
    let html = blocking(&ask.app, move |app| {
        let page = front_page(app, &asked, &when, lang)?;
        rendered("front.html", &page).map_err(|error| Problem::internal(format!("{error:#}")))
    })
    .await?;
    Ok(page_response(StatusCode::OK, lang, html))
}

fn front_page(app: &App, asked: &Asked, when: &When, lang: Lang) -> Result<FrontPage, Problem> {
    let position = when.known_at.position;
    let clocks = format!("as_of={}&known_at={position}", when.as_of);
    let words = app.words();
    let (packages, indicators, newest) = app.read().at(when.at(), |reader| {
        let rows = Rows { reader, words, lang, clocks: &clocks };
        Ok((rows.packages()?, rows.indicators()?, newest(app, &rows, position)))
    })?;
    let newest = newest?;
    let past = asked.text(&AS_OF).is_some() || asked.text(&KNOWN_AT).is_some();
    let kept: String = asked.pairs_except(&[&LANG, &WAIT_FOR]).iter().fold(String::new(), |kept, (name, value)| {
        // The values were read as dates, positions or moments, of which only `+` and `:` need care in an address.
        format!("{kept}&{name}={}", value.replace('+', "%2B").replace(':', "%3A"))
    });
    let language =
        |lang: Lang| Language { tag: lang.tag(), name: lang.own_name(), href: format!("/?lang={}{kept}", lang.tag()) };
    let params = Params::from([("as_of".into(), when.as_of.to_string()), ("position".into(), position.to_string())]);
    let lang_given = asked.text(&LANG).is_some();
    let invented = |package: &PackageRows| package.demonstration || package.commitments.iter().any(|c| c.demonstration);
    Ok(FrontPage {
        lang: lang.tag(),
        lang_given,
        languages: Lang::ALL.into_iter().map(language).collect(),
        ledger: app.log().ledger().to_string(),
        as_of: when.as_of.to_string(),
        known_at_given: asked.text(&KNOWN_AT).unwrap_or_default().to_owned(),
        when: words.sentence("page-when", &params, lang),
        past,
        today_href: if lang_given { format!("/?lang={}", lang.tag()) } else { "/".to_owned() },
        demonstration: packages.iter().any(invented)
            || indicators.iter().any(|row| row.demonstration)
            || newest.iter().any(|row| row.demonstration),
        empty: packages.is_empty() && indicators.is_empty(),
        packages,
        indicators,
        newest,
    })
}

/// The last entries up to a position, the newest first.
fn newest(app: &App, rows: &Rows<'_>, position: Position) -> Result<Vec<EntryRow>, Problem> {
    let after = position.saturating_sub(NEWEST_MAX as u64);
    let entries = app.log().read(after, usize::try_from(position - after).unwrap_or(NEWEST_MAX))?;
    let mut shown = Vec::new();
    for entry in entries.iter().rev() {
        let recorded = entry.decode()?;
        let fact = &recorded.fact;
        let at = fact.recorded_at.to_string();
        shown.push(EntryRow {
            position: fact.position,
            recorded: at.get(..16).unwrap_or(&at).replace('T', " "),
            recorded_at: at,
            what: rows.words.text(&format!("event-{}", fact.event.type_name()), rows.lang),
            about: recorded.stream.key().to_owned(),
            reported_by: fact.reported_by.as_ref().map(|party| rows.party(party)).transpose()?,
            warnings: fact.flags.iter().map(|flag| rows.words.flag(flag.code, rows.lang)).collect(),
            demonstration: fact.demonstration,
            href: format!("/api/v1/entries/{}", fact.position),
        });
    }
    Ok(shown)
}

#[derive(Debug, Serialize)]
struct ProblemPage {
    lang: &'static str,
    title: String,
    sentences: Vec<String>,
    code: String,
    trace_id: String,
}

/// A problem as a page, for a person with a browser.
pub(crate) fn problem_page(problem: &Problem, words: &Words, lang: Lang, trace_id: &str) -> Option<Response> {
    let status = problem.status();
    let page = ProblemPage {
        lang: lang.tag(),
        title: words.text(&format!("title-{}", status.as_u16()), lang),
        sentences: vec![problem.detail(words, lang)],
        code: problem.code().to_owned(),
        trace_id: trace_id.to_owned(),
    };
    rendered("problem.html", &page).ok().map(|html| page_response(status, lang, html))
}

/// Explains a code: its sentence, with the names of its values in place of the values.
pub(crate) async fn problem(
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = PROBLEM.asked(&uri)?;
    let lang = language(&asked, &headers)?;
    let words = app.words();
    let is_code = code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !is_code || !words.knows(&code) {
        return Err(Problem::new(StatusCode::NOT_FOUND, "route_unknown").with("path", &uri.path()));
    }
    let page = ProblemPage {
        lang: lang.tag(),
        title: words.text("page-problem", lang),
        sentences: vec![words.outline(&code, lang)],
        code,
        trace_id: String::new(),
    };
    let html = rendered("problem.html", &page).map_err(|error| Problem::internal(format!("{error:#}")))?;
    Ok(page_response(StatusCode::OK, lang, html))
}

pub(crate) async fn style() -> Response {
    let mut response = include_str!("../templates/style.css").into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}
