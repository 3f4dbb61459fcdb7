//! What went wrong, as RFC 9457 problem details: the one way in which this interface says no.
//!
//! A handler gives a [`Problem`], which is data; its words are put in at the edge, where the caller's language and the
//! number of the request are known. What is wrong inside is traced once, there, and never shown.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use servanda_events::Refusal;
use servanda_events::field_error::FieldError;
use servanda_events::request::{FieldProblem, ParseError};
use servanda_log::{LogError, TransactError};

use crate::words::{Lang, Words};

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
        let parts = Parts { status, code, params: Params::new(), pointer: None, headers: Vec::new(), cause: None };
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

    fn refused(status: StatusCode, (code, params): (String, Params)) -> Self {
        let mut problem = Self::new(status, code);
        problem.0.params = params;
        problem
    }

    fn field(error: &FieldError, pointer: Option<String>, status: StatusCode) -> Self {
        let mut problem = Self::refused(status, (error.code.clone(), error.params.clone()));
        problem.0.pointer = pointer.map(Cow::Owned);
        problem
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.0.code
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
        let body = serde_json::to_vec(&self.view(words, lang, trace_id)).unwrap_or_default();
        let mut response = (self.0.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in &self.0.headers {
            headers.insert(name.clone(), value.clone());
        }
        response
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

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match (&refusal, refusal.pointer()) {
            (Refusal::RevisionDiffers { .. }, _) => StatusCode::PRECONDITION_FAILED,
            (_, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            (_, None) => StatusCode::CONFLICT,
        };
        let mut problem = Self::refused(status, refusal.code_and_params());
        problem.0.pointer = refusal.pointer().map(Cow::Borrowed);
        if let Refusal::RevisionDiffers { found, .. } = refusal
            && let Ok(tag) = HeaderValue::from_str(&format!("\"{found}\""))
        {
            return problem.header(header::ETAG, tag);
        }
        problem
    }
}

impl From<FieldProblem> for Problem {
    fn from(problem: FieldProblem) -> Self {
        Self::field(&problem.error, Some(problem.pointer), StatusCode::UNPROCESSABLE_ENTITY)
    }
}

impl From<ParseError> for Problem {
    fn from(error: ParseError) -> Self {
        match error {
            ParseError::Unreadable(error) if error.code == "command_too_large" => {
                Self::field(&error, None, StatusCode::PAYLOAD_TOO_LARGE)
            }
            ParseError::Unreadable(error) => Self::field(&error, None, StatusCode::BAD_REQUEST),
            ParseError::Invalid(problem) => problem.into(),
        }
    }
}

impl From<TransactError> for Problem {
    fn from(error: TransactError) -> Self {
        match error {
            TransactError::Refused(refusal) => refusal.into(),
            TransactError::Invalid(problem) => problem.into(),
            TransactError::CommandIdReused { command_id } => {
                Self::new(StatusCode::CONFLICT, "command_id_reused").with("command_id", &command_id)
            }
            TransactError::TooLarge { bytes } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "entry_too_large").with("bytes", &bytes)
            }
            TransactError::Log(error) => error.into(),
        }
    }
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        match &error {
            LogError::Busy => Self::passing(unavailable, "busy"),
            LogError::Closed => Self::passing(unavailable, "shutting_down"),
            LogError::Full => Self::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full").because(&error),
            LogError::ReadOnly { .. } => Self::new(unavailable, "read_only").because(&error),
            LogError::InUse { .. } => Self::new(unavailable, "ledger_in_use").because(&error),
            LogError::Io { .. } => Self::passing(unavailable, "log_unavailable").because(&error),
            LogError::NewerEntry { .. } | LogError::NewerVersion { .. } => {
                Self::new(unavailable, "newer_version").because(&error)
            }
            LogError::Corrupt { .. } | LogError::Damaged { .. } => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "log_damaged").because(&error)
            }
            LogError::WrongLedger { .. } | LogError::Misfit { .. } | LogError::Unfit { .. } => Self::internal(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem_of(error: TransactError) -> (u16, String) {
        let problem = Problem::from(error);
        assert!(Words::new().knows(problem.code()), "{} has no sentence", problem.code());
        (problem.status().as_u16(), problem.code().to_owned())
    }

    #[test]
    fn each_kind_of_refusal_has_its_status() {
        let refused = |refusal| problem_of(TransactError::Refused(refusal));
        assert_eq!(refused(Refusal::RevisionDiffers { expected: 1, found: 2 }), (412, "revision_differs".into()));
        assert_eq!(refused(Refusal::NoObligor), (422, "no_obligor".into()));
        assert_eq!(refused(Refusal::AlreadyLinked), (409, "already_linked".into()));
    }

    #[test]
    fn each_failure_of_the_log_has_a_status_a_sentence_and_no_detail() {
        let path = std::path::PathBuf::from("/secret/place");
        let detail = "inner detail".to_owned();
        let cases = [
            (LogError::Busy, 503),
            (LogError::Closed, 503),
            (LogError::InUse { path: path.clone() }, 503),
            (LogError::ReadOnly { path }, 503),
            (LogError::Full, 507),
            (LogError::Io { detail: detail.clone() }, 503),
            (LogError::Corrupt { position: 1, detail: detail.clone() }, 500),
            (LogError::Damaged { detail: detail.clone() }, 500),
            (LogError::NewerEntry { position: 1, detail: detail.clone() }, 503),
            (LogError::NewerVersion { found: 2, known: 1 }, 503),
            (LogError::Misfit { position: 1, detail: detail.clone() }, 500),
            (LogError::Unfit { detail }, 500),
        ];
        let words = Words::new();
        for (error, status) in cases {
            assert_eq!(problem_of(TransactError::Log(error.clone())).0, status, "{error}");
            let view = serde_json::to_string(&Problem::from(error).view(&words, Lang::En, "r-1")).unwrap();
            assert!(!view.contains("secret") && !view.contains("inner detail"), "{view}");
        }
    }

    #[test]
    fn a_problem_at_a_field_names_it() {
        let error = FieldError::new("unknown_currency").with("value", "XXZ");
        let problem = Problem::from(FieldProblem { pointer: "/data/amount/currency".into(), error });
        let view = serde_json::to_value(problem.view(&Words::new(), Lang::En, "r-1")).unwrap();
        assert_eq!(view["status"], 422);
        assert_eq!(view["errors"][0]["pointer"], "/data/amount/currency");
        assert_eq!(view["type"], "/problems/unknown_currency");
        assert!(view["detail"].as_str().unwrap().starts_with("“XXZ” is not a currency code."));
    }
}
