//! Users, tokens and scopes, and what can go wrong with them.

use serde::Serialize;
use servanda_events::dates::Instant;
use servanda_events::ids::{ActorId, PartyId};

/// What a token allows; each scope allows what the ones before it do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Reading.
    Read,
    /// Recording, as the user's own party where it has one.
    Record,
    /// Recording as any party.
    Admin,
}

impl Scope {
    /// All three, from least to most.
    pub const ALL: [Self; 3] = [Self::Read, Self::Record, Self::Admin];

    /// The name of the scope.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Record => "record",
            Self::Admin => "admin",
        }
    }

    /// The scope of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// Someone who records, by pseudonym.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// The pseudonym that stands in entries.
    pub id: ActorId,
    /// The name shown to administrators; it stands nowhere in the log.
    pub name: String,
    /// The party for which the user speaks; none for an operator.
    pub party: Option<PartyId>,
    /// Whether the account is closed.
    pub disabled: bool,
    /// When it was opened.
    pub created_at: Instant,
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    /// A short id to revoke it by; it tells nothing of the secret.
    pub id: String,
    /// Whose it is.
    pub user: ActorId,
    /// What it allows.
    pub scope: Scope,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Instant,
    /// From when on it is not valid any more.
    pub expires_at: Option<Instant>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
}

/// The wish for a token.
#[derive(Debug, Clone)]
pub struct TokenWish {
    /// Whose it is to be.
    pub user: ActorId,
    /// What it is to allow.
    pub scope: Scope,
    /// What it is for.
    pub label: String,
    /// From when on it is not to be valid any more.
    pub expires_at: Option<Instant>,
}

/// What a valid token says of its bearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bearer {
    pub(crate) user: ActorId,
    pub(crate) party: Option<PartyId>,
    pub(crate) scope: Scope,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAccepted {
    /// Mistyped, unknown, revoked or expired; which of these is nobody's business.
    Invalid,
    /// Its user's account is closed.
    Disabled,
}

/// Why users or tokens could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The file failed.
    #[error("the file of users and tokens cannot be used; check that it may be written and that the disk has room")]
    Database(#[from] rusqlite::Error),
    /// The file could not be made.
    #[error("the file of users and tokens cannot be made; check that its folder exists and may be written")]
    File(#[from] std::io::Error),
    /// The file was written by a newer version of this program.
    #[error("the file of users and tokens has version {found}, newer than this program; install the newer version")]
    Newer {
        /// Its version.
        found: i64,
    },
    /// There is such a user already.
    #[error("there is a user `{0}` already; choose another pseudonym")]
    UserExists(ActorId),
    /// There is no such user.
    #[error("there is no user `{0}`; create the user first")]
    UserUnknown(ActorId),
    /// There is no such token.
    #[error("there is no token `{0}`; `servanda token list` shows them")]
    TokenUnknown(String),
    /// What stands in the file does not read.
    #[error("the file of users and tokens is damaged: {0}")]
    Damaged(String),
}
