//! One promise on a day: its terms as amended, its milestones, and where it stands as a whole.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::facts::{Fact, answered, days_between, decimal, first_and_last};

/// A first and a last day.
pub(super) type Days = (String, String);

/// A promise as it was so by a day.
pub(super) struct Promise {
    pub(super) id: String,
    /// What was promised, with the amendments.
    pub(super) terms: Value,
    /// The day on which it begins: planned, else the day on which it was made.
    pub(super) start: String,
    pub(super) facts: Vec<Fact>,
    pub(super) milestones: Vec<Milestone>,
    /// What ended it.
    pub(super) ended_by: Option<Fact>,
    pub(super) suspended: bool,
    pub(super) day: String,
}

/// A milestone with its first and its newest due date and weight, and what ended it.
pub(super) struct Milestone {
    pub(super) id: String,
    pub(super) planned_on: String,
    pub(super) first_due: Option<Days>,
    pub(super) due: Option<Days>,
    pub(super) first_weight: Decimal,
    pub(super) weight: Decimal,
    /// What ended it: that it was achieved, missed or given up.
    pub(super) ended_by: Option<Fact>,
    /// The share that the newest report says is done, at most 1.
    pub(super) done: Option<Decimal>,
}

/// Where a milestone stands by its dates alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    OnTime,
    Late,
    TimelinessUnknown,
    Overdue,
    /// Not achieved, and due later or now.
    Ahead,
    Unscheduled,
    Missed,
    Cancelled,
}

impl Milestone {
    fn of(facts: &[Fact], plan: &Fact) -> Self {
        let id = plan.text("milestone_id").to_owned();
        let date = |due: &Value| (!due.is_null()).then(|| first_and_last(due));
        let first_due = date(plan.data("due"));
        let first_weight = decimal(plan.data("weight"));
        let mut milestone = Self {
            planned_on: plan.days().0,
            due: first_due.clone(),
            weight: first_weight,
            first_due,
            first_weight,
            ended_by: None,
            done: None,
            id,
        };
        let mut reported = String::new();
        for fact in facts.iter().filter(|fact| fact.text("milestone_id") == milestone.id) {
            match fact.kind() {
                "MilestoneRebaselined" => {
                    milestone.due = date(fact.data("new_due")).or(milestone.due);
                    if !fact.data("new_weight").is_null() {
                        milestone.weight = decimal(fact.data("new_weight"));
                    }
                }
                "MilestoneProgressReported" if fact.days().0 >= reported => {
                    reported = fact.days().0;
                    let (done, of) = (decimal(fact.data("quantity")), decimal(fact.data("of_total")));
                    milestone.done = (of > Decimal::ZERO).then(|| (done / of).min(Decimal::ONE));
                }
                "MilestoneAchieved" if answered(facts, fact).upheld => {}
                "MilestoneAchieved" | "MilestoneMissed" | "MilestoneCancelled" => {
                    milestone.ended_by = Some(fact.clone());
                }
                "MilestoneReopened" => {
                    milestone.ended_by = milestone.ended_by.filter(|end| end.is("MilestoneAchieved"));
                }
                _ => {}
            }
        }
        milestone
    }

    pub(super) fn achieved(&self) -> Option<&Fact> {
        self.ended_by.as_ref().filter(|end| end.is("MilestoneAchieved"))
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.ended_by.as_ref().is_some_and(|end| end.is("MilestoneCancelled"))
    }

    pub(super) fn state(&self, day: &str) -> State {
        let last = self.due.as_ref().map(|due| due.1.as_str());
        match (&self.ended_by, last) {
            (Some(end), _) if end.is("MilestoneCancelled") => State::Cancelled,
            (Some(end), _) if end.is("MilestoneMissed") => State::Missed,
            (Some(achieved), Some(last)) if achieved.days().1.as_str() <= last => State::OnTime,
            (Some(achieved), Some(last)) if achieved.days().0.as_str() > last => State::Late,
            (Some(_), _) => State::TimelinessUnknown,
            (None, None) => State::Unscheduled,
            (None, Some(last)) if day > last => State::Overdue,
            (None, Some(_)) => State::Ahead,
        }
    }

    /// Days by which it was late, or is, against a due date.
    pub(super) fn slipped(&self, due: Option<&Days>, day: &str) -> Option<i64> {
        let last = due?.1.as_str();
        match (&self.ended_by, self.achieved()) {
            (_, Some(achieved)) => Some(days_between(last, &achieved.days().0)),
            (None, None) => (day > last).then(|| days_between(last, day)),
            (Some(_), None) => None,
        }
    }
}

