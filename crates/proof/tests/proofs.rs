//! Every proof up to a size against another implementation of RFC 6962, and mutated proofs, none of which may pass.
//!
//! With the setting `SERVANDA_CAMPAIGN` in the environment the figures are those of a campaign.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use std::convert::Infallible;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use servanda_proof::{
    Hash, ProofError, Tree, check_consistency, check_inclusion, consistency_proof, inclusion_proof, leaf_hash, root_of,
};
use sha2::Sha256;

fn figure(usual: u64, campaign: u64) -> u64 {
    if std::env::var_os("SERVANDA_CAMPAIGN").is_some() { campaign } else { usual }
}

/// Numbers that look drawn at random and are the same in every run (xorshift).
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Rows as a store would keep them, filled leaf by leaf.
#[derive(Default)]
struct Stored {
    tree: Tree,
    rows: Vec<Vec<Hash>>,
}

impl Stored {
    fn of(leaves: u64) -> Self {
        let mut stored = Self::default();
        (0..leaves).for_each(|n| stored.push(leaf(n)));
        stored
    }

    fn push(&mut self, leaf: Hash) {
        let rows = &mut self.rows;
        self.tree.push_noting(leaf, |row, place, hash| {
            let row = row as usize;
            if rows.len() <= row {
                rows.resize(row + 1, Vec::new());
            }
            assert_eq!(rows[row].len() as u64, place, "rows are filled without gaps");
            rows[row].push(hash);
        });
    }

    fn read(&self) -> impl FnMut(u32, u64, u64) -> Result<Vec<Hash>, Infallible> {
        |row, start, count| Ok(self.rows[row as usize][start as usize..(start + count) as usize].to_vec())
    }

    fn inclusion(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        inclusion_proof(index, size, &mut self.read()).unwrap()
    }

    fn consistency(&self, from: u64, to: u64) -> Option<Vec<Hash>> {
        consistency_proof(from, to, &mut self.read()).unwrap()
    }

    fn root(&self, size: u64) -> Hash {
        root_of(size, &mut self.read()).unwrap()
    }
}

fn bytes(n: u64) -> [u8; 8] {
    n.to_be_bytes()
}

fn leaf(n: u64) -> Hash {
    leaf_hash(&bytes(n))
}

fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.chunks(32).map(|chunk| Hash::from_bytes(chunk.try_into().unwrap())).collect()
}

#[test]
fn every_proof_is_that_of_another_implementation() {
    let sizes = figure(256, 1_024);
    let stored = Stored::of(sizes);
    let mut oracle = MemoryBackedTree::<Sha256, [u8; 8]>::new();
    let mut roots = vec![stored.root(0)];
    let mut compared = 0_u64;
    for size in 1..=sizes {
        oracle.push(bytes(size - 1));
        let root = stored.root(size);
        roots.push(root);
        assert_eq!(oracle.root().as_bytes().as_slice(), root.as_bytes());
        for index in 0..size {
            let ours = stored.inclusion(index, size).unwrap();
            assert_eq!(ours, hashes(oracle.prove_inclusion(index as usize).as_bytes()), "{index} of {size}");
            assert_eq!(check_inclusion(index, size, &leaf(index), &ours, &root), Ok(()));
            compared += 1;
        }
        for from in 1..=size {
            let ours = stored.consistency(from, size).unwrap();
            if from < size {
                let theirs = oracle.prove_consistency((size - from) as usize);
                assert_eq!(ours, hashes(theirs.as_bytes()), "{from} to {size}");
            }
            assert_eq!(check_consistency(from, size, &roots[from as usize], &root, &ours), Ok(()));
            compared += 1;
        }
    }
    assert_eq!(compared, sizes * (sizes + 1));
}

#[test]
fn a_tree_goes_on_from_stored_hashes_as_if_it_had_never_stopped() {
    let mut stored = Stored::of(0);
    for size in 0..1_100 {
        let resumed = Tree::resume(size, &mut stored.read()).unwrap();
        assert_eq!(resumed, stored.tree, "{size} leaves");
        stored.push(leaf(size));
    }
}

#[test]
fn what_is_not_in_the_tree_has_no_proof_and_passes_for_nothing() {
    let stored = Stored::of(9);
    let root = stored.root(9);
    assert_eq!(stored.inclusion(9, 9), None);
    assert_eq!(stored.consistency(0, 9), None);
    assert_eq!(stored.consistency(9, 8), None);
    assert_eq!(check_inclusion(9, 9, &leaf(9), &[], &root), Err(ProofError::OutOfRange));
    assert_eq!(check_inclusion(0, 0, &leaf(0), &[], &stored.root(0)), Err(ProofError::OutOfRange));
    assert_eq!(check_consistency(0, 9, &stored.root(0), &root, &[]), Err(ProofError::OutOfRange));
    assert_eq!(check_consistency(9, 8, &root, &stored.root(8), &[]), Err(ProofError::OutOfRange));
    assert_eq!(check_consistency(9, 9, &root, &root, &[root]), Err(ProofError::WrongLength));
    assert_eq!(check_consistency(9, 9, &root, &stored.root(8), &[]), Err(ProofError::OtherRoot));
}

/// Changes a proof in one of the ways in which a liar would; `false` where nothing is changed by it.
fn mutate(proof: &mut Vec<Hash>, drawn: &mut Drawn) -> bool {
    let before = proof.clone();
    let at = drawn.below(proof.len() as u64 + 1) as usize;
    match drawn.below(5) {
        0 if at < proof.len() => {
            let mut bytes = *proof[at].as_bytes();
            bytes[drawn.below(32) as usize] ^= 1 << drawn.below(8);
            proof[at] = Hash::from_bytes(bytes);
        }
        1 if at < proof.len() => {
            proof.remove(at);
        }
        2 => proof.insert(at, leaf(drawn.below(1_000))),
        3 if !proof.is_empty() => proof.swap(at % before.len(), drawn.below(before.len() as u64) as usize),
        _ => proof.truncate(at),
    }
    *proof != before
}

#[test]
fn no_mutated_proof_passes() {
    let stored = Stored::of(300);
    let mut drawn = Drawn(6_962);
    let wanted = figure(200_000, 10_000_000);
    let mut tried = 0;
    while tried < wanted {
        let to = 1 + drawn.below(300);
        let (from, index) = (1 + drawn.below(to), drawn.below(to));
        let root = stored.root(to);
        let mut proof = stored.inclusion(index, to).unwrap();
        if mutate(&mut proof, &mut drawn) {
            assert!(check_inclusion(index, to, &leaf(index), &proof, &root).is_err(), "{index} of {to}: {proof:?}");
            tried += 1;
        }
        let mut proof = stored.consistency(from, to).unwrap();
        if mutate(&mut proof, &mut drawn) {
            let old = stored.root(from);
            assert!(check_consistency(from, to, &old, &root, &proof).is_err(), "{from} to {to}: {proof:?}");
            tried += 1;
        }
        // A good proof of another place, leaf or root is no proof of this one.
        let proof = stored.inclusion(index, to).unwrap();
        assert!(check_inclusion(index, to, &leaf(index + 1), &proof, &root).is_err());
        if to > 1 {
            assert!(check_inclusion((index + 1) % to, to, &leaf(index), &proof, &root).is_err());
        }
        tried += 2;
    }
}
