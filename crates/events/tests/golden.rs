//! Frozen entries: one file per type of event and version, with the exact bytes of the log. They are never edited.
//!
//! A new type or version gets its file from a failing test, which prints the bytes to keep.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};
use servanda_events::testing::scene::treaty;
use servanda_events::testing::scene::{
    agreement, commit_funds, commitment, confirm, declared_count, dispute, give_back, indicator, link, observe,
    package, prospect, rate, rebaseline, retract, sign, state,
};
use servanda_events::testing::{Story, parsed, scene};
use servanda_events::{Draft, Event, decode};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/events")
}

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every version that any program ever wrote.
fn expected_names() -> BTreeSet<String> {
    Event::TYPES
        .iter()
        .flat_map(|(name, newest)| (1..=*newest).map(move |version| format!("{name}.v{version}.json")))
        .collect()
}

fn command(id: &str, command: Value, changes: Value) -> Value {
    scene::but(scene::but(command, changes), json!({ "command_id": id }))
}

/// What the parties of the visit say of each other, with every optional field in use somewhere.
fn parties_and_documents() -> Story {
    let evidence = json!([{
        "title": "Joint statement", "url": "https://example.org/statement", "sha256": "0f".repeat(32),
        "media_type": "text/html", "retrieved_on": "2024-11-06",
    }]);
    let body = json!({ "data": {
        "party_id": "kaz-science", "kind": "government_body", "names": { "en": "Ministry of Science", "kk": "Ғылым министрлігі" },
        "org_ids": [{ "scheme": "KZ-BIN", "id": "220940017372" }], "parent": "kaz",
    }, "evidence": evidence, "note": "from the register of legal persons" });
    let visit = json!({ "data": {
        "titles": { "en": "State visit to Paris", "fr": "Visite d’État à Paris" }, "occasion": { "en": "State visit" },
        "place": "Élysée Palace, Paris", "anchor_basis": "supplied by the recorder",
        "sectors": [{ "scheme": "source", "code": "aviation" }],
    } });
    let counted = json!({ "data": {
        "breakdown": [{ "class": "intergovernmental", "value": "1" }, { "class": "commercial", "value": "14" }],
        "scope": { "class": "commercial" }, "scope_ambiguous": true, "qualifier": "at_least",
    } });
    let treaty = json!({ "data": {
        "sectors": [{ "scheme": "dac", "code": "11420" }], "languages": ["kk", "fr"], "umbrella_of": "framework",
        "legal_effect_basis": "title",
    } });
    let signed = json!({ "occurred_on": "2024-11-05", "effective_on": "2024-11-01", "data": {
        "signatory": "Minister", "capacity": "full powers", "place": "Paris",
    } });
    Story::at("2024-11-06T09:00:00Z")
        .given(command("kaz", state("kaz", "KAZ"), json!({})))
        .given(command("fra", state("fra", "FRA"), json!({})))
        .given(command("PartyRegistered", state("kaz-science", "KAZ"), body))
        .given(command("PackageAnnounced", package("visit"), visit))
        .given(command("DeclaredTotalRecorded", declared_count("visit", "documents", "36"), counted))
        .given(command("AgreementRegistered", agreement("treaty"), treaty))
        .given(command("AgreementSigned", sign("treaty", "kaz"), signed))
        .given(command("AgreementLinkedToPackage", link("treaty", "visit"), json!({ "correlation_id": "opening" })))
}

