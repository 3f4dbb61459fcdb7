//! Parties: who promises and who receives. No personal names: a party is a body, not a person.

mod decide;
#[cfg(test)]
mod decide_tests;
mod event;
#[cfg(test)]
mod merge_tests;

pub(crate) use decide::{already_merged, merge, org_id_taken, register, still_allowed};
pub use event::*;
