//! AidData's Chinese projects: what they come to if everything is summed, and what may be summed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use servanda_events::commitment::State;
use servanda_events::{Event, History};

use super::history::Imported;

const MAPPING: &str = "aiddata-gcof.toml";

/// The words that the source had in a column, as every entry of a row keeps them.
fn verbatim(history: &History, column: &str) -> Option<String> {
    let note = history.facts()[0].note.clone()?;
    let told = format!("; {column}: ");
    let (_, rest) = note.as_str().split_once(&told)?;
    Some(rest.split("; ").next().unwrap_or(rest).to_owned())
}

#[derive(Debug, Default)]
struct Sums {
    blind: Decimal,
    counted: Decimal,
    prospects: usize,
    commitments: usize,
    counting: usize,
    fulfilled: usize,
    without_amount: usize,
}

fn sums(imported: &Imported, of: impl Fn(&State<'_>) -> bool) -> Sums {
    let log = imported.log();
    let mut sums = Sums::default();
    for row in imported.rows.iter().filter(|row| row["row"] != 0 && row["status"] != "refused") {
        let history = Imported::now(&log, &format!("commitment-gcof-{}", row["id"].as_str().unwrap()));
        let state = State::of(history.facts(), None);
        if !of(&state) {
            continue;
        }
        match verbatim(&history, "usd_current") {
            Some(amount) => sums.blind += amount.parse::<Decimal>().unwrap(),
            None => sums.without_amount += 1,
        }
        sums.prospects += usize::from(state.prospect().is_some());
        let Some((_, made)) = state.made() else { continue };
        sums.commitments += 1;
        if made.counts_toward_totals {
            sums.counting += 1;
            sums.counted += made.amount.map_or(Decimal::ZERO, |amount| amount.amount());
        }
        sums.fulfilled += usize::from(history.facts().iter().any(|f| matches!(f.event, Event::CommitmentFulfilled(_))));
    }
    sums
}

/// Millions of dollars, cut off.
fn millions(sum: Decimal) -> String {
    (sum / Decimal::from(1_000_000)).trunc().to_string()
}

#[test]
fn what_chinas_projects_come_to_blindly_and_what_may_be_counted_are_both_in_the_ledger() {
    let Some(imported) = Imported::of("csv", "aiddata/gcof-v1.0-projects.csv", MAPPING) else { return };
    // Three titles hold control characters in place of Chinese letters and of accents, and are refused.
    assert_eq!((imported.count("rows"), imported.count("created"), imported.count("refused")), (5_468, 5_465, 3));
    assert_eq!(imported.counts("refusals"), BTreeMap::from([("control_character".to_owned(), 3)]));
    let refused: Vec<&str> =
        imported.rows.iter().filter(|r| r["status"] == "refused").map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(refused, ["33123", "34885", "38674"]);

    let all = sums(&imported, |_| true);
    assert_eq!((all.prospects, all.commitments, all.counting, all.fulfilled), (701, 4_762, 4_370, 875));
    // Of 705,931 and 283,968 million in the file, less the refused.
    assert_eq!((millions(all.blind), millions(all.counted)), ("705437".to_owned(), "283474".to_owned()));
    assert_eq!(all.without_amount, 1_951);

    let kaz = "kaz".parse().unwrap();
    let of_kazakhstan = |state: &State<'_>| {
        let promised = state.made().is_some_and(|(_, made)| made.beneficiaries.contains(&kaz));
        promised || state.prospect().is_some_and(|(_, prospect)| prospect.parties.contains(&kaz))
    };
    let kazakhstan = sums(&imported, of_kazakhstan);
    assert_eq!((kazakhstan.prospects, kazakhstan.commitments, kazakhstan.counting), (4, 26, 17));
    assert_eq!((millions(kazakhstan.blind), millions(kazakhstan.counted)), ("13658".to_owned(), "7036".to_owned()));

    let full = imported.again("csv", "aiddata/gcof-v1.0-kazakhstan-full.csv", MAPPING).unwrap();
    assert_eq!((full.count("left"), full.count("entries")), (32, 0), "the same rows in another file");
}