fn told() -> Story {
    let prospect_changes = json!({ "data": { "package_id": "visit" } });
    let made = json!({ "occurred_on": "2024-11-05", "data": {
        "amount": { "amount": "1000000.50", "currency": "EUR" }, "value_status": "known", "planned_start": "2025-Q1",
        "planned_end": "this year", "conditions": [{ "condition_id": "licence", "text": { "en": "a licence is given" } }],
        "sectors": [{ "scheme": "source", "code": "education" }], "umbrella_of": "programme",
        "split_from": "plan",
    } });
    let planned = json!({ "data": {
        "due": { "text": "l’année prochaine", "anchor": "2024-11-05" }, "acceptance_test": { "en": "the first students enrol" },
        "planned_value": { "amount": "250000", "currency": "EUR" },
    } });
    let moved = json!({ "occurred_on": "2025-12-31", "data": { "new_weight": "2.5" } });
    let achieved = json!({ "data": { "deliverable": "the branch opened" } });
    let paid = json!({ "data": { "rate_id": "eur-usd" } });
    let back = json!({ "occurred_on": "2026-01-20", "data": { "of_event": "FundsDisbursed.1" } });
    let series = json!({ "data": { "parties": ["kaz", "fra"], "package_id": "visit" } });
    let seen = json!({ "data": { "period": "2024-01/2024-09~", "qualifier": "about", "value": "-4.20" } });
    let said = |field: &str| json!({ "demonstration": true, "data": { field: "seen on the spot" } });
    parties_and_documents()
        .then_at("2026-02-01T12:30:00.000250Z")
        .given(command("ProspectNoted", prospect("centre"), prospect_changes))
        .given(command("CommitmentMade", commitment("branch"), made))
        .given(command("MilestonePlanned", scene::milestone("branch", "open", "2025"), planned))
        .given(command("build", scene::milestone("branch", "build", "2025-06"), json!({})))
        .given(command("MilestoneRebaselined", rebaseline("branch", "open", 1, "2026-Q1"), moved))
        .given(command("MilestoneAchieved", scene::achieve("branch", "open", "2026-01", "fra"), achieved))
        .given(command("MilestoneCancelled", scene::cancel("branch", "build"), json!({ "causation_id": "build.1" })))
        .given(command("ExchangeRateRecorded", rate("eur-usd", "EUR", "USD", "1.0825"), json!({})))
        .given(command("FundsCommitted", commit_funds("branch", "grant", "250000", "EUR"), json!({})))
        .given(command("FundsDisbursed", scene::disburse("branch", "grant", "90000.05", "USD", "TR-1"), paid))
        .given(command("FundsReturned", give_back("branch", "grant", "10", "USD"), back))
        .given(command("ClaimConfirmed", confirm("branch", "MilestoneAchieved.1", "kaz"), said("remark")))
        .given(command("ClaimDisputed", dispute("branch", "FundsDisbursed.1", "kaz"), said("alternative")))
        .given(command("IndicatorDefined", indicator("turnover"), series))
        .given(command("IndicatorObserved", observe("turnover", "2024", "1"), seen))
        .given(command(
            "EntryCorrected",
            scene::correct("commitment-branch", "MilestoneAchieved.1", "/data/achieved_on", "2026-01", "2026-01-15"),
            json!({ "data": { "error_kind": "late_information" } }),
        ))
        .given(command("EntryRetracted", retract("commitment-branch", "MilestoneCancelled.1", &[]), json!({})))
}

