//! Rules of money: obligations to pay, payments, returns. What was promised and what is owed firmly are never added.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::commitment::decide::{line, made, state};
use crate::commitment::life::late;
use crate::commitment::{
    Closing, DisbursementScheduled, Flow, FundsCommitmentAdjusted, FundsCommitted, FundsDisbursed, FundsReturned,
    Payment, State,
};
use crate::dates::FuzzyDate;
use crate::flag::{Flag, FlagCode};
use crate::ids::{EventId, StreamId};
use crate::money::{Currency, Money};
use crate::recorded::{Fact, UniqueKey};
use crate::refusal::Refusal;

/// Nothing is no payment.
pub(super) fn check_amount(amount: &Money) -> Result<(), Refusal> {
    if amount.amount().is_zero() { Err(Refusal::AmountNotPositive) } else { Ok(()) }
}

/// A flag where money in `currency` cannot be compared with what was promised or committed in `expected`. A rate counts
/// as it was recorded: figures turn none round.
fn currency_flag(
    case: &Case<'_>,
    expected: Option<Currency>,
    currency: Currency,
    rate: Option<StreamId>,
) -> Option<Flag> {
    let expected = expected.filter(|expected| *expected != currency)?;
    let flag = Flag::new(FlagCode::CurrencyDiffers);
    let Some(rate) = rate else {
        return Some(flag);
    };
    let converts = |fact: &Fact| {
        matches!(&fact.event, Event::ExchangeRateRecorded(rate)
            if (rate.base, rate.quote) == (currency, expected))
    };
    let known = case.other(&rate).is_some_and(|history| history.facts().iter().any(|fact| converts(fact)));
    (!known).then(|| flag.against(&rate, case.revision_of(&rate)))
}

/// A flow is committed once.
pub(crate) fn commit_funds(wish: &FundsCommitted, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let promised = made(case, &state)?.amount.map(|amount| amount.currency());
    if let Some((_, funds)) = state.flow(&wish.flow_id).and_then(|flow| flow.committed) {
        let refusal = Refusal::FundsAlreadyCommitted { flow: line(wish.flow_id.as_str()) };
        return if funds == wish { Ok(vec![]) } else { Err(refusal) };
    }
    check_amount(&wish.amount)?;
    let late = late(&state, &case.occurred_on())?;
    let decided = Decided::new(wish.clone())
        .flags(late)
        .flags(currency_flag(case, promised, wish.amount.currency(), wish.rate_id.as_ref().map(StreamId::from)))
        .flags(case.unknown_parties([&wish.payer, &wish.payee]));
    Ok(vec![decided])
}

/// What is paid after a promise was kept, a retention or a last bill, is paid all the same, and flagged. After another
/// end it is refused.
fn after_end(state: &State<'_>, paid_on: &FuzzyDate) -> Result<Option<Flag>, Refusal> {
    match state.closed() {
        Some(Closing::Fulfilled(fact, _)) if paid_on.earliest > fact.occurred_on.latest => {
            Ok(Some(Flag::new(FlagCode::PaidAfterFulfilment)))
        }
        _ => late(state, paid_on),
    }
}

/// A party claims that money was placed at the receiver's disposal: more than nothing, not in the future, and no
/// payment twice.
pub(crate) fn disburse_funds(wish: &FundsDisbursed, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let promised = made(case, &state)?.amount.map(|amount| amount.currency());
    let reporter = case.reporter()?;
    let same = |fact: &Fact| {
        matches!(&fact.event, Event::FundsDisbursed(paid) if **paid == *wish && wish.reference.is_some())
            && fact.reported_by.as_ref() == Some(reporter)
    };
    if case.history.facts().iter().any(|fact| same(fact)) {
        return Ok(vec![]);
    }
    check_amount(&wish.amount)?;
    if case.in_future(&wish.value_date) {
        return Err(Refusal::PaymentInFuture { date: wish.value_date.clone() });
    }
    let decided = Decided::new(wish.clone()).flags(after_end(&state, &wish.value_date)?);
    if let Some((key, stream)) = case.holder_of(&decided.keys, None) {
        return Err(already_paid(wish, key, stream));
    }
    let flow = state.flow(&wish.flow_id);
    let committed = flow.and_then(Flow::owed);
    let currency = wish.amount.currency();
    let paid = flow.map_or(Decimal::ZERO, |flow| flow.balance(currency)) + wish.amount.amount();
    let above = committed.is_some_and(|c| c.currency() == currency && paid > c.amount());
    let expected = committed.map(|amount| amount.currency()).or(promised);
    Ok(vec![
        decided
            .flag_if(committed.is_none(), FlagCode::NoFundsCommitted)
            .flag_if(above, FlagCode::AboveCommitted)
            .flags(currency_flag(case, expected, currency, wish.rate_id.as_ref().map(StreamId::from)))
            .flags(case.unknown_parties([&wish.payer, &wish.payee])),
    ])
}

/// That a payment of the same payer has this reference already.
pub(crate) fn already_paid(paid: &FundsDisbursed, key: UniqueKey, stream: StreamId) -> Refusal {
    let reference = paid.reference.clone().unwrap_or_else(|| key.clone());
    Refusal::PaymentAlreadyRecorded { key, payer: paid.payer.clone(), reference, stream }
}

