//! The documents of a proposal: where each lies, its hash, and who has opened it here.
//!
//! A document is opened through this service, so that whoever decides sees which of them nobody has looked at. Only the
//! browser fetches it. Deliberately absent: fetching a document, or saying that somebody read what they opened.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use servanda_events::Request;
use servanda_events::recorded::Evidence;

use super::super::format;
use super::super::routes::Row;
use super::super::visitor::{self, Visitor};
use super::{address, found, recorders};
use crate::access::{Opened, Proposal};
use crate::four_eyes::{self, table};
use crate::problem::Problem;

pub(in super::super) static EVIDENCE: Row = recorders("get", "/review/{id}/evidence/{place}", "evidence");

/// A document of a proposal.
#[derive(Debug, Serialize)]
pub(super) struct EvidenceRow {
    title: String,
    /// The way to it through this service, where a browser can open it.
    href: Option<String>,
    address: Option<String>,
    sha256: Option<String>,
    /// Who opened it, in sentences; that nobody did is one too.
    opened: Vec<String>,
    /// Whether the visitor did.
    by_visitor: bool,
}

impl EvidenceRow {
    /// Whether the visitor could have opened it and has not.
    pub(super) fn waits(&self) -> bool {
        self.href.is_some() && !self.by_visitor
    }
}

/// The address of a document that a browser opens as a page; anything else stands there as text.
fn web(document: &Evidence) -> Option<&str> {
    document.url.as_ref().map(|url| url.as_str()).filter(|url| url.starts_with("https://"))
}

pub(super) fn rows(visitor: &Visitor, proposal: &Proposal, request: &Request) -> Result<Vec<EvidenceRow>, Problem> {
    let user = visitor.signed_in()?;
    let all = visitor.app.access().opened(&proposal.id)?;
    let row = |(place, document): (usize, &Evidence)| {
        let opened: Vec<&Opened> = all.iter().filter(|opened| opened.place == place).collect();
        let by_visitor = opened.iter().any(|opened| opened.who == user.id);
        let mut said: Vec<String> = opened
            .iter()
            .map(|opened| {
                let at = format::moment(opened.at, visitor.lang);
                visitor.say("review-opened", &[("who", opened.who.as_str().into()), ("at", at.into())])
            })
            .collect();
        let href = web(document).map(|_| format!("{}/evidence/{place}", address(&proposal.id)));
        match (&href, by_visitor) {
            (None, _) => said.push(visitor.say("review-no-address", &[])),
            (Some(_), false) => said.push(visitor.say("review-unopened", &[])),
            (Some(_), true) => {}
        }
        EvidenceRow {
            title: document.title.to_string(),
            href,
            address: document.url.as_ref().map(ToString::to_string),
            sha256: document.sha256.as_ref().map(ToString::to_string),
            opened: said,
            by_visitor,
        }
    };
    Ok(request.meta.evidence.iter().enumerate().map(row).collect())
}

/// Whether the visitor followed a link of ours, rather than one that another web site put before them.
fn from_here(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin")
}

/// Notes that the visitor opens a document, and leads there.
pub(in super::super) async fn evidence(
    visitor: Visitor,
    Path((id, place)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "document_unknown");
    let proposal = found(&visitor, &id)?;
    // The documents of a table stand there as text.
    if table::is_table(&proposal) {
        return Err(unknown());
    }
    let request = four_eyes::parsed(&proposal.bytes)?;
    let place: usize = place.parse().map_err(|_| unknown())?;
    let url = request.meta.evidence.get(place).and_then(web).ok_or_else(unknown)?;
    if from_here(&visitor.headers) {
        let who = visitor.signed_in()?.id.clone();
        visitor.app.access().note_opened(&proposal.id, &Opened { place, who, at: visitor.app.log().now() })?;
    }
    Ok(visitor::see_other(url))
}
