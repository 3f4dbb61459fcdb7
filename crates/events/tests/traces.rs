//! No event is forgotten where a `match` ends in a wildcard: each type leaves a trace in the state of its family.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use servanda_events::ids::Family;
use servanda_events::testing::Story;
use servanda_events::{Fact, History, StoryLine, agreement, commitment};

/// The stories that between them tell every event of these two families.
fn told() -> Vec<Arc<History>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/logs");
    let mut histories = Vec::new();
    for name in ["the-life-of-a-commitment", "the-life-of-a-treaty", "golden-example"] {
        let text = std::fs::read_to_string(folder.join(format!("{name}.ndjson"))).unwrap();
        let mut story = Story::at("2024-01-01T00:00:00Z");
        for line in StoryLine::parse_all(&text).unwrap() {
            story.tell_line(line).unwrap();
        }
        histories.extend(story.streams().map(|stream| story.history(stream)));
    }
    histories
}

/// The state that some facts lead to, as text.
fn state(family: Family, facts: &[Arc<Fact>]) -> String {
    match family {
        Family::Agreement => format!("{:?}", agreement::State::of(facts, None)),
        _ => format!("{:?}", commitment::State::of(facts, None)),
    }
}

#[test]
fn every_event_of_an_agreement_or_a_commitment_leaves_a_trace_in_its_state() {
    let (mut seen, mut traced) = (BTreeSet::new(), BTreeSet::new());
    for history in told() {
        let family = history.stream().family();
        if !matches!(family, Family::Agreement | Family::Commitment) {
            continue;
        }
        let facts = history.facts();
        for (before, fact) in facts.iter().enumerate() {
            seen.insert(fact.event.type_name());
            if state(family, &facts[..before]) != state(family, &facts[..=before]) {
                traced.insert(fact.event.type_name());
            }
        }
    }
    assert!(seen.len() > 50, "only {} types are told", seen.len());
    let lost: Vec<_> = seen.difference(&traced).collect();
    assert!(lost.is_empty(), "the state takes no notice of {lost:?}");
}
