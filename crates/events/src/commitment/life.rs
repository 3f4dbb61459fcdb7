//! Rules of a promise as a whole: amended, split, merged, halted, given up, kept.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::case::{Case, Decided, Decision};
use crate::commitment::decide::{check_made, line, made, state};
use crate::commitment::{
    AmendedField, Claim, Closing, CommitmentAmended, CommitmentCancelled, CommitmentFulfilled, CommitmentMade,
    CommitmentResumed, CommitmentSplit, CommitmentSuspended, CommitmentsMerged, Milestone, State,
};
use crate::dates::{FuzzyDate, Precision};
use crate::field_error::FieldError;
use crate::flag::{Flag, FlagCode};
use crate::ids::CommitmentId;
use crate::money::{Money, Weight};
use crate::refusal::{Refusal, each_once};

/// A flag for what was so before a commitment ended and is recorded after that. What was so later is refused.
pub(super) fn late(state: &State<'_>, date: &FuzzyDate) -> Result<Option<Flag>, Refusal> {
    let Some(closing) = state.closed() else { return Ok(None) };
    let ended = &closing.fact().occurred_on;
    if date.earliest > ended.latest {
        return Err(Refusal::CommitmentClosed { date: ended.clone() });
    }
    Ok(Some(Flag::new(FlagCode::LateReport)))
}

fn still_open(state: &State<'_>) -> Result<(), Refusal> {
    match state.closed() {
        Some(closing) => Err(Refusal::CommitmentClosed { date: closing.fact().occurred_on.clone() }),
        None => Ok(()),
    }
}

impl AmendedField {
    fn as_str(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Statement => "statement",
            Self::PlannedStart => "planned_start",
            Self::PlannedEnd => "planned_end",
            Self::Obligors => "obligors",
            Self::Beneficiaries => "beneficiaries",
        }
    }
}

/// The promise as `change` leaves it, if that is a promise at all.
pub(super) fn amended(made: &CommitmentMade, change: &CommitmentAmended) -> Result<CommitmentMade, Refusal> {
    let field = change.field.as_str();
    let invalid = |detail: &str| Refusal::AmendmentInvalid { field, detail: detail.to_owned() };
    let mut json = serde_json::to_value(made).unwrap_or_default();
    if let Some(fields) = json.as_object_mut() {
        fields.insert(field.to_owned(), change.new.clone());
        match change.field {
            // An amount that the parties agreed on is known, and one that they took away is not.
            AmendedField::Amount => {
                let status = if change.new.is_null() { "unknown" } else { "known" };
                fields.insert("value_status".to_owned(), status.into());
            }
            AmendedField::Beneficiaries if change.new.is_null() => {
                fields.remove(field);
            }
            _ => {}
        }
    }
    let amended: CommitmentMade =
        serde_json::from_value(json).map_err(|error| invalid(&FieldError::from_message(&error.to_string()).code))?;
    let mut dates = amended.planned_start.iter().chain(&amended.planned_end);
    if dates.any(|date| date.precision == Precision::Unresolved) {
        return Err(invalid("relative_date_without_anchor"));
    }
    check_made(&amended)?;
    match change.field {
        AmendedField::Obligors => each_once(&amended.obligors, "/data/new")?,
        AmendedField::Beneficiaries => each_once(&amended.beneficiaries, "/data/new")?,
        _ => {}
    }
    Ok(amended)
}

/// The parties change a promise. What stood there must be what stood there on that day.
pub(crate) fn amend(wish: &CommitmentAmended, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    let promise =
        state.promise().ok_or_else(|| Refusal::CommitmentUnknown { stream: case.history.stream().clone() })?;
    if let Some((_, there)) = promise.amendments.iter().find(|(_, a)| a.amendment_id == wish.amendment_id) {
        let taken = Refusal::AmendmentIdTaken { amendment: wish.amendment_id.clone() };
        return if *there == wish { Ok(vec![]) } else { Err(taken) };
    }
    let date = case.occurred_on();
    let late = late(&state, &date)?;
    let then = State::of(case.history.facts(), Some(date.earliest));
    let Some((_, before)) = then.made() else {
        return Err(Refusal::AmendedBeforePromise { date: promise.fact.occurred_on.clone() });
    };
    let field = wish.field.as_str();
    let json = serde_json::to_value(before).unwrap_or_default();
    let found = json.get(field).cloned().unwrap_or_default();
    if !crate::entry::agrees(&found, &wish.old) {
        let found = found.get("text").cloned().unwrap_or(found);
        return Err(Refusal::OldValueDiffers { path: line(field), found: found.to_string() });
    }
    let after = amended(before, wish)?;
    if after == *before {
        return Err(Refusal::AmendmentInvalid { field, detail: "nothing_changed".to_owned() });
    }
    let agreed = before.parties().all(|party| wish.agreed_by.contains(party));
    let new_parties = match wish.field {
        AmendedField::Obligors => after.obligors.as_slice(),
        AmendedField::Beneficiaries => after.beneficiaries.as_slice(),
        _ => &[],
    };
    let decided = Decided::new(wish.clone())
        .flag_if(!agreed, FlagCode::NotAgreedByAll)
        .flags(case.unknown_parties(new_parties))
        .flags(late);
    Ok(vec![decided])
}

