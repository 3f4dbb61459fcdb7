//! What surveys of other dates take over, and how many are kept.

use servanda_events::testing::scene::{self, commitment, milestone, prospect, visit};
use servanda_events::testing::{Story, parsed};
use servanda_log::{Clock, Ids, Log};

use super::*;
use crate::progress::Surveyed;

fn model(story: &Story) -> (tempfile::TempDir, ReadModel) {
    let log = Log::memory(parsed("test"), Clock::fixed(parsed("2031-01-01T00:00:00Z")), Ids::stepping());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(log.append_exact(story.entries().to_vec())).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (model, _) = ReadModel::open(dir.path(), &log, |_| {}).unwrap();
    (dir, model)
}

/// Told on 2025-03-20: a branch with a milestone due on 2025-06-30, and a port without any; both end with 2026.
fn story() -> Story {
    visit().given(milestone("branch", "road", "2025-06-30")).given(commitment("port"))
}

fn survey(model: &ReadModel, as_of: &str) -> Arc<Survey> {
    model.survey(At { as_of: parsed(as_of), known_at: Position::MAX }).unwrap()
}

fn taken_over(one: &Survey, other: &Survey, id: &str) -> bool {
    let of = |survey: &Survey| Arc::clone(survey.member(&parsed(id)).unwrap());
    Arc::ptr_eq(&of(one), &of(other))
}

#[test]
fn what_reads_the_same_at_another_date_is_taken_over() {
    let (_dir, model) = model(&story());
    let april = survey(&model, "2025-04-01");
    let near = survey(&model, "2025-05-31");
    for (as_of, branch, port) in [
        ("2025-05-30", true, true),
        ("2025-05-31", false, true),
        ("2025-07-01", false, true),
        ("2026-12-31", false, true),
        ("2027-01-01", false, false),
    ] {
        let other = survey(&model, as_of);
        let shown = (taken_over(&april, &other, "branch"), taken_over(&april, &other, "port"));
        assert_eq!(shown, (branch, port), "at {as_of}");
    }
    let of = |survey: &Survey| -> Surveyed { survey.member(&parsed("branch")).unwrap().as_ref().clone() };
    assert_eq!((of(&april).line.at_risk, of(&near).line.at_risk), (0, 1));
}

#[test]
fn after_a_merger_every_row_is_read_again_since_it_may_have_been_confirmed_by_its_reporter() {
    let more = scene::correct(
        "commitment-branch",
        "branch.1",
        "/data/beneficiaries",
        serde_json::json!(["kaz"]),
        serde_json::json!(["kaz", "afd"]),
    );
    let on = |day: &str, command| scene::but(command, serde_json::json!({ "occurred_on": day }));
    let story = story()
        .given(scene::company("afd", "1"))
        .given(more)
        .given(scene::achieve("branch", "road", "2025-03-01", "fra"))
        .given(on("2025-03-20", scene::confirm("branch", "c5.1", "afd")))
        .given(on("2025-03-20", scene::treaty::merge("fra", &["afd"])));
    let (_dir, model) = model(&story);
    let merger = u64::try_from(story.entries().len()).unwrap();
    let before = model.survey(At { as_of: parsed("2025-03-20"), known_at: merger - 1 }).unwrap();
    let after = survey(&model, "2025-03-20");
    let confirmed = |survey: &Survey| survey.member(&parsed("branch")).unwrap().milestones[0].confirmed_on.is_some();
    assert_eq!((confirmed(&before), confirmed(&after)), (true, false));
    assert!(!taken_over(&before, &after, "port"));
}

#[test]
fn what_was_not_yet_so_is_seen_at_a_later_date() {
    let (_dir, model) = model(&story());
    assert_eq!(survey(&model, "2025-03-19").members().len(), 1);
    assert_eq!(survey(&model, "2025-03-20").members().len(), 2);
    assert_eq!(survey(&model, "2025-03-19").members().len(), 1);
    assert_eq!(survey(&model, "2020-01-01").members().len(), 0);
}

#[test]
fn only_the_surveys_that_were_asked_for_last_are_kept() {
    let (_dir, model) = model(&story());
    let first = survey(&model, "2025-04-01");
    for day in ["2025-04-02", "2025-04-03", "2025-04-04", "2025-04-05", "2025-04-06"] {
        survey(&model, day);
        assert!(Arc::ptr_eq(&first, &survey(&model, "2025-04-01")), "it is asked for again and again");
    }
    let kept: Vec<String> =
        lock(&model.surveys().kept).surveys.iter().map(|survey| survey.at().as_of.to_string()).collect();
    assert_eq!(kept, ["2025-04-04", "2025-04-05", "2025-04-06", "2025-04-01"]);
}

#[test]
fn a_prospect_is_counted_for_its_package_and_the_ledger_alone() {
    let named = scene::with(prospect("centre"), serde_json::json!({ "package_id": "visit" }));
    let (_dir, model) = model(&story().given(named).given(prospect("school")));
    let at = At { as_of: parsed("2025-04-01"), known_at: Position::MAX };
    for (over, prospects) in [
        (Over::Ledger, 2),
        (Over::Package(parsed("visit")), 1),
        (Over::Agreement(parsed("treaty")), 0),
        (Over::Party(parsed("fra")), 0),
    ] {
        let outline = model.at(at, |reader| model.outline(reader, &over, 10)).unwrap().unwrap();
        assert_eq!(outline.prospects, prospects, "{over:?}");
    }
}

#[test]
fn what_has_many_commitments_is_counted_in_the_survey_and_what_has_few_is_not() {
    let (_dir, model) = model(&story());
    let at = At { as_of: parsed("2025-04-01"), known_at: Position::MAX };
    let surveys = || lock(&model.surveys().kept).surveys.len();
    let of =
        |rollup_max, over: &Over| model.at(at, |reader| model.outline_beyond(rollup_max, reader, over, 10)).unwrap();
    let party = Over::Party(parsed("fra"));
    let wide = |over: &Over| lock(&model.surveys().kept).wide.contains(over);
    let few = of((2, 2), &party).unwrap();
    assert_eq!((few.identified, few.commitments.len(), surveys()), (2, 2, 0));
    assert!(!wide(&party));
    // They would be counted in a survey that is at hand; for them alone none is made.
    assert_eq!(of((2, 1), &party), Some(few.clone()));
    assert!(wide(&party));
    assert_eq!(surveys(), 0);
    assert_eq!(of((1, 1), &party), Some(few.clone()));
    assert_eq!(surveys(), 1);
    // It is known now to have many, and answered from the survey that is at hand.
    assert_eq!(of((2, 2), &party), Some(few));
    let package = Over::Package(parsed("visit"));
    assert_eq!(of((2, 1), &package).unwrap().identified, 2);
    assert_eq!(of((1, 1), &Over::Party(parsed("nobody"))), None);
}
