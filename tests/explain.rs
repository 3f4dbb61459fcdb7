//! Every figure is computed again from just the entries that it names, and comes to the same: nothing else is behind
//! it.
//!
//! The named entries are written into a ledger of their own, in their order; the same question is asked there.
//! Deliberately absent: what the figures should be, see `replay.rs` and the tests of `servanda-projector`.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use servanda_events::ids::{CommitmentId, Position, StreamId};
use servanda_events::testing::{self, parsed, scene};
use servanda_events::{Draft, Request};
use servanda_log::{Clock, Ids, Log};
use servanda_projector::{At, Filter, Over, ReadModel, Reader};
use servanda_tests::ledger::{ABOUT, Ledger};

/// Whose figures.
#[derive(Debug, Clone)]
enum Subject {
    Commitment(CommitmentId),
    Over(Over),
}

/// A figure as it is answered.
#[derive(Debug, Clone, PartialEq)]
struct Explained {
    value: Value,
    inputs: Value,
    entries: BTreeSet<Position>,
}

fn answer(reader: &Reader<'_>, subject: &Subject) -> Value {
    match subject {
        Subject::Commitment(id) => json!(reader.commitment_progress(id).unwrap()),
        Subject::Over(over) => json!(reader.rollup(over).unwrap()),
    }
}

/// Every figure of an answer, by its path. A row of a list is named by what it is about, not by its place.
fn figures(answer: &Value, path: &str, found: &mut BTreeMap<String, Explained>) {
    match answer {
        Value::Object(fields) if fields.contains_key("formula") => {
            let entries = serde_json::from_value(fields["entries"].clone()).unwrap();
            let mut together = fields.clone();
            for behind in ["formula", "inputs", "entries"] {
                assert!(together.remove(behind).is_some(), "{path} has no {behind}");
            }
            // Numbers that are told together, and what is overdue or at risk, explain themselves as a whole.
            let value = together.remove("value").unwrap_or(Value::Object(together));
            found.insert(path.to_owned(), Explained { value, inputs: fields["inputs"].clone(), entries });
        }
        Value::Object(fields) if fields.contains_key("milestone_id") && fields.contains_key("weight") => {
            panic!("{path} does not explain itself");
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, inner)| figures(inner, &format!("{path}/{name}"), found));
        }
        Value::Array(rows) => {
            for row in rows {
                let name: Vec<String> = ABOUT.iter().filter_map(|field| row.get(field)).map(Value::to_string).collect();
                figures(row, &format!("{path}/{}", name.join("+")), found);
            }
        }
        _ => {}
    }
}

/// Whether a value is none, or counts nothing.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.values().all(says_nothing),
        value => value.is_null() || *value == 0 || value == "0",
    }
}

