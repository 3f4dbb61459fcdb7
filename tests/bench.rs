//! The benchmark itself: that every line of it can still be measured. A change of a table, of a route or of what
//! `serve` says breaks it in silence otherwise, and whoever wants figures notices.
//!
//! Deliberately absent: any figure. They are said on a machine that does nothing else.
#![expect(clippy::print_stderr, reason = "a test that leaves something out must say so")]

use std::collections::BTreeSet;

use serde_json::Value;
use servanda_tests::binary::run;

#[test]
fn every_line_of_the_benchmark_is_measured() {
    let dir = tempfile::tempdir().unwrap();
    let ran = run(&["bench", "--smoke", "--json", "--dir", dir.path().to_str().unwrap()]).expect(0);
    let lines: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    let idle = |line: &&Value| line["ours"].as_f64().is_none_or(|ours| ours <= 0.0);
    // Processor time is counted in hundredths of a second, and here there is little of it.
    let nothing: Vec<&Value> =
        lines.iter().filter(idle).filter(|line| !line["what"].as_str().unwrap().contains("processor")).collect();
    assert!(nothing.is_empty(), "{nothing:?}");
    let mut wanted: BTreeSet<String> = (1..=12).map(|number| format!("P{number}")).collect();
    wanted.insert(String::new());
    if ran.stderr.contains("P11 is not measured") {
        eprintln!("SKIPPED: P11, for no nats-server is installed; scripts/need nats-server installs it");
        wanted.remove("P11");
    }
    let measured: BTreeSet<String> = lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(measured, wanted);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "the throw-away directory is gone");
}
