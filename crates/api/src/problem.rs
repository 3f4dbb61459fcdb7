//! What went wrong, as RFC 9457 problem details: the one way in which this interface says no.
//!
//! A handler gives a [`Problem`], which is data; its words are put in at the edge, where the caller's language and the
//! number of the request are known. What is wrong inside is traced once, there, and never shown.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use servanda_events::ids::ActorId;

use crate::words::{Lang, Words};

mod causes;

/// The values of a sentence.
pub type Params = BTreeMap<String, String>;

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not carried out.
#[derive(Debug, Clone)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    code: Cow<'static, str>,
    params: Params,
    pointer: Option<Cow<'static, str>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// What really happened, for the traces only.
    cause: Option<String>,
    /// Who was refused, for the audit list only.
    by: Option<ActorId>,
}

/// A problem as it is sent.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemView {
    /// Where this kind of problem is explained, relative to the server.
    r#type: String,
    /// What sort of problem it is, in the caller's language.
    title: String,
    /// The HTTP status.
    status: u16,
    /// Stable code of the problem.
    code: String,
    /// What is wrong and what to do next, in the caller's language.
    detail: String,
    /// The values that stand in `detail`.
    #[serde(skip_serializing_if = "Params::is_empty")]
    params: Params,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldView>,
    /// The number of the request, as in the header `x-request-id`.
    trace_id: String,
}

/// A field at fault.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "FieldProblem")]
struct FieldView {
    /// JSON Pointer into the command.
    pointer: String,
    /// Stable code of what is wrong with it.
    code: String,
    /// What is wrong with it, in the caller's language.
    detail: String,
}

impl Problem {
    /// A problem with a stable code, without values.
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>) -> Self {
        let code = code.into();
        let parts =
            Parts { status, code, params: Params::new(), pointer: None, headers: Vec::new(), cause: None, by: None };
        Self(Box::new(parts))
    }

    /// The same problem with one more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &impl ToString) -> Self {
        self.0.params.insert(name.to_owned(), value.to_string().chars().take(ECHO_CHARS_MAX).collect());
        self
    }

    /// The same problem at a field of the command.
    #[must_use]
    pub(crate) fn at(mut self, pointer: impl Into<Cow<'static, str>>) -> Self {
        self.0.pointer = Some(pointer.into());
        self
    }

    /// The same problem with one more header.
    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The same problem, with who was refused.
    #[must_use]
    pub(crate) fn by(mut self, actor: &ActorId) -> Self {
        self.0.by = Some(actor.clone());
        self
    }

    /// Who was refused, where that is known.
    pub(crate) fn refused_to(&self) -> Option<&ActorId> {
        self.0.by.as_ref()
    }

    /// Whether it stands for an attempt that was refused for want of the right to it.
    pub(crate) fn is_refusal_of_right(&self) -> bool {
        matches!(self.0.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
    }

    /// A fault of ours; `cause` goes to the traces.
    #[expect(clippy::needless_pass_by_value, reason = "stands in `map_err` with errors of any kind")]
    pub(crate) fn internal(cause: impl ToString) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal").because(&cause)
    }

    /// The same problem, with what the traces should say about it.
    #[must_use]
    pub(crate) fn because(mut self, cause: &impl ToString) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// Something that passes: worth asking again in a moment.
    pub(crate) fn passing(status: StatusCode, code: &'static str) -> Self {
        Self::new(status, code).header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The values of its sentence.
    pub(crate) fn params(&self) -> &Params {
        &self.0.params
    }

    /// JSON Pointer of the field at fault, where one is.
    pub fn pointer(&self) -> Option<&str> {
        self.0.pointer.as_deref()
    }

    /// What is wrong and what to do next.
    pub fn detail(&self, words: &Words, lang: Lang) -> String {
        words.sentence(&self.0.code, &self.0.params, lang)
    }

    /// The problem with its words.
    pub(crate) fn view(&self, words: &Words, lang: Lang, trace_id: &str) -> ProblemView {
        let detail = self.detail(words, lang);
        let at = |pointer: &Cow<'static, str>| FieldView {
            pointer: pointer.to_string(),
            code: self.0.code.to_string(),
            detail: detail.clone(),
        };
        ProblemView {
            r#type: format!("/problems/{}", self.0.code),
            title: words.text(&format!("title-{}", self.0.status.as_u16()), lang),
            status: self.0.status.as_u16(),
            code: self.0.code.to_string(),
            errors: self.0.pointer.iter().map(at).collect(),
            params: self.0.params.clone(),
            detail,
            trace_id: trace_id.to_owned(),
        }
    }

    /// Traces what the caller is not told.
    pub(crate) fn trace(&self, trace_id: &str) {
        if let Some(cause) = &self.0.cause {
            if self.0.status.is_server_error() {
                tracing::error!(trace_id, code = %self.0.code, cause, "a request failed");
            } else {
                tracing::debug!(trace_id, code = %self.0.code, cause, "a request was refused");
            }
        }
    }

    /// The answer with its words.
    pub(crate) fn response(&self, words: &Words, lang: Lang, trace_id: &str) -> Response {
        let mut response = self.0.status.into_response();
        // Whoever is led elsewhere reads what is there.
        if !self.0.status.is_redirection() {
            let body = serde_json::to_vec(&self.view(words, lang, trace_id)).unwrap_or_default();
            response = (self.0.status, body).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
            headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
        }
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.add_headers(headers);
        response
    }

    /// The headers that belong to the problem, such as how soon it is worth asking again.
    pub(crate) fn add_headers(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.0.headers {
            headers.insert(name.clone(), value.clone());
        }
    }
}

/// Longest piece of the sender's input that a problem repeats, in characters.
const ECHO_CHARS_MAX: usize = 200;

/// Leaves the words to the edge, which finds the problem among the response's extensions.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
