//! Random histories for laws: commands of every kind, allowed and refused ones mixed, over a few streams that they
//! share, with late entries, corrections, retractions and repetitions.
//!
//! A history is a function of small random numbers, so that a failing one shrinks to the few commands that matter.

mod claims;
mod life;
mod promises;
mod treaty;

use std::sync::Arc;

use proptest::prelude::{Strategy, any};
use serde_json::{Value, json};

use super::{Failure, Story, TimedCommand, scene};
use crate::dates::{FuzzyDate, Instant, LedgerDate};
use crate::recorded::Fact;
use crate::refusal::Refusal;

/// One random choice: what is done, to which of a few things, how long after the last, about how long ago.
type Step = (u8, u8, u8, u16, u16);

const PARTIES: [&str; 3] = ["kaz", "fra", "abai"];
const COMMITMENTS: [&str; 2] = ["branch", "school"];
const MILESTONES: [&str; 3] = ["plan", "build", "open"];
const CURRENCIES: [&str; 3] = ["EUR", "USD", "KZT"];
const DUE: [&str; 6] = ["2024", "2025-Q1", "2025-06", "2025-12-31", "this year", "2025-01/2025-09~"];
const AMOUNTS: [&str; 4] = ["10", "60.50", "0.01", "250"];

/// Histories of up to `steps_max` commands after the few that set the scene, each command with an id of its own.
pub fn histories(steps_max: usize) -> impl Strategy<Value = Vec<TimedCommand>> {
    let step = (any::<u8>(), any::<u8>(), any::<u8>(), 0_u16..200, 0_u16..300);
    proptest::collection::vec(step, 0..=steps_max).prop_map(|steps| written(&steps))
}

fn written(steps: &[Step]) -> Vec<TimedCommand> {
    let mut story = Story::at("2024-11-05T12:00:00Z");
    let mut told: Vec<TimedCommand> = Vec::new();
    for command in opening() {
        tell(&mut story, &mut told, command);
    }
    for step in steps {
        let hours = i64::from(step.3) * 3_600_000_000;
        story.now = Instant::from_micros(story.now.micros() + hours).unwrap_or(story.now);
        let times = if (63..=70).contains(&(step.0 % 72)) { claims::TIMES } else { 1 };
        for _ in 0..times {
            let command = command(step, &story, &told);
            tell(&mut story, &mut told, command);
        }
    }
    told
}

fn tell(story: &mut Story, told: &mut Vec<TimedCommand>, command: Value) {
    let id = json!({ "command_id": format!("g{}", told.len() + 1) });
    let command = if command.get("command_id").is_some() { command } else { scene::but(command, id) };
    // Whether it is allowed is what the laws ask about; here only the state after it matters.
    let command = match story.when(&command) {
        Err(Failure::Refused(Refusal::DependantsRemain { events })) => {
            let listed = json!({ "data": { "dependants": events.split(", ").collect::<Vec<_>>() } });
            let listed = scene::but(command, listed);
            drop(story.when(&listed));
            listed
        }
        Ok(_) | Err(_) => command,
    };
    told.push((story.now, command));
}

fn opening() -> Vec<Value> {
    let mut commands = vec![
        scene::state("kaz", "KAZ"),
        scene::state("fra", "FRA"),
        scene::package("visit"),
        scene::agreement("treaty"),
        scene::sign("treaty", "kaz"),
        scene::commit_funds("branch", "grant", "100", "EUR"),
    ];
    for commitment in COMMITMENTS {
        commands.insert(5, promises::opening(commitment));
        commands.push(scene::milestone(commitment, "plan", "2025-Q1"));
    }
    commands.extend(treaty::opening());
    commands.extend(promises::later());
    commands
}

fn of<'a>(choices: &[&'a str], n: u8) -> &'a str {
    choices[usize::from(n) % choices.len()]
}

fn command(&(what, a, b, _, days): &Step, story: &Story, told: &[TimedCommand]) -> Value {
    let commitment = of(&COMMITMENTS, a);
    let milestone = of(&MILESTONES, b);
    let (party, flow) = (of(&PARTIES, b), of(&["grant", "loan"], b));
    let (amount, currency) = (of(&AMOUNTS, a ^ b), of(&CURRENCIES, a / 16));
    let on = days_before(story.now.date(), days);
    match what % 72 {
        0 => scene::state(of(&["kaz", "abai"], a), "KAZ"),
        1 => scene::company(of(&["orano", "abai", "vicat"], a), of(&["1", "2"], b)),
        2 => scene::declared_count("visit", of(&["documents", "contracts"], a), of(&["36", "14"], b)),
        3 => scene::sign("treaty", party),
        4 => scene::link(of(&["treaty", "nothing"], a), "visit"),
        5 => scene::prospect(of(&["centre", "branch"], a)),
        6 => scene::but(promises::promise(a, b), late(b, &on)),
        7..=9 => promises::milestone(commitment, milestone, of(&DUE, a / 8), b),
        10 => promises::rebaseline(commitment, milestone, (a, b)),
        11..=14 => scene::achieve(commitment, milestone, &on, of(&PARTIES, a / 4)),
        15 => scene::cancel(commitment, milestone),
        16 => scene::commit_funds(commitment, flow, amount, currency),
        17..=19 => {
            let reference = if a < 128 { json!(format!("R{}", a % 8)) } else { Value::Null };
            let paid = scene::disburse(commitment, flow, amount, currency, "R");
            let rate =
                if b > 200 { json!(promises::RATES[usize::from(a) % promises::RATES.len()].0) } else { Value::Null };
            scene::but(paid, json!({ "data": { "reference": reference, "value_date": on, "rate_id": rate } }))
        }
        20 => scene::give_back(commitment, flow, amount, currency),
        21 | 22 => with_claim(story, b, |fact, stream| scene::confirm(stream, fact.event_id.as_str(), party)),
        23 => with_claim(story, b, |fact, stream| scene::dispute(stream, fact.event_id.as_str(), party)),
        24 => scene::indicator(of(&["turnover", "eur-usd"], a)),
        25 => scene::observe("turnover", of(&DUE, a / 2), amount),
        26 => promises::rate(a, b, &on),
        27 | 28 => correction(story, a, b, &on),
        29 => {
            with_target(story, b, |fact| scene::retract(stream_of(story, fact).as_str(), fact.event_id.as_str(), &[]))
        }
        30 => {
            let (_, earlier) = &told[usize::from(a) % told.len()];
            let new_id = scene::but(earlier.clone(), json!({ "command_id": null }));
            if b < 128 { earlier.clone() } else { new_id }
        }
        31 => broken(a, commitment, milestone),
        32..=55 => life::command(what % 72 - 32, (a, b), &on, story),
        56..=62 => treaty::command(what % 72 - 24, a, b, &on),
        63..=70 => claims::command(what % 72 - 63, (a, b), &on, story),
        _ => scene::achieve(commitment, milestone, &on, of(&PARTIES, a / 4)),
    }
}

