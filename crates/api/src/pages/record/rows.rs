//! What the addresses of the forms may name.

use servanda_events::ids::Position;

use crate::contract::{Param, Place, of, text_schema};

const fn named(name: &'static str, about: &'static str) -> Param {
    Param { name, place: Place::Query, required: false, about, expected: "lorraine-branch", schema: text_schema }
}

/// A commitment.
pub(crate) static COMMITMENT: Param = named("commitment", "The commitment that a form is about.");
/// A milestone of it.
pub(crate) static MILESTONE: Param = named("milestone", "The milestone that a form is about.");
/// A claim about it.
pub(crate) static CLAIM: Param = named("claim", "The claim that is answered, by the id of its event.");
/// An agreement.
pub(crate) static AGREEMENT: Param = named("agreement", "The agreement that a form is about.");
/// A package.
pub(crate) static PACKAGE: Param = named("package", "The package that a form is about.");
/// A flow of money.
pub(crate) static FLOW: Param = named("flow", "The flow of money that a payment belongs to.");
/// A payment.
pub(crate) static PAYMENT: Param = named("payment", "The payment that was sent back, by the id of its event.");
/// An entry.
pub(crate) static ENTRY: Param = Param {
    name: "entry",
    place: Place::Query,
    required: false,
    about: "The entry that a form is about.",
    expected: "42",
    schema: of!(Position),
};
/// Whether a page leads back to all answers.
pub(crate) static BACK: Param = named("back", "Whether the page leads back to all answers.");

/// The form that was recorded.
pub(crate) static FORM: Param = named("form", "The form by which it was recorded.");

/// Everything that a form can be about.
pub(crate) static SUBJECTS: &[&Param] =
    &[&COMMITMENT, &MILESTONE, &CLAIM, &AGREEMENT, &PACKAGE, &FLOW, &PAYMENT, &ENTRY];
