//! Packages: what one visit or summit announced together, with the totals that the parties declared.
//!
//! A declared total is a fact of its own. It is never spread over documents and never computed from them.

mod decide;
#[cfg(test)]
mod decide_tests;
mod event;

pub(crate) use decide::{announce, check_announced, check_declared_total, record_declared_total};
pub use event::*;
