//! What tests that look at the project itself share: its files, the code in them
//! without comments and texts, and what depends on what.
//!
//! Deliberately absent: anything that builds, starts or feeds the ledger. Each test says what it needs of that.

pub mod dependencies;
pub mod ledger;
pub mod repository;
pub mod rust_code;
pub mod server;
