//! Folding: what stands in the stream is taken into the node's copy, if it continues what the copy holds.
//!
//! Each pack says which root its maker saw in front of it, so a stream whose end was lost, rolled back or replaced is
//! noticed at the next pack. A node then halts: it records and folds nothing more, and says why.
//!
//! Deliberately absent: mending, and choosing between two histories, which are a person's affair.

use servanda_events::dates::Instant;
use servanda_events::ids::Position;
use servanda_proof::{Checkpoint, Hash, PublicKey, Verdict, root_of};

use super::node::{Node, PAUSE, SILENT_LOOKS_MAX};
use super::pack::{self, Kind, Label};
use super::wire::{Message, Page};
use crate::LogError;
use crate::append::Exact;

/// Looks in a row, one a second, at which the stream must be shorter than the copy to have lost its end. A leader that
/// was cut off answers for as long as 19 seconds as if it still led.
pub(crate) const SHORT_LOOKS_MAX: u32 = 30;

/// Times that messages are asked for in a row that another node says are there.
const FOLDS_MAX: usize = 500;

impl Node {
    pub(crate) fn check_going(&self) -> Result<(), LogError> {
        self.halted.clone().map_or(Ok(()), Err)
    }

    /// Refuses to record while the stream is filled from a copy: what it will hold is not known here yet.
    pub(crate) fn check_filled(&self) -> Result<(), LogError> {
        match self.filled_upto {
            Some(upto) => Err(being_filled(&self.wire.stream, self.durable.head(), upto)),
            None => Ok(()),
        }
    }

    /// The key with which the log signs at the copy's end.
    pub(crate) fn key(&self) -> Result<PublicKey, LogError> {
        self.durable.key().ok_or_else(|| LogError::Unfit { detail: "a node's copy needs a tree".to_owned() })
    }

    pub(crate) fn moved_to(&mut self, number: u64, last_at: Option<Instant>) {
        self.number = number;
        self.last_at = last_at.or(self.last_at);
        let position = self.durable.head();
        self.shared.change(|state| (state.message, state.position) = (number, position));
    }

    /// Root of the tree over the copy.
    pub(crate) fn root(&self) -> Result<Hash, LogError> {
        let head = self.durable.head();
        let checkpoint = self.durable.checkpoint().and_then(|note| note.text().parse::<Checkpoint>().ok());
        let checkpoint = checkpoint.filter(|checkpoint| checkpoint.size == head);
        let missing = || LogError::Corrupt { position: head, detail: "its checkpoint is missing".to_owned() };
        checkpoint.map(|checkpoint| checkpoint.root).ok_or_else(missing)
    }

    /// Root of the tree over the first entries of the copy.
    fn root_at(&self, size: Position) -> Result<Hash, LogError> {
        if size == self.durable.head() {
            return self.root();
        }
        root_of(size, &mut |row, start, count| self.copy.hashes(row, start, count))
    }

    /// Folds what others stored, when there may be something; what goes wrong is told and tried again.
    pub(crate) async fn look(&mut self) {
        if self.halted.is_some() {
            return;
        }
        let looked = self.catch_up().await;
        if let Err(error) = &looked {
            tracing::warn!(%error, "the node does not follow the stream");
        }
        self.shared.change(|state| state.trouble = looked.err());
    }

    /// Notes who leads the stream and how far the copy is behind.
    pub(crate) async fn note_standing(&mut self) {
        if self.halted.is_some() {
            return;
        }
        let standing = self.wire.standing().await;
        self.silent_looks = if standing.is_ok() { 0 } else { self.silent_looks + 1 };
        match standing {
            Ok(standing) => {
                let lag = standing.last.saturating_sub(self.number);
                self.shared.change(|state| (state.lag, state.leader) = (lag, standing.leader.clone()));
                self.judge(&standing);
            }
            Err(error) => {
                self.shared.change(|state| (state.leader, state.trouble) = (None, Some(error)));
                if self.silent_looks.is_multiple_of(SILENT_LOOKS_MAX) {
                    self.wire.turn_to_another().await;
                }
            }
        }
    }

    /// Folds everything that the leader of the stream has.
    pub(crate) async fn catch_up_with_the_leader(&mut self) -> Result<(), LogError> {
        self.check_going()?;
        self.find_again().await?;
        let standing = self.wire.standing().await?;
        while self.number < standing.last {
            let before = self.number;
            self.catch_up().await?;
            if self.number == before {
                // The server that answers has not heard of the newest yet.
                tokio::time::sleep(PAUSE / 10).await;
            }
        }
        Ok(())
    }

    /// Folds until the copy holds a position that another node recorded, or something is in the way.
    pub(crate) async fn fold_to(&mut self, head: Position) {
        // What it does not come to now, it comes to by and by.
        for _ in 0..FOLDS_MAX {
            if self.halted.is_some() || self.durable.head() >= head {
                return;
            }
            let before = self.number;
            self.look().await;
            if self.shared.get().trouble.is_some() {
                return;
            }
            if self.number == before {
                // The server that answers has not heard of the newest yet.
                tokio::time::sleep(PAUSE / 25).await;
            }
        }
    }

    /// Folds the messages that come next, as far as they are there.
    pub(crate) async fn catch_up(&mut self) -> Result<(), LogError> {
        loop {
            self.check_going()?;
            self.find_again().await?;
            let Page { messages, more } = self.wire.messages(self.number + 1).await?;
            self.fold_all(messages).await?;
            if !more {
                return Ok(());
            }
        }
    }

    /// Takes a message into the copy. What the copy holds of it already must be the same bytes.
    pub(crate) async fn fold(&mut self, message: Message) -> Result<(), LogError> {
        let head = self.durable.head();
        match self.check(&message, head) {
            Ok((new, filled_upto)) => self.take(new, message.number, filled_upto).await,
            Err(error) => Err(self.halt(error)),
        }
    }

