//! How often signing in may be tried: per name, and over all names.
//!
//! After five failures in a row a name waits half a minute, and twice as long after each further one, up to a quarter
//! of an hour; a success takes all of it back. Names that nobody has wait just so, or waiting would tell who has an
//! account. An attempt counts when it begins, so that many at the same time do not slip through. Over all names, so
//! many failures in a minute make everybody wait for the next one: an attack that tries one password on every name.
//!
//! Deliberately absent: closing an account after failures, which would let anybody close it.

use rusqlite::{OptionalExtension, params};
use servanda_events::dates::Instant;
use servanda_events::ids::ActorId;
use sha2::{Digest, Sha256};
use std::sync::PoisonError;

use super::{Access, AccessError, Deed, audit, parsed};

/// Failures in a row that cost nothing.
const FREE: u32 = 5;
/// The first wait, and the longest one, in seconds.
const WAIT_SECONDS: (i64, i64) = (30, 15 * 60);
/// Failures over all names that one minute may have.
const OVERALL_MAX: u32 = 120;
const MINUTE_MICROS: i64 = 60_000_000;

/// Failures of the present minute.
#[derive(Debug, Default)]
pub(super) struct Overall {
    minute: i64,
    failures: u32,
}

/// An attempt to sign in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    /// What was typed as the name.
    pub(crate) name: &'a str,
    /// The account of that name, if there is one.
    pub(crate) user: Option<&'a ActorId>,
    /// The network from which it comes.
    pub(crate) network: &'a str,
}

/// Whether an attempt may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MayTry {
    /// Now.
    Now,
    /// After so many seconds.
    After(u32),
}

/// The seconds that a name waits after so many failures in a row.
fn wait_seconds(failures: u32) -> i64 {
    match failures.checked_sub(FREE) {
        None => 0,
        Some(further) => WAIT_SECONDS.0.saturating_mul(1 << further.min(10)).min(WAIT_SECONDS.1),
    }
}

impl Overall {
    fn of_minute(&mut self, now: Instant) -> &mut u32 {
        let minute = now.micros() / MINUTE_MICROS;
        if self.minute != minute {
            *self = Self { minute, failures: 0 };
        }
        &mut self.failures
    }
}

impl Attempt<'_> {
    fn key(&self) -> [u8; 32] {
        Sha256::digest(self.name.as_bytes()).into()
    }
}

impl Access {
    /// Lets an attempt through, which counts as failed from now on, or says how long to wait.
    pub(crate) fn try_sign_in(&self, attempt: &Attempt<'_>, now: Instant) -> Result<MayTry, AccessError> {
        let mut overall = self.0.overall.lock().unwrap_or_else(PoisonError::into_inner);
        if *overall.of_minute(now) >= OVERALL_MAX {
            let left = MINUTE_MICROS - now.micros().rem_euclid(MINUTE_MICROS);
            return Ok(MayTry::After(u32::try_from(left / 1_000_000).unwrap_or(60) + 1));
        }
        let key = attempt.key();
        let may = self.write(|connection| {
            let sql = "SELECT times, last_at FROM sign_in_failure WHERE name = ?1";
            let found: Option<(u32, String)> =
                connection.query_row(sql, [key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            if let Some((times, last)) = &found {
                let last: Instant = parsed(last)?;
                let left = last.micros() + wait_seconds(*times) * 1_000_000 - now.micros();
                if left > 0 {
                    let why = (attempt.network, "sign_in_wait");
                    audit::refused(connection, Deed::SignInRefused, attempt.user, "", why, now)?;
                    return Ok(MayTry::After(u32::try_from((left + 999_999) / 1_000_000).unwrap_or(u32::MAX)));
                }
            }
            let yesterday = Instant::from_micros(now.micros() - 24 * 60 * MINUTE_MICROS).unwrap_or(now);
            connection.execute("DELETE FROM sign_in_failure WHERE last_at < ?1", [yesterday.to_string()])?;
            connection.execute(
                "INSERT INTO sign_in_failure (name, times, last_at) VALUES (?1, 1, ?2)
                 ON CONFLICT (name) DO UPDATE SET times = times + 1, last_at = ?2",
                params![key, now.to_string()],
            )?;
            Ok(MayTry::Now)
        })?;
        if may == MayTry::Now {
            *overall.of_minute(now) += 1;
        }
        Ok(may)
    }

    /// The attempt was a good one.
    pub(crate) fn signed_in(&self, attempt: &Attempt<'_>, now: Instant) -> Result<(), AccessError> {
        {
            let mut overall = self.0.overall.lock().unwrap_or_else(PoisonError::into_inner);
            let failures = overall.of_minute(now);
            *failures = failures.saturating_sub(1);
        }
        self.write(|connection| {
            connection.execute("DELETE FROM sign_in_failure WHERE name = ?1", [attempt.key()])?;
            audit::insert(connection, Deed::SignedIn, attempt.user, "", (attempt.network, ""), now)
        })
    }

    /// The attempt counts no more, and is no sign-in either.
    pub(crate) fn forgive(&self, attempt: &Attempt<'_>) -> Result<(), AccessError> {
        self.write(|connection| {
            connection.execute("DELETE FROM sign_in_failure WHERE name = ?1", [attempt.key()])?;
            Ok(())
        })
    }

    /// The attempt failed for good.
    pub(crate) fn sign_in_failed(&self, attempt: &Attempt<'_>, now: Instant) -> Result<(), AccessError> {
        let why = (attempt.network, "sign_in_wrong");
        self.write(|connection| audit::refused(connection, Deed::SignInRefused, attempt.user, "", why, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_begins_after_five_failures_doubles_and_has_an_end() {
        let waits: Vec<i64> = (0..12).map(wait_seconds).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(wait_seconds(u32::MAX), 900);
    }
}
