//! Foreign records as commands: bytes in, a stream of rows out, each with the commands that it makes or with what is
//! wrong in it.
//!
//! - [`mapping`]: the file in `config/import/` that says which column means what; [`table`] puts rows through it.
//! - [`delimited`] and [`workbook`]: rows out of CSV and XLSX.
//! - [`iati`]: activities of the International Aid Transparency Initiative, version 2.03.
//! - [`ocds`]: releases of the Open Contracting Data Standard.
//! - [`row`]: what comes out of all of them; [`caused`]: which refusals of a row only follow from an earlier one.
//!
//! Memory stays bounded whatever stands in a file: every length, depth and count has a limit, and beyond it the file is
//! refused with a word on what to do.
//!
//! Deliberately absent: the log, the clock, files (whoever calls opens them), sentences in the reader's language, and
//! any guess: what a mapping does not say is an error of the row.

pub mod caused;
mod cells;
mod decode;
pub mod delimited;
mod error;
mod filling;
pub mod iati;
mod ids;
pub mod mapping;
pub mod ocds;
pub mod row;
mod shared;
mod source;
pub mod table;
mod template;
mod wanted;
pub mod workbook;
mod xml;

pub use error::{InputError, MappingError};
pub use ids::CommandName;
pub use row::{Row, RowError, Wish};
pub use source::Source;
