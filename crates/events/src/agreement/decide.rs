//! Rules of the agreement family.

use crate::agreement::{
    AgreementLinkedToPackage, AgreementRegistered, AgreementSigned, AgreementUnlinkedFromPackage, EffectBasis,
    PartyRole, State,
};
use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::dates::{FuzzyDate, LedgerDate};
use crate::flag::{Flag, FlagCode};
use crate::ids::StreamId;
use crate::refusal::{Refusal, each_once};

pub(super) fn required<'a>(case: &Case<'a>, state: &State<'a>) -> Result<&'a AgreementRegistered, Refusal> {
    let unknown = || Refusal::AgreementUnknown { stream: case.history.stream().clone() };
    state.registered().map(|(_, agreement)| agreement).ok_or_else(unknown)
}

/// When a wish was so: by its own date, by what the sender says, by the day of its effect where that has come.
pub(super) fn when(case: &Case<'_>, own: Option<LedgerDate>, effective_on: Option<LedgerDate>) -> FuzzyDate {
    let said = || case.meta.occurred_on.clone();
    let come = || effective_on.filter(|day| *day <= case.today()).map(FuzzyDate::day);
    own.map(FuzzyDate::day).or_else(said).or_else(come).unwrap_or_else(|| FuzzyDate::day(case.today()))
}

/// Whether a fact of `on` is reported after the agreement had ended. What was so only after the end is refused.
pub(super) fn late(case: &Case<'_>, state: &State<'_>, on: &FuzzyDate) -> Result<bool, Refusal> {
    match state.end {
        Some(end) if on.earliest >= end.effective_on => {
            Err(Refusal::AgreementEnded { date: FuzzyDate::day(end.effective_on) })
        }
        Some(end) => Ok(end.effective_on <= case.today()),
        None => Ok(false),
    }
}

/// The refusals that look at a document alone.
pub(crate) fn check_registered(agreement: &AgreementRegistered) -> Result<(), Refusal> {
    if agreement.parties.is_empty() {
        return Err(Refusal::NoParty);
    }
    // One party may have several roles, each once.
    for role in [PartyRole::Party, PartyRole::Depositary, PartyRole::Supporter] {
        let of_role = agreement.parties.iter().filter(|listed| listed.role == role);
        each_once(of_role.map(|listed| &listed.party_id), "/data/parties")?;
    }
    if agreement.umbrella_of.as_ref() == Some(&agreement.agreement_id) {
        return Err(Refusal::UmbrellaIsSelf);
    }
    Ok(())
}

/// A document is entered once, with a party or more.
pub(crate) fn register(wish: &AgreementRegistered, case: &Case<'_>) -> Result<Decision, Refusal> {
    if let Some((_, agreement)) = State::of(case.history.facts(), None).registered() {
        return if agreement == wish { Ok(vec![]) } else { Err(Refusal::AgreementAlreadyRegistered) };
    }
    check_registered(wish)?;
    let umbrella = wish.umbrella_of.as_ref().map(StreamId::from);
    let decided = Decided::new(wish.clone())
        .flags(umbrella.and_then(|stream| case.unknown(&stream, FlagCode::UmbrellaUnknown)))
        .flag_if(wish.legal_effect_basis == EffectBasis::Title, FlagCode::LegalEffectInferred)
        .flags(case.unknown_parties(wish.parties.iter().map(|p| &p.party_id)));
    Ok(vec![decided])
}

/// A listed party signs once. A signature later than its own effect happens in practice, so it is flagged.
pub(crate) fn sign(wish: &AgreementSigned, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    let agreement = required(case, &state)?;
    if !agreement.lists(&wish.party_id) {
        return Err(Refusal::PartyNotListed { party: wish.party_id.clone() });
    }
    if let Some((fact, signed)) = state.signatures.iter().find(|(_, signed)| signed.party_id == wish.party_id) {
        let same = *signed == wish && case.meta.occurred_on.as_ref().is_none_or(|date| *date == fact.occurred_on);
        return if same { Ok(vec![]) } else { Err(Refusal::PartyAlreadySigned { party: wish.party_id.clone() }) };
    }
    let signed_on = case.occurred_on();
    if case.in_future(&signed_on) {
        return Err(Refusal::SignatureInFuture { date: signed_on });
    }
    let late = late(case, &state, &signed_on)?;
    let of_facts = case.history.facts().iter().filter_map(|fact| fact.effective_on);
    let earlier_effect = of_facts.chain(case.meta.effective_on).chain(state.entered_on()).min();
    let after = earlier_effect.is_some_and(|effect| signed_on.earliest > effect);
    Ok(vec![Decided::new(wish.clone()).flag_if(after, FlagCode::SignedAfterEffect).flag_if(late, FlagCode::LateReport)])
}

/// A document belongs to a package once. One that was signed on another day than the package's is flagged.
pub(crate) fn link_to_package(wish: &AgreementLinkedToPackage, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    if state.packages().contains(&&wish.package_id) {
        return Err(Refusal::AlreadyLinked);
    }
    let stream = StreamId::from(&wish.package_id);
    let Some(package) = case.other(&stream) else {
        let flag = Flag::new(FlagCode::PackageUnknown).against(&stream, case.revision_of(&stream));
        return Ok(vec![Decided::new(wish.clone()).flags([flag])]);
    };
    let anchor = package.facts().iter().find_map(|fact| match &fact.event {
        Event::PackageAnnounced(package) => package.anchor_date,
        _ => None,
    });
    let first = state.signatures.iter().map(|(fact, _)| &fact.occurred_on).min_by_key(|date| date.earliest);
    let outside = anchor.zip(first).is_some_and(|(anchor, signed)| anchor < signed.earliest || signed.latest < anchor);
    let flag = outside.then(|| Flag::new(FlagCode::SignedOutsidePackage).against(&stream, package.revision()));
    Ok(vec![Decided::new(wish.clone()).occurred_on(first.cloned()).flags(flag)])
}

/// A document that was wrongly named as one of a package, or no longer is one, can be named as one again.
pub(crate) fn unlink_from_package(wish: &AgreementUnlinkedFromPackage, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = State::of(case.history.facts(), None);
    required(case, &state)?;
    if !state.packages().contains(&&wish.package_id) {
        return Err(Refusal::NotLinked);
    }
    Ok(vec![Decided::new(wish.clone())])
}
