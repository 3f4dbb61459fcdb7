//! Whole ledgers: played, moved, folded, rebuilt, asked.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use servanda_events::testing::scene;
use servanda_tests::binary::{Service, run, run_with_input};

use super::{Data, visit};

#[test]
fn the_demo_is_played_into_an_empty_folder_once() {
    let data = Data::new();
    let service = Service::start(data.path(), &["--demo"]);
    let page = service.json("/api/v1/packages/paris-visit");
    assert!(page.to_string().contains("\"package_id\":\"paris-visit\""), "{page}");
    let (code, words) = service.stop();
    assert_eq!(code, 0, "{words}");
    assert!(words.contains("the demo ledger of the Paris visit was recorded"), "{words}");
    assert!(words.contains("the ledger is closed"), "{words}");
    let first = data.digest();

    let (code, words) = Service::start(data.path(), &["--demo"]).stop();
    assert_eq!(code, 0);
    assert!(words.contains("--demo records nothing"), "{words}");
    assert_eq!(data.digest(), first);
    assert_eq!(Data::demo().digest(), first, "the same demo on another machine is the same ledger");
}

#[test]
fn an_export_comes_back_as_the_same_ledger() {
    let data = Data::demo();
    let file = data.path().join("all.ndjson");
    let file = file.to_str().unwrap();
    let root = |words: &str| words.rsplit("root ").next().unwrap_or_default().trim().to_owned();
    let exported = root(&data.run(&["export", "ndjson", "--output", file]).expect(0).stderr);
    assert_eq!(exported.len(), 64, "{exported}");
    let printed = data.run(&["export", "ndjson"]).expect(0);
    assert_eq!(printed.stdout, std::fs::read_to_string(file).unwrap());

    let copy = Data::new();
    assert_eq!(root(&copy.run(&["import", "ndjson", file]).expect(0).stderr), exported);
    assert_eq!(copy.digest(), data.digest());
    let entries = |printed: &str| printed.lines().filter(|l| !l.contains("servanda_export_end")).collect::<String>();
    let copied = copy.run(&["export", "ndjson"]).expect(0).stdout;
    assert_eq!(entries(&copied), entries(&printed.stdout), "only the signature under them is another");
    let again = copy.run(&["import", "ndjson", file]).expect(0).stderr;
    assert!(again.contains("0 entries imported"), "{again}");
    let piped = Data::new();
    run_with_input(&["import", "ndjson", "-", "--data", piped.name()], printed.stdout.as_bytes()).expect(0);
    assert_eq!(piped.digest(), data.digest());

    let altered = printed.stdout.replacen("Sorbonne", "Sorbonnf", 1).replacen("Lorraine", "Lorrainf", 1);
    assert_ne!(altered, printed.stdout);
    let victim = Data::new();
    let words =
        run_with_input(&["import", "ndjson", "-", "--data", victim.name()], altered.as_bytes()).expect(1).stderr;
    assert!(words.contains("nothing was appended"), "{words}");
    assert!(victim.run(&["replay"]).expect(1).stderr.contains("no ledger"));
    let other = Data::new();
    other.record(&visit(), 0);
    assert!(
        other.run(&["import", "ndjson", file]).expect(1).stderr.contains("ledger"),
        "another ledger is not mixed in"
    );
}

#[test]
fn a_replay_stops_where_it_is_told_and_says_how_fast_it_was() {
    let data = Data::new();
    data.record(&visit(), 0);
    let whole = data.run(&["replay", "--json"]).expect(0);
    assert!(whole.stderr.contains("5 entries folded"), "{}", whole.stderr);
    assert_eq!(whole.json()["facts"], 5);
    let part = data.run(&["replay", "--to", "3", "--json"]).expect(0).json();
    assert_eq!((&part["position"], &part["facts"]), (&json!(3), &json!(3)));
    let dated = data.run(&["replay", "--as-of", "1999-01-01", "--json"]).expect(0).json();
    assert_eq!(dated["facts"], 0);
    let shown = data.run(&["replay"]).expect(0).stdout;
    assert!(shown.contains(whole.json()["digest"].as_str().unwrap()), "{shown}");
}

