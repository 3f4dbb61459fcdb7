//! Laws that hold for every history that the rules allow: random commands of every kind, told to a ledger in memory.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use servanda_events::commitment::{Payment, State};
use servanda_events::dates::{LedgerDate, Precision};
use servanda_events::ids::StreamId;
use servanda_events::testing::{Failure, Story, TimedCommand, histories, scene};
use servanda_events::{Draft, Event, Fact, History, Recorded, codec, decode, testing};

const STEPS_MAX: usize = 60;

fn played(lines: &[TimedCommand]) -> Story {
    let mut story = Story::at("2024-11-05T12:00:00Z");
    story.play(lines);
    story
}

fn of_stream<'a>(story: &'a Story, stream: &StreamId) -> Vec<&'a Recorded> {
    story.recorded().iter().filter(|recorded| recorded.stream == *stream).collect()
}

fn same_bytes(bytes: &[u8]) -> Result<(), TestCaseError> {
    let recorded = decode(bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let value: Value = serde_json::from_slice(bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let canonical = codec::canonical(&value).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(canonical.as_bytes(), bytes, "the bytes are canonical");
    let (position, at) = (recorded.fact.position, recorded.fact.recorded_at);
    let nonce = value["nonce"].as_str().unwrap_or_default();
    let draft = Draft::new(recorded.clone(), &testing::parsed("test"), nonce)
        .map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(draft.bytes(position, at), bytes, "what was read is written the same");
    prop_assert_eq!(draft.recorded(position, at), recorded);
    Ok(())
}

/// What no history may hold, whatever was told.
fn check_facts(story: &Story, history: &History) -> Result<(), TestCaseError> {
    for fact in history.facts() {
        let json = serde_json::to_string(&fact.event).unwrap_or_default();
        prop_assert!(!json.contains(r#""precision":"unresolved""#), "{json}");
        prop_assert!(fact.occurred_on.precision != Precision::Unresolved);
        prop_assert!(
            fact.occurred_on.earliest <= story.recorded().last().map_or(fact.recorded_at, now).date_furthest_east(),
            "{json}"
        );
        prop_assert!(!fact.event.is_claim() || fact.reported_by.is_some(), "{json}");
        let formed = story.recorded().iter().find(|recorded| recorded.fact.position == fact.formed_at());
        prop_assert!(formed.is_some_and(|recorded| recorded.stream == *history.stream()));
    }
    let state = State::of(history.facts(), None);
    for flow in state.flows() {
        prop_assert!(flow.owed().is_none_or(|owed| owed.amount() >= Default::default()));
        for payment in &flow.payments {
            let currency = match payment {
                Payment::Disbursed(_, paid) => paid.amount.currency(),
                Payment::Returned(_, back) => back.amount.currency(),
            };
            prop_assert!(!flow.balance(currency).is_sign_negative() || flow.balance(currency).is_zero());
        }
    }
    for milestone in state.milestones() {
        let ends = [milestone.achieved.is_some(), milestone.missed.is_some(), milestone.cancelled.is_some()];
        prop_assert!(ends.iter().filter(|end| **end).count() <= 1);
    }
    Ok(())
}

fn now(recorded: &Recorded) -> servanda_events::dates::Instant {
    recorded.fact.recorded_at
}

/// Payments without a reference, and returns, may really happen twice; only the command's id tells a repetition.
fn may_happen_twice(recorded: &[Recorded]) -> bool {
    recorded.iter().any(|recorded| match &recorded.fact.event {
        Event::FundsDisbursed(paid) => paid.reference.is_none(),
        // What an obligation grew by once it may grow by again.
        Event::FundsReturned(_) | Event::FundsCommitmentAdjusted(_) => true,
        _ => false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn an_entry_reads_back_as_what_was_written_and_is_written_the_same(lines in histories(STEPS_MAX)) {
        for bytes in played(&lines).entries() {
            same_bytes(bytes)?;
        }
    }

    #[test]
    fn any_history_folds_at_every_moment_and_as_of_any_date(lines in histories(STEPS_MAX)) {
        let story = played(&lines);
        for stream in story.streams() {
            let mut history = History::empty(stream.clone());
            let told = of_stream(&story, stream);
            for (index, recorded) in told.iter().enumerate() {
                history.evolve(recorded);
                prop_assert_eq!(&history, &History::of(stream.clone(), told[..=index].iter().copied()));
                for year in [2023, 2024, 2025, 2026] {
                    let state = State::of(history.facts(), LedgerDate::new(year, 6, 30));
                    prop_assert!(state.claims().len() <= history.facts().len());
                }
            }
            prop_assert_eq!(&history, &*story.history(stream), "step by step is all at once");
            check_facts(&story, &history)?;
        }
    }

    #[test]
    fn positions_and_revisions_have_no_gaps_and_times_rise(lines in histories(STEPS_MAX)) {
        let story = played(&lines);
        for (recorded, position) in story.recorded().iter().zip(1..) {
            prop_assert_eq!(recorded.fact.position, position);
        }
        for stream in story.streams() {
            let revisions: Vec<u64> = of_stream(&story, stream).iter().map(|told| told.fact.revision).collect();
            prop_assert_eq!(revisions, (1..=story.history(stream).revision()).collect::<Vec<_>>());
        }
        prop_assert!(story.recorded().windows(2).all(|pair| now(&pair[0]) < now(&pair[1])));
        let ids: BTreeSet<_> = story.recorded().iter().map(|recorded| &recorded.fact.event_id).collect();
        prop_assert_eq!(ids.len(), story.recorded().len(), "event ids are unique");
    }

    #[test]
    fn a_repeated_command_never_doubles(lines in histories(STEPS_MAX)) {
        let mut story = Story::at("2024-11-05T12:00:00Z");
        for line in lines {
            let before = story.entries().len();
            let told = story.play(std::slice::from_ref(&line)).remove(0);
            let Ok(recorded) = told else { continue };
            let entries = story.entries().len();
            if entries == before {
                // Already so, or a repetition itself, perhaps of what was retracted since.
                continue;
            }
            let answer = story.when(&line.1);
            prop_assert_eq!(answer.as_ref(), Ok(&recorded), "the same id gets the same answer");
            prop_assert_eq!(story.entries().len(), entries);
            // What was recorded long before may have been undone since, and then be wanted anew.
            let just_now = entries > before;
            if !just_now || may_happen_twice(&recorded) {
                continue;
            }
            let other_id = scene::but(line.1.clone(), json!({ "command_id": "again" }));
            match story.clone().when(&other_id) {
                Ok(again) => prop_assert!(again.is_empty(), "{} was recorded twice", line.1),
                Err(failure) => prop_assert!(matches!(failure, Failure::Refused(_)), "{failure}"),
            }
        }
    }

    #[test]
    fn a_refused_command_changes_nothing(lines in histories(STEPS_MAX)) {
        let mut story = Story::at("2024-11-05T12:00:00Z");
        for line in lines {
            let before = story.entries().len();
            if story.play(std::slice::from_ref(&line)).remove(0).is_err() {
                prop_assert_eq!(story.entries().len(), before);
            }
        }
    }

    #[test]
    fn lifting_an_old_shape_is_stable(
        year in 1_i16..=9999, month in 1_i8..=12, day in 1_i8..=28, dated in any::<bool>(),
    ) {
        let mut old = json!({
            "commitment_id": "branch", "milestone_id": "open", "titles": { "en": "open" },
            "milestone_type": "delivery", "weight": "1",
        });
        if dated && let Some(date) = LedgerDate::new(year, month, day) {
            old["due_date"] = json!(date.to_string());
        }
        let fail = |error: codec::CodecError| TestCaseError::fail(error.to_string());
        let lifted = codec::decode_event("MilestonePlanned", 1, &old.to_string()).map_err(fail)?;
        let written = codec::canonical(&lifted).map_err(fail)?;
        let again = codec::decode_event("MilestonePlanned", lifted.schema(), &written).map_err(fail)?;
        prop_assert_eq!(&again, &lifted);
        let Event::MilestonePlanned(plan) = lifted else { return Err(TestCaseError::fail("another event")) };
        prop_assert_eq!(plan.due.map(|due| due.text.to_string()), old["due_date"].as_str().map(str::to_owned));
    }
}

#[test]
fn the_histories_are_worth_playing() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut types, mut codes, mut recorded) = (BTreeSet::new(), BTreeSet::new(), 0);
    let mut turns = Turns::default();
    for _ in 0..300 {
        let lines = histories(STEPS_MAX).new_tree(&mut runner).unwrap().current();
        let mut story = Story::at("2024-11-05T12:00:00Z");
        for told in story.play(&lines) {
            match told {
                Ok(entries) => types.extend(entries.iter().map(|recorded| recorded.fact.event.type_name())),
                Err(failure) => drop(codes.insert(failure.to_string())),
            }
        }
        recorded += story.entries().len();
        turns.count(&story);
    }
    let mut all: BTreeSet<&str> = Event::TYPES.iter().map(|(name, _)| *name).collect();
    assert!(all.remove("LogKeyRotated"), "the log writes it itself, without a command");
    assert_eq!(types, all, "every other type of event comes about");
    assert!(recorded > 2_000, "only {recorded} entries");
    let Turns { disputed, rejected, rejected_returns, lapsed, missed_before } = turns;
    let often = [disputed, rejected, rejected_returns, lapsed, missed_before];
    assert!(often.iter().all(|times| *times >= 10), "what claims go through comes about too seldom: {turns:?}");
    assert!(codes.len() > 40, "only {} kinds of refusal: {codes:#?}", codes.len());
}

/// How often the claims of histories took a turn that figures depend on.
#[derive(Debug, Default, Clone, Copy)]
struct Turns {
    /// A dispute is open in the end.
    disputed: usize,
    /// A dispute was upheld.
    rejected: usize,
    /// One of money that was said to be sent back.
    rejected_returns: usize,
    /// A claim was corrected after somebody had checked it.
    lapsed: usize,
    /// A milestone was found missed on a day before the one on which that was recorded.
    missed_before: usize,
}

impl Turns {
    fn count(&mut self, story: &Story) {
        for commitment in ["branch", "school", "third", "centre"] {
            let history = story.history(&testing::parsed(&format!("commitment-{commitment}")));
            let state = State::of(history.facts(), None);
            for claim in state.claims() {
                self.disputed += usize::from(claim.is_disputed());
                self.rejected += usize::from(claim.is_rejected());
                let sent_back = matches!(claim.fact.event, Event::FundsReturned(_));
                self.rejected_returns += usize::from(claim.is_rejected() && sent_back);
                self.lapsed += usize::from(!claim.verifications.is_empty() && !claim.is_verified());
            }
            let missed = state.milestones().iter().filter_map(|milestone| milestone.missed);
            let before = |fact: &Fact| fact.occurred_on.latest < fact.recorded_at.date();
            self.missed_before += missed.filter(|(fact, _)| before(fact)).count();
        }
    }
}
