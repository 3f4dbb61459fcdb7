//! The contracts of one release as commands.

use serde_json::{Value, json};
use servanda_events::field_error::FieldError;

use super::Mapping;
use super::release::{Contract, Id, Identifier, Party, Reference, Release, Value as Amount};
use crate::cells::{self, DateForm, DecimalForm};
use crate::ids::{CommandName, slug};
use crate::row::{Row, RowError, WISHES_MAX};
use crate::shared::Shared;
use crate::wanted::Wanted;

/// What the source calls its records.
const KIND: &str = "release";
/// The flow of money of a contract; it has one.
pub(super) const FLOW: &str = "main";

/// Reads the contracts of a release into its row.
pub(super) fn read(mapping: &Mapping, release: &Release, entered: &Shared, row: &mut Row) {
    let mut reading = Reading { mapping, release, entered, row };
    for party in &release.parties {
        reading.enter(party);
    }
    for (at, contract) in release.contracts.iter().enumerate() {
        reading.contract(contract, &format!("contracts[{at}]"));
        if reading.row.wishes.len() > WISHES_MAX {
            let error = FieldError::new("row_makes_too_much").with("max", &WISHES_MAX.to_string());
            return reading.row.errors.push(RowError::of_row(error));
        }
    }
}

pub(super) struct Reading<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) release: &'a Release,
    entered: &'a Shared,
    row: &'a mut Row,
}

/// A contract with what is needed of it again and again.
pub(super) struct Known<'a> {
    contract: &'a Contract,
    path: &'a str,
    /// The source's id: of the process and of the contract.
    id: String,
    /// The ledger's id, of the agreement and of its commitment.
    pub(super) ours: String,
    pub(super) buyer: String,
    pub(super) suppliers: Vec<String>,
}

pub(super) fn of(reference: Option<&Reference>) -> Option<String> {
    reference.and_then(|reference| reference.id.as_ref()).map(|id| slug("", &id.0))
}

impl<'a> Reading<'a> {
    fn is(&self, tags: &[&str]) -> bool {
        self.release.tag.iter().any(|tag| tags.contains(&tag.as_str()))
    }

    pub(super) fn wrong(&mut self, path: &str, error: FieldError) {
        self.row.errors.push(RowError::at(path, error));
    }

    pub(super) fn missing(&mut self, path: &str, field: &str) {
        self.wrong(path, FieldError::new("element_missing").with("element", field));
    }

    pub(super) fn put(&mut self, known: &Known<'_>, what: &str, command: &str, data: Value, envelope: Value) {
        let status = known.contract.status.as_deref();
        self.put_with(known, Wanted::new(what, command, data, envelope), status);
    }

    /// Puts a command with the source's own word for the state of what it is about.
    pub(super) fn put_with(&mut self, known: &Known<'_>, wanted: Wanted<'_>, status: Option<&str>) {
        let before = self.row.wishes.len();
        let what = wanted.what;
        let verbatim: Vec<(&str, &str)> = status.map(|word| ("status", word)).into_iter().collect();
        Wanted { verbatim: &verbatim, ..wanted }.put(&self.mapping.source, KIND, &known.id, self.row);
        // A later release that says otherwise is better information, and corrects under an id of its own.
        let update = format!("{what}-{}", self.row.id.as_deref().unwrap_or_default());
        for wish in self.row.wishes.iter_mut().skip(before) {
            let name = CommandName::new(&self.mapping.source.name, &known.id, &update);
            wish.update = name.as_str().parse().ok();
        }
    }

    /// The same for what later releases repeat: the day of the first one stays.
    pub(super) fn put_first(&mut self, known: &Known<'_>, what: &str, command: &str, data: Value, envelope: Value) {
        let status = known.contract.status.as_deref();
        self.put_first_with(known, Wanted::new(what, command, data, envelope), status);
    }

    /// The same with the source's own word for the state of what it is about.
    pub(super) fn put_first_with(&mut self, known: &Known<'_>, wanted: Wanted<'_>, status: Option<&str>) {
        let before = self.row.wishes.len();
        self.put_with(known, wanted, status);
        for wish in self.row.wishes.iter_mut().skip(before) {
            wish.first_date_stays = true;
        }
    }

    /// The day of a moment, in the publisher's own time zone.
    pub(super) fn day(&mut self, path: &str, text: Option<&String>) -> Option<String> {
        let text = text?;
        match cells::date(
            text.get(..10).unwrap_or(text),
            &DateForm { formats: vec!["%Y-%m-%d".to_owned()], ..DateForm::default() },
        ) {
            Ok(date) => Some(date),
            Err(error) => {
                self.wrong(path, error);
                None
            }
        }
    }

