//! Proposals: commands that wait for a second person, and what became of them.
//!
//! A row is changed only from the state in which it was seen; whoever comes second is told so. The deed goes into the
//! audit list in the same transaction.
//!
//! Deliberately absent: who may do what with a proposal, and the log; see [`crate::four_eyes`].

use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;
use servanda_events::dates::Instant;
use servanda_events::ids::{ActorId, CommandId, PartyId, Revision, StreamId};

use super::{Access, AccessError, Deed, audit, optional, parsed};

/// How far a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProposalState {
    /// It waits for a second person.
    Open,
    /// A second person approved it, and the log is asked; after a crash it stays so until somebody approves again.
    Approving,
    /// It is recorded.
    Approved,
    /// A second person gave it back, with a reason.
    Returned,
    /// What it is about has changed since it was proposed.
    Stale,
    /// Its proposer took it back.
    Withdrawn,
}

impl ProposalState {
    const ALL: [Self; 6] = [Self::Open, Self::Approving, Self::Approved, Self::Returned, Self::Stale, Self::Withdrawn];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approving => "approving",
            Self::Approved => "approved",
            Self::Returned => "returned",
            Self::Stale => "stale",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A command that one person proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proposal {
    /// The command's id, under which it is recorded once.
    pub(crate) id: CommandId,
    /// The command's name.
    pub(crate) command: String,
    pub(crate) stream: StreamId,
    /// The revision that the stream had.
    pub(crate) revision: Revision,
    /// The command, exactly as it was proposed.
    pub(crate) bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub(crate) sha256: String,
    pub(crate) proposer: ActorId,
    /// The proposer's party at that time.
    pub(crate) party: Option<PartyId>,
    pub(crate) proposed_at: Instant,
    pub(crate) state: ProposalState,
    pub(crate) decided_by: Option<ActorId>,
    pub(crate) decided_at: Option<Instant>,
    /// Why it was returned.
    pub(crate) reason: Option<String>,
}

/// What becomes of a proposal, by whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) to: ProposalState,
    pub(crate) by: &'a ActorId,
    pub(crate) reason: Option<&'a str>,
}

const COLUMNS: &str = "id, command, stream, revision, bytes, sha256, proposer, party, proposed_at, state, decided_by,
    decided_at, reason";

fn read(row: &Row<'_>) -> Result<Proposal, AccessError> {
    let text = |column: usize| row.get::<_, String>(column);
    let state = text(9)?;
    Ok(Proposal {
        id: parsed(&text(0)?)?,
        command: text(1)?,
        stream: parsed(&text(2)?)?,
        revision: row.get::<_, i64>(3)?.unsigned_abs(),
        bytes: row.get(4)?,
        sha256: text(5)?,
        proposer: parsed(&text(6)?)?,
        party: optional(row.get(7)?)?,
        proposed_at: parsed(&text(8)?)?,
        state: ProposalState::ALL.into_iter().find(|s| s.as_str() == state).ok_or(AccessError::Damaged(state))?,
        decided_by: optional(row.get(10)?)?,
        decided_at: optional(row.get(11)?)?,
        reason: row.get(12)?,
    })
}

impl Access {
    /// Keeps a proposal. The same one again, by the same person, is kept once.
    pub(crate) fn propose(&self, proposal: &Proposal) -> Result<(), AccessError> {
        self.write(|connection| {
            let sql = "SELECT proposer, sha256 FROM proposal WHERE id = ?1";
            let found: Option<(String, String)> =
                connection.query_row(sql, [proposal.id.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            if let Some((proposer, sha256)) = found {
                let same = proposer == proposal.proposer.as_str() && sha256 == proposal.sha256;
                return if same { Ok(()) } else { Err(AccessError::ProposalMoved(proposal.id.to_string())) };
            }
            let sql = format!(
                "INSERT INTO proposal ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, NULL, NULL)"
            );
            connection.execute(
                &sql,
                params![
                    proposal.id.as_str(),
                    proposal.command,
                    proposal.stream.to_string(),
                    i64::try_from(proposal.revision).unwrap_or(i64::MAX),
                    proposal.bytes,
                    proposal.sha256,
                    proposal.proposer.as_str(),
                    proposal.party.as_ref().map(PartyId::as_str),
                    proposal.proposed_at.to_string(),
                    proposal.state.as_str(),
                ],
            )?;
            let (who, about) = (Some(&proposal.proposer), proposal.id.as_str());
            audit::note(connection, Deed::Proposed, who, about, proposal.proposed_at)
        })
    }

    /// One proposal.
    pub(crate) fn proposal(&self, id: &CommandId) -> Result<Option<Proposal>, AccessError> {
        self.look(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM proposal WHERE id = ?1");
            let mut found = connection.prepare_cached(&sql)?;
            let mut rows = found.query([id.as_str()])?;
            rows.next()?.map(read).transpose()
        })
    }

    /// The proposals of a party that are in one of these states, the oldest first.
    pub(crate) fn proposals(
        &self,
        party: Option<&PartyId>,
        states: &[ProposalState],
    ) -> Result<Vec<Proposal>, AccessError> {
        let sql = format!("SELECT {COLUMNS} FROM proposal WHERE state = ?1 AND party IS ?2 ORDER BY proposed_at, id");
        self.look(|connection| {
            let mut proposals = Vec::new();
            for state in states {
                let mut found = connection.prepare_cached(&sql)?;
                let mut rows = found.query(params![state.as_str(), party.map(PartyId::as_str)])?;
                while let Some(row) = rows.next()? {
                    proposals.push(read(row)?);
                }
            }
            proposals.sort_by(|one, other| (one.proposed_at, &one.id).cmp(&(other.proposed_at, &other.id)));
            Ok(proposals)
        })
    }

    /// Moves a proposal on from the state in which it was seen.
    pub(crate) fn move_on(&self, seen: &Proposal, step: Step<'_>, now: Instant) -> Result<(), AccessError> {
        self.write(|connection| {
            let sql = "UPDATE proposal SET state = ?3, decided_by = ?4, decided_at = ?5, reason = ?6
                       WHERE id = ?1 AND state = ?2";
            let rows = connection.execute(
                sql,
                params![
                    seen.id.as_str(),
                    seen.state.as_str(),
                    step.to.as_str(),
                    step.by.as_str(),
                    now.to_string(),
                    step.reason
                ],
            )?;
            if rows == 0 {
                return Err(AccessError::ProposalMoved(seen.id.to_string()));
            }
            let deed = match step.to {
                // These two are steps on the way, and no decision.
                ProposalState::Open | ProposalState::Approving => return Ok(()),
                ProposalState::Approved => Deed::Approved,
                ProposalState::Returned => Deed::Returned,
                ProposalState::Stale => Deed::WentStale,
                ProposalState::Withdrawn => Deed::Withdrawn,
            };
            audit::note(connection, deed, Some(step.by), seen.id.as_str(), now)
        })
    }
}
