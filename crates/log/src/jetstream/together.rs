//! Messages of the stream that follow one another, taken into the copy in one transaction, where several are there at
//! once.
//!
//! Each is checked as it is alone: its maker's key, and the root in front of it, which here is that of a tree that is
//! ahead of the copy. What is out of the ordinary, such as a message that the copy holds in part, one that replaces the
//! key or does not fit, goes the way of a single message, behind all that came before it.
//!
//! Deliberately absent: another judgement than that of `fold`.

use servanda_events::ids::{Position, StreamId};
use servanda_proof::{Tree, leaf_hash};

use super::fold::filled_upto;
use super::node::Node;
use super::pack::{self, Kind};
use super::wire::Message;
use crate::LogError;
use crate::append::Exact;

/// Messages that are ready for the copy.
struct Run {
    /// The tree with them.
    tree: Tree,
    entries: Vec<Exact>,
    /// Number of the last.
    number: u64,
    filled_upto: Option<Position>,
}

impl Node {
    /// Takes messages into the copy, in their order, in as few transactions as can be.
    pub(crate) async fn fold_all(&mut self, messages: Vec<Message>) -> Result<(), LogError> {
        let mut run = None;
        let alone = messages.len() == 1;
        for message in messages {
            if !alone && self.joins(&mut run, &message)? {
                continue;
            }
            self.end_run(run.take()).await?;
            self.fold(message).await?;
        }
        self.end_run(run).await
    }

    /// Adds a message to those that are ready, if it is an ordinary one that continues them.
    fn joins(&self, run: &mut Option<Run>, message: &Message) -> Result<bool, LogError> {
        let Some(label) = &message.label else { return Ok(false) };
        if matches!(label.kind, Kind::Moved { .. }) || label.key != self.key()?.to_string() {
            return Ok(false);
        }
        let head = run.as_ref().map_or_else(|| self.durable.head(), |run| run.tree.size());
        let Ok(entries) = pack::entries(&message.body, head + 1) else { return Ok(false) };
        let of_the_ledger = StreamId::from(&self.ledger);
        let ordinary = |entry: &Exact| entry.index.stream != of_the_ledger;
        if entries.first().is_none_or(|first| first.index.position != head + 1) || !entries.iter().all(ordinary) {
            return Ok(false);
        }
        let mut ready = match run.take() {
            Some(run) => run,
            None => {
                let tree = Tree::resume(head, &mut |row, start, count| self.copy.hashes(row, start, count))?;
                Run { tree, entries: Vec::new(), number: 0, filled_upto: None }
            }
        };
        let fits = label.root == ready.tree.root();
        if fits {
            entries.iter().for_each(|entry| ready.tree.push(leaf_hash(&entry.bytes)));
            ready.entries.extend(entries);
            (ready.number, ready.filled_upto) = (message.number, filled_upto(label));
        }
        *run = Some(ready);
        Ok(fits)
    }

    async fn end_run(&mut self, run: Option<Run>) -> Result<(), LogError> {
        match run {
            Some(run) if !run.entries.is_empty() => self.take(run.entries, run.number, run.filled_upto).await,
            _ => Ok(()),
        }
    }
}
