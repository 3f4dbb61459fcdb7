//! UK Treaties Online: 8,117 treaties, of which 212 were in force before they were signed.

use std::collections::BTreeMap;

use servanda_events::flag::FlagCode;
use servanda_events::{Event, Fact};

use super::history::Imported;

const FILE: &str = "uk-treaties/uk-treaties.csv";
const MAPPING: &str = "uk-treaties.toml";

#[test]
fn all_treaties_of_the_united_kingdom_are_imported_and_each_flag_is_explained() {
    let Some(imported) = Imported::of("csv", FILE, MAPPING) else { return };
    assert_eq!((imported.count("rows"), imported.count("created"), imported.count("refused")), (8_117, 8_117, 0));
    assert_eq!(imported.counts("refusals"), BTreeMap::new());
    // A treaty that names a territory, a former state or an organisation without a code, for which no party is entered.
    let flags = [("entry_before_signature".to_owned(), 212), ("party_unknown".to_owned(), 2_605)];
    assert_eq!(imported.counts("flags"), BTreeMap::from(flags));

    for flag in imported.rows.iter().flat_map(|row| row["flags"].as_array().cloned().unwrap_or_default()) {
        assert!(!flag["sentence"].as_str().unwrap().is_empty());
        let named = flag["checked_against"].as_array().map_or(0, Vec::len);
        assert_eq!(named, 1, "it says which party is not entered, or which signature came later: {flag}");
    }

    let log = imported.log();
    let (mut both, mut nobody, mut before) = (0, 0, 0);
    for row in &imported.rows {
        let stream = format!("agreement-uk-treaty-{}", row["id"].as_str().unwrap());
        let history = Imported::now(&log, &stream);
        let signed: Vec<_> = history
            .facts()
            .iter()
            .filter(|fact| matches!(fact.event, Event::AgreementSigned(_)))
            .map(|fact| fact.occurred_on.earliest)
            .collect();
        let entry = history.facts().iter().find_map(|fact| match &fact.event {
            Event::AgreementEnteredIntoForce(entry) => Some((fact, entry.effective_on)),
            _ => None,
        });
        let dated = |fact: &Fact| fact.note.as_ref().is_some_and(|note| note.as_str().contains("; signed_on: "));
        let Some((fact, effective_on)) = entry.filter(|(fact, _)| dated(fact)) else { continue };
        both += 1;
        nobody += u64::from(signed.is_empty());
        let flagged = fact.flags.iter().any(|flag| flag.code == FlagCode::EntryBeforeSignature);
        assert_eq!(flagged, !signed.is_empty() && signed.iter().all(|day| effective_on < *day), "{stream}");
        before += u64::from(flagged);
    }
    // Of 20 multilateral treaties without the United Kingdom, the source does not say who signed.
    assert_eq!((both, nobody, before), (3_735, 20, 212));

    let again = imported.again("csv", FILE, MAPPING).unwrap();
    assert_eq!((again.count("left"), again.count("entries")), (8_117, 0));
}
