//! Surveys beside roll-ups, which have their own formulas' tests; and surveys brought up to date, or made of those of
//! other dates, beside new ones.

use proptest::prelude::*;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::Position;
use servanda_events::testing::scene::{self, achieve, confirm, dispute, milestone, rebaseline, visit};
use servanda_events::testing::{self, Story, parsed};
use servanda_log::{Clock, Ids, Log};

use super::*;
use crate::ReadModel;
use crate::error::ProjectorError;
use crate::progress::{CommitmentLine, MilestoneState, Rollup};
use crate::queries::Filter;
use crate::reader::Reader;
use crate::views::{ClaimStanding, CommitmentView};

/// A log of entries and the read model over it, in a folder that goes away with it.
fn model(entries: &[Vec<u8>]) -> (tempfile::TempDir, Log, ReadModel) {
    let log = Log::memory(parsed("test"), Clock::fixed(parsed("2031-01-01T00:00:00Z")), Ids::stepping());
    append(&log, entries);
    let dir = tempfile::tempdir().unwrap();
    let (model, _) = ReadModel::open(dir.path(), &log, |_| {}).unwrap();
    (dir, log, model)
}

fn append(log: &Log, entries: &[Vec<u8>]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(log.append_exact(entries.to_vec())).unwrap();
}

pub(super) fn survey(story: &Story, as_of: &str) -> Arc<Survey> {
    let (_dir, _log, model) = model(story.entries());
    model.survey(At { as_of: parsed(as_of), known_at: Position::MAX }).unwrap()
}

fn lines<'s>(rows: impl IntoIterator<Item = &'s Arc<Surveyed>>) -> Vec<CommitmentLine> {
    rows.into_iter().map(|row| row.line.clone()).collect()
}

fn story() -> Story {
    visit()
        .given(milestone("branch", "road", "2025-01-31"))
        .given(milestone("branch", "bridge", "2025-02-28"))
        .given(rebaseline("branch", "bridge", 1, "2025-03-31"))
        .given(achieve("branch", "road", "2025-02-10", "fra"))
}

#[test]
fn a_milestone_shows_both_delays_and_when_it_was_confirmed() {
    let claim = story().recorded().last().unwrap().fact.event_id.to_string();
    let survey = survey(&story().given(confirm("branch", &claim, "kaz")), "2025-04-05");
    let row = survey.member(&parsed("branch")).unwrap();
    let of = |id: &str| row.milestones.iter().find(|m| m.milestone_id.as_str() == id).unwrap();
    let (road, bridge) = (of("road"), of("bridge"));
    assert_eq!((road.state, road.late_days), (MilestoneState::AchievedLate, Some(10)));
    assert_eq!(road.standing, Some(ClaimStanding::Confirmed));
    assert!(road.confirmed_on.is_some_and(|day| day >= parsed("2025-02-10")));
    assert_eq!(
        (bridge.state, bridge.late_days, bridge.late_days_original),
        (MilestoneState::Overdue, Some(5), Some(36))
    );
    assert_eq!(row.answers.len(), 1);
}

#[test]
fn what_is_disputed_is_not_confirmed() {
    let claim = story().recorded().last().unwrap().fact.event_id.to_string();
    let survey = survey(&story().given(dispute("branch", &claim, "kaz")), "2025-04-05");
    let row = survey.member(&parsed("branch")).unwrap();
    assert_eq!(row.milestones[0].standing, Some(ClaimStanding::Disputed));
    assert_eq!(row.milestones[0].confirmed_on, None);
    assert_eq!(row.answers[0].standing, ClaimStanding::Disputed);
}

#[test]
fn a_past_look_is_not_changed_by_what_came_after() {
    let before = story();
    let known = before.entries().len() as Position;
    let after = story().given(achieve("branch", "bridge", "2025-03-10", "fra"));
    let (_dir, _log, model) = model(after.entries());
    let at = At { as_of: parsed("2025-04-05"), known_at: known };
    let _now = model.survey(At { known_at: Position::MAX, ..at }).unwrap();
    assert_eq!(model.survey(at).unwrap().members(), survey(&before, "2025-04-05").members());
}

#[test]
fn a_ministry_stands_for_its_state_where_states_are_counted() {
    let ministry =
        scene::with(scene::state("mnt", "FRA"), serde_json::json!({ "kind": "government_body", "parent": "fra" }));
    let survey = survey(&visit().given(ministry), "2025-04-05");
    assert_eq!(survey.top_of(&parsed("mnt")).as_str(), "fra");
    assert_eq!(survey.top_of(&parsed("kaz")).as_str(), "kaz");
}

