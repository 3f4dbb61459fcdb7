//! Payloads about money: owed, adjusted, scheduled, paid out, sent back.

use serde::{Deserialize, Serialize};

use crate::dates::FuzzyDate;
use crate::ids::{CommitmentId, EventId, FlowId, IndicatorId, PartyId, ScheduleId};
use crate::money::{Delta, Money};
use crate::text::Line;

/// In what form money is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FinanceType {
    /// Not to be paid back.
    Grant,
    /// To be paid back.
    Loan,
    /// For a share of ownership.
    Equity,
    /// A promise to pay if another does not.
    Guarantee,
    /// For goods or services.
    Purchase,
}

/// A firm, written obligation to pay: a loan agreement, a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FundsCommitted {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Id of the flow within the commitment.
    pub flow_id: FlowId,
    /// How much.
    pub amount: Money,
    /// The recorded rate between its currency and that of the promise, where they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_id: Option<IndicatorId>,
    /// In what form.
    pub finance_type: FinanceType,
    /// Who pays.
    pub payer: PartyId,
    /// Who receives.
    pub payee: PartyId,
}

/// Money was placed at the receiver's disposal: a claim, until another party answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FundsDisbursed {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The flow.
    pub flow_id: FlowId,
    /// How much.
    pub amount: Money,
    /// The value date.
    pub value_date: FuzzyDate,
    /// The recorded rate to convert it with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_id: Option<IndicatorId>,
    /// Who paid.
    pub payer: PartyId,
    /// Who received.
    pub payee: PartyId,
    /// The payer's reference of the payment; at most one payment of a payer has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Line>,
}

/// Money was sent back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FundsReturned {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The flow.
    pub flow_id: FlowId,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: Line,
    /// The disbursement that it undoes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_event: Option<EventId>,
}

/// A firm obligation grew or shrank. The first amount stays readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FundsCommitmentAdjusted {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The flow.
    pub flow_id: FlowId,
    /// By how much; below zero where it shrank.
    pub delta: Delta,
    /// Why.
    pub reason: Line,
}

/// A payment is planned within a firm obligation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisbursementScheduled {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The flow.
    pub flow_id: FlowId,
    /// Id of the instalment within the flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule_id: Option<ScheduleId>,
    /// How much.
    pub amount: Money,
    /// When it is to be paid.
    pub due: FuzzyDate,
}
