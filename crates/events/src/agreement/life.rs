//! Rules of what becomes of an agreement: amendments, corrections of its text, suspension, withdrawal, its end.

use std::collections::BTreeSet;

use crate::agreement::decide::{late, required, when};
use crate::agreement::{
    AgreementAmended, AgreementExpired, AgreementResumed, AgreementSigned, AgreementSuperseded, AgreementSuspended,
    AgreementTerminated, AgreementTextCorrectionAdopted, AgreementTextCorrectionObjected,
    AgreementTextCorrectionProposed, CommitmentFate, EntryRule, EntryScope, Fate, SignatureKind, State, TextCorrection,
    WithdrawalNotified,
};
use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::dates::{FuzzyDate, LedgerDate};
use crate::flag::{Flag, FlagCode};
use crate::ids::{AgreementId, CorrectionId, PartyId, StreamId};
use crate::refusal::Refusal;

/// The parties change the agreement for the time to come. One that fewer sign than signed the original is flagged.
pub(crate) fn amend(wish: &AgreementAmended, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    if let Some((_, amended)) = state.amendments.iter().find(|(_, a)| a.amendment_id == wish.amendment_id) {
        let refused = Refusal::AmendmentIdTaken { amendment: wish.amendment_id.clone() };
        return if *amended == wish { Ok(vec![]) } else { Err(refused) };
    }
    let on = when(case, None, Some(wish.effective_on));
    let late = late(case, &state, &on)?;
    let mut original: Vec<&PartyId> = state.signatures.iter().map(|(_, signed)| &signed.party_id).collect();
    if original.is_empty() {
        original = state.parties().collect();
    }
    let fewer = original.iter().any(|party| !wish.signed_by.contains(party));
    let decided = Decided::new(wish.clone()).occurred_on(Some(on)).flag_if(fewer, FlagCode::AmendedByFewerParties);
    Ok(vec![decided.flag_if(late, FlagCode::LateReport)])
}

/// An error in the text is put before the parties, with a time in which to object.
pub(crate) fn propose_text_correction(
    wish: &AgreementTextCorrectionProposed,
    case: &Case<'_>,
) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    if let Some(correction) = state.text_correction(&wish.correction_id) {
        let refused = Refusal::TextCorrectionAlreadyProposed { correction: wish.correction_id.clone() };
        return if correction.proposed.1 == wish { Ok(vec![]) } else { Err(refused) };
    }
    let late = late(case, &state, &when(case, None, None))?;
    Ok(vec![Decided::new(wish.clone()).flag_if(late, FlagCode::LateReport)])
}

fn correction<'s, 'a>(state: &'s State<'a>, id: &CorrectionId) -> Result<&'s TextCorrection<'a>, Refusal> {
    state.text_correction(id).ok_or_else(|| Refusal::TextCorrectionUnknown { correction: id.clone() })
}

/// A party objects in time, once. The objection is that party's statement.
pub(crate) fn object_to_text_correction(
    wish: &AgreementTextCorrectionObjected,
    case: &Case<'_>,
) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    let correction = correction(&state, &wish.correction_id)?;
    let party = || wish.by_party.clone();
    if let Some((_, objection)) = correction.objections.iter().find(|(_, o)| o.by_party == wish.by_party) {
        let refused = Refusal::TextCorrectionAlreadyObjected { party: party() };
        return if *objection == wish { Ok(vec![]) } else { Err(refused) };
    }
    if !state.is_party(&wish.by_party) {
        return Err(Refusal::PartyNotListed { party: party() });
    }
    if correction.adopted.is_some() {
        return Err(Refusal::TextCorrectionAlreadyAdopted { correction: wish.correction_id.clone() });
    }
    let on = when(case, None, None);
    let deadline = correction.proposed.1.objection_deadline;
    if on.earliest > deadline {
        return Err(Refusal::ObjectionAfterDeadline { deadline: FuzzyDate::day(deadline) });
    }
    let late = late(case, &state, &on)?;
    let mut decided = Decided::new(wish.clone()).flag_if(late, FlagCode::LateReport);
    decided.reported_by = Some(party());
    Ok(vec![decided])
}

