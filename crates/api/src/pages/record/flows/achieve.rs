//! What became of a milestone: achieved, partly, not, or overtaken by events.

use serde_json::Value;
use servanda_events::ids::Family;

use super::{EVIDENCE, REPORTED_BY, put_subject};
use crate::pages::record::form::{About, Form, Kind, Shown, Step, needed, optional};
use crate::pages::record::scene::Scene;
use crate::pages::record::wanted::{Complaint, Filling, Wanted};

const ACHIEVED: Shown = Shown::If("outcome", &["achieved"]);
const PARTLY: Shown = Shown::If("outcome", &["partly"]);
const ENDED: Shown = Shown::If("outcome", &["not", "overtaken"]);
const OVERTAKEN: Shown = Shown::If("outcome", &["overtaken"]);
const NOT_MISSED: Shown = Shown::If("outcome", &["achieved", "partly", "overtaken"]);
const MISSED: Shown = Shown::If("outcome", &["not"]);

pub(super) static ACHIEVE: Form = Form {
    id: "achieve",
    about: About::Thing(Family::Commitment),
    within: &["milestone"],
    steps: &[
        Step {
            id: "outcome",
            fields: &[
                needed("milestone", Kind::One("milestones")),
                needed("outcome", Kind::Word("outcome", &["achieved", "partly", "not", "overtaken"])),
                REPORTED_BY,
            ],
            shown: Shown::Always,
        },
        Step {
            id: "date",
            fields: &[
                needed("happened_on", Kind::Date).shown(NOT_MISSED),
                needed("determined_on", Kind::Day).shown(MISSED),
            ],
            shown: Shown::Always,
        },
        Step {
            id: "what",
            fields: &[
                optional("deliverable", Kind::Area).shown(ACHIEVED),
                optional("amount", Kind::Money).shown(ACHIEVED),
                needed("done", Kind::Decimal).shown(PARTLY),
                needed("total", Kind::Decimal).shown(PARTLY),
                needed("unit", Kind::Line).shown(PARTLY),
                needed("method", Kind::Line).shown(PARTLY),
                needed("reason", Kind::Area).shown(ENDED),
                needed("mutual", Kind::YesNo).shown(OVERTAKEN),
                optional("agreed_by", Kind::Many("concerned")).shown(OVERTAKEN),
                optional("explanation", Kind::Area),
            ],
            shown: Shown::Always,
        },
        Step { id: "evidence", fields: EVIDENCE, shown: Shown::Always },
    ],
    plan,
};

fn plan(filling: &Filling<'_>, _: &Scene) -> Result<Vec<Wanted>, Complaint> {
    let outcome = filling.word("outcome");
    let mut wanted = Wanted::new(match outcome.as_str() {
        "achieved" => "AchieveMilestone",
        "partly" => "ReportMilestoneProgress",
        "not" => "MissMilestone",
        "overtaken" => "CancelMilestone",
        _ => return Err(Complaint::new("answer_missing").at("outcome")),
    });
    put_subject(filling, &mut wanted, "commitment");
    filling.put(&mut wanted, "/data/milestone_id", "milestone")?;
    match outcome.as_str() {
        "achieved" => {
            filling.put(&mut wanted, "/data/achieved_on", "happened_on")?;
            if let Some(text) = deliverable(filling)? {
                wanted.set("/data/deliverable", text);
            }
            wanted.because("/data/deliverable", "deliverable");
        }
        "partly" => {
            for (name, field) in [("quantity", "done"), ("of_total", "total"), ("unit", "unit"), ("method", "method")] {
                filling.put(&mut wanted, &format!("/data/{name}"), field)?;
            }
            filling.put(&mut wanted, "/occurred_on", "happened_on")?;
        }
        "not" => {
            filling.put(&mut wanted, "/data/determined_on", "determined_on")?;
            filling.put(&mut wanted, "/data/reason", "reason")?;
        }
        _ => {
            filling.put(&mut wanted, "/occurred_on", "happened_on")?;
            filling.put(&mut wanted, "/data/reason", "reason")?;
            filling.put(&mut wanted, "/data/mutual", "mutual")?;
            wanted.set("/data/agreed_by", Value::Array(Vec::new()));
            filling.put(&mut wanted, "/data/agreed_by", "agreed_by")?;
        }
    }
    filling.put(&mut wanted, "/note", "explanation")?;
    filling.put_evidence(&mut wanted)?;
    filling.put_reporter(&mut wanted)?;
    Ok(vec![wanted])
}

/// What was delivered, with its amount: the event has one text for both.
fn deliverable(filling: &Filling<'_>) -> Result<Option<String>, Complaint> {
    let text = filling.value("deliverable")?.and_then(|text| text.as_str().map(str::to_owned));
    let part = |money: &Value, key: &str| money[key].as_str().unwrap_or_default().to_owned();
    let amount =
        filling.value("amount")?.map(|money| format!("{} {}", part(&money, "amount"), part(&money, "currency")));
    Ok(match (text, amount) {
        (Some(text), Some(amount)) => Some(format!("{text} ({amount})")),
        (text, amount) => text.or(amount),
    })
}