/// What a survey and a roll-up must agree on.
fn agree(survey: &Survey, rows: &[&Arc<Surveyed>], rollup: &Rollup) {
    assert_eq!(lines(rows.iter().copied()), rollup.commitments);
    let within = |row: &&&Arc<Surveyed>| {
        survey.part_of(row).is_some_and(|whole| rows.iter().any(|row| row.line.commitment_id == *whole))
    };
    assert_eq!(
        rows.iter()
            .filter(within)
            .flat_map(|row| &row.money)
            .map(|money| money.disbursed)
            .sum::<rust_decimal::Decimal>(),
        rollup.money_within_others.per_currency.iter().filter_map(|of| of.disbursed.value).sum(),
    );
    let rows_alone: Vec<_> = rows.iter().filter(|row| !within(row)).collect();
    for delivery in &rollup.money.per_currency {
        let of = || rows_alone.iter().flat_map(|row| &row.money).filter(|money| money.currency == delivery.currency);
        let committed: rust_decimal::Decimal = of().filter_map(|money| money.committed).sum();
        assert_eq!(Some(committed.normalize()), delivery.committed.as_ref().map_or(Some(committed), |f| f.value));
        assert_eq!(Some(of().map(|money| money.disbursed).sum::<rust_decimal::Decimal>()), delivery.disbursed.value);
    }
    let milestones = || rows.iter().flat_map(|row| &row.milestones);
    let confirmed = milestones().filter(|milestone| milestone.confirmed_on.is_some()).count();
    assert_eq!(confirmed.to_string(), rollup.verified_share.inputs.get("numerator").unwrap().to_string());
    let late = milestones().filter_map(|milestone| milestone.late_days_original);
    assert_eq!(late.max().map(rust_decimal::Decimal::from), rollup.slippage.original.max.value);
    assert!(rows.iter().all(|row| survey.member(&row.line.commitment_id).is_some()));
}

/// What the lists of a survey and those that are read stream by stream must agree on.
fn lists_agree(survey: &Survey, reader: &Reader<'_>) -> Result<(), ProjectorError> {
    let all = reader.commitments(&Filter::default(), "", usize::MAX)?.items;
    let stands = |view: &CommitmentView| -> Result<_, ProjectorError> {
        let progress = reader.commitment_progress(&view.commitment_id)?;
        Ok((view.commitment_id.clone(), progress.map(|progress| progress.standing)))
    };
    let read = all.iter().map(stands).collect::<Result<Vec<_>, _>>()?;
    assert_eq!(survey.standings().map(|(id, stands)| (id.clone(), stands)).collect::<Vec<_>>(), read);

    let late = reader.overdue(&Filter::default(), "", usize::MAX)?.items;
    let read = late.iter().map(|late| (&late.commitment_id, &late.milestone_id, Some(&late.due), Some(late.late_days)));
    let mut surveyed = Vec::new();
    for (row, milestones) in survey.overdue() {
        let milestones: Vec<&SurveyedMilestone> = milestones.collect();
        assert_eq!(row.line.overdue, milestones.len());
        surveyed.extend(milestones.into_iter().map(|milestone| (row, milestone)));
    }
    let surveyed = surveyed.iter().map(|(row, milestone)| {
        (&row.line.commitment_id, &milestone.milestone_id, milestone.due.as_deref(), milestone.late_days)
    });
    assert_eq!(surveyed.collect::<Vec<_>>(), read.collect::<Vec<_>>());
    Ok(())
}

/// The survey that is made when nobody asked for one before.
fn new_survey(entries: &[Vec<u8>], at: At) -> Arc<Survey> {
    let (_dir, _log, model) = model(entries);
    model.survey(at).unwrap()
}

/// What two surveys must have in common that are of the same clocks and were not made in the same way.
fn same(survey: &Survey, other: &Survey) {
    assert_eq!(survey.at, other.at);
    assert_eq!(survey.rows.promises, other.rows.promises, "at {:?}", survey.at);
    assert_eq!(survey.rows.agreements, other.rows.agreements, "at {:?}", survey.at);
    assert_eq!(survey.rows.parties, other.rows.parties, "at {:?}", survey.at);
    assert_eq!(survey.rows.packages, other.rows.packages, "at {:?}", survey.at);
    assert_eq!(survey.members, other.members, "at {:?}", survey.at);
}

