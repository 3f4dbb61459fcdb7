//! Milestones of a commitment, with every baseline and what became of each.

use crate::commitment::{
    AssessmentRecorded, MappedStatus, MilestoneAchieved, MilestoneCancelled, MilestoneMissed, MilestonePlanned,
    MilestoneProgressReported, MilestoneRebaselined, MilestoneReopened, SourceStatusAsserted,
};
use crate::dates::FuzzyDate;
use crate::ids::{EventId, Position};
use crate::money::Weight;
use crate::recorded::Fact;

/// A due date and weight that a milestone had.
#[derive(Debug, Clone, Copy)]
pub struct Baseline<'a> {
    /// The entry that set it.
    pub fact: &'a Fact,
    /// Its number; 0 is the plan.
    pub baseline_no: u32,
    /// The due date.
    pub due: Option<&'a FuzzyDate>,
    /// The weight.
    pub weight: Weight,
}

/// A milestone with its newest due date and weight, and what became of it.
#[derive(Debug, Clone)]
pub struct Milestone<'a> {
    /// The entry that planned it.
    pub planned: &'a Fact,
    /// The plan, with the due date and weight of baseline 0.
    pub plan: &'a MilestonePlanned,
    /// The due date now.
    pub due: Option<&'a FuzzyDate>,
    /// The weight now.
    pub weight: Weight,
    /// The number of the newest baseline.
    pub baseline_no: u32,
    /// Every baseline, the plan first.
    pub baselines: Vec<Baseline<'a>>,
    /// How far it had come, as reported, in the order in which it was recorded.
    pub reports: Vec<(&'a Fact, &'a MilestoneProgressReported)>,
    /// The claim that it was achieved.
    pub achieved: Option<(&'a Fact, &'a MilestoneAchieved)>,
    /// Claims that it was achieved of which a dispute was upheld.
    pub rejected: Vec<(&'a Fact, &'a MilestoneAchieved)>,
    /// That it was missed.
    pub missed: Option<(&'a Fact, &'a MilestoneMissed)>,
    /// Every statement that it was missed, those before it was taken up again among them.
    pub found_missed: Vec<(&'a Fact, &'a MilestoneMissed)>,
    /// That it was given up.
    pub cancelled: Option<(&'a Fact, &'a MilestoneCancelled)>,
    /// That it was taken up again.
    pub reopened: Vec<(&'a Fact, &'a MilestoneReopened)>,
    /// Opinions on it, in the order in which they were recorded. They change nothing.
    pub assessments: Vec<(&'a Fact, &'a AssessmentRecorded)>,
    /// What sources say of its state, in the order in which it was recorded. It changes nothing.
    pub source_statuses: Vec<(&'a Fact, &'a SourceStatusAsserted)>,
    /// Positions of the entries behind it.
    pub entries: Vec<Position>,
}

impl<'a> Milestone<'a> {
    pub(super) fn new(fact: &'a Fact, plan: &'a MilestonePlanned) -> Self {
        let first = Baseline { fact, baseline_no: 0, due: plan.due.as_ref(), weight: plan.weight };
        Self {
            planned: fact,
            plan,
            due: first.due,
            weight: first.weight,
            baseline_no: 0,
            baselines: vec![first],
            reports: Vec::new(),
            achieved: None,
            rejected: Vec::new(),
            missed: None,
            found_missed: Vec::new(),
            cancelled: None,
            reopened: Vec::new(),
            assessments: Vec::new(),
            source_statuses: Vec::new(),
            entries: fact.sources().collect(),
        }
    }

    pub(super) fn rebaseline(&mut self, fact: &'a Fact, moved: &'a MilestoneRebaselined) {
        self.due = moved.new_due.as_ref().or(self.due);
        self.weight = moved.new_weight.unwrap_or(self.weight);
        self.baseline_no = moved.baseline_no;
        self.baselines.push(Baseline { fact, baseline_no: moved.baseline_no, due: self.due, weight: self.weight });
        self.entries.extend(fact.sources());
    }

    pub(super) fn report(&mut self, fact: &'a Fact, report: &'a MilestoneProgressReported) {
        // A report is shown, and nothing that is computed from the milestone stands on it.
        self.reports.push((fact, report));
    }

    pub(super) fn achieve(&mut self, fact: &'a Fact, achieved: &'a MilestoneAchieved) {
        self.ended_by(fact);
        self.achieved = Some((fact, achieved));
    }

    pub(super) fn miss(&mut self, fact: &'a Fact, missed: &'a MilestoneMissed) {
        self.ended_by(fact);
        self.missed = Some((fact, missed));
        self.found_missed.push((fact, missed));
    }

    pub(super) fn cancel(&mut self, fact: &'a Fact, cancelled: &'a MilestoneCancelled) {
        self.ended_by(fact);
        self.cancelled = Some((fact, cancelled));
    }

    pub(super) fn reopen(&mut self, fact: &'a Fact, reopened: &'a MilestoneReopened) {
        self.missed = None;
        self.cancelled = None;
        self.reopened.push((fact, reopened));
        self.entries.extend(fact.sources());
    }

    fn ended_by(&mut self, fact: &'a Fact) {
        self.achieved = None;
        self.missed = None;
        self.cancelled = None;
        self.entries.extend(fact.sources());
    }

    /// Takes back that it was achieved, if `claim` said so.
    pub(super) fn reject(&mut self, claim: &EventId, by: &Fact) {
        if let Some(achieved) = self.achieved.take_if(|(fact, _)| fact.event_id == *claim) {
            self.rejected.push(achieved);
            self.entries.extend(by.sources());
        }
    }

    /// The newest report of how far it has come, by the day of which it speaks.
    pub fn progress(&self) -> Option<(&'a Fact, &'a MilestoneProgressReported)> {
        self.reports.iter().copied().max_by_key(|(fact, _)| fact.occurred_on.earliest)
    }

    /// The state that follows from what was recorded of it, in the words that sources are translated into. None where
    /// it was missed, for which they have no word, and where nothing was reported: nobody knows whether work has begun.
    pub fn derived_status(&self) -> Option<MappedStatus> {
        match (self.achieved, self.cancelled, self.missed) {
            (Some(_), _, _) => Some(MappedStatus::Completed),
            (None, Some(_), _) => Some(MappedStatus::Cancelled),
            (None, None, Some(_)) => None,
            (None, None, None) => self.progress().map(|_| MappedStatus::Implementation),
        }
    }

    /// Whether it is neither achieved nor missed nor given up.
    pub fn is_open(&self) -> bool {
        self.achieved.is_none() && self.missed.is_none() && self.cancelled.is_none()
    }
}
