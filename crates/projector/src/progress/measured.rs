//! A commitment with what a roll-up needs of its figures.

use rust_decimal::Decimal;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::Position;

use super::figure::{Figure, Mean, Share};
use super::member::Member;
use super::milestone::{AtRiskMilestone, Calendar, OverdueMilestone};
use super::original::OriginalCompletion;
use super::reports::{self, Asserted, CompletionWord, Newest};
use super::rollup::CommitmentLine;
use super::schedule::Plan;
use super::standing::{Standing, Stands};

/// A commitment of a roll-up, measured.
pub(super) struct Measured<'m> {
    pub(super) member: &'m Member<'m>,
    pub(super) plan: Plan<'m>,
    pub(super) stands: Stands,
    pub(super) newest: Option<Newest<'m>>,
    /// Completion, before it is rounded for print.
    pub(super) completion: Option<Decimal>,
    pub(super) overdue: Vec<OverdueMilestone>,
    pub(super) at_risk: Vec<AtRiskMilestone>,
}

impl<'m> Measured<'m> {
    /// A commitment, measured, with what it adds to the means.
    pub(super) fn of(member: &'m Member<'m>, as_of: LedgerDate, means: &mut Means) -> Self {
        let state = member.state;
        let calendar = Calendar::of(state, as_of);
        let plan = Plan::of(state, &calendar, as_of);
        let completion = plan.completion();
        let measured = Self {
            member,
            stands: Stands::of(state, &plan, as_of),
            newest: Newest::of(state, as_of),
            completion: completion.exact,
            overdue: calendar.all_overdue().collect(),
            at_risk: calendar.all_at_risk(),
            plan,
        };
        if measured.is_scored() {
            means.take(&measured, &completion);
        }
        measured
    }

    /// Whether anyone could verify it; what nobody could is set aside.
    pub(super) fn is_scored(&self) -> bool {
        self.member.made().verifiable
    }

    /// Where it stands, with the entries behind that and those by which it belongs to what is asked for.
    pub(super) fn stood(&self) -> (Standing, [&[Position]; 2]) {
        (self.stands.standing, [&self.stands.entries, &self.member.base])
    }

    /// The word for its completion.
    pub(super) fn word(&self) -> Option<CompletionWord> {
        reports::word(self.completion, self.newest.is_some())
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
            completion: self.completion.map(Share::of),
            completion_word: self.word(),
            overdue: self.overdue.len(),
            at_risk: self.at_risk.len(),
        }
    }
}

/// The means of a roll-up while they are taken: figures of single commitments are let go of one by one, for a thousand
/// of them at once would fill the memory that the next ones are made in.
pub(super) struct Means {
    pub(super) completion: Mean,
    pub(super) partial: Mean,
    pub(super) original: Mean,
    pub(super) cancelled: Mean,
    pub(super) spi: Mean,
    pub(super) spi_t: Mean,
}

impl Means {
    pub(super) fn new(members: &[Member<'_>]) -> Self {
        let entries = members.iter().map(Member::entries_len).sum();
        let mean = |formula| Mean::new(formula, entries);
        Self {
            completion: mean("completion_mean.v1"),
            partial: mean("partial_completion_mean.v1"),
            original: mean("original_completion_mean.v2"),
            cancelled: mean("cancelled_share_mean.v1"),
            spi: mean("spi_mean.v1"),
            spi_t: mean("spi_t_mean.v1"),
        }
    }

    fn take(&mut self, of: &Measured<'_>, completion: &Figure) {
        let (plan, state, base) = (&of.plan, of.member.state, of.member.base.as_slice());
        self.completion.take(completion, base);
        self.partial.take(&plan.partial_completion(), base);
        if of.stands.standing != Standing::CancelledMutually {
            self.original.take(&OriginalCompletion::of(state).share, base);
        }
        self.cancelled.take(&plan.cancelled_share(), base);
        self.spi.take(&plan.spi(), base);
        self.spi_t.take(&plan.spi_t(state), base);
    }
}
