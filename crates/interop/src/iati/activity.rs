//! One activity as commands.

use serde_json::{Map, Value, json};
use servanda_events::field_error::FieldError;

use super::Mapping;
use super::money::Transaction;
use super::parties::Organisation;
use crate::cells;
use crate::ids::slug;
use crate::row::{Row, RowError};
use crate::shared::Shared;
use crate::wanted::Wanted;
use crate::xml::Node;

/// What the source calls its records.
const KIND: &str = "activity";

/// Reads an activity into its row.
pub(super) fn read(mapping: &Mapping, node: &Node, entered: &Shared, row: &mut Row) {
    let mut reading = Reading { mapping, node, entered, row, receiver: Organisation::receiver(mapping) };
    reading.all();
}

pub(super) struct Reading<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) node: &'a Node,
    entered: &'a Shared,
    pub(super) row: &'a mut Row,
    pub(super) receiver: Organisation,
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
        let error = FieldError::new("element_missing").with("element", element);
        self.row.errors.push(RowError::at(element, error));
    }

    pub(super) fn wrong(&mut self, path: &str, error: FieldError) {
        self.row.errors.push(RowError::at(path, error));
    }

    pub(super) fn date(&mut self, path: &str, text: &str) -> Option<String> {
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

    pub(super) fn wish(&mut self, what: &str, command: &str, data: Value, envelope: Value) {
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
        if !there && !self.entered.has(&stream) {
            let party = Wanted { shared: true, ..Wanted::new("party", "RegisterParty", data, json!({})) };
            party.put(&self.mapping.source, KIND, "", self.row);
        }
    }

    pub(super) fn commitment_id(&self) -> String {
        slug("", self.row.id.as_deref().unwrap_or_default())
    }

    fn promise(&mut self, obligors: &[Organisation], transactions: &[Transaction<'_>]) {
        let lang = self.node.attribute("xml:lang").unwrap_or(self.mapping.source.lang.as_str()).to_owned();
        let mut statement = Map::new();
        for title in self.node.first("title").iter().flat_map(|title| title.all("narrative")) {
            let lang = title.attribute("xml:lang").unwrap_or(&lang);
            if title.text().is_empty() {
                continue;
            }
            statement.entry(lang.to_lowercase()).or_insert_with(|| json!(title.text()));
        }
        if statement.is_empty() {
            return self.missing("title/narrative");
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
