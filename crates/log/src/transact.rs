//! A command into the log: decide, append, and try again when somebody else was faster.
//!
//! Deliberately absent: the rules (`servanda-events`) and the order of appends (the store's writer).

use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use servanda_events::ids::{ActorId, CommandId, Position, Revision, StreamId};
use servanda_events::{History, Recorded, Request};

use crate::append::{Answer, Known, answered};
use crate::prepare::{Prepared, Ready, Wish};
use crate::{Log, LogError, TransactError};

/// How often a command is decided upon before its sender hears that the log is busy.
const ATTEMPTS_MAX: usize = 16;
/// How many streams can be fought over without getting into each other's way.
const TURNS: usize = 64;

/// What a command led to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The command's id: the sender's, or the one that the log gave it.
    pub command_id: CommandId,
    /// The entries recorded; none when it was already so.
    pub entries: Vec<Recorded>,
    /// Whether the same command had been recorded before; the entries are the first answer's.
    pub repeated: bool,
    /// The stream's revision after these entries.
    pub revision: Revision,
    /// The stream.
    pub stream: StreamId,
}

/// Losers of a race line up here, so that each gets its turn instead of racing again.
pub(crate) struct Turns([tokio::sync::Mutex<()>; TURNS]);

impl Turns {
    pub(crate) fn new() -> Self {
        Self([const { tokio::sync::Mutex::const_new(()) }; TURNS])
    }

    async fn take(&self, stream: &StreamId) -> tokio::sync::MutexGuard<'_, ()> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(stream);
        self.0[(hash % TURNS as u64) as usize].lock().await
    }
}

impl Log {
    /// Records a command: reads, decides, appends, and answers when it is durable. The same command id with the same
    /// content is recorded once, whenever it comes again. If the returned future is dropped, the command may have been
    /// recorded or not; sending it again with the same id tells.
    pub async fn transact(&self, request: &Request, actor: &ActorId) -> Result<Outcome, TransactError> {
        self.carry_out(&Wish::new(self, request, actor)?, request).await
    }

    /// The same as [`Log::transact`] for a command that one person proposed and another approves: the entry names both.
    pub async fn approve(
        &self,
        request: &Request,
        proposed_by: &ActorId,
        actor: &ActorId,
    ) -> Result<Outcome, TransactError> {
        let wish = Wish { proposed_by: Some(proposed_by.clone()), ..Wish::new(self, request, actor)? };
        self.carry_out(&wish, request).await
    }

    pub(crate) async fn carry_out(&self, wish: &Wish, request: &Request) -> Result<Outcome, TransactError> {
        let (mut turn, mut caught_up) = (None, false);
        for _ in 0..ATTEMPTS_MAX {
            let decided_at = self.head();
            let Ready { append, base } = match self.prepare(wish, request).await {
                Ok(Prepared::Append(ready)) => ready,
                // Nothing is refused for want of what another node has recorded already.
                _ if !caught_up && self.has_grown(decided_at).await? => {
                    caught_up = true;
                    continue;
                }
                Ok(Prepared::Nothing(revision)) => return self.unless_known_soon(wish, Ok(revision)).await,
                Err(error) => return self.unless_known_soon(wish, Err(error)).await,
            };
            let mut pending = self.store().try_append(append)?;
            match answered(&mut pending).await? {
                Answer::Appended(appended) => {
                    let entries = appended.recorded();
                    self.keep(base, &entries);
                    return Ok(wish.outcome(entries, false));
                }
                Answer::Known(known) => return self.first_answer(wish, known),
                Answer::Conflict if turn.is_none() => turn = Some(self.turns().take(&wish.stream).await),
                Answer::Conflict => {}
            }
        }
        Err(LogError::Busy.into())
    }

    /// Whether others recorded something behind a position, once all of it is seen here.
    pub(crate) async fn has_grown(&self, head: Position) -> Result<bool, LogError> {
        self.store().catch_up().await?;
        Ok(self.store().node().is_some() && self.head() > head)
    }

    /// Says what [`Log::transact`] would answer, by the same rules, and appends nothing. Positions and times are those
    /// that the entries would get if nothing else came first.
    pub fn rehearse(&self, request: &Request, actor: &ActorId) -> Result<Outcome, TransactError> {
        let wish = Wish::new(self, request, actor)?;
        match wish.prepare(self, request, self.head() + 1, |stream| self.history(stream)) {
            Ok(Prepared::Append(ready)) => match self.known_and_seen(&wish)? {
                Some(known) => self.first_answer(&wish, known),
                None => Ok(wish.outcome(ready.foreseen().cloned().collect(), false)),
            },
            Ok(Prepared::Nothing(revision)) => self.unless_known(&wish, Ok(revision)),
            Err(error) => self.unless_known(&wish, Err(error)),
        }
    }

    /// The same for several commands in a row, each decided upon as if those before it had been recorded. Stops at the
    /// first that would be refused, and says which it is.
    pub fn rehearse_all(&self, requests: &[Request], actor: &ActorId) -> Result<Vec<Outcome>, (usize, TransactError)> {
        let mut rehearsal = self.rehearsal();
        let one = |(place, request)| rehearsal.next(request, actor).map_err(|error| (place, error));
        requests.iter().enumerate().map(one).collect()
    }

    /// Begins to rehearse commands in a row.
    pub fn rehearsal(&self) -> Rehearsal {
        Rehearsal { log: self.clone(), changed: BTreeMap::new(), next: self.head() + 1 }
    }

