//! Who looks at a page, in which language, at which two clocks. Every handler of a page takes a [`Visitor`], and so
//! every request passes the one check whether the visitor may.
//!
//! The language is the one in the address, which is then kept in a cookie; else the cookie's; else the browser's.
//! Somebody who must sign in first is led there and back; somebody whose password was given by another is led to change
//! it. Deliberately absent: beginning and ending sessions, see [`super::session`]; what a page shows.

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use cookie::{Cookie, SameSite};
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::look::Look;
use super::routes::{self, Row, Who};
use super::shell::{self, Past, SessionNote, Shell};
use super::{account, format, say, session, templates};
use crate::access::{Role, Session, User};
use crate::app::App;
use crate::auth::Caller;
use crate::contract::{AS_OF, Asked, KNOWN_AT, LANG};
use crate::edge::{self, Network};
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
    /// The network from which the request comes.
    pub(crate) network: String,
    /// Whoever is signed in.
    pub(crate) user: Option<User>,
    /// Their session.
    pub(crate) session: Option<Session>,
    /// The two clocks.
    pub(crate) when: When,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
        let row = routes::row(parts.method.as_str(), path).ok_or_else(|| Problem::internal("a page without a row"))?;
        let session = session::of(app, &parts.headers)?;
        let user = session.as_ref().map(|session| session.user.clone());
        allowed(app, row, user.as_ref(), parts)?;
        // A form sends fields that were left empty, too.
        let asked = Asked::of(row.path, &row.takes(), &parts.uri)?.without_empty();
        let lang = match asked.text(&LANG) {
            Some(tag) => Lang::of_tag(tag).ok_or_else(|| LANG.bad(tag))?,
            None => language(&parts.uri, &parts.headers),
        };
        let when = When::of(app, &asked).await?;
        tracing::debug!(page = row.id, lang = lang.tag(), "a page is looked at");
        if let (Some(user), Some(_)) = (&user, asked.text(&LANG))
            && user.lang != Some(lang)
        {
            app.access().set_language(&user.id, lang)?;
        }
        let (headers, network) = (parts.headers.clone(), Network::of(&parts.extensions).0);
        Ok(Self { app: app.clone(), row, uri: parts.uri.clone(), asked, lang, headers, network, user, session, when })
    }
}

/// Whether the visitor may.
fn allowed(app: &App, row: &Row, user: Option<&User>, parts: &Parts) -> Result<(), Problem> {
    let Some(user) = user else {
        return match row.who {
            Who::Anyone => Ok(()),
            Who::Readers => Caller::reading(app, &parts.headers).map_err(|problem| match problem.code() {
                "token_missing" => to_sign_in(parts),
                _ => problem,
            }),
            Who::Recording => {
                Caller::recording(app, &parts.headers).map(|_| ()).map_err(|problem| match problem.code() {
                    "token_missing" => to_sign_in(parts),
                    _ => problem,
                })
            }
            Who::SignedIn | Who::Recorders | Who::Reviewers | Who::Administrators => Err(to_sign_in(parts)),
        };
    };
    if user.password_temporary && row.who != Who::Anyone && !row.path.starts_with(account::PASSWORD.path) {
        return Err(lead(account::PASSWORD.path));
    }
    let may = match row.who {
        Who::Anyone | Who::Readers | Who::SignedIn => true,
        Who::Recorders | Who::Recording => user.role != Role::Reader,
        Who::Reviewers => user.role.reviews(),
        Who::Administrators => user.role == Role::Administrator,
    };
    if may { Ok(()) } else { Err(Problem::new(StatusCode::FORBIDDEN, "role_missing").by(&user.id)) }
}

/// Leads somebody who must sign in there and back. What a form sent is not carried along.
fn to_sign_in(parts: &Parts) -> Problem {
    if parts.method != Method::GET {
        return Problem::new(StatusCode::UNAUTHORIZED, "sign_in_needed");
    }
    let next = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    lead(&format!("{}?next={}", session::SIGN_IN.path, shell::encoded(next)))
}

fn lead(address: &str) -> Problem {
    let problem = Problem::new(StatusCode::SEE_OTHER, "sign_in_needed");
    match HeaderValue::from_str(address) {
        Ok(value) => problem.header(header::LOCATION, value),
        Err(_) => Problem::new(StatusCode::UNAUTHORIZED, "sign_in_needed"),
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
    /// Whoever is signed in, on a page for people who are.
    pub(crate) fn signed_in(&self) -> Result<&User, Problem> {
        self.user.as_ref().ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "sign_in_needed"))
    }

    /// Whoever records from this page: the person who signed in, or, where nobody has an account, whoever is at the
    /// machine itself.
    pub(crate) fn caller(&self) -> Result<Caller, Problem> {
        match &self.user {
            Some(user) => Ok(Caller::signed_in(&self.app, user)),
            None => Caller::recording(&self.app, &self.headers),
        }
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
        shell.session = self.session.as_ref().map(|session| SessionNote {
            ends: format::moment(session.ends_at, self.lang),
            ends_at: session.ends_at.to_string(),
            back: if self.row.method == "get" { self.uri.to_string() } else { "/work".to_owned() },
        });
        shell.administers = self.user.as_ref().is_some_and(|user| user.role == Role::Administrator);
        let here = shell::with(&self.uri, &["lang"], "");
        shell.as_of_href = self.row.clocks.then(|| format!("/as-of?page={}", shell::encoded(&here)));
        shell.past = self.in_the_past().then(|| Past {
            sentence: self.past_sentence(),
            back_href: shell::with(&self.uri, &[AS_OF.name, KNOWN_AT.name, "page_token"], ""),
        });
        let mut response = html(status, self.lang, template, page, &shell, clocks)?;
        if self.asked.text(&LANG).is_some() {
            keep_language(&mut response, self.lang)?;
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

/// Keeps a language in a cookie.
pub(super) fn keep_language(response: &mut Response, lang: Lang) -> Result<(), Problem> {
    let kept = Cookie::build((LANG_COOKIE, lang.tag()))
        .path("/")
        .max_age(cookie::time::Duration::seconds(LANG_SECONDS))
        .same_site(SameSite::Lax)
        .http_only(true);
    let kept = HeaderValue::from_str(&kept.build().to_string()).map_err(Problem::internal)?;
    response.headers_mut().append(header::SET_COOKIE, kept);
    Ok(())
}

/// Sees to it that nothing keeps a page with a secret that is shown once.
pub(super) fn not_kept(response: &mut Response) {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Where a form leads after it was taken: an answer that a reload does not send again.
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
