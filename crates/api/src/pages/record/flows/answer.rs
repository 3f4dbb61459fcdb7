//! The counterpart's answer to a claim: it was so, it was so but on another day or for another amount, it was not so.
//!
//! A confirmation confirms what the claim says, to the letter. Whoever agrees that it happened and not when, or not
//! how much, disputes the claim and names the alternative: the claimant corrects it, and then it can be confirmed.
//! That a claim is not ours to answer is remembered for the lists of the party and is no fact of the ledger.

use serde_json::Value;
use servanda_events::ids::Family;

use super::{REPORTED_BY, put_subject};
use crate::pages::record::form::{About, Form, Kind, Shown, Step, needed, optional};
use crate::pages::record::scene::Scene;
use crate::pages::record::wanted::{Complaint, Filling, Wanted};

const CONFIRM: Shown = Shown::If("answer", &["confirm"]);
const OTHERWISE: Shown = Shown::If("answer", &["otherwise"]);
const DISPUTE: Shown = Shown::If("answer", &["dispute"]);
const NOT_OURS: Shown = Shown::If("answer", &["not_ours"]);

pub(super) static ANSWER: Form = Form {
    id: "answer",
    about: About::Thing(Family::Commitment),
    within: &["claim"],
    steps: &[
        Step {
            id: "answer",
            fields: &[
                needed("answer", Kind::Word("answer", &["confirm", "otherwise", "dispute", "not_ours"])),
                REPORTED_BY,
            ],
            shown: Shown::Always,
        },
        Step {
            id: "why",
            fields: &[
                optional("remark", Kind::Area).shown(CONFIRM),
                optional("other_date", Kind::Date).shown(OTHERWISE),
                optional("other_amount", Kind::Money).shown(OTHERWISE),
                needed("difference", Kind::Area).shown(OTHERWISE),
                needed("grounds", Kind::Area).shown(DISPUTE),
                needed("not_ours", Kind::Area).shown(NOT_OURS),
            ],
            shown: Shown::Always,
        },
    ],
    plan,
};

fn plan(filling: &Filling<'_>, _: &Scene) -> Result<Vec<Wanted>, Complaint> {
    let answer = filling.word("answer");
    let mut wanted = Wanted::new(match answer.as_str() {
        "confirm" => "ConfirmClaim",
        "otherwise" | "dispute" => "DisputeClaim",
        "not_ours" => {
            filling.value("not_ours")?;
            return Ok(Vec::new());
        }
        _ => return Err(Complaint::new("answer_missing").at("answer")),
    });
    put_subject(filling, &mut wanted, "commitment");
    wanted.set("/data/claim_event_id", filling.named("claim"));
    wanted.because("/data/claim_event_id", "answer");
    match answer.as_str() {
        "confirm" => filling.put(&mut wanted, "/data/remark", "remark")?,
        "dispute" => filling.put(&mut wanted, "/data/grounds", "grounds")?,
        _ => {
            filling.put(&mut wanted, "/data/grounds", "difference")?;
            wanted.set("/data/alternative", alternative(filling)?);
            wanted.because("/data/alternative", "other_date");
        }
    }
    filling.put_reporter(&mut wanted)?;
    if let Some(party) = wanted.body().get("reported_by").cloned() {
        wanted.set("/data/by_party", party);
    }
    wanted.because("/data/by_party", "reported_by");
    Ok(vec![wanted])
}

/// The other date and amount, as the ledger writes them.
fn alternative(filling: &Filling<'_>) -> Result<String, Complaint> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let date = filling.value("other_date")?.map(|date| text(&date));
    let amount = filling.value("other_amount")?;
    let amount = amount.map(|money| format!("{} {}", text(&money["amount"]), text(&money["currency"])));
    let said: Vec<String> = date.into_iter().chain(amount).collect();
    if said.is_empty() { Err(Complaint::new("alternative_missing").at("other_date")) } else { Ok(said.join("; ")) }
}
