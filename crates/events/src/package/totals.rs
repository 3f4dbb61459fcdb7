//! Rules of declared totals after they were recorded: superseded by another, reconciled with what the ledger names.
//!
//! A later link or correction reopens what was reconciled. That is seen by readers, not recorded.

use rust_decimal::Decimal;

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::ids::DeclaredId;
use crate::package::decide::{check_announced, check_declared_total};
use crate::package::{DeclaredTotalReconciled, DeclaredTotalRecorded, DeclaredTotalSuperseded};
use crate::recorded::Fact;
use crate::refusal::Refusal;

fn declared<'a>(case: &Case<'a>, id: &DeclaredId) -> Result<&'a DeclaredTotalRecorded, Refusal> {
    if case.history.is_empty() {
        return Err(Refusal::PackageUnknown { stream: case.history.stream().clone() });
    }
    let of_id = case.history.facts().iter().find_map(|fact| match &fact.event {
        Event::DeclaredTotalRecorded(total) if total.declared_id == *id => Some(total.as_ref()),
        _ => None,
    });
    of_id.ok_or_else(|| Refusal::DeclaredTotalUnknown { declared: id.clone() })
}

/// A total no longer counts because another one does. It is superseded once, and never by way of itself.
pub(crate) fn supersede_total(wish: &DeclaredTotalSuperseded, case: &Case<'_>) -> Result<Decision, Refusal> {
    declared(case, &wish.declared_id)?;
    declared(case, &wish.by_declared_id)?;
    let superseded = |id: &DeclaredId| {
        case.history.facts().iter().find_map(|fact| match &fact.event {
            Event::DeclaredTotalSuperseded(e) if e.declared_id == *id => Some(e.as_ref()),
            _ => None,
        })
    };
    if let Some(known) = superseded(&wish.declared_id) {
        let refused = Refusal::DeclaredTotalAlreadySuperseded { declared: wish.declared_id.clone() };
        return if known == wish { Ok(vec![]) } else { Err(refused) };
    }
    // Each total is superseded once, so following what took its place ends, at the one to supersede or elsewhere.
    let chain = std::iter::successors(Some(&wish.by_declared_id), |id| superseded(id).map(|next| &next.by_declared_id));
    if chain.take(case.history.facts().len()).any(|id| *id == wish.declared_id) {
        return Err(Refusal::TotalSupersedesItself);
    }
    Ok(vec![Decided::new(wish.clone())])
}

/// The refusals that look at a reconciliation and its total.
fn check_reconciled(wish: &DeclaredTotalReconciled, case: &Case<'_>) -> Result<(), Refusal> {
    let total = declared(case, &wish.declared_id)?;
    if wish.identified.value().checked_add(wish.remainder.value()) != Some(total.value.value()) {
        return Err(Refusal::RemainderDoesNotSum { declared: total.value });
    }
    if wish.remainder.value() > Decimal::ZERO && wish.explanation.is_none() {
        return Err(Refusal::RemainderUnexplained);
    }
    Ok(())
}

/// A total is reconciled when what was identified and an explained remainder come to it; again whenever that changes.
pub(crate) fn reconcile_total(wish: &DeclaredTotalReconciled, case: &Case<'_>) -> Result<Decision, Refusal> {
    check_reconciled(wish, case)?;
    let newest = case.history.facts().iter().rev().find_map(|fact| match &fact.event {
        Event::DeclaredTotalReconciled(known) if known.declared_id == wish.declared_id => Some(known.as_ref()),
        _ => None,
    });
    if newest == Some(wish) {
        return Ok(vec![]);
    }
    Ok(vec![Decided::new(wish.clone()).flags(case.unknown_parties([&wish.closed_by]))])
}

/// Whether `fact` makes no sense without the declared total in `base`.
pub(crate) fn stands_on(fact: &Fact, base: &Fact) -> bool {
    let Event::DeclaredTotalRecorded(total) = &base.event else { return false };
    match &fact.event {
        Event::DeclaredTotalSuperseded(e) => [&e.declared_id, &e.by_declared_id].contains(&&total.declared_id),
        Event::DeclaredTotalReconciled(e) => e.declared_id == total.declared_id,
        _ => false,
    }
}

/// Refuses a corrected fact of a package that could not have been recorded as it now reads.
pub(crate) fn still_allowed(corrected: &Fact, case: &Case<'_>) -> Result<(), Refusal> {
    match &corrected.event {
        Event::PackageAnnounced(package) => check_announced(package, case),
        Event::DeclaredTotalRecorded(total) => check_declared_total(total),
        Event::DeclaredTotalReconciled(reconciled) => check_reconciled(reconciled, case),
        _ => Ok(()),
    }
}
