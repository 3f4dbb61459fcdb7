//! A node: takes what waits, plans it on its copy, has it stored in the stream, folds it into the copy, and answers.
//! Meanwhile it folds what other nodes stored.
//!
//! A pack is made for one place in the stream. If the server says that it got it, it is recorded. If another pack was
//! there first, that one is folded and everything is planned anew on what is so now. If the server is silent, the same
//! pack is sent for the same place until the place is known to be its own or another's; a sender that cannot be kept
//! waiting so long hears that it is not known. The stream alone decides: two nodes, or one that slept, can do no harm.
//!
//! Deliberately absent: deciding, and believing a stream that is not the copy's own history.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use servanda_events::dates::Instant;
use servanda_events::ids::{LedgerName, Position};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::MissedTickBehavior;

use super::ahead::{Ahead, Plan, Stand};
use super::asker::Asker;
use super::pack::{self, Kind, Label};
use super::state::Shared;
use super::wire::{AGAIN_MAX, ANSWER_MAX, Said, Wire};
use crate::append::{Append, Exact};
use crate::durable::Durable;
use crate::sqlite::Sqlite;
use crate::{Clock, Ids, LogError};

/// How long a pack is tried to be stored; longer than servers take to elect a leader.
pub(crate) const PATIENCE: Duration = Duration::from_secs(12);
/// The same once one was not stored in that time, until another is: who comes then is told soon to come again.
pub(crate) const PATIENCE_LOST: Duration = Duration::from_secs(2);
/// How long a server may leave a pack without an answer before another is asked. One that is cut off from the others
/// does not know it for as long as 19 seconds.
pub(crate) const ONE_SERVER_MAX: Duration = Duration::from_secs(4);
/// Looks in a row at which nobody says how the stream stands before another server is asked.
pub(crate) const SILENT_LOOKS_MAX: u32 = 4;
/// Pause before a silent server is asked again.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);
/// How often an idle node looks for messages that nobody told it of.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often other nodes may come first before a sender hears that the log is busy.
pub(crate) const OVERTAKEN_MAX: usize = 200;

pub(crate) enum Job {
    Append {
        append: Append,
        asker: Asker,
        room: OwnedSemaphorePermit,
    },
    Exact {
        entries: Vec<Exact>,
        answer: oneshot::Sender<Result<(), LogError>>,
    },
    /// Fold all that is stored by now.
    CatchUp {
        answer: oneshot::Sender<Result<(), LogError>>,
    },
    /// Fold as far as a position that is known to be recorded.
    FoldTo {
        head: Position,
    },
    Close {
        answer: oneshot::Sender<()>,
    },
}

type Asked = (Append, Asker);

pub(crate) struct Node {
    pub(crate) wire: Wire,
    pub(crate) copy: Arc<Sqlite>,
    pub(crate) durable: Arc<Durable>,
    pub(crate) ledger: LedgerName,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) shared: Shared,
    pub(crate) batch_entries_max: usize,
    /// Number of the last message in the copy.
    pub(crate) number: u64,
    pub(crate) last_at: Option<Instant>,
    /// At which revisions streams stand in the copy.
    pub(crate) stand: Stand,
    /// Who led the stream, and since when, as the copy's end was last found in it.
    pub(crate) led: String,
    /// How many servers hold the stream.
    pub(crate) replicas: usize,
    /// Whether the last pack was not confirmed in time.
    pub(crate) lost: bool,
    /// Looks in a row at which nobody said how the stream stands.
    pub(crate) silent_looks: u32,
    /// Whether the copy's end was not in the stream when it was last looked for there.
    pub(crate) lacks_the_end: bool,
    /// Looks in a row at which the stream was shorter than the copy.
    pub(crate) short_looks: u32,
    /// The last position up to which the stream is being filled from a copy, while it is; nothing is recorded then.
    pub(crate) filled_upto: Option<Position>,
    /// Why nothing is recorded or folded any more.
    pub(crate) halted: Option<LogError>,
}

pub(crate) enum Settled {
    Stored,
    Overtaken,
    /// Whether the place behind the copy's end is still that is to be found out first; nothing is known of the pack.
    InDoubt,
}

