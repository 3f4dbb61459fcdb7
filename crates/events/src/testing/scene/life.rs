//! Commands about what happens to a commitment after it was made, with the least that each needs.

use serde_json::{Value, json};

fn on(command: &str, commitment: &str, data: Value) -> Value {
    super::with(json!({ "command": command, "data": { "commitment_id": commitment } }), data)
}

/// What was under consideration is promised, as [`super::commitment`] promises.
pub fn promote(commitment: &str) -> Value {
    let promise = super::commitment(commitment)["data"].clone();
    on("PromoteProspect", commitment, json!({ "basis": "signed today", "promise": promise }))
}

/// `kaz` and `fra` change a field of a promise.
pub fn amend(commitment: &str, id: &str, field: &str, old: impl Into<Value>, new: impl Into<Value>) -> Value {
    let (old, new) = (old.into(), new.into());
    on(
        "AmendCommitment",
        commitment,
        json!({ "amendment_id": id, "field": field, "old": old, "new": new,
        "rationale": "the parties agreed", "agreed_by": ["kaz", "fra"] }),
    )
}

/// A promise of weight 1 is divided into two halves, with the given amounts.
pub fn split(commitment: &str, parts: &[(&str, Value); 2]) -> Value {
    let part = |(id, amount): &(&str, Value)| {
        super::but(
            json!({ "commitment_id": id, "weight": "0.5", "statement": { "en": id } }),
            json!({ "amount": amount }),
        )
    };
    let into: Vec<Value> = parts.iter().map(part).collect();
    on("SplitCommitment", commitment, json!({ "into": into, "reason": "two sites" }))
}

/// Promises go into one of weight 1, with the given amounts and half of its weight each.
pub fn merge(commitment: &str, parts: &[(&str, Value); 2]) -> Value {
    let part = |(id, amount): &(&str, Value)| {
        super::but(json!({ "commitment_id": id, "weight": "0.5" }), json!({ "amount": amount }))
    };
    let from: Vec<Value> = parts.iter().map(part).collect();
    on("MergeCommitments", commitment, json!({ "from": from, "reason": "one site" }))
}

/// Work on a promise is halted.
pub fn suspend(commitment: &str) -> Value {
    on("SuspendCommitment", commitment, json!({ "reason": "no permit" }))
}

/// Work on a promise goes on.
pub fn resume(commitment: &str) -> Value {
    on("ResumeCommitment", commitment, json!({ "reason": "the permit came" }))
}

/// `fra` gives a promise up alone.
pub fn give_up(commitment: &str) -> Value {
    on("CancelCommitment", commitment, json!({ "by": ["fra"], "mutual": false, "reason": "no money" }))
}

/// `fra` claims, with evidence, that a promise is kept.
pub fn fulfil(commitment: &str, actual_end: &str) -> Value {
    let said = json!({ "reported_by": "fra", "evidence": [{ "title": "final report" }] });
    super::but(on("FulfilCommitment", commitment, json!({ "actual_end": actual_end })), said)
}

/// A condition comes to a promise.
pub fn add_condition(commitment: &str, id: &str) -> Value {
    on("AddCondition", commitment, json!({ "condition_id": id, "text": { "en": "a licence is given" } }))
}

/// A condition comes true through `kaz`.
pub fn satisfy(commitment: &str, id: &str, on_day: &str) -> Value {
    on("SatisfyCondition", commitment, json!({ "condition_id": id, "satisfied_on": on_day, "by": "kaz" }))
}

/// Parties do without a condition.
pub fn waive(commitment: &str, id: &str, by: &[&str]) -> Value {
    on("WaiveCondition", commitment, json!({ "condition_id": id, "by": by, "reason": "not needed" }))
}

/// How far a milestone has come, in kilometres.
pub fn report_progress(commitment: &str, milestone: &str, quantity: &str, of_total: &str) -> Value {
    on(
        "ReportMilestoneProgress",
        commitment,
        json!({ "milestone_id": milestone, "quantity": quantity,
        "of_total": of_total, "unit": "km", "method": "measured on the spot" }),
    )
}

/// `kaz` finds a milestone missed.
pub fn miss(commitment: &str, milestone: &str, determined_on: &str) -> Value {
    let data = json!({ "milestone_id": milestone, "determined_on": determined_on, "reason": "nothing was built" });
    super::but(on("MissMilestone", commitment, data), json!({ "reported_by": "kaz" }))
}

/// A milestone that was given up or missed is taken up again.
pub fn reopen(commitment: &str, milestone: &str) -> Value {
    on(
        "ReopenMilestone",
        commitment,
        json!({ "milestone_id": milestone, "reason": "a new builder", "mutual": true,
        "agreed_by": ["kaz", "fra"] }),
    )
}

/// An obligation to pay grows or shrinks.
pub fn adjust(commitment: &str, flow: &str, delta: &str, currency: &str) -> Value {
    on(
        "AdjustFunds",
        commitment,
        json!({ "flow_id": flow, "delta": { "amount": delta, "currency": currency },
        "reason": "prices rose" }),
    )
}

/// A payment is planned.
pub fn schedule(commitment: &str, flow: &str, id: &str, amount: &str, due: &str) -> Value {
    on(
        "ScheduleDisbursement",
        commitment,
        json!({ "flow_id": flow, "schedule_id": id,
        "amount": { "amount": amount, "currency": "EUR" }, "due": due }),
    )
}

/// A dispute over a claim ends, or is found not to.
pub fn resolve(commitment: &str, claim: &str, outcome: &str, by: &str) -> Value {
    on("ResolveDispute", commitment, json!({ "claim_event_id": claim, "outcome": outcome, "by": by }))
}

/// An outsider finds a claim true, on the spot.
pub fn verify(commitment: &str, claim: &str, verifier: &str) -> Value {
    on(
        "VerifyClaim",
        commitment,
        json!({ "claim_event_id": claim, "verifier": verifier, "method": "a visit",
        "level": "site_visit" }),
    )
}

/// A document is attached.
pub fn attach(commitment: &str, id: &str, url: &str) -> Value {
    let evidence = json!({ "title": "photographs", "url": url, "sha256": "0e".repeat(32) });
    on("AttachEvidence", commitment, json!({ "evidence_id": id, "evidence": evidence }))
}

/// A document could not be found any more.
pub fn unavailable(commitment: &str, id: &str, checked_at: &str) -> Value {
    on(
        "ReportEvidenceUnavailable",
        commitment,
        json!({ "evidence_id": id, "checked_at": checked_at,
        "reason": "404" }),
    )
}

/// Someone independent scores a commitment.
pub fn assess(commitment: &str, id: &str, scale: &str, value: impl Into<Value>) -> Value {
    let data = json!({ "assessment_id": id, "assessor": "Open Government Partnership", "scale": scale,
        "scale_version": "2023", "rationale": "interviews" });
    super::with(on("RecordAssessment", commitment, data), json!({ "value": value.into() }))
}

/// A source says how a commitment stands.
pub fn source_status(commitment: &str, source: &str, mapped: &str) -> Value {
    on(
        "AssertSourceStatus",
        commitment,
        json!({ "source": source, "source_status": mapped, "mapped_status": mapped,
        "crosswalk_version": "1" }),
    )
}