/// No more comes back than went out, per flow and currency, and per disbursement where the return names one.
pub(crate) fn return_funds(wish: &FundsReturned, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    case.reporter()?;
    check_amount(&wish.amount)?;
    let flow = state.flow(&wish.flow_id).ok_or_else(|| Refusal::FlowUnknown { flow: line(wish.flow_id.as_str()) })?;
    let returnable = returnable(flow, wish.of_event.as_ref(), wish.amount.currency())?;
    if wish.amount.amount() > returnable {
        let disbursed = Money::of(returnable, wish.amount.currency());
        return Err(Refusal::ReturnAboveDisbursed { disbursed });
    }
    // Money comes back after the end too; what came back before it and is told after it is late.
    let late = late(&state, &case.occurred_on()).ok().flatten();
    Ok(vec![Decided::new(wish.clone()).flags(late)])
}

/// What may still come back in `currency`: of the disbursement `of`, or of the whole flow.
fn returnable(flow: &Flow<'_>, of: Option<&EventId>, currency: Currency) -> Result<Decimal, Refusal> {
    let balance = flow.balance(currency);
    let Some(of) = of else {
        return Ok(balance);
    };
    let named = |payment: &Payment<'_>| match payment {
        Payment::Disbursed(fact, paid) if fact.event_id == *of => Some(paid.amount),
        Payment::Disbursed(..) | Payment::Returned(..) => None,
    };
    let paid = flow.payments.iter().find_map(named).ok_or_else(|| Refusal::NotADisbursement { event: of.clone() })?;
    let out = if paid.currency() == currency { paid.amount() } else { Decimal::ZERO };
    let left = flow.payments.iter().fold(out, |left, payment| match payment {
        Payment::Returned(_, back) if back.of_event.as_ref() == Some(of) => left - back.amount.amount(),
        Payment::Disbursed(..) | Payment::Returned(..) => left,
    });
    Ok(left.min(balance))
}

/// The flow, where it has a firm obligation, with what is owed now.
fn committed<'s, 'a>(state: &'s State<'a>, id: &crate::ids::FlowId) -> Result<(&'s Flow<'a>, Money), Refusal> {
    let flow = state.flow(id).and_then(|flow| flow.owed().map(|owed| (flow, owed)));
    flow.ok_or_else(|| Refusal::FlowNotCommitted { flow: line(id.as_str()) })
}

/// An obligation grows or shrinks, in its own currency and not below nothing.
pub(crate) fn adjust_funds(wish: &FundsCommitmentAdjusted, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    let (_, owed) = committed(&state, &wish.flow_id)?;
    check_adjusted(wish, owed)?;
    if (owed.amount() + wish.delta.amount()).is_sign_negative() {
        return Err(Refusal::AdjustedBelowZero { owed });
    }
    let late = late(&state, &case.occurred_on())?;
    Ok(vec![Decided::new(wish.clone()).flags(late)])
}

fn check_adjusted(adjusted: &FundsCommitmentAdjusted, owed: Money) -> Result<(), Refusal> {
    if adjusted.delta.amount().is_zero() {
        return Err(Refusal::NothingAdjusted);
    }
    if adjusted.delta.currency() != owed.currency() {
        return Err(Refusal::AdjustmentCurrencyDiffers { owed });
    }
    Ok(())
}

/// A payment is planned within an obligation. That more is planned than owed is flagged.
pub(crate) fn schedule_disbursement(wish: &DisbursementScheduled, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    let (flow, owed) = committed(&state, &wish.flow_id)?;
    if let Some(id) = &wish.schedule_id
        && let Some((_, there)) = flow.scheduled.iter().find(|(_, s)| s.schedule_id.as_ref() == Some(id))
    {
        let taken = Refusal::ScheduleIdTaken { schedule: line(id.as_str()) };
        return if *there == wish { Ok(vec![]) } else { Err(taken) };
    }
    check_amount(&wish.amount)?;
    let currency = wish.amount.currency();
    let same = currency == owed.currency();
    let above = same && flow.scheduled_sum(currency) + wish.amount.amount() > owed.amount();
    let late = late(&state, &case.occurred_on())?;
    let decided = Decided::new(wish.clone())
        .flag_if(above, FlagCode::ScheduleAboveCommitted)
        .flag_if(!same, FlagCode::CurrencyDiffers)
        .flags(late);
    Ok(vec![decided])
}

/// Refuses facts of which a correction or a retraction would leave less than nothing owed, or more sent back than was
/// paid out.
pub(crate) fn check_balances(facts: &[Arc<Fact>]) -> Result<(), Refusal> {
    check_flows(&State::of(facts, None))
}

/// Refuses a state in which less than nothing is owed, or more was sent back than was paid out.
pub(super) fn check_flows(state: &State<'_>) -> Result<(), Refusal> {
    for flow in state.flows() {
        if let (Some((_, funds)), Some(owed)) = (flow.committed, flow.owed()) {
            for (_, adjusted) in &flow.adjustments {
                check_adjusted(adjusted, owed)?;
            }
            if owed.amount().is_sign_negative() && !owed.amount().is_zero() {
                return Err(Refusal::AdjustedBelowZero { owed: funds.amount });
            }
        }
        for payment in &flow.payments {
            if let Payment::Returned(_, back) = payment {
                let currency = back.amount.currency();
                let left = returnable(flow, back.of_event.as_ref(), currency)?;
                if left.is_sign_negative() && !left.is_zero() {
                    let disbursed = Money::of(left + back.amount.amount(), currency);
                    return Err(Refusal::ReturnAboveDisbursed { disbursed });
                }
            }
        }
    }
    Ok(())
}