impl Node {
    /// Works until the log is closed or its last handle is gone.
    pub(crate) async fn run(mut self, mut jobs: UnboundedReceiver<Job>) {
        let mut hints = self.wire.client.subscribe(self.wire.hints.clone()).await.ok();
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut carried = None;
        loop {
            let job = match carried.take() {
                Some(job) => Some(job),
                None => {
                    let hint = async {
                        match &mut hints {
                            Some(hints) => hints.next().await,
                            None => std::future::pending().await,
                        }
                    };
                    tokio::select! {
                        biased;
                        job = jobs.recv() => job,
                        hint = hint => {
                            match hint {
                                Some(hint) if self.knows(&hint.payload) => {}
                                Some(_) => self.look().await,
                                // Without hints, looking is enough.
                                None => hints = None,
                            }
                            continue;
                        }
                        _ = look.tick() => {
                            self.look().await;
                            self.note_standing().await;
                            continue;
                        }
                    }
                }
            };
            match job {
                None => return,
                Some(Job::Append { append, asker, room }) => {
                    drop(room);
                    let mut batch = VecDeque::from([(append, asker)]);
                    carried = self.gather(&mut jobs, &mut batch);
                    self.append(batch).await;
                }
                Some(Job::Exact { entries, answer }) => {
                    let taken = self.append_exact(entries).await;
                    let _heard = answer.send(taken);
                }
                Some(Job::CatchUp { answer }) => {
                    let mut waiting = vec![answer];
                    carried = loop {
                        match jobs.try_recv() {
                            Ok(Job::CatchUp { answer }) => waiting.push(answer),
                            other => break other.ok(),
                        }
                    };
                    let caught_up = self.catch_up_with_the_leader().await;
                    for answer in waiting {
                        let _heard = answer.send(caught_up.clone());
                    }
                }
                Some(Job::FoldTo { head }) => self.fold_to(head).await,
                Some(Job::Close { answer }) => {
                    let _heard = answer.send(());
                    return;
                }
            }
        }
    }

    fn knows(&self, hint: &[u8]) -> bool {
        let number = std::str::from_utf8(hint).ok().and_then(|text| text.parse::<u64>().ok());
        number.is_some_and(|number| number <= self.number)
    }

    /// Takes further appends as long as there are any and the batch is not full; another job ends the batch.
    fn gather(&self, jobs: &mut UnboundedReceiver<Job>, batch: &mut VecDeque<Asked>) -> Option<Job> {
        let mut entries: usize = batch.iter().map(|(append, _)| append.drafts.len()).sum();
        while entries < self.batch_entries_max {
            match jobs.try_recv() {
                Ok(Job::Append { append, asker, room }) => {
                    drop(room);
                    entries += append.drafts.len();
                    batch.push_back((append, asker));
                }
                Ok(other) => return Some(other),
                Err(_) => break,
            }
        }
        None
    }

    /// Records what can be, pack by pack, and answers everyone.
    async fn append(&mut self, mut batch: VecDeque<Asked>) {
        while !batch.is_empty() {
            let planned = self.append_some(&mut batch).await;
            self.shared.change(|state| state.trouble = planned.as_ref().err().cloned());
            match planned {
                Ok(plans) => {
                    let head = self.durable.head();
                    for (plan, (append, asker)) in plans.into_iter().zip(std::mem::take(&mut batch)) {
                        match plan {
                            Some(plan) => asker.tell(plan, append, head),
                            None => batch.push_back((append, asker)),
                        }
                    }
                }
                Err(error) => batch.drain(..).for_each(|(_, asker)| asker.fail(&error)),
            }
        }
    }

    /// Has one pack of the first appends stored and folded. What becomes of each; nothing for those that come later.
    async fn append_some(&mut self, batch: &mut VecDeque<Asked>) -> Result<Vec<Option<Plan>>, LogError> {
        for _ in 0..OVERTAKEN_MAX {
            self.check_going()?;
            self.check_filled()?;
            let (end, commands) =
                ((self.durable.head(), self.last_at), batch.iter().map(|(append, _)| &append.command_id));
            let mut ahead = Ahead::new(&self.copy, end, &mut self.stand, commands)?;
            let mut plans = Vec::with_capacity(batch.len());
            for (append, _) in batch.iter() {
                plans.push(match plans.last() {
                    Some(None) => None,
                    _ => ahead.plan(append, &self.ledger, self.clock.now())?,
                });
            }
            let entries = ahead.entries;
            let Some(head) = entries.last().map(|entry| entry.index.position) else { return Ok(plans) };
            if !self.store(&entries).await? {
                continue;
            }
            for (plan, (_, asker)) in plans.iter().zip(batch.iter_mut()) {
                plan.iter().for_each(|plan| asker.tell_there(plan, head));
            }
            self.fold_own(entries).await?;
            return Ok(plans);
        }
        Err(LogError::Busy)
    }

