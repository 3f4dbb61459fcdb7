//! Patches of a correction, applied to a fact.
//!
//! Applying looks at nothing but the form, because what the log holds was allowed when it was recorded; whether a
//! correction is allowed is asked once, by [`checked`].

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalogue::Event;
use crate::dates::{FuzzyDate, LedgerDate, Precision};
use crate::entry::Patch;
use crate::ids::PartyId;
use crate::recorded::Fact;
use crate::refusal::Refusal;

/// The part of a fact that may be corrected, as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Correctable {
    occurred_on: FuzzyDate,
    effective_on: Option<LedgerDate>,
    reported_by: Option<PartyId>,
    data: Value,
}

fn correctable(fact: &Fact) -> Value {
    serde_json::to_value(Correctable {
        occurred_on: fact.occurred_on.clone(),
        effective_on: fact.effective_on,
        reported_by: fact.reported_by.clone(),
        data: serde_json::to_value(&fact.event).unwrap_or_default(),
    })
    .unwrap_or_default()
}

fn invalid(patch: &Patch, detail: &str) -> Refusal {
    Refusal::CorrectionInvalid { path: patch.path.clone(), detail: detail.to_owned() }
}

/// The fact as the patches say it should have read. Which correction says so is the caller's to add.
pub fn corrected(fact: &Fact, patches: &[Patch]) -> Result<Fact, Refusal> {
    let last = patches.last().ok_or(Refusal::NoPatch)?;
    let mut json = correctable(fact);
    for patch in patches {
        set(&mut json, patch)?;
    }
    let bad = |error: serde_json::Error| {
        invalid(last, &crate::field_error::FieldError::from_message(&error.to_string()).code)
    };
    let parts: Correctable = serde_json::from_value(json).map_err(bad)?;
    let event = Event::from_json(fact.event.type_name(), &parts.data.to_string()).map_err(bad)?;
    let occurred_on = event.own_date().unwrap_or(parts.occurred_on);
    Ok(Fact { occurred_on, effective_on: parts.effective_on, reported_by: parts.reported_by, event, ..fact.clone() })
}

/// The corrected fact, where the patches name what stands there, leave ids alone and change something.
pub(super) fn checked(fact: &Fact, patches: &[Patch]) -> Result<Fact, Refusal> {
    let mut json = correctable(fact);
    let about = identity(&fact.event, &json);
    for patch in patches {
        let found = json.pointer(patch.path.as_str()).cloned().unwrap_or_default();
        if !agrees(&found, &patch.old) {
            let found = found.get("text").cloned().unwrap_or(found);
            return Err(Refusal::OldValueDiffers { path: patch.path.clone(), found: found.to_string() });
        }
        set(&mut json, patch)?;
        if identity(&fact.event, &json) != about {
            return Err(Refusal::IdentityNotCorrectable { path: patch.path.clone() });
        }
    }
    let corrected = corrected(fact, patches)?;
    if let Some(last) = patches.last()
        && crate::strict::list_for_object(&json, &correctable(&corrected)).is_some()
    {
        return Err(invalid(last, "object_expected"));
    }
    let mut dates = corrected.event.fuzzy_dates();
    dates.push(&corrected.occurred_on);
    if let Some(last) = patches.last()
        && dates.iter().any(|date| date.precision == Precision::Unresolved)
    {
        return Err(invalid(last, "relative_date_without_anchor"));
    }
    if corrected == *fact {
        return Err(Refusal::NothingCorrected);
    }
    Ok(corrected)
}

/// Whether what stands there is what the corrector says stands there. A fuzzy date may be named by its words alone.
pub(crate) fn agrees(found: &Value, old: &Value) -> bool {
    found == old || (old.is_string() && found.get("text") == Some(old))
}

