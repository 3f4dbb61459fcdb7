//! The tree's right edge: all that is needed to append leaves and to know the root.

use crate::hash::{Hash, node_hash};
use crate::proofs::{ROW_HEIGHT, Rows, subtrees};

/// An RFC 6962 tree that takes leaves at its right end.
///
/// It keeps the roots of its complete subtrees, the largest first: one for each bit that is set in the size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Tree {
    /// The tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// The tree over the first `size` leaves, from stored hashes.
    pub fn resume<E>(size: u64, rows: &mut impl Rows<E>) -> Result<Self, E> {
        Ok(Self { size, subtrees: subtrees(size, rows)? })
    }

    /// Adds a leaf at the right end, given its [`leaf_hash`](crate::leaf_hash).
    pub fn push(&mut self, leaf_hash: Hash) {
        self.push_noting(leaf_hash, |_, _, _| ());
    }

    /// The same, and tells each hash that has to be stored: its row, its place in the row, and the hash. The leaf
    /// itself comes first; after each 256th leaf follows the root over the last 256, and so on upwards.
    pub fn push_noting(&mut self, leaf_hash: Hash, mut stored: impl FnMut(u32, u64, Hash)) {
        let mut right = leaf_hash;
        stored(0, self.size, right);
        // Each bit that is set at the low end is a complete subtree which the new leaf completes further.
        for height in 1..=self.size.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                right = node_hash(&left, &right);
                if height.is_multiple_of(ROW_HEIGHT) {
                    stored(height / ROW_HEIGHT, self.size >> height, right);
                }
            }
        }
        self.subtrees.push(right);
        self.size += 1;
    }

    /// How many leaves the tree has; the position of the last entry.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root: the hash that commits to every leaf and its place.
    pub fn root(&self) -> Hash {
        let from_the_right = self.subtrees.iter().rev().copied();
        from_the_right.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(Hash::of_nothing)
    }
}
