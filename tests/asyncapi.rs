//! The contract of the bus in the eyes of others: the official parser of AsyncAPI documents accepts it, and refuses it
//! once it is damaged.
//!
//! Where the parser is not installed, that is said and nothing is claimed. Deliberately absent: the messages, which the
//! tests of the bus hold against the same document.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use std::process::Command;

use serde_json::{Value, json};
use servanda_bus::asyncapi;
use servanda_tests::repository::root;

/// What the parser finds wrong; nothing where there is no parser.
#[expect(clippy::print_stderr, reason = "what a test could not try is said where whoever runs it looks")]
fn wrong(document: &Value) -> Option<Vec<String>> {
    let packages = root().join("target/asyncapi");
    if !packages.join("complete.json").exists() {
        eprintln!("NOT TRIED: the parser of AsyncAPI is not in target/asyncapi; scripts/asyncapi-extras gets it");
        return None;
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), document.to_string()).unwrap();
    let mut node = Command::new("node");
    let output = node.arg(root().join("tests/asyncapi/validate.mjs")).arg(packages).arg(file.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn the_official_parser_accepts_the_contract() {
    let Some(found) = wrong(&asyncapi::document()) else { return };
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_official_parser_refuses_a_contract_that_is_damaged() {
    let damages: [(&str, Value); 3] = [
        ("/operations/receiveEvents/action", json!("listen")),
        ("/operations/receiveEvents/channel", json!({ "$ref": "#/channels/nothing" })),
        ("/info", json!({ "description": "neither title nor version" })),
    ];
    for (place, damage) in damages {
        let mut document = asyncapi::document();
        *document.pointer_mut(place).unwrap() = damage;
        let Some(found) = wrong(&document) else { return };
        assert!(!found.is_empty(), "damage at {place} is not seen");
    }
}
