//! Deciding in the place of another: whoever reviews hands it over to a colleague of the same party for some days, and
//! an administrator does it for somebody who is away already.
//!
//! It is looked at anew each time somebody decides: a giver who may not decide any more has nothing to hand over.
//! Whoever stands in never decides on what they, or the one in whose place they are, proposed. The entry names the
//! person who approved; in whose place that was stands in the audit list.
//!
//! Deliberately absent: handing over further what was handed over; recording for another party; pages.

use axum::http::StatusCode;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::ActorId;

use crate::access::{Access, AccessError, Delegation, DelegationWish, Role, User};
use crate::app::App;
use crate::problem::Problem;

/// Most days of one delegation.
pub(crate) const DAYS_MAX: i64 = 92;
/// Longest reason, in bytes.
const REASON_BYTES_MAX: usize = 500;

/// In whose place a user decides on a day.
pub(crate) fn stands_in(access: &Access, user: &User, day: LedgerDate) -> Result<Vec<ActorId>, AccessError> {
    let delegations = access.delegations()?;
    if !delegations.iter().any(|delegation| delegation.taker == user.id) {
        return Ok(Vec::new());
    }
    Ok(in_place_of(user, &delegations, &access.users()?, day))
}

/// The same, of what is known.
pub(super) fn in_place_of(user: &User, delegations: &[Delegation], users: &[User], day: LedgerDate) -> Vec<ActorId> {
    let giver = |delegation: &Delegation| users.iter().find(|giver| giver.id == delegation.giver);
    let holds = |delegation: &&Delegation| {
        delegation.taker == user.id
            && delegation.holds_on(day)
            && giver(delegation).is_some_and(|giver| may_give(giver) && giver.party == user.party)
    };
    if !may_take(user) {
        return Vec::new();
    }
    delegations.iter().filter(holds).map(|delegation| delegation.giver.clone()).collect()
}

/// Whether somebody has the right to decide, to hand over.
pub(crate) fn may_give(user: &User) -> bool {
    !user.disabled && user.role.reviews()
}

/// Whether it can be handed over to somebody. Who decides already needs nothing; who reads or verifies states nothing
/// of the party, and so does not decide on it.
pub(crate) fn may_take(user: &User) -> bool {
    !user.disabled && user.signs_in && user.role == Role::Recorder
}

/// Hands over what a person wishes to.
pub(crate) fn hand_over(app: &App, by: &User, mut wish: DelegationWish) -> Result<(), Problem> {
    let wrong =
        |code: &'static str, field: &'static str| Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code).at(field));
    if by.id != wish.giver && by.role != Role::Administrator {
        return Err(Problem::new(StatusCode::FORBIDDEN, "delegation_of_other").by(&by.id));
    }
    let users = app.access().users()?;
    let of = |id: &ActorId| users.iter().find(|user| user.id == *id);
    let Some(giver) = of(&wish.giver).filter(|giver| may_give(giver)) else {
        return wrong("delegation_giver", "/giver");
    };
    if !of(&wish.taker).is_some_and(|taker| may_take(taker) && taker.party == giver.party) {
        return wrong("delegation_taker", "/taker");
    }
    let (today, days) = (app.log().now().date(), wish.until.days_since(wish.from) + 1);
    if wish.until < today || !(1..=DAYS_MAX).contains(&days) {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "delegation_days").at("/until");
        return Err(problem.with("days", &DAYS_MAX));
    }
    wish.reason = wish.reason.trim().to_owned();
    if wish.reason.is_empty() || wish.reason.len() > REASON_BYTES_MAX {
        return wrong("delegation_reason", "/reason");
    }
    Ok(app.access().hand_over(&wish, &by.id, app.log().now())?)
}

/// Ends a delegation before its last day: whoever gave it, whoever has it, or an administrator.
pub(crate) fn take_back(app: &App, by: &User, id: i64) -> Result<(), Problem> {
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "delegation_unknown");
    let delegation = app.access().delegations()?.into_iter().find(|of| of.id == id).ok_or_else(unknown)?;
    if by.role != Role::Administrator && by.id != delegation.giver && by.id != delegation.taker {
        return Err(Problem::new(StatusCode::FORBIDDEN, "delegation_of_other").by(&by.id));
    }
    Ok(app.access().end_delegation(id, &by.id, app.log().now())?)
}

#[cfg(test)]
#[path = "delegation_tests.rs"]
mod tests;
