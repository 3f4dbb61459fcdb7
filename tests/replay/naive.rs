//! A second reading of the log, over plain JSON, that shares nothing with the program's own: for random histories,
//! asked at random dates and moments of knowledge, both come to the same figures. All of them are compared: of every
//! promise, and of every agreement, package, party and sector and the whole ledger.
//!
//! It is written from the definitions of the figures and the glossary, not from the code: every figure scans all facts
//! anew, and no type of the program is used to read an entry. Deliberately absent: speed, and which entries stand
//! behind a figure, see `explain.rs`.

#[path = "naive/facts.rs"]
mod facts;
#[path = "naive/figures.rs"]
mod figures;
#[path = "naive/ledger.rs"]
mod ledger;
#[path = "naive/money.rs"]
mod money;
#[path = "naive/promise.rs"]
mod promise;
#[path = "naive/reached.rs"]
mod reached;
#[path = "naive/several.rs"]
mod several;

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use servanda_events::ids::Position;
use servanda_events::testing::{self, parsed};
use servanda_projector::{Filter, Over, Reader};
use servanda_tests::ledger::{ABOUT, Ledger};

use self::facts::in_effect;
use self::ledger::{Told, Whole};
use self::reached::Reached;

/// Figures by their names: whose, and the path to each.
type Figures = BTreeMap<String, String>;

/// What of an answer is no figure: where it comes from, and what was recorded and is only repeated.
const REPEATED: [&str; 10] =
    ["entries", "formula", "inputs", "titles", "due", "first_due", "scope", "scope_ambiguous", "qualifier", "reason"];

/// A number reads the same however it is written.
fn plain(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse::<Decimal>().map_or(text, |number| number.normalize().to_string())
}

/// Every figure of an answer by its path. A row of a list is named by what it is about, not by its place.
fn flat(value: &Value, path: &str, found: &mut Figures) {
    match value {
        Value::Object(fields) if fields.contains_key("formula") && fields.contains_key("value") => {
            found.insert(path.to_owned(), plain(&fields["value"]));
        }
        // Opinions on one commitment are shown as they were recorded.
        Value::Object(fields) if fields.contains_key("assessment_id") => {}
        Value::Object(fields) => {
            for (name, inner) in fields.iter().filter(|(name, _)| !REPEATED.contains(&name.as_str())) {
                flat(inner, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(rows) => {
            let plain_rows: Vec<String> = rows.iter().filter(|row| !has_id(row)).map(Value::to_string).collect();
            if !plain_rows.is_empty() {
                found.insert(path.to_owned(), plain_rows.join(" "));
            }
            for row in rows.iter().filter(|row| has_id(row)) {
                let name: Vec<String> = ABOUT.iter().filter_map(|field| row.get(field)).map(plain).collect();
                flat(row, &format!("{path}/{}", name.join("+")), found);
            }
        }
        scalar => drop(found.insert(path.to_owned(), plain(scalar))),
    }
}

/// Whether it is a row of its own; what a risk is about is none.
fn has_id(row: &Value) -> bool {
    row.get("reason").is_none() && ABOUT.iter().any(|field| row.get(field).is_some())
}

/// The figures as the read model answers them.
fn answered(reader: &Reader<'_>, wholes: impl Iterator<Item = Whole>) -> Figures {
    let mut figures = Figures::new();
    for view in reader.commitments(&Filter::default(), "", 500).unwrap().items {
        if let Some(progress) = reader.commitment_progress(&view.commitment_id).unwrap() {
            flat(&risks_as_text(json!(progress)), &format!("commitment {}", view.commitment_id), &mut figures);
        }
    }
    for whole in wholes {
        let over = match &whole {
            Whole::Package(id) => Over::Package(parsed(id)),
            Whole::Agreement(id) => Over::Agreement(parsed(id)),
            Whole::Party(id) => Over::Party(parsed(id)),
            Whole::Sector(scheme, code) => Over::Sector { scheme: scheme.clone(), code: code.clone() },
            Whole::Ledger => Over::Ledger,
        };
        let rollup = reader.rollup(&over).unwrap();
        flat(&risks_as_text(json!(rollup)), &format!("{whole:?}"), &mut figures);
    }
    figures
}

/// Risks as their second reading gives them: each as its text.
fn risks_as_text(mut answer: Value) -> Value {
    for row in answer.get_mut("at_risk").and_then(Value::as_array_mut).into_iter().flatten() {
        let risks = row["risks"].as_array().unwrap().iter();
        row["risks"] = risks.map(Value::to_string).collect();
    }
    answer
}

/// The same figures as the log alone tells them.
fn told_by(told: &Told) -> Figures {
    let mut figures = Figures::new();
    for of in &told.promises {
        flat(&of.figures(&told.rates), &format!("commitment {}", of.promise.id), &mut figures);
    }
    for whole in told.wholes() {
        flat(&told.rollup(&whole), &format!("{whole:?}"), &mut figures);
    }
    figures
}

/// Where two readings differ, the first few places.
fn differences(live: &Figures, told: &Figures) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = live.keys().chain(told.keys()).collect();
    let differ = names.into_iter().filter(|name| live.get(*name) != told.get(*name));
    let lines = differ.map(|name| format!("{name}: the read model {:?}, the log {:?}", live.get(name), told.get(name)));
    lines.take(12).collect()
}

/// Compares both readings of a ledger on a day, as known at a position.
fn compared(ledger: &Ledger, known: &[Value], day: &str, known_at: Position, reached: &mut Reached) -> Vec<String> {
    let told = Told::by(known, day);
    let (live, naive) =
        (ledger.at(day, known_at, |reader| answered(reader, told.wholes().into_iter())), told_by(&told));
    reached.note(&naive);
    differences(&live, &naive)
}

/// Every first and last day that a leaf names.
fn add_days(value: &Value, days: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let ends = ["earliest", "latest"].into_iter().filter_map(|end| fields.get(end)?.as_str());
            days.extend(ends.map(str::to_owned));
            fields.values().for_each(|field| add_days(field, days));
        }
        Value::Array(items) => items.iter().for_each(|item| add_days(item, days)),
        _ => {}
    }
}

