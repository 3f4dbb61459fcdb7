//! That new entries arrived, for pages that are open: a feed of positions, readable with the session of a browser,
//! where `/api/v1/feed` takes tokens alone.
//!
//! Deliberately absent: what is in an entry, so that a feed which outlives its session tells nothing.

use axum::response::Response;
use servanda_events::ids::Position;

use super::routes::{Row, Who};
use super::visitor::Visitor;
use crate::contract::AFTER;
use crate::feed;
use crate::problem::Problem;

pub(super) static LIVE: Row = Row::plain("get", "/live", "live", Who::Readers, &[&AFTER]);

pub(super) async fn live(visitor: Visitor) -> Result<Response, Problem> {
    let after = visitor.asked.value::<Position>(&AFTER)?.unwrap_or_else(|| visitor.app.log().head());
    feed::sent(visitor.app, after, feed::positions)
}
