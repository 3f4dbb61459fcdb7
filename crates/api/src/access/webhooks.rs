//! Webhooks: addresses to which entries are sent as they come, how far each has acknowledged them, and what is in the
//! way. A webhook's place is the position up to which it acknowledged everything; nothing else is remembered of it.
//!
//! The secret has to be kept as it is, because messages are signed with it; the file is for the service's user alone.
//! It is shown once. Deliberately absent: sending, which is the command line's; which hosts are allowed, see
//! [`crate::webhooks`].

use rusqlite::{Connection, OptionalExtension, Row, params};
use servanda_events::dates::Instant;
use servanda_events::ids::{ActorId, Family, Position};

use super::{Access, AccessError, Deed, audit, optional, parsed};

/// An address to which entries are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its number in the file.
    pub id: i64,
    /// What it is for.
    pub label: String,
    /// Where entries are sent.
    pub url: String,
    /// What messages are signed with, as the receiver has it.
    pub secret: String,
    /// Of which families entries are sent; empty for all.
    pub families: Vec<Family>,
    /// Who made it.
    pub made_by: ActorId,
    /// When it was made.
    pub made_at: Instant,
    /// Up to where everything that it asks for was acknowledged.
    pub position: Position,
    /// Attempts in a row that failed.
    pub failures: u64,
    /// When the first of them was.
    pub failing_since: Option<Instant>,
    /// Code of what was in the way last.
    pub trouble: Option<String>,
    /// Whether nothing is sent until somebody lets it go on.
    pub paused: bool,
}

/// The wish for a webhook.
#[derive(Debug, Clone)]
pub struct WebhookWish {
    /// What it is for.
    pub label: String,
    /// Where entries are to be sent.
    pub url: String,
    /// What messages are to be signed with.
    pub secret: String,
    /// Of which families entries are to be sent; empty for all.
    pub families: Vec<Family>,
    /// The position after which entries are to be sent.
    pub after: Position,
}

const COLUMNS: &str =
    "id, label, url, secret, families, made_by, made_at, position, failures, failing_since, trouble, paused";

fn read(row: &Row<'_>) -> Result<Webhook, AccessError> {
    let text = |column: usize| row.get::<_, String>(column);
    let families = text(4)?;
    let family = |name: &str| {
        let found = Family::ALL.into_iter().find(|family| family.as_str() == name);
        found.ok_or_else(|| AccessError::Damaged(name.to_owned()))
    };
    Ok(Webhook {
        id: row.get(0)?,
        label: text(1)?,
        url: text(2)?,
        secret: text(3)?,
        families: families.split(',').filter(|name| !name.is_empty()).map(family).collect::<Result<_, _>>()?,
        made_by: parsed(&text(5)?)?,
        made_at: parsed(&text(6)?)?,
        position: row.get::<_, i64>(7)?.unsigned_abs(),
        failures: row.get::<_, i64>(8)?.unsigned_abs(),
        failing_since: optional(row.get(9)?)?,
        trouble: row.get(10)?,
        paused: row.get(11)?,
    })
}

fn number(position: Position) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

fn named(connection: &Connection, id: i64) -> Result<String, AccessError> {
    let sql = "SELECT id || ', ' || label FROM webhook WHERE id = ?1";
    let found: Option<String> = connection.query_row(sql, [id], |row| row.get(0)).optional()?;
    found.ok_or(AccessError::WebhookUnknown(id))
}

impl Access {
    /// Keeps a webhook, whatever its address; whether one is allowed is asked when it is typed and when it is sent to.
    pub fn make_webhook(&self, wish: &WebhookWish, by: &ActorId, now: Instant) -> Result<i64, AccessError> {
        self.write(|connection| {
            let families: Vec<&str> = wish.families.iter().map(|family| family.as_str()).collect();
            connection.execute(
                "INSERT INTO webhook (label, url, secret, families, made_by, made_at, position)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    wish.label,
                    wish.url,
                    wish.secret,
                    families.join(","),
                    by.as_str(),
                    now.to_string(),
                    number(wish.after)
                ],
            )?;
            let id = connection.last_insert_rowid();
            audit::note(connection, Deed::WebhookMade, Some(by), &named(connection, id)?, now)?;
            Ok(id)
        })
    }

    /// Holds a webhook up, or lets it go on from where it stands, as if nothing had failed.
    pub(crate) fn pause_webhook(&self, id: i64, paused: bool, by: &ActorId, now: Instant) -> Result<(), AccessError> {
        self.write(|connection| {
            let about = named(connection, id)?;
            let sql =
                "UPDATE webhook SET paused = ?2, failures = 0, failing_since = NULL, trouble = NULL WHERE id = ?1";
            connection.execute(sql, params![id, paused])?;
            let deed = if paused { Deed::WebhookPaused } else { Deed::WebhookResumed };
            audit::note(connection, deed, Some(by), &about, now)
        })
    }

    /// Removes a webhook with its secret. That it was there stands in the audit list.
    pub(crate) fn remove_webhook(&self, id: i64, by: &ActorId, now: Instant) -> Result<(), AccessError> {
        self.write(|connection| {
            let about = named(connection, id)?;
            connection.execute("DELETE FROM webhook WHERE id = ?1", [id])?;
            audit::note(connection, Deed::WebhookRemoved, Some(by), &about, now)
        })
    }

    /// All webhooks, the oldest first.
    pub fn webhooks(&self) -> Result<Vec<Webhook>, AccessError> {
        self.look(|connection| {
            let mut found = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM webhook ORDER BY id"))?;
            let mut rows = found.query([])?;
            let mut webhooks = Vec::new();
            while let Some(row) = rows.next()? {
                webhooks.push(read(row)?);
            }
            Ok(webhooks)
        })
    }

    /// One webhook; none where it was removed.
    pub fn webhook(&self, id: i64) -> Result<Option<Webhook>, AccessError> {
        self.look(|connection| {
            let mut found = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM webhook WHERE id = ?1"))?;
            let mut rows = found.query([id])?;
            rows.next()?.map(read).transpose()
        })
    }

    /// Notes that everything up to a position was acknowledged, or asked for by nobody.
    pub fn webhook_reached(&self, id: i64, position: Position) -> Result<(), AccessError> {
        self.write(|connection| {
            let sql =
                "UPDATE webhook SET position = max(position, ?2), failures = 0, failing_since = NULL, trouble = NULL
                       WHERE id = ?1";
            connection.execute(sql, params![id, number(position)])?;
            Ok(())
        })
    }

    /// Notes that an attempt failed, and why; `give_up` holds the webhook up until somebody lets it go on.
    pub fn webhook_failed(&self, id: i64, trouble: &str, give_up: bool, now: Instant) -> Result<(), AccessError> {
        self.write(|connection| {
            let sql = "UPDATE webhook SET failures = failures + 1, failing_since = coalesce(failing_since, ?3),
                       trouble = ?2, paused = max(paused, ?4) WHERE id = ?1";
            connection.execute(sql, params![id, trouble, now.to_string(), give_up])?;
            if give_up {
                let about = format!("{}: {trouble}", named(connection, id)?);
                audit::note(connection, Deed::WebhookPaused, None, &about, now)?;
            }
            Ok(())
        })
    }
}
