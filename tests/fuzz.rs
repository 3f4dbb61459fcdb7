//! Readers of what comes from outside, fed with what nobody would write: good examples changed in every way, and
//! changed again where a change still read. No reader panics, and what reads has one meaning.
//!
//! Each target is given some seconds, five unless the setting `SERVANDA_FUZZ_SECONDS` says otherwise; the inputs
//! follow from a seed, and a failure shows its own. Deliberately absent: guidance by the paths that an input takes
//! in the code, which needs a compiler that is not the stable one.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]
#![expect(clippy::print_stderr, reason = "what was tried is counted")]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use servanda_api::Scope;
use servanda_events::dates::{FuzzyDate, Instant as Moment, LedgerDate};
use servanda_events::money::{Currency, Money};
use servanda_events::testing::scene;
use servanda_events::{Request, codec};
use servanda_proof::{
    Checkpoint, Policy, PrivateKey, PublicKey, Rotation, SignedNote, Tile, TlogProof, judge_checkpoint, judge_proof,
    leaf_hash,
};
use servanda_tests::recording::Drawn;
use servanda_tests::repository::root;
use servanda_tests::server::{Ask, Server};

/// Most good inputs that are kept to be changed further.
const KEPT_MAX: usize = 1_024;
const ODD: [&[u8]; 12] = [
    b"\0",
    b"\n",
    b"\n\n",
    b"\"",
    b"{",
    b"[[[[[[[[",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"\xff",
    b"+",
    "\u{2014} ".as_bytes(),
];

fn patience() -> Duration {
    let given = std::env::var("SERVANDA_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let usual = if std::env::var_os("SERVANDA_CAMPAIGN").is_some() { 1_800 } else { 5 };
    Duration::from_secs(given.unwrap_or(usual))
}

/// One input changed into another, in one to four places.
fn changed(kept: &[Vec<u8>], drawn: &mut Drawn) -> Vec<u8> {
    let mut bytes = kept[drawn.below(kept.len())].clone();
    for _ in 0..=drawn.below(4) {
        let at = drawn.below(bytes.len() + 1);
        let end = (at + 1 + drawn.below(24)).min(bytes.len());
        match drawn.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << drawn.below(8),
            1 if at < bytes.len() => bytes[at] = b' ' + u8::try_from(drawn.below(95)).unwrap(),
            2 => drop(bytes.drain(at.min(end)..end)),
            3 => bytes.truncate(at),
            4 => {
                let piece = bytes[at.min(end)..end].to_vec();
                bytes.splice(at..at, piece);
            }
            5 => {
                let other = &kept[drawn.below(kept.len())];
                let from = drawn.below(other.len() + 1);
                bytes.splice(at.., other[from..].iter().copied());
            }
            6 => drop(bytes.splice(at..at, ODD[drawn.below(ODD.len())].iter().copied())),
            _ if at < bytes.len() => {
                let other = drawn.below(bytes.len());
                bytes.swap(at, other);
            }
            _ => {}
        }
        bytes.truncate(70_000);
    }
    bytes
}

fn shown(name: &str, number: u64, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().take(4_096).map(|byte| format!("{byte:02x}")).collect();
    format!("{name}, input {number}: {:?}\n{hex}", String::from_utf8_lossy(bytes))
}

/// Inputs one after the other, for as long as is given to a target. The examples must be read.
struct Inputs {
    name: &'static str,
    kept: Vec<Vec<u8>>,
    drawn: Drawn,
    until: Instant,
    tried: u64,
    read: u64,
}

impl Inputs {
    fn of(name: &'static str, examples: Vec<Vec<u8>>) -> Self {
        let seed = 1 + name.bytes().fold(0, |sum, byte| sum * 31 + u64::from(byte));
        Self { name, kept: examples, drawn: Drawn(seed), until: Instant::now() + patience(), tried: 0, read: 0 }
    }

    fn next(&mut self) -> Option<Vec<u8>> {
        let at = usize::try_from(self.tried).unwrap();
        if let Some(example) = self.kept.get(at).filter(|_| self.read == self.tried) {
            return Some(example.clone());
        }
        (!self.tried.is_multiple_of(64) || Instant::now() < self.until).then(|| changed(&self.kept, &mut self.drawn))
    }

    fn took(&mut self, bytes: Vec<u8>, was_read: bool) {
        self.tried += 1;
        self.read += u64::from(was_read);
        if was_read && self.kept.len() < KEPT_MAX && self.drawn.below(4) == 0 && !self.kept.contains(&bytes) {
            self.kept.push(bytes);
        }
    }

    fn end(self) {
        let Self { name, tried, read, .. } = self;
        eprintln!("{name}: {tried} inputs, {read} of them read, none brought the reader down");
        assert!(tried > 500 && read > 0 && read < tried, "{name}: {tried} inputs, {read} read: too little was tried");
    }
}

