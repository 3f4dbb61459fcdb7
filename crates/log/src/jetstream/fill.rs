//! A stream compared with the log in a folder, and filled up with what it lacks of it: the same entries, byte for byte,
//! at the same positions, on the same roots.
//!
//! Each pack that is filled in says how far the filling goes, and no node records before that entry is there. Where it
//! was cut off shows in the stream itself, so it goes on there, whoever starts it again.
//!
//! Deliberately absent: changing or removing what the stream holds. One that holds something else is refused.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use servanda_events::ids::{LedgerName, Position};
use servanda_events::recorded::decode_index;
use servanda_proof::{Hash, Policy, PublicKey, Tree, Verdict, leaf_hash};

use super::fold::filled_upto;
use super::node::{PATIENCE, PAUSE, Settled, packs, settle};
use super::pack::{self, Kind, Label};
use super::wire::{Message, Page, Wire};
use crate::append::Exact;
use crate::durable::Durable;
use crate::sqlite::Sqlite;
use crate::{Ids, LogError};

/// Entries that are read at once: half a megabyte of usual ones, and 64 of the longest.
const PAGE: usize = 1_000;
/// How often, at which pause, servers that do not give a message are asked again.
const ASKED_MAX: usize = 20;

/// What a stream was filled with, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The ledger.
    pub ledger: LedgerName,
    /// The folder whose log it was filled from.
    pub dir: PathBuf,
    /// How many entries that log has, and the stream afterwards.
    pub entries: Position,
    /// The root of the tree over them.
    pub root: Hash,
    /// The key with which the log goes on.
    pub key: PublicKey,
    /// Entries that the stream had before.
    pub held: Position,
    /// Messages in which the others were sent.
    pub packs: u64,
    /// Bytes of their entries.
    pub bytes: u64,
}

/// What is under way, for whoever waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillStep {
    /// What the stream holds is compared with the log.
    Comparing,
    /// What it lacks is sent.
    Filling,
    /// All of the stream is read back.
    Verifying,
}

/// Why a stream was not filled.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// Two copies hold different histories under signatures of one log.
    #[error(
        "{verdict}; that is said of {} and {}, which are both signed; nothing was changed. Keep both; let people find out \
         which of them was acknowledged by a majority, and fill the stream from the copies of that history alone; the nodes \
         of the other begin anew with a backup of it, and whoever was given a checkpoint of the other is to be told",
        one.display(),
        other.display()
    )]
    Fork {
        /// Where the two part.
        verdict: Verdict,
        /// The folder of the longer one.
        one: PathBuf,
        /// The folder of the other.
        other: PathBuf,
    },
    /// The log, the stream or its servers are not as they must be.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// A log in a folder, held by this process and found whole.
pub(crate) struct Source<'c> {
    pub(crate) copy: &'c Sqlite,
    pub(crate) head: Position,
    /// The keys that the log has had, each for its time.
    pub(crate) keys: Policy,
}

/// What a stream holds of a log.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) messages: u64,
    /// Entries that are the log's.
    pub(crate) entries: Position,
    /// The root over them.
    pub(crate) root: Option<Hash>,
    /// Whether it has more than the log has.
    pub(crate) beyond: bool,
    /// How far its last pack says that it is being filled.
    pub(crate) filled_upto: Option<Position>,
    /// The folder in which the log went on.
    pub(crate) moved: Option<String>,
}

impl Held {
    /// Whether it was being filled, and that was cut off.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.filled_upto.is_some_and(|upto| upto > self.entries)
    }
}

impl<'c> Source<'c> {
    pub(crate) fn new(copy: &'c Sqlite, ledger: &LedgerName, durable: &Durable) -> Result<Self, LogError> {
        let key = durable.key().ok_or_else(|| LogError::Unfit { detail: "the log signs nothing".to_owned() })?;
        Ok(Self { copy, head: durable.head(), keys: copy.keys(ledger, &key)? })
    }

