//! One activity as commands.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use servanda_events::field_error::FieldError;

use super::Mapping;
use super::parties::Organisation;
use crate::cells::{self, DecimalForm};
use crate::ids::slug;
use crate::row::{Row, RowError, WISHES_MAX};
use crate::wanted::Wanted;
use crate::xml::Node;

/// What the source calls its records.
const KIND: &str = "activity";
/// The flow of money of an activity; it has one.
const FLOW: &str = "main";

/// Reads an activity into its row.
pub(super) fn read(mapping: &Mapping, node: &Node, entered: &HashSet<String>, row: &mut Row) {
    let mut reading = Reading { mapping, node, entered, row, receiver: Organisation::receiver(mapping) };
    reading.all();
}

struct Reading<'a> {
    mapping: &'a Mapping,
    node: &'a Node,
    entered: &'a HashSet<String>,
    row: &'a mut Row,
    receiver: Organisation,
}

/// A transaction, with its place among those of the activity.
struct Transaction<'n> {
    node: &'n Node,
    path: String,
    /// What stays the same when the file comes again: its reference, else its place.
    name: String,
    date: String,
    amount: String,
    currency: String,
}

impl<'a> Reading<'a> {
    fn all(&mut self) {
        let node = self.node;
        let roles = &self.mapping.iati.obligor_roles;
        let owes = |org: &&Node| org.attribute("role").is_some_and(|role| roles.iter().any(|r| r == role));
        let obligors: Vec<Organisation> =
            node.all("participating-org").filter(owes).filter_map(|org| Organisation::of(self.mapping, org)).collect();
        let reporter = node.first("reporting-org").and_then(|org| Organisation::of(self.mapping, org));
        let Some(reporter) = reporter else { return self.missing("reporting-org") };
        if obligors.is_empty() {
            return self.missing("participating-org");
        }
        let receiver = self.receiver.clone();
        for organisation in obligors.iter().chain([&reporter, &receiver]) {
            self.enter(organisation);
        }
        let transactions = self.transactions();
        self.promise(&obligors, &transactions);
        self.money(&obligors[0], &reporter, transactions);
        self.status(&reporter);
    }

    fn missing(&mut self, element: &str) {
        let error = FieldError::new("missing_field").with("field", element);
        self.row.errors.push(RowError::at(element, error));
    }

    fn wrong(&mut self, path: &str, error: FieldError) {
        self.row.errors.push(RowError::at(path, error));
    }

    fn date(&mut self, path: &str, text: &str) -> Option<String> {
        match cells::date(text.get(..10).unwrap_or(text), &self.mapping.dates()) {
            Ok(date) => Some(date),
            Err(error) => {
                self.wrong(path, error);
                None
            }
        }
    }

    /// The planned or actual dates, by their codes in the standard.
    fn activity_date(&mut self, code: &str) -> Option<String> {
        let date = self.node.all("activity-date").find(|date| date.attribute("type") == Some(code))?;
        let text = date.attribute("iso-date")?;
        self.date("activity-date/@iso-date", text)
    }

    fn wish(&mut self, what: &str, command: &str, data: Value, envelope: Value) {
        let id = self.row.id.clone().unwrap_or_default();
        Wanted::new(what, command, data, envelope).put(&self.mapping.source, KIND, &id, self.row);
    }

    /// What the publisher says and no command has a place for.
    fn verbatim(&self) -> Vec<(&'static str, String)> {
        let named = [("2", "actual start"), ("4", "actual end")];
        let dates = self.node.all("activity-date").filter_map(|date| {
            let code = date.attribute("type")?;
            let (_, name) = named.iter().find(|(known, _)| *known == code)?;
            Some((*name, date.attribute("iso-date")?.to_owned()))
        });
        let status = self.node.first("activity-status").and_then(|status| status.attribute("code"));
        status.map(|code| ("activity-status", code.to_owned())).into_iter().chain(dates).collect()
    }

    fn enter(&mut self, organisation: &Organisation) {
        let Some(data) = organisation.registration.clone() else { return };
        let stream = format!("party-{}", organisation.id);
        let there = self.row.wishes.iter().any(|wish| wish.request.command.stream().as_str() == stream);
        if !there && !self.entered.contains(&stream) {
            let party = Wanted { shared: true, ..Wanted::new("party", "RegisterParty", data, json!({})) };
            party.put(&self.mapping.source, KIND, "", self.row);
        }
    }

