//! The OpenAPI 3.1 document, made from the same declarations that check the requests.
//!
//! Deliberately absent: descriptions of payloads; they come from the types of `servanda-events` and
//! `servanda-projector`, through their JSON Schemas.

use std::sync::LazyLock;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::contract::{Param, Place, Spec, documented};
use crate::problem::{MEDIA_TYPE, ProblemView};
use crate::routes;

const SCHEMAS: &str = "/components/schemas";
const COMMAND_SCHEMAS: &str = "/components/schemas/Command/$defs";

static SHARED: LazyLock<Value> = LazyLock::new(document);

/// The document, made once.
pub(crate) fn shared() -> &'static Value {
    &SHARED
}

/// The OpenAPI document of the interface.
pub fn document() -> Value {
    // What is answered has another schema than what is taken: a date is taken as text, and answered as an object.
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut generator = settings.with(|settings| settings.definitions_path = SCHEMAS.into()).into_generator();
    let problem = generator.subschema_for::<ProblemView>().to_value();
    let mut paths: Map<String, Value> = Map::new();
    for (spec, _) in routes::table() {
        let operation = operation(spec, &mut generator, &problem);
        let path = paths.entry(documented(spec.path)).or_insert_with(|| json!({}));
        path[spec.method] = operation;
    }
    let (mut command, of_commands) = servanda_events::schema::command_document(COMMAND_SCHEMAS);
    command["$defs"] = Value::Object(of_commands);
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Command".to_owned(), command);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Servanda",
            "summary": "The ledger of commitments between states",
            "description": "Facts are recorded by commands and never changed; a mistake is corrected by a further entry. \
                Every read takes two clocks: `as_of`, what was so by a date, and `known_at`, what the ledger knew. \
                Figures carry their formula, their inputs and their entries; `null` is \"not measurable\".",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": [
            { "name": "recording", "description": "Commands" },
            { "name": "things", "description": "What the ledger holds" },
            { "name": "progress", "description": "How far promises are kept" },
            { "name": "log", "description": "The entries themselves" },
            { "name": "pages", "description": "For people" },
            { "name": "operation", "description": "For operators" },
        ],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(spec: &Spec, generator: &mut SchemaGenerator, problem: &Value) -> Value {
    let mut responses: Map<String, Value> = Map::new();
    for good in spec.good {
        let response = responses
            .entry(good.status.to_string())
            .or_insert_with(|| json!({ "description": good.about, "content": {} }));
        response["content"][good.media] = json!({ "schema": (good.schema)(generator).to_value() });
    }
    for status in spec.problems {
        let description = match status {
            400 => "Unreadable.",
            401 => "A token is needed, or is not valid.",
            403 => "Not permitted.",
            404 => "Not there, at the dates asked for.",
            409 => "The rules refuse it, or the command id was used for another content.",
            412 => "The stream has another revision.",
            413 => "Too large.",
            415 => "Not a content type that is taken.",
            422 => "A field is not valid.",
            429 => "The ledger takes in as much as it can; send it again after `Retry-After` seconds.",
            507 => "The disk is full.",
            _ => "Not available at this moment; ask again after `Retry-After` seconds.",
        };
        let response = json!({ "description": description, "content": { MEDIA_TYPE: { "schema": problem } } });
        responses.insert(status.to_string(), response);
    }
    let parameters: Vec<Value> = spec.params.iter().map(|param| parameter(param, generator)).collect();
    let mut operation = json!({
        "operationId": spec.id,
        "tags": [spec.tag],
        "summary": spec.about.split(['.', ':']).next().unwrap_or_default(),
        "description": spec.about,
        "parameters": parameters,
        "responses": responses,
    });
    if spec.records {
        let command = json!({ "schema": { "$ref": format!("#{SCHEMAS}/Command") } });
        let lines = json!({ "schema": { "type": "string" } });
        operation["requestBody"] = json!({
            "required": true,
            "content": { "application/json": command, "application/x-ndjson": lines, "application/jsonl": lines },
        });
        operation["security"] = json!([{ "token": [] }, {}]);
    }
    operation
}

fn parameter(param: &Param, generator: &mut SchemaGenerator) -> Value {
    let place = match param.place {
        Place::Path => "path",
        Place::Query | Place::Queries => "query",
        Place::Header => "header",
    };
    json!({
        "name": param.name,
        "in": place,
        "required": param.required,
        "description": param.about,
        "schema": (param.schema)(generator).to_value(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refs<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(target)) = fields.get("$ref") {
                    found.push(target);
                }
                fields.values().for_each(|value| refs(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| refs(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        let document = document();
        let mut found = Vec::new();
        refs(&document, &mut found);
        assert!(found.len() > 100, "only {} references", found.len());
        for target in found {
            assert!(document.pointer(&target[1..]).is_some(), "{target} leads nowhere");
        }
    }

    #[test]
    fn operations_have_names_of_their_own_and_paths_name_their_parameters() {
        let document = document();
        let mut ids = std::collections::BTreeSet::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for operation in operations.as_object().unwrap().values() {
                assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{path}");
                let in_path = |p: &&Value| p["in"] == "path";
                let named = operation["parameters"].as_array().unwrap().iter().filter(in_path);
                let named: Vec<String> = named.map(|p| format!("{{{}}}", p["name"].as_str().unwrap())).collect();
                let wanted: Vec<&str> = path.split('/').filter(|part| part.starts_with('{')).collect();
                assert_eq!(named, wanted, "{path}");
            }
        }
        assert_eq!(ids.len(), routes::table().len());
    }
}
