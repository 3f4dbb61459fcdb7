//! What a proposal would record, row by row: its data with their names, a correction as before and after, the evidence,
//! the warnings that would be stored, and what is in the way as things stand.
//!
//! A table is shown with every command that it makes. Deliberately absent: guessing at what is not in the bytes; they
//! are all shown.

use serde::Serialize;
use serde_json::Value;
use servanda_events::{Refusal, Request};
use servanda_log::{Outcome, TransactError};

use super::super::say;
use super::super::shell::encoded;
use super::super::visitor::Visitor;
use super::evidence::{self, EvidenceRow};
use crate::access::{Proposal, ProposalState};
use crate::four_eyes::{self, table};
use crate::problem::Problem;
use crate::words::{Lang, Words};

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

/// What a command is called: the name of the event to which it leads, else its own.
pub(super) fn command_name(lang: Lang, command: &str) -> String {
    let key = format!("command-{command}");
    if Words::shared().knows(&key) { say::text(lang, &key) } else { spaced(command) }
}

/// `AchieveMilestone` as `Achieve milestone`.
fn spaced(name: &str) -> String {
    let mut text = String::new();
    for (at, c) in name.char_indices() {
        if at > 0 && c.is_ascii_uppercase() {
            text.push(' ');
            text.push(c.to_ascii_lowercase());
        } else {
            text.push(c);
        }
    }
    text
}

/// The name of a field.
fn field(lang: Lang, name: &str) -> String {
    let key = format!("stated-{}", name.replace('_', "-"));
    if Words::shared().knows(&key) { say::text(lang, &key) } else { name.replace('_', " ") }
}

/// A value as a text; nothing where there is none.
fn written(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(", "),
        // A date says in words what it means.
        Value::Object(parts) if parts.contains_key("text") && parts.contains_key("precision") => {
            parts.get("text").map(written).unwrap_or_default()
        }
        Value::Object(parts) => {
            parts.iter().map(|(name, part)| format!("{name}: {}", written(part))).collect::<Vec<_>>().join("; ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// What stands in one command.
#[derive(Debug, Default)]
struct Parts {
    rows: Vec<Pair>,
    changes: Vec<Change>,
}

impl Parts {
    fn of(lang: Lang, request: &Request) -> Result<Self, Problem> {
        let whole = serde_json::to_value(request).map_err(Problem::internal)?;
        let mut parts = Self::default();
        for (name, value) in whole.get("data").and_then(Value::as_object).into_iter().flatten() {
            match value.as_array().filter(|_| name == "patches") {
                Some(patches) => parts.changes.extend(patches.iter().map(|patch| change(lang, patch))),
                None => parts.rows.push(Pair { key: field(lang, name), value: written(value) }),
            }
        }
        let around = whole.as_object().into_iter().flatten();
        for (name, value) in around.filter(|(name, _)| !["command", "data", "evidence"].contains(&name.as_str())) {
            parts.rows.push(Pair { key: field(lang, name), value: written(value) });
        }
        Ok(parts)
    }
}

impl CommandRow {
    fn of(lang: Lang, request: &Request) -> Result<Self, Problem> {
        let Parts { rows, changes } = Parts::of(lang, request)?;
        let rows = rows.into_iter().map(|pair| format!("{}: {}", pair.key, pair.value));
        let changes = changes.into_iter().map(|one| format!("{}: {} → {}", one.field, one.before, one.after));
        let evidence = request.meta.evidence.iter().map(|document| {
            let (url, sha256) = (document.url.as_ref(), document.sha256.as_ref());
            let place: Vec<_> = url.map(ToString::to_string).into_iter().chain(sha256.map(ToString::to_string)).collect();
            if place.is_empty() { document.title.to_string() } else { format!("{} ({})", document.title, place.join(", ")) }
        });
        Ok(Self {
            what: command_name(lang, request.command.name()),
            about: request.command.stream().key().to_owned(),
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
        let Parts { rows, changes } = Parts::of(visitor.lang, &request)?;
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
        let commands =
            requests.iter().map(|request| CommandRow::of(visitor.lang, request)).collect::<Result<_, _>>()?;
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
                    let detail = Problem::from(error).detail(visitor.app.words(), visitor.lang);
                    shown.refused.get_or_insert(format!("{}: {detail}", request.command.stream().key()));
                }
            }
        }
        Ok(shown)
    }

    fn warn(&mut self, visitor: &Visitor, outcome: &Outcome) {
        for flag in outcome.entries.iter().flat_map(|entry| &entry.fact.flags) {
            let warning = visitor.app.words().flag(flag.code, visitor.lang);
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
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
            Err(error @ (TransactError::Refused(_) | TransactError::Invalid(_))) => {
                self.refused = Some(Problem::from(error).detail(visitor.app.words(), visitor.lang));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn change(lang: Lang, patch: &Value) -> Change {
    let path = patch.get("path").and_then(Value::as_str).unwrap_or_default();
    let name = path.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
    let side = |name: &str| patch.get(name).map_or_else(|| "–".to_owned(), written);
    Change { field: field(lang, name), before: side("old"), after: side("new") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_so_that_nothing_of_them_is_lost() {
        assert_eq!(written(&json!(null)), "–");
        assert_eq!(written(&json!({ "text": "2025-Q3", "precision": "quarter", "earliest": "2025-07-01" })), "2025-Q3");
        assert_eq!(written(&json!({ "amount": "1.50", "currency": "EUR" })), "amount: 1.50; currency: EUR");
        assert_eq!(written(&json!(["kaz", "fra", true])), "kaz, fra, true");
        assert_eq!(spaced("AchieveMilestone"), "Achieve milestone");
    }
}
