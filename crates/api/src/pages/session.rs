//! Signing in and out, and the cookie between: which session a browser belongs to.
//!
//! The cookie is `__Host-session`, which browsers take only over TLS and for this host alone. Where the service
//! listens on the loopback and nothing in front of it says that it speaks TLS, it is plain `session`.
//!
//! Deliberately absent: passwords and throttling, see [`crate::people`].

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use cookie::{Cookie, SameSite};
use serde::Serialize;

use super::fields::{Fields, Filled};
use super::routes::{Row, Who};
use super::visitor::{self, Visitor};
use crate::access::Session;
use crate::app::App;
use crate::contract::{Param, Place, text_schema};
use crate::people;
use crate::problem::Problem;

/// Where to go after signing in.
pub(super) static NEXT: Param = Param {
    name: "next",
    place: Place::Query,
    required: false,
    about: "The page to show after signing in.",
    expected: "/work",
    schema: text_schema,
};

pub(super) static SIGN_IN: Row = Row::plain("get", "/sign-in", "sign-in", Who::Anyone, &[&NEXT]);
pub(super) static SIGN_IN_POST: Row = Row::plain("post", "/sign-in", "sign-in-post", Who::Anyone, &[]);
pub(super) static SIGN_OUT: Row = Row::plain("post", "/sign-out", "sign-out", Who::Anyone, &[]);
pub(super) static EXTEND: Row = Row::plain("post", "/session/extend", "extend", Who::SignedIn, &[]);

/// Where somebody begins who came from nowhere.
const HOME: &str = "/work";

fn secure(app: &App, headers: &HeaderMap) -> bool {
    !app.is_loopback() || headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https")
}

fn name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

/// The text of a browser's session cookie.
pub(super) fn cookie_of(app: &App, headers: &HeaderMap) -> Option<String> {
    visitor::cookie(headers, name(secure(app, headers)))
}

/// The session of a browser, if one is under way.
pub(super) fn of(app: &App, headers: &HeaderMap) -> Result<Option<Session>, Problem> {
    match cookie_of(app, headers) {
        Some(text) => Ok(app.access().session(&text, app.log().now())?),
        None => Ok(None),
    }
}

/// Sets the cookie of a new session, or takes it back.
pub(super) fn set_cookie(visitor: &Visitor, response: &mut Response, text: Option<&str>) -> Result<(), Problem> {
    let secure = secure(&visitor.app, &visitor.headers);
    let mut cookie = Cookie::build((name(secure), text.unwrap_or_default().to_owned()))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax);
    if text.is_none() {
        cookie = cookie.max_age(cookie::time::Duration::ZERO);
    }
    let value = HeaderValue::from_str(&cookie.build().to_string()).map_err(Problem::internal)?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

/// A place of this service to go on to; anything that could lead elsewhere leads home.
pub(super) fn place(text: &str) -> &str {
    let ours = text.starts_with('/') && !text.starts_with("//") && text.len() <= 2_000;
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours && plain { text } else { HOME }
}

#[derive(Debug, Serialize)]
struct SignInPage {
    title: String,
    action: &'static str,
    submit: String,
    hidden: Vec<(&'static str, String)>,
    #[serde(flatten)]
    form: Filled,
}

fn page(visitor: &Visitor, status: StatusCode, next: &str, form: Filled) -> Result<Response, Problem> {
    let page = SignInPage {
        title: visitor.say("people-sign-in", &[]),
        action: SIGN_IN_POST.path,
        submit: visitor.say("people-sign-in", &[]),
        hidden: vec![("next", place(next).to_owned())],
        form,
    };
    visitor.page_as(status, "pages/people/sign-in.html", &page)
}

pub(super) async fn sign_in(visitor: Visitor) -> Result<Response, Problem> {
    let next = visitor.asked.text(&NEXT).unwrap_or(HOME).to_owned();
    if visitor.user.is_some() {
        return Ok(visitor::see_other(place(&next)));
    }
    page(&visitor, StatusCode::OK, &next, Filled::with([("name", "")]))
}

pub(super) async fn sign_in_post(visitor: Visitor, fields: Fields) -> Result<Response, Problem> {
    let old = cookie_of(&visitor.app, &visitor.headers);
    let typed = (fields.text("name"), fields.text("password"));
    match people::sign_in(&visitor.app, typed, &visitor.network, old.as_deref()).await {
        Ok(signed_in) => {
            let mut response = visitor::see_other(place(fields.text("next")));
            set_cookie(&visitor, &mut response, Some(&signed_in.cookie))?;
            if let Some(lang) = signed_in.user.lang {
                visitor::keep_language(&mut response, lang)?;
            }
            Ok(response)
        }
        Err(problem) => {
            let status =
                if problem.status().is_server_error() { problem.status() } else { StatusCode::UNPROCESSABLE_ENTITY };
            let status = if problem.code() == "sign_in_wait" { StatusCode::TOO_MANY_REQUESTS } else { status };
            let form = Filled::with([("name", typed.0)]).refused(&visitor, problem, "name")?;
            page(&visitor, status, fields.text("next"), form)
        }
    }
}

pub(super) async fn sign_out(visitor: Visitor) -> Result<Response, Problem> {
    if let Some(text) = cookie_of(&visitor.app, &visitor.headers) {
        visitor.app.access().end_session(&text, visitor.app.log().now())?;
    }
    let mut response = visitor::see_other("/");
    set_cookie(&visitor, &mut response, None)?;
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(response)
}

/// Asking is what keeps a session; there is nothing else to do.
pub(super) async fn extend(_: Visitor, fields: Fields) -> Result<Response, Problem> {
    Ok(visitor::see_other(place(fields.text("next"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_nowhere_else() {
        assert_eq!(place("/agreements?q=a%20b"), "/agreements?q=a%20b");
        for elsewhere in
            ["", "//evil.example/", "https://evil.example/", "/\\evil.example", "/a b", "/\nx", "evil", "/қ"]
        {
            assert_eq!(place(elsewhere), HOME, "{elsewhere}");
        }
    }
}
