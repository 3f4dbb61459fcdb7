//! Whether the stream is still the one in which this copy found its place. A stream that was removed and made anew, or
//! whose servers were rolled back, can come to be as long as the copy and hold another history: the expected place
//! alone would then let a pack in.
//!
//! Each stream that is made takes packs on a subject of its own, drawn for it. Whoever found its place in an earlier
//! one sends to a subject that nobody listens to. For the same stream rolled back under the feet of a node, the place
//! is in doubt after each lost connection, each new leader, and each answer that tells of a shorter stream; then
//! nothing is sent before the copy's end was found in the stream anew, comparing bytes and roots.
//!
//! Deliberately absent: remembering on disk which stream it was. A start compares in any case.

use std::sync::atomic::Ordering;
use std::time::Duration;

use async_nats::Client;
use async_nats::connection::State;
use servanda_proof::Verdict;

use super::fold::{SHORT_LOOKS_MAX, shortened};
use super::node::{Node, ONE_SERVER_MAX, PATIENCE, PATIENCE_LOST, PAUSE, Settled, settle};
use super::pack::Label;
use super::wire::{Said, Standing, Wire, away, gone};
use super::{place, stream};
use crate::LogError;

/// How often whoever waits for an answer looks whether there is another connection.
const CONNECTION_EVERY: Duration = Duration::from_millis(20);
/// Stands for a place that is in doubt; connections are counted from 1.
const IN_DOUBT: u64 = 0;
/// Stands for a wire on which nobody relies on a place that was found before.
pub(crate) const UNGUARDED: u64 = u64::MAX;

/// How many connections a client had, the present one counted.
fn connections(client: &Client) -> u64 {
    client.statistics().connects.load(Ordering::Relaxed)
}

/// Waits until nothing that is asked now will be answered any more, for there is another connection. What is asked
/// while there is none goes out with the next.
pub(crate) async fn replaced(client: &Client) {
    let asked_over = connections(client) + u64::from(client.connection_state() != State::Connected);
    while connections(client) <= asked_over {
        tokio::time::sleep(CONNECTION_EVERY).await;
    }
}

impl Wire {
    /// How many connections there were, the present one counted.
    pub(crate) fn connections(&self) -> u64 {
        connections(&self.client)
    }

    /// Says that the place was found while this was the number of connections.
    pub(crate) fn found_at(&self, connections: u64) {
        self.found_at.store(connections, Ordering::SeqCst);
    }

    /// Whether the place must be found anew before anything is sent. While there is no connection it must: what is
    /// sent then would wait, and go out unlooked at once there is one.
    pub(crate) fn in_doubt(&self) -> bool {
        let found_at = self.found_at.load(Ordering::SeqCst);
        let connected = || self.client.connection_state() == State::Connected;
        found_at != UNGUARDED && (found_at != self.connections() || !connected())
    }

    /// Puts the place in doubt, for whoever relies on one.
    pub(crate) fn doubt(&self) {
        let guarded = |found_at| (found_at != UNGUARDED).then_some(IN_DOUBT);
        let _before = self.found_at.fetch_update(Ordering::SeqCst, Ordering::SeqCst, guarded);
    }

    /// Lets the library connect anew, to a server that it draws; the place is in doubt until it is found there. Where
    /// it connects already it is not disturbed.
    pub(crate) async fn turn_to_another(&self) {
        self.doubt();
        if self.client.connection_state() == State::Connected {
            tracing::info!("the server gives no answer; another is asked");
            // A client that is gone connects no more.
            let _told = self.client.force_reconnect().await;
        }
    }

    /// What to make of a pack for which nobody listens: there is no leader, or no such stream any more.
    pub(crate) async fn nobody_listens(&self) -> Said {
        match self.standing().await {
            Ok(standing) if standing.subject != self.subject => {
                self.doubt();
                Said::Nothing(made_anew(&self.stream))
            }
            Err(error @ LogError::Stream { .. }) => {
                self.doubt();
                Said::Nothing(error.to_string())
            }
            Ok(_) | Err(_) => Said::Nothing("the stream has no leader".to_owned()),
        }
    }

    /// What to make of a stream whose end is not where it was expected. It may be further on; one that is shorter than
    /// what was read from it lost its end.
    pub(crate) fn elsewhere(&self, said: &str, behind: u64) -> Said {
        if ends_before(said, behind) {
            self.doubt();
        }
        Said::Overtaken
    }
}

/// Whether a server that refuses a pack names an end in front of a place: `wrong last sequence: 7`.
fn ends_before(said: &str, behind: u64) -> bool {
    let last = said.strip_prefix("wrong last sequence: ").and_then(|number| number.parse::<u64>().ok());
    last.is_some_and(|last| last < behind)
}