/// Refuses parts that do not add up to `whole`, are too few, or name one promise twice or the whole itself.
fn check_parts<'p>(
    whole: &CommitmentMade,
    parts: impl Iterator<Item = (&'p CommitmentId, Option<Money>, Weight)>,
) -> Result<(), Refusal> {
    let (mut amounts, mut weights, mut seen) = (Vec::new(), Decimal::ZERO, BTreeSet::new());
    for (id, amount, weight) in parts {
        if *id == whole.commitment_id {
            return Err(Refusal::PartIsSelf);
        }
        if !seen.insert(id) {
            return Err(Refusal::PartNamedTwice { part: line(id.as_str()) });
        }
        amounts.push(amount);
        weights += weight.value();
    }
    if seen.len() < 2 {
        return Err(Refusal::FewerThanTwoParts);
    }
    let differs = |found: String, expected: String| Err(Refusal::NotConserved { found, expected });
    if weights != whole.weight.value() {
        return differs(weights.normalize().to_string(), whole.weight.to_string());
    }
    let known: Vec<Money> = amounts.iter().flatten().copied().collect();
    let shown = || known.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ");
    match whole.amount {
        None if known.is_empty() => Ok(()),
        None => differs(shown(), "-".to_owned()),
        Some(amount) => {
            let all = known.len() == amounts.len() && known.iter().all(|part| part.currency() == amount.currency());
            let sum: Decimal = known.iter().map(Money::amount).sum();
            if all && sum == amount.amount() { Ok(()) } else { differs(shown(), amount.to_string()) }
        }
    }
}

/// The refusals that look at a split and the promise that is split.
pub(super) fn check_split(whole: &CommitmentMade, split: &CommitmentSplit) -> Result<(), Refusal> {
    check_parts(whole, split.into.iter().map(|part| (&part.commitment_id, part.amount, part.weight)))
}

/// A promise is divided into parts that add up to it. Each part is promised by a command of its own.
pub(crate) fn split(wish: &CommitmentSplit, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let whole = made(case, &state)?;
    if let Some(Closing::Split(_, split)) = state.closed()
        && split == wish
    {
        return Ok(vec![]);
    }
    still_open(&state)?;
    check_split(whole, wish)?;
    Ok(vec![Decided::new(wish.clone())])
}

/// The refusals that look at all that went into a promise.
pub(super) fn check_merged<'m>(
    whole: &CommitmentMade,
    merges: impl Iterator<Item = &'m CommitmentsMerged>,
) -> Result<(), Refusal> {
    check_parts(whole, merges.flat_map(|m| &m.from).map(|part| (&part.commitment_id, part.amount, part.weight)))
}

/// Promises go into this one, which is as large as all of them.
pub(crate) fn merge(wish: &CommitmentsMerged, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let whole = made(case, &state)?;
    if state.merges().iter().any(|(_, merged)| *merged == wish) {
        return Ok(vec![]);
    }
    still_open(&state)?;
    check_merged(whole, state.merges().iter().map(|(_, merged)| *merged).chain([wish]))?;
    Ok(vec![Decided::new(wish.clone())])
}

/// Work is halted. Due dates keep running.
pub(crate) fn suspend(wish: &CommitmentSuspended, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    if state.suspended().is_some() {
        return Err(Refusal::CommitmentAlreadySuspended);
    }
    let late = late(&state, &case.occurred_on())?;
    Ok(vec![Decided::new(wish.clone()).flags(late)])
}

/// Work that was halted goes on.
pub(crate) fn resume(wish: &CommitmentResumed, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    if state.suspended().is_none() {
        return Err(Refusal::CommitmentNotSuspended);
    }
    let late = late(&state, &case.occurred_on())?;
    Ok(vec![Decided::new(wish.clone()).flags(late)])
}

/// A promise is given up, once. That it was by agreement is flagged where not every party is named.
pub(crate) fn cancel(wish: &CommitmentCancelled, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let made = made(case, &state)?;
    if let Some(Closing::Cancelled(_, cancelled)) = state.closed()
        && cancelled == wish
    {
        return Ok(vec![]);
    }
    still_open(&state)?;
    let alone = wish.mutual && !made.is_agreed_by(&wish.by);
    Ok(vec![Decided::new(wish.clone()).flag_if(alone, FlagCode::NotAgreedByAll)])
}

/// A party claims that a promise is kept. Open milestones and silence of the other side are flagged, not refused.
pub(crate) fn fulfil(wish: &CommitmentFulfilled, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    let reporter = case.reporter()?;
    if let Some(Closing::Fulfilled(fact, fulfilled)) = state.closed()
        && fulfilled == wish
        && fact.reported_by.as_ref() == Some(reporter)
    {
        return Ok(vec![]);
    }
    still_open(&state)?;
    let confirmed = |claim: &Claim<'_>| claim.is_confirmed() || claim.is_verified();
    let decided = Decided::new(wish.clone())
        .flag_if(state.milestones().iter().any(Milestone::is_open), FlagCode::OpenMilestones)
        .flag_if(!state.claims().iter().any(confirmed), FlagCode::NothingConfirmed);
    Ok(vec![decided])
}