/// A read model of a ledger that holds only some entries of another.
fn only(ledger: &Ledger, positions: &BTreeSet<Position>) -> (tempfile::TempDir, ReadModel) {
    let mut revisions: BTreeMap<StreamId, u64> = BTreeMap::new();
    let mut entries = Vec::new();
    for entry in ledger.log.read(0, usize::MAX).unwrap().into_iter().filter(|e| positions.contains(&e.position)) {
        let mut recorded = entry.decode().unwrap();
        let revision = revisions.entry(recorded.stream.clone()).or_default();
        *revision += 1;
        Arc::make_mut(&mut recorded.fact).revision = *revision;
        let recorded_at = recorded.fact.recorded_at;
        let draft = Draft::new(recorded, &parsed("test"), &"0".repeat(32)).unwrap();
        entries.push(draft.bytes(entries.len() as u64 + 1, recorded_at));
    }
    let log = Log::memory(parsed("test"), Clock::fixed(parsed("2040-01-01T00:00:00Z")), Ids::stepping());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(log.append_exact(entries)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (read, _) = ReadModel::open(dir.path(), &log, |_| {}).unwrap();
    (dir, read)
}

/// Everything that figures can be asked of.
fn subjects(reader: &Reader<'_>) -> Vec<Subject> {
    let all = Filter::default();
    let mut subjects = vec![Subject::Over(Over::Ledger)];
    let mut sectors = BTreeSet::new();
    for view in reader.commitments(&all, "", 500).unwrap().items {
        sectors.extend(view.commitment.iter().flat_map(|made| made.sectors.clone()));
        subjects.push(Subject::Commitment(view.commitment_id));
    }
    for view in reader.agreements(&all, "", 500).unwrap().items {
        sectors.extend(view.agreement.sectors);
        subjects.push(Subject::Over(Over::Agreement(view.agreement.agreement_id)));
    }
    for view in reader.packages(&all, "", 500).unwrap().items {
        subjects.push(Subject::Over(Over::Package(view.package.package_id)));
    }
    for view in reader.parties(&all, "", 500).unwrap().items {
        subjects.push(Subject::Over(Over::Party(view.party.party_id)));
    }
    for sector in sectors {
        let (scheme, code) = (sector.scheme.to_string(), sector.code.to_string());
        subjects.push(Subject::Over(Over::Sector { scheme, code }));
    }
    subjects
}

/// Ledgers that hold only some entries of another; many figures stand on the same.
#[derive(Default)]
struct Parts(BTreeMap<BTreeSet<Position>, (tempfile::TempDir, ReadModel)>);

/// Ledgers kept at a time; each holds files open.
const PARTS_MAX: usize = 64;

impl Parts {
    /// Every figure of a subject, from these entries alone.
    fn figures(
        &mut self,
        whole: &Ledger,
        from: &BTreeSet<Position>,
        of: &Subject,
        as_of: &str,
    ) -> BTreeMap<String, Explained> {
        if self.0.len() >= PARTS_MAX {
            self.0.clear();
        }
        let (_dir, read) = self.0.entry(from.clone()).or_insert_with(|| only(whole, from));
        let at = At { as_of: parsed(as_of), known_at: Position::MAX };
        let mut recomputed = BTreeMap::new();
        figures(&read.at(at, |reader| Ok(answer(reader, of))).unwrap(), "", &mut recomputed);
        recomputed
    }
}

/// Computes every figure of a ledger again, at a date and as known at a position. Gives how many could be measured.
fn check(ledger: &Ledger, as_of: &str, known_at: Position) -> usize {
    check_with(&mut Parts::default(), ledger, as_of, known_at)
}

fn check_with(parts: &mut Parts, ledger: &Ledger, as_of: &str, known_at: Position) -> usize {
    let mut measured = 0;
    for subject in ledger.at(as_of, known_at, subjects) {
        let mut found = BTreeMap::new();
        figures(&ledger.at(as_of, known_at, |reader| answer(reader, &subject)), "", &mut found);
        if let Subject::Over(_) = subject {
            assert!(["/counts", "/completion_words"].into_iter().all(|path| found.contains_key(path)), "{subject:?}");
        }
        let mut again: BTreeMap<BTreeSet<Position>, BTreeMap<String, Explained>> = BTreeMap::new();
        for (path, figure) in found {
            assert!(figure.entries.iter().all(|entry| *entry <= known_at), "{path} of {subject:?} was not known");
            let recomputed = again
                .entry(figure.entries.clone())
                .or_insert_with(|| parts.figures(ledger, &figure.entries, &subject, as_of));
            measured += usize::from(!figure.value.is_null());
            match recomputed.get(&path) {
                Some(same) => assert_eq!(
                    (&same.value, &same.inputs),
                    (&figure.value, &figure.inputs),
                    "{path} of {subject:?} as of {as_of}, known at {known_at}, from {:?}",
                    figure.entries
                ),
                // What cannot be measured, and the sum of nothing, need no entries.
                None => {
                    assert!(says_nothing(&figure.value), "{path} of {subject:?} is gone, from {:?}", figure.entries);
                }
            }
        }
    }
    measured
}

fn story(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_formula_stands_in_the_page_about_figures_and_no_other() {
    let told = |text: &str| {
        let named = |(name, version): (&str, &str)| !name.is_empty() && version.parse::<u8>().is_ok();
        let quoted = text.split(['"', '`']).filter(|word| word.rsplit_once(".v").is_some_and(named));
        quoted.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/projector/src/progress");
    let mut used = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        used.extend(told(&std::fs::read_to_string(file.unwrap().path()).unwrap()));
    }
    assert!(used.len() > 30, "{used:?}");
    assert_eq!(told(&story("../docs/FIGURES.md")), used);
}

#[test]
fn every_figure_of_every_story_follows_from_the_entries_it_names() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/logs");
    let mut names: Vec<String> = vec!["../config/demo/paris-visit.ndjson".to_owned()];
    for file in std::fs::read_dir(folder).unwrap() {
        names.push(format!("golden/logs/{}", file.unwrap().file_name().to_str().unwrap()));
    }
    for name in names {
        let ledger = Ledger::of_story(&story(&name));
        let head = ledger.log.head();
        let (mut measured, mut parts) = (0, Parts::default());
        for as_of in ["2025-02-15", "2025-10-20", "2026-12-31"] {
            for known_at in [head / 2, head] {
                measured += check_with(&mut parts, &ledger, as_of, known_at);
            }
        }
        assert!(measured > 0, "{name}: nothing was measurable");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// The same for random histories, with corrections, retractions, amendments, disputes and late entries.
    #[test]
    fn every_figure_of_a_random_history_follows_from_the_entries_it_names(history in testing::histories(50)) {
        let ledger = Ledger::new();
        for (at, command) in &history {
            // The generator mixes in commands that the rules refuse.
            if let Ok(request) = Request::parse(command.to_string().as_bytes()) {
                drop(ledger.tell(*at, &request));
            }
        }
        let mut parts = Parts::default();
        for as_of in ["2025-06-30", "2027-01-01"] {
            check_with(&mut parts, &ledger, as_of, ledger.log.head());
        }
    }
}

/// The entries that the completion of `branch` names, as known at last.
fn behind_completion(ledger: &Ledger) -> Vec<Position> {
    let progress =
        ledger.at("2026-12-31", Position::MAX, |r| r.commitment_progress(&parsed("branch")).unwrap().unwrap());
    progress.completion.entries
}

#[test]
fn an_entry_that_was_corrected_more_than_once_names_every_correction() {
    let correct = |path: &str, old: &str, new: &str| scene::correct("commitment-branch", "open.1", path, old, new);
    let planned = scene::but(scene::milestone("branch", "open", "2025"), json!({ "command_id": "open" }));
    let story = scene::visit()
        .given(planned)
        .given(correct("/data/weight", "1", "2"))
        .given(correct("/data/due", "2025", "2025-01"))
        .given(correct("/data/weight", "2", "3"));
    let position = |id: &str| story.recorded().iter().find(|r| r.fact.event_id == parsed(id)).unwrap().fact.position;
    let ledger = Ledger::of_entries(story.entries());
    let promise = position("branch.1");
    assert_eq!(
        behind_completion(&ledger),
        [promise, position("open.1"), position("c1.1"), position("c2.1"), position("c3.1")]
    );
    check(&ledger, "2026-12-31", ledger.log.head());
}

#[test]
fn amendments_answers_and_what_made_a_promise_of_a_prospect_are_among_the_entries() {
    let claim = scene::but(scene::achieve("branch", "open", "2025-03-01", "fra"), json!({ "command_id": "claim" }));
    let on = json!({ "occurred_on": "2025-02-01" });
    let story = scene::visit()
        .given(scene::milestone("branch", "open", "2025"))
        .given(scene::but(scene::amend("branch", "a-1", "planned_end", "2026", "2027"), on))
        .given(claim)
        .given(scene::confirm("branch", "claim.1", "kaz"))
        .given(scene::prospect("centre"))
        .given(scene::promote("centre"))
        .given(scene::milestone("centre", "open", "2025"));
    let named = |id: &str| story.recorded().iter().find(|r| r.fact.event_id == parsed(id)).unwrap().fact.position;
    let ledger = Ledger::of_entries(story.entries());
    let (branch, centre) = ledger.at("2025-12-31", Position::MAX, |reader| {
        let of = |id: &str| reader.commitment_progress(&parsed(id)).unwrap().unwrap();
        (of("branch"), of("centre"))
    });
    let [amended, confirmed] = [named("c2.1"), named("c3.1")];
    assert!(branch.completion.entries.contains(&amended), "{:?}", branch.completion);
    assert!(branch.verified_share.entries.contains(&confirmed), "{:?}", branch.verified_share);
    let [noted, promoted, planned] = [named("c4.1"), named("c5.1"), named("c6.1")];
    assert_eq!(centre.completion.entries, [noted, promoted, planned]);
    check(&ledger, "2025-12-31", ledger.log.head());
}

#[test]
fn what_counts_alone_because_its_umbrella_was_split_names_the_split() {
    let euros = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let known = |id: &str, amount: &str, more: Value| {
        let data = json!({ "amount": euros(amount), "value_status": "known" });
        scene::with(scene::with(scene::commitment(id), data), more)
    };
    let total = json!({ "measure": "amount", "currency": "EUR", "value": "100" });
    let story = scene::visit()
        .given(scene::with(scene::declared_count("visit", "worth", "100"), total))
        .given(known("whole", "30", json!({})))
        .given(known("part", "20", json!({ "umbrella_of": "whole" })))
        .given(scene::milestone("part", "open", "2025"))
        .given(scene::split("whole", &[("north", euros("15")), ("south", euros("15"))]));
    let split = story.recorded().last().unwrap().fact.position;
    let ledger = Ledger::of_entries(story.entries());
    let over = Over::Package(parsed("visit"));
    let rollup = ledger.at("2025-12-31", Position::MAX, |reader| reader.rollup(&over).unwrap().unwrap());
    assert!(rollup.completion_by_amount[0].completion.entries.contains(&split));
    assert!(rollup.coverage.unwrap().amounts[0].share.entries.contains(&split));
    check(&ledger, "2025-12-31", ledger.log.head());
}

#[test]
fn a_milestone_without_weight_names_one_that_has_some() {
    let weighs = |id: &str, due: &str, weight: &str| {
        scene::with(scene::milestone("branch", id, due), json!({ "weight": weight }))
    };
    let story = scene::visit()
        .given(weighs("plan", "2025-01", "0"))
        .given(weighs("open", "2025-12", "2"))
        .given(scene::achieve("branch", "plan", "2025-01-20", "fra"));
    let ledger = Ledger::of_entries(story.entries());
    let progress =
        ledger.at("2025-03-20", Position::MAX, |r| r.commitment_progress(&parsed("branch")).unwrap().unwrap());
    assert_eq!((progress.planned_value.value, progress.verified_share.value), (Some(0.into()), None));
    check(&ledger, "2025-03-20", ledger.log.head());
}
