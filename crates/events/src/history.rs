//! A stream's facts in effect. `evolve` is total: what is in the log has happened and cannot be refused here.
//!
//! Corrections replace the fact they mend, retractions take it out; the entries themselves stay in the log. A history
//! folded up to a position is what the ledger knew at that position.

use std::sync::Arc;

use crate::catalogue::Event;
use crate::ids::{EventId, Revision, StreamId};
use crate::recorded::{Fact, Recorded};

/// The facts of one stream that are in effect, in the order in which they were recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    stream: StreamId,
    revision: Revision,
    facts: Vec<Arc<Fact>>,
    /// Events that correct or retract.
    amending: Vec<EventId>,
    retracted: Vec<EventId>,
}

impl History {
    /// The history of a stream before its first entry.
    pub fn empty(stream: StreamId) -> Self {
        Self { stream, revision: 0, facts: Vec::new(), amending: Vec::new(), retracted: Vec::new() }
    }

    /// The history of `stream` that its entries tell.
    pub fn of<'a>(stream: StreamId, entries: impl IntoIterator<Item = &'a Recorded>) -> Self {
        let mut history = Self::empty(stream);
        for recorded in entries {
            history.evolve(recorded);
        }
        history
    }

    /// Takes in the stream's next entry.
    pub fn evolve(&mut self, recorded: &Recorded) {
        let fact = &recorded.fact;
        self.revision = fact.revision;
        let index = |facts: &[Arc<Fact>], target: &EventId| facts.iter().position(|f| f.event_id == *target);
        match &fact.event {
            Event::EntryCorrected(correction) => {
                self.amending.push(fact.event_id.clone());
                if let Some(index) = index(&self.facts, &correction.target_event_id)
                    && let Ok(mut corrected) = crate::entry::corrected(&self.facts[index], &correction.patches)
                {
                    corrected.corrections.push(fact.position);
                    self.facts[index] = Arc::new(corrected);
                }
            }
            Event::EntryRetracted(retraction) => {
                self.amending.push(fact.event_id.clone());
                if let Some(index) = index(&self.facts, &retraction.target_event_id) {
                    self.facts.remove(index);
                    self.retracted.push(retraction.target_event_id.clone());
                }
            }
            _ => self.facts.push(Arc::clone(fact)),
        }
    }

    /// The stream.
    pub fn stream(&self) -> &StreamId {
        &self.stream
    }

    /// How many entries the stream has.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The facts in effect.
    pub fn facts(&self) -> &[Arc<Fact>] {
        &self.facts
    }

    /// The facts in effect with `corrected` in place of the fact of its event.
    pub(crate) fn facts_with(&self, corrected: &Fact) -> Vec<Arc<Fact>> {
        let mut facts = self.facts.clone();
        for fact in facts.iter_mut().filter(|fact| fact.event_id == corrected.event_id) {
            *fact = Arc::new(corrected.clone());
        }
        facts
    }

    /// Whether no fact is in effect: nothing was recorded, or all of it was retracted.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The fact of an event, if it is in effect.
    pub fn fact(&self, event_id: &EventId) -> Option<&Arc<Fact>> {
        self.facts.iter().find(|f| f.event_id == *event_id)
    }

    /// Whether the event corrects or retracts another one.
    pub fn is_amending(&self, event_id: &EventId) -> bool {
        self.amending.contains(event_id)
    }

    /// Whether the event was retracted.
    pub fn is_retracted(&self, event_id: &EventId) -> bool {
        self.retracted.contains(event_id)
    }
}
