//! Parties: who promises and who receives. No personal names: a party is a body, not a person.

mod decide;
#[cfg(test)]
mod decide_tests;
mod event;

pub(crate) use decide::{check_registered, register};
pub use event::*;
