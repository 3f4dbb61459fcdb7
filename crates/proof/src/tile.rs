//! The paths and bytes of C2SP tlog-tiles: hashes in tiles of 256, and entries in bundles beside them.
//!
//! Deliberately absent: reading the hashes and the entries.

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;

/// Hashes of a full tile, and entries of a full bundle.
pub const TILE_WIDTH: u64 = 256;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Hashes of a row: the roots of the complete subtrees of 256^row leaves.
    Hashes(u32),
    /// The entries themselves.
    Entries,
}

/// A tile, by its path: `0/x001/234.p/12`, as it stands behind `/tile/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// What it holds.
    pub level: Level,
    /// Its number among those of its level, from 0.
    pub index: u64,
    /// How many hashes or entries it holds, 1 to 256; fewer than 256 at the right edge of a tree only.
    pub width: u64,
}

impl Tile {
    /// The first place of its row or of the log that it holds.
    pub fn start(&self) -> u64 {
        self.index * TILE_WIDTH
    }

    /// Whether a tree of `size` leaves has all of it.
    pub fn is_in(&self, size: u64) -> bool {
        let row = match self.level {
            Level::Hashes(row) => row,
            Level::Entries => 0,
        };
        // Eight rows of eight levels are all that a size of 64 bits has.
        row < 8 && self.start() + self.width <= size >> (8 * row)
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Hashes(row) => write!(f, "{row}")?,
            Level::Entries => f.write_str("entries")?,
        }
        let digits = format!("{:03}", self.index);
        let digits = format!("{digits:0>width$}", width = digits.len().div_ceil(3) * 3);
        for (place, group) in digits.as_bytes().chunks(3).enumerate() {
            let more = if place + 1 < digits.len() / 3 { "x" } else { "" };
            write!(f, "/{more}{}", String::from_utf8_lossy(group))?;
        }
        if self.width < TILE_WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

/// A text that is no path of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tile is named LEVEL/NUMBER or LEVEL/NUMBER.p/WIDTH, such as 0/x001/234.p/12 or entries/000")]
pub struct NotATile;

impl FromStr for Tile {
    type Err = NotATile;

    fn from_str(path: &str) -> Result<Self, NotATile> {
        let (level, rest) = path.split_once('/').ok_or(NotATile)?;
        let level = match level {
            "entries" => Level::Entries,
            row => Level::Hashes(row.parse().ok().filter(|row| *row < 64).ok_or(NotATile)?),
        };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().ok().filter(|w| (1..TILE_WIDTH).contains(w))),
            None => (rest, Some(TILE_WIDTH)),
        };
        let digits: String = number.split('/').map(|group| group.strip_prefix('x').unwrap_or(group)).collect();
        // Far more than any log holds, and far from the end of the numbers.
        let index = digits.parse().ok().filter(|index| *index < 1 << 48).ok_or(NotATile)?;
        let tile = Self { level, index, width: width.ok_or(NotATile)? };
        // A tile has one name, so that caches keep it once.
        if tile.to_string() == path { Ok(tile) } else { Err(NotATile) }
    }
}

/// The bytes of a tile of hashes.
pub fn tile_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// The bytes of a bundle of entries: each behind its length in two bytes. Nothing where one is too long.
pub fn bundle_bytes<'e>(entries: impl IntoIterator<Item = &'e [u8]>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend(u16::try_from(entry.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Some(bytes)
}

/// The entries of a bundle; nothing where it is cut off.
pub fn bundle_entries(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        entries.push(rest.get(..length)?);
        bytes = &rest[length..];
    }
    bytes.is_empty().then_some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_has_one_name() {
        for (name, level, index, width) in [
            ("0/000", Level::Hashes(0), 0, 256),
            ("0/x001/234.p/12", Level::Hashes(0), 1_234, 12),
            ("63/x001/x234/067", Level::Hashes(63), 1_234_067, 256),
            ("entries/999.p/1", Level::Entries, 999, 1),
        ] {
            let tile = Tile { level, index, width };
            assert_eq!(tile.to_string(), name);
            assert_eq!(name.parse(), Ok(tile));
        }
        for bad in [
            "",
            "0",
            "0/",
            "0/0",
            "0/00",
            "0/0000",
            "64/000",
            "-1/000",
            "00/000",
            "+0/000",
            "data/000",
            "0/x000/000",
            "0/001/234",
            "0/x001/x234",
            "0/x001234",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000/",
            "0/000.p/+1",
            "0/x999/x999/x999/x999/x999/x999/999",
            " 0/000",
            "0/000\n",
            "0/０００",
        ] {
            assert_eq!(bad.parse::<Tile>(), Err(NotATile), "{bad}");
        }
    }

    #[test]
    fn a_tree_has_a_tile_when_it_has_all_of_it() {
        let has = |name: &str, size| name.parse::<Tile>().unwrap().is_in(size);
        assert!(has("0/000", 256) && !has("0/000", 255) && has("0/000.p/255", 255));
        assert!(has("1/000.p/1", 256) && !has("1/000.p/1", 255) && has("1/000.p/2", 512));
        assert!(!has("63/000", u64::MAX) && !has("8/000.p/1", u64::MAX));
    }

    #[test]
    fn a_bundle_reads_back_and_is_never_read_by_halves() {
        let entries: [&[u8]; 3] = [b"", b"a", b"pacta"];
        let bytes = bundle_bytes(entries).unwrap();
        assert_eq!(bundle_entries(&bytes).unwrap(), entries);
        for end in 0..bytes.len() {
            assert!(bundle_entries(&bytes[..end]).is_none_or(|found| found.len() < 3));
        }
        assert_eq!(bundle_bytes([vec![0; 65_536].as_slice()]), None);
    }
}
