//! What people do with their accounts: sign in and out, change a password, make a token; and what administrators do
//! with those of others.
//!
//! Checking a password is dear on purpose. One is checked at a time and few may wait, so that signing in cannot take
//! the machine for itself; a name that nobody has costs the same.
//!
//! Deliberately absent: pages and cookies; the file, see [`crate::access`]; signing in for the interface of programs,
//! which takes tokens only.

use axum::http::{HeaderValue, StatusCode, header};
use servanda_events::ids::{ActorId, PartyId};
use servanda_log::Ids;

use crate::access::{
    Attempt, Hashed, MayTry, PASSWORD_CHARS_MIN, Role, Scope, Token, TokenWish, User, UserWish, password_of,
};
use crate::app::App;
use crate::problem::Problem;

/// Longest name or password that is looked at, in bytes.
const TYPED_BYTES_MAX: usize = 512;

/// Somebody who has just signed in.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) user: User,
    /// The text of the session's cookie.
    pub(crate) cookie: String,
}

/// Signs somebody in who knows the password of an account, and begins a new session. An old one of the same browser
/// ends.
pub(crate) async fn sign_in(
    app: &App,
    (name, password): (&str, &str),
    network: &str,
    old_cookie: Option<&str>,
) -> Result<SignedIn, Problem> {
    let wrong = || Problem::new(StatusCode::UNAUTHORIZED, "sign_in_wrong").at("/name");
    if name.len() > TYPED_BYTES_MAX || password.len() > TYPED_BYTES_MAX {
        return Err(wrong());
    }
    let id: Option<ActorId> = name.trim().parse().ok();
    let user = match &id {
        Some(id) => app.access().user(id)?,
        None => None,
    };
    let attempt = Attempt { name: name.trim(), user: user.as_ref().map(|user| &user.id), network };
    let busy = || Problem::passing(StatusCode::SERVICE_UNAVAILABLE, "sign_in_busy");
    let _place = app.passwords().waiting.try_acquire().map_err(|_| busy())?;
    if let MayTry::After(seconds) = app.access().try_sign_in(&attempt, app.log().now())? {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "sign_in_wait").with("seconds", &seconds);
        return Err(match HeaderValue::from_str(&seconds.to_string()) {
            Ok(value) => problem.header(header::RETRY_AFTER, value),
            Err(_) => problem,
        });
    }
    let kept = match &user {
        Some(user) => app.access().password(&user.id)?,
        None => None,
    };
    let good = is_of(app, kept.clone().unwrap_or_else(Hashed::of_nobody), password).await?;
    let now = app.log().now();
    let Some(user) = user.as_ref().filter(|_| good && kept.is_some()) else {
        app.access().sign_in_failed(&attempt, now)?;
        return Err(wrong());
    };
    app.access().signed_in(&attempt, now)?;
    if let Some(old) = old_cookie {
        app.access().end_session(old, now)?;
    }
    let cookie = app.access().begin_session(&user.id, &Ids::System.secret()?, now)?;
    Ok(SignedIn { user: user.clone(), cookie })
}

/// Whether a kept password is of this text, with the room that checking takes.
async fn is_of(app: &App, kept: Hashed, password: &str) -> Result<bool, Problem> {
    let _room = app.passwords().checking.acquire().await.map_err(Problem::internal)?;
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || kept.is_of(&password)).await.map_err(Problem::internal)
}

/// What is to be kept of a new password, with the room that hashing takes.
async fn hashed(app: &App, password: &str) -> Result<Hashed, Problem> {
    let _room = app.passwords().checking.acquire().await.map_err(Problem::internal)?;
    let (password, salt) = (password.to_owned(), Ids::System.secret()?);
    let hashed = tokio::task::spawn_blocking(move || Hashed::of(&password, &salt)).await.map_err(Problem::internal)?;
    Ok(hashed?)
}