    fn commitment_id(&self) -> String {
        slug("", self.row.id.as_deref().unwrap_or_default())
    }

    fn transactions(&mut self) -> Vec<Transaction<'a>> {
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

    fn promise(&mut self, obligors: &[Organisation], transactions: &[Transaction<'_>]) {
        let lang = self.node.attribute("xml:lang").unwrap_or(self.mapping.source.lang.as_str()).to_owned();
        let mut statement = Map::new();
        for title in self.node.first("title").iter().flat_map(|title| title.all("narrative")) {
            let lang = title.attribute("xml:lang").unwrap_or(&lang);
            statement.entry(lang.to_lowercase()).or_insert_with(|| json!(title.text()));
        }
        let sectors: Vec<Value> = self.node.all("sector").filter_map(|sector| self.sector(sector)).collect();
        let mut owing: Vec<&String> = Vec::new();
        for obligor in obligors {
            if !owing.contains(&&obligor.id) {
                owing.push(&obligor.id);
            }
        }
        let mut data = json!({
            "commitment_id": self.commitment_id(),
            "obligors": owing,
            "beneficiaries": [self.receiver.id],
            "modality": "finance",
            "statement": statement,
            "value_status": "unknown",
            "weight": "1",
            "verifiable": true,
            "counts_toward_totals": true,
        });
        if !sectors.is_empty() {
            data["sectors"] = json!(sectors);
        }
        for (code, field) in [("1", "planned_start"), ("3", "planned_end")] {
            if let Some(date) = self.activity_date(code) {
                data[field] = json!(date);
            }
        }
        let parent = self.node.all("related-activity").find(|related| related.attribute("type") == Some("1"));
        if let Some(parent) = parent.and_then(|parent| parent.attribute("ref")) {
            data["umbrella_of"] = json!(slug("", parent));
        }
        let committed = transactions.iter().filter(|t| t.kind() == "2").map(|t| t.date.clone()).min();
        let date = committed.or_else(|| self.activity_date("2")).or_else(|| self.activity_date("1"));
        let envelope = date.map_or_else(|| json!({}), |date| json!({ "occurred_on": date }));
        let verbatim = self.verbatim();
        let verbatim: Vec<(&str, &str)> = verbatim.iter().map(|(name, words)| (*name, words.as_str())).collect();
        let made = Wanted { verbatim: &verbatim, ..Wanted::new("made", "MakeCommitment", data, envelope) };
        let id = self.row.id.clone().unwrap_or_default();
        made.put(&self.mapping.source, KIND, &id, self.row);
    }

    fn sector(&self, sector: &Node) -> Option<Value> {
        let vocabulary = sector.attribute("vocabulary").unwrap_or("1");
        let scheme = self.mapping.maps.vocabularies.get(vocabulary).cloned();
        let scheme = scheme.unwrap_or_else(|| format!("iati-vocabulary-{vocabulary}"));
        sector.attribute("code").map(|code| json!({ "scheme": scheme, "code": code }))
    }

    fn money(&mut self, payer: &Organisation, reporter: &Organisation, transactions: Vec<Transaction<'_>>) {
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

    fn status(&mut self, reporter: &Organisation) {
        let Some(code) = self.node.first("activity-status").and_then(|status| status.attribute("code")) else { return };
        let Some(mapped) = self.mapping.maps.status.get(code) else {
            let error = FieldError::new("value_not_mapped").with("value", code).with("map", "status");
            return self.wrong("activity-status/@code", error);
        };
        let data = json!({
            "commitment_id": self.commitment_id(),
            "source": self.mapping.source.name,
            "source_status": code,
            "mapped_status": mapped,
            "crosswalk_version": self.mapping.iati.crosswalk_version,
        });
        let mut envelope = json!({ "reported_by": reporter.id });
        if let Some(updated) = self.node.attribute("last-updated-datetime")
            && let Some(date) = self.date("@last-updated-datetime", updated)
        {
            envelope["occurred_on"] = json!(date);
        }
        self.wish("status", "AssertSourceStatus", data, envelope);
    }
}

impl Transaction<'_> {
    fn kind(&self) -> &str {
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
