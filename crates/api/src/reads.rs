//! How every read goes: what is asked, at which two clocks, one thing or a page of things.
//!
//! Deliberately absent: what a thing looks like (`servanda-projector`) and the routes, see [`crate::things`] and
//! [`crate::figures`].

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::dates::LedgerDate;
use servanda_projector::{Filter, Page, ProjectorError, Reader};

use crate::app::App;
use crate::auth::Caller;
use crate::contract::{Asked, OF_AGREEMENT, OF_PACKAGE, OF_PARTY, PAGE_SIZE, Spec};
use crate::page_token::Cursor;
use crate::problem::Problem;
use crate::when::{KnownAt, When, blocking, bytes, has, tagged};

/// Things on a page, unless said otherwise, and at most.
pub(crate) const PAGE_SIZE_DEFAULT: usize = 50;
pub(crate) const PAGE_SIZE_MAX: usize = 500;

/// A read that may be answered.
pub(crate) struct Ask {
    pub(crate) app: App,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
}

impl FromRequestParts<App> for Ask {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Caller::reading(app, &parts.headers)?;
        Ok(Self { app: app.clone(), uri: parts.uri.clone(), headers: std::mem::take(&mut parts.headers) })
    }
}

/// One thing, with the clocks that were used.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}Answer")]
pub(crate) struct Single<T> {
    /// What was so by this date.
    as_of: LedgerDate,
    /// As known then.
    known_at: KnownAt,
    /// The thing.
    data: T,
}

/// A page of things, with the clocks that were used.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub(crate) struct List<T> {
    /// What was so by this date.
    as_of: LedgerDate,
    /// As known then.
    known_at: KnownAt,
    /// The things.
    items: Vec<T>,
    /// What to pass as `page_token` for the next page; none on the last one.
    next_page_token: Option<String>,
}

impl From<ProjectorError> for Problem {
    fn from(error: ProjectorError) -> Self {
        let mut cause = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            cause.push_str(&format!(": {error}"));
            source = error.source();
        }
        Self::passing(StatusCode::SERVICE_UNAVAILABLE, "projection_unavailable").because(&cause)
    }
}

/// That a thing is not there, at the dates asked for.
pub(crate) fn not_found(kind: &'static str, id: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found").with("kind", &kind).with("id", &id)
}

/// The id in the path. What cannot be an id is not there.
pub(crate) fn id<T: FromStr>(kind: &'static str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| not_found(kind, text))
}

/// Answers with one thing. Short reads stay on the thread; others go where they hold up nobody.
pub(crate) async fn single<T: Serialize + Send + 'static>(
    ask: Ask,
    spec: &'static Spec,
    long: bool,
    read: impl FnOnce(&Reader<'_>) -> Result<Option<T>, ProjectorError> + Send + 'static,
    missing: Problem,
) -> Result<Response, Problem> {
    single_or(ask, spec, long, move |reader| Ok(read(reader)?.ok_or(missing))).await
}

/// The same, where the read model says why it is not there.
pub(crate) async fn single_or<T: Serialize + Send + 'static>(
    ask: Ask,
    spec: &'static Spec,
    long: bool,
    read: impl FnOnce(&Reader<'_>) -> Result<Result<T, Problem>, ProjectorError> + Send + 'static,
) -> Result<Response, Problem> {
    let asked = spec.asked(&ask.uri)?;
    let when = When::of(&ask.app, &asked).await?;
    let etag = when.etag();
    if has(&ask.headers, &etag) {
        // Whoever has the answer of these clocks need not have it computed again.
        return Ok(tagged(&ask.headers, &etag, || Ok(Vec::new())));
    }
    let found = move |app: &App| Ok(app.read().at(when.at(), read)?);
    let data = if long { blocking(&ask.app, found).await? } else { found(&ask.app)? };
    let answer = Single { as_of: when.as_of, known_at: when.known_at, data: data? };
    Ok(tagged(&ask.headers, &etag, || bytes(&answer)))
}

/// The filters of a list.
pub(crate) fn filter(asked: &Asked) -> Result<Filter, Problem> {
    Ok(Filter {
        package: asked.value(&OF_PACKAGE)?,
        agreement: asked.value(&OF_AGREEMENT)?,
        party: asked.value(&OF_PARTY)?,
    })
}

/// How a page of things is read: after an id, so many.
type ReadPage<T> = fn(&Reader<'_>, &Filter, &str, usize) -> Result<Page<T>, ProjectorError>;

/// Answers with a page of things.
pub(crate) async fn list<T: Serialize + Send + 'static>(
    ask: Ask,
    spec: &'static Spec,
    read: ReadPage<T>,
) -> Result<Response, Problem> {
    let asked = spec.asked(&ask.uri)?;
    let size = asked.number(&PAGE_SIZE, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX)?;
    let filter = filter(&asked)?;
    let cursor = Cursor::of(&asked, "")?;
    let when = When::of_page(&ask.app, &asked, cursor.as_ref()).await?;
    let after = cursor.map(|cursor| cursor.after).unwrap_or_default();
    let page =
        blocking(&ask.app, move |app| Ok(app.read().at(when.at(), |reader| read(reader, &filter, &after, size))?))
            .await?;
    paged(&ask, &asked, "", &when, page.items, page.next_after)
}

/// A page as an answer, with the way to the next one.
pub(crate) fn paged<T: Serialize>(
    ask: &Ask,
    asked: &Asked,
    of: &str,
    when: &When,
    items: Vec<T>,
    next_after: Option<String>,
) -> Result<Response, Problem> {
    let cursor = |after| Cursor { as_of: when.as_of, known_at: when.known_at.position, after };
    let next_page_token = next_after.map(|after| cursor(after).token(asked, of));
    let link = next_page_token.as_ref().map(|token| next_link(&ask.uri, token));
    let list = List { as_of: when.as_of, known_at: when.known_at, items, next_page_token };
    let mut response = tagged(&ask.headers, &when.etag(), || bytes(&list));
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// The address of the next page, as a `Link`.
pub(crate) fn next_link(uri: &Uri, token: &str) -> String {
    let kept = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let query: Vec<&str> = kept.filter(|pair| !pair.starts_with("page_token=")).collect();
    let query = query.iter().fold(String::new(), |query, pair| query + pair + "&");
    format!("<{}?{query}page_token={token}>; rel=\"next\"", uri.path())
}
