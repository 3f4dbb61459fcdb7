//! A log that moves: from a folder into a stream, whose first node the folder becomes, and from a stream into the
//! folder of one of its nodes. Entries, positions, ids, roots and signatures stay as they are, and so does the key.
//!
//! There is one log at any moment. A file in the folder says that it is under way, and nothing is recorded there
//! meanwhile. On the way out of a stream its last message says so, stored at the place behind the last pack like any
//! other, so that no node can record behind it; and it names the one folder that may go on. What was cut off is taken
//! up again by starting the same move again.
//!
//! Deliberately absent: removing the stream that was left. It stays as it is, for an administrator to seal or remove.

use std::path::{Path, PathBuf};

use servanda_events::ids::{LedgerName, Position};
use servanda_proof::{Hash, PublicKey};

use super::fill::{self, FillError, FillStep, Filled, Held, Source};
use super::fold::gone_elsewhere;
use super::node::{Node, OVERTAKEN_MAX, PATIENCE, Settled};
use super::pack::{Kind, Label};
use super::wire::Wire;
use super::{Servers, place, standing_node, stream};
use crate::sqlite::{Files, Sqlite};
use crate::{Clock, Ids, LogError, Settings};

/// The file that says that the log in a directory is on its way.
const FILE: &str = "log.moving";
const INTO: &str = "into";
const OUT_OF: &str = "out of";

/// A log that left a stream, or would leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The ledger.
    pub ledger: LedgerName,
    /// The folder in which it goes on.
    pub dir: PathBuf,
    /// How many entries it has.
    pub entries: Position,
    /// The root of the tree over them.
    pub root: Hash,
    /// The key with which it goes on.
    pub key: PublicKey,
}

/// Where a log is on its way to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    Into { stream: String },
    OutOf { stream: String, mark: String },
}

fn refuse<T>(detail: String) -> Result<T, LogError> {
    Err(LogError::Stream { detail })
}

fn way(dir: &Path) -> Result<Option<Way>, LogError> {
    let path = dir.join(FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LogError::Io { detail: format!("{}: {error}", path.display()) }),
    };
    let text = text.trim_end();
    if let Some(stream) = text.strip_prefix(INTO) {
        return Ok(Some(Way::Into { stream: stream.trim().to_owned() }));
    }
    match text.strip_prefix(OUT_OF).and_then(|rest| rest.trim().split_once(' ')) {
        Some((stream, mark)) => Ok(Some(Way::OutOf { stream: stream.to_owned(), mark: mark.to_owned() })),
        None => refuse(format!("{} is not what servanda wrote; put the file back from a copy", path.display())),
    }
}

fn set_out(dir: &Path, way: &Way) -> Result<(), LogError> {
    let text = match way {
        Way::Into { stream } => format!("{INTO} {stream}\n"),
        Way::OutOf { stream, mark } => format!("{OUT_OF} {stream} {mark}\n"),
    };
    place::write_durably(dir, FILE, &text)
}

/// Refuses a directory whose log is on its way elsewhere, or from there.
pub(crate) fn check_is_not_moving(dir: &Path) -> Result<(), LogError> {
    let shown = dir.display();
    match way(dir)? {
        None => Ok(()),
        Some(Way::Into { stream }) => refuse(format!(
            "the log in {shown} is on its way into {stream}, and that was cut off; start `servanda migrate jetstream` \
             again"
        )),
        Some(Way::OutOf { stream, .. }) => refuse(format!(
            "the log in {shown} is on its way out of {stream}, and that was cut off; start `servanda migrate sqlite` again"
        )),
    }
}

