//! One's own account: who one is here, the password, tokens for one's own programs.
//!
//! Deliberately absent: the accounts of others, see [`super::administration`].

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::fields::{Fields, Filled};
use super::routes::{Row, Who};
use super::visitor::{self, Visitor};
use super::{format, session};
use crate::access::{Scope, Token, User};
use crate::people;
use crate::problem::Problem;

pub(super) static ACCOUNT: Row = Row::plain("get", "/account", "account", Who::SignedIn, &[]);
pub(super) static TOKEN: Row = Row::plain("post", "/account/tokens", "token", Who::SignedIn, &[]);
pub(super) static TOKEN_REVOKE: Row = Row::plain("post", "/account/tokens/revoke", "token-revoke", Who::SignedIn, &[]);
pub(super) static PASSWORD: Row = Row::plain("get", "/account/password", "password", Who::SignedIn, &[]);
pub(super) static PASSWORD_POST: Row = Row::plain("post", "/account/password", "password-post", Who::SignedIn, &[]);

/// How many days a token of these pages can be good for.
const DAYS: [u32; 3] = [30, 90, 365];

#[derive(Debug, Serialize)]
struct AccountPage {
    title: String,
    who: Person,
    ends: String,
    tokens: Vec<TokenRow>,
    scopes: Vec<Choice>,
    days: Vec<Choice>,
    /// The text of a token that was just made.
    made: Option<String>,
    #[serde(flatten)]
    form: Filled,
}

/// Who somebody is, in words.
#[derive(Debug, Serialize)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) party: String,
    pub(super) role: String,
}

/// A value to choose, with its words.
#[derive(Debug, Serialize)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) hint: Option<String>,
    pub(super) checked: bool,
}

#[derive(Debug, Serialize)]
struct TokenRow {
    id: String,
    label: String,
    scope: String,
    made: String,
    state: String,
    good: bool,
}

/// Who somebody is, in the visitor's words.
pub(super) async fn who(visitor: &Visitor, user: &User) -> Result<Person, Problem> {
    let party = match user.party.clone() {
        None => visitor.say("people-no-party", &[]),
        Some(party) => visitor.read(move |look| Ok(look.party(&party)?)).await?,
    };
    let role = visitor.say(&format!("role-{}", user.role.as_str()), &[]);
    Ok(Person { id: user.id.to_string(), name: user.name.clone(), party, role })
}

fn token_row(visitor: &Visitor, token: &Token) -> TokenRow {
    let (now, day) =
        (visitor.app.log().now(), |at: servanda_events::dates::Instant| format::day(at.date(), visitor.lang));
    let (state, good) = match (token.revoked_at, token.expires_at) {
        (Some(at), _) => (visitor.say("token-revoked", &[("date", day(at).into())]), false),
        (None, Some(at)) if at <= now => (visitor.say("token-expired", &[("date", day(at).into())]), false),
        (None, Some(at)) => (visitor.say("token-good-until", &[("date", day(at).into())]), true),
        (None, None) => (visitor.say("token-good", &[]), true),
    };
    TokenRow {
        id: token.id.clone(),
        label: token.label.clone(),
        scope: visitor.say(&format!("scope-{}", token.scope.as_str()), &[]),
        made: day(token.created_at),
        state,
        good,
    }
}

