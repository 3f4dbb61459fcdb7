//! The log's key replaced, as outsiders see it: whoever believes the first key is led to the newest by every kind of
//! target; and what thieves and forgers of keys come to.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]
#![expect(clippy::print_stderr, reason = "what was not tried is said aloud")]

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::Value;
use servanda_events::testing::scene;
use servanda_proof::{Checkpoint, PrivateKey, Rotation, TlogProof};
use servanda_tests::binary::{Ran, Service, command};
use servanda_tests::repository::root;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A folder for a ledger `data`, and whatever else a test writes.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(command(&[arguments, &["--data", &self.name("data")]].concat()).output().unwrap())
    }

    fn record(&self, numbers: std::ops::Range<usize>) {
        let lines: String =
            numbers.map(|n| format!("{}\n", scene::company(&format!("c{n}"), &format!("{n}")))).collect();
        std::fs::write(self.path("commands"), lines).unwrap();
        self.run(&["record", &self.name("commands")]).expect(0);
    }

    fn key(&self) -> String {
        std::fs::read_to_string(self.path("data/keys/log.pub")).unwrap().trim().to_owned()
    }

    fn private(&self) -> PrivateKey {
        PrivateKey::parse(std::fs::read_to_string(self.path("data/keys/log.key")).unwrap().trim()).unwrap()
    }

    fn rotate(&self) -> Value {
        self.run(&["key", "rotate"]).expect(0).json()
    }

    fn prove(&self, position: u64, file: &str) -> String {
        let file = self.name(file);
        self.run(&["prove", &position.to_string(), "--output", &file]).expect(0);
        file
    }

    /// Verifies with a key and a memory, and gives the sentence of the verdict.
    fn verdict(&self, key: &str, seen: Option<&str>, target: &[&str], code: i32) -> Value {
        let seen = seen.map(|seen| self.name(seen));
        let memory = seen.as_ref().map_or(vec!["--forget"], |seen| vec!["--seen", seen.as_str()]);
        self.run(&[&["verify", "--json", "--key", key], &memory[..], target].concat()).expect(code).json()
    }
}

fn python(key: &str, files: &[&str]) -> Ran {
    Ran::from(Command::new("python3").arg(root().join("scripts/verify.py")).arg(key).args(files).output().unwrap())
}

fn sentence(report: &Value) -> &str {
    report["sentence"].as_str().unwrap()
}

/// A ledger whose key was replaced twice, with the first key and what was proved in between.
fn twice() -> (Desk, [String; 3], [PrivateKey; 2]) {
    let desk = Desk::new();
    desk.record(0..5);
    let (first, thief) = (desk.key(), desk.private());
    desk.prove(2, "early");
    assert_eq!(desk.rotate()["position"], 6);
    desk.record(5..9);
    let (second, second_thief) = (desk.key(), desk.private());
    desk.prove(2, "between");
    let rotated = desk.rotate();
    assert_eq!((&rotated["old_key"], rotated["position"].as_u64()), (&Value::from(second.as_str()), Some(11)));
    desk.record(9..12);
    let keys = [first, second, desk.key()];
    (desk, keys, [thief, second_thief])
}

#[test]
fn whoever_believes_the_first_key_follows_it_through_every_kind_of_target() {
    let (desk, keys, _) = twice();
    let (late, bundle) = (desk.prove(2, "late"), desk.name("all.ndjson"));
    desk.run(&["export", "ndjson", "--output", &bundle]).expect(0);
    let service = Service::start(&desk.path("data"), &[]);
    let url = format!("http://{}", service.address);
    let rotations = Rotation::read_all(&service.get("/rotations").1).unwrap();
    assert_eq!(rotations.len(), 2);
    for key in &keys {
        for target in [vec![], vec![bundle.as_str()], vec![late.as_str()], vec![url.as_str()]] {
            let report = desk.verdict(key, None, &target, 0);
            assert_eq!((report["verdict"].as_str(), report["size"].as_u64()), (Some("UNWITNESSED"), Some(14)));
        }
        python(key, &[&bundle, &late]).expect(0);
    }
    let report = desk.verdict(&keys[0], None, &[&url], 0);
    assert!(report["checked"].to_string().contains("2 rotations of the log's key"), "{report}");
    let refused = desk.run(&["key", "rotate"]).expect(1);
    assert!(refused.stderr.contains("in use by another process"), "{refused:?}");
    service.stop();
    for (proof, holds) in [("early", [true, false, false]), ("between", [true, true, false])] {
        for (key, holds) in keys.iter().zip(holds) {
            let code = if holds { 0 } else { 3 };
            desk.verdict(key, None, &[&desk.name(proof)], code);
            python(key, &[&desk.name(proof)]).expect(code);
        }
    }
}

