//! Rules of documents, of what sources say, and of opinions.

use serde_json::{Value, json};

use crate::commitment::{Scale, State};
use crate::testing::scene::{
    achieve, assess, attach, but, correct, milestone, prospect, retract, source_status, suspend, unavailable, visit,
    with,
};
use crate::testing::{Story, parsed};

const URL: &str = "https://example.org/photos";

fn story() -> Story {
    visit().given(prospect("centre")).given(attach("branch", "photos", URL))
}

#[test]
fn a_document_is_attached_once_and_its_like_elsewhere_is_flagged() {
    let bad_hash = with(attach("branch", "plan", URL), json!({ "evidence": { "sha256": "12" } }));
    let target = |id: &str| with(attach("branch", "plan", URL), json!({ "target_event_id": id }));
    let unhashed = with(attach("branch", "plan", "https://example.net"), json!({ "evidence": { "sha256": null } }));
    story().answers([
        ("again", attach("branch", "photos", URL), "nothing"),
        ("its id for another", attach("branch", "photos", "https://example.net"), "refused: evidence_id_taken"),
        (
            "the same elsewhere",
            attach("branch", "plan", "https://example.net"),
            "EvidenceAttached [same_hash_other_url]",
        ),
        ("the same at the same place", attach("branch", "plan", URL), "EvidenceAttached"),
        ("without a hash", unhashed, "EvidenceAttached"),
        ("a bad hash", bad_hash, "invalid: malformed_hash at /data/evidence/sha256"),
        ("to an entry", target("branch.1"), "EvidenceAttached"),
        ("to no entry", target("c9.1"), "refused: entry_unknown"),
        ("to a prospect", attach("centre", "plan", URL), "EvidenceAttached"),
        ("to nothing", attach("school", "plan", URL), "refused: commitment_unknown"),
    ]);
}

#[test]
fn the_like_of_a_document_that_came_with_a_claim_is_flagged_too() {
    let evidence = json!([{ "title": "photographs", "url": URL, "sha256": "0e".repeat(32) }]);
    let claimed = visit()
        .given(milestone("branch", "open", "2025"))
        .given(but(achieve("branch", "open", "2025-03-01", "fra"), json!({ "evidence": evidence })));
    claimed.answers([(
        "elsewhere",
        attach("branch", "photos", "https://example.net"),
        "EvidenceAttached [same_hash_other_url]",
    )]);
    let attached = claimed.given(with(attach("branch", "photos", URL), json!({ "target_event_id": "c2.1" })));
    attached.answers([(
        "the claim alone is retracted",
        retract("commitment-branch", "c2.1", &[]),
        "refused: dependants_remain",
    )]);
    attached.given(retract("commitment-branch", "c2.1", &["c3.1"])).answers([(
        "a document for what was retracted",
        with(attach("branch", "other", URL), json!({ "target_event_id": "c2.1" })),
        "refused: already_retracted",
    )]);
}

#[test]
fn a_document_that_is_gone_is_reported_and_never_removed() {
    story().answers([
        ("as it is", unavailable("branch", "photos", "2025-03-20"), "EvidenceUnavailable"),
        ("tomorrow", unavailable("branch", "photos", "2025-03-21"), "refused: date_in_future at /data/checked_at"),
        ("an unknown one", unavailable("branch", "plan", "2025-03-20"), "refused: evidence_unknown"),
    ]);
    story().given(unavailable("branch", "photos", "2025-03-20")).answers([
        ("again", unavailable("branch", "photos", "2025-03-20"), "nothing"),
        ("looked for once more", unavailable("branch", "photos", "2025-03-19"), "EvidenceUnavailable"),
        ("the document alone is retracted", retract("commitment-branch", "c2.1", &[]), "refused: dependants_remain"),
    ]);
}

#[test]
fn what_a_source_says_is_kept_and_flagged_where_the_facts_say_otherwise() {
    let says = |status| source_status("branch", "register", status);
    story().answers([
        ("under way", says("implementation"), "SourceStatusAsserted"),
        ("done", says("completed"), "SourceStatusAsserted [status_disagrees]"),
        ("a prospect", source_status("centre", "register", "pipeline"), "SourceStatusAsserted"),
        ("nothing", source_status("school", "register", "pipeline"), "refused: commitment_unknown"),
        ("no such status", says("paused"), "invalid: unknown_value at /data/mapped_status"),
    ]);
    let done = story().given(milestone("branch", "open", "2025")).given(achieve("branch", "open", "2025-03-01", "fra"));
    done.answers([("all milestones achieved", says("completed"), "SourceStatusAsserted")]);
    story().given(suspend("branch")).answers([("halted", says("suspended"), "SourceStatusAsserted")]);
    let said = story().given(says("implementation"));
    said.answers([
        ("again", says("implementation"), "nothing"),
        ("another source", source_status("branch", "iati", "implementation"), "SourceStatusAsserted"),
    ]);
    said.given(says("completed")).answers([(
        "as before, after another",
        says("implementation"),
        "SourceStatusAsserted",
    )]);
}

