//! How long a connection keeps what it reads: until something is committed, or for some reads.

use servanda_events::testing::parsed;
use tempfile::TempDir;

use super::*;
use crate::Settings;

fn known(readers: &Readers, id: &str) -> bool {
    readers.known(&parsed(id)).unwrap().is_some()
}

#[test]
fn whoever_reads_finds_all_that_was_committed_before_and_keeps_no_copy_of_the_log_waiting() {
    let dir = TempDir::new().unwrap();
    let files = Files::in_dir(dir.path(), &Settings::default()).unwrap();
    let writer = files.writer().unwrap();
    writer.execute_batch("CREATE TABLE command (id, position INTEGER, entries INTEGER)").unwrap();
    let (here, elsewhere) = (Readers::new(files.clone(), 2, true).unwrap(), Readers::new(files, 2, false).unwrap());
    let record = |id: &str| writer.execute("INSERT INTO command VALUES (?1, 1, 1)", [id]).unwrap();
    let copied = || {
        let pages = |row: &Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
        writer.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], pages).map(|(all, copied)| all == copied).unwrap()
    };
    assert!(!known(&here, "one") && !known(&elsewhere, "one"));
    record("one");
    here.committed();
    assert!(known(&here, "one") && known(&elsewhere, "one"), "a commit that was told is seen at once");
    record("two");
    assert!(known(&elsewhere, "two"), "where another process writes, nothing is kept");
    assert!((0..READS_MAX).any(|_| known(&here, "two")), "what nobody told is seen after some reads");

    record("three");
    here.let_copy();
    assert!(known(&here, "three"), "a reader begins while the log is copied");
    assert!(copied());
    here.let_copy();
    let wal = dir.path().join("log.sqlite-wal");
    let length = || std::fs::metadata(&wal).unwrap().len();
    let before = length();
    record("four");
    assert_eq!(length(), before, "the next transaction begins at the front of the write-ahead log");
    assert!(known(&here, "four"));

    here.close();
    assert!(matches!(here.known(&parsed("one")), Err(LogError::Closed)));
}
