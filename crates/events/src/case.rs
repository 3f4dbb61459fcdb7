//! What a rule has before it, and what it answers. The outside world comes in here as values.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::catalogue::Event;
use crate::dates::{FuzzyDate, Instant, LedgerDate};
use crate::flag::{Flag, FlagCode};
use crate::history::History;
use crate::ids::{ActorId, CommandId, EventId, PartyId, Revision, StreamId};
use crate::recorded::{Evidence, UniqueKey};
use crate::refusal::Refusal;
use crate::text::Line;

/// The outside world, as one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The time.
    pub now: Instant,
    /// Who acts.
    pub actor: ActorId,
    /// The id of the command.
    pub command_id: CommandId,
}

/// What a sender says about a command beside its data.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Meta {
    /// The party whose statement it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_by: Option<PartyId>,
    /// When it was so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_on: Option<FuzzyDate>,
    /// When it takes legal effect, if that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_on: Option<LedgerDate>,
    /// Documents that support it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// A remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Line>,
    /// Whether it is invented to demonstrate the program.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demonstration: bool,
    /// The event that caused the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<EventId>,
    /// What the sender ties together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<CommandId>,
}

/// Other streams that a rule may look at, as they were read before it decides.
#[derive(Debug, Clone, Default)]
pub struct Consulted {
    /// Streams named by the command or its stream; a stream without entries is there too, empty.
    pub histories: Vec<Arc<History>>,
    /// Streams in which a unique key of the command was ever claimed.
    pub holders: Vec<(UniqueKey, Arc<History>)>,
}

/// Everything that a rule has before it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The stream that the command writes to.
    pub history: &'a History,
    /// Other streams.
    pub consulted: &'a Consulted,
    /// What the sender says beside the data.
    pub meta: &'a Meta,
    /// The outside world.
    pub context: &'a Context,
}

/// An event that a rule decided on.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The event.
    pub event: Event,
    /// Warnings.
    pub flags: Vec<Flag>,
    /// When it was so, where the rule knows better than the sender's envelope.
    pub occurred_on: Option<FuzzyDate>,
    /// Whose statement it is, where the rule knows better than the sender's envelope.
    pub reported_by: Option<PartyId>,
    /// Keys that no other fact in effect may hold.
    pub keys: Vec<UniqueKey>,
}

/// What a rule answers: events to record together, or none when it is already so.
pub type Decision = Vec<Decided>;

impl Decided {
    /// A decision for `event`, without flags.
    pub fn new(event: impl Into<Event>) -> Self {
        let event = event.into();
        let keys = event.unique_keys();
        Self { event, flags: Vec::new(), occurred_on: None, reported_by: None, keys }
    }

    /// Adds a flag when `condition` holds.
    #[must_use]
    pub fn flag_if(mut self, condition: bool, code: FlagCode) -> Self {
        if condition {
            self.flags.push(Flag::new(code));
        }
        self
    }

    /// Adds flags.
    #[must_use]
    pub fn flags(mut self, flags: impl IntoIterator<Item = Flag>) -> Self {
        self.flags.extend(flags);
        self
    }

    /// Says when it was so, unless the sender did.
    #[must_use]
    pub fn occurred_on(mut self, date: Option<FuzzyDate>) -> Self {
        self.occurred_on = date;
        self
    }
}

impl<'a> Case<'a> {
    /// Today, in UTC.
    pub fn today(&self) -> LedgerDate {
        self.context.now.date()
    }

    /// When the thing was so, as far as the sender says; today otherwise.
    pub(crate) fn occurred_on(&self) -> FuzzyDate {
        self.meta.occurred_on.clone().unwrap_or_else(|| FuzzyDate::day(self.today()))
    }

    /// Whether `date` cannot have come yet, wherever on Earth the sender is.
    pub(crate) fn in_future(&self, date: &FuzzyDate) -> bool {
        date.earliest > self.context.now.date_furthest_east()
    }

    /// The party whose statement this is.
    pub(crate) fn reporter(&self) -> Result<&'a PartyId, Refusal> {
        self.meta.reported_by.as_ref().ok_or(Refusal::ReporterMissing)
    }

    /// Another stream, if it was consulted and has facts.
    pub(crate) fn other(&self, stream: &StreamId) -> Option<&'a History> {
        self.consulted.histories.iter().map(AsRef::as_ref).find(|h: &&History| h.stream() == stream && !h.is_empty())
    }

    /// The revision up to which another stream was consulted.
    pub(crate) fn revision_of(&self, stream: &StreamId) -> Revision {
        self.consulted.histories.iter().find(|history| history.stream() == stream).map_or(0, |h| h.revision())
    }

    /// A flag where a stream that is named has nothing in it.
    pub(crate) fn unknown(&self, stream: &StreamId, code: FlagCode) -> Option<Flag> {
        self.other(stream).is_none().then(|| Flag::new(code).against(stream, self.revision_of(stream)))
    }

    /// A flag for each party that is not registered.
    pub(crate) fn unknown_parties<'p>(&self, parties: impl IntoIterator<Item = &'p PartyId>) -> Vec<Flag> {
        let mut flags = Vec::new();
        for party in parties {
            let stream = StreamId::from(party);
            if stream != *self.history.stream() && self.other(&stream).is_none() {
                flags.push(Flag::new(FlagCode::PartyUnknown).against(&stream, self.revision_of(&stream)));
            }
        }
        flags
    }

    /// The stream of another fact in effect that holds one of `keys`.
    pub(crate) fn holder_of(&self, keys: &[UniqueKey], except: Option<&EventId>) -> Option<(UniqueKey, StreamId)> {
        self.consulted.holders.iter().filter(|(key, _)| keys.contains(key)).find_map(|(key, history)| {
            let held =
                |fact: &crate::recorded::Fact| Some(&fact.event_id) != except && fact.event.unique_keys().contains(key);
            history.facts().iter().any(|fact| held(fact)).then(|| (key.clone(), history.stream().clone()))
        })
    }
}
