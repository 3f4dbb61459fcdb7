//! The figures of one promise on a day.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::facts::{Answered, Fact, answered, days_between, ratio, shown};
use super::money::{self, Rates};
use super::promise::{Milestone, Promise, State};

/// What of a milestone counts, and how much.
type Weighed<'p> = (&'p Milestone, Decimal);

/// A promise with those of its figures that figures of several promises are made of.
pub(super) struct Measured {
    pub(super) promise: Promise,
    pub(super) completion: Option<Decimal>,
    pub(super) partial: Option<Decimal>,
    pub(super) original: Option<Decimal>,
    pub(super) cancelled: Option<Decimal>,
    pub(super) spi: Option<Decimal>,
    pub(super) spi_t: Option<Decimal>,
    pub(super) overdue: Vec<Value>,
    pub(super) at_risk: Vec<Value>,
}

pub(super) fn sum<'p>(of: &[Weighed<'p>], counts: impl Fn(&Milestone) -> bool) -> Decimal {
    of.iter().filter(|(milestone, _)| counts(milestone)).map(|(_, weight)| *weight).sum()
}

/// Whether the last day on which it was due has come.
pub(super) fn is_due(milestone: &Milestone, day: &str) -> bool {
    milestone.due.as_ref().is_some_and(|due| due.1.as_str() <= day)
}

/// Whether it was due, and is achieved, missed or overdue.
pub(super) fn is_judged(milestone: &Milestone, day: &str) -> bool {
    is_due(milestone, day) && !matches!(milestone.state(day), State::Ahead | State::Unscheduled | State::Cancelled)
}

/// What others said of the claim that a milestone was achieved.
pub(super) fn said_of(promise: &Promise, milestone: &Milestone) -> Option<Answered> {
    milestone.achieved().map(|claim| answered(&promise.facts, claim))
}

/// The middle one of some numbers, between the two middle ones where there are two; and the largest.
pub(super) fn median_and_max(mut days: Vec<i64>) -> Value {
    days.sort_unstable();
    let (low, high) = (days.get(days.len().saturating_sub(1) / 2), days.get(days.len() / 2));
    let median = low.zip(high).map(|(low, high)| Decimal::from(low + high) / Decimal::from(2));
    json!({ "median": shown(median), "max": shown(days.last().map(|days| Decimal::from(*days))) })
}

/// The word for a completion.
fn word(completion: Option<Decimal>, reported: bool) -> Value {
    let half = Decimal::from(1) / Decimal::from(2);
    match completion {
        _ if !reported => json!("no_evidence"),
        None => Value::Null,
        Some(share) if share == Decimal::ZERO => json!("not_started"),
        Some(share) if share < half => json!("limited"),
        Some(share) if share < Decimal::ONE => json!("substantial"),
        Some(_) => json!("complete"),
    }
}

impl Measured {
    pub(super) fn of(promise: Promise) -> Self {
        let day = promise.day.clone();
        let active = promise.active();
        let all = sum(&active, |_| true);
        let is_achieved = |m: &Milestone| m.achieved().is_some();
        let earned = sum(&active, is_achieved);
        let done = |m: &Milestone| if is_achieved(m) { Decimal::ONE } else { m.done.unwrap_or_default() };
        let partly: Decimal = active.iter().map(|(m, weight)| *weight * done(m)).sum();
        Self {
            completion: ratio(earned, all),
            partial: ratio(partly, all),
            original: original(&promise),
            cancelled: cancelled_share(&promise),
            spi: ratio(earned, sum(&active, |m| is_due(m, &day))),
            spi_t: spi_t(&promise),
            overdue: overdue(&promise),
            at_risk: at_risk(&promise),
            promise,
        }
    }

    /// The word for its completion.
    pub(super) fn word(&self) -> Value {
        word(self.completion, self.promise.last_report().is_some())
    }

    /// Days by which milestones slipped, against the due dates now and the first ones.
    pub(super) fn slipped(&self) -> [Vec<i64>; 2] {
        let (milestones, day) = (&self.promise.milestones, &self.promise.day);
        let now = milestones.iter().filter_map(|m| m.slipped(m.due.as_ref(), day)).collect();
        [now, milestones.iter().filter_map(|m| m.slipped(m.first_due.as_ref(), day)).collect()]
    }

