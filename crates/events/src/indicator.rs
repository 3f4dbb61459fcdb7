//! Indicators and exchange rates: what was measured. Context for promises, never their delivery.
//!
//! A rate is never corrected; a newer one supersedes it.

mod decide;
#[cfg(test)]
mod decide_tests;
mod event;

pub(crate) use decide::{define, observe, record_exchange_rate};
pub use event::*;
