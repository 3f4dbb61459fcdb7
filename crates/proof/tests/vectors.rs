//! The public vectors of transparency-dev/merkle, where the setting `SERVANDA_TEST_DATA` names a folder that has them
//! in `merkle/inclusion` and `merkle/consistency`. Elsewhere nothing is tried, which is said.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use servanda_proof::{Hash, check_consistency, check_inclusion};

/// The vectors of a kind, with their names.
fn vectors(kind: &str) -> Option<Vec<(PathBuf, Value)>> {
    let folder = std::env::var_os("SERVANDA_TEST_DATA").map(|data| Path::new(&data).join("merkle").join(kind));
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
        let why = "because SERVANDA_TEST_DATA names no folder that has them";
        let mut words = std::io::stderr();
        writeln!(words, "NOT TRIED: public vectors of {kind}, {why}.").unwrap();
        return None;
    };
    let (mut folders, mut found) = (vec![folder], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let vector = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
                found.push((path, vector));
            }
        }
    }
    assert!(!found.is_empty(), "the folder of vectors is empty");
    Some(found)
}

fn hash(value: &Value) -> Option<Hash> {
    Hash::from_base64(value.as_str()?)
}

fn proof(vector: &Value) -> Option<Vec<Hash>> {
    vector["proof"].as_array().map_or(Some(Vec::new()), |hashes| hashes.iter().map(hash).collect())
}

#[test]
fn inclusion_is_judged_as_the_public_vectors_say() {
    for (path, vector) in vectors("inclusion").unwrap_or_default() {
        let judge = || {
            let (index, size) = (vector["leafIdx"].as_u64()?, vector["treeSize"].as_u64()?);
            let (leaf, root) = (hash(&vector["leafHash"])?, hash(&vector["root"])?);
            check_inclusion(index, size, &leaf, &proof(&vector)?, &root).ok()
        };
        assert_eq!(judge().is_none(), vector["wantErr"].as_bool().unwrap(), "{}", path.display());
    }
}

#[test]
fn consistency_is_judged_as_the_public_vectors_say() {
    for (path, vector) in vectors("consistency").unwrap_or_default() {
        let judge = || {
            let (from, to) = (vector["size1"].as_u64()?, vector["size2"].as_u64()?);
            let (old, new) = (hash(&vector["root1"])?, hash(&vector["root2"])?);
            check_consistency(from, to, &old, &new, &proof(&vector)?).ok()
        };
        assert_eq!(judge().is_none(), vector["wantErr"].as_bool().unwrap(), "{}", path.display());
    }
}
