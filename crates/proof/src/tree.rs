//! The tree's right edge: all that is needed to append leaves and to know the root.

use crate::hash::{Hash, node_hash};

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

    /// Adds a leaf at the right end, given its [`leaf_hash`](crate::leaf_hash).
    pub fn push(&mut self, leaf_hash: Hash) {
        let mut right = leaf_hash;
        // Each bit that is set at the low end is a complete subtree which the new leaf completes further.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                right = node_hash(&left, &right);
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
