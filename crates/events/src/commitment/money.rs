//! Rules of money: obligations to pay, payments, returns. What was promised and what is owed firmly are never added.

use rust_decimal::Decimal;

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::commitment::decide::{line, made, state};
use crate::commitment::{CommitmentMade, FundsCommitted, FundsDisbursed, FundsReturned};
use crate::flag::{Flag, FlagCode};
use crate::ids::StreamId;
use crate::money::Currency;
use crate::refusal::Refusal;

/// A flag where money in `currency` cannot be compared with the promise.
fn currency_flag(commitment: &CommitmentMade, currency: Currency, rate: Option<Flag>, has_rate: bool) -> Option<Flag> {
    let differs = commitment.amount.is_some_and(|amount| amount.currency() != currency);
    (differs && !has_rate).then(|| rate.unwrap_or_else(|| Flag::new(FlagCode::CurrencyDiffers)))
}

/// A flow is committed once.
pub(crate) fn commit_funds(wish: &FundsCommitted, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let commitment = made(case, &state)?;
    if let Some((_, funds)) = state.flow(&wish.flow_id).and_then(|flow| flow.committed) {
        let refusal = Refusal::FundsAlreadyCommitted { flow: line(wish.flow_id.as_str()) };
        return if funds == wish { Ok(vec![]) } else { Err(refusal) };
    }
    if wish.amount.amount().is_zero() {
        return Err(Refusal::AmountNotPositive);
    }
    let decided = Decided::new(wish.clone())
        .flags(currency_flag(commitment, wish.amount.currency(), None, false))
        .flags(case.unknown_parties([&wish.payer, &wish.payee]));
    Ok(vec![decided])
}

/// A party claims that money was placed at the receiver's disposal: more than nothing, not in the future, and no
/// payment twice.
pub(crate) fn disburse_funds(wish: &FundsDisbursed, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    let commitment = made(case, &state)?;
    let reporter = case.reporter()?;
    let same = |fact: &crate::recorded::Fact| {
        matches!(&fact.event, Event::FundsDisbursed(paid) if **paid == *wish && wish.reference.is_some())
            && fact.reported_by.as_ref() == Some(reporter)
    };
    if case.history.facts().iter().any(|fact| same(fact)) {
        return Ok(vec![]);
    }
    if wish.amount.amount().is_zero() {
        return Err(Refusal::AmountNotPositive);
    }
    if case.in_future(&wish.value_date) {
        return Err(Refusal::PaymentInFuture { date: wish.value_date.clone() });
    }
    let decided = Decided::new(wish.clone());
    if let Some((key, stream)) = case.holder_of(&decided.keys, None) {
        return Err(Refusal::PaymentAlreadyRecorded { key, stream });
    }
    let flow = state.flow(&wish.flow_id);
    let committed = flow.and_then(|flow| flow.committed).map(|(_, funds)| funds.amount);
    let currency = wish.amount.currency();
    let paid = flow.map_or(Decimal::ZERO, |flow| flow.balance(currency)) + wish.amount.amount();
    let above = committed.is_some_and(|c| c.currency() == currency && paid > c.amount());
    let rate = wish.rate_id.as_ref().map(StreamId::from);
    let has_rate = rate.as_ref().is_some_and(|stream| case.other(stream).is_some());
    let rate_flag = rate.map(|stream| Flag::new(FlagCode::CurrencyDiffers).against(&stream, 0));
    Ok(vec![
        decided
            .flag_if(committed.is_none(), FlagCode::NoFundsCommitted)
            .flag_if(above, FlagCode::AboveCommitted)
            .flags(currency_flag(commitment, currency, rate_flag, has_rate))
            .flags(case.unknown_parties([&wish.payer, &wish.payee])),
    ])
}

/// No more comes back than went out, per flow and currency.
pub(crate) fn return_funds(wish: &FundsReturned, case: &Case<'_>) -> Result<Decision, Refusal> {
    let state = state(case);
    made(case, &state)?;
    case.reporter()?;
    if wish.amount.amount().is_zero() {
        return Err(Refusal::AmountNotPositive);
    }
    let flow = state.flow(&wish.flow_id).ok_or_else(|| Refusal::FlowUnknown { flow: line(wish.flow_id.as_str()) })?;
    if let Some(event) = &wish.of_event
        && state.claim(event).is_none()
    {
        return Err(Refusal::EntryUnknown { event: event.clone() });
    }
    let balance = flow.balance(wish.amount.currency());
    if wish.amount.amount() > balance {
        let disbursed = crate::money::Money::of(balance, wish.amount.currency());
        return Err(Refusal::ReturnAboveDisbursed { disbursed });
    }
    Ok(vec![Decided::new(wish.clone())])
}
