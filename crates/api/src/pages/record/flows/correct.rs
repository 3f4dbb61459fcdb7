//! Something in an entry is to read otherwise. What is asked first is why: we typed it wrong, or the parties agreed to
//! change it, or it never happened. A correction mends the record from the start; an amendment changes what holds from
//! now on, see [`super::amend`]. The old entry stays readable in each case.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Value, json};
use servanda_events::{Event, Fact};

use super::{EVIDENCE, REPORTED_BY, amend};
use crate::pages::record::form::{About, Answers, Field, Form, Kind, Shown, Step, needed, optional};
use crate::pages::record::scene::Scene;
use crate::pages::record::typed;
use crate::pages::record::wanted::{Complaint, Filling, Wanted};

const WRONG: Shown = Shown::If("why", &["wrong"]);
const AGREED: Shown = Shown::If("why", &["agreed"]);

/// What may read otherwise in an entry: the fields of events by their names, each once for all events that have it.
const CORRECTABLE: &[Field] = &[
    field("titles", Kind::Texts),
    field("names", Kind::Texts),
    field("statement", Kind::Texts),
    field("occasion", Kind::Texts),
    field("acceptance_test", Kind::Texts),
    field("occurred_on", Kind::Date),
    field("reported_by", Kind::One("parties")),
    field("achieved_on", Kind::Date),
    field("value_date", Kind::Date),
    field("due", Kind::OpenDate),
    field("new_due", Kind::OpenDate),
    field("planned_start", Kind::OpenDate),
    field("planned_end", Kind::OpenDate),
    field("anchor_date", Kind::Day),
    field("determined_on", Kind::Day),
    field("effective_on", Kind::Day),
    field("amount", Kind::Money),
    field("planned_value", Kind::Money),
    field("weight", Kind::Decimal),
    field("quantity", Kind::Decimal),
    field("of_total", Kind::Decimal),
    field("unit", Kind::Line),
    field("method", Kind::Line),
    field("deliverable", Kind::Area),
    field("place", Kind::Line),
    field("signatory", Kind::Line),
    field("capacity", Kind::Line),
    field("reference", Kind::Line),
    field("payer", Kind::One("parties")),
    field("payee", Kind::One("parties")),
    field("obligors", Kind::Many("parties")),
    field("beneficiaries", Kind::Many("parties")),
    field("country", Kind::Line),
    field("instrument_kind", Kind::Word("instrument_kind", super::sign::KINDS)),
    field("class", Kind::Word("class", super::sign::CLASSES)),
    field("legal_effect", Kind::Word("legal_effect", super::sign::EFFECTS)),
    field("modality", Kind::Word("modality", super::promise::MODALITIES)),
    field("value_status", Kind::Word("value_status", super::promise::VALUE_STATUSES)),
    field("milestone_type", Kind::Word("milestone_type", super::promise::MILESTONE_TYPES)),
    field("finance_type", Kind::Word("finance_type", super::money::FINANCE_TYPES)),
    field("verifiable", Kind::YesNo),
    field("mutual", Kind::YesNo),
    field("grounds", Kind::Area),
    field("alternative", Kind::Line),
    field("remark", Kind::Area),
];

const fn field(name: &'static str, kind: Kind) -> Field {
    optional(name, kind).shown(Shown::InFact)
}

pub(super) static CORRECT: Form = Form {
    id: "correct",
    about: About::Entry,
    within: &[],
    steps: &[
        Step { id: "why", fields: &[needed("why", Kind::One("changes"))], shown: Shown::Always },
        Step { id: "values", fields: CORRECTABLE, shown: WRONG },
        Step {
            id: "error",
            fields: &[needed(
                "error_kind",
                Kind::Word("error_kind", &["clerical", "late_information", "translation", "attribution"]),
            )],
            shown: WRONG,
        },
        Step { id: "agreed", fields: amend::FIELDS, shown: AGREED },
        Step { id: "parties", fields: &[needed("agreed_by", Kind::Many("concerned"))], shown: AGREED },
        Step {
            id: "reason",
            fields: &[needed("correction_reason", Kind::Area), REPORTED_BY_OF_CHANGE],
            shown: Shown::Always,
        },
        Step { id: "evidence", fields: EVIDENCE, shown: Shown::Always },
    ],
    plan,
};

/// For whom the person speaks; under another name than the field of an entry.
const REPORTED_BY_OF_CHANGE: Field = Field { name: "speaks_for", ..REPORTED_BY };

