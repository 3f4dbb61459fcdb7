//! The contract as JSON Schema (2020-12): every event's payload and every command.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::case::Meta;
use crate::catalogue::{Command, Event};
use crate::dates::{FuzzyDate, Instant, LedgerDate};
use crate::flag::Flag;
use crate::ids::{ActorId, CommandId, EventId, LedgerName, PartyId, StreamId};
use crate::recorded::{ENVELOPE_VERSION, Evidence, Sha256Hex, UniqueKey};
use crate::text::Line;

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

/// The schema of a whole entry for every type and version of event that a log may hold, as `MilestoneAchieved.v1`, with
/// the shared definitions. Of an older version's payload it says only that it is an object.
pub fn entry_document(definitions_path: &str) -> (Vec<(String, Value)>, Map<String, Value>) {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut generator = settings.with(|s| s.definitions_path = definitions_path.to_owned().into()).into_generator();
    let payloads = Event::payload_schemas(&mut generator);
    let envelope = envelope(&mut generator);
    let mut entries = Vec::new();
    for (name, newest, payload) in payloads {
        for version in 1..=newest {
            let data = if version == newest { payload.clone().to_value() } else { json!({ "type": "object" }) };
            let mut entry = envelope.clone();
            entry["properties"]["type"] = json!({ "const": name });
            entry["properties"]["schema"] = json!({ "const": version });
            entry["properties"]["data"] = data;
            entries.push((format!("{name}.v{version}"), entry));
        }
    }
    (entries, generator.take_definitions(true))
}

/// What every entry says beside its event.
fn envelope(generator: &mut SchemaGenerator) -> Value {
    let count = json!({ "type": "integer", "minimum": 1 });
    json!({
        "type": "object",
        "properties": {
            "causation_id": generator.subschema_for::<EventId>(),
            "command_hash": generator.subschema_for::<Sha256Hex>(),
            "command_id": generator.subschema_for::<CommandId>(),
            "correlation_id": generator.subschema_for::<CommandId>(),
            "demonstration": { "type": "boolean" },
            "effective_on": generator.subschema_for::<LedgerDate>(),
            "event_id": generator.subschema_for::<EventId>(),
            "evidence": generator.subschema_for::<Vec<Evidence>>(),
            "flags": generator.subschema_for::<Vec<Flag>>(),
            "keys": generator.subschema_for::<Vec<UniqueKey>>(),
            "ledger": generator.subschema_for::<LedgerName>(),
            "nonce": { "type": "string", "pattern": "^[0-9a-f]{32}$" },
            "note": generator.subschema_for::<Line>(),
            "occurred_on": generator.subschema_for::<FuzzyDate>(),
            "position": count,
            "proposed_by": generator.subschema_for::<ActorId>(),
            "recorded_at": generator.subschema_for::<Instant>(),
            "recorded_by": generator.subschema_for::<ActorId>(),
            "reported_by": generator.subschema_for::<PartyId>(),
            "revision": count,
            "stream": generator.subschema_for::<StreamId>(),
            "v": { "type": "integer", "minimum": 1, "maximum": ENVELOPE_VERSION },
        },
        "required": [
            "command_hash", "command_id", "data", "event_id", "ledger", "nonce", "occurred_on", "position",
            "recorded_at", "recorded_by", "revision", "schema", "stream", "type", "v",
        ],
    })
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
