//! Figures: how far promises are kept, at a date, as known. Each carries its formula, its inputs and its entries.
//!
//! The formulas are plain functions over folded facts. "Not measurable" is `null`, never 0 or 100 %. Nothing is stored:
//! a figure is computed when it is asked for, from the facts that were known and so.

mod assessment;
mod behind;
mod commitment;
mod converted;
mod counted;
mod counts;
mod coverage;
mod figure;
mod measured;
mod member;
mod milestone;
mod money;
mod original;
mod outline;
mod reports;
mod rollup;
mod schedule;
mod slippage;
mod standing;
mod surveyed;
mod umbrella;

pub use assessment::AssessmentMean;
pub(crate) use assessment::score_share;
pub use behind::Behind;
pub use commitment::CommitmentProgress;
pub use converted::Converted;
pub(crate) use converted::{Rates, pairs};
pub use counts::{CompletionWords, Counts, Documents};
pub(crate) use coverage::Declared;
pub use coverage::{AmountCoverage, ClassCoverage, CountCoverage, Coverage};
pub use figure::{BareFigure, Figure, Input, Inputs, Share};
pub(crate) use member::Member;
pub use milestone::{AtRiskMilestone, MilestoneState, OverdueMilestone, RISK_HORIZON_DAYS, RISK_TOLERANCE, Risk};
pub(crate) use milestone::{Calendar, reported_share};
pub use money::{BareDelivery, Delivery, MoneyDelivery};
pub use original::OriginalCompletion;
pub use outline::Outline;
pub use reports::{CompletionVerdict, CompletionWord, SUBSTANTIAL_FROM, SourceDisagreement};
pub(crate) use rollup::Subject;
pub use rollup::{AmountMean, CommitmentLine, Rollup};
pub use slippage::{Slippage, SlippageDays};
pub use standing::Standing;
pub(crate) use surveyed::Dates;
pub use surveyed::{Surveyed, SurveyedAnswer, SurveyedMilestone, SurveyedMoney};
pub(crate) use umbrella::{Merged, after_mergers, within};