async fn page(visitor: &Visitor, status: StatusCode, made: Option<String>, form: Filled) -> Result<Response, Problem> {
    let user = visitor.signed_in()?;
    let tokens = visitor.app.access().tokens()?;
    let chosen = |name: &str, value: &str| form.values.get(name).is_some_and(|typed| typed == value);
    let scopes = Scope::ALL.into_iter().filter(|scope| *scope <= user.role.scope_max()).map(|scope| Choice {
        value: scope.as_str().to_owned(),
        text: visitor.say(&format!("scope-{}", scope.as_str()), &[]),
        hint: None,
        checked: chosen("scope", scope.as_str()),
    });
    let days = DAYS.map(|days| Choice {
        value: days.to_string(),
        text: visitor.say("token-days", &[("days", days.into())]),
        hint: None,
        checked: chosen("days", &days.to_string()),
    });
    let ends = visitor.session.as_ref().map(|session| format::moment(session.ends_for_good_at, visitor.lang));
    let page = AccountPage {
        title: visitor.say("account-title", &[]),
        who: who(visitor, user).await?,
        ends: ends.unwrap_or_default(),
        tokens: tokens.iter().filter(|token| token.user == user.id).map(|token| token_row(visitor, token)).collect(),
        scopes: scopes.collect(),
        days: days.into(),
        made,
        form,
    };
    let mut response = visitor.page_as(status, "pages/people/account.html", &page)?;
    visitor::not_kept(&mut response);
    Ok(response)
}

fn empty() -> Filled {
    Filled::with([("label", ""), ("scope", "read"), ("days", "90")])
}

pub(super) async fn account(visitor: Visitor) -> Result<Response, Problem> {
    page(&visitor, StatusCode::OK, None, empty()).await
}

pub(super) async fn token(visitor: Visitor, fields: Fields) -> Result<Response, Problem> {
    let user = visitor.signed_in()?;
    let (label, scope, days) = (fields.text("label").trim(), fields.text("scope"), fields.text("days"));
    let wrong = |pointer: &'static str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "choice_missing").at(pointer);
    let made = if label.is_empty() {
        Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "label_missing").at("/label"))
    } else {
        match (Scope::of_name(scope), DAYS.into_iter().find(|known| known.to_string() == days)) {
            (None, _) => Err(wrong("/scope")),
            (_, None) => Err(wrong("/days")),
            (Some(scope), Some(days)) => people::make_token(&visitor.app, user, scope, (label, days)),
        }
    };
    match made {
        Ok((text, _)) => page(&visitor, StatusCode::CREATED, Some(text), empty()).await,
        Err(problem) => {
            let typed = Filled::with([("label", label), ("scope", scope), ("days", days)]);
            let form = typed.refused(&visitor, problem, "label")?;
            page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, None, form).await
        }
    }
}

pub(super) async fn token_revoke(visitor: Visitor, fields: Fields) -> Result<Response, Problem> {
    people::revoke_token(&visitor.app, visitor.signed_in()?, fields.text("id"))?;
    Ok(visitor::see_other(ACCOUNT.path))
}

#[derive(Debug, Serialize)]
struct PasswordPage {
    title: String,
    action: &'static str,
    submit: String,
    back_href: Option<&'static str>,
    temporary: bool,
    username: String,
    #[serde(flatten)]
    form: Filled,
}

fn password_page(visitor: &Visitor, status: StatusCode, form: Filled) -> Result<Response, Problem> {
    let user = visitor.signed_in()?;
    let page = PasswordPage {
        title: visitor.say("password-title", &[]),
        action: PASSWORD_POST.path,
        submit: visitor.say("password-submit", &[]),
        back_href: (!user.password_temporary).then_some(ACCOUNT.path),
        temporary: user.password_temporary,
        username: user.id.to_string(),
        form,
    };
    visitor.page_as(status, "pages/people/password.html", &page)
}

pub(super) async fn password(visitor: Visitor) -> Result<Response, Problem> {
    password_page(&visitor, StatusCode::OK, Filled::default())
}

pub(super) async fn password_post(visitor: Visitor, fields: Fields) -> Result<Response, Problem> {
    let user = visitor.signed_in()?;
    let new = (fields.text("password"), fields.text("again"));
    match people::change_password(&visitor.app, user, fields.text("present"), new, &visitor.network).await {
        Ok(cookie) => {
            let mut response = visitor::see_other(ACCOUNT.path);
            session::set_cookie(&visitor, &mut response, Some(&cookie))?;
            Ok(response)
        }
        Err(problem) => {
            let form = Filled::default().refused(&visitor, problem, "present")?;
            password_page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, form)
        }
    }
}
