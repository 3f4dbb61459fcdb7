//! One small function per step from an old version of an event to the next. Never edited once released.

use serde_json::{Value, json};

/// The JSON of the newest version, from the JSON of version `schema`; `None` where there is no such version.
pub(super) fn lift(type_name: &str, schema: u16, old: Value) -> Option<Value> {
    match (type_name, schema) {
        // Version 2 may say of which commitment it is a part; version 1 never did.
        ("CommitmentMade", 1) => Some(old),
        ("MilestonePlanned", 1) => Some(milestone_planned_1_to_2(old)),
        _ => None,
    }
}

/// Version 1 held the due date as a plain day, `due_date`; version 2 holds it as a fuzzy date, `due`.
fn milestone_planned_1_to_2(mut old: Value) -> Value {
    if let Some(fields) = old.as_object_mut()
        && let Some(day) = fields.remove("due_date")
    {
        fields.insert("due".to_owned(), json!({ "text": day, "earliest": day, "latest": day, "precision": "day" }));
    }
    old
}
