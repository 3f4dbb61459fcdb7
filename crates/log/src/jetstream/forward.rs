//! Commands handed to the sequencer: what waits on a node goes there in one question, decided and ready to be recorded,
//! and is answered once this node's copy holds it. The sequencer records it among its own.
//!
//! Where the sequencer is silent, cannot be reached or could not record something, the node records by itself. Then the
//! same command may be under way twice; the places in the stream see to it that it is recorded once, and whoever comes
//! second finds the answer of the first.
//!
//! Deliberately absent: deciding, which the node did that was asked; believing a sequencer: what it answered is read
//! from the stream like everything else.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_nats::{Client, Request, Subject};
use futures_util::StreamExt as _;
use servanda_events::ids::{LedgerName, Position};
use servanda_proof::leaf_hash;
use tokio::sync::mpsc::{UnboundedReceiver, WeakUnboundedSender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio::task::JoinSet;

use super::asker::Asker;
use super::lease::Sequencer;
use super::letter::{self, End, Reply, Told};
use super::node::Job;
use super::pack;
use super::same::replaced;
use super::state::Shared;
use crate::append::{Answer, Append, Appended};
use crate::durable::Durable;
use crate::sqlite::Sqlite;
use crate::{Clock, LogError};

/// How long the sequencer may take to answer.
const SEQUENCER_MAX: Duration = Duration::from_secs(3);
/// How long the sequencer's copy may be behind that of whoever asks.
const BEHIND_MAX: Duration = Duration::from_millis(500);
/// How long the copy may take to hold what the sequencer recorded.
const COPY_MAX: Duration = Duration::from_secs(12);
/// Questions under way to the sequencer; what comes meanwhile waits and goes together.
const QUESTIONS_MAX: usize = 4;
/// Most appends in one question.
const APPENDS_MAX: usize = 1_024;

/// An append that waits for its answer.
pub(crate) struct Waiting {
    pub(crate) append: Append,
    pub(crate) answer: oneshot::Sender<Result<Answer, LogError>>,
    /// Its room in the queue, held until it is answered or goes the other way.
    pub(crate) room: OwnedSemaphorePermit,
}

/// Where a copy ends, or what it has at a position further in front; nothing where it is not that long.
fn end_of(copy: &Sqlite, head: Position) -> Option<End> {
    let hash = match head {
        0 => String::new(),
        _ => leaf_hash(&copy.entry(head).ok()??.bytes).to_base64(),
    };
    Some(End { head, hash })
}

/// The way to the sequencer.
pub(crate) struct Forwarder {
    pub(crate) client: Client,
    pub(crate) copy: Arc<Sqlite>,
    pub(crate) known: watch::Receiver<Sequencer>,
    pub(crate) durable: Arc<Durable>,
    pub(crate) shared: Shared,
    /// Where the node itself takes what it records; gone when the log is closed.
    pub(crate) own: WeakUnboundedSender<Job>,
}

impl Forwarder {
    /// Hands over what waits, until the log is closed.
    pub(crate) async fn run(self, mut waiting: UnboundedReceiver<Waiting>) {
        let this = Arc::new(self);
        let questions = Arc::new(Semaphore::new(QUESTIONS_MAX));
        // A sequencer that failed is asked again once it said that it is there.
        let (failed, mut heard) = (Arc::new(watch::Sender::new(0_u64)), None);
        loop {
            let Ok(room) = Arc::clone(&questions).acquire_owned().await else { return };
            let first = match heard.take() {
                Some(first) => first,
                None => match waiting.recv().await {
                    Some(first) => first,
                    None => return,
                },
            };
            let asked = this.known.borrow().clone();
            let Sequencer::There { subject, revision } = asked else {
                this.by_itself(first);
                continue;
            };
            if this.shared.halted() || revision <= *failed.borrow() {
                this.by_itself(first);
                continue;
            }
            let batch = gather(first, &mut waiting, &mut heard);
            let Some(end) = end_of(&this.copy, this.durable.head()) else {
                batch.into_iter().for_each(|waiting| this.by_itself(waiting));
                continue;
            };
            let letter = letter::written(&end, batch.iter().map(|waiting| &waiting.append));
            let request = Request::new().payload(letter.into()).timeout(Some(SEQUENCER_MAX));
            let client = this.client.clone();
            let mut asked = Box::pin(async move {
                tokio::select! {
                    biased;
                    answer = client.send_request(subject, request) => answer.ok(),
                    () = replaced(&client) => None,
                }
            });
            // Begun here, so that questions go in the order of the commands.
            let begun = asked.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            let (this, failed) = (Arc::clone(&this), Arc::clone(&failed));
            tokio::spawn(async move {
                let answer = match begun {
                    Poll::Ready(answer) => answer,
                    Poll::Pending => asked.await,
                };
                let reply = answer.and_then(|message| letter::read_reply(&message.payload));
                let Some(reply) = reply.filter(|reply| reply.told.len() == batch.len()) else {
                    failed.send_modify(|newest| *newest = revision.max(*newest));
                    drop(room);
                    batch.into_iter().for_each(|waiting| this.by_itself(waiting));
                    return;
                };
                drop(room);
                this.hear(reply, batch).await;
            });
        }
    }

    /// Has the node itself record something.
    fn by_itself(&self, Waiting { append, answer, room }: Waiting) {
        if let Some(own) = self.own.upgrade() {
            let _taken = own.send(Job::Append { append, asker: Asker::Here(answer), room });
        }
    }

    /// Passes the sequencer's answers on, once the copy holds all that they speak of.
    async fn hear(&self, reply: Reply, batch: Vec<Waiting>) {
        let held = self.holds(reply.head).await;
        let mut recorded = 0;
        for (told, waiting) in reply.told.into_iter().zip(batch) {
            let answer = match told {
                Told::Failed => {
                    self.by_itself(waiting);
                    continue;
                }
                _ if !held => Err(LogError::Unconfirmed {
                    detail: "the sequencer answered, and this node's copy does not hold it yet".to_owned(),
                }),
                Told::Appended { first, at } => {
                    recorded += 1;
                    Ok(Answer::Appended(Appended { drafts: waiting.append.drafts, first, at }))
                }
                Told::Known(known) => Ok(Answer::Known(known)),
                Told::Conflict => Ok(Answer::Conflict),
            };
            drop(waiting.room);
            // Whoever stopped waiting finds the answer by sending the command again.
            let _heard = waiting.answer.send(answer);
        }
        self.shared.change(|state| state.forwarded += recorded);
    }

    /// Whether the copy comes to hold the entries up to a position.
    async fn holds(&self, head: Position) -> bool {
        let mut end = self.durable.watch();
        if end.borrow().head >= head {
            return true;
        }
        if let Some(own) = self.own.upgrade() {
            let _taken = own.send(Job::FoldTo { head });
        }
        let reached = tokio::time::timeout(COPY_MAX, end.wait_for(|end| end.closed || end.head >= head)).await;
        matches!(reached, Ok(Ok(end)) if end.head >= head)
    }
}

/// Takes what else waits, as far as it fits into one question; what did not is left in `heard`.
fn gather(first: Waiting, waiting: &mut UnboundedReceiver<Waiting>, heard: &mut Option<Waiting>) -> Vec<Waiting> {
    let mut bytes = letter::bytes(&first.append);
    let mut batch = vec![first];
    while batch.len() < APPENDS_MAX {
        let Ok(next) = waiting.try_recv() else { break };
        bytes += letter::bytes(&next.append);
        if bytes > pack::BYTES_MAX {
            *heard = Some(next);
            break;
        }
        batch.push(next);
    }
    batch
}

/// What will become of appends that were taken.
type Answers = Vec<oneshot::Receiver<(Told, Position)>>;

/// The side of the sequencer: takes what other nodes hand over, as if it had come here.
pub(crate) struct Counter {
    pub(crate) client: Client,
    pub(crate) ledger: LedgerName,
    pub(crate) copy: Arc<Sqlite>,
    pub(crate) clock: Clock,
    pub(crate) durable: Arc<Durable>,
    pub(crate) own: WeakUnboundedSender<Job>,
    /// Room for entries of other nodes that wait.
    pub(crate) room: Arc<Semaphore>,
    pub(crate) room_max: u32,
}

impl Counter {
    /// Answers other nodes until this one ends, also when it is no sequencer any more: it does no harm. Whoever asks
    /// while it ends hears that nothing was recorded; silence would have them wait for what never comes.
    pub(crate) async fn run(self, subject: String, mut ending: oneshot::Receiver<()>) {
        let Ok(mut asked) = self.client.subscribe(subject).await else { return };
        let (this, mut answering) = (Arc::new(self), JoinSet::new());
        loop {
            let message = tokio::select! {
                message = asked.next() => message,
                Some(_) = answering.join_next() => continue,
                _ = &mut ending => break,
            };
            let Some(message) = message else { break };
            let Some(reply_to) = message.reply else { continue };
            let answers = this.taken(&message.payload).await;
            answering.spawn(Arc::clone(&this).answer(reply_to, answers));
        }
        if asked.drain().await.is_ok() {
            while let Some(message) = asked.next().await {
                if let Some(reply_to) = message.reply {
                    answering.spawn(Arc::clone(&this).answer(reply_to, None));
                }
            }
        }
        while answering.join_next().await.is_some() {}
        let _sent = this.client.flush().await;
    }

    /// Tells another node what becomes of what it handed over, once that is known; nothing of what was not taken.
    async fn answer(self: Arc<Self>, reply_to: Subject, answers: Option<Answers>) {
        let mut reply = Vec::new();
        if let Some(answers) = answers {
            let mut told = Reply { head: 0, told: Vec::with_capacity(answers.len()) };
            for answer in answers {
                let (what, head) = answer.await.unwrap_or((Told::Failed, 0));
                told.told.push(what);
                told.head = told.head.max(head);
            }
            reply = letter::reply(&told);
        }
        let _sent = self.client.publish(reply_to, reply.into()).await;
    }

    /// Takes what a question hands over. What was decided on more than this copy holds, or on another history, is for
    /// the other to record.
    async fn taken(&self, question: &[u8]) -> Option<Answers> {
        let (end, appends) = letter::read(question, &self.ledger, self.clock.now())?;
        self.comes_to(end.head).await;
        if self.holds(&end) { self.take(appends).await } else { None }
    }

    /// Waits a moment for this copy to be as long as another's: each takes what is stored as soon as it can.
    async fn comes_to(&self, head: Position) {
        let mut end = self.durable.watch();
        let reached = end.wait_for(|end| end.closed || end.head >= head);
        let _reached = tokio::time::timeout(BEHIND_MAX, reached).await;
    }

    /// Whether this copy has what another's ends with. An empty log says nothing of the history that it belongs to.
    fn holds(&self, end: &End) -> bool {
        let head = self.durable.head();
        if end.head == 0 { head == 0 } else { end.head <= head && end_of(&self.copy, end.head).as_ref() == Some(end) }
    }

    /// Hands appends to the node, in their order; nothing once it has ended.
    async fn take(&self, appends: Vec<Append>) -> Option<Answers> {
        let mut answers = Vec::with_capacity(appends.len());
        for append in appends {
            let share = u32::try_from(append.drafts.len()).unwrap_or(u32::MAX).min(self.room_max);
            let room = Arc::clone(&self.room).acquire_many_owned(share).await.ok()?;
            let (answer, pending) = oneshot::channel();
            self.own.upgrade()?.send(Job::Append { append, asker: Asker::There(answer), room }).ok()?;
            answers.push(pending);
        }
        Some(answers)
    }
}

/// The two ways of an append: to the sequencer if that is another node, else to this one. A node that halted hands
/// nothing over: what it decided stands on a history that the stream is not.
pub(crate) fn hands_over(known: &watch::Receiver<Sequencer>, shared: &Shared, append: &Append) -> bool {
    let another = matches!(*known.borrow(), Sequencer::There { .. });
    another && !shared.halted() && letter::bytes(append) <= pack::BYTES_MAX
}
