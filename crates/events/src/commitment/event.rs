//! Payloads of the commitment family.

use serde::{Deserialize, Serialize};

use crate::agreement::Sector;
use crate::dates::FuzzyDate;
use crate::ids::{
    AgreementId, CommitmentId, ConditionId, EventId, FlowId, IndicatorId, MilestoneId, PackageId, PartyId,
};
use crate::money::{Money, Weight};
use crate::text::{Line, Texts};

/// Something is under consideration. A prospect is followed, and never counted as promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProspectNoted {
    /// The id that it would have as a commitment.
    pub commitment_id: CommitmentId,
    /// The package in which it was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_id: Option<PackageId>,
    /// The words of the source.
    pub statement: Texts,
    /// The parties that consider it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<PartyId>,
}

/// In what way something is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// Money.
    Finance,
    /// Construction or delivery.
    Works,
    /// An institution opened or joined.
    Institution,
    /// A legal or political act.
    Legal,
    /// People or knowledge exchanged.
    Exchange,
}

/// What is known of the amount of a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueStatus {
    /// The amount is given.
    Known,
    /// Nobody has said.
    Unknown,
    /// The parties keep it to themselves.
    Undisclosed,
    /// Only a total over several documents was declared.
    AggregateOnly,
}

/// What must be true before the obligor must act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Its id within the commitment.
    pub condition_id: ConditionId,
    /// Its words.
    pub text: Texts,
}

/// One or more obligors undertook to do or pay something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentMade {
    /// Its id.
    pub commitment_id: CommitmentId,
    /// The document that contains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement_id: Option<AgreementId>,
    /// The package in which it was announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_id: Option<PackageId>,
    /// Who must deliver; one or more.
    pub obligors: Vec<PartyId>,
    /// For whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beneficiaries: Vec<PartyId>,
    /// In what way.
    pub modality: Modality,
    /// The words of the promise, per language.
    pub statement: Texts,
    /// What must be true first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// What was promised in money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What is known of the amount.
    pub value_status: ValueStatus,
    /// When work is to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_start: Option<FuzzyDate>,
    /// When it is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_end: Option<FuzzyDate>,
    /// How much it counts among its siblings.
    pub weight: Weight,
    /// Whether anyone could check that it was kept.
    pub verifiable: bool,
    /// Fields of activity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<Sector>,
    /// The commitment whose amount contains this one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub umbrella_of: Option<CommitmentId>,
    /// Whether its amount may be summed with others.
    pub counts_toward_totals: bool,
}

/// What sort of step a milestone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneType {
    /// Something made ready.
    Preparation,
    /// Something delivered or opened.
    Delivery,
    /// Something paid.
    Payment,
    /// Something decided or signed.
    Approval,
    /// Something reported.
    Reporting,
}

/// A checkable step was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestonePlanned {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Its id within the commitment.
    pub milestone_id: MilestoneId,
    /// Its name, per language.
    pub titles: Texts,
    /// What sort of step it is.
    pub milestone_type: MilestoneType,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<FuzzyDate>,
    /// How much it counts among the milestones of the commitment.
    pub weight: Weight,
    /// How one sees that it is achieved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance_test: Option<Texts>,
    /// What it is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_value: Option<Money>,
}

/// A milestone got another date or weight. The first ones stay as baseline 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneRebaselined {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The milestone.
    pub milestone_id: MilestoneId,
    /// The new due date; the old one stays where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_due: Option<FuzzyDate>,
    /// The new weight; the old one stays where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_weight: Option<Weight>,
    /// The number of this baseline: one more than the milestone's last.
    pub baseline_no: u32,
    /// Why.
    pub reason: Line,
    /// The parties that agreed.
    pub agreed_by: Vec<PartyId>,
}

/// A party reports that a milestone was achieved: a claim, until another party answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneAchieved {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The milestone.
    pub milestone_id: MilestoneId,
    /// When it was achieved.
    pub achieved_on: FuzzyDate,
    /// What was delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliverable: Option<Line>,
}

/// A milestone was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneCancelled {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The milestone.
    pub milestone_id: MilestoneId,
    /// Why.
    pub reason: Line,
    /// Whether the parties agreed on it.
    pub mutual: bool,
    /// The parties that agreed.
    pub agreed_by: Vec<PartyId>,
}

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

/// Another party agrees with a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimConfirmed {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The claim: the id of the event that made it.
    pub claim_event_id: EventId,
    /// The party that agrees.
    pub by_party: PartyId,
    /// What it adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Line>,
}

/// Another party disagrees with a claim. The claim stays, marked as disputed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimDisputed {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// The claim: the id of the event that made it.
    pub claim_event_id: EventId,
    /// The party that disagrees.
    pub by_party: PartyId,
    /// Why.
    pub grounds: Line,
    /// What it says happened instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative: Option<Line>,
}
