//! Three servers that hold a log, and three nodes of it: the program as an operator runs it, with servers, nodes,
//! networks and disks that fail while clients keep lists of what was acknowledged.
//!
//! After each fault the same must hold: see `all_is_well` of the kit. Deliberately absent: machines of their own.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]
#![expect(clippy::print_stderr, reason = "the pauses that were measured are shown with the test")]

#[path = "cluster/apart.rs"]
mod apart;
#[path = "cluster/contention.rs"]
mod contention;
#[path = "cluster/disks.rs"]
mod disks;
#[path = "cluster/encrypted.rs"]
mod encrypted;
#[path = "cluster/faults.rs"]
mod faults;
#[path = "cluster/kit.rs"]
mod kit;
#[path = "cluster/rolling.rs"]
mod rolling;
#[path = "cluster/start.rs"]
mod start;
