//! A node's part among the others: the node itself, its turn as sequencer, what it hands over and what it is handed.
//!
//! Deliberately absent: any of these alone; each has a file.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, WeakUnboundedSender};
use tokio::sync::{Semaphore, oneshot, watch};

use super::forward::{Counter, Forwarder, Waiting};
use super::lease::{Lease, Sequencer};
use super::node::{Job, Node};
use crate::LogError;

/// How long a node that ends may take to tell others that it does.
const LAST_WORDS_MAX: Duration = Duration::from_secs(1);

pub(crate) struct Part {
    node: Node,
    lease: Lease,
    forwarder: Forwarder,
    counter: Counter,
    /// Where others hand over what this node is to record as the sequencer.
    subject: String,
    replicas: usize,
}

impl Part {
    /// The part of a node with a name, whose own jobs go to `own`. It holds room for as many entries of others as for
    /// its own.
    pub(crate) fn new(
        node: Node,
        name: &str,
        replicas: usize,
        own: WeakUnboundedSender<Job>,
        room_max: u32,
    ) -> Result<Self, LogError> {
        let drawn = node.ids.nonce()?;
        let subject = format!("servanda.{}.seq.{drawn}", node.ledger);
        let name = if name.is_empty() { drawn[..8].to_owned() } else { name.to_owned() };
        let client = node.wire.client.clone();
        let lease = Lease::new(client.clone(), &node.ledger, name, subject.clone(), node.shared.clone());
        let (durable, shared) = (Arc::clone(&node.durable), node.shared.clone());
        let copy = &node.copy;
        let forwarder = Forwarder {
            client: client.clone(),
            copy: Arc::clone(copy),
            known: lease.known(),
            durable: Arc::clone(&durable),
            shared,
            own: own.clone(),
        };
        let room = Arc::new(Semaphore::new(room_max as usize));
        let copy = Arc::clone(copy);
        let counter = Counter {
            client,
            ledger: node.ledger.clone(),
            copy,
            clock: node.clock.clone(),
            durable,
            own,
            room,
            room_max,
        };
        Ok(Self { node, lease, forwarder, counter, subject, replicas })
    }

    /// Who is the sequencer, as it is known here.
    pub(crate) fn known(&self) -> watch::Receiver<Sequencer> {
        self.lease.known()
    }

    /// Works until the log is closed or its last handle is gone.
    pub(crate) async fn run(self, jobs: UnboundedReceiver<Job>, handed_over: UnboundedReceiver<Waiting>) {
        let Self { node, mut lease, forwarder, counter, subject, replicas } = self;
        // Ends with the runtime, which is this node's alone.
        tokio::spawn(forwarder.run(handed_over));
        let (end, ending) = oneshot::channel();
        let counter = tokio::spawn(counter.run(subject, ending));
        tokio::select! {
            () = node.run(jobs) => {}
            () = lease.run(replicas) => {}
        }
        lease.give_up().await;
        let _told = end.send(());
        let _ended = tokio::time::timeout(LAST_WORDS_MAX, counter).await;
    }
}