    pub(super) fn amount(&mut self, path: &str, value: Option<&Amount>) -> Option<Value> {
        let value = value?;
        let plain = cells::decimal(value.amount.get().trim_matches('"'), &DecimalForm::default());
        match plain.and_then(|plain| cells::money(&plain, &value.currency, self.mapping.ocds.round)) {
            Ok(money) => Some(money),
            Err(error) => {
                self.wrong(path, error);
                None
            }
        }
    }

    pub(super) fn lang(&self) -> String {
        self.release.language.clone().unwrap_or_else(|| self.mapping.source.lang.to_string())
    }

    fn enter(&mut self, party: &Party) {
        let Some(id) = party.id.as_ref().map(|id| slug("", &id.0)) else { return };
        let scheme = party.identifier.as_ref().and_then(|identifier| identifier.scheme.as_ref());
        let Some(what) = scheme.and_then(|scheme| self.mapping.schemes.get(scheme)) else { return };
        if self.entered.has(&format!("party-{id}")) {
            return;
        }
        let org_id = |identifier: &Identifier| {
            let (scheme, id) = identifier.scheme.as_ref().zip(identifier.id.as_ref())?;
            Some(json!({ "scheme": scheme, "id": id.0 }))
        };
        let org_ids: Vec<Value> =
            party.identifier.iter().chain(&party.additional_identifiers).filter_map(org_id).collect();
        let lang = self.lang();
        let mut data = json!({ "party_id": id, "kind": what.kind, "org_ids": org_ids });
        data["names"] = json!({ lang: party.name.as_ref().unwrap_or(&id) });
        if let Some(country) = &what.country {
            data["country"] = json!(country);
        }
        let party = Wanted { shared: true, ..Wanted::new("party", "RegisterParty", data, json!({})) };
        party.put(&self.mapping.source, KIND, "", self.row);
    }

    /// The buyer: named as such, else by its role.
    fn buyer(&self) -> Option<String> {
        let has = |party: &&Party| {
            party.roles.iter().any(|role| ["buyer", "procuringEntity", "payer"].contains(&role.as_str()))
        };
        let by_role = || self.release.parties.iter().find(has).and_then(|party| party.id.as_ref());
        of(self.release.buyer.as_ref())
            .or_else(|| by_role().map(|id| slug("", &id.0)))
            .or_else(|| self.mapping.ocds.reporter.clone())
    }

    /// The suppliers: of the contract's award, else by their role.
    fn suppliers(&self, contract: &Contract) -> Vec<String> {
        let award = self.release.awards.iter().find(|award| award.id.is_some() && award.id == contract.award_id);
        let named: Vec<String> = award.iter().flat_map(|award| &award.suppliers).filter_map(|r| of(Some(r))).collect();
        let supplies = |party: &&Party| party.roles.iter().any(|role| role == "supplier");
        let by_role = || self.release.parties.iter().filter(supplies).filter_map(|party| party.id.as_ref());
        let all = if named.is_empty() { by_role().map(|id| slug("", &id.0)).collect() } else { named };
        let mut suppliers: Vec<String> = Vec::new();
        for supplier in all {
            if !suppliers.contains(&supplier) {
                suppliers.push(supplier);
            }
        }
        suppliers
    }

    fn contract(&mut self, contract: &'a Contract, path: &str) {
        let Some(Id(contract_id)) = &contract.id else { return self.missing(path, "id") };
        let Some(buyer) = self.buyer() else { return self.missing("buyer", "buyer") };
        let ocid = self.release.ocid.clone().unwrap_or_default();
        let id = if contract_id.starts_with(&ocid) { contract_id.clone() } else { format!("{ocid}/{contract_id}") };
        let suppliers = self.suppliers(contract);
        let ours = slug("", &id);
        let known = Known { contract, path, id, ours, buyer, suppliers };
        if self.is(&["contract", "contractUpdate"]) {
            self.made(&known);
        }
        if self.is(&["contractAmendment"]) {
            self.amended(&known);
        }
        for (at, milestone) in contract.milestones.iter().chain(&contract.implementation.milestones).enumerate() {
            self.milestone(&known, milestone, &format!("{path}.milestones[{at}]"));
        }
        for (at, transaction) in contract.implementation.transactions.iter().enumerate() {
            self.transaction(&known, transaction, &format!("{path}.transactions[{at}]"));
        }
    }