    async fn prepare(&self, wish: &Wish, request: &Request) -> Result<Prepared, TransactError> {
        let next = self.head() + 1;
        if self.durable().histories.get(&wish.stream).is_some() {
            return wish.prepare(self, request, next, |stream| self.history(stream));
        }
        // The disk will be read, which must not hold up the tasks that share this thread.
        let _room = self.disk().acquire().await.map_err(|_| LogError::Closed)?;
        let (log, wish, request) = (self.clone(), wish.clone(), request.clone());
        let prepared =
            tokio::task::spawn_blocking(move || wish.prepare(&log, &request, next, |stream| log.history(stream)));
        prepared.await.unwrap_or_else(|error| Err(LogError::Io { detail: error.to_string() }.into()))
    }

    /// Where the command was recorded before, if it was.
    pub(crate) fn known(&self, wish: &Wish) -> Result<Option<Known>, LogError> {
        if wish.id_given { self.store().known(&wish.command_id) } else { Ok(None) }
    }

    /// The same, if its entries may be seen.
    fn known_and_seen(&self, wish: &Wish) -> Result<Option<Known>, LogError> {
        let known = self.known(wish)?;
        Ok(known.filter(|known| known.last() <= self.visible()))
    }

    /// The same as [`Log::unless_known`], once the entries may be seen: they can be in the file a moment before their
    /// checkpoint is, and nothing is answered in that moment.
    pub(crate) async fn unless_known_soon(
        &self,
        wish: &Wish,
        said: Result<Revision, TransactError>,
    ) -> Result<Outcome, TransactError> {
        if let Some(known) = self.known(wish)? {
            self.seen(known).await?;
        }
        self.unless_known(wish, said)
    }

    /// Waits until the entries of a recorded command may be seen.
    pub(crate) async fn seen(&self, known: Known) -> Result<(), LogError> {
        let last = known.last();
        let mut end = self.durable().watch();
        let reached = end.wait_for(|end| end.closed || end.head >= last).await.map_err(|_| LogError::Closed)?;
        if reached.head >= last { Ok(()) } else { Err(LogError::Closed) }
    }

    /// What the rules say now does not count for a command that was recorded before.
    pub(crate) fn unless_known(
        &self,
        wish: &Wish,
        said: Result<Revision, TransactError>,
    ) -> Result<Outcome, TransactError> {
        if let Some(known) = self.known_and_seen(wish)? {
            return self.first_answer(wish, known);
        }
        let revision = said?;
        Ok(Outcome { revision, ..wish.outcome(Vec::new(), false) })
    }

    /// The first answer to a command that was recorded before, if it is the same command.
    pub(crate) fn first_answer(&self, wish: &Wish, known: Known) -> Result<Outcome, TransactError> {
        let entries = self.store().read(known.first - 1, known.entries)?;
        let entries = entries.iter().map(crate::Entry::decode).collect::<Result<Vec<_>, _>>()?;
        if entries.iter().any(|entry| entry.command_hash != wish.hash) {
            return Err(TransactError::CommandIdReused { command_id: wish.command_id.clone() });
        }
        Ok(wish.outcome(entries, true))
    }

    /// Keeps the history that the appended entries lead to.
    fn keep(&self, mut base: Arc<History>, entries: &[Recorded]) {
        let history = Arc::make_mut(&mut base);
        for recorded in entries {
            history.evolve(recorded);
        }
        self.durable().histories.fill(&base);
    }
}

/// Commands rehearsed in a row: each is decided upon as if those before it that were not refused had been recorded. A
/// unique key is looked for in the log alone.
#[derive(Debug)]
pub struct Rehearsal {
    log: Log,
    /// What the streams would read.
    changed: BTreeMap<StreamId, Arc<History>>,
    next: Position,
}

impl Rehearsal {
    /// Says what would be answered to the next command, and appends nothing. Reads the disk.
    pub fn next(&mut self, request: &Request, actor: &ActorId) -> Result<Outcome, TransactError> {
        let wish = Wish::new(&self.log, request, actor)?;
        if let Some(known) = self.log.known_and_seen(&wish)? {
            return self.log.first_answer(&wish, known);
        }
        let look = |stream: &StreamId| match self.changed.get(stream) {
            Some(history) => Ok(Arc::clone(history)),
            None => self.log.history(stream),
        };
        match wish.prepare(&self.log, request, self.next, look)? {
            Prepared::Nothing(revision) => Ok(Outcome { revision, ..wish.outcome(Vec::new(), false) }),
            Prepared::Append(ready) => {
                let foreseen: Vec<Recorded> = ready.foreseen().cloned().collect();
                let mut base = ready.base;
                let history = Arc::make_mut(&mut base);
                foreseen.iter().for_each(|recorded| history.evolve(recorded));
                self.next += foreseen.len() as u64;
                self.changed.insert(wish.stream.clone(), base);
                Ok(wish.outcome(foreseen, false))
            }
        }
    }
}

impl Wish {
    pub(crate) fn outcome(&self, entries: Vec<Recorded>, repeated: bool) -> Outcome {
        Outcome {
            command_id: self.command_id.clone(),
            revision: entries.last().map_or(0, |entry| entry.fact.revision),
            entries,
            repeated,
            stream: self.stream.clone(),
        }
    }
}
