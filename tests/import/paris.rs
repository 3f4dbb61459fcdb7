//! The Paris Agreement: a history that a table of current states has lost, and 195 entries into force by rule.

use std::collections::BTreeMap;

use servanda_events::History;
use servanda_events::agreement::{EntryScope, State, entry_by_rule, entry_of_party_by_rule};
use servanda_events::dates::{Instant, LedgerDate};

use super::history::Imported;

const AGREEMENT: &str = "agreement-paris-agreement";

fn day(text: &str) -> LedgerDate {
    text.parse().unwrap()
}

/// The first day on which 55 parties with 55 % of emissions had deposited, counted here from the bare consents: the
/// newest one of each party.
fn threshold(history: &History) -> (LedgerDate, usize) {
    let state = State::of(history.facts(), None);
    let mut days: Vec<LedgerDate> = state.consents.iter().map(|(fact, _)| fact.occurred_on.latest).collect();
    days.sort_unstable();
    let on = |date: LedgerDate| {
        let mut shares = BTreeMap::new();
        for (_, consent) in state.consents.iter().filter(|(fact, _)| fact.occurred_on.latest <= date) {
            let share = consent.share_percent.map_or("0".to_owned(), |share| share.to_string());
            shares.insert(consent.party_id.clone(), hundredths(&share));
        }
        (shares.len(), shares.values().sum::<u64>())
    };
    let met = days.into_iter().find(|date| matches!(on(*date), (parties, share) if parties >= 55 && share >= 5_500));
    let date = met.unwrap();
    (date, on(date).0)
}

/// Hundredths of a percent.
fn hundredths(share: &str) -> u64 {
    let (whole, fraction) = share.split_once('.').unwrap_or((share, ""));
    format!("{whole}{fraction:0<2}").parse().unwrap()
}

#[test]
fn the_thresholds_were_met_on_2016_10_05_as_known_then_and_as_known_now() {
    let file = "paris/paris-agreement-recorded-history.csv";
    let Some(imported) = Imported::of("csv", file, "paris-history.toml") else { return };
    // 526 rows, and 4 commands of the mapping; 3 rows of the European Union.
    assert_eq!((imported.count("rows"), imported.count("left_out"), imported.count("refused")), (530, 3, 0));
    // Nicaragua's ratification turned out to be an accession.
    assert_eq!(imported.count("changed"), 1);
    let log = imported.log();
    assert_eq!(log.ledger().as_str(), "paris-history");

    let then = log.position_at("2016-10-31T23:59:59Z".parse::<Instant>().unwrap()).unwrap();
    let (then, now) = (Imported::known_at(&log, AGREEMENT, then), Imported::now(&log, AGREEMENT));
    assert!(then.revision() < now.revision());
    for history in [&then, &*now] {
        let state = State::of(history.facts(), None);
        assert_eq!(threshold(history).0, day("2016-10-05"));
        assert_eq!(entry_by_rule(&state), Some(day("2016-11-04")));
    }
    let before = log.position_at("2016-10-04T23:59:59Z".parse::<Instant>().unwrap()).unwrap();
    let before = Imported::known_at(&log, AGREEMENT, before);
    assert_eq!(entry_by_rule(&State::of(before.facts(), None)), None);

    let state = State::of(now.facts(), None);
    let usa = "usa".parse().unwrap();
    let deposits = state.consents.iter().filter(|(_, c)| c.party_id == usa).map(|(fact, _)| fact.occurred_on.latest);
    assert_eq!(deposits.collect::<Vec<_>>(), [day("2016-09-03"), day("2021-01-20")]);
    assert_eq!(follows_the_rule(&state), (194, 194));

    let again = imported.again("csv", file, "paris-history.toml").unwrap();
    assert_eq!(again.log().head(), log.head());
    let counts = ["rows", "left", "left_out", "created", "changed", "entries"].map(|name| again.count(name));
    assert_eq!(counts, [530, 527, 3, 0, 0, 0], "what was there before is not said to be recorded anew");
}

/// How many parties have an entry into force, and for how many it is the day that the rule gives:
/// the later of the agreement's own entry and thirty days after the deposit.
fn follows_the_rule(state: &State<'_>) -> (usize, usize) {
    let parties: Vec<_> = state.consents.iter().map(|(_, consent)| &consent.party_id).collect();
    let parties: std::collections::BTreeSet<_> = parties.into_iter().collect();
    let as_such = day("2016-11-04");
    let same = parties.iter().filter(|party| {
        let recorded = state.entry(&EntryScope::ForParty((**party).clone())).map(|(_, entry)| entry.effective_on);
        let deposit = state.consent_of(party).unwrap().0.occurred_on.latest;
        recorded == Some(as_such.max(deposit.plus_days(30).unwrap()))
            && recorded == entry_of_party_by_rule(state, party)
    });
    (parties.len(), same.count())
}

#[test]
fn a_table_of_current_states_gives_each_party_its_entry_and_the_agreement_a_wrong_day() {
    let Some(imported) = Imported::of("csv", "paris/paris-agreement-entry-into-force.csv", "paris-table.toml") else {
        return;
    };
    assert_eq!((imported.count("rows"), imported.count("refused")), (202, 0));
    let log = imported.log();
    let history = Imported::now(&log, AGREEMENT);
    let state = State::of(history.facts(), None);
    assert_eq!(follows_the_rule(&state), (195, 195));
    // The first acceptance of the United States is gone from the table, so the thresholds come late.
    assert_eq!(threshold(&history).0, day("2016-11-08"));
    assert_eq!(entry_by_rule(&state), Some(day("2016-12-08")));
}
