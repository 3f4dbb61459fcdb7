//! The change of a log's key: who is led from the first key to the newest, and what is refused on the way.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use servanda_proof::{
    Checkpoint, Fault, NotARotation, Policy, PrivateKey, Rotation, SignedNote, TlogProof, Verdict, judge_checkpoint,
    judge_proof, leaf_hash,
};

const ORIGIN: &str = "example.org/ledger";

fn key(n: u8) -> PrivateKey {
    PrivateKey::from_seed(ORIGIN, &[n; 32]).unwrap()
}

fn rotation(position: u64, old: u8, new: u8) -> Rotation {
    Rotation::sign(position, &key(old), &key(new)).unwrap()
}

fn checkpoint(size: u64, by: u8) -> SignedNote {
    Checkpoint { origin: ORIGIN.to_owned(), size, root: leaf_hash(b"entry") }.sign(&key(by))
}

fn trusting(n: u8) -> Policy {
    Policy::of_log(key(n).public().clone())
}

fn fault(note: &SignedNote, policy: &Policy) -> Option<Fault> {
    match judge_checkpoint(note, policy) {
        Ok(_) => None,
        Err(Verdict::Invalid(fault)) => Some(fault),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn whoever_believes_the_first_key_is_led_to_the_newest() {
    let chain = [rotation(20, 2, 3), rotation(10, 1, 2)];
    let policy = trusting(1).following(&chain).unwrap();
    for (size, by) in [(0, 1), (9, 1), (10, 2), (19, 2), (20, 3), (1_000, 3)] {
        assert_eq!(fault(&checkpoint(size, by), &policy), None, "{size} by {by}");
    }
    assert_eq!(policy.following(&chain).unwrap(), policy, "the same statements again change nothing");
    assert_eq!(fault(&checkpoint(10, 2), &trusting(1)), Some(Fault::NotSigned), "without the statement");
}

#[test]
fn a_key_signs_nothing_beyond_its_end_and_nothing_before_its_begin() {
    let chain = [rotation(10, 1, 2), rotation(20, 2, 3)];
    for policy in [trusting(1), trusting(2).with_earlier_keys(&chain).unwrap()] {
        let policy = policy.following(&chain).unwrap();
        for (size, by, position) in [(10, 1, 10), (500, 1, 10), (20, 2, 20)] {
            assert_eq!(fault(&checkpoint(size, by), &policy), Some(Fault::RetiredKey { size, position }));
        }
        for (size, by, position) in [(9, 2, 10), (19, 3, 20)] {
            assert_eq!(fault(&checkpoint(size, by), &policy), Some(Fault::EarlyKey { size, position }));
        }
    }
}

#[test]
fn an_earlier_key_is_believed_only_where_that_is_asked_for() {
    let chain = [rotation(10, 1, 2), rotation(20, 2, 3)];
    let onward = trusting(2).following(&chain).unwrap();
    assert_eq!(fault(&checkpoint(5, 1), &onward), Some(Fault::NotSigned), "a key that ended before ours began");
    assert_eq!(fault(&checkpoint(25, 3), &onward), None);
    let both = trusting(3).with_earlier_keys(&chain).unwrap();
    assert_eq!(fault(&checkpoint(5, 1), &both), None);
    assert_eq!(both.logs().next(), Some(key(1).public()), "the first key first");
}

#[test]
fn a_statement_needs_both_signatures_over_what_it_says() {
    let text = rotation(10, 1, 2).to_string();
    assert_eq!(text.parse::<Rotation>().unwrap(), rotation(10, 1, 2));
    let lines: Vec<&str> = text.lines().collect();
    let with = |signatures: &[&str]| [&lines[..6], signatures, &[""]].concat().join("\n");
    let (old, new) = (lines[6], lines[7]);
    let thief = rotation(10, 3, 2).to_string();
    let by_another = thief.lines().nth(6).unwrap();
    assert_eq!(with(&[new]).parse::<Rotation>(), Err(NotARotation::Old));
    assert_eq!(with(&[old]).parse::<Rotation>(), Err(NotARotation::New));
    assert_eq!(with(&[by_another, new]).parse::<Rotation>(), Err(NotARotation::Old));
    assert_eq!(with(&[new, old]).parse::<Rotation>(), Err(NotARotation::Form), "a statement has one spelling");
    assert_eq!(with(&[old, new, by_another]).parse::<Rotation>(), Err(NotARotation::Form));
    for at in 0..text.len() {
        for mask in [0x01, 0x20, 0x80] {
            let mut changed = text.as_bytes().to_vec();
            changed[at] ^= mask;
            let read = String::from_utf8(changed).ok().and_then(|text| text.parse::<Rotation>().ok());
            assert!(read.is_none(), "byte {at} under {mask}");
        }
    }
    assert!(Rotation::sign(10, &key(1), &key(1)).is_err(), "to itself");
    let stranger = PrivateKey::from_seed("example.org/other", &[2; 32]).unwrap();
    assert!(Rotation::sign(10, &key(1), &stranger).is_err(), "to another log's key");
}

#[test]
fn statements_that_contradict_each_other_are_not_followed() {
    for (chain, at) in [
        (vec![rotation(10, 1, 2), rotation(12, 1, 3)], 12),
        (vec![rotation(10, 1, 2), rotation(20, 2, 1)], 20),
        (vec![rotation(10, 1, 2), rotation(10, 2, 3)], 10),
    ] {
        let bad = trusting(1).following(&chain).unwrap_err();
        assert_eq!(bad.position, at, "{bad}");
    }
    let others = [rotation(10, 7, 8)];
    assert_eq!(trusting(1).following(&others).unwrap(), trusting(1), "other keys are no affair of ours");
}

#[test]
fn a_proof_brings_the_statements_along() {
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 1, root: leaf_hash(b"{}") };
    let rotations = vec![rotation(1, 1, 2)];
    let proof = TlogProof {
        entry: Some(b"{}".to_vec()),
        rotations,
        index: 0,
        hashes: Vec::new(),
        checkpoint: checkpoint.sign(&key(2)),
    };
    let read: TlogProof = proof.to_string().parse().unwrap();
    assert_eq!(read, proof);
    assert_eq!(judge_proof(&read, None, &trusting(1)).0, Verdict::Unwitnessed);
    assert_eq!(judge_proof(&read, None, &trusting(2)).0, Verdict::Unwitnessed);
    let bare = TlogProof { rotations: Vec::new(), ..proof.clone() };
    assert_eq!(judge_proof(&bare, None, &trusting(1)).0, Verdict::Invalid(Fault::NotSigned));
    let retired = TlogProof { checkpoint: checkpoint.sign(&key(1)), ..proof.clone() };
    let expected = Verdict::Invalid(Fault::RetiredKey { size: 1, position: 1 });
    assert_eq!(judge_proof(&retired, None, &trusting(1)).0, expected);
    let forged = proof.to_string().replace("extra e30K", "extra e30A");
    assert!(forged != proof.to_string() && forged.parse::<TlogProof>().is_err());
}
