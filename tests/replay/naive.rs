//! A second reading of the log, over plain JSON, that shares nothing with the program's own: for random histories,
//! asked at random dates and moments of knowledge, both come to the same figures.
//!
//! It is written from `docs/FIGURES.md` and the glossary, not from the code: every figure scans all facts anew, and no
//! type of the program is used to read an entry. Deliberately absent: speed, figures over several commitments, and
//! which entries stand behind a figure, see `explain.rs`.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};
use servanda_events::ids::{CommitmentId, Position};
use servanda_events::testing::{self, parsed};
use servanda_projector::progress::{Figure, MilestoneState};
use servanda_projector::{Filter, Reader};
use servanda_tests::ledger::Ledger;

/// An entry as it reads with every correction known, and the place of the newest of them.
struct Fact {
    json: Value,
    position: Position,
    formed_at: Position,
}

impl Fact {
    fn is(&self, name: &str) -> bool {
        self.json["type"] == name
    }

    fn text(&self, field: &str) -> &str {
        self.json["data"][field].as_str().unwrap_or_default()
    }

    /// Whether it was so by a day: the date that its own data gives counts, else that of the envelope.
    fn was_so_by(&self, day: &str) -> bool {
        let own = match self.json["type"].as_str().unwrap() {
            "MilestoneAchieved" => "achieved_on",
            "FundsDisbursed" => "value_date",
            "CommitmentFulfilled" => "actual_end",
            "MilestoneMissed" => "determined_on",
            _ => return first_and_last(&self.json["occurred_on"]).0.as_str() <= day,
        };
        first_and_last(&self.json["data"][own]).0.as_str() <= day
    }
}

/// The first and the last day of a date; an entry holds both, a correction may hold words alone.
fn first_and_last(date: &Value) -> (String, String) {
    let Some(words) = date.as_str() else {
        return (date["earliest"].as_str().unwrap().to_owned(), date["latest"].as_str().unwrap().to_owned());
    };
    let (year, rest) = words.split_at(4);
    match rest.strip_prefix('-') {
        Some(_) if words.len() == 10 => (words.to_owned(), words.to_owned()),
        Some("Q1") => (format!("{year}-01-01"), format!("{year}-03-31")),
        Some("Q2") => (format!("{year}-04-01"), format!("{year}-06-30")),
        Some("Q3") => (format!("{year}-07-01"), format!("{year}-09-30")),
        Some("Q4") => (format!("{year}-10-01"), format!("{year}-12-31")),
        None if rest.is_empty() => (format!("{year}-01-01"), format!("{year}-12-31")),
        _ => panic!("no correction of the histories told here writes {words}"),
    }
}

/// The facts of a stream in effect, as far as the first entries of the log tell them.
fn in_effect(entries: &[Value], stream: &str) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for leaf in entries.iter().filter(|leaf| leaf["stream"] == stream) {
        let position = leaf["position"].as_u64().unwrap();
        let target = facts.iter().position(|fact| fact.json["event_id"] == leaf["data"]["target_event_id"]);
        match (leaf["type"].as_str().unwrap(), target) {
            ("EntryRetracted", Some(index)) => drop(facts.remove(index)),
            ("EntryCorrected", Some(index)) => {
                facts[index].formed_at = position;
                for patch in leaf["data"]["patches"].as_array().unwrap() {
                    let (parent, name) = patch["path"].as_str().unwrap().rsplit_once('/').unwrap();
                    let fields = facts[index].json.pointer_mut(parent).unwrap().as_object_mut().unwrap();
                    match &patch["new"] {
                        Value::Null => drop(fields.remove(name)),
                        new => drop(fields.insert(name.to_owned(), new.clone())),
                    }
                }
            }
            ("EntryCorrected" | "EntryRetracted", None) => {}
            _ => facts.push(Fact { json: leaf.clone(), position, formed_at: position }),
        }
    }
    facts
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

/// What a claim has come to.
struct Standing {
    upheld: bool,
    disputed: bool,
    vouched_for: bool,
}

fn standing(facts: &[Fact], claim: &Fact) -> Standing {
    let about = |fact: &&Fact| fact.json["data"]["claim_event_id"] == claim.json["event_id"];
    let mut answers: BTreeMap<&str, (bool, Position)> = BTreeMap::new();
    let (mut upheld, mut verified) = (false, false);
    for fact in facts.iter().filter(about) {
        match fact.json["type"].as_str().unwrap() {
            "ClaimConfirmed" => drop(answers.insert(fact.text("by_party"), (true, fact.position))),
            "ClaimDisputed" => drop(answers.insert(fact.text("by_party"), (false, fact.position))),
            "ClaimVerified" => verified |= fact.position > claim.formed_at,
            "DisputeResolved" => match fact.text("outcome") {
                "withdrawn" => answers.retain(|party, (agrees, _)| *agrees || *party != fact.text("by")),
                "noted_unresolved" => {}
                outcome => {
                    upheld |= outcome == "upheld";
                    answers.retain(|_, (agrees, _)| *agrees);
                }
            },
            _ => {}
        }
    }
    answers.retain(|party, _| claim.json["reported_by"] != *party);
    let confirmed = answers.values().any(|(agrees, position)| *agrees && *position > claim.formed_at);
    let disputed = answers.values().any(|(agrees, _)| !agrees);
    Standing { upheld, disputed, vouched_for: (confirmed || verified) && !disputed }
}

