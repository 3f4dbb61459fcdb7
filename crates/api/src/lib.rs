//! The HTTP interface of Servanda: commands in, reads out, the feed, the pages for people.
//!
//! - [`App`] and [`serve`]: the service over the log and the read model; [`Settings`]: its limits.
//! - [`Words`]: every sentence for people, in four languages; the command line uses it too.
//! - [`Access`]: people, their tokens and sessions, for administration; [`Policy`]: what needs two of them.
//! - [`Webhook`]: where entries are sent; the sending itself is the command line's.
//! - [`change`]: what an imported row says now, against what it recorded before.
//! - [`openapi::document`]: the contract.
//!
//! Inside, `routes` is the table of everything that programs can ask, `pages::routes` of what people see; `edge` is
//! what every request passes; each handler parses, calls the log or the read model, and answers. Nothing is ever
//! changed with PUT, PATCH or DELETE.
//!
//! Deliberately absent: rules, figures, SQL of the ledger, TLS.

mod access;
mod answer;
mod app;
mod auth;
mod bulk;
pub mod change;
mod commands;
mod compare;
mod contract;
mod edge;
mod entries;
mod feed;
mod figures;
mod four_eyes;
mod health;
mod meter;
pub mod openapi;
mod outlines;
mod over;
mod page_token;
mod pages;
mod people;
mod private_file;
mod problem;
mod proofs;
mod reads;
mod routes;
mod server;
mod starting;
mod things;
mod token;
mod webhooks;
mod when;
mod words;

pub use access::{
    Access, AccessError, AuditEntry, Deed, Hashed, PASSWORD_CHARS_MIN, Role, Scope, Token, TokenWish, User, UserWish,
    Webhook, WebhookWish, password_of,
};
pub use app::{App, BusHealth, ReadAccess, Settings};
pub use four_eyes::Policy;
pub use pages::record::drafts::{Draft, DraftError, Drafts};
pub use problem::{Params, Problem};
pub use server::serve;
pub use starting::{Starting, while_starting};
pub use webhooks::{Unwelcome, webhook_hosts, webhook_key, webhook_may_be, webhook_pause_seconds};
pub use words::{Lang, Words, flag_name};

/// Method and path of every route of the interface, as in the contract.
pub fn route_names() -> Vec<(&'static str, String)> {
    routes::table().iter().map(|(spec, _)| (spec.method, contract::documented(spec.path))).collect()
}

/// Method and path of every page.
pub fn page_names() -> Vec<(&'static str, &'static str)> {
    pages::routes::table().iter().map(|(row, _)| (row.method, row.path)).collect()
}

/// The pages of a form by which officials record, by their names in addresses; none where there is no such form.
pub fn form_pages(form: &str) -> Vec<&'static str> {
    pages::record::pages_of(form)
}
