//! What a proposal would record, row by row: its data with their names, a correction as before and after, the evidence,
//! the warnings that would be stored, and what is in the way as things stand.
//!
//! Deliberately absent: guessing at what is not in the bytes; they are all shown.

use serde::Serialize;
use serde_json::Value;
use servanda_events::Refusal;
use servanda_log::TransactError;

use super::super::say;
use super::super::visitor::Visitor;
use super::evidence::{self, EvidenceRow};
use crate::access::{Proposal, ProposalState};
use crate::four_eyes;
use crate::problem::Problem;
use crate::words::{Lang, Words};

/// What a proposal would record.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    rows: Vec<Pair>,
    changes: Vec<Change>,
    pub(super) evidence: Vec<EvidenceRow>,
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

impl Shown {
    pub(super) fn of(visitor: &Visitor, proposal: &Proposal) -> Result<Self, Problem> {
        let lang = visitor.lang;
        let request = four_eyes::parsed(&proposal.bytes)?;
        let whole = serde_json::to_value(&request).map_err(Problem::internal)?;
        let mut rows = Vec::new();
        let mut changes = Vec::new();
        for (name, value) in whole.get("data").and_then(Value::as_object).into_iter().flatten() {
            match value.as_array().filter(|_| name == "patches") {
                Some(patches) => changes.extend(patches.iter().map(|patch| change(lang, patch))),
                None => rows.push(Pair { key: field(lang, name), value: written(value) }),
            }
        }
        let around = whole.as_object().into_iter().flatten();
        for (name, value) in around.filter(|(name, _)| !["command", "data", "evidence"].contains(&name.as_str())) {
            rows.push(Pair { key: field(lang, name), value: written(value) });
        }
        let evidence = evidence::rows(visitor, proposal, &request)?;
        let mut shown = Self { rows, changes, evidence, warnings: Vec::new(), refused: None, stale: false };
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
