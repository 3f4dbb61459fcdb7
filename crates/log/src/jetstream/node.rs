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

use super::ahead::{Ahead, Plan};
use super::pack::{self, Kind, Label};
use super::state::Shared;
use super::wire::{Said, Wire};
use crate::append::{Answer, Append, Appended, Exact};
use crate::durable::Durable;
use crate::sqlite::Sqlite;
use crate::{Clock, Ids, LogError};

/// How long a pack is tried to be stored; longer than servers take to elect a leader.
pub(crate) const PATIENCE: Duration = Duration::from_secs(12);
/// Pause before a silent server is asked again.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);
/// How often an idle node looks for messages that nobody told it of.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often other nodes may come first before a sender hears that the log is busy.
pub(crate) const OVERTAKEN_MAX: usize = 200;

pub(crate) enum Job {
    Append {
        append: Append,
        answer: oneshot::Sender<Result<Answer, LogError>>,
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

type Asked = (Append, oneshot::Sender<Result<Answer, LogError>>);

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
    /// Who led the stream, and since when, as the copy's end was last found in it.
    pub(crate) led: String,
    /// How many servers hold the stream.
    pub(crate) replicas: usize,
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
                Some(Job::Append { append, answer, room }) => {
                    drop(room);
                    let mut batch = VecDeque::from([(append, answer)]);
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
                Ok(Job::Append { append, answer, room }) => {
                    drop(room);
                    entries += append.drafts.len();
                    batch.push_back((append, answer));
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
            let planned = self.append_some(&batch).await;
            self.shared.change(|state| state.trouble = planned.as_ref().err().cloned());
            match planned {
                Ok(plans) => {
                    for (plan, (append, sender)) in plans.into_iter().zip(std::mem::take(&mut batch)) {
                        match plan {
                            // Whoever stopped waiting finds the answer by sending the command again.
                            Some(plan) => drop(sender.send(answer(plan, append))),
                            None => batch.push_back((append, sender)),
                        }
                    }
                }
                Err(error) => {
                    for (_, sender) in batch.drain(..) {
                        let _heard = sender.send(Err(error.clone()));
                    }
                }
            }
        }
    }

    /// Has one pack of the first appends stored and folded. What becomes of each; nothing for those that come later.
    async fn append_some(&mut self, batch: &VecDeque<Asked>) -> Result<Vec<Option<Plan>>, LogError> {
        for _ in 0..OVERTAKEN_MAX {
            self.check_going()?;
            self.check_filled()?;
            let mut ahead = Ahead::new(&self.copy, self.durable.head(), self.last_at);
            let mut plans = Vec::with_capacity(batch.len());
            for (append, _) in batch {
                plans.push(match plans.last() {
                    Some(None) => None,
                    _ => ahead.plan(append, self.clock.now())?,
                });
            }
            let entries = ahead.entries;
            if entries.is_empty() || self.record(entries).await? {
                return Ok(plans);
            }
        }
        Err(LogError::Busy)
    }

    /// Takes over entries of another log: pack by pack, each of whole commands.
    async fn append_exact(&mut self, entries: Vec<Exact>) -> Result<(), LogError> {
        self.check_going()?;
        self.catch_up_with_the_leader().await?;
        self.check_filled()?;
        let mut ahead = Ahead::new(&self.copy, self.durable.head(), self.last_at);
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
        let label = Label::new(&self.ids, self.root()?, self.key()?.to_string(), Kind::Recorded)?;
        let body = pack::body(&entries);
        let settled = tokio::time::timeout(PATIENCE, self.settle_behind_end(&label, &body)).await;
        let unconfirmed = |detail: String| LogError::Unconfirmed { detail };
        match settled.unwrap_or_else(|_| Err(unconfirmed("no server confirmed in time".to_owned())))? {
            Settled::Stored => {}
            Settled::Overtaken | Settled::InDoubt => {
                self.shared.change(|state| state.overtaken += 1);
                self.catch_up().await?;
                return Ok(false);
            }
        }
        let number = self.number + 1;
        // It is recorded; a copy that cannot take it now takes it from the stream later.
        let last_at = entries.last().map(|entry| entry.index.recorded_at);
        let folded = self.copy.append_exact(entries).await;
        folded.map_err(|error| unconfirmed(format!("it is stored, and this node's copy cannot take it: {error}")))?;
        self.moved_to(number, last_at);
        // Others look every second without it.
        let _told = self.wire.client.publish(self.wire.hints.clone(), number.to_string().into()).await;
        Ok(true)
    }
}

/// Sends a pack for the place behind a message until it is known who has that place.
pub(crate) async fn settle(wire: &Wire, label: &Label, body: &[u8], behind: u64) -> Result<Settled, LogError> {
    loop {
        if wire.in_doubt() {
            return Ok(Settled::InDoubt);
        }
        let said = wire.store(label.headers(behind), body.to_vec(), behind).await;
        match &said {
            Said::Stored => return Ok(Settled::Stored),
            Said::Refused(error) => return Err(error.clone()),
            Said::Overtaken => {}
            Said::Nothing(said) => tracing::debug!(said, "a pack is not confirmed; it is sent again"),
        }
        if let Ok(found) = wire.messages(behind + 1).await
            && let Some(message) = found.first()
        {
            let ours = message.label.as_ref() == Some(label);
            return Ok(if ours { Settled::Stored } else { Settled::Overtaken });
        }
        // Whoever has the place will be heard of soon.
        tokio::time::sleep(if matches!(said, Said::Overtaken) { PAUSE / 10 } else { PAUSE }).await;
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
