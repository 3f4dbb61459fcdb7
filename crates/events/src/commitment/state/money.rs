//! Flows of money of a commitment: what is owed now, what is scheduled, what was paid.

use rust_decimal::Decimal;

use crate::commitment::{
    DisbursementScheduled, FundsCommitmentAdjusted, FundsCommitted, FundsDisbursed, FundsReturned,
};
use crate::ids::{EventId, FlowId};
use crate::money::{Currency, Money};
use crate::recorded::Fact;

/// A disbursement or a return, with its entry.
#[derive(Debug, Clone, Copy)]
pub enum Payment<'a> {
    /// Money was paid out.
    Disbursed(&'a Fact, &'a FundsDisbursed),
    /// Money was sent back.
    Returned(&'a Fact, &'a FundsReturned),
}

/// A flow of money.
#[derive(Debug, Clone)]
pub struct Flow<'a> {
    /// Its id.
    pub flow_id: &'a FlowId,
    /// The firm obligation as it was first recorded, if one was.
    pub committed: Option<(&'a Fact, &'a FundsCommitted)>,
    /// How the obligation grew and shrank.
    pub adjustments: Vec<(&'a Fact, &'a FundsCommitmentAdjusted)>,
    /// Planned payments, in the order in which they were recorded.
    pub scheduled: Vec<(&'a Fact, &'a DisbursementScheduled)>,
    /// Payments out and back, in the order in which they were recorded.
    pub payments: Vec<Payment<'a>>,
    /// Payments of which a dispute was upheld; they count for nothing.
    pub rejected: Vec<Payment<'a>>,
}

impl<'a> Payment<'a> {
    /// The entry that claims it.
    pub fn fact(&self) -> &'a Fact {
        match self {
            Self::Disbursed(fact, _) | Self::Returned(fact, _) => fact,
        }
    }
}

impl<'a> Flow<'a> {
    pub(super) fn new(flow_id: &'a FlowId) -> Self {
        Self {
            flow_id,
            committed: None,
            adjustments: Vec::new(),
            scheduled: Vec::new(),
            payments: Vec::new(),
            rejected: Vec::new(),
        }
    }

    pub(super) fn reject(&mut self, claim: &EventId) {
        if let Some(index) = self.payments.iter().position(|payment| payment.fact().event_id == *claim) {
            let payment = self.payments.remove(index);
            self.rejected.push(payment);
        }
    }

    /// The firm obligation now: what was committed, with the adjustments.
    pub fn owed(&self) -> Option<Money> {
        let (_, funds) = self.committed?;
        let currency = funds.amount.currency();
        let deltas = self.adjustments.iter().filter(|(_, adjusted)| adjusted.delta.currency() == currency);
        let amount = deltas.fold(funds.amount.amount(), |sum, (_, adjusted)| sum + adjusted.delta.amount());
        Some(Money::of(amount, currency))
    }

    /// The entries that state what is owed.
    pub fn owed_facts(&self) -> impl Iterator<Item = &'a Fact> {
        self.committed.iter().map(|(fact, _)| *fact).chain(self.adjustments.iter().map(|(fact, _)| *fact))
    }

    /// Planned payments in one currency, summed.
    pub fn scheduled_sum(&self, currency: Currency) -> Decimal {
        let planned = self.scheduled.iter().map(|(_, planned)| planned.amount);
        planned.filter(|amount| amount.currency() == currency).map(|amount| amount.amount()).sum()
    }

    /// Disbursed less returned, in one currency.
    pub fn balance(&self, currency: Currency) -> Decimal {
        self.payments.iter().fold(Decimal::ZERO, |sum, payment| match payment {
            Payment::Disbursed(_, paid) if paid.amount.currency() == currency => sum + paid.amount.amount(),
            Payment::Returned(_, back) if back.amount.currency() == currency => sum - back.amount.amount(),
            Payment::Disbursed(..) | Payment::Returned(..) => sum,
        })
    }
}
