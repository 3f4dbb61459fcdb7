//! From a command to the append it leads to: reads what the rule looks at, asks the rule, writes the drafts.
//!
//! Deliberately absent: appending, and the answer to a command that was recorded before.

use std::borrow::Cow;
use std::sync::Arc;

use servanda_events::ids::{ActorId, CommandId, Position, Revision, StreamId};
use servanda_events::recorded::{Sha256Hex, UniqueKey};
use servanda_events::{Case, Consulted, Context, Decided, Draft, Fact, History, Recorded, Request};

use crate::append::Append;
use crate::{Log, LogError, TransactError};
use servanda_events::ids::EventId;

/// A command on its way into the log, with what is the same at every attempt.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) command_id: CommandId,
    /// Whether the sender chose the id; an id of our own was never recorded before.
    pub(crate) id_given: bool,
    pub(crate) hash: Sha256Hex,
    pub(crate) stream: StreamId,
    /// Who records it: where two persons are needed, the one who approves.
    pub(crate) actor: ActorId,
    /// Who proposed it, where that is another person.
    pub(crate) proposed_by: Option<ActorId>,
}

/// What the rule decided.
pub(crate) enum Prepared {
    /// It is already so; the stream stands at this revision.
    Nothing(Revision),
    /// To append.
    Append(Ready),
}

pub(crate) struct Ready {
    pub(crate) append: Append,
    /// The history on which it was decided.
    pub(crate) base: Arc<History>,
}

impl Ready {
    /// The entries as they will read, but for their positions and times.
    pub(crate) fn foreseen(&self) -> impl Iterator<Item = &Recorded> {
        self.append.drafts.iter().map(Draft::foreseen)
    }
}

impl Wish {
    pub(crate) fn new(log: &Log, request: &Request, actor: &ActorId) -> Result<Self, TransactError> {
        Ok(Self::hashed(log, request, request.content_hash()?, actor))
    }

    /// The same where the hash of the content is known.
    pub(crate) fn hashed(log: &Log, request: &Request, hash: Sha256Hex, actor: &ActorId) -> Self {
        Self {
            command_id: request.command_id.clone().unwrap_or_else(|| log.new_command_id()),
            id_given: request.command_id.is_some(),
            hash,
            stream: request.command.stream(),
            actor: actor.clone(),
            proposed_by: None,
        }
    }

    /// Decides on the command. `look` gives the newest history of a stream; `next` is the position that the first
    /// entry is expected to get.
    pub(crate) fn prepare(
        &self,
        log: &Log,
        request: &Request,
        next: Position,
        look: impl Fn(&StreamId) -> Result<Arc<History>, LogError>,
    ) -> Result<Prepared, TransactError> {
        let base = look(&self.stream)?;
        let mut histories = Vec::new();
        for stream in servanda_events::consults(&request.command, &base) {
            histories.push(look(&stream)?);
        }
        let mut consulted = Consulted { histories, holders: Vec::new() };
        let mut keys_seen = Vec::new();
        for key in servanda_events::claims_keys(&request.command, &base) {
            let mut positions = log.store().key_positions(&key)?;
            positions.retain(|position| *position <= log.visible());
            keys_seen.push((key.clone(), positions.last().copied().unwrap_or(0)));
            consulted.holders.extend(holders(log, &key, &positions, &look)?);
        }
        let context = Context { now: log.now(), actor: self.actor.clone(), command_id: self.command_id.clone() };
        let mut request = Cow::Borrowed(request);
        if request.has_relative_dates() {
            request.to_mut().resolve_dates(&base, &consulted).map_err(TransactError::Invalid)?;
        }
        let decision = request.decide(&base, &consulted, &context).map_err(TransactError::Refused)?;
        if decision.is_empty() {
            return Ok(Prepared::Nothing(base.revision()));
        }
        let case = Case { history: &base, consulted: &consulted, meta: &request.meta, context: &context };
        let mut drafts = Vec::with_capacity(decision.len());
        for (place, decided) in decision.into_iter().enumerate() {
            let foreseen = self.foresee(decided, place, next, &case);
            drafts.push(Draft::new(foreseen, log.ledger(), &log.ids().nonce()?)?);
        }
        let seen = consulted.histories.iter().map(|h| (h.stream().clone(), h.revision())).collect();
        let append = Append {
            stream: self.stream.clone(),
            expected: base.revision(),
            seen,
            keys_seen,
            command_id: self.command_id.clone(),
            facts_after: base.facts().len() + drafts.len(),
            drafts,
        };
        Ok(Prepared::Append(Ready { append, base }))
    }

    fn foresee(&self, decided: Decided, place: usize, next: Position, case: &Case<'_>) -> Recorded {
        let position = next + place as u64;
        let today = || servanda_events::dates::FuzzyDate::day(case.today());
        let meta = case.meta;
        Recorded {
            stream: self.stream.clone(),
            command_id: self.command_id.clone(),
            command_hash: self.hash.clone(),
            keys: decided.keys,
            causation_id: meta.causation_id.clone(),
            correlation_id: meta.correlation_id.clone(),
            proposed_by: self.proposed_by.clone(),
            fact: Arc::new(Fact {
                position,
                revision: case.history.revision() + 1 + place as u64,
                event_id: EventId::of(&self.command_id, place + 1),
                recorded_at: crate::clock::in_row(case.context.now, place),
                occurred_on: decided.occurred_on.unwrap_or_else(today),
                effective_on: meta.effective_on,
                recorded_by: self.actor.clone(),
                reported_by: decided.reported_by,
                evidence: meta.evidence.clone(),
                flags: decided.flags,
                note: meta.note.clone(),
                demonstration: meta.demonstration,
                event: decided.event,
                corrections: Vec::new(),
            }),
        }
    }
}

/// The histories of the streams in which a key was ever claimed.
fn holders(
    log: &Log,
    key: &UniqueKey,
    positions: &[Position],
    look: impl Fn(&StreamId) -> Result<Arc<History>, LogError>,
) -> Result<Vec<(UniqueKey, Arc<History>)>, LogError> {
    let mut streams: Vec<(StreamId, Revision)> = Vec::new();
    for position in positions {
        let Some(entry) = log.store().entry(*position)? else {
            return Err(LogError::Corrupt { position: *position, detail: "it is missing".to_owned() });
        };
        let index = entry.index()?;
        match streams.iter_mut().find(|(stream, _)| *stream == index.stream) {
            Some((_, revision)) => *revision = (*revision).max(index.revision),
            None => streams.push((index.stream, index.revision)),
        }
    }
    let holder = |(stream, claimed): &(StreamId, Revision)| {
        // The claim stands in the file; a history in memory may not know of it yet, and would show the key as free.
        let history = look(stream)?;
        let history = if history.revision() < *claimed { Arc::new(log.read_history(stream)?) } else { history };
        Ok((key.clone(), history))
    };
    streams.iter().map(holder).collect()
}