#[test]
fn progress_shows_coverage_completion_and_what_is_overdue_and_explains_it() {
    let data = Data::demo();
    let asked = ["progress", "package", "paris-visit", "--as-of", "2025-12-31"];
    let shown = data.run(&asked).expect(0).stdout;
    for words in
        ["Coverage", "of 36 declared", "unknown", "demonstration", "Overdue", "days", "verified", "prospects", "EUR"]
    {
        assert!(shown.contains(words), "no `{words}` in\n{shown}");
    }
    for words in ["of what was first promised", "honoured", "slipped against first dates", "last report", "in words"] {
        assert!(shown.contains(words), "no `{words}` in\n{shown}");
    }
    let json = data.run(&[&asked[..], &["--json"]].concat()).expect(0).json();
    assert_eq!(json["ledger"], "demo");
    assert_eq!(json["as_of"], "2025-12-31");
    assert_eq!(json["progress"]["coverage"]["counts"][0]["declared"], "36");
    assert_eq!(json["progress"]["coverage"]["amounts"][0]["share"]["value"], Value::Null);

    let explained = data.run(&[&asked[..], &["--explain"]].concat()).expect(0).stdout;
    for words in ["completion_mean = ", "formula completion_mean.v1", "DeclaredTotalRecorded", "package-paris-visit"] {
        assert!(explained.contains(words), "no `{words}` in\n{explained}");
    }
    let sources = data.run(&[&asked[..], &["--explain", "--json"]].concat()).expect(0).json();
    assert!(sources["entries"].as_array().is_some_and(|entries| entries.len() > 5), "{sources}");

    let id = json["progress"]["commitments"][0]["commitment_id"].as_str().unwrap();
    let one = data.run(&["progress", "commitment", id]).expect(0).stdout;
    for words in ["SPI(t)", "standing", "in a word", "with what is reported done"] {
        assert!(one.contains(words), "no `{words}` in\n{one}");
    }
    let words = data.run(&["progress", "commitment", "lorraine-branch", "--as-of", "2025-03-01"]).expect(0).stdout;
    assert!(words.contains("this year (2024-01-01 – 2024-12-31)"), "{words}");
    for more in [&["progress", "ledger"][..], &["progress", "party", "fra"]] {
        data.run(more).expect(0);
    }
    let words = data.run(&["progress", "package", "paris-visti"]).expect(1).stderr;
    assert!(words.contains("did you mean `paris-visit`?"), "{words}");
    let words = data.run(&["progress", "sector", "source/piracy"]).expect(1).stderr;
    assert!(words.contains("no agreement and no commitment names it"), "{words}");
    let words = data.run(&["progress", "commitment", "attention-green-energy"]).expect(1).stderr;
    assert!(words.contains("was a prospect"), "{words}");
    let words = data.run(&["progress", "package", "paris-visit", "--known-at", "99999"]).expect(2).stderr;
    assert!(words.contains("ahead of the log"), "{words}");
}

#[test]
fn what_was_known_then_is_told_apart_from_what_is_known_now() {
    let data = Data::new();
    data.record(&visit(), 0);
    let between = data.run(&["export", "ndjson"]).expect(0).lines()[5]["recorded_at"].as_str().unwrap().to_owned();
    data.record(&[scene::achieve("branch", "open", "2025-06-01", "fra")], 0);
    let completion = |more: &[&str]| {
        let asked = [&["progress", "commitment", "branch", "--json"][..], more].concat();
        data.run(&asked).expect(0).json()["progress"]["completion"]["value"].clone()
    };
    assert_eq!(completion(&[]), "1");
    assert_eq!(completion(&["--known-at", "5"]), "0");
    assert_eq!(completion(&["--known-at", &between]), "0");
    assert_eq!(completion(&["--known-at", "4"]), Value::Null, "no milestone was planned yet: not measurable");
}

#[test]
fn figures_are_asked_beside_a_service_that_holds_the_ledger() {
    let data = Data::demo();
    let asked = ["progress", "package", "paris-visit", "--as-of", "2025-12-31", "--json"];
    let before = data.run(&asked).expect(0).stdout;
    let _service = Service::start(data.path(), &[]);
    assert_eq!(data.run(&asked).expect(0).stdout, before);
    data.run(&["replay"]).expect(0);
    data.run(&["export", "ndjson"]).expect(0);
}

fn build_in_use(data: &Data) -> String {
    std::fs::read_to_string(data.path().join("read/current")).unwrap()
}

#[test]
fn a_rebuild_changes_nothing_but_the_file() {
    let data = Data::demo();
    let asked = ["progress", "ledger", "--json", "--as-of", "2025-12-31"];
    let (before, file) = (data.run(&asked).expect(0).stdout, build_in_use(&data));
    data.run(&["rebuild"]).expect(0);
    assert_ne!(build_in_use(&data), file);
    assert!(!data.path().join("read").join(&file).exists(), "the old build is gone");
    assert_eq!(data.run(&asked).expect(0).stdout, before);
    assert!(Data::new().run(&["rebuild"]).expect(1).stderr.contains("no ledger"));
}

#[test]
fn a_service_switches_to_a_build_made_beside_it_and_goes_on() {
    let data = Data::demo();
    let service = Service::start(data.path(), &[]);
    let file = build_in_use(&data);
    let words = data.run(&["rebuild"]).expect(0).stderr;
    assert!(words.contains("held by another process"), "{words}");
    let begun = Instant::now();
    while data.path().join("read").join(&file).exists() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the service does not switch");
        std::thread::sleep(Duration::from_millis(50));
    }
    let token = data.run(&["token", "create", "--user", "admin", "--scope", "admin"]).expect(0).stdout;
    let header = format!("Authorization: Bearer {}", token.trim());
    let (status, answer) = service.post_command_with(&scene::state("uzb", "UZB"), &[&header]).unwrap();
    assert_eq!(status, 201, "{answer}");
    let position = serde_json::from_str::<Value>(&answer).unwrap()["position"].as_u64().unwrap();
    let (status, party) = service.get(&format!("/api/v1/parties/uzb?wait_for={position}"));
    assert_eq!(status, 200, "{party}");
    let (code, words) = service.stop();
    assert_eq!(code, 0, "{words}");
    assert!(words.contains("switched to the newly built read model"), "{words}");
    assert!(run(&["progress", "party", "uzb", "--data", data.name()]).code == 0);
}
