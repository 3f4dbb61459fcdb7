//! Looking at a log without holding it: beside a process that writes, after it, and where there is none.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use servanda_events::Request;
use servanda_events::testing::{parsed, scene};
use servanda_log::{Clock, Ids, Log, LogError, Settings, TransactError};

fn state(id: &str, country: &str) -> Request {
    Request::parse(scene::state(id, country).to_string().as_bytes()).unwrap()
}

#[tokio::test]
async fn a_log_in_use_can_be_looked_at_and_takes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let look = || Log::open_read_only(dir.path(), &Settings::default(), Clock::System).unwrap();
    assert!(look().is_none(), "there is no log yet");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "and looking makes none");

    let log = Log::open(dir.path(), Some(parsed("visits")), Settings::default(), Clock::System, Ids::System).unwrap();
    log.transact(&state("kaz", "KAZ"), &parsed("tester")).await.unwrap();
    let looked = look().unwrap();
    assert_eq!((looked.ledger().as_str(), looked.head()), ("visits", 1));
    let refused = looked.transact(&state("fra", "FRA"), &parsed("tester")).await.unwrap_err();
    assert_eq!(refused, TransactError::Log(LogError::Closed));

    log.transact(&state("fra", "FRA"), &parsed("tester")).await.unwrap();
    assert_eq!(looked.head(), 1, "the head stays");
    assert_eq!(looked.read(0, 10).unwrap(), log.read(0, 10).unwrap(), "and what came later can be read");

    log.close().await.unwrap();
    assert_eq!(look().unwrap().head(), 2);
}

#[test]
fn a_file_that_is_no_log_is_said_to_be_none() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("log.sqlite"), "x".repeat(5_000)).unwrap();
    let error = Log::open_read_only(dir.path(), &Settings::default(), Clock::System).unwrap_err();
    assert!(matches!(error, LogError::Damaged { .. }), "{error}");
}