/// Histories with a few days of the years they tell of.
fn histories_and_days() -> impl Strategy<Value = (Vec<testing::TimedCommand>, Vec<LedgerDate>)> {
    let day = (0_u32..800).prop_map(|days| parsed::<LedgerDate>("2024-10-15").plus_days(days).unwrap());
    (testing::histories(40), proptest::collection::vec(day, 2..5))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_survey_counts_what_roll_ups_count(history in testing::histories(40), cut in 0_usize..40) {
        let mut story = Story::at("2024-01-01T00:00:00Z");
        story.play(&history);
        let entries = story.entries();
        let recorded = story.recorded();
        let mut cut = cut.min(entries.len());
        // The entries of one command are appended together.
        while 0 < cut && cut < entries.len() && recorded[cut - 1].command_id == recorded[cut].command_id {
            cut -= 1;
        }
        let (_dir, log, model) = model(&entries[..cut]);
        let as_of = parsed("2026-06-30");
        let _first = model.survey(At { as_of, known_at: Position::MAX }).unwrap();
        append(&log, &entries[cut..]);
        model.catch_up(&log).unwrap();
        let at = At { as_of, known_at: entries.len() as Position };
        let survey = model.survey(at).unwrap();
        prop_assert_eq!(&*survey, &*new_survey(entries, at));
        model.at(at, |reader| lists_agree(&survey, reader)).unwrap();
        let rollup = |over: Over| model.at(at, |reader| reader.rollup(&over)).unwrap();
        let all: Vec<&Arc<Surveyed>> = survey.members().iter().collect();
        agree(&survey, &all, &rollup(Over::Ledger).unwrap());
        for party in survey.rows.parties.keys() {
            let owes = |row: &&Arc<Surveyed>| survey.obligors_of(row).contains(survey.survivor(party));
            let rows: Vec<_> = survey.members().iter().filter(owes).collect();
            agree(&survey, &rows, &rollup(Over::Party(party.clone())).unwrap());
        }
        let packages: BTreeSet<&PackageId> = survey.members().iter().flat_map(|row| survey.packages_of(row)).collect();
        for package in packages {
            let named = |row: &&Arc<Surveyed>| survey.packages_of(row).contains(package);
            let rows: Vec<_> = survey.members().iter().filter(named).collect();
            // A promise may name a package that is not known.
            rollup(Over::Package(package.clone())).iter().for_each(|rollup| agree(&survey, &rows, rollup));
        }
    }

    #[test]
    fn a_survey_made_of_one_of_another_date_is_what_a_new_one_is((history, days) in histories_and_days()) {
        let mut story = Story::at("2024-01-01T00:00:00Z");
        story.play(&history);
        let (_dir, _log, model) = model(story.entries());
        for as_of in days {
            let at = At { as_of, known_at: model.position() };
            same(&model.survey(at).unwrap(), &new_survey(story.entries(), at));
        }
    }

    #[test]
    fn an_outline_says_the_same_of_a_survey_and_of_a_roll_up((history, days) in histories_and_days()) {
        let mut story = Story::at("2024-01-01T00:00:00Z");
        story.play(&history);
        let (_dir, _log, model) = model(story.entries());
        for as_of in days {
            let at = At { as_of, known_at: model.position() };
            let survey = model.survey(at).unwrap();
            for over in overs(&survey) {
                let Some(rollup) = model.at(at, |reader| reader.rollup(&over)).unwrap() else { continue };
                let lines_max = rollup.commitments.len() / 2 + 1;
                prop_assert_eq!(survey.outline(&over, lines_max), Outline::of_rollup(&rollup, lines_max), "{:?}", over);
                if let Over::Package(id) = &over {
                    let coverage = model.at(at, |reader| reader.coverage(id)).unwrap();
                    prop_assert_eq!(coverage, rollup.coverage, "{}", id);
                }
            }
        }
    }
}

/// Everything that a roll-up can be over.
fn overs(survey: &Survey) -> Vec<Over> {
    let sector = |sector: &Sector| Over::Sector { scheme: sector.scheme.to_string(), code: sector.code.to_string() };
    let packages = survey.rows.packages.keys().cloned().map(Over::Package);
    let agreements = survey.rows.agreements.keys().cloned().map(Over::Agreement);
    let parties = survey.rows.parties.keys().cloned().map(Over::Party);
    let sectors = survey.sectors().iter().map(sector);
    [Over::Ledger].into_iter().chain(packages).chain(agreements).chain(parties).chain(sectors).collect()
}