    /// Takes over entries of another log: pack by pack, each of whole commands.
    async fn append_exact(&mut self, entries: Vec<Exact>) -> Result<(), LogError> {
        self.check_going()?;
        self.catch_up_with_the_leader().await?;
        self.check_filled()?;
        let (end, commands) =
            ((self.durable.head(), self.last_at), entries.iter().map(|entry| &entry.index.command_id));
        let mut ahead = Ahead::new(&self.copy, end, &mut self.stand, commands)?;
        ahead.plan_exact(&self.ledger, entries)?;
        for pack in packs(ahead.entries)? {
            let first = pack.first().map_or(0, |entry| entry.index.position);
            if !self.record(pack).await? {
                let detail = "another node recorded something meanwhile".to_owned();
                return Err(LogError::Misfit { position: first, detail });
            }
        }
        Ok(())
    }

    /// Has a pack stored and folded; `false` if others came first, whose packs are folded then.
    pub(crate) async fn record(&mut self, entries: Vec<Exact>) -> Result<bool, LogError> {
        let stored = self.store(&entries).await?;
        if stored {
            self.fold_own(entries).await?;
        }
        Ok(stored)
    }

    /// Has a pack stored; `false` if others came first, whose packs are folded then.
    async fn store(&mut self, entries: &[Exact]) -> Result<bool, LogError> {
        let label = Label::new(&self.ids, self.root()?, self.key()?.to_string(), Kind::Recorded)?;
        let body = pack::body(entries);
        match self.settle_in_time(&label, &body).await? {
            Settled::Stored => {}
            Settled::Overtaken | Settled::InDoubt => {
                self.shared.change(|state| state.overtaken += 1);
                self.catch_up().await.map_err(|error| match error {
                    // What is not seen now may be the pack that was sent.
                    LogError::Away { detail } => LogError::Unconfirmed { detail },
                    other => other,
                })?;
                return Ok(false);
            }
        }
        // Others look every second without it. Told now, they fold it while this node does.
        let number = (self.number + 1).to_string();
        let _told = self.wire.client.publish(self.wire.hints.clone(), number.into()).await;
        Ok(true)
    }

    /// Takes a pack that was just stored into the copy.
    async fn fold_own(&mut self, entries: Vec<Exact>) -> Result<(), LogError> {
        let number = self.number + 1;
        // It is recorded; a copy that cannot take it now takes it from the stream later.
        let last_at = entries.last().map(|entry| entry.index.recorded_at);
        self.put(entries).await.map_err(|error| LogError::Unconfirmed {
            detail: format!("it is stored, and this node's copy cannot take it: {error}"),
        })?;
        self.moved_to(number, last_at);
        Ok(())
    }
}

/// Sends a pack for the place behind a message until it is known who has that place.
pub(crate) async fn settle(wire: &Wire, label: &Label, body: &[u8], behind: u64) -> Result<Settled, LogError> {
    let mut answer_max = ANSWER_MAX;
    loop {
        if wire.in_doubt() {
            return Ok(Settled::InDoubt);
        }
        let said = wire.store(label.headers(behind), body.to_vec(), behind, answer_max).await;
        answer_max = AGAIN_MAX;
        match &said {
            Said::Stored => return Ok(Settled::Stored),
            Said::Refused(error) => return Err(error.clone()),
            Said::Overtaken => {}
            Said::Nothing(said) => tracing::debug!(said, "a pack is not confirmed; it is sent again"),
        }
        if let Ok(found) = wire.messages(behind + 1).await
            && let Some(message) = found.messages.first()
        {
            let ours = message.label.as_ref() == Some(label);
            return Ok(if ours { Settled::Stored } else { Settled::Overtaken });
        }
        // Whoever has the place will be heard of soon.
        tokio::time::sleep(if matches!(said, Said::Overtaken) { PAUSE / 10 } else { PAUSE }).await;
    }
}

/// Entries in packs of whole commands.
pub(crate) fn packs(entries: Vec<Exact>) -> Result<Vec<Vec<Exact>>, LogError> {
    let mut commands: Vec<(usize, Vec<Exact>)> = Vec::new();
    for entry in entries {
        let size = entry.bytes.len() + 1;
        match commands.last_mut() {
            Some((bytes, command)) if command.last().is_some_and(|l| l.index.command_id == entry.index.command_id) => {
                *bytes += size;
                command.push(entry);
            }
            _ => commands.push((size, vec![entry])),
        }
    }
    let mut packs: Vec<(usize, Vec<Exact>)> = Vec::new();
    for (bytes, command) in commands {
        if bytes > pack::BYTES_MAX {
            return Err(LogError::CommandTooLong { bytes, most: pack::BYTES_MAX });
        }
        match packs.last_mut() {
            Some((held, pack)) if *held + bytes <= pack::BYTES_MAX => {
                *held += bytes;
                pack.extend(command);
            }
            _ => packs.push((bytes, command)),
        }
    }
    Ok(packs.into_iter().map(|(_, pack)| pack).collect())
}
