//! Many commands in a row, decided without waiting for each other's durability.
//!
//! A command is decided on histories that already include what the commands in front of it will record. Where that
//! turns out wrong, because somebody else wrote meanwhile or the log failed, all that is under way is waited for, and
//! whatever was not recorded is decided again on the truth, one by one.
//!
//! Deliberately absent: reading the commands, and atomicity over commands: each one stands for itself.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use servanda_events::ids::{ActorId, CommandId, Position, StreamId};
use servanda_events::recorded::UniqueKey;
use servanda_events::{History, Recorded, Request};

use crate::append::{Answer, Pending, answered};
use crate::hashed::Hashed;
use crate::prepare::{Prepared, Ready, Wish};
use crate::{Log, LogError, Outcome, TransactError};

/// Records many commands; made by [`Log::bulk`]. Answers come in the order of the commands.
///
/// Dropping it leaves commands that are under way to be recorded or not.
#[derive(Debug)]
pub struct Bulk {
    log: Log,
    window: usize,
    /// Who proposed the commands, where another person approves them.
    proposed_by: Option<ActorId>,
    line: VecDeque<Place>,
    done: VecDeque<Result<Outcome, TransactError>>,
    ahead: Ahead,
    /// Something in front turned out wrong; the line is emptied before anything new is decided.
    upset: bool,
    /// Whether all that others had recorded when the list began is seen here.
    begun: bool,
}

/// A command that is not answered yet.
#[derive(Debug)]
struct Place {
    request: Arc<Request>,
    wish: Wish,
    state: State,
}

#[derive(Debug)]
enum State {
    Appending(Pending),
    Answered(Result<Answer, LogError>),
    /// Nothing to append, as things stood.
    Decided(Result<Outcome, TransactError>),
    /// To be decided again.
    Again,
}

/// What the commands under way will have recorded.
#[derive(Debug, Default)]
struct Ahead {
    streams: HashMap<StreamId, Foreseen>,
    commands: HashSet<CommandId>,
    keys: HashSet<UniqueKey>,
    next: Position,
}

#[derive(Debug)]
struct Foreseen {
    history: Arc<History>,
    durable: Arc<History>,
    under_way: usize,
}

impl Log {
    /// Records many commands with at most `window` of them under way. Deciding reads the disk where histories are not
    /// in memory, so use it where that holds up nobody else.
    pub fn bulk(&self, window: usize) -> Bulk {
        Bulk {
            log: self.clone(),
            window: window.max(1),
            proposed_by: None,
            line: VecDeque::new(),
            done: VecDeque::new(),
            ahead: Ahead::default(),
            upset: false,
            begun: false,
        }
    }

    /// The same for commands that one person proposed and another approves: each entry names both.
    pub fn bulk_approved(&self, window: usize, proposed_by: &ActorId) -> Bulk {
        Bulk { proposed_by: Some(proposed_by.clone()), ..self.bulk(window) }
    }
}

impl Bulk {
    /// Takes a command, and waits only while the window or the log's queue is full. Take the answers that are there
    /// with [`Bulk::ready`] after each call; they are kept until then.
    pub async fn submit(&mut self, command: impl Into<Hashed>, actor: &ActorId) {
        let Hashed { request, hash } = command.into();
        while self.upset || self.line.len() >= self.window {
            self.settle_front().await;
        }
        let hash = match hash {
            Ok(hash) => hash,
            Err(error) => return self.unreadable(error.into()).await,
        };
        let wish = Wish { proposed_by: self.proposed_by.clone(), ..Wish::hashed(&self.log, &request, hash, actor) };
        if self.meets_own(&request, &wish) {
            while !self.line.is_empty() {
                self.settle_front().await;
            }
        }
        let state = self.decide(&request, &wish).await;
        self.line.push_back(Place { request, wish, state });
    }

    /// The next answer, if it is there.
    pub fn ready(&mut self) -> Option<Result<Outcome, TransactError>> {
        self.done.pop_front()
    }

    /// The next answer, once it is there; `None` when every command is answered.
    pub async fn next(&mut self) -> Option<Result<Outcome, TransactError>> {
        while self.done.is_empty() && !self.line.is_empty() {
            self.settle_front().await;
        }
        self.done.pop_front()
    }

    async fn unreadable(&mut self, error: TransactError) {
        while !self.line.is_empty() {
            self.settle_front().await;
        }
        self.done.push_back(Err(error));
    }

    /// Whether the command has the id or a unique key of one under way, so that only the truth can decide it.
    fn meets_own(&self, request: &Request, wish: &Wish) -> bool {
        if self.ahead.commands.contains(&wish.command_id) {
            return true;
        }
        if self.ahead.keys.is_empty() {
            return false;
        }
        let Ok(history) = self.ahead.look(&self.log, &wish.stream) else {
            return true;
        };
        servanda_events::claims_keys(&request.command, &history).iter().any(|key| self.ahead.keys.contains(key))
    }