struct Milestone<'f> {
    id: &'f str,
    last_day: Option<String>,
    weight: Decimal,
    /// The word that ended it, if one did.
    ended_by: Option<&'f Fact>,
}

impl<'f> Milestone<'f> {
    fn of(facts: &'f [Fact], plan: &'f Fact) -> Self {
        let id = plan.text("milestone_id");
        let mut due = plan.json["data"].get("due");
        let mut weight = &plan.json["data"]["weight"];
        let mut ended_by = None;
        for fact in facts.iter().filter(|fact| fact.text("milestone_id") == id) {
            match fact.json["type"].as_str().unwrap() {
                "MilestoneRebaselined" => {
                    due = fact.json["data"].get("new_due").or(due);
                    weight = fact.json["data"].get("new_weight").unwrap_or(weight);
                }
                "MilestoneAchieved" if standing(facts, fact).upheld => {}
                "MilestoneAchieved" | "MilestoneMissed" | "MilestoneCancelled" => ended_by = Some(fact),
                "MilestoneReopened" => ended_by = ended_by.filter(|end: &&Fact| end.is("MilestoneAchieved")),
                _ => {}
            }
        }
        Self { id, last_day: due.map(|due| first_and_last(due).1), weight: decimal(weight), ended_by }
    }

    fn is(&self, name: &str) -> bool {
        self.ended_by.is_some_and(|fact| fact.is(name))
    }
}

/// Money in one currency: owed, paid out, sent back.
type Sums = BTreeMap<String, (Option<Decimal>, Decimal, Decimal)>;

/// The figures of one promise that both readings must agree on.
#[derive(Debug, PartialEq)]
struct Summary {
    completion: Option<Decimal>,
    earned: Decimal,
    planned: Decimal,
    verified: Option<Decimal>,
    disputed: Option<Decimal>,
    missed: Vec<String>,
    overdue: Vec<(String, Decimal)>,
    money: Sums,
    delivered: BTreeMap<String, Option<Decimal>>,
}

/// A ratio as it is printed; not measurable over nothing.
fn ratio(part: Decimal, whole: Decimal) -> Option<Decimal> {
    (!whole.is_zero())
        .then(|| (part / whole).round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero).normalize())
}

/// What a promise comes to on a day; nothing where none was made by then.
fn summary(all: Vec<Fact>, day: &str) -> Option<Summary> {
    let facts: Vec<Fact> = all.into_iter().filter(|fact| fact.was_so_by(day)).collect();
    facts.iter().find(|fact| fact.is("CommitmentMade") || fact.is("CommitmentPromoted"))?;
    let mut milestones: Vec<Milestone<'_>> =
        facts.iter().filter(|fact| fact.is("MilestonePlanned")).map(|plan| Milestone::of(&facts, plan)).collect();
    let ended = facts.iter().any(|fact| {
        let kept = fact.is("CommitmentFulfilled") && !standing(&facts, fact).upheld;
        kept || fact.is("CommitmentCancelled") || fact.is("CommitmentSplit")
    });
    let late = |m: &&Milestone<'_>| m.ended_by.is_none() && m.last_day.as_deref().is_some_and(|last| last < day);
    let overdue = milestones.iter().filter(late).filter(|_| !ended).map(|m| (m.id.to_owned(), m.weight)).collect();
    milestones.retain(|m| !m.is("MilestoneCancelled"));
    if milestones.iter().all(|m| m.weight.is_zero()) {
        milestones.iter_mut().for_each(|m| m.weight = Decimal::ONE);
    }
    let weight_where = |counts: &dyn Fn(&Milestone<'_>) -> bool| -> Decimal {
        milestones.iter().filter(|m| counts(m)).map(|m| m.weight).sum()
    };
    let earned = weight_where(&|m| m.is("MilestoneAchieved"));
    let vouched_for = |m: &Milestone<'_>| {
        m.is("MilestoneAchieved") && m.ended_by.is_some_and(|claim| standing(&facts, claim).vouched_for)
    };
    let disputed = |m: &Milestone<'_>| {
        m.is("MilestoneAchieved") && m.ended_by.is_some_and(|claim| standing(&facts, claim).disputed)
    };
    let missed = milestones.iter().filter(|m| m.is("MilestoneMissed")).map(|m| m.id.to_owned()).collect();
    let money = sums(&facts, day);
    let delivered = money
        .iter()
        .map(|(currency, (owed, paid, back))| (currency.clone(), owed.and_then(|owed| ratio(paid - back, owed))));
    Some(Summary {
        completion: ratio(earned, weight_where(&|_| true)),
        earned,
        planned: weight_where(&|m| m.last_day.as_deref().is_some_and(|last| last <= day)),
        verified: ratio(weight_where(&vouched_for), earned),
        disputed: ratio(weight_where(&disputed), earned),
        missed,
        overdue,
        delivered: delivered.collect(),
        money,
    })
}