impl Promise {
    /// The promise of a stream; nothing where none was made by the day.
    pub(super) fn of(stream: &str, all: &[Fact], day: &str) -> Option<Self> {
        let facts: Vec<Fact> = all.iter().filter(|fact| fact.days().0.as_str() <= day).cloned().collect();
        let made = facts.iter().rfind(|fact| fact.is("CommitmentMade") || fact.is("CommitmentPromoted"))?;
        let mut terms =
            if made.is("CommitmentMade") { made.json["data"].clone() } else { made.data("promise").clone() };
        // An amendment moves what was so: the later day wins, whichever was recorded first.
        let mut amended: Vec<&Fact> = facts.iter().filter(|fact| fact.is("CommitmentAmended")).collect();
        amended.sort_by_key(|fact| (fact.days().0, fact.position));
        for fact in amended {
            terms[fact.text("field")] = fact.data("new").clone();
        }
        let begins = &terms["planned_start"];
        let start = if begins.is_null() { made.days().0 } else { first_and_last(begins).0 };
        let plans = facts.iter().filter(|fact| fact.is("MilestonePlanned"));
        let milestones = plans.map(|plan| Milestone::of(&facts, plan)).collect();
        let ends = |fact: &&Fact| match fact.kind() {
            "CommitmentFulfilled" => !answered(&facts, fact).upheld,
            kind => matches!(kind, "CommitmentCancelled" | "CommitmentSplit"),
        };
        let halts = |fact: &&Fact| fact.is("CommitmentSuspended") || fact.is("CommitmentResumed");
        Some(Self {
            id: stream.strip_prefix("commitment-")?.to_owned(),
            terms,
            start,
            milestones,
            ended_by: facts.iter().find(ends).cloned(),
            suspended: facts.iter().rfind(halts).is_some_and(|fact| fact.is("CommitmentSuspended")),
            facts,
            day: day.to_owned(),
        })
    }

    /// The milestones that were not given up, with the weights that count: all alike where none has one.
    pub(super) fn active(&self) -> Vec<(&Milestone, Decimal)> {
        let active: Vec<&Milestone> = self.milestones.iter().filter(|m| !m.is_cancelled()).collect();
        let none = active.iter().all(|m| m.weight.is_zero());
        active.into_iter().map(|m| (m, if none { Decimal::ONE } else { m.weight })).collect()
    }

    pub(super) fn was_split(&self) -> bool {
        self.ended_by.as_ref().is_some_and(|end| end.is("CommitmentSplit"))
    }

    pub(super) fn all_achieved(&self) -> bool {
        let mut active = self.milestones.iter().filter(|m| !m.is_cancelled()).peekable();
        active.peek().is_some() && active.all(|m| m.achieved().is_some())
    }

    /// Whether every party of the promise is named, and these are more than one.
    pub(super) fn is_agreed_by(&self, named: &Value) -> bool {
        let named: Vec<&Value> = named.as_array().into_iter().flatten().collect();
        let sides = [&self.terms["obligors"], &self.terms["beneficiaries"]];
        let mut parties = sides.iter().flat_map(|side| side.as_array().into_iter().flatten());
        named.iter().any(|party| *party != named[0]) && parties.all(|party| named.contains(&party))
    }

    /// Where it stands: ended, kept, halted, missed, overdue, open; the first that applies.
    pub(super) fn standing(&self) -> &'static str {
        let by_agreement = |end: &Fact| *end.data("mutual") == json!(true) && self.is_agreed_by(end.data("by"));
        let any = |wanted: State| self.milestones.iter().any(|m| m.state(&self.day) == wanted);
        let end = &self.terms["planned_end"];
        match &self.ended_by {
            Some(end) if end.is("CommitmentFulfilled") => "fulfilled",
            Some(end) if end.is("CommitmentSplit") => "split",
            Some(end) if by_agreement(end) => "cancelled_mutually",
            Some(_) => "cancelled_unilaterally",
            None if self.all_achieved() => "fulfilled",
            None if self.suspended => "suspended",
            None if any(State::Missed) => "missed",
            None if any(State::Overdue) => "overdue",
            None if !end.is_null() && self.day > first_and_last(end).1 => "overdue",
            None => "open",
        }
    }

    /// The status that follows from the facts, in the words into which those of sources are put.
    pub(super) fn derived_status(&self) -> Option<&'static str> {
        match &self.ended_by {
            Some(end) if end.is("CommitmentSplit") => None,
            Some(end) if end.is("CommitmentCancelled") => Some("cancelled"),
            Some(_) => Some("completed"),
            None if self.all_achieved() => Some("completed"),
            None if self.suspended => Some("suspended"),
            None => Some("implementation"),
        }
    }

    /// What was reported: claims that were not rejected, how far milestones have come, that they were missed.
    pub(super) fn last_report(&self) -> Option<String> {
        let counts = |fact: &&Fact| match fact.kind() {
            "MilestoneAchieved" | "FundsDisbursed" | "FundsReturned" | "CommitmentFulfilled" => {
                !answered(&self.facts, fact).upheld
            }
            kind => matches!(kind, "MilestoneProgressReported" | "MilestoneMissed"),
        };
        let day = |fact: &Fact| fact.days().1.min(self.day.clone());
        self.facts.iter().filter(counts).map(day).max()
    }
}