/// The later life of a treaty, its package and its parties.
fn treaty_told() -> Story {
    let none = || json!({});
    let data = |data: Value| Value::from_iter([("data", data)]);
    let acceded = json!({ "instrument_date": "2024-12-01", "share_percent": "1.25", "consent_form": "accession" });
    let by_amendment = json!({ "by_amendment": "protocol-1", "days_after_deposit_for_later_parties": 30 });
    let threshold = json!({ "kind": "n_parties_and_share", "parties": 2, "share_percent": "55", "days_after": 30 });
    let fates = json!({ "fates": [
        { "commitment_id": "branch", "fate": { "moved_to": "treaty-2" } },
        { "commitment_id": "school", "fate": "continues" },
        { "commitment_id": "centre", "fate": "ended" },
    ] });
    let with_fates = data(fates);
    scene::visit()
        .given(command("abai", scene::company("abai", "1"), none()))
        .given(command("PartiesMerged", treaty::merge("kaz", &["abai"]), none()))
        .given(command("documents", declared_count("visit", "documents", "36"), none()))
        .given(command("corrected", declared_count("visit", "corrected", "35"), none()))
        .given(command("DeclaredTotalSuperseded", treaty::supersede_total("visit", "documents", "corrected"), none()))
        .given(command("DeclaredTotalReconciled", treaty::reconcile("visit", "corrected", "9", "26"), none()))
        .given(command("link", link("treaty", "visit"), none()))
        .given(command("AgreementUnlinkedFromPackage", treaty::unlink("treaty", "visit"), none()))
        .given(command(
            "ReservationMade",
            treaty::reserve("treaty", "article-5", "kaz"),
            data(json!({ "accepted": true })),
        ))
        .given(command("ReservationObjected", treaty::object("treaty", "article-5", "fra"), none()))
        .given(command("ReservationWithdrawn", treaty::withdraw_reservation("treaty", "article-5", "kaz"), none()))
        .given(command("ConsentToBeBoundExpressed", treaty::consent("treaty", "uzb", "2025-01-10"), data(acceded)))
        .given(command("AgreementAmended", treaty::amend("treaty", "protocol-1", "2025-02-01"), none()))
        .given(command("EntryIntoForceRuleSet", treaty::rule("treaty", threshold), data(by_amendment)))
        .given(command(
            "ProvisionalApplicationStarted",
            treaty::provisional("treaty", "2025-01-15"),
            data(json!({ "parties": ["kaz"] })),
        ))
        .given(command(
            "ProvisionalApplicationEnded",
            treaty::end_provisional("treaty", "2025-02-15"),
            data(json!({ "parties": ["kaz"] })),
        ))
        .given(command(
            "AgreementEnteredIntoForce",
            treaty::in_force("treaty", "2025-02-15"),
            data(json!({ "scope": { "for_party": "uzb" } })),
        ))
        .given(command("TreatyRegistrationRecorded", treaty::registered("treaty", "54113", "2025-02-16"), none()))
        .given(command("AgreementTextCorrectionProposed", treaty::propose("treaty", "slip", "2025-03-20"), none()))
        .given(command("AgreementTextCorrectionObjected", treaty::object_to_text("treaty", "slip", "fra"), none()))
        .given(command("other-slip", treaty::propose("treaty", "other-slip", "2025-03-10"), none()))
        .given(command("AgreementTextCorrectionAdopted", treaty::adopt("treaty", "other-slip", "2025-03-11"), none()))
        .given(command("AgreementSuspended", treaty::suspend("treaty", "2025-03-01"), none()))
        .given(command("AgreementResumed", treaty::resume("treaty", "2025-03-15"), none()))
        .given(command(
            "WithdrawalNotified",
            treaty::withdraw("treaty", "kaz", "2025-03-16", "2025-09-16"),
            data(json!({ "notice_days": 365 })),
        ))
        .given(command("AgreementTerminated", treaty::terminate("treaty", "2025-12-31"), with_fates.clone()))
        .given(command("loan", agreement("loan"), none()))
        .given(command("AgreementExpired", treaty::expire("loan", "2025-03-19"), with_fates.clone()))
        .given(command("plan", agreement("plan"), none()))
        .given(command("AgreementSuperseded", treaty::supersede("plan", "plan-2", "2025-03-19"), with_fates))
}

/// What happens to commitments after they were made, from the first consideration to the end.
fn lived(story: Story) -> Story {
    let eur = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let known = json!({ "data": { "amount": eur("100"), "value_status": "known" } });
    let on = |day: &str| json!({ "occurred_on": day });
    story
        .then_at("2026-03-01T08:00:00Z")
        .given(command(
            "CommitmentPromoted",
            scene::promote("centre"),
            json!({ "data": { "promise": {
            "planned_start": "2026-Q3", "planned_end": { "text": "next year", "anchor": "2026-03-01" },
        } } }),
        ))
        .given(command(
            "CommitmentAmended",
            scene::amend("branch", "a-1", "planned_end", "this year", "2027"),
            on("2026-02-15"),
        ))
        .given(command("school", scene::commitment("school"), known.clone()))
        .given(command(
            "CommitmentSplit",
            scene::split("school", &[("north", eur("40")), ("south", eur("60"))]),
            json!({}),
        ))
        .given(command("lab", scene::commitment("lab"), known))
        .given(command(
            "CommitmentsMerged",
            scene::merge("lab", &[("east", eur("30.5")), ("west", eur("69.5"))]),
            json!({}),
        ))
        .given(command("CommitmentSuspended", scene::suspend("lab"), json!({})))
        .given(command("CommitmentResumed", scene::resume("lab"), json!({})))
        .given(command("CommitmentCancelled", scene::give_up("lab"), json!({})))
}

