//! Who is the sequencer: the one node to which the others send what they want recorded, so that none is planned twice.
//!
//! The lease is a key of a bucket of the servers (NATS KV) that they forget after a few seconds unless its holder says
//! every second that it is still there. It makes recording from several nodes faster and nothing safer: the place that
//! each pack is made for is the guard, so a holder that slept through the end of its lease does no harm.
//!
//! Deliberately absent: clocks of nodes, which need not agree; waiting for a sequencer: without one, each node records
//! by itself.

use std::time::Duration;

use async_nats::{Client, HeaderMap, Request};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use servanda_events::ids::LedgerName;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use super::state::{NodeState, Shared};
use super::wire::{ANSWER_MAX, Wire};
use crate::LogError;

/// How long the servers remember a holder that says nothing.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(4);
/// How often the holder says that it is there, and others look who it is.
const EVERY: Duration = Duration::from_secs(1);
/// Times in a row that the servers may be silent before a holder no longer counts itself as one.
const SILENT_MAX: u32 = 4;
/// The place that the key must have had before: the guard of the lease, and of nothing else.
const EXPECTED: &str = "Nats-Expected-Last-Subject-Sequence";
/// What a bucket says of a key that was given up.
const OPERATION: &str = "KV-Operation";

/// Who is the sequencer, as this node knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Sequencer {
    /// Nobody that is known: each node records by itself.
    #[default]
    Unknown,
    /// This node.
    Here,
    /// Another, which is asked on this subject. It last said that it is there with this revision of the key.
    There { subject: String, revision: u64 },
}

/// What the key says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    /// What people call the node.
    node: String,
    /// Where it is asked.
    subject: String,
    /// The revision with which it became the sequencer; 0 in that revision itself.
    term: u64,
}

/// The key as it was found.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// Nobody holds it; this is the last revision that the servers remember, or 0.
    Free(u64),
    Held(Holder, u64),
}

/// A node's part in the election.
pub(crate) struct Lease {
    /// The bucket, which is a stream to the servers.
    bucket: Wire,
    key: String,
    node: String,
    /// Where this node is asked.
    subject: String,
    shared: Shared,
    known: watch::Sender<Sequencer>,
    /// The newest revision and the term, while this node is the sequencer.
    mine: Option<(u64, u64)>,
    silent: u32,
}

impl Lease {
    pub(crate) fn new(client: Client, ledger: &LedgerName, node: String, subject: String, shared: Shared) -> Self {
        let bucket = format!("SERVANDA_{}", ledger.as_str().to_uppercase());
        let (key, stream) = (format!("$KV.{bucket}.sequencer"), format!("KV_{bucket}"));
        let bucket = Wire::of(client, stream, key.clone(), String::new());
        Self { bucket, key, node, subject, shared, known: watch::Sender::default(), mine: None, silent: 0 }
    }

    pub(crate) fn known(&self) -> watch::Receiver<Sequencer> {
        self.known.subscribe()
    }

    /// Makes the bucket if it is not there. A node without one records by itself, as if there were no sequencer.
    pub(crate) async fn prepare(&self, replicas: usize) -> Result<(), LogError> {
        let wanted = json!({
            "name": self.bucket.stream, "subjects": [format!("{}.>", self.key.trim_end_matches(".sequencer"))],
            "storage": "file", "retention": "limits", "discard": "new", "num_replicas": replicas,
            "max_msgs_per_subject": 1, "max_msgs": -1, "max_bytes": -1, "max_consumers": -1, "max_msg_size": -1,
            "max_age": FORGOTTEN_AFTER.as_nanos() as u64, "duplicate_window": FORGOTTEN_AFTER.as_nanos() as u64,
            "deny_delete": true, "allow_rollup_hdrs": true, "allow_direct": true,
        });
        match self.bucket.ask("INFO", &json!({})).await? {
            Err((10_059, _)) => match self.bucket.ask("CREATE", &wanted).await? {
                Ok(_) => Ok(()),
                Err((code, said)) => Err(LogError::Stream { detail: format!("{code}: {said}") }),
            },
            Ok(_) => Ok(()),
            Err((_, said)) => Err(LogError::Away { detail: said }),
        }
    }

    /// Holds the lease, or looks who does, until the node ends.
    pub(crate) async fn run(&mut self, replicas: usize) {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut prepared = false;
        let mut told = false;
        loop {
            tick.tick().await;
            if !prepared {
                match self.prepare(replicas).await {
                    Ok(()) => prepared = true,
                    Err(error) if !told => {
                        told = true;
                        let bucket = &self.bucket.stream;
                        tracing::warn!(%error, bucket, "no sequencer can be chosen; each node records by itself");
                    }
                    Err(_) => {}
                }
            }
            if prepared {
                self.turn().await;
            }
        }
    }

    /// One look, or one word that this node is still there.
    async fn turn(&mut self) {
        let fit = fit(&self.shared.get());
        match self.mine {
            Some(_) if !fit => self.give_up().await,
            Some((revision, term)) => match self.say(Some(revision), term).await {
                Said::At(revision) => self.now_here(revision, term),
                Said::Otherwise => self.now(Sequencer::Unknown, None, 0),
                Said::Nothing if self.silent >= SILENT_MAX => self.now(Sequencer::Unknown, None, 0),
                Said::Nothing => self.silent += 1,
            },
            None => match self.look().await {
                Some(Found::Held(holder, revision)) => self.now_there(holder, revision),
                Some(Found::Free(last)) if fit => match self.say(Some(last), 0).await {
                    Said::At(revision) => {
                        tracing::info!(term = revision, "this node is the sequencer");
                        self.now_here(revision, revision);
                    }
                    Said::Otherwise | Said::Nothing => self.now(Sequencer::Unknown, None, 0),
                },
                Some(Found::Free(_)) | None => self.now(Sequencer::Unknown, None, 0),
            },
        }
    }

