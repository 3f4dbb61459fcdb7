//! One commitment or prospect, with its milestones, its money, its end, and where each claim stands.

mod claim;
mod life;
mod milestone;
mod money;

pub use claim::{AnswerView, ClaimStanding, ClaimView, ResolutionView, VerificationView};
pub(crate) use life::assessments;
pub use life::{
    AmendmentView, AssessmentView, ClosingKind, ClosingView, ConditionStanding, ConditionView, DocumentView, MergeView,
    SourceStatusView, SuspensionView,
};
pub use milestone::{
    AchievementView, BaselineView, CancellationView, MilestoneView, MissView, ProgressReportView, ReopeningView,
};
pub use money::{AdjustmentView, FlowView, InstalmentView, PaymentView};

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::commitment::{CommitmentMade, MappedStatus, ProspectNoted, State};
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_events::ids::{CommitmentId, Position};
use servanda_events::text::Line;

use crate::mergers::Mergers;
use crate::progress::Calendar;

/// A commitment or a prospect at a date, as known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CommitmentView {
    /// Its id.
    pub commitment_id: CommitmentId,
    /// The promise in force, with all amendments; none while it is a prospect.
    pub commitment: Option<CommitmentMade>,
    /// The promise as it was made, where it was amended since.
    pub first_promise: Option<CommitmentMade>,
    /// The amendments, in the order in which they took hold.
    pub amendments: Vec<AmendmentView>,
    /// The prospect; none where it was promised outright.
    pub prospect: Option<ProspectNoted>,
    /// What made a promise of the prospect.
    pub promoted_by: Option<Line>,
    /// When it was made, or noted.
    pub occurred_on: FuzzyDate,
    /// The state that follows from the facts; none where it was split.
    pub derived_status: Option<MappedStatus>,
    /// What must be true first.
    pub conditions: Vec<ConditionView>,
    /// That work is halted. Due dates keep running.
    pub suspended: Option<SuspensionView>,
    /// How it ended; none while it goes on.
    pub closed: Option<ClosingView>,
    /// What went into it.
    pub merged: Vec<MergeView>,
    /// The milestones.
    pub milestones: Vec<MilestoneView>,
    /// The flows of money.
    pub flows: Vec<FlowView>,
    /// The documents.
    pub documents: Vec<DocumentView>,
    /// Opinions on it.
    pub assessments: Vec<AssessmentView>,
    /// What sources say of its state.
    pub source_statuses: Vec<SourceStatusView>,
    /// Whether any of it is invented to demonstrate the program.
    pub demonstration: bool,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

impl CommitmentView {
    pub(crate) fn of(facts: &[Arc<Fact>], as_of: LedgerDate, mergers: &Mergers) -> Option<Self> {
        let mut state = State::of(facts, Some(as_of));
        mergers.tell(&mut state);
        let (fact, commitment_id) = match (state.made(), state.prospect()) {
            (Some((fact, made)), _) => (fact, &made.commitment_id),
            (None, Some((fact, prospect))) => (fact, &prospect.commitment_id),
            (None, None) => return None,
        };
        let calendar = Calendar::of(&state, as_of);
        let promise = state.promise();
        let amendments = promise.map(|promise| promise.amendments.as_slice()).unwrap_or_default();
        Some(Self {
            commitment_id: commitment_id.clone(),
            commitment: promise.map(|promise| promise.in_force().clone()),
            first_promise: promise.filter(|p| !p.amendments.is_empty()).map(|promise| promise.original.clone()),
            amendments: amendments.iter().map(life::amendment).collect(),
            prospect: state.prospect().map(|(_, prospect)| prospect.clone()),
            promoted_by: promise.and_then(|promise| promise.promoted).map(|promoted| promoted.basis.clone()),
            occurred_on: fact.occurred_on.clone(),
            derived_status: state.derived_status(),
            conditions: state.conditions().iter().map(life::condition).collect(),
            suspended: state.suspended().map(|(fact, suspended)| SuspensionView {
                suspended_on: fact.occurred_on.clone(),
                reason: suspended.reason.clone(),
                entries: super::entries_of([fact]),
            }),
            closed: state.closed().map(|closing| life::closing(closing, &state)),
            merged: state.merges().iter().map(life::merge).collect(),
            milestones: state.milestones().iter().map(|m| MilestoneView::of(m, &state, &calendar)).collect(),
            flows: state.flows().iter().map(|flow| FlowView::of(flow, &state)).collect(),
            documents: state.documents().iter().map(life::document).collect(),
            assessments: assessments(&state),
            source_statuses: state.source_statuses().iter().map(life::source_status).collect(),
            demonstration: super::any_demonstration(facts),
            entries: super::all_entries(facts),
        })
    }
}
