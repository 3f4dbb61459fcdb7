//! The queue in front of the one who writes: appends wait in it, in order, as long as there is room.
//!
//! Room is counted in entries, so that memory is bounded whatever the commands are. What a store is asked beside
//! appends goes through the same queue and needs no room. Deliberately absent: taking from it, and answering.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, WeakUnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError, oneshot};

use crate::LogError;
use crate::append::{Answer, Append, Pending};

/// Where an answer goes.
pub(crate) type Answering<T> = oneshot::Sender<Result<T, LogError>>;

/// How a store calls an append that waits: with whom it is answered, and the room that it takes as long as it waits.
type Waiting<Job> = fn(Append, Answering<Answer>, OwnedSemaphorePermit) -> Job;

pub(crate) struct Queue<Job> {
    /// `None` once the log is closed.
    jobs: Mutex<Option<UnboundedSender<Job>>>,
    waiting: Waiting<Job>,
    /// Room for entries that wait.
    room: Arc<Semaphore>,
    room_max: u32,
}

impl<Job> Queue<Job> {
    /// A queue of so many entries, and the end from which jobs are taken.
    pub(crate) fn new(entries_max: usize, waiting: Waiting<Job>) -> (Self, UnboundedReceiver<Job>) {
        let (jobs, taken) = unbounded_channel();
        let room_max = u32::try_from(entries_max.clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        let (jobs, room) = (Mutex::new(Some(jobs)), Arc::new(Semaphore::new(room_max as usize)));
        (Self { jobs, waiting, room, room_max }, taken)
    }

    /// A queue that takes nothing.
    pub(crate) fn closed(waiting: Waiting<Job>) -> Self {
        Self { jobs: Mutex::new(None), waiting, room: Arc::new(Semaphore::new(1)), room_max: 1 }
    }

    fn send(&self, job: Job) -> Result<(), LogError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.as_ref().ok_or(LogError::Closed)?.send(job).map_err(|_| LogError::Closed)
    }

    /// How much of the queue an append takes; one that is longer than the queue waits until it is empty.
    fn share(&self, append: &Append) -> u32 {
        u32::try_from(append.drafts.len()).unwrap_or(u32::MAX).min(self.room_max)
    }

    /// Puts an append that has room into the queue.
    pub(crate) fn put(&self, append: Append, room: OwnedSemaphorePermit) -> Result<Pending, LogError> {
        let (answer, pending) = oneshot::channel();
        self.send((self.waiting)(append, answer, room))?;
        Ok(pending)
    }

    /// Room for an append, or that too many wait.
    pub(crate) fn try_room(&self, append: &Append) -> Result<OwnedSemaphorePermit, LogError> {
        Arc::clone(&self.room).try_acquire_many_owned(self.share(append)).map_err(|error| match error {
            TryAcquireError::NoPermits => LogError::Busy,
            TryAcquireError::Closed => LogError::Closed,
        })
    }

    /// Room for an append, as soon as there is some.
    pub(crate) async fn room(&self, append: &Append) -> Result<OwnedSemaphorePermit, LogError> {
        Arc::clone(&self.room).acquire_many_owned(self.share(append)).await.map_err(|_| LogError::Closed)
    }

    /// Puts an append into the queue, or says that too many wait.
    pub(crate) fn try_append(&self, append: Append) -> Result<Pending, LogError> {
        let room = self.try_room(&append)?;
        self.put(append, room)
    }

    /// Puts an append into the queue as soon as there is room.
    pub(crate) async fn append_when_room(&self, append: Append) -> Result<Pending, LogError> {
        let room = self.room(&append).await?;
        self.put(append, room)
    }

    /// A way into the queue, without room, that does not keep it open.
    pub(crate) fn behind(&self) -> Result<WeakUnboundedSender<Job>, LogError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.as_ref().map(UnboundedSender::downgrade).ok_or(LogError::Closed)
    }

    /// How many entries the queue has room for.
    pub(crate) fn room_max(&self) -> u32 {
        self.room_max
    }

    /// Asks something that is no append, and waits for the answer.
    pub(crate) async fn ask<T>(&self, job: impl FnOnce(Answering<T>) -> Job) -> Result<T, LogError> {
        let (answer, answered) = oneshot::channel();
        self.send(job(answer))?;
        answered.await.unwrap_or(Err(LogError::Closed))
    }

    /// Takes nothing more. The last job, which `last` makes, is answered when all before it is done; nothing where the
    /// queue was closed before.
    pub(crate) async fn close<T>(&self, last: impl FnOnce(oneshot::Sender<T>) -> Job) -> Option<Result<T, LogError>> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.room.close();
        let (answer, closed) = oneshot::channel();
        let sent = jobs?.send(last(answer));
        // One that is gone already answers no more.
        Some(if sent.is_ok() { closed.await.map_err(|_| LogError::Closed) } else { Err(LogError::Closed) })
    }

    /// A way to put a job into the queue that does not keep the queue from ending.
    pub(crate) fn weak(&self) -> Option<WeakUnboundedSender<Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(UnboundedSender::downgrade)
    }

    /// Lets go of the queue, so that its other end comes to an end.
    pub(crate) fn let_go(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Wakes a thread that rests.
struct Resting(Thread);

impl Wake for Resting {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// What wakes this thread when a job comes.
pub(crate) fn waker() -> Waker {
    Waker::from(Arc::new(Resting(thread::current())))
}

/// The next job, waited for on this thread for about so long; pending if none came.
pub(crate) fn wait_a_while<Job>(
    jobs: &mut UnboundedReceiver<Job>,
    waker: &Waker,
    duration: Duration,
) -> Poll<Option<Job>> {
    let mut context = Context::from_waker(waker);
    match jobs.poll_recv(&mut context) {
        Poll::Pending => {
            thread::park_timeout(duration);
            jobs.poll_recv(&mut context)
        }
        ready => ready,
    }
}