    fn now_here(&mut self, revision: u64, term: u64) {
        self.silent = 0;
        self.mine = Some((revision, term));
        let node = self.node.clone();
        self.shared.change(|state| (state.sequencer, state.sequencing, state.term) = (Some(node), true, term));
        self.tell(Sequencer::Here);
    }

    fn now_there(&mut self, holder: Holder, revision: u64) {
        if holder.subject == self.subject {
            // What this node said while it heard no answer.
            let term = if holder.term == 0 { revision } else { holder.term };
            return self.now_here(revision, term);
        }
        let term = if holder.term == 0 { revision } else { holder.term };
        self.now(Sequencer::There { subject: holder.subject, revision }, Some(holder.node), term);
    }

    fn now(&mut self, known: Sequencer, node: Option<String>, term: u64) {
        (self.mine, self.silent) = (None, 0);
        // The term of the last sequencer that was known stays until there is another.
        self.shared.change(|state| {
            (state.sequencer, state.sequencing, state.term) = (node, false, term.max(state.term));
        });
        self.tell(known);
    }

    fn tell(&self, known: Sequencer) {
        self.known.send_if_modified(|old| {
            let other = *old != known;
            *old = known;
            other
        });
    }

    /// Lets another node be the sequencer at once, as one that ends or cannot record does.
    pub(crate) async fn give_up(&mut self) {
        if let Some((revision, _)) = self.mine.take() {
            let mut headers = HeaderMap::new();
            headers.insert(EXPECTED, revision.to_string().as_str());
            headers.insert(OPERATION, "DEL");
            let _said = self.bucket.client.publish_with_headers(self.key.clone(), headers, Vec::new().into()).await;
            // Where that did not get through, the servers forget this node by themselves.
            let _sent = tokio::time::timeout(ANSWER_MAX, self.bucket.client.flush()).await;
        }
        self.now(Sequencer::Unknown, None, 0);
    }

    async fn look(&self) -> Option<Found> {
        let subject = format!("$JS.API.DIRECT.GET.{}.{}", self.bucket.stream, self.key);
        let request = Request::new().payload(Vec::new().into()).timeout(Some(ANSWER_MAX));
        let answer = self.bucket.client.send_request(subject, request).await.ok()?;
        match answer.status.map(|status| status.as_u16()) {
            None | Some(200) => {}
            Some(404) => return Some(Found::Free(0)),
            Some(_) => return None,
        }
        let headers = answer.headers.unwrap_or_default();
        let revision = headers.get("Nats-Sequence").and_then(|number| number.as_str().parse().ok())?;
        Some(found(headers.get(OPERATION).is_some(), &answer.payload, revision))
    }

    /// Says that this node holds the lease, if the key still is as it was when it was last seen.
    async fn say(&self, behind: Option<u64>, term: u64) -> Said {
        let holder = Holder { node: self.node.clone(), subject: self.subject.clone(), term };
        let Ok(value) = serde_json::to_vec(&holder) else { return Said::Nothing };
        let mut headers = HeaderMap::new();
        headers.insert(EXPECTED, behind.unwrap_or(0).to_string().as_str());
        let request = Request::new().headers(headers).payload(value.into()).timeout(Some(ANSWER_MAX));
        let Ok(answer) = self.bucket.client.send_request(self.key.clone(), request).await else { return Said::Nothing };
        let Ok(answer) = serde_json::from_slice::<Value>(&answer.payload) else { return Said::Nothing };
        match (answer["error"]["err_code"].as_u64(), answer["seq"].as_u64()) {
            (Some(10_071 | 10_164), _) => Said::Otherwise,
            (None, Some(revision)) => Said::At(revision),
            _ => Said::Nothing,
        }
    }
}

/// What the servers said to a holder.
enum Said {
    At(u64),
    /// The key is another's by now, or was forgotten.
    Otherwise,
    Nothing,
}

/// Whether a node can do for others what a sequencer does.
fn fit(state: &NodeState) -> bool {
    !state.halted && state.trouble.is_none()
}

fn found(given_up: bool, value: &[u8], revision: u64) -> Found {
    match serde_json::from_slice::<Holder>(value) {
        Ok(holder) if !given_up => Found::Held(holder, revision),
        _ => Found::Free(revision),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_given_up_or_cannot_be_read_is_free_behind_its_last_revision() {
        let holder = Holder { node: "a".to_owned(), subject: "servanda.main.seq.1".to_owned(), term: 7 };
        let value = serde_json::to_vec(&holder).unwrap();
        assert_eq!(found(false, &value, 9), Found::Held(holder, 9));
        assert_eq!(found(true, b"", 9), Found::Free(9));
        assert_eq!(found(false, b"{}", 3), Found::Free(3));
    }

    #[test]
    fn a_node_that_cannot_record_does_not_do_so_for_others() {
        assert!(fit(&NodeState::default()));
        assert!(!fit(&NodeState { halted: true, ..NodeState::default() }));
        assert!(!fit(&NodeState { trouble: Some(LogError::Full), ..NodeState::default() }));
    }
}
