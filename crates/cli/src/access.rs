//! `user` and `token`: who may record and read through the interface. A service that runs sees changes by itself.
//!
//! Deliberately absent: what a role and a scope allow, which the interface decides.

use std::path::Path;

use anyhow::{Context as _, Result};
use servanda_api::{Access, AccessError, Hashed, TokenWish, UserWish, password_of};
use servanda_events::ids::ActorId;
use servanda_log::{Clock, Ids};

use crate::args::{Place, TokenVerb, UserVerb};
use crate::ending::conflict;
use crate::open;
use crate::output::{Table, print_json, print_text, say};

/// The file of users and tokens in a ledger's folder.
pub(crate) const FILE: &str = "access.sqlite";

/// Opens the file of users and tokens, and makes it if it is not there.
pub(crate) fn open(dir: &Path) -> Result<Access> {
    std::fs::create_dir_all(dir)
        .with_context(|| format!("{} cannot be made; choose another folder after --data", dir.display()))?;
    Ok(Access::open(&dir.join(FILE))?)
}

fn access(place: &Place) -> Result<Access> {
    open(&open::settings(place, Vec::new())?.data.dir)
}

/// What stands against what is there is a conflict, not a failure.
fn changed<T>(result: Result<T, AccessError>) -> Result<T> {
    result.map_err(|error| match error {
        AccessError::UserExists(_)
        | AccessError::UserUnknown(_)
        | AccessError::TokenUnknown(_)
        | AccessError::ScopeAboveRole { .. }
        | AccessError::PasswordTooShort
        | AccessError::PasswordTooLong => conflict(error.to_string()),
        other => other.into(),
    })
}

pub(crate) fn user(verb: &UserVerb) -> Result<()> {
    let now = Clock::System.now();
    match verb {
        UserVerb::Create { id, name, party, role, lang, password, place } => {
            let access = access(place)?;
            let (id, name) = (id.clone(), name.clone());
            let wish = UserWish { id: id.clone(), name, party: party.clone(), role: *role, lang: *lang };
            changed(access.create_user(&wish, now))?;
            say(format!("user {id} created as {}", role.as_str()));
            if *password {
                return make_password(&access, &id);
            }
            say(format!("`servanda user password {id}` lets them sign in to the pages"));
            say(format!("`servanda token create --user {id} --scope record` makes a token for their programs"));
        }
        UserVerb::Role { id, role, party, no_party, place } => {
            let access = access(place)?;
            let before = access.user(id)?.and_then(|user| user.party);
            let party = if *no_party { None } else { party.clone().or(before) };
            changed(access.change_role(id, *role, party.as_ref(), now))?;
            let party = party.map_or_else(|| "no party".to_owned(), |party| party.to_string());
            say(format!("user {id} is {} now, for {party}; their sessions have ended", role.as_str()));
        }
        UserVerb::Password { account, stdin } => {
            let access = access(&account.place)?;
            if !stdin {
                return make_password(&access, &account.id);
            }
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).context("standard input cannot be read")?;
            let password = line.strip_suffix('\n').unwrap_or(&line);
            let password = password.strip_suffix('\r').unwrap_or(password);
            let hashed = changed(Hashed::of(password, &Ids::System.secret()?))?;
            changed(access.set_password(&account.id, &hashed, false, now))?;
            say(format!("the password of {} is set; their sessions have ended", account.id));
        }
        UserVerb::Disable { account } => {
            changed(access(&account.place)?.disable_user(&account.id, now))?;
            say(format!("user {} disabled; their tokens and sessions are not accepted any more", account.id));
        }
        UserVerb::Enable { account } => {
            changed(access(&account.place)?.enable_user(&account.id, now))?;
            say(format!("user {} enabled", account.id));
        }
        UserVerb::List { place, json } => return list(&access(place)?, *json),
    }
    Ok(())
}

fn list(access: &Access, json: bool) -> Result<()> {
    let users = access.users()?;
    if json {
        return print_json(&users);
    }
    let mut table = Table::new(["user", "name", "party", "role", "since", "state"]);
    for user in users {
        let party = user.party.map_or_else(|| "-".to_owned(), |party| party.to_string());
        let state = match (user.disabled, user.signs_in) {
            (true, _) => "disabled",
            (false, true) => "signs in",
            (false, false) => "no password",
        };
        let (since, role) = (user.created_at.date().to_string(), user.role.as_str().to_owned());
        table.row([user.id.to_string(), user.name, party, role, since, state.to_owned()]);
    }
    print_text(&table.lines(0))
}

/// Makes a password and prints it, once. Whoever gets it must change it at the first sign-in.
fn make_password(access: &Access, id: &ActorId) -> Result<()> {
    let password = new_password(access, id, true)?;
    print_text(&format!("{password}\n"))?;
    say(format!("this is the password of {id}, shown this once only; they must change it when they sign in"));
    Ok(())
}

/// Makes a password for an account.
pub(crate) fn new_password(access: &Access, id: &ActorId, temporary: bool) -> Result<String> {
    let password = password_of(&Ids::System.secret()?);
    let hashed = Hashed::of(&password, &Ids::System.secret()?)?;
    changed(access.set_password(id, &hashed, temporary, Clock::System.now()))?;
    Ok(password)
}

pub(crate) fn token(verb: &TokenVerb) -> Result<()> {
    let now = Clock::System.now();
    match verb {
        TokenVerb::Create { user, scope, label, expires, place } => {
            let secret = Ids::System.secret()?;
            let wish = TokenWish { user: user.clone(), scope: *scope, label: label.clone(), expires_at: *expires };
            let (text, token) = changed(access(place)?.create_token(&secret, &wish, now))?;
            print_text(&format!("{text}\n"))?;
            say(format!("this is token {} of {user}; keep it safe, it is shown this once only", token.id));
        }
        TokenVerb::Revoke { id, place } => {
            changed(access(place)?.revoke_token(id, now))?;
            say(format!("token {id} revoked"));
        }
        TokenVerb::List { place, json } => {
            let tokens = access(place)?.tokens()?;
            if *json {
                return print_json(&tokens);
            }
            let mut table = Table::new(["token", "user", "scope", "label", "made", "state"]);
            for token in tokens {
                let state = match (token.revoked_at, token.expires_at) {
                    (Some(at), _) => format!("revoked {}", at.date()),
                    (None, Some(at)) if at <= now => format!("expired {}", at.date()),
                    (None, Some(at)) => format!("good until {at}"),
                    (None, None) => "good".to_owned(),
                };
                let (made, scope) = (token.created_at.date().to_string(), token.scope.as_str().to_owned());
                table.row([token.id, token.user.to_string(), scope, token.label, made, state]);
            }
            print_text(&table.lines(0))?;
        }
    }
    Ok(())
}
