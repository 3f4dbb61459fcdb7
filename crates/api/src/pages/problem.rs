//! Problems as pages: what a person with a browser sees in place of problem details, and what each code means.
//!
//! Deliberately absent: what a form shows when it is refused; that is the form itself, with what was typed.

use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde::Serialize;

use super::routes::{Row, Who};
use super::shell::Shell;
use super::visitor::{Visitor, html};
use crate::app::App;
use crate::problem::Problem;
use crate::words::{Lang, Words};

pub(super) static PROBLEM: Row = Row::plain("get", "/problems/{code}", "problem", Who::Anyone, &[]);

#[derive(Debug, Serialize)]
struct ProblemPage {
    title: String,
    sentence: String,
    code: String,
    trace_id: String,
}

/// A problem as a page.
pub(crate) fn page(app: &App, problem: &Problem, lang: Lang, uri: &Uri, trace_id: &str) -> Option<Response> {
    let (status, words) = (problem.status(), Words::shared());
    let page = ProblemPage {
        title: words.text(&format!("title-{}", status.as_u16()), lang),
        sentence: problem.detail(words, lang),
        code: problem.code().to_owned(),
        trace_id: trace_id.to_owned(),
    };
    let shell = Shell::of(app.log().ledger().to_string(), lang, uri, "");
    let mut response = html(status, lang, "pages/problem.html", &page, &shell, String::new()).ok()?;
    problem.add_headers(response.headers_mut());
    Some(response)
}

/// Explains a code: its sentence, with the names of its values in place of the values.
pub(super) async fn explained(Path(code): Path<String>, visitor: Visitor) -> Result<Response, Problem> {
    let words = Words::shared();
    let is_code = code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !is_code || !words.knows(&code) {
        return Err(Problem::new(StatusCode::NOT_FOUND, "route_unknown").with("path", &visitor.uri.path()));
    }
    let page = ProblemPage {
        title: visitor.say("page-problem", &[]),
        sentence: words.outline(&code, visitor.lang),
        code,
        trace_id: String::new(),
    };
    visitor.page("pages/problem.html", &page)
}
