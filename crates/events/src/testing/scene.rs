//! Commands as JSON, with the least that each needs, and the scene on which most tests of rules play.

mod life;
pub mod treaty;

pub use life::*;

use serde_json::{Value, json};

use super::Story;

/// Two states, their package `visit` of 2024-11-05, the signed agreement `treaty` and the commitment `branch`, told by
/// commands that bear the ids of what they record. The clock stands at 2025-03-20T09:00:00Z.
pub fn visit() -> Story {
    let named = |id: &str, command: Value| but(command, json!({ "command_id": id }));
    let on_the_day = json!({ "occurred_on": "2024-11-05" });
    Story::at("2024-11-06T09:00:00Z")
        .given(named("kaz", state("kaz", "KAZ")))
        .given(named("fra", state("fra", "FRA")))
        .given(named("visit", package("visit")))
        .given(named("treaty", agreement("treaty")))
        .given(named("signed-kaz", but(sign("treaty", "kaz"), on_the_day.clone())))
        .given(named("signed-fra", but(sign("treaty", "fra"), on_the_day.clone())))
        .given(named("branch", but(commitment("branch"), on_the_day)))
        .then_at("2025-03-20T09:00:00Z")
}

/// `command` with the changes of a JSON Merge Patch (RFC 7396): `null` takes a field away.
pub fn but(mut command: Value, patch: Value) -> Value {
    fn merge(target: &mut Value, patch: Value) {
        match (target, patch) {
            (Value::Object(fields), Value::Object(changes)) => {
                for (name, change) in changes {
                    if change.is_null() {
                        fields.remove(&name);
                    } else {
                        merge(fields.entry(name).or_insert(Value::Null), change);
                    }
                }
            }
            (target, patch) => *target = patch,
        }
    }
    merge(&mut command, patch);
    command
}

/// `command` with changes of its data alone.
pub fn with(command: Value, data: Value) -> Value {
    but(command, Value::from_iter([("data", data)]))
}

/// A state is registered.
pub fn state(id: &str, country: &str) -> Value {
    let data = json!({ "party_id": id, "kind": "state", "names": { "en": id }, "country": country });
    json!({ "command": "RegisterParty", "data": data })
}

/// A company is registered, with the identifier that a register gave it.
pub fn company(id: &str, org_id: &str) -> Value {
    let org_ids = json!([{ "scheme": "KZ-BIN", "id": org_id }]);
    let data = json!({ "party_id": id, "kind": "company", "names": { "en": id }, "org_ids": org_ids });
    json!({ "command": "RegisterParty", "data": data })
}

/// The package of two states is announced, with 2024-11-05 as the day on which its words were spoken.
pub fn package(id: &str) -> Value {
    let texts = json!({ "en": id });
    json!({ "command": "AnnouncePackage", "data": {
        "package_id": id, "titles": texts, "occasion": texts, "parties": ["kaz", "fra"], "anchor_date": "2024-11-05",
    } })
}

/// A number of documents is declared for a package.
pub fn declared_count(package: &str, id: &str, value: &str) -> Value {
    json!({ "command": "RecordDeclaredTotal", "data": {
        "package_id": package, "declared_id": id, "measure": "count", "value": value, "qualifier": "exact",
        "scope": "all", "statement": { "en": format!("{value} documents") },
    } })
}

/// An agreement of two states is registered.
pub fn agreement(id: &str) -> Value {
    let party = |id: &str| json!({ "party_id": id, "role": "party" });
    json!({ "command": "RegisterAgreement", "data": {
        "agreement_id": id, "titles": { "en": id }, "instrument_kind": "agreement", "class": "intergovernmental",
        "legal_effect": "binding", "legal_effect_basis": "stated", "parties": [party("kaz"), party("fra")],
        "counts_toward_totals": true,
    } })
}

/// A party signs an agreement.
pub fn sign(agreement: &str, party: &str) -> Value {
    let data = json!({ "agreement_id": agreement, "party_id": party, "signature_kind": "definitive" });
    json!({ "command": "SignAgreement", "data": data })
}

/// An agreement is named as one of a package.
pub fn link(agreement: &str, package: &str) -> Value {
    json!({ "command": "LinkAgreementToPackage", "data": { "agreement_id": agreement, "package_id": package } })
}

/// Something is under consideration.
pub fn prospect(id: &str) -> Value {
    let data = json!({ "commitment_id": id, "statement": { "en": "a centre is considered" }, "parties": ["kaz"] });
    json!({ "command": "NoteProspect", "data": data })
}

/// `fra` promises something to `kaz` in the agreement `treaty` and the package `visit`.
pub fn commitment(id: &str) -> Value {
    json!({ "command": "MakeCommitment", "data": {
        "commitment_id": id, "agreement_id": "treaty", "package_id": "visit", "obligors": ["fra"],
        "beneficiaries": ["kaz"], "modality": "institution", "statement": { "en": "a branch will open" },
        "value_status": "unknown", "planned_end": "2026", "weight": "1", "verifiable": true,
        "counts_toward_totals": true,
    } })
}

