//! What a proposal would record, row by row: its data with their names, a correction as before and after, the evidence,
//! the warnings that would be stored, and what is in the way as things stand.
//!
//! Deliberately absent: the words for them, see [`super::stated`]; guessing at what is not in the bytes; they are all
//! shown.

use serde::Serialize;
use serde_json::Value;
use servanda_events::Refusal;
use servanda_log::TransactError;
use servanda_projector::ProjectorError;

use super::stated;
use crate::access::{Proposal, ProposalState};
use crate::four_eyes;
use crate::pages::look::Look;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// What a proposal would record.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    rows: Vec<Pair>,
    changes: Vec<Change>,
    evidence: Vec<EvidenceRow>,
    warnings: Vec<String>,
    /// Why it would be refused as things stand.
    pub(super) refused: Option<String>,
    stale: bool,
}

#[derive(Debug, Serialize)]
struct Pair {
    key: String,
    value: String,
}

/// A field before and after.
#[derive(Debug, Serialize)]
struct Change {
    field: String,
    before: String,
    after: String,
}

#[derive(Debug, Serialize)]
struct EvidenceRow {
    title: String,
    href: Option<String>,
    sha256: Option<String>,
}

impl Shown {
    pub(super) fn of(visitor: &Visitor, proposal: &Proposal) -> Result<Self, Problem> {
        let request = four_eyes::parsed(&proposal.bytes)?;
        let whole = serde_json::to_value(&request).map_err(Problem::internal)?;
        let (rows, changes) = stated::looking(visitor, |look| rows_of(look, &proposal.command, &whole))?;
        let evidence = request.meta.evidence.iter().map(|document| EvidenceRow {
            title: document.title.to_string(),
            // Only what a browser opens as a page is a link; anything else stands there as text.
            href: document.url.as_ref().map(ToString::to_string).filter(|url| url.starts_with("https://")),
            sha256: document.sha256.as_ref().map(ToString::to_string),
        });
        let mut shown =
            Self { rows, changes, evidence: evidence.collect(), warnings: Vec::new(), refused: None, stale: false };
        if proposal.state == ProposalState::Open {
            shown.rehearse(visitor, proposal, request)?;
        }
        Ok(shown)
    }

    /// Asks the log what it would say now.
    fn rehearse(
        &mut self,
        visitor: &Visitor,
        proposal: &Proposal,
        mut request: servanda_events::Request,
    ) -> Result<(), Problem> {
        request.command_id = Some(proposal.id.clone());
        request.expected_revision = Some(proposal.revision);
        match visitor.app.log().rehearse(&request, &proposal.proposer) {
            Ok(outcome) => {
                let flags = outcome.entries.iter().flat_map(|entry| &entry.fact.flags);
                self.warnings = flags.map(|flag| visitor.app.words().flag(flag.code, visitor.lang)).collect();
                Ok(())
            }
            Err(TransactError::Refused(Refusal::RevisionDiffers { .. })) => {
                // It may be approved: that is how it becomes stale, and how its proposer hears of it.
                self.stale = true;
                Ok(())
            }
            Err(error @ (TransactError::Refused(_) | TransactError::Invalid(_))) => {
                self.refused = Some(Problem::from(error).detail(visitor.app.words(), visitor.lang));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The data of a command, and what it changes where it corrects an entry.
fn rows_of(look: &Look<'_>, command: &str, whole: &Value) -> Result<(Vec<Pair>, Vec<Change>), ProjectorError> {
    let (mut rows, mut changes) = (Vec::new(), Vec::new());
    let data = whole.get("data").and_then(Value::as_object).into_iter().flatten();
    let around = whole.as_object().into_iter().flatten();
    let around = around.filter(|(name, _)| !["command", "data", "evidence"].contains(&name.as_str()));
    for (name, value) in data.chain(around) {
        match value.as_array().filter(|_| name == "patches") {
            Some(patches) => {
                for patch in patches {
                    changes.push(change(look, command, patch)?);
                }
            }
            None => rows
                .push(Pair { key: stated::field(look.lang, name), value: stated::value(look, command, name, value)? }),
        }
    }
    Ok((rows, changes))
}

fn change(look: &Look<'_>, command: &str, patch: &Value) -> Result<Change, ProjectorError> {
    let path = patch.get("path").and_then(Value::as_str).unwrap_or_default();
    let name = path.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
    let side = |side: &str| stated::value(look, command, name, patch.get(side).unwrap_or(&Value::Null));
    Ok(Change { field: stated::field(look.lang, name), before: side("old")?, after: side("new")? })
}
