//! Given, when, then: a ledger in memory for tests of rules.
