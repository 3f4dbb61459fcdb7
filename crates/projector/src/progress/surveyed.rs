//! One promise in a short row: what analysts count, group and draw, by the formulas that its figures have.
//!
//! It holds its own words, so that a hundred thousand rows are listed without reading anything else. Deliberately
//! absent: figures with their entries, which `CommitmentProgress` and `Rollup` give for what a row counts.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rust_decimal::Decimal;
use servanda_events::Fact;
use servanda_events::agreement::Sector;
use servanda_events::commitment::{Claim, Closing, Milestone, Payment, State, ValueStatus};
use servanda_events::dates::{FuzzyDate, LedgerDate};
use servanda_events::ids::{AgreementId, CommitmentId, MilestoneId, PackageId, PartyId, Position};
use servanda_events::money::{Currency, Money};

use super::commitment::is_vouched_for;
use super::figure::Share;
use super::milestone::{Calendar, MilestoneState};
use super::money::come_due;
use super::reports;
use super::rollup::CommitmentLine;
use super::schedule::Plan;
use super::slippage;
use super::standing::Stands;
use crate::survey::CompactTexts;
use crate::views::ClaimStanding;

/// A promise as analysts count it.
#[derive(Debug, Clone, PartialEq)]
pub struct Surveyed {
    /// Its standing and completion.
    pub line: CommitmentLine,
    /// The words of the promise, per language.
    pub statement: CompactTexts,
    /// The document that contains it.
    pub agreement_id: Option<AgreementId>,
    /// The package in which it was announced.
    pub package_id: Option<PackageId>,
    /// Who must deliver.
    pub obligors: Vec<PartyId>,
    /// Fields of activity that it names itself.
    pub sectors: Vec<Sector>,
    /// The first day on which it can have been made.
    pub promised_on: LedgerDate,
    /// What was promised in money.
    pub amount: Option<Money>,
    /// What is known of the amount.
    pub value_status: ValueStatus,
    /// The commitment whose amount contains this one's.
    pub umbrella_of: Option<CommitmentId>,
    /// Whether its amount may be summed with others, as far as it says so itself.
    pub counts_toward_totals: bool,
    /// Its milestones, in the order in which they were planned.
    pub milestones: Vec<SurveyedMilestone>,
    /// Its money, currency by currency.
    pub money: Vec<SurveyedMoney>,
    /// Claims that another party or an outsider answered.
    pub answers: Vec<SurveyedAnswer>,
    /// Whether any of it is invented to demonstrate the program.
    pub demonstration: bool,
    /// Completion before it is rounded for print: means are taken over these.
    pub(super) completion: Option<Decimal>,
    /// The last day that any report can speak of, which may lie after the date.
    pub(super) last_reported: Option<LedgerDate>,
    /// What was to be paid out by the date, currency by currency.
    pub(super) scheduled: Box<[(Currency, Decimal)]>,
    pub(crate) split: bool,
    pub(crate) merges: Vec<CommitmentId>,
}

/// A milestone as analysts draw it.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyedMilestone {
    /// Its id.
    pub milestone_id: MilestoneId,
    /// Its name, per language.
    pub titles: CompactTexts,
    /// How often it was rescheduled.
    pub baseline_no: u32,
    /// The first day on which it can have been planned.
    pub planned_on: LedgerDate,
    /// When it was first due.
    pub first_due: Option<Arc<FuzzyDate>>,
    /// When it is due now.
    pub due: Option<Arc<FuzzyDate>>,
    /// Where it stands by the calendar.
    pub state: MilestoneState,
    /// When it was achieved, as claimed.
    pub achieved_on: Option<Arc<FuzzyDate>>,
    /// Where the claim that it was achieved stands; none where there is none.
    pub standing: Option<ClaimStanding>,
    /// The first day on which another party had confirmed the claim, or an outsider had verified it, and it was
    /// achieved; none while nobody did, or while it is disputed.
    pub confirmed_on: Option<LedgerDate>,
    /// The first day on which it can have been given up.
    pub cancelled_on: Option<LedgerDate>,
    /// Days by which it was or is late against the due date now; below zero is early.
    pub late_days: Option<i64>,
    /// The same against the first due date.
    pub late_days_original: Option<i64>,
    /// Whether its plan, or the report that it was achieved, is invented to demonstrate the program.
    pub demonstration: bool,
}

