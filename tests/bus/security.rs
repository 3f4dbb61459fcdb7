//! Who may do what on the bus, with the sample configuration as it is: the relay publishes, readers read what they may.

use std::io::Write as _;
use std::time::Duration;

use async_nats::jetstream::consumer::pull;
use async_nats::jetstream::{self, Context};
use servanda_bus::names::Filter;
use servanda_bus::{Connection, Credentials, Settings, Tail, Trouble};
use servanda_events::ids::{Family, LedgerName};
use servanda_events::testing::{parsed, scene};
use servanda_log::{Clock, Ids, Log};
use servanda_tests::nats::{Nats, Program, all, installed};
use tempfile::NamedTempFile;

use crate::kit::{Running, log_of, read_as, to};

const STREAM: &str = "SERVANDA_MAIN_EVENTS";

fn main_ledger() -> LedgerName {
    parsed("main")
}

/// A file with a secret in it.
fn secret(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    writeln!(file, "{text}").unwrap();
    file
}

/// The sample server; everybody's password is their name behind `secret-`.
fn sample(program: &Program) -> Nats {
    let environment = [
        ("BUS_PASSWORD_RELAY", "secret-relay"),
        ("BUS_PASSWORD_READER", "secret-reader"),
        ("BUS_PASSWORD_COMMITMENTS", "secret-commitments"),
        ("BUS_PASSWORD_ADMIN", "secret-admin"),
        ("BUS_PASSWORD_SYSTEM", "secret-system"),
    ];
    Nats::start_configured(program, "config/nats/server.conf", &environment)
}

fn user(server: &Nats, name: &str, password: &NamedTempFile) -> Connection {
    Connection {
        servers: server.url(),
        credentials: Credentials::Password { user: name.to_owned(), file: password.path().to_owned() },
        inbox_prefix: format!("_INBOX_{name}"),
        ..Connection::default()
    }
}

/// What a program could try that knows a user's password.
async fn raw(server: &Nats, name: &str) -> Context {
    let options = async_nats::ConnectOptions::with_user_and_password(name.to_owned(), format!("secret-{name}"))
        .custom_inbox_prefix(format!("_INBOX_{name}"))
        .request_timeout(Some(Duration::from_millis(300)));
    let client = options.connect(server.url()).await.unwrap();
    jetstream::context::ContextBuilder::new().timeout(Duration::from_millis(300)).build(client)
}

/// A ledger with two parties and a commitment.
async fn small_log() -> Log {
    let log = Log::memory(main_ledger(), Clock::fixed(parsed("2025-03-20T09:00:00Z")), Ids::stepping());
    let free = serde_json::json!({ "data": { "agreement_id": null, "package_id": null } });
    let commitment = scene::but(scene::commitment("branch"), free);
    for command in [scene::state("kaz", "KAZ"), scene::state("fra", "FRA"), commitment] {
        let request = servanda_events::Request::parse(command.to_string().as_bytes()).unwrap();
        log.transact(&request, &parsed("registrar")).await.unwrap();
    }
    log
}

async fn filled(program: &Program) -> (Nats, Log) {
    let (server, log, password) = (sample(program), small_log().await, secret("secret-relay"));
    let connection = user(&server, "relay", &password);
    let running = Running::start(&log, Settings { connection, ..to("") });
    running.done(&log).await;
    running.stop().await;
    (server, log)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_reads_everything_and_changes_nothing() {
    for program in all() {
        let (server, log) = filled(&program).await;
        let password = secret("secret-reader");
        let connection = user(&server, "reader", &password);
        let before = read_as(&connection, &main_ledger(), log.head()).await;
        let js = raw(&server, "reader").await;
        let forged = js.publish("servanda.main.evt.party.party_registered.x", "{}".into()).await.unwrap().await;
        assert!(forged.is_err(), "a reader published: {forged:?}");
        assert!(js.delete_stream(STREAM).await.is_err());
        let stream = js.get_stream(STREAM).await.unwrap();
        assert!(stream.purge().await.is_err() && stream.delete_message(1).await.is_err());
        let mut config = stream.cached_info().config.clone();
        config.max_messages = 1;
        assert!(js.update_stream(&config).await.is_err());
        config.name = "OTHER".to_owned();
        config.subjects = vec!["other.>".to_owned()];
        assert!(js.create_stream(&config).await.is_err());
        assert_eq!(read_as(&connection, &main_ledger(), log.head()).await, before, "on {}", program.version);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_one_family_gets_no_other() {
    for program in all() {
        let (server, log) = filled(&program).await;
        let password = secret("secret-commitments");
        let connection = user(&server, "commitments", &password);
        let filter = Filter { family: Some(Family::Commitment), ..Filter::default() };
        let mut tail = Tail::open(&connection, &main_ledger(), filter, 0).await.unwrap();
        let first = tokio::time::timeout(Duration::from_secs(10), tail.next()).await.unwrap().unwrap();
        assert_eq!(first.position, 3);
        let js = raw(&server, "commitments").await;
        let stream = js.get_stream_no_info(STREAM).await.unwrap();
        let every = |filter: &str| pull::Config {
            name: Some("mine".into()),
            filter_subject: filter.to_owned(),
            ..pull::Config::default()
        };
        for filter in ["", "servanda.main.evt.>", "servanda.main.evt.party.>"] {
            assert!(stream.create_consumer(every(filter)).await.is_err(), "{filter} on {}", program.version);
        }
        assert!(stream.create_consumer(every("servanda.main.evt.commitment.>")).await.is_ok());
        assert!(stream.direct_get(1).await.is_err() && stream.get_raw_message(1).await.is_err());
        drop(log);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_may_not_publish_says_so() {
    let Some(program) = installed() else { return };
    let (server, log) = filled(&program).await;
    let password = secret("secret-reader");
    let running = Running::start(&log, Settings { connection: user(&server, "reader", &password), ..to("") });
    let told = running.trouble(Trouble::NotPermitted).await;
    assert!(told.to_lowercase().contains("permissions violation"), "{told}");
    running.stop().await;
    assert!(async_nats::connect(server.url()).await.is_err(), "nobody gets in without a name");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_as_good_as_a_password() {
    for program in all() {
        let key = nkeys::KeyPair::new_user();
        let users = format!("authorization {{ users: [ {{ nkey: {} }} ] }}", key.public_key());
        let server = Nats::start_with(&program, &users, &[]);
        let seed = secret(&key.seed().unwrap());
        let credentials = Credentials::NkeyFile(seed.path().to_owned());
        let connection = Connection { servers: server.url(), credentials, ..Connection::default() };
        let log = log_of(20).await;
        let running = Running::start(&log, Settings { connection: connection.clone(), ..to("") });
        running.done(&log).await;
        assert_eq!(read_as(&connection, log.ledger(), 20).await.len(), 20);
        running.stop().await;
    }
}