    fn made(&mut self, known: &Known<'_>) {
        let Known { contract, path, ours, buyer, suppliers, .. } = known;
        if suppliers.is_empty() {
            return self.missing(path, "suppliers");
        }
        let Some(released) = self.day("date", self.release.date.as_ref()) else { return self.missing("date", "date") };
        let lang = self.lang();
        let parties: Vec<Value> = std::iter::once(buyer)
            .chain(suppliers.iter().filter(|supplier| *supplier != buyer))
            .map(|party| json!({ "party_id": party, "role": "party" }))
            .collect();
        let title = contract.title.as_ref().or(contract.description.as_ref());
        let Some(title) = title else { return self.missing(path, "title") };
        let data = json!({
            "agreement_id": ours, "titles": { lang.as_str(): title }, "instrument_kind": "contract", "class": "commercial",
            "legal_effect": "contractual", "legal_effect_basis": "stated", "parties": parties, "counts_toward_totals": true,
        });
        self.put_first(known, "contract", "RegisterAgreement", data, json!({ "occurred_on": released }));
        if let Some(signed) = self.day(&format!("{path}.dateSigned"), contract.date_signed.as_ref()) {
            for party in std::iter::once(buyer).chain(suppliers.iter().filter(|supplier| *supplier != buyer)) {
                let data = json!({ "agreement_id": ours, "party_id": party, "signature_kind": "unknown" });
                self.put(known, &format!("signed-{party}"), "SignAgreement", data, json!({ "occurred_on": signed }));
            }
        }
        let amount = self.amount(&format!("{path}.value"), contract.value.as_ref());
        let mut data = json!({
            "commitment_id": ours, "agreement_id": ours, "obligors": suppliers, "beneficiaries": [buyer], "modality": "works",
            "statement": { lang.as_str(): contract.description.as_ref().unwrap_or(title) }, "weight": "1", "verifiable": true,
            "value_status": if amount.is_some() { "known" } else { "unknown" }, "counts_toward_totals": true,
        });
        for (field, date) in
            [("planned_start", &contract.period.start_date), ("planned_end", &contract.period.end_date)]
        {
            if let Some(day) = self.day(&format!("{path}.period"), date.as_ref()) {
                data[field] = json!(day);
            }
        }
        if let Some(amount) = &amount {
            data["amount"] = amount.clone();
        }
        self.put_first(known, "made", "MakeCommitment", data, json!({ "occurred_on": released }));
        if let Some(amount) = amount {
            let data = json!({
                "commitment_id": ours, "flow_id": FLOW, "amount": amount, "finance_type": "purchase", "payer": buyer,
                "payee": suppliers[0],
            });
            self.put_first(known, "funds", "CommitFunds", data, json!({ "occurred_on": released }));
        }
    }

    fn amended(&mut self, known: &Known<'_>) {
        let Known { contract, path, ours, buyer, suppliers, .. } = known;
        let amendment = contract.amendments.last();
        let release = self.row.id.clone().unwrap_or_default();
        let amendment_id = amendment.and_then(|a| a.id.as_ref()).map_or_else(|| release.clone(), |id| id.0.clone());
        let rationale = amendment.and_then(|amendment| amendment.rationale.clone());
        let rationale = rationale.unwrap_or_else(|| format!("amended, as release {release} says"));
        let date = amendment.and_then(|amendment| amendment.date.as_ref()).or(self.release.date.as_ref());
        let Some(date) = self.day(&format!("{path}.amendments"), date) else { return self.missing("date", "date") };
        let agreed: Vec<&String> = suppliers.iter().chain([buyer]).collect();
        let lang = self.lang();
        let amount = self.amount(&format!("{path}.value"), contract.value.as_ref());
        let changes = [
            ("amount", amount.clone()),
            ("planned_start", self.day(path, contract.period.start_date.as_ref()).map(Value::from)),
            ("planned_end", self.day(path, contract.period.end_date.as_ref()).map(Value::from)),
            ("statement", contract.description.as_ref().map(|words| json!({ lang: words }))),
        ];
        for (field, new) in changes {
            let Some(new) = new else { continue };
            let data = json!({
                "commitment_id": ours, "amendment_id": slug("", &format!("{amendment_id}-{field}")), "field": field,
                "new": new, "rationale": rationale, "agreed_by": agreed,
            });
            let what = format!("amended-{amendment_id}-{field}");
            self.put_against_ledger(known, &what, "AmendCommitment", data, &date);
        }
        if let Some(amount) = amount {
            // What is owed now; the ledger knows by how much that is more or less.
            let data = json!({ "commitment_id": ours, "flow_id": FLOW, "delta": amount, "reason": rationale });
            self.put_against_ledger(known, &format!("funds-{amendment_id}"), "AdjustFunds", data, &date);
        }
    }

    fn put_against_ledger(&mut self, known: &Known<'_>, what: &str, command: &str, data: Value, date: &str) {
        let before = self.row.wishes.len();
        self.put(known, what, command, data, json!({ "occurred_on": date }));
        for wish in self.row.wishes.iter_mut().skip(before) {
            wish.old_from_ledger = true;
        }
    }
}