    /// By source, whether the newest status that it asserted differs from the one that follows from the facts.
    pub(super) fn disagreement(&self) -> BTreeMap<String, bool> {
        let Some(derived) = self.promise.derived_status() else { return BTreeMap::new() };
        let mut asserted: Vec<&Fact> = self.promise.facts.iter().filter(|f| f.is("SourceStatusAsserted")).collect();
        asserted.sort_by_key(|fact| (fact.days().0, fact.position));
        let differs = |fact: &&Fact| (fact.text("source").to_owned(), fact.text("mapped_status") != derived);
        asserted.iter().map(differs).collect()
    }

    /// The figures, as the interface names them.
    pub(super) fn figures(&self, rates: &Rates) -> Value {
        let (promise, day) = (&self.promise, self.promise.day.as_str());
        let active = promise.active();
        let earned = sum(&active, |m| m.achieved().is_some());
        let claims = |counts: fn(&Answered) -> bool| {
            ratio(sum(&active, |m| said_of(promise, m).as_ref().is_some_and(counts)), earned)
        };
        let on_time = sum(&active, |m| is_due(m, day) && m.state(day) == State::OnTime);
        let [now, first] = self.slipped();
        let sources = self
            .disagreement()
            .into_iter()
            .map(|(source, differs)| json!({ "source": source, "share": if differs { "1" } else { "0" } }));
        let newest = promise.last_report();
        let (completion, status) = (self.completion, promise.standing());
        json!({
            "commitment_id": promise.id,
            "verifiable": promise.terms["verifiable"],
            "standing": status,
            "completion": shown(completion),
            "partial_completion": shown(self.partial),
            "original_completion": { "share": shown(self.original), "mutually_cancelled": given_up(promise) },
            "completion_word": self.word(),
            "cancelled_share": shown(self.cancelled),
            "planned_value": shown(Some(sum(&active, |m| is_due(m, day)))),
            "earned_value": shown(Some(earned)),
            "spi": shown(self.spi),
            "spi_t": shown(self.spi_t),
            "on_time_rate": shown(ratio(on_time, sum(&active, |m| is_judged(m, day)))),
            "slippage": { "current": median_and_max(now), "original": median_and_max(first) },
            "verified_share": shown(claims(|said| said.vouched_for)),
            "disputed_share": shown(claims(|said| said.disputed)),
            "freshness": shown(newest.as_ref().map(|last| Decimal::from(days_between(last, day)))),
            "no_evidence": newest.is_none(),
            "status_disagreement": sources.collect::<Vec<_>>(),
            "overdue": self.overdue,
            "at_risk": self.at_risk,
            "money": money::delivery(std::iter::once(promise), rates, day),
        })
    }
}

/// The milestones that were given up by agreement of every party.
fn given_up(promise: &Promise) -> Vec<String> {
    let by_agreement = |end: &Fact| {
        end.is("MilestoneCancelled")
            && *end.data("mutual") == json!(true)
            && promise.is_agreed_by(end.data("agreed_by"))
    };
    let gone = promise.milestones.iter().filter(|m| m.ended_by.as_ref().is_some_and(by_agreement));
    gone.map(|m| m.id.clone()).collect()
}

/// Achieved weight of all weight, both as first planned; what one side gave up stays in it.
fn original(promise: &Promise) -> Option<Decimal> {
    let gone = given_up(promise);
    let kept: Vec<&Milestone> = promise.milestones.iter().filter(|m| !gone.contains(&m.id)).collect();
    let none = kept.iter().all(|m| m.first_weight.is_zero());
    let weigh = |m: &&Milestone| if none { Decimal::ONE } else { m.first_weight };
    let achieved = kept.iter().filter(|m| m.achieved().is_some()).map(weigh).sum();
    ratio(achieved, kept.iter().map(weigh).sum())
}

fn cancelled_share(promise: &Promise) -> Option<Decimal> {
    let none = promise.milestones.iter().all(|m| m.weight.is_zero());
    let weigh = |m: &Milestone| if none { Decimal::ONE } else { m.weight };
    let gone = promise.milestones.iter().filter(|m| m.is_cancelled()).map(weigh).sum();
    ratio(gone, promise.milestones.iter().map(weigh).sum())
}