#[test]
fn what_a_source_and_an_assessor_say_may_be_about_a_milestone() {
    let of = |milestone: &str, command: Value| with(command, json!({ "milestone_id": milestone }));
    let says = |status| of("open", source_status("branch", "register", status));
    let planned = story().given(milestone("branch", "open", "2025"));
    planned.answers([
        ("nobody knows yet", says("implementation"), "SourceStatusAsserted"),
        ("done", says("completed"), "SourceStatusAsserted"),
        ("of another", of("close", source_status("branch", "register", "completed")), "refused: milestone_unknown"),
        ("an opinion", of("open", assess("branch", "a", "ogp", "limited")), "AssessmentRecorded"),
        ("an opinion of another", of("close", assess("branch", "a", "ogp", "limited")), "refused: milestone_unknown"),
    ]);
    let done = planned.clone().given(achieve("branch", "open", "2025-03-01", "fra"));
    done.answers([
        ("done", says("completed"), "SourceStatusAsserted"),
        ("under way", says("implementation"), "SourceStatusAsserted [status_disagrees]"),
    ]);
    let said = planned.given(says("completed")).given(of("open", assess("branch", "a", "ogp", "limited")));
    said.answers([
        ("again", says("completed"), "nothing"),
        ("of the whole", source_status("branch", "register", "implementation"), "SourceStatusAsserted"),
        ("the opinion again", of("open", assess("branch", "a", "ogp", "limited")), "nothing"),
        ("its id for the whole", assess("branch", "a", "ogp", "limited"), "refused: assessment_id_taken"),
        ("the milestone alone is retracted", retract("commitment-branch", "c3.1", &[]), "refused: dependants_remain"),
        (
            "moved to another milestone",
            correct("commitment-branch", "c4.1", "/data/milestone_id", "open", "close"),
            "refused: identity_not_correctable",
        ),
    ]);
    let history = said.history(&parsed("commitment-branch"));
    let state = State::of(history.facts(), None);
    assert!(state.source_statuses().is_empty() && state.assessments().is_empty(), "the whole is not meant");
    let milestone = &state.milestones()[0];
    assert_eq!((milestone.source_statuses.len(), milestone.assessments.len()), (1, 1));
}

#[test]
fn an_opinion_is_on_its_scale_or_says_why_there_is_none() {
    let outside = "refused: value_outside_scale at /data/value";
    let reason = json!({ "not_assessed_reason": "no access" });
    story().answers([
        ("a word", assess("branch", "a", "ogp", "limited"), "AssessmentRecorded"),
        ("a number", assess("branch", "a", "ogp", "4"), "AssessmentRecorded"),
        ("that nothing can be seen", assess("branch", "a", "ogp", "no_evidence"), "AssessmentRecorded"),
        ("above", assess("branch", "a", "ogp", "5"), outside),
        ("a word of no scale", assess("branch", "a", "ogp", "great"), outside),
        ("a word of another scale", assess("branch", "a", "pam", "limited"), outside),
        ("minus one", assess("branch", "a", "g20", "-1"), "AssessmentRecorded"),
        ("below", assess("branch", "a", "g20", "-2"), outside),
        ("between", assess("branch", "a", "pam", "2.5"), outside),
        ("a share", assess("branch", "a", "percent", "99.5"), "AssessmentRecorded"),
        ("more than all", assess("branch", "a", "percent", "100.1"), outside),
        ("nothing", assess("branch", "a", "ogp", Value::Null), "refused: assessment_without_value at /data/value"),
        ("nothing for a reason", with(assess("branch", "a", "ogp", Value::Null), reason), "AssessmentRecorded"),
        ("a prospect", assess("centre", "a", "ogp", "limited"), "refused: still_a_prospect"),
    ]);
    story().given(assess("branch", "a", "ogp", "limited")).answers([
        ("again", assess("branch", "a", "ogp", "limited"), "nothing"),
        ("its id for another", assess("branch", "a", "ogp", "complete"), "refused: assessment_id_taken"),
        (
            "a correction off the scale",
            correct("commitment-branch", "c3.1", "/data/value", "limited", "great"),
            outside,
        ),
    ]);
    assert_eq!(Scale::Ogp.score("complete"), Scale::Ogp.score("4"));
}
