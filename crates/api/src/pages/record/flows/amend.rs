//! The parties agreed to change what they had promised: a milestone moves, a promise or an agreement is amended. What
//! was promised first stays readable.

use serde_json::{Value, json};
use servanda_events::{Event, Fact};

use crate::pages::record::form::{Field, Kind, Shown, needed, optional};
use crate::pages::record::scene::Scene;
use crate::pages::record::wanted::{Complaint, Filling, Wanted};

const PROMISE: Shown = Shown::Amends("commitment");
const MILESTONE: Shown = Shown::Amends("milestone");
const AGREEMENT: Shown = Shown::Amends("agreement");

/// What is asked of each kind of amendment.
pub(super) const FIELDS: &[Field] = &[
    optional("moved_due", Kind::Date).shown(MILESTONE),
    optional("moved_weight", Kind::Decimal).shown(MILESTONE),
    needed("amended_field", Kind::Word("amended_field", AMENDED)).shown(PROMISE),
    optional("amended_amount", Kind::Money).shown(PROMISE),
    optional("amended_statement", Kind::Texts).shown(PROMISE),
    optional("amended_date", Kind::Date).shown(PROMISE),
    optional("amended_parties", Kind::Many("parties")).shown(PROMISE),
    needed("amendment_kind", Kind::Word("amendment_kind", &["protocol", "exchange_of_notes", "addendum"]))
        .shown(AGREEMENT),
    needed("modification_type", Kind::Word("modification_type", &["duration", "value", "scope", "parties"]))
        .shown(AGREEMENT),
    optional("read_before", Kind::Area).shown(AGREEMENT),
    needed("reads_now", Kind::Area).shown(AGREEMENT),
    needed("effective_from", Kind::Day).shown(AGREEMENT),
];

/// What of a promise can be amended.
const AMENDED: &[&str] = &["amount", "statement", "planned_start", "planned_end", "obligors", "beneficiaries"];

/// What kind of thing an event is amended as.
pub(super) fn amends(event: &Event) -> Option<&'static str> {
    match event {
        Event::MilestonePlanned(_) | Event::MilestoneRebaselined(_) => Some("milestone"),
        Event::CommitmentMade(_) | Event::CommitmentPromoted(_) | Event::CommitmentAmended(_) => Some("commitment"),
        Event::AgreementRegistered(_) | Event::AgreementAmended(_) => Some("agreement"),
        _ => None,
    }
}

pub(super) fn is_amendable(event: &Event) -> bool {
    amends(event).is_some()
}

/// Whether a kind of amendment is the one that a fact takes.
pub(crate) fn is_amended_as(fact: &Fact, kind: &str) -> bool {
    amends(&fact.event) == Some(kind)
}

/// The amendment.
pub(super) fn wanted(filling: &Filling<'_>, scene: &Scene, fact: &Fact) -> Result<Wanted, Complaint> {
    match &fact.event {
        Event::MilestonePlanned(plan) => milestone(filling, scene, plan.milestone_id.as_str()),
        Event::MilestoneRebaselined(moved) => milestone(filling, scene, moved.milestone_id.as_str()),
        Event::CommitmentMade(_) | Event::CommitmentPromoted(_) | Event::CommitmentAmended(_) => {
            promise(filling, scene)
        }
        Event::AgreementRegistered(_) | Event::AgreementAmended(_) => agreement(filling, scene),
        _ => Err(Complaint::new("not_amendable").at("why")),
    }
}

fn milestone(filling: &Filling<'_>, scene: &Scene, id: &str) -> Result<Wanted, Complaint> {
    let state = scene.commitment();
    let milestone = state.milestones().iter().find(|milestone| milestone.plan.milestone_id.as_str() == id);
    let milestone = milestone.ok_or_else(|| Complaint::new("entry_not_in_effect"))?;
    let mut wanted = Wanted::new("RebaselineMilestone");
    wanted.set("/data/commitment_id", scene.history.stream().key());
    wanted.set("/data/milestone_id", id);
    wanted.set("/data/baseline_no", milestone.baseline_no + 1);
    filling.put(&mut wanted, "/data/new_due", "moved_due")?;
    filling.put(&mut wanted, "/data/new_weight", "moved_weight")?;
    filling.put(&mut wanted, "/data/reason", "correction_reason")?;
    filling.put(&mut wanted, "/data/agreed_by", "agreed_by")?;
    if let Some(due) = filling.value("moved_due")? {
        wanted.changing("moved_due", milestone.due.map_or(Value::Null, |due| json!(due)), due);
    }
    if let Some(weight) = filling.value("moved_weight")? {
        wanted.changing("moved_weight", json!(milestone.weight), weight);
    }
    Ok(wanted)
}

fn promise(filling: &Filling<'_>, scene: &Scene) -> Result<Wanted, Complaint> {
    let state = scene.commitment();
    let promise = state.promise().ok_or_else(|| Complaint::new("entry_not_in_effect"))?.in_force();
    let field = filling.word("amended_field");
    let name = match field.as_str() {
        "amount" => "amended_amount",
        "statement" => "amended_statement",
        "planned_start" | "planned_end" => "amended_date",
        "obligors" | "beneficiaries" => "amended_parties",
        _ => return Err(Complaint::new("answer_missing").at("amended_field")),
    };
    let old = serde_json::to_value(promise).unwrap_or_default()[field.as_str()].clone();
    let new = filling.value(name)?.ok_or_else(|| Complaint::new("answer_missing").at(name))?;
    let mut wanted = Wanted::new("AmendCommitment");
    wanted.set("/data/commitment_id", scene.history.stream().key());
    wanted.set("/data/amendment_id", filling.new_id("amendment"));
    wanted.set("/data/field", field);
    wanted.because("/data/field", "amended_field");
    wanted.set("/data/old", old.clone());
    wanted.set("/data/new", new.clone());
    wanted.because("/data/new", name);
    filling.put(&mut wanted, "/data/rationale", "correction_reason")?;
    filling.put(&mut wanted, "/data/agreed_by", "agreed_by")?;
    wanted.changing(name, old, new);
    Ok(wanted)
}

fn agreement(filling: &Filling<'_>, scene: &Scene) -> Result<Wanted, Complaint> {
    let mut wanted = Wanted::new("AmendAgreement");
    wanted.set("/data/agreement_id", scene.history.stream().key());
    wanted.set("/data/amendment_id", filling.new_id("amendment"));
    for (name, field) in [
        ("kind", "amendment_kind"),
        ("modification_type", "modification_type"),
        ("old", "read_before"),
        ("new", "reads_now"),
        ("rationale", "correction_reason"),
        ("signed_by", "agreed_by"),
        ("effective_on", "effective_from"),
    ] {
        filling.put(&mut wanted, &format!("/data/{name}"), field)?;
    }
    let before = filling.value("read_before")?.unwrap_or_default();
    wanted.changing("reads_now", before, filling.value("reads_now")?.unwrap_or_default());
    Ok(wanted)
}
