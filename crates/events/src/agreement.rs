//! Agreements: signed documents, whoever signed them and whatever their title.
//!
//! The legal effect is what someone states it to be; it is never inferred here from a title. Whether an agreement is in
//! force is a fact that someone records; the date that its rule gives is computed beside it.

mod binding;
#[cfg(test)]
mod binding_tests;
mod decide;
#[cfg(test)]
mod decide_tests;
mod event;
mod event_bound;
mod event_life;
mod force;
#[cfg(test)]
mod force_tests;
mod life;
#[cfg(test)]
mod life_tests;
mod recheck;
mod state;

pub(crate) use binding::{
    end_provisional, enter_into_force, express_consent, make_reservation, object_to_reservation, record_registration,
    set_entry_rule, start_provisional, withdraw_reservation,
};
pub(crate) use decide::{link_to_package, register, sign, unlink_from_package};
pub use event::*;
pub use event_bound::*;
pub use event_life::*;
pub use force::{entry_by_rule, entry_of_party_by_rule};
pub(crate) use life::{
    adopt_text_correction, amend, expire, named_by_fates, notify_withdrawal, object_to_text_correction,
    propose_text_correction, resume, supersede, suspend, terminate,
};
pub(crate) use recheck::{stands_on, still_allowed};
pub use state::{End, Ending, Provisional, Reservation, State, Stated, Suspension, TextCorrection};
