//! The pure core of Servanda: what a fact is, what may be recorded, and how a history reads.
//!
//! - [`ids`], [`money`], [`dates`], [`text`]: values that cannot be built wrong.
//! - [`catalogue`]: every event and every command, one line each.
//! - [`party`], [`package`], [`agreement`], [`commitment`], [`indicator`], [`ledger`], [`entry`]: per family the
//!   payloads, the state and the rules, one plain function per command.
//! - [`history`]: a stream's facts in effect, with corrections and retractions applied (`evolve`).
//! - [`request`]: a command as it arrives; parsing is the validation.
//! - [`codec`] and [`recorded`]: facts to and from the exact bytes of the log.
//!
//! Deliberately absent: I/O, clocks, randomness, async, SQL, HTTP, NATS, and sentences for people (a refusal is a code
//! with its values).

pub mod agreement;
mod canonical;
pub mod case;
pub mod catalogue;
pub mod codec;
pub mod commitment;
pub mod dates;
pub mod entry;
mod event_parts;
pub mod field_error;
pub mod flag;
pub mod history;
pub mod ids;
pub mod indicator;
pub mod ledger;
pub mod money;
pub mod package;
pub mod party;
mod phrases;
pub mod recorded;
pub mod refusal;
pub mod request;
pub mod schema;
pub mod story;
mod strict;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;

pub use case::{Case, Consulted, Context, Decided, Decision, Meta};
pub use catalogue::{Command, Event, decide};
pub use event_parts::{claims_keys, consults};
pub use history::History;
pub use recorded::{Draft, Fact, Recorded, decode};
pub use refusal::Refusal;
pub use request::Request;
pub use story::StoryLine;
