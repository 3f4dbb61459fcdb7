//! Notes, checkpoints, proofs and policies: the published example byte for byte, what is refused, and that no text at
//! all brings a reader down.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use proptest::prelude::*;
use servanda_proof::{
    Checkpoint, Fault, Hash, Policy, PrivateKey, PublicKey, Signed, SignedNote, Standing, Tile, TlogProof, Verdict,
    judge_checkpoint, judge_proof, leaf_hash,
};

// The example of the specification of signed notes.
const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PRIVATE: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n\n\
                    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn key() -> PrivateKey {
    PrivateKey::from_seed("example.org/ledger", &[7; 32]).unwrap()
}

fn checkpoint(size: u64, root: Hash) -> Checkpoint {
    Checkpoint { origin: "example.org/ledger".to_owned(), size, root }
}

#[test]
fn the_published_example_comes_out_byte_for_byte() {
    let key = PrivateKey::parse(PRIVATE).unwrap();
    assert_eq!(key.public().to_string(), PUBLIC);
    assert_eq!(key.to_text(), PRIVATE);
    assert_eq!(PublicKey::parse(PUBLIC).unwrap(), *key.public());
    let note: SignedNote = NOTE.parse().unwrap();
    assert_eq!(note.to_string(), NOTE);
    assert_eq!(note.signed_by(key.public()), Signed::Yes { at_seconds: 0 });
    assert_eq!(SignedNote::sign(note.text().to_owned(), &key), note);
}

#[test]
fn no_cut_and_no_changed_letter_of_a_key_is_a_key() {
    for (from, to) in (0..PUBLIC.len()).flat_map(|from| (from..=PUBLIC.len()).map(move |to| (from, to))) {
        assert_eq!(PublicKey::parse(&PUBLIC[from..to]).is_ok(), from == 0 && to == PUBLIC.len(), "{from} to {to}");
    }
    for at in 0..PUBLIC.len() {
        let mut changed = PUBLIC.as_bytes().to_vec();
        changed[at] += 1;
        assert!(String::from_utf8(changed).is_ok_and(|text| PublicKey::parse(&text).is_err()), "letter {at}");
    }
    for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b"] {
        assert!(PrivateKey::from_seed(name, &[1; 32]).is_err(), "{name:?}");
    }
}

#[test]
fn a_private_key_shows_itself_nowhere() {
    let key = key();
    let secret = key.to_text().rsplit('+').next().unwrap().to_owned();
    assert!(!format!("{key:?}").contains(&secret[..20]));
    let refused = PrivateKey::parse(&key.to_text().replace("example", "other")).unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains(&secret[..8]));
    let seal = key.seal(1, &leaf_hash(b""), "main");
    assert_ne!(seal, key.seal(2, &leaf_hash(b""), "main"));
    assert_ne!(seal, key.seal(1, &leaf_hash(b"x"), "main"));
    assert_ne!(seal, key.seal(1, &leaf_hash(b""), "other"));
}

#[test]
fn every_changed_byte_of_a_signed_checkpoint_is_noticed() {
    let note = checkpoint(3, leaf_hash(b"root")).sign(&key()).to_string();
    let policy = Policy::of_log(key().public().clone());
    let good: SignedNote = note.parse().unwrap();
    assert!(judge_checkpoint(&good, &policy).is_ok());
    for at in 0..note.len() {
        for mask in [0x01, 0x20, 0x80] {
            let mut changed = note.as_bytes().to_vec();
            changed[at] ^= mask;
            let read = String::from_utf8(changed).ok().and_then(|text| text.parse::<SignedNote>().ok());
            assert!(read.is_none_or(|note| judge_checkpoint(&note, &policy).is_err()), "byte {at} under {mask}");
        }
    }
}

#[test]
fn a_checkpoint_has_one_spelling() {
    let root = leaf_hash(b"").to_base64();
    assert!(format!("o\n1\n{root}\n").parse::<Checkpoint>().is_ok());
    assert!(format!("o\n1\n{root}\nmore\n").parse::<Checkpoint>().is_ok());
    for bad in [
        String::new(),
        format!("o\n01\n{root}\n"),
        format!("o\n+1\n{root}\n"),
        format!("o\n-1\n{root}\n"),
        format!("o\n18446744073709551616\n{root}\n"),
        format!("\n1\n{root}\n"),
        format!("o\n1\n{root}"),
        format!("o\n1\n{}\n", &root[1..]),
        format!("o\n1\n{root}\n\n"),
        "o\n1\n".to_owned(),
    ] {
        assert!(bad.parse::<Checkpoint>().is_err(), "{bad:?}");
    }
}

#[test]
fn one_proof_in_one_file_holds_and_says_why_not() {
    let entry = b"{}".to_vec();
    let signed = checkpoint(1, leaf_hash(&entry)).sign(&key());
    let proof =
        TlogProof { entry: Some(entry), rotations: Vec::new(), index: 0, hashes: Vec::new(), checkpoint: signed };
    let read: TlogProof = proof.to_string().parse().unwrap();
    assert_eq!(read, proof);
    let policy = Policy::of_log(key().public().clone());
    let verdict = |proof: &TlogProof, entry: Option<&[u8]>, policy| judge_proof(proof, entry, policy).0;
    assert_eq!(verdict(&proof, None, &policy), Verdict::Unwitnessed);
    assert_eq!(verdict(&proof, Some(b"{ }"), &policy).word(), "INVALID");
    let bare = TlogProof { entry: None, ..proof.clone() };
    assert_eq!(bare.to_string().parse::<TlogProof>().unwrap(), bare);
    assert_eq!(verdict(&bare, None, &policy), Verdict::Invalid(Fault::NoEntry));
    let other = PrivateKey::from_seed("example.org/ledger", &[8; 32]).unwrap();
    let others = Policy::of_log(other.public().clone());
    assert_eq!(verdict(&proof, None, &others), Verdict::Invalid(Fault::NotSigned));
    for at in 0..proof.to_string().len() {
        let mut changed = proof.to_string().into_bytes();
        changed[at] ^= 1;
        let read = String::from_utf8(changed).ok().and_then(|text| text.parse::<TlogProof>().ok());
        assert!(read.is_none_or(|proof| !verdict(&proof, None, &policy).holds()), "byte {at}");
    }
}