    async fn decide(&mut self, request: &Request, wish: &Wish) -> State {
        // Looked up first, so that nothing is foreseen of a command that will not be recorded again.
        match self.log.known(wish) {
            Ok(Some(known)) => {
                let seen = self.log.seen(known).await.map_err(Into::into);
                return State::Decided(seen.and_then(|()| self.log.first_answer(wish, known)));
            }
            Ok(None) => {}
            Err(error) => return State::Decided(Err(error.into())),
        }
        if !self.begun
            && let Err(error) = self.log.store().catch_up().await
        {
            return State::Decided(Err(error.into()));
        }
        self.begun = true;
        let mut again = true;
        loop {
            let decided_at = self.log.head();
            let next = self.ahead.next.max(decided_at + 1);
            match wish.prepare(&self.log, request, next, |stream| self.ahead.look(&self.log, stream)) {
                Ok(Prepared::Append(ready)) => return self.hand_in(wish, ready, next).await,
                Ok(Prepared::Nothing(revision)) => {
                    return State::Decided(self.log.unless_known_soon(wish, Ok(revision)).await);
                }
                // Nothing is refused for want of what another node has recorded already.
                Err(error) => match self.log.has_grown(decided_at).await {
                    Ok(true) if again => again = false,
                    Ok(_) => return State::Decided(self.log.unless_known_soon(wish, Err(error)).await),
                    Err(error) => return State::Decided(Err(error.into())),
                },
            }
        }
    }

    async fn hand_in(&mut self, wish: &Wish, ready: Ready, next: Position) -> State {
        let foreseen: Vec<Recorded> = ready.foreseen().cloned().collect();
        match self.log.store().append_when_room(ready.append).await {
            Ok(pending) => {
                self.ahead.next = next + foreseen.len() as u64;
                self.ahead.add(wish, ready.base, &foreseen);
                State::Appending(pending)
            }
            Err(error) => State::Decided(Err(error.into())),
        }
    }

    /// Answers the command at the front of the line. May be cancelled at any await without losing an answer.
    async fn settle_front(&mut self) {
        let Some(front) = self.line.front_mut() else {
            self.upset = false;
            return;
        };
        front.wait().await;
        if !self.upset && front.is_upsetting() {
            for place in &mut self.line {
                place.wait().await;
            }
            for place in &mut self.line {
                place.decide_again();
            }
            self.ahead = Ahead::default();
            self.upset = true;
        }
        if let Some(Place { request, wish, state: State::Again }) = self.line.front() {
            let answer = self.log.carry_out(wish, request).await;
            self.line.pop_front();
            if let Err(TransactError::Log(error)) = &answer
                && *error != LogError::Busy
            {
                self.give_up(error);
            }
            self.done.push_back(answer);
        } else if let Some(Place { wish, state, .. }) = self.line.pop_front() {
            let answer = self.answer(&wish, state);
            self.done.push_back(answer);
        }
        self.upset &= !self.line.is_empty();
    }

    /// The log failed one command; the others under way would only wait for the same failure, one by one.
    fn give_up(&mut self, error: &LogError) {
        for place in self.line.iter_mut().filter(|place| matches!(place.state, State::Again)) {
            place.state = State::Answered(Err(error.clone()));
        }
    }

    fn answer(&mut self, wish: &Wish, state: State) -> Result<Outcome, TransactError> {
        match state {
            State::Decided(decided) => decided,
            State::Answered(Ok(Answer::Appended(appended))) => {
                let entries = appended.recorded();
                if let Some(durable) = self.ahead.landed(wish, &entries) {
                    self.log.durable().histories.fill(&durable);
                }
                Ok(wish.outcome(entries, false))
            }
            State::Answered(Ok(Answer::Known(known))) => self.log.first_answer(wish, known),
            State::Answered(Err(error)) => Err(error.into()),
            // The line waits for its front and decides conflicts again.
            State::Appending(_) | State::Again | State::Answered(Ok(Answer::Conflict)) => Err(LogError::Busy.into()),
        }
    }
}

impl Place {
    async fn wait(&mut self) {
        if let State::Appending(pending) = &mut self.state {
            self.state = State::Answered(answered(pending).await);
        }
    }

    /// Whether what was foreseen of this command did not come.
    fn is_upsetting(&self) -> bool {
        matches!(self.state, State::Answered(Ok(Answer::Known(_) | Answer::Conflict) | Err(_)))
    }

    fn decide_again(&mut self) {
        if matches!(self.state, State::Answered(Ok(Answer::Conflict)) | State::Decided(_)) {
            self.state = State::Again;
            // Were it recorded in an attempt that was cancelled, it must be found.
            self.wish.id_given = true;
        }
    }
}

impl Ahead {
    fn look(&self, log: &Log, stream: &StreamId) -> Result<Arc<History>, LogError> {
        match self.streams.get(stream) {
            Some(foreseen) => Ok(Arc::clone(&foreseen.history)),
            None => log.history(stream),
        }
    }

    fn add(&mut self, wish: &Wish, base: Arc<History>, entries: &[Recorded]) {
        let foreseen = self.streams.entry(wish.stream.clone()).or_insert_with(|| Foreseen {
            history: Arc::clone(&base),
            durable: base,
            under_way: 0,
        });
        foreseen.under_way += 1;
        let history = Arc::make_mut(&mut foreseen.history);
        for entry in entries {
            history.evolve(entry);
            self.keys.extend(entry.keys.iter().cloned());
        }
        self.commands.insert(wish.command_id.clone());
    }

    /// Takes what has become durable out of the foreseen, and gives the stream's history when nothing of it is under
    /// way any more.
    fn landed(&mut self, wish: &Wish, entries: &[Recorded]) -> Option<Arc<History>> {
        self.commands.remove(&wish.command_id);
        for key in entries.iter().flat_map(|entry| &entry.keys) {
            self.keys.remove(key);
        }
        let foreseen = self.streams.get_mut(&wish.stream)?;
        let history = Arc::make_mut(&mut foreseen.durable);
        for entry in entries {
            history.evolve(entry);
        }
        foreseen.under_way -= 1;
        if foreseen.under_way > 0 {
            return None;
        }
        self.streams.remove(&wish.stream).map(|foreseen| foreseen.durable)
    }
}