/// Nobody objected in time: the text is corrected. An objection goes away only with its retraction.
pub(crate) fn adopt_text_correction(
    wish: &AgreementTextCorrectionAdopted,
    case: &Case<'_>,
) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    let correction = correction(&state, &wish.correction_id)?;
    if let Some((_, adopted)) = correction.adopted {
        let refused = Refusal::TextCorrectionAlreadyAdopted { correction: wish.correction_id.clone() };
        return if adopted == wish { Ok(vec![]) } else { Err(refused) };
    }
    check_adoption(correction, wish.adopted_on)?;
    let late = late(case, &state, &when(case, Some(wish.adopted_on), None))?;
    Ok(vec![Decided::new(wish.clone()).flag_if(late, FlagCode::LateReport)])
}

fn check_adoption(correction: &TextCorrection<'_>, adopted_on: LedgerDate) -> Result<(), Refusal> {
    let deadline = correction.proposed.1.objection_deadline;
    if adopted_on <= deadline {
        return Err(Refusal::AdoptedBeforeDeadline { deadline: FuzzyDate::day(deadline) });
    }
    match correction.objections.first() {
        Some((_, objection)) => Err(Refusal::ObjectionOpen { party: objection.by_party.clone() }),
        None => Ok(()),
    }
}

/// An agreement that is suspended is not suspended again.
pub(crate) fn suspend(wish: &AgreementSuspended, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    if let Some(open) = state.suspensions.iter().find(|suspension| suspension.is_open(None)) {
        return if open.suspended.1 == wish { Ok(vec![]) } else { Err(Refusal::AlreadySuspended) };
    }
    let on = when(case, None, Some(wish.effective_on));
    let late = late(case, &state, &on)?;
    Ok(vec![Decided::new(wish.clone()).occurred_on(Some(on)).flag_if(late, FlagCode::LateReport)])
}

/// A suspended agreement is applied again, not before it was suspended.
pub(crate) fn resume(wish: &AgreementResumed, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    let open = state.suspensions.iter().find(|suspension| suspension.is_open(None));
    if open.is_none_or(|open| wish.effective_on < open.suspended.1.effective_on) {
        return Err(Refusal::NotSuspended);
    }
    let on = when(case, None, Some(wish.effective_on));
    let late = late(case, &state, &on)?;
    Ok(vec![Decided::new(wish.clone()).occurred_on(Some(on)).flag_if(late, FlagCode::LateReport)])
}

/// A bound party gives notice, once. An effect before the notice is over is flagged.
pub(crate) fn notify_withdrawal(wish: &WithdrawalNotified, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    let party = || wish.party_id.clone();
    let entry = state.entry(&EntryScope::ForParty(party())).map(|(fact, _)| fact.revision);
    let consent = state.consents.iter().rfind(|(_, c)| c.party_id == wish.party_id).map(|(fact, _)| fact.revision);
    // Who only signed for later consent is not bound yet, unless the agreement asks for nothing but signatures.
    let by_signature = state.rule.is_some_and(|(_, set)| set.rule == EntryRule::OnSignature);
    let binds = |signed: &AgreementSigned| by_signature || signed.signature_kind != SignatureKind::Simple;
    let of_party = |signed: &AgreementSigned| signed.party_id == wish.party_id && binds(signed);
    let signature = state.signatures.iter().find(|(_, signed)| of_party(signed)).map(|(fact, _)| fact.revision);
    let Some(bound) = entry.max(consent).max(signature) else {
        return Err(Refusal::PartyNotBound { party: party() });
    };
    if let Some((fact, notice)) = state.withdrawal_of(&wish.party_id)
        && fact.revision > bound
    {
        return if notice == wish { Ok(vec![]) } else { Err(Refusal::WithdrawalAlreadyNotified { party: party() }) };
    }
    let late = late(case, &state, &when(case, Some(wish.notified_on), None))?;
    let earliest = wish.notified_on.plus_days(wish.notice_days.unwrap_or(0));
    let early = earliest.is_none_or(|earliest| wish.effective_on < earliest);
    Ok(vec![Decided::new(wish.clone()).flag_if(early, FlagCode::NoticeTooShort).flag_if(late, FlagCode::LateReport)])
}

