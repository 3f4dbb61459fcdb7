//! The demo ledger and the golden logs play without a refusal, and the demo tells every fact of its source.

use std::collections::BTreeSet;
use std::path::PathBuf;

use servanda_events::commitment::{State, ValueStatus};
use servanda_events::flag::FlagCode;
use servanda_events::ids::{Family, StreamId};
use servanda_events::testing::{Story, parsed};
use servanda_events::{Event, Recorded, StoryLine};

fn read(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Plays a story line by line. Each line must be allowed, add something, and be later than the one before.
fn played(path: &str) -> Story {
    let text = read(path);
    let lines = StoryLine::parse_all(&text).unwrap_or_else(|(line, error)| panic!("{path}:{line}: {error:?}"));
    assert_eq!(lines.len(), text.lines().count(), "{path}: one command a line");
    let mut story = Story::at("2024-01-01T00:00:00Z");
    let mut before = None;
    for (line, number) in lines.into_iter().zip(1..) {
        assert!(before.is_none_or(|before| before < line.at), "{path}:{number}: the times rise");
        before = Some(line.at);
        match story.tell_line(line) {
            Ok(recorded) => assert!(!recorded.is_empty(), "{path}:{number}: told in vain"),
            Err(failure) => panic!("{path}:{number}: {failure}"),
        }
    }
    story
}

fn demo() -> Story {
    played("config/demo/paris-visit.ndjson")
}

fn keys(story: &Story, family: Family) -> BTreeSet<String> {
    story.streams().filter(|s| s.family() == family).map(|s| s.key().to_owned()).collect()
}

fn found<T>(story: &Story, stream: &str, pick: impl Fn(&Event) -> Option<T>) -> Vec<T> {
    story.history(&parsed::<StreamId>(stream)).facts().iter().filter_map(|fact| pick(&fact.event)).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_golden_logs_play() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/logs");
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().to_string_lossy().into_owned();
        if name.ends_with(".ndjson") {
            played(&format!("tests/golden/logs/{name}"));
        }
    }
}

#[test]
fn the_parties_of_the_source_are_there_and_invented_ones_are_marked() {
    let story = demo();
    let named = [
        "kaz",
        "fra",
        "univ-lorraine",
        "abai-university",
        "alstom",
        "totalenergies",
        "air-liquide",
        "orano",
        "vicat",
        "danone",
        "lactalis",
    ];
    let invented = ["demo-supplier", "demo-operator"];
    let all = named.iter().chain(&invented).map(|name| (*name).to_owned()).collect();
    assert_eq!(keys(&story, Family::Party), all);
    for party in invented {
        let history = story.history(&parsed::<StreamId>(&format!("party-{party}")));
        assert!(history.facts().iter().all(|fact| fact.demonstration), "{party}");
    }
}

#[test]
fn the_package_says_what_was_declared_and_what_is_not_known() {
    let story = demo();
    let package = found(&story, "package-paris-visit", |event| match event {
        Event::PackageAnnounced(package) => Some(package.clone()),
        _ => None,
    });
    assert_eq!(package[0].anchor_date, Some(parsed("2024-11-05")));
    assert!(package[0].anchor_basis.as_ref().is_some_and(|basis| basis.as_str().contains("carries no date")));
    let sectors: BTreeSet<String> = package[0].sectors.iter().map(|sector| sector.code.to_string()).collect();
    let named =
        ["oil and gas", "mining", "industry", "construction", "aviation", "mechanical engineering", "healthcare"];
    assert_eq!(sectors, set(&named));

    let totals = found(&story, "package-paris-visit", |event| match event {
        Event::DeclaredTotalRecorded(total) => Some(total.clone()),
        _ => None,
    });
    let [count, amount] = totals.as_slice() else { panic!("{totals:?}") };
    let parts: Vec<String> = count.breakdown.iter().map(|part| part.value.to_string()).collect();
    assert_eq!((count.value.to_string().as_str(), parts), ("36", vec!["1".into(), "21".into(), "14".into()]));
    assert_eq!((amount.value.to_string().as_str(), amount.scope_ambiguous), ("2200000000", true));
}

#[test]
fn declarations_are_not_counted_among_the_documents_and_three_documents_are_identified() {
    let story = demo();
    let mut counted = BTreeSet::new();
    let mut linked = BTreeSet::new();
    for key in keys(&story, Family::Agreement) {
        let history = story.history(&parsed::<StreamId>(&format!("agreement-{key}")));
        for fact in history.facts() {
            match &fact.event {
                Event::AgreementRegistered(agreement) if agreement.counts_toward_totals => {
                    assert!(fact.demonstration, "{key}: the source names no document");
                    counted.insert(key.clone());
                }
                Event::AgreementLinkedToPackage(_) => drop(linked.insert(key.clone())),
                _ => {}
            }
        }
    }
    assert_eq!(counted, set(&["doc-branch", "doc-schools", "doc-supply"]));
    assert_eq!(linked, set(&["doc-branch", "doc-schools", "doc-supply", "joint-declaration", "joint-statement"]));
}

#[test]
fn promises_prospects_and_political_words_are_kept_apart() {
    let story = demo();
    let (mut promised, mut political, mut prospects) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for key in keys(&story, Family::Commitment) {
        let history = story.history(&parsed::<StreamId>(&format!("commitment-{key}")));
        let state = State::of(history.facts(), None);
        match (state.made(), state.prospect()) {
            (Some((_, made)), None) => {
                assert!(made.amount.is_none() && made.value_status != ValueStatus::Known, "{key}: nothing is spread");
                if made.verifiable { promised.insert(key) } else { political.insert(key) }
            }
            (None, Some(_)) => prospects.insert(key),
            other => panic!("{key}: {other:?}"),
        };
    }
    assert_eq!(promised, set(&["lorraine-branch", "school-astana", "school-almaty", "demo-supply"]));
    assert_eq!(political, set(&["favourable-conditions", "university-ties"]));
    let themes =
        ["green-energy", "rare-earths", "climate", "water", "innovation", "ai"].map(|t| format!("attention-{t}"));
    let fields = ["agriculture", "healthcare", "finance", "tourism"].map(|field| format!("projects-{field}"));
    let expected = themes.into_iter().chain(fields).chain(["centre-lumiere".to_owned()]).collect();
    assert_eq!(prospects, expected);
}

