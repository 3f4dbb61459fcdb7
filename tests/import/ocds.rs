//! The change history of the Open Contracting Data Standard: six releases, and the record that its makers compiled.

use serde_json::Value;
use servanda_events::agreement;
use servanda_events::commitment::{Payment, State};
use servanda_events::dates::LedgerDate;

use super::history::{Imported, data};

const FILE: &str = "ocds/change_history-record.json";
const MAPPING: &str = "ocds-example.toml";
const CONTRACT: &str = "ocds-213czf-000-00001-contract-01";

/// The day of a moment.
fn day(moment: &Value) -> LedgerDate {
    moment.as_str().unwrap()[..10].parse().unwrap()
}

/// The id that the ledger gives an organisation.
fn party(of: &Value) -> String {
    of["id"].as_str().unwrap().to_lowercase()
}

#[test]
fn the_replayed_contract_is_the_compiled_record_field_by_field() {
    let Some(imported) = Imported::of("ocds", FILE, MAPPING) else { return };
    assert_eq!((imported.count("rows"), imported.count("left_out"), imported.count("refused")), (6, 3, 0));
    let text = std::fs::read_to_string(data(FILE).unwrap().join(FILE)).unwrap();
    let record: Value = serde_json::from_str(&text).unwrap();
    let compiled = &record["records"][0]["compiledRelease"];
    let (contract, award) = (&compiled["contracts"][0], &compiled["awards"][0]);

    let log = imported.log();
    let history = Imported::now(&log, &format!("commitment-{CONTRACT}"));
    let state = State::of(history.facts(), None);
    let (_, made) = state.made().unwrap();
    assert_eq!(made.statement.best("en"), contract["description"].as_str().unwrap());
    let amount = made.amount.unwrap();
    assert_eq!(amount.amount().to_string(), contract["value"]["amount"].to_string());
    assert_eq!(amount.currency().as_str(), contract["value"]["currency"].as_str().unwrap());
    assert_eq!(made.planned_start.as_ref().unwrap().earliest, day(&contract["period"]["startDate"]));
    assert_eq!(made.planned_end.as_ref().unwrap().latest, day(&contract["period"]["endDate"]));
    assert_eq!(made.obligors[0].as_str(), party(&award["suppliers"][0]));
    assert_eq!(made.beneficiaries[0].as_str(), party(&compiled["buyer"]));

    let flow = state.flow(&"main".parse().unwrap()).unwrap();
    assert_eq!(flow.owed().unwrap(), amount, "what is owed followed the amendment");
    let transactions = contract["implementation"]["transactions"].as_array().unwrap();
    assert_eq!(flow.payments.len(), transactions.len());
    for (payment, transaction) in flow.payments.iter().zip(transactions) {
        let Payment::Disbursed(_, paid) = payment else { panic!("{payment:?}") };
        assert_eq!(paid.amount.amount().to_string(), transaction["value"]["amount"].to_string());
        assert_eq!(paid.value_date.earliest, day(&transaction["date"]));
        assert_eq!(paid.reference.as_ref().unwrap().as_str(), transaction["id"].as_str().unwrap());
        assert_eq!(paid.payer.as_str(), party(&transaction["payer"]));
        assert_eq!(paid.payee.as_str(), party(&transaction["payee"]));
    }
    for (fact, amended) in &state.promise().unwrap().amendments {
        assert_eq!(amended.rationale.as_str(), contract["amendments"][0]["rationale"].as_str().unwrap());
        assert_eq!(fact.occurred_on.earliest, day(&contract["amendments"][0]["date"]));
    }

    let document = Imported::now(&log, &format!("agreement-{CONTRACT}"));
    let document = agreement::State::of(document.facts(), None);
    assert_eq!(document.registered().unwrap().1.titles.best("en"), contract["title"].as_str().unwrap());
    let signed: Vec<LedgerDate> = document.signatures.iter().map(|(fact, _)| fact.occurred_on.earliest).collect();
    assert_eq!(signed, [day(&contract["dateSigned"]); 2]);
    for organisation in compiled["parties"].as_array().unwrap() {
        let history = Imported::now(&log, &format!("party-{}", party(organisation)));
        let registered = serde_json::to_value(&history.facts()[0].event).unwrap();
        assert_eq!(registered["names"]["en"], organisation["name"]);
        assert_eq!(registered["org_ids"][0]["id"], organisation["identifier"]["id"]);
    }
}

#[test]
fn the_value_was_11_0_and_became_13_5_million_pounds_by_amendment() {
    let Some(imported) = Imported::of("ocds", FILE, MAPPING) else { return };
    let log = imported.log();
    let history = Imported::now(&log, &format!("commitment-{CONTRACT}"));
    let value = |as_of: &str| {
        let state = State::of(history.facts(), Some(as_of.parse().unwrap()));
        state.made().map(|(_, made)| made.amount.unwrap().to_string())
    };
    assert_eq!(value("2010-06-09"), None);
    assert_eq!(value("2011-04-04").unwrap(), "11000000 GBP");
    assert_eq!(value("2011-04-05").unwrap(), "13500000 GBP");

    let one = imported.again("ocds", "ocds/change_history-contractAmendment.json", MAPPING).unwrap();
    assert_eq!((one.count("left"), one.count("entries")), (1, 0), "the same release in a file of its own");
    let later = one.again("ocds", "ocds/milestones-implementation_milestones_scheduled.json", MAPPING).unwrap();
    assert_eq!(later.count("entries"), 2);
    let met = later.again("ocds", "ocds/milestones-implementation_milestones_met.json", MAPPING).unwrap();
    assert_eq!((met.count("created"), met.count("entries")), (1, 1));
}
