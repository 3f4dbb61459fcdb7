//! Corrections and retractions: what makes the log right without changing it.
//!
//! A correction says that the record was wrong from the start; it moves recorded time only. What the parties changed
//! their minds about is an amendment, and another event.

mod decide;
#[cfg(test)]
mod decide_tests;
mod event;
mod patch;
mod recheck;
#[cfg(test)]
mod recheck_tests;
#[cfg(test)]
mod retract_tests;

pub(crate) use decide::{correct, retract};
pub use event::*;
pub(crate) use patch::agrees;
pub use patch::corrected;
