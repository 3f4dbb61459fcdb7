//! The relay: a connection, a stream that is as it must be, and the entries that it has not got yet; again and again.
//!
//! The stream is the cursor. After anything that went wrong, the relay looks where the stream ends, checks that its
//! last message is the log's entry there, and goes on behind it. So a crash on either side, a lost stream and a second
//! relay all heal in the same way. Deliberately absent: a memory of what was published, and waiting for the bus
//! anywhere in the ledger's own path.

use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream::context::ContextBuilder;
use servanda_events::ids::Position;
use servanda_log::Log;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::connect::{Connection, ConnectionError, Link};
use crate::publish::publish;
use crate::state::{Fault, Shared, State, Trouble};
use crate::stream::{self, StreamWish};

/// The first pause after a fault; it doubles from one to the next.
const PAUSE_MIN: Duration = Duration::from_millis(20);
/// The longest pause after a fault that may go away by itself.
const PAUSE_MAX: Duration = Duration::from_secs(1);
/// The pause after a fault that a person has to remove.
const PAUSE_FOR_A_PERSON: Duration = Duration::from_secs(5);

/// How the relay works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How to reach the servers.
    pub connection: Connection,
    /// What the operator chose about the stream.
    pub stream: StreamWish,
    /// Most messages under way at a time.
    pub window_messages: usize,
    /// How long an acknowledgement may take.
    pub ack_max: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connection: Connection::default(),
            stream: StreamWish::default(),
            window_messages: 256,
            ack_max: Duration::from_secs(3),
        }
    }
}

/// Publishes a log. Clones are cheap and mean the same relay.
#[derive(Debug, Clone)]
pub struct Relay {
    pub(crate) log: Log,
    pub(crate) settings: Settings,
    pub(crate) shared: Shared,
}

impl Relay {
    /// A relay that does nothing yet. Addresses and files are checked, servers are not asked.
    pub fn new(log: Log, settings: Settings) -> Result<Self, ConnectionError> {
        settings.connection.check()?;
        Ok(Self { log, settings, shared: Shared::default() })
    }

    /// How it stands.
    pub fn state(&self) -> State {
        self.shared.get()
    }

    /// Publishes until `stop`, whatever goes wrong. What is under way at the stop is waited for, for a while.
    pub async fn run(&self, stop: &CancellationToken) {
        let (mut pause, mut connections) = (PAUSE_MIN, 0);
        while !stop.is_cancelled() {
            let (link, heard) = watch::channel(Link::default());
            let connected = tokio::select! {
                connected = self.settings.connection.connect(link, Some(1)) => connected,
                () = stop.cancelled() => return,
            };
            let fault = match connected {
                Ok(client) => {
                    connections += 1;
                    self.shared.change(|state| state.reconnects = connections - 1);
                    pause = PAUSE_MIN;
                    self.on_connection(&client, heard, &mut pause, stop).await
                }
                Err(fault) => Some(fault),
            };
            if let Some(fault) = fault {
                self.rest(fault, &mut pause, stop).await;
            }
        }
    }

    /// Publishes as long as the connection holds. Gives the fault that ended it, if it was not the stop.
    async fn on_connection(
        &self,
        client: &Client,
        mut link: watch::Receiver<Link>,
        pause: &mut Duration,
        stop: &CancellationToken,
    ) -> Option<Fault> {
        while !stop.is_cancelled() {
            let before = self.state().position;
            let ended = self.session(client, &mut link, stop).await;
            let Err(fault) = ended else { return None };
            // A connection that was lost, or that may belong to credentials of yesterday, is made anew.
            if link.borrow().lost || fault.trouble == Trouble::NotPermitted {
                return Some(fault);
            }
            if self.state().position > before {
                *pause = PAUSE_MIN;
            }
            self.rest(fault, pause, stop).await;
        }
        None
    }

    /// Once: the stream, its end, and what is behind it.
    async fn session(
        &self,
        client: &Client,
        link: &mut watch::Receiver<Link>,
        stop: &CancellationToken,
    ) -> Result<(), Fault> {
        let server = client.server_info().version;
        stream::check_version(&server)?;
        let js = ContextBuilder::new()
            .timeout(self.settings.ack_max)
            .max_ack_inflight(self.settings.window_messages + 1)
            .backpressure_on_inflight(true)
            .build(client.clone());
        let tip = stream::get_or_create(&js, link, self.log.ledger(), &self.settings.stream, &server).await?;
        stream::check_tip(&js, link, &self.log, tip).await?;
        self.begins(tip, &server);
        publish(self, &js, tip, link, stop).await
    }

    /// Where the stream ends, by the server's own word.
    pub(crate) async fn end(
        &self,
        js: &async_nats::jetstream::Context,
        link: &watch::Receiver<Link>,
    ) -> Result<Position, Fault> {
        let server = js.client().server_info().version;
        stream::get_or_create(js, link, self.log.ledger(), &self.settings.stream, &server).await
    }

    fn begins(&self, tip: Position, server: &str) {
        let before = self.state();
        if before.server_version.as_deref() != Some(server) {
            let without = stream::does_without(server);
            tracing::info!(server, "connected to the bus");
            for what in without {
                tracing::info!(server, "the bus does without {what}");
            }
        }
        if !before.following && before.fault.as_ref().is_some_and(|fault| fault.trouble != Trouble::Overtaken) {
            tracing::info!(position = tip, "publishing again behind the end of the stream");
        }
        self.shared.change(|state| {
            state.following = true;
            state.fault = None;
            state.position = tip;
            state.server_version = Some(server.to_owned());
        });
    }

    /// Notes a fault and waits before the next attempt. A fault is told once, however often it comes.
    async fn rest(&self, fault: Fault, pause: &mut Duration, stop: &CancellationToken) {
        let long = fault.trouble.needs_a_person();
        // Being overtaken is what two relays do to each other all the time.
        let harmless = fault.trouble == Trouble::Overtaken;
        let known = self.state().fault.is_some_and(|before| before.trouble == fault.trouble);
        match (known, harmless) {
            (false, false) => tracing::warn!(code = fault.trouble.code(), "the bus: {}", fault.detail),
            _ => tracing::debug!(code = fault.trouble.code(), "the bus: {}", fault.detail),
        }
        self.shared.change(|state| {
            state.retries += 1;
            if !harmless {
                state.following = false;
                state.fault = Some(fault);
            }
        });
        tokio::select! {
            () = tokio::time::sleep(if long { PAUSE_FOR_A_PERSON } else { *pause }) => {}
            () = stop.cancelled() => {}
        }
        *pause = (*pause * 2).min(PAUSE_MAX);
    }
}
