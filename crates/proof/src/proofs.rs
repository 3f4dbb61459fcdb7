//! Proofs about trees: that a leaf is in a tree (inclusion), and that a tree continues an earlier one (consistency), as
//! RFC 6962 and RFC 9162 write them; made from stored hashes, and checked from nothing but two roots.
//!
//! Stored hashes come in rows: row `L` holds the roots of the complete subtrees of 256^L leaves, which are also what
//! the tiles of level `L` hold. Whoever makes a proof hands in a function that reads them.
//!
//! Deliberately absent: proofs about an empty tree. It says nothing, so nothing follows from it.

use crate::hash::{Hash, node_hash};

/// Levels of the tree that one row of stored hashes spans.
pub const ROW_HEIGHT: u32 = 8;

/// Why a proof shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf is not below the size, or the sizes are in the wrong order or zero.
    #[error("the proof speaks of a place that is not in the tree")]
    OutOfRange,
    /// There are more or fewer hashes than the tree has levels.
    #[error("the proof has the wrong number of hashes")]
    WrongLength,
    /// The hashes lead to another root.
    #[error("the hashes of the proof do not lead to the root")]
    OtherRoot,
}

/// Reads `count` hashes of a row from a place on: the roots of complete subtrees of 256^row leaves.
pub trait Rows<E>: FnMut(u32, u64, u64) -> Result<Vec<Hash>, E> {}
impl<E, F: FnMut(u32, u64, u64) -> Result<Vec<Hash>, E>> Rows<E> for F {}

/// The largest power of two below `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (63 - (count - 1).leading_zeros())
}

/// The root of the complete subtree of 2^height leaves that is number `index` of its height.
fn complete<E>(height: u32, index: u64, rows: &mut impl Rows<E>) -> Result<Hash, E> {
    let inner = height % ROW_HEIGHT;
    let mut hashes = rows(height / ROW_HEIGHT, index << inner, 1 << inner)?;
    while hashes.len() > 1 {
        hashes = hashes.chunks(2).filter_map(|pair| pair.iter().copied().reduce(|l, r| node_hash(&l, &r))).collect();
    }
    Ok(hashes.first().copied().unwrap_or_else(Hash::of_nothing))
}

/// The root over the leaves from `start` to before `end`; `start` is where a subtree of that size may begin.
fn range<E>(start: u64, end: u64, rows: &mut impl Rows<E>) -> Result<Hash, E> {
    let count = end - start;
    if count.is_power_of_two() {
        let height = count.trailing_zeros();
        return complete(height, start >> height, rows);
    }
    let middle = start + split(count);
    Ok(node_hash(&range(start, middle, rows)?, &range(middle, end, rows)?))
}

/// The root of the tree over the first `size` leaves.
pub fn root_of<E>(size: u64, rows: &mut impl Rows<E>) -> Result<Hash, E> {
    if size == 0 { Ok(Hash::of_nothing()) } else { range(0, size, rows) }
}

/// The roots of the complete subtrees that a tree of `size` leaves consists of, the largest first.
pub(crate) fn subtrees<E>(size: u64, rows: &mut impl Rows<E>) -> Result<Vec<Hash>, E> {
    let mut start = 0;
    let mut found = Vec::new();
    for height in (0..64).rev().filter(|height| size >> height & 1 == 1) {
        found.push(complete(height, start >> height, rows)?);
        start += 1 << height;
    }
    Ok(found)
}

/// Proves that the leaf with number `index`, from 0, is in the tree over the first `size` leaves: the hashes beside its
/// way up, from the leaf's sibling to the root's child. Nothing where the leaf is not in the tree.
pub fn inclusion_proof<E>(index: u64, size: u64, rows: &mut impl Rows<E>) -> Result<Option<Vec<Hash>>, E> {
    if index >= size {
        return Ok(None);
    }
    let (mut start, mut end) = (0, size);
    let mut beside = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            beside.push(range(middle, end, rows)?);
            end = middle;
        } else {
            beside.push(range(start, middle, rows)?);
            start = middle;
        }
    }
    beside.reverse();
    Ok(Some(beside))
}

/// Proves that the tree over the first `to` leaves continues the tree over the first `from` leaves. Nothing where
/// `from` is 0 or beyond `to`.
pub fn consistency_proof<E>(from: u64, to: u64, rows: &mut impl Rows<E>) -> Result<Option<Vec<Hash>>, E> {
    if from == 0 || from > to {
        return Ok(None);
    }
    let (mut start, mut end) = (0, to);
    let mut known = true;
    let mut beside = Vec::new();
    while end != from {
        let middle = start + split(end - start);
        if from <= middle {
            beside.push(range(middle, end, rows)?);
            end = middle;
        } else {
            beside.push(range(start, middle, rows)?);
            start = middle;
            known = false;
        }
    }
    if !known {
        beside.push(range(start, end, rows)?);
    }
    beside.reverse();
    Ok(Some(beside))
}

/// Checks that a leaf is number `index`, from 0, of the tree of `size` leaves with this root.
pub fn check_inclusion(index: u64, size: u64, leaf: &Hash, proof: &[Hash], root: &Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange);
    }
    let (mut place, mut last, mut hash) = (index, size - 1, *leaf);
    for beside in proof {
        if last == 0 {
            return Err(ProofError::WrongLength);
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(beside, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::WrongLength);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::OtherRoot) }
}

/// Checks that the tree of `to` leaves with root `new` continues the tree of `from` leaves with root `old`.
pub fn check_consistency(from: u64, to: u64, old: &Hash, new: &Hash, proof: &[Hash]) -> Result<(), ProofError> {
    if from == 0 || from > to {
        return Err(ProofError::OutOfRange);
    }
    if from == to {
        return match proof {
            [] if old == new => Ok(()),
            [] => Err(ProofError::OtherRoot),
            _ => Err(ProofError::WrongLength),
        };
    }
    // A complete subtree is its own proof: the old root is where it begins.
    let (first, rest) = match proof.split_first() {
        _ if from.is_power_of_two() => (old, proof),
        Some((first, rest)) => (first, rest),
        None => return Err(ProofError::WrongLength),
    };
    let (mut place, mut last) = (from - 1, to - 1);
    let shift = place.trailing_ones();
    place >>= shift;
    last >>= shift;
    let (mut small, mut large) = (*first, *first);
    for beside in rest {
        if last == 0 {
            return Err(ProofError::WrongLength);
        }
        if place & 1 == 1 || place == last {
            small = node_hash(beside, &small);
            large = node_hash(beside, &large);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            large = node_hash(&large, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::WrongLength);
    }
    if small == *old && large == *new { Ok(()) } else { Err(ProofError::OtherRoot) }
}
