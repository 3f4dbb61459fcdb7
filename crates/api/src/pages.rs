//! The pages for people: what the service shows in a browser, without scripts if need be.
//!
//! - [`routes`]: the table of all pages, with who may see each; a page is added there.
//! - [`visitor`]: who looks, in which language, at which two clocks; every page begins with one.
//! - [`look`]: reading at these clocks, with names, dates and links as the visitor's language writes them.
//! - [`templates`], [`say`], [`format`]: HTML, sentences, and numbers and dates.
//! - [`analysis`]: the pages of those who count, group and compare; [`charts`], [`sheet`], [`downloads`]: what they
//!   show and send.
//! - [`record`]: the forms by which officials record; [`import`]: many rows at once.
//! - [`assets`]: style sheet, scripts, letters.
//!
//! How a page is added is told in `docs/adding-a-page.md`. Deliberately absent: rules, figures, SQL, and anything that
//! only a script could do.

mod account;
mod administration;
mod agreements;
mod analysis;
pub(crate) mod assets;
mod charts;
mod choosers;
mod commitment;
mod commitments;
mod delegations;
mod downloads;
mod entries;
mod explain;
pub(crate) mod fields;
mod figures;
#[cfg(test)]
mod fixtures_tests;
pub(crate) mod format;
mod help;
mod history;
mod import;
mod in_the_way;
mod indicators;
pub(crate) mod listing;
mod live;
pub(crate) mod look;
mod overdue;
mod packages;
pub(crate) mod parts;
#[cfg(test)]
mod people_tests;
pub(crate) mod problem;
pub(crate) mod record;
mod review;
pub(crate) mod routes;
pub(crate) mod say;
mod search;
mod session;
mod sheet;
pub(crate) mod shell;
pub(crate) mod templates;
#[cfg(test)]
mod templates_tests;
pub(crate) mod visitor;
mod work;