    /// Takes checked entries up to a message into the copy.
    pub(crate) async fn take(
        &mut self,
        new: Vec<Exact>,
        number: u64,
        filled_upto: Option<Position>,
    ) -> Result<(), LogError> {
        let head = self.durable.head();
        let last_at = new.last().map(|entry| entry.index.recorded_at);
        if !new.is_empty() {
            self.put(new).await.map_err(|error| match error {
                LogError::Misfit { .. } | LogError::WrongLedger { .. } => self.halt(diverged(head)),
                distrusted @ LogError::Distrusted { .. } => self.halt(distrusted),
                passing => passing,
            })?;
        }
        self.filled_upto = filled_upto.filter(|upto| *upto > self.durable.head());
        self.moved_to(number, last_at);
        Ok(())
    }

    /// Puts entries into the copy, and remembers at which revisions their streams stand then.
    pub(crate) async fn put(&mut self, entries: Vec<Exact>) -> Result<(), LogError> {
        let before = self.durable.head();
        let grown: Vec<_> = entries.iter().map(|entry| (entry.index.stream.clone(), entry.index.revision)).collect();
        let taken = self.copy.append_exact(entries).await;
        match &taken {
            Ok(()) => self.stand.grew(before, grown.into_iter()),
            // It may be in the copy all the same.
            Err(_) => self.stand.forget(),
        }
        taken
    }

    /// Waits until the copy has taken, or not, what it was given, also by work that was broken off.
    pub(crate) async fn rest(&mut self) {
        let _rested = self.copy.append_exact(Vec::new()).await;
    }

    /// The entries of a message that come behind the copy's end, and how far the stream is being filled with them.
    fn check(&self, message: &Message, head: Position) -> Result<(Vec<Exact>, Option<Position>), LogError> {
        let foreign = |detail: String| LogError::Stream { detail };
        let Some(label) = &message.label else {
            return Err(foreign(format!("message {} was written by something else than servanda", message.number)));
        };
        if let Kind::Moved { .. } = &label.kind {
            return Err(gone_elsewhere(&self.wire.stream, head));
        }
        let mut entries = pack::entries(&message.body, head + 1)?;
        let first = entries.first().map_or(0, |entry| entry.index.position);
        let key = self.key_at(first)?;
        if label.key != key.to_string() {
            return Err(foreign(format!(
                "message {} is of the log `{}`, and this node signs as {key}; give it the keys of the other nodes, as \
                 docs/cluster.md says",
                message.number, label.key
            )));
        }
        let held = usize::try_from((head + 1).saturating_sub(first)).unwrap_or(usize::MAX).min(entries.len());
        if first == 0 || first > head + 1 || label.root != self.root_at(first - 1)? {
            return Err(diverged(head));
        }
        let new = entries.split_off(held);
        let copied = if held == 0 { Vec::new() } else { self.copy.read(first - 1, held)? };
        if copied.len() != held || copied.iter().zip(&entries).any(|(copy, entry)| *copy.bytes != *entry.bytes) {
            return Err(diverged(head));
        }
        Ok((new, filled_upto(label)))
    }

    /// The key with which the log signed in front of an entry.
    fn key_at(&self, first: Position) -> Result<PublicKey, LogError> {
        let key = self.key()?;
        if first > self.durable.head() {
            return Ok(key);
        }
        let policy = self.copy.keys(&self.ledger, &key)?;
        Ok(policy.key_at(first.saturating_sub(1)).cloned().unwrap_or(key))
    }

    /// Stops for good: nothing is recorded or folded any more until a person has looked into it.
    pub(crate) fn halt(&mut self, error: LogError) -> LogError {
        tracing::error!(%error, "this node stops following the log; nothing of it was changed");
        self.halted = Some(error.clone());
        self.shared.change(|state| (state.trouble, state.halted) = (Some(error.clone()), true));
        error
    }
}

/// The last position up to which a pack says that the stream is filled.
pub(crate) fn filled_upto(label: &Label) -> Option<Position> {
    match label.kind {
        Kind::Filled { upto } => Some(upto),
        Kind::Recorded | Kind::Moved { .. } => None,
    }
}

/// What to say of a stream that is filled from a copy and has not all of it yet.
pub(crate) fn being_filled(stream: &str, held: Position, upto: Position) -> LogError {
    LogError::Stream {
        detail: format!(
            "{stream} is filled from a copy, and has {held} of {upto} entries; nothing is recorded meanwhile; wait until \
             that is done, or start it again where it was cut off"
        ),
    }
}

/// What to say of a stream whose log went on in a folder.
pub(crate) fn gone_elsewhere(stream: &str, head: Position) -> LogError {
    LogError::Stream {
        detail: format!(
            "the log left {stream} behind entry {head} and went on as a log of its own, by `servanda migrate sqlite`; \
             stop this node, and use the service that has that log"
        ),
    }
}

/// The verdict on a stream that does not continue the copy.
pub(crate) fn diverged(head: Position) -> LogError {
    LogError::Distrusted {
        verdict: Verdict::Diverged { after: 0, upto: head },
        advice: "the stream is not the history that this node holds and signed; stop all nodes, keep the files as they \
                 are, and do as docs/cluster.md says of a stream that diverged",
    }
}

/// The verdict on a stream that ends before the copy does.
pub(crate) fn shortened(head: Position) -> LogError {
    LogError::Distrusted {
        verdict: Verdict::Stale { size: head.saturating_sub(1), seen: head },
        advice: "the stream lost entries that this node holds and signed; stop all nodes, keep the files as they are, \
                 and do as docs/cluster.md says of a stream that lost its end",
    }
}
