//! The pages for people: what the service shows in a browser, without scripts if need be.
//!
//! - [`routes`]: the table of all pages, with who may see each; a page is added there.
//! - [`visitor`]: who looks, in which language, at which two clocks; every page begins with one.
//! - [`look`]: reading at these clocks, with names, dates and links as the visitor's language writes them.
//! - [`templates`], [`say`], [`format`]: HTML, sentences, and numbers and dates.
//! - [`record`]: the forms by which officials record; [`import`]: many rows at once.
//! - [`assets`]: style sheet, scripts, letters.
//!
//! How a page is added is told in `docs/adding-a-page.md`. Deliberately absent: rules, figures, SQL, and anything that
//! only a script could do.

mod agreements;
pub(crate) mod assets;
mod commitment;
mod commitments;
mod dashboard;
mod explain;
mod figures;
#[cfg(test)]
mod fixtures_tests;
pub(crate) mod format;
mod help;
mod history;
mod import;
pub(crate) mod listing;
pub(crate) mod look;
mod packages;
pub(crate) mod parts;
pub(crate) mod problem;
pub(crate) mod record;
pub(crate) mod routes;
pub(crate) mod say;
mod search;
pub(crate) mod shell;
pub(crate) mod templates;
#[cfg(test)]
mod templates_tests;
pub(crate) mod visitor;
