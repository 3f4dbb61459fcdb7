//! What a row says now, against what it recorded before: the same, or a correction.
//!
//! A fact that a person corrected since is left alone as long as the source says the same as before: the person knew
//! what the source said. The place of the row and other remarks do not count as a difference.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use servanda_events::commitment::{AmendedField, Flow, State};
use servanda_events::dates::FuzzyDate;
use servanda_events::ids::EventId;
use servanda_events::{Command, Event, Fact, Request};
use servanda_interop::{CommandName, Source, Wish};
use servanda_log::{Log, LogError};

/// Why a row cannot be compared with what it recorded before.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The difference is none that a correction can say.
    #[error("{row}: the difference cannot be written as a correction: {detail}")]
    Unwritable {
        /// The row.
        row: String,
        /// What is in the way.
        detail: String,
    },
    /// Something that is always so was not.
    #[error("{0}; this is a mistake in the program, please report it")]
    Broken(&'static str),
    /// A value has no JSON.
    #[error("a value cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

type Result<T, E = ChangeError> = std::result::Result<T, E>;

/// What is to be done about a row's command whose id was taken before.
#[derive(Debug)]
pub enum Change {
    /// It says the same.
    Same,
    /// It says the same as before; the ledger was corrected or retracted by somebody else since.
    MendedSince(&'static str),
    /// It says otherwise, which this corrects.
    Correct(Box<Request>),
    /// The id stands for something else.
    OfSomethingElse,
}

/// Compares.
pub fn of(log: &Log, wish: &Wish, source: &Source, row: &str) -> Result<Change> {
    let stream = wish.request.command.stream();
    let command_id = wish.request.command_id.as_ref().ok_or(ChangeError::Broken("a command of an import has no id"))?;
    let target = EventId::of(command_id, 1);
    let history = log.history(&stream)?;
    let Some(fact) = history.fact(&target) else {
        return Ok(match history.is_retracted(&target) {
            true => Change::MendedSince("was retracted in the ledger and stays so"),
            false => Change::OfSomethingElse,
        });
    };
    let (wanted, found) = both(wish, fact)?;
    let patches = differences(&found, &wanted);
    if patches.is_empty() {
        return Ok(Change::Same);
    }
    if let Some(update) = &wish.update
        && (history.is_amending(&EventId::of(update, 1)) || is_of_same_record(log, wish, &target)?)
    {
        return Ok(Change::Same);
    }
    if said_before(log, wish, &target, source)?.is_some_and(|said| differences(&said, &wanted).is_empty()) {
        return Ok(Change::MendedSince("was corrected in the ledger; the source says the same as before"));
    }
    let correction = json!({
        "command": "CorrectEntry",
        "command_id": wish.update.as_ref().map_or_else(
            || CommandName::correcting(command_id, fact.formed_at()).as_str().to_owned(),
            ToString::to_string,
        ),
        "data": {
            "stream": stream.as_str(),
            "target_event_id": target,
            "patches": patches,
            "error_kind": "late_information",
            "reason": format!("{row}: the source says otherwise now"),
        },
        "evidence": wish.request.meta.evidence,
        "note": wish.request.meta.note,
    });
    let request = Request::parse(correction.to_string().as_bytes())
        .map_err(|error| ChangeError::Unwritable { row: row.to_owned(), detail: format!("{error:?}") })?;
    Ok(Change::Correct(Box::new(request)))
}

/// What is wanted and what is found, by the paths at which a fact is corrected.
fn both(wish: &Wish, fact: &Fact) -> Result<(Map<String, Value>, Map<String, Value>)> {
    let request = &wish.request;
    let data = match serde_json::to_value(&request.command)? {
        Value::Object(mut command) => command.remove("data").unwrap_or_default(),
        _ => Value::Null,
    };
    let mut wanted = flat(data);
    let mut found = flat(serde_json::to_value(&fact.event)?);
    let meta = &request.meta;
    let dated = !wish.first_date_stays && fact.event.own_date().is_none();
    if let Some(date) = meta.occurred_on.as_ref().filter(|_| dated) {
        put(&mut wanted, "/occurred_on", Some(date))?;
        put(&mut found, "/occurred_on", Some(&fact.occurred_on))?;
    }
    if wish.flow_stays {
        wanted.remove("/data/flow_id");
        found.remove("/data/flow_id");
    }
    put(&mut wanted, "/effective_on", meta.effective_on.as_ref())?;
    put(&mut found, "/effective_on", fact.effective_on.as_ref())?;
    // Of some facts the rule knows whose statement they are.
    if let Some(party) = &meta.reported_by {
        put(&mut wanted, "/reported_by", Some(party))?;
        put(&mut found, "/reported_by", fact.reported_by.as_ref())?;
    }
    Ok((wanted, found))
}

fn put(fields: &mut Map<String, Value>, path: &str, value: Option<&impl serde::Serialize>) -> Result<()> {
    if let Some(value) = value {
        fields.insert(path.to_owned(), serde_json::to_value(value)?);
    }
    Ok(())
}

/// The fields of a payload by their paths.
fn flat(data: Value) -> Map<String, Value> {
    match data {
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (format!("/data/{name}"), value)).collect(),
        _ => Map::new(),
    }
}

/// A fuzzy date in a command may still be words; the fact has them resolved.
fn same(found: &Value, wanted: &Value) -> bool {
    let text = |value: &Value| value.get("text").and_then(Value::as_str).map(str::to_owned);
    found == wanted || (text(wanted).is_some() && text(found) == text(wanted) && date(found) && date(wanted))
}

fn date(value: &Value) -> bool {
    serde_json::from_value::<FuzzyDate>(value.clone()).is_ok()
}

fn differences(found: &Map<String, Value>, wanted: &Map<String, Value>) -> Vec<Value> {
    let paths: BTreeSet<&String> = found.keys().chain(wanted.keys()).collect();
    let nothing = Value::Null;
    let at = |fields: &Map<String, Value>, path: &String| fields.get(path).unwrap_or(&nothing).clone();
    let pairs = paths.into_iter().map(|path| (path, at(found, path), at(wanted, path)));
    pairs
        .filter(|(_, old, new)| !same(old, new))
        .map(|(path, old, new)| json!({ "path": path, "old": old, "new": new }))
        .collect()
}

/// Whether the same record of the source made the fact in the first place.
fn is_of_same_record(log: &Log, wish: &Wish, target: &EventId) -> Result<bool> {
    let history = log.history(&wish.request.command.stream())?;
    let Some(fact) = history.fact(target) else { return Ok(false) };
    let entry = log.entry(fact.position)?;
    let entry = entry.ok_or(ChangeError::Broken("a fact in effect has no entry"))?.decode()?;
    Ok(entry.correlation_id.is_some() && entry.correlation_id == wish.request.meta.correlation_id)
}

/// What the source said when it was last imported: the first form of the fact with the importer's own corrections.
fn said_before(log: &Log, wish: &Wish, target: &EventId, source: &Source) -> Result<Option<Map<String, Value>>> {
    let ours = format!("import-{}-", source.name);
    let mut said = None;
    let mut after = 0;
    loop {
        const PAGE: usize = 1_000;
        let entries = log.read_stream(&wish.request.command.stream(), after, PAGE)?;
        for entry in &entries {
            let recorded = entry.decode()?;
            after = recorded.fact.revision;
            if recorded.fact.event_id == *target {
                said = Some(both(wish, &recorded.fact)?.1);
            }
            if let (Event::EntryCorrected(corrected), Some(said)) = (&recorded.fact.event, &mut said)
                && corrected.target_event_id == *target
                && recorded.command_id.as_str().starts_with(&ours)
            {
                for patch in &corrected.patches {
                    match &patch.new {
                        Value::Null => said.remove(patch.path.as_str()),
                        new => said.insert(patch.path.as_str().to_owned(), new.clone()),
                    };
                }
            }
        }
        if entries.len() < PAGE {
            return Ok(said);
        }
    }
}

/// Reads from the ledger what an amendment replaces; false where it changes nothing.
pub fn fill_old(log: &Log, wish: &mut Wish) -> Result<bool> {
    let history = log.history(&wish.request.command.stream())?;
    let recorded = |id| history.fact(&EventId::of(id, 1)).is_some();
    if wish.request.command_id.as_ref().is_some_and(recorded) {
        return Ok(false);
    }
    let state = State::of(history.facts(), None);
    let amended = match &mut Arc::make_mut(&mut wish.request).command {
        Command::AmendCommitment(amended) => amended,
        Command::AdjustFunds(adjusted) => {
            // The source says what is owed now; the ledger records by how much that is more or less.
            let Some(owed) = state.flow(&adjusted.flow_id).and_then(Flow::owed) else { return Ok(true) };
            let delta = adjusted.delta.amount() - owed.amount();
            let json = serde_json::json!({ "amount": delta.to_string(), "currency": adjusted.delta.currency() });
            adjusted.delta = serde_json::from_value(json)?;
            return Ok(!delta.is_zero());
        }
        _ => return Ok(true),
    };
    let Some((_, promise)) = state.made() else { return Ok(true) };
    let old = match amended.field {
        AmendedField::Amount => serde_json::to_value(promise.amount)?,
        AmendedField::Statement => serde_json::to_value(&promise.statement)?,
        AmendedField::PlannedStart => serde_json::to_value(&promise.planned_start)?,
        AmendedField::PlannedEnd => serde_json::to_value(&promise.planned_end)?,
        AmendedField::Obligors => serde_json::to_value(&promise.obligors)?,
        AmendedField::Beneficiaries => serde_json::to_value(&promise.beneficiaries)?,
    };
    let text = |value: &Value| value.get("text").and_then(Value::as_str).map_or_else(|| value.clone(), Value::from);
    let same = old == amended.new || text(&old) == amended.new;
    amended.old = old;
    Ok(!same)
}
