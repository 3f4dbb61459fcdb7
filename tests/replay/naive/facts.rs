//! Entries as they read on a day, with every correction that was known, and what became of claims.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;
use servanda_events::ids::Position;

/// An entry as it reads with every correction known, and the place of the newest of them.
#[derive(Clone)]
pub(super) struct Fact {
    pub(super) json: Value,
    pub(super) position: Position,
    pub(super) formed_at: Position,
}

impl Fact {
    pub(super) fn is(&self, name: &str) -> bool {
        self.json["type"] == name
    }

    pub(super) fn kind(&self) -> &str {
        self.json["type"].as_str().unwrap()
    }

    pub(super) fn data(&self, field: &str) -> &Value {
        &self.json["data"][field]
    }

    pub(super) fn text(&self, field: &str) -> &str {
        self.data(field).as_str().unwrap_or_default()
    }

    /// The first and the last day on which it can have been so: its own data's date counts, else the envelope's.
    pub(super) fn days(&self) -> (String, String) {
        let own = match self.kind() {
            "MilestoneAchieved" => "achieved_on",
            "FundsDisbursed" => "value_date",
            "CommitmentFulfilled" => "actual_end",
            "MilestoneMissed" => "determined_on",
            "ConditionSatisfied" => "satisfied_on",
            "ExchangeRateRecorded" => "rate_date",
            _ => return first_and_last(&self.json["occurred_on"]),
        };
        first_and_last(self.data(own))
    }
}

/// The first and the last day of a date; an entry holds both, a correction or an amendment may hold words alone.
pub(super) fn first_and_last(date: &Value) -> (String, String) {
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

/// The number of a day, counted from one fixed day: Julian day numbers, by the formula of Fliegel and Van Flandern.
pub(super) fn number_of(day: &str) -> i64 {
    let mut parts = day.split('-').map(|part| part.parse::<i64>().unwrap());
    let (year, month, day) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let leap = (month - 14) / 12;
    (1461 * (year + 4800 + leap)) / 4 + (367 * (month - 2 - 12 * leap)) / 12 - (3 * ((year + 4900 + leap) / 100)) / 4
        + day
}

/// Days from one day to another.
pub(super) fn days_between(from: &str, to: &str) -> i64 {
    number_of(to) - number_of(from)
}

/// The streams that the log names, each with its facts in effect, as far as the first entries of the log tell them.
pub(super) fn streams(entries: &[Value]) -> BTreeMap<String, Vec<Fact>> {
    let mut names: Vec<&str> = entries.iter().filter_map(|leaf| leaf["stream"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| (name.to_owned(), in_effect(entries, name))).collect()
}

/// The facts of a stream in effect, as far as the first entries of the log tell them.
pub(super) fn in_effect(entries: &[Value], stream: &str) -> Vec<Fact> {
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

pub(super) fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

/// A number as it is printed: at most six decimals, halves away from zero.
pub(super) fn shown(number: Option<Decimal>) -> Value {
    let printed = number.map(|n| n.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero).normalize());
    printed.map_or(Value::Null, |n| Value::from(n.to_string()))
}

/// A part of a whole; not measurable over nothing.
pub(super) fn ratio(part: Decimal, whole: Decimal) -> Option<Decimal> {
    (!whole.is_zero()).then(|| part / whole)
}

/// What a claim has come to.
pub(super) struct Answered {
    /// A dispute was upheld: it does not count.
    pub(super) upheld: bool,
    pub(super) disputed: bool,
    pub(super) vouched_for: bool,
}

/// What others said of a claim. Attestation belongs to the claim as it reads: a correction needs a new confirmation.
pub(super) fn answered(facts: &[Fact], claim: &Fact) -> Answered {
    let about = |fact: &&Fact| *fact.data("claim_event_id") == claim.json["event_id"];
    let mut answers: BTreeMap<&str, (bool, Position)> = BTreeMap::new();
    let (mut upheld, mut verified) = (false, false);
    for fact in facts.iter().filter(about) {
        match fact.kind() {
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
    Answered { upheld, disputed, vouched_for: (confirmed || verified) && !disputed }
}