/// Money by currency; a currency is named as soon as anything was owed, paid, sent back or has fallen due in it.
fn sums(facts: &[Fact], day: &str) -> Sums {
    let mut sums = Sums::new();
    for fact in facts {
        let amount = if fact.is("FundsCommitmentAdjusted") { "delta" } else { "amount" };
        let money = &fact.json["data"][amount];
        let currency = || money["currency"].as_str().unwrap().to_owned();
        let is_flow = |other: &&Fact| other.is("FundsCommitted") && other.text("flow_id") == fact.text("flow_id");
        match fact.json["type"].as_str().unwrap() {
            "FundsCommitted" => {
                *sums.entry(currency()).or_default().0.get_or_insert_default() += decimal(&money["amount"]);
            }
            // What an obligation in another currency grew by is no part of this one.
            "FundsCommitmentAdjusted" => {
                let funds = facts.iter().find(is_flow);
                if funds.is_some_and(|funds| funds.json["data"]["amount"]["currency"] == money["currency"]) {
                    *sums.entry(currency()).or_default().0.get_or_insert_default() += decimal(&money["amount"]);
                }
            }
            "FundsDisbursed" if !standing(facts, fact).upheld => {
                sums.entry(currency()).or_default().1 += decimal(&money["amount"]);
            }
            "FundsReturned" if !standing(facts, fact).upheld => {
                sums.entry(currency()).or_default().2 += decimal(&money["amount"]);
            }
            "DisbursementScheduled" if first_and_last(&fact.json["data"]["due"]).1.as_str() <= day => {
                sums.entry(currency()).or_default();
            }
            _ => {}
        }
    }
    sums
}

/// Every first and last day that a leaf names.
fn add_days(value: &Value, days: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let ends = ["earliest", "latest"].into_iter().filter_map(|end| fields.get(end)?.as_str());
            days.extend(ends.map(str::to_owned));
            fields.values().for_each(|field| add_days(field, days));
        }
        Value::Array(items) => items.iter().for_each(|item| add_days(item, days)),
        _ => {}
    }
}

/// The same figures as the read model answers them.
fn answered(reader: &Reader<'_>) -> BTreeMap<String, Summary> {
    let value = |figure: &Figure| figure.value.unwrap();
    let promises = reader.commitments(&Filter::default(), "", 500).unwrap().items;
    let progress = promises.iter().filter_map(|view| reader.commitment_progress(&view.commitment_id).unwrap());
    let summaries = progress.map(|progress| {
        let per_currency = &progress.money.per_currency;
        let money = per_currency.iter().map(|of| {
            let sums = (of.committed.as_ref().map(value), value(&of.disbursed), value(&of.returned));
            (of.currency.to_string(), sums)
        });
        let summary = Summary {
            completion: progress.completion.value,
            earned: value(&progress.earned_value),
            planned: value(&progress.planned_value),
            verified: progress.verified_share.value,
            disputed: progress.disputed_share.value,
            missed: missed(reader, &progress.commitment_id),
            overdue: progress.overdue.iter().map(|m| (m.milestone_id.to_string(), m.weight.value())).collect(),
            money: money.collect(),
            delivered: per_currency.iter().map(|of| (of.currency.to_string(), of.share.value)).collect(),
        };
        (progress.commitment_id.to_string(), summary)
    });
    summaries.collect()
}

/// The milestones of a commitment that were found missed.
fn missed(reader: &Reader<'_>, id: &CommitmentId) -> Vec<String> {
    let milestones = reader.commitment(id).unwrap().unwrap().milestones.into_iter();
    let missed = milestones.filter(|milestone| milestone.state == MilestoneState::Missed);
    missed.map(|milestone| milestone.plan.milestone_id.to_string()).collect()
}

