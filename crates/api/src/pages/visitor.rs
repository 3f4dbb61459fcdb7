//! Who looks at a page, in which language, at which two clocks. Every handler of a page takes a [`Visitor`], and so
//! every request passes the one check whether the visitor may.
//!
//! The language is the one in the address, which is then kept in a cookie; else the cookie's; else the browser's.
//! Deliberately absent: sessions, see [`crate::access`]; what a page shows.

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use cookie::{Cookie, SameSite};
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::look::Look;
use super::routes::{self, Row, Who};
use super::shell::{self, Past, Shell};
use super::{format, say, templates};
use crate::access::User;
use crate::app::App;
use crate::auth::Caller;
use crate::contract::{AS_OF, Asked, KNOWN_AT, LANG};
use crate::edge;
use crate::problem::Problem;
use crate::when::{When, blocking};
use crate::words::Lang;

/// The cookie of the language.
const LANG_COOKIE: &str = "lang";
/// How long a language is kept, in seconds: a year.
const LANG_SECONDS: i64 = 365 * 24 * 60 * 60;

/// Whoever looks at a page.
pub(crate) struct Visitor {
    pub(crate) app: App,
    /// The page.
    pub(crate) row: &'static Row,
    pub(crate) uri: Uri,
    /// What its address asks.
    pub(crate) asked: Asked,
    pub(crate) lang: Lang,
    pub(crate) headers: HeaderMap,
    /// Whoever is signed in.
    pub(crate) user: Option<User>,
    /// The two clocks.
    pub(crate) when: When,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
        let row = routes::row(parts.method.as_str(), path).ok_or_else(|| Problem::internal("a page without a row"))?;
        let user = None;
        allowed(app, row, user.as_ref(), &parts.headers)?;
        // A form sends fields that were left empty, too.
        let asked = Asked::of(row.path, &row.takes(), &parts.uri)?.without_empty();
        let lang = match asked.text(&LANG) {
            Some(tag) => Lang::of_tag(tag).ok_or_else(|| LANG.bad(tag))?,
            None => language(&parts.uri, &parts.headers),
        };
        let when = When::of(app, &asked).await?;
        tracing::debug!(page = row.id, lang = lang.tag(), "a page is looked at");
        let headers = parts.headers.clone();
        Ok(Self { app: app.clone(), row, uri: parts.uri.clone(), asked, lang, headers, user, when })
    }
}

/// Whether the visitor may.
fn allowed(app: &App, row: &Row, user: Option<&User>, headers: &HeaderMap) -> Result<(), Problem> {
    match row.who {
        Who::Anyone => Ok(()),
        Who::Readers if user.is_some() => Ok(()),
        Who::Readers => Caller::reading(app, headers),
    }
}

/// The language that a visitor reads: the one in the address, the one kept, the browser's. What is not one is
/// passed over.
pub(crate) fn language(uri: &Uri, headers: &HeaderMap) -> Lang {
    let query = uri.query().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("lang="));
    query
        .and_then(Lang::of_tag)
        .or_else(|| Lang::of_tag(&cookie(headers, LANG_COOKIE)?))
        .unwrap_or_else(|| edge::lang(headers))
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let given = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut cookies = given.flat_map(|text| Cookie::split_parse(text).filter_map(Result::ok));
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

impl Visitor {
    /// Whoever records from this page.
    pub(crate) fn caller(&self) -> Result<Caller, Problem> {
        Caller::recording(&self.app, &self.headers)
    }

    /// Whether the page shows the past, where nothing can be recorded.
    pub(crate) fn in_the_past(&self) -> bool {
        self.asked.text(&AS_OF).is_some() || self.asked.text(&KNOWN_AT).is_some()
    }

    /// The clocks as they stand in the address, for links; empty where none does.
    pub(crate) fn clocks(&self) -> String {
        let given = [&AS_OF, &KNOWN_AT].into_iter().filter_map(|param| Some((param.name, self.asked.text(param)?)));
        given.map(|(name, text)| format!("{name}={}", shell::encoded(text))).collect::<Vec<_>>().join("&")
    }

    /// The address of another page, at the same clocks.
    pub(crate) fn link(&self, path: &str) -> String {
        shell::link(path, &self.clocks())
    }