#[test]
fn this_year_is_the_year_of_the_visit_and_a_school_without_a_date_is_unscheduled() {
    let story = demo();
    let history = story.history(&parsed("commitment-lorraine-branch"));
    let state = State::of(history.facts(), None);
    let due = state.milestone(&parsed("open")).and_then(|milestone| milestone.due).unwrap();
    assert_eq!((due.text.as_str(), due.latest), ("this year", parsed("2024-12-31")));
    for school in ["commitment-school-astana", "commitment-school-almaty"] {
        let history = story.history(&parsed::<StreamId>(school));
        let state = State::of(history.facts(), None);
        assert!(state.milestone(&parsed("built")).is_some_and(|milestone| milestone.due.is_none()), "{school}");
    }
}

#[test]
fn the_indicators_have_their_periods_and_qualifiers() {
    let story = demo();
    let mut seen = BTreeSet::new();
    for key in keys(&story, Family::Indicator) {
        seen.extend(found(&story, &format!("indicator-{key}"), |event| match event {
            Event::IndicatorObserved(e) => {
                Some(format!("{key} {} {:?} {}..{}", e.value, e.qualifier, e.period.earliest, e.period.latest))
            }
            _ => None,
        }));
    }
    let expected = [
        "trade-turnover 4200000000 Exact 2023-01-01..2023-12-31",
        "trade-turnover 4200000000 AtLeast 2024-01-01..2024-09-30",
        "france-investment-rank 6 Exact 2024-11-05..2024-11-05",
        "french-investment 19500000000 About 2024-11-05..2024-11-05",
    ];
    assert_eq!(seen, set(&expected));
    let defined = found(&story, "indicator-france-investment-rank", |event| match event {
        Event::IndicatorDefined(series) => Some(series.aggregation_allowed),
        _ => None,
    });
    assert_eq!(defined, [false], "ranks are never summed");
}

#[test]
fn what_is_invented_is_marked_and_everything_after_the_visit_is_invented() {
    let story = demo();
    for recorded in story.recorded() {
        let after = recorded.fact.recorded_at.date() > parsed("2024-11-05");
        assert_eq!(recorded.fact.demonstration, after, "{}", recorded.fact.event_id);
        let invented = recorded.fact.note.as_ref().is_some_and(|note| note.as_str().starts_with("Invented"));
        assert_eq!(invented, after, "{}", recorded.fact.event_id);
    }
    assert!(story.recorded().iter().any(|recorded| recorded.fact.recorded_at.date() >= parsed("2026-06-01")));
}

#[test]
fn the_follow_ups_move_the_ledger() {
    let story = demo();
    let stands = |commitment: &str, milestone: &str| {
        let history = story.history(&parsed::<StreamId>(&format!("commitment-{commitment}")));
        let state = State::of(history.facts(), None);
        let milestone = state.milestone(&parsed(milestone)).unwrap();
        let claim = milestone.achieved.and_then(|(fact, _)| state.claim_of(fact));
        match (claim, milestone.cancelled) {
            (Some(claim), _) if claim.is_disputed() => "disputed",
            (Some(claim), _) if claim.is_confirmed() => "confirmed",
            (Some(_), _) => "reported",
            (None, Some(_)) => "cancelled",
            (None, None) if milestone.due.is_some_and(|due| due.latest < parsed("2026-06-01")) => "overdue",
            (None, None) => "open",
        }
    };
    for (commitment, milestone, expected) in [
        ("lorraine-branch", "open", "confirmed"),
        ("school-astana", "built", "open"),
        ("school-astana", "site", "confirmed"),
        ("school-astana", "design", "disputed"),
        ("school-almaty", "site", "overdue"),
        ("school-almaty", "design", "open"),
        ("demo-supply", "first-delivery", "confirmed"),
        ("demo-supply", "second-delivery", "overdue"),
        ("demo-supply", "training", "cancelled"),
    ] {
        assert_eq!(stands(commitment, milestone), expected, "{commitment} {milestone}");
    }
    let count = |of: &dyn Fn(&Recorded) -> bool| story.recorded().iter().filter(|recorded| of(recorded)).count();
    let flagged = |code| count(&|recorded| recorded.fact.flags.iter().any(|flag| flag.code == code));
    assert_eq!(flagged(FlagCode::CurrencyDiffers), 1, "one payment has no rate");
    assert_eq!(count(&|recorded| matches!(recorded.fact.event, Event::EntryCorrected(_))), 1);
    assert_eq!(count(&|recorded| matches!(recorded.fact.event, Event::EntryRetracted(_))), 1);
    assert_eq!(count(&|recorded| matches!(recorded.fact.event, Event::MilestoneRebaselined(_))), 1);
}

#[test]
fn titles_and_statements_are_told_in_four_languages() {
    let text = read("config/demo/paris-visit.ndjson");
    let mut checked = 0;
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        for field in ["titles", "statement", "occasion"] {
            let Some(texts) = line["data"][field].as_object() else { continue };
            for lang in ["en", "fr", "kk", "ru"] {
                assert!(texts.contains_key(lang), "{field} without {lang} in {line}");
            }
            checked += 1;
        }
    }
    assert!(checked > 30, "{checked}");
}
