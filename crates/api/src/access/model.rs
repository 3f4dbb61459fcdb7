//! Users, roles, tokens and scopes, and what can go wrong with them.

use serde::Serialize;
use servanda_events::dates::Instant;
use servanda_events::ids::{ActorId, PartyId};

use super::passwords::PASSWORD_CHARS_MIN;
use crate::words::Lang;

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

/// What a person is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Reader,
    /// Records statements of the own party, or proposes them where the ledger wants two persons.
    Recorder,
    /// Records too, and approves or returns what another person of the same party proposes.
    Reviewer,
    /// Records verifications, assessments and evidence, and nothing else: a third party.
    Verifier,
    /// Records for any party, looks after accounts, and reviews what others of the own party propose.
    Administrator,
}

impl Role {
    /// All five.
    pub const ALL: [Self; 5] = [Self::Reader, Self::Recorder, Self::Reviewer, Self::Verifier, Self::Administrator];

    /// The name of the role.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Recorder => "recorder",
            Self::Reviewer => "reviewer",
            Self::Verifier => "verifier",
            Self::Administrator => "administrator",
        }
    }

    /// The role of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// The most that a token of such a person can allow.
    pub fn scope_max(self) -> Scope {
        match self {
            Self::Reader => Scope::Read,
            Self::Recorder | Self::Reviewer | Self::Verifier => Scope::Record,
            Self::Administrator => Scope::Admin,
        }
    }

    /// Whether such a person decides on what others propose.
    pub fn reviews(self) -> bool {
        matches!(self, Self::Reviewer | Self::Administrator)
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
    /// What the user is there for.
    pub role: Role,
    /// The language that the user reads, where one was chosen.
    pub lang: Option<Lang>,
    /// Whether the user has a password and so can sign in to the pages.
    pub signs_in: bool,
    /// Whether the password was given by somebody else and must be changed.
    pub password_temporary: bool,
    /// Whether the account is closed.
    pub disabled: bool,
    /// When it was opened.
    pub created_at: Instant,
}

/// The wish for an account.
#[derive(Debug, Clone)]
pub struct UserWish {
    /// The pseudonym that will stand in entries.
    pub id: ActorId,
    /// The name for administrators.
    pub name: String,
    /// The party for which the user speaks.
    pub party: Option<PartyId>,
    /// What the user is there for.
    pub role: Role,
    /// The language that the user reads.
    pub lang: Option<Lang>,
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
    pub(crate) role: Role,
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
    /// The token would allow more than its user's role.
    #[error("{user} is {role}, for whom a token of the scope `{scope}` would allow too much; change the role first", role = role.as_str(), scope = scope.as_str())]
    ScopeAboveRole {
        /// Whose it would be.
        user: ActorId,
        /// Their role.
        role: Role,
        /// What it would allow.
        scope: Scope,
    },
    /// The password is too short.
    #[error("a password has at least {PASSWORD_CHARS_MIN} characters; take some words that you remember together")]
    PasswordTooShort,
    /// The password is too long.
    #[error("the password is longer than 512 bytes; take a shorter one")]
    PasswordTooLong,
    /// The password could not be hashed.
    #[error("the password cannot be hashed: {0}")]
    Hashing(String),
    /// The proposal was decided upon meanwhile.
    #[error("the proposal `{0}` was decided upon meanwhile; look at it again")]
    ProposalMoved(String),
    /// There is no such webhook.
    #[error("there is no webhook {0}; look at the list of them")]
    WebhookUnknown(i64),
    /// What stands in the file does not read.
    #[error("the file of users and tokens is damaged: {0}")]
    Damaged(String),
}

impl AccessError {
    #[expect(clippy::needless_pass_by_value, reason = "stands in `map_err`")]
    pub(super) fn hashing(error: impl ToString) -> Self {
        Self::Hashing(error.to_string())
    }
}
