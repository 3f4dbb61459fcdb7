//! Reading the stream from a position on, as subscribers do who keep their position themselves.
//!
//! Each request for messages ends after a moment, so a server that went away is noticed within seconds; the tail then
//! begins anew behind the last message. The server numbers what it delivers, so a message that was lost on the way is
//! noticed too. Deliberately absent: acknowledgements. The position belongs beside what the subscriber made of the
//! messages, in the same transaction.

use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy, pull};
use async_nats::jetstream::context::ContextBuilder;
use futures_util::StreamExt as _;
use servanda_events::ids::{LedgerName, Position};
use tokio::sync::watch;

use crate::connect::{Connection, Link};
use crate::names::{self, Filter};
use crate::state::Fault;
use crate::stream;

/// Messages of one request.
const BATCH_MESSAGES_MAX: usize = 500;
/// How long the server keeps a request that finds nothing.
const REQUEST_MAX: Duration = Duration::from_secs(2);
/// How much longer to wait for the end of a request.
const REQUEST_SLACK: Duration = Duration::from_secs(1);
/// How long the server remembers a reader that went away.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(30);
/// Pause before the next attempt.
const PAUSE: Duration = Duration::from_millis(200);

/// A message as it stands in the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its place in the stream, which is the entry's place in the log.
    pub position: Position,
    /// Its subject.
    pub subject: String,
    /// The CloudEvent.
    pub body: Vec<u8>,
}

/// Why nothing can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TailError {
    /// The servers cannot be used.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// There is no such stream.
    #[error(
        "there is no stream {stream} on the bus; check the name of the ledger, and that its service runs with --nats"
    )]
    NoStream {
        /// Its name.
        stream: String,
    },
    /// Messages are missing.
    #[error(
        "messages {} to {} are missing from the bus; take these entries from the ledger itself, and tell its operator",
        after + 1, found - 1
    )]
    Gap {
        /// The last position before the gap.
        after: Position,
        /// The first position behind it.
        found: Position,
    },
}

/// Reads the stream of a ledger.
pub struct Tail {
    js: Context,
    client: Client,
    stream: String,
    /// What the server filters by; `None` for all messages, which then must have no gap.
    filter: Option<String>,
    last: Position,
    reading: Option<Reading>,
}

/// A reader that the server knows.
struct Reading {
    consumer: Consumer<pull::Config>,
    /// How many messages it delivered.
    delivered: u64,
    batch: Option<pull::Batch>,
}

impl std::fmt::Debug for Tail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tail({} after {})", self.stream, self.last)
    }
}

impl Tail {
    /// Reads what comes after a position; 0 for everything.
    pub async fn open(
        connection: &Connection,
        ledger: &LedgerName,
        filter: Filter<'_>,
        after: Position,
    ) -> Result<Self, TailError> {
        let (link, _) = watch::channel(Link::default());
        let client = connection.connect(link, None).await?;
        stream::check_version(&client.server_info().version)?;
        // A request that was lost with a connection must not hold the tail up for long.
        let js = ContextBuilder::new().timeout(REQUEST_MAX).build(client.clone());
        let filter = (filter != Filter::default()).then(|| filter.subject(ledger));
        let mut tail = Self { js, client, stream: names::stream_name(ledger), filter, last: after, reading: None };
        tail.reading = match tail.begin().await {
            Ok(reading) => Some(reading),
            Err(said) if said.contains("10059") || said.contains("stream not found") => {
                return Err(TailError::NoStream { stream: tail.stream });
            }
            // Whatever else it is may go away.
            Err(_) => None,
        };
        Ok(tail)
    }

    /// The position of the last message that was given.
    pub fn position(&self) -> Position {
        self.last
    }

    /// Where the stream ends now; nothing where the server does not say.
    pub async fn end(&self) -> Option<Position> {
        self.js.get_stream(&self.stream).await.ok().map(|stream| stream.cached_info().state.last_sequence)
    }

