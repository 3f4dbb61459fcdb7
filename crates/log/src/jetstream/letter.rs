//! How appends go from node to node, and how they are answered: a line that says what an append expects, and three for
//! each of its drafts, whose canonical JSON has no line feed inside.
//!
//! Deliberately absent: positions and times, which the sequencer gives.

use serde::{Deserialize, Serialize};
use servanda_events::Draft;
use servanda_events::dates::Instant;
use servanda_events::ids::{CommandId, LedgerName, Position, Revision, StreamId};
use servanda_events::recorded::UniqueKey;

use crate::append::{Append, Known};

/// Where the copy ends on which the appends of a letter were decided: the position and the hash of the entry there. Two
/// nodes that agree on it hold the same history, for each entry has random bits of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    pub(crate) head: Position,
    /// Of the entry's bytes, in base64; empty for an empty log.
    pub(crate) hash: String,
}

/// What an append says in front of its drafts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    stream: StreamId,
    expected: Revision,
    seen: Vec<(StreamId, Revision)>,
    keys_seen: Vec<(UniqueKey, Position)>,
    command_id: CommandId,
    facts_after: usize,
    drafts: usize,
}

/// What became of one append.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Told {
    /// It is recorded from this position on.
    Appended {
        first: Position,
        at: Instant,
    },
    /// Its command was recorded before.
    Known(Known),
    Conflict,
    /// The sequencer did not record it, or does not know whether it did. The other node finds out.
    Failed,
}

/// What the sequencer answers to a question.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reply {
    /// The end of the log, which whoever asked must see before it goes on.
    pub(crate) head: Position,
    /// In the order of the question.
    pub(crate) told: Vec<Told>,
}

/// About how many bytes an append takes in a question.
pub(crate) fn bytes(append: &Append) -> usize {
    const EXPECTATION: usize = 512;
    const EACH: usize = 128;
    let drafts: usize =
        append.drafts.iter().map(|draft| draft.carried().iter().map(|part| part.len() + 1).sum::<usize>()).sum();
    EXPECTATION + EACH * (append.seen.len() + append.keys_seen.len()) + drafts
}

/// A question with these appends.
pub(crate) fn written<'a>(end: &End, appends: impl Iterator<Item = &'a Append>) -> Vec<u8> {
    let Ok(mut letter) = serde_json::to_vec(end) else { unreachable!("a number and a text are JSON") };
    letter.push(b'\n');
    for append in appends {
        let expectation = Expectation {
            stream: append.stream.clone(),
            expected: append.expected,
            seen: append.seen.clone(),
            keys_seen: append.keys_seen.clone(),
            command_id: append.command_id.clone(),
            facts_after: append.facts_after,
            drafts: append.drafts.len(),
        };
        let Ok(line) = serde_json::to_vec(&expectation) else { unreachable!("names and numbers are JSON") };
        letter.extend_from_slice(&line);
        letter.push(b'\n');
        for draft in &append.drafts {
            for part in draft.carried() {
                letter.extend_from_slice(part.as_bytes());
                letter.push(b'\n');
            }
        }
    }
    letter
}

/// The appends of a question about a ledger, if it is one, and on what they were decided. `now` counts for nothing.
pub(crate) fn read(letter: &[u8], ledger: &LedgerName, now: Instant) -> Option<(End, Vec<Append>)> {
    let mut lines = std::str::from_utf8(letter).ok()?.strip_suffix('\n')?.split('\n');
    let end: End = serde_json::from_str(lines.next()?).ok()?;
    let mut appends = Vec::new();
    while let Some(line) = lines.next() {
        let expectation: Expectation = serde_json::from_str(line).ok()?;
        let mut drafts = Vec::new();
        for _ in 0..expectation.drafts {
            let parts = [lines.next()?, lines.next()?, lines.next()?];
            drafts.push(Draft::of_carried(parts, ledger, now).ok()?);
        }
        let Expectation { stream, expected, seen, keys_seen, command_id, facts_after, .. } = expectation;
        if drafts.is_empty() {
            return None;
        }
        appends.push(Append { stream, expected, seen, keys_seen, command_id, drafts, facts_after });
    }
    Some((end, appends))
}

/// An answer as it is sent.
pub(crate) fn reply(reply: &Reply) -> Vec<u8> {
    serde_json::to_vec(reply).unwrap_or_default()
}

pub(crate) fn read_reply(bytes: &[u8]) -> Option<Reply> {
    serde_json::from_slice(bytes).ok()
}

#[cfg(test)]
#[path = "letter_tests.rs"]
mod tests;
