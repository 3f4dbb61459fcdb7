//! Figures: given a story, when it is read as of a date, then this is the figure. Each edge of each formula has its
//! line.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "figures/commitment.rs"]
mod commitment;
#[path = "figures/converted.rs"]
mod converted;
#[path = "figures/kit.rs"]
mod kit;
#[path = "figures/several.rs"]
mod several;