/// What to say of a stream that is not the one that was followed.
pub(crate) fn made_anew(stream: &str) -> String {
    format!("{stream} was made anew, and this copy is compared with it first")
}

/// Whether it is the verdict on a stream that ends before the copy does.
pub(crate) fn is_short(error: &LogError) -> bool {
    matches!(error, LogError::Distrusted { verdict: Verdict::Stale { .. }, .. })
}

/// What to say of a stream that ends before the copy does, until that has lasted: a leader that was cut off answers so.
pub(crate) fn behind() -> LogError {
    away("the server that leads the stream lacks what this node holds, as one does that was cut off from the others")
}

impl Node {
    /// Finds the copy's end in the stream again, if it is in doubt whether it is there.
    pub(crate) async fn find_again(&mut self) -> Result<(), LogError> {
        if !self.wire.in_doubt() {
            return Ok(());
        }
        self.check_going()?;
        self.lacks_the_end = false;
        let connections = self.wire.connections();
        let Some(standing) = stream::look(&mut self.wire, self.replicas).await? else {
            return Err(gone(&self.wire.stream));
        };
        let found = place::find(self, shortened(self.durable.head()), standing.last).await;
        self.lacks_the_end = found.as_ref().is_err_and(is_short);
        found.map_err(|error| if self.lacks_the_end { behind() } else { error })?;
        self.led = standing.led;
        self.wire.found_at(connections);
        Ok(())
    }

    /// Judges how the stream stands, once a second: whether it is another, has another leader, or is too short. The
    /// copy's end is found again when something is next sent or folded.
    pub(crate) fn judge(&mut self, standing: &Standing) {
        if standing.subject != self.wire.subject || standing.led != self.led {
            self.wire.doubt();
        }
        let short = if self.wire.in_doubt() { self.lacks_the_end } else { standing.last < self.number };
        self.short_looks = if short { self.short_looks + 1 } else { 0 };
        if self.short_looks >= SHORT_LOOKS_MAX {
            self.halt(shortened(self.durable.head()));
        }
    }

    /// Has a pack settled as long as there is patience. A server that gives no answer may be cut off from the others
    /// and think that it leads; another is then asked, which begins with finding the copy's end there.
    pub(crate) async fn settle_in_time(&mut self, label: &Label, body: &[u8]) -> Result<Settled, LogError> {
        let patience = if self.lost { PATIENCE_LOST } else { PATIENCE };
        let settled = tokio::time::timeout(patience, async {
            loop {
                match tokio::time::timeout(ONE_SERVER_MAX, self.settle_behind_end(label, body)).await {
                    Ok(settled) => return settled,
                    Err(_) => {
                        self.rest().await;
                        self.wire.turn_to_another().await;
                    }
                }
            }
        });
        let settled = settled.await;
        self.lost = settled.is_err();
        match settled {
            Ok(settled) => settled,
            Err(_) => {
                self.rest().await;
                self.wire.turn_to_another().await;
                Err(LogError::Unconfirmed { detail: "no server confirmed in time".to_owned() })
            }
        }
    }

    /// Has a pack settled for the place behind the copy's end, which is found again when it comes into doubt.
    pub(crate) async fn settle_behind_end(&mut self, label: &Label, body: &[u8]) -> Result<Settled, LogError> {
        let planned_for = (self.number, self.durable.head());
        let mut trouble = None;
        loop {
            match settle(&self.wire, label, body, self.number).await? {
                Settled::InDoubt => {}
                settled => return Ok(settled),
            }
            if let Err(error) = self.find_again().await {
                self.check_going()?;
                // Servers choose a leader, or the one that leads has yet to hear of the end.
                if !matches!(error, LogError::Away { .. }) {
                    // A pack sent before may be stored where nobody can look now.
                    return Err(LogError::Unconfirmed { detail: error.to_string() });
                }
                // The same again and again is said once.
                if trouble.as_ref() != Some(&error) {
                    tracing::warn!(%error, "nothing is sent before the copy's end is found in the stream");
                    self.shared.change(|state| state.trouble = Some(error.clone()));
                }
                trouble = Some(error);
                tokio::time::sleep(PAUSE).await;
            } else if (self.number, self.durable.head()) != planned_for || self.filled_upto.is_some() {
                // What is behind the copy's end now is found by folding it, and what was planned is planned anew.
                return Ok(Settled::Overtaken);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_end_in_front_of_the_place_puts_it_in_doubt() {
        assert!(ends_before("wrong last sequence: 7", 8));
        for said in ["wrong last sequence: 8", "wrong last sequence: 9", "wrong last sequence", "7", ""] {
            assert!(!ends_before(said, 8), "{said}");
        }
    }
}
