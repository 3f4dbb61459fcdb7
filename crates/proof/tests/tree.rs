//! The tree against the published vectors of Certificate Transparency, and against the recursion that RFC 6962 writes.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use servanda_proof::{Hash, Tree, leaf_hash, node_hash};

/// The eight leaves of the reference vectors, in hexadecimal.
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// The root of the first 0, 1, .. 8 of them.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn bytes(hexadecimal: &str) -> Vec<u8> {
    (0..hexadecimal.len()).step_by(2).map(|at| u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap()).collect()
}

fn tree_of(leaves: &[Hash]) -> Tree {
    let mut tree = Tree::new();
    leaves.iter().for_each(|leaf| tree.push(*leaf));
    tree
}

/// Section 2.1 of RFC 6962, word for word: split at the largest power of two below the size.
fn root_by_recursion(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => ROOTS[0].parse().unwrap(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&root_by_recursion(left), &root_by_recursion(right))
        }
    }
}

fn numbered_leaves(count: u32) -> Vec<Hash> {
    (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
}

#[test]
fn the_published_roots_come_out_for_the_published_leaves() {
    let leaves: Vec<Hash> = LEAVES.iter().map(|leaf| leaf_hash(&bytes(leaf))).collect();
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(tree_of(&leaves[..size]).root().to_string(), *root, "{size} leaves");
    }
}

#[test]
fn the_root_is_that_of_the_recursion_for_every_size_up_to_257() {
    let leaves = numbered_leaves(257);
    let mut tree = Tree::new();
    for size in 0..=leaves.len() {
        assert_eq!(tree.size(), size as u64);
        assert_eq!(tree.root(), root_by_recursion(&leaves[..size]), "{size} leaves");
        leaves[size..].iter().take(1).for_each(|leaf| tree.push(*leaf));
    }
}

#[test]
fn pushing_in_two_pieces_gives_the_same_tree_wherever_it_is_cut() {
    let leaves = numbered_leaves(65);
    for size in 0..=leaves.len() {
        let whole = tree_of(&leaves[..size]);
        for cut in 0..=size {
            let mut pieces = tree_of(&leaves[..cut]);
            let root_between = pieces.root();
            leaves[cut..size].iter().for_each(|leaf| pieces.push(*leaf));
            assert_eq!(pieces, whole, "cut at {cut} of {size}");
            assert_eq!(root_between, root_by_recursion(&leaves[..cut]));
        }
    }
}

#[test]
fn any_change_of_a_leaf_or_of_two_places_changes_the_root() {
    let leaves = numbered_leaves(21);
    let root = tree_of(&leaves).root();
    for place in 0..leaves.len() {
        let mut changed = leaves.clone();
        changed[place] = leaf_hash(b"another");
        assert_ne!(tree_of(&changed).root(), root, "leaf {place} changed");
        let mut swapped = leaves.clone();
        swapped.swap(place, (place + 1) % leaves.len());
        assert_ne!(tree_of(&swapped).root(), root, "leaf {place} swapped with the next");
    }
    assert_ne!(tree_of(&leaves[..20]).root(), root);
}
