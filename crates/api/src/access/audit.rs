//! The audit list: who signed in, what was changed of accounts and tokens, what was proposed and decided, and every
//! attempt that was refused.
//!
//! Of where somebody came from the list keeps the network and not the address. What was typed as a name is kept only
//! where it is the name of an account, because people type passwords there. The same refusal within a minute is one row
//! that counts, so that nobody can fill the disk with refusals.
//!
//! Deliberately absent: facts of the ledger; taking rows away.

use std::net::IpAddr;

use rusqlite::{Connection, params};
use serde::Serialize;
use servanda_events::dates::Instant;
use servanda_events::ids::ActorId;

use super::{Access, AccessError, optional, parsed};

/// What was done or tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the name of each deed is its documentation; its words stand in the messages")]
pub enum Deed {
    SignedIn,
    SignInRefused,
    SignedOut,
    Refused,
    UserCreated,
    UserDisabled,
    UserEnabled,
    RoleChanged,
    PasswordReset,
    PasswordChanged,
    TokenCreated,
    TokenRevoked,
    Proposed,
    Approved,
    Returned,
    Withdrawn,
    WentStale,
    HandedOver,
    TakenBack,
    EvidenceOpened,
    WebhookMade,
    WebhookPaused,
    WebhookResumed,
    WebhookRemoved,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::SignedIn,
        Self::SignInRefused,
        Self::SignedOut,
        Self::Refused,
        Self::UserCreated,
        Self::UserDisabled,
        Self::UserEnabled,
        Self::RoleChanged,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::TokenCreated,
        Self::TokenRevoked,
        Self::Proposed,
        Self::Approved,
        Self::Returned,
        Self::Withdrawn,
        Self::WentStale,
        Self::HandedOver,
        Self::TakenBack,
        Self::EvidenceOpened,
        Self::WebhookMade,
        Self::WebhookPaused,
        Self::WebhookResumed,
        Self::WebhookRemoved,
    ];

    /// The name of the deed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInRefused => "sign_in_refused",
            Self::SignedOut => "signed_out",
            Self::Refused => "refused",
            Self::UserCreated => "user_created",
            Self::UserDisabled => "user_disabled",
            Self::UserEnabled => "user_enabled",
            Self::RoleChanged => "role_changed",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::TokenCreated => "token_created",
            Self::TokenRevoked => "token_revoked",
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
            Self::WentStale => "went_stale",
            Self::HandedOver => "handed_over",
            Self::TakenBack => "taken_back",
            Self::EvidenceOpened => "evidence_opened",
            Self::WebhookMade => "webhook_made",
            Self::WebhookPaused => "webhook_paused",
            Self::WebhookResumed => "webhook_resumed",
            Self::WebhookRemoved => "webhook_removed",
        }
    }

    /// The deed of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.as_str() == name)
    }
}

/// A row of the audit list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    /// When it was, the first time within the minute.
    pub at: Instant,
    /// When it was, the last time within the minute.
    pub last_at: Instant,
    /// How often it was.
    pub times: u64,
    /// What it was.
    pub deed: Deed,
    /// Who did it, or whose account it was about, where that is known.
    pub who: Option<ActorId>,
    /// What it was about: a role, a token's id, a proposal's id, a route.
    pub about: String,
    /// The network from which it came; empty where it was done at the machine.
    pub network: String,
    /// Code of why it was refused.
    pub why: String,
}

/// The network of an address: as much as tells an office from another, and no person from their neighbour.
pub(crate) fn network_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) if v4.is_loopback() => "loopback".to_owned(),
        IpAddr::V6(v6) if v6.is_loopback() => "loopback".to_owned(),
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => network_of(IpAddr::V4(v4)),
            None => {
                let [a, b, c, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}::/48")
            }
        },
    }
}

/// Notes a deed in the transaction in which it is done.
pub(super) fn note(
    connection: &Connection,
    deed: Deed,
    who: Option<&ActorId>,
    about: &str,
    now: Instant,
) -> Result<(), AccessError> {
    insert(connection, deed, who, about, ("", ""), now)
}

pub(super) fn insert(
    connection: &Connection,
    deed: Deed,
    who: Option<&ActorId>,
    about: &str,
    (network, why): (&str, &str),
    now: Instant,
) -> Result<(), AccessError> {
    connection.execute(
        "INSERT INTO audit (at, last_at, deed, who, about, network, why) VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6)",
        params![now.to_string(), deed.as_str(), who.map(ActorId::as_str), about, network, why],
    )?;
    Ok(())
}

/// Notes a refusal, together with the same ones of this minute.
pub(super) fn refused(
    connection: &Connection,
    deed: Deed,
    who: Option<&ActorId>,
    about: &str,
    (network, why): (&str, &str),
    now: Instant,
) -> Result<(), AccessError> {
    // A moment is written as 2025-03-20T09:00:00.000000Z; its first 16 characters are the minute.
    let minute: String = now.to_string().chars().take(16).collect();
    let again = connection.execute(
        "UPDATE audit SET times = times + 1, last_at = ?1
         WHERE at >= ?2 AND deed = ?3 AND who IS ?4 AND about = ?5 AND network = ?6 AND why = ?7",
        params![now.to_string(), minute, deed.as_str(), who.map(ActorId::as_str), about, network, why],
    )?;
    if again > 0 { Ok(()) } else { insert(connection, deed, who, about, (network, why), now) }
}

impl Access {
    /// Notes that an attempt was refused: by whom, at which route, from which network, and why.
    pub(crate) fn note_refused(
        &self,
        who: Option<&ActorId>,
        about: &str,
        (network, why): (&str, &str),
        now: Instant,
    ) -> Result<(), AccessError> {
        self.write(|connection| refused(connection, Deed::Refused, who, about, (network, why), now))
    }

    /// Rows of the audit list, the newest first: at most `limit` of them, after `skip`; of refused attempts only where
    /// that is asked.
    pub fn audit(&self, only_refused: bool, skip: usize, limit: usize) -> Result<Vec<AuditEntry>, AccessError> {
        self.look(|connection| {
            let mut rows = connection.prepare_cached(
                "SELECT at, last_at, times, deed, who, about, network, why FROM audit
                 WHERE ?1 = 0 OR deed IN ('refused', 'sign_in_refused') ORDER BY id DESC LIMIT ?2 OFFSET ?3",
            )?;
            let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
            let mut rows = rows.query(params![only_refused, number(limit), number(skip)])?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                let deed: String = row.get(3)?;
                entries.push(AuditEntry {
                    at: parsed(&row.get::<_, String>(0)?)?,
                    last_at: parsed(&row.get::<_, String>(1)?)?,
                    times: row.get::<_, i64>(2)?.unsigned_abs(),
                    deed: Deed::of_name(&deed).ok_or(AccessError::Damaged(deed))?,
                    who: optional(row.get(4)?)?,
                    about: row.get(5)?,
                    network: row.get(6)?,
                    why: row.get(7)?,
                });
            }
            Ok(entries)
        })
    }
}
