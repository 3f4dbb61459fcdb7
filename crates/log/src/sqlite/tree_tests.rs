//! Runs of hashes: whatever batches they were written in, each range reads as it was told, and what is missing, there
//! twice or cut short is not read.

use proptest::collection::vec;
use proptest::prelude::*;
use servanda_proof::leaf_hash;

use super::*;

fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(include_str!("schema_tree.sql")).unwrap();
    connection
}

fn leaf(number: u64) -> Hash {
    leaf_hash(&number.to_be_bytes())
}

/// The first leaves, written in batches; gives the tree over them.
fn grown(connection: &Connection, batches: impl IntoIterator<Item = u64>) -> Tree {
    let (mut tree, mut noted) = (Tree::new(), Vec::new());
    for batch in batches {
        for number in tree.size()..tree.size() + batch {
            tree.push_noting(leaf(number), |row, place, hash| noted.push((row, place, hash)));
        }
        write_hashes(connection, &mut noted).unwrap();
    }
    tree
}

fn rows(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM tree_hash", [], |row| row.get(0)).unwrap()
}

proptest! {
    #[test]
    fn each_range_reads_as_it_was_told_in_whatever_batches_it_was_written(
        batches in vec(prop_oneof![Just(1), 0..5u64, 0..300u64], 0..30),
        ranges in vec((0..3_000u64, 0..600u64), 20),
    ) {
        let connection = database();
        let tree = grown(&connection, batches);
        let size = tree.size();
        prop_assert_eq!(stored(&connection).unwrap(), size + size / 256);
        prop_assert!(resume(&connection, size).unwrap() == tree);
        for (start, count) in ranges {
            let told: Vec<Hash> = (start..size.min(start + count)).map(leaf).collect();
            prop_assert_eq!(hashes(&connection, 0, start, count).unwrap(), told);
        }
    }
}

#[test]
fn what_is_written_together_is_one_run_for_each_tile() {
    let connection = database();
    grown(&connection, [64]);
    assert_eq!(rows(&connection), 1);
    let connection = database();
    grown(&connection, [200, 100]);
    assert_eq!(rows(&connection), 4, "200, 56 and 44 hashes, and one over the first 256");
}

#[test]
fn rows_of_single_hashes_as_format_2_wrote_them_read_the_same() {
    let (connection, before) = (database(), database());
    let tree = grown(&connection, [40, 300, 1]);
    assert!(grown(&before, std::iter::repeat_n(1, 341)) == tree);
    assert_eq!(rows(&before), 342);
    assert!(hashes(&before, 0, 0, 341).unwrap() == hashes(&connection, 0, 0, 341).unwrap());
}

#[test]
fn a_run_that_is_missing_there_twice_or_cut_short_is_not_read() {
    let damages = [
        "DELETE FROM tree_hash WHERE place = 10",
        "UPDATE tree_hash SET place = 11 WHERE place = 10",
        "UPDATE tree_hash SET place = 9 WHERE place = 10",
        "UPDATE tree_hash SET hash = substr(hash, 1, 288) WHERE place = 0",
        "UPDATE tree_hash SET hash = substr(hash, 1, 310) WHERE place = 10",
        "UPDATE tree_hash SET hash = CAST(hash || hash AS BLOB) WHERE place = 0",
        "DELETE FROM tree_hash WHERE place = 0",
        "INSERT INTO tree_hash SELECT row, 5, hash FROM tree_hash WHERE place = 0",
    ];
    for damage in damages {
        let connection = database();
        grown(&connection, [10, 10, 10]);
        connection.execute_batch("DROP TRIGGER tree_hash_is_kept; DROP TRIGGER tree_hash_is_fixed").unwrap();
        assert_eq!(hashes(&connection, 0, 0, 30).unwrap().len(), 30);
        connection.execute_batch(damage).unwrap();
        assert!(hashes(&connection, 0, 0, 30).is_err(), "{damage}");
    }
}
