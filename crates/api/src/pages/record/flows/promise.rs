//! What a document promises: its commitments, and the milestones of each.

use servanda_events::ids::Family;

use super::{EVIDENCE, any_text, put_own_party, put_sector, put_subject};
use crate::pages::record::form::{About, Form, Kind, Shown, Step, needed, optional};
use crate::pages::record::scene::Scene;
use crate::pages::record::wanted::{Complaint, Filling, Wanted};

pub(super) const MODALITIES: &[&str] = &["finance", "works", "institution", "legal", "exchange"];
pub(super) const VALUE_STATUSES: &[&str] = &["known", "unknown", "undisclosed", "aggregate_only"];
pub(super) const MILESTONE_TYPES: &[&str] = &["preparation", "delivery", "payment", "approval", "reporting"];

pub(super) static PROMISE: Form = Form {
    id: "commitment",
    about: About::New,
    within: &["agreement", "package"],
    steps: &[
        Step { id: "text", fields: &[needed("statement", Kind::Texts)], shown: Shown::Always },
        Step {
            id: "who",
            fields: &[needed("obligors", Kind::Many("parties")), optional("beneficiaries", Kind::Many("parties"))],
            shown: Shown::Always,
        },
        Step {
            id: "kind",
            fields: &[
                needed("modality", Kind::Word("modality", MODALITIES)),
                needed("verifiable", Kind::YesNo),
                optional("sector", Kind::Line),
            ],
            shown: Shown::Always,
        },
        Step {
            id: "amount",
            fields: &[
                needed("value_status", Kind::Word("value_status", VALUE_STATUSES)),
                needed("amount", Kind::Money).shown(Shown::If("value_status", &["known"])),
            ],
            shown: Shown::Always,
        },
        Step { id: "deadline", fields: &[optional("planned_end", Kind::OpenDate)], shown: Shown::Always },
        Step { id: "document", fields: EVIDENCE, shown: Shown::Always },
    ],
    plan: commitment,
};

fn commitment(filling: &Filling<'_>, scene: &Scene) -> Result<Vec<Wanted>, Complaint> {
    let mut wanted = Wanted::new("MakeCommitment");
    let statement = filling.value("statement")?;
    wanted.set("/data/commitment_id", filling.new_id(&any_text(statement.as_ref())));
    wanted.because("/data/commitment_id", "statement");
    for family in ["agreement", "package"] {
        if !filling.named(family).is_empty() {
            put_subject(filling, &mut wanted, family);
        }
    }
    for name in ["statement", "obligors", "beneficiaries", "modality", "verifiable", "value_status", "amount"] {
        filling.put(&mut wanted, &format!("/data/{name}"), name)?;
    }
    filling.put(&mut wanted, "/data/planned_end", "planned_end")?;
    put_sector(filling, &mut wanted)?;
    // One promise is as good as another until the parties say otherwise.
    wanted.set("/data/weight", "1");
    wanted.set("/data/counts_toward_totals", true);
    filling.put_evidence(&mut wanted)?;
    put_own_party(&mut wanted, scene);
    Ok(vec![wanted])
}

pub(super) static MILESTONE: Form = Form {
    id: "milestone",
    about: About::Thing(Family::Commitment),
    within: &[],
    steps: &[
        Step { id: "title", fields: &[needed("titles", Kind::Texts)], shown: Shown::Always },
        Step {
            id: "kind",
            fields: &[
                needed("milestone_type", Kind::Word("milestone_type", MILESTONE_TYPES)),
                needed("weight", Kind::Decimal),
                optional("planned_value", Kind::Money),
            ],
            shown: Shown::Always,
        },
        Step { id: "deadline", fields: &[optional("due", Kind::OpenDate)], shown: Shown::Always },
        Step { id: "test", fields: &[optional("acceptance_test", Kind::Texts)], shown: Shown::Always },
    ],
    plan: milestone,
};

fn milestone(filling: &Filling<'_>, scene: &Scene) -> Result<Vec<Wanted>, Complaint> {
    let mut wanted = Wanted::new("PlanMilestone");
    let titles = filling.value("titles")?;
    put_subject(filling, &mut wanted, "commitment");
    wanted.set("/data/milestone_id", filling.new_id(&any_text(titles.as_ref())));
    wanted.because("/data/milestone_id", "titles");
    for name in ["titles", "milestone_type", "due", "weight", "acceptance_test", "planned_value"] {
        filling.put(&mut wanted, &format!("/data/{name}"), name)?;
    }
    put_own_party(&mut wanted, scene);
    Ok(vec![wanted])
}
