//! What happened to a promise as a whole: amendments, conditions, halts, its end, documents and opinions.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::Fact;
use servanda_events::commitment::{
    AssessmentRecorded, Closing, CommitmentAmended, CommitmentFulfilled, CommitmentsMerged, ConditionState,
    DocumentState, EvidenceAttached, Met, SourceStatusAsserted, SplitPart, State,
};
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_events::ids::{ConditionId, PartyId, Position};
use servanda_events::text::{Line, Texts};

use super::claim::ClaimView;
use crate::progress::{Share, score_share};
use crate::views::entries_of;

/// A change of the promise that the parties made.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AmendmentView {
    /// What was changed.
    #[serde(flatten)]
    pub amendment: CommitmentAmended,
    /// Since when.
    pub amended_on: FuzzyDate,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ConditionView {
    /// Its id.
    pub condition_id: ConditionId,
    /// Its words.
    pub text: Texts,
    /// Where it stands.
    pub state: ConditionStanding,
    /// Since when it is met.
    pub met_on: Option<FuzzyDate>,
    /// Who brought that about.
    pub by: Vec<PartyId>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// Where a condition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConditionStanding {
    /// It has not come true.
    Open,
    /// It has come true.
    Satisfied,
    /// The parties do without it.
    Waived,
}

/// That work was halted.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SuspensionView {
    /// Since when.
    pub suspended_on: FuzzyDate,
    /// Why.
    pub reason: Line,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// How a commitment ended.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClosingView {
    /// When.
    pub closed_on: FuzzyDate,
    /// How.
    #[serde(flatten)]
    pub how: ClosingKind,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// In which way a commitment ended.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum ClosingKind {
    /// It was kept, as a party reports.
    Fulfilled {
        /// What the party reports.
        report: CommitmentFulfilled,
        /// Where that claim stands.
        claim: ClaimView,
    },
    /// It was given up.
    Cancelled {
        /// Who gave it up.
        by: Vec<PartyId>,
        /// Whether the parties agreed on it.
        mutual: bool,
        /// Why.
        reason: Line,
    },
    /// It was divided; the parts go on.
    Split {
        /// The parts.
        into: Vec<SplitPart>,
        /// Why.
        reason: Line,
    },
}

/// Promises that went into this one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MergeView {
    /// What went in.
    #[serde(flatten)]
    pub merge: CommitmentsMerged,
    /// When.
    pub merged_on: FuzzyDate,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DocumentView {
    /// The document.
    #[serde(flatten)]
    pub document: EvidenceAttached,
    /// When it could not be found any more.
    pub unavailable_at: Option<LedgerDate>,
    /// What was found instead.
    pub unavailable_reason: Option<Line>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// An opinion on the commitment; it changes no figure.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AssessmentView {
    /// The opinion.
    #[serde(flatten)]
    pub assessment: AssessmentRecorded,
    /// The score as a number of its scale.
    pub score: Option<String>,
    /// The score as a share of its scale; none where the scale is one of words.
    pub share: Option<String>,
    /// When.
    pub assessed_on: FuzzyDate,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

/// What a source says of the state of the commitment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SourceStatusView {
    /// What it says.
    #[serde(flatten)]
    pub status: SourceStatusAsserted,
    /// When.
    pub asserted_on: FuzzyDate,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

pub(super) fn amendment((fact, amended): &(&Fact, &CommitmentAmended)) -> AmendmentView {
    let amended_on = fact.occurred_on.clone();
    AmendmentView { amendment: (*amended).clone(), amended_on, entries: entries_of([*fact]) }
}

pub(super) fn condition(condition: &ConditionState<'_>) -> ConditionView {
    let (state, met, by) = match condition.met {
        None => (ConditionStanding::Open, None, Vec::new()),
        Some(Met::Satisfied(fact, met)) => (ConditionStanding::Satisfied, Some(fact), vec![met.by.clone()]),
        Some(Met::Waived(fact, met)) => (ConditionStanding::Waived, Some(fact), met.by.clone()),
    };
    ConditionView {
        condition_id: condition.condition_id.clone(),
        text: condition.text.clone(),
        state,
        met_on: met.map(|fact| fact.occurred_on.clone()),
        by,
        entries: entries_of([condition.fact].into_iter().chain(met)),
    }
}

pub(super) fn closing(closing: Closing<'_>, state: &State<'_>) -> ClosingView {
    let fact = closing.fact();
    let how = match closing {
        Closing::Fulfilled(fact, report) => {
            ClosingKind::Fulfilled { report: report.clone(), claim: ClaimView::of(fact, state) }
        }
        Closing::Cancelled(_, e) => {
            ClosingKind::Cancelled { by: e.by.clone(), mutual: e.mutual, reason: e.reason.clone() }
        }
        Closing::Split(_, e) => ClosingKind::Split { into: e.into.clone(), reason: e.reason.clone() },
    };
    ClosingView { closed_on: fact.occurred_on.clone(), how, entries: entries_of([fact]) }
}

pub(super) fn merge((fact, merged): &(&Fact, &CommitmentsMerged)) -> MergeView {
    MergeView { merge: (*merged).clone(), merged_on: fact.occurred_on.clone(), entries: entries_of([*fact]) }
}

pub(super) fn document(document: &DocumentState<'_>) -> DocumentView {
    DocumentView {
        document: document.attached.clone(),
        unavailable_at: document.unavailable.map(|(_, gone)| gone.checked_at),
        unavailable_reason: document.unavailable.map(|(_, gone)| gone.reason.clone()),
        entries: entries_of([document.fact].into_iter().chain(document.unavailable.map(|(fact, _)| fact))),
    }
}

/// The opinions on a commitment, in the order in which they were recorded.
pub(crate) fn assessments(state: &State<'_>) -> Vec<AssessmentView> {
    state.assessments().iter().map(assessment).collect()
}

pub(super) fn assessment((fact, e): &(&Fact, &AssessmentRecorded)) -> AssessmentView {
    AssessmentView {
        assessment: (*e).clone(),
        score: e.value.as_ref().and_then(|value| e.scale.score(value.as_str())).map(|score| score.to_string()),
        share: score_share(e).map(|share| Share::of(share).0.to_string()),
        assessed_on: fact.occurred_on.clone(),
        entries: entries_of([*fact]),
    }
}

pub(super) fn source_status((fact, e): &(&Fact, &SourceStatusAsserted)) -> SourceStatusView {
    SourceStatusView { status: (*e).clone(), asserted_on: fact.occurred_on.clone(), entries: entries_of([*fact]) }
}
