//! What changed between two looks at the ledger: facts that were added, corrected, taken back, answered, and milestones
//! that became late.
//!
//! A look is a date and a moment of knowledge. A change is told once, with the entry that made it; why a figure moved
//! is read off the changes of its commitment. Deliberately absent: figures at both looks, which are asked for twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use servanda_events::commitment::State;
use servanda_events::dates::FuzzyDate;
use servanda_events::ids::{Family, MilestoneId, Position, StreamId};
use servanda_events::{Event, Fact};

use crate::error::ProjectorError;
use crate::progress::Calendar;
use crate::queries::{Filter, Page};
use crate::read_db::NamedStream;
use crate::reader::{At, Reader};

/// What sort of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A fact that was not there.
    Added,
    /// A fact that changes what was agreed: an amendment, a new due date, an adjusted amount, a total superseded.
    Amended,
    /// A claim that another party confirmed.
    Confirmed,
    /// A claim that an outsider verified.
    Verified,
    /// A claim that another party disputed.
    Disputed,
    /// A fact that was there and reads differently.
    Corrected,
    /// A fact that was there and was taken back.
    Retracted,
    /// A milestone that was not overdue and is.
    BecameLate,
}

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// What sort of change it is.
    pub change: ChangeKind,
    /// What sort of thing it is about.
    pub family: Family,
    /// The id of the thing.
    pub id: String,
    /// The stream of the thing.
    pub stream: StreamId,
    /// The type of the fact; none where a milestone became late, which is no fact.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// When it was so; of a milestone that became late, when it was due.
    pub occurred_on: FuzzyDate,
    /// Position of the fact's own entry; none where a milestone became late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Position>,
    /// Position of the entry that corrected it or took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_entry: Option<Position>,
    /// Whether the ledger already knew of it at the first look, so that only its date lies between the two.
    pub known_before: bool,
    /// The fields that read differently.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// The milestone that became late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milestone_id: Option<MilestoneId>,
}

/// A field that reads differently.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FieldChange {
    /// JSON Pointer to it, as a correction names it.
    pub path: String,
    /// What it read; `null` where it was absent.
    pub before: Value,
    /// What it reads now; `null` where it is absent.
    pub after: Value,
}

impl ChangeKind {
    fn of_new(event: &Event) -> Self {
        match event {
            Event::AgreementAmended(_)
            | Event::AgreementTextCorrectionAdopted(_)
            | Event::CommitmentAmended(_)
            | Event::MilestoneRebaselined(_)
            | Event::FundsCommitmentAdjusted(_)
            | Event::DeclaredTotalSuperseded(_) => Self::Amended,
            Event::ClaimConfirmed(_) => Self::Confirmed,
            Event::ClaimVerified(_) => Self::Verified,
            Event::ClaimDisputed(_) => Self::Disputed,
            _ => Self::Added,
        }
    }
}

