//! Credentials of an operator: tokens for operator, accounts and users, made and signed here as an operator's tools
//! make them, with the rights of the sample configuration. Deliberately absent: those tools.

use std::io::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use nkeys::KeyPair;
use serde_json::{Value, json};
use servanda_bus::{Connection, Credentials, Settings, Trouble};
use servanda_tests::nats::{Nats, all};
use tempfile::NamedTempFile;

use crate::kit::{Running, log_of, read_as, record, to};

/// When the tokens were made, in seconds; any time that is past will do.
const MADE: u64 = 1_700_000_000;

/// A token about `subject` that `issuer` signs.
fn token(issuer: &KeyPair, subject: &KeyPair, name: &str, kind: &str, more: Value) -> String {
    let mut about = more;
    about["type"] = json!(kind);
    about["version"] = json!(2);
    let mut claims = json!({
        "jti": name, "iat": MADE, "iss": issuer.public_key(), "name": name, "sub": subject.public_key(), "nats": about,
    });
    if let Some(end) = claims["nats"].as_object_mut().unwrap().remove("exp") {
        claims["exp"] = end;
    }
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({ "typ": "JWT", "alg": "ed25519-nkey" })), part(&claims));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(issuer.sign(text.as_bytes()).unwrap());
    format!("{text}.{signature}")
}

/// Nothing is limited.
fn account_limits(storage: i64) -> Value {
    json!({ "limits": {
        "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1,
        "mem_storage": storage, "disk_storage": storage, "streams": -1, "consumer": -1,
    } })
}

/// A user's rights: what may be published, and where answers come to.
fn user_rights(publish: &[&str], inbox: &str) -> Value {
    json!({
        "subs": -1, "data": -1, "payload": -1,
        "pub": { "allow": publish }, "sub": { "allow": [format!("{inbox}.>")] },
    })
}

const RELAY: [&str; 4] = [
    "servanda.test.evt.>",
    "$JS.API.STREAM.INFO.SERVANDA_TEST_EVENTS",
    "$JS.API.STREAM.CREATE.SERVANDA_TEST_EVENTS",
    "$JS.API.STREAM.MSG.GET.SERVANDA_TEST_EVENTS",
];
const READER: [&str; 4] = [
    "$JS.API.STREAM.INFO.SERVANDA_TEST_EVENTS",
    "$JS.API.CONSUMER.CREATE.SERVANDA_TEST_EVENTS.>",
    "$JS.API.CONSUMER.INFO.SERVANDA_TEST_EVENTS.>",
    "$JS.API.CONSUMER.MSG.NEXT.SERVANDA_TEST_EVENTS.>",
];

/// An operator with an account for the ledger and one for the server itself.
struct Operator {
    account: KeyPair,
    config: String,
}

impl Operator {
    fn new() -> Self {
        let (operator, account, system) = (KeyPair::new_operator(), KeyPair::new_account(), KeyPair::new_account());
        let config = format!(
            "operator: {}\nsystem_account: {}\nresolver: MEMORY\nresolver_preload: {{ {}: {}, {}: {} }}",
            token(&operator, &operator, "operator", "operator", json!({})),
            system.public_key(),
            account.public_key(),
            token(&operator, &account, "ledger", "account", account_limits(-1)),
            system.public_key(),
            token(&operator, &system, "system", "account", account_limits(0)),
        );
        Self { account, config }
    }
}

/// The text of a file of credentials for a new user of an account.
fn credentials(account: &KeyPair, name: &str, rights: Value) -> String {
    let user = KeyPair::new_user();
    let token = token(account, &user, name, "user", rights);
    let seed = user.seed().unwrap();
    format!(
        "-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n\
         -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
    )
}

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn connection(server: &Nats, file: &NamedTempFile, inbox: &str) -> Connection {
    Connection {
        servers: server.url(),
        credentials: Credentials::CredsFile(file.path().to_owned()),
        inbox_prefix: inbox.to_owned(),
        ..Connection::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_of_an_operator_are_as_good_as_a_password() {
    for program in all() {
        let operator = Operator::new();
        let server = Nats::start_with(&program, &operator.config, &[]);
        let log = log_of(50).await;
        let creds = file(&credentials(&operator.account, "relay", user_rights(&RELAY, "_INBOX_relay")));
        let relay = connection(&server, &creds, "_INBOX_relay");
        let running = Running::start(&log, Settings { connection: relay.clone(), ..to("") });
        running.done(&log).await;
        running.stop().await;
        let creds = file(&credentials(&operator.account, "reader", user_rights(&READER, "_INBOX_reader")));
        let reader = connection(&server, &creds, "_INBOX_reader");
        assert_eq!(read_as(&reader, log.ledger(), 50).await.len(), 50);
        // Whoever only reads cannot be the relay.
        record(&log, 1).await;
        let running = Running::start(&log, Settings { connection: reader, ..to("") });
        let told = running.trouble(Trouble::NotPermitted).await;
        assert!(told.to_lowercase().contains("permissions violation"), "{told}");
        assert_eq!(running.stop().await.published, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_nobody_signed_or_whose_time_is_over_are_told_and_new_ones_count() {
    for program in all() {
        let operator = Operator::new();
        let server = Nats::start_with(&program, &operator.config, &[]);
        let log = log_of(50).await;
        let rights = user_rights(&RELAY, "_INBOX_relay");
        let creds = file(&credentials(&KeyPair::new_account(), "stranger", rights.clone()));
        let by = connection(&server, &creds, "_INBOX_relay");
        let running = Running::start(&log, Settings { connection: by, ..to("") });
        let told = running.trouble(Trouble::CredentialsRefused).await;
        assert!(told.contains("check the credentials"), "{told}");
        assert!(!told.contains("SU") && !told.contains("eyJ"), "neither a key nor a token is told: {told}");
        running.stop().await;
        let mut over = rights.clone();
        over["exp"] = json!(MADE + 60);
        std::fs::write(creds.path(), credentials(&operator.account, "late", over)).unwrap();
        let by = connection(&server, &creds, "_INBOX_relay");
        let running = Running::start(&log, Settings { connection: by, ..to("") });
        running.trouble(Trouble::CredentialsRefused).await;
        // The file is read anew at each attempt.
        std::fs::write(creds.path(), credentials(&operator.account, "relay", rights)).unwrap();
        running.done(&log).await;
        running.stop().await;
    }
}
