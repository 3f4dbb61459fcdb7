//! The tree's hashes and the log's edge in the database.
//!
//! Deliberately absent: hashing entries, and signing.

use rusqlite::{Connection, OptionalExtension};
use servanda_events::ids::Position;
use servanda_proof::{Hash, Tree};

use super::open::unsigned;
use super::readers::signed;

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

/// Hashes of a row from a place on; fewer where the row ends.
pub(crate) fn hashes(connection: &Connection, row: u32, start: u64, count: u64) -> rusqlite::Result<Vec<Hash>> {
    let sql = "SELECT place, hash FROM tree_hash WHERE row = ?1 AND place >= ?2 ORDER BY place LIMIT ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query((row, signed(start), signed(count)))?;
    let mut hashes = Vec::new();
    while let Some(one) = found.next()? {
        if one.get::<_, i64>(0)? != signed(start + hashes.len() as u64) {
            return Err(rusqlite::Error::QueryReturnedNoRows);
        }
        hashes.push(hash(one.get_ref(1)?.as_bytes()?)?);
    }
    Ok(hashes)
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

pub(crate) const INSERT_HASH: &str = "INSERT INTO tree_hash (row, place, hash) VALUES (?1, ?2, ?3)";

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
