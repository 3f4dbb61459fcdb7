//! One commitment or prospect, with its milestones, its money, and where each claim stands.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::commitment::{
    Claim, CommitmentMade, Flow, FundsCommitted, Milestone, MilestonePlanned, Payment, ProspectNoted, State,
};
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_events::ids::{CommitmentId, EventId, FlowId, PartyId, Position};
use servanda_events::money::{Money, Weight};
use servanda_events::text::Line;

use crate::progress::MilestoneState;

/// A commitment or a prospect at a date, as known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CommitmentView {
    /// Its id.
    pub commitment_id: CommitmentId,
    /// The promise; none while it is a prospect.
    pub commitment: Option<CommitmentMade>,
    /// The prospect; none where it was promised outright.
    pub prospect: Option<ProspectNoted>,
    /// When it was made, or noted.
    pub occurred_on: FuzzyDate,
    /// The milestones.
    pub milestones: Vec<MilestoneView>,
    /// The flows of money.
    pub flows: Vec<FlowView>,
    /// Whether any of it is invented to demonstrate the program.
    pub demonstration: bool,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// Where a claim stands between the sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClaimStanding {
    /// Nobody has answered. Silence is not consent.
    Claimed,
    /// Another party agrees, and none disagrees.
    Confirmed,
    /// Another party disagrees.
    Disputed,
}

/// A party's answer to a claim.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AnswerView {
    /// Who answered.
    pub by_party: PartyId,
    /// Whether it agrees.
    pub confirms: bool,
    /// Position of the entry.
    pub entry: Position,
}

/// A milestone.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MilestoneView {
    /// The plan, with the first due date and weight.
    #[serde(flatten)]
    pub plan: MilestonePlanned,
    /// The due date now.
    pub due_now: Option<FuzzyDate>,
    /// The weight now.
    pub weight_now: Weight,
    /// How often it was rescheduled.
    pub baseline_no: u32,
    /// Where it stands by the calendar.
    pub state: MilestoneState,
    /// The claim that it was achieved.
    pub achieved: Option<AchievementView>,
    /// That it was given up.
    pub cancelled: Option<CancellationView>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// The claim that a milestone was achieved.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AchievementView {
    /// When.
    pub achieved_on: FuzzyDate,
    /// Who says so.
    pub reported_by: Option<PartyId>,
    /// What was delivered.
    pub deliverable: Option<Line>,
    /// The id to confirm or dispute it by.
    pub claim_event_id: EventId,
    /// Where the claim stands.
    pub standing: ClaimStanding,
    /// What other parties answered.
    pub answers: Vec<AnswerView>,
}

/// That a milestone was given up.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CancellationView {
    /// When.
    pub cancelled_on: FuzzyDate,
    /// Whether the parties agreed.
    pub mutual: bool,
    /// Why.
    pub reason: Line,
}

/// A flow of money.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FlowView {
    /// Its id.
    pub flow_id: FlowId,
    /// The firm obligation.
    pub committed: Option<FundsCommitted>,
    /// Payments out and back.
    pub payments: Vec<PaymentView>,
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
    /// Who says so.
    pub reported_by: Option<PartyId>,
    /// The id to confirm or dispute it by.
    pub claim_event_id: EventId,
    /// Where the claim stands.
    pub standing: ClaimStanding,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

impl ClaimStanding {
    pub(crate) fn of(claim: Option<&Claim<'_>>) -> Self {
        match claim {
            Some(claim) if claim.is_disputed() => Self::Disputed,
            Some(claim) if claim.is_confirmed() => Self::Confirmed,
            Some(_) | None => Self::Claimed,
        }
    }
}

impl CommitmentView {
    pub(crate) fn of(facts: &[Arc<Fact>], as_of: LedgerDate) -> Option<Self> {
        let state = State::of(facts, Some(as_of));
        let (fact, commitment_id) = match (state.made(), state.prospect()) {
            (Some((fact, made)), _) => (fact, &made.commitment_id),
            (None, Some((fact, prospect))) => (fact, &prospect.commitment_id),
            (None, None) => return None,
        };
        Some(Self {
            commitment_id: commitment_id.clone(),
            commitment: state.made().map(|(_, made)| made.clone()),
            prospect: state.prospect().map(|(_, prospect)| prospect.clone()),
            occurred_on: fact.occurred_on.clone(),
            milestones: state.milestones().iter().map(|m| milestone(m, &state, as_of)).collect(),
            flows: state.flows().iter().map(|f| flow(f, &state)).collect(),
            demonstration: super::any_demonstration(facts),
            entries: super::all_entries(facts),
        })
    }
}

fn milestone(milestone: &Milestone<'_>, state: &State<'_>, as_of: LedgerDate) -> MilestoneView {
    let achieved = milestone.achieved.map(|(fact, achieved)| {
        let claim = state.claim(&fact.event_id);
        let answers = claim.map(|claim| claim.answers.as_slice()).unwrap_or_default();
        AchievementView {
            achieved_on: achieved.achieved_on.clone(),
            reported_by: fact.reported_by.clone(),
            deliverable: achieved.deliverable.clone(),
            claim_event_id: fact.event_id.clone(),
            standing: ClaimStanding::of(claim),
            answers: answers
                .iter()
                .map(|a| AnswerView { by_party: a.by_party.clone(), confirms: a.confirms, entry: a.fact.position })
                .collect(),
        }
    });
    MilestoneView {
        plan: milestone.plan.clone(),
        due_now: milestone.due.cloned(),
        weight_now: milestone.weight,
        baseline_no: milestone.baseline_no,
        state: MilestoneState::of(milestone, as_of),
        achieved,
        cancelled: milestone.cancelled.map(|(fact, cancelled)| CancellationView {
            cancelled_on: fact.occurred_on.clone(),
            mutual: cancelled.mutual,
            reason: cancelled.reason.clone(),
        }),
        entries: milestone.entries.clone(),
    }
}

fn flow(flow: &Flow<'_>, state: &State<'_>) -> FlowView {
    let payments = flow.payments.iter().map(|payment| {
        let (fact, amount, returned) = match payment {
            Payment::Disbursed(fact, paid) => (*fact, paid.amount, false),
            Payment::Returned(fact, back) => (*fact, back.amount, true),
        };
        PaymentView {
            amount,
            returned,
            value_date: fact.occurred_on.clone(),
            reported_by: fact.reported_by.clone(),
            claim_event_id: fact.event_id.clone(),
            standing: ClaimStanding::of(state.claim(&fact.event_id)),
            entries: super::entries_of([fact]),
        }
    });
    FlowView {
        flow_id: flow.flow_id.clone(),
        committed: flow.committed.map(|(_, funds)| funds.clone()),
        payments: payments.collect(),
    }
}
