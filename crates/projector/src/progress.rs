//! Figures: how far promises are kept, at a date, as known. Each carries its formula, its inputs and its entries.
//!
//! The formulas are plain functions over folded facts. "Not measurable" is `null`, never 0 or 100 %. Nothing is stored:
//! a figure is computed when it is asked for, from the facts that were known and so.

mod commitment;
mod coverage;
mod figure;
mod milestone;
mod money;
mod rollup;
mod schedule;

pub use commitment::CommitmentProgress;
pub(crate) use coverage::Declared;
pub use coverage::{AmountCoverage, ClassCoverage, CountCoverage, Coverage};
pub use figure::{Figure, Share};
pub use milestone::{MilestoneState, OverdueMilestone};
pub use money::{Converted, Delivery, MoneyDelivery};
pub(crate) use money::{Rates, pairs};
pub(crate) use rollup::Member;
pub use rollup::{AmountMean, CommitmentLine, Counts, Documents, Rollup};