/// Dates of milestones, each in memory once: most of them are the days and quarters of a few years.
#[derive(Debug, Default)]
pub(crate) struct Dates(HashSet<Arc<FuzzyDate>>);

impl Dates {
    fn shared(&mut self, date: &FuzzyDate) -> Arc<FuzzyDate> {
        if let Some(known) = self.0.get(date) {
            return Arc::clone(known);
        }
        let shared = Arc::new(date.clone());
        self.0.insert(Arc::clone(&shared));
        shared
    }
}

/// Money of a promise in one currency. Nothing is converted.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyedMoney {
    /// The currency.
    pub currency: Currency,
    /// Firmly owed now, with all adjustments; none where no obligation is recorded.
    pub committed: Option<Decimal>,
    /// Paid out.
    pub disbursed: Decimal,
    /// Sent back.
    pub returned: Decimal,
    /// Of what was paid out: what another party confirmed or an outsider verified and nobody disputes.
    pub confirmed: Decimal,
}

/// That a claim was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyedAnswer {
    /// The milestone that was claimed; none for a payment, or for the promise as a whole.
    pub milestone_id: Option<MilestoneId>,
    /// Where the claim stands.
    pub standing: ClaimStanding,
    /// The first day on which the newest answer can have been given.
    pub answered_on: LedgerDate,
    /// Position of that answer.
    pub entry: Position,
}

impl Surveyed {
    /// The row of a promise; none for a prospect.
    pub(crate) fn of(state: &State<'_>, as_of: LedgerDate, dates: &mut Dates) -> Option<Self> {
        let (fact, made) = state.made()?;
        let calendar = Calendar::of(state, as_of);
        let plan = Plan::of(state, &calendar, as_of);
        let completion = plan.completion().exact;
        let last_reported = reports::last_reported(state);
        let line = CommitmentLine {
            commitment_id: made.commitment_id.clone(),
            verifiable: made.verifiable,
            standing: Stands::of(state, &plan, as_of).standing,
            completion: completion.map(Share::of),
            completion_word: reports::word(completion, last_reported.is_some()),
            overdue: calendar.all_overdue().count(),
            at_risk: calendar.all_at_risk().len(),
        };
        Some(Self {
            line,
            statement: (&made.statement).into(),
            agreement_id: made.agreement_id.clone(),
            package_id: made.package_id.clone(),
            obligors: made.obligors.clone(),
            sectors: made.sectors.clone(),
            promised_on: fact.occurred_on.earliest,
            amount: made.amount,
            value_status: made.value_status,
            umbrella_of: made.umbrella_of.clone(),
            counts_toward_totals: made.counts_toward_totals,
            milestones: state.milestones().iter().map(|m| milestone(m, state, &calendar, as_of, dates)).collect(),
            money: money(state),
            answers: state.claims().iter().filter_map(|claim| answer(claim, state)).collect(),
            demonstration: fact.demonstration,
            completion,
            last_reported,
            scheduled: scheduled(state, as_of),
            split: matches!(state.closed(), Some(Closing::Split(..))),
            merges: state
                .merges()
                .iter()
                .flat_map(|(_, merge)| merge.from.iter().map(|part| part.commitment_id.clone()))
                .collect(),
        })
    }
}

fn milestone(
    milestone: &Milestone<'_>,
    state: &State<'_>,
    calendar: &Calendar<'_>,
    as_of: LedgerDate,
    dates: &mut Dates,
) -> SurveyedMilestone {
    let claim = milestone.achieved.and_then(|(fact, _)| state.claim_of(fact));
    let achieved_on = milestone.achieved.map(|(_, achieved)| dates.shared(&achieved.achieved_on));
    let vouched = claim.filter(|claim| is_vouched_for(claim)).and_then(vouched_on);
    SurveyedMilestone {
        milestone_id: milestone.plan.milestone_id.clone(),
        titles: (&milestone.plan.titles).into(),
        baseline_no: milestone.baseline_no,
        planned_on: milestone.planned.occurred_on.earliest,
        first_due: milestone.plan.due.as_ref().map(|due| dates.shared(due)),
        due: milestone.due.map(|due| dates.shared(due)),
        state: calendar.state(milestone),
        standing: claim.map(|claim| ClaimStanding::of(Some(claim))),
        confirmed_on: vouched.zip(achieved_on.as_ref()).map(|(day, achieved)| day.max(achieved.earliest)),
        achieved_on,
        cancelled_on: milestone.cancelled.map(|(fact, _)| fact.occurred_on.earliest),
        late_days: slippage::days(milestone, milestone.due, as_of),
        late_days_original: slippage::days(milestone, milestone.plan.due.as_ref(), as_of),
        demonstration: milestone.planned.demonstration
            || milestone.achieved.is_some_and(|(fact, _)| fact.demonstration),
    }
}

