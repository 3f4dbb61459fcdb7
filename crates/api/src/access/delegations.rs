//! Delegations: somebody who decides on proposals hands that over to a colleague for some days. Which documents of a
//! proposal somebody opened stands here too, since both are asked when somebody decides.
//!
//! Nothing is taken away: a delegation that was ended stays, with who ended it. The deed goes into the audit list in
//! the same transaction.
//!
//! Deliberately absent: who may hand over what to whom, see [`crate::four_eyes`].

use rusqlite::{OptionalExtension, Row, params};
use servanda_events::dates::{Instant, LedgerDate};
use servanda_events::ids::{ActorId, CommandId};

use super::{Access, AccessError, Deed, audit, optional, parsed};

/// That one person decides in the place of another, from one day to another, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delegation {
    /// Its number in the file.
    pub(crate) id: i64,
    /// Whose right it is.
    pub(crate) giver: ActorId,
    /// Who decides meanwhile.
    pub(crate) taker: ActorId,
    pub(crate) from: LedgerDate,
    pub(crate) until: LedgerDate,
    pub(crate) reason: String,
    pub(crate) made_by: ActorId,
    pub(crate) made_at: Instant,
    /// When it was ended before its last day, and by whom.
    pub(crate) ended: Option<(Instant, ActorId)>,
}

/// The wish for a delegation.
#[derive(Debug, Clone)]
pub(crate) struct DelegationWish {
    pub(crate) giver: ActorId,
    pub(crate) taker: ActorId,
    pub(crate) from: LedgerDate,
    pub(crate) until: LedgerDate,
    pub(crate) reason: String,
}

/// That somebody opened a document of a proposal, for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    /// The place of the document among those of the proposal, from 0.
    pub(crate) place: usize,
    pub(crate) who: ActorId,
    pub(crate) at: Instant,
}

const COLUMNS: &str = "id, giver, taker, from_day, until_day, reason, made_by, made_at, ended_at, ended_by";

fn read(row: &Row<'_>) -> Result<Delegation, AccessError> {
    let text = |column: usize| row.get::<_, String>(column);
    Ok(Delegation {
        id: row.get(0)?,
        giver: parsed(&text(1)?)?,
        taker: parsed(&text(2)?)?,
        from: parsed(&text(3)?)?,
        until: parsed(&text(4)?)?,
        reason: text(5)?,
        made_by: parsed(&text(6)?)?,
        made_at: parsed(&text(7)?)?,
        ended: optional(row.get(8)?)?.zip(optional(row.get(9)?)?),
    })
}

impl Delegation {
    /// Whether it holds on a day.
    pub(crate) fn holds_on(&self, day: LedgerDate) -> bool {
        self.ended.is_none() && self.from <= day && day <= self.until
    }
}

impl Access {
    /// Hands over. The same one again, while it was not ended, is kept once.
    pub(crate) fn hand_over(&self, wish: &DelegationWish, by: &ActorId, now: Instant) -> Result<(), AccessError> {
        self.write(|connection| {
            let named = (wish.giver.as_str(), wish.taker.as_str(), wish.from.to_string(), wish.until.to_string());
            let sql = "SELECT 1 FROM delegation
                       WHERE giver = ?1 AND taker = ?2 AND from_day = ?3 AND until_day = ?4 AND ended_at IS NULL";
            let found: Option<i64> = connection.query_row(sql, named.clone(), |row| row.get(0)).optional()?;
            if found.is_some() {
                return Ok(());
            }
            let (giver, taker, from, until) = named;
            let sql = "INSERT INTO delegation (giver, taker, from_day, until_day, reason, made_by, made_at)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let made = (by.as_str(), now.to_string());
            connection.execute(sql, params![giver, taker, from, until, wish.reason, made.0, made.1])?;
            let about = format!("{giver} → {taker}, {from} – {until}");
            audit::note(connection, Deed::HandedOver, Some(by), &about, now)
        })
    }

    /// Ends a delegation now. One that has ended already stays as it is.
    pub(crate) fn end_delegation(&self, id: i64, by: &ActorId, now: Instant) -> Result<(), AccessError> {
        self.write(|connection| {
            let sql = "UPDATE delegation SET ended_at = ?2, ended_by = ?3 WHERE id = ?1 AND ended_at IS NULL";
            if connection.execute(sql, params![id, now.to_string(), by.as_str()])? == 0 {
                return Ok(());
            }
            let sql = "SELECT giver || ' → ' || taker FROM delegation WHERE id = ?1";
            let about: String = connection.query_row(sql, [id], |row| row.get(0))?;
            audit::note(connection, Deed::TakenBack, Some(by), &about, now)
        })
    }

    /// All delegations, the newest first.
    pub(crate) fn delegations(&self) -> Result<Vec<Delegation>, AccessError> {
        self.look(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM delegation ORDER BY id DESC");
            let mut found = connection.prepare_cached(&sql)?;
            let mut rows = found.query([])?;
            let mut delegations = Vec::new();
            while let Some(row) = rows.next()? {
                delegations.push(read(row)?);
            }
            Ok(delegations)
        })
    }

    /// Notes that somebody opened a document of a proposal. Only the first time counts.
    pub(crate) fn note_opened(&self, proposal: &CommandId, opened: &Opened) -> Result<(), AccessError> {
        self.write(|connection| {
            let place = i64::try_from(opened.place).unwrap_or(i64::MAX);
            let (who, at) = (opened.who.as_str(), opened.at.to_string());
            let sql = "INSERT INTO opened (proposal, place, who, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
            if connection.execute(sql, params![proposal.as_str(), place, who, at])? == 0 {
                return Ok(());
            }
            let about = format!("{proposal}, {}", opened.place + 1);
            audit::note(connection, Deed::EvidenceOpened, Some(&opened.who), &about, opened.at)
        })
    }

    /// Who opened which document of a proposal, in the order in which it was.
    pub(crate) fn opened(&self, proposal: &CommandId) -> Result<Vec<Opened>, AccessError> {
        self.look(|connection| {
            let sql = "SELECT place, who, at FROM opened WHERE proposal = ?1 ORDER BY at, place, who";
            let mut found = connection.prepare_cached(sql)?;
            let mut rows = found.query([proposal.as_str()])?;
            let mut opened = Vec::new();
            while let Some(row) = rows.next()? {
                opened.push(Opened {
                    place: usize::try_from(row.get::<_, i64>(0)?).unwrap_or(usize::MAX),
                    who: parsed(&row.get::<_, String>(1)?)?,
                    at: parsed(&row.get::<_, String>(2)?)?,
                });
            }
            Ok(opened)
        })
    }
}
