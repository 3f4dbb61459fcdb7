//! What of an entry's bytes is read, and what is refused instead of guessed at.

use serde_json::{Value, json};

use super::{Draft, ENTRY_BYTES_MAX, decode, decode_index};
use crate::codec::CodecError;
use crate::testing::scene::{but, company, milestone, state, visit, with};
use crate::testing::{Failure, Story, parsed};

fn entry() -> Value {
    let story = visit().given(milestone("branch", "open", "2025"));
    serde_json::from_slice(story.entries().last().unwrap()).unwrap()
}

fn read(changes: Value) -> Result<String, String> {
    let bytes = but(entry(), changes).to_string();
    let index = decode_index(bytes.as_bytes()).map(|index| index.stream.to_string());
    match decode(bytes.as_bytes()) {
        Ok(recorded) => Ok(recorded.stream.to_string()),
        Err(CodecError::Unreadable { .. }) => {
            Err(format!("unreadable, index {}", if index.is_ok() { "read" } else { "not" }))
        }
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn an_entry_is_canonical_json_with_its_envelope() {
    let story = Story::at("2025-03-20T09:00:00Z").given(state("kaz", "KAZ"));
    assert_eq!(
        String::from_utf8_lossy(&story.entries()[0]),
        concat!(
            r#"{"command_hash":"8d3c","command_id":"c1","#,
            r#""data":{"country":"KAZ","kind":"state","names":{"en":"kaz"},"party_id":"kaz"},"event_id":"c1.1","#,
            r#""ledger":"test","nonce":"00000000000000000000000000000000","#,
            r#""occurred_on":{"earliest":"2025-03-20","latest":"2025-03-20","precision":"day","text":"2025-03-20"},"#,
            r#""position":1,"recorded_at":"2025-03-20T09:00:00.000000Z","recorded_by":"registrar","revision":1,"#,
            r#""schema":1,"stream":"party-kaz","type":"PartyRegistered","v":1}"#
        )
        .replace("8d3c", story.recorded()[0].command_hash.as_str())
    );
}

#[test]
fn an_entry_of_two_persons_names_both_and_says_that_its_envelope_is_newer() {
    let story = Story::at("2025-03-20T09:00:00Z").given(state("kaz", "KAZ"));
    let alone = story.recorded()[0].clone();
    let (position, at) = (alone.fact.position, alone.fact.recorded_at);
    let nonce = "0".repeat(32);
    let bytes =
        |recorded: &crate::Recorded| Draft::new(recorded.clone(), &parsed("test"), &nonce).unwrap().bytes(position, at);
    assert_eq!(bytes(&alone), story.entries()[0], "an entry of one person reads as it always did");
    let both = crate::Recorded { proposed_by: Some(parsed("clerk")), ..alone };
    let written = String::from_utf8(bytes(&both)).unwrap();
    assert!(written.contains(r#""position":1,"proposed_by":"clerk","recorded_at":"2025"#), "{written}");
    assert!(written.ends_with(r#""v":2}"#), "{written}");
    assert_eq!(decode(written.as_bytes()).unwrap(), both);
    let value: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(crate::codec::canonical(&value).unwrap(), written, "the bytes are canonical");
}

#[test]
fn what_a_newer_program_wrote_is_refused_with_advice_and_never_guessed_at() {
    assert_eq!(read(json!({})), Ok("commitment-branch".to_owned()));
    let newer_type = read(json!({ "schema": 3 })).unwrap_err();
    assert!(newer_type.starts_with("MilestonePlanned version 3 is newer"), "{newer_type}");
    let newer_envelope = read(json!({ "v": 3 })).unwrap_err();
    assert!(newer_envelope.starts_with("envelope version 3 is newer"), "{newer_envelope}");
    let with_news = read(json!({ "v": 3, "witness": "somebody" })).unwrap_err();
    assert!(with_news.starts_with("envelope version 3 is newer"), "{with_news}");
    let unknown = read(json!({ "type": "MilestoneForgotten" })).unwrap_err();
    assert!(unknown.starts_with("the type of event `MilestoneForgotten` is unknown"), "{unknown}");
}

#[test]
fn a_damaged_entry_is_unreadable() {
    for changes in [
        json!({ "command_hash": "abc" }),
        json!({ "position": null }),
        json!({ "position": -1 }),
        json!({ "recorded_at": "yesterday" }),
        json!({ "stream": "milestone-open" }),
    ] {
        assert_eq!(read(changes.clone()), Err("unreadable, index not".to_owned()), "{changes}");
    }
    for changes in [
        json!({ "colour": "blue" }),
        json!({ "occurred_on": { "latest": "2024-12-31" } }),
        json!({ "data": { "colour": "blue" } }),
        json!({ "data": { "weight": "-1" } }),
        json!({ "data": { "milestone_id": null } }),
        json!({ "schema": 0 }),
    ] {
        assert_eq!(read(changes.clone()), Err("unreadable, index read".to_owned()), "{changes}");
    }
    for bytes in [b"".as_slice(), b"{}", b"\xff", b"[1]", br#"{"v":1}"#] {
        assert!(matches!(decode(bytes), Err(CodecError::Unreadable { .. })));
    }
    let twice = format!("{}{}", entry(), entry());
    assert!(matches!(decode(twice.as_bytes()), Err(CodecError::Unreadable { .. })), "two entries are not one");
}

#[test]
fn the_index_of_an_entry_says_what_the_whole_says() {
    let story = Story::at("2025-03-20T09:00:00Z").given(company("orano", "111"));
    let bytes = &story.entries()[0];
    let (index, whole) = (decode_index(bytes).unwrap(), decode(bytes).unwrap());
    assert_eq!(index.ledger, parsed("test"));
    assert_eq!((index.position, index.revision, index.recorded_at), (1, 1, whole.fact.recorded_at));
    assert_eq!(
        (index.stream, index.command_id, index.command_hash),
        (whole.stream, whole.command_id, whole.command_hash)
    );
    assert_eq!(index.keys, [parsed("org/KZ-BIN/111")]);
    assert_eq!(index.keys, whole.keys);
}

#[test]
fn what_a_draft_says_of_its_entry_is_what_the_entry_says() {
    let story = visit().given(milestone("branch", "open", "2025"));
    let (ledger, at) = (parsed("test"), parsed("2025-03-21T09:00:00Z"));
    for recorded in story.recorded() {
        let draft = Draft::new(recorded.clone(), &ledger, &"0".repeat(32)).unwrap();
        let carried = Draft::of_carried(draft.carried(), &ledger, at).unwrap();
        for draft in [&draft, &carried] {
            assert_eq!(draft.index(&ledger, 77, at), decode_index(&draft.bytes(77, at)).unwrap());
        }
        assert!(Draft::of_carried(draft.carried(), &parsed("another"), at).is_err());
    }
}

#[test]
fn an_entry_longer_than_an_entry_may_be_is_not_written() {
    let texts = |count: usize| {
        let names = (0..count).map(|n| (format!("en-x{n:03}"), Value::from("n".repeat(7_000))));
        with(state("kaz", "KAZ"), Value::from_iter([("names", Value::from_iter(names))]))
    };
    let mut story = Story::at("2025-03-20T09:00:00Z");
    let largest = story.when(texts(9)).unwrap();
    assert!(story.entries()[0].len() <= ENTRY_BYTES_MAX);
    let mut recorded = largest[0].clone();
    recorded.keys = (0..20).map(|n| parsed(&format!("org/{n}/{}", "k".repeat(150)))).collect();
    let failure = Draft::new(recorded, &parsed("test"), "").unwrap_err();
    assert!(matches!(failure, CodecError::TooLarge { bytes } if bytes > ENTRY_BYTES_MAX), "{failure}");
    assert_eq!(
        story.when(texts(10)),
        Err(Failure::Unreadable(crate::field_error::FieldError::new("command_too_large")))
    );
}