/// Changes a person's own password. All their sessions end, and a new one begins, whose cookie is given back.
pub(crate) async fn change_password(
    app: &App,
    user: &User,
    present: &str,
    (new, again): (&str, &str),
    network: &str,
) -> Result<String, Problem> {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let attempt = Attempt { name: user.id.as_str(), user: Some(&user.id), network };
    // Whoever found an open browser must not try the password from here.
    if let MayTry::After(seconds) = app.access().try_sign_in(&attempt, app.log().now())? {
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "sign_in_wait").with("seconds", &seconds));
    }
    let kept = app.access().password(&user.id)?.unwrap_or_else(Hashed::of_nobody);
    if present.len() > TYPED_BYTES_MAX || !is_of(app, kept, present).await? {
        app.access().sign_in_failed(&attempt, app.log().now())?;
        return Err(Problem::new(unprocessable, "password_wrong").at("/present"));
    }
    app.access().forgive(&attempt)?;
    if new.chars().count() < PASSWORD_CHARS_MIN {
        let problem = Problem::new(unprocessable, "password_short").at("/password");
        return Err(problem.with("characters", &PASSWORD_CHARS_MIN));
    }
    if new != again {
        return Err(Problem::new(unprocessable, "password_repeat").at("/again"));
    }
    let hashed = hashed(app, new).await?;
    let now = app.log().now();
    app.access().set_password(&user.id, &hashed, false, now)?;
    Ok(app.access().begin_session(&user.id, &Ids::System.secret()?, now)?)
}

/// Makes a token for a person's own programs, good for some days. Its text is given out here and never again.
pub(crate) fn make_token(
    app: &App,
    user: &User,
    scope: Scope,
    (label, days): (&str, u32),
) -> Result<(String, Token), Problem> {
    let now = app.log().now();
    let micros = i64::from(days) * 24 * 60 * 60 * 1_000_000;
    let label: String = label.trim().chars().take(LABEL_CHARS_MAX).collect();
    let expires_at = servanda_events::dates::Instant::from_micros(now.micros() + micros);
    let wish = TokenWish { user: user.id.clone(), scope, label, expires_at };
    Ok(app.access().create_token(&Ids::System.secret()?, &wish, now)?)
}

/// Longest label of a token, in characters.
const LABEL_CHARS_MAX: usize = 100;

/// Revokes one of a person's own tokens.
pub(crate) fn revoke_token(app: &App, user: &User, id: &str) -> Result<(), Problem> {
    let own = app.access().tokens()?.into_iter().any(|token| token.id == id && token.user == user.id);
    if !own {
        return Err(Problem::new(StatusCode::NOT_FOUND, "token_unknown"));
    }
    Ok(app.access().revoke_token(id, app.log().now())?)
}

/// Opens an account with a temporary password, which is given back.
pub(crate) async fn create_user(app: &App, wish: &UserWish) -> Result<String, Problem> {
    app.access().create_user(wish, app.log().now())?;
    reset_password(app, &wish.id).await
}

/// Gives an account a temporary password, which is given back.
pub(crate) async fn reset_password(app: &App, id: &ActorId) -> Result<String, Problem> {
    let password = password_of(&Ids::System.secret()?);
    let hashed = hashed(app, &password).await?;
    app.access().set_password(id, &hashed, true, app.log().now())?;
    Ok(password)
}

/// Gives an account another role and party.
pub(crate) fn change_role(app: &App, id: &ActorId, role: Role, party: Option<&PartyId>) -> Result<(), Problem> {
    if role != Role::Administrator {
        not_the_last_administrator(app, id)?;
    }
    Ok(app.access().change_role(id, role, party, app.log().now())?)
}

/// Closes an account, or opens it again.
pub(crate) fn set_disabled(app: &App, id: &ActorId, disabled: bool) -> Result<(), Problem> {
    if !disabled {
        return Ok(app.access().enable_user(id, app.log().now())?);
    }
    not_the_last_administrator(app, id)?;
    Ok(app.access().disable_user(id, app.log().now())?)
}

/// Nobody takes away the last account that could give rights back.
fn not_the_last_administrator(app: &App, id: &ActorId) -> Result<(), Problem> {
    let can = |user: &User| user.role == Role::Administrator && user.signs_in && !user.disabled;
    let administrators: Vec<User> = app.access().users()?.into_iter().filter(can).collect();
    match administrators.as_slice() {
        [last] if last.id == *id => Err(Problem::new(StatusCode::CONFLICT, "last_administrator")),
        _ => Ok(()),
    }
}
