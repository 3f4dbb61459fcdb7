//! The contract of the bus as an AsyncAPI 3 document, made from the types that the events themselves are made of.
//!
//! It is written from the subscriber's side: what is received. What the binding for NATS has no words for stands under
//! `x-jetstream`. Deliberately absent: a server's address, which every installation has its own.

use serde_json::{Map, Value, json};
use servanda_events::Event;
use servanda_events::ids::Family;
use servanda_events::schema;

use crate::message::{MEDIA_TYPE, MESSAGE_BYTES_MAX, SCHEMA_PREFIX, TYPE_PREFIX};
use crate::names::event_token;

const SCHEMAS: &str = "#/components/schemas/";

fn schema_of(name: &str) -> Value {
    json!({ "$ref": format!("{SCHEMAS}{name}") })
}

/// The document.
pub fn document() -> Value {
    let (entries, mut schemas) = schema::entry_document(SCHEMAS.trim_end_matches('/'));
    schemas.insert("CloudEvent".to_owned(), cloud_event());
    let (mut messages, mut of_channel) = (Map::new(), Map::new());
    for (name, entry) in entries {
        schemas.insert(format!("Entry.{name}"), entry);
        schemas.insert(format!("Message.{name}"), message_schema(&name));
        messages.insert(name.clone(), message(&name));
        of_channel.insert(name.clone(), json!({ "$ref": format!("#/components/messages/{name}") }));
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Servanda: events on the bus",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every entry of a ledger, once, in order. The place of a message in its stream is the entry's \
                position in the log: it begins with 1 and has no gaps. A message may be delivered again, always with \
                the same id at the same place. `data` is the exact entry, the leaf of the ledger's tree of hashes.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "defaultContentType": MEDIA_TYPE,
        "channels": { "events": channel(&Value::Object(of_channel)) },
        "operations": {
            "receiveEvents": {
                "action": "receive",
                "channel": { "$ref": "#/channels/events" },
                "summary": "Follow what is recorded, from any position on.",
            },
        },
        "components": { "messages": messages, "schemas": schemas },
    })
}

fn channel(messages: &Value) -> Value {
    let families: Vec<&str> = Family::ALL.iter().map(|family| family.as_str()).collect();
    let events: Vec<String> = Event::TYPES.iter().map(|(name, _)| event_token(name)).collect();
    json!({
        "address": "servanda.{ledger}.evt.{family}.{event}.{id}",
        "title": "Events of a ledger",
        "description": "Each token may be `*` in a subscription, and the last ones `>`: \
            `servanda.main.evt.commitment.>` is everything about commitments, `servanda.main.evt.*.*.lorraine-branch` \
            everything about the thing with that id.",
        "parameters": {
            "ledger": { "description": "The short name of the ledger.", "default": "main" },
            "family": { "description": "What kind of thing it is about.", "enum": families },
            "event": { "description": "The type of event, in lower case.", "enum": events },
            "id": { "description": "The id of the thing." },
        },
        "messages": messages,
        "x-jetstream": {
            "stream": "SERVANDA_<LEDGER>_EVENTS, the name of the ledger in capitals",
            "sequence": "is the position of the entry in the log",
            "replay": "a consumer with deliver policy `by start sequence`, at the position behind the last one handled",
            "message_id": "Nats-Msg-Id is the id of the event",
            "retention": "limits; nothing is dropped, deleted or purged",
            "message_bytes_max": MESSAGE_BYTES_MAX,
        },
    })
}

fn message(name: &str) -> Value {
    json!({
        "name": format!("{TYPE_PREFIX}{name}"),
        "title": name,
        "contentType": MEDIA_TYPE,
        "headers": {
            "type": "object",
            "properties": {
                "Nats-Msg-Id": schema_of("EventId"),
                "Content-Type": { "const": MEDIA_TYPE },
            },
            "required": ["Nats-Msg-Id", "Content-Type"],
        },
        "payload": schema_of(&format!("Message.{name}")),
    })
}

fn message_schema(name: &str) -> Value {
    json!({
        "allOf": [
            schema_of("CloudEvent"),
            {
                "type": "object",
                "properties": {
                    "type": { "const": format!("{TYPE_PREFIX}{name}") },
                    "dataschema": { "const": format!("{SCHEMA_PREFIX}{name}") },
                    "data": schema_of(&format!("Entry.{name}")),
                },
            },
        ],
    })
}

/// What every message says of itself, by CloudEvents 1.0 and by extensions of ours.
fn cloud_event() -> Value {
    let about = |what: &str| json!({ "type": "string", "minLength": 1, "description": what });
    json!({
        "type": "object",
        "properties": {
            "specversion": { "const": "1.0" },
            "id": schema_of("EventId"),
            "source": { "type": "string", "pattern": "^/ledgers/[a-z0-9][a-z0-9_-]{0,63}$" },
            "type": about("The type of event with the version of its schema."),
            "subject": schema_of("StreamId"),
            "time": schema_of("Instant"),
            "datacontenttype": { "const": "application/json" },
            "dataschema": about("The schema of `data`: an entry with that type and version of event."),
            "sequence": {
                "type": "string",
                "pattern": "^[0-9]{20}$",
                "description": "The position in the log, in 20 digits.",
            },
            "revision": { "type": "integer", "minimum": 1, "description": "The place in the stream of the thing." },
            "occurredfrom": schema_of("LedgerDate"),
            "occurredto": schema_of("LedgerDate"),
            "commandid": schema_of("CommandId"),
            "causationid": schema_of("EventId"),
            "correlationid": schema_of("CommandId"),
            "data": { "type": "object", "description": "The entry, exactly as it stands in the log." },
        },
        "required": [
            "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "sequence",
            "revision", "occurredfrom", "occurredto", "commandid", "data",
        ],
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::message;

    fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_type_has_its_message() {
        let document = document();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 200, "only {} references", found.len());
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        for (name, version) in Event::TYPES {
            assert!(document["components"]["messages"].get(format!("{name}.v{version}")).is_some(), "{name}");
        }
        assert!(document["components"]["messages"].get("MilestonePlanned.v1").is_some(), "an older version");
    }

    #[test]
    fn the_message_of_every_frozen_entry_fits_its_schema() {
        let document = document();
        let folder = format!("{}/../../tests/golden/events", env!("CARGO_MANIFEST_DIR"));
        let mut checked = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let message = message::message(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
            let mut body: Value = serde_json::from_str(&message.body).unwrap();
            let name = body["type"].as_str().unwrap().strip_prefix(TYPE_PREFIX).unwrap().to_owned();
            let mut schema = document["components"]["messages"][&name]["payload"].clone();
            schema["components"] = document["components"].clone();
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            let wrong: Vec<String> = validator.iter_errors(&body).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{name}: {wrong:?}");
            body["sequence"] = json!("14");
            assert!(!validator.is_valid(&body), "{name}: a short sequence passes");
            checked += 1;
        }
        assert!(checked > Event::TYPES.len(), "{checked}");
    }
}