/// Brings the log of a folder into a stream that is empty or has the first part of it, reads it back, and makes the
/// folder the copy of a node. With `dry_run` everything is checked, and nothing is sent or changed. `progress` hears
/// how many of how many entries each step has done.
pub async fn move_to_stream(
    dir: &Path,
    settings: &Settings,
    (clock, ids): (&Clock, &Ids),
    servers: Servers,
    dry_run: bool,
    progress: impl FnMut(FillStep, u64, u64),
) -> Result<Filled, FillError> {
    let shown = dir.display();
    if !Files::of_dir(dir, settings).exist() {
        return Err(LogError::Stream { detail: format!("there is no log in {shown}; check --data") }.into());
    }
    let begun = way(dir)?;
    if matches!(begun, Some(Way::OutOf { .. })) {
        check_is_not_moving(dir)?;
    }
    if place::is_copy(dir) && begun.is_none() {
        let detail = format!("{shown} is a node's copy of a stream already; start it with --log jetstream");
        return Err(LogError::Stream { detail }.into());
    }
    stream::check_version(&servers.client.server_info().version)?;
    let (sqlite, ledger, durable) = Sqlite::open(dir, None, settings, clock, ids)?;
    let source = Source::new(&sqlite, &ledger, &durable)?;
    let key = durable.key().ok_or_else(|| LogError::Unfit { detail: "the log signs nothing".to_owned() })?;
    let mut wire = Wire::new(servers.client.clone(), &ledger);
    let filled = into(dir, begun.as_ref(), &mut wire, ids, &source, servers, dry_run, progress).await;
    let closed = sqlite.close().await;
    let (root, held, (packs, bytes)) = filled?;
    closed?;
    Ok(Filled { ledger, dir: dir.to_owned(), entries: source.head, root, key, held, packs, bytes })
}

#[expect(clippy::too_many_arguments, reason = "each is another thing, and they are used here once")]
async fn into(
    dir: &Path,
    begun: Option<&Way>,
    wire: &mut Wire,
    ids: &Ids,
    source: &Source<'_>,
    servers: Servers,
    dry_run: bool,
    mut progress: impl FnMut(FillStep, u64, u64),
) -> Result<(Hash, Position, (u64, u64)), LogError> {
    let way = Way::Into { stream: wire.stream.clone() };
    if begun.is_some_and(|begun| *begun != way) {
        check_is_not_moving(dir)?;
    }
    stream::check_rights(wire, servers.complaints.clone()).await?;
    let held = match stream::look(wire, servers.replicas).await? {
        Some(standing) => {
            fill::compare(wire, source, standing.last, |done, of| progress(FillStep::Comparing, done, of)).await?
        }
        None => Held::default(),
    };
    let stream = &wire.stream;
    if held.moved.is_some() {
        return refuse(format!(
            "{stream} holds a log that went on elsewhere; seal and keep it, or remove it, as an administrator, and start \
             this again with a stream that is empty or not there"
        ));
    }
    if held.messages > 0 && begun.is_none() && !held.is_cut_off() {
        return refuse(format!(
            "{stream} holds {} entries of this log already, behind which its nodes may record; to go on there, start \
             nodes of it; a copy of the log in this folder would be a second one",
            held.entries
        ));
    }
    let planned = fill::plan(source, held.entries)?;
    let mut root = source.tree(source.head)?.root();
    if !dry_run {
        set_out(dir, &way)?;
        stream::get_or_create(wire, servers.replicas, ids, &servers.complaints).await?;
        if !held.beyond {
            fill::fill(wire, ids, source, &held, |done, of| progress(FillStep::Filling, done, of)).await?;
        }
        root = fill::verify(wire, source, |done, of| progress(FillStep::Verifying, done, of)).await?;
        place::mark(dir, &wire.stream)?;
        place::remove_durably(dir, FILE)?;
    }
    Ok((root, held.entries, planned))
}

