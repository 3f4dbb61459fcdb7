//! The tree's hashes and the log's edge in the database.
//!
//! Hashes that are written in one transaction and stand in one tile are one row, a run: an insert for each would cost a
//! batch more than hashing its entries.
//!
//! Deliberately absent: hashing entries, and signing.

use rusqlite::{Connection, OptionalExtension};
use servanda_events::ids::Position;
use servanda_proof::{Hash, TILE_WIDTH, Tree};

use super::open::unsigned;
use super::readers::signed;

const HASH_BYTES: usize = 32;

/// A hash that is to be stored: its row, its place in the row, and itself.
pub(crate) type Noted = (u32, u64, Hash);

/// Where the log ends, as it was written with its last entries.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) size: Position,
    pub(crate) root: Hash,
    pub(crate) seal: Hash,
    /// The newest checkpoint that had been signed before; empty for none.
    pub(crate) checkpoint: String,
}

fn hash(bytes: &[u8]) -> rusqlite::Result<Hash> {
    let bytes = bytes.try_into().map_err(|_| rusqlite::Error::InvalidQuery)?;
    Ok(Hash::from_bytes(bytes))
}

/// Hashes of a row from a place on; fewer where the row ends. Fails where one is missing or there twice.
pub(crate) fn hashes(connection: &Connection, row: u32, start: u64, count: u64) -> rusqlite::Result<Vec<Hash>> {
    let sql = "SELECT place, hash FROM tree_hash WHERE row = ?1 AND place < ?3 AND place >= \
               (SELECT ifnull(max(place), 0) FROM tree_hash WHERE row = ?1 AND place <= ?2) ORDER BY place";
    let end = start.saturating_add(count);
    let mut statement = connection.prepare_cached(sql)?;
    let mut runs = statement.query((row, signed(start), signed(end)))?;
    let (mut hashes, mut next) = (Vec::new(), None);
    while let Some(run) = runs.next()? {
        let mut place = unsigned(run.get(0)?);
        if place != next.unwrap_or(place.min(start)) {
            return Err(rusqlite::Error::QueryReturnedNoRows);
        }
        for bytes in run.get_ref(1)?.as_bytes()?.chunks(HASH_BYTES) {
            let hash = hash(bytes)?;
            if (start..end).contains(&place) {
                hashes.push(hash);
            }
            place += 1;
        }
        next = Some(place);
    }
    Ok(hashes)
}

/// How many hashes are stored.
pub(crate) fn stored(connection: &Connection) -> rusqlite::Result<u64> {
    let bytes: i64 =
        connection.query_row("SELECT ifnull(sum(length(hash)), 0) FROM tree_hash", [], |row| row.get(0))?;
    Ok(unsigned(bytes) / HASH_BYTES as u64)
}

/// The same, all of them.
pub(crate) fn all_hashes(connection: &Connection, row: u32, start: u64, count: u64) -> rusqlite::Result<Vec<Hash>> {
    let found = hashes(connection, row, start, count)?;
    if found.len() as u64 == count { Ok(found) } else { Err(rusqlite::Error::QueryReturnedNoRows) }
}

/// The tree of the first entries, from the stored hashes.
pub(crate) fn resume(connection: &Connection, size: u64) -> rusqlite::Result<Tree> {
    Tree::resume(size, &mut |row, start, count| all_hashes(connection, row, start, count))
}

/// Stores hashes as [`Tree::push_noting`] tells them. `noted` is empty after it.
pub(crate) fn write_hashes(connection: &Connection, noted: &mut Vec<Noted>) -> rusqlite::Result<()> {
    if noted.is_empty() {
        // A log without a tree has no such table.
        return Ok(());
    }
    let mut insert = connection.prepare_cached("INSERT INTO tree_hash (row, place, hash) VALUES (?1, ?2, ?3)")?;
    // Stable: within a row the places stay in their order.
    noted.sort_by_key(|(row, ..)| *row);
    let same_run =
        |one: &Noted, next: &Noted| next.0 == one.0 && next.1 == one.1 + 1 && !next.1.is_multiple_of(TILE_WIDTH);
    let mut bytes = Vec::new();
    for run in noted.chunk_by(same_run) {
        let Some((row, place, _)) = run.first() else { continue };
        bytes.clear();
        run.iter().for_each(|(_, _, hash)| bytes.extend_from_slice(hash.as_bytes()));
        insert.execute((row, signed(*place), bytes.as_slice()))?;
    }
    noted.clear();
    Ok(())
}

/// Moves the edge.
pub(crate) fn write_edge(connection: &Connection, edge: &Edge) -> rusqlite::Result<()> {
    let sql = "INSERT INTO edge (id, size, root, seal, checkpoint) VALUES (1, ?1, ?2, ?3, ?4) ON CONFLICT (id) \
               DO UPDATE SET size = excluded.size, root = excluded.root, seal = excluded.seal, \
               checkpoint = excluded.checkpoint";
    let mut statement = connection.prepare_cached(sql)?;
    let (root, seal) = (edge.root.as_bytes().as_slice(), edge.seal.as_bytes().as_slice());
    statement.execute((signed(edge.size), root, seal, &edge.checkpoint))?;
    Ok(())
}

/// The edge, if it is there.
pub(crate) fn edge(connection: &Connection) -> rusqlite::Result<Option<Edge>> {
    let read = |row: &rusqlite::Row<'_>| {
        let size = unsigned(row.get(0)?);
        let (root, seal) = (hash(row.get_ref(1)?.as_bytes()?)?, hash(row.get_ref(2)?.as_bytes()?)?);
        Ok(Edge { size, root, seal, checkpoint: row.get(3)? })
    };
    connection.query_row("SELECT size, root, seal, checkpoint FROM edge", [], read).optional()
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
