//! What the log and the rules need to know of events across the families.

use crate::agreement::named_by_fates;
use crate::catalogue::{Command, Event};
use crate::commitment::CommitmentMade;
use crate::dates::FuzzyDate;
use crate::history::History;
use crate::ids::{AgreementId, IndicatorId, PartyId, StreamId};
use crate::party::OrgId;
use crate::recorded::{UniqueKey, sha256_hex};

/// Longest unique key, in bytes.
const KEY_BYTES_MAX: usize = 200;

impl Event {
    /// The date in the payload that says when the event was so; the envelope's date follows it.
    pub fn own_date(&self) -> Option<FuzzyDate> {
        match self {
            Self::MilestoneAchieved(e) => Some(e.achieved_on.clone()),
            Self::FundsDisbursed(e) => Some(e.value_date.clone()),
            Self::ConditionSatisfied(e) => Some(e.satisfied_on.clone()),
            Self::CommitmentFulfilled(e) => Some(e.actual_end.clone()),
            Self::MilestoneMissed(e) => Some(FuzzyDate::day(e.determined_on)),
            Self::EvidenceUnavailable(e) => Some(FuzzyDate::day(e.checked_at)),
            Self::IndicatorObserved(e) => Some(e.period.clone()),
            Self::ExchangeRateRecorded(e) => Some(FuzzyDate::day(e.rate_date)),
            Self::ConsentToBeBoundExpressed(e) => e.date().map(FuzzyDate::day),
            Self::TreatyRegistrationRecorded(e) => Some(FuzzyDate::day(e.registered_on)),
            Self::AgreementTextCorrectionAdopted(e) => Some(FuzzyDate::day(e.adopted_on)),
            Self::WithdrawalNotified(e) => Some(FuzzyDate::day(e.notified_on)),
            Self::PartyRegistered(_)
            | Self::PackageAnnounced(_)
            | Self::DeclaredTotalRecorded(_)
            | Self::AgreementRegistered(_)
            | Self::AgreementSigned(_)
            | Self::AgreementLinkedToPackage(_)
            | Self::PartiesMerged(_)
            | Self::DeclaredTotalSuperseded(_)
            | Self::DeclaredTotalReconciled(_)
            | Self::AgreementUnlinkedFromPackage(_)
            | Self::ReservationMade(_)
            | Self::ReservationObjected(_)
            | Self::ReservationWithdrawn(_)
            | Self::EntryIntoForceRuleSet(_)
            | Self::ProvisionalApplicationStarted(_)
            | Self::ProvisionalApplicationEnded(_)
            | Self::AgreementEnteredIntoForce(_)
            | Self::AgreementAmended(_)
            | Self::AgreementTextCorrectionProposed(_)
            | Self::AgreementTextCorrectionObjected(_)
            | Self::AgreementSuspended(_)
            | Self::AgreementResumed(_)
            | Self::AgreementTerminated(_)
            | Self::AgreementExpired(_)
            | Self::AgreementSuperseded(_)
            | Self::ProspectNoted(_)
            | Self::CommitmentMade(_)
            | Self::MilestonePlanned(_)
            | Self::MilestoneRebaselined(_)
            | Self::MilestoneCancelled(_)
            | Self::FundsCommitted(_)
            | Self::FundsReturned(_)
            | Self::ClaimConfirmed(_)
            | Self::ClaimDisputed(_)
            | Self::CommitmentPromoted(_)
            | Self::CommitmentAmended(_)
            | Self::CommitmentSplit(_)
            | Self::CommitmentsMerged(_)
            | Self::CommitmentSuspended(_)
            | Self::CommitmentResumed(_)
            | Self::CommitmentCancelled(_)
            | Self::ConditionAdded(_)
            | Self::ConditionWaived(_)
            | Self::MilestoneProgressReported(_)
            | Self::MilestoneReopened(_)
            | Self::FundsCommitmentAdjusted(_)
            | Self::DisbursementScheduled(_)
            | Self::DisputeResolved(_)
            | Self::ClaimVerified(_)
            | Self::EvidenceAttached(_)
            | Self::AssessmentRecorded(_)
            | Self::SourceStatusAsserted(_)
            | Self::IndicatorDefined(_)
            | Self::LogKeyRotated(_)
            | Self::EntryCorrected(_)
            | Self::EntryRetracted(_) => None,
        }
    }

