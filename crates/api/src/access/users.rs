//! Accounts: opened, changed, closed. Whatever changes what a person may do ends the sessions that knew them otherwise.
//!
//! Deliberately absent: deleting an account, because its pseudonym stands in entries.

use rusqlite::{OptionalExtension, Transaction, params};
use servanda_events::dates::Instant;
use servanda_events::ids::{ActorId, PartyId};

use super::passwords::Hashed;
use super::{Access, AccessError, Deed, Role, User, UserWish, audit};
use crate::words::Lang;

impl Access {
    /// Opens an account, which has no password yet.
    pub fn create_user(&self, wish: &UserWish, now: Instant) -> Result<(), AccessError> {
        self.change(|connection| {
            let rows = connection.execute(
                "INSERT INTO user (id, name, party, role, lang, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO NOTHING",
                params![
                    wish.id.as_str(),
                    wish.name,
                    wish.party.as_ref().map(PartyId::as_str),
                    wish.role.as_str(),
                    wish.lang.map(Lang::tag),
                    now.to_string()
                ],
            )?;
            if rows == 0 {
                return Err(AccessError::UserExists(wish.id.clone()));
            }
            audit::note(connection, Deed::UserCreated, Some(&wish.id), wish.role.as_str(), now)
        })
    }

    /// Closes an account: none of its tokens and sessions is accepted any more.
    pub fn disable_user(&self, id: &ActorId, now: Instant) -> Result<(), AccessError> {
        self.change(|connection| {
            update(connection, id, "UPDATE user SET disabled = 1 WHERE id = ?1", params![id.as_str()])?;
            end_sessions(connection, id)?;
            audit::note(connection, Deed::UserDisabled, Some(id), "", now)
        })
    }

    /// Opens a closed account again.
    pub fn enable_user(&self, id: &ActorId, now: Instant) -> Result<(), AccessError> {
        self.change(|connection| {
            update(connection, id, "UPDATE user SET disabled = 0 WHERE id = ?1", params![id.as_str()])?;
            audit::note(connection, Deed::UserEnabled, Some(id), "", now)
        })
    }

    /// Gives a user another role and party. Their sessions end: whoever has new rights signs in anew.
    pub fn change_role(
        &self,
        id: &ActorId,
        role: Role,
        party: Option<&PartyId>,
        now: Instant,
    ) -> Result<(), AccessError> {
        self.change(|connection| {
            let sql = "UPDATE user SET role = ?2, party = ?3 WHERE id = ?1";
            update(connection, id, sql, params![id.as_str(), role.as_str(), party.map(PartyId::as_str)])?;
            end_sessions(connection, id)?;
            let party = party.map_or("-", PartyId::as_str);
            audit::note(connection, Deed::RoleChanged, Some(id), &format!("{} {party}", role.as_str()), now)
        })
    }

    /// Sets a password; all sessions of the user end. A temporary one must be changed at the next sign-in.
    pub fn set_password(
        &self,
        id: &ActorId,
        password: &Hashed,
        temporary: bool,
        now: Instant,
    ) -> Result<(), AccessError> {
        self.change(|connection| {
            let sql = "UPDATE user SET password = ?2, password_temporary = ?3 WHERE id = ?1";
            update(connection, id, sql, params![id.as_str(), password.as_str(), temporary])?;
            end_sessions(connection, id)?;
            let deed = if temporary { Deed::PasswordReset } else { Deed::PasswordChanged };
            audit::note(connection, deed, Some(id), "", now)
        })
    }

    /// Remembers the language that a user reads.
    pub fn set_language(&self, id: &ActorId, lang: Lang) -> Result<(), AccessError> {
        self.change(|connection| {
            update(connection, id, "UPDATE user SET lang = ?2 WHERE id = ?1", params![id.as_str(), lang.tag()])
        })
    }

    /// What is kept of a user's password, where there is one.
    pub(crate) fn password(&self, id: &ActorId) -> Result<Option<Hashed>, AccessError> {
        self.look(|connection| {
            let sql = "SELECT password FROM user WHERE id = ?1 AND disabled = 0";
            let found: Option<Option<String>> =
                connection.query_row(sql, [id.as_str()], |row| row.get(0)).optional()?;
            Ok(found.flatten().map(Hashed::kept))
        })
    }

    /// One user.
    pub fn user(&self, id: &ActorId) -> Result<Option<User>, AccessError> {
        self.look_again()?;
        Ok(self.known().users.get(id).cloned())
    }

    /// All users.
    pub fn users(&self) -> Result<Vec<User>, AccessError> {
        self.look_again()?;
        let mut users: Vec<User> = self.known().users.values().cloned().collect();
        users.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(users)
    }

    /// Whether there is an administrator who can sign in.
    pub fn any_administrator(&self) -> Result<bool, AccessError> {
        let can = |user: &User| user.role == Role::Administrator && user.signs_in && !user.disabled;
        Ok(self.users()?.iter().any(can))
    }
}

fn update(
    connection: &Transaction<'_>,
    id: &ActorId,
    sql: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<(), AccessError> {
    match connection.execute(sql, values)? {
        0 => Err(AccessError::UserUnknown(id.clone())),
        _ => Ok(()),
    }
}

/// Ends all sessions of a user.
fn end_sessions(connection: &Transaction<'_>, id: &ActorId) -> Result<(), AccessError> {
    connection.execute("DELETE FROM session WHERE user = ?1", [id.as_str()])?;
    Ok(())
}
