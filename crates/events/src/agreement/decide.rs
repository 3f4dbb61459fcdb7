//! Rules of the agreement family.

use crate::agreement::{AgreementLinkedToPackage, AgreementRegistered, AgreementSigned, EffectBasis};
use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::flag::{Flag, FlagCode};
use crate::ids::StreamId;
use crate::recorded::Fact;
use crate::refusal::Refusal;

fn registered<'a>(case: &Case<'a>) -> Option<&'a AgreementRegistered> {
    case.history.facts().iter().find_map(|fact| match &fact.event {
        Event::AgreementRegistered(agreement) => Some(agreement.as_ref()),
        _ => None,
    })
}

fn required<'a>(case: &Case<'a>) -> Result<&'a AgreementRegistered, Refusal> {
    registered(case).ok_or_else(|| Refusal::AgreementUnknown { stream: case.history.stream().clone() })
}

pub(crate) fn signatures(facts: &[std::sync::Arc<Fact>]) -> impl Iterator<Item = (&Fact, &AgreementSigned)> {
    facts.iter().filter_map(|fact| match &fact.event {
        Event::AgreementSigned(signed) => Some((fact.as_ref(), signed.as_ref())),
        _ => None,
    })
}

/// The refusals that look at a document alone.
pub(crate) fn check_registered(agreement: &AgreementRegistered) -> Result<(), Refusal> {
    if agreement.parties.is_empty() {
        return Err(Refusal::NoParty);
    }
    if agreement.umbrella_of.as_ref() == Some(&agreement.agreement_id) {
        return Err(Refusal::UmbrellaIsSelf);
    }
    Ok(())
}

/// A document is entered once, with a party or more.
pub(crate) fn register(wish: &AgreementRegistered, case: &Case<'_>) -> Result<Decision, Refusal> {
    if let Some(agreement) = registered(case) {
        return if agreement == wish { Ok(vec![]) } else { Err(Refusal::AgreementAlreadyRegistered) };
    }
    check_registered(wish)?;
    let decided = Decided::new(wish.clone())
        .flag_if(wish.legal_effect_basis == EffectBasis::Title, FlagCode::LegalEffectInferred)
        .flags(case.unknown_parties(wish.parties.iter().map(|p| &p.party_id)));
    Ok(vec![decided])
}

/// A listed party signs once. A signature later than its own effect happens in practice, so it is flagged.
pub(crate) fn sign(wish: &AgreementSigned, case: &Case<'_>) -> Result<Decision, Refusal> {
    let agreement = required(case)?;
    if !agreement.parties.iter().any(|p| p.party_id == wish.party_id) {
        return Err(Refusal::PartyNotListed { party: wish.party_id.clone() });
    }
    if let Some((fact, signed)) = signatures(case.history.facts()).find(|(_, signed)| signed.party_id == wish.party_id)
    {
        let same = signed == wish && case.meta.occurred_on.as_ref().is_none_or(|date| *date == fact.occurred_on);
        return if same { Ok(vec![]) } else { Err(Refusal::PartyAlreadySigned { party: wish.party_id.clone() }) };
    }
    let signed_on = case.occurred_on();
    if case.in_future(&signed_on) {
        return Err(Refusal::SignatureInFuture { date: signed_on });
    }
    let earlier_effect =
        case.history.facts().iter().filter_map(|fact| fact.effective_on).chain(case.meta.effective_on).min();
    let late = earlier_effect.is_some_and(|effect| signed_on.earliest > effect);
    Ok(vec![Decided::new(wish.clone()).flag_if(late, FlagCode::SignedAfterEffect)])
}

/// A document belongs to a package once. One that was signed on another day than the package's is flagged.
pub(crate) fn link_to_package(wish: &AgreementLinkedToPackage, case: &Case<'_>) -> Result<Decision, Refusal> {
    required(case)?;
    let linked = |fact: &Fact| match &fact.event {
        Event::AgreementLinkedToPackage(link) => link.package_id == wish.package_id,
        _ => false,
    };
    if case.history.facts().iter().any(|fact| linked(fact)) {
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
    let first = signatures(case.history.facts()).map(|(fact, _)| &fact.occurred_on).min_by_key(|date| date.earliest);
    let outside = anchor.zip(first).is_some_and(|(anchor, signed)| anchor < signed.earliest || signed.latest < anchor);
    let flag = outside.then(|| Flag::new(FlagCode::SignedOutsidePackage).against(&stream, package.revision()));
    Ok(vec![Decided::new(wish.clone()).occurred_on(first.cloned()).flags(flag)])
}