/// The refusals that look at the fates alone.
pub(crate) fn check_fates(fates: &[CommitmentFate]) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    match fates.iter().find(|fate| !seen.insert(&fate.commitment_id)) {
        Some(fate) => Err(Refusal::FateNamedTwice { commitment: fate.commitment_id.clone() }),
        None => Ok(()),
    }
}

/// The other agreements that an end names.
pub(crate) fn named_by_fates(fates: &[CommitmentFate]) -> impl Iterator<Item = &AgreementId> {
    fates.iter().filter_map(|fate| match &fate.fate {
        Fate::MovedTo(agreement) => Some(agreement),
        Fate::Continues | Fate::Ended => None,
    })
}

/// An agreement ends once, in one way. Which of its commitments are open stands in their own streams, so that no rule
/// can ask for a fate of each; what has none is shown as open.
fn ended<'w>(
    event: Event,
    effective_on: LedgerDate,
    fates: &'w [CommitmentFate],
    others: impl IntoIterator<Item = &'w AgreementId>,
    case: &Case<'_>,
) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    if let Some(end) = state.end {
        return if end.fact.event == event { Ok(vec![]) } else { Err(Refusal::AgreementAlreadyEnded) };
    }
    check_fates(fates)?;
    let mut flags = Vec::new();
    for other in others.into_iter().chain(named_by_fates(fates)).collect::<BTreeSet<_>>() {
        let stream = StreamId::from(other);
        if stream != *case.history.stream() && case.other(&stream).is_none() {
            flags.push(Flag::new(FlagCode::AgreementUnknown).against(&stream, case.revision_of(&stream)));
        }
    }
    let on = when(case, None, Some(effective_on));
    Ok(vec![Decided::new(event).occurred_on(Some(on)).flags(flags)])
}

/// The parties end an agreement.
pub(crate) fn terminate(wish: &AgreementTerminated, case: &Case<'_>) -> Result<Decision, Refusal> {
    ended(wish.clone().into(), wish.effective_on, &wish.fates, [], case)
}

/// The time of an agreement is over.
pub(crate) fn expire(wish: &AgreementExpired, case: &Case<'_>) -> Result<Decision, Refusal> {
    ended(wish.clone().into(), wish.effective_on, &wish.fates, [], case)
}

/// The refusals that look at a supersession alone.
pub(crate) fn check_successor(wish: &AgreementSuperseded) -> Result<(), Refusal> {
    if wish.successor == wish.agreement_id { Err(Refusal::SupersedesItself) } else { Ok(()) }
}

/// Another agreement takes the place of this one.
pub(crate) fn supersede(wish: &AgreementSuperseded, case: &Case<'_>) -> Result<Decision, Refusal> {
    check_successor(wish)?;
    ended(wish.clone().into(), wish.effective_on, &wish.fates, [&wish.successor], case)
}

/// What a correction must leave true of an agreement: times do not end before they begin, and a text was corrected
/// only after the time to object.
pub(crate) fn check_times(state: &State<'_>) -> Result<(), Refusal> {
    for correction in &state.text_corrections {
        if let Some((_, adopted)) = correction.adopted {
            check_adoption(correction, adopted.adopted_on)?;
        }
        let deadline = correction.proposed.1.objection_deadline;
        if correction.objections.iter().any(|(fact, _)| fact.occurred_on.earliest > deadline) {
            return Err(Refusal::ObjectionAfterDeadline { deadline: FuzzyDate::day(deadline) });
        }
    }
    for suspension in &state.suspensions {
        if suspension.resumed.is_some_and(|(_, resumed)| resumed.effective_on < suspension.suspended.1.effective_on) {
            return Err(Refusal::NotSuspended);
        }
    }
    for provisional in &state.provisional {
        if provisional.ended.is_some_and(|(_, ended)| ended.effective_on < provisional.started.1.effective_on) {
            return Err(Refusal::ProvisionalNotStarted { party: provisional.party.clone() });
        }
    }
    Ok(())
}
