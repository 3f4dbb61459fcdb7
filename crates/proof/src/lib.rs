//! The Merkle tree of RFC 6962 over the exact bytes of the log: one leaf per entry, in the order of their positions;
//! and all that someone needs who does not trust whoever keeps the log.
//!
//! A [`Tree`] takes leaves at its right end and keeps only the roots of its complete subtrees, so it costs one hash per
//! bit of its size, however long the log grows. Two logs with the same root hold the same bytes in the same order.
//!
//! - `proofs`: that an entry is in a tree, that a tree continues another; made and checked.
//! - `tile`, `note`, `checkpoint`, `tlog_proof`, `policy`: the forms of C2SP in which they travel.
//! - `keys`: the keys of Ed25519 in those forms; `rotation`: that one took the place of another.
//! - `verdict`: what a verifier says in the end.
//!
//! The tree makes changes evident; it cannot prevent them. Deliberately absent: I/O, clocks, randomness, async, and any
//! knowledge of what a leaf means.

mod checkpoint;
mod hash;
mod keys;
mod note;
mod policy;
mod proofs;
mod rotation;
mod tile;
mod tlog_proof;
mod tree;
mod verdict;

pub use checkpoint::{Checkpoint, NotACheckpoint};
pub use hash::{Hash, NotAHash, leaf_hash, node_hash};
pub use keys::{KeyKind, NotAKey, PrivateKey, PublicKey};
pub use note::{NotANote, Signed, SignedNote};
pub use policy::{BadRotation, NotAPolicy, Policy, Standing};
pub use proofs::{
    ProofError, ROW_HEIGHT, Rows, check_consistency, check_inclusion, consistency_proof, inclusion_proof, root_of,
};
pub use rotation::{NotARotation, Rotation};
pub use tile::{Level, NotATile, TILE_WIDTH, Tile, bundle_bytes, bundle_entries, tile_bytes};
pub use tlog_proof::{NotAProof, TlogProof};
pub use tree::Tree;
pub use verdict::{Audit, Fault, Mark, Verdict, judge_checkpoint, judge_proof};
