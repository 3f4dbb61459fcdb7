//! Access tokens: made, shown once, revoked, and recognised.
//!
//! Deliberately absent: the text of a token, see [`crate::token`].

use rusqlite::params;
use servanda_events::dates::Instant;
use subtle::ConstantTimeEq;

use super::{Access, AccessError, Bearer, Deed, Known, NotAccepted, Token, TokenWish, audit};
use crate::token::{self, TokenHash};

impl Access {
    /// Whether anybody can show who they are: a token was ever made, or an account has a password. From then on nobody
    /// records without saying who they are, even when all are revoked.
    pub fn anybody_known(&self, now: Instant) -> Result<bool, AccessError> {
        self.look_again_if_due(now)?;
        let known = self.known();
        Ok(known.any_token || known.users.values().any(|user| user.signs_in))
    }

    /// The bearer of a token.
    pub(crate) fn bearer(&self, text: &str, now: Instant) -> Result<Result<Bearer, NotAccepted>, AccessError> {
        let Some(hash) = token::hash_of(text) else {
            return Ok(Err(NotAccepted::Invalid));
        };
        self.look_again_if_due(now)?;
        if let Some(found) = self.known().bearer(&hash, now) {
            return Ok(found);
        }
        // A token made a moment ago by another process must not be told that it is unknown.
        self.look_again()?;
        Ok(self.known().bearer(&hash, now).unwrap_or(Err(NotAccepted::Invalid)))
    }

    /// Makes a token of 256 random bits (`servanda_log::Ids::secret`). Its text is given out here and never again. It
    /// cannot allow more than its user's role.
    pub fn create_token(
        &self,
        secret: &[u8; 32],
        wish: &TokenWish,
        now: Instant,
    ) -> Result<(String, Token), AccessError> {
        let text = token::text_of(secret);
        let hash = token::hash_of(&text).ok_or_else(|| AccessError::Damaged("a new token does not read".to_owned()))?;
        let token = Token {
            id: token::hex(&hash[24..]),
            user: wish.user.clone(),
            scope: wish.scope,
            label: wish.label.clone(),
            created_at: now,
            expires_at: wish.expires_at,
            revoked_at: None,
        };
        let user = self.user(&token.user)?.ok_or_else(|| AccessError::UserUnknown(token.user.clone()))?;
        if token.scope > user.role.scope_max() {
            return Err(AccessError::ScopeAboveRole { user: user.id, role: user.role, scope: token.scope });
        }
        self.change(|connection| {
            connection.execute(
                "INSERT INTO token (id, hash, user, scope, label, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    token.id,
                    hash,
                    token.user.as_str(),
                    token.scope.as_str(),
                    token.label,
                    now.to_string(),
                    token.expires_at.map(|at| at.to_string())
                ],
            )?;
            audit::note(connection, Deed::TokenCreated, Some(&token.user), &token.id, now)
        })?;
        Ok((text, token))
    }

    /// Revokes a token for good. A revoked one stays revoked since when it was.
    pub fn revoke_token(&self, id: &str, now: Instant) -> Result<(), AccessError> {
        self.change(|connection| {
            let sql = "UPDATE token SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1";
            match connection.execute(sql, params![id, now.to_string()])? {
                0 => Err(AccessError::TokenUnknown(id.to_owned())),
                _ => audit::note(connection, Deed::TokenRevoked, None, id, now),
            }
        })
    }

    /// All tokens, the oldest first.
    pub fn tokens(&self) -> Result<Vec<Token>, AccessError> {
        self.look_again()?;
        let mut tokens: Vec<Token> = self.known().tokens.values().flatten().map(|(_, token)| token.clone()).collect();
        tokens.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        Ok(tokens)
    }
}

impl Known {
    /// The bearer of a token; `None` where no such token is known.
    fn bearer(&self, hash: &TokenHash, now: Instant) -> Option<Result<Bearer, NotAccepted>> {
        let same = |other: &TokenHash| bool::from(other.as_slice().ct_eq(hash.as_slice()));
        let (_, token) = self.tokens.get(&shortened(hash))?.iter().find(|(other, _)| same(other))?;
        if token.revoked_at.is_some() || token.expires_at.is_some_and(|expires| expires <= now) {
            return Some(Err(NotAccepted::Invalid));
        }
        let user = self.users.get(&token.user)?;
        if user.disabled {
            return Some(Err(NotAccepted::Disabled));
        }
        // A role that was lowered lowers what the tokens made before allow.
        let scope = token.scope.min(user.role.scope_max());
        Some(Ok(Bearer { user: user.id.clone(), party: user.party.clone(), role: user.role, scope }))
    }
}

/// The beginning of a hash, by which it is found.
pub(super) fn shortened(hash: &TokenHash) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    first
}
