//! What a fact links to and says in words: the rows that make it findable.

use servanda_events::agreement::Sector;
use servanda_events::commitment::{AmendedField, CommitmentAmended, CommitmentMade};
use servanda_events::ids::PartyId;
use servanda_events::text::Texts;
use servanda_events::{Event, Fact};

fn parties<'a>(role: &'static str, parties: impl IntoIterator<Item = &'a PartyId>) -> Vec<String> {
    parties.into_iter().map(|party| format!("{role}/{party}")).collect()
}

fn sectors(sectors: &[Sector]) -> impl Iterator<Item = String> {
    sectors.iter().map(|sector| sector_link(sector.scheme.as_str(), sector.code.as_str()))
}

/// The link of everything that belongs to a sector.
pub(crate) fn sector_link(scheme: &str, code: &str) -> String {
    format!("sector/{scheme}/{code}")
}

/// The link of every promise, and of every party, that others went into.
pub(crate) const MERGES: &str = "merges";

fn promise(promise: &CommitmentMade) -> Vec<String> {
    let mut links = parties("obligor", &promise.obligors);
    links.extend(parties("party", promise.obligors.iter().chain(&promise.beneficiaries)));
    links.extend(promise.package_id.iter().map(|id| format!("package/{id}")));
    links.extend(promise.agreement_id.iter().map(|id| format!("agreement/{id}")));
    links.extend(sectors(&promise.sectors));
    links.sort_unstable();
    links.dedup();
    links
}

fn amended_parties(amended: &CommitmentAmended) -> Vec<String> {
    let new: Vec<PartyId> = serde_json::from_value(amended.new.clone()).unwrap_or_default();
    let mut links = match amended.field {
        AmendedField::Obligors => parties("obligor", &new),
        AmendedField::Beneficiaries => Vec::new(),
        _ => return Vec::new(),
    };
    links.extend(parties("party", &new));
    links.sort_unstable();
    links.dedup();
    links
}

/// The things that a fact's stream concerns because of that fact.
pub(crate) fn links(event: &Event) -> Vec<String> {
    match event {
        Event::PartyRegistered(e) => parties("parent", &e.parent),
        Event::PartiesMerged(e) => {
            let mut links = parties("merged", &e.merged);
            links.push(MERGES.to_owned());
            links
        }
        Event::PackageAnnounced(e) => {
            let mut links = parties("party", &e.parties);
            links.extend(sectors(&e.sectors));
            links
        }
        Event::AgreementRegistered(e) => {
            let mut links = parties("party", e.parties.iter().map(|p| &p.party_id));
            links.extend(sectors(&e.sectors));
            links
        }
        Event::AgreementLinkedToPackage(e) => vec![format!("package/{}", e.package_id)],
        Event::AgreementUnlinkedFromPackage(e) => vec![format!("unlinked/{}", e.package_id)],
        Event::ConsentToBeBoundExpressed(e) => parties("party", [&e.party_id]),
        Event::ProspectNoted(e) => {
            let mut links = parties("party", &e.parties);
            links.extend(e.package_id.iter().map(|id| format!("package/{id}")));
            links
        }
        Event::CommitmentMade(e) => promise(e),
        Event::CommitmentPromoted(e) => promise(&e.promise),
        // New parties of a promise find it; old ones still do, for what it was.
        Event::CommitmentAmended(e) => amended_parties(e),
        // What went into another promise is found through this one mark.
        Event::CommitmentsMerged(_) => vec![MERGES.to_owned()],
        Event::ClaimVerified(e) => parties("verifier", [&e.verifier]),
        Event::IndicatorDefined(e) => {
            let mut links = parties("party", &e.parties);
            links.extend(e.package_id.iter().map(|id| format!("package/{id}")));
            links
        }
        Event::ExchangeRateRecorded(e) => vec![format!("rate/{}/{}", e.base, e.quote)],
        Event::DeclaredTotalRecorded(_)
        | Event::AgreementSigned(_)
        | Event::DeclaredTotalSuperseded(_)
        | Event::DeclaredTotalReconciled(_)
        | Event::ReservationMade(_)
        | Event::ReservationObjected(_)
        | Event::ReservationWithdrawn(_)
        | Event::EntryIntoForceRuleSet(_)
        | Event::ProvisionalApplicationStarted(_)
        | Event::ProvisionalApplicationEnded(_)
        | Event::AgreementEnteredIntoForce(_)
        | Event::TreatyRegistrationRecorded(_)
        | Event::AgreementAmended(_)
        | Event::AgreementTextCorrectionProposed(_)
        | Event::AgreementTextCorrectionObjected(_)
        | Event::AgreementTextCorrectionAdopted(_)
        | Event::AgreementSuspended(_)
        | Event::AgreementResumed(_)
        | Event::WithdrawalNotified(_)
        | Event::AgreementTerminated(_)
        | Event::AgreementExpired(_)
        | Event::AgreementSuperseded(_)
        | Event::MilestonePlanned(_)
        | Event::MilestoneRebaselined(_)
        | Event::MilestoneAchieved(_)
        | Event::MilestoneCancelled(_)
        | Event::FundsCommitted(_)
        | Event::FundsDisbursed(_)
        | Event::FundsReturned(_)
        | Event::ClaimConfirmed(_)
        | Event::ClaimDisputed(_)
        | Event::CommitmentSplit(_)
        | Event::CommitmentSuspended(_)
        | Event::CommitmentResumed(_)
        | Event::CommitmentCancelled(_)
        | Event::CommitmentFulfilled(_)
        | Event::ConditionAdded(_)
        | Event::ConditionSatisfied(_)
        | Event::ConditionWaived(_)
        | Event::MilestoneProgressReported(_)
        | Event::MilestoneMissed(_)
        | Event::MilestoneReopened(_)
        | Event::FundsCommitmentAdjusted(_)
        | Event::DisbursementScheduled(_)
        | Event::DisputeResolved(_)
        | Event::EvidenceAttached(_)
        | Event::EvidenceUnavailable(_)
        | Event::AssessmentRecorded(_)
        | Event::SourceStatusAsserted(_)
        | Event::IndicatorObserved(_)
        | Event::LogKeyRotated(_)
        | Event::EntryCorrected(_)
        | Event::EntryRetracted(_) => Vec::new(),
    }
}

