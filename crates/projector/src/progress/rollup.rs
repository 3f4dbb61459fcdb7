//! Figures of several commitments: a package, an agreement, a party, a sector, the whole ledger.
//!
//! Means are over measurable commitments only and always come with the numbers they stand on. Promises that nobody
//! could verify are set aside; prospects never enter; an umbrella and its children are never added. Weights of
//! different commitments are not comparable, so their milestones are counted.

use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{CommitmentId, Position};
use servanda_events::money::Currency;

use super::assessment::{self, AssessmentMean};
use super::converted::Rates;
use super::counted;
use super::counts::{CompletionWords, Counts};
use super::coverage::{Coverage, Declared};
use super::figure::{Figure, Share};
use super::measured::{Means, Measured};
use super::member::Member;
use super::milestone::{AtRiskMilestone, OverdueMilestone};
use super::money::{self, MoneyDelivery, Owned};
use super::reports::{self, CompletionWord, SourceDisagreement};
use super::slippage::Slippage;
use super::standing::{Standing, honoured_rate};
use crate::views::AgreementView;

/// Figures over several commitments.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Rollup {
    /// How many there are, of how many declared.
    pub counts: Counts,
    /// Coverage of what was declared; packages only.
    pub coverage: Option<Coverage>,
    /// Mean completion of the measurable commitments, each counting the same.
    pub completion_mean: Figure,
    /// Mean completion weighted by amount, of those with a known amount, currency by currency.
    pub completion_by_amount: Vec<AmountMean>,
    /// Mean completion with what is reported done of open milestones.
    pub partial_completion_mean: Figure,
    /// Mean completion of what was first promised; commitments that were given up by agreement have left it.
    pub original_completion_mean: Figure,
    /// How many commitments have which word for completion.
    pub completion_words: CompletionWords,
    /// What assessors think, each on one scale; averaged into nothing else.
    pub assessments: Vec<AssessmentMean>,
    /// Mean share of the weight that was cancelled.
    pub cancelled_share_mean: Figure,
    /// Mean of earned to planned value.
    pub spi_mean: Figure,
    /// Mean of earned schedule to elapsed time.
    pub spi_t_mean: Figure,
    /// Milestones achieved in time, of those that were due and are achieved, missed or overdue.
    pub on_time_rate: Figure,
    /// Days by which milestones were or are late.
    pub slippage: Slippage,
    /// Achieved milestones that another party confirmed or an outsider verified and none disputes, of achieved
    /// milestones.
    pub verified_share: Figure,
    /// Achieved milestones that another party disputes, of achieved milestones.
    pub disputed_share: Figure,
    /// Commitments kept, of those kept, missed, given up by one side, or overdue.
    pub honoured_rate: Figure,
    /// Commitments that are halted; they are not in the honoured rate.
    pub suspended: Vec<CommitmentId>,
    /// Commitments that were given up by agreement; they are not in the honoured rate.
    pub mutually_cancelled: Vec<CommitmentId>,
    /// Days since the newest report of any of them; `null` where there is none.
    pub freshness: Figure,
    /// How far what sources say of their status differs from what follows from the facts.
    pub status_disagreement: Vec<SourceDisagreement>,
    /// Milestones that are overdue, the longest first.
    pub overdue: Vec<OverdueMilestone>,
    /// Milestones that are at risk, the first due first.
    pub at_risk: Vec<AtRiskMilestone>,
    /// Money delivered of money owed, of the commitments that stand alone.
    pub money: MoneyDelivery,
    /// The same of the commitments within the amounts of others; never to be added to `money`.
    pub money_within_others: MoneyDelivery,
    /// The commitments it stands on; each has figures of its own.
    pub commitments: Vec<CommitmentLine>,
}

/// One commitment of a roll-up, in one line.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CommitmentLine {
    /// The commitment.
    pub commitment_id: CommitmentId,
    /// Whether anyone could check that it is kept.
    pub verifiable: bool,
    /// Where the promise stands as a whole.
    pub standing: Standing,
    /// Achieved weight of all weight; `null` where it is not measurable.
    #[schemars(with = "Option<String>")]
    pub completion: Option<Share>,
    /// A word for completion; `null` where something was reported and completion is not measurable.
    pub completion_word: Option<CompletionWord>,
    /// How many of its milestones are overdue.
    pub overdue: usize,
    /// How many of its milestones are at risk.
    pub at_risk: usize,
}

/// A mean weighted by amount.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AmountMean {
    /// The currency of the amounts.
    pub currency: Currency,
    /// The mean.
    pub completion: Figure,
}

/// What a roll-up is over, beside its commitments.
pub(crate) struct Subject<'s> {
    /// Positions of the entries by which the thing asked for is known.
    pub(crate) entries: &'s [Position],
    /// How many prospects belong to it, and the positions of the entries that note them.
    pub(crate) prospects: (usize, &'s [Position]),
    /// What was declared for a package, and its agreements.
    pub(crate) package: Option<(&'s [Declared<'s>], &'s [AgreementView])>,
}