fn leaves(ledger: &Ledger) -> Vec<Value> {
    let entries = ledger.log.read(0, usize::MAX).unwrap();
    entries.iter().map(|entry| serde_json::from_slice(&entry.bytes).unwrap()).collect()
}

/// Compares both readings of random histories, each at some moments, and notes which figures they came to.
fn compare(mut runner: TestRunner) -> Reached {
    let reached = RefCell::new(Reached::default());
    let looks = proptest::collection::vec((any::<[u16; 2]>(), any::<[u16; 2]>()), 8);
    let outcome = runner.run(&(testing::histories(150), looks), |(history, looks)| {
        let ledger: Ledger = super::told(&history, |_| {});
        let leaves = leaves(&ledger);
        // Days on which something begins or is over, which is where one day makes a difference; and the last of all.
        let mut days = vec!["2027-12-31".to_owned()];
        leaves.iter().for_each(|leaf| add_days(leaf, &mut days));
        days.sort_unstable();
        days.dedup();
        for (newest, day) in looks {
            let as_of = day.map(|day| days[usize::from(day) % days.len()].as_str()).into_iter().max().unwrap();
            // The moment at which some entry was recorded: it is known then, and the next is not. Rather a late one.
            let known = newest.map(|place| usize::from(place) % leaves.len()).into_iter().max().unwrap();
            let known_at = ledger.log.position_at(parsed(leaves[known]["recorded_at"].as_str().unwrap())).unwrap();
            let found = compared(&ledger, &leaves[..=known], as_of, known_at, &mut reached.borrow_mut());
            prop_assert!(found.is_empty(), "as of {as_of} as known at {known_at}: {found:#?}");
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    reached.into_inner()
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn the_read_model_answers_at_any_two_clocks_what_a_naive_fold_of_the_log_finds() {
    compare(TestRunner::new(cases(24)));
}

/// The same histories each time, so that what they come to is no matter of luck.
#[test]
fn the_histories_that_are_compared_come_to_every_figure() {
    let always_the_same = TestRng::from_seed(RngAlgorithm::ChaCha, &[1; 32]);
    compare(TestRunner::new_with_rng(cases(48), always_the_same)).demand();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Milestones have the due dates that the log gives them, in the words in which it gives them.
    #[test]
    fn the_read_model_shows_the_due_dates_that_a_naive_fold_finds(history in testing::histories(40)) {
        let ledger: Ledger = super::told(&history, |_| {});
        let leaves = leaves(&ledger);
        for known in [leaves.len() / 3, leaves.len() / 2, leaves.len()] {
            let mut expected: BTreeMap<String, Value> = BTreeMap::new();
            for id in ["branch", "school", "third", "centre", "vague"] {
                let facts = in_effect(&leaves[..known], &format!("commitment-{id}"));
                for plan in facts.iter().filter(|fact| fact.is("MilestonePlanned")) {
                    let moved = facts.iter().rfind(|fact| {
                        fact.is("MilestoneRebaselined")
                            && fact.text("milestone_id") == plan.text("milestone_id")
                            && fact.json["data"].get("new_due").is_some()
                    });
                    let due = moved.map_or(&plan.json["data"]["due"], |moved| &moved.json["data"]["new_due"]);
                    let id = format!("{}/{}", plan.text("commitment_id"), plan.text("milestone_id"));
                    expected.insert(id, words(due));
                }
            }
            let mut shown: BTreeMap<String, Value> = BTreeMap::new();
            ledger.at("9999-12-31", known as Position, |reader| {
                for commitment in reader.commitments(&Filter::default(), "", 500).unwrap().items {
                    for milestone in commitment.milestones {
                        let id = format!("{}/{}", commitment.commitment_id, milestone.plan.milestone_id);
                        shown.insert(id, words(&json!(milestone.due_now)));
                    }
                }
            });
            prop_assert_eq!(shown, expected);
        }
    }
}

#[test]
fn the_stories_come_to_the_same_at_every_position() {
    for name in super::stories() {
        let ledger = Ledger::of_story(&super::story(&name));
        let leaves = leaves(&ledger);
        let mut days = vec!["2027-12-31".to_owned()];
        leaves.iter().for_each(|leaf| add_days(leaf, &mut days));
        days.sort_unstable();
        days.dedup();
        let apart = days.len() / 8 + 1;
        for known in 1..=leaves.len() {
            // The last day shows all that is known; the others are spread, and shifted from position to position.
            let spread = days.iter().skip(known % apart).step_by(apart);
            for as_of in spread.chain(days.last()) {
                let found = compared(&ledger, &leaves[..known], as_of, known as Position, &mut Reached::default());
                assert!(found.is_empty(), "{name} as of {as_of} as known at {known}: {found:#?}");
            }
        }
    }
}

/// The words of a fuzzy date, however it is written.
fn words(date: &Value) -> Value {
    date.get("text").unwrap_or(date).clone()
}
