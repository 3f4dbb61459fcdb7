//! What every request passes: its number, its time limit, its traces and counts, the words of its problem, the headers
//! that protect a browser. A panic behind it is answered like any other fault of ours.
//!
//! Deliberately absent: anything that knows what a request is about.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::csrf::ProtectionError;

use crate::app::App;
use crate::meter::{self, Stopwatch};
use crate::pages;
use crate::problem::Problem;
use crate::routes;
use crate::words::Lang;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request number of a caller that is taken over, in bytes.
const REQUEST_ID_BYTES_MAX: usize = 64;

/// The number of a request.
#[derive(Debug, Clone)]
struct TraceId(String);

/// Headers of every answer: nothing from elsewhere, nothing inline, no frames, no guessing of types.
const PROTECTION: [(HeaderName, HeaderValue); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// The caller's language.
pub(crate) fn lang(headers: &HeaderMap) -> Lang {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    header.map_or(Lang::default(), Lang::negotiate)
}

/// The number of the request, for problems that are part of an answer.
pub(crate) fn trace_id(extensions: &Extensions) -> String {
    extensions.get::<TraceId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// Whether a person's browser asks, for whom a problem is a page.
fn is_browser(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("text/html")
}

/// The caller's own number, if it is harmless.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(REQUEST_ID)?.to_str().ok()?;
    let harmless = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let good = (1..=REQUEST_ID_BYTES_MAX).contains(&text.len()) && text.bytes().all(harmless);
    good.then(|| text.to_owned())
}

pub(crate) async fn edge(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let trace_id = given_id(request.headers()).unwrap_or_else(|| app.next_request_id());
    let method = request.method().clone();
    let uri = request.uri().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let programs = lang(request.headers());
    let persons = is_browser(request.headers()).then(|| pages::visitor::language(&uri, request.headers()));
    request.extensions_mut().insert(TraceId(trace_id.clone()));

    let route = route.as_ref().map_or("unknown", MatchedPath::as_str);
    let answered = caught(next.run(request));
    let mut response = match tokio::time::timeout(app.settings().request_max, answered).await {
        Ok(response) => response,
        Err(_) => Problem::passing(StatusCode::SERVICE_UNAVAILABLE, "timeout").into_response(),
    };
    if let Some(problem) = problem_of(&mut response, &method, &uri, route) {
        problem.trace(&trace_id);
        let page = persons.and_then(|lang| pages::problem::page(&app, &problem, lang, &uri, &trace_id));
        response = page.unwrap_or_else(|| problem.response(app.words(), programs, &trace_id));
    }
    let headers = response.headers_mut();
    for (name, value) in PROTECTION {
        headers.insert(name, value);
    }
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        headers.insert(REQUEST_ID, value);
    }
    let took = watch.took();
    meter::answered(route, &method, response.status(), took);
    tracing::debug!(
        trace_id,
        %method,
        route,
        status = response.status().as_u16(),
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

/// The problem that an answer stands for.
fn problem_of(response: &mut Response, method: &Method, uri: &Uri, route: &str) -> Option<Problem> {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    if response.extensions().get::<ProtectionError>().is_some() {
        return Some(Problem::new(StatusCode::FORBIDDEN, "foreign_origin"));
    }
    match response.status() {
        // The router adds the header `allow` further out.
        StatusCode::METHOD_NOT_ALLOWED => {
            let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
            Some(problem.with("method", method).with("allowed", &routes::allowed(route)))
        }
        // The router itself says so of a path that is not text; nothing can be there.
        StatusCode::BAD_REQUEST => Some(Problem::new(StatusCode::NOT_FOUND, "route_unknown").with("path", &uri.path())),
        _ => None,
    }
}

/// Runs a request; a panic in it is a fault of ours, told to nobody but the traces.
async fn caught(answer: impl Future<Output = Response>) -> Response {
    let mut answer = pin!(answer);
    std::future::poll_fn(|context| match std::panic::catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context))) {
        Ok(poll) => poll,
        Err(panic) => {
            let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
            Poll::Ready(Problem::internal(said.unwrap_or_else(|| "a panic".to_owned())).into_response())
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_a_fault_of_ours_without_detail() {
        let mut response = caught(async { panic!("secret state") }).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let problem = problem_of(&mut response, &Method::GET, &Uri::from_static("/"), "/").unwrap();
        assert_eq!(problem.code(), "internal");
        assert!(!problem.detail(&crate::Words::new(), Lang::En).contains("secret"));
    }

    #[test]
    fn only_a_harmless_number_of_the_caller_is_taken_over() {
        let given =
            |text: &'static str| given_id(&HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_static(text))]));
        assert_eq!(given("abc-1_2.3").as_deref(), Some("abc-1_2.3"));
        assert_eq!(given(""), None);
        assert_eq!(given("a b"), None);
        assert_eq!(given("\"x\""), None);
        assert_eq!(given(&"x".repeat(65).leak()[..]), None);
    }
}
