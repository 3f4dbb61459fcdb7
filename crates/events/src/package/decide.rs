//! Rules of the package family.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::dates::FuzzyDate;
use crate::flag::FlagCode;
use crate::package::{DeclaredTotalRecorded, Measure, PackageAnnounced};
use crate::refusal::{Refusal, each_once};

fn announced<'a>(case: &Case<'a>) -> Option<&'a PackageAnnounced> {
    case.history.facts().iter().find_map(|fact| match &fact.event {
        Event::PackageAnnounced(package) => Some(package.as_ref()),
        _ => None,
    })
}

/// The refusals that look at an announcement alone.
pub(super) fn check_announced(package: &PackageAnnounced, case: &Case<'_>) -> Result<(), Refusal> {
    let parties: BTreeSet<_> = package.parties.iter().collect();
    if parties.len() < 2 {
        return Err(Refusal::FewerThanTwoParties);
    }
    each_once(&package.parties, "/data/parties")?;
    match package.anchor_date.map(FuzzyDate::day) {
        Some(date) if case.in_future(&date) => Err(Refusal::DateInFuture { field: "/data/anchor_date", date }),
        Some(_) | None => Ok(()),
    }
}

/// The refusals that look at a declared total alone.
pub(super) fn check_declared_total(total: &DeclaredTotalRecorded) -> Result<(), Refusal> {
    match (total.measure, total.currency) {
        (Measure::Amount, None) => Err(Refusal::AmountWithoutCurrency),
        (Measure::Count, Some(_)) => Err(Refusal::CountWithCurrency),
        (Measure::Amount, Some(_)) | (Measure::Count, None) => Ok(()),
    }
}

/// A package is announced once, by two parties or more.
pub(crate) fn announce(wish: &PackageAnnounced, case: &Case<'_>) -> Result<Decision, Refusal> {
    if let Some(package) = announced(case) {
        return if package == wish { Ok(vec![]) } else { Err(Refusal::PackageAlreadyAnnounced) };
    }
    check_announced(wish, case)?;
    let decided = Decided::new(wish.clone())
        .occurred_on(wish.anchor_date.map(FuzzyDate::day))
        .flag_if(wish.anchor_date.is_none(), FlagCode::NoAnchorDate)
        .flags(case.unknown_parties(&wish.parties));
    Ok(vec![decided])
}

/// A declared total has a currency exactly when it is an amount. Parts that do not sum are the source's affair:
/// flagged.
pub(crate) fn record_declared_total(wish: &DeclaredTotalRecorded, case: &Case<'_>) -> Result<Decision, Refusal> {
    let Some(package) = announced(case) else {
        return Err(Refusal::PackageUnknown { stream: case.history.stream().clone() });
    };
    let declared = case.history.facts().iter().find_map(|fact| match &fact.event {
        Event::DeclaredTotalRecorded(total) if total.declared_id == wish.declared_id => Some(total.as_ref()),
        _ => None,
    });
    if let Some(total) = declared {
        return if total == wish { Ok(vec![]) } else { Err(Refusal::DeclaredTotalAlreadyRecorded) };
    }
    check_declared_total(wish)?;
    let sum: Decimal = wish.breakdown.iter().map(|part| part.value.value()).sum();
    let differs = !wish.breakdown.is_empty() && sum != wish.value.value();
    let decided = Decided::new(wish.clone())
        .occurred_on(package.anchor_date.map(FuzzyDate::day))
        .flag_if(differs, FlagCode::BreakdownDoesNotSum);
    Ok(vec![decided])
}