    /// Every fuzzy date of the payload.
    pub(crate) fn fuzzy_dates(&self) -> Vec<&FuzzyDate> {
        match self {
            Self::CommitmentMade(e) => e.planned_start.iter().chain(&e.planned_end).collect(),
            Self::MilestonePlanned(e) => e.due.iter().collect(),
            Self::MilestoneRebaselined(e) => e.new_due.iter().collect(),
            Self::MilestoneAchieved(e) => vec![&e.achieved_on],
            Self::FundsDisbursed(e) => vec![&e.value_date],
            Self::ConditionSatisfied(e) => vec![&e.satisfied_on],
            Self::CommitmentFulfilled(e) => vec![&e.actual_end],
            Self::DisbursementScheduled(e) => vec![&e.due],
            Self::CommitmentPromoted(e) => e.promise.planned_start.iter().chain(&e.promise.planned_end).collect(),
            Self::IndicatorObserved(e) => vec![&e.period],
            Self::PartyRegistered(_)
            | Self::PackageAnnounced(_)
            | Self::DeclaredTotalRecorded(_)
            | Self::AgreementRegistered(_)
            | Self::AgreementSigned(_)
            | Self::AgreementLinkedToPackage(_)
            | Self::PartiesMerged(_)
            | Self::DeclaredTotalSuperseded(_)
            | Self::DeclaredTotalReconciled(_)
            | Self::AgreementUnlinkedFromPackage(_)
            | Self::ConsentToBeBoundExpressed(_)
            | Self::ReservationMade(_)
            | Self::ReservationObjected(_)
            | Self::ReservationWithdrawn(_)
            | Self::EntryIntoForceRuleSet(_)
            | Self::ProvisionalApplicationStarted(_)
            | Self::ProvisionalApplicationEnded(_)
            | Self::AgreementEnteredIntoForce(_)
            | Self::TreatyRegistrationRecorded(_)
            | Self::AgreementAmended(_)
            | Self::AgreementTextCorrectionProposed(_)
            | Self::AgreementTextCorrectionObjected(_)
            | Self::AgreementTextCorrectionAdopted(_)
            | Self::AgreementSuspended(_)
            | Self::AgreementResumed(_)
            | Self::WithdrawalNotified(_)
            | Self::AgreementTerminated(_)
            | Self::AgreementExpired(_)
            | Self::AgreementSuperseded(_)
            | Self::ProspectNoted(_)
            | Self::MilestoneCancelled(_)
            | Self::FundsCommitted(_)
            | Self::FundsReturned(_)
            | Self::ClaimConfirmed(_)
            | Self::ClaimDisputed(_)
            | Self::CommitmentAmended(_)
            | Self::CommitmentSplit(_)
            | Self::CommitmentsMerged(_)
            | Self::CommitmentSuspended(_)
            | Self::CommitmentResumed(_)
            | Self::CommitmentCancelled(_)
            | Self::ConditionAdded(_)
            | Self::ConditionWaived(_)
            | Self::MilestoneProgressReported(_)
            | Self::MilestoneMissed(_)
            | Self::MilestoneReopened(_)
            | Self::FundsCommitmentAdjusted(_)
            | Self::DisputeResolved(_)
            | Self::ClaimVerified(_)
            | Self::EvidenceAttached(_)
            | Self::EvidenceUnavailable(_)
            | Self::AssessmentRecorded(_)
            | Self::SourceStatusAsserted(_)
            | Self::IndicatorDefined(_)
            | Self::ExchangeRateRecorded(_)
            | Self::LogKeyRotated(_)
            | Self::EntryCorrected(_)
            | Self::EntryRetracted(_) => Vec::new(),
        }
    }

