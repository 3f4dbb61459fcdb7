//! The pages on which officials record: forms, one question on a page, kept as drafts until they are recorded.
//!
//! - [`form`], [`flows`]: what is asked, as plain data, and what it has recorded; a new form is one file there.
//! - [`typed`], [`wanted`]: typed answers into a command, and what is wrong with a command back to its question.
//! - [`drafts`], [`desk`]: what is not finished, kept on the server; and one of them in hand.
//! - [`scene`], [`aside`]: what a form has before it, to choose from and to look at.
//! - [`walk`], [`check`], [`lists`]: the pages. [`view`], [`shown`]: questions and answers as parts of them.
//! - [`links`]: the ways from the pages of things to the forms about them.
//! - [`submit`]: into the log, by the way of every command.
//!
//! Deliberately absent: rules; the contents of documents, of which only address and hash are kept; scripts.

pub(super) mod aside;
pub(super) mod check;
pub(crate) mod desk;
pub(crate) mod drafts;
mod flows;
pub(crate) mod form;
pub(crate) mod links;
pub(crate) mod lists;
pub(crate) mod posted;
mod rows;
mod scene;
mod shown;
pub(super) mod submit;
mod typed;
mod view;
mod walk;
mod wanted;

use axum::routing::{MethodRouter, get, post};

use super::routes::Row;
use crate::app::App;

/// The pages of this part.
pub(crate) fn table() -> Vec<(&'static Row, MethodRouter<App>)> {
    vec![
        (&lists::CHOICES, get(lists::choices)),
        (&lists::DRAFTS, get(lists::drafts)),
        (&lists::RECORDED, get(lists::recorded)),
        (&walk::BEGIN, get(walk::begin)),
        (&walk::FIRST, post(walk::first)),
        (&check::CHECK, get(check::check)),
        (&check::RECORD, post(check::record)),
        (&check::AGAIN, post(check::again)),
        (&check::FORGET, post(check::forget)),
        (&walk::STEP, get(walk::step)),
        (&walk::SAVE, post(walk::save)),
    ]
}

/// The pages of a form, by their names in addresses.
pub(crate) fn pages_of(form: &str) -> Vec<&'static str> {
    flows::form(form).map(|form| form.steps.iter().map(|step| step.id).collect()).unwrap_or_default()
}
