//! Patches of a correction, applied to a fact.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::codec;
use crate::dates::{FuzzyDate, LedgerDate};
use crate::entry::Patch;
use crate::ids::PartyId;
use crate::recorded::Fact;
use crate::refusal::Refusal;

/// The part of a fact that may be corrected, as JSON.
#[derive(Serialize, Deserialize)]
struct Correctable {
    occurred_on: FuzzyDate,
    effective_on: Option<LedgerDate>,
    reported_by: Option<PartyId>,
    data: Value,
}

/// The fact as the patches say it should have read. `formed_at` is the caller's to set.
pub fn corrected(fact: &Fact, patches: &[Patch]) -> Result<Fact, Refusal> {
    let invalid = |path: &Patch, detail: String| Refusal::CorrectionInvalid { path: path.path.clone(), detail };
    let mut json = serde_json::to_value(Correctable {
        occurred_on: fact.occurred_on.clone(),
        effective_on: fact.effective_on,
        reported_by: fact.reported_by.clone(),
        data: serde_json::to_value(&fact.event).unwrap_or_default(),
    })
    .unwrap_or_default();
    let before = json.clone();
    for patch in patches {
        let found = json.pointer(patch.path.as_str()).cloned().unwrap_or_default();
        if !agrees(&found, &patch.old) {
            let found = found.get("text").cloned().unwrap_or(found);
            return Err(Refusal::OldValueDiffers { path: patch.path.clone(), found: found.to_string() });
        }
        if is_identity(fact, patch.path.as_str()) {
            return Err(Refusal::IdentityNotCorrectable { path: patch.path.clone() });
        }
        set(&mut json, patch.path.as_str(), patch.new.clone())
            .ok_or_else(|| invalid(patch, "no such field".to_owned()))?;
    }
    if json == before {
        return Err(Refusal::NothingCorrected);
    }
    let Some(last) = patches.last() else {
        return Err(Refusal::NoPatch);
    };
    let bad =
        |error: serde_json::Error| invalid(last, crate::field_error::FieldError::from_message(&error.to_string()).code);
    let parts: Correctable = serde_json::from_value(json).map_err(bad)?;
    let event =
        codec::decode_event(fact.event.type_name(), fact.event.schema(), &parts.data.to_string()).map_err(|error| {
            let code = crate::field_error::FieldError::from_message(&error.to_string()).code;
            invalid(last, if code == "invalid_field" { error.to_string() } else { code })
        })?;
    let unresolved = |date: &FuzzyDate| date.precision == crate::dates::Precision::Unresolved;
    if unresolved(&parts.occurred_on) || event.own_date().as_ref().is_some_and(unresolved) {
        return Err(invalid(last, "relative_date_without_anchor".to_owned()));
    }
    let occurred_on = event.own_date().unwrap_or(parts.occurred_on);
    Ok(Fact { occurred_on, effective_on: parts.effective_on, reported_by: parts.reported_by, event, ..fact.clone() })
}

/// Whether what stands there is what the corrector says stands there. A fuzzy date may be named by its words alone.
fn agrees(found: &Value, old: &Value) -> bool {
    found == old || (old.is_string() && found.get("text") == Some(old))
}

/// Ids say which thing a fact is about; another thing needs another fact.
fn is_identity(fact: &Fact, path: &str) -> bool {
    let name = path.strip_prefix("/data/").unwrap_or_default();
    let within = ["milestone_id", "flow_id", "declared_id", "claim_event_id", "baseline_no"];
    name == fact.event.id_field() || within.contains(&name)
}

/// Sets the value at a JSON Pointer; `null` takes a field away. A new field may be added to an object that is there.
fn set(json: &mut Value, path: &str, new: Value) -> Option<()> {
    let (parent, name) = path.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    match json.pointer_mut(parent)? {
        Value::Object(fields) => {
            if new.is_null() {
                fields.remove(&name);
            } else {
                fields.insert(name, new);
            }
            Some(())
        }
        Value::Array(items) => {
            *items.get_mut(name.parse::<usize>().ok()?)? = new;
            Some(())
        }
        _ => None,
    }
}
