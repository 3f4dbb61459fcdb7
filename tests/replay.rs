//! Replay: stories and random histories read back at any date and any moment of knowledge.
//!
//! Deliberately absent: HTTP, files of the log, concurrency; they have tests of their own.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "replay/naive.rs"]
mod naive;

use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;
use servanda_events::Request;
use servanda_events::ids::{Family, Position, StreamId};
use servanda_events::testing::{self, parsed};
use servanda_projector::{At, Filter, Over, Reader, replay};
use servanda_tests::ledger::Ledger;

fn story(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/logs").join(format!("{name}.ndjson"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn number(figure: &servanda_projector::progress::Figure) -> String {
    figure.value.map_or_else(|| "null".to_owned(), |value| value.round_dp(3).normalize().to_string())
}

#[test]
fn the_golden_example_has_its_three_rows() {
    let ledger = Ledger::of_story(&story("golden-example"));
    for (as_of, known_on, expected) in [
        ("2025-10-20", "2025-10-20", "EV 2 PV 5 C 0.2 SPI 0.4 SPI(t) 0.305 on time 0.4 overdue m2+3 m4+0"),
        ("2025-10-20", "2025-11-02", "EV 5 PV 5 C 0.5 SPI 1 SPI(t) 0.932 on time 0.4 overdue m4+0"),
        ("2025-12-31", "2025-12-31", "EV 5 PV 5 C 0.5 SPI 1 SPI(t) 0.747 on time 0.4 overdue m4+0"),
    ] {
        let progress = ledger.known_on(as_of, known_on, |r| r.commitment_progress(&parsed("golden")).unwrap().unwrap());
        let overdue: Vec<String> =
            progress.overdue.iter().map(|late| format!("{}+{}", late.milestone_id, late.weight)).collect();
        let row = format!(
            "EV {} PV {} C {} SPI {} SPI(t) {} on time {} overdue {}",
            number(&progress.earned_value),
            number(&progress.planned_value),
            number(&progress.completion),
            number(&progress.spi),
            number(&progress.spi_t),
            number(&progress.on_time_rate),
            overdue.join(" ")
        );
        assert_eq!(row, expected, "as of {as_of}, as known on {known_on}");
    }
}

