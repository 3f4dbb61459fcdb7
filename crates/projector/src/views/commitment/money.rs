//! A flow of money: what is owed, what is planned, what was paid.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::commitment::{Flow, FundsCommitted, Payment, State};
use servanda_events::dates::FuzzyDate;
use servanda_events::ids::{FlowId, Position, ScheduleId};
use servanda_events::money::{Delta, Money};
use servanda_events::text::Line;

use super::claim::ClaimView;
use crate::views::entries_of;

/// A flow of money.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FlowView {
    /// Its id.
    pub flow_id: FlowId,
    /// The firm obligation as it was first recorded.
    pub committed: Option<FundsCommitted>,
    /// The firm obligation now, with all adjustments.
    pub owed: Option<Money>,
    /// How the obligation grew and shrank.
    pub adjustments: Vec<AdjustmentView>,
    /// Planned payments.
    pub scheduled: Vec<InstalmentView>,
    /// Payments out and back.
    pub payments: Vec<PaymentView>,
    /// Payments that were claimed and did not hold; they count for nothing.
    pub rejected: Vec<PaymentView>,
}

/// How an obligation changed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AdjustmentView {
    /// By how much.
    pub delta: Delta,
    /// When.
    pub adjusted_on: FuzzyDate,
    /// Why.
    pub reason: Line,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A planned payment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InstalmentView {
    /// Its id, if it has one.
    pub schedule_id: Option<ScheduleId>,
    /// How much.
    pub amount: Money,
    /// When it is to be paid.
    pub due: FuzzyDate,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PaymentView {
    /// How much.
    pub amount: Money,
    /// Whether it was sent back.
    pub returned: bool,
    /// When.
    pub value_date: FuzzyDate,
    /// The claim.
    #[serde(flatten)]
    pub claim: ClaimView,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

impl FlowView {
    pub(super) fn of(flow: &Flow<'_>, state: &State<'_>) -> Self {
        let payment = |payment: &Payment<'_>| {
            let fact = payment.fact();
            let (amount, returned) = match payment {
                Payment::Disbursed(_, paid) => (paid.amount, false),
                Payment::Returned(_, back) => (back.amount, true),
            };
            PaymentView {
                amount,
                returned,
                value_date: fact.occurred_on.clone(),
                claim: ClaimView::of(fact, state),
                entries: entries_of([fact]),
            }
        };
        let adjustments = flow.adjustments.iter().map(|(fact, adjusted)| AdjustmentView {
            delta: adjusted.delta,
            adjusted_on: fact.occurred_on.clone(),
            reason: adjusted.reason.clone(),
            entries: entries_of([*fact]),
        });
        let scheduled = flow.scheduled.iter().map(|(fact, planned)| InstalmentView {
            schedule_id: planned.schedule_id.clone(),
            amount: planned.amount,
            due: planned.due.clone(),
            entries: entries_of([*fact]),
        });
        Self {
            flow_id: flow.flow_id.clone(),
            committed: flow.committed.map(|(_, funds)| funds.clone()),
            owed: flow.owed(),
            adjustments: adjustments.collect(),
            scheduled: scheduled.collect(),
            payments: flow.payments.iter().map(payment).collect(),
            rejected: flow.rejected.iter().map(payment).collect(),
        }
    }
}
