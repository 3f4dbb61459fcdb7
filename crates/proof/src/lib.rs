//! The Merkle tree of RFC 6962 over the exact bytes of the log: one leaf per entry, in the order of their positions.
//!
//! A [`Tree`] takes leaves at its right end and keeps only the roots of its complete subtrees, so it costs one hash per
//! bit of its size, however long the log grows. Two logs with the same root hold the same bytes in the same order.
//!
//! Deliberately absent: I/O, clocks, randomness, async, and any knowledge of what a leaf means. Tiles, checkpoints,
//! signatures, proofs of inclusion and of consistency, and the verifier join this crate with the parts that use them.

mod hash;
mod tree;

pub use hash::{Hash, NotAHash, leaf_hash, node_hash};
pub use tree::Tree;