/// Feeds a reader that says whether it read an input, and fails by panicking.
fn fuzz(name: &'static str, examples: Vec<Vec<u8>>, reader: impl Fn(&[u8]) -> bool) {
    let count = examples.len();
    let mut inputs = Inputs::of(name, examples);
    while let Some(bytes) = inputs.next() {
        match catch_unwind(AssertUnwindSafe(|| reader(&bytes))) {
            Ok(was_read) => {
                assert!(was_read || inputs.tried >= count as u64, "an example: {}", shown(name, inputs.tried, &bytes));
                inputs.took(bytes, was_read);
            }
            Err(panic) => {
                eprintln!("{}", shown(name, inputs.tried, &bytes));
                resume_unwind(panic);
            }
        }
    }
    inputs.end();
}

/// A reader of texts.
fn text(reader: impl Fn(&str) -> bool) -> impl Fn(&[u8]) -> bool {
    move |bytes| std::str::from_utf8(bytes).is_ok_and(&reader)
}

fn key(n: u8) -> PrivateKey {
    PrivateKey::from_seed("example.org/ledger", &[n; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: "example.org/ledger".to_owned(), size: 3, root: leaf_hash(b"root") }
}

#[test]
fn notes_and_the_statements_that_a_key_was_replaced() {
    let policy = Policy::of_log(key(1).public().clone());
    let good = checkpoint().sign(&key(1)).to_string();
    let rotation = Rotation::sign(3, &key(1), &key(2)).unwrap().to_string();
    let examples = vec![good.into_bytes(), rotation.clone().into_bytes()];
    let reader = move |text: &str| {
        if let Ok(read) = text.parse::<Rotation>() {
            assert_eq!(read.to_string(), text);
            assert_eq!(text, rotation, "a statement that nobody signed");
        }
        let _several = Rotation::read_all(text);
        let Ok(note) = text.parse::<SignedNote>() else { return false };
        assert_eq!(note.to_string(), text, "one spelling");
        if let Ok((believed, _)) = judge_checkpoint(&note, &policy) {
            assert_eq!(believed, checkpoint(), "a checkpoint that nobody signed");
        }
        true
    };
    fuzz("note", examples, text(reader));
}

#[test]
fn checkpoints_tiles_and_keys() {
    let examples = vec![
        checkpoint().to_string().into_bytes(),
        b"origin\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n".to_vec(),
    ];
    let reader = |text: &str| {
        text.parse::<Checkpoint>().is_ok_and(|read| {
            assert!(text.starts_with(&read.to_string()));
            true
        })
    };
    fuzz("checkpoint", examples, text(reader));
    let examples = ["0/000", "0/x001/234.p/12", "entries/x123/x456/789", "7/001.p/255"];
    let reader = |text: &str| {
        if let Ok(key) = PublicKey::parse(text) {
            assert_eq!(key.to_string(), text);
        }
        text.parse::<Tile>().is_ok_and(|read| {
            assert_eq!(read.to_string(), text, "one spelling");
            let _inside = (read.is_in(1_000), read.start());
            true
        })
    };
    fuzz("tile path", examples.map(|text| text.as_bytes().to_vec()).to_vec(), text(reader));
}

#[test]
fn proofs() {
    let root = leaf_hash(b"{}");
    let signed = Checkpoint { origin: "example.org/ledger".to_owned(), size: 1, root };
    let proof = |by: u8, rotations: Vec<Rotation>| TlogProof {
        entry: Some(b"{}".to_vec()),
        rotations,
        index: 0,
        hashes: Vec::new(),
        checkpoint: signed.sign(&key(by)),
    };
    let with_rotation = proof(2, vec![Rotation::sign(1, &key(1), &key(2)).unwrap()]);
    let mut deep = proof(1, Vec::new());
    deep.hashes = vec![leaf_hash(b"x"); 12];
    let examples = [proof(1, Vec::new()), with_rotation, deep].map(|proof| proof.to_string().into_bytes()).to_vec();
    let policy = Policy::of_log(key(1).public().clone());
    let reader = move |text: &str| {
        let Ok(proof) = text.parse::<TlogProof>() else { return false };
        assert_eq!(proof.to_string(), text, "one spelling");
        if judge_proof(&proof, None, &policy).0.holds() {
            assert_eq!(proof.entry.as_deref(), Some(b"{}".as_slice()), "an entry that nobody recorded");
        }
        true
    };
    fuzz("proof", examples, text(reader));
}

#[test]
fn policies() {
    let (log, other) = (key(1).public().to_string(), key(2).public().to_string());
    let examples = [
        format!("log {log}\nquorum none\n"),
        format!("# both\nlog {log} http://ledger.example\nlog {other}\n\nquorum none\n"),
    ];
    let reader = |text: &str| {
        Policy::parse(text).is_ok_and(|policy| {
            assert_eq!(Policy::parse(&policy.to_string()), Ok(policy));
            true
        })
    };
    fuzz("policy", examples.map(String::into_bytes).to_vec(), text(reader));
}

#[test]
fn entries_of_the_log() {
    let folder = root().join("tests/golden/events");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    names.sort();
    let examples = names.iter().map(|name| std::fs::read(name).unwrap()).collect();
    let reader = |bytes: &[u8]| {
        let _rotation = servanda_log::rotation_in(bytes, 2);
        let _index = servanda_events::recorded::decode_index(bytes);
        servanda_events::decode(bytes).is_ok_and(|recorded| {
            // Whatever reads can be written, and reads as the same then.
            let draft = servanda_events::Draft::new(recorded.clone(), &"test".parse().unwrap(), "00").unwrap();
            let again = draft.bytes(recorded.fact.position, recorded.fact.recorded_at);
            assert_eq!(servanda_events::decode(&again).unwrap(), recorded);
            true
        })
    };
    fuzz("event JSON", examples, reader);
}

#[test]
fn commands() {
    let told = std::fs::read_to_string(root().join("config/demo/paris-visit.ndjson")).unwrap();
    let mut examples: Vec<Vec<u8>> = Vec::new();
    for line in told.lines().step_by(5) {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        line.as_object_mut().unwrap().remove("at");
        if Request::parse(line.to_string().as_bytes()).is_ok() {
            examples.push(line.to_string().into_bytes());
        }
    }
    examples.push(scene::company("c", "1").to_string().into_bytes());
    let reader = |bytes: &[u8]| {
        Request::parse(bytes).is_ok_and(|request| {
            let hash = request.content_hash().unwrap();
            assert_eq!(request.content_hash().unwrap(), hash);
            true
        })
    };
    fuzz("command JSON", examples, reader);
}

#[test]
fn dates() {
    let examples =
        ["2025", "2025-Q3", "2025-03-31", "2025-03", "2024-01/2024-09~", "this year", "2025-03-20T12:00:00.000001Z"];
    let reader = |text: &str| {
        let moment = text.parse::<Moment>().is_ok_and(|read| {
            assert_eq!(read.to_string().parse::<Moment>(), Ok(read));
            true
        });
        let day = text.parse::<LedgerDate>().is_ok_and(|read| {
            assert_eq!(read.to_string().parse::<LedgerDate>(), Ok(read));
            true
        });
        let fuzzy = text.parse::<FuzzyDate>().is_ok_and(|read| {
            assert!(read.earliest <= read.latest);
            assert_eq!(read.to_string().parse::<FuzzyDate>(), Ok(read.clone()));
            let json = codec::canonical(&read).unwrap();
            assert_eq!(serde_json::from_str::<FuzzyDate>(&json).unwrap(), read);
            true
        });
        moment || day || fuzzy
    };
    fuzz("date", examples.map(|text| text.as_bytes().to_vec()).to_vec(), text(reader));
}

#[test]
fn money() {
    let examples = [
        r#"{"amount":"1000000.50","currency":"EUR"}"#,
        r#"{"amount":"0","currency":"KZT"}"#,
        r#"{"amount":"12.345","currency":"KWD"}"#,
        r#"{"amount":"999999999999999.99","currency":"USD"}"#,
    ];
    let reader = |text: &str| {
        if let Ok(currency) = text.parse::<Currency>() {
            assert_eq!(currency.as_str(), text);
        }
        serde_json::from_str::<Money>(text).is_ok_and(|read| {
            let json = codec::canonical(&read).unwrap();
            assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), read);
            true
        })
    };
    fuzz("money", examples.map(|text| text.as_bytes().to_vec()).to_vec(), text(reader));
}

