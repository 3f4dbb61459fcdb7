//! Sends entries to webhooks: one after the other in the order of the log, each as the CloudEvent that the bus has too,
//! signed as Standard Webhooks say.
//!
//! The receiver's place is the position that it acknowledged with a status 2xx; it is kept, so an entry is sent at
//! least once and none is left out, whatever fails and whenever the service stops. `webhook-id` is the id of the event,
//! by which a receiver knows a message that it had already. A failure is tried again after a pause that doubles up to
//! an hour; 410, and three days of failures, hold the webhook up until an administrator lets it go on. Receivers do not
//! hold each other up, and none holds up the ledger.
//!
//! Deliberately absent: redirects; several messages at a time to one receiver, which would lose the order; who may make
//! a webhook, and to where (`servanda-api`).

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use hyper::body::Bytes;
use servanda_api::{Access, AccessError, Webhook, webhook_key, webhook_may_be, webhook_pause_seconds};
use servanda_bus::message;
use servanda_events::dates::Instant;
use servanda_events::ids::Position;
use servanda_log::{Entry, Log};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::asking::Service;

/// How often it is looked whether there are new webhooks.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Longest time for a receiver to answer.
const ANSWER_MAX: Duration = Duration::from_secs(15);
/// Most of an answer that is read; its words mean nothing here.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Entries that are read together.
const READ_TOGETHER: usize = 100;

/// What sends to all webhooks.
#[derive(Clone)]
pub(crate) struct Webhooks {
    pub(crate) log: Log,
    pub(crate) access: Access,
    /// Hosts that the operator allows.
    pub(crate) hosts: Vec<String>,
}

/// Why an entry was not acknowledged.
#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    /// The answer was none that acknowledges.
    Status(u16),
    /// There was no answer in time, or none at all.
    Unreachable,
    /// The host is not allowed any more, or the secret does not read.
    NotAllowed,
}

impl Trouble {
    fn code(&self) -> String {
        match self {
            Self::Status(status) => format!("status_{status}"),
            Self::Unreachable => "unreachable".to_owned(),
            Self::NotAllowed => "not_allowed".to_owned(),
        }
    }

    /// Whether trying again is of no use before somebody looked at it.
    fn is_final(&self) -> bool {
        matches!(self, Self::NotAllowed | Self::Status(410))
    }
}

impl Webhooks {
    /// Sends until `stop`.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut senders: HashMap<i64, JoinHandle<()>> = HashMap::new();
        loop {
            senders.retain(|_, sender| !sender.is_finished());
            match self.access.webhooks() {
                Ok(webhooks) => {
                    for webhook in webhooks.into_iter().filter(|webhook| !webhook.paused) {
                        senders.entry(webhook.id).or_insert_with(|| tokio::spawn(self.clone().sender(webhook.id)));
                    }
                }
                Err(error) => tracing::warn!(%error, "the webhooks cannot be read"),
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        for sender in senders.into_values() {
            sender.abort();
        }
    }

    /// Sends to one webhook until it is held up, removed, or the log is closed.
    async fn sender(self, id: i64) {
        if let Err(error) = self.send_all(id).await {
            tracing::warn!(webhook = id, %error, "a webhook is not sent to for a while");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn send_all(&self, id: i64) -> Result<()> {
        let Some(webhook) = self.going(id)? else { return Ok(()) };
        let mut follower = self.log.follow(webhook.position);
        let mut reached = webhook.position;
        loop {
            for entry in follower.next(READ_TOGETHER).await? {
                // What an administrator changed meanwhile counts from the next entry on.
                let Some(webhook) = self.going(id)? else { return Ok(()) };
                if webhook.wants(entry.decode()?.stream.family()) {
                    if !self.sent(webhook, &entry).await? {
                        return Ok(());
                    }
                    self.access.webhook_reached(id, entry.position)?;
                }
                reached = entry.position;
            }
            self.passed(id, reached)?;
        }
    }

    /// Entries that nobody asked for are passed without being sent.
    fn passed(&self, id: i64, reached: Position) -> Result<(), AccessError> {
        match self.going(id)? {
            Some(webhook) if webhook.position < reached => self.access.webhook_reached(id, reached),
            _ => Ok(()),
        }
    }

    /// The webhook, where it is there and not held up.
    fn going(&self, id: i64) -> Result<Option<Webhook>, AccessError> {
        Ok(self.access.webhook(id)?.filter(|webhook| !webhook.paused))
    }

    /// Sends an entry until it is acknowledged; whether it was.
    async fn sent(&self, mut webhook: Webhook, entry: &Entry) -> Result<bool> {
        loop {
            let now = self.log.now();
            let Err(trouble) = self.attempt(&webhook, entry, now).await? else { return Ok(true) };
            let give_up = trouble.is_final() || webhook.is_given_up(now);
            self.access.webhook_failed(webhook.id, &trouble.code(), give_up, now)?;
            tracing::debug!(
                webhook = webhook.id,
                position = entry.position,
                trouble = trouble.code(),
                give_up,
                "not sent"
            );
            if give_up {
                return Ok(false);
            }
            tokio::time::sleep(Duration::from_secs(webhook_pause_seconds(webhook.failures + 1))).await;
            match self.going(webhook.id)? {
                Some(again) => webhook = again,
                None => return Ok(false),
            }
        }
    }

    async fn attempt(&self, webhook: &Webhook, entry: &Entry, now: Instant) -> Result<Result<(), Trouble>> {
        let Some(key) = webhook_key(&webhook.secret).filter(|_| webhook_may_be(&webhook.url, &self.hosts).is_ok())
        else {
            return Ok(Err(Trouble::NotAllowed));
        };
        let event = message::message(&entry.bytes).context("an entry is no message")?;
        let seconds = now.micros().div_euclid(1_000_000).to_string();
        let signature = signature(&key, &event.id, &seconds, event.body.as_bytes());
        let headers = [
            ("content-type", message::MEDIA_TYPE),
            ("user-agent", concat!("servanda/", env!("CARGO_PKG_VERSION"))),
            ("webhook-id", event.id.as_str()),
            ("webhook-timestamp", seconds.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        let service = Service::at(&webhook.url)?;
        let asked = service.post(&headers, Bytes::from(event.body), ANSWER_BYTES_MAX);
        Ok(match tokio::time::timeout(ANSWER_MAX, asked).await {
            Ok(Ok((status, _))) => acknowledged(status),
            Ok(Err(_)) | Err(_) => Err(Trouble::Unreachable),
        })
    }
}

fn acknowledged(status: StatusCode) -> Result<(), Trouble> {
    if status.is_success() { Ok(()) } else { Err(Trouble::Status(status.as_u16())) }
}

/// The signature of a message, as Standard Webhooks write it: HMAC-SHA256 over id, time and body.
fn signature(key: &[u8], id: &str, seconds: &str, body: &[u8]) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key);
    let mut signing = ring::hmac::Context::with_key(&key);
    for part in [id.as_bytes(), b".", seconds.as_bytes(), b".", body] {
        signing.update(part);
    }
    format!("v1,{}", STANDARD.encode(signing.sign()))
}

#[cfg(test)]
#[path = "webhooks_tests.rs"]
mod tests;
