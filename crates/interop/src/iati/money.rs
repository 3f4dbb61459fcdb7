//! The transactions of an activity: what is owed, paid, and sent back.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};
use servanda_events::field_error::FieldError;

use super::activity::Reading;
use super::parties::Organisation;
use crate::cells::{self, DecimalForm};
use crate::ids::slug;
use crate::row::{RowError, WISHES_MAX};
use crate::xml::Node;

/// The flow of the activity's first outgoing commitment, whatever its currency, and of payments in a currency in which
/// nothing was committed.
const FLOW: &str = "main";

/// The flows of an activity: one per currency of its commitments. One beside the first has its id from the transaction
/// that opens it, as the source names it, and not from the currency, which a publisher may correct.
#[derive(Debug, Default)]
struct Flows {
    by_currency: BTreeMap<String, String>,
    /// What was paid out and not sent back, by flow and currency.
    paid: BTreeMap<(String, String), Decimal>,
}

impl Flows {
    /// The flow of a commitment, and whether this one opens it.
    fn committed(&mut self, commit: &Transaction<'_>) -> (String, bool) {
        if let Some(flow) = self.by_currency.get(&commit.currency) {
            return (flow.clone(), false);
        }
        let first = self.by_currency.is_empty();
        let flow = if first { FLOW.to_owned() } else { slug("flow-", &commit.name) };
        self.by_currency.insert(commit.currency.clone(), flow.clone());
        (flow, true)
    }

    /// The flow of a payment.
    fn of(&self, payment: &Transaction<'_>) -> String {
        self.by_currency.get(&payment.currency).cloned().unwrap_or_else(|| FLOW.to_owned())
    }

    /// Adds a payment, or takes a return off; what can come back, where a return is more than that.
    fn pay(&mut self, flow: &str, payment: &Transaction<'_>, amount: Decimal) -> Result<(), Decimal> {
        let paid = self.paid.entry((flow.to_owned(), payment.currency.clone())).or_default();
        let amount = if payment.is_negative() { -amount } else { amount };
        if (*paid + amount).is_sign_negative() {
            return Err(*paid);
        }
        *paid += amount;
        Ok(())
    }
}

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
        let mut flows = Flows::default();
        for commit in commits {
            self.commit(&mut flows, &commit, payer);
        }
        // A return comes after what it returns, whichever way the file lists them.
        payments.sort_by_key(|payment| (payment.date.clone(), payment.is_negative()));
        for payment in payments {
            self.pay(&mut flows, &payment, payer, reporter);
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

    fn commit(&mut self, flows: &mut Flows, commit: &Transaction<'_>, payer: &Organisation) {
        let Some(mut amount) = self.amount(commit) else { return };
        let (flow, opens) = flows.committed(commit);
        let what = format!("commit-{}", commit.name);
        let envelope = json!({ "occurred_on": commit.date });
        if !opens {
            if commit.is_negative() {
                amount["amount"] = json!(format!("-{}", amount["amount"].as_str().unwrap_or_default()));
            }
            let data = json!({
                "commitment_id": self.commitment_id(),
                "flow_id": flow,
                "delta": amount,
                "reason": commit.reason("a further commitment of the same activity"),
            });
            return self.flow_wish(&what, "AdjustFunds", data, envelope);
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
            "flow_id": flow,
            "amount": amount,
            "finance_type": finance_type,
            "payer": self.side(commit, "provider-org", payer).id,
            "payee": self.side(commit, "receiver-org", &self.receiver).id,
        });
        self.flow_wish(&what, "CommitFunds", data, envelope);
    }

    fn pay(&mut self, flows: &mut Flows, payment: &Transaction<'_>, payer: &Organisation, reporter: &Organisation) {
        let Some(amount) = self.amount(payment) else { return };
        let flow = flows.of(payment);
        let plain = amount["amount"].as_str().and_then(|amount| amount.parse().ok()).unwrap_or_default();
        if let Err(paid) = flows.pay(&flow, payment, plain) {
            let money = |amount: &str| format!("{amount} {}", payment.currency);
            let error = FieldError::new("refund_without_payment")
                .with("value", &money(payment.amount.trim_start_matches('-')))
                .with("paid", &money(&paid.to_string()))
                .with("date", &payment.date);
            return self.wrong(&format!("{}/value", payment.path), error);
        }
        let mut data = json!({ "commitment_id": self.commitment_id(), "flow_id": flow, "amount": amount });
        if payment.is_negative() {
            data["reason"] = json!(payment.reason("a payment below zero in the source"));
            let envelope = json!({ "reported_by": reporter.id, "occurred_on": payment.date });
            return self.flow_wish(&format!("return-{}", payment.name), "ReturnFunds", data, envelope);
        }
        data["value_date"] = json!(payment.date);
        data["payer"] = json!(self.side(payment, "provider-org", payer).id);
        data["payee"] = json!(self.side(payment, "receiver-org", &self.receiver).id);
        if let Some(reference) = payment.node.attribute("ref") {
            data["reference"] = json!(reference);
        }
        let envelope = json!({ "reported_by": reporter.id });
        self.flow_wish(&format!("pay-{}", payment.name), "DisburseFunds", data, envelope);
    }

    /// A command about money; it stays in the flow in which an earlier import recorded it.
    fn flow_wish(&mut self, what: &str, command: &str, data: Value, envelope: Value) {
        let before = self.row.wishes.len();
        self.wish(what, command, data, envelope);
        self.row.wishes.iter_mut().skip(before).for_each(|wish| wish.flow_stays = true);
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