#[test]
fn what_was_proved_before_a_rotation_stays_proved_and_what_is_remembered_leads_on() {
    let (desk, keys, _) = twice();
    let (early, late) = (desk.name("early"), desk.prove(3, "late"));
    for target in [&early, &late, &early, &desk.name("between")] {
        desk.verdict(&keys[0], Some("seen"), &[target], 0);
    }
    desk.verdict(&keys[0], Some("seen"), &[], 0);
    desk.verdict(&keys[2], Some("seen"), &[], 0);
    desk.verdict(&keys[0], Some("seen"), &[&early], 0);
}

#[test]
fn whoever_stole_a_key_that_ended_is_found_out() {
    let (desk, keys, [thief, second]) = twice();
    let late: TlogProof = std::fs::read_to_string(desk.prove(2, "late")).unwrap().parse().unwrap();
    let checkpoint: Checkpoint = late.checkpoint.text().parse().unwrap();
    let write = |name: &str, proof: &TlogProof| {
        std::fs::write(desk.path(name), proof.to_string()).unwrap();
        desk.name(name)
    };
    for (thief, gave_up) in [(&thief, 6), (&second, 11)] {
        let signed = TlogProof { checkpoint: checkpoint.sign(thief), ..late.clone() };
        let file = write("by-a-thief", &signed);
        let report = desk.verdict(&keys[0], None, &[&file], 3);
        assert!(sentence(&report).contains(&format!("gave up at entry {gave_up}")), "{report}");
        assert!(python(&keys[0], &[&file]).expect(3).stdout.contains("was not the log's then"));
    }
    // The thief leaves the rotations out. Whoever verified the log since knows better.
    let bare = write("bare", &TlogProof { checkpoint: checkpoint.sign(&thief), rotations: vec![], ..late.clone() });
    desk.verdict(&keys[0], Some("seen"), &[], 0);
    let report = desk.verdict(&keys[0], Some("seen"), &[&bare], 3);
    assert!(sentence(&report).contains("gave up at entry 6"), "{report}");
    // The thief hands the key on to another one.
    let other = PrivateKey::from_seed(thief.public().name(), &[9; 32]).unwrap();
    let rotations = vec![Rotation::sign(6, &thief, &other).unwrap()];
    let forked = TlogProof { checkpoint: checkpoint.sign(&other), rotations, ..late.clone() };
    let forked = write("forked", &forked);
    let report = desk.verdict(&keys[0], Some("seen"), &[&forked], 3);
    assert_eq!(report["verdict"], "DIVERGED", "{report}");
    // A key that nobody handed on is nobody's.
    let rotations = vec![Rotation::sign(6, &other, &second).unwrap()];
    let stranger = write("stranger", &TlogProof { rotations, ..late });
    let report = desk.verdict(&keys[0], None, &[&stranger], 3);
    assert!(sentence(&report).contains("not signed by the log's key"), "{report}");
    python(&keys[0], &[&stranger]).expect(3);
}