/// Which thing the fact is about; another thing needs another fact.
fn identity(event: &Event, json: &Value) -> Vec<Option<Value>> {
    let mut paths = vec![format!("/data/{}", event.id_field())];
    match event {
        Event::DeclaredTotalRecorded(_) => paths.push("/data/declared_id".to_owned()),
        Event::DeclaredTotalSuperseded(_) => {
            paths.extend(["/data/declared_id", "/data/by_declared_id"].map(str::to_owned));
        }
        Event::DeclaredTotalReconciled(_) => paths.push("/data/declared_id".to_owned()),
        Event::AgreementSigned(_) | Event::ConsentToBeBoundExpressed(_) | Event::WithdrawalNotified(_) => {
            paths.push("/data/party_id".to_owned());
        }
        Event::AgreementLinkedToPackage(_) | Event::AgreementUnlinkedFromPackage(_) => {
            paths.push("/data/package_id".to_owned());
        }
        Event::ReservationMade(_) | Event::ReservationObjected(_) | Event::ReservationWithdrawn(_) => {
            paths.extend(["/data/reservation_id", "/data/party_id"].map(str::to_owned));
        }
        Event::AgreementEnteredIntoForce(_) => paths.push("/data/scope".to_owned()),
        Event::AgreementAmended(_) => paths.push("/data/amendment_id".to_owned()),
        Event::AgreementTextCorrectionProposed(_) | Event::AgreementTextCorrectionAdopted(_) => {
            paths.push("/data/correction_id".to_owned());
        }
        Event::AgreementTextCorrectionObjected(_) => {
            paths.extend(["/data/correction_id", "/data/by_party", "/reported_by"].map(str::to_owned));
        }
        Event::MilestonePlanned(_)
        | Event::MilestoneAchieved(_)
        | Event::MilestoneCancelled(_)
        | Event::MilestoneProgressReported(_)
        | Event::MilestoneMissed(_)
        | Event::MilestoneReopened(_) => {
            paths.push("/data/milestone_id".to_owned());
        }
        Event::MilestoneRebaselined(_) => {
            paths.extend(["/data/milestone_id".to_owned(), "/data/baseline_no".to_owned()]);
        }
        Event::FundsCommitted(_)
        | Event::FundsDisbursed(_)
        | Event::FundsReturned(_)
        | Event::FundsCommitmentAdjusted(_) => {
            paths.push("/data/flow_id".to_owned());
        }
        Event::ClaimConfirmed(_) | Event::ClaimDisputed(_) => {
            paths.extend(["/data/claim_event_id", "/data/by_party", "/reported_by"].map(str::to_owned));
        }
        Event::ClaimVerified(_) => {
            paths.extend(["/data/claim_event_id", "/data/verifier"].map(str::to_owned));
        }
        // How a dispute ended, and into what a promise went, is not patched: other rules looked at the whole of it.
        Event::DisputeResolved(_) => {
            paths.extend(["/data/claim_event_id", "/data/outcome", "/data/by"].map(str::to_owned));
        }
        Event::CommitmentPromoted(_) => paths.push("/data/promise/commitment_id".to_owned()),
        Event::CommitmentAmended(_) => {
            paths.extend(["/data/amendment_id", "/data/field"].map(str::to_owned));
        }
        Event::ConditionAdded(_) | Event::ConditionSatisfied(_) | Event::ConditionWaived(_) => {
            paths.push("/data/condition_id".to_owned());
        }
        Event::DisbursementScheduled(_) => {
            paths.extend(["/data/flow_id", "/data/schedule_id"].map(str::to_owned));
        }
        Event::EvidenceAttached(_) => {
            paths.extend(["/data/evidence_id", "/data/target_event_id"].map(str::to_owned));
        }
        Event::EvidenceUnavailable(_) => paths.push("/data/evidence_id".to_owned()),
        Event::AssessmentRecorded(_) => {
            paths.extend(["/data/assessment_id", "/data/milestone_id"].map(str::to_owned));
        }
        Event::SourceStatusAsserted(_) => paths.push("/data/milestone_id".to_owned()),
        Event::PartyRegistered(_)
        | Event::PackageAnnounced(_)
        | Event::AgreementRegistered(_)
        | Event::PartiesMerged(_)
        | Event::EntryIntoForceRuleSet(_)
        | Event::ProvisionalApplicationStarted(_)
        | Event::ProvisionalApplicationEnded(_)
        | Event::TreatyRegistrationRecorded(_)
        | Event::AgreementSuspended(_)
        | Event::AgreementResumed(_)
        | Event::AgreementTerminated(_)
        | Event::AgreementExpired(_)
        | Event::AgreementSuperseded(_)
        | Event::ProspectNoted(_)
        | Event::CommitmentMade(_)
        | Event::CommitmentSplit(_)
        | Event::CommitmentsMerged(_)
        | Event::CommitmentSuspended(_)
        | Event::CommitmentResumed(_)
        | Event::CommitmentCancelled(_)
        | Event::CommitmentFulfilled(_)
        | Event::IndicatorDefined(_)
        | Event::IndicatorObserved(_)
        | Event::ExchangeRateRecorded(_)
        | Event::LogKeyRotated(_)
        | Event::EntryCorrected(_)
        | Event::EntryRetracted(_) => {}
    }
    paths.iter().map(|path| json.pointer(path).cloned()).collect()
}

/// Sets the value at a JSON Pointer; `null` takes a field away. A new field may be added to an object that is there.
fn set(json: &mut Value, patch: &Patch) -> Result<(), Refusal> {
    let missing = || invalid(patch, "no_such_field");
    let (parent, name) = patch.path.as_str().rsplit_once('/').ok_or_else(missing)?;
    let name = name.replace("~1", "/").replace("~0", "~");
    match json.pointer_mut(parent) {
        Some(Value::Object(fields)) if patch.new.is_null() => {
            fields.remove(&name);
        }
        Some(Value::Object(fields)) => {
            fields.insert(name, patch.new.clone());
        }
        Some(Value::Array(items)) => {
            let item = name.parse().ok().and_then(|index: usize| items.get_mut(index)).ok_or_else(missing)?;
            *item = patch.new.clone();
        }
        _ => return Err(missing()),
    }
    Ok(())
}