impl Reader<'_> {
    /// A page of what changed from an earlier look to this one, in the order of the streams' names, after one of them.
    /// The changes of one stream are never split over pages.
    pub fn changes_since(
        &self,
        earlier: At,
        filter: &Filter,
        after: &str,
        limit: usize,
    ) -> Result<Page<Change>, ProjectorError> {
        let mut items = Vec::new();
        let mut last: Option<String> = None;
        for family in Family::ALL {
            let after = match after.split_once('-') {
                // Families come in the order of their places in `ALL`, the cursor names one of them.
                Some((name, _)) if place(name) > place(family.as_str()) => continue,
                Some((name, key)) if name == family.as_str() => key,
                _ => "",
            };
            let ended = self.each(family, filter, after, |stream| {
                if items.len() >= limit {
                    return Ok(false);
                }
                items.extend(self.changes_of(stream, earlier)?);
                last = Some(stream.name.to_string());
                Ok(true)
            })?;
            if !ended {
                return Ok(Page { items, next_after: last });
            }
        }
        Ok(Page { items, next_after: None })
    }

    fn changes_of(&self, stream: &NamedStream, earlier: At) -> Result<Vec<Change>, ProjectorError> {
        let now = self.at();
        let forms = self.forms(stream.id)?;
        let at = |at: At| -> BTreeMap<Position, &Arc<Fact>> {
            let known = forms.iter().filter(|form| form.known_from <= at.known_at && at.known_at < form.known_to);
            known.map(|form| (form.fact.position, &form.fact)).collect()
        };
        let (known_before, known_now) = (at(earlier), at(now));
        let so_before = |fact: &Fact| fact.occurred_on.earliest <= earlier.as_of;
        let so_now = |fact: &Fact| fact.occurred_on.earliest <= now.as_of;
        let of = |change, fact: &Fact| Change {
            change,
            family: stream.name.family(),
            id: stream.name.key().to_owned(),
            stream: stream.name.clone(),
            kind: Some(fact.event.type_name()),
            occurred_on: fact.occurred_on.clone(),
            entry: Some(fact.position),
            by_entry: None,
            known_before: known_before.contains_key(&fact.position),
            fields: Vec::new(),
            milestone_id: None,
        };
        let mut changes = Vec::new();
        for (position, before) in &known_before {
            match known_now.get(position) {
                Some(after) if after.formed_at() != before.formed_at() => {
                    let fields = differences(before, after);
                    if (so_before(before) || so_now(after)) && !fields.is_empty() {
                        let by_entry = Some(after.formed_at());
                        changes.push(Change { by_entry, fields, ..of(ChangeKind::Corrected, after) });
                    }
                }
                Some(after) if so_now(after) && !so_before(after) => {
                    changes.push(of(ChangeKind::of_new(&after.event), after));
                }
                Some(_) => {}
                None if so_before(before) => {
                    let ended = forms.iter().filter(|form| form.fact.position == *position).map(|form| form.known_to);
                    changes.push(Change { by_entry: ended.max(), ..of(ChangeKind::Retracted, before) });
                }
                None => {}
            }
        }
        let new = known_now.iter().filter(|(position, fact)| !known_before.contains_key(position) && so_now(fact));
        changes.extend(new.map(|(_, fact)| of(ChangeKind::of_new(&fact.event), fact)));
        changes.sort_by_key(|change| change.by_entry.or(change.entry));
        if stream.name.family() == Family::Commitment {
            let before: Vec<_> = known_before.into_values().filter(|fact| so_before(fact)).cloned().collect();
            let after: Vec<_> = known_now.into_values().filter(|fact| so_now(fact)).cloned().collect();
            let late = became_late((&before, earlier), (&after, now));
            changes.extend(late.into_iter().map(|(milestone_id, due)| Change {
                change: ChangeKind::BecameLate,
                family: Family::Commitment,
                id: stream.name.key().to_owned(),
                stream: stream.name.clone(),
                kind: None,
                occurred_on: due,
                entry: None,
                by_entry: None,
                known_before: false,
                fields: Vec::new(),
                milestone_id: Some(milestone_id),
            }));
        }
        Ok(changes)
    }
}

fn place(family: &str) -> Option<usize> {
    Family::ALL.iter().position(|of| of.as_str() == family)
}

/// Milestones that are overdue at the second look and were not at the first, with the date they are due.
fn became_late(before: (&[Arc<Fact>], At), after: (&[Arc<Fact>], At)) -> Vec<(MilestoneId, FuzzyDate)> {
    let late = |(facts, at): (&[Arc<Fact>], At)| -> BTreeMap<MilestoneId, FuzzyDate> {
        let state = State::of(facts, Some(at.as_of));
        Calendar::of(&state, at.as_of).all_overdue().map(|late| (late.milestone_id, late.due)).collect()
    };
    let (was, mut is) = (late(before), late(after));
    is.retain(|milestone, _| !was.contains_key(milestone));
    is.into_iter().collect()
}

/// The fields in which two forms of a fact differ, the payload's each by itself.
fn differences(before: &Fact, after: &Fact) -> Vec<FieldChange> {
    let (mut old, mut new) = (fields(before), fields(after));
    let paths: Vec<String> = old.keys().chain(new.keys()).cloned().collect();
    let mut changed = BTreeMap::new();
    for path in paths {
        let (before, after) = (old.remove(&path).unwrap_or_default(), new.remove(&path).unwrap_or_default());
        if before != after {
            changed.entry(path.clone()).or_insert(FieldChange { path, before, after });
        }
    }
    changed.into_values().collect()
}

/// The fields of a fact that a correction can name, by their pointers.
fn fields(fact: &Fact) -> BTreeMap<String, Value> {
    let json = |value: Result<Value, serde_json::Error>| value.unwrap_or_default();
    let mut fields = BTreeMap::from([
        ("/occurred_on".to_owned(), json(serde_json::to_value(&fact.occurred_on))),
        ("/effective_on".to_owned(), json(serde_json::to_value(fact.effective_on))),
        ("/reported_by".to_owned(), json(serde_json::to_value(&fact.reported_by))),
    ]);
    if let Value::Object(data) = json(serde_json::to_value(&fact.event)) {
        fields.extend(data.into_iter().map(|(name, value)| (format!("/data/{name}"), value)));
    }
    fields
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