/// The answers and checks that still speak of a claim as it now reads.
fn speaking<'c, 'a: 'c>(claim: &'c Claim<'a>) -> impl Iterator<Item = (&'a Fact, bool)> + 'c {
    let answers = claim.others().filter(|answer| !answer.settled);
    let answers = answers.map(|answer| (answer.fact, answer.confirms));
    let checks = claim.verifications.iter().map(|(fact, _)| (*fact, true));
    let formed_at = claim.fact.formed_at();
    answers.chain(checks).filter(move |(fact, agrees)| !agrees || fact.position > formed_at)
}

/// The first day on which a claim was confirmed or verified.
fn vouched_on(claim: &Claim<'_>) -> Option<LedgerDate> {
    speaking(claim).filter(|(_, agrees)| *agrees).map(|(fact, _)| fact.occurred_on.earliest).min()
}

fn answer(claim: &Claim<'_>, state: &State<'_>) -> Option<SurveyedAnswer> {
    let standing = ClaimStanding::of(Some(claim));
    let agrees = match standing {
        ClaimStanding::Confirmed | ClaimStanding::Verified => true,
        ClaimStanding::Disputed => false,
        ClaimStanding::Claimed | ClaimStanding::Rejected => return None,
    };
    let (newest, _) = speaking(claim).filter(|(_, so)| *so == agrees).max_by_key(|(fact, _)| fact.position)?;
    let claimed = |m: &&Milestone<'_>| m.achieved.is_some_and(|(fact, _)| fact.event_id == claim.fact.event_id);
    let about = state.milestones().iter().find(claimed).map(|m| m.plan.milestone_id.clone());
    Some(SurveyedAnswer {
        milestone_id: about,
        standing,
        answered_on: newest.occurred_on.earliest,
        entry: newest.position,
    })
}

fn money(state: &State<'_>) -> Vec<SurveyedMoney> {
    let mut sums: BTreeMap<Currency, SurveyedMoney> = BTreeMap::new();
    for flow in state.flows() {
        if let Some(owed) = flow.owed() {
            let sum = of_currency(&mut sums, owed.currency());
            sum.committed = Some(sum.committed.unwrap_or_default() + owed.amount());
        }
        for payment in &flow.payments {
            let vouched = state.claim_of(payment.fact()).is_some_and(is_vouched_for);
            match payment {
                Payment::Disbursed(_, paid) => {
                    let sum = of_currency(&mut sums, paid.amount.currency());
                    sum.disbursed += paid.amount.amount();
                    sum.confirmed += if vouched { paid.amount.amount() } else { Decimal::ZERO };
                }
                Payment::Returned(_, back) => {
                    of_currency(&mut sums, back.amount.currency()).returned += back.amount.amount();
                }
            }
        }
    }
    sums.into_values().collect()
}

fn scheduled(state: &State<'_>, as_of: LedgerDate) -> Box<[(Currency, Decimal)]> {
    let mut sums: BTreeMap<Currency, Decimal> = BTreeMap::new();
    for (_, planned) in state.flows().iter().flat_map(|flow| come_due(flow, as_of)) {
        *sums.entry(planned.amount.currency()).or_default() += planned.amount.amount();
    }
    sums.into_iter().collect()
}

fn of_currency(sums: &mut BTreeMap<Currency, SurveyedMoney>, currency: Currency) -> &mut SurveyedMoney {
    let zero = Decimal::ZERO;
    let empty = SurveyedMoney { currency, committed: None, disbursed: zero, returned: zero, confirmed: zero };
    sums.entry(currency).or_insert(empty)
}
