//! Commands of the later life of parties, packages and agreements, with the least that each needs.

use serde_json::{Value, json};

fn of(command: &str, agreement: &str, data: Value) -> Value {
    super::with(json!({ "command": command, "data": { "agreement_id": agreement } }), data)
}

/// Two registered parties turn out to be one.
pub fn merge(survivor: &str, merged: &[&str]) -> Value {
    let data = json!({ "survivor": survivor, "merged": merged, "reason": "the same body" });
    json!({ "command": "MergeParties", "data": data })
}

/// A declared total takes the place of another.
pub fn supersede_total(package: &str, declared: &str, by: &str) -> Value {
    json!({ "command": "SupersedeDeclaredTotal", "data": {
        "package_id": package, "declared_id": declared, "by_declared_id": by, "reason": "counted anew",
    } })
}

/// `kaz` compares a declared total with what the ledger names.
pub fn reconcile(package: &str, declared: &str, identified: &str, remainder: &str) -> Value {
    json!({ "command": "ReconcileDeclaredTotal", "data": {
        "package_id": package, "declared_id": declared, "identified": identified, "remainder": remainder,
        "explanation": "the others were not published", "closed_by": "kaz",
    } })
}

/// An agreement is no longer one of a package.
pub fn unlink(agreement: &str, package: &str) -> Value {
    of("UnlinkAgreementFromPackage", agreement, json!({ "package_id": package, "reason": "signed elsewhere" }))
}

/// A party ratifies, its instrument deposited on a day.
pub fn consent(agreement: &str, party: &str, on: &str) -> Value {
    let data = json!({ "party_id": party, "consent_form": "ratification", "deposited_on": on });
    of("ExpressConsent", agreement, data)
}

/// A party makes a reservation.
pub fn reserve(agreement: &str, id: &str, party: &str) -> Value {
    let data = json!({ "reservation_id": id, "party_id": party, "text": { "en": "article 5 does not bind it" } });
    of("MakeReservation", agreement, data)
}

/// A party objects to a reservation.
pub fn object(agreement: &str, id: &str, party: &str) -> Value {
    let data = json!({ "reservation_id": id, "party_id": party, "text": { "en": "article 5 is the purpose" } });
    of("ObjectToReservation", agreement, data)
}

/// A party takes its reservation back.
pub fn withdraw_reservation(agreement: &str, id: &str, party: &str) -> Value {
    of("WithdrawReservation", agreement, json!({ "reservation_id": id, "party_id": party }))
}

/// The rule of entry into force is set.
pub fn rule(agreement: &str, rule: Value) -> Value {
    of("SetEntryIntoForceRule", agreement, Value::from_iter([("rule", rule)]))
}

/// All parties apply an agreement provisionally.
pub fn provisional(agreement: &str, on: &str) -> Value {
    of("StartProvisionalApplication", agreement, json!({ "effective_on": on }))
}

/// Nobody applies an agreement provisionally any more.
pub fn end_provisional(agreement: &str, on: &str) -> Value {
    of("EndProvisionalApplication", agreement, json!({ "effective_on": on }))
}

/// An agreement enters into force as such.
pub fn in_force(agreement: &str, on: &str) -> Value {
    of("EnterIntoForce", agreement, json!({ "scope": "all", "effective_on": on, "computed_by_rule": false }))
}

/// The treaty series of the United Nations takes an agreement in.
pub fn registered(agreement: &str, number: &str, on: &str) -> Value {
    of("RecordTreatyRegistration", agreement, json!({ "register": "UNTS", "number": number, "registered_on": on }))
}

/// Both parties extend an agreement by protocol.
pub fn amend(agreement: &str, id: &str, on: &str) -> Value {
    of(
        "AmendAgreement",
        agreement,
        json!({
            "amendment_id": id, "kind": "protocol", "modification_type": "duration", "old": "five years",
            "new": "ten years", "rationale": "works took longer", "signed_by": ["kaz", "fra"], "effective_on": on,
        }),
    )
}

/// A correction of the text is proposed, with a last day to object.
pub fn propose(agreement: &str, id: &str, deadline: &str) -> Value {
    of(
        "ProposeTextCorrection",
        agreement,
        json!({
            "correction_id": id, "error": "artcle 5", "proposal": "article 5", "objection_deadline": deadline,
        }),
    )
}

/// A party objects to a correction of the text.
pub fn object_to_text(agreement: &str, id: &str, party: &str) -> Value {
    let data = json!({ "correction_id": id, "by_party": party, "reason": "it changes the meaning" });
    of("ObjectToTextCorrection", agreement, data)
}

/// A correction of the text is adopted.
pub fn adopt(agreement: &str, id: &str, on: &str) -> Value {
    of("AdoptTextCorrection", agreement, json!({ "correction_id": id, "adopted_on": on }))
}

/// `fra` suspends an agreement.
pub fn suspend(agreement: &str, on: &str) -> Value {
    of("SuspendAgreement", agreement, json!({ "reason": "a dispute", "by": ["fra"], "effective_on": on }))
}

/// Both parties resume an agreement.
pub fn resume(agreement: &str, on: &str) -> Value {
    of("ResumeAgreement", agreement, json!({ "reason": "settled", "by": ["kaz", "fra"], "effective_on": on }))
}

/// A party gives notice that it leaves.
pub fn withdraw(agreement: &str, party: &str, notified_on: &str, effective_on: &str) -> Value {
    let data = json!({ "party_id": party, "notified_on": notified_on, "effective_on": effective_on });
    of("NotifyWithdrawal", agreement, data)
}

/// Both parties end an agreement.
pub fn terminate(agreement: &str, on: &str) -> Value {
    of("TerminateAgreement", agreement, json!({ "reason": "done", "by": ["kaz", "fra"], "effective_on": on }))
}

/// The time of an agreement is over.
pub fn expire(agreement: &str, on: &str) -> Value {
    of("ExpireAgreement", agreement, json!({ "reason": "ten years are over", "effective_on": on }))
}

/// Another agreement takes the place of one.
pub fn supersede(agreement: &str, successor: &str, on: &str) -> Value {
    let data = json!({ "successor": successor, "reason": "a new text", "effective_on": on });
    of("SupersedeAgreement", agreement, data)
}
