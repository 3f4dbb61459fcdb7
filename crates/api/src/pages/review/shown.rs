//! What a proposal would record, row by row: its data with their names, a correction as before and after, the evidence,
//! the warnings that would be stored, and what is in the way as things stand.
//!
//! A table is shown with every command that it makes. Deliberately absent: the words for them, see [`super::stated`];
//! guessing at what is not in the bytes; they are all shown.

use serde::Serialize;
use serde_json::Value;
use servanda_events::ids::Position;
use servanda_events::{Refusal, Request};
use servanda_log::{Outcome, TransactError};
use servanda_projector::ProjectorError;

use super::evidence::{self, EvidenceRow};
use super::stated;
use crate::access::{Proposal, ProposalState};
use crate::four_eyes::{self, table};
use crate::pages::in_the_way;
use crate::pages::look::Look;
use crate::pages::shell::encoded;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// What a proposal would record.
#[derive(Debug, Default, Serialize)]
pub(super) struct Shown {
    /// Every command, where it is of a table.
    commands: Vec<CommandRow>,
    /// The table, for the person who sent it.
    table_href: Option<String>,
    rows: Vec<Pair>,
    changes: Vec<Change>,
    pub(super) evidence: Vec<EvidenceRow>,
    warnings: Vec<String>,
    /// Why it would be refused as things stand.
    pub(super) refused: Option<String>,
    /// The entry that is in the way, by its number.
    in_the_way: Option<Position>,
    stale: bool,
}

/// One command of a table, in one row.
#[derive(Debug, Serialize)]
struct CommandRow {
    what: String,
    about: String,
    said: Vec<String>,
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

impl CommandRow {
    fn of(look: &Look<'_>, request: &Request, whole: &Value) -> Result<Self, ProjectorError> {
        let stream = request.command.stream();
        let (thing, _) = look.thing(&stream)?;
        let (rows, changes) = rows_of(look, request.command.name(), whole)?;
        let pair = |key: &str, value: &str| stated::pair(look.lang, key, value);
        let rows = rows.into_iter().map(|row| pair(&row.key, &row.value));
        let changes = changes.into_iter().map(|one| pair(&one.field, &format!("{} → {}", one.before, one.after)));
        let evidence = request.meta.evidence.iter().map(|document| {
            let (url, sha256) = (document.url.as_ref(), document.sha256.as_ref());
            let place: Vec<_> =
                url.map(ToString::to_string).into_iter().chain(sha256.map(ToString::to_string)).collect();
            if place.is_empty() {
                document.title.to_string()
            } else {
                format!("{} ({})", document.title, place.join(", "))
            }
        });
        Ok(Self {
            what: stated::command_name(look.lang, request.command.name()),
            about: if thing == stream.key() { stated::new_name(look.lang, whole).unwrap_or(thing) } else { thing },
            said: rows.chain(changes).chain(evidence).collect(),
        })
    }
}

impl Shown {
    pub(super) fn of(visitor: &Visitor, proposal: &Proposal) -> Result<Self, Problem> {
        if table::is_table(proposal) {
            return Self::of_table(visitor, proposal);
        }
        let request = four_eyes::parsed(&proposal.bytes)?;
        let whole = serde_json::to_value(&request).map_err(Problem::internal)?;
        let (rows, changes) = stated::looking(visitor, |look| rows_of(look, &proposal.command, &whole))?;
        let evidence = evidence::rows(visitor, proposal, &request)?;
        let mut shown = Self { rows, changes, evidence, ..Self::default() };
        if proposal.state == ProposalState::Open {
            shown.rehearse(visitor, proposal, request)?;
        }
        Ok(shown)
    }

    /// Every command of a table, in its order.
    fn of_table(visitor: &Visitor, proposal: &Proposal) -> Result<Self, Problem> {
        let set = table::parsed(proposal)?;
        let requests = set.requests()?;
        let wholes = requests.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>();
        let wholes = wholes.map_err(Problem::internal)?;
        let commands = stated::looking(visitor, |look| {
            requests.iter().zip(&wholes).map(|(request, whole)| CommandRow::of(look, request, whole)).collect()
        })?;
        let own = proposal.proposer == visitor.signed_in()?.id;
        let table_href = own.then(|| format!("/import/{}", encoded(set.table.as_str())));
        let mut shown = Self { commands, table_href, ..Self::default() };
        if proposal.state != ProposalState::Open {
            return Ok(shown);
        }
        shown.stale = set.is_stale(visitor.app.log())?;
        let mut rehearsal = visitor.app.log().rehearsal();
        for request in &requests {
            match rehearsal.next(request, &proposal.proposer) {
                Ok(outcome) => shown.warn(visitor, &outcome),
                Err(TransactError::Log(error)) => return Err(error.into()),
                Err(_) if shown.stale => {}
                Err(error) => {
                    if shown.refused.is_none() {
                        shown.refuse(visitor, error)?;
                        let about = stated::looking(visitor, |look| look.thing(&request.command.stream()))?.0;
                        shown.refused = shown.refused.map(|sentence| format!("{about}: {sentence}"));
                    }
                }
            }
        }
        Ok(shown)
    }

    fn warn(&mut self, visitor: &Visitor, outcome: &Outcome) {
        for flag in outcome.entries.iter().flat_map(|entry| &entry.fact.flags) {
            let warning = visitor.app.words().warning(flag, visitor.lang);
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }

    fn refuse(&mut self, visitor: &Visitor, error: TransactError) -> Result<(), Problem> {
        let told = in_the_way::told(&visitor.app, &error.into(), visitor.lang)?;
        (self.refused, self.in_the_way) = (Some(told.sentence), told.entry);
        Ok(())
    }

    /// Asks the log what it would say now.
    fn rehearse(&mut self, visitor: &Visitor, proposal: &Proposal, mut request: Request) -> Result<(), Problem> {
        request.command_id = Some(proposal.id.clone());
        request.expected_revision = Some(proposal.revision);
        match visitor.app.log().rehearse(&request, &proposal.proposer) {
            Ok(outcome) => {
                self.warn(visitor, &outcome);
                Ok(())
            }
            Err(TransactError::Refused(Refusal::RevisionDiffers { .. })) => {
                // It may be approved: that is how it becomes stale, and how its proposer hears of it.
                self.stale = true;
                Ok(())
            }
            Err(error @ (TransactError::Refused(_) | TransactError::Invalid(_))) => self.refuse(visitor, error),
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