    /// The tree over the first entries.
    pub(crate) fn tree(&self, size: u64) -> Result<Tree, LogError> {
        Tree::resume(size, &mut |row, start, count| self.copy.hashes(row, start, count))
    }

    fn key_at(&self, size: u64) -> Result<String, LogError> {
        let unknown = || LogError::Unfit { detail: format!("no key of the log signs {size} entries") };
        self.keys.key_at(size).map(ToString::to_string).ok_or_else(unknown)
    }
}

/// The verdict on a stream that holds another history than a log.
fn differs(after: Position) -> LogError {
    LogError::Distrusted {
        verdict: Verdict::Diverged { after, upto: after + 1 },
        advice: "the stream holds another history than this log; keep the stores of the servers and this folder as they \
                 are, and do as docs/cluster.md says of a stream that diverged",
    }
}

/// Compares the messages of a stream up to a number with a log. An error where they are not its history.
pub(crate) async fn compare(
    wire: &Wire,
    source: &Source<'_>,
    last: u64,
    mut progress: impl FnMut(u64, u64),
) -> Result<Held, LogError> {
    let (mut held, mut tree) = (Held::default(), Tree::new());
    progress(0, source.head);
    while held.messages < last && !held.beyond {
        for message in patiently(wire, held.messages + 1).await? {
            if message.number > last || held.beyond {
                break;
            }
            take(wire, &mut held, &mut tree, &message, source)?;
        }
        progress(held.entries, source.head);
    }
    held.root = Some(tree.root());
    Ok(held)
}

