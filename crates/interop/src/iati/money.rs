//! The transactions of an activity: what is owed, paid, and sent back.

use serde_json::{Value, json};
use servanda_events::field_error::FieldError;

use super::activity::Reading;
use super::parties::Organisation;
use crate::cells::{self, DecimalForm};
use crate::ids::slug;
use crate::row::{RowError, WISHES_MAX};
use crate::xml::Node;

/// The flow of money of an activity; it has one.
const FLOW: &str = "main";

/// A transaction, with its place among those of the activity.
pub(super) struct Transaction<'n> {
    node: &'n Node,
    path: String,
    /// What stays the same when the file comes again: its reference, else its place.
    name: String,
    pub(super) date: String,
    amount: String,
    currency: String,
}

impl<'a> Reading<'a> {
    pub(super) fn transactions(&mut self) -> Vec<Transaction<'a>> {
        let node = self.node;
        let mut transactions = Vec::new();
        for (at, transaction) in (1..).zip(node.all("transaction")) {
            if at > WISHES_MAX {
                let error = FieldError::new("row_makes_too_much").with("max", &WISHES_MAX.to_string());
                self.row.errors.push(RowError::of_row(error));
                return transactions;
            }
            let path = format!("transaction[{at}]");
            let value = transaction.first("value");
            let amount = value.map_or("", Node::text);
            let currency = value.and_then(|v| v.attribute("currency")).or(node.attribute("default-currency"));
            let date = transaction.first("transaction-date").and_then(|date| date.attribute("iso-date"));
            let date = self.date(&format!("{path}/transaction-date"), date.unwrap_or_default());
            let amount = cells::decimal(amount, &DecimalForm::default());
            match (amount, date) {
                (Ok(amount), Some(date)) => transactions.push(Transaction {
                    node: transaction,
                    path,
                    name: transaction.attribute("ref").map_or_else(|| at.to_string(), |r| slug("", r)),
                    date,
                    amount,
                    currency: currency.unwrap_or_default().to_owned(),
                }),
                (Err(error), _) => self.wrong(&format!("{path}/value"), error),
                (Ok(_), None) => {}
            }
        }
        transactions
    }

    pub(super) fn money(&mut self, payer: &Organisation, reporter: &Organisation, transactions: Vec<Transaction<'_>>) {
        let (mut commits, mut payments) = (Vec::new(), Vec::new());
        for transaction in transactions {
            match transaction.kind() {
                "2" => commits.push(transaction),
                "3" | "4" => payments.push(transaction),
                kind if self.mapping.iati.leave_out_transactions.iter().any(|left| left == kind) => {}
                kind => {
                    let error = FieldError::new("value_not_mapped").with("value", kind).with("map", "transactions");
                    self.wrong(&format!("{}/transaction-type", transaction.path), error);
                }
            }
        }
        for (at, commit) in commits.into_iter().enumerate() {
            self.commit(at == 0, &commit, payer);
        }
        // A return comes after what it returns, whichever way the file lists them.
        payments.sort_by_key(|payment| (payment.date.clone(), payment.is_negative()));
        for payment in payments {
            self.pay(&payment, payer, reporter);
        }
    }

    fn amount(&mut self, transaction: &Transaction<'_>) -> Option<Value> {
        let plain = transaction.amount.trim_start_matches('-');
        match cells::money(plain, &transaction.currency, self.mapping.iati.round) {
            Ok(money) => Some(money),
            Err(error) => {
                self.wrong(&format!("{}/value", transaction.path), error);
                None
            }
        }
    }

    fn commit(&mut self, first: bool, commit: &Transaction<'_>, payer: &Organisation) {
        let Some(mut amount) = self.amount(commit) else { return };
        let what = format!("commit-{}", commit.name);
        let envelope = json!({ "occurred_on": commit.date });
        if !first {
            if commit.is_negative() {
                amount["amount"] = json!(format!("-{}", amount["amount"].as_str().unwrap_or_default()));
            }
            let data = json!({
                "commitment_id": self.commitment_id(),
                "flow_id": FLOW,
                "delta": amount,
                "reason": commit.reason("a further commitment of the same activity"),
            });
            return self.wish(&what, "AdjustFunds", data, envelope);
        }
        if commit.is_negative() {
            let error = FieldError::new("negative_amount").with("value", &commit.amount);
            return self.wrong(&format!("{}/value", commit.path), error);
        }
        let finance = commit.node.first("finance-type").or(self.node.first("default-finance-type"));
        let finance_type = match finance.and_then(|finance| finance.attribute("code")) {
            None => self.mapping.iati.finance_type,
            Some(code) => match self.mapping.maps.finance.get(code) {
                Some(finance) => *finance,
                None => {
                    let error = FieldError::new("value_not_mapped").with("value", code).with("map", "finance");
                    return self.wrong(&format!("{}/finance-type", commit.path), error);
                }
            },
        };
        let data = json!({
            "commitment_id": self.commitment_id(),
            "flow_id": FLOW,
            "amount": amount,
            "finance_type": finance_type,
            "payer": self.side(commit, "provider-org", payer).id,
            "payee": self.side(commit, "receiver-org", &self.receiver).id,
        });
        self.wish(&what, "CommitFunds", data, envelope);
    }

    fn pay(&mut self, payment: &Transaction<'_>, payer: &Organisation, reporter: &Organisation) {
        let Some(amount) = self.amount(payment) else { return };
        let mut data = json!({ "commitment_id": self.commitment_id(), "flow_id": FLOW, "amount": amount });
        if payment.is_negative() {
            data["reason"] = json!(payment.reason("a payment below zero in the source"));
            let envelope = json!({ "reported_by": reporter.id, "occurred_on": payment.date });
            return self.wish(&format!("return-{}", payment.name), "ReturnFunds", data, envelope);
        }
        data["value_date"] = json!(payment.date);
        data["payer"] = json!(self.side(payment, "provider-org", payer).id);
        data["payee"] = json!(self.side(payment, "receiver-org", &self.receiver).id);
        if let Some(reference) = payment.node.attribute("ref") {
            data["reference"] = json!(reference);
        }
        let envelope = json!({ "reported_by": reporter.id });
        self.wish(&format!("pay-{}", payment.name), "DisburseFunds", data, envelope);
    }

    fn side(&self, transaction: &Transaction<'_>, element: &str, default: &Organisation) -> Organisation {
        let named = transaction.node.first(element).and_then(|org| Organisation::of(self.mapping, org));
        named.unwrap_or_else(|| default.clone())
    }
}

impl Transaction<'_> {
    pub(super) fn kind(&self) -> &str {
        self.node.first("transaction-type").and_then(|kind| kind.attribute("code")).unwrap_or_default()
    }

    fn is_negative(&self) -> bool {
        self.amount.starts_with('-')
    }

    fn reason(&self, default: &str) -> String {
        let told = self.node.first("description").and_then(|d| d.first("narrative")).map(Node::text);
        told.filter(|words| !words.is_empty()).unwrap_or(default).to_owned()
    }
}