fn days_before(today: LedgerDate, days: u16) -> String {
    let micros = |date: LedgerDate| format!("{date}T00:00:00Z").parse::<Instant>().map_or(0, Instant::micros);
    // Now and then a few days ahead, which is refused.
    let days = i64::from(days) - 10;
    let date = Instant::from_micros(micros(today) - days * 86_400_000_000);
    date.map_or(today, Instant::date).to_string()
}

fn late(b: u8, on: &str) -> Value {
    if b < 128 { json!({ "occurred_on": on }) } else { json!({ "note": "on the same day" }) }
}

fn with_target(story: &Story, n: u8, make: impl Fn(&Fact) -> Value) -> Value {
    let recorded = story.recorded();
    make(&recorded[usize::from(n) % recorded.len()].fact)
}

/// About a claim, with its commitment; now and then about something else.
fn with_claim(story: &Story, n: u8, make: impl Fn(&Fact, &str) -> Value) -> Value {
    let claims: Vec<_> = story.recorded().iter().filter(|recorded| recorded.fact.event.is_claim()).collect();
    match claims.get(usize::from(n) % (claims.len() + 1)) {
        Some(claim) => make(&claim.fact, claim.stream.key()),
        None => with_target(story, n, |fact| make(fact, "branch")),
    }
}

fn stream_of(story: &Story, fact: &Fact) -> crate::ids::StreamId {
    let recorded = story.recorded().iter().find(|recorded| recorded.fact.event_id == fact.event_id);
    recorded.map_or_else(|| super::parsed("party-kaz"), |recorded| recorded.stream.clone())
}

/// A correction of something that stands in the fact, mostly with the right old value.
fn correction(story: &Story, a: u8, b: u8, on: &str) -> Value {
    let new = [
        ("/data/due", json!("2025-Q4")),
        ("/data/weight", json!("3")),
        ("/data/amount/amount", json!("7")),
        ("/data/achieved_on", json!(on)),
        ("/data/value_date", json!(on)),
        ("/data/reference", json!("R1")),
        ("/data/names/en", json!("another name")),
        ("/data/planned_end", json!("next year")),
        ("/data/milestone_id", json!("open")),
        ("/reported_by", json!("kaz")),
        ("/occurred_on", json!(on)),
        ("/data/unknown", json!(1)),
    ];
    with_target(story, b, |fact| {
        let stream = stream_of(story, fact);
        let current: Arc<Fact> = story.fact(fact.event_id.as_str()).unwrap_or_else(|| Arc::new(fact.clone()));
        let json = json!({
            "data": current.event, "occurred_on": FuzzyDate::clone(&current.occurred_on), "reported_by": current.reported_by,
        });
        let there: Vec<_> = new.iter().filter(|(path, _)| json.pointer(path).is_some()).collect();
        let (path, new) = if a > 240 { &new[usize::from(a) % new.len()] } else { there[usize::from(a) % there.len()] };
        let old = if a % 16 == 15 { json!("wrong") } else { json.pointer(path).cloned().unwrap_or_default() };
        scene::correct(stream.as_str(), fact.event_id.as_str(), path, old, new.clone())
    })
}

/// A command that can never be recorded.
fn broken(a: u8, commitment: &str, milestone: &str) -> Value {
    let planned = scene::milestone(commitment, milestone, "2025");
    match a % 6 {
        0 => scene::but(planned, json!({ "data": { "weight": "-1" } })),
        1 => scene::but(planned, json!({ "data": { "due": "2025-02-30" } })),
        2 => scene::but(planned, json!({ "data": { "colour": "blue" } })),
        3 => scene::but(planned, json!({ "command": "PlanMilestones" })),
        4 => scene::commit_funds(commitment, "grant", "1.005", "EUR"),
        _ => scene::commit_funds(commitment, "grant", "1", "XXX"),
    }
}