#[test]
fn a_policy_asks_for_witnesses_and_counts_the_good_ones() {
    // A witness signs `cosignature/v1`, the time, and the checkpoint; the example was made for this test with the
    // reference form, key by key.
    let log = key();
    let witness = |seed: u8| {
        let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let public = PublicKey::new("w", servanda_proof::KeyKind::Witness, key.verifying_key().as_bytes()).unwrap();
        (key, public)
    };
    let (one, two) = (witness(1), witness(2));
    let note = checkpoint(3, leaf_hash(b"root")).sign(&log);
    let cosign = |(key, public): &(ed25519_dalek::SigningKey, PublicKey), at: u64| -> SignedNote {
        use base64::Engine as _;
        use ed25519_dalek::Signer as _;
        let signature = key.sign(format!("cosignature/v1\ntime {at}\n{}", note.text()).as_bytes()).to_bytes();
        let text = public.to_string();
        let id = u32::from_str_radix(text.split('+').nth(1).unwrap(), 16).unwrap().to_be_bytes();
        let bytes = [id.as_slice(), &at.to_be_bytes(), &signature].concat();
        let line = base64::engine::general_purpose::STANDARD.encode(bytes);
        format!("{}\n— w {line}\n", note.text()).parse().unwrap()
    };
    let text = format!(
        "# two of two\nlog {}\nwitness a {}\nwitness b {}\ngroup all all a b\nquorum all\n",
        log.public(),
        one.1,
        two.1
    );
    let policy = Policy::parse(&text).unwrap();
    assert_eq!(Policy::parse(&policy.to_string()).unwrap(), policy);
    let origin = "example.org/ledger";
    assert_eq!(policy.judge(&note, origin, 1), Standing::TooFewWitnesses);
    let once = note.clone().and(cosign(&one, 5));
    assert_eq!(policy.judge(&once, origin, 1), Standing::TooFewWitnesses);
    assert_eq!(once.signed_by(&one.1), Signed::Yes { at_seconds: 5 });
    assert_eq!(policy.judge(&once.clone().and(cosign(&one, 6)), origin, 1), Standing::TooFewWitnesses, "one, twice");
    assert_eq!(policy.judge(&once.and(cosign(&two, 5)), origin, 1), Standing::Good { witnesses: 2 });
    assert_eq!(policy.judge(&note, "other", 1), Standing::NotSigned);
    for bad in [
        "",
        "quorum x",
        "quorum none\nquorum none",
        "log x\nquorum none",
        "group g any\nquorum none",
        &format!("witness none {}\nquorum none", one.1),
        &format!("log {}\nquorum none", one.1),
        &format!("witness a {0}\nwitness b {0}\nquorum none", one.1),
        &format!("witness a {}\ngroup g 2 a\nquorum g", one.1),
        &format!("witness a {}\ngroup g any a\ngroup h any a\nquorum h", one.1),
        "quorum none\u{0}",
    ] {
        assert!(Policy::parse(bad).is_err(), "{bad}");
    }
}

fn cases() -> u32 {
    if std::env::var_os("SERVANDA_CAMPAIGN").is_some() { 2_000_000 } else { 4_000 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever reads, reads back as the same bytes: nothing has two spellings, and nothing brings a reader down.
    #[test]
    fn what_reads_reads_back(
        text in prop_oneof![
            any::<String>(),
            "(log|witness|group|quorum|none|any|all|[a-z ]|\n){0,12}",
            "[0-9]{1,2}/(x[0-9]{3}/){0,2}[0-9]{3}(\\.p/[0-9]{1,3})?",
            "c2sp.org/tlog-proof@v1\n(extra [A-Za-z0-9+/]{4}\n)?index [0-9]{1,3}\n([A-Za-z0-9+/]{43}=\n){0,3}\na\n1\n[A-Za-z0-9+/]{43}=\n\n— a [A-Za-z0-9+/]{12}\n",
            "[a-z]{0,3}\n[0-9]{0,3}\n[A-Za-z0-9+/]{43}=\n(\n— [a-z]{1,3} [A-Za-z0-9+/]{12}\n){0,2}",
        ],
    ) {
        if let Ok(note) = text.parse::<SignedNote>() { prop_assert_eq!(note.to_string(), text.clone()); }
        if let Ok(proof) = text.parse::<TlogProof>() { prop_assert_eq!(proof.to_string(), text.clone()); }
        if let Ok(tile) = text.parse::<Tile>() { prop_assert_eq!(tile.to_string(), text.clone()); }
        if let Ok(one) = text.parse::<Checkpoint>() { prop_assert!(text.starts_with(&one.to_string())); }
        if let Ok(key) = PublicKey::parse(&text) { prop_assert_eq!(key.to_string(), text.clone()); }
        if let Ok(policy) = Policy::parse(&text) { prop_assert_eq!(Policy::parse(&policy.to_string()), Ok(policy)); }
    }
}
