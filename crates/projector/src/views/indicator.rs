//! One indicator with its observations, or one exchange rate.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::ids::{IndicatorId, Position};
use servanda_events::indicator::{ExchangeRateRecorded, IndicatorDefined, IndicatorObserved};
use servanda_events::{Event, Fact};

/// An indicator, or an exchange rate, at a date, as known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum IndicatorView {
    /// A measured series.
    Series {
        /// What was defined.
        #[serde(flatten)]
        indicator: IndicatorDefined,
        /// The values, in the order in which they were recorded.
        observations: Vec<ObservationView>,
        /// Whether any of it is invented to demonstrate the program.
        demonstration: bool,
        /// Positions of the entries behind it.
        entries: Vec<Position>,
    },
    /// An exchange rate.
    Rate(RateView),
}

/// A value, with its entry.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ObservationView {
    /// What was observed.
    #[serde(flatten)]
    pub observation: IndicatorObserved,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A recorded exchange rate, with its entry.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RateView {
    /// What was recorded.
    #[serde(flatten)]
    pub rate: ExchangeRateRecorded,
    /// Whether it is invented to demonstrate the program.
    pub demonstration: bool,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

impl IndicatorView {
    /// Its id.
    pub fn id(&self) -> &IndicatorId {
        match self {
            Self::Series { indicator, .. } => &indicator.indicator_id,
            Self::Rate(rate) => &rate.rate.rate_id,
        }
    }

    /// Whether any of it is invented to demonstrate the program.
    pub fn demonstration(&self) -> bool {
        match self {
            Self::Series { demonstration, .. } => *demonstration,
            Self::Rate(rate) => rate.demonstration,
        }
    }

    pub(crate) fn of(facts: &[Arc<Fact>]) -> Option<Self> {
        let demonstration = super::any_demonstration(facts);
        let entries = super::all_entries(facts);
        facts.iter().find_map(|fact| match &fact.event {
            Event::IndicatorDefined(indicator) => Some(Self::Series {
                indicator: (**indicator).clone(),
                observations: observations(facts),
                demonstration,
                entries: entries.clone(),
            }),
            Event::ExchangeRateRecorded(rate) => {
                Some(Self::Rate(RateView { rate: (**rate).clone(), demonstration, entries: entries.clone() }))
            }
            _ => None,
        })
    }
}

fn observations(facts: &[Arc<Fact>]) -> Vec<ObservationView> {
    let observed = facts.iter().filter_map(|fact| match &fact.event {
        Event::IndicatorObserved(observation) => {
            Some(ObservationView { observation: (**observation).clone(), entries: super::entries_of([fact.as_ref()]) })
        }
        _ => None,
    });
    observed.collect()
}
