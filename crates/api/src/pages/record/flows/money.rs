//! Money: a firm obligation to pay, a payment, money sent back.

use servanda_events::Event;
use servanda_events::ids::Family;

use super::{EVIDENCE, REPORTED_BY, put_subject};
use crate::pages::record::form::{About, Form, Kind, Shown, Step, needed, optional};
use crate::pages::record::scene::Scene;
use crate::pages::record::wanted::{Complaint, Filling, Wanted};

pub(super) const FINANCE_TYPES: &[&str] = &["grant", "loan", "equity", "guarantee", "purchase"];

/// Who pays whom.
const BETWEEN: Step = Step {
    id: "between",
    fields: &[needed("payer", Kind::One("parties")), needed("payee", Kind::One("parties")), REPORTED_BY],
    shown: Shown::Always,
};

pub(super) static FUNDS: Form = Form {
    id: "funds",
    about: About::Thing(Family::Commitment),
    within: &[],
    steps: &[
        Step {
            id: "amount",
            fields: &[
                needed("amount", Kind::Money),
                needed("finance_type", Kind::Word("finance_type", FINANCE_TYPES)),
                needed("committed_on", Kind::Date),
            ],
            shown: Shown::Always,
        },
        BETWEEN,
        Step { id: "evidence", fields: EVIDENCE, shown: Shown::Always },
    ],
    plan: funds,
};

fn funds(filling: &Filling<'_>, _: &Scene) -> Result<Vec<Wanted>, Complaint> {
    let mut wanted = Wanted::new("CommitFunds");
    put_subject(filling, &mut wanted, "commitment");
    wanted.set("/data/flow_id", filling.new_id(&filling.word("finance_type")));
    wanted.because("/data/flow_id", "amount");
    for name in ["amount", "finance_type", "payer", "payee"] {
        filling.put(&mut wanted, &format!("/data/{name}"), name)?;
    }
    filling.put(&mut wanted, "/occurred_on", "committed_on")?;
    filling.put_evidence(&mut wanted)?;
    filling.put_reporter(&mut wanted)?;
    Ok(vec![wanted])
}

pub(super) static PAID: Form = Form {
    id: "paid",
    about: About::Thing(Family::Commitment),
    within: &["flow"],
    steps: &[
        Step {
            id: "amount",
            fields: &[needed("amount", Kind::Money), needed("value_date", Kind::Date)],
            shown: Shown::Always,
        },
        Step {
            id: "obligation",
            fields: &[optional("flow", Kind::One("flows")), optional("reference", Kind::Line)],
            shown: Shown::Always,
        },
        BETWEEN,
        Step { id: "evidence", fields: EVIDENCE, shown: Shown::Always },
    ],
    plan: paid,
};

fn paid(filling: &Filling<'_>, _: &Scene) -> Result<Vec<Wanted>, Complaint> {
    let mut wanted = Wanted::new("DisburseFunds");
    put_subject(filling, &mut wanted, "commitment");
    // A payment without a recorded obligation stands for itself.
    wanted.set("/data/flow_id", filling.new_id("payment"));
    filling.put(&mut wanted, "/data/flow_id", "flow")?;
    for name in ["amount", "value_date", "payer", "payee", "reference"] {
        filling.put(&mut wanted, &format!("/data/{name}"), name)?;
    }
    wanted.refused_at("payment_already_recorded", "reference");
    filling.put_evidence(&mut wanted)?;
    filling.put_reporter(&mut wanted)?;
    Ok(vec![wanted])
}

pub(super) static RETURNED: Form = Form {
    id: "returned",
    about: About::Thing(Family::Commitment),
    within: &["payment"],
    steps: &[
        Step { id: "payment", fields: &[needed("payment", Kind::One("payments")), REPORTED_BY], shown: Shown::Always },
        Step {
            id: "amount",
            fields: &[needed("amount", Kind::Money), needed("returned_on", Kind::Date), needed("reason", Kind::Area)],
            shown: Shown::Always,
        },
        Step { id: "evidence", fields: EVIDENCE, shown: Shown::Always },
    ],
    plan: returned,
};

fn returned(filling: &Filling<'_>, scene: &Scene) -> Result<Vec<Wanted>, Complaint> {
    let mut wanted = Wanted::new("ReturnFunds");
    put_subject(filling, &mut wanted, "commitment");
    filling.put(&mut wanted, "/data/of_event", "payment")?;
    let flow = scene.fact(&filling.word("payment")).and_then(|fact| match &fact.event {
        Event::FundsDisbursed(paid) => Some(paid.flow_id.to_string()),
        _ => None,
    });
    wanted.set("/data/flow_id", flow.ok_or_else(|| Complaint::new("answer_missing").at("payment"))?);
    wanted.because("/data/flow_id", "payment");
    filling.put(&mut wanted, "/data/amount", "amount")?;
    filling.put(&mut wanted, "/data/reason", "reason")?;
    filling.put(&mut wanted, "/occurred_on", "returned_on")?;
    filling.put_evidence(&mut wanted)?;
    filling.put_reporter(&mut wanted)?;
    Ok(vec![wanted])
}
