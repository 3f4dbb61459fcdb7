//! Sessions of people who signed in: 256 random bits in a cookie, their hash in the file.
//!
//! A session ends after an hour without a request, after twelve hours in any case, at sign-out, and whenever the
//! password, the role or the account changes. A request writes at most twice a minute that it was seen.
//!
//! Deliberately absent: the cookie, which the pages know; anything stored with a session.

use rusqlite::{OptionalExtension, params};
use servanda_events::dates::Instant;
use servanda_events::ids::ActorId;
use sha2::{Digest, Sha256};

use super::{Access, AccessError, Deed, User, audit, parsed};
use crate::token::hex;

/// How long a session lasts without a request, in seconds.
pub(crate) const IDLE_SECONDS: i64 = 60 * 60;
/// How long a session lasts at most, in seconds.
pub(crate) const WHOLE_SECONDS: i64 = 12 * 60 * 60;
/// How old the note of the last request may be, in seconds.
const SEEN_SECONDS: i64 = 30;
const MICROS: i64 = 1_000_000;

/// A session that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) user: User,
    /// When it ends if nothing more is asked.
    pub(crate) ends_at: Instant,
    /// When it ends in any case.
    pub(crate) ends_for_good_at: Instant,
}

fn later(instant: Instant, seconds: i64) -> Instant {
    Instant::from_micros(instant.micros() + seconds * MICROS).unwrap_or(instant)
}

fn hashed(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

impl Access {
    /// Begins a session of a user with 256 random bits (`servanda_log::Ids::secret`), and gives the text of its cookie.
    pub(crate) fn begin_session(&self, user: &ActorId, secret: &[u8; 32], now: Instant) -> Result<String, AccessError> {
        let text = hex(secret);
        self.write(|connection| {
            let idle = later(now, -IDLE_SECONDS).to_string();
            let over = "DELETE FROM session WHERE expires_at <= ?1 OR seen_at <= ?2";
            connection.execute(over, params![now.to_string(), idle])?;
            let expires = later(now, WHOLE_SECONDS).to_string();
            connection.execute(
                "INSERT INTO session (id, user, created_at, seen_at, expires_at) VALUES (?1, ?2, ?3, ?3, ?4)",
                params![hashed(&text), user.as_str(), now.to_string(), expires],
            )?;
            Ok(())
        })?;
        Ok(text)
    }

    /// The session of a cookie, if it is under way; asking keeps it so.
    pub(crate) fn session(&self, text: &str, now: Instant) -> Result<Option<Session>, AccessError> {
        if text.len() != 64 {
            return Ok(None);
        }
        let id = hashed(text);
        let found: Option<(String, String, String)> = self.look(|connection| {
            let sql = "SELECT user, seen_at, expires_at FROM session WHERE id = ?1";
            let mut found = connection.prepare_cached(sql)?;
            Ok(found.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?)
        })?;
        let Some((user, seen, expires)) = found else {
            return Ok(None);
        };
        let (seen, expires): (Instant, Instant) = (parsed(&seen)?, parsed(&expires)?);
        if expires <= now || later(seen, IDLE_SECONDS) <= now {
            return Ok(None);
        }
        let Some(user) = self.user(&parsed(&user)?)?.filter(|user| !user.disabled) else {
            return Ok(None);
        };
        if later(seen, SEEN_SECONDS) <= now {
            self.write(|connection| {
                let sql = "UPDATE session SET seen_at = ?2 WHERE id = ?1";
                connection.execute(sql, params![id, now.to_string()])?;
                Ok(())
            })?;
        }
        Ok(Some(Session { user, ends_at: later(now, IDLE_SECONDS).min(expires), ends_for_good_at: expires }))
    }

    /// Ends a session. One that is not there has ended.
    pub(crate) fn end_session(&self, text: &str, now: Instant) -> Result<(), AccessError> {
        let id = hashed(text);
        self.write(|connection| {
            let sql = "DELETE FROM session WHERE id = ?1 RETURNING user";
            let user: Option<String> = connection.query_row(sql, [id], |row| row.get(0)).optional()?;
            match user {
                Some(user) => audit::note(connection, Deed::SignedOut, Some(&parsed(&user)?), "", now),
                None => Ok(()),
            }
        })
    }
}
