//! The HTTP interface, over a real connection: the route table with a good and a bad case for each route; by subject
//! commands, lists of commands, reads, the feed, access, and the pages.
//!
//! Deliberately absent: the rules and the figures themselves, which have their tests beside them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the helpers of a test fail as the test does, by panicking"
)]

#[path = "http/access.rs"]
mod access;
#[path = "http/analysis.rs"]
mod analysis;
#[path = "http/bulk.rs"]
mod bulk;
#[path = "http/commands.rs"]
mod commands;
#[path = "http/drafts.rs"]
mod drafts;
#[path = "http/feed.rs"]
mod feed;
#[path = "http/golden.rs"]
mod golden;
#[path = "http/in_the_way.rs"]
mod in_the_way;
#[path = "http/official.rs"]
mod official;
#[path = "http/pages.rs"]
mod pages;
#[path = "http/proofs.rs"]
mod proofs;
#[path = "http/reads.rs"]
mod reads;
#[path = "http/record.rs"]
mod record;
#[path = "http/routes.rs"]
mod routes;
#[path = "http/service.rs"]
mod service;
#[path = "http/tables.rs"]
mod tables;

use serde_json::{Value, json};
use servanda_events::testing::scene::{
    achieve, agreement, but, commitment, declared_count, indicator, link, milestone, observe, package, prospect, sign,
    state, with,
};
use servanda_tests::server::Server;

/// A command with an id of its own.
fn named(id: &str, command: Value) -> Value {
    but(command, json!({ "command_id": id }))
}

/// A small ledger: the package `visit`, the signed agreement `treaty`, the commitment `branch` with an overdue and an
/// achieved milestone, a prospect, an indicator.
async fn visit() -> Server {
    let server = Server::start().await;
    let on_the_day = |command| but(command, json!({ "occurred_on": "2024-11-05" }));
    let sector = json!({ "sectors": [{ "scheme": "source", "code": "education" }] });
    server
        .tell([
            named("kaz", state("kaz", "KAZ")),
            named("fra", state("fra", "FRA")),
            named("visit", package("visit")),
            named("declared", declared_count("visit", "documents", "36")),
            named("treaty", agreement("treaty")),
            named("signed-kaz", on_the_day(sign("treaty", "kaz"))),
            named("signed-fra", on_the_day(sign("treaty", "fra"))),
            named("linked", link("treaty", "visit")),
            named("branch", on_the_day(with(commitment("branch"), sector))),
            named("plan", milestone("branch", "plan", "2025-01-31")),
            named("open", milestone("branch", "open", "2025-02")),
            named("planned", achieve("branch", "plan", "2025-01-20", "fra")),
            named("centre", with(prospect("centre"), json!({ "package_id": "visit" }))),
            named("turnover", indicator("turnover")),
            named("observed", observe("turnover", "2023", "4200000000")),
        ])
        .await;
    server
}
