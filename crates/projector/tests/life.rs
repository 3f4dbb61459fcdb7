//! What happens to a commitment after it was made, in its view and in the figures: what counts, what no longer does.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use serde_json::{Value, json};
use servanda_events::ids::Position;
use servanda_events::testing::scene::{
    achieve, adjust, amend, attach, but, commit_funds, commitment, confirm, disburse, dispute, fulfil, give_up, merge,
    milestone, miss, promote, prospect, rebaseline, reopen, report_progress, resolve, split, suspend, verify, visit,
    with,
};
use servanda_events::testing::{Story, parsed};
use servanda_log::{Clock, Ids, Log};
use servanda_projector::progress::{CommitmentProgress, Figure, MilestoneState, Rollup};
use servanda_projector::views::{ClaimStanding, ClosingKind, CommitmentView};
use servanda_projector::{At, Over, ReadModel, Reader};

/// Reads a story as of a date, with all that it knows.
fn read<T>(story: &Story, as_of: &str, ask: impl FnOnce(&Reader<'_>) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let log = Log::memory(parsed("test"), Clock::fixed(parsed("2026-01-01T00:00:00Z")), Ids::stepping());
    runtime.block_on(log.append_exact(story.entries().to_vec())).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (model, _) = ReadModel::open(dir.path(), &log, |_| {}).unwrap();
    model.at(At { as_of: parsed(as_of), known_at: Position::MAX }, |reader| Ok(ask(reader))).unwrap()
}

fn view(story: &Story, id: &str, as_of: &str) -> CommitmentView {
    read(story, as_of, |reader| reader.commitment(&parsed(id)).unwrap().unwrap())
}

fn package(story: &Story, as_of: &str) -> Rollup {
    read(story, as_of, |reader| reader.rollup(&Over::Package(parsed("visit"))).unwrap().unwrap())
}

/// A figure of `branch`, as text.
fn figure(story: &Story, as_of: &str, of: impl Fn(&CommitmentProgress) -> Figure) -> String {
    read(story, as_of, |reader| {
        let progress = reader.commitment_progress(&parsed("branch")).unwrap().unwrap();
        of(&progress).value.map_or_else(|| "null".to_owned(), |value| value.to_string())
    })
}

fn euros(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn promised(id: &str, amount: &str) -> Value {
    let known = json!({ "amount": euros(amount), "value_status": "known" });
    but(with(commitment(id), known), json!({ "occurred_on": "2024-11-05" }))
}

#[test]
fn a_missed_milestone_is_not_achieved_is_judged_and_is_no_longer_overdue() {
    let story = visit()
        .given(milestone("branch", "road", "2025-01"))
        .given(milestone("branch", "bridge", "2025-01"))
        .given(achieve("branch", "bridge", "2025-01-15", "fra"))
        .given(miss("branch", "road", "2025-02-10"));
    let states =
        |as_of| view(&story, "branch", as_of).milestones.iter().map(|milestone| milestone.state).collect::<Vec<_>>();
    assert_eq!(states("2025-02-09"), [MilestoneState::Overdue, MilestoneState::AchievedOnTime]);
    assert_eq!(states("2025-02-10"), [MilestoneState::Missed, MilestoneState::AchievedOnTime]);
    assert_eq!(figure(&story, "2025-02-10", |p| p.completion.clone()), "0.5");
    assert_eq!(figure(&story, "2025-02-10", |p| p.on_time_rate.clone()), "0.5");
    assert!(package(&story, "2025-02-10").overdue.is_empty());
    let taken_up = story.given(reopen("branch", "road")).given(rebaseline("branch", "road", 1, "2026"));
    let road = view(&taken_up, "branch", "2025-03-20").milestones.remove(0);
    assert_eq!((road.state, road.missed.is_none(), road.reopened.len()), (MilestoneState::Scheduled, true, 1));
    let dues: Vec<_> = road.baselines.iter().map(|b| b.due.as_ref().unwrap().text.to_string()).collect();
    assert_eq!(dues, ["2025-01", "2026"]);
}

#[test]
fn a_rejected_claim_is_no_achievement_and_a_settled_dispute_is_none() {
    let disputed = visit()
        .given(milestone("branch", "road", "2025"))
        .given(achieve("branch", "road", "2025-03-01", "fra"))
        .given(dispute("branch", "c2.1", "kaz"));
    assert_eq!(figure(&disputed, "2025-03-20", |p| p.completion.clone()), "1");
    assert_eq!(figure(&disputed, "2025-03-20", |p| p.disputed_share.clone()), "1");
    let upheld = disputed.clone().given(resolve("branch", "c2.1", "upheld", "fra"));
    assert_eq!(figure(&upheld, "2025-03-20", |p| p.completion.clone()), "0");
    assert_eq!(figure(&upheld, "2025-03-20", |p| p.verified_share.clone()), "null", "nothing is achieved");
    let road = view(&upheld, "branch", "2025-03-20").milestones.remove(0);
    assert_eq!((road.achieved.is_none(), road.rejected[0].claim.standing), (true, ClaimStanding::Rejected));
    let withdrawn = disputed.given(resolve("branch", "c2.1", "withdrawn", "kaz"));
    assert_eq!(figure(&withdrawn, "2025-03-20", |p| p.disputed_share.clone()), "0");
}

#[test]
fn the_verified_share_counts_what_was_confirmed_or_checked_and_is_not_disputed() {
    let claim = |story: Story, id: &str| {
        story
            .given(milestone("branch", id, "2025"))
            .given(but(achieve("branch", id, "2025-03-01", "fra"), json!({ "command_id": id })))
    };
    let story = ["a", "b", "c", "d"].into_iter().fold(visit(), claim);
    let story = story
        .given(confirm("branch", "a.1", "kaz"))
        .given(verify("branch", "b.1", "un"))
        .given(verify("branch", "c.1", "un"))
        .given(dispute("branch", "c.1", "kaz"));
    assert_eq!(figure(&story, "2025-03-20", |p| p.verified_share.clone()), "0.5");
    let over = package(&story, "2025-03-20");
    assert_eq!(over.verified_share.value.unwrap().to_string(), "0.5");
    let standings: Vec<_> = view(&story, "branch", "2025-03-20")
        .milestones
        .into_iter()
        .map(|milestone| milestone.achieved.unwrap().claim.standing)
        .collect();
    use ClaimStanding as S;
    assert_eq!(standings, [S::Confirmed, S::Verified, S::Disputed, S::Claimed]);
}

#[test]
fn a_prospect_counts_from_its_promotion_on_with_the_amounts_in_force_at_the_date() {
    let named = with(prospect("centre"), json!({ "package_id": "visit" }));
    let promise = json!({ "promise": { "amount": euros("100"), "value_status": "known" } });
    let story = visit()
        .given(but(named, json!({ "occurred_on": "2024-11-05" })))
        .given(but(with(promote("centre"), promise), json!({ "occurred_on": "2025-01-10" })))
        .given(milestone("centre", "open", "2025"))
        .given(but(
            amend("centre", "a1", "amount", euros("100"), euros("150")),
            json!({ "occurred_on": "2025-02-10" }),
        ));
    let counts = |as_of| {
        let counts = package(&story, as_of).counts;
        (counts.identified, counts.prospects)
    };
    assert_eq!(counts("2025-01-09"), (1, 1));
    assert_eq!(counts("2025-01-10"), (2, 0));
    let weight = |as_of| {
        let figure = package(&story, as_of).completion_by_amount.remove(0).completion;
        (figure.inputs.get("denominator").unwrap().to_string(), figure.entries.len())
    };
    assert_eq!(weight("2025-02-09"), ("100".to_owned(), 4), "package, prospect, promotion, milestone");
    assert_eq!(weight("2025-02-10"), ("150".to_owned(), 5), "the amendment is one of the entries behind it");
    let after = view(&story, "centre", "2025-03-01");
    assert!(after.prospect.is_some() && after.promoted_by.is_some());
    assert_eq!(after.first_promise.unwrap().amount.unwrap().to_string(), "100 EUR");
    assert_eq!(after.amendments.len(), 1);
}

#[test]
fn what_was_split_or_went_into_another_does_not_count_beside_it() {
    let story = visit()
        .given(promised("school", "100"))
        .given(promised("north", "40"))
        .given(with(promised("south", "60"), json!({ "umbrella_of": "school" })))
        .given(promised("east", "30"))
        .given(promised("west", "70"))
        .given(promised("lab", "100"));
    let declared = json!({ "command": "RecordDeclaredTotal", "data": {
        "package_id": "visit", "declared_id": "value", "measure": "amount", "value": "1000", "currency": "EUR",
        "qualifier": "exact", "scope": "all", "statement": { "en": "1000 euros" },
    } });
    let story = story.given(but(declared, json!({ "occurred_on": "2024-11-05" })));
    let sums = |story: &Story, as_of| {
        let over = package(story, as_of);
        (over.counts.identified, over.coverage.unwrap().amounts[0].identified.clone())
    };
    assert_eq!(sums(&story, "2025-03-20"), (7, "340".to_owned()), "before");
    let divided = story
        .given(split("school", &[("north", euros("40")), ("south", euros("60"))]))
        .given(merge("lab", &[("east", euros("30")), ("west", euros("70"))]));
    assert_eq!(sums(&divided, "2025-03-19"), (7, "340".to_owned()), "the day before");
    assert_eq!(sums(&divided, "2025-03-20"), (4, "200".to_owned()));
    let school = view(&divided, "school", "2025-03-20");
    assert!(matches!(school.closed.unwrap().how, ClosingKind::Split { into, .. } if into.len() == 2));
    assert_eq!(view(&divided, "lab", "2025-03-20").merged[0].merge.from.len(), 2);
}

#[test]
fn money_is_held_against_what_is_owed_after_all_adjustments() {
    let story = visit()
        .given(commit_funds("branch", "grant", "100", "EUR"))
        .given(disburse("branch", "grant", "60", "EUR", "R1"))
        .given(but(adjust("branch", "grant", "20", "EUR"), json!({ "occurred_on": "2025-03-01" })));
    let share = |story: &Story, as_of| {
        read(story, as_of, |reader| {
            let progress = reader.commitment_progress(&parsed("branch")).unwrap().unwrap();
            let delivery = &progress.money.per_currency[0];
            let value = delivery.share.value.map(|value| value.to_string());
            (value, delivery.share.entries.len())
        })
    };
    let early =
        story.clone().given(but(commit_funds("branch", "loan", "1", "EUR"), json!({ "occurred_on": "2025-03-20" })));
    assert_eq!(share(&story, "2025-03-20"), (Some("0.5".to_owned()), 4));
    assert_eq!(share(&early, "2025-03-01").0, None, "the obligation itself is of a later day");
    let rejected = story.given(dispute("branch", "c2.1", "kaz")).given(resolve("branch", "c2.1", "upheld", "fra"));
    assert_eq!(share(&rejected, "2025-03-20").0, Some("0".to_owned()));
    let flow = view(&rejected, "branch", "2025-03-20").flows.remove(0);
    assert_eq!((flow.owed.unwrap().to_string(), flow.rejected.len()), ("120 EUR".to_owned(), 1));
}

#[test]
fn the_view_tells_how_a_commitment_stands_and_how_it_ended() {
    let story = visit()
        .given(milestone("branch", "road", "2025"))
        .given(report_progress("branch", "road", "4", "10"))
        .given(attach("branch", "photos", "https://example.org"))
        .given(suspend("branch"));
    let halted = view(&story, "branch", "2025-03-20");
    assert_eq!(halted.milestones[0].progress.as_ref().unwrap().quantity.to_string(), "4");
    assert_eq!((halted.documents.len(), halted.suspended.is_some(), halted.closed.is_none()), (1, true, true));
    let ended = view(&story.clone().given(give_up("branch")), "branch", "2025-03-20").closed.unwrap();
    assert!(matches!(ended.how, ClosingKind::Cancelled { mutual: false, .. }));
    let kept = story.given(fulfil("branch", "2025-03-19")).given(confirm("branch", "c5.1", "kaz"));
    let closed = view(&kept, "branch", "2025-03-20").closed.unwrap();
    assert_eq!(closed.closed_on.text.as_str(), "2025-03-19");
    let ClosingKind::Fulfilled { claim, .. } = closed.how else { panic!("{:?}", closed.how) };
    assert_eq!(claim.standing, ClaimStanding::Confirmed);
    assert!(view(&kept, "branch", "2025-03-18").closed.is_none());
}
