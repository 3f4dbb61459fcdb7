//! The bus of Servanda: the log published to NATS JetStream as CloudEvents, and read from there.
//!
//! - [`Relay`]: follows the log and publishes every entry, in order, each at the place of the stream that is its
//!   position. It keeps no memory of its own: the stream says how far it has come.
//! - [`Tail`]: reads the stream from a position on, and notices a gap.
//! - [`message`], [`names`], [`stream`]: what a message, a subject and the stream look like.
//! - [`asyncapi`]: the contract.
//!
//! Nothing here can stop the ledger from recording: a server that is away, full or configured otherwise is a fault
//! that the relay's [`State`] names. Deliberately absent: commands over the bus, projections on it, and the removal or
//! change of a stream.

pub mod asyncapi;
mod client;
mod connect;
pub mod message;
pub mod names;
mod publish;
mod relay;
mod state;
pub mod stream;
mod tail;

pub use connect::{Connection, ConnectionError, Credentials};
pub use relay::{Relay, Settings};
pub use state::{Fault, State, Trouble};
pub use tail::{Published, Tail, TailError};
