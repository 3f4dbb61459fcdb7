//! A commitment with what a roll-up needs of its figures.

use servanda_events::dates::LedgerDate;

use super::figure::{Figure, Share};
use super::member::Member;
use super::milestone::{AtRiskMilestone, Calendar, OverdueMilestone};
use super::original::OriginalCompletion;
use super::reports::{self, Asserted, CompletionWord, Newest};
use super::rollup::CommitmentLine;
use super::schedule::Plan;
use super::standing::Stands;

/// A commitment of a roll-up, measured.
pub(super) struct Measured<'m> {
    pub(super) member: &'m Member<'m>,
    pub(super) plan: Plan<'m>,
    pub(super) stands: Stands,
    pub(super) newest: Option<Newest<'m>>,
    pub(super) completion: Figure,
    pub(super) partial: Figure,
    pub(super) original: Figure,
    pub(super) cancelled: Figure,
    pub(super) spi: Figure,
    pub(super) spi_t: Figure,
    pub(super) overdue: Vec<OverdueMilestone>,
    pub(super) at_risk: Vec<AtRiskMilestone>,
}

impl<'m> Measured<'m> {
    pub(super) fn of(member: &'m Member<'m>, as_of: LedgerDate) -> Self {
        let state = member.state;
        let calendar = Calendar::of(state, as_of);
        let plan = Plan::of(state, &calendar, as_of);
        let based = |figure: Figure| figure.from(member.base.iter().copied());
        Self {
            member,
            stands: Stands::of(state, &plan, as_of),
            newest: Newest::of(state, as_of),
            completion: based(plan.completion()),
            partial: based(plan.partial_completion()),
            original: based(OriginalCompletion::of(state).share),
            cancelled: based(plan.cancelled_share()),
            spi: based(plan.spi()),
            spi_t: based(plan.spi_t(state)),
            overdue: calendar.all_overdue().collect(),
            at_risk: calendar.all_at_risk(),
            plan,
        }
    }

    /// The word for its completion.
    pub(super) fn word(&self) -> Option<CompletionWord> {
        reports::word(self.completion.exact, self.newest.is_some())
    }

    /// What sources say of its status.
    pub(super) fn asserted(&self) -> Vec<Asserted<'m>> {
        Asserted::all(self.member.state, &self.plan, &self.member.base)
    }

    pub(super) fn line(&self) -> CommitmentLine {
        CommitmentLine {
            commitment_id: self.member.made().commitment_id.clone(),
            verifiable: self.member.made().verifiable,
            standing: self.stands.standing,
            completion: self.completion.exact.map(Share::of),
            completion_word: self.word(),
            overdue: self.overdue.len(),
            at_risk: self.at_risk.len(),
        }
    }
}
