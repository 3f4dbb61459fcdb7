//! The Paris visit: every fact of the source text has a place in the demo ledger and is read back from it.
//!
//! Deliberately absent: the invented follow-ups, but for the promise that each is marked as such.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use std::path::PathBuf;

use servanda_events::ids::Position;
use servanda_events::testing::parsed;
use servanda_projector::progress::Rollup;
use servanda_projector::views::IndicatorView;
use servanda_projector::{Filter, Over, Reader};
use servanda_tests::ledger::Ledger;

/// The day after the visit: the source text has been recorded, nothing has been invented yet.
const EVENING: &str = "2024-11-05";

fn paris() -> Ledger {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../config/demo/paris-visit.ndjson");
    Ledger::of_story(&std::fs::read_to_string(path).unwrap())
}

fn that_evening<T>(read: impl FnOnce(&Reader<'_>) -> T) -> T {
    paris().known_on("2024-11-05", EVENING, read)
}

fn package(reader: &Reader<'_>) -> Rollup {
    reader.rollup(&Over::Package(parsed("paris-visit"))).unwrap().unwrap()
}

#[test]
fn the_visit_its_place_and_its_sectors_are_there() {
    that_evening(|reader| {
        let view = reader.package(&parsed("paris-visit")).unwrap().unwrap();
        let text = serde_json::to_string(&view).unwrap();
        for words in ["Élysée Palace", "Presidents of Kazakhstan and France", "joint statement to the media"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert_eq!(view.package.anchor_date, Some(parsed("2024-11-05")));
        assert!(view.package.anchor_basis.is_some(), "the source carries no date, and the ledger says so");
        let sectors: Vec<&str> = view.package.sectors.iter().map(|sector| sector.code.as_str()).collect();
        for sector in
            ["oil and gas", "mining", "industry", "construction", "aviation", "mechanical engineering", "healthcare"]
        {
            assert!(sectors.contains(&sector), "{sector}: {sectors:?}");
        }
    });
}

#[test]
fn thirty_six_documents_are_declared_and_none_is_named() {
    that_evening(|reader| {
        let coverage = package(reader).coverage.unwrap();
        let count = &coverage.counts[0];
        assert_eq!((count.declared.as_str(), count.identified, count.remainder.as_str()), ("36", 0, "36"));
        let classes: Vec<(String, Option<&str>)> =
            count.classes.iter().map(|c| (format!("{:?}", c.class), c.declared.as_deref())).collect();
        assert_eq!(
            classes,
            [
                ("Intergovernmental".into(), Some("1")),
                ("Interdepartmental".into(), Some("21")),
                ("Commercial".into(), Some("14"))
            ]
        );
    });
}

#[test]
fn the_amount_is_declared_ambiguous_and_not_spread() {
    that_evening(|reader| {
        let coverage = package(reader).coverage.unwrap();
        let amount = &coverage.amounts[0];
        assert_eq!((amount.declared.as_str(), amount.currency.as_str()), ("2200000000", "USD"));
        assert!(amount.scope_ambiguous);
        assert_eq!(amount.share.value, None, "no amount of a document is known");
        let commitments = reader.commitments(&Filter::default(), "", 100).unwrap().items;
        assert!(commitments.iter().filter_map(|c| c.commitment.as_ref()).all(|c| c.amount.is_none()));
        let view = reader.package(&parsed("paris-visit")).unwrap().unwrap();
        let statement =
            view.declared.iter().find(|d| d.total.currency.is_some()).unwrap().total.statement.best("en").to_owned();
        assert!(statement.contains("14") && statement.contains("36"), "both readings are kept: {statement}");
    });
}

#[test]
fn the_declaration_is_there_and_not_counted_among_the_documents() {
    that_evening(|reader| {
        let declaration = reader.agreement(&parsed("joint-declaration")).unwrap().unwrap();
        assert!(!declaration.agreement.counts_toward_totals);
        assert_eq!(declaration.packages, [parsed("paris-visit")]);
        assert_eq!(declaration.signatures.len(), 2);
        assert!(declaration.agreement.titles.best("en").contains("strategic partnership"));
    });
}

#[test]
fn the_branch_is_due_this_year_and_overdue_only_after_it() {
    let ledger = paris();
    let overdue = |as_of: &str| {
        ledger.known_on(as_of, EVENING, |reader| {
            let progress = reader.commitment_progress(&parsed("lorraine-branch")).unwrap().unwrap();
            progress.overdue.iter().map(|late| (late.due.text.as_str().to_owned(), late.late_days)).collect::<Vec<_>>()
        })
    };
    assert_eq!(overdue("2024-12-31"), []);
    assert_eq!(overdue("2025-01-01"), [("this year".to_owned(), 1)]);
}

#[test]
fn two_schools_are_promised_without_a_date_and_never_overdue() {
    let ledger = paris();
    ledger.known_on("2099-01-01", EVENING, |reader| {
        for (id, city) in [("school-astana", "Astana"), ("school-almaty", "Almaty")] {
            let view = reader.commitment(&parsed(id)).unwrap().unwrap();
            let statement = view.commitment.as_ref().unwrap().statement.best("en");
            assert!(statement.contains(city) && statement.contains("signed the same day"), "{statement}");
            assert!(view.milestones.iter().all(|m| m.due_now.is_none()));
            assert_eq!(reader.commitment_progress(&parsed(id)).unwrap().unwrap().overdue, []);
        }
    });
}

#[test]
fn what_is_only_considered_is_never_counted_as_promised() {
    that_evening(|reader| {
        let rollup = package(reader);
        assert_eq!((rollup.counts.identified, rollup.counts.unverifiable), (5, 2));
        let prospects: Vec<String> = reader
            .commitments(&Filter::default(), "", 100)
            .unwrap()
            .items
            .iter()
            .filter_map(|c| c.prospect.as_ref())
            .map(|p| p.statement.best("en").to_owned())
            .collect();
        assert_eq!(rollup.counts.prospects, prospects.len());
        for theme in [
            "Center Lumiere",
            "green energy",
            "rare earth materials",
            "climate",
            "water management",
            "innovation",
            "artificial intelligence",
            "agriculture",
            "healthcare",
            "finance",
            "tourism",
        ] {
            assert_eq!(prospects.iter().filter(|p| p.contains(theme)).count(), 1, "{theme}");
        }
    });
}

#[test]
fn promises_that_nobody_can_check_are_set_aside() {
    that_evening(|reader| {
        for (id, words) in [("favourable-conditions", "French companies"), ("university-ties", "universities")] {
            let made = reader.commitment(&parsed(id)).unwrap().unwrap().commitment.unwrap();
            assert!(!made.verifiable);
            assert!(made.statement.best("en").contains(words));
        }
    });
}

#[test]
fn the_indicators_keep_their_periods_units_and_qualifiers() {
    that_evening(|reader| {
        let mut told = Vec::new();
        for indicator in reader.indicators(&Filter::default(), "", 100).unwrap().items {
            let IndicatorView::Series { indicator, observations, .. } = indicator else { continue };
            for observed in observations {
                let o = observed.observation;
                told.push(format!(
                    "{} {}..{} {:?} {}",
                    indicator.unit, o.period.earliest, o.period.latest, o.qualifier, o.value
                ));
            }
        }
        told.sort();
        assert_eq!(
            told,
            [
                "USD 2023-01-01..2023-12-31 Exact 4200000000",
                "USD 2024-01-01..2024-09-30 AtLeast 4200000000",
                "USD 2024-11-05..2024-11-05 About 19500000000",
                "rank 2024-11-05..2024-11-05 Exact 6",
            ]
        );
        let companies = reader.parties(&Filter::default(), "", 100).unwrap().items;
        for company in ["Alstom", "TotalEnergies", "Air Liquide", "Orano", "Vicat", "Danone", "Lactalis"] {
            assert!(companies.iter().any(|p| p.party.names.best("en") == company), "{company}");
        }
    });
}

#[test]
fn everything_invented_is_marked_and_nothing_else_is() {
    let ledger = paris();
    let recorded_that_evening = ledger.log.position_at(parsed("2024-11-05T23:59:59Z")).unwrap();
    for entry in ledger.log.read(0, usize::MAX).unwrap() {
        let fact = entry.decode().unwrap().fact;
        assert_eq!(fact.demonstration, entry.position > recorded_that_evening, "entry {}", entry.position);
    }
}

#[test]
fn the_follow_ups_move_the_ledger() {
    let ledger = paris();
    ledger.at("2026-06-01", Position::MAX, |reader| {
        let rollup = package(reader);
        let coverage = rollup.coverage.as_ref().unwrap();
        assert_eq!((coverage.counts[0].identified, coverage.amounts[0].share.value), (3, None));
        assert!(!rollup.overdue.is_empty());
        assert_eq!(rollup.verified_share.value.unwrap().to_string(), "0.75");
        assert_eq!(rollup.disputed_share.value.unwrap().to_string(), "0.25");
        assert!(rollup.money.converted.is_some_and(|money| money.unconverted == 1));
    });
}
