//! Random commands about claims, one thing leading to the next: disputes, and that they were upheld; checks, and
//! corrections after which they lapse; money that was sent back, and was not; milestones found missed.
//!
//! A step about claims is told several times over. Each time it goes on from where the history stands, so that what
//! takes four commands comes about although each command is rare.

use serde_json::{Value, json};

use super::super::{Story, scene};
use super::{COMMITMENTS, MILESTONES, PARTIES, of, stream_of};
use crate::catalogue::Event;
use crate::ids::EventId;
use crate::recorded::Fact;

/// How often a step about claims is told.
pub(super) const TIMES: usize = 4;

pub(super) fn command(what: u8, (a, b): (u8, u8), on: &str, story: &Story) -> Value {
    let commitment = of(&COMMITMENTS, a);
    match what {
        0..=2 => returned(a, on, story),
        3 | 4 => checked(commitment, (a, b), on, story),
        5 | 6 => disputed(commitment, (a, b), on, story),
        _ => missed(commitment, story),
    }
}

/// Money is paid, a part of it is sent back, that is disputed, and the dispute upheld.
fn returned(a: u8, on: &str, story: &Story) -> Value {
    let is_return = |fact: &Fact| matches!(fact.event, Event::FundsReturned(_));
    match newest(story, is_return) {
        Some(fact) if answered(story, &fact.event_id) => upheld(story, fact),
        Some(fact) => dispute(story, fact, a),
        None => match newest(story, |fact| matches!(fact.event, Event::FundsDisbursed(_))).map(|fact| &fact.event) {
            Some(Event::FundsDisbursed(paid)) => {
                let (id, flow) = (paid.commitment_id.as_str(), paid.flow_id.as_str());
                scene::give_back(id, flow, "0.01", &paid.amount.currency().to_string())
            }
            _ => {
                let paid = scene::disburse("branch", "grant", "10", "EUR", "R");
                scene::but(paid, json!({ "data": { "reference": null, "value_date": on } }))
            }
        },
    }
}

/// A milestone is achieved, an outsider checks it, and the day turns out to be another.
fn checked(commitment: &str, (a, b): (u8, u8), on: &str, story: &Story) -> Value {
    let milestone = of(&MILESTONES, b);
    let is_achieved = |fact: &Fact| matches!(fact.event, Event::MilestoneAchieved(_));
    let Some(fact) = newest(story, is_achieved) else {
        return scene::achieve(commitment, milestone, on, of(&PARTIES, a));
    };
    let about = stream_of(story, fact);
    let is_check = |other: &Fact| matches!(&other.event, Event::ClaimVerified(e) if e.claim_event_id == fact.event_id);
    if newest(story, is_check).is_none() {
        return scene::verify(about.key(), fact.event_id.as_str(), "un");
    }
    let stands = story.fact(fact.event_id.as_str()).map_or_else(|| json!(fact.event), |now| json!(now.event));
    let old = stands["achieved_on"].clone();
    scene::correct(about.as_str(), fact.event_id.as_str(), "/data/achieved_on", old, json!(on))
}

/// A milestone is achieved and that is disputed; now and then the dispute is upheld.
fn disputed(commitment: &str, (a, b): (u8, u8), on: &str, story: &Story) -> Value {
    let is_achieved = |fact: &Fact| matches!(fact.event, Event::MilestoneAchieved(_));
    match newest(story, is_achieved) {
        Some(fact) if a < 128 && answered(story, &fact.event_id) => upheld(story, fact),
        Some(fact) => dispute(story, fact, b),
        None => scene::achieve(commitment, of(&MILESTONES, b), on, of(&PARTIES, a)),
    }
}

/// A milestone that was due soon is found missed, on the day before it is recorded.
fn missed(commitment: &str, story: &Story) -> Value {
    let planned = |fact: &Fact| matches!(&fact.event, Event::MilestonePlanned(e) if e.milestone_id.as_str() == "late");
    match newest(story, planned) {
        Some(fact) => {
            let yesterday = super::days_before(story.now.date(), 11);
            scene::miss(stream_of(story, fact).key(), "late", &yesterday)
        }
        None => scene::milestone(commitment, "late", "2024-11-05"),
    }
}

/// The newest fact of a kind.
fn newest(story: &Story, is: impl Fn(&Fact) -> bool) -> Option<&Fact> {
    story.recorded().iter().rev().map(|recorded| recorded.fact.as_ref()).find(|fact| is(fact))
}

/// Whether a party disagreed with a claim.
fn answered(story: &Story, claim: &EventId) -> bool {
    newest(story, |fact| matches!(&fact.event, Event::ClaimDisputed(e) if e.claim_event_id == *claim)).is_some()
}

/// A party other than the one that made the claim disagrees.
fn dispute(story: &Story, fact: &Fact, n: u8) -> Value {
    let own = fact.reported_by.as_ref().map(|party| party.as_str());
    let others: Vec<&str> = PARTIES.into_iter().filter(|party| Some(*party) != own).collect();
    scene::dispute(stream_of(story, fact).key(), fact.event_id.as_str(), of(&others, n))
}

/// The party that made the claim sees that it was wrong.
fn upheld(story: &Story, fact: &Fact) -> Value {
    let by = fact.reported_by.as_ref().map_or("un", |party| party.as_str());
    scene::resolve(stream_of(story, fact).key(), fact.event_id.as_str(), "upheld", by)
}
