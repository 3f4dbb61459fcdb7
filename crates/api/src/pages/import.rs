//! The import of a table by an official, in pages: the same mappings, the same rules and the same ids as `servanda
//! import`, for tables of a size that a person can look through.
//!
//! - [`walk`], [`columns`]: the pages.
//! - [`kinds`], [`table`]: what rows can be, and the table itself.
//! - [`preview`], [`recording`]: what would become of each row, and what became of it.
//! - [`annotated`]: the table back as a workbook, with what is wrong beside each row.
//! - [`second`]: the table as one proposal, where two persons are wanted.
//!
//! Deliberately absent: IATI and OCDS files, recorded histories, and tables of more rows than [`table::ROWS_MAX`]; the
//! command line takes these.

mod annotated;
mod columns;
mod kinds;
mod preview;
mod recording;
pub(super) mod second;
mod table;
mod walk;

use axum::routing::{MethodRouter, get, post};

use super::routes::Row;
use crate::app::App;

/// The pages of this part.
pub(crate) fn pages() -> Vec<(&'static Row, MethodRouter<App>)> {
    vec![
        (&walk::START, get(walk::start)),
        (&walk::SEND, post(walk::send)),
        (&walk::BATCH, get(walk::batch)),
        (&columns::COLUMNS, get(columns::columns)),
        (&columns::SAY, post(columns::say)),
        (&walk::PREVIEW, get(walk::preview)),
        (&annotated::ANNOTATED, get(annotated::annotated)),
        (&walk::RECORD, post(walk::record)),
        (&walk::UNDO, post(walk::undo)),
        (&walk::FORGET, post(walk::forget)),
    ]
}