/// The messages from a number on, of which there is at least one.
async fn patiently(wire: &Wire, from: u64) -> Result<Vec<Message>, LogError> {
    let mut asked = 0;
    loop {
        match wire.messages(from).await {
            Ok(Page { messages, .. }) if !messages.is_empty() => return Ok(messages),
            Ok(_) | Err(LogError::Away { .. }) if asked < ASKED_MAX => asked += 1,
            Ok(_) => return Err(LogError::Away { detail: format!("message {from} of {} does not come", wire.stream) }),
            Err(error) => return Err(error),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn take(wire: &Wire, held: &mut Held, tree: &mut Tree, message: &Message, source: &Source<'_>) -> Result<(), LogError> {
    let number = message.number;
    let foreign = |what: String| LogError::Stream { detail: format!("message {number} of {} {what}", wire.stream) };
    let Some(label) = &message.label else {
        return Err(foreign("was written by something else than servanda".to_owned()));
    };
    held.messages = number;
    if let Kind::Moved { to } = &label.kind {
        held.moved = Some(to.clone());
        return Ok(());
    }
    let key = source.key_at(held.entries)?;
    if label.key != key {
        return Err(foreign(format!("is signed with the key {}, and this log signs as {key}", label.key)));
    }
    if label.root != tree.root() {
        return Err(differs(held.entries));
    }
    let entries = pack::entries(&message.body, held.entries + 1)?;
    let own = source.copy.read(held.entries, entries.len())?;
    for (place, entry) in entries.iter().enumerate() {
        match own.get(place) {
            Some(own) if *own.bytes == *entry.bytes => {
                tree.push(leaf_hash(&entry.bytes));
                held.entries += 1;
            }
            Some(_) => return Err(differs(held.entries)),
            None if entry.index.position == held.entries + 1 => {
                held.beyond = true;
                return Ok(());
            }
            None => return Err(differs(held.entries)),
        }
    }
    held.filled_upto = filled_upto(label);
    Ok(())
}

/// A log's entries behind a position in full packs of whole commands.
struct Packs<'s> {
    source: &'s Source<'s>,
    after: Position,
    ready: VecDeque<Vec<Exact>>,
}

impl Packs<'_> {
    fn next(&mut self) -> Result<Option<Vec<Exact>>, LogError> {
        let mut limit = PAGE;
        while self.ready.is_empty() && self.after < self.source.head {
            let mut entries = Vec::with_capacity(PAGE);
            for entry in self.source.copy.read(self.after, limit)? {
                let index = decode_index(&entry.bytes).map_err(|error| LogError::unreadable(entry.position, &error))?;
                entries.push(Exact { bytes: entry.bytes.into_vec(), index });
            }
            if entries.is_empty() {
                return Err(LogError::Corrupt { position: self.after + 1, detail: "it is missing".to_owned() });
            }
            let all = self.after + entries.len() as u64 >= self.source.head;
            if !all {
                // The last command may go on behind the page.
                let last = entries.last().map(|entry| entry.index.command_id.clone());
                let whole = entries.iter().rposition(|entry| Some(&entry.index.command_id) != last.as_ref());
                entries.truncate(whole.map_or(0, |place| place + 1));
            }
            if entries.is_empty() {
                limit *= 2;
                continue;
            }
            self.ready = packs(entries)?.into();
            if !all && self.ready.len() > 1 {
                // It would not be full.
                self.ready.pop_back();
            }
            self.after = self.ready.back().and_then(|pack| pack.last()).map_or(0, |entry| entry.index.position);
        }
        Ok(self.ready.pop_front())
    }
}

/// How many messages a log's entries behind a position take, and how many bytes. An error where one command does not
/// fit into a message, before anything is sent.
pub(crate) fn plan(source: &Source<'_>, after: Position) -> Result<(u64, u64), LogError> {
    let mut packs = Packs { source, after, ready: VecDeque::new() };
    let (mut count, mut bytes) = (0, 0);
    while let Some(pack) = packs.next()? {
        count += 1;
        bytes += pack.iter().map(|entry| entry.bytes.len() as u64).sum::<u64>();
    }
    Ok((count, bytes))
}

/// Sends what a stream lacks of a log.
pub(crate) async fn fill(
    wire: &Wire,
    ids: &Ids,
    source: &Source<'_>,
    held: &Held,
    mut progress: impl FnMut(u64, u64),
) -> Result<(), LogError> {
    let mut tree = source.tree(held.entries)?;
    let mut packs = Packs { source, after: held.entries, ready: VecDeque::new() };
    let mut number = held.messages;
    progress(tree.size(), source.head);
    while let Some(pack) = packs.next()? {
        let key = source.key_at(tree.size())?;
        let label = Label::new(ids, tree.root(), key, Kind::Filled { upto: source.head })?;
        let body = pack::body(&pack);
        let settled = tokio::time::timeout(PATIENCE, settle(wire, &label, &body, number)).await;
        let again = "no server confirmed in time; start it again, and it goes on where it stopped";
        match settled.unwrap_or_else(|_| Err(LogError::Away { detail: again.to_owned() }))? {
            Settled::Stored => number += 1,
            Settled::Overtaken | Settled::InDoubt => {
                let detail = format!(
                    "something else wrote message {} of {} meanwhile; stop all nodes and whatever else fills it, then \
                     start this again",
                    number + 1,
                    wire.stream
                );
                return Err(LogError::Stream { detail });
            }
        }
        pack.iter().for_each(|entry| tree.push(leaf_hash(&entry.bytes)));
        progress(tree.size(), source.head);
    }
    Ok(())
}

/// Reads all of a stream back, and finds in it exactly the log. The stream may have become longer by what nodes
/// recorded since.
pub(crate) async fn verify(wire: &Wire, source: &Source<'_>, progress: impl FnMut(u64, u64)) -> Result<Hash, LogError> {
    let last = until_standing(wire).await?;
    let held = compare(wire, source, last, progress).await?;
    let root = source.tree(source.head)?.root();
    if held.entries == source.head && held.root == Some(root) { Ok(root) } else { Err(differs(held.entries)) }
}

/// The number of the last message, as the leader says; asked again while there is none.
pub(crate) async fn until_standing(wire: &Wire) -> Result<u64, LogError> {
    const PAUSE: Duration = Duration::from_millis(500);
    for _ in 0..ASKED_MAX {
        match wire.standing().await {
            Err(LogError::Away { .. }) => tokio::time::sleep(PAUSE).await,
            standing => return standing.map(|standing| standing.last),
        }
    }
    wire.standing().await.map(|standing| standing.last)
}
