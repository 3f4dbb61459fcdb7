//! `user` and `token`: who may record and read through the interface. A service that runs sees changes by itself.
//!
//! Deliberately absent: what a scope allows, which the interface decides.

use std::path::Path;

use anyhow::{Context as _, Result};
use servanda_api::{Access, AccessError, TokenWish};
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
        AccessError::UserExists(_) | AccessError::UserUnknown(_) | AccessError::TokenUnknown(_) => {
            conflict(error.to_string())
        }
        other => other.into(),
    })
}

pub(crate) fn user(verb: &UserVerb) -> Result<()> {
    match verb {
        UserVerb::Add { id, name, party, place } => {
            changed(access(place)?.create_user(id, name, party.as_ref(), Clock::System.now()))?;
            say(format!("user {id} added; `servanda token create --user {id} --scope record` makes a token"));
        }
        UserVerb::Disable { id, place } => {
            changed(access(place)?.disable_user(id))?;
            say(format!("user {id} disabled; their tokens are not accepted any more"));
        }
        UserVerb::List { place, json } => {
            let users = access(place)?.users()?;
            if *json {
                return print_json(&users);
            }
            let mut table = Table::new(["user", "name", "party", "since", "state"]);
            for user in users {
                let party = user.party.map_or_else(|| "-".to_owned(), |party| party.to_string());
                let state = if user.disabled { "disabled" } else { "active" };
                let since = user.created_at.date().to_string();
                table.row([user.id.to_string(), user.name, party, since, state.to_owned()]);
            }
            print_text(&table.lines(0))?;
        }
    }
    Ok(())
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