    /// A sentence in the visitor's language.
    pub(crate) fn say(&self, key: &str, values: &[(&str, say::Value)]) -> String {
        say::say(self.lang, key, values)
    }

    /// Reads at the visitor's clocks, where it holds up nobody.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Look<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (lang, clocks, when) = (self.lang, self.clocks(), self.when);
        blocking(&self.app, move |app| {
            app.read().at(when.at(), |reader| Ok(work(&Look { app, reader, lang, clocks: &clocks, when })))?
        })
        .await
    }

    /// The page: a template over its own values.
    pub(crate) fn page(&self, template: &str, page: &impl Serialize) -> Result<Response, Problem> {
        self.page_as(StatusCode::OK, template, page)
    }

    /// The page with another status, such as 422 for a form that was refused.
    pub(crate) fn page_as(
        &self,
        status: StatusCode,
        template: &str,
        page: &impl Serialize,
    ) -> Result<Response, Problem> {
        let clocks = self.clocks();
        let mut shell = Shell::of(self.app.log().ledger().to_string(), self.lang, &self.uri, &clocks);
        shell.user = self.user.as_ref().map(|user| user.id.to_string());
        let here = shell::with(&self.uri, &["lang"], "");
        shell.as_of_href = self.row.clocks.then(|| format!("/as-of?page={}", shell::encoded(&here)));
        shell.past = self.in_the_past().then(|| Past {
            sentence: self.past_sentence(),
            back_href: shell::with(&self.uri, &[AS_OF.name, KNOWN_AT.name, "page_token"], ""),
        });
        let mut response = html(status, self.lang, template, page, &shell, clocks)?;
        if self.asked.text(&LANG).is_some() {
            let kept = Cookie::build((LANG_COOKIE, self.lang.tag()))
                .path("/")
                .max_age(cookie::time::Duration::seconds(LANG_SECONDS))
                .same_site(SameSite::Lax)
                .http_only(true);
            let kept = HeaderValue::from_str(&kept.build().to_string()).map_err(Problem::internal)?;
            response.headers_mut().append(header::SET_COOKIE, kept);
        }
        Ok(response)
    }

    fn past_sentence(&self) -> String {
        let day = format::day(self.when.as_of, self.lang);
        let position = self.when.known_at.position;
        match (self.asked.text(&KNOWN_AT), self.when.known_at.time) {
            (None, _) => self.say("past-as-of", &[("date", day.into())]),
            (Some(_), Some(time)) => {
                let time = format::moment(time, self.lang);
                self.say("past-known-at-time", &[("date", day.into()), ("time", time.into())])
            }
            (Some(_), None) => self.say("past-known-at", &[("date", day.into()), ("position", position.into())]),
        }
    }
}

/// A page as an answer.
pub(super) fn html(
    status: StatusCode,
    lang: Lang,
    template: &str,
    page: &impl Serialize,
    shell: &Shell,
    clocks: String,
) -> Result<Response, Problem> {
    let link = Value::from_function(move |path: &str| shell::link(path, &clocks));
    let around = Value::from_pairs([("shell", Value::from(Serde(shell))), ("link", link)]);
    let html =
        templates::rendered(lang, template, page, around).map_err(|error| Problem::internal(format!("{error:#}")))?;
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Where a form leads after it was taken: an answer that a reload does not send again.
#[allow(dead_code, reason = "forms that record use it, none of which is here yet")]
pub(crate) fn see_other(address: &str) -> Response {
    axum::response::Redirect::to(address).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_in_the_address_goes_before_the_kept_one_and_that_before_the_browsers() {
        let headers = HeaderMap::from_iter([
            (header::COOKIE, HeaderValue::from_static("a=b; lang=kk")),
            (header::ACCEPT_LANGUAGE, HeaderValue::from_static("ru")),
        ]);
        let of = |uri: &'static str, headers: &HeaderMap| language(&Uri::from_static(uri), headers);
        assert_eq!(of("/?lang=fr", &headers), Lang::Fr);
        assert_eq!(of("/?lang=xx", &headers), Lang::Kk);
        assert_eq!(of("/", &headers), Lang::Kk);
        let browsers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static("ru"))]);
        assert_eq!(of("/", &browsers), Lang::Ru);
        assert_eq!(of("/", &HeaderMap::new()), Lang::En);
    }
}