    /// The field of a command, as a JSON Pointer, that says when the event was so.
    pub(crate) fn date_field(&self) -> &'static str {
        match self {
            Self::MilestoneAchieved(_) => "/data/achieved_on",
            Self::FundsDisbursed(_) => "/data/value_date",
            Self::ConditionSatisfied(_) => "/data/satisfied_on",
            Self::CommitmentFulfilled(_) => "/data/actual_end",
            Self::MilestoneMissed(_) => "/data/determined_on",
            Self::EvidenceUnavailable(_) => "/data/checked_at",
            Self::IndicatorObserved(_) => "/data/period",
            Self::ExchangeRateRecorded(_) => "/data/rate_date",
            Self::ConsentToBeBoundExpressed(e) if e.date().is_some() => "/data/deposited_on",
            Self::TreatyRegistrationRecorded(_) => "/data/registered_on",
            Self::AgreementTextCorrectionAdopted(_) => "/data/adopted_on",
            Self::WithdrawalNotified(_) => "/data/notified_on",
            _ => "/occurred_on",
        }
    }

    /// Whether it is a claim, which another party may confirm or dispute.
    pub fn is_claim(&self) -> bool {
        matches!(
            self,
            Self::MilestoneAchieved(_)
                | Self::FundsDisbursed(_)
                | Self::FundsReturned(_)
                | Self::CommitmentFulfilled(_)
        )
    }

    /// Keys that no other fact in effect may hold.
    pub fn unique_keys(&self) -> Vec<UniqueKey> {
        match self {
            Self::PartyRegistered(e) => e.org_ids.iter().filter_map(org_key).collect(),
            Self::PartiesMerged(e) => e.merged.iter().filter_map(merged_key).collect(),
            Self::FundsDisbursed(e) => {
                e.reference.iter().filter_map(|r| unique_key(&["payment", e.payer.as_str(), r.as_str()])).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Blanks tell no two references apart, and a text too long for a key is claimed by its hash.
fn unique_key(parts: &[&str]) -> Option<UniqueKey> {
    let tidy = |part: &&str| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = parts.iter().map(tidy).collect::<Vec<_>>().join("/");
    let short = text.len() <= KEY_BYTES_MAX;
    if short { text.parse() } else { format!("sha256/{}", sha256_hex(text.as_bytes())).parse() }.ok()
}

/// The key that a party's number in a register holds.
pub(crate) fn org_key(org: &OrgId) -> Option<UniqueKey> {
    unique_key(&["org", org.scheme.as_str(), org.id.as_str()])
}

/// The key that a party's merger into another one holds: a party goes into at most one other.
pub(crate) fn merged_key(party: &PartyId) -> Option<UniqueKey> {
    unique_key(&["merged", party.as_str()])
}

fn streams<'a>(parties: impl IntoIterator<Item = &'a PartyId>) -> Vec<StreamId> {
    parties.into_iter().map(StreamId::from).collect()
}

/// What a promise names.
fn named_by(promise: &CommitmentMade) -> Vec<StreamId> {
    let mut streams = streams(promise.obligors.iter().chain(&promise.beneficiaries));
    streams.extend(promise.agreement_id.as_ref().map(StreamId::from));
    streams.extend(promise.package_id.as_ref().map(StreamId::from));
    streams.extend(promise.split_from.as_ref().map(StreamId::from));
    streams.extend(promise.umbrella_of.as_ref().map(StreamId::from));
    streams
}

/// Who pays whom, by which rate.
fn paid_between(payer: &PartyId, payee: &PartyId, rate: Option<&IndicatorId>) -> Vec<StreamId> {
    let mut streams = streams([payer, payee]);
    streams.extend(rate.map(StreamId::from));
    streams
}

fn agreements<'a>(agreements: impl IntoIterator<Item = &'a AgreementId>) -> Vec<StreamId> {
    agreements.into_iter().map(StreamId::from).collect()
}

/// The other streams that the rule of `command` looks at.
pub fn consults(command: &Command, history: &History) -> Vec<StreamId> {
    let context_of_commitment = || {
        let state = crate::commitment::State::of_the_promise(history.facts());
        let made = state.made().map(|(_, made)| made);
        let agreement = made.and_then(|m| m.agreement_id.as_ref()).map(StreamId::from);
        let package = made.and_then(|m| m.package_id.as_ref()).map(StreamId::from);
        (agreement, package)
    };
    match command {
        Command::RegisterParty(c) => streams(&c.parent),
        Command::MergeParties(c) => streams(&c.merged),
        Command::AnnouncePackage(c) => streams(&c.parties),
        Command::ReconcileDeclaredTotal(c) => streams([&c.closed_by]),
        Command::RegisterAgreement(c) => {
            let mut streams = streams(c.parties.iter().map(|p| &p.party_id));
            streams.extend(c.umbrella_of.as_ref().map(StreamId::from));
            streams
        }
        Command::LinkAgreementToPackage(c) => vec![StreamId::from(&c.package_id)],
        Command::ExpressConsent(c) => streams([&c.party_id]),
        Command::TerminateAgreement(c) => agreements(named_by_fates(&c.fates)),
        Command::ExpireAgreement(c) => agreements(named_by_fates(&c.fates)),
        Command::SupersedeAgreement(c) => agreements(named_by_fates(&c.fates).chain([&c.successor])),
        Command::NoteProspect(c) => {
            let mut streams = streams(&c.parties);
            streams.extend(c.package_id.as_ref().map(StreamId::from));
            streams
        }
        Command::MakeCommitment(c) => named_by(c),
        Command::PromoteProspect(c) => named_by(&c.promise),
        Command::AmendCommitment(c) => {
            serde_json::from_value::<Vec<PartyId>>(c.new.clone()).map_or_else(|_| Vec::new(), |new| streams(&new))
        }
        Command::PlanMilestone(_) | Command::ScheduleDisbursement(_) => context_of_commitment().1.into_iter().collect(),
        Command::AchieveMilestone(_) => context_of_commitment().0.into_iter().collect(),
        Command::CommitFunds(c) => paid_between(&c.payer, &c.payee, c.rate_id.as_ref()),
        Command::DisburseFunds(c) => paid_between(&c.payer, &c.payee, c.rate_id.as_ref()),
        Command::ConfirmClaim(_) | Command::DisputeClaim(_) | Command::VerifyClaim(_) => {
            let (agreement, package) = context_of_commitment();
            let parties = streams(speaking_of(command, history));
            agreement.into_iter().chain(package).chain(parties).collect()
        }
        Command::ResolveDispute(_) => streams(speaking_of(command, history)),
        Command::DefineIndicator(c) => streams(&c.parties),
        Command::RecordDeclaredTotal(_)
        | Command::SignAgreement(_)
        | Command::SupersedeDeclaredTotal(_)
        | Command::UnlinkAgreementFromPackage(_)
        | Command::MakeReservation(_)
        | Command::ObjectToReservation(_)
        | Command::WithdrawReservation(_)
        | Command::SetEntryIntoForceRule(_)
        | Command::StartProvisionalApplication(_)
        | Command::EndProvisionalApplication(_)
        | Command::EnterIntoForce(_)
        | Command::RecordTreatyRegistration(_)
        | Command::AmendAgreement(_)
        | Command::ProposeTextCorrection(_)
        | Command::ObjectToTextCorrection(_)
        | Command::AdoptTextCorrection(_)
        | Command::SuspendAgreement(_)
        | Command::ResumeAgreement(_)
        | Command::NotifyWithdrawal(_)
        // The words of a new date were spoken when it was set, not with the package: they need an anchor of their own.
        | Command::RebaselineMilestone(_)
        | Command::CancelMilestone(_)
        | Command::SplitCommitment(_)
        | Command::MergeCommitments(_)
        | Command::SuspendCommitment(_)
        | Command::ResumeCommitment(_)
        | Command::CancelCommitment(_)
        | Command::FulfilCommitment(_)
        | Command::AddCondition(_)
        | Command::SatisfyCondition(_)
        | Command::WaiveCondition(_)
        | Command::ReportMilestoneProgress(_)
        | Command::MissMilestone(_)
        | Command::ReopenMilestone(_)
        | Command::AdjustFunds(_)
        | Command::AttachEvidence(_)
        | Command::ReportEvidenceUnavailable(_)
        | Command::RecordAssessment(_)
        | Command::AssertSourceStatus(_)
        | Command::ReturnFunds(_)
        | Command::ObserveIndicator(_)
        | Command::RecordExchangeRate(_)
        | Command::CorrectEntry(_)
        | Command::RetractEntry(_) => Vec::new(),
    }
}

/// The unique keys that `command` would claim, and those that others must not have claimed for it.
pub fn claims_keys(command: &Command, history: &History) -> Vec<UniqueKey> {
    match command {
        Command::RegisterParty(c) => Event::from((**c).clone()).unique_keys(),
        Command::MergeParties(c) => looked_at(&Event::from((**c).clone())),
        Command::DisburseFunds(c) if c.reference.is_some() => Event::from((**c).clone()).unique_keys(),
        Command::CorrectEntry(c) => history
            .fact(&c.target_event_id)
            .and_then(|fact| crate::entry::corrected(fact, &c.patches).ok())
            .map(|fact| looked_at(&fact.event))
            .unwrap_or_default(),
        _ => speaking_of(command, history).into_iter().filter_map(merged_key).collect(),
    }
}

/// The parties that a command about a claim makes one speak of another: who answers, checks or decides, and those that
/// spoke before. Rules compare who they are after mergers.
fn speaking_of<'c>(command: &'c Command, history: &'c History) -> Vec<&'c PartyId> {
    let (claim, now) = match command {
        Command::ConfirmClaim(c) => (&c.claim_event_id, &c.by_party),
        Command::DisputeClaim(c) => (&c.claim_event_id, &c.by_party),
        Command::VerifyClaim(c) => (&c.claim_event_id, &c.verifier),
        Command::ResolveDispute(c) => (&c.claim_event_id, &c.by),
        _ => return Vec::new(),
    };
    let before = history.facts().iter().filter_map(move |fact| match &fact.event {
        Event::ClaimDisputed(disputed) if disputed.claim_event_id == *claim => Some(&disputed.by_party),
        _ if fact.event_id == *claim => fact.reported_by.as_ref(),
        _ => None,
    });
    let mut parties: Vec<&PartyId> = before.chain([now]).collect();
    parties.sort_unstable();
    parties.dedup();
    parties
}

/// The keys that an event claims; for a merger also that of the survivor, which must not have gone into another party.
fn looked_at(event: &Event) -> Vec<UniqueKey> {
    let mut keys = event.unique_keys();
    if let Event::PartiesMerged(merger) = event {
        keys.extend(merged_key(&merger.survivor));
    }
    keys
}