    async fn begin(&self) -> Result<Reading, String> {
        // A name of its own lets the server judge by the subject whether this reader may read what it asks for.
        let inbox = self.client.new_inbox();
        let name = inbox.rsplit('.').next().unwrap_or(&inbox).to_owned();
        let stream = self.js.get_stream_no_info(&self.stream).await.map_err(|error| error.to_string())?;
        let config = pull::Config {
            name: Some(name),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: self.last + 1 },
            ack_policy: AckPolicy::None,
            filter_subject: self.filter.clone().unwrap_or_default(),
            inactive_threshold: FORGOTTEN_AFTER,
            ..pull::Config::default()
        };
        let consumer = stream.create_consumer(config).await.map_err(|error| format!("{error:?}"))?;
        Ok(Reading { consumer, delivered: 0, batch: None })
    }

    /// The next message; waits for it. May be cancelled without losing one.
    pub async fn next(&mut self) -> Result<Published, TailError> {
        loop {
            if let Some(message) = self.delivered().await {
                let found = message.position;
                if self.filter.is_none() && found != self.last + 1 {
                    // Whoever goes on after this goes on behind the gap.
                    let after = std::mem::replace(&mut self.last, found - 1);
                    self.reading = None;
                    return Err(TailError::Gap { after, found });
                }
                self.last = found;
                return Ok(message);
            }
        }
    }

    /// The next message, or nothing once the server says that none is left for this reader up to a position.
    pub async fn next_up_to(&mut self, last: Position) -> Result<Option<Published>, TailError> {
        loop {
            if self.last >= last {
                return Ok(None);
            }
            // A filtered reader may never come to a message at the last position.
            if let Ok(message) = tokio::time::timeout(REQUEST_MAX, self.next()).await {
                return message.map(Some);
            }
            let passed = match self.reading.as_mut() {
                Some(reading) => reading
                    .consumer
                    .info()
                    .await
                    .is_ok_and(|info| info.delivered.stream_sequence >= last || info.num_pending == 0),
                None => false,
            };
            if passed && self.filter.is_some() {
                return Ok(None);
            }
        }
    }

    /// A message behind the last one, or nothing yet.
    async fn delivered(&mut self) -> Option<Published> {
        if self.reading.is_none() {
            match self.begin().await {
                Ok(reading) => self.reading = Some(reading),
                Err(error) => {
                    tracing::debug!(error, "the bus is not read");
                    tokio::time::sleep(PAUSE).await;
                    return None;
                }
            }
        }
        let reading = self.reading.as_mut()?;
        if reading.batch.is_none() {
            let asked = reading.consumer.batch().max_messages(BATCH_MESSAGES_MAX).expires(REQUEST_MAX);
            match asked.messages().await {
                Ok(batch) => reading.batch = Some(batch),
                Err(_) => return self.begin_anew().await,
            }
        }
        let batch = reading.batch.as_mut()?;
        let message = match tokio::time::timeout(REQUEST_MAX + REQUEST_SLACK, batch.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(None) => {
                reading.batch = None;
                return None;
            }
            Ok(Some(Err(_))) | Err(_) => return self.begin_anew().await,
        };
        let Ok((position, number)) = message.info().map(|info| (info.stream_sequence, info.consumer_sequence)) else {
            return self.begin_anew().await;
        };
        if number != reading.delivered + 1 {
            // Something was lost on the way.
            return self.begin_anew().await;
        }
        reading.delivered = number;
        if position <= self.last {
            // The stream ended in front of where this reader was to begin; then the server begins behind its end.
            return None;
        }
        let message = message.message;
        Some(Published { position, subject: message.subject.to_string(), body: message.payload.into() })
    }

    /// Begins behind the last message at the next call: at once where this reader gave some, else after a pause.
    async fn begin_anew(&mut self) -> Option<Published> {
        if self.reading.take().is_none_or(|reading| reading.delivered == 0) {
            tokio::time::sleep(PAUSE).await;
        }
        None
    }
}
