//! Packages: what one visit or summit announced together, with the totals that the parties declared.
//!
//! A declared total is a fact of its own. It is never spread over documents and never computed from them.

mod decide;
#[cfg(test)]
mod decide_tests;
mod event;
mod totals;
#[cfg(test)]
mod totals_tests;

pub(crate) use decide::{announce, record_declared_total};
pub use event::*;
pub(crate) use totals::{reconcile_total, stands_on, still_allowed, supersede_total};
