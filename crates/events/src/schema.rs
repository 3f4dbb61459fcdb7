//! The contract as JSON Schema (2020-12): every event's payload and every command.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::case::Meta;
use crate::catalogue::{Command, Event};

/// One document: `events` by type and version, `commands` by name, with the shared definitions in `$defs`.
pub fn document() -> Value {
    let mut generator = SchemaGenerator::new(SchemaSettings::draft2020_12());
    let events: Map<String, Value> = Event::payload_schemas(&mut generator)
        .into_iter()
        .map(|(name, version, schema)| (format!("{name}.v{version}"), schema.to_value()))
        .collect();
    let (commands, meta) = command_parts(&mut generator);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Servanda: events and commands",
        "events": events,
        "commands": commands,
        "envelope": meta,
        "$defs": generator.take_definitions(true),
    })
}

/// The commands as one schema with its definitions: what `POST /api/v1/commands` takes.
pub fn command_document(definitions_path: &str) -> (Value, Map<String, Value>) {
    let settings = SchemaSettings::draft2020_12().with(|s| s.definitions_path = definitions_path.to_owned().into());
    let mut generator = SchemaGenerator::new(settings);
    let (commands, _) = command_parts(&mut generator);
    let one_of: Vec<Value> = commands.into_iter().map(|(_, schema)| schema).collect();
    (json!({ "oneOf": one_of }), generator.take_definitions(true))
}

fn command_parts(generator: &mut SchemaGenerator) -> (Map<String, Value>, Value) {
    let meta = schemars::SchemaGenerator::root_schema_for::<Meta>(generator).to_value();
    let envelope = meta.get("properties").cloned().unwrap_or_default();
    let commands = Command::payload_schemas(generator)
        .into_iter()
        .map(|(name, data)| {
            let mut properties = envelope.as_object().cloned().unwrap_or_default();
            properties.insert("command".into(), json!({ "const": name }));
            properties.insert("command_id".into(), json!({ "type": "string", "minLength": 1, "maxLength": 64 }));
            properties.insert("expected_revision".into(), json!({ "type": "integer", "minimum": 0 }));
            properties.insert("data".into(), data.to_value());
            let schema = json!({
                "type": "object",
                "title": name,
                "properties": properties,
                "required": ["command", "data"],
                "additionalProperties": false,
            });
            (name.to_owned(), schema)
        })
        .collect();
    (commands, envelope)
}