/// A text as it can stand in an address or a header.
fn sendable(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| char::from(byte & 0x7f))
        .filter(|c| c.is_ascii_graphic() && !"#?&\"<>\\^`{|}%".contains(*c))
        .collect()
}

/// Feeds a running service; it answers everything, and never that it failed itself.
async fn ask_all(name: &'static str, server: &Server, example: String, ask: impl Fn(&str) -> Ask) {
    let mut inputs = Inputs::of(name, vec![example.into_bytes()]);
    while let Some(bytes) = inputs.next() {
        let text = sendable(&bytes);
        let status = server.send(ask(&text)).await.status.as_u16();
        assert!(
            matches!(status, 200 | 201 | 400 | 401 | 403 | 404 | 414 | 431),
            "{status} for {}",
            shown(name, inputs.tried, &bytes)
        );
        // Two inputs may be one text.
        inputs.took(text.into_bytes(), matches!(status, 200 | 201));
    }
    inputs.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn page_tokens_and_tokens_of_access() {
    let server = Server::start().await;
    let companies = (0..4).map(|n| scene::company(&format!("c{n}"), &format!("{n}")));
    server.tell(companies.collect::<Vec<_>>()).await;
    let page = server.get("/api/v1/parties?page_size=2").await.json();
    let cursor = page["next_page_token"].as_str().unwrap().to_owned();
    let to = |token: &str| Ask::get(&format!("/api/v1/parties?page_size=2&page_token={token}"));
    ask_all("cursor", &server, cursor, to).await;
    // The same command again and again, which is recorded once.
    let token = server.token("recorder", None, Scope::Record);
    let command = scene::but(scene::company("again", "again"), serde_json::json!({ "command_id": "again" }));
    let with = |token: &str| Ask::command(&command).token(token);
    ask_all("token", &server, token, with).await;
    server.stop().await;
}