impl Subject<'_> {
    /// What was declared beside what is recorded, its figures in order; nothing where it is no package.
    pub(crate) fn coverage(&self, members: &[Member<'_>]) -> Option<Coverage> {
        let mut coverage = self.counted(members);
        let figures = coverage.iter_mut().flat_map(Coverage::figures_mut);
        figures.for_each(|figure| figure.stand_on(self.entries.iter().copied()));
        coverage
    }

    fn counted(&self, members: &[Member<'_>]) -> Option<Coverage> {
        self.package.map(|(declared, agreements)| Coverage::of(declared, agreements, members))
    }
}

impl Rollup {
    pub(crate) fn of(members: &[Member<'_>], subject: &Subject<'_>, as_of: LedgerDate, rates: &Rates) -> Self {
        let mut means = Means::new(members);
        let measured: Vec<Measured<'_>> =
            members.iter().map(|member| Measured::of(member, as_of, &mut means)).collect();
        let scored: Vec<&Measured<'_>> = measured.iter().filter(|of| of.is_scored()).collect();
        let coverage = subject.counted(members);
        let standing = |wanted: Standing| {
            let so = measured.iter().filter(move |of| of.stands.standing == wanted);
            so.map(|of| of.member.made().commitment_id.clone()).collect::<Vec<_>>()
        };
        let newest = measured.iter().filter_map(|of| of.newest.as_ref().map(|newest| (newest, of.member)));
        let newest = newest.max_by_key(|(newest, _)| newest.day);
        let newest = newest.map(|(newest, member)| (newest, member.base.as_slice()));
        let alone = members.iter().filter(|m| m.within.is_none()).map(|m| (m, &m.base));
        let inside = members.iter().filter_map(|m| m.within.as_ref().map(|base| (m, base)));
        let (verified_share, disputed_share) = counted::verified_and_disputed(members);
        let mut rollup = Self {
            counts: Counts::of(&measured, &scored, subject, coverage.as_ref()),
            coverage,
            completion_mean: means.completion.figure(),
            completion_by_amount: counted::by_amount(&scored),
            partial_completion_mean: means.partial.figure(),
            original_completion_mean: means.original.figure(),
            completion_words: CompletionWords::of(&scored),
            assessments: assessment::means(members.iter().map(|m| (m.state, m.base.as_slice()))),
            cancelled_share_mean: means.cancelled.figure(),
            spi_mean: means.spi.figure(),
            spi_t_mean: means.spi_t.figure(),
            on_time_rate: counted::on_time_rate(&measured),
            slippage: Slippage::of(members.iter().map(|m| (m.state, m.base.as_slice())), as_of),
            verified_share,
            disputed_share,
            honoured_rate: honoured_rate(scored.iter().map(|of| of.stood())),
            suspended: standing(Standing::Suspended),
            mutually_cancelled: standing(Standing::CancelledMutually),
            freshness: reports::freshness(newest, as_of),
            status_disagreement: reports::disagreement(measured.iter().flat_map(Measured::asserted).collect()),
            overdue: Vec::new(),
            at_risk: Vec::new(),
            money: money_of(alone, rates, as_of),
            money_within_others: money_of(inside, rates, as_of),
            commitments: measured.iter().map(Measured::line).collect(),
        };
        let known = subject.entries;
        for mut of in measured {
            let belongs = || of.member.base.iter().chain(known).copied();
            of.overdue.iter_mut().for_each(|late| late.behind.stand_on(belongs()));
            of.at_risk.iter_mut().for_each(|doubted| doubted.behind.stand_on(belongs()));
            rollup.overdue.extend(of.overdue);
            rollup.at_risk.extend(of.at_risk);
        }
        rollup.overdue.sort_by_key(|milestone| std::cmp::Reverse(milestone.late_days));
        rollup.at_risk.sort_by_key(|milestone| milestone.days_left);
        rollup.counts.behind.stand_on(known.iter().copied());
        rollup.completion_words.behind.stand_on(known.iter().copied());
        rollup.figures_mut().into_iter().for_each(|figure| figure.stand_on(known.iter().copied()));
        rollup
    }

    fn figures_mut(&mut self) -> Vec<&mut Figure> {
        let mut figures = vec![
            &mut self.completion_mean,
            &mut self.partial_completion_mean,
            &mut self.original_completion_mean,
            &mut self.cancelled_share_mean,
            &mut self.spi_mean,
            &mut self.spi_t_mean,
            &mut self.on_time_rate,
            &mut self.verified_share,
            &mut self.disputed_share,
            &mut self.honoured_rate,
            &mut self.freshness,
        ];
        figures.extend(self.completion_by_amount.iter_mut().map(|mean| &mut mean.completion));
        figures.extend(self.assessments.iter_mut().map(|mean| &mut mean.share));
        figures.extend(self.slippage.figures_mut());
        figures.extend(self.status_disagreement.iter_mut().map(|source| &mut source.share));
        figures.extend(self.money.figures_mut());
        figures.extend(self.money_within_others.figures_mut());
        figures.extend(self.coverage.iter_mut().flat_map(Coverage::figures_mut));
        figures
    }
}

/// Money of some members, each with the entries by which it belongs to what is asked for.
fn money_of<'m, 'a: 'm>(
    members: impl Iterator<Item = (&'m Member<'a>, &'m Vec<Position>)>,
    rates: &Rates,
    as_of: LedgerDate,
) -> MoneyDelivery {
    let owned = |(member, base): (&'m Member<'a>, &'m Vec<Position>)| {
        member.state.flows().iter().map(move |flow| Owned { flow, base })
    };
    money::delivery(&members.flat_map(owned).collect::<Vec<_>>(), rates, as_of)
}
