//! What a thing looks like at a date, as known: plain rows folded from its facts. Rows, never events.
//!
//! Every row names the positions of the entries behind it. Figures are not here, see [`crate::progress`].

mod agreement;
mod commitment;
mod indicator;
mod package;
mod party;

pub use agreement::{
    AgreementStatus, AgreementView, ConsentView, EndView, ObjectionView, ReservationView, SignatureView, Sourced,
    TextCorrectionView,
};
pub(crate) use commitment::assessments;
pub use commitment::{
    AchievementView, AdjustmentView, AmendmentView, AnswerView, AssessmentView, BaselineView, CancellationView,
    ClaimStanding, ClaimView, ClosingKind, ClosingView, CommitmentView, ConditionStanding, ConditionView, DocumentView,
    FlowView, InstalmentView, MergeView, MilestoneView, MissView, PaymentView, ProgressReportView, ReopeningView,
    ResolutionView, SourceStatusView, SuspensionView, VerificationView,
};
pub use indicator::{IndicatorView, ObservationView, RateView};
pub use package::{DeclaredView, PackageView, ReconciledView};
pub use party::PartyView;
pub(crate) use party::merged;

use servanda_events::Fact;
use servanda_events::ids::Position;
use std::sync::Arc;

/// Positions of the entries behind some facts: each fact's own and the correction that gave it its form.
pub(crate) fn entries_of<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Vec<Position> {
    let mut entries: Vec<Position> = facts.into_iter().flat_map(Fact::sources).collect();
    entries.sort_unstable();
    entries.dedup();
    entries
}

fn all_entries(facts: &[Arc<Fact>]) -> Vec<Position> {
    entries_of(facts.iter().map(AsRef::as_ref))
}

/// Whether any of the facts was invented to demonstrate the program.
fn any_demonstration(facts: &[Arc<Fact>]) -> bool {
    facts.iter().any(|fact| fact.demonstration)
}
