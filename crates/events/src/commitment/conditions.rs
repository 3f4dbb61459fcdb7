//! Rules of conditions: added, come true, done without.

use crate::case::{Case, Decided, Decision};
use crate::commitment::decide::{line, made, state};
use crate::commitment::life::late;
use crate::commitment::{
    CommitmentMade, ConditionAdded, ConditionSatisfied, ConditionState, ConditionWaived, Met, State,
};
use crate::ids::ConditionId;
use crate::refusal::Refusal;

fn condition<'s, 'a>(state: &'s State<'a>, id: &ConditionId) -> Result<&'s ConditionState<'a>, Refusal> {
    state.condition(id).ok_or_else(|| Refusal::ConditionUnknown { condition: line(id.as_str()) })
}

fn unmet(condition: &ConditionState<'_>) -> Result<(), Refusal> {
    let met = || Refusal::ConditionAlreadyMet { condition: line(condition.condition_id.as_str()) };
    if condition.met.is_some() { Err(met()) } else { Ok(()) }
}

/// A condition comes to a promise, under an id that none has.
pub(crate) fn add_condition(wish: &ConditionAdded, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    if let Some(there) = state.condition(&wish.condition_id) {
        let taken = Refusal::ConditionIdTaken { condition: line(wish.condition_id.as_str()) };
        return if *there.text == wish.text { Ok(vec![]) } else { Err(taken) };
    }
    let late = late(&state, &case.occurred_on())?;
    Ok(vec![Decided::new(wish.clone()).flags(late)])
}

/// A condition comes true, once.
pub(crate) fn satisfy_condition(wish: &ConditionSatisfied, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    let condition = condition(&state, &wish.condition_id)?;
    if let Some(Met::Satisfied(_, satisfied)) = condition.met
        && satisfied == wish
    {
        return Ok(vec![]);
    }
    unmet(condition)?;
    let late = late(&state, &wish.satisfied_on)?;
    Ok(vec![Decided::new(wish.clone()).flags(late)])
}

/// The refusal that looks at who waives a condition: the other side has a say in it.
pub(super) fn check_waived(made: &CommitmentMade, waived: &ConditionWaived) -> Result<(), Refusal> {
    let alone = waived.by.iter().all(|party| made.obligors.contains(party));
    if alone { Err(Refusal::WaivedByObligorsAlone) } else { Ok(()) }
}

/// The parties do without a condition that is not met.
pub(crate) fn waive_condition(wish: &ConditionWaived, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let made = made(case, &state)?;
    let condition = condition(&state, &wish.condition_id)?;
    if let Some(Met::Waived(_, waived)) = condition.met
        && waived == wish
    {
        return Ok(vec![]);
    }
    unmet(condition)?;
    check_waived(made, wish)?;
    let late = late(&state, &case.occurred_on())?;
    Ok(vec![Decided::new(wish.clone()).flags(late)])
}
