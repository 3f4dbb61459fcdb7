//! Milestones and transactions of a contract as commands. Later releases repeat them; they are the same then.

use serde_json::json;
use servanda_events::commitment::MilestoneType;
use servanda_events::field_error::FieldError;

use super::contract::{FLOW, Known, Reading, of};
use super::release::{Id, Milestone, Transaction};
use crate::ids::slug;
use crate::wanted::Wanted;

impl Reading<'_> {
    pub(super) fn milestone(&mut self, known: &Known<'_>, milestone: &Milestone, path: &str) {
        let Some(Id(id)) = &milestone.id else { return self.missing(path, "id") };
        let Some(title) = &milestone.title else { return self.missing(path, "title") };
        let ours = slug("", id);
        let kind = match milestone.kind.as_deref() {
            None => MilestoneType::Delivery,
            Some(word) => match self.mapping.maps.milestone_types.get(word) {
                Some(kind) => *kind,
                None => {
                    let error = FieldError::new("value_not_mapped").with("value", word).with("map", "milestone_types");
                    return self.wrong(path, error);
                }
            },
        };
        let mut data = json!({
            "commitment_id": known.ours, "milestone_id": ours, "titles": { self.lang(): title }, "milestone_type": kind,
            "weight": "1",
        });
        if let Some(due) = self.day(path, milestone.due_date.as_ref()) {
            data["due"] = json!(due);
        }
        if let Some(value) = self.amount(path, milestone.value.as_ref()) {
            data["planned_value"] = value;
        }
        let released = self.day("date", self.release.date.as_ref());
        let envelope = released.map_or_else(|| json!({}), |date| json!({ "occurred_on": date }));
        let what = format!("plan-{id}");
        let plan = Wanted::new(&what, "PlanMilestone", data, envelope);
        self.put_first_with(known, plan, milestone.status.as_deref());
        if milestone.status.as_deref() == Some("met")
            && let Some(met) = self.day(path, milestone.date_met.as_ref())
        {
            let data = json!({ "commitment_id": known.ours, "milestone_id": ours, "achieved_on": met });
            let envelope = json!({ "reported_by": known.buyer });
            self.put(known, &format!("met-{id}"), "AchieveMilestone", data, envelope);
        }
    }

    pub(super) fn transaction(&mut self, known: &Known<'_>, transaction: &Transaction, path: &str) {
        let Some(Id(id)) = &transaction.id else { return self.missing(path, "id") };
        let Some(date) = self.day(path, transaction.date.as_ref()) else { return self.missing(path, "date") };
        let Some(amount) = self.amount(path, transaction.value.as_ref()) else { return self.missing(path, "value") };
        let payer = of(transaction.payer.as_ref()).unwrap_or_else(|| known.buyer.clone());
        let Some(payee) = of(transaction.payee.as_ref()).or_else(|| known.suppliers.first().cloned()) else {
            return self.missing(path, "payee");
        };
        let data = json!({
            "commitment_id": known.ours, "flow_id": FLOW, "amount": amount, "value_date": date, "payer": payer,
            "payee": payee, "reference": id,
        });
        self.put(known, &format!("pay-{id}"), "DisburseFunds", data, json!({ "reported_by": payer }));
    }
}
