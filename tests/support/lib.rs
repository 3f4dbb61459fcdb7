//! What tests share: a ledger with its read model, a served one, and the project itself as files, code and
//! dependencies.
//!
//! Deliberately absent: anything that a test claims. What is true of the ledger stands in the tests.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the helpers of a test fail as the test does, by panicking"
)]

pub mod apart;
pub mod authority;
pub mod binary;
pub mod cluster;
pub mod dependencies;
pub mod ledger;
pub mod nats;
pub mod recording;
pub mod repository;
pub mod rust_code;
pub mod server;