#[test]
fn a_rotation_in_a_bundle_must_hold_and_stand_in_its_place() {
    let (desk, keys, _) = twice();
    let bundle = desk.name("all.ndjson");
    desk.run(&["export", "ndjson", "--output", &bundle]).expect(0);
    let lines: Vec<String> = std::fs::read_to_string(&bundle).unwrap().lines().map(str::to_owned).collect();
    let at = lines.iter().position(|line| line.contains(r#""type":"LogKeyRotated""#)).unwrap();
    let with = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines = lines.clone();
        change(&mut lines);
        std::fs::write(desk.path("changed"), lines.join("\n") + "\n").unwrap();
        desk.name("changed")
    };
    let of_another_key = with(&|lines| lines[at] = lines[at].replace(&keys[1], &keys[2]));
    desk.verdict(&keys[0], None, &[&of_another_key], 3);
    python(&keys[0], &[&of_another_key]).expect(3);
    let misplaced = with(&|lines| lines.swap(at, at + 1));
    desk.verdict(&keys[0], None, &[&misplaced], 3);
    python(&keys[0], &[&misplaced]).expect(3);
    let whole = with(&|_| ());
    desk.verdict(&keys[0], None, &[&whole], 0);
}

/// A call at which the rotation is killed; whether it came so far.
fn killed_at(call: &str, at: usize) -> bool {
    let desk = Desk::new();
    desk.record(0..3);
    let first = desk.key();
    let data = desk.name("data");
    let plain = command(&["key", "rotate", "--data", &data]);
    let mut traced = Command::new("strace");
    let inject = format!("inject={call}:signal=SIGKILL:when={at}");
    traced.args(["-f", "-qq", "-e", &format!("trace={call}"), "-e", &inject, "-o", &desk.name("strace"), "--"]);
    traced.arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    let ran = traced.stdin(Stdio::null()).output().unwrap();
    if ran.status.success() {
        return false;
    }
    let report = desk.verdict(&first, None, &[], 0);
    assert!(report["size"].as_u64().unwrap() >= 3, "{call} {at}: {report}");
    desk.record(3..5);
    let report = desk.verdict(&first, None, &[], 0);
    let size = report["size"].as_u64().unwrap();
    assert!(size == 5 || size == 6, "{call} {at}: {report}");
    assert_eq!(size == 6, desk.key() != first, "{call} {at}: the key is the new one if the entry is there");
    assert!(!desk.path("data/keys/log.next").exists(), "{call} {at}");
    true
}

#[test]
fn a_rotation_that_is_killed_at_any_call_is_done_or_was_never_begun() {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("NOT TRIED: a rotation that is killed, because strace is not installed.");
        return;
    }
    let mut tried = 0;
    for call in ["fdatasync", "fsync", "rename", "pwrite64", "unlink"] {
        let mut at = 1;
        while at < 200 && killed_at(call, at) {
            tried += 1;
            at += 1;
        }
    }
    assert!(tried > 12, "only {tried} calls were cut off");
}

/// Someone who vouches for a server on this machine, and that server's certificate; false where there is no openssl.
fn certificates(desk: &Desk) -> bool {
    std::fs::write(desk.path("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n").unwrap();
    [
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-authority -keyout ca-key.pem -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server-key.pem -out server.csr",
        "x509 -req -in server.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile names -out server.pem",
    ]
    .iter()
    .all(|step| {
        let openssl = Command::new("openssl").args(step.split(' ')).current_dir(desk.0.path()).output();
        openssl.is_ok_and(|output| output.status.success())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_verified_through_tls_by_authorities_that_the_machine_trusts() {
    let desk = Desk::new();
    desk.record(0..300);
    if !certificates(&desk) {
        eprintln!("NOT TRIED: a verification through TLS, because openssl makes no certificate here");
        return;
    }
    let service = Service::start(&desk.path("data"), &[]);
    let certificate = CertificateDer::from_pem_file(desk.path("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(desk.path("server-key.pem")).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let front = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", front.local_addr().unwrap().port());
    let (acceptor, behind) = (TlsAcceptor::from(Arc::new(config)), service.address.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = front.accept().await {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut service = tokio::net::TcpStream::connect(behind.to_string()).await.unwrap();
                let _ended = tokio::io::copy_bidirectional(&mut stream, &mut service).await;
            });
        }
    });
    let authority = desk.name("ca.pem");
    let key = desk.key();
    let ask = |trusted: Option<String>| {
        let mut verify = command(&["verify", &url, "--key", &key, "--forget", "--json"]);
        verify.env_remove("SSL_CERT_DIR").env("SSL_CERT_FILE", trusted.unwrap_or_else(|| "/nonexistent".to_owned()));
        tokio::task::spawn_blocking(move || Ran::from(verify.output().unwrap()))
    };
    let report = ask(Some(authority)).await.unwrap().expect(0).json();
    assert_eq!((report["verdict"].as_str(), report["size"].as_u64()), (Some("UNWITNESSED"), Some(300)), "{report}");
    let other = desk.name("server.csr");
    assert_eq!(ask(Some(other)).await.unwrap().code, 1, "nobody is trusted");
    service.stop();
}
