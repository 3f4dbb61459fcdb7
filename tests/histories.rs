//! Real public records through the importers, with answers that are known from elsewhere.
//!
//! The files are not part of the project. The setting `SERVANDA_TEST_DATA` names the folder that has them; without it
//! these tests say loudly that they did not run. `scripts/histories` runs the same imports and shows how fast they are.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "import/aiddata.rs"]
mod aiddata;
#[path = "import/history.rs"]
mod history;
#[path = "import/ocds.rs"]
mod ocds;
#[path = "import/paris.rs"]
mod paris;
#[path = "import/senegal.rs"]
mod senegal;
#[path = "import/uk_treaties.rs"]
mod uk_treaties;
