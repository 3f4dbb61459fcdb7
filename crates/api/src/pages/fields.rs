//! The fields of a form as a browser sends them, and a form that was refused.
//!
//! Deliberately absent: files, which no form of these pages takes; what the fields mean.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::Serialize;

use super::visitor::Visitor;
use crate::app::App;
use crate::problem::Problem;

/// Most bytes of a form.
const FORM_BYTES_MAX: usize = 64 * 1024;
/// Most fields of a form.
const FIELDS_MAX: usize = 100;

/// The fields of a form, by name; of a name that comes twice the last.
#[derive(Debug, Default)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl FromRequest<App> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let bytes: Bytes = axum::body::to_bytes(request.into_body(), FORM_BYTES_MAX).await.map_err(|_| too_large())?;
        Self::of(&bytes)
    }
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large").with("limit", &FORM_BYTES_MAX)
}

impl Fields {
    fn of(bytes: &[u8]) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().take(FIELDS_MAX + 1).collect();
        if pairs.len() > FIELDS_MAX { Err(too_large()) } else { Ok(Self(pairs.into_iter().collect())) }
    }

    /// The text of a field; empty where it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// What a form shows of itself: what was typed, and what is wrong with it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Filled {
    /// What was typed, by field.
    pub(crate) values: BTreeMap<&'static str, String>,
    /// What is wrong, in the order of the page.
    pub(crate) errors: Vec<ErrorRow>,
    /// What is wrong, by field.
    pub(crate) error_of: BTreeMap<String, String>,
}

/// A line of the list of errors.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorRow {
    pub(crate) href: String,
    pub(crate) text: String,
}

impl Filled {
    /// A form with these values.
    pub(crate) fn with<const N: usize>(values: [(&'static str, &str); N]) -> Self {
        Self { values: values.map(|(name, text)| (name, text.to_owned())).into(), ..Self::default() }
    }

    /// The form as it was typed, with what is wrong at the field that the problem names, or at the first one. A fault
    /// of ours is no matter of the form.
    pub(crate) fn refused(mut self, visitor: &Visitor, problem: Problem, first: &str) -> Result<Self, Problem> {
        if problem.status().is_server_error() && problem.code() != "sign_in_busy" {
            return Err(problem);
        }
        let field = problem.pointer().and_then(|pointer| pointer.strip_prefix('/')).unwrap_or(first).to_owned();
        let text = problem.detail(visitor.app.words(), visitor.lang);
        self.errors.push(ErrorRow { href: format!("#{field}"), text: text.clone() });
        self.error_of.insert(field, text);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_write_them_and_within_limits() {
        let fields = Fields::of("name=a%2Db&text=%D2%9B+%26&name=last".as_bytes()).unwrap();
        assert_eq!((fields.text("name"), fields.text("text"), fields.text("none")), ("last", "қ &", ""));
        let many = (0..=FIELDS_MAX).map(|n| format!("f{n}=x")).collect::<Vec<_>>().join("&");
        assert_eq!(Fields::of(many.as_bytes()).unwrap_err().code(), "body_too_large");
    }
}