/// What the log knew right after each entry, as a function of its position.
fn each_position<T>(ledger: &Ledger, as_of: &str, read: impl Fn(&Reader<'_>) -> T) -> Vec<T> {
    (1..=ledger.log.head()).map(|position| ledger.at(as_of, position, &read)).collect()
}

#[test]
fn the_money_of_the_golden_example_goes_through_recorded_rates_only() {
    let ledger = Ledger::of_story(&story("golden-example"));
    let mut shares = each_position(&ledger, "2026-12-31", |reader| {
        let progress = reader.commitment_progress(&parsed("golden")).unwrap()?;
        let converted = progress.money.converted?;
        Some(format!("{} with {} unconverted", number(&converted.share), converted.unconverted))
    });
    shares.dedup();
    let told: Vec<String> = shares.into_iter().flatten().collect();
    let last_three = told.iter().rev().take(3).rev().cloned().collect::<Vec<_>>();
    assert_eq!(
        last_three,
        ["0.6 with 1 unconverted", "0.87 with 0 unconverted", "0.77 with 0 unconverted"],
        "{told:?}"
    );
}

#[test]
fn the_coverage_of_the_golden_example_is_nine_of_thirty_six() {
    let ledger = Ledger::of_story(&story("golden-example"));
    let over = Over::Package(parsed("golden-package"));
    let rollup = ledger.at("2026-12-31", Position::MAX, |r| r.rollup(&over).unwrap().unwrap());
    let coverage = rollup.coverage.unwrap();
    let count = &coverage.counts[0];
    assert_eq!((count.identified, number(&count.share), count.remainder.as_str()), (9, "0.25".into(), "27"));
    let amount = &coverage.amounts[0];
    assert_eq!((number(&amount.share), amount.remainder.as_deref()), ("0.336".into(), Some("1460000000")));
    assert_eq!(amount.identified, "740000000");
}

/// Everything that can be read of a ledger at a date, as known at a position, in one text.
fn everything(reader: &Reader<'_>) -> String {
    let all = Filter::default();
    let mut text = String::new();
    let mut add = |value: serde_json::Value| text.push_str(&format!("{value}\n"));
    add(serde_json::json!(reader.parties(&all, "", 500).unwrap()));
    add(serde_json::json!(reader.packages(&all, "", 500).unwrap()));
    add(serde_json::json!(reader.agreements(&all, "", 500).unwrap()));
    add(serde_json::json!(reader.indicators(&all, "", 500).unwrap()));
    add(serde_json::json!(reader.overdue(&all, "", 500).unwrap()));
    add(serde_json::json!(reader.at_risk(&all, "", 500).unwrap()));
    add(serde_json::json!(reader.rollup(&Over::Ledger).unwrap()));
    for commitment in reader.commitments(&all, "", 500).unwrap().items {
        add(serde_json::json!(reader.commitment_progress(&commitment.commitment_id).unwrap()));
        add(serde_json::json!(commitment));
    }
    text
}

const DATES: [&str; 3] = ["2024-12-31", "2025-06-30", "2027-01-01"];

fn told(history: &[testing::TimedCommand], mut after_each: impl FnMut(&Ledger)) -> Ledger {
    let ledger = Ledger::new();
    for (at, command) in history {
        // The generator mixes in commands that the rules refuse.
        if let Ok(request) = Request::parse(command.to_string().as_bytes()) {
            drop(ledger.tell(*at, &request));
            after_each(&ledger);
        }
    }
    ledger
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The log alone, folded in memory up to any position, says the same as the live model asked about that position.
    #[test]
    fn replay_from_the_log_equals_the_live_model(history in testing::histories(40)) {
        let ledger = told(&history, |_| {});
        for position in 0..=ledger.log.head() {
            let replayed = replay(&ledger.log, Some(position)).unwrap();
            for date in [None, Some(parsed("2025-06-30"))] {
                let live = ledger.at("2025-06-30", position, |reader| reader.digest(date).unwrap());
                prop_assert_eq!(replayed.digest(date), live);
            }
        }
    }

    /// Taking in entry by entry, with a stop after each, comes to the same as building at once.
    #[test]
    fn stopping_at_every_position_and_going_on_equals_building_at_once(history in testing::histories(40)) {
        let ledger = told(&history, |_| {});
        let (_dir, at_once) = ledger.built_at_once();
        for date in DATES {
            for position in [ledger.log.head() / 2, ledger.log.head()] {
                let live = ledger.at(date, position, everything);
                let built = at_once.at(At { as_of: parsed(date), known_at: position }, |r| Ok(everything(r))).unwrap();
                prop_assert_eq!(live, built);
            }
        }
    }

    /// What was answered about a moment of knowledge is answered again for ever, whatever is recorded afterwards.
    #[test]
    fn the_past_as_known_never_changes(history in testing::histories(30)) {
        let mut answered: BTreeMap<(Position, &str), String> = BTreeMap::new();
        let ledger = told(&history, |ledger| {
            for date in DATES {
                let head = ledger.log.head();
                answered.insert((head, date), ledger.at(date, head, everything));
            }
        });
        for ((position, date), before) in answered {
            prop_assert_eq!(ledger.at(date, position, everything), before, "at {} as of {}", position, date);
        }
    }

    /// A command that arrives again, at any later time, adds nothing.
    #[test]
    fn a_repeated_command_adds_nothing(history in testing::histories(30)) {
        let ledger = told(&history, |_| {});
        let head = ledger.log.head();
        let again: Vec<testing::TimedCommand> = history.iter().map(|(_, c)| (parsed("2031-01-01T00:00:00Z"), c.clone())).collect();
        for (at, command) in &again {
            if let Ok(request) = Request::parse(command.to_string().as_bytes())
                && ledger.log.entry(head).unwrap().is_some()
            {
                let before = ledger.log.head();
                let outcome = ledger.tell(*at, &request);
                if outcome.is_ok_and(|outcome| outcome.repeated) {
                    prop_assert_eq!(ledger.log.head(), before);
                }
            }
        }
    }
}

#[test]
fn a_rebuild_beside_the_live_model_changes_no_answer() {
    let ledger = Ledger::of_story(&story("golden-example"));
    let before = ledger.at("2025-12-31", Position::MAX, everything);
    let current = || std::fs::read_to_string(ledger.dir().join("read/current")).unwrap();
    let file = current();
    ledger.read.rebuild(&ledger.log, |_| {}).unwrap();
    assert_ne!(current(), file, "the switch is to another file");
    assert_eq!(ledger.at("2025-12-31", Position::MAX, everything), before);
    assert_eq!(ledger.read.position(), ledger.log.head());
}

#[test]
fn every_stream_is_found_by_its_family() {
    let ledger = Ledger::of_story(&story("golden-example"));
    let named = |family: Family| {
        let entries = ledger.log.read(0, usize::MAX).unwrap();
        let mut names: Vec<StreamId> =
            entries.iter().map(|e| e.decode().unwrap().stream).filter(|s| s.family() == family).collect();
        names.sort();
        names.dedup();
        names.len()
    };
    ledger.at("9999-12-31", Position::MAX, |reader| {
        let all = Filter::default();
        assert_eq!(reader.parties(&all, "", 500).unwrap().items.len(), named(Family::Party));
        assert_eq!(reader.packages(&all, "", 500).unwrap().items.len(), named(Family::Package));
        assert_eq!(reader.agreements(&all, "", 500).unwrap().items.len(), named(Family::Agreement));
        assert_eq!(reader.commitments(&all, "", 500).unwrap().items.len(), named(Family::Commitment));
        assert_eq!(reader.indicators(&all, "", 500).unwrap().items.len(), named(Family::Indicator));
    });
}

/// The names of the stories in `golden/logs`.
fn stories() -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/logs");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut names: Vec<String> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// Compares a page with its golden file; `scripts/bless` rewrites the files.
fn golden(story: &str, page: &str, value: &serde_json::Value) {
    let path = format!("golden/pages/{story}/{page}.json");
    let text = format!("{}\n", serde_json::to_string_pretty(value).unwrap());
    expect_test::expect_file![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)].assert_eq(&text);
}

#[test]
fn every_story_reads_back_as_its_golden_pages() {
    for name in stories() {
        let ledger = Ledger::of_story(&story(&name));
        let all = Filter::default();
        ledger.at("2026-12-31", Position::MAX, |reader| {
            let commitments = reader.commitments(&all, "", 500).unwrap().items;
            let progress: Vec<_> =
                commitments.iter().map(|c| reader.commitment_progress(&c.commitment_id).unwrap()).collect();
            golden(&name, "commitments", &serde_json::json!(commitments));
            golden(&name, "progress", &serde_json::json!(progress));
            golden(&name, "packages", &serde_json::json!(reader.packages(&all, "", 500).unwrap().items));
            golden(&name, "agreements", &serde_json::json!(reader.agreements(&all, "", 500).unwrap().items));
            golden(&name, "ledger", &serde_json::json!(reader.rollup(&Over::Ledger).unwrap()));
        });
    }
}
