//! The fields that a command's data may and must have, as its contract says: a misspelt one is found before any row is.

use serde_json::Value;
use servanda_events::schema;

use super::Mapping;
use crate::error::{MappingError, alike};

/// Checks the fields of every command of a mapping.
pub(super) fn check(mapping: &Mapping) -> Result<(), MappingError> {
    let contract = schema::document();
    for command in &mapping.commands {
        let given: Vec<&str> = command.data.iter().map(|field| field.name.as_str()).collect();
        check_one(&contract, &command.command, &given, &format!("command `{}`.data", command.what))?;
    }
    for fixed in &mapping.fixed {
        let given: Vec<&str> = fixed.data.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        check_one(&contract, &fixed.command, &given, &format!("fixed `{}`.data", fixed.what))?;
    }
    Ok(())
}

fn check_one(contract: &Value, command: &str, given: &[&str], place: &str) -> Result<(), MappingError> {
    let data = contract.pointer(&format!("/commands/{command}/properties/data"));
    let Some(data) = data.and_then(|data| resolved(contract, data)) else { return Ok(()) };
    let known: Vec<&str> = match data.get("properties") {
        Some(Value::Object(fields)) => fields.keys().map(String::as_str).collect(),
        _ => return Ok(()),
    };
    if let Some(unknown) = given.iter().find(|name| !known.contains(name)) {
        let meant = alike(unknown, known.iter().copied()).map(|name| format!(" (did you mean `{name}`?)"));
        let told = format!("{command} has no field `{unknown}`{}", meant.unwrap_or_default());
        return Err(MappingError::at(place, format!("{told}; its fields are: {}", known.join(", "))));
    }
    let required = data.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    match required.into_iter().find(|name| !given.contains(name)) {
        Some(missing) => Err(MappingError::at(place, format!("{command} needs the field `{missing}`; add it"))),
        None => Ok(()),
    }
}

/// A schema, or the shared one that it points to.
fn resolved<'s>(contract: &'s Value, schema: &'s Value) -> Option<&'s Value> {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => contract.pointer(reference.strip_prefix('#')?),
        None => Some(schema),
    }
}
