//! Agreements: signed documents, whoever signed them and whatever their title.
//!
//! The legal effect is what someone states it to be; it is never inferred here from a title.

mod decide;
#[cfg(test)]
mod decide_tests;
mod event;

pub(crate) use decide::{check_registered, link_to_package, register, sign, signatures};
pub use event::*;