/// What happens to a commitment that goes on.
fn carried_out(story: Story) -> Story {
    story
        .given(command("ConditionAdded", scene::add_condition("branch", "site"), json!({})))
        .given(command("ConditionSatisfied", scene::satisfy("branch", "site", "2026-02"), json!({})))
        .given(command("ConditionWaived", scene::waive("branch", "licence", &["kaz", "fra"]), json!({})))
        .given(command("road", scene::milestone("branch", "road", "2025-06"), json!({})))
        .given(command(
            "MilestoneProgressReported",
            scene::report_progress("branch", "road", "10.5", "10"),
            json!({ "occurred_on": "2026-02-20", "data": { "beyond_total": true } }),
        ))
        .given(command("MilestoneMissed", scene::miss("branch", "road", "2026-02-28"), json!({})))
        .given(command("MilestoneReopened", scene::reopen("branch", "road"), json!({})))
        .given(command("FundsCommitmentAdjusted", scene::adjust("branch", "grant", "-50000.25", "EUR"), json!({})))
        .given(command(
            "DisbursementScheduled",
            scene::schedule("branch", "grant", "s-1", "1000", "2026-Q4"),
            json!({}),
        ))
        .given(command(
            "DisputeResolved",
            scene::resolve("branch", "FundsDisbursed.1", "noted_unresolved", "kaz"),
            json!({ "data": { "remark": "both keep to their word" } }),
        ))
        .given(command("ClaimVerified", scene::verify("branch", "MilestoneAchieved.1", "auditor"), json!({})))
        .given(command(
            "EvidenceAttached",
            scene::attach("branch", "photos", "https://example.org/photos"),
            json!({ "data": {
                "target_event_id": "MilestoneAchieved.1", "archived_url": "https://example.org/kept", "lang": "fr",
            } }),
        ))
        .given(command("EvidenceUnavailable", scene::unavailable("branch", "photos", "2026-02-28"), json!({})))
        .given(command(
            "AssessmentRecorded",
            scene::assess("branch", "irm-1", "ogp", "limited"),
            json!({ "data": { "not_assessed_reason": "the second half was not looked at" } }),
        ))
        .given(command("SourceStatusAsserted", scene::source_status("branch", "register", "completed"), json!({})))
        .given(command(
            "CommitmentFulfilled",
            scene::fulfil("branch", "2026-02-28"),
            json!({ "data": {
            "final_value": { "amount": "900000", "currency": "EUR" }, "final_scope": "one branch", "differences": "smaller than promised",
        } }),
        ))
}

#[test]
fn every_type_and_version_has_one_frozen_entry_and_no_other_file_is_there() {
    let found: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let stories = [carried_out(lived(told())), treaty_told()];
    let mut missing = String::new();
    for name in expected_names().difference(&found) {
        let (kind, version) = name.trim_end_matches(".json").rsplit_once(".v").unwrap();
        let newest = Event::TYPES.iter().any(|(event, newest)| *event == kind && newest.to_string() == version);
        assert!(newest, "{name}: an old shape whose golden file is gone");
        let mut entries = stories.iter().flat_map(|story| story.recorded().iter().zip(story.entries()));
        let written = entries.find(|(told, _)| told.command_id == parsed(kind));
        let (_, bytes) = written.unwrap_or_else(|| panic!("{name}: add a command with the id {kind} to `told`"));
        missing.push_str(&format!(
            "\ntests/golden/events/{name} (no line feed at its end):\n{}",
            String::from_utf8_lossy(bytes)
        ));
    }
    assert!(missing.is_empty(), "write these files, once and for ever:{missing}");
    let unexpected: Vec<_> = found.difference(&expected_names()).cloned().collect();
    assert!(unexpected.is_empty(), "of no type and version: {unexpected:?}");
}

#[test]
fn every_frozen_entry_is_read_and_the_newest_are_written_the_same() {
    for name in expected_names() {
        let bytes = golden(&name);
        let recorded = decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let stored: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(name, format!("{}.v{}.json", recorded.fact.event.type_name(), stored["schema"]));
        assert_eq!(stored["type"], recorded.fact.event.type_name(), "{name}");
        let nonce = stored["nonce"].as_str().unwrap();
        let draft = Draft::new(recorded.clone(), &parsed(stored["ledger"].as_str().unwrap()), nonce).unwrap();
        let again = draft.bytes(recorded.fact.position, recorded.fact.recorded_at);
        if stored["schema"] == recorded.fact.event.schema() {
            assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&bytes), "{name}");
        } else {
            let lifted = decode(&again).unwrap();
            assert_eq!(lifted, recorded, "{name}: what an old shape means is the same in the newest");
        }
    }
}

#[test]
fn a_due_day_of_the_first_version_is_a_fuzzy_date_now() {
    let recorded = decode(&golden("MilestonePlanned.v1.json")).unwrap();
    let Event::MilestonePlanned(plan) = &recorded.fact.event else { panic!("{:?}", recorded.fact.event) };
    assert_eq!(plan.due, Some(parsed("2025-09-01")));
    assert_eq!(plan.titles.best("fr"), "Ouverture de la filiale");
}
