//! Following the log: every durable entry, once, in order, as it comes.
//!
//! Deliberately absent: memory of where a follower stood; whoever follows keeps the position with what it built.

use servanda_events::ids::Position;
use tokio::sync::watch;

use crate::durable::End;
use crate::{Entry, Log, LogError};

/// Reads on from a position, and waits at the end of the log.
#[derive(Debug)]
pub struct Follower {
    log: Log,
    after: Position,
    end: watch::Receiver<End>,
}

impl Follower {
    pub(crate) fn new(log: Log, after: Position, end: watch::Receiver<End>) -> Self {
        Self { log, after, end }
    }

    /// The position after which the next entries are read.
    pub fn position(&self) -> Position {
        self.after
    }

    /// The next entries, at least one and at most `limit`; waits until there is one. May be cancelled at any time
    /// without losing an entry. When the log is closed, so is the follower.
    pub async fn next(&mut self, limit: usize) -> Result<Vec<Entry>, LogError> {
        loop {
            let End { head, closed } = *self.end.borrow_and_update();
            if closed {
                return Err(LogError::Closed);
            }
            if head > self.after {
                let limit = usize::try_from(head - self.after).unwrap_or(usize::MAX).min(limit.max(1));
                let (log, after) = (self.log.clone(), self.after);
                let read = tokio::task::spawn_blocking(move || log.read(after, limit)).await;
                let entries = read.map_err(|error| LogError::Io { detail: error.to_string() })??;
                // Positions have no gaps, so anything else than the next one is damage, and is never stepped over.
                if let Some(odd) = (after + 1..).zip(&entries).find(|(position, entry)| entry.position != *position) {
                    return Err(LogError::Corrupt { position: odd.0, detail: "it is missing".to_owned() });
                }
                let Some(last) = entries.last() else {
                    return Err(LogError::Corrupt { position: after + 1, detail: "it is missing".to_owned() });
                };
                self.after = last.position;
                return Ok(entries);
            }
            self.end.changed().await.map_err(|_| LogError::Closed)?;
        }
    }
}
