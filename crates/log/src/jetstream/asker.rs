//! Who waits for an append, and when it is told what became of it.
//!
//! Whoever asked on this node is told once this node's copy holds the entries under a durable checkpoint. Another node
//! waits for its own copy in any case: it is told as soon as a majority of the servers holds the pack, and how long the
//! log is with it, while the copy here still takes it.
//!
//! Deliberately absent: deciding what is told.

use servanda_events::ids::Position;
use tokio::sync::oneshot;

use super::ahead::Plan;
use super::letter::Told;
use super::pack;
use crate::LogError;
use crate::append::{Answer, Append, Appended};

/// Who waits for an append.
pub(crate) enum Asker {
    /// Someone on this node.
    Here(oneshot::Sender<Result<Answer, LogError>>),
    /// Another node, which hears how long its copy must be before it goes on.
    There(oneshot::Sender<(Told, Position)>),
    /// Another node that was told already.
    Told,
}

impl Asker {
    /// Tells another node, whose copy must hold the entries up to `head`. To be said of what the servers hold.
    pub(crate) fn tell_there(&mut self, plan: &Plan, head: Position) {
        if let Self::There(_) = self
            && let Self::There(sender) = std::mem::replace(self, Self::Told)
        {
            let _heard = sender.send((told(plan), head));
        }
    }

    /// Tells whoever was not told yet, when this node's copy ends with `head` and holds what was planned.
    pub(crate) fn tell(mut self, plan: Plan, append: Append, head: Position) {
        self.tell_there(&plan, head);
        if let Self::Here(sender) = self {
            // Whoever stopped waiting finds the answer by sending the command again.
            let _heard = sender.send(answer(plan, append));
        }
    }

    /// Tells that it is not recorded, or not known to be.
    pub(crate) fn fail(self, error: &LogError) {
        match self {
            Self::Here(sender) => drop(sender.send(Err(error.clone()))),
            Self::There(sender) => drop(sender.send((Told::Failed, 0))),
            Self::Told => {}
        }
    }
}

/// What another node is told.
fn told(plan: &Plan) -> Told {
    match plan {
        Plan::Appended { first, at } => Told::Appended { first: *first, at: *at },
        Plan::Known(known) => Told::Known(*known),
        Plan::Conflict => Told::Conflict,
        // It finds out by itself, and says so.
        Plan::TooLong { .. } => Told::Failed,
    }
}

/// What the sender of an append hears once its pack is recorded.
fn answer(plan: Plan, append: Append) -> Result<Answer, LogError> {
    match plan {
        Plan::Appended { first, at } => Ok(Answer::Appended(Appended { drafts: append.drafts, first, at })),
        Plan::Known(known) => Ok(Answer::Known(known)),
        Plan::Conflict => Ok(Answer::Conflict),
        Plan::TooLong { bytes } => Err(LogError::CommandTooLong { bytes, most: pack::BYTES_MAX }),
    }
}