/// The texts that an event itself holds.
fn texts(event: &Event) -> Vec<&Texts> {
    match event {
        Event::PartyRegistered(e) => vec![&e.names],
        Event::PackageAnnounced(e) => vec![&e.titles, &e.occasion],
        Event::DeclaredTotalRecorded(e) => vec![&e.statement],
        Event::AgreementRegistered(e) => vec![&e.titles],
        Event::ReservationMade(e) => vec![&e.text],
        Event::ReservationObjected(e) => vec![&e.text],
        Event::ProspectNoted(e) => vec![&e.statement],
        Event::CommitmentMade(e) => vec![&e.statement],
        Event::CommitmentPromoted(e) => vec![&e.promise.statement],
        Event::ConditionAdded(e) => vec![&e.text],
        Event::CommitmentSplit(e) => e.into.iter().map(|part| &part.statement).collect(),
        Event::MilestonePlanned(e) => vec![&e.titles],
        Event::IndicatorDefined(e) => vec![&e.titles],
        Event::AgreementSigned(_)
        | Event::AgreementLinkedToPackage(_)
        | Event::PartiesMerged(_)
        | Event::DeclaredTotalSuperseded(_)
        | Event::DeclaredTotalReconciled(_)
        | Event::AgreementUnlinkedFromPackage(_)
        | Event::ConsentToBeBoundExpressed(_)
        | Event::ReservationWithdrawn(_)
        | Event::EntryIntoForceRuleSet(_)
        | Event::ProvisionalApplicationStarted(_)
        | Event::ProvisionalApplicationEnded(_)
        | Event::AgreementEnteredIntoForce(_)
        | Event::TreatyRegistrationRecorded(_)
        | Event::AgreementAmended(_)
        | Event::AgreementTextCorrectionProposed(_)
        | Event::AgreementTextCorrectionObjected(_)
        | Event::AgreementTextCorrectionAdopted(_)
        | Event::AgreementSuspended(_)
        | Event::AgreementResumed(_)
        | Event::WithdrawalNotified(_)
        | Event::AgreementTerminated(_)
        | Event::AgreementExpired(_)
        | Event::AgreementSuperseded(_)
        | Event::MilestoneRebaselined(_)
        | Event::MilestoneAchieved(_)
        | Event::MilestoneCancelled(_)
        | Event::FundsCommitted(_)
        | Event::FundsDisbursed(_)
        | Event::FundsReturned(_)
        | Event::ClaimConfirmed(_)
        | Event::ClaimDisputed(_)
        | Event::CommitmentAmended(_)
        | Event::CommitmentsMerged(_)
        | Event::CommitmentSuspended(_)
        | Event::CommitmentResumed(_)
        | Event::CommitmentCancelled(_)
        | Event::CommitmentFulfilled(_)
        | Event::ConditionSatisfied(_)
        | Event::ConditionWaived(_)
        | Event::MilestoneProgressReported(_)
        | Event::MilestoneMissed(_)
        | Event::MilestoneReopened(_)
        | Event::FundsCommitmentAdjusted(_)
        | Event::DisbursementScheduled(_)
        | Event::DisputeResolved(_)
        | Event::ClaimVerified(_)
        | Event::EvidenceAttached(_)
        | Event::EvidenceUnavailable(_)
        | Event::AssessmentRecorded(_)
        | Event::SourceStatusAsserted(_)
        | Event::IndicatorObserved(_)
        | Event::ExchangeRateRecorded(_)
        | Event::LogKeyRotated(_)
        | Event::EntryCorrected(_)
        | Event::EntryRetracted(_) => Vec::new(),
    }
}

/// The language of texts that do not say theirs.
const UNDETERMINED: &str = "und";

/// Every text by which a fact is found, with its language: what it says itself, and the titles of the documents that
/// support it.
pub(crate) fn words(fact: &Fact) -> Vec<(&str, &str)> {
    let own = texts(&fact.event).into_iter().flat_map(Texts::iter).map(|(lang, text)| (lang.as_str(), text.as_str()));
    let documents = fact.evidence.iter().map(|document| (UNDETERMINED, document.title.as_str()));
    let attached = match &fact.event {
        Event::EvidenceAttached(e) => {
            Some((e.lang.as_ref().map_or(UNDETERMINED, |lang| lang.as_str()), e.evidence.title.as_str()))
        }
        _ => None,
    };
    own.chain(documents).chain(attached).collect()
}