/// A milestone of a commitment is planned.
pub fn milestone(commitment: &str, id: &str, due: &str) -> Value {
    json!({ "command": "PlanMilestone", "data": {
        "commitment_id": commitment, "milestone_id": id, "titles": { "en": id }, "milestone_type": "delivery",
        "due": due, "weight": "1",
    } })
}

/// A milestone gets another due date.
pub fn rebaseline(commitment: &str, milestone: &str, number: u32, due: &str) -> Value {
    json!({ "command": "RebaselineMilestone", "data": {
        "commitment_id": commitment, "milestone_id": milestone, "baseline_no": number, "new_due": due,
        "reason": "works took longer", "agreed_by": ["kaz", "fra"],
    } })
}

/// A party claims, with evidence, that a milestone was achieved.
pub fn achieve(commitment: &str, milestone: &str, on: &str, by: &str) -> Value {
    let data = json!({ "commitment_id": commitment, "milestone_id": milestone, "achieved_on": on });
    json!({ "command": "AchieveMilestone", "reported_by": by, "evidence": [{ "title": "protocol" }], "data": data })
}

/// A milestone is given up.
pub fn cancel(commitment: &str, milestone: &str) -> Value {
    json!({ "command": "CancelMilestone", "data": {
        "commitment_id": commitment, "milestone_id": milestone, "reason": "no longer needed", "mutual": true,
        "agreed_by": ["kaz", "fra"],
    } })
}

/// `fra` owes money to `kaz`.
pub fn commit_funds(commitment: &str, flow: &str, amount: &str, currency: &str) -> Value {
    json!({ "command": "CommitFunds", "data": {
        "commitment_id": commitment, "flow_id": flow, "amount": { "amount": amount, "currency": currency },
        "finance_type": "grant", "payer": "fra", "payee": "kaz",
    } })
}

/// `fra` claims, with evidence, to have paid `kaz` on 2025-02-01.
pub fn disburse(commitment: &str, flow: &str, amount: &str, currency: &str, reference: &str) -> Value {
    json!({ "command": "DisburseFunds", "reported_by": "fra", "evidence": [{ "title": "statement" }], "data": {
        "commitment_id": commitment, "flow_id": flow, "amount": { "amount": amount, "currency": currency },
        "value_date": "2025-02-01", "payer": "fra", "payee": "kaz", "reference": reference,
    } })
}

/// `kaz` claims, with evidence, to have sent money back.
pub fn give_back(commitment: &str, flow: &str, amount: &str, currency: &str) -> Value {
    json!({ "command": "ReturnFunds", "reported_by": "kaz", "evidence": [{ "title": "statement" }], "data": {
        "commitment_id": commitment, "flow_id": flow, "amount": { "amount": amount, "currency": currency },
        "reason": "unspent",
    } })
}

/// A party agrees with a claim.
pub fn confirm(commitment: &str, claim: &str, by: &str) -> Value {
    let data = json!({ "commitment_id": commitment, "claim_event_id": claim, "by_party": by });
    json!({ "command": "ConfirmClaim", "data": data })
}

/// A party disagrees with a claim.
pub fn dispute(commitment: &str, claim: &str, by: &str) -> Value {
    let data = json!({ "commitment_id": commitment, "claim_event_id": claim, "by_party": by, "grounds": "not so" });
    json!({ "command": "DisputeClaim", "data": data })
}

/// A series is defined.
pub fn indicator(id: &str) -> Value {
    json!({ "command": "DefineIndicator", "data": {
        "indicator_id": id, "titles": { "en": id }, "unit": "USD", "direction": "up", "aggregation_allowed": true,
    } })
}

/// A value of a series is observed.
pub fn observe(indicator: &str, period: &str, value: &str) -> Value {
    json!({ "command": "ObserveIndicator", "data": {
        "indicator_id": indicator, "period": period, "value": value, "qualifier": "exact", "source": "statistics",
    } })
}

/// A rate of 2025-01-31 is recorded.
pub fn rate(id: &str, base: &str, quote: &str, rate: &str) -> Value {
    json!({ "command": "RecordExchangeRate", "data": {
        "rate_id": id, "base": base, "quote": quote, "rate": rate, "rate_date": "2025-01-31", "source": "bank",
    } })
}

/// A value in an entry was wrong.
pub fn correct(stream: &str, target: &str, path: &str, old: impl Into<Value>, new: impl Into<Value>) -> Value {
    let patch = json!({ "path": path, "old": old.into(), "new": new.into() });
    json!({ "command": "CorrectEntry", "data": {
        "stream": stream, "target_event_id": target, "patches": [patch],
        "error_kind": "clerical", "reason": "a slip of the pen",
    } })
}

/// What an entry says never happened, and what stands on it goes with it.
pub fn retract(stream: &str, target: &str, dependants: &[&str]) -> Value {
    json!({ "command": "RetractEntry", "data": {
        "stream": stream, "target_event_id": target, "reason": "it never happened", "dependants": dependants,
    } })
}
