//! Read models: facts with the positions between which they were known, and the figures computed from them.
//!
//! - [`ReadModel`]: the file beside the log, kept up, waited for, rebuilt beside the live one.
//! - [`Reader`]: questions at a date and a moment of knowledge ([`At`]).
//! - [`views`]: what a thing looks like. [`progress`]: how far promises are kept.
//! - [`Survey`]: every promise in a short row, for those who count, group and draw.
//! - [`replay()`]: the same from the log alone, in memory.
//! - [`look`] and [`rebuild`]: for processes that do not hold the log, beside one that does.
//!
//! Every form that a fact ever had is a row with the positions between which it was known, so a question about the past
//! is a filter. Deliberately absent: rules (nothing here can refuse a fact), clocks, sentences, HTTP, and anything that
//! publishes.

mod beside;
mod build;
mod cache;
mod compare;
mod documents;
mod endings;
mod error;
mod folding;
mod mergers;
pub mod progress;
mod queries;
mod read_db;
mod read_model;
mod reader;
mod replay;
mod rollups;
mod search;
pub mod survey;
mod surveys;
mod texts;
pub mod views;

pub use beside::{look, rebuild};
pub use compare::{Change, ChangeKind, FieldChange};
pub use error::ProjectorError;
pub use queries::{Filter, Page};
pub use read_model::{Opened, ReadModel};
pub use reader::{At, Reader};
pub use replay::{Replayed, StateDigest, replay};
pub use rollups::Over;
pub use search::Hit;
pub use survey::{Survey, SurveyedAgreement, SurveyedParty};
