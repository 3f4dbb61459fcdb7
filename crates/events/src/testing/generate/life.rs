//! Random commands about what happens to a commitment after it was made.

use serde_json::{Value, json};

use super::super::{Story, scene};
use super::{AMOUNTS, COMMITMENTS, CURRENCIES, DUE, MILESTONES, PARTIES, of, with_target};
use crate::recorded::Fact;

/// The commitments that now and then come to an end; the others go on, so that there is more to tell.
const MORTAL: [&str; 3] = ["third", "centre", "branch"];

pub(super) fn command(what: u8, (a, b): (u8, u8), on: &str, story: &Story) -> Value {
    let commitment = of(&COMMITMENTS, a);
    let mortal = if a < 230 { of(&MORTAL[..2], a) } else { MORTAL[2] };
    let (milestone, party) = (of(&MILESTONES, b), of(&PARTIES, b));
    let (flow, amount) = (of(&["grant", "loan"], b), of(&AMOUNTS, a ^ b));
    let id = of(&["one", "two"], b / 2);
    let then = json!({ "occurred_on": on });
    match what {
        0 => scene::promote(of(&["centre", "branch"], a)),
        1 => {
            let (field, old, new) = match b % 4 {
                0 => ("planned_end", json!("2026"), json!("2027")),
                1 => ("obligors", json!(["fra"]), json!(["fra", "abai"])),
                2 => ("statement", json!({ "en": "a branch will open" }), json!({ "en": "two branches will open" })),
                _ => ("amount", Value::Null, json!({ "amount": amount, "currency": "EUR" })),
            };
            scene::but(scene::amend(commitment, id, field, old, new), then)
        }
        2 => scene::split(mortal, &[("north", Value::Null), ("south", Value::Null)]),
        3 => scene::merge(commitment, &[("east", Value::Null), ("west", Value::Null)]),
        4 => scene::suspend(commitment),
        5 => scene::resume(commitment),
        6 => scene::give_up(mortal),
        7 => scene::fulfil(mortal, on),
        8 => scene::add_condition(commitment, id),
        9 => scene::satisfy(commitment, id, on),
        10 => scene::waive(commitment, id, &["fra", party]),
        11 | 12 => scene::report_progress(commitment, milestone, amount, "100"),
        13 => scene::miss(commitment, milestone, on),
        14 => scene::reopen(commitment, milestone),
        15 => scene::adjust(commitment, flow, of(&["-60", "25.50", "0", "-1000"], a / 2), of(&CURRENCIES, a / 200)),
        16 => scene::schedule(commitment, flow, id, amount, of(&DUE, b / 8)),
        17 | 18 => {
            let outcome = of(&["upheld", "withdrawn", "replaced", "noted_unresolved"], a / 2);
            on_claim(story, b, |fact, stream| scene::resolve(stream, fact.event_id.as_str(), outcome, party))
        }
        19 => {
            on_claim(story, b, |fact, stream| scene::verify(stream, fact.event_id.as_str(), of(&["un", "kaz"], a / 2)))
        }
        20 => scene::attach(commitment, id, of(&["https://example.org/1", "https://example.org/2"], a / 2)),
        21 => scene::unavailable(commitment, id, on),
        22 => scene::assess(commitment, id, of(&["ogp", "pam"], a / 2), of(&["2", "complete"], a / 4)),
        _ => {
            scene::source_status(commitment, of(&["register", "iati"], b), of(&["completed", "implementation"], a / 2))
        }
    }
}

/// A command about a claim, mostly one that is disputed; its commitment is the one of the claim.
fn on_claim(story: &Story, n: u8, make: impl Fn(&Fact, &str) -> Value) -> Value {
    use crate::catalogue::Event;
    let disputed = |recorded: &&crate::recorded::Recorded| matches!(recorded.fact.event, Event::ClaimDisputed(_));
    let disputes: Vec<_> = story.recorded().iter().filter(disputed).collect();
    let Some(dispute) = disputes.get(usize::from(n) % disputes.len().max(1)) else {
        return with_target(story, n, |fact| make(fact, "branch"));
    };
    match &dispute.fact.event {
        Event::ClaimDisputed(e) => story
            .fact(e.claim_event_id.as_str())
            .map_or_else(|| make(&dispute.fact, dispute.stream.key()), |claim| make(&claim, dispute.stream.key())),
        _ => make(&dispute.fact, dispute.stream.key()),
    }
}
