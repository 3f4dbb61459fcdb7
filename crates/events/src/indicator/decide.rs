//! Rules of the indicator family.

use crate::case::{Case, Decided, Decision};
use crate::catalogue::Event;
use crate::flag::FlagCode;
use crate::indicator::{ExchangeRateRecorded, IndicatorDefined, IndicatorObserved};
use crate::refusal::Refusal;

/// A series is defined once.
pub(crate) fn define(wish: &IndicatorDefined, case: &Case<'_>) -> Result<Decision, Refusal> {
    match case.history.facts().first().map(|fact| &fact.event) {
        None => {}
        Some(Event::IndicatorDefined(defined)) if **defined == *wish => return Ok(vec![]),
        Some(_) => return Err(Refusal::IndicatorAlreadyDefined),
    }
    Ok(vec![Decided::new(wish.clone()).flags(case.unknown_parties(&wish.parties))])
}

/// Values belong to a defined series. Periods of one source that overlap cannot simply be summed: flagged.
pub(crate) fn observe(wish: &IndicatorObserved, case: &Case<'_>) -> Result<Decision, Refusal> {
    let defined = case.history.facts().iter().any(|fact| matches!(fact.event, Event::IndicatorDefined(_)));
    if !defined {
        return Err(Refusal::IndicatorUnknown { stream: case.history.stream().clone() });
    }
    let observed: Vec<&IndicatorObserved> = case
        .history
        .facts()
        .iter()
        .filter_map(|fact| match &fact.event {
            Event::IndicatorObserved(observed) => Some(observed.as_ref()),
            _ => None,
        })
        .collect();
    if observed.contains(&wish) {
        return Ok(vec![]);
    }
    let overlaps = observed.iter().any(|other| {
        other.source == wish.source
            && other.period.earliest <= wish.period.latest
            && wish.period.earliest <= other.period.latest
    });
    Ok(vec![Decided::new(wish.clone()).flag_if(overlaps, FlagCode::PeriodOverlaps)])
}

/// A rate is recorded once and then stands; a newer rate has another id.
pub(crate) fn record_exchange_rate(wish: &ExchangeRateRecorded, case: &Case<'_>) -> Result<Decision, Refusal> {
    match case.history.facts().first().map(|fact| &fact.event) {
        None => {}
        Some(Event::ExchangeRateRecorded(rate)) if **rate == *wish => return Ok(vec![]),
        Some(_) => return Err(Refusal::RateAlreadyRecorded),
    }
    if wish.base == wish.quote {
        return Err(Refusal::SameCurrency);
    }
    Ok(vec![Decided::new(wish.clone())])
}