fn plan(filling: &Filling<'_>, scene: &Scene) -> Result<Vec<Wanted>, Complaint> {
    let fact = scene.about_fact().ok_or_else(|| Complaint::new("entry_not_in_effect"))?;
    let mut wanted = match filling.word("why").as_str() {
        "wrong" => correction(filling, scene, fact)?,
        "never" => {
            let mut wanted = Wanted::new("RetractEntry");
            filling.put(&mut wanted, "/data/reason", "correction_reason")?;
            wanted.set("/data/stream", scene.history.stream().as_str());
            wanted.set("/data/target_event_id", fact.event_id.as_str());
            wanted
        }
        "agreed" => amend::wanted(filling, scene, fact)?,
        _ => return Err(Complaint::new("answer_missing").at("why")),
    };
    if filling.word("why") == "agreed" {
        filling.put_document(&mut wanted)?;
    } else {
        filling.put_evidence(&mut wanted)?;
    }
    match &scene.party {
        Some(party) => wanted.set("/reported_by", party.as_str()),
        None => filling.put(&mut wanted, "/reported_by", "speaks_for")?,
    }
    Ok(vec![wanted])
}

fn correction(filling: &Filling<'_>, scene: &Scene, fact: &Fact) -> Result<Wanted, Complaint> {
    let mut wanted = Wanted::new("CorrectEntry");
    wanted.set("/data/stream", scene.history.stream().as_str());
    wanted.set("/data/target_event_id", fact.event_id.as_str());
    filling.put(&mut wanted, "/data/error_kind", "error_kind")?;
    filling.put(&mut wanted, "/data/reason", "correction_reason")?;
    let found = found(fact);
    let mut patches = Vec::new();
    for field in CORRECTABLE.iter().filter(|field| scene.has_in_fact(field.name)) {
        let old = found.get(field.name).cloned().unwrap_or_default();
        let new = filling.value(field.name)?.unwrap_or_default();
        if same(&old, &new) {
            continue;
        }
        wanted.because(&format!("/data/patches/{}", patches.len()), field.name);
        patches.push(json!({ "path": path(field.name), "old": old, "new": new }));
        wanted.changing(field.name, old, new);
    }
    wanted.set("/data/patches", Value::Array(patches));
    let first = wanted.changes().first().map_or("why", |change| change.field);
    wanted.because("/data/patches", first);
    wanted.refused_at("payment_already_recorded", "reference");
    Ok(wanted)
}

/// Where a field of an entry stands.
fn path(name: &str) -> String {
    if ENVELOPE.contains(&name) { format!("/{name}") } else { format!("/data/{name}") }
}

/// Fields that stand beside the payload.
const ENVELOPE: [&str; 2] = ["occurred_on", "reported_by"];

/// What stands in an entry now, by the names of its fields.
fn found(fact: &Fact) -> BTreeMap<String, Value> {
    let mut found: BTreeMap<String, Value> = match serde_json::to_value(&fact.event) {
        Ok(Value::Object(fields)) => fields.into_iter().collect(),
        _ => BTreeMap::new(),
    };
    found.insert("occurred_on".to_owned(), json!(fact.occurred_on));
    found.extend(fact.reported_by.as_ref().map(|party| ("reported_by".to_owned(), json!(party))));
    found
}

/// Whether what was typed is what stands there. A date stands there with its meaning, and is typed in words.
fn same(old: &Value, new: &Value) -> bool {
    old == new || (new.is_string() && old.get("text") == Some(new))
}

/// Names of the fields that each type of event may have.
static FIELDS_OF: LazyLock<BTreeMap<String, BTreeSet<String>>> = LazyLock::new(|| {
    let document = servanda_events::schema::document();
    let resolved = |schema: &Value| -> Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
        name.map_or_else(|| schema.clone(), |name| document["$defs"][name].clone())
    };
    let events = document["events"].as_object().into_iter().flatten();
    let names = |schema: &Value| {
        let properties = resolved(schema)["properties"].as_object().cloned().unwrap_or_default();
        properties.into_iter().map(|(name, _)| name).collect()
    };
    events.map(|(name, schema)| (name.split('.').next().unwrap_or_default().to_owned(), names(schema))).collect()
});

/// Whether an entry may have a field, so that it can be corrected. The day on which it was so follows the event's own
/// date, where it has one.
pub(crate) fn has(fact: &Fact, name: &str) -> bool {
    match name {
        "occurred_on" => fact.event.own_date().is_none(),
        "reported_by" => true,
        name => FIELDS_OF.get(fact.event.type_name()).is_some_and(|names| names.contains(name)),
    }
}

/// The answers with which the form begins: what stands in the entry.
pub(crate) fn seeded(scene: &Scene) -> Answers {
    let mut answers = Answers::default();
    let Some(fact) = scene.about_fact() else { return answers };
    let found = found(fact);
    for field in CORRECTABLE.iter().filter(|field| scene.has_in_fact(field.name)) {
        if let Some(value) = found.get(field.name) {
            typed::write(field, value, &mut answers);
        }
    }
    answers
}

/// The ways in which an entry can change.
pub(crate) fn ways(event: &Event) -> &'static [&'static str] {
    if amend::is_amendable(event) { &["wrong", "agreed", "never"] } else { &["wrong", "never"] }
}
