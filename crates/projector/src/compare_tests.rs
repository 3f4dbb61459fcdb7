//! Comparisons of two looks: one story told step by step, and random histories.

use proptest::prelude::*;
use servanda_events::testing::scene::{achieve, confirm, correct, dispute, milestone, rebaseline, retract, visit};
use servanda_events::testing::{self, Story, parsed};
use servanda_log::{Clock, Ids, Log};

use super::*;
use crate::ReadModel;

/// A read model of entries, in a folder that goes away with it.
fn model(entries: &[Vec<u8>]) -> (tempfile::TempDir, ReadModel) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let log = Log::memory(parsed("test"), Clock::fixed(parsed("2031-01-01T00:00:00Z")), Ids::stepping());
    runtime.block_on(log.append_exact(entries.to_vec())).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (model, _) = ReadModel::open(dir.path(), &log, |_| {}).unwrap();
    (dir, model)
}

fn at(as_of: &str, known_at: Position) -> At {
    At { as_of: parsed(as_of), known_at }
}

/// All changes, a page of one stream at a time.
fn changes(model: &ReadModel, from: At, to: At) -> Vec<Change> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = model.at(to, |reader| reader.changes_since(from, &Filter::default(), &after, 1)).unwrap();
        all.extend(page.items);
        match page.next_after {
            Some(next) => after = next,
            None => return all,
        }
    }
}

/// Changes in few words.
fn told(changes: &[Change]) -> Vec<String> {
    let kind = |change: &Change| serde_json::to_value(change.change).unwrap().as_str().unwrap().to_owned();
    changes
        .iter()
        .map(|change| match (&change.milestone_id, change.kind) {
            (Some(milestone), _) => format!("{} {milestone}", kind(change)),
            (None, fact) => format!("{} {} of {}", kind(change), fact.unwrap_or_default(), change.id),
        })
        .collect()
}

fn story() -> Story {
    visit()
        .given(milestone("branch", "road", "2025-01"))
        .given(milestone("branch", "bridge", "2025-02"))
        .given(achieve("branch", "road", "2025-01-15", "fra"))
        .given(milestone("branch", "gate", "2026"))
}

#[test]
fn what_was_learned_between_two_moments_is_told_with_the_entry_that_told_it() {
    let before = story();
    let known = before.entries().len() as Position;
    let after = before
        .given(confirm("branch", "c3.1", "kaz"))
        .given(rebaseline("branch", "bridge", 1, "2026"))
        .given(correct("commitment-branch", "c3.1", "/data/achieved_on", "2025-01-15", "2025-01-16"))
        .given(dispute("branch", "c3.1", "kaz"))
        .given(retract("commitment-branch", "c4.1", &[]));
    let (_dir, model) = model(after.entries());
    let (from, to) = (at("2025-03-20", known), at("2025-03-20", Position::MAX));
    let found = changes(&model, from, to);
    assert_eq!(
        told(&found),
        [
            "confirmed ClaimConfirmed of branch",
            "amended MilestoneRebaselined of branch",
            "corrected MilestoneAchieved of branch",
            "disputed ClaimDisputed of branch",
            "retracted MilestonePlanned of branch",
        ]
    );
    let (corrected, retracted) = (&found[2], &found[4]);
    assert_eq!((corrected.entry, corrected.by_entry), (Some(known - 1), Some(known + 3)));
    let paths: Vec<&str> = corrected.fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(paths, ["/data/achieved_on", "/occurred_on"], "the date of the fact follows the achievement's");
    assert_eq!((retracted.entry, retracted.by_entry), (Some(known), Some(known + 5)));
}

#[test]
fn what_only_comes_about_between_two_dates_was_known_before() {
    let (_dir, model) = model(story().entries());
    let known = story().entries().len() as Position;
    let found = changes(&model, at("2025-01-14", known), at("2025-02-01", known));
    assert_eq!(told(&found), ["added MilestoneAchieved of branch"]);
    assert!(found[0].known_before);
    let found = changes(&model, at("2025-02-28", known), at("2025-03-01", known));
    assert_eq!(told(&found), ["became_late bridge"]);
    assert_eq!(found[0].occurred_on.text.to_string(), "2025-02", "it says when it was due");
}

#[test]
fn nothing_changes_between_two_looks_that_are_the_same() {
    let (_dir, model) = model(story().entries());
    let look = at("2025-03-20", 3);
    assert_eq!(changes(&model, look, look), []);
}

/// Every fact that a look shows, by its position.
fn shown(model: &ReadModel, look: At) -> BTreeMap<Position, Fact> {
    let mut shown = BTreeMap::new();
    model
        .at(look, |reader| {
            for family in Family::ALL {
                reader.each(family, &Filter::default(), "", |stream| {
                    shown.extend(reader.facts(stream)?.iter().map(|fact| (fact.position, Fact::clone(fact))));
                    Ok(true)
                })?;
            }
            Ok(())
        })
        .unwrap();
    shown
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The first look's facts, with what the changes say, are the second look's facts: nothing is left out, nothing is
    /// told that is not so, and each change is told once.
    #[test]
    fn the_changes_lead_from_one_look_to_the_other(history in testing::histories(40), percent in 0..100_usize) {
        let mut story = Story::at("2024-01-01T00:00:00Z");
        story.play(&history);
        let entries = story.entries().to_vec();
        let head = entries.len() as Position;
        let (_dir, model) = model(&entries);
        let middle = Position::try_from(entries.len() * percent / 100).unwrap();
        for (from, to) in [
            (at("2025-06-30", middle), at("2025-06-30", head)),
            (at("2025-03-31", middle), at("2026-12-31", head)),
            (at("2025-03-31", head), at("2025-12-31", head)),
        ] {
            let (before, after) = (shown(&model, from), shown(&model, to));
            let found = changes(&model, from, to);
            let facts: Vec<&Change> = found.iter().filter(|c| c.change != ChangeKind::BecameLate).collect();
            let mut seen: Vec<Position> = facts.iter().filter_map(|c| c.entry).collect();
            seen.sort_unstable();
            let count = seen.len();
            seen.dedup();
            prop_assert_eq!(seen.len(), count, "each fact changes once");
            for change in &facts {
                let position = change.entry.unwrap();
                match change.change {
                    ChangeKind::Retracted => {
                        prop_assert!(before.contains_key(&position) && !after.contains_key(&position));
                    }
                    ChangeKind::Corrected => prop_assert_ne!(before.get(&position), after.get(&position)),
                    _ => prop_assert!(!before.contains_key(&position) && after.contains_key(&position)),
                }
            }
            for position in before.keys().chain(after.keys()) {
                let parts = |look: &BTreeMap<Position, Fact>| {
                    let parts = |f: &Fact| {
                        (f.event.clone(), f.occurred_on.clone(), f.effective_on, f.reported_by.clone())
                    };
                    look.get(position).map(parts)
                };
                if parts(&before) != parts(&after) {
                    prop_assert!(seen.contains(position), "entry {} changed and is not told", position);
                }
            }
        }
    }
}