/// The day on which the plan reaches what is achieved, of the days gone by. Time stops at the actual end.
fn spi_t(promise: &Promise) -> Option<Decimal> {
    let start = promise.start.as_str();
    let active = promise.active();
    let dated = active.iter().filter(|(_, weight)| !weight.is_zero());
    let mut plan: Vec<(i64, Decimal)> =
        dated.filter_map(|(m, weight)| Some((days_between(start, &m.due.as_ref()?.1), *weight))).collect();
    plan.sort_unstable();
    let last_achieved = active.iter().filter_map(|(m, _)| m.achieved()).map(|claim| claim.days().0).max();
    let reported = promise.ended_by.as_ref().filter(|end| end.is("CommitmentFulfilled")).map(|end| end.days().0);
    let end = last_achieved.filter(|_| promise.all_achieved()).or(reported).unwrap_or_else(|| promise.day.clone());
    let gone = days_between(start, &end);
    if plan.is_empty() || gone <= 0 {
        return None;
    }
    let earned = sum(&active, |m| m.achieved().is_some());
    let (mut day, mut reached) = (Decimal::ZERO, Decimal::ZERO);
    for (next, weight) in plan {
        let next = Decimal::from(next);
        if reached + weight > earned {
            day += (next - day) * (earned - reached) / weight;
            break;
        }
        (day, reached) = (next, reached + weight);
    }
    ratio(day, Decimal::from(gone))
}

fn row(promise: &Promise, milestone: &Milestone) -> Map<String, Value> {
    let row = json!({
        "commitment_id": promise.id, "milestone_id": milestone.id, "weight": shown(Some(milestone.weight)),
    });
    row.as_object().unwrap().clone()
}

/// The milestones that are overdue, unless the promise ended: nobody can act on it any more.
fn overdue(promise: &Promise) -> Vec<Value> {
    let day = promise.day.as_str();
    let late = promise.milestones.iter().filter(|m| promise.ended_by.is_none() && m.state(day) == State::Overdue);
    let shown = late.map(|milestone| {
        let mut row = row(promise, milestone);
        let last = &milestone.due.as_ref().unwrap().1;
        row.insert("late_days".into(), days_between(last, day).into());
        Value::Object(row)
    });
    shown.collect()
}

/// The conditions of a promise that are not met.
fn unmet(promise: &Promise) -> Vec<String> {
    let set = promise.facts.iter().flat_map(|fact| match fact.kind() {
        "CommitmentMade" => fact.data("conditions").as_array().cloned().unwrap_or_default(),
        "CommitmentPromoted" => fact.data("promise")["conditions"].as_array().cloned().unwrap_or_default(),
        "ConditionAdded" => vec![fact.json["data"].clone()],
        _ => Vec::new(),
    });
    let met = |id: &str| {
        promise.facts.iter().any(|fact| {
            (fact.is("ConditionSatisfied") || fact.is("ConditionWaived")) && fact.text("condition_id") == id
        })
    };
    set.map(|condition| condition["condition_id"].as_str().unwrap().to_owned()).filter(|id| !met(id)).collect()
}

/// The milestones that are neither achieved nor overdue, and that there is a reason to doubt.
fn at_risk(promise: &Promise) -> Vec<Value> {
    let day = promise.day.as_str();
    let late = promise.milestones.iter().filter(|m| m.state(day) == State::Overdue);
    let first_late = late.min_by_key(|m| m.due.as_ref().unwrap().1.clone());
    let doubted = promise.milestones.iter().filter_map(|milestone| {
        let last = milestone.due.as_ref()?.1.as_str();
        if milestone.state(day) != State::Ahead || promise.ended_by.is_some() {
            return None;
        }
        let left = days_between(day, last);
        let mut reasons = Vec::new();
        if left <= 30 && milestone.done.is_none_or(|done| done < Decimal::ONE) {
            reasons.push(json!({ "reason": "due_soon" }));
        }
        let start = promise.start.as_str().max(milestone.planned_on.as_str());
        let gone = ratio(Decimal::from(days_between(start, day)), Decimal::from(days_between(start, last)));
        let gone = gone.filter(|_| start < last);
        if milestone.done.zip(gone).is_some_and(|(done, gone)| gone - done > "0.15".parse().unwrap()) {
            reasons.push(json!({ "reason": "behind_time" }));
        }
        reasons.extend(unmet(promise).iter().map(|id| json!({ "reason": "condition_unmet", "condition_id": id })));
        let before = first_late.filter(|other| other.due.as_ref().unwrap().1.as_str() < last);
        reasons.extend(before.map(|m| json!({ "reason": "predecessor_overdue", "milestone_id": m.id })));
        let mut row = row(promise, milestone);
        row.insert("days_left".into(), left.into());
        row.insert("done".into(), shown(milestone.done));
        row.insert("risks".into(), reasons.iter().map(Value::to_string).collect());
        (!reasons.is_empty()).then_some(Value::Object(row))
    });
    doubted.collect()
}