/// Brings a log out of its stream into the folder of one of its nodes, which no service may have: the copy is brought
/// to the end of the stream, the stream is ended, all of it is compared with the copy, and the copy becomes a log of
/// its own. With `dry_run` the stream is not ended, and the copy only follows it. `progress` hears how many of how
/// many entries each step has done.
pub async fn move_to_file(
    dir: &Path,
    settings: &Settings,
    (clock, ids): (&Clock, &Ids),
    servers: Servers,
    dry_run: bool,
    mut progress: impl FnMut(FillStep, u64, u64),
) -> Result<Moved, FillError> {
    let begun = way(dir)?;
    if matches!(begun, Some(Way::Into { .. })) {
        check_is_not_moving(dir)?;
    }
    if !place::is_copy(dir) && begun.is_none() {
        let detail = format!("{} holds no node's copy, and so nothing that could leave a stream", dir.display());
        return Err(LogError::Stream { detail }.into());
    }
    if !place::is_copy(dir) {
        // All of it was done but for the last step.
        if !dry_run {
            place::remove_durably(dir, FILE)?;
        }
        return Ok(left(dir, settings, clock, ids)?);
    }
    let (mut node, last) = standing_node(dir, None, settings, (clock, ids), servers).await?;
    let ended = end_of(&mut node, last, begun, dry_run, dir).await;
    let verified = match ended {
        Ok(()) => {
            let source = Source::new(&node.copy, &node.ledger, &node.durable)?;
            fill::verify(&node.wire, &source, |done, of| progress(FillStep::Verifying, done, of)).await
        }
        Err(error) => Err(error),
    };
    let closed = node.copy.close().await;
    let root = verified?;
    closed?;
    let key = node.key()?;
    let moved = Moved { ledger: node.ledger.clone(), dir: dir.to_owned(), entries: node.durable.head(), root, key };
    if !dry_run {
        place::remove_durably(dir, crate::sqlite::STREAM_MARK)?;
        place::remove_durably(dir, FILE)?;
    }
    Ok(moved)
}

/// A log that has left its stream.
fn left(dir: &Path, settings: &Settings, clock: &Clock, ids: &Ids) -> Result<Moved, LogError> {
    let (sqlite, ledger, durable) = Sqlite::open(dir, None, settings, clock, ids)?;
    let source = Source::new(&sqlite, &ledger, &durable)?;
    let root = source.tree(source.head)?.root();
    let key = durable.key().ok_or_else(|| LogError::Unfit { detail: "the log signs nothing".to_owned() })?;
    Ok(Moved { dir: dir.to_owned(), entries: durable.head(), root, key, ledger })
}

/// Brings a node to the end of its stream, and ends the stream there for this folder.
async fn end_of(node: &mut Node, last: u64, begun: Option<Way>, dry_run: bool, dir: &Path) -> Result<(), LogError> {
    let stream = node.wire.stream.clone();
    let own = match begun {
        Some(Way::OutOf { stream: from, mark }) if from == stream => Some(mark),
        _ => None,
    };
    let mut last = last;
    for _ in 0..OVERTAKEN_MAX {
        if let Some(to) = ended_for(&node.wire, last).await? {
            if own.as_ref() != Some(&to) {
                return Err(gone_elsewhere(&stream, node.durable.head()));
            }
            return place::catch_up(node, last - 1, |_, _| ()).await;
        }
        place::catch_up(node, last, |_, _| ()).await?;
        node.check_filled()?;
        if dry_run {
            return Ok(());
        }
        let mark = match &own {
            Some(mark) => mark.clone(),
            None => node.ids.nonce()?,
        };
        // First the folder knows its mark: whoever reads it in the stream then finds the folder that may go on.
        set_out(dir, &Way::OutOf { stream: stream.clone(), mark: mark.clone() })?;
        let label = Label::new(&node.ids, node.root()?, node.key()?.to_string(), Kind::Moved { to: mark })?;
        let settled = tokio::time::timeout(PATIENCE, node.settle_behind_end(&label, &[])).await;
        let again = "no server confirmed in time; start it again, and it goes on where it stopped";
        match settled.unwrap_or_else(|_| Err(LogError::Away { detail: again.to_owned() }))? {
            Settled::Stored => return Ok(()),
            Settled::Overtaken | Settled::InDoubt => {
                last = fill::until_standing(&node.wire).await?.max(node.number + 1);
            }
        }
    }
    Err(LogError::Busy)
}

/// The mark of the folder for which a stream was ended, if it was.
async fn ended_for(wire: &Wire, last: u64) -> Result<Option<String>, LogError> {
    if last == 0 {
        return Ok(None);
    }
    Ok(match wire.message(last).await?.label.map(|label| label.kind) {
        Some(Kind::Moved { to }) => Some(to),
        _ => None,
    })
}