/// The same figures as the log alone tells them.
fn told_by(entries: &[Value], day: &str) -> BTreeMap<String, Summary> {
    let mut streams: Vec<&str> = entries.iter().filter_map(|leaf| leaf["stream"].as_str()).collect();
    streams.sort_unstable();
    streams.dedup();
    let of = |stream: &str| {
        Some((stream.strip_prefix("commitment-")?.to_owned(), summary(in_effect(entries, stream), day)?))
    };
    streams.into_iter().filter_map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_read_model_answers_at_any_two_clocks_what_a_naive_fold_of_the_log_finds(
        history in testing::histories(150),
        looks in proptest::collection::vec((any::<[u16; 2]>(), any::<u16>()), 16),
    ) {
        let ledger: Ledger = super::told(&history, |_| {});
        let leaves = ledger.log.read(0, usize::MAX).unwrap();
        let leaves: Vec<Value> = leaves.iter().map(|entry| serde_json::from_slice(&entry.bytes).unwrap()).collect();
        // Days on which something begins or is over, which is where one day makes a difference; and the last of all.
        let mut days = vec!["2027-12-31".to_owned()];
        leaves.iter().for_each(|leaf| add_days(leaf, &mut days));
        days.sort_unstable();
        for (newest, day) in looks {
            let as_of = days[usize::from(day) % days.len()].as_str();
            // The moment at which some entry was recorded: it is known then, and the next is not. Rather a late one.
            let known = newest.map(|place| usize::from(place) % leaves.len()).into_iter().max().unwrap();
            let known_at = ledger.log.position_at(parsed(leaves[known]["recorded_at"].as_str().unwrap())).unwrap();
            let live = ledger.at(as_of, known_at, answered);
            prop_assert_eq!(live, told_by(&leaves[..=known], as_of), "as of {} as known at {}", as_of, known_at);
        }
    }

    /// Milestones have the due dates that the log gives them, in the words in which it gives them.
    #[test]
    fn the_read_model_shows_the_due_dates_that_a_naive_fold_finds(history in testing::histories(40)) {
        let ledger: Ledger = super::told(&history, |_| {});
        let leaves = ledger.log.read(0, usize::MAX).unwrap();
        let leaves: Vec<Value> = leaves.iter().map(|entry| serde_json::from_slice(&entry.bytes).unwrap()).collect();
        for known in [leaves.len() / 3, leaves.len() / 2, leaves.len()] {
            let mut expected: BTreeMap<String, Value> = BTreeMap::new();
            for stream in ["commitment-branch", "commitment-school", "commitment-third", "commitment-centre"] {
                let facts = in_effect(&leaves[..known], stream);
                for plan in facts.iter().filter(|fact| fact.is("MilestonePlanned")) {
                    let moved = facts.iter().rfind(|fact| {
                        fact.is("MilestoneRebaselined")
                            && fact.text("milestone_id") == plan.text("milestone_id")
                            && fact.json["data"].get("new_due").is_some()
                    });
                    let due = moved.map_or(&plan.json["data"]["due"], |moved| &moved.json["data"]["new_due"]);
                    let id = format!("{}/{}", plan.text("commitment_id"), plan.text("milestone_id"));
                    expected.insert(id, words(due));
                }
            }
            let mut shown: BTreeMap<String, Value> = BTreeMap::new();
            ledger.at("9999-12-31", known as Position, |reader| {
                for commitment in reader.commitments(&Filter::default(), "", 500).unwrap().items {
                    for milestone in commitment.milestones {
                        let id = format!("{}/{}", commitment.commitment_id, milestone.plan.milestone_id);
                        shown.insert(id, words(&json!(milestone.due_now)));
                    }
                }
            });
            prop_assert_eq!(shown, expected);
        }
    }
}

#[test]
fn the_stories_come_to_the_same_at_every_position() {
    for name in super::stories() {
        let ledger = Ledger::of_story(&super::story(&name));
        let leaves = ledger.log.read(0, usize::MAX).unwrap();
        let leaves: Vec<Value> = leaves.iter().map(|entry| serde_json::from_slice(&entry.bytes).unwrap()).collect();
        let mut days = vec!["2027-12-31".to_owned()];
        leaves.iter().for_each(|leaf| add_days(leaf, &mut days));
        days.sort_unstable();
        days.dedup();
        let apart = days.len() / 8 + 1;
        for known in 1..=leaves.len() {
            // The last day shows all that is known; the others are spread, and shifted from position to position.
            let spread = days.iter().skip(known % apart).step_by(apart);
            for as_of in spread.chain(days.last()) {
                let live = ledger.at(as_of, known as Position, answered);
                assert_eq!(live, told_by(&leaves[..known], as_of), "{name} as of {as_of} as known at {known}");
            }
        }
    }
}

/// The words of a fuzzy date, however it is written.
fn words(date: &Value) -> Value {
    date.get("text").unwrap_or(date).clone()
}
